//! summary.json, fit.json, summary.csv and draws.csv.

use std::num::NonZeroUsize;

use super::{fitted, sampled, written};
use pgmc::draws::{Chain, Dim, Draws, Estimate, Phase, Variable, summaries};
use pgmc::fit::settings::{
    Acceptance, Climb, Depth, Integration, Intervals, Maximum, MonteCarlo, Nodes, Nuts, Proposal,
    Size,
};
use pgmc::fit::{
    Answer, FileRecord, Likelihood, Maximised, Method, MethodName, Record, Settings, TextRecord,
};
use pgmc::inference::{Metric, NutsSettings, Silent, sample};
use pgmc::lower::Form;
use pgmc::marginal::numerics::NoiseSource;
use pgmc::report::{DrawsCsv, SummaryCsv, SummaryJson, summary_json};
use serde_json::{Value, json};

fn draws() -> Draws {
    let chain = |offset: f64| Chain {
        width: 4,
        values: (0..40)
            .map(|i| {
                if i % 4 == 3 {
                    f64::from(i / 4 % 2)
                } else {
                    offset + f64::from(i * i % 17) / 10.0
                }
            })
            .collect(),
        length: 10,
        warmup: Phase { gradients: 100, seconds: 0.1 },
        sampling: Phase { gradients: 70, seconds: 0.2 },
        ..Chain::default()
    };
    Draws {
        names: ["mu", "L[1,1]", "L[2,1]", "k"].map(str::to_owned).to_vec(),
        variables: vec![
            Variable::scalar("mu"),
            Variable {
                name: "L".to_owned(),
                dims: vec![Dim { plate: None, size: 2 }, Dim { plate: None, size: 1 }],
                discrete: false,
            },
            Variable { discrete: true, ..Variable::scalar("k") },
        ],
        chains: vec![chain(0.0), chain(0.25)],
    }
}

/// The keys that command-line.md promises, and null where there is no number.
#[test]
fn summary_json_has_what_is_promised() {
    let mut draws = draws();
    for chain in &mut draws.chains {
        for draw in 0..10 {
            chain.values[4 * draw + 2] = 7.0;
        }
    }
    let summaries = summaries(&draws, 1);
    let text = written(&SummaryJson, &sampled(draws, 500));
    let read: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(read["method"], "nuts");
    let names: Vec<&String> = read["variables"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["mu", "L[1,1]", "L[2,1]", "k"]);
    for key in ["mean", "sd", "q05", "q50", "q95", "mcse_mean", "ess_bulk", "ess_tail", "rhat"] {
        assert!(read["variables"]["mu"][key].is_number(), "{key}");
    }
    assert_eq!(read["variables"]["mu"]["mean"].as_f64(), Some(summaries[0].mean));
    let constant = &read["variables"]["L[2,1]"];
    assert_eq!(
        (&constant["mean"], &constant["sd"], &constant["rhat"]),
        (&json!(7.0), &json!(0.0), &Value::Null)
    );
    assert_eq!(read["variables"]["k"]["probabilities"], json!({ "0": 0.5, "1": 0.5 }));
    let sampler = &read["sampler"];
    for (key, value) in [
        ("chains", 2),
        ("warmup", 500),
        ("draws", 10),
        ("divergences", 0),
        ("max_depth_hits", 0),
        // Those of the run that was thrown away, too.
        ("gradient_evaluations", 840),
        ("gradient_evaluations_warmup", 700),
    ] {
        assert_eq!(sampler[key], json!(value), "{key}");
    }
    let attempts = sampler["attempts"].as_array().unwrap();
    let of = |key: &str| attempts.iter().map(|a| a[key].clone()).collect::<Vec<Value>>();
    assert_eq!(of("gradient_evaluations"), [json!(500), json!(340)]);
    assert_eq!(of("counts"), [json!(false), json!(true)]);
    assert_eq!(
        read["seconds"],
        json!({
            "compile": 0.003, "trials": 0.1, "warmup": 0.2, "sampling": 0.4,
            "attempts": [0.1, 0.1],
        })
    );
}

#[test]
fn summary_json_of_an_estimate() {
    let estimate = Estimate {
        q: vec![0.5],
        values: vec![1.5],
        std_errors: vec![f64::NAN],
        lower: vec![f64::NAN],
        upper: vec![f64::NAN],
        log_density: -10.0,
        covariance: vec![0.0],
        gradient_norm: 0.0,
        improvement: 0.0,
        iterations: 5,
        evaluations: 12,
        converged: true,
        hessian_positive_definite: false,
        undetermined: vec![0],
        running: Vec::new(),
        unbounded: false,
        starts: Vec::new(),
    };
    let likelihood = Likelihood {
        log_likelihood: -10.0,
        mcse: 0.0,
        bias: 0.0,
        parameters: 3,
        observations: 100,
    };
    let answer = Answer::Estimate(Maximised {
        names: vec!["sigma".to_owned()],
        variables: vec![Variable::scalar("sigma")],
        estimate,
        likelihood,
        integration: None,
    });
    let fitted = fitted(answer, MethodName::Ml);
    let value = summary_json::value(&fitted);
    assert_eq!(
        value["variables"]["sigma"],
        json!({ "estimate": 1.5, "std_error": null, "lower": null, "upper": null })
    );
    assert_eq!(value["aic"], json!(26.0));
    assert_eq!(value["bic"], json!(3.0 * 100f64.ln() + 20.0));
    for key in ["log_likelihood", "log_likelihood_mcse", "log_likelihood_bias"] {
        assert!(value[key].is_number(), "{key}");
    }
    assert_eq!(
        written(&SummaryCsv, &fitted),
        "variable,estimate,std_error,lower,upper\nsigma,1.5,,,\n"
    );
}

