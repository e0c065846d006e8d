//! Quantiles over wide grids: what the distribution functions make of them, symmetries, agreement
//! of their forms.

use super::call;
use pgmc::builtins::Builtin as B;

const DEVIATES: [f64; 19] = [
    -37.0, -25.0, -12.0, -8.0, -5.0, -3.0, -2.0, -1.0, -0.3, -1e-3, 0.0, 1e-9, 0.1, 0.7, 1.0, 2.0,
    3.0, 5.0, 8.0,
];
const SHAPES: [f64; 13] = [0.01, 0.1, 0.5, 0.9, 1.0, 1.5, 3.0, 9.9, 10.1, 60.0, 900.0, 2e4, 1e8];

/// Asserts that `found` is the probability Φ(e): to 1e-12, and to what a change of x by 4 ulp makes
/// of it, which is 4 ulp·`slope`.
fn assert_probability(what: &str, found: f64, e: f64, slope: f64) {
    let wanted = call(B::Phi, &[e]);
    let bound = 1e-12 * wanted + 4.0 * f64::EPSILON * slope;
    assert!((found - wanted).abs() <= bound, "{what}: {found:e}, not {wanted:e}, bound {bound:e}");
}

#[test]
fn distribution_functions_undo_gamma_quantiles() {
    for shape in SHAPES {
        for e in DEVIATES {
            let x = call(B::GammaOfNormal, &[shape, e]);
            if x <= f64::MIN_POSITIVE {
                continue;
            }
            let (found, slope) =
                (call(B::GammaInc, &[shape, x]), x * call(B::GammaIncDensity, &[shape, x]));
            assert_probability(&format!("gamma_of_normal({shape}, {e}) = {x:e}"), found, e, slope);
        }
    }
}

#[test]
fn distribution_functions_undo_beta_quantiles() {
    for a in SHAPES {
        for b in SHAPES {
            for e in DEVIATES {
                let x = call(B::BetaOfNormal, &[a, b, e]);
                if x <= f64::MIN_POSITIVE || x == 1.0 {
                    continue;
                }
                let (found, slope) =
                    (call(B::BetaInc, &[a, b, x]), x * call(B::BetaIncDensity, &[a, b, x]));
                assert_probability(
                    &format!("beta_of_normal({a}, {b}, {e}) = {x:e}"),
                    found,
                    e,
                    slope,
                );
                // From the other end; what x = 1 − y has lost of y counts.
                let y = call(B::BetaOfNormal, &[b, a, -e]);
                assert!(
                    (1.0 - y - x).abs() <= f64::EPSILON + 2e-13 * x,
                    "{a} {b} {e}: {x} and {y}"
                );
            }
        }
    }
}

#[test]
fn distribution_functions_undo_von_mises_quantiles() {
    for concentration in [0.0, 1e-6, 0.1, 0.7, 1.0, 2.0, 5.0, 20.0, 1e3, 1e6, 1e10] {
        for e in DEVIATES {
            let x = call(B::VonMisesOfNormal, &[e, concentration]);
            assert_eq!(call(B::VonMisesOfNormal, &[-e, concentration]), -x);
            // Near −π the rounding of x is relative to π.
            let slope = std::f64::consts::PI * call(B::VonMisesDensity, &[x, concentration]);
            let found = call(B::VonMisesCdf, &[x, concentration]);
            assert_probability(
                &format!("von_mises_of_normal({e}, {concentration}) = {x}"),
                found,
                e,
                slope,
            );
        }
    }
}

#[test]
fn quantiles_of_probabilities_are_those_of_their_deviates() {
    for e in [-8.0, -2.0, -0.5, 0.0, 0.5, 2.0] {
        let p = call(B::Phi, &[e]);
        for shape in [0.3, 1.0, 4.0, 300.0] {
            let pairs = [
                (call(B::GammaQuantile, &[shape, p]), call(B::GammaOfNormal, &[shape, e])),
                (call(B::BetaQuantile, &[shape, 2.0, p]), call(B::BetaOfNormal, &[shape, 2.0, e])),
                (call(B::VonMisesQuantile, &[p, shape]), call(B::VonMisesOfNormal, &[e, shape])),
            ];
            for (of_probability, of_deviate) in pairs {
                assert!(
                    (of_probability - of_deviate).abs() <= 2e-13 * of_deviate.abs() + 1e-15,
                    "{of_probability} {of_deviate}"
                );
            }
        }
    }
}

/// A quantile with closed form: Gamma(1) is −log(1 − p), Beta(a, 1) is p^(1/a).
#[test]
fn closed_forms_of_quantiles() {
    for e in DEVIATES {
        let log_upper = call(B::LogPhi, &[-e]);
        let found = call(B::GammaOfNormal, &[1.0, e]);
        assert!((found + log_upper).abs() <= 2e-13 * found, "{found} {log_upper}");
        for a in [0.5, 1.0, 3.0, 250.0] {
            let (found, wanted) =
                (call(B::BetaOfNormal, &[a, 1.0, e]), (call(B::LogPhi, &[e]) / a).exp());
            let wanted = wanted.max(f64::MIN_POSITIVE);
            assert!((found - wanted).abs() <= 3e-13 * wanted, "{a} {e}: {found:e} {wanted:e}");
        }
    }
}
