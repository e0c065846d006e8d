//! A sparse symmetric positive definite matrix → its Cholesky factor, solutions, and the adjoint of
//! the factorisation.
//!
//! The adjoint is that of the right-looking factorisation, run backwards (Smith 1995, J. Comp. Graph.
//! Stat. 4:134); it stays within the factor's pattern.

use super::order::eliminate;

/// Where a matrix and its factor may differ from 0, in the order of elimination.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// The place of each position in the order of elimination.
    pub place: Vec<usize>,
    /// The positions in the order of elimination.
    order: Vec<usize>,
    /// By column: where it starts in `rows`; the diagonal comes first.
    pub starts: Vec<usize>,
    /// Rows of the factor, in the order of elimination, increasing within a column.
    rows: Vec<usize>,
    /// By position: its diagonal entry.
    pub diagonal: Vec<usize>,
    /// By pair, in the order given: its entry.
    pub pair: Vec<usize>,
    /// By place in the order of elimination: whether a pivot may be tempered.
    tempered: Vec<bool>,
}

/// A tempered pivot is never below this share of where it begins to bend.
const FLOOR: f64 = 0.25;

/// A pivot that is not positive counts as this much at least where a step is looked for: ten
/// standard deviations of the noise for a slope of 1.
const STEEP: f64 = 0.1;

/// A pivot as it is from `bend` on; below, a smooth bend towards a part of that.
fn temper(pivot: f64, bend: f64) -> f64 {
    if pivot >= bend {
        pivot
    } else {
        bend * (FLOOR + (1.0 - FLOOR) * ((pivot / bend - 1.0) / (1.0 - FLOOR)).exp())
    }
}

/// The derivative of [`temper`], from its value.
fn temper_slope(tempered: f64, bend: f64) -> f64 {
    if tempered >= bend { 1.0 } else { (tempered / bend - FLOOR) / (1.0 - FLOOR) }
}

impl Pattern {
    /// Of a matrix over `n` positions whose entries off the diagonal are `pairs`.
    pub fn new(n: usize, pairs: &[(usize, usize)]) -> Self {
        let (order, columns) = eliminate(n, pairs);
        let mut place = vec![0; n];
        order.iter().enumerate().for_each(|(k, &v)| place[v] = k);
        let mut starts = vec![0];
        let mut rows = Vec::new();
        for (k, column) in columns.iter().enumerate() {
            rows.push(k);
            let mut below: Vec<usize> = column.iter().map(|&v| place[v]).collect();
            below.sort_unstable();
            rows.extend(below);
            starts.push(rows.len());
        }
        let diagonal = (0..n).map(|v| starts[place[v]]).collect();
        let mut pattern = Self {
            tempered: vec![false; n],
            place,
            order,
            starts,
            rows,
            diagonal,
            pair: Vec::new(),
        };
        pattern.pair = pairs.iter().map(|&(i, j)| pattern.entry(i, j)).collect();
        pattern
    }

    /// The same, where the pivots of these positions may be tempered: their curvature is at least 1
    /// where the density is log-concave.
    pub fn tempering(mut self, positions: impl Iterator<Item = bool>) -> Self {
        for (position, tempered) in positions.enumerate() {
            self.tempered[self.place[position]] = tempered;
        }
        self
    }

    /// How many entries the factor has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Entries by diagonal and then by pair → entries of the pattern.
    pub fn spread(&self, entries: &[f64]) -> Vec<f64> {
        let mut values = vec![0.0; self.len()];
        let at = self.diagonal.iter().chain(&self.pair);
        at.zip(entries).for_each(|(&at, &entry)| values[at] = entry);
        values
    }

    /// Entries of the pattern → those by diagonal and then by pair.
    pub fn gathered(&self, values: &[f64]) -> Vec<f64> {
        self.diagonal.iter().chain(&self.pair).map(|&at| values[at]).collect()
    }

    fn entry(&self, i: usize, j: usize) -> usize {
        let (a, b) = (self.place[i].min(self.place[j]), self.place[i].max(self.place[j]));
        let column = &self.rows[self.starts[a]..self.starts[a + 1]];
        self.starts[a] + column.binary_search(&b).expect("a pair is an entry of the factor")
    }

