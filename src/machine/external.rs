//! What compiled code calls: builtins, noise and draws, each an `extern "C"` function looked up by
//! name.

use crate::builtins::{ROWS, Row};
use crate::program::{Base, noise};

use super::linear;

/// The name under which code calls the noise of a base.
pub(super) fn noise_name(base: Base) -> &'static str {
    match base {
        Base::Normal => "noise_normal",
        Base::Uniform => "noise_uniform",
        Base::Exponential => "noise_exponential",
    }
}

/// The name under which code calls draws of base samplers.
pub(super) const DRAW: &str = "draw";

/// The function of this name that compiled code can call.
pub(super) fn lookup(name: &str) -> Option<*const u8> {
    match name {
        "noise_normal" => Some(noise_normal as *const u8),
        "noise_uniform" => Some(noise_uniform as *const u8),
        "noise_exponential" => Some(noise_exponential as *const u8),
        DRAW => Some(draw as *const u8),
        _ => linear::lookup(name)
            .or_else(|| ROWS.iter().find(|row| row.name == name).and_then(Row::c_function)),
    }
}

extern "C" fn noise_normal(seed: u64, stream: u64, element: u64) -> f64 {
    noise::noise(seed, stream as u32, element, Base::Normal)
}

extern "C" fn noise_uniform(seed: u64, stream: u64, element: u64) -> f64 {
    noise::noise(seed, stream as u32, element, Base::Uniform)
}

extern "C" fn noise_exponential(seed: u64, stream: u64, element: u64) -> f64 {
    noise::noise(seed, stream as u32, element, Base::Exponential)
}

/// `sampler` is the table row of the builtin; the second parameter is ignored if it takes only one.
extern "C" fn draw(seed: u64, stream: u64, element: u64, sampler: u64, a: f64, b: f64) -> f64 {
    ROWS.get(sampler as usize)
        .map_or(f64::NAN, |row| noise::draw(seed, stream as u32, element, row.builtin, &[a, b]))
}
