//! Machine code computes what its plan's interpreter does.
#![cfg(feature = "cranelift")]

mod programs;

use pgmc::machine;
use pgmc::plan::{self, Mode};

fn assert_same(name: &str, found: &[f64], expected: &[f64]) {
    for (position, (a, b)) in found.iter().zip(expected).enumerate() {
        let same = a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= 4.0 * f64::EPSILON * b.abs();
        assert!(same, "{name}: output {position} is {a:e}, should be {b:e}");
    }
}

#[test]
fn machine_code_agrees_with_the_interpreter() {
    for (name, program, values) in programs::all() {
        for mode in [Mode::Naive, Mode::Fused] {
            let plan = plan::plan(&program, mode);
            let code = machine::compile(&plan, &program, &values).unwrap_or_else(|e| panic!("{name}, {mode:?}: {e}"));
            let mut scratch = code.scratch();
            for salt in [1, 2] {
                let q = programs::Maker::numbers(program.slots, salt);
                let mut out = vec![f64::NAN; code.outputs()];
                code.run_seeded(&mut scratch, &q, 42, &mut out);
                assert_same(&format!("{name}, {mode:?}"), &out, &plan::interpret(&plan, &program, &values, &q, 42));
            }
        }
    }
}
