//! Schedule → which nodes lie in memory, and inside how many loops their buffers live. Everything
//! else stays in registers.

use crate::base::IdMap;
use crate::program::{AxisId, Form, NodeId};

use super::ir::Mode;
use super::schedule::Schedule;
use super::survey::Survey;

/// By node.
pub(super) struct Storage {
    /// The number of loops around its buffer, counted along its path; none for what is only in
    /// registers.
    pub depth: IdMap<NodeId, Option<usize>>,
    /// The number of loops around the place where it is complete.
    pub complete: IdMap<NodeId, usize>,
    /// Whether its sums or maxima are taken in its buffer.
    pub accumulates: IdMap<NodeId, bool>,
}

pub(super) fn store(survey: &Survey, schedule: &Schedule) -> Storage {
    let nodes = &survey.program.nodes;
    let complete = nodes.map(|(id, _)| complete(survey, schedule, id));
    let mut storage =
        Storage { depth: nodes.filled(None), complete, accumulates: nodes.filled(false) };
    for id in survey.program.nodes.ids().filter(|&id| survey.scheduled[id]) {
        storage.place(survey, schedule, id);
    }
    survey.program.outputs.iter().for_each(|output| storage.depth[output.node] = Some(0));
    storage
}

impl Storage {
    /// What a node needs for itself and of its sources.
    fn place(&mut self, survey: &Survey, schedule: &Schedule, id: NodeId) {
        let op = &survey.program.nodes[id].op;
        let scattered = |indices: &[NodeId]| {
            indices.iter().any(|&i| !survey.fixed_index(i)) || survey.mode == Mode::Naive
        };
        let by_index = matches!(op.form(), Form::SumBy { .. });
        let summed_by = by_index && scattered(&survey.program.nodes[id].operands[1..]);
        let gathers = by_index || !op.reduced().is_empty();
        self.accumulates[id] = summed_by || (gathers && !self.in_registers(survey, schedule, id));
        if survey.mode == Mode::Naive {
            self.need(id, 0);
        }
        if self.accumulates[id] || op.matrix().is_some() {
            self.need(id, self.complete[id]);
        }
        let path = &schedule.paths[id];
        for source in survey.sources[id].iter().filter(|s| s.carried.is_none()) {
            self.read(survey, schedule, source.node, path, &source.moved);
        }
        for source in &survey.brought[id] {
            let unit = survey.memberships[id]
                .iter()
                .find(|&&u| op.tie().is_some_and(|tie| survey.units[u].ties.contains(&tie)));
            let round = unit.map_or(path, |&u| &schedule.rounds[u]);
            self.read(survey, schedule, source.node, round, &source.moved);
        }
    }

    /// Whether the elements of a node, where it is complete, are few and known by position.
    fn in_registers(&self, survey: &Survey, schedule: &Schedule, id: NodeId) -> bool {
        let around = &schedule.paths[id][..self.complete[id]];
        let fixed =
            |a: &AxisId| survey.unrolled[*a] || around.iter().any(|&l| schedule.loops[l] == *a);
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
        let own = &schedule.paths[id][..self.complete[id]];
        let common = own.iter().zip(path).take_while(|(a, b)| a == b).count();
        if common < own.len() || !moved.is_empty() || !self.in_registers(survey, schedule, id) {
            self.need(id, common);
        }
    }

    fn need(&mut self, id: NodeId, depth: usize) {
        let known = &mut self.depth[id];
        *known = Some(known.map_or(depth, |d| d.min(depth)));
    }
}

/// The number of loops around the outermost one that the node is reduced over, or around the node.
fn complete(survey: &Survey, schedule: &Schedule, id: NodeId) -> usize {
    let reduced = survey.program.nodes[id].op.reduced();
    let path = &schedule.paths[id];
    path.iter().position(|&l| reduced.contains(&schedule.loops[l])).unwrap_or(path.len())
}
