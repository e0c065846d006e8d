//! A fit by NUTS: run it, print the table and the warnings, keep the files.

use std::io::IsTerminal as _;
use std::time::Instant;

use indicatif::ProgressDrawTarget;
use pgmc::base::Diagnostic;
use pgmc::density::LogDensity;
use pgmc::draws::{Draws, chain, summaries};
use pgmc::inference::{self, NutsSettings, Progress};
use pgmc::report::headline::{self, Seconds};
use pgmc::report::progress::{Bars, Lines, Quiet};
use pgmc::report::warnings::{self, Options};
use pgmc::report::{csv_files, json, table};

use super::files::{Shown, say};
use super::fit::{Fit, Prepared};
use super::repeated::{self, Attempts};
use super::results::{self, Kept};
use super::states::{self, Found};
use super::{improper, trace};

/// Samples, prints and keeps.
pub fn run<D: LogDensity + Clone + Send + Sync>(
    fit: &Fit,
    prepared: &Prepared<D>,
    code_bytes: usize,
) -> Result<(), Shown> {
    let introduction = results::introduction(fit, prepared);
    if !fit.quiet && !fit.json {
        say(&introduction);
    }
    if let Some(error) = improper::find(prepared).or_else(|| improper::find_combination(prepared)) {
        return prepared.session.fail(&[error]);
    }
    let states = states::compile(prepared.compiled.open.as_ref(), &prepared.session)?;
    let settings = NutsSettings { keep_points: states.is_some(), ..fit.nuts_settings() };
    let begin = Instant::now();
    let clock = || begin.elapsed().as_secs_f64();
    let progress = progress(fit, prepared);
    let density = prepared.compiled.density.clone();
    let sampled = repeated::sample(fit, &settings, |settings| {
        inference::sample(|| density.clone(), settings, &*progress, &clock)
    });
    drop(progress);
    let (run, attempts) = match sampled {
        Ok(found) => found,
        Err(error) => {
            return prepared.session.fail(&trace::explain(
                &error,
                &prepared.model.network,
                &prepared.compiled,
            ));
        }
    };
    if let (Some(note), false) = (attempts.note(), fit.quiet) {
        prepared.session.show(&[note]);
    }
    let share = |phase: fn(&pgmc::draws::Chain) -> f64| run.chains.iter().map(phase).sum::<f64>();
    let (warmup, sampling) = (share(|c| c.warmup.seconds), share(|c| c.sampling.seconds));
    let total = (warmup + sampling).max(f64::MIN_POSITIVE);
    let seconds = Seconds {
        compile: prepared.compile_seconds,
        warmup: attempts.seconds_before + run.seconds * warmup / total,
        sampling: run.seconds * sampling / total,
    };
    let draws = Draws {
        names: results::names(&prepared.compiled.layouts),
        variables: results::variables(&prepared.compiled.layouts),
        chains: chain::rectangle(run.chains),
    };
    if draws.total() == 0 {
        let error = Diagnostic::error("E0408", "stopped before the first draw")
            .try_this("let it run longer, or ask for less --warmup");
        return prepared.session.fail(&[error]);
    }
    let (draws, found) = match states {
        Some(states) => {
            let (draws, found) = states::of_draws(fit, prepared, states, draws);
            (draws, Some(found))
        }
        None => (draws, None),
    };
    report(fit, prepared, (&draws, found.as_ref()), &attempts, (seconds, &introduction, code_bytes))
}

fn report<D: LogDensity + Clone>(
    fit: &Fit,
    prepared: &Prepared<D>,
    (draws, found): (&Draws, Option<&Found>),
    attempts: &Attempts,
    (seconds, introduction, code_bytes): (Seconds, &str, usize),
) -> Result<(), Shown> {
    let settings = fit.nuts_settings();
    let summaries = summaries(draws, settings.threads);
    let options = Options {
        warmup: fit.warmup,
        draws: fit.draws,
        target_accept: attempts.target_accept,
        max_depth: fit.max_depth,
    };
    let findings = warnings::of_draws(draws, &summaries, options);
    let headline = headline::of_draws(draws, seconds);
    let table = table::of_summaries(
        &draws.names,
        &draws.variables,
        &summaries,
        draws.chains.len(),
        fit.all,
    );
    let table = table + &found.map_or_else(String::new, |found| found.text(fit.all));
    let warnings = warnings::render(&findings);
    let mut summary = json::of_draws("nuts", draws, &summaries, fit.warmup, seconds);
    summary["sampler"]["target_accept"] = attempts.target_accept.into();
    summary["sampler"]["attempts"] = attempts.all();
    results::add_compiler_facts(&mut summary, prepared, code_bytes);
    found.into_iter().for_each(|found| found.add(&mut summary));
    if let Some(out) = &fit.out {
        let mut kept = Kept::new(out, &prepared.session);
        kept.text("summary.json", &json::text(&summary))?;
        kept.with("summary.csv", |file| csv_files::summaries(&draws.names, &summaries, file))?;
        kept.with("draws.csv", |file| csv_files::draws(draws, file))?;
        found.map_or(Ok(()), |found| found.keep(&mut kept))?;
        kept.text("fit.json", &results::record(fit, prepared))?;
        kept.text("log.txt", &format!("{introduction}\n  {headline}\n\n{table}\n{warnings}"))?;
    }
    if fit.json {
        say(json::text(&summary).trim_end());
    } else {
        say(&format!("  {headline}\n\n{table}"));
    }
    if !findings.is_empty() {
        eprint!("{warnings}");
    }
    if let (Some(out), false) = (&fit.out, fit.json) {
        say(&format!("\n  Kept in {}", out.display()));
    }
    Ok(())
}

/// Bars on a terminal, lines elsewhere, nothing where asked.
fn progress<D: LogDensity>(fit: &Fit, prepared: &Prepared<D>) -> Box<dyn Progress + Sync> {
    let stop = prepared.stop.clone();
    if fit.quiet || prepared.compiled.density.dim() == 0 {
        Box::new(Quiet::new(stop))
    } else if std::io::stderr().is_terminal() {
        Box::new(Bars::new(fit.chains, fit.warmup + fit.draws, ProgressDrawTarget::stderr(), stop))
    } else {
        Box::new(Lines::new(fit.chains, std::io::stderr(), stop))
    }
}
