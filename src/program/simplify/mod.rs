//! A call → an equal one that is cheaper or stable, or none: some dozens of directed rules, tried
//! as a call is made.
//!
//! Rules hold for finite arguments inside the functions' domains. `0·x` is 0 even where x is
//! infinite or NaN: derivatives need it (a cotangent of 0 passes nothing), and a density has no use
//! for the difference. Likewise `x − x` is 0.

mod arithmetic;
mod choice;
mod logarithm;
mod logistic;
mod normal;
mod pattern;

use crate::builtins::{Builtin, Code};
use crate::program::evaluate::value_of;
use crate::program::{Builder, NodeId, Type};

/// A rule: the operands of a call (those of a commutative function with numbers first) → an equal
/// node.
type Rule = fn(&mut Builder, &[NodeId]) -> Option<NodeId>;

/// The rules of each function.
const RULES: &[(Builtin, Rule)] = &[
    (Builtin::Add, arithmetic::add),
    (Builtin::Add, logistic::bernoulli),
    (Builtin::Add, choice::add),
    (Builtin::Subtract, arithmetic::subtract),
    (Builtin::Subtract, logistic::complement),
    (Builtin::Multiply, choice::multiply),
    (Builtin::Multiply, arithmetic::multiply),
    (Builtin::Divide, logistic::divide),
    (Builtin::Divide, arithmetic::divide),
    (Builtin::Negate, arithmetic::negate),
    (Builtin::Negate, choice::negate),
    (Builtin::Power, arithmetic::power),
    (Builtin::Sqrt, arithmetic::sqrt),
    (Builtin::Abs, arithmetic::abs),
    (Builtin::And, choice::and),
    (Builtin::Or, choice::or),
    (Builtin::Not, choice::not),
    (Builtin::Select, choice::select),
    (Builtin::Exp, logarithm::exp),
    (Builtin::Log, logarithm::log),
    (Builtin::Log1p, logarithm::log1p),
    (Builtin::Log1m, logarithm::log1m),
    (Builtin::Logit, logistic::logit),
    (Builtin::InvPhi, normal::inv_phi),
    (Builtin::InvLogPhi, normal::inv_log_phi),
    (Builtin::Xlogy, logarithm::xlogy),
    (Builtin::Xlog1py, logarithm::xlog1py),
];

/// An equal node for a call, where a rule has one.
pub(super) fn call(builder: &mut Builder, builtin: Builtin, operands: &[NodeId]) -> Option<NodeId> {
    if let Some(constant) = constant(builder, builtin, operands) {
        return Some(constant);
    }
    RULES
        .iter()
        .filter(|(of, _)| *of == builtin)
        .find_map(|(_, rule)| rule(builder, operands))
        .or_else(|| choice::of_gathered(builder, builtin, operands[0]))
}

/// The value of a call on constants.
fn constant(builder: &mut Builder, builtin: Builtin, operands: &[NodeId]) -> Option<NodeId> {
    let values: Vec<f64> =
        operands.iter().map(|&o| builder.is_constant(o)).collect::<Option<_>>()?;
    let ty = match builtin.row().code {
        Code::Compare(_) | Code::Logic(_) => Type::Bool,
        Code::Select => builder.ty(operands[1]),
        Code::One(_) | Code::Two(_) | Code::Three(_) => Type::Real,
        Code::SampleOne(_) | Code::SampleTwo(_) => return None,
    };
    Some(builder.typed_constant(value_of(builtin, &values), ty))
}
