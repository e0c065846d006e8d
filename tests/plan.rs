//! Plans compute what their programs mean: fused, naive and the program's own evaluator agree.

#[path = "programs/gradients.rs"]
mod gradients;
mod programs;
#[path = "programs/random.rs"]
mod random;

use pgmc::plan::{self, Mode};
use pgmc::program::{Computation, Program, Values, check, evaluate};
use proptest::prelude::*;

/// Everything but the order of sums is the same arithmetic: sums of n numbers in two orders differ
/// by at most n·ε of their size, and the longest here have 10,000.
const TOLERANCE: f64 = 1e4 * f64::EPSILON;

fn assert_same(name: &str, what: &str, found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len(), "{name}, {what}");
    let size = expected.iter().filter(|v| v.is_finite()).fold(1.0_f64, |m, v| m.max(v.abs()));
    for (position, (a, b)) in found.iter().zip(expected).enumerate() {
        let same = a.to_bits() == b.to_bits()
            || a == b
            || (a.is_nan() && b.is_nan())
            || (a - b).abs() <= TOLERANCE * b.abs().max(0.1 * size);
        assert!(same, "{name}, {what}: output {position} is {a:e}, should be {b:e}");
    }
}

fn check_plan(
    name: &str,
    program: &Program,
    values: &Values,
    mode: Mode,
    q: &[f64],
    expected: &[f64],
) {
    let plan = plan::plan(program, mode);
    if let Err(errors) = plan::check(&plan, program) {
        panic!("{name}, {mode:?}: {errors:#?}");
    }
    assert_same(
        name,
        &format!("{mode:?}"),
        &plan::interpret(&plan, program, values, q, 42),
        expected,
    );
}

fn check_case((name, program, values): &programs::Case) {
    for salt in [1, 2] {
        let q = programs::Maker::numbers(program.slots, salt);
        let expected = evaluate(program, values, &q, 42).concat();
        check_plan(name, program, values, Mode::Naive, &q, &expected);
        check_plan(name, program, values, Mode::Fused, &q, &expected);
    }
}

#[test]
fn plans_agree_with_the_program() {
    programs::all().iter().for_each(check_case);
}

#[test]
fn plans_of_gradients_agree_with_the_program() {
    gradients::gradients().iter().for_each(check_case);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_plans_agree_with_the_program((sizes, steps) in random::recipes(), gradient in any::<bool>()) {
        let Computation { program, values } = random::program(sizes, &steps, gradient);
        // A step may simplify a recurrence away.
        prop_assume!(check(&program).is_ok());
        check_case(&("random", program, values));
    }
}
