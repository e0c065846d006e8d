//! Gathers and sums by index: sorted, unsorted, shifted, nested, over several axes.

use pgmc::builtins::Builtin as B;
use pgmc::program::Base;

use super::{Case, Maker};

pub fn cases() -> Vec<Case> {
    let mut cases = vec![
        eight_schools(),
        nested(),
        shifts("shifts", 100),
        shifts("short shifts", 6),
        two_axes(),
        diagonal(),
        partial(),
    ];
    cases.extend(
        [(500, 20), (90, 80), (30, 5), (3, 1)]
            .map(|(rows, groups)| groups_of_rows("groups", rows, groups)),
    );
    cases
}

/// Eight schools, not centred, with its gradient written by hand.
pub fn eight_schools() -> Case {
    let mut m = Maker::default();
    let schools = m.axis("schools", 8);
    let sds = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0];
    let (y, s) = (m.data("y", &[schools]), m.numbers_of("s", &[schools], sds.to_vec()));
    let (mean, log_tau, z) = (m.0.slot(&[]), m.0.slot(&[]), m.0.slot(&[schools]));
    let tau = m.one(B::Exp, log_tau);
    let spread = m.multiply(tau, z);
    let theta = m.add(mean, spread);
    let residual = m.two(B::Subtract, y, theta);
    let r = m.two(B::Divide, residual, s);
    let (r2, z2) = (m.multiply(r, r), m.multiply(z, z));
    let both = m.add(r2, z2);
    let minus_half = m.0.constant(-0.5);
    let term = m.multiply(minus_half, both);
    let value = m.0.sum(term, &[schools]);
    let slope = m.two(B::Divide, r, s);
    let of_mean = m.0.sum(slope, &[schools]);
    let (of_tau, pull) = (m.multiply(slope, spread), m.multiply(slope, tau));
    let of_log_tau = m.0.sum(of_tau, &[schools]);
    let of_z = m.two(B::Subtract, pull, z);
    [value, of_mean, of_log_tau, of_z].into_iter().for_each(|n| m.out(n));
    m.case("eight schools")
}

/// Effects of groups on rows and back, with groups in order and not.
fn groups_of_rows(name: &'static str, rows: usize, groups: usize) -> Case {
    let mut m = Maker::default();
    let (r, g) = (m.axis("rows", rows), m.axis("groups", groups));
    let (y, e, scale) = (m.data("y", &[r]), m.0.slot(&[g]), m.0.slot(&[]));
    let sd = m.one(B::Exp, scale);
    let effect = m.multiply(sd, e);
    for index in
        [m.index(&[r], g, |i| i * groups / rows), m.index(&[r], g, |i| (i * i + 3) % groups)]
    {
        let at = m.0.gather(effect, &[(g, index)]);
        let residual = m.two(B::Subtract, y, at);
        let square = m.multiply(residual, residual);
        let value = m.0.sum(square, &[r]);
        let back = m.0.sum_by(residual, &[(g, index)], &[r]);
        let of_e = m.multiply(back, sd);
        let of_scale = m.0.contract(back, effect, &[g]);
        let raw = m.0.gather(e, &[(g, index)]);
        [value, of_e, of_scale, raw].into_iter().for_each(|n| m.out(n));
    }
    m.case(name)
}

/// Rows in counties in states, there and back.
fn nested() -> Case {
    let mut m = Maker::default();
    let (r, c, s) = (m.axis("rows", 400), m.axis("counties", 70), m.axis("states", 6));
    let (of_row, of_county) =
        (m.index(&[r], c, |i| i * 70 / 400), m.index(&[c], s, |i| i * 6 / 70));
    let (x, a, b) = (m.data("x", &[r]), m.0.slot(&[c]), m.0.slot(&[s]));
    let state = m.0.gather(b, &[(s, of_county)]);
    let county = m.add(a, state);
    let at = m.0.gather(county, &[(c, of_row)]);
    let only_state = m.0.gather(state, &[(c, of_row)]);
    let p = m.multiply(at, x);
    let p = m.one(B::InvLogit, p);
    let p = m.multiply(p, only_state);
    let value = m.0.sum(p, &[r]);
    let of_a = m.0.sum_by(p, &[(c, of_row)], &[r]);
    let of_b = m.0.sum_by(of_a, &[(s, of_county)], &[c]);
    [value, of_a, of_b].into_iter().for_each(|n| m.out(n));
    m.case("nested groups")
}

