//! A joint density and its structure → the coordinates of blocks that are alike: one list for all of
//! them, over axes whose elements are the blocks.

use std::collections::HashMap;

use crate::builtins::Builtin;
use crate::lower::{Hidden, JointProgram, Summand};
use crate::marginal::structure::Structure;
use crate::program::{ArrayValues, AxisId, Builder, NodeId, Program, Type};

use super::program::sorted;

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

impl Coordinates {
    /// For each of these slots (first coordinate, node) that holds coordinates of blocks: a node
    /// with `values` in their places.
    pub fn spread(
        &self,
        b: &mut Builder,
        slots: &[(usize, NodeId)],
        values: &[NodeId],
    ) -> HashMap<NodeId, NodeId> {
        let zero = b.constant(0.0);
        let mut whole = HashMap::new();
        for ((first, places), &value) in self.each.iter().zip(values) {
            let Some(&(_, slot)) = slots.iter().find(|(f, _)| f == first) else { continue };
            let value = if value == zero { zero } else { only_at(b, places, value) };
            let before = whole.get(&slot).copied().unwrap_or(zero);
            whole.insert(slot, b.call(Builtin::Add, &[before, value]));
        }
        whole
    }
}

/// The coordinates of a block, where every block is an element of the same axes. `hidden`: whose
/// coordinates the structure is about.
pub(in crate::marginal) fn coordinates(
    joint: &JointProgram,
    hidden: &[Hidden],
    structure: &Structure,
) -> Option<Coordinates> {
    let program = &joint.computation.program;
    let slots: Vec<(usize, Vec<AxisId>)> = hidden
        .iter()
        .map(|part| {
            let node = program.nodes.iter().find(|(_, node)| {
                node.op.slot() == Some(part.first) && program.extent(&node.axes) == part.len
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
        axes.iter().position(|&a| a == axis).map_or(0, |place| program.extent(&axes[place + 1..]))
    };
    let changes = |axis: &AxisId| {
        program.axes[*axis].size < 2 || block_of(*first) != block_of(first + stride(axes, *axis))
    };
    let axes: Vec<AxisId> = common.into_iter().filter(changes).collect();
    let mut each = Vec::new();
    for (first, slot_axes) in &slots {
        let inner_axes: Vec<AxisId> =
            slot_axes.iter().copied().filter(|a| !axes.contains(a)).collect();
        for element in 0..program.extent(&inner_axes) {
            each.push((*first, places(program, &inner_axes, element)));
        }
    }
    let size = each.len();
    let alike = structure.blocks.len() == program.extent(&axes)
        && structure.blocks.iter().all(|block| block.len() == size);
    let blocks = if alike { blocks_at(program, structure, &slots, &axes)? } else { return None };
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
    program: &Program,
    structure: &Structure,
    slots: &[(usize, Vec<AxisId>)],
    axes: &[AxisId],
) -> Option<Vec<usize>> {
    let mut blocks = vec![None; program.extent(axes)];
    for (first, slot_axes) in slots {
        for element in 0..program.extent(slot_axes) {
            let element_places = places(program, slot_axes, element);
            let known = &mut blocks[position(program, axes, &element_places)];
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
    places: &[(AxisId, usize)],
) -> usize {
    let place =
        |axis: AxisId| places.iter().find(|(a, _)| *a == axis).map_or(0, |(_, place)| *place);
    axes.iter().fold(0, |position, &axis| position * program.axes[axis].size + place(axis))
}

/// A node at one place along some axes.
pub(in crate::marginal) fn element(
    b: &mut Builder,
    node: NodeId,
    places: &[(AxisId, usize)],
) -> NodeId {
    let indices: Vec<(AxisId, NodeId)> =
        places.iter().map(|&(axis, place)| (axis, b.position(axis, place))).collect();
    b.gather(node, &indices)
}

/// A value at one place along some axes, 0 elsewhere.
pub(in crate::marginal) fn only_at(
    b: &mut Builder,
    places: &[(AxisId, usize)],
    value: NodeId,
) -> NodeId {
    let zero = b.constant(0.0);
    places.iter().fold(value, |value, &(axis, place)| {
        let (along, here) = (b.iota(axis), b.position(axis, place));
        let equal = b.call(Builtin::Equal, &[along, here]);
        b.call(Builtin::Select, &[equal, value, zero])
    })
}

/// Summands added up: what depends on parameters alone, and the rest, one number a block, over the
/// axes of the blocks. None where a summand has elements of both kinds, or its elements do not
/// follow these axes.
pub(in crate::marginal) fn summed<'a>(
    b: &mut Builder,
    summands: impl Iterator<Item = (Summand, &'a Vec<Option<u32>>)>,
    blocks: &Coordinates,
) -> Option<(NodeId, NodeId)> {
    let (mut alone, mut inside) = (b.constant(0.0), b.constant(0.0));
    for (summand, of) in summands {
        b.at(summand.span);
        if of.iter().all(Option::is_none) {
            let sum = b.sum(summand.node, &summand.axes);
            alone = b.call(Builtin::Add, &[alone, sum]);
        } else {
            let added = by_block(b, &summand, of, blocks)?;
            inside = b.call(Builtin::Add, &[inside, added]);
        }
    }
    Some((alone, inside))
}

/// A summand added up to one number a block, over the axes of the blocks.
fn by_block(
    b: &mut Builder,
    summand: &Summand,
    of: &[Option<u32>],
    blocks: &Coordinates,
) -> Option<NodeId> {
    let (summand_axes, axes) = (sorted(&summand.axes), &blocks.axes);
    let of: Vec<usize> = of.iter().map(|block| block.map(|b| b as usize)).collect::<Option<_>>()?;
    if axes.iter().all(|axis| summand_axes.contains(axis)) {
        let block = |element: usize| {
            blocks.blocks[position(&b.program, axes, &places(&b.program, &summand_axes, element))]
        };
        if !of.iter().enumerate().all(|(element, &expected)| block(element) == expected) {
            return None;
        }
        let others: Vec<AxisId> =
            summand_axes.iter().copied().filter(|axis| !axes.contains(axis)).collect();
        return Some(b.sum(summand.node, &others));
    }
    let &[axis] = axes.as_slice() else { return None };
    let mut place_of = vec![0; blocks.blocks.len()];
    blocks.blocks.iter().enumerate().for_each(|(place, &block)| place_of[block] = place as u32);
    let index = of.iter().map(|&block| place_of[block]).collect();
    let array = b.array(
        format!("block of {}", summand.name),
        &summand_axes,
        Type::Index(axis),
        ArrayValues::Index(index),
    );
    let index = b.data(array);
    Some(b.sum_by(summand.node, &[(axis, index)], &summand_axes))
}
