//! Finds where a distribution function reaches a probability, given directly or as a normal
//! deviate.
//!
//! Solves for the smaller tail on the logarithmic scale: there the distribution function of a
//! log-concave density is concave, so that Newton and Halley steps converge from anywhere, and
//! neither tail loses digits.

use super::normal::{inv_phi, log_phi};

/// The end from which a probability is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    /// From the lower end up.
    Lower,
    /// From the upper end down.
    Upper,
}

/// A target probability: that of the smaller tail.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// The end it is counted from.
    pub tail: Tail,
    /// Its logarithm, at most log ½ (to rounding); −∞ at the end itself.
    pub log_probability: f64,
    /// The x with Φ(x) = the probability from the lower end.
    pub deviate: f64,
}

impl Target {
    /// The probability `p` from the lower end; None if it is outside 0 to 1.
    #[must_use]
    pub fn of_probability(p: f64) -> Option<Self> {
        if !(0.0..=1.0).contains(&p) {
            return None;
        }
        let (tail, log_probability) =
            if p <= 0.5 { (Tail::Lower, p.ln()) } else { (Tail::Upper, (-p).ln_1p()) };
        Some(Self { tail, log_probability, deviate: inv_phi(p) })
    }

    /// The probability Φ(e) from the lower end, Φ(−e) from the upper one; None for NaN.
    #[must_use]
    pub fn of_deviate(e: f64) -> Option<Self> {
        let tail = if e <= 0.0 { Tail::Lower } else { Tail::Upper };
        (!e.is_nan()).then(|| Self { tail, log_probability: log_phi(-e.abs()), deviate: e })
    }

    /// The logarithm of the probability from the lower end.
    #[must_use]
    pub fn log_lower(self) -> f64 {
        match self.tail {
            Tail::Lower => self.log_probability,
            Tail::Upper => (-self.log_probability.exp()).ln_1p(),
        }
    }

    /// The logarithm of the probability from the upper end.
    #[must_use]
    pub fn log_upper(self) -> f64 {
        match self.tail {
            Tail::Lower => (-self.log_probability.exp()).ln_1p(),
            Tail::Upper => self.log_probability,
        }
    }
}

/// The logarithm of a tail's probability as a function of u, at one value of u.
#[derive(Clone, Copy, Debug)]
pub struct Local {
    /// The function minus its target.
    pub excess: f64,
    /// Its derivative by u.
    pub slope: f64,
    /// Its second derivative relative to the first.
    pub bend: f64,
    /// Approximately the derivative of the bend by u.
    pub turn: f64,
}

impl Local {
    /// `log_weight_slope`: the derivative by u of the logarithm of the density of u;
    /// `log_weight_bend`: its second derivative.
    #[must_use]
    pub fn new(excess: f64, slope: f64, log_weight_slope: f64, log_weight_bend: f64) -> Self {
        let bend = log_weight_slope - slope;
        Self { excess, slope, bend, turn: (log_weight_bend - slope * bend).abs() }
    }
}

/// The solver returns its best point after this many steps; from a good start two or three suffice.
const STEPS: u32 = 100;
/// The error that Halley's step may leave.
const LEFT: f64 = 2e-16;
/// A step over which the bend, which grows at most exponentially in u, counts as constant.
const SHORT: f64 = 0.1;

/// Moves a point to where `local` has no excess; `apply` moves it by a step of u. Takes Halley
/// steps with the denominator kept between ½ and 2 (Newton's step is at 1), replaced by the middle
/// of the bracket if they leave it. After a step s the error is about s³·(bend² + turn); once that
/// is below rounding, no further value is computed.
pub fn solve<P: Copy>(start: P, local: impl Fn(P) -> Local, apply: impl Fn(P, f64) -> P) -> P {
    // Offsets of u from the current point to the nearest known points with the root to their left
    // or right.
    let (mut below, mut above) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut point = start;
    for _ in 0..STEPS {
        let Local { excess, slope, bend, turn } = local(point);
        let newton = excess / slope;
        let mut step = -newton / (1.0 - 0.5 * newton * bend).clamp(0.5, 2.0);
        if newton > 0.0 {
            above = 0.0;
        } else {
            below = 0.0;
        }
        if !(below..=above).contains(&step) && below.is_finite() && above.is_finite() {
            step = 0.5 * (below + above);
        }
        point = apply(point, step);
        (below, above) = (below - step, above - step);
        let size = step.abs();
        if (size < SHORT && size * size * size * (bend * bend + turn) <= LEFT) || step.is_nan() {
            break;
        }
    }
    point
}