    /// Factorises in place: entries of the matrix → entries of L with A = LLᵀ. Where a pivot is not
    /// positive: its position.
    pub fn factorise(&self, values: &mut [f64]) -> Result<(), usize> {
        self.factorise_by(values, |_, pivot| pivot)
    }

    /// The same with pivots that may be tempered kept away from 0: the factor of a matrix that is
    /// near A, and A itself where no pivot is below `bend`.
    pub fn factorise_tempered(&self, values: &mut [f64], bend: f64) -> Result<(), usize> {
        self.factorise_by(
            values,
            |j, pivot| if self.tempered[j] { temper(pivot, bend) } else { pivot },
        )
    }

    /// The same for a step uphill where A is not positive definite: a pivot that may be tempered
    /// and is not positive counts by its size, and not below [`STEEP`], so that the step is one
    /// along which the density rises.
    pub fn factorise_repaired(&self, values: &mut [f64]) -> Result<(), usize> {
        self.factorise_by(values, |j, pivot| self.repair(j, pivot))
    }

    fn repair(&self, j: usize, pivot: f64) -> f64 {
        if self.tempered[j] && pivot <= 0.0 { (-pivot).max(STEEP) } else { pivot }
    }

    /// The positions whose pivots are not positive, each counted as 1 for those behind it: blocks
    /// do not touch each other, so every block that fails is among theirs.
    pub fn failing(&self, values: &mut [f64]) -> Vec<usize> {
        self.failing_by(values, |_, pivot| pivot)
    }

    /// The same for [`Pattern::factorise_repaired`].
    pub fn failing_repaired(&self, values: &mut [f64]) -> Vec<usize> {
        self.failing_by(values, |j, pivot| self.repair(j, pivot))
    }

    fn failing_by(&self, values: &mut [f64], pivot_of: impl Fn(usize, f64) -> f64) -> Vec<usize> {
        let failed = std::cell::RefCell::new(vec![false; self.place.len()]);
        let counted = |j: usize, pivot: f64| {
            let pivot = pivot_of(j, pivot);
            let fails = !(pivot > 0.0 && pivot.is_finite());
            failed.borrow_mut()[j] = fails;
            if fails { 1.0 } else { pivot }
        };
        let _done = self.factorise_by(values, counted);
        let failed = failed.into_inner();
        (0..self.place.len()).filter(|&position| failed[self.place[position]]).collect()
    }

    fn factorise_by(
        &self,
        values: &mut [f64],
        pivot_of: impl Fn(usize, f64) -> f64,
    ) -> Result<(), usize> {
        for j in 0..self.place.len() {
            let (begin, end) = (self.starts[j], self.starts[j + 1]);
            let pivot = pivot_of(j, values[begin]);
            if !(pivot > 0.0 && pivot.is_finite()) {
                return Err(self.order[j]);
            }
            let root = pivot.sqrt();
            values[begin] = root;
            values[begin + 1..end].iter_mut().for_each(|v| *v /= root);
            self.update(j, values);
        }
        Ok(())
    }

    /// Takes off the products of column j's entries.
    fn update(&self, j: usize, values: &mut [f64]) {
        let end = self.starts[j + 1];
        let (done, later) = values.split_at_mut(end);
        for a in self.starts[j] + 1..end {
            let entry = done[a];
            if let Some(target) = self.run_of(a, end) {
                let targets = &mut later[target - end..target - a];
                for (target, b) in targets.iter_mut().zip(&done[a..]) {
                    *target -= entry * b;
                }
            } else {
                self.each_target(a, end, |target, b| later[target - end] -= entry * done[b]);
            }
        }
    }

    /// Where the entries of the column of row a begin that those from a on to `end` update, if they
    /// lie side by side, as they do in blocks where all coordinates meet.
    fn run_of(&self, a: usize, end: usize) -> Option<usize> {
        let target = self.starts[self.rows[a]];
        // The column holds all of these rows in order: where the last one is in its place, so are
        // the others.
        (self.rows.get(target + end - 1 - a) == self.rows.get(end - 1)).then_some(target)
    }

