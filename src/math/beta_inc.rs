//! Two parameters and a number from 0 to 1 → the regularised incomplete beta function and its derivatives.
//!
//! I_x(a, b) by a continued fraction left of about its mean, 1 − I_{1−x}(b, a) right of it; the derivatives by a and b come from the same
//! fraction over [`Jet`]s.

use super::beta::lbeta;
use super::gamma::digamma;
use super::jet::{Jet, Scalar, continued_fraction};
use super::stirling;
use std::f64::consts::TAU;

/// The parameters and the number with its complement.
#[derive(Clone, Copy)]
struct Point {
    a: f64,
    b: f64,
    x: f64,
    y: f64,
}

impl Point {
    /// None outside the domain.
    fn new(a: f64, b: f64, x: f64) -> Option<Self> {
        let inside = a > 0.0 && a < f64::INFINITY && b > 0.0 && b < f64::INFINITY && (0.0..=1.0).contains(&x);
        inside.then_some(Self { a, b, x, y: 1.0 - x })
    }

    /// The same seen from the other end.
    fn mirrored(self) -> Self {
        Self { a: self.b, b: self.a, x: self.y, y: self.x }
    }

    /// Whether the fraction converges quickly here.
    fn is_left(self) -> bool {
        self.x * (self.a + self.b + 2.0) <= self.a + 1.0
    }

    /// x·b − y·a: how far x is from the mean, times a + b.
    fn distance(self) -> f64 {
        self.x * self.b - self.y * self.a
    }
}

/// I_x(a, b); relative error about 1e-13.
#[must_use]
pub fn beta_inc(a: f64, b: f64, x: f64) -> f64 {
    let Some(point) = Point::new(a, b, x) else { return f64::NAN };
    if x == 0.0 || x == 1.0 {
        return x;
    }
    if point.is_left() {
        return left(point);
    }
    let upper = left(point.mirrored());
    // Where the upper part is nearly everything the difference would cancel; the fraction converges there too, only slowly.
    if upper > 0.9 { left(point) } else { 1.0 - upper }
}

/// ∂I_x(a, b)/∂a.
#[must_use]
pub fn beta_inc_first(a: f64, b: f64, x: f64) -> f64 {
    slope(a, b, x, 0)
}

/// ∂I_x(a, b)/∂b.
#[must_use]
pub fn beta_inc_second(a: f64, b: f64, x: f64) -> f64 {
    slope(a, b, x, 1)
}

/// ∂I_x(a, b) by the parameter at `position`.
fn slope(a: f64, b: f64, x: f64, position: usize) -> f64 {
    let Some(point) = Point::new(a, b, x) else { return f64::NAN };
    if x == 0.0 || x == 1.0 {
        0.0
    } else if point.is_left() {
        left_slopes(point)[position]
    } else {
        -left_slopes(point.mirrored())[1 - position]
    }
}

/// x^(a−1)·(1−x)^(b−1)/B(a, b), the beta density.
#[must_use]
pub fn density(a: f64, b: f64, x: f64) -> f64 {
    let Some(point) = Point::new(a, b, x) else { return f64::NAN };
    if x == 0.0 {
        edge(a, b)
    } else if x == 1.0 {
        edge(b, a)
    } else {
        power_term(point) / (x * point.y)
    }
}

/// The density at the end where its exponent is a − 1.
fn edge(a: f64, b: f64) -> f64 {
    if a == 1.0 { b } else { 0.0_f64.powf(a - 1.0) }
}

/// I_x(a, b) by the fraction.
fn left(point: Point) -> f64 {
    (power_term(point) / fraction(point, point.a, point.b)).min(1.0)
}

/// ∂I_x(a, b) by a and b by the fraction.
fn left_slopes(point: Point) -> [f64; 2] {
    let term = power_term(point);
    if term == 0.0 {
        return [0.0; 2];
    }
    let inverse = Jet::constant(1.0) / fraction(point, Jet::parameter(point.a, 0), Jet::parameter(point.b, 1));
    let growth = growth(point);
    [term * (inverse.value * growth[0] + inverse.slopes[0]), term * (inverse.value * growth[1] + inverse.slopes[1])]
}

/// The derivatives of log(`power_term`) by a and b: log x − ψ(a) + ψ(a+b), log y − ψ(b) + ψ(a+b).
fn growth(point: Point) -> [f64; 2] {
    let sum = digamma(point.a + point.b);
    let log_y = if point.x < 0.5 { (-point.x).ln_1p() } else { point.y.ln() };
    let log_x = if point.y < 0.5 { (-point.y).ln_1p() } else { point.x.ln() };
    [log_x + (sum - digamma(point.a)), log_y + (sum - digamma(point.b))]
}

/// x^a·y^b/B(a, b). For large parameters in the saddle-point form of C. Loader (2000), see `gamma_inc`.
fn power_term(point: Point) -> f64 {
    let Point { a, b, x, y } = point;
    let sum = a + b;
    if a.min(b) >= stirling::LARGE {
        let distance = point.distance();
        let deviance = -a * stirling::log1p_less_linear(distance / a) - b * stirling::log1p_less_linear(-distance / b);
        let rest = stirling::error(sum) - stirling::error(a) - stirling::error(b);
        (rest - deviance).exp() * (a / TAU * (b / sum)).sqrt()
    } else {
        let log_y = if x < 0.5 { (-x).ln_1p() } else { y.ln() };
        let log_x = if y < 0.5 { (-y).ln_1p() } else { x.ln() };
        (a * log_x + b * log_y - lbeta(a, b)).exp()
    }
}

/// `power_term`/I_x(a, b). Source: A. R. DiDonato and A. H. Morris, algorithm 708, ACM TOMS 18 (1992), function BFRAC.
fn fraction<T: Scalar>(point: Point, a: T, b: T) -> T {
    let (x, y, c) = (T::constant(point.x), T::constant(point.y), T::constant);
    let distance = a * y - b * x + c(1.0);
    let level = |m: f64| {
        let head = a + c(2.0 * m - 1.0);
        let middle = c(m) * (b - c(m)) * x / head;
        let last = (a + c(m)) * (distance + c(m * (1.0 + point.y))) / (a + c(2.0 * m + 1.0));
        (head, middle, c(m) + middle + last)
    };
    let term = |m: f64| {
        let (head, middle, denominator) = level(m);
        (middle * (a + c(m - 1.0)) * (a + b + c(m - 1.0)) * x / head, denominator)
    };
    let start = a * distance / (a + c(1.0));
    continued_fraction(start, term)
}
