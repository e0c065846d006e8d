//! `pgmc fit`: the main job.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use pgmc::base::{Diagnostic, Severity};
use pgmc::bind::{Binding, Purpose};
use pgmc::fit::{
    Fitted, MethodName, Record, Settings, World as _, default_method, fit, has_real_unknown,
};
use pgmc::pipeline::Model;
use pgmc::report::{Page, summary_json};

use super::folder::{self, Folder};
use super::init;
use super::options::{at_least_one, size};
use super::session::{Ended, Session, Shown, colour, say};
use super::terminal::{Clock, Terminal};
use super::usage::Asked;

/// The settings stored in the record of a fit, which therefore cannot be given along with one.
#[rustfmt::skip]
const RECORDED: [&str; 23] = [
    "model", "data", "size", "method", "seed", "chains", "warmup", "draws", "target_accept",
    "max_depth", "metric", "form", "integrate", "mc_samples", "proposal", "mc_noise", "optimizer",
    "minibatch", "profile", "collapse", "draw_discrete", "init", "starts",
];

/// Compile a model, fit it to data and summarise.
///
/// Data files add up: columns and JSON entries are matched to the model's inputs and observations
/// by name. PLATE=FILE names the plate whose elements are the rows of a table. Without --method, a
/// model in which every parameter has a prior is sampled (nuts), one in which none has is fitted by
/// maximum likelihood (ml).
#[derive(Args)]
#[command(after_help = "Examples:
  pgmc fit model.pgm data.csv
  pgmc fit model.pgm homes.csv counties=counties.csv --out fit/
  pgmc fit model.pgm data.csv scalars.json --method map
  pgmc fit model.pgm data.csv --seed 1 --chains 8 --draws 2000 --target-accept 0.95
  pgmc fit --again fit/ --out again/                   the same fit once more")]
pub struct Fit {
    /// The model file.
    #[arg(required_unless_present = "again")]
    pub model: Option<PathBuf>,
    /// Data files: FILE, or PLATE=FILE for the table of a plate.
    pub data: Vec<String>,
    /// Repeat the fit that this folder keeps: the same model, data and settings, the same results.
    #[arg(long, value_name = "DIR", conflicts_with_all = RECORDED)]
    pub again: Option<PathBuf>,
    #[command(flatten)]
    pub asked: Asked,
    /// The size of a plate that the data do not tell, as PLATE=N.
    #[arg(long, value_parser = size, value_name = "PLATE=N")]
    pub size: Vec<(String, usize)>,
    /// How many chains run at the same time; all processors where not given.
    #[arg(long, value_parser = at_least_one, allow_negative_numbers = true)]
    pub threads: Option<NonZeroUsize>,
    /// A folder for summary.json, summary.csv, draws.csv, fit.json and log.txt.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// End with exit status 3 where anything is warned of, not only where the results are in doubt.
    #[arg(long)]
    pub strict: bool,
    /// Print summary.json instead of the table.
    #[arg(long)]
    pub json: bool,
    /// No progress and no introduction: results, and what is to be known of them, only.
    #[arg(long)]
    pub quiet: bool,
    /// Show every element of long arrays.
    #[arg(long)]
    pub all: bool,
}

/// What is to be fitted.
struct Loaded {
    session: Session,
    model: Model,
    binding: Binding,
    record: Record,
    clock: Clock,
}

impl Fit {
    pub fn run(&self) -> Result<Ended, Shown> {
        let loaded = match (&self.again, &self.model) {
            (Some(folder), _) => load_again(folder)?,
            (None, Some(model)) => self.load(model)?,
            // The argument parser requires one of them.
            (None, None) => return Ok(Ended::Done),
        };
        let Loaded { session, model, binding, record, clock } = loaded;
        if let Some(out) = &self.out {
            folder::check(out).or_else(|error| session.fail(&[error]))?;
        }
        if !self.quiet {
            session.show(&binding.notes);
        }
        let page = Page { title: &record.model.path, sources: &session.sources, all: self.all };
        let world = Terminal::new(&session, page, clock, (self.quiet, self.json));
        let threads = self.threads.or(record.settings.threads);
        let settings = Settings { threads, ..record.settings.clone() };
        let fitted = match fit(&model, &binding, &settings, &world) {
            Ok(fitted) => fitted,
            Err(errors) => {
                session.show(&errors);
                return if world.stop_requested() { Ok(Ended::Stopped) } else { Err(Shown) };
            }
        };
        if fitted.failed() {
            // Where a climb without end was ended is no result.
            eprint!("{}", page.findings(&fitted, colour()));
            return Err(Shown);
        }
        if let Some(out) = &self.out {
            Folder::new(out, &session).keep(&fitted, &page, &record)?;
        }
        self.show(&fitted, page);
        Ok(self.ended(&fitted, &binding.notes))
    }

    /// How far the results are to be trusted. `notes`: those about the data.
    fn ended(&self, fitted: &Fitted, notes: &[Diagnostic]) -> Ended {
        let warned = fitted.has_warning() || notes.iter().any(|n| n.severity == Severity::Warning);
        if fitted.doubtful() || (self.strict && warned) { Ended::Doubtful } else { Ended::Done }
    }

    /// Reads the model and its data, and determines how to fit.
    fn load(&self, path: &Path) -> Result<Loaded, Shown> {
        let mut session = Session::new();
        let mut clock = Clock::start();
        let model = session.model(path)?;
        let files = clock.apart(|| session.data(&self.data))?;
        let binding = session.bind(&model, &files, (&self.size, Purpose::Fit))?;
        let (method, note) = match self.asked.method {
            Some(method) => (method, None),
            None => default_method(&model.network),
        };
        let beside = method == MethodName::Nuts && has_real_unknown(&model, &binding);
        let shows = self.out.is_some() || beside;
        let method = self.asked.method(method, shows).or_else(|e| session.fail(&[e]))?;
        let init = self.asked.init.as_deref().map(init::read).transpose();
        let init = init.or_else(|error| session.fail(&[error]))?;
        let (seed, starts) = (self.asked.seed, self.asked.starts);
        let settings = Settings { method, seed, threads: self.threads, init, starts };
        if let (Some(note), false) = (note, self.quiet) {
            session.show(&[note]);
        }
        let mut texts = std::mem::take(&mut session.texts);
        let record = Record {
            pgmc: env!("CARGO_PKG_VERSION").to_owned(),
            model: texts.remove(0),
            imports: texts,
            data: std::mem::take(&mut session.files),
            sizes: self.size.clone(),
            settings,
        };
        Ok(Loaded { session, model, binding, record, clock })
    }

    fn show(&self, fitted: &Fitted, page: Page<'_>) {
        if self.json {
            say(summary_json::text(&summary_json::value(fitted)).trim_end());
        } else {
            say(&page.results(fitted));
        }
        eprint!("{}", page.findings(fitted, colour()));
        if let (Some(out), false) = (&self.out, self.json) {
            say(&format!("\n  Kept in {}", out.display()));
        }
    }
}

/// Reads what the record of a fit refers to.
fn load_again(folder: &Path) -> Result<Loaded, Shown> {
    let mut session = Session::new();
    let record = folder::record(folder).or_else(|error| session.fail(&[error]))?;
    let mut clock = Clock::start();
    let model = session.recorded_model(&record)?;
    let files = clock.apart(|| session.recorded_data(&record.data))?;
    let binding = session.bind(&model, &files, (&record.sizes, Purpose::Fit))?;
    Ok(Loaded { session, model, binding, record, clock })
}