    /// Targets of the entries from a on to `end`.
    pub fn each_target(&self, a: usize, end: usize, mut visit: impl FnMut(usize, usize)) {
        let mut target = self.starts[self.rows[a]];
        for b in a..end {
            while self.rows[target] < self.rows[b] {
                target += 1;
            }
            visit(target, b);
        }
    }

    /// The adjoint of the factorisation, in place: ∂/∂ entries of L → ∂/∂ entries of A, each entry
    /// off the diagonal standing for both of its places.
    pub fn adjoint(&self, factor: &[f64], bar: &mut [f64]) {
        self.adjoint_by(factor, bar, |_, _| 1.0);
    }

    /// The same for [`Pattern::factorise_tempered`].
    pub fn adjoint_tempered(&self, factor: &[f64], bar: &mut [f64], bend: f64) {
        self.adjoint_by(factor, bar, |j, pivot| {
            if self.tempered[j] { temper_slope(pivot, bend) } else { 1.0 }
        });
    }

    fn adjoint_by(&self, factor: &[f64], bar: &mut [f64], slope_of: impl Fn(usize, f64) -> f64) {
        for j in (0..self.place.len()).rev() {
            let (begin, end) = (self.starts[j], self.starts[j + 1]);
            self.pass_back(j, factor, bar);
            let root = factor[begin];
            let below: f64 = (begin + 1..end).map(|e| bar[e] * factor[e]).sum();
            bar[begin + 1..end].iter_mut().for_each(|b| *b /= root);
            bar[begin] = (bar[begin] - below / root) / (2.0 * root) * slope_of(j, root * root);
        }
    }

    /// The adjoint of [`Pattern::update`].
    fn pass_back(&self, j: usize, factor: &[f64], bar: &mut [f64]) {
        let end = self.starts[j + 1];
        let (own, later) = bar.split_at_mut(end);
        for a in self.starts[j] + 1..end {
            let (entry, mut sum) = (factor[a], 0.0);
            if let Some(target) = self.run_of(a, end) {
                let passed = &later[target - end..target - a];
                for ((own, passed), b) in own[a..].iter_mut().zip(passed).zip(&factor[a..end]) {
                    *own -= passed * entry;
                    sum += passed * b;
                }
            } else {
                self.each_target(a, end, |target, b| {
                    own[b] -= later[target - end] * entry;
                    sum += later[target - end] * factor[b];
                });
            }
            own[a] -= sum;
        }
    }

    /// The entries of column j below its diagonal, each with the position of its row.
    fn below<'a>(&'a self, j: usize, factor: &'a [f64]) -> impl Iterator<Item = (usize, f64)> + 'a {
        let entries = self.starts[j] + 1..self.starts[j + 1];
        self.rows[entries.clone()]
            .iter()
            .map(|&row| self.order[row])
            .zip(factor[entries].iter().copied())
    }

    /// L⁻¹x for several vectors in place, the numbers of each position adjacent.
    fn forward(&self, factor: &[f64], x: &mut [f64], many: usize) {
        for j in 0..self.order.len() {
            let (begin, pivot) = (self.starts[j], self.order[j] * many);
            x[pivot..pivot + many].iter_mut().for_each(|x| *x /= factor[begin]);
            self.below(j, factor)
                .for_each(|(row, entry)| subtract(x, row * many, entry, pivot, many));
        }
    }

    /// L⁻ᵀx for several vectors in place, the numbers of each position adjacent.
    fn backward(&self, factor: &[f64], x: &mut [f64], many: usize) {
        for j in (0..self.order.len()).rev() {
            let (begin, pivot) = (self.starts[j], self.order[j] * many);
            self.below(j, factor)
                .for_each(|(row, entry)| subtract(x, pivot, entry, row * many, many));
            x[pivot..pivot + many].iter_mut().for_each(|x| *x /= factor[begin]);
        }
    }

    /// A⁻¹x over positions.
    pub fn solve(&self, factor: &[f64], x: &[f64]) -> Vec<f64> {
        let mut y = x.to_vec();
        self.forward(factor, &mut y, 1);
        self.backward(factor, &mut y, 1);
        y
    }

