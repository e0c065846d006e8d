//! Program → which unknown coordinates each element of a node depends on: the interpreter run on
//! sets instead of numbers.

use std::collections::HashMap;

use crate::base::IdMap;
use crate::builtins::{Builtin, Code};
use crate::program::axes::union;
use crate::program::evaluate::tensor::{Tensor, dot, positions, steps, steps_of};
use crate::program::evaluate::{Evaluator, recurrence};
use crate::program::{AxisId, Form, NodeId, Origin, Program, TieId, Values, membership};

/// A set of coordinates by its number in [`DependenceSets::sets`]; 0 is the empty set.
pub type SetId = u32;

/// The coordinates that elements depend on.
#[derive(Clone, Debug, PartialEq)]
pub struct DependenceSets {
    /// Each a sorted list of coordinates; the first is empty.
    pub sets: Vec<Vec<u32>>,
    /// For each node asked for, over the axes asked for, in canonical layout.
    pub of: Vec<Vec<SetId>>,
}

/// Which of the coordinates that `counts` marks the elements of nodes depend on; each node over
/// axes that include its own. Conditions and indices that data settle are followed; within a
/// recurrence every element counts as depending on all that enters it.
#[must_use]
pub fn dependence_sets(
    program: &Program,
    values: &Values,
    counts: &[bool],
    asked: &[(NodeId, Vec<AxisId>)],
) -> DependenceSets {
    let mut run = Run::new(program, values, counts);
    let mut of = Vec::new();
    for (node, axes) in asked {
        let found = run.touch(*node).clone();
        let axes = union(axes, &[]);
        of.push(match found {
            Some(ids) => ids.broadcast(program, &axes).iter().map(|&id| number(id)).collect(),
            None => vec![0; program.extent(&axes)],
        });
    }
    DependenceSets { sets: run.sets, of }
}

/// The number of a set, as a tensor holds it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of sets are whole and small"
)]
fn number(id: f64) -> SetId {
    id as SetId
}

/// For each node, once known: none where it depends on no coordinate that counts, else the numbers
/// of sets over its axes.
type Touch = Option<Tensor>;

struct Run<'a> {
    program: &'a Program,
    counts: &'a [bool],
    constants: Evaluator<'a>,
    from_data: IdMap<NodeId, bool>,
    membership: IdMap<NodeId, Option<TieId>>,
    done: IdMap<NodeId, Option<Touch>>,
    sets: Vec<Vec<u32>>,
    numbers: HashMap<Vec<u32>, SetId>,
    unions: HashMap<(SetId, SetId), SetId>,
}

impl<'a> Run<'a> {
    fn new(program: &'a Program, values: &'a Values, counts: &'a [bool]) -> Self {
        let mut from_data: IdMap<NodeId, bool> = IdMap::default();
        for (_, node) in program.nodes.iter() {
            from_data.push(node.op.is_settled() && node.operands.iter().all(|&o| from_data[o]));
        }
        Self {
            program,
            counts,
            constants: Evaluator::without_recurrences(program, values, IdMap::default()),
            from_data,
            membership: membership(program),
            done: program.nodes.filled(None),
            sets: vec![Vec::new()],
            numbers: HashMap::from([(Vec::new(), 0)]),
            unions: HashMap::new(),
        }
    }

    fn touch(&mut self, id: NodeId) -> &Touch {
        let mut waiting = vec![id];
        while let Some(&node) = waiting.last() {
            if self.done[node].is_some() {
                waiting.pop();
                continue;
            }
            let needs = match self.membership[node] {
                Some(tie) => recurrence::externals(self.program, tie),
                None => self.program.nodes[node].operands.clone(),
            };
            let missing: Vec<NodeId> =
                needs.iter().copied().filter(|&n| self.done[n].is_none()).collect();
            if missing.is_empty() {
                let found = match self.membership[node] {
                    Some(_) => self.everything(&self.program.nodes[node].axes.clone(), &needs),
                    None => self.node(node),
                };
                self.done[node] = Some(found);
            }
            waiting.extend(missing);
        }
        self.done[id].as_ref().expect("the loop ends when it is done")
    }

