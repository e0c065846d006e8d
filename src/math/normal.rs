//! The standard normal distribution: distribution function, its logarithm, hazard and quantile.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2};

/// √(π/2). Source: OEIS A069998.
const SQRT_FRAC_PI_2: f64 = 1.253_314_137_315_500_3;
/// log √(2π). Source: OEIS A075700.
const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_7;
/// 1/√(2π). Source: OEIS A231863.
const FRAC_1_SQRT_TAU: f64 = 0.398_942_280_401_432_7;
/// The 26 leading bits of a number: their square is exact.
const LEADING_BITS: u64 = !0x07ff_ffff;
/// From here on the continued fractions below are exact to rounding.
const FAR: f64 = 5.0;
/// Levels of the continued fractions: at [`FAR`] the truncation is below 1e-19.
const LEVELS: u32 = 30;
/// Beyond this, exp(−t²/2) is 0.
const VANISHED: f64 = 40.0;

/// exp(−t²/2) to about 1 ulp: the square is split so that its rounding error, which the exponential
/// would multiply by t²/2, vanishes.
fn half_gauss(t: f64) -> f64 {
    if t.abs() > VANISHED {
        return 0.0;
    }
    let head = f64::from_bits(t.to_bits() & LEADING_BITS);
    (-0.5 * head * head).exp() * (-0.5 * (t - head) * (t + head)).exp()
}

/// c(t) = 1/(t + 2/(t + 3/(t + ...))) for t ≥ [`FAR`]: the excess of φ(t)/Φ(−t) over t. Source:
/// DLMF 7.9.2 with z = t/√2.
fn excess_far(t: f64) -> f64 {
    let tail = (2..=LEVELS).rev().fold(t, |below, level| t + f64::from(level) / below);
    1.0 / tail
}

/// Mills' ratio Φ(−t)/φ(t) for t ≥ 0, relative error about 1e-15.
fn mills(t: f64) -> f64 {
    if t > FAR {
        return 1.0 / (t + excess_far(t));
    }
    let z = t * FRAC_1_SQRT_2;
    // exp(z²)·erfc(z) depends only weakly on z, so the rounding of z does not matter as long as
    // both factors use the same z.
    let head = f64::from_bits(z.to_bits() & LEADING_BITS);
    let scaled = libm::erfc(z) * ((z - head) * (z + head)).exp() * (head * head).exp();
    SQRT_FRAC_PI_2 * scaled
}

/// Φ(x).
#[must_use]
pub fn phi(x: f64) -> f64 {
    if x < -1.0 {
        FRAC_1_SQRT_TAU * half_gauss(x) * mills(-x)
    } else {
        0.5 * libm::erfc(-x * FRAC_1_SQRT_2)
    }
}

/// log Φ(x), with full relative accuracy in both tails.
#[must_use]
pub fn log_phi(x: f64) -> f64 {
    if x < -1.0 {
        mills(-x).ln() - LN_SQRT_TAU - 0.5 * x * x
    } else if x < 0.0 {
        libm::erfc(-x * FRAC_1_SQRT_2).ln() - LN_2
    } else {
        (-phi(-x)).ln_1p()
    }
}

/// φ(x)/Φ(x), the derivative of log Φ; −x far to the left.
#[must_use]
pub fn hazard(x: f64) -> f64 {
    if x <= 0.0 { 1.0 / mills(-x) } else { FRAC_1_SQRT_TAU * half_gauss(x) / phi(x) }
}

/// x + φ(x)/Φ(x), positive; about −1/x far to the left.
#[must_use]
pub fn hazard_excess(x: f64) -> f64 {
    if x < -FAR { excess_far(-x) } else { x + hazard(x) }
}

/// The x with Φ(x) = p, −∞ at 0, ∞ at 1. Source: M. J. Wichura, algorithm AS 241 (PPND16), Applied
/// Statistics 37 (1988), relative error about 1e-16 before rounding.
#[must_use]
pub fn inv_phi(p: f64) -> f64 {
    let centred = p - 0.5;
    if centred.abs() <= 0.425 {
        let r = 0.180_625 - centred * centred;
        return centred * ratio(&CENTRE, r);
    }
    let tail = if centred < 0.0 { p } else { 1.0 - p };
    if tail == 0.0 {
        return f64::INFINITY.copysign(centred);
    }
    let r = (-tail.ln()).sqrt();
    let size = if r <= 5.0 { ratio(&MIDDLE, r - 1.6) } else { ratio(&TAIL, r - 5.0) };
    size.copysign(centred)
}

/// Below this log probability, the deviate is found without forming the probability itself.
const FAR_DOWN: f64 = -700.0;

/// The x with log Φ(x) = `log_probability` ≤ 0; relative error about 1e-15, or the effect of
/// rounding the logarithm if that is larger. Uses the quantile of the nearer tail or, if the
/// probability may underflow, Newton's method from the leading term −√(−2·log p); since log Φ is
/// concave, the steps do not leave the domain.
#[must_use]
pub fn inv_log_phi(log_probability: f64) -> f64 {
    if log_probability > 0.0 || log_probability.is_nan() {
        return f64::NAN;
    }
    if log_probability > -LN_2 {
        return -inv_phi(-log_probability.exp_m1());
    }
    if log_probability > FAR_DOWN || log_probability == f64::NEG_INFINITY {
        return inv_phi(log_probability.exp());
    }
    let start = -(-2.0 * log_probability).sqrt();
    (0..4).fold(start, |x, _| x - (log_phi(x) - log_probability) / hazard(x))
}

/// A ratio of polynomials, constant terms first.
fn ratio(coefficients: &[[f64; 8]; 2], r: f64) -> f64 {
    let polynomial = |row: &[f64; 8]| row.iter().rev().fold(0.0, |sum, c| sum * r + c);
    polynomial(&coefficients[0]) / polynomial(&coefficients[1])
}

/// AS 241, a0..a7 and 1, b1..b7.
const CENTRE: [[f64; 8]; 2] = [
    [
        3.387_132_872_796_366_5,
        133.141_667_891_784_38,
        1_971.590_950_306_551_3,
        13_731.693_765_509_46,
        45_921.953_931_549_87,
        67_265.770_927_008_7,
        33_430.575_583_588_13,
        2_509.080_928_730_122_7,
    ],
    [
        1.0,
        42.313_330_701_600_91,
        687.187_007_492_057_9,
        5_394.196_021_424_751,
        21_213.794_301_586_597,
        39_307.895_800_092_71,
        28_729.085_735_721_943,
        5_226.495_278_852_854,
    ],
];

/// AS 241, c0..c7 and 1, d1..d7.
const MIDDLE: [[f64; 8]; 2] = [
    [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        0.241_780_725_177_450_6,
        0.022_723_844_989_269_184,
        7.745_450_142_783_414e-4,
    ],
    [
        1.0,
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        0.689_767_334_985_1,
        0.148_103_976_427_480_08,
        0.015_198_666_563_616_457,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ],
];

/// AS 241, e0..e7 and 1, f1..f7.
const TAIL: [[f64; 8]; 2] = [
    [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        0.296_560_571_828_504_87,
        0.026_532_189_526_576_124,
        0.001_242_660_947_388_078_4,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ],
    [
        1.0,
        0.599_832_206_555_888,
        0.136_929_880_922_735_8,
        0.014_875_361_290_850_615,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ],
];
