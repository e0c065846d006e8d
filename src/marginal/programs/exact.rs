//! Quadratic blocks that are alike → their integral as a program, in closed form.
//!
//! Where the log joint density is quadratic in the hidden coordinates u of a block of size d, with
//! value f(c), slope g(c) and negative Hessian A at a point c, the log of its integral is
//! f(c) + g(c)ᵀA⁻¹g(c)/2 − log det A/2 + d/2·log 2π whichever c is taken. It is taken near the mode,
//! where the second summand is next to nothing: elsewhere two huge numbers would leave a small one.
//! As nothing depends on c, derivatives do not pass through it. f, g and A are programs again, whose
//! arithmetic varies over fewer axes than the rows have wherever the model lets it.

use crate::builtins::Builtin;
use crate::gradient;
use crate::lower::JointProgram;
use crate::marginal::programs::program::whole;
use crate::marginal::structure::Structure;
use crate::program::{
    Builder, Computation, NodeId, OutputRole, Program, Term, TermKind, fold, remove_dead,
};

use super::coordinates::{Coordinates, coordinates};
use super::quadratic::{Factor, Parts, half_square};

/// Larger blocks are left to sparse factors: a factor written out grows with the third power of the
/// size.
pub(in crate::marginal) const LARGEST: usize = 4;

/// The output of what the integral is more than the density at the point that it was expanded at:
/// nothing but rounding.
pub(in crate::marginal) const GAIN: &str = "gain";

/// The output of the least part of a diagonal entry of A that the other coordinates leave of it:
/// its digits are lost by as much.
pub(in crate::marginal) const SHARE: &str = "share";

/// The parameters' log density with all blocks integrated out, its gradient by the parameters, and
/// [`GAIN`] and [`SHARE`]; none where blocks are not quadratic, too large, or not alike.
pub(in crate::marginal) fn program(
    joint: &JointProgram,
    structure: &Structure,
) -> Option<Computation> {
    if !structure.is_quadratic() || structure.blocks.is_empty() {
        return None;
    }
    let coordinates =
        coordinates(joint, &joint.hidden, structure).filter(|c| c.each.len() <= LARGEST)?;
    let derivatives = gradient::tangent(gradient::differentiate(whole(joint)));
    let parts = Parts::of(&derivatives.program, joint.computation.program.slots)?;
    let mut b = Builder::resume(derivatives.without_terms().without_outputs());
    let [_, slopes, curvatures] = parts.at_origin(&mut b, &coordinates);
    let factor = Factor::of(&mut b, &curvatures, slopes.len());
    let origin = vec![b.constant(0.0); slopes.len()];
    let near = stepped(&mut b, &factor, &origin, &slopes);
    let (_, slopes) = parts.at(&mut b, &coordinates, &near);
    let center = stepped(&mut b, &factor, &near, &slopes);
    let (value, slopes) = parts.at(&mut b, &coordinates, &center);
    let w = factor.forward(&mut b, &slopes);
    let gain = half_square(&mut b, &w);
    let volume = factor.log_volume(&mut b);
    let integral = b.call(Builtin::Add, &[volume, gain]);
    let integral = b.sum(integral, &coordinates.axes);
    let total = b.call(Builtin::Add, &[value, integral]);
    let gains = b.sum(gain, &coordinates.axes);
    b.output(OutputRole::Term, GAIN, gains);
    let share = share(&mut b, &factor, &curvatures, &coordinates);
    b.output(OutputRole::Term, SHARE, share);
    Some(integrated(b, total, structure))
}

/// The program whose value is `total`, with its gradient by the parameters.
pub(super) fn integrated(mut b: Builder, total: NodeId, structure: &Structure) -> Computation {
    let span = b.span();
    b.program.terms =
        vec![Term { name: "integrated".to_owned(), node: total, kind: TermKind::Whole, span }];
    let mut gradient = gradient::differentiate(b.finish());
    of_parameters(&mut gradient.program, structure);
    fold(remove_dead(gradient))
}

/// A Newton step from a point where the slopes are these; to derivatives a constant.
fn stepped(b: &mut Builder, factor: &Factor, from: &[NodeId], slopes: &[NodeId]) -> Vec<NodeId> {
    let w = factor.forward(b, slopes);
    let step = factor.backward(b, &w);
    from.iter()
        .zip(step)
        .map(|(&from, step)| {
            let to = b.call(Builtin::Add, &[from, step]);
            b.stop(to)
        })
        .collect()
}

/// The least share of a pivot in its diagonal entry, of all blocks.
pub(super) fn share(
    b: &mut Builder,
    factor: &Factor,
    curvatures: &[NodeId],
    coordinates: &Coordinates,
) -> NodeId {
    let d = factor.pivots.len();
    let mut least = b.constant(1.0);
    for (i, &pivot) in factor.pivots.iter().enumerate() {
        let share = b.call(Builtin::Divide, &[pivot, curvatures[i * d + i]]);
        least = b.call(Builtin::Min, &[least, share]);
    }
    let opposite = b.call(Builtin::Negate, &[least]);
    let most = b.max(opposite, &coordinates.axes);
    b.call(Builtin::Negate, &[most])
}

/// Keeps the value and its gradient by parameters: that by hidden coordinates, which are integrated
/// out, is 0.
pub(in crate::marginal) fn of_parameters(program: &mut Program, structure: &Structure) {
    program.outputs.retain(|output| match &output.role {
        OutputRole::Gradient(range) => structure.parameters.binary_search(&range.start).is_ok(),
        OutputRole::Value | OutputRole::Term => true,
        OutputRole::Tangent | OutputRole::Variable => false,
    });
}
