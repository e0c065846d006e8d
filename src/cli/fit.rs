//! `pgmc fit`: the main job.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::{Args, ValueEnum};
use pgmc::base::Diagnostic;
use pgmc::data::DataFile;
use pgmc::inference::{Metric, NutsSettings};
use pgmc::network::ir::{Definition, Network, Role};
use pgmc::pipeline::{self, Compiled, Model};
use pgmc::program::bind::{Binding, Purpose};
use pgmc::program::lower::{Form, Forms, Question};

use super::Outcome;
use super::estimate;
use super::files::{Session, Shown, at_least_one, size};
use super::{pilot, sample};

/// Compile a model, fit it to data and summarise.
///
/// Data files add up: columns and JSON entries are matched to the model's inputs and observations by name. PLATE=FILE names the plate
/// whose elements are the rows of a table. Without --method, a model in which every parameter has a prior is sampled (nuts), one in which
/// none has is fitted by maximum likelihood (ml).
#[derive(Args, Clone)]
#[command(after_help = "Examples:
  pgmc fit model.pgm data.csv
  pgmc fit model.pgm homes.csv counties=counties.csv --out fit/
  pgmc fit model.pgm data.csv scalars.json --method map
  pgmc fit model.pgm data.csv --seed 1 --chains 8 --draws 2000 --target-accept 0.95")]
pub struct Fit {
    /// The model file.
    pub model: PathBuf,
    /// Data files: FILE, or PLATE=FILE for the table of a plate.
    pub data: Vec<String>,
    /// What to compute.
    #[arg(long, value_enum)]
    pub method: Option<Method>,
    /// The same seed gives the same results, whatever --threads.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// How many chains run at the same time; all processors where not given.
    #[arg(long, value_parser = at_least_one, allow_negative_numbers = true)]
    pub threads: Option<usize>,
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
    #[arg(long, default_value_t = 4, value_parser = at_least_one, allow_negative_numbers = true)]
    pub chains: usize,
    /// Transitions of warm-up of each chain.
    #[arg(long, default_value_t = 1000)]
    pub warmup: usize,
    /// Draws kept of each chain.
    #[arg(long, default_value_t = 3000, value_parser = at_least_one, allow_negative_numbers = true)]
    pub draws: usize,
    /// The mean acceptance that the step size is adapted to; where not given 0.92, and more in another run where transitions diverge.
    #[arg(long, value_parser = acceptance, allow_negative_numbers = true)]
    pub target_accept: Option<f64>,
    /// The most doublings of a trajectory.
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=20), allow_negative_numbers = true)]
    pub max_depth: u32,
    /// What the sampler learns of the posterior's shape.
    #[arg(long, value_enum, default_value_t = MetricName::Auto)]
    pub metric: MetricName,
    /// How hidden variables are written: as themselves, or as functions of noise.
    #[arg(long, value_enum, default_value_t = FormName::Auto)]
    pub form: FormName,
    /// The size of a plate that the data do not tell, as PLATE=N.
    #[arg(long, value_parser = size, value_name = "PLATE=N")]
    pub size: Vec<(String, usize)>,
}

/// A mean acceptance, for clap.
fn acceptance(text: &str) -> Result<f64, String> {
    let value = text.parse().ok().filter(|&value: &f64| value > 0.0 && value < 1.0);
    value.ok_or_else(|| "expected a number between 0 and 1, such as 0.95".to_owned())
}

/// Methods of estimation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Draws from the joint posterior by the No-U-Turn sampler.
    Nuts,
    /// The posterior mode, with a normal approximation's errors.
    Map,
    /// Maximum likelihood, with standard errors, AIC and BIC.
    Ml,
}

/// Metrics by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MetricName {
    /// Low-rank up to 120 unknowns, diagonal beyond.
    Auto,
    /// A scale for each coordinate.
    Diagonal,
    /// Scales, and the few directions that differ most from them.
    LowRank,
}

/// Forms by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormName {
    /// Chosen for each hidden variable.
    Auto,
    /// As functions of noise, wherever that is possible.
    Auxiliary,
    /// As themselves.
    Centred,
}

impl FormName {
    pub fn form(self) -> Form {
        match self {
            FormName::Auto => Form::Auto,
            FormName::Auxiliary => Form::Auxiliary,
            FormName::Centred => Form::Centred,
        }
    }
}

impl Method {
    pub fn name(self) -> &'static str {
        match self {
            Method::Nuts => "nuts",
            Method::Map => "map",
            Method::Ml => "ml",
        }
    }
}

/// A fit with everything that was made for it.
pub struct Prepared {
    pub session: Session,
    pub model: Model,
    pub files: Vec<DataFile>,
    pub binding: Binding,
    pub compiled: Compiled,
    pub method: Method,
    /// Seconds from texts and tables to compiled code; reading data files is not counted.
    pub compile_seconds: f64,
    /// Ends the work where the user asks for it.
    pub stop: Arc<AtomicBool>,
}

