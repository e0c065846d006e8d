//! A model's text → its log density on the unconstrained scale, with its variables.

use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::gradient::differentiate;
use pgmc::lower::{DensityProgram, Form, Layout, Scale};
use pgmc::pipeline::Model;
use pgmc::program::{Computation, check, evaluate};

/// A model that can be evaluated at a point.
pub struct Made {
    density: DensityProgram,
    differentiated: Computation,
}

/// The value at a point.
pub struct Point {
    /// The log density.
    pub value: f64,
    /// Its gradient.
    pub gradient: Vec<f64>,
    variables: Vec<(Layout, Vec<f64>)>,
}

/// What the compiler makes of a text with data in JSON.
pub fn compiled(text: &str, json: &str, scale: Scale) -> Result<DensityProgram, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let model = Model::parse(&mut sources, source, &mut |_, path, _| {
        unreachable!("no file is imported: {path}")
    })?;
    let data = pgmc::data::read(&mut sources, "data.json", None, json.as_bytes().to_vec())?;
    let binding = model.bind(&[data], &[], Purpose::Fit, &sources)?;
    model.density(&binding, scale, Form::Auto)
}

/// The model with the Jacobian of its transforms.
pub fn made(text: &str, json: &str) -> Made {
    on_scale(text, json, Scale::Unconstrained)
}

/// The model with its parameters on this scale.
pub fn on_scale(text: &str, json: &str, scale: Scale) -> Made {
    let density = compiled(text, json, scale)
        .unwrap_or_else(|errors| panic!("{errors:#?}\nin\n{text}\nwith\n{json}"));
    let program = &density.computation.program;
    check(program).unwrap_or_else(|e| panic!("{e:?}\n{}", pgmc::program::print(program)));
    let differentiated = differentiate(density.computation.clone().without_outputs());
    check(&differentiated.program).unwrap_or_else(|e| panic!("{e:?}"));
    Made { density, differentiated }
}

impl Made {
    /// The number of coordinates.
    pub fn dim(&self) -> usize {
        self.density.computation.program.slots
    }

    /// Everything at a point; `seed` matters to simulations only.
    pub fn at(&self, q: &[f64], seed: u64) -> Point {
        let Computation { program, values } = &self.density.computation;
        let outputs = evaluate(program, values, q, seed);
        let variables = self.density.layouts.iter().cloned().zip(outputs).collect();
        let outputs = evaluate(&self.differentiated.program, &self.differentiated.values, q, seed);
        let gradient = outputs.get(1..).unwrap_or_default().concat();
        Point { value: outputs.first().map_or(f64::NAN, |o| o[0]), gradient, variables }
    }
}

impl Point {
    /// The elements of a variable, the last declared axis fastest.
    pub fn variable(&self, name: &str) -> Vec<f64> {
        let (layout, values) =
            self.variables.iter().find(|(l, _)| l.name == name).expect("the variable is an output");
        layout.positions.iter().map(|&p| values[p]).collect()
    }
}

/// The derivative at 0, by five points; their error is of the order of the step's fourth power.
pub fn slope(f: impl Fn(f64) -> f64) -> f64 {
    let h = 1e-3;
    (f(-2.0 * h) - 8.0 * f(-h) + 8.0 * f(h) - f(2.0 * h)) / (12.0 * h)
}

/// `q` with one coordinate moved.
pub fn moved(q: &[f64], i: usize, step: f64) -> Vec<f64> {
    let mut q = q.to_vec();
    q[i] += step;
    q
}
