//! (seed, stream, element) → base noise and draws: a function of just these, the same for every
//! interpreter and for machine code.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1, Open01, StandardNormal};

use super::Base;
use crate::builtins::{Builtin, Code};

/// A standard variate for one element of a noise.
#[must_use]
pub fn noise(seed: u64, stream: u32, element: u64, base: Base) -> f64 {
    let mut generator = generator(seed, stream, element);
    match base {
        Base::Normal => StandardNormal.sample(&mut generator),
        Base::Uniform => Open01.sample(&mut generator),
        Base::Exponential => Exp1.sample(&mut generator),
    }
}

/// A draw of a base sampler for one element; NaN where `sampler` is not one or lacks arguments.
#[must_use]
pub fn draw(seed: u64, stream: u32, element: u64, sampler: Builtin, args: &[f64]) -> f64 {
    let mut generator = generator(seed, stream, element);
    match (sampler.row().code, args) {
        (Code::SampleOne(f), &[a, ..]) => f(&mut generator, a),
        (Code::SampleTwo(f), &[a, b, ..]) => f(&mut generator, a, b),
        _ => f64::NAN,
    }
}

/// A stream of its own for each element: the key holds seed and stream, the nonce the element.
fn generator(seed: u64, stream: u32, element: u64) -> ChaCha8Rng {
    let mut key = [0_u8; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    key[8..12].copy_from_slice(&stream.to_le_bytes());
    let mut generator = ChaCha8Rng::from_seed(key);
    generator.set_stream(element);
    generator
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(base: Base) -> Vec<f64> {
        (0..100_000).map(|element| noise(7, 1, element, base)).collect()
    }

    fn mean(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
        values.iter().map(|&v| f(v)).sum::<f64>() / values.len() as f64
    }

    #[test]
    fn moments_are_those_of_the_distributions() {
        let normal = sample(Base::Normal);
        assert!(mean(&normal, |v| v).abs() < 0.015);
        assert!((mean(&normal, |v| v * v) - 1.0).abs() < 0.025);
        let uniform = sample(Base::Uniform);
        assert!((mean(&uniform, |v| v) - 0.5).abs() < 0.005);
        assert!(uniform.iter().all(|&v| v > 0.0 && v < 1.0));
        let exponential = sample(Base::Exponential);
        assert!((mean(&exponential, |v| v) - 1.0).abs() < 0.015);
    }

    #[test]
    fn elements_streams_and_seeds_differ() {
        let of = |seed, stream, element| noise(seed, stream, element, Base::Normal);
        assert_eq!(of(1, 2, 3), of(1, 2, 3));
        assert_ne!(of(1, 2, 3), of(1, 2, 4));
        assert_ne!(of(1, 2, 3), of(1, 3, 3));
        assert_ne!(of(1, 2, 3), of(2, 2, 3));
        let pairs: Vec<f64> = (0..50_000).map(|e| of(1, 0, e) * of(1, 0, e + 1)).collect();
        assert!(mean(&pairs, |v| v).abs() < 0.02);
    }
}