    fn known(&self, id: NodeId) -> &Touch {
        self.done[id].as_ref().expect("operands come first")
    }

    fn node(&mut self, id: NodeId) -> Touch {
        let node = &self.program.nodes[id];
        if let Some(first) = node.op.slot() {
            return self.slot(first, &node.axes);
        }
        if node.operands.iter().all(|o| self.known(*o).is_none()) {
            return None;
        }
        match node.op.form() {
            // What is drawn is no function of what it is drawn with.
            Form::Elementwise if node.op.origin() == Origin::Noise => None,
            Form::Elementwise => match node.op.called() {
                Some(builtin) => self.call(builtin, &node.axes, &node.operands),
                None => self.known(node.operands[0]).clone(),
            },
            Form::Reduce(over) => {
                let full = union(&node.axes, over);
                let all = self.together(&full, &node.operands);
                Some(self.reduced(&all, &node.axes))
            }
            Form::Gather(named) => self.gather(&node.axes, named, &node.operands),
            Form::SumBy { axes: targets, over } => {
                self.sum_by(&node.axes, targets, over, &node.operands)
            }
            Form::Matrix { .. } => self.everything(&node.axes, &node.operands),
            Form::Leaf | Form::Carry(_) => None,
        }
    }

    fn slot(&mut self, first: usize, axes: &[AxisId]) -> Touch {
        let extent = self.program.extent(axes);
        if !self.counts[first..first + extent].contains(&true) {
            return None;
        }
        let data = (first..first + extent)
            .map(|coordinate| {
                if self.counts[coordinate] {
                    f64::from(self.set(vec![coordinate as u32]))
                } else {
                    0.0
                }
            })
            .collect();
        Some(Tensor { axes: axes.to_vec(), data })
    }

    /// The union of the operands, element by element; of a choice that data settle, what is chosen.
    fn call(&mut self, builtin: Builtin, axes: &[AxisId], operands: &[NodeId]) -> Touch {
        if let (Code::Select, true) = (builtin.row().code, self.from_data[operands[0]]) {
            let condition = self.constants.value(operands[0]).clone();
            let condition = condition.broadcast(self.program, axes).into_owned();
            let (yes, no) = (self.spread(operands[1], axes), self.spread(operands[2], axes));
            let data = condition
                .iter()
                .zip(yes.iter().zip(&no))
                .map(|(&c, (&y, &n))| if c == 0.0 { n } else { y })
                .collect();
            return Some(Tensor { axes: axes.to_vec(), data });
        }
        Some(self.together(axes, operands))
    }

    /// The numbers of a node's sets over more axes.
    fn spread(&self, id: NodeId, axes: &[AxisId]) -> Vec<f64> {
        match self.known(id) {
            Some(ids) => ids.broadcast(self.program, axes).into_owned(),
            None => vec![0.0; self.program.extent(axes)],
        }
    }

    fn together(&mut self, axes: &[AxisId], operands: &[NodeId]) -> Tensor {
        let mut data = vec![0.0; self.program.extent(axes)];
        let touched: Vec<NodeId> =
            operands.iter().copied().filter(|&o| self.known(o).is_some()).collect();
        for operand in touched {
            let ids = self.spread(operand, axes);
            for (into, id) in data.iter_mut().zip(ids) {
                *into = self.union(*into, id);
            }
        }
        Tensor { axes: axes.to_vec(), data }
    }