impl Fit {
    pub fn run(&self) -> Outcome {
        let result = self.prepare().and_then(|prepared| match prepared.method {
            Method::Nuts => sample::run(self, &prepared),
            Method::Map | Method::Ml => estimate::run(self, prepared),
        });
        match result {
            Ok(()) => Outcome::Done,
            Err(Shown) => Outcome::Failed,
        }
    }

    fn prepare(&self) -> Result<Prepared, Shown> {
        let mut session = Session::new();
        let begin = Instant::now();
        let model = session.model(&self.model)?;
        let parsed = begin.elapsed();
        let files = session.data(&self.data)?;
        self.check_out(&session)?;
        let begin = Instant::now();
        let binding = model.bind(&files, &self.size, Purpose::Fit, &session.sources).or_else(|e| session.fail(&e))?;
        let method = match self.method(&model.network) {
            Ok((method, note)) => {
                if let (Some(note), false) = (note, self.quiet) {
                    session.show(&[note]);
                }
                method
            }
            Err(diagnostic) => return session.fail(&[diagnostic]),
        };
        let question = Question::Density { jacobian: method == Method::Nuts };
        let form = if method == Method::Nuts { self.form.form() } else { Form::Centred };
        let mut compile = |forms: Forms| {
            let lowered = model.program(&binding, question, forms).or_else(|e| session.fail(&e))?;
            pipeline::compile(lowered).or_else(|message| session.fail(&[Diagnostic::error("E0401", message)]))
        };
        let mut compiled = compile(form.into())?;
        let compile_seconds = (parsed + begin.elapsed()).as_secs_f64();
        if form == Form::Auto && compiled.forms.iter().any(|f| f.open) {
            compiled = pilot::choose(self, &compiled, &mut compile)?;
        }
        if !self.quiet {
            session.show(&binding.notes);
        }
        let stop = stop_on_interrupt();
        Ok(Prepared { session, model, files, binding, compiled, method, compile_seconds, stop })
    }

    /// A folder that cannot be written to is better told before the work than after.
    fn check_out(&self, session: &Session) -> Result<(), Shown> {
        let Some(out) = &self.out else { return Ok(()) };
        let result = std::fs::create_dir_all(out).and_then(|()| {
            let probe = out.join(".pgmc");
            std::fs::write(&probe, b"")?;
            std::fs::remove_file(probe)
        });
        match result {
            Ok(()) => Ok(()),
            Err(error) => {
                let message = format!("cannot write to {}: {}", out.display(), super::files::words(&error));
                session.fail(&[Diagnostic::error("E0505", message).try_this("name another folder with --out")])
            }
        }
    }

    /// The method, with a note where it was chosen although some parameters are flat.
    fn method(&self, network: &Network) -> Result<(Method, Option<Diagnostic>), Diagnostic> {
        let params = || network.variables.iter().filter(|(_, v)| v.role == Role::Param).map(|(_, v)| v);
        let is_flat = |d: &Definition| matches!(d, Definition::Random(None));
        let flat: Vec<String> = params().filter(|v| is_flat(&v.definition)).map(|v| v.name.clone()).collect();
        let with_prior = params().find(|v| !is_flat(&v.definition));
        let latent = network.variables.iter().find(|(_, v)| v.role == Role::Latent).map(|(_, v)| v);
        let method = match self.method {
            Some(method) => method,
            None if flat.is_empty() || with_prior.is_some() => Method::Nuts,
            None => Method::Ml,
        };
        match (method, with_prior, latent) {
            (Method::Ml, Some(param), _) => Err(Diagnostic::error("E0406", "maximum likelihood takes no priors")
                .at(param.span, format!("`{}` has a prior", param.name))
                .try_this("--method map for the posterior mode, or leave the priors out")),
            (Method::Ml | Method::Map, _, Some(latent)) => Err(Diagnostic::error(
                "E0407",
                format!("`--method {}` of a model with hidden variables is not supported yet", method.name()),
            )
            .at(latent.span, format!("`{}` would have to be integrated out", latent.name))
            .try_this("--method nuts samples hidden variables and parameters together (give the parameters priors)")),
            (Method::Nuts, Some(_), _) if self.method.is_none() && !flat.is_empty() => {
                let names = flat.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
                Ok((method, Some(Diagnostic::note("N0401", format!("flat, without a prior: {names}")))))
            }
            _ => Ok((method, None)),
        }
    }

    pub fn nuts_settings(&self) -> NutsSettings {
        NutsSettings {
            chains: self.chains,
            warmup: self.warmup,
            draws: self.draws,
            target_accept: self.target_accept.unwrap_or(NutsSettings::default().target_accept),
            max_depth: self.max_depth,
            seed: self.seed,
            threads: self.threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
            metric: match self.metric {
                MetricName::Auto => Metric::Auto,
                MetricName::Diagonal => Metric::Diagonal,
                MetricName::LowRank => Metric::LowRank,
            },
        }
    }
}

/// Ctrl-C asks for the end and keeps what there is; a second one ends at once.
fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = stop.clone();
    let handler = move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    // Where no handler can be set the default one ends the program: nothing is lost but the draws.
    drop(ctrlc::set_handler(handler));
    stop
}
