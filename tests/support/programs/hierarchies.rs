//! Gathers and sums by index: sorted and unsorted.

use pgmc::builtins::Builtin as B;

use super::{Case, Maker};

pub fn cases() -> Vec<Case> {
    let mut cases = vec![eight_schools()];
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
