//! Program → what planning asks of it: what is live, over what each node runs, what is computed
//! where it is used, which nodes recur together.

use crate::base::Id;
use crate::program::{AxisId, Node, NodeId, Op, Program, TieId};

use super::ir::Mode;
use super::unroll;

/// Facts about a program, by node, axis and recurrence.
pub(super) struct Survey<'a> {
    pub program: &'a Program,
    pub mode: Mode,
    /// By node: whether an output needs it.
    pub live: Vec<bool>,
    /// By axis: whether its elements are written out one by one.
    pub unrolled: Vec<bool>,
    /// By node: computed anew wherever it is used.
    pub inlined: Vec<bool>,
    /// By node: computed in a nest.
    pub scheduled: Vec<bool>,
    /// By scheduled node: what it reads that is not inlined.
    pub sources: Vec<Vec<Source>>,
    /// By carry: what its next reads, or is.
    pub brought: Vec<Vec<Source>>,
    /// Recurrences, those that share members as one.
    pub units: Vec<Unit>,
    /// By node: its units, the largest first.
    pub memberships: Vec<Vec<usize>>,
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

/// Recurrences that run together.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub axis: AxisId,
    pub reversed: bool,
    pub ties: Vec<TieId>,
    /// In topological order.
    pub members: Vec<NodeId>,
}

/// An inlined call costs at most this many operations from its leaves.
const CHEAP: usize = 8;

impl<'a> Survey<'a> {
    pub(super) fn of(program: &'a Program, mode: Mode) -> Self {
        let live = live(program);
        let units = units(program, &live);
        let mut memberships: Vec<Vec<usize>> = vec![Vec::new(); program.nodes.len()];
        let mut order: Vec<usize> = (0..units.len()).collect();
        order.sort_by_key(|&u| std::cmp::Reverse(units[u].members.len()));
        for u in order {
            for &member in &units[u].members {
                memberships[member.index()].push(u);
            }
        }
        let unrolled = match mode {
            Mode::Fused => unroll::choose(program, &live, &units, &memberships),
            Mode::Naive => vec![false; program.axes.len()],
        };
        let nodes = program.nodes.len();
        let (inlined, scheduled, sources, brought) = (
            vec![false; nodes],
            vec![false; nodes],
            vec![Vec::new(); nodes],
            vec![Vec::new(); nodes],
        );
        let mut survey = Self {
            program,
            mode,
            live,
            unrolled,
            inlined,
            scheduled,
            sources,
            brought,
            units,
            memberships,
        };
        survey.inline();
        survey
    }