    /// The union over the axes that are not kept.
    fn reduced(&mut self, all: &Tensor, kept: &[AxisId]) -> Tensor {
        let steps = steps(self.program, kept, &all.axes);
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); self.program.extent(kept)];
        let mut element = 0;
        positions(self.program, &all.axes, |position| {
            lists[dot(&steps, position)].push(number(all.data[element]));
            element += 1;
        });
        let data = lists.into_iter().map(|list| f64::from(self.union_of(list))).collect();
        Tensor { axes: kept.to_vec(), data }
    }

    fn gather(&mut self, axes: &[AxisId], named: &[AxisId], operands: &[NodeId]) -> Touch {
        let x = self.known(operands[0]).clone()?;
        if !operands[1..].iter().all(|&o| self.from_data[o]) {
            return self.everything(axes, operands);
        }
        let indices: Vec<Tensor> =
            operands[1..].iter().map(|&o| self.constants.value(o).clone()).collect();
        let all: Vec<&Tensor> = std::iter::once(&x).chain(&indices).collect();
        Some(super::apply::gather(self.program, axes, named, &all))
    }

    fn sum_by(
        &mut self,
        axes: &[AxisId],
        targets: &[AxisId],
        over: &[AxisId],
        operands: &[NodeId],
    ) -> Touch {
        if !operands[1..].iter().all(|&o| self.from_data[o]) {
            return self.everything(axes, operands);
        }
        let full =
            operands.iter().fold(Vec::new(), |all, &o| union(&all, &self.program.nodes[o].axes));
        let x = self.spread(operands[0], &full);
        let indices: Vec<Vec<f64>> = operands[1..]
            .iter()
            .map(|&o| {
                let index = self.constants.value(o).clone();
                index.broadcast(self.program, &full).into_owned()
            })
            .collect();
        let strides: Vec<usize> =
            targets.iter().map(|&a| steps_of(self.program, axes, a)).collect();
        let kept: Vec<usize> = full
            .iter()
            .map(|a| if over.contains(a) { 0 } else { steps_of(self.program, axes, *a) })
            .collect();
        let mut lists: Vec<Vec<u32>> = vec![Vec::new(); self.program.extent(axes)];
        let mut element = 0;
        positions(self.program, &full, |position| {
            let at: usize = indices
                .iter()
                .zip(&strides)
                .map(|(index, stride)| super::apply::place(index[element]) * stride)
                .sum();
            lists[dot(&kept, position) + at].push(number(x[element]));
            element += 1;
        });
        let data = lists.into_iter().map(|list| f64::from(self.union_of(list))).collect();
        Some(Tensor { axes: axes.to_vec(), data })
    }

    /// All that the operands depend on, for every element.
    fn everything(&mut self, axes: &[AxisId], operands: &[NodeId]) -> Touch {
        let mut list: Vec<u32> = Vec::new();
        for &operand in operands {
            if let Some(ids) = self.known(operand) {
                list.extend(ids.data.iter().map(|&id| number(id)));
            }
        }
        let all = self.union_of(list);
        (all != 0).then(|| Tensor {
            axes: axes.to_vec(),
            data: vec![f64::from(all); self.program.extent(axes)],
        })
    }

    fn union_of(&mut self, mut ids: Vec<SetId>) -> SetId {
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|&id| id != 0);
        match ids.as_slice() {
            [] => 0,
            &[only] => only,
            many => {
                let mut members: Vec<u32> =
                    many.iter().flat_map(|&id| self.sets[id as usize].iter().copied()).collect();
                members.sort_unstable();
                members.dedup();
                self.set(members)
            }
        }
    }

    fn union(&mut self, a: f64, b: f64) -> f64 {
        if a == b || b == 0.0 {
            return a;
        }
        if a == 0.0 {
            return b;
        }
        let key = (number(a.min(b)), number(a.max(b)));
        if let Some(&known) = self.unions.get(&key) {
            return f64::from(known);
        }
        let united = self.union_of(vec![key.0, key.1]);
        self.unions.insert(key, united);
        f64::from(united)
    }

    fn set(&mut self, members: Vec<u32>) -> SetId {
        if let Some(&known) = self.numbers.get(&members) {
            return known;
        }
        let id = self.sets.len() as SetId;
        self.sets.push(members.clone());
        self.numbers.insert(members, id);
        id
    }
}