    /// The deviations from the mode that `many` standard normal vectors `e` over positions stand
    /// for, the numbers of each position adjacent: L⁻ᵀe, with covariance A⁻¹.
    pub fn deviate(&self, factor: &[f64], e: &[f64], many: usize) -> Vec<f64> {
        let mut x = e.to_vec();
        self.backward(factor, &mut x, many);
        x
    }

    /// Adds to `bar` the adjoint of L in x = L⁻ᵀe, given x = `deviate(e)` and the adjoint of x:
    /// −x·(L⁻¹x̄)ᵀ within the pattern.
    pub fn deviate_adjoint(
        &self,
        factor: &[f64],
        (x, x_bar): (&[f64], &[f64]),
        many: usize,
        bar: &mut [f64],
    ) {
        let mut y = x_bar.to_vec();
        self.forward(factor, &mut y, many);
        let of = |position: usize| position * many..(position + 1) * many;
        for (j, &column) in self.order.iter().enumerate() {
            let y = &y[of(column)];
            for e in self.starts[j]..self.starts[j + 1] {
                let x = &x[of(self.order[self.rows[e]])];
                bar[e] -= x.iter().zip(y).map(|(x, y)| x * y).sum::<f64>();
            }
        }
    }

    /// The variances of all positions: the diagonal of A⁻¹, which is the derivative of log det A by
    /// the diagonal of A.
    pub fn variances(&self, factor: &[f64]) -> Vec<f64> {
        let mut bar = vec![0.0; factor.len()];
        self.diagonal.iter().for_each(|&e| bar[e] = 2.0 / factor[e]);
        self.adjoint(factor, &mut bar);
        self.diagonal.iter().map(|&e| bar[e]).collect()
    }

    /// Σ log of the diagonal of L: half the log determinant of A.
    pub fn half_log_determinant(&self, factor: &[f64]) -> f64 {
        self.diagonal.iter().map(|&e| factor[e].ln()).sum()
    }
}

/// x at `to` − factor·x at `from`, `many` numbers each.
fn subtract(x: &mut [f64], to: usize, factor: f64, from: usize, many: usize) {
    let (low, high) = x.split_at_mut(to.max(from));
    let (to, from) = if to < from {
        (&mut low[to..to + many], &high[..many])
    } else {
        (&mut high[..many], &low[from..from + many])
    };
    to.iter_mut().zip(from.iter()).for_each(|(to, from)| *to -= factor * from);
}

/// A matrix for tests.
#[cfg(test)]
pub(super) mod example {
    use super::Pattern;

    pub const N: usize = 7;
    pub const PAIRS: [(usize, usize); 8] =
        [(1, 0), (2, 1), (3, 2), (4, 3), (5, 0), (5, 4), (6, 2), (6, 5)];

    /// Entries of a diagonally dominant matrix, by diagonal and by pair.
    pub fn matrix() -> (Vec<f64>, Vec<f64>) {
        (
            (0..N).map(|i| 4.0 + i as f64 / 3.0).collect(),
            (0..PAIRS.len()).map(|k| 0.9 - 0.31 * k as f64).collect(),
        )
    }

