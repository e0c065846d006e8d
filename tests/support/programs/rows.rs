//! Rows and columns: sums, broadcasts, contractions, masks, sizes from 0 to 10,000.

use pgmc::builtins::Builtin as B;
use pgmc::program::Type;

use super::{Case, Maker};

pub fn cases() -> Vec<Case> {
    let mut cases = vec![scalars(), leaves(), features(), wide(), powers(), maxima(), types()];
    cases.extend([0, 1, 5, 100, 10_000].map(|size| normal("normal", size)));
    cases.push(linear_regression(120, 7));
    cases.extend(
        [(1, 1), (7, 3), (200, 10), (300, 100)]
            .map(|(rows, columns)| regression("regression", rows, columns)),
    );
    cases
}

/// Every way to have an instruction, without an axis.
fn scalars() -> Case {
    let mut m = Maker::default();
    let (a, b) = (m.0.slot(&[]), m.0.slot(&[]));
    for builtin in [B::Add, B::Subtract, B::Multiply, B::Divide, B::Min, B::Max, B::Hypot] {
        let node = m.two(builtin, a, b);
        m.out(node);
    }
    for builtin in [
        B::Negate,
        B::Abs,
        B::Sign,
        B::Step,
        B::Floor,
        B::Exp,
        B::Tanh,
        B::Lgamma,
        B::Log1pExp,
        B::InvLogit,
        B::Erf,
    ] {
        let node = m.one(builtin, a);
        m.out(node);
    }
    let square = m.multiply(a, a);
    let root = m.one(B::Sqrt, square);
    let log = m.one(B::Log, square);
    let (less, equal) = (m.two(B::Less, a, b), m.two(B::GreaterEqual, root, log));
    let (both, either, not) =
        (m.two(B::And, less, equal), m.two(B::Or, less, equal), m.one(B::Not, less));
    let chosen = m.0.call(B::Select, &[both, root, log]);
    let differ = m.two(B::NotEqual, chosen, a);
    [root, log, less, either, not, chosen, differ].into_iter().for_each(|n| m.out(n));
    m.case("scalars")
}

/// Outputs that are leaves, and one node that is two outputs.
fn leaves() -> Case {
    let mut m = Maker::default();
    let rows = m.axis("rows", 3);
    let long = m.axis("long", 90);
    let (q, x, c, i) = (m.0.slot(&[long]), m.data("x", &[rows]), m.0.constant(7.5), m.0.iota(long));
    let mask = m.mask(long, |i| i % 3 == 0);
    let e = m.one(B::Exp, q);
    [q, x, c, i, mask, e, e, q].into_iter().for_each(|n| m.out(n));
    m.case("leaves")
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

/// Sums that feed other rows: means taken out, and columns within rows.
fn features() -> Case {
    let mut m = Maker::default();
    let (r, c) = (m.axis("rows", 80), m.axis("columns", 70));
    let (x, b) = (m.data("x", &[r, c]), m.0.slot(&[c]));
    let product = m.multiply(x, b);
    let curved = m.one(B::Tanh, product);
    let row_sum = m.0.sum(curved, &[c]);
    let total = m.0.sum(row_sum, &[r]);
    let centred = m.two(B::Subtract, row_sum, total);
    let squares = m.multiply(centred, centred);
    let spread = m.0.sum(squares, &[r]);
    let weighted = m.multiply(curved, centred);
    let by_column = m.0.sum(weighted, &[r]);
    [spread, by_column, row_sum].into_iter().for_each(|n| m.out(n));
    m.case("features")
}

/// More columns than rows, and a sum over both at once.
fn wide() -> Case {
    let mut m = Maker::default();
    let (r, c) = (m.axis("rows", 70), m.axis("columns", 150));
    let (x, a, b) = (m.data("x", &[r, c]), m.0.slot(&[r]), m.0.slot(&[c]));
    let outer = m.multiply(a, b);
    let shifted = m.add(outer, x);
    let e = m.one(B::Exp, shifted);
    let (total, by_row, by_column) = (m.0.sum(e, &[r, c]), m.0.sum(e, &[c]), m.0.sum(e, &[r]));
    [total, by_row, by_column].into_iter().for_each(|n| m.out(n));
    m.case("wide")
}

/// Powers with constant exponents, which become products and roots, and with others.
fn powers() -> Case {
    let mut m = Maker::default();
    let (q, p) = (m.0.slot(&[]), m.0.slot(&[]));
    let base = m.one(B::Exp, q);
    for exponent in [3.0, 5.0, -1.0, -2.0, 1.5, -0.5, 2.5, 6.0, 7.0, 0.3] {
        let exponent = m.0.constant(exponent);
        let power = m.two(B::Power, base, exponent);
        m.out(power);
    }
    let power = m.two(B::Power, base, p);
    m.out(power);
    m.case("powers")
}

/// Maxima and the log of a sum of exponentials, over a small and a large axis.
fn maxima() -> Case {
    let mut m = Maker::default();
    let (r, k) = (m.axis("rows", 120), m.axis("components", 3));
    let (x, w) = (m.data("x", &[r]), m.0.slot(&[k]));
    let score = m.multiply(x, w);
    let (per_row, per_component) = (m.0.log_sum_exp(score, &[k]), m.0.max(score, &[r]));
    let value = m.0.sum(per_row, &[r]);
    let largest = m.0.max(score, &[r, k]);
    [value, per_component, largest].into_iter().for_each(|n| m.out(n));
    m.case("maxima")
}

/// Truth values and positions in arithmetic.
fn types() -> Case {
    let mut m = Maker::default();
    let rows = m.axis("rows", 75);
    let (q, i, mask) = (m.0.slot(&[rows]), m.0.iota(rows), m.mask(rows, |i| i % 4 == 1));
    let number = m.0.convert(i, Type::Real);
    let scaled = m.multiply(q, number);
    let zero = m.0.constant(0.0);
    let positive = m.two(B::Greater, q, zero);
    let both = m.two(B::And, positive, mask);
    let chosen = m.0.call(B::Select, &[both, scaled, q]);
    let (total, hits) = (m.0.sum(chosen, &[rows]), m.0.convert(both, Type::Real));
    let hits = m.0.sum(hits, &[rows]);
    [total, hits, both].into_iter().for_each(|n| m.out(n));
    m.case("types")
}
