//! Two parameters and a number from 0 to 1 → the regularised incomplete beta function and its derivatives.
//!
//! I_x(a, b) by a continued fraction left of about its mean, 1 − I_{1−x}(b, a) right of it; the derivatives by a and b come from the same
//! fraction over [`Jet`]s. Large parameters near their mean, where it needs many terms: by quadrature of the density.

use super::beta::lbeta;
use super::gamma::{digamma_difference, log_less_digamma};
use super::jet::{Jet, Scalar, continued_fraction};
use super::quadrature::{integrate, normal_reach};
use super::stirling;
use std::f64::consts::TAU;

/// I_x(a, b), a > 0, b > 0, 0 ≤ x ≤ 1; relative error about 1e-13.
#[must_use]
pub fn beta_inc(a: f64, b: f64, x: f64) -> f64 {
    let Some(point) = Point::new(a, b, x) else { return f64::NAN };
    if x == 0.0 || x == 1.0 {
        return x;
    }
    match point.side() {
        Side::Left => point.left(),
        Side::Right => 1.0 - point.mirrored().left(),
    }
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
        return 0.0;
    }
    if point.is_near() {
        return point.near_slope(position);
    }
    match point.side() {
        Side::Left => point.left_slopes()[position],
        Side::Right => -point.mirrored().left_slopes()[1 - position],
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
        point.power_term() / (x * point.y)
    }
}

/// The density at the end where its exponent is a − 1.
fn edge(a: f64, b: f64) -> f64 {
    if a == 1.0 { b } else { 0.0_f64.powf(a - 1.0) }
}

/// From where the integral is taken.
enum Side {
    Left,
    Right,
}

/// The parameters and the number with its complement, inside the domain.
#[derive(Clone, Copy)]
struct Point {
    a: f64,
    b: f64,
    x: f64,
    y: f64,
}

