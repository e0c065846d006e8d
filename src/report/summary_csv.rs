//! `summary.csv`: one row per number; unavailable values are left empty.

use std::io::{self, Write};

use super::Format;
use crate::base::numbers::shortest;
use crate::fit::{Answer, Fitted, Maximised, Sampled};

/// `summary.csv`. Numbers round-trip exactly.
pub struct SummaryCsv;

impl Format for SummaryCsv {
    fn file(&self) -> &'static str {
        "summary.csv"
    }

    fn applies(&self, fitted: &Fitted) -> bool {
        match fitted.answer {
            Answer::Draws(_) | Answer::Estimate(_) => true,
            Answer::Exact { .. } => false,
        }
    }

    fn write(&self, fitted: &Fitted, out: &mut dyn Write) -> io::Result<()> {
        match &fitted.answer {
            Answer::Draws(sampled) => summaries(sampled, out),
            Answer::Estimate(maximised) => estimates(maximised, out),
            Answer::Exact { .. } => Ok(()),
        }
    }
}

fn summaries(sampled: &Sampled, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let heading = ["mean", "sd", "q05", "q50", "q95", "mcse_mean", "ess_bulk", "ess_tail", "rhat"];
    writer.write_record(std::iter::once("variable").chain(heading))?;
    for (name, s) in sampled.draws.names.iter().zip(&sampled.summaries) {
        let numbers =
            [s.mean, s.sd, s.q05, s.q50, s.q95, s.mcse_mean, s.ess_bulk, s.ess_tail, s.rhat];
        writer.write_record(std::iter::once(name.clone()).chain(numbers.map(known)))?;
    }
    writer.flush()
}

fn estimates(maximised: &Maximised, out: &mut dyn Write) -> io::Result<()> {
    let estimate = &maximised.estimate;
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(["variable", "estimate", "std_error", "lower", "upper"])?;
    for (i, name) in maximised.names.iter().enumerate() {
        let interval = [estimate.lower[i], estimate.upper[i]];
        let numbers = [estimate.values[i], estimate.std_errors[i]].into_iter().chain(interval);
        writer.write_record(std::iter::once(name.clone()).chain(numbers.map(known)))?;
    }
    writer.flush()
}

fn known(value: f64) -> String {
    if value.is_nan() { String::new() } else { shortest(value) }
}