    pub fn factor(pattern: &Pattern, diagonal: &[f64], pairs: &[f64]) -> Vec<f64> {
        let mut values = vec![0.0; pattern.len()];
        pattern.diagonal.iter().zip(diagonal).for_each(|(&e, &v)| values[e] = v);
        pattern.pair.iter().zip(pairs).for_each(|(&e, &v)| values[e] = v);
        pattern.factorise(&mut values).expect("positive definite");
        values
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;
    use super::example::{N, PAIRS, factor, matrix};

    #[test]
    fn solutions_solve() {
        let pattern = Pattern::new(N, &PAIRS);
        let (diagonal, pairs) = matrix();
        let l = factor(&pattern, &diagonal, &pairs);
        let b: Vec<f64> = (0..N).map(|i| (i as f64).sin()).collect();
        let x = pattern.solve(&l, &b);
        let mut back: Vec<f64> = x.iter().zip(&diagonal).map(|(x, d)| x * d).collect();
        for (&(i, j), v) in PAIRS.iter().zip(&pairs) {
            back[i] += v * x[j];
            back[j] += v * x[i];
        }
        for (a, b) in back.iter().zip(&b) {
            assert!((a - b).abs() < 1e-13, "{a} {b}");
        }
    }

    /// Of a matrix that is not positive definite, tempered: the adjoint of Σ log diagonal against
    /// central differences.
    #[test]
    fn tempered_adjoints_agree_with_differences() {
        let pattern = Pattern::new(N, &PAIRS).tempering((0..N).map(|_| true));
        let (mut diagonal, pairs) = matrix();
        diagonal[2] = -0.5;
        diagonal[4] = 0.3;
        let value = |diagonal: &[f64]| {
            let mut values = vec![0.0; pattern.len()];
            pattern.diagonal.iter().zip(diagonal).for_each(|(&e, &v)| values[e] = v);
            pattern.pair.iter().zip(&pairs).for_each(|(&e, &v)| values[e] = v);
            pattern.factorise_tempered(&mut values, 1.0).expect("every pivot is positive");
            values
        };
        let l = value(&diagonal);
        let mut bar = vec![0.0; pattern.len()];
        pattern.diagonal.iter().for_each(|&e| bar[e] = 1.0 / l[e]);
        pattern.adjoint_tempered(&l, &mut bar, 1.0);
        for k in 0..N {
            let moved = |sign: f64| {
                let mut d = diagonal.clone();
                d[k] += sign * 1e-6;
                pattern.half_log_determinant(&value(&d))
            };
            let difference = (moved(1.0) - moved(-1.0)) / 2e-6;
            assert!(
                (bar[pattern.diagonal[k]] - difference).abs() < 1e-7 * (1.0 + difference.abs()),
                "{k}"
            );
        }
    }

    #[test]
    fn variances_are_those_of_the_inverse() {
        let pattern = Pattern::new(N, &PAIRS);
        let (diagonal, pairs) = matrix();
        let l = factor(&pattern, &diagonal, &pairs);
        for (i, variance) in pattern.variances(&l).into_iter().enumerate() {
            let unit: Vec<f64> = (0..N).map(|j| f64::from(u8::from(i == j))).collect();
            assert!((pattern.solve(&l, &unit)[i] - variance).abs() < 1e-13);
        }
    }

    /// A function of the factor: Σ log diagonal and a deviation, against central differences in
    /// every entry of the matrix.
    #[test]
    fn adjoints_agree_with_differences() {
        let pattern = Pattern::new(N, &PAIRS);
        let (diagonal, pairs) = matrix();
        let e: Vec<f64> = (0..N).map(|i| 0.4 - 0.2 * i as f64).collect();
        let c: Vec<f64> = (0..N).map(|i| 1.0 + (i as f64).cos()).collect();
        let value = |diagonal: &[f64], pairs: &[f64]| {
            let l = factor(&pattern, diagonal, pairs);
            let x = pattern.deviate(&l, &e, 1);
            2.0 * pattern.half_log_determinant(&l)
                + x.iter().zip(&c).map(|(a, b)| a * b).sum::<f64>()
        };
        let l = factor(&pattern, &diagonal, &pairs);
        let mut bar = vec![0.0; pattern.len()];
        pattern.diagonal.iter().for_each(|&e| bar[e] += 2.0 / l[e]);
        pattern.deviate_adjoint(&l, (&pattern.deviate(&l, &e, 1), &c), 1, &mut bar);
        pattern.adjoint(&l, &mut bar);
        let step = 1e-5;
        for k in 0..N + PAIRS.len() {
            let moved = |sign: f64| {
                let (mut d, mut p) = (diagonal.clone(), pairs.clone());
                *(if k < N { &mut d[k] } else { &mut p[k - N] }) += sign * step;
                value(&d, &p)
            };
            let difference = (moved(1.0) - moved(-1.0)) / (2.0 * step);
            let entry = if k < N { pattern.diagonal[k] } else { pattern.pair[k - N] };
            assert!(
                (bar[entry] - difference).abs() < 1e-8 * (1.0 + difference.abs()),
                "{k}: {} {difference}",
                bar[entry]
            );
        }
    }
}
