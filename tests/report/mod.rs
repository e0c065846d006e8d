//! What the user sees: tables in the look that command-line.md promises, warnings, files.

use pgmc::density::LogDensity;
use pgmc::draws::{Draws, summaries};
use pgmc::fit::settings::{MethodName, Settings};
use pgmc::fit::{Answer, Attempt, Fitted, Overview, Run, Sampled, SamplerFacts, Seconds, Tried};
use pgmc::report::Format;

mod diagnostics;
mod files;
mod progress;
mod table;
mod warnings;

/// Neal's funnel in the centred form: v ~ Normal(0, 3), x ~ Normal(0, exp(v/2)).
#[derive(Clone)]
struct Funnel;

impl LogDensity for Funnel {
    fn dim(&self) -> usize {
        2
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        let (v, x) = (q[0], q[1]);
        let precision = (-v).exp();
        grad.copy_from_slice(&[-v / 9.0 - 0.5 + 0.5 * x * x * precision, -x * precision]);
        -v * v / 18.0 - 0.5 * v - 0.5 * x * x * precision
    }

    fn constrained_dim(&self) -> usize {
        2
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        values.copy_from_slice(q);
    }
}

/// A fit that this came out of.
fn fitted(answer: Answer, method: MethodName) -> Fitted {
    Fitted {
        settings: Settings::of(method),
        overview: Overview {
            parameters: 1,
            latents: 0,
            missing: 0,
            forms: Vec::new(),
            rows: Vec::new(),
            unknowns: 1,
            code_bytes: 100,
            compile_seconds: 0.003,
            gradient_seconds: 1e-6,
            integrated: None,
        },
        answer,
        discrete: None,
        findings: Vec::new(),
        attempts: Vec::new(),
        seconds: Seconds { compile: 0.003, trials: 0.1, warmup: 0.2, sampling: 0.4 },
    }
}

/// A fit that made these draws, after a run that was thrown away.
fn sampled(draws: Draws, warmup: usize) -> Fitted {
    let gradients: u64 =
        draws.chains.iter().map(|c| c.warmup.gradients + c.sampling.gradients).sum();
    let run = |target_accept, divergences, gradients, counts| Attempt {
        what: Tried::Run(Run { target_accept, divergences, max_depth_hits: 0, irreversible: 0 }),
        gradients,
        seconds: 0.1,
        counts,
    };
    let sampler = Some(SamplerFacts { warmup, target_accept: 0.98 });
    let sampled = Sampled { summaries: summaries(&draws, 1), draws, sampler };
    let mut fitted = fitted(Answer::Draws(sampled), MethodName::Nuts);
    fitted.attempts = vec![run(0.92, 3, 500, false), run(0.98, 0, gradients, true)];
    fitted
}

/// What a format writes.
fn written(format: &dyn Format, fitted: &Fitted) -> String {
    let mut out = Vec::new();
    assert!(format.applies(fitted), "{}", format.file());
    format.write(fitted, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
