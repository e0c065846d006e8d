//! Quadratic blocks that are alike → their integral as a program, in closed form.
//!
//! Where the log joint density is f + gᵀu − uᵀAu/2 in the hidden coordinates u of a block of size
//! d, the log of its integral is f + gᵀA⁻¹g/2 − log det A/2 + d/2·log 2π. f, g and A are the
//! density, its gradient and its Hessian at u = 0: programs again, whose arithmetic varies over
//! fewer axes than the rows have wherever the model lets it.

use std::collections::HashMap;

use crate::builtins::Builtin;
use crate::gradient;
use crate::lower::{Hidden, Lowered};
use crate::marginal::programs::program::whole;
use crate::marginal::structure::Structure;
use crate::program::{
    AxisId, Builder, Computation, NodeId, OutputRole, Program, Term, TermKind, fold, replay,
};

/// Larger blocks are left to sparse factors: a factor written out grows with the third power of the
/// size.
pub(in crate::marginal) const LARGEST: usize = 4;

/// The parameters' log density with all blocks integrated out, and its gradient by the parameters;
/// none where blocks are not quadratic, too large, or not alike.
pub(in crate::marginal) fn program(
    lowered: &Lowered,
    structure: &Structure,
) -> Option<Computation> {
    if !structure.is_quadratic() || structure.blocks.is_empty() {
        return None;
    }
    let coordinates =
        coordinates(lowered, &lowered.hidden, structure).filter(|c| c.each.len() <= LARGEST)?;
    let derivatives = gradient::tangent(gradient::differentiate(whole(lowered)));
    let parts = Parts::of(&derivatives.program, lowered.program.slots)?;
    let mut b = Builder::resume(derivatives.without_terms().without_outputs());
    let [value, slopes, curvatures] = parts.at_origin(&mut b, &coordinates);
    let integral = solved(&mut b, &slopes, &curvatures).log_integral;
    let integral = b.sum(integral, &coordinates.axes);
    let total = b.call(Builtin::Add, &[value[0], integral]);
    let span = b.span();
    b.program.terms =
        vec![Term { name: "integrated".to_owned(), node: total, kind: TermKind::Whole, span }];
    let mut gradient = gradient::differentiate(b.finish());
    of_parameters(&mut gradient.program, structure);
    Some(fold(gradient))
}

/// Keeps the value and its gradient by parameters: that by hidden coordinates, which are integrated
/// out, is 0.
pub(in crate::marginal) fn of_parameters(program: &mut Program, structure: &Structure) {
    program.outputs.retain(|output| match &output.role {
        OutputRole::Gradient(range) => structure.parameters.binary_search(&range.start).is_ok(),
        OutputRole::Value => true,
        OutputRole::Tangent | OutputRole::Term | OutputRole::Variable => false,
    });
}

/// The coordinates of a block.
pub(in crate::marginal) struct Coordinates {
    /// The axes whose elements are the blocks.
    pub axes: Vec<AxisId>,
    /// By element of these axes, in canonical layout: the block.
    pub blocks: Vec<usize>,
    /// First coordinate of a slot, and where a block's own one is along the axes that the slot has
    /// beyond those of the blocks.
    pub each: Vec<(usize, Vec<(AxisId, usize)>)>,
}

