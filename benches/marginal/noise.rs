//! How the error of a log likelihood by Monte Carlo falls with the number of samples: a table, and
//! the plot docs/noise.svg.
//!
//! Run: cargo bench --bench noise

mod compile;

use std::fmt::Write as _;
use std::path::Path;

use compile::compile;
use pgmc::density::LogDensity as _;
use pgmc::inference::{OptimiseSettings, Silent, optimise};
use pgmc::lower::Form;
use pgmc::marginal::Joint;
use pgmc::marginal::numerics::{Marginal, NoiseSource, Rule};

const TEXT: &str = include_str!("../../models/hidden_regression/model.pgm");
const TABLE: &str = include_str!("../../models/hidden_regression/data.csv");

/// Sets of points that an error is the root mean square over: it is known to 1/√(2·32), 12%.
const SETS: u64 = 32;

const SAMPLES: [usize; 6] = [16, 64, 256, 1024, 4096, 16384];

const SOURCES: [(&str, NoiseSource, &str); 3] = [
    ("pseudo-random", NoiseSource::Pseudo, "#b04a3a"),
    ("antithetic", NoiseSource::Antithetic, "#c08a2a"),
    ("scrambled Sobol", NoiseSource::Sobol, "#2f6f9f"),
];

fn prior(samples: usize, source: NoiseSource, seed: u64) -> Rule {
    Rule::Prior { samples, source, seed }
}

/// The root mean square error at the maximum.
fn error(
    density: &Marginal<Joint>,
    q: &[f64],
    exact: f64,
    samples: usize,
    source: NoiseSource,
) -> f64 {
    let (mut square, mut gradient) = (0.0, vec![0.0; q.len()]);
    for seed in 0..SETS {
        square += (density.with_rule(prior(samples, source, seed)).evaluate(q, &mut gradient)
            - exact)
            .powi(2);
    }
    (square / SETS as f64).sqrt()
}

/// The slope of the logarithm of the error in that of the samples, where these are many: with few
/// the bias of the log of a mean, which falls as 1/L, hides the spread.
fn slope(errors: &[f64]) -> f64 {
    let [first, last] = [3, SAMPLES.len() - 1];
    (errors[last] / errors[first]).ln() / (SAMPLES[last] as f64 / SAMPLES[first] as f64).ln()
}

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 360.0;

/// Where a point lies: 2⁴ to 2¹⁴ across, 10⁻³ to 10² upwards.
fn place(samples: usize, error: f64) -> (f64, f64) {
    let across = ((samples as f64).log2() - 4.0) / 10.0;
    (60.0 + across * (WIDTH - 190.0), 20.0 + (2.0 - error.log10()) / 5.0 * (HEIGHT - 70.0))
}

/// Both axes logarithmic, a line a kind of noise.
fn plot(curves: &[Vec<f64>]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    grid(&mut svg);
    for ((name, _, colour), errors) in SOURCES.iter().zip(curves) {
        let places: Vec<(f64, f64)> =
            SAMPLES.iter().zip(errors).map(|(&s, &e)| place(s, e)).collect();
        let line: Vec<String> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            line.join(" ")
        );
        let (x, y) = places[places.len() - 1];
        let _ = writeln!(
            svg,
            "<text x=\"{:.1}\" y=\"{:.1}\" fill=\"{colour}\">{name}</text>",
            x + 8.0,
            y + 4.0
        );
    }
    svg + "</svg>\n"
}

/// Lines at powers of ten, and the names of both axes.
fn grid(svg: &mut String) {
    for power in -3..=2 {
        let ((left, y), (right, _)) = (place(16, 10.0_f64.powi(power)), place(16384, 1.0));
        let _ = writeln!(svg, "<path d=\"M{left} {y}H{right}\" stroke=\"#ddd\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            left - 6.0,
            y + 4.0,
            10.0_f64.powi(power)
        );
    }
    for samples in SAMPLES {
        let (x, y) = place(samples, 1e-3);
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{samples}</text>",
            y + 18.0
        );
    }
    let (middle, bottom) = place(512, 1e-3);
    let _ = writeln!(
        svg,
        "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">samples L</text>",
        bottom + 38.0
    );
    let _ = writeln!(
        svg,
        "<text transform=\"translate(14 150) rotate(-90)\" text-anchor=\"middle\">error of the \
         log likelihood, nats</text>"
    );
}

fn main() {
    let (mut exactly, _) = compile(TEXT, TABLE, Rule::Laplace, Form::Auto);
    let found =
        optimise(&mut exactly, &OptimiseSettings::default(), &Silent).expect("a finite density");
    let (density, _) = compile(TEXT, TABLE, prior(16, NoiseSource::Sobol, 0), Form::Auxiliary);
    let of = |source: NoiseSource| -> Vec<f64> {
        SAMPLES
            .iter()
            .map(|&samples| error(&density, &found.q, found.log_density, samples, source))
            .collect()
    };
    let curves: Vec<Vec<f64>> = SOURCES.iter().map(|(_, source, _)| of(*source)).collect();
    println!(
        "exact log likelihood {:.4}\n\n| L | pseudo-random | antithetic | scrambled Sobol \
         |\n|---|---|---|---|",
        found.log_density
    );
    for (i, samples) in SAMPLES.iter().enumerate() {
        let cells: Vec<String> = curves.iter().map(|errors| format!("{:.3}", errors[i])).collect();
        println!("| {samples} | {} |", cells.join(" | "));
    }
    let slopes: Vec<String> = curves.iter().map(|errors| format!("{:.2}", slope(errors))).collect();
    println!("| slope from 1024 | {} |", slopes.join(" | "));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/noise.svg");
    std::fs::write(&path, plot(&curves)).expect("the folder docs can be written");
}
