//! Branches that are not taken pass no NaN and no infinity into derivatives.

use super::differences::gradient;
use super::make::{
    add, divide, index, multiply, number, one, plate, real, scale, span, term, truth,
};
use pgmc::builtins::Builtin as B;
use pgmc::gradient::differentiate;
use pgmc::program::{Builder, Computation, NodeId, check};

fn slopes(b: Builder, q: &[f64]) -> Vec<f64> {
    let Computation { program, values } = differentiate(b.finish());
    check(&program).expect("a program");
    gradient(&program, &values, q).1
}

fn reciprocal(b: &mut Builder, x: NodeId) -> NodeId {
    let c = number(b, 1.0);
    divide(b, c, x)
}

/// Functions whose derivative at 0 is infinite, or whose value is.
fn singular(b: &mut Builder, x: NodeId) -> [NodeId; 3] {
    [one(b, B::Log, x), one(b, B::Sqrt, x), reciprocal(b, x)]
}

#[test]
fn a_branch_not_taken_passes_nothing() {
    for which in 0..3 {
        let mut b = Builder::new();
        let x = b.slot(&[]);
        let zero = number(&mut b, 0.0);
        let positive = b.call(B::Greater, &[x, zero]);
        let f = singular(&mut b, x)[which];
        let chosen = b.call(B::Select, &[positive, f, x]);
        term(&mut b, chosen, &[]);
        assert_eq!(slopes(b, &[0.0]), [1.0], "{which}");
    }
}

#[test]
fn nor_does_a_chain_of_choices() {
    for which in 0..3 {
        let mut b = Builder::new();
        let rows = plate(&mut b, "rows", 3);
        let x = b.slot(&[rows]);
        let (c, d) = (truth(&mut b, &[rows], &[0, 1, 1]), truth(&mut b, &[rows], &[0, 0, 1]));
        let f = singular(&mut b, x)[which];
        // f is used under two conditions and through a product; where none holds nothing passes.
        let twice = scale(&mut b, 2.0, f);
        let squared = multiply(&mut b, f, f);
        let first = b.call(B::Select, &[c, twice, x]);
        let second = b.call(B::Select, &[d, squared, x]);
        let inner = b.call(B::Select, &[d, f, second]);
        let outer = b.call(B::Select, &[c, inner, x]);
        let one_sum = add(&mut b, first, second);
        let all = add(&mut b, one_sum, outer);
        term(&mut b, all, &[rows]);
        let slopes = slopes(b, &[0.0, 0.5, 0.7]);
        assert_eq!(slopes[0], 3.0, "{which}");
        assert!(slopes.iter().all(|s| s.is_finite()), "{which}: {slopes:?}");
    }
}

#[test]
fn nor_does_an_element_that_is_not_gathered() {
    for which in 0..3 {
        let mut b = Builder::new();
        let (rows, groups) = (plate(&mut b, "rows", 2), plate(&mut b, "groups", 3));
        let a = b.slot(&[groups]);
        let group = index(&mut b, &[rows], groups, &[2, 2]);
        let weight = real(&mut b, &[rows], &[1.0, 3.0]);
        let f = singular(&mut b, a)[which];
        let taken = b.gather(f, &[(groups, group)]);
        let weighted = multiply(&mut b, weight, taken);
        term(&mut b, weighted, &[rows]);
        let slopes = slopes(b, &[0.0, 0.0, 1.0]);
        assert_eq!(slopes, [0.0, 0.0, [4.0, 2.0, -4.0][which]]);
    }
}

#[test]
fn nor_does_a_scalar_under_a_condition_that_no_row_meets() {
    for which in 0..3 {
        let mut b = Builder::new();
        let rows = plate(&mut b, "rows", 2);
        let (x, y) = (b.slot(&[]), b.slot(&[rows]));
        let never = truth(&mut b, &[rows], &[0, 0]);
        let f = singular(&mut b, x)[which];
        let product = multiply(&mut b, f, y);
        let chosen = b.call(B::Select, &[never, product, y]);
        term(&mut b, chosen, &[rows]);
        assert_eq!(slopes(b, &[0.0, 1.0, 2.0]), [0.0, 1.0, 1.0], "{which}");
    }
}

#[test]
fn the_first_maximum_takes_the_derivative() {
    let mut b = Builder::new();
    let (rows, cols) = (plate(&mut b, "rows", 2), plate(&mut b, "cols", 2));
    let x = b.slot(&[rows, cols]);
    let largest = b.max(x, &[rows, cols]);
    b.term("max", largest, span());
    assert_eq!(slopes(b, &[1.0, 3.0, 3.0, 2.0]), [0.0, 1.0, 0.0, 0.0]);
}

#[test]
fn nothing_passes_a_stop() {
    let mut b = Builder::new();
    let x = b.slot(&[]);
    let fixed = b.stop(x);
    let product = multiply(&mut b, fixed, x);
    b.term("x", product, span());
    assert_eq!(slopes(b, &[3.0]), [3.0]);
}
