//! A program with terms → its gradient and its Hessian-vector product, compared with five-point
//! differences.

use crate::support::random::numbers;
use pgmc::gradient::{differentiate, hessian_vector};
use pgmc::program::{Builder, Computation, Program, Values, check, evaluate, fold};

/// The step of the differences; their error is of the order of its fourth power.
const STEP: f64 = 2e-4;

/// The gradient at `q` as the differentiated program gives it: value, gradient.
pub fn gradient(program: &Program, values: &Values, q: &[f64]) -> (f64, Vec<f64>) {
    let outputs = evaluate(program, values, q, 0);
    (outputs[0][0], outputs[1..].concat())
}

/// Checks the value against the terms, the gradient against differences of the value and the
/// product of Hessian and a direction against differences of the gradient, before and after
/// folding.
pub fn check_derivatives(b: Builder, q: &[f64]) {
    let Computation { program, values } = b.finish();
    assert_eq!(program.slots, q.len(), "one coordinate a slot");
    check(&program).expect("the program");
    let Computation { program: differentiated, values } =
        differentiate(Computation { program, values });
    check(&differentiated)
        .unwrap_or_else(|e| panic!("{e:?}\n{}", pgmc::program::print(&differentiated)));
    compare_gradient(&differentiated, &values, q);
    compare_product(&differentiated, &values, q);
    let Computation { program: folded, values } =
        fold(Computation { program: differentiated, values });
    check(&folded).unwrap_or_else(|e| panic!("{e:?}\n{}", pgmc::program::print(&folded)));
    compare_gradient(&folded, &values, q);
}

fn compare_gradient(program: &Program, values: &Values, q: &[f64]) {
    let (value, gradient) = gradient(program, values, q);
    assert_eq!(gradient.len(), q.len());
    let scale = value.abs().max(gradient.iter().fold(1.0, |m: f64, g| m.max(g.abs())));
    for (i, g) in gradient.iter().enumerate() {
        let difference = five_point(|step| self::gradient(program, values, &moved(q, i, step)).0);
        assert!(
            (g - difference).abs() <= 1e-7 * scale,
            "∂{i}: {g} but differences give {difference}\n{}",
            pgmc::program::print(program)
        );
    }
}

fn compare_product(program: &Program, values: &Values, q: &[f64]) {
    let direction = numbers(q.len(), 1, 1.0);
    let Computation { program: product, values: product_values } =
        hessian_vector(Computation { program: program.clone(), values: values.clone() });
    check(&product).unwrap_or_else(|e| panic!("{e:?}\n{}", pgmc::program::print(&product)));
    let outputs = evaluate(&product, &product_values, &[q, &direction].concat(), 0).concat();
    let (gradient_part, tangent) = outputs.split_at(q.len());
    for (one, other) in gradient_part.iter().zip(gradient(program, values, q).1) {
        // The adjoint of a Cholesky factor is computed in another order.
        assert!(
            (one - other).abs() <= 1e-13 * (1.0 + other.abs()),
            "the gradient is unchanged: {one}, {other}"
        );
    }
    let scale = tangent.iter().chain(gradient_part).fold(1.0, |m: f64, g| m.max(g.abs()));
    for (i, t) in tangent.iter().enumerate() {
        let along =
            |step: f64| q.iter().zip(&direction).map(|(x, d)| x + step * d).collect::<Vec<f64>>();
        let difference = five_point(|step| gradient(program, values, &along(step)).1[i]);
        assert!(
            (t - difference).abs() <= 1e-7 * scale,
            "(Hv){i}: {t} but differences give {difference}"
        );
    }
}

fn moved(q: &[f64], i: usize, step: f64) -> Vec<f64> {
    let mut q = q.to_vec();
    q[i] += step;
    q
}

/// The derivative at 0 from four values.
pub fn five_point(f: impl Fn(f64) -> f64) -> f64 {
    (8.0 * (f(STEP) - f(-STEP)) - (f(2.0 * STEP) - f(-2.0 * STEP))) / (12.0 * STEP)
}