/// The coordinates of a block, where every block is an element of the same axes. `hidden`: whose
/// coordinates the structure is about.
pub(in crate::marginal) fn coordinates(
    lowered: &Lowered,
    hidden: &[Hidden],
    structure: &Structure,
) -> Option<Coordinates> {
    let slots: Vec<(usize, Vec<AxisId>)> = hidden
        .iter()
        .map(|part| {
            let node = lowered.program.nodes.iter().find(|(_, node)| {
                node.op.slot() == Some(part.first) && lowered.program.extent(&node.axes) == part.len
            });
            node.map(|(_, node)| (part.first, node.axes.clone()))
        })
        .collect::<Option<_>>()?;
    let common: Vec<AxisId> = slots
        .first()?
        .1
        .iter()
        .copied()
        .filter(|a| slots.iter().all(|(_, axes)| axes.contains(a)))
        .collect();
    // Of the axes that all have, those along which the block changes.
    let block_of = |coordinate: usize| {
        structure.hidden.binary_search(&coordinate).ok().map(|p| structure.block_of[p])
    };
    let (first, axes) = slots.first()?;
    let stride = |axes: &[AxisId], axis: AxisId| {
        axes.iter()
            .position(|&a| a == axis)
            .map_or(0, |place| lowered.program.extent(&axes[place + 1..]))
    };
    let changes = |axis: &AxisId| {
        lowered.program.axes[*axis].size < 2
            || block_of(*first) != block_of(first + stride(axes, *axis))
    };
    let axes: Vec<AxisId> = common.into_iter().filter(changes).collect();
    let mut each = Vec::new();
    for (first, slot_axes) in &slots {
        let own: Vec<AxisId> = slot_axes.iter().copied().filter(|a| !axes.contains(a)).collect();
        for element in 0..lowered.program.extent(&own) {
            each.push((*first, places(&lowered.program, &own, element)));
        }
    }
    let size = each.len();
    let alike = structure.blocks.len() == lowered.program.extent(&axes)
        && structure.blocks.iter().all(|block| block.len() == size);
    let blocks = if alike { blocks_at(lowered, structure, &slots, &axes)? } else { return None };
    Some(Coordinates { axes, blocks, each })
}

/// The place along each axis of an element in canonical layout.
pub(in crate::marginal) fn places(
    program: &Program,
    axes: &[AxisId],
    element: usize,
) -> Vec<(AxisId, usize)> {
    let mut rest = element;
    let mut places: Vec<(AxisId, usize)> = axes
        .iter()
        .rev()
        .map(|&axis| {
            let size = program.axes[axis].size;
            let place = rest % size;
            rest /= size;
            (axis, place)
        })
        .collect();
    places.reverse();
    places
}

/// By element of `axes` the block; none unless coordinates are in one block exactly where they are
/// at one element.
fn blocks_at(
    lowered: &Lowered,
    structure: &Structure,
    slots: &[(usize, Vec<AxisId>)],
    axes: &[AxisId],
) -> Option<Vec<usize>> {
    let mut blocks = vec![None; lowered.program.extent(axes)];
    for (first, slot_axes) in slots {
        for element in 0..lowered.program.extent(slot_axes) {
            let at = places(&lowered.program, slot_axes, element);
            let known = &mut blocks[position(&lowered.program, axes, &at)];
            let block =
                structure.block_of[structure.hidden.binary_search(&(first + element)).ok()?];
            if *known.get_or_insert(block) != block {
                return None;
            }
        }
    }
    blocks.into_iter().collect()
}

/// The position in canonical layout over `axes` of an element at these places, among them one along
/// each of the axes.
pub(in crate::marginal) fn position(
    program: &Program,
    axes: &[AxisId],
    at: &[(AxisId, usize)],
) -> usize {
    let place = |axis: AxisId| at.iter().find(|(a, _)| *a == axis).map_or(0, |(_, place)| *place);
    axes.iter().fold(0, |position, &axis| position * program.axes[axis].size + place(axis))
}

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

    /// Density, slopes by coordinate and curvatures by pair of coordinates (rows after each other),
    /// each block's at u = 0.
    pub fn at_origin(&self, b: &mut Builder, coordinates: &Coordinates) -> [Vec<NodeId>; 3] {
        let zero = b.constant(0.0);
        let hidden: Vec<usize> = coordinates.each.iter().map(|(first, _)| *first).collect();
        let origin = |instead: &mut HashMap<NodeId, NodeId>| {
            instead.extend(
                self.points
                    .iter()
                    .filter(|(first, _)| hidden.contains(first))
                    .map(|&(_, node)| (node, zero)),
            );
        };
        let of = |first: usize| self.gradients.iter().find(|(f, ..)| *f == first);
        let mut wanted = vec![self.value];
        wanted.extend(coordinates.each.iter().filter_map(|(first, _)| of(*first).map(|g| g.1)));
        let mut instead = HashMap::new();
        origin(&mut instead);
        let found = replay(b, &instead, &[], &wanted);
        let slopes = coordinates
            .each
            .iter()
            .zip(&found[1..])
            .map(|((_, at), &node)| element(b, node, at))
            .collect();
        let mut curvatures = Vec::new();
        for (first, at) in &coordinates.each {
            let mut instead: HashMap<NodeId, NodeId> =
                self.directions.iter().map(|&(_, node)| (node, zero)).collect();
            origin(&mut instead);
            for &(_, node) in self.directions.iter().filter(|(f, _)| f == first) {
                let one = b.constant(1.0);
                instead.insert(node, only_at(b, at, one));
            }
            let tangents: Vec<NodeId> =
                coordinates.each.iter().filter_map(|(first, _)| of(*first).map(|g| g.2)).collect();
            let column = replay(b, &instead, &[], &tangents);
            for ((_, at), node) in coordinates.each.iter().zip(column) {
                let entry = element(b, node, at);
                curvatures.push(b.call(Builtin::Negate, &[entry]));
            }
        }
        [vec![found[0]], slopes, curvatures]
    }
}

