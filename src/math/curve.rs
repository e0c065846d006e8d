//! A number with its first and second derivatives by two parameters, to get second derivatives from
//! the series and fractions of [`super::jet`].

use super::jet::{ROUNDING, Scalar};
use std::ops::{Add, Div, Mul, Sub};

/// A number with its derivatives by two parameters.
#[derive(Clone, Copy, Debug)]
pub struct Curve {
    /// The number.
    pub value: f64,
    /// Its first derivatives.
    pub slopes: [f64; 2],
    /// Its second derivatives: by the first parameter twice, by both, by the second twice.
    pub bends: [f64; 3],
}

/// First and second derivatives by two parameters.
#[derive(Clone, Copy, Debug)]
pub struct Bent {
    /// The first derivatives.
    pub slopes: [f64; 2],
    /// The second derivatives, as in [`Curve::bends`].
    pub bends: [f64; 3],
}

impl Bent {
    /// The sum with the derivatives of something else.
    #[must_use]
    pub fn plus(self, slopes: [f64; 2], bends: [f64; 3]) -> Self {
        Self {
            slopes: std::array::from_fn(|i| self.slopes[i] + slopes[i]),
            bends: std::array::from_fn(|pair| self.bends[pair] + bends[pair]),
        }
    }

    /// The derivatives of log(1 − exp(f)), where these are those of f and `share` is that function's
    /// derivative by f.
    #[must_use]
    pub fn of_rest(self, share: f64) -> Self {
        let Self { slopes, bends } = self;
        let bend = |pair: usize| {
            let (i, j) = PAIRS[pair];
            share * (bends[pair] + (1.0 - share) * slopes[i] * slopes[j])
        };
        Self { slopes: slopes.map(|slope| share * slope), bends: std::array::from_fn(bend) }
    }

    /// The same with the parameters swapped.
    #[must_use]
    pub fn swapped(self) -> Self {
        let Self { slopes: [first, second], bends: [twice, both, twice_second] } = self;
        Self { slopes: [second, first], bends: [twice_second, both, twice] }
    }
}

/// The two parameters that each of [`Curve::bends`] is taken by.
const PAIRS: [(usize, usize); 3] = [(0, 0), (0, 1), (1, 1)];

impl Curve {
    /// The parameter at this position.
    #[must_use]
    pub fn parameter(value: f64, position: usize) -> Self {
        let mut curve = Self::constant(value);
        curve.slopes[position] = 1.0;
        curve
    }

    /// The second derivatives of `term`·self, where `growth` and `growth_bends` are the first and
    /// second derivatives of log `term`.
    #[must_use]
    pub fn bends_times(self, term: f64, growth: [f64; 2], growth_bends: [f64; 3]) -> [f64; 3] {
        let bend = |pair: usize| {
            let (i, j) = PAIRS[pair];
            let own = self.bends[pair] + growth[i] * self.slopes[j] + growth[j] * self.slopes[i];
            term * (own + (growth[i] * growth[j] + growth_bends[pair]) * self.value)
        };
        [bend(0), bend(1), bend(2)]
    }

    /// The derivatives of the logarithm.
    #[must_use]
    pub fn logarithmic(self) -> Bent {
        let slopes = self.slopes.map(|slope| slope / self.value);
        let bends = std::array::from_fn(|pair| {
            let (i, j) = PAIRS[pair];
            self.bends[pair] / self.value - slopes[i] * slopes[j]
        });
        Bent { slopes, bends }
    }

    fn map(value: f64, slope: impl Fn(usize) -> f64, bend: impl Fn(usize) -> f64) -> Self {
        Self { value, slopes: [slope(0), slope(1)], bends: [bend(0), bend(1), bend(2)] }
    }
}

impl Scalar for Curve {
    fn constant(value: f64) -> Self {
        Self { value, slopes: [0.0; 2], bends: [0.0; 3] }
    }

    fn value(self) -> f64 {
        self.value
    }

    fn leaves(self, product: Self) -> bool {
        let size = product.value.abs();
        let slope_stays =
            |i: usize| self.slopes[i].abs() * size <= ROUNDING * product.slopes[i].abs();
        let bend_stays = |i: usize| self.bends[i].abs() * size <= ROUNDING * product.bends[i].abs();
        (self.value - 1.0).abs() <= ROUNDING && (0..2).all(slope_stays) && (0..3).all(bend_stays)
    }
}

impl Add for Curve {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::map(
            self.value + other.value,
            |i| self.slopes[i] + other.slopes[i],
            |i| self.bends[i] + other.bends[i],
        )
    }
}

impl Sub for Curve {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::map(
            self.value - other.value,
            |i| self.slopes[i] - other.slopes[i],
            |i| self.bends[i] - other.bends[i],
        )
    }
}

#[expect(
    clippy::suspicious_arithmetic_impl,
    reason = "the rules of products and quotients of derivatives"
)]
impl Mul for Curve {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let bend = |pair: usize| {
            let (i, j) = PAIRS[pair];
            let mixed = self.slopes[i] * other.slopes[j] + self.slopes[j] * other.slopes[i];
            self.bends[pair] * other.value + mixed + self.value * other.bends[pair]
        };
        Self::map(
            self.value * other.value,
            |i| self.slopes[i] * other.value + self.value * other.slopes[i],
            bend,
        )
    }
}

#[expect(
    clippy::suspicious_arithmetic_impl,
    reason = "the rules of products and quotients of derivatives"
)]
impl Div for Curve {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let quotient = self.value / other.value;
        let slope = |i: usize| (self.slopes[i] - quotient * other.slopes[i]) / other.value;
        let bend = |pair: usize| {
            let (i, j) = PAIRS[pair];
            let mixed = slope(i) * other.slopes[j] + slope(j) * other.slopes[i];
            (self.bends[pair] - mixed - quotient * other.bends[pair]) / other.value
        };
        Self::map(quotient, slope, bend)
    }
}
