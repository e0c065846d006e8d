//! A quadratic density → its slopes and curvatures, block by block, and its integral.

use crate::builtins::Builtin;
use crate::program::{Builder, NodeId, OutputRole, Program, replay};

use super::coordinates::{Coordinates, element, only_at};

/// Nodes of a density with its gradient and the tangents of both.
pub(in crate::marginal) struct Parts {
    value: NodeId,
    /// First coordinate of each slot of the point → its node.
    pub points: Vec<(usize, NodeId)>,
    /// First coordinate of each slot of the point → the node of its direction.
    directions: Vec<(usize, NodeId)>,
    /// By first coordinate: the gradient, and its tangent.
    gradients: Vec<(usize, NodeId, NodeId)>,
}

impl Parts {
    /// Of a program that was differentiated and then given its tangents; it had `dim` coordinates.
    pub fn of(program: &Program, dim: usize) -> Option<Self> {
        let mut points = Vec::new();
        let mut directions = Vec::new();
        for (first, id) in program.unknowns() {
            if first < dim { points.push((first, id)) } else { directions.push((first - dim, id)) }
        }
        let count = program.outputs.len() / 2;
        let value = program.outputs.iter().position(|o| o.role == OutputRole::Value)?;
        let gradients = (0..count).filter_map(|i| {
            let first = if let OutputRole::Gradient(range) = &program.outputs[i].role {
                (!range.is_empty()).then_some(range.start)
            } else {
                None
            };
            first.map(|first| (first, program.outputs[i].node, program.outputs[count + i].node))
        });
        Some(Self {
            value: program.outputs[value].node,
            points,
            directions,
            gradients: gradients.collect(),
        })
    }

    /// Density and slopes by coordinate, each block's at `values` of its coordinates.
    pub fn at(
        &self,
        b: &mut Builder,
        coordinates: &Coordinates,
        values: &[NodeId],
    ) -> (NodeId, Vec<NodeId>) {
        let mut wanted = vec![self.value];
        wanted.extend(coordinates.each.iter().map(|(first, _)| self.gradient_of(*first).0));
        let instead = coordinates.spread(b, &self.points, values);
        let nodes = replay(b, &instead, &[], &wanted);
        let each = coordinates.each.iter().zip(&nodes[1..]);
        (nodes[0], each.map(|((_, places), &node)| element(b, node, places)).collect())
    }

    /// Density, slopes by coordinate and curvatures by pair of coordinates (rows after each other),
    /// each block's at u = 0.
    pub fn at_origin(&self, b: &mut Builder, coordinates: &Coordinates) -> [Vec<NodeId>; 3] {
        let zero = b.constant(0.0);
        let origin = vec![zero; coordinates.each.len()];
        let (value, slopes) = self.at(b, coordinates, &origin);
        let at_origin = coordinates.spread(b, &self.points, &origin);
        let mut curvatures = Vec::new();
        for (first, places) in &coordinates.each {
            let mut instead = at_origin.clone();
            instead.extend(self.directions.iter().map(|&(_, node)| (node, zero)));
            for &(_, node) in self.directions.iter().filter(|(f, _)| f == first) {
                let one = b.constant(1.0);
                instead.insert(node, only_at(b, places, one));
            }
            let tangents: Vec<NodeId> =
                coordinates.each.iter().map(|(first, _)| self.gradient_of(*first).1).collect();
            let column = replay(b, &instead, &[], &tangents);
            for ((_, places), node) in coordinates.each.iter().zip(column) {
                let entry = element(b, node, places);
                curvatures.push(b.call(Builtin::Negate, &[entry]));
            }
        }
        [vec![value], slopes, curvatures]
    }

    /// The gradient by the slot of a coordinate, and its tangent.
    fn gradient_of(&self, first: usize) -> (NodeId, NodeId) {
        let found = self.gradients.iter().find(|(f, ..)| *f == first);
        let (_, gradient, tangent) = found.expect("every slot that is not empty has a gradient");
        (*gradient, *tangent)
    }
}

/// A Gaussian integral, one a block.
pub(in crate::marginal) struct Solved {
    /// gᵀA⁻¹g/2 − log det A/2 + d/2·log 2π.
    pub log_integral: NodeId,
    /// Coordinates as functions of noise.
    pub deviates: Deviates,
}

/// A = LLᵀ and L⁻¹g.
pub(in crate::marginal) struct Deviates {
    factor: Factor,
    w: Vec<NodeId>,
}

/// By a Cholesky factor written out.
pub(in crate::marginal) fn solved(
    b: &mut Builder,
    slopes: &[NodeId],
    curvatures: &[NodeId],
) -> Solved {
    let factor = Factor::of(b, curvatures, slopes.len());
    let w = factor.forward(b, slopes);
    let gain = half_square(b, &w);
    let volume = factor.log_volume(b);
    let log_integral = b.call(Builtin::Add, &[volume, gain]);
    Solved { log_integral, deviates: Deviates { factor, w } }
}

