//! The results of the checks, as a table.

use std::fmt::Write as _;

/// The results of testing a family.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FamilyReport {
    /// The name of the family.
    pub family: String,
    /// How many combinations of parameters were tried.
    pub points: usize,
    /// In the order in which they are shown.
    pub checks: Vec<Check>,
}

/// One check, at its worst point.
#[derive(Clone, Debug, PartialEq)]
pub struct Check {
    /// What should hold, in words.
    pub name: String,
    /// Where it holds least: the family with its parameters, and the value.
    pub worst: String,
    /// How far off it is there, in the units of `limit`.
    pub deviation: f64,
    /// The largest deviation that is accepted.
    pub limit: f64,
    /// Whether it holds, fails or was skipped.
    pub verdict: Verdict,
}

/// The outcome of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It holds everywhere.
    Passed,
    /// It fails somewhere.
    Failed,
    /// It cannot be made, for this reason.
    Skipped(&'static str),
}

impl Check {
    /// A check that cannot be made.
    pub(super) fn skipped(name: &str, reason: &'static str) -> Self {
        Self {
            name: name.to_owned(),
            worst: String::new(),
            deviation: 0.0,
            limit: 0.0,
            verdict: Verdict::Skipped(reason),
        }
    }

    /// The check with these deviations; none may exceed `limit` or be NaN. Skipped where there are
    /// none.
    pub(super) fn of(
        name: &str,
        limit: f64,
        deviations: impl IntoIterator<Item = (f64, String)>,
    ) -> Self {
        let size = |deviation: f64| if deviation.is_nan() { f64::INFINITY } else { deviation };
        let worst = deviations.into_iter().max_by(|a, b| size(a.0).total_cmp(&size(b.0)));
        match worst {
            None => Self::skipped(name, "nothing to compare"),
            Some((deviation, worst)) => {
                let verdict =
                    if size(deviation) <= limit { Verdict::Passed } else { Verdict::Failed };
                Self { name: name.to_owned(), worst, deviation, limit, verdict }
            }
        }
    }
}

impl FamilyReport {
    /// Whether nothing failed.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.checks.iter().all(|check| check.verdict != Verdict::Failed)
    }

    /// A line for each check, below a heading: what should hold, the largest deviation and where it
    /// is, the outcome.
    #[must_use]
    pub fn table(&self) -> String {
        let name = self.checks.iter().map(|check| check.name.chars().count()).max().unwrap_or(0);
        let mut text = format!("{}: {} points of its parameters\n", self.family, self.points);
        for check in &self.checks {
            let verdict = match check.verdict {
                Verdict::Passed => "ok",
                Verdict::Failed => "FAILED",
                Verdict::Skipped(_) => "-",
            };
            let facts = match check.verdict {
                Verdict::Skipped(reason) => reason.to_owned(),
                Verdict::Passed | Verdict::Failed => {
                    format!(
                        "{:>8} of {:<8} {}",
                        short(check.deviation),
                        short(check.limit),
                        check.worst
                    )
                }
            };
            writeln!(text, "  {verdict:<7} {:<name$}  {}", check.name, facts.trim_end())
                .expect("a string takes all");
        }
        text
    }
}

fn short(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        size if (0.01..1000.0).contains(&size) => format!("{value:.3}"),
        _ => format!("{value:.1e}"),
    }
}

/// A number with up to six significant digits.
pub fn number(value: f64) -> String {
    let size = value.abs();
    if size == 0.0 || (1e-4..1e6).contains(&size) {
        let text = format!("{value:.6}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        format!("{value:.3e}")
    }
}
