//! `pgmc fit`: the main job.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use pgmc::base::Diagnostic;
use pgmc::bind::{Binding, Purpose};
use pgmc::data::DataFile;
use pgmc::fit::settings::Acceptance;
use pgmc::fit::{Answer, Fitted, MethodName, Record, default_method, fit};
use pgmc::pipeline::Model;
use pgmc::report::{Page, summary_json};

use super::folder::{self, Folder};
use super::options::{
    FormWord, Integrate, MethodWord, MetricWord, Noise, Optimizer, ProposalWord, acceptance,
    at_least_one, integrate, size,
};
use super::session::{Session, Shown, colour, say};
use super::terminal::{Clock, Terminal};
use super::usage;

/// What a record says, so that it cannot be said beside one.
const RECORDED: [&str; 22] = [
    "model",
    "data",
    "method",
    "seed",
    "chains",
    "warmup",
    "draws",
    "target_accept",
    "max_depth",
    "metric",
    "form",
    "integrate",
    "mc_samples",
    "proposal",
    "mc_noise",
    "optimizer",
    "minibatch",
    "profile",
    "collapse",
    "draw_discrete",
    "size",
    "threads",
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
    /// What to compute.
    #[arg(long, value_enum)]
    pub method: Option<MethodWord>,
    /// The same seed gives the same results, whatever --threads.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// How many chains run at the same time; all processors where not given.
    #[arg(long, value_parser = at_least_one, allow_negative_numbers = true)]
    pub threads: Option<NonZeroUsize>,
    /// A folder for summary.json, summary.csv, draws.csv, fit.json and log.txt.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Print summary.json instead of the table.
    #[arg(long)]
    pub json: bool,
    /// No progress, no notes; warnings and results only.
    #[arg(long)]
    pub quiet: bool,
    /// Show every element of long arrays.
    #[arg(long)]
    pub all: bool,
    /// Chains.
    #[arg(long, default_value = "4", value_parser = at_least_one, allow_negative_numbers = true)]
    pub chains: NonZeroUsize,
    /// Transitions of warm-up of each chain.
    #[arg(long, default_value_t = 1000)]
    pub warmup: usize,
    /// Draws kept of each chain.
    #[arg(long, default_value = "3000", value_parser = at_least_one, allow_negative_numbers = true)]
    pub draws: NonZeroUsize,
    /// The mean acceptance that the step size is adapted to; where not given 0.92, and more in
    /// another run where transitions diverge.
    #[arg(long, value_parser = acceptance, allow_negative_numbers = true)]
    pub target_accept: Option<Acceptance>,
    /// The most doublings of a trajectory.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=20), allow_negative_numbers = true)]
    pub max_depth: u32,
    /// What the sampler learns of the posterior's shape.
    #[arg(long, value_enum, default_value_t = MetricWord::Auto)]
    pub metric: MetricWord,
    /// How hidden variables are written: as themselves, or as functions of noise.
    #[arg(long, value_enum, default_value_t = FormWord::Auto)]
    pub form: FormWord,
    /// How ml and map integrate hidden variables out.
    #[arg(long, value_name = "auto|exact|laplace|agh:K|mc", value_parser = integrate)]
    pub integrate: Option<Integrate>,
    /// Points of Monte Carlo integration for each block of hidden variables; 256 where not given.
    #[arg(long, value_name = "L", value_parser = at_least_one, allow_negative_numbers = true)]
    pub mc_samples: Option<NonZeroUsize>,
    /// Where Monte Carlo integration draws hidden variables from; laplace where not given.
    #[arg(long, value_enum)]
    pub proposal: Option<ProposalWord>,
    /// The noise of Monte Carlo integration; sobol where not given.
    #[arg(long, value_enum)]
    pub mc_noise: Option<Noise>,
    /// How ml and map climb: by all points at once, or by fresh noise at every step (with
    /// --integrate mc).
    #[arg(long, value_enum, default_value_t = Optimizer::Lbfgs)]
    pub optimizer: Optimizer,
    /// With --optimizer adam: rows that a step looks at; all where not given.
    #[arg(long, value_name = "ROWS", value_parser = at_least_one, allow_negative_numbers = true)]
    pub minibatch: Option<NonZeroUsize>,
    /// Intervals of ml and map from the profile likelihood rather than from standard errors.
    #[arg(long)]
    pub profile: bool,
    /// With nuts: hidden variables that can be integrated out exactly are, and are drawn from their
    /// distribution afterwards.
    #[arg(long)]
    pub collapse: bool,
    /// Keep joint draws of discrete variables in draws.csv, and their summaries.
    #[arg(long)]
    pub draw_discrete: bool,
    /// The size of a plate that the data do not tell, as PLATE=N.
    #[arg(long, value_parser = size, value_name = "PLATE=N")]
    pub size: Vec<(String, usize)>,
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
    pub fn run(&self) -> Result<(), Shown> {
        if let Some(out) = &self.out {
            folder::check(out).or_else(|error| Session::new().fail(&[error]))?;
        }
        let loaded = match (&self.again, &self.model) {
            (Some(folder), _) => load_again(folder)?,
            (None, Some(model)) => self.load(model)?,
            // The parser of arguments asks for one of them.
            (None, None) => return Ok(()),
        };
        let Loaded { session, model, binding, record, clock } = loaded;
        if !self.quiet {
            session.show(&binding.notes);
        }
        let page = Page { title: &record.model.path, sources: &session.sources, all: self.all };
        let world = Terminal::new(&session, page, clock, (self.quiet, self.json));
        let fitted = fit(&model, &binding, &record.settings, &world)
            .or_else(|errors| session.fail(&errors))?;
        self.unshown(&fitted).map_or(Ok(()), |error| session.fail(&[error]))?;
        let kept = self.out.as_ref().map(|out| Folder::new(out, &session));
        if let Some(folder) = &kept {
            folder.keep(&fitted, &page, &record)?;
        }
        self.show(&fitted, page);
        if fitted.failed() { Err(Shown) } else { Ok(()) }
    }

    /// Reads the model and its data, and settles how to fit.
    fn load(&self, path: &Path) -> Result<Loaded, Shown> {
        let mut session = Session::new();
        let mut clock = Clock::start();
        let model = session.model(path)?;
        let files = clock.apart(|| session.data(&self.data))?;
        let binding = bind(&session, &model, &files, &self.size)?;
        let (method, note) = match self.method {
            Some(word) => (MethodName::from(word), None),
            None => default_method(&model.network),
        };
        let settings = usage::settings(self, method).or_else(|error| session.fail(&[error]))?;
        if let (Some(note), false) = (note, self.quiet) {
            session.show(&[note]);
        }
        let mut texts = session.text_records();
        let record = Record {
            pgmc: env!("CARGO_PKG_VERSION").to_owned(),
            model: texts.remove(0),
            imports: texts,
            data: session.file_records(),
            sizes: self.size.clone(),
            settings,
        };
        Ok(Loaded { session, model, binding, record, clock })
    }

    /// Draws of discrete variables that nothing would show.
    fn unshown(&self, fitted: &Fitted) -> Option<Diagnostic> {
        let drawn = fitted.discrete.as_ref().is_some_and(|found| found.draws.is_some());
        let beside = !matches!(fitted.answer, Answer::Draws(_));
        (drawn && beside).then(|| usage::draws_without_folder(self)).flatten()
    }

    fn show(&self, fitted: &Fitted, page: Page<'_>) {
        if self.json {
            say(summary_json::text(&summary_json::value(fitted)).trim_end());
        } else {
            say(&page.results(fitted));
        }
        eprint!("{}", page.findings(fitted, colour()));
        if let (Some(out), false) = (&self.out, self.json) {
            say(&format!("  Kept in {}", out.display()));
        }
    }
}

/// Reads what the record of a fit names.
fn load_again(folder: &Path) -> Result<Loaded, Shown> {
    let mut session = Session::new();
    let record = folder::record(folder).or_else(|error| session.fail(&[error]))?;
    let mut clock = Clock::start();
    let model = session.recorded_model(&record)?;
    let files = clock.apart(|| session.recorded_data(&record.data))?;
    let binding = bind(&session, &model, &files, &record.sizes)?;
    Ok(Loaded { session, model, binding, record, clock })
}

fn bind(
    session: &Session,
    model: &Model,
    files: &[DataFile],
    sizes: &[(String, usize)],
) -> Result<Binding, Shown> {
    let bound = model.bind(files, sizes, Purpose::Fit, &session.sources);
    bound.or_else(|errors| session.fail(&errors))
}
