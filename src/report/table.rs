//! Summaries and estimates as tables for the terminal.

use super::layout::{Align, Column, lines, width};
use crate::base::numbers::{NONE, brief, decimals_for, fixed, significant, thousands};
use crate::draws::summary::is_doubtful;
use crate::draws::{Estimate, Summary, Variable, columns};

/// Arrays with more elements than this are shortened to their first row.
const SHOWN_WHOLE: usize = 10;

/// The table of posterior summaries, one line each, indented by two. `names` and `summaries` have
/// one entry per column of the draws; `all`: show every element of every array.
#[must_use]
pub fn of_summaries(
    names: &[String],
    variables: &[Variable],
    summaries: &[Summary],
    chains: usize,
    all: bool,
) -> String {
    let plan = rows(variables, all);
    let shown: Vec<usize> = plan.iter().filter_map(Row::column).collect();
    let number = |of: fn(&Summary) -> f64| -> Vec<String> {
        shown.iter().map(|&i| fixed(of(&summaries[i]), decimals(&summaries[i]))).collect()
    };
    let quantile = |heading, of| Column { least: 6, ..Column::numbers(heading, number(of)) };
    let cells = |text: &dyn Fn(&Summary) -> String| -> Vec<String> {
        shown.iter().map(|&i| text(&summaries[i])).collect()
    };
    let marks =
        cells(&|summary| if is_doubtful(summary, chains) { "!".to_owned() } else { String::new() });
    let table = lines(&[
        Column::words("", shown.iter().map(|&i| names[i].clone()).collect()),
        Column::numbers("mean", number(|summary| summary.mean)),
        Column::numbers("sd", cells(&|summary| significant(summary.sd, 2))),
        quantile("5%", |summary| summary.q05),
        quantile("50%", |summary| summary.q50),
        quantile("95%", |summary| summary.q95),
        Column::numbers("MCSE", cells(&|summary| significant(summary.mcse_mean, 1))),
        Column { gap: " ", least: 1, ..Column::words("", marks) },
        Column {
            gap: " ",
            align: Align::Right,
            ..Column::words("ESS bulk/tail", sizes(&shown, summaries))
        },
        Column { gap: "   ", ..Column::numbers("R-hat", cells(&|summary| fixed(summary.rhat, 2))) },
    ]);
    assemble(&plan, table, |hidden| {
        let known = hidden.filter(|&i| !summaries[i].rhat.is_nan());
        let worst = known.max_by(|&a, &b| summaries[a].rhat.total_cmp(&summaries[b].rhat));
        worst.map_or_else(String::new, |i| {
            format!(": worst R-hat {} at {}", fixed(summaries[i].rhat, 2), names[i])
        })
    })
}

/// The table of estimates with standard errors and 95% intervals.
#[must_use]
pub fn of_estimates(
    names: &[String],
    variables: &[Variable],
    estimate: &Estimate,
    all: bool,
) -> String {
    let plan = rows(variables, all);
    let shown: Vec<usize> = plan.iter().filter_map(Row::column).collect();
    let number = |values: &[f64]| -> Vec<String> {
        shown.iter().map(|&i| beside_error(values[i], estimate.std_errors[i])).collect()
    };
    let lower = padded(number(&estimate.lower));
    let upper = padded(number(&estimate.upper));
    let intervals =
        lower.iter().zip(&upper).map(|(low, high)| format!("{low} to {high}")).collect();
    let table = lines(&[
        Column::words("", shown.iter().map(|&i| names[i].clone()).collect()),
        Column::numbers("estimate", number(&estimate.values)),
        Column::numbers(
            "std.error",
            shown.iter().map(|&i| significant(estimate.std_errors[i], 2)).collect(),
        ),
        Column { gap: "   ", align: Align::Right, ..Column::words("95% interval", intervals) },
    ]);
    assemble(&plan, table, |_| String::new())
}

