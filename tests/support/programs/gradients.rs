//! The gradients of programs.

use pgmc::builtins::Builtin;
use pgmc::gradient::differentiate;
use pgmc::program::{Builder, Computation, Program, TermKind, Type, Values};

use super::{Case, all};

/// The gradients of all programs without empty recurrences.
pub fn gradients() -> Vec<Case> {
    let runs = |(_, program, _): &Case| {
        program.ties.iter().all(|(_, tie)| program.axes[tie.axis].size > 0)
    };
    all()
        .into_iter()
        .filter(runs)
        .map(|(name, program, values)| (name, with_gradient(program, values)))
        .map(|(name, made)| (name, made.program, made.values))
        .collect()
}

/// Value and gradient of Σ tanh(output) over all real outputs.
pub fn with_gradient(program: Program, values: Values) -> Computation {
    let mut b = Builder::resume(Computation { program, values });
    for output in std::mem::take(&mut b.program.outputs) {
        if b.ty(output.node) == Type::Real {
            let bounded = b.call(Builtin::Tanh, &[output.node]);
            let axes = b.axes(bounded).to_vec();
            let total = b.sum(bounded, &axes);
            b.term("", total, TermKind::Whole, b.span());
        }
    }
    differentiate(b.finish())
}
