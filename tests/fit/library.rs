//! A fit from the library is the fit of the command: the same numbers, findings as data, and
//! everything that was tried with its cost.

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use pgmc::bind::Purpose;
use pgmc::fit::settings::{Acceptance, Intervals, Maximum, Nuts};
use pgmc::fit::{
    Alone, Answer, Fitted, Method, MethodName, News, Settings, Tried, World, default_method, fit,
};
use pgmc::report::{DrawsCsv, Format, SummaryCsv};

use crate::command::{folder, pgmc, stderr};
use crate::support::models::{bound, parsed};

const SCHOOLS: &str = "plate schools\ninput sigma[schools] : positive\nparam mu ~ Normal(0, 5)
param tau ~ HalfCauchy(5)\nlatent theta[schools] ~ Normal(mu, tau)
observe y[schools] ~ Normal(theta, sigma)\n";

const RESULTS: &str = "y,sigma\n28,15\n8,10\n-3,16\n7,11\n-1,9\n1,11\n18,10\n12,18\n";

/// A model whose steps that suit the wide end of its posterior are too long in the neck.
const FUNNEL: &str = "plate rows\nplate sides = 3\nparam v ~ Normal(0, 3)
latent x[sides] ~ Normal(0, exp(v / 2))\nobserve y[rows] ~ Normal(v, 10)\n";

fn short(method: Nuts, seed: u64) -> Settings {
    let draws = NonZeroUsize::new(200).expect("draws");
    let nuts = Nuts { warmup: 200, draws, ..method };
    Settings { seed, method: Method::Nuts(nuts), ..Settings::of(MethodName::Nuts) }
}

fn of(text: &str, data: &str, settings: &Settings, world: &dyn World) -> Fitted {
    let (model, binding) = bound(text, ("data.csv", data.to_owned()), Purpose::Fit);
    fit(&model, &binding, settings, world).unwrap_or_else(|e| panic!("{e:#?}\n{text}"))
}

fn written(format: &dyn Format, fitted: &Fitted) -> Vec<u8> {
    let mut out = Vec::new();
    format.write(fitted, &mut out).expect("written");
    out
}

