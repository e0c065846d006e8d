//! summary.json, fit.json, summary.csv and draws.csv.

use pgmc::draws::{Chain, Dim, Draws, Estimate, Phase, Variable, summaries};
use pgmc::inference::{NutsSettings, Silent, sample};
use pgmc::report::headline::Seconds;
use pgmc::report::json::{FileRecord, FitRecord, Likelihood};
use pgmc::report::{csv_files, json};
use serde_json::{Map, Value, json};

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

const SECONDS: Seconds = Seconds { compile: 0.003, warmup: 0.2, sampling: 0.4 };

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
    let text = json::text(&json::of_draws("nuts", &draws, &summaries, 500, SECONDS));
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
        ("gradient_evaluations", 340),
    ] {
        assert_eq!(sampler[key], json!(value), "{key}");
    }
    assert_eq!(read["seconds"], json!({ "compile": 0.003, "warmup": 0.2, "sampling": 0.4 }));
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
    let names = ["sigma".to_owned()];
    let value = json::of_estimate(
        "ml",
        &names,
        &[Variable::scalar("sigma")],
        &estimate,
        likelihood,
        SECONDS,
    );
    assert_eq!(
        value["variables"]["sigma"],
        json!({ "estimate": 1.5, "std_error": null, "lower": null, "upper": null })
    );
    assert_eq!(value["aic"], json!(26.0));
    assert_eq!(value["bic"], json!(3.0 * 100f64.ln() + 20.0));
    for key in ["log_likelihood", "log_likelihood_mcse", "log_likelihood_bias"] {
        assert!(value[key].is_number(), "{key}");
    }
    let mut out = Vec::new();
    csv_files::estimates(&names, &estimate, &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "variable,estimate,std_error,lower,upper\nsigma,1.5,,,\n"
    );
}

#[test]
fn fit_json_repeats_a_fit() {
    let record = FitRecord {
        pgmc: "0.1.0".to_owned(),
        model: FileRecord { path: "m.pgm".to_owned(), hash: "sha256:00".to_owned() },
        model_text: "param mu ~ Normal(0, 1)\n".to_owned(),
        data: vec![FileRecord { path: "d.csv".to_owned(), hash: "sha256:11".to_owned() }],
        method: "nuts".to_owned(),
        seed: 7,
        settings: Map::from_iter([("chains".to_owned(), json!(4))]),
    };
    let value = json::of_fit(&record).unwrap();
    assert_eq!(value["model"]["hash"], "sha256:00");
    assert_eq!(value["model_text"], record.model_text);
    assert_eq!((&value["seed"], &value["settings"]["chains"]), (&json!(7), &json!(4)));
}

#[test]
fn draws_csv_reads_back() {
    let draws = draws();
    let mut out = Vec::new();
    csv_files::draws(&draws, &mut out).unwrap();
    let mut reader = csv::Reader::from_reader(out.as_slice());
    let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    assert_eq!(header, [".chain", ".iteration", ".draw", "mu", "L[1,1]", "L[2,1]", "k"]);
    let rows: Vec<Vec<f64>> = reader
        .records()
        .map(|row| row.unwrap().iter().map(|cell| cell.parse().unwrap()).collect())
        .collect();
    assert_eq!(rows.len(), 20);
    assert_eq!(rows[13][..3], [2.0, 4.0, 14.0]);
    assert_eq!(rows[13][3..], *draws.chains[1].row(3));
    assert!(String::from_utf8(out).unwrap().contains("\"L[1,1]\""), "names with commas are quoted");
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
        let (mut all, mut short) = (Vec::new(), Vec::new());
        csv_files::draws(&draws, &mut all).unwrap();
        csv_files::summaries(&draws.names, &summaries(&draws, threads), &mut short).unwrap();
        (all, short)
    };
    let one = files(1);
    assert_eq!(one, files(4));
    assert_eq!(String::from_utf8(one.1).unwrap().lines().count(), 3);
}
