//! Results → `summary.csv` and `draws.csv`. Numbers are written so that they read back as the same
//! ones.

use std::io::Write;

use super::numbers::shortest;
use crate::draws::{Draws, Estimate, Summary};

/// `summary.csv` of draws: a row a number; what there is not is left empty.
///
/// # Errors
/// Where `out` does not take what is written.
pub fn summaries(names: &[String], summaries: &[Summary], out: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record([
        "variable",
        "mean",
        "sd",
        "q05",
        "q50",
        "q95",
        "mcse_mean",
        "ess_bulk",
        "ess_tail",
        "rhat",
    ])?;
    for (name, s) in names.iter().zip(summaries) {
        let numbers =
            [s.mean, s.sd, s.q05, s.q50, s.q95, s.mcse_mean, s.ess_bulk, s.ess_tail, s.rhat];
        writer.write_record(std::iter::once(name.clone()).chain(numbers.map(known)))?;
    }
    Ok(writer.flush()?)
}

/// `summary.csv` of an estimate.
///
/// # Errors
/// Where `out` does not take what is written.
pub fn estimates(names: &[String], estimate: &Estimate, out: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["variable", "estimate", "std_error", "lower", "upper"])?;
    for (i, name) in names.iter().enumerate() {
        let numbers =
            [estimate.values[i], estimate.std_errors[i], estimate.lower[i], estimate.upper[i]];
        writer.write_record(std::iter::once(name.clone()).chain(numbers.map(known)))?;
    }
    Ok(writer.flush()?)
}

/// `draws.csv`: `.chain`, `.iteration` within the chain and `.draw` over all, from 1, then a column
/// a number, as R's posterior package reads it.
///
/// # Errors
/// Where `out` does not take what is written.
pub fn draws(draws: &Draws, out: impl Write) -> csv::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(
        [".chain", ".iteration", ".draw"].into_iter().chain(draws.names.iter().map(String::as_str)),
    )?;
    let length = draws.per_chain();
    for (index, chain) in draws.chains.iter().enumerate() {
        for draw in 0..length {
            let places =
                [index + 1, draw + 1, index * length + draw + 1].map(|place| place.to_string());
            writer.write_record(
                places.into_iter().chain(chain.row(draw).iter().map(|&value| shortest(value))),
            )?;
        }
    }
    Ok(writer.flush()?)
}

fn known(value: f64) -> String {
    if value.is_nan() { String::new() } else { shortest(value) }
}
