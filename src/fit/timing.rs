//! How long one gradient takes.

use crate::density::LogDensity;

/// Evaluations timed together: enough to be measurable even if one takes about 50 ns.
const TOGETHER: u32 = 64;

/// The minimum of this many timings is used: other activity on the machine only adds to them.
const TIMES: usize = 7;

/// A gradient slower than this, in seconds, is timed singly, twice.
const SLOW: f64 = 1e-3;

/// Seconds per gradient evaluation, measured by a clock of processor time rather than wall-clock
/// time: the minimum of several measurements.
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
