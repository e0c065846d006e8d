//! The regularised incomplete beta function and its derivatives.
//!
//! I_x(a, b) is computed by a continued fraction to the left of roughly its mean, and 1 −
//! I_{1−x}(b, a) to the right of it; the derivatives by a and b come from the same fraction over
//! [`Jet`]s. For large parameters near the mean, where the fraction needs many terms, the density
//! is integrated by quadrature.

use super::beta::lbeta;
use super::curve::{Bent, Curve};
use super::gamma::{digamma_difference, log_less_digamma, trigamma};
use super::jet::{Jet, Scalar, continued_fraction};
use super::logistic::{log1m_exp, log1m_exp_slope};
use super::quadrature::{integrate, normal_reach};
use super::quantile::Tail;
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

/// The derivative of I_x(a, b) by the parameter at `position`.
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

/// ∂²I_x(a, b)/∂a².
#[must_use]
pub fn beta_inc_first_first(a: f64, b: f64, x: f64) -> f64 {
    bend(a, b, x, 0)
}

/// ∂²I_x(a, b)/∂a∂b.
#[must_use]
pub fn beta_inc_first_second(a: f64, b: f64, x: f64) -> f64 {
    bend(a, b, x, 1)
}

/// ∂²I_x(a, b)/∂b².
#[must_use]
pub fn beta_inc_second_second(a: f64, b: f64, x: f64) -> f64 {
    bend(a, b, x, 2)
}

