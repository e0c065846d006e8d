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
