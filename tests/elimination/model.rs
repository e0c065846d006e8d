//! A model's text and data → its density with discrete variables summed out, and the same by
//! enumeration.

use std::collections::HashMap;

use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::data;
use pgmc::density::LogDensity as _;
use pgmc::elimination::Recovery;
use pgmc::lower::{Form, Lowered, Question};
use pgmc::pipeline::{self, Density, Model};
use pgmc::program::{Builder, Computation, NodeId, OutputRole, evaluate, remove_dead, replay};

/// A model with its discrete variables still open. `file`: `data.csv` or `data.json`.
pub fn lowered(text: &str, file: &str, content: &str) -> Lowered {
    lowered_for(text, file, content, Question::Density { jacobian: true })
}

/// The same for any question.
pub fn lowered_for(text: &str, file: &str, content: &str, question: Question) -> Lowered {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let mut import = |_: &mut Sources, _: &str, span| {
        Err(Diagnostic::error("E0501", "no imports here").at(span, ""))
    };
    let model =
        Model::parse(&mut sources, source, &mut import).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    let files = match content {
        "" => Vec::new(),
        _ => {
            let read = data::read(&mut sources, file, None, content.as_bytes().to_vec());
            vec![read.unwrap_or_else(|e| panic!("{e:?}\n{text}"))]
        }
    };
    let binding =
        model.bind(&files, &[], Purpose::Fit, &sources).unwrap_or_else(|e| panic!("{e:?}\n{text}"));
    model.lowered(&binding, question, Form::Centred).unwrap_or_else(|e| panic!("{e:?}\n{text}"))
}

/// The compiled density with the discrete variables summed out.
pub fn density(lowered: &Lowered) -> Density {
    let eliminated = pipeline::summed_out(lowered.clone(), Question::Density { jacobian: true });
    let eliminated = eliminated.unwrap_or_else(|e| panic!("{e:?}"));
    pipeline::compile(eliminated.lowered).expect("compiles").density
}

/// The log density and its gradient.
pub fn value_and_gradient(density: &mut Density, q: &[f64]) -> (f64, Vec<f64>) {
    let mut gradient = vec![0.0; q.len()];
    let value = density.evaluate(q, &mut gradient);
    (value, gradient)
}

/// The log joint density at values of the discrete variables, by the interpreter.
pub struct Joint {
    program: Computation,
    /// For each discrete variable: how many elements and values it has.
    pub sizes: Vec<(usize, usize)>,
}

impl Joint {
    pub fn new(lowered: &Lowered) -> Self {
        let sizes = Recovery::new(lowered).map(|r| r.sizes()).unwrap_or_default();
        let discrete = lowered.discrete.clone();
        let mut b = Builder::resume(lowered.computation());
        b.program.outputs.clear();
        let terms: Vec<NodeId> = lowered.summands.iter().map(|s| b.sum(s.node, &s.axes)).collect();
        let mut instead = HashMap::new();
        for described in &discrete {
            let slot = b.slot(&described.axes);
            let ty = b.ty(described.position);
            let position = b.convert(slot, ty);
            instead.insert(described.position, position);
        }
        for term in replay(&mut b, &instead, &[], &terms) {
            b.output(OutputRole::Term, "", term);
        }
        Self { program: remove_dead(b.finish()), sizes }
    }

    pub fn at(&self, q: &[f64], positions: &[usize]) -> f64 {
        let whole: Vec<f64> =
            q.iter().copied().chain(positions.iter().map(|&p| p as f64)).collect();
        evaluate(&self.program.program, &self.program.values, &whole, 0).iter().map(|v| v[0]).sum()
    }

    /// How many values each element has.
    pub fn elements(&self) -> Vec<usize> {
        self.sizes
            .iter()
            .flat_map(|&(elements, values)| std::iter::repeat_n(values, elements))
            .collect()
    }

    /// Every combination of values with its log density.
    pub fn all(&self, q: &[f64]) -> Vec<(Vec<usize>, f64)> {
        let sizes = self.elements();
        let mut found = Vec::new();
        let mut positions = vec![0; sizes.len()];
        loop {
            found.push((positions.clone(), self.at(q, &positions)));
            let Some(place) = (0..sizes.len()).rev().find(|&i| positions[i] + 1 < sizes[i]) else {
                return found;
            };
            positions[place] += 1;
            positions[place + 1..].iter_mut().for_each(|p| *p = 0);
        }
    }
}

/// log Σ exp.
pub fn log_sum(values: impl Iterator<Item = f64> + Clone) -> f64 {
    let largest = values.clone().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    largest + values.map(|v| (v - largest).exp()).sum::<f64>().ln()
}

/// Central differences of the log density against its gradient.
pub fn check_gradient(density: &mut Density, q: &[f64], what: &str) {
    let (_, gradient) = value_and_gradient(density, q);
    for i in 0..q.len() {
        let h = 1e-5;
        let mut moved = q.to_vec();
        moved[i] = q[i] + h;
        let up = value_and_gradient(density, &moved).0;
        moved[i] = q[i] - h;
        let down = value_and_gradient(density, &moved).0;
        let expected = (up - down) / (2.0 * h);
        let tolerance = 1e-6 * (1.0 + expected.abs()) + 1e-15 * up.abs() / h * 10.0;
        assert!(
            (gradient[i] - expected).abs() <= tolerance,
            "{what}: {i}: {} instead of {expected}",
            gradient[i]
        );
    }
}
