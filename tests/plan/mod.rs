//! Plans compute what their programs mean: fused, naive and the program's own evaluator agree.
//! Both can be read from their prints.

use pgmc::plan::{self, Mode};
use pgmc::program::{Computation, Program, Values, check, evaluate, parse, print_with_values};
use proptest::prelude::*;

use crate::support::programs::{self, gradients, random};
use crate::support::random::numbers;

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
    let printed = plan::print(&plan, program);
    let read = plan::parse(&printed, program)
        .unwrap_or_else(|error| panic!("{name}, {mode:?}: {error}\n{printed}"));
    assert!(format!("{read:?}") == format!("{plan:?}"), "{name}, {mode:?}: read as\n{read:#?}");
    assert_same(
        name,
        &format!("{mode:?}"),
        &plan::interpret(&plan, program, values, q, 42),
        expected,
    );
}

fn check_case((name, program, values): &programs::Case) {
    let printed = print_with_values(program, values);
    let read = parse(&printed).unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(
        print_with_values(&read.program, &read.values) == printed,
        "{name}: read from\n{printed}"
    );
    for salt in [1, 2] {
        let q = numbers(program.slots, salt, 2.0);
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
