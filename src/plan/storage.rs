//! Schedule → which nodes lie in memory, and inside how many loops their buffers live. Everything
//! else stays in registers.

use crate::base::Id;
use crate::program::{AxisId, NodeId, Op};

use super::ir::Mode;
use super::schedule::Schedule;
use super::survey::{Survey, matrix_axes, reduced};

/// By node.
pub(super) struct Storage {
    /// The number of loops around its buffer, counted along its path; none for what is only in
    /// registers.
    pub depth: Vec<Option<usize>>,
    /// The number of loops around the place where it is complete.
    pub complete: Vec<usize>,
    /// Whether its sums or maxima are taken in its buffer.
    pub accumulates: Vec<bool>,
}

pub(super) fn store(survey: &Survey, schedule: &Schedule) -> Storage {
    let nodes = survey.program.nodes.len();
    let complete = survey.program.nodes.ids().map(|id| complete(survey, schedule, id)).collect();
    let mut storage =
        Storage { depth: vec![None; nodes], complete, accumulates: vec![false; nodes] };
    for id in survey.program.nodes.ids().filter(|id| survey.scheduled[id.index()]) {
        storage.place(survey, schedule, id);
    }
    survey.program.outputs.iter().for_each(|output| storage.depth[output.node.index()] = Some(0));
    storage
}

impl Storage {
    /// What a node needs for itself and of its sources.
    fn place(&mut self, survey: &Survey, schedule: &Schedule, id: NodeId) {
        let op = &survey.program.nodes[id].op;
        let scattered = |indices: &[NodeId]| {
            indices.iter().any(|&i| !survey.fixed_index(i)) || survey.mode == Mode::Naive
        };
        let summed_by =
            matches!(op, Op::SumBy { .. }) && scattered(&survey.program.nodes[id].operands[1..]);
        let reduces = !reduced(op).is_empty();
        let gathers = reduces || matches!(op, Op::SumBy { .. });
        self.accumulates[id.index()] =
            summed_by || (gathers && !self.in_registers(survey, schedule, id));
        if survey.mode == Mode::Naive {
            self.need(id, 0);
        }
        if self.accumulates[id.index()] || matrix_axes(op).is_some() {
            self.need(id, self.complete[id.index()]);
        }
        let path = &schedule.paths[id.index()];
        for source in survey.sources[id.index()].iter().filter(|s| s.carried.is_none()) {
            self.read(survey, schedule, source.node, path, &source.moved);
        }
        for source in &survey.brought[id.index()] {
            let unit = survey.memberships[id.index()]
                .iter()
                .find(|&&u| matches!(op, Op::Carry(tie) if survey.units[u].ties.contains(tie)));
            let round = unit.map_or(path, |&u| &schedule.rounds[u]);
            self.read(survey, schedule, source.node, round, &source.moved);
        }
    }

    /// Whether the elements of a node, where it is complete, are few and known by position.
    fn in_registers(&self, survey: &Survey, schedule: &Schedule, id: NodeId) -> bool {
        let around = &schedule.paths[id.index()][..self.complete[id.index()]];
        let fixed = |a: &AxisId| {
            survey.unrolled[a.index()] || around.iter().any(|&l| schedule.loops[l] == *a)
        };
        survey.program.nodes[id].axes.iter().all(fixed)
    }

    /// A node is read inside the loops of `path`, at other positions along `moved`.
    fn read(
        &mut self,
        survey: &Survey,
        schedule: &Schedule,
        id: NodeId,
        path: &[usize],
        moved: &[AxisId],
    ) {
        let own = &schedule.paths[id.index()][..self.complete[id.index()]];
        let common = own.iter().zip(path).take_while(|(a, b)| a == b).count();
        if common < own.len() || !moved.is_empty() || !self.in_registers(survey, schedule, id) {
            self.need(id, common);
        }
    }

    fn need(&mut self, id: NodeId, depth: usize) {
        let known = &mut self.depth[id.index()];
        *known = Some(known.map_or(depth, |d| d.min(depth)));
    }
}

/// The number of loops around the outermost one that the node is reduced over, or around the node.
fn complete(survey: &Survey, schedule: &Schedule, id: NodeId) -> usize {
    let reduced = reduced(&survey.program.nodes[id].op);
    let path = &schedule.paths[id.index()];
    path.iter().position(|&l| reduced.contains(&schedule.loops[l])).unwrap_or(path.len())
}
