//! A number with its derivatives by two parameters, so that one series or continued fraction yields
//! value and derivatives.

use std::ops::{Add, Div, Mul, Sub};

/// What series and continued fractions compute with: a plain number, or one with derivatives.
pub trait Scalar:
    Copy + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Div<Output = Self>
{
    /// A number that does not depend on any parameter.
    fn constant(value: f64) -> Self;

    /// The number without its derivatives.
    fn value(self) -> f64;

    /// Whether multiplying `product` by `self` changes it and its derivatives by no more than
    /// rounding.
    fn leaves(self, product: Self) -> bool;
}

/// How far a factor may differ from 1 and still count as 1.
pub(super) const ROUNDING: f64 = 1.2e-16;

impl Scalar for f64 {
    fn constant(value: f64) -> Self {
        value
    }

    fn value(self) -> f64 {
        self
    }

    fn leaves(self, _product: Self) -> bool {
        (self - 1.0).abs() <= ROUNDING
    }
}

/// A number with its derivatives by two parameters.
#[derive(Clone, Copy, Debug)]
pub struct Jet {
    /// The number.
    pub value: f64,
    /// Its derivatives.
    pub slopes: [f64; 2],
}

impl Jet {
    /// The parameter at this position.
    #[must_use]
    pub fn parameter(value: f64, position: usize) -> Self {
        let mut slopes = [0.0; 2];
        slopes[position] = 1.0;
        Self { value, slopes }
    }

    /// `value`, with slopes `left`·(slopes of self) + `right`·(slopes of other).
    fn combine(self, other: Self, value: f64, left: f64, right: f64) -> Self {
        let slope = |i: usize| left * self.slopes[i] + right * other.slopes[i];
        Self { value, slopes: [slope(0), slope(1)] }
    }
}

impl Scalar for Jet {
    fn constant(value: f64) -> Self {
        Self { value, slopes: [0.0; 2] }
    }

    fn value(self) -> f64 {
        self.value
    }

    fn leaves(self, product: Self) -> bool {
        let still = |i: usize| {
            self.slopes[i].abs() * product.value.abs() <= ROUNDING * product.slopes[i].abs()
        };
        (self.value - 1.0).abs() <= ROUNDING && still(0) && still(1)
    }
}

impl Add for Jet {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.combine(other, self.value + other.value, 1.0, 1.0)
    }
}

impl Sub for Jet {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self.combine(other, self.value - other.value, 1.0, -1.0)
    }
}

impl Mul for Jet {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.combine(other, self.value * other.value, other.value, self.value)
    }
}

impl Div for Jet {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let quotient = self.value / other.value;
        self.combine(other, quotient, 1.0 / other.value, -quotient / other.value)
    }
}

/// The continued fraction b₀ + a₁/(b₁ + a₂/(b₂ + ...)), with `term(m)` = (aₘ, bₘ), by the modified
/// Lentz algorithm. Source: W. J. Lentz, Applied Optics 15 (1976); I. J. Thompson and A. R.
/// Barnett, J. Comput. Phys. 64 (1986). Stops after a million terms if it has not converged.
pub fn continued_fraction<T: Scalar>(start: T, term: impl Fn(f64) -> (T, T)) -> T {
    let one = T::constant(1.0);
    let (mut fraction, mut numerator, mut denominator) = (start, start, T::constant(0.0));
    let mut m = 1.0;
    while m < 1e6 {
        let (a, b) = term(m);
        denominator = one / (b + a * denominator);
        numerator = b + a / numerator;
        let factor = numerator * denominator;
        fraction = fraction * factor;
        if factor.leaves(fraction) || fraction.value().is_nan() {
            break;
        }
        m += 1.0;
    }
    fraction
}
