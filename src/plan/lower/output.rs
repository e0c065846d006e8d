//! Results: computed in their place where possible, else copied at the end.

use crate::plan::ir::{Buffer, BufferId, Kind, Place, Statement, Step};
use crate::program::NodeId;

use super::Lowering;

impl Lowering<'_> {
    /// Real nodes that are outputs lie among the results: the first time they are.
    pub(super) fn place_outputs(&mut self) {
        for (id, place) in self.output_places() {
            let computed_there = self.buffer[id].is_none() && self.kind(id) == Kind::Real;
            if computed_there {
                self.buffer[id] = Some(self.output_buffer(id, place));
            }
        }
    }

    fn output_places(&self) -> Vec<(NodeId, Place)> {
        let program = self.survey.program;
        let mut offset = 0;
        let mut place = |node: NodeId| {
            let place = Place::Output(offset);
            offset += program.extent(&program.nodes[node].axes);
            (node, place)
        };
        program.outputs.iter().map(|output| place(output.node)).collect()
    }

    fn output_buffer(&mut self, id: NodeId, place: Place) -> BufferId {
        let axes = self.survey.program.nodes[id].axes.clone();
        let len = self.survey.program.extent(&axes);
        self.buffers.push(Buffer { node: Some(id), axes, kind: Kind::Real, place, len })
    }

    /// Copies the outputs that are not computed in their place.
    pub(super) fn copies(&mut self, level: usize) -> Option<Step> {
        let mut nodes = Vec::new();
        for (id, place) in self.output_places() {
            let there = self.buffer[id].is_some_and(|b| self.buffers[b].place == place);
            // Two outputs without elements can have one place.
            if there || self.survey.program.extent(&self.survey.program.nodes[id].axes) == 0 {
                continue;
            }
            nodes.push(id);
            let buffer = self.output_buffer(id, place);
            let axes = &self.survey.program.nodes[id].axes;
            self.over(axes, &self.point.clone(), &mut |lowering, point| {
                let value = lowering.value(id, point);
                let value = lowering.emitter.real(value);
                let at = lowering.address(axes, point);
                lowering.emitter.push(Statement::Store { buffer, at, value });
            });
        }
        let body = self.emitter.take();
        (!nodes.is_empty()).then_some(Step { level, sweep: None, nodes, body })
    }
}
