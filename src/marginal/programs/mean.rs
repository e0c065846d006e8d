//! Points from the noise that hidden variables are functions of → the log of the mean over them of
//! what each block is there, as one program with its gradient: the points of a block stay near the
//! processor from its values to their weights and on to the slopes.

use crate::builtins::Builtin;
use crate::gradient;
use crate::lower::{Lowered, Summand};
use crate::marginal::structure::Blocks;
use crate::marginal::structure::Structure;
use crate::program::{
    ArrayValues, AxisId, Builder, Computation, NodeId, Term, TermKind, Type, fold, remove_dead,
};

use super::exact::{Coordinates, coordinates, of_parameters, places, position};
use super::program::{bare, sorted, summands_at_points};

/// Coordinates, points → the parameters' log density with all blocks averaged over the points, and
/// its gradient by the parameters; none where a hidden coordinate is no noise, or blocks are not
/// the elements of axes.
pub(in crate::marginal) fn program(
    lowered: &Lowered,
    structure: &Structure,
    blocks: &Blocks,
    points: usize,
) -> Option<Computation> {
    if structure.blocks.is_empty() || structure.noise.iter().any(Option::is_none) {
        return None;
    }
    let coordinates = coordinates(lowered, &lowered.hidden, structure)?;
    let mut b = bare(lowered);
    let (mc, nodes) = summands_at_points(&mut b, lowered, points);
    let (mut alone, mut inside) = (b.constant(0.0), b.constant(0.0));
    for ((summand, node), of) in lowered
        .summands
        .iter()
        .zip(nodes)
        .zip(&blocks.of_summand)
        .filter(|((s, _), _)| s.kind != TermKind::Noise)
    {
        b.at(summand.span);
        if of.iter().all(Option::is_none) {
            let sum = b.sum(node, &summand.axes);
            alone = b.call(Builtin::Add, &[alone, sum]);
        } else {
            let added = by_block(&mut b, &Summand { node, ..summand.clone() }, of, &coordinates)?;
            inside = b.call(Builtin::Add, &[inside, added]);
        }
    }
    let count = b.constant((points as f64).ln());
    let log_sum = b.log_sum_exp(inside, &[mc]);
    let log_mean = b.call(Builtin::Subtract, &[log_sum, count]);
    let sum = b.sum(log_mean, &coordinates.axes);
    let total = b.call(Builtin::Add, &[alone, sum]);
    let span = b.span();
    b.program.terms =
        vec![Term { name: "mean".to_owned(), node: total, kind: TermKind::Whole, span }];
    let mut gradient = gradient::differentiate(b.finish());
    of_parameters(&mut gradient.program, structure);
    Some(fold(remove_dead(gradient)))
}

/// A summand added up to one number a block, over the axes of the blocks.
fn by_block(
    b: &mut Builder,
    summand: &Summand,
    of: &[Option<u32>],
    blocks: &Coordinates,
) -> Option<NodeId> {
    let (own, axes) = (sorted(&summand.axes), &blocks.axes);
    let of: Vec<usize> = of.iter().map(|block| block.map(|b| b as usize)).collect::<Option<_>>()?;
    if axes.iter().all(|axis| own.contains(axis)) {
        let block = |element: usize| {
            blocks.blocks[position(&b.program, axes, &places(&b.program, &own, element))]
        };
        if !of.iter().enumerate().all(|(element, &expected)| block(element) == expected) {
            return None;
        }
        let others: Vec<AxisId> = own.iter().copied().filter(|axis| !axes.contains(axis)).collect();
        return Some(b.sum(summand.node, &others));
    }
    let &[axis] = axes.as_slice() else { return None };
    let mut place_of = vec![0; blocks.blocks.len()];
    blocks.blocks.iter().enumerate().for_each(|(place, &block)| place_of[block] = place as u32);
    let index = of.iter().map(|&block| place_of[block]).collect();
    let array = b.array(
        format!("block of {}", summand.name),
        &own,
        Type::Index(axis),
        ArrayValues::Index(index),
    );
    let index = b.data(array);
    Some(b.sum_by(summand.node, &[(axis, index)], &own))
}
