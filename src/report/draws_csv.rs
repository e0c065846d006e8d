//! `draws.csv`: one row per draw, in the format that R's posterior package reads.

use std::io::{self, Write};

use super::Format;
use crate::base::numbers::shortest;
use crate::draws::Draws;
use crate::fit::{Answer, Fitted};

/// `draws.csv`: `.chain`, `.iteration` within the chain and `.draw` overall, all from 1, then one
/// column per number. Numbers round-trip exactly.
pub struct DrawsCsv;

impl Format for DrawsCsv {
    fn file(&self) -> &'static str {
        "draws.csv"
    }

    fn applies(&self, fitted: &Fitted) -> bool {
        draws_of(fitted).is_some()
    }

    fn write(&self, fitted: &Fitted, out: &mut dyn Write) -> io::Result<()> {
        draws_of(fitted).map_or(Ok(()), |draws| write(draws, out))
    }
}

/// Draws from the posterior, or of discrete variables at an estimate.
fn draws_of(fitted: &Fitted) -> Option<&Draws> {
    match &fitted.answer {
        Answer::Draws(sampled) => Some(&sampled.draws),
        Answer::Estimate(_) | Answer::Exact { .. } => {
            fitted.discrete.as_ref().and_then(|recovered| recovered.draws.as_ref())
        }
    }
}

fn write(draws: &Draws, out: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let places = [".chain", ".iteration", ".draw"];
    writer.write_record(places.into_iter().chain(draws.names.iter().map(String::as_str)))?;
    let length = draws.per_chain();
    for (index, chain) in draws.chains.iter().enumerate() {
        for draw in 0..length {
            let places = [index + 1, draw + 1, index * length + draw + 1];
            let numbers = chain.row(draw).iter().map(|&value| shortest(value));
            writer
                .write_record(places.map(|place| place.to_string()).into_iter().chain(numbers))?;
        }
    }
    writer.flush()
}