/// A line of a table: an element, or what is omitted from an array.
enum Row<'a> {
    Element(usize),
    Rest(&'a Variable, std::ops::Range<usize>),
}

impl Row<'_> {
    fn column(&self) -> Option<usize> {
        match self {
            Row::Element(column) => Some(*column),
            Row::Rest(..) => None,
        }
    }
}

fn rows(variables: &[Variable], all: bool) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    for (variable, range) in columns(variables) {
        if all || range.len() <= SHOWN_WHOLE {
            rows.extend(range.map(Row::Element));
        } else {
            rows.push(Row::Element(range.start));
            rows.push(Row::Rest(variable, range.start + 1..range.end));
        }
    }
    rows
}

/// Interleaves the lines of elements with those of what is omitted; `tell` describes the latter.
fn assemble(
    plan: &[Row<'_>],
    table: Vec<String>,
    tell: impl Fn(std::ops::Range<usize>) -> String,
) -> String {
    let wide = table.iter().map(|line| width(line)).max().unwrap_or(0);
    let mut elements = table.into_iter();
    let mut out = elements.next().unwrap_or_default() + "\n";
    for row in plan {
        let line = match row {
            Row::Element(_) => elements.next().unwrap_or_default(),
            Row::Rest(variable, hidden) => {
                rest(variable, hidden.len(), &tell(hidden.clone()), wide)
            }
        };
        out += &line;
        out.push('\n');
    }
    out
}

fn rest(variable: &Variable, hidden: usize, told: &str, wide: usize) -> String {
    let dims: Vec<String> = variable
        .dims
        .iter()
        .map(|dim| dim.plate.clone().unwrap_or_else(|| dim.size.to_string()))
        .collect();
    let line = format!(
        "  … {} more of {}[{}]{told}",
        thousands(hidden as u64),
        variable.name,
        dims.join(",")
    );
    let hint = "(--all shows them)";
    let space = wide.saturating_sub(width(&line) + width(hint)).max(2);
    format!("{line}{}{hint}", " ".repeat(space))
}

/// How many decimals of the mean and the quantiles to show: as many as the Monte Carlo error
/// allows; for a constant, all of them.
fn decimals(summary: &Summary) -> i32 {
    if summary.mcse_mean > 0.0 {
        return decimals_for(summary.mcse_mean);
    }
    let error = if summary.sd > 0.0 { 0.1 * summary.sd } else { 0.0 };
    if error > 0.0 { decimals_for(error) } else { decimals_of(summary.mean) }
}

/// How many decimals a constant has, up to six significant digits.
fn decimals_of(value: f64) -> i32 {
    brief(value, 6).split_once('.').map_or(0, |(_, decimals)| decimals.len() as i32)
}

/// A standard error below this fraction of its number is rounding: the number is a constant.
const CONSTANT: f64 = 1e-11;

/// A number rounded to the second digit of its standard error.
fn beside_error(value: f64, error: f64) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    if error > CONSTANT * value.abs() && error.is_finite() {
        fixed(value, 1 - error.log10().floor() as i32)
    } else {
        brief(value, 6)
    }
}

/// Bulk and tail ESS, each right-aligned.
fn sizes(shown: &[usize], summaries: &[Summary]) -> Vec<String> {
    let text =
        |size: f64| if size.is_finite() { thousands(size.round() as u64) } else { NONE.to_owned() };
    let bulk = padded(shown.iter().map(|&i| text(summaries[i].ess_bulk)).collect());
    let tail = padded(shown.iter().map(|&i| text(summaries[i].ess_tail)).collect());
    bulk.iter().zip(&tail).map(|(bulk, tail)| format!("{bulk}/{tail}")).collect()
}

fn padded(cells: Vec<String>) -> Vec<String> {
    let wide = cells.iter().map(|cell| width(cell)).max().unwrap_or(0);
    cells.into_iter().map(|cell| " ".repeat(wide - width(&cell)) + &cell).collect()
}
