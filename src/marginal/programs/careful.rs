//! Quadratic blocks that are alike → their integral as a program that loses no digits where hidden
//! coordinates almost stand for each other, such as an intercept and the slope of a predictor that
//! lies far from 0.
//!
//! There A is nearly singular, and the digits of its small pivots are lost as soon as its entries
//! are rounded. So the block is written in coordinates t of its own, u = c + Wt with W near L⁻ᵀ for
//! A = LLᵀ: the negative Hessian by t is M = WᵀAW, near the unit matrix, and
//! log det A = log det M − 2·log det W for every W. The entries of M are second derivatives along
//! pairs of columns of W, carried forward through each row: what cancels does so within the row,
//! between numbers that have all their digits. Derivatives do not pass through W, as none through c.

use std::collections::HashMap;

use crate::builtins::Builtin;
use crate::gradient;
use crate::lower::JointProgram;
use crate::marginal::structure::{Blocks, Structure};
use crate::program::{Builder, Computation, NodeId, OutputRole, Program, replay};

use super::coordinates::{Coordinates, coordinates, summed};
use super::exact::{GAIN, LARGEST, SHARE, integrated, share};
use super::program::bare;
use super::quadratic::{Factor, half_square};

/// How often W is made from what the last one left to be done: once more than it takes where A is
/// not singular to rounding.
const ROUNDS: usize = 2;

/// No pivot of what W is made from counts as less than this part of its diagonal entry: any W does
/// that is not singular.
const LEAST: f64 = 1e-14;

/// The parameters' log density with all blocks integrated out, as `exact::program` gives it; none
/// where it gives none, and for blocks of one coordinate, where there is nothing to be gained.
pub(super) fn program(
    joint: &JointProgram,
    structure: &Structure,
    blocks: &Blocks,
) -> Option<Computation> {
    let coordinates = coordinates(joint, &joint.hidden, structure)
        .filter(|c| c.each.len() > 1 && c.each.len() <= LARGEST)?;
    let (mut b, jet) = Jet::of(joint, blocks, &coordinates)?;
    let d = coordinates.each.len();
    let (zero, one) = (b.constant(0.0), b.constant(1.0));
    let mut place = Place {
        center: vec![zero; d],
        basis: (0..d).map(|k| (0..d).map(|i| if i == k { one } else { zero }).collect()).collect(),
    };
    let mut log_scale = zero;
    for _ in 0..ROUNDS {
        let (slopes, matrix) = jet.along(&mut b, &coordinates, &place);
        let factor = Factor::bounded(&mut b, &matrix, d, LEAST);
        let volume = factor.half_log_determinant(&mut b);
        log_scale = b.call(Builtin::Subtract, &[log_scale, volume]);
        place = place.refined(&mut b, &factor, &slopes);
    }
    log_scale = b.stop(log_scale);
    let (slopes, matrix) = jet.along(&mut b, &coordinates, &place);
    let factor = Factor::of(&mut b, &matrix, d);
    let w = factor.forward(&mut b, &slopes);
    let gain = half_square(&mut b, &w);
    let volume = factor.log_volume(&mut b);
    let integral = [volume, log_scale, jet.value(&mut b, &coordinates, &place)]
        .into_iter()
        .fold(gain, |sum, part| b.call(Builtin::Add, &[sum, part]));
    let integral = b.sum(integral, &coordinates.axes);
    let total = b.call(Builtin::Add, &[jet.alone, integral]);
    let gains = b.sum(gain, &coordinates.axes);
    b.output(OutputRole::Term, GAIN, gains);
    let share = share(&mut b, &factor, &matrix, &coordinates);
    b.output(OutputRole::Term, SHARE, share);
    Some(integrated(b, total, structure))
}

/// A point and coordinates around it: u = c + Wt.
struct Place {
    /// c.
    center: Vec<NodeId>,
    /// The columns of W.
    basis: Vec<Vec<NodeId>>,
}

impl Place {
    /// At the mode as slopes and factor of the curvature along W see it, and with the coordinates
    /// in which it would be the unit matrix.
    fn refined(&self, b: &mut Builder, factor: &Factor, slopes: &[NodeId]) -> Self {
        let zero = b.constant(0.0);
        let w = factor.forward(b, slopes);
        let step = factor.backward(b, &w);
        let moved = self.combined(b, &step);
        let center = self.center.iter().zip(moved);
        let center = center.map(|(&from, step)| b.call(Builtin::Add, &[from, step])).collect();
        let d = slopes.len();
        let column = |b: &mut Builder, k: usize| {
            let mut unit = vec![zero; d];
            unit[k] = b.constant(1.0);
            let t = factor.backward(b, &unit);
            self.combined(b, &t)
        };
        let basis: Vec<Vec<NodeId>> = (0..d).map(|k| column(b, k)).collect();
        Self { center, basis }.stopped(b)
    }

