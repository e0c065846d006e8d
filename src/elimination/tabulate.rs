//! Summand → factor: what stands at an index is worked out down to the discrete variables, each of
//! which becomes an axis of its values.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::factor::{Read, Table, numbers};
use super::sensitivity::sensitivity;
use crate::base::{IdMap, Span};
use crate::builtins::Builtin;
use crate::program::{
    ArrayValues, AxisId, Builder, Form, NodeId, Op, TieId, Type, downstream, membership,
};

/// The most elements of a reduction over discrete variables, or of an axis that a discrete variable
/// is an index of, that are written out.
const MOST_WRITTEN_OUT: usize = 1024;

/// Why a summand is no factor.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// It goes through a recurrence that a discrete variable enters.
    Recurrence,
    /// Its table is too large: the reads.
    Clique(Vec<Read>),
    /// A reduction or an index is over too many elements that it would have to be written out for.
    Wide(usize),
    /// An index outside its axis, where it is needed.
    Outside {
        /// The axis.
        axis: AxisId,
        /// The index, from 0.
        index: f64,
        /// Where it stands.
        span: Span,
    },
}

/// An axis → the index that stands for it.
type Places = BTreeMap<AxisId, NodeId>;

/// A node and which reads it has.
#[derive(Clone, Debug, Default)]
struct Located {
    node: Option<NodeId>,
    reads: BTreeSet<usize>,
}

/// An index that lies outside its axis for some values of discrete variables.
struct Doubtful {
    node: NodeId,
    /// Where it does.
    outside: NodeId,
    axis: AxisId,
    /// One that does.
    index: f64,
    span: Span,
}

/// Locates nodes of one program.
pub struct Tabulation {
    /// For each node of the original program: whether it depends on a discrete variable.
    depends: IdMap<NodeId, bool>,
    membership: IdMap<NodeId, Option<TieId>>,
    reads: Vec<Read>,
    memory: HashMap<(NodeId, Places), Located>,
    /// Indices that lie outside their axis for some values.
    doubtful: Vec<Doubtful>,
    most: usize,
}

impl Tabulation {
    /// `most`: the most entries of a table.
    pub fn new(b: &Builder, most: usize) -> Self {
        Self {
            depends: downstream(&b.program, |_, node| node.op.is_open()),
            membership: membership(&b.program),
            reads: Vec::new(),
            memory: HashMap::new(),
            doubtful: Vec::new(),
            most,
        }
    }

    /// Whether a node depends on a discrete variable.
    pub fn depends(&self, node: NodeId) -> bool {
        self.depends.get(node).copied().unwrap_or(false)
    }

    /// The node as a table over the values of what it reads.
    ///
    /// # Errors
    /// Where there is no such table, or it is too large.
    pub fn table(
        &mut self,
        b: &mut Builder,
        table: &mut Table,
        node: NodeId,
    ) -> Result<(NodeId, Vec<Read>), Problem> {
        self.reads.clear();
        self.memory.clear();
        self.doubtful.clear();
        let found = self.at(b, table, node, &Places::new())?;
        if let Some(located) = found.node {
            self.check_indices(b, located)?;
        }
        let reads = found.reads.iter().map(|&r| self.reads[r].clone()).collect();
        Ok((found.node.unwrap_or(node), reads))
    }

    fn at(
        &mut self,
        b: &mut Builder,
        table: &mut Table,
        id: NodeId,
        places: &Places,
    ) -> Result<Located, Problem> {
        if !self.depends(id) {
            return Ok(Located { node: Some(gather(b, id, places)), reads: BTreeSet::new() });
        }
        let axes = b.axes(id).to_vec();
        let key = (
            id,
            places
                .iter()
                .filter(|(a, _)| axes.contains(a))
                .map(|(&a, &i)| (a, i))
                .collect::<Places>(),
        );
        if let Some(known) = self.memory.get(&key) {
            return Ok(known.clone());
        }
        let span = b.span();
        b.at(b.program.nodes[id].span);
        let found = self.compute(b, table, id, &key.1)?;
        b.at(span);
        self.check(b, table, &found.reads)?;
        self.memory.insert(key, found.clone());
        Ok(found)
    }

