//! Random draws, returned as numbers; NaN if a parameter is outside its domain.

use rand::{Rng, RngExt};
use rand_distr::{Beta, Binomial, Distribution, Gamma, Poisson, StandardNormal};
use std::f64::consts::PI;

/// Counts above this are not exact in f64.
const LARGEST_COUNT: f64 = 9_007_199_254_740_992.0;

/// Draws from Gamma(shape, rate 1).
pub fn gamma(rng: &mut dyn Rng, shape: f64) -> f64 {
    Gamma::new(shape, 1.0).map_or(f64::NAN, |distribution| distribution.sample(rng))
}

/// Draws from Poisson(rate); 0 at rate 0.
pub fn poisson(rng: &mut dyn Rng, rate: f64) -> f64 {
    if rate == 0.0 {
        return 0.0;
    }
    Poisson::new(rate).map_or(f64::NAN, |distribution| distribution.sample(rng))
}

/// Draws from Binomial(n, p), n a count below 2^53.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
pub fn binomial(rng: &mut dyn Rng, n: f64, p: f64) -> f64 {
    if !(0.0..=LARGEST_COUNT).contains(&n) || n.fract() != 0.0 {
        return f64::NAN;
    }
    Binomial::new(n as u64, p).map_or(f64::NAN, |distribution| distribution.sample(rng) as f64)
}

/// Draws from Beta(a, b).
pub fn beta(rng: &mut dyn Rng, a: f64, b: f64) -> f64 {
    Beta::new(a, b).map_or(f64::NAN, |distribution| distribution.sample(rng))
}

/// Below this concentration the density is flat to a relative 1e-8: uniform.
const FLAT: f64 = 1e-8;
/// Above this concentration the distribution is normal with variance 1/concentration, to 1e-6 of
/// its standard deviation.
const NORMAL: f64 = 1e6;

/// Draws from the von Mises distribution around 0, between −π and π. Source: D. J. Best and N. I.
/// Fisher, "Efficient simulation of the von Mises distribution", Applied Statistics 28 (1979).
pub fn von_mises(rng: &mut dyn Rng, concentration: f64) -> f64 {
    if concentration.is_nan() || concentration < 0.0 {
        f64::NAN
    } else if concentration < FLAT {
        rng.random_range(-PI..PI)
    } else if concentration > NORMAL {
        let noise: f64 = StandardNormal.sample(rng);
        (noise / concentration.sqrt()).clamp(-PI, PI)
    } else {
        best_fisher(rng, concentration)
    }
}

/// Rejection from a wrapped Cauchy distribution; names as in the article.
fn best_fisher(rng: &mut dyn Rng, concentration: f64) -> f64 {
    let r = envelope(concentration);
    loop {
        let z = (PI * rng.random::<f64>()).cos();
        let f = (1.0 + r * z) / (r + z);
        let c = concentration * (r - f);
        let u = rng.random::<f64>();
        if c * (2.0 - c) > u || (c / u).ln() + 1.0 >= c {
            let angle = f.clamp(-1.0, 1.0).acos();
            return if rng.random::<bool>() { angle } else { -angle };
        }
    }
}

/// The article's r, or its expansion 1/κ + κ where the closed form cancels.
fn envelope(concentration: f64) -> f64 {
    if concentration < 1e-5 {
        return 1.0 / concentration + concentration;
    }
    let tau = 1.0 + (1.0 + 4.0 * concentration * concentration).sqrt();
    let rho = (tau - (2.0 * tau).sqrt()) / (2.0 * concentration);
    (1.0 + rho * rho) / (2.0 * rho)
}
