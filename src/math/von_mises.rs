//! An angle and a concentration → density and distribution function of the von Mises distribution around 0, and its derivative.
//!
//! Integrals of the density by Gauss–Legendre quadrature over the part that counts; both integrands keep their sign there, so results are
//! accurate in relative terms in both tails.

use super::bessel;
use std::f64::consts::{PI, TAU};

/// exp(κ(cos x − 1))/(2π·I₀(κ)·exp(−κ)).
#[must_use]
pub fn density(x: f64, concentration: f64) -> f64 {
    if concentration.is_nan() || concentration < 0.0 {
        return f64::NAN;
    }
    height(x, concentration) / (TAU * bessel::scaled_i0(concentration))
}

/// exp(κ(cos x − 1)), without cancellation near 0.
fn height(x: f64, concentration: f64) -> f64 {
    let half = (0.5 * x).sin();
    (-2.0 * concentration * half * half).exp()
}

/// Whether (x, κ) is outside the domain.
fn outside(x: f64, concentration: f64) -> bool {
    !((-PI..=PI).contains(&x) && (0.0..f64::INFINITY).contains(&concentration))
}

/// The probability of an angle between −π and `x`, −π ≤ x ≤ π; relative error about 1e-14.
#[must_use]
pub fn cdf(x: f64, concentration: f64) -> f64 {
    if outside(x, concentration) {
        f64::NAN
    } else if x > 0.0 {
        1.0 - lower(-x, concentration)
    } else {
        lower(x, concentration)
    }
}

/// The same for x ≤ 0.
fn lower(x: f64, concentration: f64) -> f64 {
    let from = start(x, concentration);
    let area = integrate(from, x, |t| height(t, concentration));
    area / (TAU * bessel::scaled_i0(concentration))
}

/// ∂ of [`cdf`] by the concentration, ∫ density·(cos t − I₁/I₀) dt: from −π or, as the whole from −π to 0 vanishes, from 0.
#[must_use]
pub fn cdf_concentration(x: f64, concentration: f64) -> f64 {
    if outside(x, concentration) {
        return f64::NAN;
    }
    let (left, sign) = (-x.abs(), if x > 0.0 { -1.0 } else { 1.0 });
    let complement = bessel::ratio_complement(concentration);
    let excess = |t: f64| {
        let half = (0.5 * t).sin();
        complement - 2.0 * half * half
    };
    let integrand = |t: f64| height(t, concentration) * excess(t);
    let area = if excess(left) < 0.0 { integrate(start(left, concentration), left, integrand) } else { -integrate(left, 0.0, integrand) };
    sign * area / (TAU * bessel::scaled_i0(concentration))
}

/// Left of this the density is below exp(−45) of its height at `x` ≤ 0, or −π.
fn start(x: f64, concentration: f64) -> f64 {
    let half = (0.5 * x).sin();
    let square = half * half + 45.0 / (2.0 * concentration);
    if square < 1.0 { -2.0 * square.sqrt().asin() } else { -PI }
}

/// Panels of [`integrate`]: over each the density changes by at most some exp(10).
const PANELS: u32 = 6;

/// ∫ f from `from` to `to` by 20-point Gauss–Legendre quadrature on equal panels.
fn integrate(from: f64, to: f64, f: impl Fn(f64) -> f64) -> f64 {
    let half = 0.5 * (to - from) / f64::from(PANELS);
    let panel = |i: u32| {
        let middle = from + f64::from(2 * i + 1) * half;
        NODES.iter().map(|(node, weight)| weight * (f(middle - half * node) + f(middle + half * node))).sum::<f64>()
    };
    half * (0..PANELS).map(panel).sum::<f64>()
}

/// Positive nodes and weights of 20-point Gauss–Legendre quadrature. Source: DLMF 3.5(v); computed with mpmath.
const NODES: [(f64, f64); 10] = [
    (0.076_526_521_133_497_33, 0.152_753_387_130_725_85),
    (0.227_785_851_141_645_08, 0.149_172_986_472_603_75),
    (0.373_706_088_715_419_56, 0.142_096_109_318_382_05),
    (0.510_867_001_950_827_1, 0.131_688_638_449_176_63),
    (0.636_053_680_726_515, 0.118_194_531_961_518_42),
    (0.746_331_906_460_150_8, 0.101_930_119_817_240_44),
    (0.839_116_971_822_218_8, 0.083_276_741_576_704_75),
    (0.912_234_428_251_326, 0.062_672_048_334_109_06),
    (0.963_971_927_277_913_8, 0.040_601_429_800_386_94),
    (0.993_128_599_185_094_9, 0.017_614_007_139_152_12),
];