/// A node at one place along some axes.
pub(in crate::marginal) fn element(
    b: &mut Builder,
    node: NodeId,
    at: &[(AxisId, usize)],
) -> NodeId {
    let indices: Vec<(AxisId, NodeId)> =
        at.iter().map(|&(axis, place)| (axis, b.position(axis, place))).collect();
    b.gather(node, &indices)
}

/// A value at one place along some axes, 0 elsewhere.
pub(in crate::marginal) fn only_at(
    b: &mut Builder,
    at: &[(AxisId, usize)],
    value: NodeId,
) -> NodeId {
    let zero = b.constant(0.0);
    at.iter().fold(value, |value, &(axis, place)| {
        let (along, here) = (b.iota(axis), b.position(axis, place));
        let equal = b.call(Builtin::Equal, &[along, here]);
        b.call(Builtin::Select, &[equal, value, zero])
    })
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
    l: Vec<Vec<NodeId>>,
    w: Vec<NodeId>,
}

/// By a Cholesky factor written out.
pub(in crate::marginal) fn solved(
    b: &mut Builder,
    slopes: &[NodeId],
    curvatures: &[NodeId],
) -> Solved {
    let d = slopes.len();
    let (mut l, mut w): (Vec<Vec<NodeId>>, Vec<NodeId>) = (Vec::new(), Vec::new());
    let mut log_integral = b.constant(0.5 * d as f64 * (2.0 * std::f64::consts::PI).ln());
    for i in 0..d {
        let mut row: Vec<NodeId> = Vec::new();
        for j in 0..=i {
            let known = if i == j { row.clone() } else { l[j].clone() };
            let entry = less_products(b, curvatures[i * d + j], &row, &known);
            row.push(if i == j {
                b.call(Builtin::Sqrt, &[entry])
            } else {
                b.call(Builtin::Divide, &[entry, l[j][j]])
            });
        }
        let rest = less_products(b, slopes[i], &row, &w);
        let (log, solved) =
            (b.call(Builtin::Log, &[row[i]]), b.call(Builtin::Divide, &[rest, row[i]]));
        let square = b.call(Builtin::Multiply, &[solved, solved]);
        let half = b.constant(0.5);
        let gain = b.call(Builtin::Multiply, &[half, square]);
        log_integral = b.call(Builtin::Add, &[log_integral, gain]);
        log_integral = b.call(Builtin::Subtract, &[log_integral, log]);
        w.push(solved);
        l.push(row);
    }
    Solved { log_integral, deviates: Deviates { l, w } }
}

/// x − Σ aᵢbᵢ, as far as both lists go.
fn less_products(b: &mut Builder, x: NodeId, left: &[NodeId], right: &[NodeId]) -> NodeId {
    left.iter().zip(right).fold(x, |rest, (&left, &right)| {
        let product = b.call(Builtin::Multiply, &[left, right]);
        b.call(Builtin::Subtract, &[rest, product])
    })
}

impl Deviates {
    /// A⁻¹g + L⁻ᵀe.
    pub fn at(&self, b: &mut Builder, e: &[NodeId]) -> Vec<NodeId> {
        let mut found: Vec<NodeId> = Vec::new();
        for i in (0..self.w.len()).rev() {
            let start = b.call(Builtin::Add, &[self.w[i], e[i]]);
            // Of column i of L, from the last row up: `found` holds the last coordinate first.
            let column: Vec<NodeId> =
                (i + 1..self.w.len()).rev().map(|row| self.l[row][i]).collect();
            let rest = less_products(b, start, &column, &found);
            found.push(b.call(Builtin::Divide, &[rest, self.l[i][i]]));
        }
        found.reverse();
        found
    }
}