    /// The axes over which a node's work repeats, without the unrolled ones.
    pub(super) fn looped(&self, node: NodeId) -> impl Iterator<Item = AxisId> + '_ {
        space(self.program, node).into_iter().filter(|a| !self.unrolled[a.index()])
    }

    /// Whether an index is known once unrolled axes are written out.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    pub(super) fn fixed_index(&self, index: NodeId) -> bool {
        let node = &self.program.nodes[index];
        let unrolled = node.axes.iter().all(|a| self.unrolled[a.index()]);
        match node.op {
            Op::Const(_) => true,
            Op::Iota(_) => unrolled,
            Op::Data(array) => unrolled && self.program.arrays[array].facts.affine.is_some(),
            _ => false,
        }
    }

    /// Decides what is inlined, and collects sources.
    fn inline(&mut self) {
        let nodes = self.program.nodes.len();
        let mut views: Vec<Vec<Source>> = vec![Vec::new(); nodes];
        let mut cost = vec![0_usize; nodes];
        for (id, node) in self.program.nodes.iter() {
            let sources = self.read_by(node, &views);
            // What is shared counts each time, so that along a long chain this doubles without end.
            cost[id.index()] =
                node.operands.iter().fold(1, |sum: usize, o| sum.saturating_add(cost[o.index()]));
            self.inlined[id.index()] = self.is_inlined(node, &sources, cost[id.index()]);
            if self.inlined[id.index()] {
                views[id.index()].clone_from(&sources);
            }
            self.scheduled[id.index()] = self.live[id.index()] && !self.inlined[id.index()];
            self.sources[id.index()] = sources;
        }
        for (id, node) in self.program.nodes.iter() {
            if !self.live[id.index()] {
                continue;
            }
            if matrix_axes(&node.op).is_some() {
                node.operands.iter().for_each(|o| self.scheduled[o.index()] = true);
            }
            if matches!(node.op, Op::Carry(_)) {
                self.read_by_carry(id, &views);
            }
        }
        for output in &self.program.outputs {
            self.scheduled[output.node.index()] = true;
        }
    }

    fn is_inlined(&self, node: &Node, sources: &[Source], cost: usize) -> bool {
        let fused = self.mode == Mode::Fused;
        let inlined = |o: &NodeId| self.inlined[o.index()];
        match &node.op {
            Op::Const(_) | Op::Data(_) | Op::Slot(_) | Op::Iota(_) => true,
            Op::Gather(_) => fused,
            Op::Stop => fused && node.operands.iter().all(inlined),
            Op::Convert(_) => {
                fused && sources.is_empty() && cost <= CHEAP && node.operands.iter().all(inlined)
            }
            Op::Call(builtin) => {
                let cheap = builtin.row().compiled.price == 1 && cost <= CHEAP;
                fused && cheap && sources.is_empty() && node.operands.iter().all(inlined)
            }
            Op::Noise { .. }
            | Op::Discrete(_)
            | Op::Draw { .. }
            | Op::Sum(_)
            | Op::Max(_)
            | Op::Contract(_)
            | Op::SumBy { .. }
            | Op::Cholesky { .. }
            | Op::Solve { .. }
            | Op::CholeskyAdjoint { .. }
            | Op::Carry(_) => false,
        }
    }

    /// What a node reads, through inlined operands.
    fn read_by(&self, node: &Node, views: &[Vec<Source>]) -> Vec<Source> {
        let mut found = Vec::new();
        let matrix = matrix_axes(&node.op);
        for (position, &operand) in node.operands.iter().enumerate() {
            if let Some((row, col)) = matrix {
                let axes = &self.program.nodes[operand].axes;
                let moved = axes.iter().copied().filter(|&a| a == row || a == col).collect();
                found.push(Source { node: operand, moved, carried: None });
                continue;
            }
            let mut through = self.through(operand, views);
            if let (Op::Gather(axes), 0) = (&node.op, position) {
                through.iter_mut().for_each(|s| self.mark_moved(s, axes, &node.operands[1..]));
            }
            found.extend(through);
        }
        found
    }

    /// A node as a source, or what an inlined one reads.
    fn through(&self, node: NodeId, views: &[Vec<Source>]) -> Vec<Source> {
        if self.inlined[node.index()] {
            views[node.index()].clone()
        } else {
            vec![Source { node, moved: Vec::new(), carried: None }]
        }
    }

    /// Adds the gathered axes that `source` has, save where the position is known.
    fn mark_moved(&self, source: &mut Source, axes: &[AxisId], indices: &[NodeId]) {
        for (&axis, &index) in axes.iter().zip(indices) {
            let known = self.unrolled[axis.index()] && self.fixed_index(index);
            let has = self.program.nodes[source.node].axes.contains(&axis);
            if has && !known && !source.moved.contains(&axis) {
                source.moved.push(axis);
            }
        }
    }

    /// A carry reads its init, and its next where that does not recur with it.
    fn read_by_carry(&mut self, carry: NodeId, views: &[Vec<Source>]) {
        for (tie, link) in links(self.program).filter(|(_, link)| link.carry == carry) {
            let init = self.through(link.init, views);
            self.sources[carry.index()].extend(init);
            let axis = self.program.ties[tie].axis;
            if self.program.axes[axis].size <= 1 {
                continue;
            }
            let next = self.through(link.next, views);
            let together = self.memberships[link.next.index()]
                .iter()
                .any(|u| self.memberships[carry.index()].contains(u));
            if !together {
                self.sources[carry.index()]
                    .extend(next.iter().map(|s| Source { carried: Some(axis), ..s.clone() }));
            }
            self.brought[carry.index()] = next;
        }
    }
}

