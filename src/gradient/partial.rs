//! A row's partial derivative → nodes.

use crate::builtins::{Builtin, Partial};
use crate::program::{Builder, NodeId};

/// The expression of a partial derivative of the call `result` with these operands.
pub(super) fn expression(
    b: &mut Builder,
    partial: &Partial,
    operands: &[NodeId],
    result: NodeId,
) -> NodeId {
    match partial {
        Partial::Zero => b.constant(0.0),
        Partial::Number(value) => b.constant(*value),
        Partial::Argument(place) => operands[*place],
        Partial::Result => result,
        Partial::Call(builtin, arguments) => {
            let arguments: Vec<NodeId> =
                arguments.iter().map(|p| expression(b, p, operands, result)).collect();
            b.call(*builtin, &arguments)
        }
    }
}

/// The partial derivative of a call by its operand at `place`.
#[must_use]
pub fn of_call(
    b: &mut Builder,
    builtin: Builtin,
    place: usize,
    operands: &[NodeId],
    result: NodeId,
) -> NodeId {
    expression(b, &builtin.row().partials[place], operands, result)
}

/// Whether all partial derivatives are finite wherever the operands are finite and the result does
/// not overflow, so that a tangent of 0 can be multiplied by them.
pub(super) fn is_finite(builtin: Builtin) -> bool {
    use Builtin as B;
    const FINITE: [B; 17] = [
        B::Add,
        B::Subtract,
        B::Multiply,
        B::Negate,
        B::Abs,
        B::Min,
        B::Max,
        B::Exp,
        B::Expm1,
        B::Sin,
        B::Cos,
        B::Tanh,
        B::Atan,
        B::InvLogit,
        B::LogInvLogit,
        B::Log1pExp,
        B::Sinh,
    ];
    FINITE.contains(&builtin)
}

/// Whether a partial derivative is rounded to 0 far out, faster than any power of the operand falls
/// or grows: probabilities of tails, and shares of sums on the log scale. What the operand is
/// computed from may overflow there, and still changes nothing.
pub(super) fn may_vanish(builtin: Builtin) -> bool {
    use Builtin as B;
    const VANISHING: [B; 17] = [
        B::Log1mExp,
        B::Log1mExpSlope,
        B::LogDiffExp,
        B::LogAddExp,
        B::Erf,
        B::Erfc,
        B::Phi,
        B::LogPhi,
        B::NormalHazard,
        B::GammaInc,
        B::BetaInc,
        B::LogGammaInc,
        B::LogGammaIncUpper,
        B::LogGammaIncSlope,
        B::LogGammaIncUpperSlope,
        B::LogBetaInc,
        B::LogBetaIncSlope,
    ];
    VANISHING.contains(&builtin)
}
