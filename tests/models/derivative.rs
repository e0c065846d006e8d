//! A model's machine code against the interpreter: the value, and the gradient by differences.

use crate::support::random::Random;
use crate::support::worked::Worked;
use pgmc::base::{Diagnostic, Sources};
use pgmc::bind::Purpose;
use pgmc::data;
use pgmc::density::LogDensity as _;
use pgmc::lower::{Form, Scale};
use pgmc::pipeline::{Compiled, Model, compile};

/// How many random points.
const POINTS: usize = 3;

/// How many directions at each point; together they have a part in every coordinate.
const DIRECTIONS: usize = 30;

/// Compiles a model with its data and compares.
pub fn check(worked: &Worked) -> Result<(), String> {
    let compiled = compiled(worked).map_err(|why| format!("{}: {why}", worked.name))?;
    let mut density = compiled.density.clone();
    let mut random = Random::new(1);
    let (mut points, mut tries) = (0, 0);
    while points < POINTS {
        tries += 1;
        let q: Vec<f64> = (0..density.dim()).map(|_| random.between(-1.0, 1.0)).collect();
        let mut gradient = vec![0.0; q.len()];
        let value = density.evaluate(&q, &mut gradient);
        if value.is_finite() {
            points += 1;
            compare(&compiled, &q, value, &gradient, &mut random)
                .map_err(|why| format!("{}: {why}", worked.name))?;
        } else if tries > 10 * POINTS {
            return Err(format!("{}: the log density is finite nearly nowhere", worked.name));
        }
    }
    Ok(())
}

fn compiled(worked: &Worked) -> Result<Compiled, String> {
    let mut sources = Sources::new();
    let text = std::fs::read_to_string(&worked.model).map_err(|error| error.to_string())?;
    let source = sources.add(worked.model.display().to_string(), text);
    let mut import = |_: &mut Sources, path: &str, span| {
        Err(Diagnostic::error("E0501", format!("no import of {path} here")).at(span, ""))
    };
    let model = Model::parse(&mut sources, source, &mut import).map_err(words)?;
    let mut files = Vec::new();
    for argument in &worked.data {
        let (plate, path) = argument
            .split_once('=')
            .map_or((None, argument.as_str()), |(plate, path)| (Some(plate), path));
        let bytes = std::fs::read(path).map_err(|error| format!("{path}: {error}"))?;
        files.push(data::read(&mut sources, path, plate, bytes).map_err(words)?);
    }
    let binding = model.bind(&files, &[], Purpose::Fit, &sources).map_err(words)?;
    compile(model.density(&binding, Scale::Unconstrained, Form::Auto).map_err(words)?)
}

fn words(diagnostics: Vec<Diagnostic>) -> String {
    diagnostics.iter().map(|d| format!("{}: {}", d.code, d.message)).collect::<Vec<_>>().join("; ")
}

/// The log density by the interpreter.
fn interpreted(compiled: &Compiled, q: &[f64]) -> f64 {
    compiled.terms(q).iter().map(|(_, value)| value).sum()
}

fn compare(
    compiled: &Compiled,
    q: &[f64],
    value: f64,
    gradient: &[f64],
    random: &mut Random,
) -> Result<(), String> {
    let slow = interpreted(compiled, q);
    if (value - slow).abs() > 1e-10 * slow.abs().max(1.0) {
        return Err(format!("the machine's value is {value}, the interpreter's {slow}"));
    }
    let scale = gradient.iter().fold(0.0_f64, |m, g| m.max(g.abs()));
    for direction in directions(q.len(), random) {
        let along: f64 = gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
        // The step that suits the function's curvature is not known: too long a step bends away,
        // too short a one rounds.
        let error = |step: f64| (difference(compiled, q, &direction, step) - along).abs();
        let best = [1e-3, 1e-4, 1e-5].into_iter().map(error).fold(f64::INFINITY, f64::min);
        if best.is_nan() || best > 1e-6 * scale {
            return Err(format!(
                "a derivative of {along} is off by {best}, where the gradient's largest is {scale}"
            ));
        }
    }
    Ok(())
}

/// Sparse directions with entries in ±[0.5, 1]: coordinate k is in direction k modulo their number.
fn directions(size: usize, random: &mut Random) -> Vec<Vec<f64>> {
    let mut directions = vec![vec![0.0; size]; size.min(DIRECTIONS)];
    for k in 0..size {
        let sign = if random.between(-1.0, 1.0) < 0.0 { -1.0 } else { 1.0 };
        directions[k % DIRECTIONS.min(size)][k] = sign * random.between(0.5, 1.0);
    }
    directions
}

/// The derivative along a direction by the central formula of order four.
fn difference(compiled: &Compiled, q: &[f64], direction: &[f64], step: f64) -> f64 {
    let at = |h: f64| {
        let moved: Vec<f64> = q.iter().zip(direction).map(|(q, d)| q + h * d).collect();
        interpreted(compiled, &moved)
    };
    (8.0 * (at(step) - at(-step)) - (at(2.0 * step) - at(-2.0 * step))) / (12.0 * step)
}