/// The neighbour's value, and its adjoint, on a subset of the axis and on the axis itself.
fn shifts(name: &'static str, size: usize) -> Case {
    let mut m = Maker::default();
    let (t, rest) = (m.axis("time", size), m.axis("rest", size - 1));
    let (before, after) = (m.index(&[rest], t, |i| i), m.index(&[rest], t, |i| i + 1));
    let previous = m.index(&[t], t, |i| i.saturating_sub(1));
    let q = m.0.slot(&[t]);
    let x = m.one(B::Exp, q);
    let (x0, x1) = (m.0.gather(x, &[(t, before)]), m.0.gather(x, &[(t, after)]));
    let step = m.two(B::Subtract, x1, x0);
    let square = m.multiply(step, step);
    let value = m.0.sum(square, &[rest]);
    let (up, down) =
        (m.0.sum_by(step, &[(t, after)], &[rest]), m.0.sum_by(step, &[(t, before)], &[rest]));
    let gradient = m.two(B::Subtract, up, down);
    let lagged = m.0.gather(x, &[(t, previous)]);
    let pushed = m.0.sum_by(x, &[(t, previous)], &[t]);
    let first = m.0.position(t, 0);
    let first = m.0.gather(x, &[(t, first)]);
    let from_first = m.multiply(first, x);
    [value, gradient, lagged, pushed, first, from_first].into_iter().for_each(|n| m.out(n));
    m.case(name)
}

/// A table indexed by two columns of the rows, and its adjoint.
fn two_axes() -> Case {
    let mut m = Maker::default();
    let (r, a, b) = (m.axis("rows", 150), m.axis("a", 4), m.axis("b", 70));
    let (i, j) = (m.index(&[r], a, |i| i % 4), m.index(&[r], b, |i| (i * 7) % 70));
    let (table, x) = (m.0.slot(&[a, b]), m.data("x", &[r]));
    let curved = m.one(B::Tanh, table);
    let at = m.0.gather(curved, &[(a, i), (b, j)]);
    let (raw, of_a) = (m.0.gather(table, &[(a, i), (b, j)]), m.0.gather(curved, &[(a, i)]));
    let product = m.multiply(at, x);
    let product = m.multiply(product, raw);
    let value = m.0.sum(product, &[r]);
    let back = m.0.sum_by(product, &[(a, i), (b, j)], &[r]);
    let wide = m.0.sum_by(of_a, &[(a, i)], &[r]);
    [value, back, wide].into_iter().for_each(|n| m.out(n));
    m.case("two indices")
}

/// One axis twice by an alias: the diagonal, the transpose, a rename.
fn diagonal() -> Case {
    let mut m = Maker::default();
    let i = m.axis("i", 9);
    let j = m.0.alias(i);
    let (q, p) = (m.0.slot(&[i]), m.data("p", &[i]));
    let e = m.one(B::Exp, q);
    let other = m.0.rename(e, i, j);
    let outer = m.multiply(p, other);
    let matrix = m.one(B::Tanh, outer);
    let position = m.0.iota(i);
    let diagonal = m.0.gather(matrix, &[(j, position)]);
    let back = m.0.sum_by(diagonal, &[(j, position)], &[]);
    let (rows, columns) = (m.0.sum(matrix, &[j]), m.0.sum(matrix, &[i]));
    [matrix, diagonal, back, rows, columns].into_iter().for_each(|n| m.out(n));
    m.case("diagonal")
}

/// Sums by index over one of two axes, and gathers that leave a second axis, with indices computed
/// from noise.
fn partial() -> Case {
    let mut m = Maker::default();
    let (r, k, g) = (m.axis("rows", 110), m.axis("k", 5), m.axis("groups", 66));
    let (x, e) = (m.data("x", &[r, k]), m.0.slot(&[g, k]));
    let index = m.index(&[r], g, |i| (i * 5) % 66);
    let curved = m.one(B::Sin, e);
    let at = m.0.gather(curved, &[(g, index)]);
    let product = m.multiply(at, x);
    let value = m.0.sum(product, &[r, k]);
    let back = m.0.sum_by(product, &[(g, index)], &[r]);
    let noise = m.0.noise(Base::Uniform, &[r]);
    let many = m.0.constant(66.0);
    let drawn = m.multiply(noise, many);
    let drawn = m.one(B::Floor, drawn);
    let drawn = m.0.convert(drawn, pgmc::program::Type::Index(g));
    let at_drawn = m.0.gather(curved, &[(g, drawn)]);
    [value, back, at_drawn].into_iter().for_each(|n| m.out(n));
    m.case("partial sums by index")
}
