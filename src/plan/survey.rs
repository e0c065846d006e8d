//! Program → what planning asks of it: what is live, over what each node runs, what is computed
//! where it is used, which nodes recur together.

use crate::base::IdMap;
use crate::program::{
    ArrayId, AxisId, CarryLink, Form, Node, NodeId, Origin, Program, TieId, between, upstream,
};

use super::ir::Mode;
use super::unroll;
use super::work::{Unit, space};

/// Facts about a program, by node, axis and recurrence.
pub(super) struct Survey<'a> {
    pub program: &'a Program,
    pub mode: Mode,
    /// By node: whether an output needs it.
    pub live: IdMap<NodeId, bool>,
    /// By axis: whether its elements are written out one by one.
    pub unrolled: IdMap<AxisId, bool>,
    /// By node: computed anew wherever it is used.
    pub inlined: IdMap<NodeId, bool>,
    /// By node: computed in a nest.
    pub scheduled: IdMap<NodeId, bool>,
    /// By scheduled node: what it reads that is not inlined.
    pub sources: IdMap<NodeId, Vec<Source>>,
    /// By carry: what its next reads, or is.
    pub brought: IdMap<NodeId, Vec<Source>>,
    /// Recurrences, those that share members as one.
    pub units: Vec<Unit>,
    /// By node: its units, the largest first.
    pub memberships: IdMap<NodeId, Vec<usize>>,
}

/// A node that another one reads.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Source {
    pub node: NodeId,
    /// Its axes whose position is not the reader's: gathered from, or read as a whole.
    pub moved: Vec<AxisId>,
    /// For what a carry brings from the step before: along which axis.
    pub carried: Option<AxisId>,
}

/// An inlined call costs at most this many operations from its leaves.
const CHEAP: usize = 8;

impl<'a> Survey<'a> {
    pub(super) fn of(program: &'a Program, mode: Mode) -> Self {
        let live = upstream(program, program.outputs.iter().map(|o| o.node));
        let units = units(program, &live);
        let mut memberships: IdMap<NodeId, Vec<usize>> = program.nodes.filled(Vec::new());
        let mut order: Vec<usize> = (0..units.len()).collect();
        order.sort_by_key(|&u| std::cmp::Reverse(units[u].members.len()));
        for u in order {
            for &member in &units[u].members {
                memberships[member].push(u);
            }
        }
        let unrolled = match mode {
            Mode::Fused => unroll::choose(program, &live, &units, &memberships),
            Mode::Naive => program.axes.filled(false),
        };
        let nodes = &program.nodes;
        let mut survey = Self {
            program,
            mode,
            live,
            unrolled,
            inlined: nodes.filled(false),
            scheduled: nodes.filled(false),
            sources: nodes.filled(Vec::new()),
            brought: nodes.filled(Vec::new()),
            units,
            memberships,
        };
        survey.inline();
        survey
    }

