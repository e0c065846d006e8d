//! Gauss–Kronrod quadrature with 7 and 15 nodes on an interval.

/// The nonnegative nodes of the 15-point Kronrod rule on (−1, 1), from the end inwards. Source:
/// QUADPACK, routine QK15.
const NODES: [f64; 8] = [
    0.991_455_371_120_812_6,
    0.949_107_912_342_758_5,
    0.864_864_423_359_769_1,
    0.741_531_185_599_394_4,
    0.586_087_235_467_691_1,
    0.405_845_151_377_397_2,
    0.207_784_955_007_898_47,
    0.0,
];

/// Weights of the 15-point rule at these nodes. Source: QUADPACK, routine QK15.
const KRONROD: [f64; 8] = [
    0.022_935_322_010_529_224,
    0.063_092_092_629_978_55,
    0.104_790_010_322_250_18,
    0.140_653_259_715_525_92,
    0.169_004_726_639_267_9,
    0.190_350_578_064_785_4,
    0.204_432_940_075_298_9,
    0.209_482_141_084_727_83,
];

/// Weights of the 7-point Gauss rule, which uses every second node. Source: QUADPACK, routine QK15.
const GAUSS: [f64; 4] = [
    0.129_484_966_168_869_7,
    0.279_705_391_489_276_7,
    0.381_830_050_505_118_9,
    0.417_959_183_673_469_4,
];

/// How many nodes there are on an interval.
pub const COUNT: usize = 15;

/// The nodes of the interval from `a` to `b`, ascending, each with its weights in the 15-point and
/// in the 7-point rule.
pub fn nodes(a: f64, b: f64) -> [(f64, f64, f64); COUNT] {
    let (centre, half) = (0.5 * (a + b), 0.5 * (b - a));
    std::array::from_fn(|i| {
        let (place, sign) = if i < 8 { (i, -1.0) } else { (14 - i, 1.0) };
        let gauss = if place % 2 == 1 { GAUSS[place / 2] } else { 0.0 };
        (centre + sign * half * NODES[place], half * KRONROD[place], half * gauss)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules are exact for polynomials of degree 22 and 13, respectively.
    #[test]
    fn polynomials_are_integrated_exactly() {
        let (a, b) = (-0.5_f64, 2.0_f64);
        for degree in 0..=22 {
            let exact = (b.powi(degree + 1) - a.powi(degree + 1)) / f64::from(degree + 1);
            let sums = nodes(a, b).iter().fold((0.0, 0.0), |s, (x, k, g)| {
                (s.0 + k * x.powi(degree), s.1 + g * x.powi(degree))
            });
            assert!((sums.0 - exact).abs() < 1e-13 * exact.abs().max(1.0), "degree {degree}");
            assert!(
                degree > 13 || (sums.1 - exact).abs() < 1e-13 * exact.abs().max(1.0),
                "degree {degree}"
            );
        }
    }
}
