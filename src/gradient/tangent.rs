//! Program with outputs → the same with their directional derivatives: a forward sweep on the rules
//! of the reverse one.

use crate::base::IdMap;
use crate::builtins::Builtin;
use crate::gradient::activity::active;
use crate::gradient::matrix::write_out;
use crate::gradient::reverse::{differentiate, slots, total};
use crate::gradient::rules::push_forward;
use crate::program::{
    Builder, Computation, Node, NodeId, Output, OutputRole, Term, TermKind, TieId, remove_dead,
};

/// Adds, for each output, a `Tangent` output of its name: its derivative along a direction. The
/// outputs keep their order, and the tangents follow in the same order. The program takes twice as
/// many coordinates: the point, then the direction.
#[must_use]
pub fn tangent(computation: Computation) -> Computation {
    let written = write_out(computation);
    let outputs = written.program.outputs.clone();
    let mut sweep = Sweep::new(Builder::resume(written));
    sweep.run();
    let mut b = sweep.b;
    for Output { role, name, node } in outputs {
        let axes = b.axes(node).to_vec();
        let moved = sweep.tangents[node].unwrap_or_else(|| b.constant(0.0));
        let moved = b.expand(moved, &axes);
        b.output(OutputRole::Tangent, describe(&role, &name), moved);
    }
    remove_dead(b.finish())
}

/// From a differentiated program one that takes point and direction and gives the gradient and then
/// the Hessian times the direction, both in the order of the coordinates.
#[must_use]
pub fn hessian_vector(mut computation: Computation) -> Computation {
    let outputs = &mut computation.program.outputs;
    outputs.retain(|output| matches!(output.role, OutputRole::Gradient(_)));
    tangent(remove_dead(computation))
}

/// From a program with terms one that takes point, two directions a and b and as many zeros, and
/// gives the gradient by the point of aᵀHb, H the Hessian of the terms' sum: one `Gradient` output
/// a slot of the point, in the order of the coordinates.
#[must_use]
pub fn curvature_gradient(computation: Computation) -> Computation {
    let dim = computation.program.slots;
    let mut b = Builder::resume(computation.without_outputs());
    let value = total(&mut b);
    b.output(OutputRole::Value, "", value);
    let mut computation = b.finish().without_terms();
    for _ in 0..2 {
        computation = tangent(computation);
        let outputs = &mut computation.program.outputs;
        outputs.retain(|output| output.role == OutputRole::Tangent);
        outputs.iter_mut().for_each(|output| output.role = OutputRole::Value);
    }
    let program = &mut computation.program;
    let node = program.outputs[0].node;
    let span = program.nodes[node].span;
    program.terms = vec![Term { name: "curvature".to_owned(), node, kind: TermKind::Whole, span }];
    let mut gradient = differentiate(computation.without_outputs());
    let of_point = |role: &OutputRole| matches!(role, OutputRole::Gradient(r) if r.start < dim);
    gradient.program.outputs.retain(|output| of_point(&output.role));
    remove_dead(gradient)
}

fn describe(role: &OutputRole, name: &str) -> String {
    match role {
        OutputRole::Value => "value".to_owned(),
        OutputRole::Gradient(range) => format!("gradient {}..{}", range.start, range.end),
        OutputRole::Tangent | OutputRole::Term | OutputRole::Variable => name.to_owned(),
    }
}

struct Sweep {
    b: Builder,
    active: IdMap<NodeId, bool>,
    tangents: IdMap<NodeId, Option<NodeId>>,
    /// For each recurrence: its tangent, once begun.
    begun: IdMap<TieId, Option<TieId>>,
}

impl Sweep {
    fn new(b: Builder) -> Self {
        let active = active(&b.program);
        let (tangents, begun) = (b.program.nodes.filled(None), b.program.ties.filled(None));
        Self { b, active, tangents, begun }
    }

    fn run(&mut self) {
        for (_, slot) in slots(&self.b.program) {
            let axes = self.b.axes(slot).to_vec();
            self.tangents[slot] = Some(self.b.slot(&axes));
        }
        for id in self.active.ids() {
            if !self.active[id] || self.tangents[id].is_some() {
                continue;
            }
            let node = self.b.program.nodes[id].clone();
            self.b.at(node.span);
            self.tangents[id] = if let Some(tie) = node.op.tie() {
                Some(self.carry(tie, id))
            } else {
                let tangents: Vec<Option<NodeId>> =
                    node.operands.iter().map(|&o| self.tangents[o]).collect();
                let tangent = push_forward(&mut self.b, id, &tangents);
                self.masked_product(&node).or(tangent)
            };
        }
        self.tie();
    }

    /// The tangent of a product that counts as 0 where its factor x is 0, as the reverse sweep makes
    /// them: 0 where x is 0 and stays so. Where x only passes through 0 the product's own tangent
    /// counts.
    fn masked_product(&mut self, node: &Node) -> Option<NodeId> {
        let called = |b: &Builder, id: NodeId| b.program.nodes[id].op.called();
        let is_zero = |b: &Builder, id: NodeId| b.is_constant(id) == Some(0.0);
        let &[nothing, zero, product] = node.operands.as_slice() else { return None };
        let is_masked = node.op.called() == Some(Builtin::Select)
            && is_zero(&self.b, zero)
            && called(&self.b, nothing) == Some(Builtin::Equal);
        let sides = is_masked.then(|| self.b.program.nodes[nothing].operands.clone())?;
        let x = sides.iter().copied().find(|&side| !is_zero(&self.b, side))?;
        let compares = sides.iter().any(|&side| is_zero(&self.b, side));
        let (moved, tangent) = (self.tangents[x].filter(|_| compares)?, self.tangents[product]?);
        let still = self.b.call(Builtin::Equal, &[moved, zero]);
        let rests = self.b.call(Builtin::And, &[nothing, still]);
        Some(self.b.call(Builtin::Select, &[rests, zero, tangent]))
    }

    /// The tangent of a carry: a carry of the recurrence of tangents.
    fn carry(&mut self, tie: TieId, id: NodeId) -> NodeId {
        let recurrence = self.b.program.ties[tie].clone();
        let init = self.b.program.link(id).and_then(|(_, link)| self.tangents[link.init]);
        let init = init.unwrap_or_else(|| self.b.constant(0.0));
        let axes = self.b.axes(id).to_vec();
        let carry = match self.begun[tie] {
            None => {
                self.b.carry(recurrence.axis, recurrence.starts, recurrence.reversed, init, &axes)
            }
            Some(begun) => self.b.add_carry(begun, init, &axes),
        };
        self.begun[tie] = self.b.tie_of(carry);
        carry
    }

    /// Ties the carries of tangents to the tangents of what is carried.
    fn tie(&mut self) {
        let links: Vec<_> = self
            .b
            .program
            .ties
            .iter()
            .take(self.begun.len())
            .flat_map(|(_, tie)| tie.carries.clone())
            .collect();
        for link in links.into_iter().filter(|link| self.active[link.carry]) {
            let next = self.tangents[link.next].unwrap_or_else(|| self.b.constant(0.0));
            if let Some(carry) = self.tangents[link.carry] {
                self.b.tie(carry, next);
            }
        }
    }
}
