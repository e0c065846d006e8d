//! A model's text → simulated numbers of each variable, and their moments.

use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::data;
use pgmc::pipeline::{Model, Simulator};

/// The elements of the plate `rows` of each test.
pub const SIZE: usize = 4000;

/// How many standard errors a statistic may be off. The chance of more is 6e-7 for a normal one,
/// and there are about 1500 statistics.
pub const LIMIT: f64 = 5.0;

/// One draw of everything: each variable with its numbers.
pub fn draw(text: &str, table: Option<&str>, seed: u64) -> Vec<(String, Vec<f64>)> {
    let mut simulator =
        simulator(text, table).unwrap_or_else(|errors| panic!("{text}\n{errors:#?}"));
    let values = simulator.draw(seed);
    let mut values = values.into_iter();
    simulator
        .layouts
        .iter()
        .map(|layout| (layout.name.clone(), values.by_ref().take(layout.names.len()).collect()))
        .collect()
}

/// The numbers of one variable.
pub fn draw_of(name: &str, text: &str, table: Option<&str>, seed: u64) -> Vec<f64> {
    let found = draw(text, table, seed).into_iter().find(|(n, _)| n == name);
    found.unwrap_or_else(|| panic!("no variable {name} is simulated")).1
}

/// A model's simulator, or what is wrong with the model or its data.
pub fn simulator(text: &str, table: Option<&str>) -> Result<Simulator, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let model = Model::parse(&mut sources, source, &mut |_, path, _| {
        unreachable!("no file is imported: {path}")
    })?;
    let files = match table {
        Some(table) => vec![data::read(&mut sources, "data.csv", None, table.as_bytes().to_vec())?],
        None => Vec::new(),
    };
    let sizes: Vec<(String, usize)> =
        if table.is_some() { Vec::new() } else { vec![("rows".to_owned(), SIZE)] };
    let binding = model.bind(&files, &sizes, Purpose::Simulate, &sources)?;
    let simulation = model.simulation(&binding)?;
    Ok(Simulator::new(simulation).expect("this machine has machine code"))
}

pub fn mean(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

/// The mean product of deviations of `x` and `y`.
pub fn covariance(x: &[f64], y: &[f64]) -> f64 {
    let (a, b) = (mean(x), mean(y));
    x.iter().zip(y).map(|(x, y)| (x - a) * (y - b)).sum::<f64>() / x.len() as f64
}

/// The covariance of elements that are `lag` apart.
pub fn autocovariance(x: &[f64], lag: usize) -> f64 {
    covariance(&x[lag..], &x[..x.len() - lag])
}

/// Asserts that an estimate is within [`LIMIT`] standard errors.
pub fn assert_near(what: &str, estimate: f64, expected: f64, error: f64) {
    let off = (estimate - expected) / error;
    assert!(
        off.abs() <= LIMIT,
        "{what} is {estimate}, expected {expected} ± {error}: {off:.1} standard errors"
    );
}
