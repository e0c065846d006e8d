//! Machine code computes what its plan's interpreter does.

#[cfg(not(target_arch = "riscv64"))]
use pgmc::builtins::{Builtin, Code, Domain, ROWS, Row};
use pgmc::machine;
use pgmc::plan::{self, Mode, Statement};
#[cfg(not(target_arch = "riscv64"))]
use pgmc::program::Type;
use pgmc::program::{Computation, check};
use proptest::prelude::*;

use crate::support::programs::{self, gradients, random};
use crate::support::random::numbers;

fn assert_same(name: &str, found: &[f64], expected: &[f64]) {
    for (position, (a, b)) in found.iter().zip(expected).enumerate() {
        let same =
            a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 4.0 * f64::EPSILON * b.abs();
        assert!(same, "{name}: output {position} is {a:e}, should be {b:e}");
    }
}

fn check_case((name, program, values): &programs::Case) {
    for mode in [Mode::Naive, Mode::Fused] {
        let plan = plan::plan(program, mode);
        let code = machine::compile(&plan, program, values)
            .unwrap_or_else(|e| panic!("{name}, {mode:?}: {e}"));
        let mut scratch = code.scratch();
        for salt in [3, 4] {
            let q = numbers(program.slots, salt, 2.0);
            let mut out = vec![f64::NAN; code.outputs()];
            code.run_seeded(&mut scratch, &q, 42, &mut out);
            assert_same(
                &format!("{name}, {mode:?}"),
                &out,
                &plan::interpret(&plan, program, values, &q, 42),
            );
        }
    }
}

#[test]
fn machine_code_agrees_with_the_interpreter() {
    programs::all().iter().for_each(check_case);
}

#[test]
fn machine_code_of_gradients_agrees_with_the_interpreter() {
    gradients::gradients().iter().for_each(check_case);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_machine_code_agrees_with_the_interpreter((sizes, steps) in random::recipes(), gradient in any::<bool>()) {
        let Computation { program, values } = random::program(sizes, &steps, gradient);
        // A step may simplify a recurrence away.
        prop_assume!(check(&program).is_ok());
        check_case(&("random", program, values));
    }
}

/// Whether a loop in these statements runs its rounds side by side.
#[cfg(not(target_arch = "riscv64"))]
fn has_lanes(statements: &[Statement]) -> bool {
    let in_lanes = |s: &Statement| matches!(s, Statement::Loop(inner) if inner.lanes > 1 || has_lanes(&inner.body));
    statements.iter().any(in_lanes)
}

#[test]
#[cfg(not(target_arch = "riscv64"))]
fn the_programs_on_lanes_run_in_lanes() {
    for (name, program, _) in programs::lanes::cases() {
        let is_loop = program.axes.iter().any(|(_, axis)| axis.name == "rows" && axis.size > 64);
        let plan = plan::plan(&program, Mode::Fused);
        assert!(!is_loop || plan.steps.iter().any(|step| has_lanes(&step.body)), "{name}");
    }
}

/// A program that calls a function for each of 128 rows: of numbers from data, or of whether they
/// are above 0.
#[cfg(not(target_arch = "riscv64"))]
fn called_by_row(row: &Row) -> programs::Case {
    let mut maker = programs::Maker::default();
    let rows = maker.axis("rows", 128);
    let constant = maker.0.constant(2.0);
    let mut operands = Vec::new();
    for argument in row.arguments {
        let numbers = maker.data(argument.name, &[rows]);
        operands.push(match argument.domain {
            Domain::Bool => maker.two(Builtin::Greater, numbers, constant),
            _ if row.builtin == Builtin::Power && operands.len() == 1 => constant,
            Domain::Real | Domain::Positive | Domain::NonNegative => numbers,
            Domain::Unit | Domain::Interval(..) | Domain::Count => numbers,
        });
    }
    let call = maker.0.call(row.builtin, &operands);
    let number = maker.0.convert(call, Type::Real);
    maker.out(number);
    maker.case(row.name)
}

/// A row that says that it has a vector form is code without calls that takes no vector apart; one
/// without is a call.
#[test]
#[cfg(not(target_arch = "riscv64"))]
fn the_machine_has_the_vector_forms_that_the_table_names() {
    let codes = |row: &Row| !matches!(row.code, Code::SampleOne(_) | Code::SampleTwo(_));
    for row in ROWS.iter().filter(|row| codes(row)) {
        let (name, program, values) = called_by_row(row);
        let plan = plan::plan(&program, Mode::Fused);
        let code =
            machine::compile_keeping(&plan, &program, &values, machine::Keep { texts: true });
        let code = code.unwrap_or_else(|e| panic!("{name}: {e}"));
        let text = code.clif();
        assert_eq!(text.contains("call "), row.compiled.vector_saves.is_none(), "{name}:\n{text}");
        if row.compiled.vector_saves.is_some() {
            let loops = plan.steps.iter().any(|step| has_lanes(&step.body));
            let whole = text.contains("f64x2") && !text.contains("extractlane");
            assert!(loops && whole, "{name}:\n{text}");
        }
    }
}
