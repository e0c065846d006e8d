//! Density and distribution function of the von Mises distribution around 0, and derivatives by the
//! concentration.
//!
//! The density is integrated by Gauss–Legendre quadrature over the range that matters; the
//! integrands keep their sign there, so results have full relative accuracy in both tails.

use super::bessel;
use super::quadrature::{DEPTH, integrate, panel};
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

/// The distribution function at a point from −π to 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lower {
    pub(super) x: f64,
    pub(super) probability: f64,
    concentration: f64,
}

impl Lower {
    pub(super) fn new(x: f64, concentration: f64) -> Self {
        Self { x, probability: lower(x, concentration), concentration }
    }

    /// The same at `x`: adds the integral in between, unless that would cancel or the points are so
    /// far apart that the density changes much.
    pub(super) fn moved(self, x: f64) -> Self {
        let concentration = self.concentration;
        let distance = (x - self.x).abs();
        if distance * distance * concentration < 1.0 && distance < 1.0 {
            let between = panel(self.x, x, |t| height(t, concentration))
                / (TAU * bessel::scaled_i0(concentration));
            if between > -0.9 * self.probability {
                return Self { x, probability: self.probability + between, concentration };
            }
        }
        Self::new(x, concentration)
    }
}

/// The derivative of [`cdf`] by the concentration, ∫ density·(cos t − I₁/I₀) dt: from −π or,
/// because the integral from −π to 0 vanishes, from 0.
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
    let area = if excess(left) < 0.0 {
        integrate(start(left, concentration), left, integrand)
    } else {
        -integrate(left, 0.0, integrand)
    };
    sign * area / (TAU * bessel::scaled_i0(concentration))
}

/// The second derivative of [`cdf`] by the concentration, ∫ density·((cos t − A)² − A′) dt with A =
/// I₁/I₀: from −π if the factor keeps its sign up to x or, because the integral from −π to 0
/// vanishes, from 0.
#[must_use]
pub fn cdf_concentration_concentration(x: f64, concentration: f64) -> f64 {
    if outside(x, concentration) {
        return f64::NAN;
    }
    let (left, sign) = (-x.abs(), if x > 0.0 { -1.0 } else { 1.0 });
    let (complement, variance) =
        (bessel::ratio_complement(concentration), bessel::ratio_slope(concentration));
    let deviation = |t: f64| {
        let half = (0.5 * t).sin();
        complement - 2.0 * half * half
    };
    let integrand = |t: f64| height(t, concentration) * (deviation(t) * deviation(t) - variance);
    let from_the_end = deviation(left) < -variance.sqrt();
    let area = if from_the_end {
        integrate(start(left, concentration), left, integrand)
    } else {
        -integrate(left, 0.0, integrand)
    };
    sign * area / (TAU * bessel::scaled_i0(concentration))
}

/// To the left of this the density is below exp(−[`DEPTH`]) times its height at `x` ≤ 0; at least
/// −π.
fn start(x: f64, concentration: f64) -> f64 {
    let half = (0.5 * x).sin();
    let square = half * half + DEPTH / (2.0 * concentration);
    if square < 1.0 { -2.0 * square.sqrt().asin() } else { -PI }
}
