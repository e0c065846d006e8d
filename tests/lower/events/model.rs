//! A model's text → its log density on the unconstrained scale, with its variables.

use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::gradient::differentiate;
use pgmc::lower::{Form, Layout, Lowered, Question};
use pgmc::pipeline::Model;
use pgmc::program::{Computation, check, evaluate};

/// A model that can be evaluated at a point.
pub struct Made {
    lowered: Lowered,
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
pub fn compiled(text: &str, json: &str, question: Question) -> Result<Lowered, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let model = Model::parse(&mut sources, source, &mut |_, path, _| {
        unreachable!("no file is imported: {path}")
    })?;
    let data = pgmc::data::read(&mut sources, "data.json", None, json.as_bytes().to_vec())?;
    let purpose = if question == Question::Simulation { Purpose::Simulate } else { Purpose::Fit };
    let binding = model.bind(&[data], &[], purpose, &sources)?;
    model.program(&binding, question, Form::Auto)
}

/// The model with the Jacobian of its transforms.
pub fn made(text: &str, json: &str) -> Made {
    asked(text, json, Question::Density { jacobian: true })
}

/// The model with an answer to the question.
pub fn asked(text: &str, json: &str, question: Question) -> Made {
    let lowered = compiled(text, json, question)
        .unwrap_or_else(|errors| panic!("{errors:#?}\nin\n{text}\nwith\n{json}"));
    check(&lowered.program)
        .unwrap_or_else(|e| panic!("{e:?}\n{}", pgmc::program::print(&lowered.program)));
    let mut bare = lowered.program.clone();
    bare.outputs.clear();
    let differentiated =
        differentiate(Computation { program: bare, values: lowered.values.clone() });
    check(&differentiated.program).unwrap_or_else(|e| panic!("{e:?}"));
    Made { lowered, differentiated }
}

impl Made {
    /// The number of coordinates.
    pub fn dim(&self) -> usize {
        self.lowered.program.slots
    }

    /// Everything at a point; `seed` matters to simulations only.
    pub fn at(&self, q: &[f64], seed: u64) -> Point {
        let outputs = evaluate(&self.lowered.program, &self.lowered.values, q, seed);
        let variables = self.lowered.layouts.iter().cloned().zip(outputs).collect();
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
