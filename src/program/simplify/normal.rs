//! Rules of normal quantiles: those of probabilities that are normal themselves lose no digits.

use crate::builtins::Builtin as B;
use crate::program::{Builder, NodeId};

/// `inv_Phi(Phi(x))` is x. (1 − Phi(x) has become Phi(−x) before.)
pub(super) fn inv_phi(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    b.one(operands[0], B::Phi)
}

/// `inv_log_Phi(log_Phi(x))` is x.
pub(super) fn inv_log_phi(b: &mut Builder, operands: &[NodeId]) -> Option<NodeId> {
    b.one(operands[0], B::LogPhi)
}