    /// The axes over which a node's work repeats, without the unrolled ones.
    pub(super) fn looped(&self, node: NodeId) -> impl Iterator<Item = AxisId> + '_ {
        space(self.program, node).into_iter().filter(|&a| !self.unrolled[a])
    }

    /// Whether an index is known once unrolled axes are written out.
    pub(super) fn fixed_index(&self, index: NodeId) -> bool {
        let node = &self.program.nodes[index];
        let affine = |array: ArrayId| self.program.arrays[array].facts.affine.is_some();
        let places = node.op.position().is_some() || node.op.array().is_some_and(affine);
        let unrolled = node.axes.iter().all(|&a| self.unrolled[a]);
        node.op.constant().is_some() || places && unrolled
    }

    /// Decides what is inlined, and collects sources.
    fn inline(&mut self) {
        let mut views: IdMap<NodeId, Vec<Source>> = self.program.nodes.filled(Vec::new());
        let mut cost = self.program.nodes.filled(0_usize);
        for (id, node) in self.program.nodes.iter() {
            let sources = self.read_by(node, &views);
            // What is shared counts each time, so that along a long chain this doubles without end.
            cost[id] = node.operands.iter().fold(1, |sum: usize, &o| sum.saturating_add(cost[o]));
            self.inlined[id] = self.is_inlined(node, &sources, cost[id]);
            if self.inlined[id] {
                views[id].clone_from(&sources);
            }
            self.scheduled[id] = self.live[id] && !self.inlined[id];
            self.sources[id] = sources;
        }
        for (id, node) in self.program.nodes.iter() {
            if !self.live[id] {
                continue;
            }
            if node.op.matrix().is_some() {
                node.operands.iter().for_each(|&o| self.scheduled[o] = true);
            }
            if node.op.tie().is_some() {
                self.read_by_carry(id, &views);
            }
        }
        for output in &self.program.outputs {
            self.scheduled[output.node] = true;
        }
    }

    fn is_inlined(&self, node: &Node, sources: &[Source], cost: usize) -> bool {
        let fused = self.mode == Mode::Fused;
        let inlined = || node.operands.iter().all(|&o| self.inlined[o]);
        match node.op.form() {
            Form::Leaf => matches!(node.op.origin(), Origin::Data | Origin::Unknown),
            Form::Gather(_) => fused,
            Form::Elementwise if node.op.is_stop() => fused && inlined(),
            Form::Elementwise => {
                let cheap =
                    node.op.called().is_none_or(|builtin| builtin.row().compiled.price == 1);
                let cheap = node.op.is_settled() && cheap && cost <= CHEAP;
                fused && cheap && sources.is_empty() && inlined()
            }
            Form::Reduce(_) | Form::SumBy { .. } | Form::Matrix { .. } | Form::Carry(_) => false,
        }
    }

    /// What a node reads, through inlined operands.
    fn read_by(&self, node: &Node, views: &IdMap<NodeId, Vec<Source>>) -> Vec<Source> {
        let mut found = Vec::new();
        let (matrix, indices) = (node.op.matrix(), node.indices());
        let gathers = matches!(node.op.form(), Form::Gather(_));
        for (position, &operand) in node.operands.iter().enumerate() {
            if let Some((row, col)) = matrix {
                let axes = &self.program.nodes[operand].axes;
                let moved = axes.iter().copied().filter(|&a| a == row || a == col).collect();
                found.push(Source { node: operand, moved, carried: None });
                continue;
            }
            let mut through = self.through(operand, views);
            if gathers && position == 0 {
                through.iter_mut().for_each(|source| self.mark_moved(source, &indices));
            }
            found.extend(through);
        }
        found
    }

    /// A node as a source, or what an inlined one reads.
    fn through(&self, node: NodeId, views: &IdMap<NodeId, Vec<Source>>) -> Vec<Source> {
        if self.inlined[node] {
            views[node].clone()
        } else {
            vec![Source { node, moved: Vec::new(), carried: None }]
        }
    }

    /// Adds the gathered axes that `source` has, save where the position is known.
    fn mark_moved(&self, source: &mut Source, indices: &[(AxisId, NodeId)]) {
        for &(axis, index) in indices {
            let known = self.unrolled[axis] && self.fixed_index(index);
            let has = self.program.nodes[source.node].axes.contains(&axis);
            if has && !known && !source.moved.contains(&axis) {
                source.moved.push(axis);
            }
        }
    }

    /// A carry reads its init, and its next where that does not recur with it.
    fn read_by_carry(&mut self, carry: NodeId, views: &IdMap<NodeId, Vec<Source>>) {
        if let Some((tie, link)) = self.program.link(carry) {
            let init = self.through(link.init, views);
            self.sources[carry].extend(init);
            let axis = self.program.ties[tie].axis;
            if self.program.axes[axis].size <= 1 {
                return;
            }
            let next = self.through(link.next, views);
            let together =
                self.memberships[link.next].iter().any(|u| self.memberships[carry].contains(u));
            if !together {
                self.sources[carry]
                    .extend(next.iter().map(|s| Source { carried: Some(axis), ..s.clone() }));
            }
            self.brought[carry] = next;
        }
    }
}

/// All links of recurrences with their ties.
pub(super) fn links(
    program: &Program,
) -> impl Iterator<Item = (TieId, &crate::program::CarryLink)> {
    program.ties.iter().flat_map(|(id, tie)| tie.carries.iter().map(move |link| (id, link)))
}

/// Recurrences of more than one step with their members; those of one axis and direction that share
/// a member as one.
fn units(program: &Program, live: &IdMap<NodeId, bool>) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::new();
    for (id, tie) in program.ties.iter().filter(|(_, tie)| program.axes[tie.axis].size > 1) {
        let mut members = members(program, live, id);
        if members.is_empty() {
            continue;
        }
        let mut ties = vec![id];
        units.retain(|unit| {
            let same = unit.axis == tie.axis
                && unit.reversed == tie.reversed
                && unit.members.iter().any(|m| members.contains(m));
            if same {
                members.extend(&unit.members);
                ties.extend(&unit.ties);
            }
            !same
        });
        members.sort_unstable();
        members.dedup();
        units.push(Unit { axis: tie.axis, reversed: tie.reversed, ties, members });
    }
    units
}

/// The live carries of a recurrence and the nodes on a path from one to a next.
fn members(program: &Program, live: &IdMap<NodeId, bool>, tie: TieId) -> Vec<NodeId> {
    let links = program.ties[tie].carries.iter().copied();
    between(program, &links.filter(|link| live[link.carry]).collect::<Vec<CarryLink>>())
}
