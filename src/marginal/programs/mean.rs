//! Points from the noise that hidden variables are functions of → the log of the mean over them of
//! what each block is there, as one program with its gradient: the points of a block stay near the
//! processor from its values to their weights and on to the slopes.

use crate::builtins::Builtin;
use crate::gradient;
use crate::lower::{JointProgram, Summand};
use crate::marginal::structure::Blocks;
use crate::marginal::structure::Structure;
use crate::program::{Computation, Term, TermKind, fold, remove_dead};

use super::coordinates::{coordinates, summed};
use super::exact::of_parameters;
use super::program::{bare, summands_at_points};

/// Coordinates, points → the parameters' log density with all blocks averaged over the points, and
/// its gradient by the parameters; none where a hidden coordinate is no noise, or blocks are not
/// the elements of axes.
pub(in crate::marginal) fn program(
    joint: &JointProgram,
    structure: &Structure,
    blocks: &Blocks,
    points: usize,
) -> Option<Computation> {
    if structure.blocks.is_empty() || structure.noise.iter().any(Option::is_none) {
        return None;
    }
    let coordinates = coordinates(joint, &joint.hidden, structure)?;
    let mut b = bare(joint);
    let (mc, nodes) = summands_at_points(&mut b, joint, points);
    let summands = joint
        .summands
        .iter()
        .zip(nodes)
        .zip(&blocks.of_summand)
        .filter(|((s, _), _)| s.kind != TermKind::Noise)
        .map(|((summand, node), of)| (Summand { node, ..summand.clone() }, of));
    let (alone, inside) = summed(&mut b, summands, &coordinates)?;
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
