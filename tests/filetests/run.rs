//! A program at a point: by its interpreter, by those of its plans, and by machine code.

use std::collections::HashMap;

use pgmc::builtins::Builtin;
use pgmc::gradient::differentiate;
use pgmc::plan::{self, Mode};
use pgmc::program::{
    Builder, Computation, NodeId, Program, TermKind, Type, Values, check, evaluate, fold, replay,
};

use super::made::gradient;

/// What is computed.
#[derive(Clone, Copy)]
pub enum Of {
    /// The outputs.
    Outputs,
    /// The gradient of the sum of the terms.
    Gradient,
}

impl Of {
    /// As files name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outputs => "run",
            Self::Gradient => "gradient",
        }
    }
}

/// Of noise and draws.
const SEED: u64 = 42;

/// Whether numbers are those expected, within four units in the last place.
pub fn same(what: &str, found: &[f64], expected: &[f64]) -> Result<(), String> {
    close(what, found, expected, |b| 4.0 * f64::EPSILON * b.abs())
}

/// As [`same`], where sums may have been taken in another order: what is rounded is as large as the
/// largest number.
fn same_but_for_order(what: &str, found: &[f64], expected: &[f64]) -> Result<(), String> {
    let size = expected.iter().filter(|v| v.is_finite()).fold(1.0_f64, |m, v| m.max(v.abs()));
    close(what, found, expected, |_| 64.0 * f64::EPSILON * size)
}

fn close(
    what: &str,
    found: &[f64],
    expected: &[f64],
    tolerance: impl Fn(f64) -> f64,
) -> Result<(), String> {
    if found.len() != expected.len() {
        return Err(format!("{what}: {} numbers, should be {}", found.len(), expected.len()));
    }
    for (position, (&a, &b)) in found.iter().zip(expected).enumerate() {
        let is_same = a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= tolerance(b);
        if !is_same {
            return Err(format!("{what}: number {position} is {a:?}, should be {b:?}"));
        }
    }
    Ok(())
}

/// What is computed at `q`, in all ways.
pub fn run(of: Of, program: &Program, values: &Values, q: &[f64]) -> Result<Vec<f64>, String> {
    match of {
        Of::Outputs => {
            let found = in_all_ways(program, values, q)?;
            // Whatever is computed can be differentiated, too.
            let Computation { program, values } = of_outputs(program, values);
            in_all_ways(&program, &values, q).map_err(|why| format!("its gradient: {why}"))?;
            Ok(found)
        }
        Of::Gradient => {
            let whole = Computation { program: program.clone(), values: values.clone() };
            let made = gradient(whole);
            let mut found = in_all_ways(&made.program, &made.values, q)?;
            let folded = fold(made);
            let again = in_all_ways(&folded.program, &folded.values, q)?;
            same_but_for_order("folded", &again, &found)?;
            let found = found.split_off(1);
            let built = gradient_of_built(program, values);
            let mut again = in_all_ways(&built.program, &built.values, &[q, q].concat())?;
            same_but_for_order("built", &again.split_off(1 + q.len()), &found)?;
            Ok(found)
        }
    }
}

/// The gradient of the terms as the builder makes them, which simplifies: of other unknowns behind
/// those that there are.
fn gradient_of_built(program: &Program, values: &Values) -> Computation {
    let mut b = Builder::resume(Computation { program: program.clone(), values: values.clone() });
    let mut slots: Vec<(usize, NodeId)> = program.unknowns().collect();
    slots.sort_unstable();
    let others: HashMap<NodeId, NodeId> =
        slots.into_iter().map(|(_, id)| (id, b.slot(&program.nodes[id].axes))).collect();
    let terms: Vec<NodeId> = program.terms.iter().map(|term| term.node).collect();
    let terms = replay(&mut b, &others, &[], &terms);
    b.program.terms.iter_mut().zip(terms).for_each(|(term, node)| term.node = node);
    gradient(b.finish())
}

/// Value and gradient of Σ tanh(output) over all real outputs; the program itself where a
/// recurrence is empty.
fn of_outputs(program: &Program, values: &Values) -> Computation {
    let mut b = Builder::resume(Computation { program: program.clone(), values: values.clone() });
    if program.ties.iter().any(|(_, tie)| program.axes[tie.axis].size == 0) {
        return b.finish();
    }
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

fn in_all_ways(program: &Program, values: &Values, q: &[f64]) -> Result<Vec<f64>, String> {
    check(program).map_err(|errors| format!("no sound program: {errors:?}"))?;
    let expected = evaluate(program, values, q, SEED).concat();
    for mode in [Mode::Naive, Mode::Fused] {
        let plan = plan::plan(program, mode);
        plan::check(&plan, program).map_err(|e| format!("{mode:?}: no sound plan: {e:#?}"))?;
        let planned = plan::interpret(&plan, program, values, q, SEED);
        same_but_for_order(&format!("the {mode:?} plan"), &planned, &expected)?;
        #[cfg(feature = "cranelift")]
        same(&format!("machine code, {mode:?}"), &machine(&plan, program, values, q)?, &planned)?;
    }
    Ok(expected)
}

#[cfg(feature = "cranelift")]
fn machine(
    plan: &plan::Plan,
    program: &Program,
    values: &Values,
    q: &[f64],
) -> Result<Vec<f64>, String> {
    let code = pgmc::machine::compile(plan, program, values).map_err(|error| error.to_string())?;
    let mut out = vec![f64::NAN; code.outputs()];
    code.run_seeded(&mut code.scratch(), q, SEED, &mut out);
    Ok(out)
}