    fn compute(
        &mut self,
        b: &mut Builder,
        table: &mut Table,
        id: NodeId,
        places: &Places,
    ) -> Result<Located, Problem> {
        if self.membership[id].is_some() {
            return Err(Problem::Recurrence);
        }
        let node = b.program.nodes[id].clone();
        match node.op.form() {
            Form::Leaf => self.read(b, table, id, places),
            Form::Elementwise => {
                let (operands, reads) = self.all(b, table, &node.operands, places)?;
                let value = match (&node.op, node.ty, operands.as_slice()) {
                    (Op::Call(_), Type::Index(_), &[condition, yes, no]) => {
                        select(b, condition, yes, no, node.ty)
                    }
                    (Op::Convert(_), Type::Index(axis), &[x]) => self.index(b, x, axis, node.span),
                    _ => b.rebuild(id, &operands),
                };
                Ok(Located { node: Some(value), reads })
            }
            Form::Reduce(over) => self.reduced(b, table, id, over, places),
            Form::Gather(named) => self.gathered(b, table, (&node.operands, named), places),
            Form::Matrix { row, col } => self.linear(b, table, (id, row, col), places),
            Form::SumBy { over, .. } => Err(Problem::Wide(b.program.extent(over))),
            Form::Carry(_) => Err(Problem::Recurrence),
        }
    }

    /// A discrete variable as the axis of its values.
    fn read(
        &mut self,
        b: &mut Builder,
        table: &mut Table,
        id: NodeId,
        places: &Places,
    ) -> Result<Located, Problem> {
        let Op::Discrete(variable) = b.program.nodes[id].op else {
            unreachable!("{id} depends on no discrete variable")
        };
        let own = table.of(variable).axes.clone();
        let index: Vec<NodeId> =
            own.iter().map(|a| places.get(a).copied().unwrap_or_else(|| b.iota(*a))).collect();
        let read = table.read(b, variable, &index);
        let number = self.number_of(read.clone());
        let position = b.iota(read.axis);
        Ok(Located { node: Some(position), reads: BTreeSet::from([number]) })
    }

    /// A number as an index: where it is outside the axis it is 0, which must not be needed.
    fn index(&mut self, b: &mut Builder, x: NodeId, axis: AxisId, span: Span) -> NodeId {
        let size = b.program.axes[axis].size as f64;
        let Some(ArrayValues::Real(values)) = b.known(x) else {
            return b.convert(x, Type::Index(axis));
        };
        let inside = |v: f64| v.fract() == 0.0 && v >= 0.0 && v < size;
        let Some(&index) = values.iter().find(|&&v| !inside(v)) else {
            return b.convert(x, Type::Index(axis));
        };
        let axes = b.axes(x).to_vec();
        let outside = values.iter().map(|&v| u8::from(!inside(v))).collect();
        let outside = b.array("outside", &axes, Type::Bool, ArrayValues::Bool(outside));
        let places = values.iter().map(|&v| if inside(v) { v as u32 } else { 0 }).collect();
        let places = b.array("index", &axes, Type::Index(axis), ArrayValues::Index(places));
        let (node, outside) = (b.data(places), b.data(outside));
        self.doubtful.push(Doubtful { node, outside, axis, index, span });
        node
    }

    fn check_indices(&self, b: &mut Builder, located: NodeId) -> Result<(), Problem> {
        for doubtful in &self.doubtful {
            let Some(needed) =
                sensitivity(b, located, HashMap::from([(doubtful.node, doubtful.outside)]))
            else {
                continue;
            };
            let axes = b.axes(needed).to_vec();
            if numbers(b, needed, &axes).iter().any(|&v| v != 0.0) {
                return Err(Problem::Outside {
                    axis: doubtful.axis,
                    index: doubtful.index,
                    span: doubtful.span,
                });
            }
        }
        Ok(())
    }

    fn number_of(&mut self, read: Read) -> usize {
        let known = self.reads.iter().position(|r| r.axis == read.axis);
        known.unwrap_or_else(|| {
            self.reads.push(read);
            self.reads.len() - 1
        })
    }

