//! Rows and columns: sums, broadcasts, contractions, sizes from 0 to 10,000.

use pgmc::builtins::Builtin as B;
use pgmc::program::Type;

use super::{Case, Maker};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::from([0, 1, 5, 100, 10_000].map(|size| normal("normal", size)));
    cases.push(linear_regression(120, 7));
    cases.extend(
        [(1, 1), (7, 3), (200, 10), (300, 100)]
            .map(|(rows, columns)| regression("regression", rows, columns)),
    );
    cases
}

/// Independent normal observations with their gradient written by hand.
fn normal(name: &'static str, size: usize) -> Case {
    let mut m = Maker::default();
    let rows = m.axis("rows", size);
    let (mean, log_sd, y) = (m.0.slot(&[]), m.0.slot(&[]), m.data("y", &[rows]));
    let sd = m.one(B::Exp, log_sd);
    let residual = m.two(B::Subtract, y, mean);
    let z = m.two(B::Divide, residual, sd);
    let square = m.multiply(z, z);
    let half = m.0.constant(-0.5);
    let term = m.multiply(half, square);
    let term = m.two(B::Subtract, term, log_sd);
    let value = m.0.sum(term, &[rows]);
    let slope = m.two(B::Divide, z, sd);
    let of_mean = m.0.sum(slope, &[rows]);
    let one = m.0.constant(1.0);
    let excess = m.two(B::Subtract, square, one);
    let of_log_sd = m.0.sum(excess, &[rows]);
    [value, of_mean, of_log_sd].into_iter().for_each(|n| m.out(n));
    m.case(name)
}

/// A normal linear regression with its gradient.
pub fn linear_regression(rows: usize, columns: usize) -> Case {
    let mut m = Maker::default();
    let (r, c) = (m.axis("rows", rows), m.axis("columns", columns));
    let (x, y, beta, log_sd) =
        (m.data("x", &[r, c]), m.data("y", &[r]), m.0.slot(&[c]), m.0.slot(&[]));
    let half = m.0.constant(-0.5);
    let mean = m.0.contract(x, beta, &[c]);
    let minus = m.one(B::Negate, log_sd);
    let scale = m.one(B::Exp, minus);
    let residual = m.two(B::Subtract, y, mean);
    let z = m.multiply(residual, scale);
    let square = m.multiply(z, z);
    let term = m.multiply(half, square);
    let term = m.two(B::Subtract, term, log_sd);
    let value = m.0.sum(term, &[r]);
    let slope = m.multiply(z, scale);
    let of_beta = m.0.contract(slope, x, &[r]);
    let one = m.0.constant(1.0);
    let excess = m.two(B::Subtract, square, one);
    let of_log_sd = m.0.sum(excess, &[r]);
    [value, of_beta, of_log_sd].into_iter().for_each(|n| m.out(n));
    m.case("linear regression")
}

/// A logistic regression with its gradient: contractions over columns, then over rows.
pub fn regression(name: &'static str, rows: usize, columns: usize) -> Case {
    let mut m = Maker::default();
    let (r, c) = (m.axis("rows", rows), m.axis("columns", columns));
    let (x, y, beta) = (m.data("x", &[r, c]), m.mask(r, |i| i * i % 5 < 2), m.0.slot(&[c]));
    let eta = m.0.contract(x, beta, &[c]);
    let y = m.0.convert(y, Type::Real);
    let fit = m.multiply(y, eta);
    let norm = m.one(B::Log1pExp, eta);
    let term = m.two(B::Subtract, fit, norm);
    let value = m.0.sum(term, &[r]);
    let p = m.one(B::InvLogit, eta);
    let d = m.two(B::Subtract, y, p);
    let gradient = m.0.contract(d, x, &[r]);
    [value, gradient].into_iter().for_each(|n| m.out(n));
    m.case(name)
}