/// Row and column axes of linear algebra.
pub(super) fn matrix_axes(op: &Op) -> Option<(AxisId, AxisId)> {
    match *op {
        Op::Cholesky { row, col }
        | Op::Solve { row, col, .. }
        | Op::CholeskyAdjoint { row, col } => Some((row, col)),
        Op::Const(_)
        | Op::Data(_)
        | Op::Slot(_)
        | Op::Noise { .. }
        | Op::Discrete(_)
        | Op::Draw { .. }
        | Op::Iota(_)
        | Op::Call(_)
        | Op::Convert(_)
        | Op::Stop
        | Op::Sum(_)
        | Op::Max(_)
        | Op::Contract(_)
        | Op::Gather(_)
        | Op::SumBy { .. }
        | Op::Carry(_) => None,
    }
}

/// The axes that a node's operation sums or takes the maximum over.
pub(super) fn reduced(op: &Op) -> &[AxisId] {
    match op {
        Op::Sum(axes) | Op::Max(axes) | Op::Contract(axes) | Op::SumBy { over: axes, .. } => axes,
        Op::Const(_)
        | Op::Data(_)
        | Op::Slot(_)
        | Op::Noise { .. }
        | Op::Discrete(_)
        | Op::Draw { .. }
        | Op::Iota(_)
        | Op::Call(_)
        | Op::Convert(_)
        | Op::Stop
        | Op::Gather(_)
        | Op::Cholesky { .. }
        | Op::Solve { .. }
        | Op::CholeskyAdjoint { .. }
        | Op::Carry(_) => &[],
    }
}

/// The axes over which a node's work repeats, ascending: its own and the reduced ones; the
/// operands' for `SumBy`; the batch for linear algebra.
pub(super) fn space(program: &Program, id: NodeId) -> Vec<AxisId> {
    let node = &program.nodes[id];
    let mut axes: Vec<AxisId> = if matches!(node.op, Op::SumBy { .. }) {
        node.operands.iter().flat_map(|&o| program.nodes[o].axes.iter().copied()).collect()
    } else {
        let matrix = matrix_axes(&node.op);
        let batch = |a: &AxisId| matrix.is_none_or(|(row, col)| *a != row && *a != col);
        node.axes.iter().chain(reduced(&node.op)).copied().filter(batch).collect()
    };
    axes.sort_unstable();
    axes.dedup();
    axes
}

/// All links of recurrences with their ties.
pub(super) fn links(
    program: &Program,
) -> impl Iterator<Item = (TieId, &crate::program::CarryLink)> {
    program.ties.iter().flat_map(|(id, tie)| tie.carries.iter().map(move |link| (id, link)))
}

/// What the outputs need.
fn live(program: &Program) -> Vec<bool> {
    let mut live = vec![false; program.nodes.len()];
    let mut open: Vec<NodeId> = program.outputs.iter().map(|o| o.node).collect();
    while let Some(id) = open.pop() {
        if std::mem::replace(&mut live[id.index()], true) {
            continue;
        }
        open.extend(&program.nodes[id].operands);
        if matches!(program.nodes[id].op, Op::Carry(_)) {
            open.extend(
                links(program)
                    .filter(|(_, link)| link.carry == id)
                    .flat_map(|(_, link)| [link.init, link.next]),
            );
        }
    }
    live
}

/// Recurrences of more than one step with their members; those of one axis and direction that share
/// a member as one.
fn units(program: &Program, live: &[bool]) -> Vec<Unit> {
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
fn members(program: &Program, live: &[bool], tie: TieId) -> Vec<NodeId> {
    let alive: Vec<_> =
        program.ties[tie].carries.iter().filter(|link| live[link.carry.index()]).collect();
    let mut reached = vec![false; program.nodes.len()];
    let mut needed = vec![false; program.nodes.len()];
    for link in &alive {
        reached[link.carry.index()] = true;
        needed[link.next.index()] = true;
    }
    for (id, node) in program.nodes.iter() {
        reached[id.index()] |= node.operands.iter().any(|o| reached[o.index()]);
    }
    for (id, node) in program.nodes.iter().rev() {
        if needed[id.index()] {
            node.operands.iter().for_each(|o| needed[o.index()] = true);
        }
    }
    let carries = |id: NodeId| alive.iter().any(|link| link.carry == id);
    program
        .nodes
        .ids()
        .filter(|&id| carries(id) || (reached[id.index()] && needed[id.index()]))
        .collect()
}