/// The second derivative of I_x(a, b): by a twice (0), by a and b (1), by b twice (2).
fn bend(a: f64, b: f64, x: f64, pair: usize) -> f64 {
    let Some(point) = Point::new(a, b, x) else { return f64::NAN };
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    if point.is_near() {
        return match point.side() {
            Side::Left => point.near_bends()[pair],
            Side::Right => -point.mirrored().near_bends()[2 - pair],
        };
    }
    match point.side() {
        Side::Left => point.left_bends()[pair],
        Side::Right => -point.mirrored().left_bends()[2 - pair],
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

/// The density at the end whose exponent is a − 1.
fn edge(a: f64, b: f64) -> f64 {
    if a == 1.0 { b } else { 0.0_f64.powf(a - 1.0) }
}

/// Which side the integral is taken from.
enum Side {
    Left,
    Right,
}

/// The parameters, and x with its complement, inside the domain.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) a: f64,
    pub(super) b: f64,
    pub(super) x: f64,
    pub(super) y: f64,
}

/// If both parameters are at least this large, [`NEAR`] the mean, quadrature is cheaper than the
/// fraction.
const LARGE: f64 = 1e4;
/// The distance of x and 1 − x from their means, relative to these: below it the density still
/// falls roughly like a normal one, above it the fraction needs at most a few hundred terms.
const NEAR: f64 = 0.1;

impl Point {
    /// None outside the domain.
    pub(super) fn new(a: f64, b: f64, x: f64) -> Option<Self> {
        let inside = a > 0.0
            && a < f64::INFINITY
            && b > 0.0
            && b < f64::INFINITY
            && (0.0..=1.0).contains(&x);
        inside.then_some(Self { a, b, x, y: 1.0 - x })
    }

    /// The same point with the two ends swapped.
    fn mirrored(self) -> Self {
        Self { a: self.b, b: self.a, x: self.y, y: self.x }
    }

    /// The side whose fraction converges quickly, unless its part is nearly everything, so that the
    /// rest would suffer cancellation: then the other side, as long as its fraction converges
    /// within about a thousand terms.
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

    /// Whether to use quadrature here.
    fn is_near(self) -> bool {
        self.a.min(self.b) > LARGE && self.distance().abs() < NEAR * self.a.min(self.b)
    }

    /// I_x(a, b).
    fn left(self) -> f64 {
        let value = if self.is_near() {
            self.tail_integral(|_| 1.0)
        } else {
            self.power_term() / self.a / self.fraction(self.a, self.b)
        };
        value.min(1.0)
    }

    /// The logarithm of I_x(a, b) or 1 − I_x(a, b), with its derivative by logit x; 0 < x < 1. Does
    /// not underflow.
    pub(super) fn log_tail(self, tail: Tail) -> (f64, f64) {
        let side = self.side();
        let (point, own) = match side {
            Side::Left => (self, tail == Tail::Lower),
            Side::Right => (self.mirrored(), tail == Tail::Upper),
        };
        let (log_value, slope) = point.log_left();
        let (log_value, slope) = if own {
            (log_value, slope)
        } else {
            // A rounded probability of 1 leaves something.
            let log_value = log_value.min(-f64::MIN_POSITIVE);
            (log1m_exp(log_value), -slope * log1m_exp_slope(log_value))
        };
        match tail {
            Tail::Lower => (log_value, slope),
            Tail::Upper => (log_value, -slope),
        }
    }

    /// The logarithm of I_x(a, b), and x·(1−x)·density relative to I_x(a, b).
    fn log_left(self) -> (f64, f64) {
        let log_term = self.log_power_term();
        if self.is_near() {
            let area = self.near_area(|_, _| 1.0);
            return (log_term + area.ln(), 1.0 / area);
        }
        let slope = self.a * self.fraction(self.a, self.b);
        (log_term - slope.ln(), slope)
    }

    /// The derivatives by a and b of the logarithm of I_x(a, b) or 1 − I_x(a, b). They do not
    /// underflow.
    pub(super) fn log_tail_bent(self, tail: Tail) -> Bent {
        let (own, log_value, bent) = match self.side() {
            Side::Left => (Tail::Lower, self.log_left().0, self.log_left_bent()),
            Side::Right => {
                let mirrored = self.mirrored();
                (Tail::Upper, mirrored.log_left().0, mirrored.log_left_bent().swapped())
            }
        };
        if own == tail {
            return bent;
        }
        bent.of_rest(log1m_exp_slope(log_value.min(-f64::MIN_POSITIVE)))
    }

    /// The derivatives by a and b of the logarithm of I_x(a, b).
    fn log_left_bent(self) -> Bent {
        let Self { a, b, .. } = self;
        let both = trigamma(a + b);
        if !self.is_near() {
            let inverse = Curve::constant(1.0)
                / self.fraction(Curve::parameter(a, 0), Curve::parameter(b, 1));
            let bends = [both - trigamma(a + 1.0), both, both - trigamma(b)];
            return inverse.logarithmic().plus(self.growth(), bends);
        }
        let whole = self.near_area(|_, _| 1.0);
        let mean = |weight: fn(f64, f64) -> f64| self.near_area(weight) / whole;
        let (left, right) = (mean(|left, _| left), mean(|_, right| right));
        let squares = [
            mean(|left, _| left * left) - left * left,
            mean(|left, right| left * right) - left * right,
            mean(|_, right| right * right) - right * right,
        ];
        let slopes = [
            self.log_x() + digamma_difference(a, b),
            self.mirrored().log_x() + digamma_difference(b, a),
        ];
        Bent { slopes: [left, right], bends: squares }
            .plus(slopes, [both - trigamma(a), both, both - trigamma(b)])
    }

    /// ∫ density·`weight` from 0 to x, for x near the mean of large parameters, relative to
    /// x·(1−x)·density at x, so that it does not underflow. `weight` receives log t − log x and
    /// log(1−t) − log(1−x).
    fn near_area(self, weight: impl Fn(f64, f64) -> f64) -> f64 {
        let Self { a, b, x, y } = self;
        let (sum, distance, deviation) = (a + b, self.distance(), self.deviation());
        let reach = normal_reach(distance / deviation) * deviation;
        let integrand = |offset: f64| {
            let step = offset / sum;
            let (up, down) = (step / x, -step / y);
            let exponent = a * stirling::log1p_less_linear(up)
                + b * stirling::log1p_less_linear(down)
                - step * distance / (x * y);
            exponent.exp() / ((1.0 + up) * (1.0 + down)) * weight(up.ln_1p(), down.ln_1p())
        };
        integrate(-reach - distance, 0.0, integrand) / (sum * x * y)
    }

    /// The derivatives of I_x(a, b) by a and b, from the fraction.
    fn left_slopes(self) -> [f64; 2] {
        let term = self.power_term() / self.a;
        if term == 0.0 {
            return [0.0; 2];
        }
        let inverse = Jet::constant(1.0)
            / self.fraction(Jet::parameter(self.a, 0), Jet::parameter(self.b, 1));
        let growth = self.growth();
        [
            term * (inverse.value * growth[0] + inverse.slopes[0]),
            term * (inverse.value * growth[1] + inverse.slopes[1]),
        ]
    }

    /// x^a·y^b/B(a, b). For large parameters the remaining exponent is no larger than the logarithm
    /// of the result.
    fn power_term(self) -> f64 {
        if self.a.min(self.b) < stirling::LARGE {
            self.log_power_term().exp()
        } else {
            self.exponent().exp() * self.height()
        }
    }

    /// Its logarithm, valid even where it underflows.
    fn log_power_term(self) -> f64 {
        let Self { a, b, .. } = self;
        if a.min(b) < stirling::LARGE {
            return a * self.log_x() + b * self.mirrored().log_x() - lbeta(a, b);
        }
        self.exponent() + self.height().ln()
    }

    /// The derivatives by a and b of the logarithm of the power term divided by a.
    fn growth(self) -> [f64; 2] {
        let Self { a, b, .. } = self;
        // ψ(a+b) − ψ(a+1).
        let first = if b < 1.0 {
            -digamma_difference(a + b, 1.0 - b)
        } else {
            digamma_difference(a + 1.0, b - 1.0)
        };
        [self.log_x() + first, self.mirrored().log_x() + digamma_difference(b, a)]
    }

    /// The second derivatives of I_x(a, b), from the fraction.
    fn left_bends(self) -> [f64; 3] {
        let Self { a, b, .. } = self;
        let term = self.power_term() / a;
        if term == 0.0 {
            return [0.0; 3];
        }
        let inverse =
            Curve::constant(1.0) / self.fraction(Curve::parameter(a, 0), Curve::parameter(b, 1));
        let both = trigamma(a + b);
        inverse.bends_times(
            term,
            self.growth(),
            [both - trigamma(a + 1.0), both, both - trigamma(b)],
        )
    }

    /// The second derivatives of I_x(a, b), for x near the mean of large parameters: ∫
    /// density·(product of the deviations of the logarithms of t and 1 − t from their means, minus
    /// the mean of that product).
    fn near_bends(self) -> [f64; 3] {
        let Self { a, b, .. } = self;
        let [left, right, both] = [a, b, a + b].map(log_less_digamma);
        let deviations = |up: f64| (up.ln_1p() + left - both, (-up * a / b).ln_1p() + right - both);
        let [variance_left, variance_right, shared] = [a, b, a + b].map(trigamma);
        let first = |up: f64| deviations(up).0.powi(2) - (variance_left - shared);
        let mixed = |up: f64| deviations(up).0 * deviations(up).1 + shared;
        let second = |up: f64| deviations(up).1.powi(2) - (variance_right - shared);
        [self.tail_integral(first), self.tail_integral(mixed), self.tail_integral(second)]
    }

    /// The logarithm of [`Self::power_term`] minus that at the mean, for large parameters.
    fn exponent(self) -> f64 {
        let Self { a, b, x, y } = self;
        let (sum, distance) = (a + b, self.distance());
        -stirling::deviance(a, x * sum, distance) - stirling::deviance(b, y * sum, -distance)
    }

    /// x^a·y^b/B(a, b) at the mean, for large parameters.
    fn height(self) -> f64 {
        let Self { a, b, .. } = self;
        let rest = stirling::error(a + b) - stirling::error(a) - stirling::error(b);
        rest.exp() * (a / TAU * (b / (a + b))).sqrt()
    }

    /// `power_term`/(a·I_x(a, b)). Source: A. R. DiDonato and A. H. Morris, algorithm 708, ACM TOMS
    /// 18 (1992), function BFRAC.
    fn fraction<T: Scalar>(self, a: T, b: T) -> T {
        let (x, y, c) = (T::constant(self.x), T::constant(self.y), T::constant);
        let distance = a * y - b * x + c(1.0);
        let term = |m: f64| {
            let head = a + c(2.0 * m - 1.0);
            let middle = c(m) * (b - c(m)) * x / head;
            let last = (a + c(m)) * (distance + c(m * (1.0 + self.y))) / (a + c(2.0 * m + 1.0));
            let numerator = middle * (a + b + c(m - 1.0)) * x / head;
            // The division by a has removed this factor from the first numerator.
            let numerator = if m == 1.0 { numerator } else { numerator * (a + c(m - 1.0)) };
            (numerator, c(m) + middle + last)
        };
        continued_fraction(distance / (a + c(1.0)), term)
    }

    /// ∫ density·`weight` from 0 to x, for x near the mean of large parameters. `weight` receives
    /// t/mean − 1.
    fn tail_integral(self, weight: impl Fn(f64) -> f64) -> f64 {
        let Self { a, b, x, y } = self;
        let (sum, distance, deviation) = (a + b, self.distance(), self.deviation());
        let reach = normal_reach(distance / deviation) * deviation;
        let integrand = |offset: f64| {
            let (up, down) = ((distance + offset) / a, -(distance + offset) / b);
            let exponent =
                a * stirling::log1p_less_linear(up) + b * stirling::log1p_less_linear(down);
            exponent.exp() / ((x + offset / sum) * (y - offset / sum)) * weight(up)
        };
        integrate(-reach - distance, 0.0, integrand) * self.height() / sum
    }

    /// The derivative of I_x(a, b) by a, ∫ density·(log t − ψ(a) + ψ(a+b)), or by b: integrated
    /// from the side on which the factor does not change sign (the integral over the whole range is
    /// 0).
    fn near_slope(self, position: usize) -> f64 {
        if position == 1 {
            return -self.mirrored().near_slope(0);
        }
        let Self { a, b, .. } = self;
        let offset = log_less_digamma(a) - log_less_digamma(a + b);
        if (self.distance() / a).ln_1p() + offset < 0.0 {
            self.tail_integral(|up| up.ln_1p() + offset)
        } else {
            // Seen from the other end, t/mean − 1 is that of 1 − t, which is −a/b times as large.
            -self.mirrored().tail_integral(|up| (-up * b / a).ln_1p() + offset)
        }
    }
}