    fn all(
        &mut self,
        b: &mut Builder,
        table: &mut Table,
        operands: &[NodeId],
        places: &Places,
    ) -> Result<(Vec<NodeId>, BTreeSet<usize>), Problem> {
        let (mut nodes, mut reads) = (Vec::new(), BTreeSet::new());
        for &operand in operands {
            let found = self.at(b, table, operand, places)?;
            nodes.extend(found.node);
            reads.extend(found.reads);
            self.check(b, table, &reads)?;
        }
        Ok((nodes, reads))
    }

    /// A table must stay within bounds before it is made: constants are worked out as they are
    /// made.
    fn check(&self, b: &Builder, table: &Table, reads: &BTreeSet<usize>) -> Result<(), Problem> {
        let sizes = reads.iter().map(|&r| table.size(b, self.reads[r].variable));
        if sizes.fold(1, usize::saturating_mul) <= self.most {
            return Ok(());
        }
        Err(Problem::Clique(reads.iter().map(|&r| self.reads[r].clone()).collect()))
    }

    /// A reduction: as it is, or written out where the elements read different discrete variables.
    fn reduced(
        &mut self,
        b: &mut Builder,
        table: &mut Table,
        id: NodeId,
        over: &[AxisId],
        places: &Places,
    ) -> Result<Located, Problem> {
        let node = b.program.nodes[id].clone();
        if let Some(whole) = self.reduced_whole(b, table, id, over, places)? {
            return Ok(whole);
        }
        let count = b.program.extent(over);
        if count > MOST_WRITTEN_OUT {
            return Err(Problem::Wide(count));
        }
        let largest = node.op.is_maximum();
        // Of no element the sum is 0, and nothing is the largest.
        let mut total =
            (count == 0).then(|| b.constant(if largest { f64::NEG_INFINITY } else { 0.0 }));
        let mut reads = BTreeSet::new();
        for element in 0..count {
            let mut inner = places.clone();
            for (k, &axis) in over.iter().enumerate() {
                let stride = b.program.extent(&over[k + 1..]);
                let place = b.position(axis, element / stride % b.program.axes[axis].size);
                inner.insert(axis, place);
            }
            let (operands, more) = self.all(b, table, &node.operands, &inner)?;
            reads.extend(more);
            self.check(b, table, &reads)?;
            let part = if let [x, y] = operands.as_slice() {
                b.call(Builtin::Multiply, &[*x, *y])
            } else {
                operands[0]
            };
            let by = if largest { Builtin::Max } else { Builtin::Add };
            total = Some(total.map_or(part, |total| b.call(by, &[total, part])));
        }
        Ok(Located { node: total, reads })
    }

    fn reduced_whole(
        &mut self,
        b: &mut Builder,
        table: &mut Table,
        id: NodeId,
        over: &[AxisId],
        places: &Places,
    ) -> Result<Option<Located>, Problem> {
        let node = b.program.nodes[id].clone();
        // The reduced axes get names of their own where an index varies over them too.
        let mut inner = places.clone();
        let mut renamed = Vec::new();
        for &axis in over {
            let captured = places.values().any(|&index| b.axes(index).contains(&axis));
            let own = if captured { b.alias(axis) } else { axis };
            if captured {
                inner.insert(axis, b.iota(own));
            }
            renamed.push(own);
        }
        let (operands, reads) = self.all(b, table, &node.operands, &inner)?;
        let varies = |r: &usize| {
            self.reads[*r].index.iter().any(|&i| renamed.iter().any(|a| b.axes(i).contains(a)))
        };
        if reads.iter().any(varies) {
            return Ok(None);
        }
        let whole = match (node.op.is_maximum(), operands.as_slice()) {
            (true, &[x, ..]) => b.max(x, &renamed),
            (_, &[x, y, ..]) => b.contract(x, y, &renamed),
            (_, &[x, ..]) => b.sum(x, &renamed),
            (_, []) => unreachable!("a reduction has an operand"),
        };
        Ok(Some(Located { node: Some(whole), reads }))
    }