#[test]
fn the_command_gives_what_the_library_gives() {
    let folder = folder("library");
    std::fs::write(folder.join("model.pgm"), SCHOOLS).expect("written");
    std::fs::write(folder.join("data.csv"), RESULTS).expect("written");
    let line = "fit model.pgm data.csv --seed 5 --warmup 200 --draws 200 --out kept --quiet";
    let output = pgmc(&folder, &line.split(' ').collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let fitted = of(SCHOOLS, RESULTS, &short(Nuts::default(), 5), &Alone);
    let kept = |name: &str| std::fs::read(folder.join("kept").join(name)).expect("kept");
    assert!(kept("draws.csv") == written(&DrawsCsv, &fitted), "draws.csv differs");
    assert!(kept("summary.csv") == written(&SummaryCsv, &fitted), "summary.csv differs");
}

#[test]
fn every_attempt_is_told_with_its_cost() {
    let fitted = of(FUNNEL, "y\n1\n", &short(Nuts::default(), 2), &Alone);
    let forms = fitted.attempts.iter().filter(|a| matches!(a.what, Tried::Form { .. }));
    assert!(forms.clone().count() >= 2, "{:?}", fitted.attempts);
    assert_eq!(forms.filter(|a| a.counts).count(), 1, "one form was chosen");
    let runs = fitted.attempts.iter().filter(|a| matches!(a.what, Tried::Run(_)));
    assert_eq!(runs.filter(|a| a.counts).count(), 1, "one run counts");
    assert!(fitted.attempts.iter().all(|a| a.gradients > 0), "{:?}", fitted.attempts);
    let all: u64 = fitted.attempts.iter().map(|a| a.gradients).sum();
    assert_eq!(fitted.gradients(), all);
}

#[test]
fn a_repeated_run_is_among_the_findings() {
    let nuts = Nuts { form: pgmc::lower::Form::Centred, ..Nuts::default() };
    let fitted = of(FUNNEL, "y\n1\n", &short(nuts, 2), &Alone);
    let codes: Vec<&str> = fitted.findings.iter().map(|f| f.diagnostic.code).collect();
    assert!(codes.contains(&"N0403"), "{codes:?}");
}

#[test]
fn findings_are_data() {
    let nuts = Nuts {
        form: pgmc::lower::Form::Centred,
        target_accept: Acceptance::new(0.6),
        ..Nuts::default()
    };
    let fitted = of(FUNNEL, "y\n1\n", &short(nuts, 2), &Alone);
    let diverged = fitted.findings.iter().find(|f| f.diagnostic.code == "W0401");
    let diverged = diverged.expect("steps are too long, and are not to be shortened");
    let Answer::Draws(sampled) = &fitted.answer else { panic!("draws") };
    let stats = sampled.draws.chains.iter().flat_map(|chain| &chain.stats);
    let count = stats.filter(|stats| stats.divergent).count();
    assert_eq!(diverged.figures, [("divergences", count as f64)]);
    let advice = diverged.diagnostic.help.as_ref().expect("advice");
    let changes: Vec<_> = advice.changes().collect();
    let expected = if 10 * count > sampled.draws.total() {
        ("form", "auxiliary")
    } else {
        ("target_accept", "0.95")
    };
    assert_eq!(changes, [expected]);
}

/// Not lost with `--quiet`, and kept in `log.txt`.
#[test]
fn a_repeated_run_is_told_when_quiet_too() {
    let folder = folder("quiet");
    std::fs::write(folder.join("model.pgm"), FUNNEL).expect("written");
    std::fs::write(folder.join("data.csv"), "y\n1\n").expect("written");
    let line = "fit model.pgm data.csv --form centred --seed 2 --warmup 200 --draws 200 --quiet \
                --out kept";
    let output = pgmc(&folder, &line.split_whitespace().collect::<Vec<_>>());
    assert!(stderr(&output).contains("note[N0403]"), "{}", stderr(&output));
    let log = std::fs::read_to_string(folder.join("kept/log.txt")).expect("kept");
    assert!(log.contains("note[N0403]"), "{log}");
}

/// Counts what it hears, and asks for the end after some steps.
#[derive(Default)]
struct Impatient {
    steps: AtomicUsize,
    heard: Mutex<Vec<&'static str>>,
}

impl World for Impatient {
    fn seconds(&self) -> f64 {
        0.0
    }

    fn processor_seconds(&self) -> Option<f64> {
        None
    }

    fn stop_requested(&self) -> bool {
        self.steps.load(Ordering::Relaxed) > 2000
    }

    fn hear(&self, news: News<'_>) {
        let word = match news {
            News::Compiled(_) => "compiled",
            News::Note(_) => "note",
            News::Sampling { .. } => "sampling",
            News::Step(_) => {
                self.steps.fetch_add(1, Ordering::Relaxed);
                return;
            }
            News::Sampled => "sampled",
        };
        self.heard.lock().expect("no panic").push(word);
    }
}

#[test]
fn the_world_hears_of_the_work_and_can_end_it() {
    let world = Impatient::default();
    let settings = Settings { seed: 1, ..Settings::of(MethodName::Nuts) };
    let fitted = of(SCHOOLS, RESULTS, &settings, &world);
    assert_eq!(*world.heard.lock().expect("no panic"), ["compiled", "sampling", "sampled"]);
    let Answer::Draws(sampled) = &fitted.answer else { panic!("draws") };
    assert!(sampled.draws.per_chain() < 3000, "it was ended early");
    assert!(fitted.findings.iter().any(|f| f.diagnostic.code == "W0408"));
}

#[test]
fn the_method_follows_from_the_priors() {
    let default = |text: &str| {
        let (method, note) = default_method(&parsed(text).1.network);
        (method, note.map(|note| note.code))
    };
    let rows = "plate rows\nobserve y[rows] ~ Normal(a, 1)\n";
    assert_eq!(default(&format!("{rows}param a ~ Normal(0, 1)")), (MethodName::Nuts, None));
    assert_eq!(default(&format!("{rows}param a")), (MethodName::Ml, None));
    assert_eq!(
        default(&format!("{rows}param a ~ Normal(b, 1)\nparam b")),
        (MethodName::Nuts, Some("N0401"))
    );
}

/// Whether estimates are those of the closed form: mean and spread of normal data, by `ml`.
#[test]
fn an_estimate_has_its_likelihood() {
    let text = "plate rows\nparam m\nparam s : positive\nobserve y[rows] ~ Normal(m, s)\n";
    let maximum = Maximum { intervals: Intervals::Profile, ..Maximum::default() };
    let settings =
        Settings { method: Method::Ml(maximum), seed: 0, threads: None, init: None, starts: None };
    let fitted = of(text, "y\n1\n2\n4\n9\n", &settings, &Alone);
    let Answer::Estimate(maximised) = &fitted.answer else { panic!("an estimate") };
    // Mean 4, variance 38/4 with divisor n: log L = -n/2 (log 2πσ² + 1).
    let variance: f64 = 9.5;
    let expected = -2.0 * ((2.0 * std::f64::consts::PI * variance).ln() + 1.0);
    assert!((maximised.likelihood.log_likelihood - expected).abs() < 1e-9);
    assert!((maximised.likelihood.aic() - (4.0 - 2.0 * expected)).abs() < 1e-9);
    assert!((maximised.likelihood.bic() - (2.0 * 4f64.ln() - 2.0 * expected)).abs() < 1e-9);
    assert!((maximised.estimate.values[0] - 4.0).abs() < 1e-6, "{maximised:?}");
    assert!((maximised.estimate.values[1] - variance.sqrt()).abs() < 1e-6, "{maximised:?}");
}

/// A report of many draws has a file of parameters too.
#[test]
fn simulated_parameters_are_written_for_many_draws() {
    let folder = folder("simulated");
    let text = "plate rows = 3\nparam a ~ Normal(0, 1)\nlatent b[rows] ~ Normal(a, 1)
observe y[rows] ~ Normal(b, 1)\n";
    std::fs::write(folder.join("model.pgm"), text).expect("written");
    let line = "simulate model.pgm --draws 4 --seed 3 --parameters truth.csv";
    let output = pgmc(&folder, &line.split(' ').collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let read = |text: &str| -> Vec<Vec<String>> {
        text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let truth = std::fs::read_to_string(Path::new(&folder).join("truth.csv")).expect("written");
    let (truth, all) = (read(&truth), read(&String::from_utf8_lossy(&output.stdout)));
    assert_eq!(truth.len(), 5, "a heading and four draws");
    assert_eq!(truth[0], ["a", "b[1]", "b[2]", "b[3]"]);
    let wanted: Vec<usize> = (0..all[0].len()).filter(|&i| truth[0].contains(&all[0][i])).collect();
    for (parameters, draw) in truth.iter().zip(&all) {
        let of_draw: Vec<&String> = wanted.iter().map(|&i| &draw[i]).collect();
        assert_eq!(of_draw, parameters.iter().collect::<Vec<_>>());
    }
}
