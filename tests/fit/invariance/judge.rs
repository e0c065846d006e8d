//! Fits a case in both units, and compares.

use std::path::Path;

use pgmc::bind::Purpose;
use pgmc::fit::{Alone, Answer, MethodName, Settings, fit};

use super::case::Case;
use crate::support::models::bound;

/// Nats between the two log likelihoods; what rounding of large sums leaves is added.
const LIKELIHOOD: f64 = 1e-6;
const ROUNDING: f64 = 1e-11;
/// Between estimates, in standard errors. A log likelihood that is too low by 1e-6 is √2e-6 = 0.0014
/// standard errors away.
const ESTIMATE: f64 = 2e-3;
/// Between standard errors, relative.
const ERROR: f64 = 1e-4;

/// What a fit said.
struct Said {
    codes: Vec<&'static str>,
    names: Vec<String>,
    values: Vec<f64>,
    errors: Vec<f64>,
    log_likelihood: f64,
}

/// How the fit in other units stands to that in convenient ones.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Right,
    /// Convenient units have no answer either: no maximum was found, or it is not a point.
    Both(String),
    /// A finding in the other units alone.
    Flagged(String),
    /// Another answer, and no word of it.
    Wrong(String),
}

/// An estimate at the bound of its range: an answer, which must be the same.
const AT_BOUND: &str = "W0415";
/// Another, lower maximum was seen: a word on the search and not on the answer.
const SEVERAL_MAXIMA: &str = "W0413";

fn said(case: &Case, raw: bool) -> Said {
    let data = ("data.csv", case.csv(raw));
    let (model, binding) = bound(&case.text, data, Purpose::Fit);
    let failed = |code| Said {
        codes: vec![code],
        names: Vec::new(),
        values: Vec::new(),
        errors: Vec::new(),
        log_likelihood: f64::NAN,
    };
    let settings = Settings { seed: 1, ..Settings::of(MethodName::Ml) };
    let fitted = match fit(&model, &binding, &settings, &Alone) {
        Ok(fitted) => fitted,
        Err(errors) => return failed(errors[0].code),
    };
    let findings = fitted.findings.iter().map(|finding| finding.diagnostic.code);
    // Notes tell what was done; they take nothing back.
    let telling = |code: &&str| !code.starts_with('N') && *code != SEVERAL_MAXIMA;
    let codes: Vec<&'static str> = findings.filter(telling).collect();
    let Answer::Estimate(maximised) = fitted.answer else { panic!("an estimate") };
    Said {
        codes,
        names: maximised.names,
        values: maximised.estimate.values,
        errors: maximised.estimate.std_errors,
        log_likelihood: maximised.likelihood.log_likelihood,
    }
}

impl Said {
    fn index(&self, name: &str) -> usize {
        let found = self.names.iter().position(|n| n == name);
        found.unwrap_or_else(|| panic!("{name} is not among {:?}", self.names))
    }
}

/// Compares a fit in other units with that in convenient ones.
pub fn judged(case: &Case) -> Verdict {
    let (reference, raw) = (said(case, false), said(case, true));
    let off = raw.log_likelihood + case.jacobian - reference.log_likelihood;
    let allowed = LIKELIHOOD + ROUNDING * (raw.log_likelihood.abs() + case.jacobian.abs());
    let likelihood = format!("log likelihood {off:+.3e}");
    let same = off.abs() <= allowed;
    let said = format!("{:?} and {:?}, {likelihood}", reference.codes, raw.codes);
    let is_answer = |codes: &[&str]| codes.iter().all(|code| *code == AT_BOUND);
    if !is_answer(&reference.codes) {
        // The climb in other units may get further, but not end lower and say nothing.
        let lower = raw.codes.is_empty() && off < -allowed;
        return if lower { Verdict::Wrong(said) } else { Verdict::Both(said) };
    }
    if raw.codes != reference.codes {
        return Verdict::Flagged(said);
    }
    if !same {
        return Verdict::Wrong(said);
    }
    // At a bound there are no standard errors to compare.
    if !reference.codes.is_empty() {
        return Verdict::Right;
    }
    match differences(case, &reference, &raw) {
        wrong if wrong.is_empty() => Verdict::Right,
        wrong => Verdict::Wrong(wrong.join(", ")),
    }
}

/// Estimates and standard errors that differ.
fn differences(case: &Case, reference: &Said, raw: &Said) -> Vec<String> {
    let mut wrong = Vec::new();
    for moved in &case.moves {
        let (i, j) = (reference.index(&moved.name), raw.index(&moved.name));
        let other = |(name, by): &(String, f64)| by * reference.values[reference.index(name)];
        let others: f64 = moved.others.iter().map(other).sum();
        let expected = moved.factor * reference.values[i] + others + moved.constant;
        let (error, its) = (moved.factor.abs() * reference.errors[i], raw.errors[j]);
        // Rounding of what is subtracted from each other is no difference.
        let rounding = 1e-9 * (others.abs() + moved.constant.abs());
        let off = (raw.values[j] - expected).abs() - rounding;
        if off.is_nan() || its.is_nan() || off > ESTIMATE * its.max(error) {
            let (a, b) = (raw.values[j], expected);
            wrong.push(format!("{} is {a:.6e} and not {b:.6e} ± {its:.1e}", moved.name));
        }
        let relative = (its / error - 1.0).abs();
        if moved.keeps_error() && (relative.is_nan() || relative > ERROR) {
            wrong.push(format!("the error of {} is {its:.6e} and not {error:.6e}", moved.name));
        }
    }
    wrong
}

/// Writes a case as files, for the command to be run on.
pub fn keep(case: &Case, folder: &Path, name: &str) {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    let write = |file: &str, text: &str| std::fs::write(folder.join(file), text).expect("written");
    write("model.pgm", &case.text);
    write("data.csv", &case.csv(true));
    write("reference.csv", &case.csv(false));
}