    fn gathered(
        &mut self,
        b: &mut Builder,
        table: &mut Table,
        (operands, named): (&[NodeId], &[AxisId]),
        places: &Places,
    ) -> Result<Located, Problem> {
        let (indices, mut reads) = self.all(b, table, &operands[1..], places)?;
        let own = b.axes(operands[0]).to_vec();
        let mut inner: Places = places
            .iter()
            .filter(|(a, _)| own.contains(a) && !named.contains(a))
            .map(|(&a, &i)| (a, i))
            .collect();
        let mut open = Vec::new();
        for ((&axis, &index), &original) in named.iter().zip(&indices).zip(&operands[1..]) {
            if self.depends(original) && self.depends(operands[0]) {
                open.push((axis, index));
            } else {
                inner.insert(axis, index);
            }
        }
        let found = self.chosen(b, table, operands[0], &inner, &open)?;
        reads.extend(found.reads);
        Ok(Located { node: found.node, reads })
    }

    /// What stands at indices that depend on discrete variables: one choice an element of their
    /// axes.
    fn chosen(
        &mut self,
        b: &mut Builder,
        table: &mut Table,
        x: NodeId,
        places: &Places,
        open: &[(AxisId, NodeId)],
    ) -> Result<Located, Problem> {
        let Some((&(axis, index), rest)) = open.split_first() else {
            return self.at(b, table, x, places);
        };
        let size = b.program.axes[axis].size;
        if size > MOST_WRITTEN_OUT {
            return Err(Problem::Wide(size));
        }
        let (mut value, mut reads) = (None, BTreeSet::new());
        if size == 0 {
            // Where an element would be needed its index lies outside, which is told; else there is
            // nothing to choose for.
            let ty = b.ty(x);
            value = Some(b.typed_constant(0.0, ty));
        }
        let number = b.convert(index, Type::Real);
        for element in (0..size).rev() {
            let mut inner = places.clone();
            inner.insert(axis, b.position(axis, element));
            let found = self.chosen(b, table, x, &inner, rest)?;
            reads.extend(found.reads);
            self.check(b, table, &reads)?;
            let Some(here) = found.node else { continue };
            value = Some(match value {
                None => here,
                Some(others) => {
                    let place = b.constant(element as f64);
                    let equal = b.call(Builtin::Equal, &[number, place]);
                    let ty = b.ty(x);
                    select(b, equal, here, others, ty)
                }
            });
        }
        Ok(Located { node: value, reads })
    }

    /// Linear algebra over rows and columns; indices along these are taken of the result.
    fn linear(
        &mut self,
        b: &mut Builder,
        table: &mut Table,
        (id, row, col): (NodeId, AxisId, AxisId),
        places: &Places,
    ) -> Result<Located, Problem> {
        let (along, inner): (Places, Places) =
            places.iter().map(|(&a, &i)| (a, i)).partition(|(a, _)| *a == row || *a == col);
        let operands = b.program.nodes[id].operands.clone();
        let (operands, reads) = self.all(b, table, &operands, &inner)?;
        let whole = b.rebuild(id, &operands);
        Ok(Located { node: Some(gather(b, whole, &along)), reads })
    }
}

/// A choice; of indices, each of which may be on an axis of its own, as numbers.
fn select(b: &mut Builder, condition: NodeId, yes: NodeId, no: NodeId, ty: Type) -> NodeId {
    if b.ty(yes) == b.ty(no) {
        return b.call(Builtin::Select, &[condition, yes, no]);
    }
    let (yes, no) = (b.convert(yes, Type::Real), b.convert(no, Type::Real));
    let chosen = b.call(Builtin::Select, &[condition, yes, no]);
    b.convert(chosen, ty)
}

fn gather(b: &mut Builder, x: NodeId, places: &Places) -> NodeId {
    let at: Vec<(AxisId, NodeId)> =
        places.iter().filter(|(a, _)| b.axes(x).contains(a)).map(|(&a, &i)| (a, i)).collect();
    if at.is_empty() { x } else { b.gather(x, &at) }
}
