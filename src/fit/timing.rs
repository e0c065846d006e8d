//! How long one gradient takes.

use crate::density::LogDensity;

/// Evaluations that are timed together: enough for a clock to tell, where one takes some 50 ns.
const TOGETHER: u32 = 64;

/// The least of so many times counts: what else the machine does only adds to them.
const TIMES: usize = 7;

/// A gradient that takes longer than this, in seconds, is timed by itself, twice.
const SLOW: f64 = 1e-3;

/// Seconds of one evaluation of the gradient by a clock, of the processor's time rather than of
/// that on the wall: the least of several measurements.
pub fn gradient_seconds<D: LogDensity + Clone>(density: &D, clock: &dyn Fn() -> f64) -> f64 {
    let mut density = density.clone();
    let (q, mut gradient) = (vec![0.1; density.dim()], vec![0.0; density.dim()]);
    let mut time = |count: u32| {
        let begin = clock();
        for _ in 0..count {
            density.evaluate(&q, &mut gradient);
        }
        (clock() - begin) / f64::from(count)
    };
    let first = time(1);
    if first > SLOW {
        return first.min(time(1));
    }
    (0..TIMES).map(|_| time(TOGETHER)).fold(f64::INFINITY, f64::min)
}