/// From both parameters at this size on, [`NEAR`] the mean, quadrature is cheaper than the fraction.
const LARGE: f64 = 1e4;
/// The distance of x and 1 − x from their means, relative to these, below which the density still falls about like a normal one, and above
/// which the fraction needs no more than some hundred terms.
const NEAR: f64 = 0.1;

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

    /// The side whose fraction converges quickly, unless its part is nearly everything and the rest would be a difference of equals:
    /// then the other, as long as its fraction converges within about a thousand terms.
    fn side(self) -> Side {
        if self.is_near() {
            return if self.distance() <= 0.0 { Side::Left } else { Side::Right };
        }
        let is_left = self.x * (self.a + self.b + 2.0) <= self.a + 1.0;
        let quick = if is_left { self } else { self.mirrored() };
        let other_is_better = quick.x > 1e-3 && quick.left() > 0.9;
        if is_left == other_is_better { Side::Right } else { Side::Left }
    }

    /// log x, accurate near 1.
    fn log_x(self) -> f64 {
        if self.y < 0.5 { (-self.y).ln_1p() } else { self.x.ln() }
    }

    /// x·b − y·a: how far x is from the mean, times a + b.
    fn distance(self) -> f64 {
        self.x * self.b - self.y * self.a
    }

    /// The standard deviation, times a + b.
    fn deviation(self) -> f64 {
        (self.a / (self.a + self.b) * self.b).sqrt()
    }

    /// Whether quadrature serves here.
    fn is_near(self) -> bool {
        self.a.min(self.b) > LARGE && self.distance().abs() < NEAR * self.a.min(self.b)
    }

    /// I_x(a, b).
    fn left(self) -> f64 {
        let value = if self.is_near() { self.tail_integral(|_| 1.0) } else { self.power_term() / self.a / self.fraction(self.a, self.b) };
        value.min(1.0)
    }

    /// ∂I_x(a, b) by a and b by the fraction.
    fn left_slopes(self) -> [f64; 2] {
        let term = self.power_term() / self.a;
        if term == 0.0 {
            return [0.0; 2];
        }
        let inverse = Jet::constant(1.0) / self.fraction(Jet::parameter(self.a, 0), Jet::parameter(self.b, 1));
        let Self { a, b, .. } = self;
        // ψ(a+b) − ψ(a+1), of the power term divided by a.
        let first = if b < 1.0 { -digamma_difference(a + b, 1.0 - b) } else { digamma_difference(a + 1.0, b - 1.0) };
        let growth = [self.log_x() + first, self.mirrored().log_x() + digamma_difference(b, a)];
        [term * (inverse.value * growth[0] + inverse.slopes[0]), term * (inverse.value * growth[1] + inverse.slopes[1])]
    }

    /// x^a·y^b/B(a, b). For large parameters what is left of the exponent is no larger than the logarithm of the result.
    fn power_term(self) -> f64 {
        let Self { a, b, x, y } = self;
        if a.min(b) < stirling::LARGE {
            return (a * self.log_x() + b * self.mirrored().log_x() - lbeta(a, b)).exp();
        }
        let (sum, distance) = (a + b, self.distance());
        let exponent = stirling::deviance(a, x * sum, distance) + stirling::deviance(b, y * sum, -distance);
        (-exponent).exp() * self.height()
    }

    /// x^a·y^b/B(a, b) at the mean, for large parameters.
    fn height(self) -> f64 {
        let Self { a, b, .. } = self;
        let rest = stirling::error(a + b) - stirling::error(a) - stirling::error(b);
        rest.exp() * (a / TAU * (b / (a + b))).sqrt()
    }

    /// `power_term`/(a·I_x(a, b)). Source: A. R. DiDonato and A. H. Morris, algorithm 708, ACM TOMS 18 (1992), function BFRAC.
    fn fraction<T: Scalar>(self, a: T, b: T) -> T {
        let (x, y, c) = (T::constant(self.x), T::constant(self.y), T::constant);
        let distance = a * y - b * x + c(1.0);
        let term = |m: f64| {
            let head = a + c(2.0 * m - 1.0);
            let middle = c(m) * (b - c(m)) * x / head;
            let last = (a + c(m)) * (distance + c(m * (1.0 + self.y))) / (a + c(2.0 * m + 1.0));
            let numerator = middle * (a + b + c(m - 1.0)) * x / head;
            // The division by a has taken this factor from the first numerator.
            let numerator = if m == 1.0 { numerator } else { numerator * (a + c(m - 1.0)) };
            (numerator, c(m) + middle + last)
        };
        continued_fraction(distance / (a + c(1.0)), term)
    }

    /// ∫ density·`weight` from 0 to x, for x near the mean of large parameters. `weight` is given t/mean − 1.
    fn tail_integral(self, weight: impl Fn(f64) -> f64) -> f64 {
        let Self { a, b, x, y } = self;
        let (sum, distance, deviation) = (a + b, self.distance(), self.deviation());
        let reach = normal_reach(distance / deviation) * deviation;
        let integrand = |offset: f64| {
            let (up, down) = ((distance + offset) / a, -(distance + offset) / b);
            let exponent = a * stirling::log1p_less_linear(up) + b * stirling::log1p_less_linear(down);
            exponent.exp() / ((x + offset / sum) * (y - offset / sum)) * weight(up)
        };
        integrate(-reach - distance, 0.0, integrand) * self.height() / sum
    }

    /// ∂I_x(a, b) by a, ∫ density·(log t − ψ(a) + ψ(a+b)), or by b: from the side where the factor does not change its sign (the whole
    /// integral is 0).
    fn near_slope(self, position: usize) -> f64 {
        if position == 1 {
            return -self.mirrored().near_slope(0);
        }
        let Self { a, b, .. } = self;
        let offset = log_less_digamma(a) - log_less_digamma(a + b);
        if (self.distance() / a).ln_1p() + offset < 0.0 {
            self.tail_integral(|up| up.ln_1p() + offset)
        } else {
            // Seen from the other end t/mean − 1 is that of 1 − t, which is −a/b times as large.
            -self.mirrored().tail_integral(|up| (-up * b / a).ln_1p() + offset)
        }
    }
}