    /// Wt.
    fn combined(&self, b: &mut Builder, t: &[NodeId]) -> Vec<NodeId> {
        let mut sums = vec![b.constant(0.0); t.len()];
        for (column, &t) in self.basis.iter().zip(t) {
            for (sum, &entry) in sums.iter_mut().zip(column) {
                let product = b.call(Builtin::Multiply, &[t, entry]);
                *sum = b.call(Builtin::Add, &[*sum, product]);
            }
        }
        sums
    }

    /// The same, constant to derivatives.
    fn stopped(self, b: &mut Builder) -> Self {
        let mut stop = |values: Vec<NodeId>| values.into_iter().map(|v| b.stop(v)).collect();
        Self { center: stop(self.center), basis: self.basis.into_iter().map(&mut stop).collect() }
    }
}

/// Nodes of a density with its first and second derivatives along directions.
struct Jet {
    /// What depends on parameters alone.
    alone: NodeId,
    /// By block: the rest, its derivative along the first direction, and that of this along the
    /// second.
    orders: [NodeId; 3],
    /// Slots of the point: first coordinate and node.
    point: Vec<(usize, NodeId)>,
    /// Slots of both directions, in the same way.
    directions: [Vec<(usize, NodeId)>; 2],
    /// All slots of directions, and of directions of directions.
    all: Vec<NodeId>,
}

impl Jet {
    fn of(
        joint: &JointProgram,
        blocks: &Blocks,
        coordinates: &Coordinates,
    ) -> Option<(Builder, Self)> {
        let mut b = bare(joint);
        let summands = joint.summands.iter().cloned().zip(&blocks.of_summand);
        let (alone, inside) = summed(&mut b, summands, coordinates)?;
        b.output(OutputRole::Term, "alone", alone);
        let inside = b.expand(inside, &coordinates.axes);
        b.output(OutputRole::Term, "inside", inside);
        let twice = gradient::tangent(gradient::tangent(b.finish()));
        // Both, and their derivatives along the first direction; then those of all of these.
        let node = |place: usize| twice.program.outputs[place].node;
        let (alone, orders) = (node(0), [node(1), node(3), node(7)]);
        let dim = joint.computation.program.slots;
        let slots = |program: &Program, order: usize| -> Vec<(usize, NodeId)> {
            let of =
                |&(first, _): &(usize, NodeId)| (order * dim..(order + 1) * dim).contains(&first);
            program.unknowns().filter(of).map(|(first, id)| (first - order * dim, id)).collect()
        };
        let program = &twice.program;
        let jet = Self {
            alone,
            orders,
            point: slots(program, 0),
            directions: [slots(program, 1), slots(program, 2)],
            all: program.unknowns().filter(|(first, _)| *first >= dim).map(|(_, id)| id).collect(),
        };
        Some((Builder::resume(twice.without_outputs()), jet))
    }

    /// What to put in the places of slots.
    fn instead(
        &self,
        b: &mut Builder,
        coordinates: &Coordinates,
        place: &Place,
        along: &[usize],
    ) -> HashMap<NodeId, NodeId> {
        let zero = b.constant(0.0);
        let mut instead: HashMap<NodeId, NodeId> = self.all.iter().map(|&id| (id, zero)).collect();
        instead.extend(coordinates.spread(b, &self.point, &place.center));
        for (slots, &column) in self.directions.iter().zip(along) {
            instead.extend(coordinates.spread(b, slots, &place.basis[column]));
        }
        instead
    }

    /// The value of each block at the center.
    fn value(&self, b: &mut Builder, coordinates: &Coordinates, place: &Place) -> NodeId {
        let instead = self.instead(b, coordinates, place, &[]);
        replay(b, &instead, &[], &self.orders[..1])[0]
    }

    /// Each block's slopes and curvatures by t at the center: the curvatures as the rows of a
    /// symmetric matrix, after each other.
    fn along(
        &self,
        b: &mut Builder,
        coordinates: &Coordinates,
        place: &Place,
    ) -> (Vec<NodeId>, Vec<NodeId>) {
        let d = place.center.len();
        let mut slopes = Vec::new();
        let mut matrix = vec![b.constant(0.0); d * d];
        for i in 0..d {
            let instead = self.instead(b, coordinates, place, &[i]);
            slopes.push(replay(b, &instead, &[], &self.orders[1..2])[0]);
            for j in 0..=i {
                let instead = self.instead(b, coordinates, place, &[i, j]);
                let second = replay(b, &instead, &[], &self.orders[2..])[0];
                matrix[i * d + j] = b.call(Builtin::Negate, &[second]);
                matrix[j * d + i] = matrix[i * d + j];
            }
        }
        (slopes, matrix)
    }
}