impl Deviates {
    /// A⁻¹g + L⁻ᵀe.
    pub fn at(&self, b: &mut Builder, e: &[NodeId]) -> Vec<NodeId> {
        let moved: Vec<NodeId> =
            self.w.iter().zip(e).map(|(&w, &e)| b.call(Builtin::Add, &[w, e])).collect();
        self.factor.backward(b, &moved)
    }
}

/// The Cholesky factor L of one small matrix a block, written out: rows as far as the diagonal.
pub(in crate::marginal) struct Factor {
    l: Vec<Vec<NodeId>>,
    /// What is left of each diagonal entry once what the rows above explain is taken off: the
    /// squares of the diagonal of L.
    pub pivots: Vec<NodeId>,
}

impl Factor {
    /// Of a matrix of `d` rows, after each other.
    pub fn of(b: &mut Builder, matrix: &[NodeId], d: usize) -> Self {
        Self::by(b, matrix, d, |_, pivot, _| pivot)
    }

    /// The same, where no pivot counts as less than this part of its diagonal entry.
    pub fn bounded(b: &mut Builder, matrix: &[NodeId], d: usize, part: f64) -> Self {
        Self::by(b, matrix, d, |b, pivot, entry| {
            let part = b.constant(part);
            let least = b.call(Builtin::Multiply, &[part, entry]);
            b.call(Builtin::Max, &[pivot, least])
        })
    }

    fn by(
        b: &mut Builder,
        matrix: &[NodeId],
        d: usize,
        pivot_of: impl Fn(&mut Builder, NodeId, NodeId) -> NodeId,
    ) -> Self {
        let mut factor = Self { l: Vec::new(), pivots: Vec::new() };
        for i in 0..d {
            let mut row: Vec<NodeId> = Vec::new();
            for j in 0..i {
                let entry = less_products(b, matrix[i * d + j], &row, &factor.l[j]);
                row.push(b.call(Builtin::Divide, &[entry, factor.l[j][j]]));
            }
            let entry = matrix[i * d + i];
            let pivot = less_products(b, entry, &row, &row);
            let pivot = pivot_of(b, pivot, entry);
            factor.pivots.push(pivot);
            row.push(b.call(Builtin::Sqrt, &[pivot]));
            factor.l.push(row);
        }
        factor
    }

    /// L⁻¹x.
    pub fn forward(&self, b: &mut Builder, x: &[NodeId]) -> Vec<NodeId> {
        let mut w: Vec<NodeId> = Vec::new();
        for (row, &x) in self.l.iter().zip(x) {
            let rest = less_products(b, x, row, &w);
            w.push(b.call(Builtin::Divide, &[rest, row[w.len()]]));
        }
        w
    }

    /// L⁻ᵀx.
    pub fn backward(&self, b: &mut Builder, x: &[NodeId]) -> Vec<NodeId> {
        let mut solution: Vec<NodeId> = Vec::new();
        for i in (0..x.len()).rev() {
            // Of column i of L, from the last row up: `solution` holds the last coordinate first.
            let column: Vec<NodeId> = (i + 1..x.len()).rev().map(|row| self.l[row][i]).collect();
            let rest = less_products(b, x[i], &column, &solution);
            solution.push(b.call(Builtin::Divide, &[rest, self.l[i][i]]));
        }
        solution.reverse();
        solution
    }

    /// d/2·log 2π − log det A/2.
    pub fn log_volume(&self, b: &mut Builder) -> NodeId {
        let unit = b.constant(0.5 * self.l.len() as f64 * (2.0 * std::f64::consts::PI).ln());
        let half = self.half_log_determinant(b);
        b.call(Builtin::Subtract, &[unit, half])
    }

    /// log det A/2.
    pub fn half_log_determinant(&self, b: &mut Builder) -> NodeId {
        let zero = b.constant(0.0);
        self.l.iter().enumerate().fold(zero, |sum, (i, row)| {
            let log = b.call(Builtin::Log, &[row[i]]);
            b.call(Builtin::Add, &[sum, log])
        })
    }
}

/// Σ x²/2.
pub(in crate::marginal) fn half_square(b: &mut Builder, x: &[NodeId]) -> NodeId {
    let (zero, half) = (b.constant(0.0), b.constant(0.5));
    let sum = x.iter().fold(zero, |sum, &x| {
        let square = b.call(Builtin::Multiply, &[x, x]);
        b.call(Builtin::Add, &[sum, square])
    });
    b.call(Builtin::Multiply, &[half, sum])
}

/// x − Σ aᵢbᵢ, as far as both lists go.
fn less_products(b: &mut Builder, x: NodeId, left: &[NodeId], right: &[NodeId]) -> NodeId {
    left.iter().zip(right).fold(x, |rest, (&left, &right)| {
        let product = b.call(Builtin::Multiply, &[left, right]);
        b.call(Builtin::Subtract, &[rest, product])
    })
}
