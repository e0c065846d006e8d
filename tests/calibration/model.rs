//! A model's text → ranks of what it simulated among the draws of fits.

use std::collections::HashMap;

use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::data;
use pgmc::density::LogDensity as _;
use pgmc::inference::{NutsSettings, Silent, sample};
use pgmc::lower::{Form, Layout, Question};
use pgmc::network::ir::Role;
use pgmc::pipeline::{Compiled, Model, Simulator, States, compile_open};

use super::ranks::{DATA_SETS, RANKED, assert_uniform, rank};
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
        let fitted = fit(case, &data, seed);
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
struct Fitted {
    names: Vec<String>,
    rows: Vec<Vec<f64>>,
}

fn fit(case: &Case, data: &Data, seed: u64) -> Fitted {
    let compiled = compiled(case, data);
    let draws = RANKED * case.thin;
    let settings = NutsSettings {
        chains: 1,
        warmup: WARMUP,
        draws,
        seed,
        threads: 1,
        keep_points: true,
        ..NutsSettings::default()
    };
    let run = sample(|| compiled.density.clone(), &settings, &Silent, &|| 0.0)
        .unwrap_or_else(|e| panic!("{e:?}\n{}", case.text));
    let chain = &run.chains[0];
    let dim = compiled.density.dim();
    let mut states = compiled
        .open
        .as_ref()
        .and_then(|open| States::new(open).unwrap_or_else(|e| panic!("{e:?}")));
    let mut names: Vec<String> =
        compiled.layouts.iter().flat_map(|layout| layout.names.clone()).collect();
    if let Some(states) = &states {
        names.extend(states.variables.iter().flat_map(|variable| variable.layout.names.clone()));
        names.extend(states.computed.iter().flat_map(|layout| layout.names.clone()));
    }
    let rows = (1..=RANKED).map(|kept| {
        let draw = kept * case.thin - 1;
        let mut row = chain.row(draw).to_vec();
        if let Some(states) = &mut states {
            row.extend(discrete(states, &chain.points[draw * dim..(draw + 1) * dim], draw as u64));
        }
        row
    });
    Fitted { rows: rows.collect(), names }
}

/// A joint draw of the discrete variables, and what is computed from it, in the order of the names.
fn discrete(states: &mut States, q: &[f64], seed: u64) -> Vec<f64> {
    let positions = states.draw(q, seed);
    let (own, computed) = states.values(q, &positions);
    let of = |variable: &pgmc::pipeline::StateVariable| {
        let first = variable.elements.start;
        variable.layout.positions.iter().map(|&place| own[first + place]).collect::<Vec<f64>>()
    };
    states.variables.iter().flat_map(of).chain(computed).collect()
}

fn parsed(text: &str) -> (Sources, Model) {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let mut import = |_: &mut Sources, _: &str, span| {
        Err(Diagnostic::error("E0501", "no imports here").at(span, ""))
    };
    let model = Model::parse(&mut sources, source, &mut import)
        .unwrap_or_else(|e| panic!("{e:#?}\n{text}"));
    (sources, model)
}

fn simulator(case: &Case) -> Simulator {
    let text = case.simulated.unwrap_or(case.text);
    let (mut sources, model) = parsed(text);
    let file = data::read(&mut sources, "inputs.json", None, json(&(case.inputs)()).into_bytes())
        .expect("a document");
    let binding = model
        .bind(&[file], &[], Purpose::Simulate, &sources)
        .unwrap_or_else(|e| panic!("{e:#?}\n{text}"));
    let lowered = model
        .program(&binding, Question::Simulation, Form::Auto)
        .unwrap_or_else(|e| panic!("{e:#?}\n{text}"));
    Simulator::new(lowered).expect("this machine has machine code")
}

fn compiled(case: &Case, data: &Data) -> Compiled {
    let (mut sources, model) = parsed(case.text);
    let file =
        data::read(&mut sources, "data.json", None, json(data).into_bytes()).expect("a document");
    let binding = model
        .bind(&[file], &[], Purpose::Fit, &sources)
        .unwrap_or_else(|e| panic!("{e:#?}\n{}\n{data:?}", case.text));
    let question = Question::Density { jacobian: true };
    let open = model
        .lowered(&binding, question, case.form)
        .unwrap_or_else(|e| panic!("{e:#?}\n{}", case.text));
    compile_open(open, question).unwrap_or_else(|e| panic!("{e:#?}\n{}", case.text))
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
