//! Sets of axes, in the order of their ids.

use crate::program::AxisId;

/// The axes of both, in the order of their ids.
#[must_use]
pub fn union(a: &[AxisId], b: &[AxisId]) -> Vec<AxisId> {
    let mut all: Vec<AxisId> = a.iter().chain(b).copied().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// `axes` except some.
#[must_use]
pub fn without(axes: &[AxisId], except: &[AxisId]) -> Vec<AxisId> {
    axes.iter().copied().filter(|a| !except.contains(a)).collect()
}

/// Those of `axes` that are among `all`, in the order of their ids.
#[must_use]
pub fn present(all: &[AxisId], axes: &[AxisId]) -> Vec<AxisId> {
    union(axes, &[]).into_iter().filter(|a| all.contains(a)).collect()
}
