//! Finds the one variable whose range shows where divergent transitions occur, if there is one.

use crate::base::numbers::fixed;
use crate::draws::Draws;

/// The region that holds all divergences.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The name of the number.
    pub name: String,
    /// All divergences lie beyond this.
    pub bound: f64,
    /// Whether they lie below it.
    pub below: bool,
    decimals: i32,
}

impl Place {
    /// `s_county < 0.05`
    #[must_use]
    pub fn condition(&self) -> String {
        let sign = if self.below { '<' } else { '>' };
        format!("{} {sign} {}", self.name, fixed(self.bound, self.decimals))
    }

    /// What this means for the results.
    #[must_use]
    pub fn meaning(&self) -> String {
        let (size, tail) = if self.below { ("small", "lower") } else { ("large", "upper") };
        format!("the sampler may not have reached {size} {}; its {tail} tail is unsure", self.name)
    }
}

/// Divergences unrelated to a number would be spread over its draws at random: the chance that all
/// n of them lie within the smallest or largest u·100% is then 2uⁿ. The number with the smallest
/// such chance is returned, if it is small even after allowing for how many numbers there are.
#[must_use]
pub fn where_they_are(draws: &Draws) -> Option<Place> {
    let tails = (0..draws.names.len()).filter_map(|column| tail_of(draws, column));
    let best = tails.min_by(|a, b| a.log_chance.total_cmp(&b.log_chance))?;
    let numbers = draws.names.len() as f64;
    (best.log_chance + (2.0 * numbers).ln() < UNLIKELY.ln()).then_some(best.place)
}

/// Below this probability, coincidence is an unlikely explanation.
const UNLIKELY: f64 = 0.01;

struct Tail {
    log_chance: f64,
    place: Place,
}

/// The narrower of the two tails that contain all divergences.
fn tail_of(draws: &Draws, column: usize) -> Option<Tail> {
    let at: Vec<f64> = draws
        .chains
        .iter()
        .flat_map(|chain| &chain.divergences)
        .map(|divergence| divergence.values[column])
        .collect();
    let values: Vec<f64> = draws.column(column).concat();
    if at.is_empty()
        || values.is_empty()
        || at.iter().chain(&values).any(|value| !value.is_finite())
    {
        return None;
    }
    let highest = at.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let lowest = at.iter().copied().fold(f64::INFINITY, f64::min);
    let share = |inside: &dyn Fn(f64) -> bool| {
        (values.iter().filter(|&&v| inside(v)).count().max(1)) as f64 / values.len() as f64
    };
    let (low, high) = (share(&|value| value <= highest), share(&|value| value >= lowest));
    let below = low <= high;
    let (bound, decimals) = rounded(if below { highest } else { lowest }, below);
    let log_chance = at.len() as f64 * low.min(high).ln();
    Some(Tail {
        log_chance,
        place: Place { name: draws.names[column].clone(), bound, below, decimals },
    })
}

/// The number rounded to two digits, up or down so that the condition still holds, and the number
/// of decimals that takes.
fn rounded(value: f64, up: bool) -> (f64, i32) {
    if value == 0.0 {
        return (0.0, 0);
    }
    let decimals = 1 - value.abs().log10().floor() as i32;
    let unit = 10f64.powi(-decimals);
    let steps = value / unit;
    ((if up { steps.floor() + 1.0 } else { steps.ceil() - 1.0 }) * unit, decimals)
}
