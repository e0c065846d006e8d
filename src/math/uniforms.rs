//! Counts how many of n uniform numbers lie below a probability, without generating them one by
//! one.

use super::sampling;
use rand::TryRng;
use std::convert::Infallible;

/// Intervals are halved down to the spacing of doubles near 1.
const LEVELS: u32 = 53;

/// How many of n uniform numbers, all generated from the noise u, lie below p. They are the same
/// numbers for every p, so counts between the bounds of a partition of 0 to 1 are multinomial. The
/// numbers in an interval are split between its halves by fair coins; a half that p does not cut is
/// counted as a whole.
#[must_use]
pub fn count_below(u: f64, n: f64, p: f64) -> f64 {
    let inside =
        (0.0..=1.0).contains(&u) && (0.0..=1.0).contains(&p) && n >= 0.0 && n.fract() == 0.0;
    if !inside {
        return f64::NAN;
    }
    if p == 1.0 {
        return n;
    }
    let (mut below, mut left, mut at, mut path) = (0.0, n, p, 1_u64);
    for _ in 0..LEVELS {
        if left == 0.0 || at == 0.0 {
            break;
        }
        let lower = sampling::binomial(&mut Mixed::new(u.to_bits(), path), left, 0.5);
        at *= 2.0;
        let right = at >= 1.0;
        (below, left, at) =
            if right { (below + lower, left - lower, at - 1.0) } else { (below, lower, at) };
        path = 2 * path + u64::from(right);
    }
    below
}

/// SplitMix64. Source: G. L. Steele, D. Lea and C. H. Flood, "Fast splittable pseudorandom number
/// generators", OOPSLA 2014.
struct Mixed(u64);

impl Mixed {
    /// A stream for each seed and number.
    fn new(seed: u64, number: u64) -> Self {
        Self(mix(seed) ^ mix(number.wrapping_mul(GAMMA)))
    }
}

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl TryRng for Mixed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|bits| (bits >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.0 = self.0.wrapping_add(GAMMA);
        Ok(mix(self.0))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            let next = self.try_next_u64()?.to_le_bytes();
            chunk.copy_from_slice(&next[..chunk.len()]);
        }
        Ok(())
    }
}
