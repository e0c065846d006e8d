//! Loops whose rounds run side by side, of sizes with and without a rest: neighbours and elements
//! further apart, gathers, masks, calls, sums.

use pgmc::builtins::Builtin as B;
use pgmc::program::Type;

use super::{Case, Maker};

pub fn cases() -> Vec<Case> {
    // Short ones are loops where nothing is written out, long ones everywhere.
    let sizes = [1, 2, 3, 4, 5, 6, 7, 65, 66, 67];
    let cases = sizes.map(|size| {
        [
            elementwise(size),
            strided(size),
            gathered(size),
            chosen(size),
            called(size),
            scattered(size),
        ]
    });
    cases.into_iter().flatten().chain([inner(65, 66), inner(67, 65)]).collect()
}

/// Arithmetic on neighbours, stored, summed, and its maximum.
fn elementwise(size: usize) -> Case {
    let mut m = Maker::default();
    let rows = m.axis("rows", size);
    let (q, s, x) = (m.0.slot(&[rows]), m.0.slot(&[]), m.data("x", &[rows]));
    let (sum, difference) = (m.add(q, x), m.two(B::Subtract, q, s));
    let (product, quotient) = (m.multiply(sum, difference), m.two(B::Divide, difference, sum));
    let (size_of, least, most) =
        (m.one(B::Abs, product), m.two(B::Min, product, quotient), m.two(B::Max, x, s));
    let (root, minus) = (m.one(B::Sqrt, size_of), m.one(B::Negate, least));
    let powers = [2.0, -1.0, 1.5, -2.5].map(|p| {
        let exponent = m.0.constant(p);
        m.two(B::Power, size_of, exponent)
    });
    let together =
        [root, minus, most].into_iter().chain(powers).reduce(|a, b| m.add(a, b)).expect("some");
    let (total, largest) = (m.0.sum(together, &[rows]), m.0.max(product, &[rows]));
    [together, quotient, total, largest].into_iter().for_each(|n| m.out(n));
    m.case("elementwise in lanes")
}

/// A product with a matrix and its adjoint: elements of a row are neighbours, those of a column are
/// not.
fn strided(size: usize) -> Case {
    let mut m = Maker::default();
    let (rows, columns) = (m.axis("rows", size), m.axis("columns", 5));
    let (x, y, beta) = (m.data("x", &[rows, columns]), m.data("y", &[rows]), m.0.slot(&[columns]));
    let mean = m.0.contract(x, beta, &[columns]);
    let residual = m.two(B::Subtract, y, mean);
    let squares = m.0.contract(residual, residual, &[rows]);
    let slope = m.0.contract(x, residual, &[rows]);
    [squares, slope].into_iter().for_each(|n| m.out(n));
    m.case("strided in lanes")
}

/// Elements at places that data tell.
fn gathered(size: usize) -> Case {
    let mut m = Maker::default();
    let (rows, groups) = (m.axis("rows", size), m.axis("groups", 90));
    let (level, x) = (m.0.slot(&[groups]), m.data("x", &[rows]));
    let group = m.index(&[rows], groups, |i| (i * 31 + 7) % 90);
    let position = m.0.convert(group, Type::Real);
    let own = m.0.gather(level, &[(groups, group)]);
    let (sum, z) = (m.add(own, position), m.multiply(own, x));
    let (square, total) = (m.multiply(z, sum), m.0.sum(z, &[rows]));
    let squares = m.0.sum(square, &[rows]);
    [square, total, squares].into_iter().for_each(|n| m.out(n));
    m.case("gathered in lanes")
}

/// Masks of data and of comparisons, as conditions and as numbers.
fn chosen(size: usize) -> Case {
    let mut m = Maker::default();
    let rows = m.axis("rows", size);
    let (q, s, x, i) = (m.0.slot(&[rows]), m.0.slot(&[]), m.data("x", &[rows]), m.0.iota(rows));
    let marked = m.mask(rows, |i| i % 3 == 1);
    let place = m.0.convert(i, Type::Real);
    let compared = [B::Equal, B::NotEqual, B::Less, B::LessEqual, B::Greater, B::GreaterEqual]
        .map(|b| m.two(b, q, x));
    let (later, positive) = (m.two(B::Greater, place, s), m.two(B::Greater, s, x));
    let not = m.one(B::Not, compared[2]);
    let (both, either) = (m.two(B::And, not, marked), m.two(B::Or, later, positive));
    let conditions: Vec<_> =
        compared.into_iter().chain([both, either, not, marked, later]).collect();
    let mut sum = m.multiply(q, x);
    for condition in conditions {
        let (kept, number) =
            (m.0.call(B::Select, &[condition, sum, x]), m.0.convert(condition, Type::Real));
        let scaled = m.multiply(number, s);
        sum = m.add(kept, scaled);
    }
    let total = m.0.sum(sum, &[rows]);
    [sum, both, total].into_iter().for_each(|n| m.out(n));
    m.case("chosen in lanes")
}

/// Functions that are calls between arithmetic that is not.
fn called(size: usize) -> Case {
    let mut m = Maker::default();
    let rows = m.axis("rows", size);
    let (q, s, x) = (m.0.slot(&[rows]), m.0.slot(&[]), m.data("x", &[rows]));
    let (product, sum) = (m.multiply(q, x), m.add(q, s));
    let (root, square) = (m.one(B::Tanh, product), m.multiply(sum, sum));
    let spread = m.add(square, root);
    let exponential = m.one(B::Exp, spread);
    let log = m.two(B::Hypot, exponential, root);
    let scaled = m.multiply(log, x);
    let (total, largest) = (m.0.sum(scaled, &[rows]), m.0.max(scaled, &[rows]));
    [exponential, total, largest].into_iter().for_each(|n| m.out(n));
    m.case("called in lanes")
}

/// Sums by index: two rounds may add to one element.
fn scattered(size: usize) -> Case {
    let mut m = Maker::default();
    let (rows, groups) = (m.axis("rows", size), m.axis("groups", 80));
    let (q, x) = (m.0.slot(&[rows]), m.data("x", &[rows]));
    let group = m.index(&[rows], groups, |i| i / 3);
    let z = m.multiply(q, x);
    let squares = m.multiply(z, z);
    let (ones, twos) = (
        m.0.sum_by(z, &[(groups, group)], &[rows]),
        m.0.sum_by(squares, &[(groups, group)], &[rows]),
    );
    [ones, twos].into_iter().for_each(|n| m.out(n));
    m.case("scattered in lanes")
}

/// A loop inside another, along rows of a matrix and along its columns.
fn inner(rows: usize, columns: usize) -> Case {
    let mut m = Maker::default();
    let (r, c) = (m.axis("rows", rows), m.axis("columns", columns));
    let (x, beta, y) = (m.data("x", &[r, c]), m.0.slot(&[c]), m.0.slot(&[r]));
    let mean = m.0.contract(x, beta, &[c]);
    let residual = m.two(B::Subtract, y, mean);
    let slope = m.0.contract(x, residual, &[r]);
    let outer = m.multiply(beta, y);
    let (all, least) = (m.0.sum(outer, &[r]), m.0.max(outer, &[c]));
    [residual, slope, all, least].into_iter().for_each(|n| m.out(n));
    m.case("inner loops in lanes")
}
