//! A model's text → ranks of what it simulated among the draws of fits.

use std::collections::HashMap;
use std::num::NonZeroUsize;

use pgmc::bind::Purpose;
use pgmc::fit::settings::Nuts;
use pgmc::fit::{Alone, Answer, Method, Settings, fit};
use pgmc::lower::{Form, Layout};
use pgmc::network::ir::Role;
use pgmc::pipeline::Simulator;

use super::ranks::{DATA_SETS, RANKED, assert_uniform, rank};
use crate::support::models::bound;
use crate::support::random::Random;

/// Numbers by variable, each with the lengths of its axes; a missing one is NaN.
pub type Data = HashMap<String, (Vec<usize>, Vec<f64>)>;

/// A model with what is asked of it.
pub struct Case {
    pub text: &'static str,
    /// The same model in words that can be simulated, where its own cannot.
    pub simulated: Option<&'static str>,
    /// Elements whose true values are ranked, by the names that results have. A name without
    /// brackets stands for all its elements.
    pub quantities: &'static [&'static str],
    /// Inputs.
    pub inputs: fn() -> Data,
    /// What happens to simulated data before they are seen: values are lost, times are cut off.
    pub seen: fn(&mut Data),
    pub form: Form,
    /// Whether discrete variables are hidden.
    pub has_discrete: bool,
    /// Each so-many-th draw is kept.
    pub thin: usize,
}

impl Default for Case {
    fn default() -> Self {
        Self {
            text: "",
            simulated: None,
            quantities: &[],
            inputs: Data::new,
            seen: |_| {},
            form: Form::Auto,
            has_discrete: false,
            thin: 5,
        }
    }
}

/// Transitions of warm-up.
const WARMUP: usize = 300;

/// Simulates, fits and ranks.
pub fn calibrated(case: &Case) {
    let mut simulator = simulator(case);
    let (mut names, mut ranks) = (Vec::new(), Vec::new());
    for seed in 0..DATA_SETS {
        let simulated = simulator.draw(1 + seed);
        let truth = by_name(&simulator.layouts, &simulated);
        let mut data = (case.inputs)();
        data.extend(observed(&simulator.layouts, &simulated));
        (case.seen)(&mut data);
        let fitted = fitted(case, &data, seed);
        if names.is_empty() {
            names = wanted(case, &fitted.names);
            ranks = vec![Vec::new(); names.len()];
        }
        let mut random = Random::new(seed);
        for (name, ranks) in names.iter().zip(&mut ranks) {
            let column = fitted
                .names
                .iter()
                .position(|other| other == name)
                .expect("the fits of a model have the same columns");
            let truth = *truth.get(name).unwrap_or_else(|| panic!("{name} is not simulated"));
            assert!(
                truth.is_finite() && fitted.rows.iter().all(|row| row[column].is_finite()),
                "{name} is not finite"
            );
            ranks.push(rank(truth, fitted.rows.iter().map(|row| row[column]), &mut random));
        }
    }
    assert_uniform(&names, &ranks);
}

/// Draws of a fit, thinned.
struct Thinned {
    names: Vec<String>,
    rows: Vec<Vec<f64>>,
}

/// The fit that users get, of one short chain.
fn fitted(case: &Case, data: &Data, seed: u64) -> Thinned {
    let (model, binding) = bound(case.text, ("data.json", json(data)), Purpose::Fit);
    let nuts = Nuts {
        chains: NonZeroUsize::MIN,
        warmup: WARMUP,
        draws: NonZeroUsize::new(RANKED * case.thin).expect("draws"),
        form: case.form,
        draw_discrete: case.has_discrete,
        ..Nuts::default()
    };
    let threads = Some(NonZeroUsize::MIN);
    let settings = Settings { method: Method::Nuts(nuts), seed, threads, init: None, starts: None };
    let fitted = fit(&model, &binding, &settings, &Alone)
        .unwrap_or_else(|e| panic!("{e:#?}\n{}\n{data:?}", case.text));
    let Answer::Draws(sampled) = fitted.answer else { panic!("no draws\n{}", case.text) };
    let chain = &sampled.draws.chains[0];
    let rows = (1..=RANKED).map(|kept| chain.row(kept * case.thin - 1).to_vec()).collect();
    Thinned { rows, names: sampled.draws.names }
}

fn simulator(case: &Case) -> Simulator {
    let text = case.simulated.unwrap_or(case.text);
    let inputs = json(&(case.inputs)());
    let (model, binding) = bound(text, ("inputs.json", inputs), Purpose::Simulate);
    let simulation = model.simulation(&binding).unwrap_or_else(|e| panic!("{e:#?}\n{text}"));
    Simulator::new(simulation).expect("this machine has machine code")
}

/// The names of the quantities' elements.
fn wanted(case: &Case, names: &[String]) -> Vec<String> {
    let matches = |name: &String, quantity: &&str| {
        name == quantity || name.split('[').next() == Some(quantity)
    };
    let found: Vec<String> = names
        .iter()
        .filter(|name| case.quantities.iter().any(|quantity| matches(name, quantity)))
        .cloned()
        .collect();
    for quantity in case.quantities {
        assert!(
            found.iter().any(|name| matches(name, quantity)),
            "{quantity} is none of {names:?}"
        );
    }
    found
}

fn by_name(layouts: &[Layout], values: &[f64]) -> HashMap<String, f64> {
    layouts
        .iter()
        .flat_map(|layout| layout.names.iter().cloned())
        .zip(values.iter().copied())
        .collect()
}

/// The observed variables of a simulation.
fn observed(layouts: &[Layout], values: &[f64]) -> Data {
    let mut offset = 0;
    let mut data = Data::new();
    for layout in layouts {
        let own = &values[offset..offset + layout.names.len()];
        offset += own.len();
        if layout.role == Role::Observe {
            let shape = layout.dimensions.iter().map(|dimension| dimension.labels.len()).collect();
            data.insert(layout.name.clone(), (shape, own.to_vec()));
        }
    }
    data
}

fn json(data: &Data) -> String {
    let fields: Vec<String> = data
        .iter()
        .map(|(name, (shape, values))| format!("\"{name}\": {}", nested(shape, values)))
        .collect();
    format!("{{{}}}", fields.join(", "))
}

fn nested(shape: &[usize], values: &[f64]) -> String {
    match shape.split_first() {
        None if values[0].is_nan() => "null".to_owned(),
        None => values[0].to_string(),
        Some((&length, rest)) => {
            let parts: Vec<String> =
                values.chunks(values.len() / length).map(|part| nested(rest, part)).collect();
            format!("[{}]", parts.join(", "))
        }
    }
}

/// A number an element of one plate.
pub fn column(values: impl IntoIterator<Item = f64>) -> (Vec<usize>, Vec<f64>) {
    let values: Vec<f64> = values.into_iter().collect();
    (vec![values.len()], values)
}