/// Settings of every kind.
fn all_settings() -> Vec<Settings> {
    let count = |n| NonZeroUsize::new(n).unwrap();
    let of =
        |method| Settings { method, seed: 7, threads: Some(count(2)), init: None, starts: None };
    let nuts = Method::Nuts(Nuts {
        chains: count(3),
        warmup: 0,
        draws: count(17),
        target_accept: Acceptance::new(0.87),
        max_depth: Depth::new(12).unwrap(),
        metric: Metric::LowRank,
        form: Form::Centred,
        collapse: true,
        draw_discrete: true,
    });
    let maximum = |integrate| Maximum {
        integrate,
        form: Form::Auxiliary,
        intervals: Intervals::Profile,
        draw_discrete: Some(Size { chains: count(4), draws: count(5) }),
    };
    let monte_carlo = |climb| {
        Integration::MonteCarlo(MonteCarlo {
            samples: count(64),
            proposal: Proposal::Prior,
            noise: NoiseSource::Antithetic,
            climb,
        })
    };
    let ways = [
        Integration::Auto,
        Integration::Exact,
        Integration::Laplace,
        Integration::Quadrature(Nodes::new(9).unwrap()),
        monte_carlo(Climb::SameNoise),
        monte_carlo(Climb::FreshNoise { minibatch: None }),
        monte_carlo(Climb::FreshNoise { minibatch: Some(count(100)) }),
    ];
    let mut all: Vec<Settings> =
        [MethodName::Nuts, MethodName::Map, MethodName::Ml].into_iter().map(Settings::of).collect();
    all.push(of(nuts));
    all.extend(ways.map(|way| of(Method::Ml(maximum(Some(way))))));
    all.push(of(Method::Map(maximum(None))));
    all
}

#[test]
fn the_record_of_a_fit_reads_back() {
    for settings in all_settings() {
        let record = Record {
            pgmc: "0.1.0".to_owned(),
            model: TextRecord::of("m.pgm", "param mu ~ Normal(0, 1)\n"),
            imports: vec![TextRecord::of("families.pgm", "")],
            data: vec![FileRecord {
                plate: Some("rows".to_owned()),
                path: "d.csv".to_owned(),
                place: "/data/d.csv".to_owned(),
                hash: "sha256:11".to_owned(),
            }],
            sizes: vec![("rows".to_owned(), 12)],
            settings,
        };
        let text = summary_json::text(&serde_json::to_value(&record).unwrap());
        let read: Record = serde_json::from_str(&text).unwrap();
        assert_eq!(read, record, "{text}");
    }
}

#[test]
fn a_record_cannot_hold_nonsense() {
    let whole = serde_json::to_value(Settings::of(MethodName::Nuts)).unwrap();
    for (key, nonsense) in [
        ("target_accept", json!(1.5)),
        ("max_depth", json!(0)),
        ("chains", json!(0)),
        ("metric", json!("lowrank")),
        ("minibatch", json!(10)),
    ] {
        let mut settings = whole.clone();
        settings["method"]["nuts"][key] = nonsense;
        let read: Result<Settings, _> = serde_json::from_value(settings);
        assert!(read.is_err(), "{key}: {read:?}");
    }
    assert!(serde_json::from_value::<Settings>(whole).is_ok());
}

#[test]
fn draws_csv_reads_back() {
    let draws = draws();
    let out = written(&DrawsCsv, &sampled(draws.clone(), 0));
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header, [".chain", ".iteration", ".draw", "mu", "L[1,1]", "L[2,1]", "k"]);
    let rows: Vec<Vec<f64>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(|cell| cell.parse().unwrap()).collect())
        .collect();
    assert_eq!(rows.len(), 20);
    assert_eq!(rows[13][..3], [2.0, 4.0, 14.0]);
    assert_eq!(rows[13][3..], *draws.chains[1].row(3));
    assert!(out.contains("\"L[1,1]\""), "names with commas are quoted");
}

#[test]
fn the_same_files_on_any_number_of_threads() {
    let files = |threads: usize| {
        let settings =
            NutsSettings { warmup: 150, draws: 50, threads, seed: 3, ..NutsSettings::default() };
        let density = super::Funnel;
        let run = sample(|| density.clone(), &settings, &Silent, &|| 0.0).unwrap();
        let names = ["v", "x"].map(str::to_owned).to_vec();
        let draws = Draws {
            names,
            variables: ["v", "x"].map(Variable::scalar).to_vec(),
            chains: run.chains,
        };
        assert_eq!(summaries(&draws, 1), summaries(&draws, threads));
        let fitted = sampled(draws, 150);
        (written(&DrawsCsv, &fitted), written(&SummaryCsv, &fitted))
    };
    let one = files(1);
    assert_eq!(one, files(4));
    assert_eq!(one.1.lines().count(), 3);
}
