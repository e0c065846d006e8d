//! `pgmc fit`: the main job.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use clap::Args;
use pgmc::base::Diagnostic;
use pgmc::bind::{Binding, Purpose};
use pgmc::data::DataFile;
use pgmc::inference::{Metric, NutsSettings};
use pgmc::lower::{Form, Forms, Question};
use pgmc::network::ir::{Definition, Network, Role, Support, Variable, VariableId};
use pgmc::pipeline::{self, Compiled, Density, Model};

use super::Outcome;
use super::files::{Session, Shown, at_least_one, size};
pub use super::options::{FormName, Integration, Method, MetricName, Noise, Optimizer, Proposal};
use super::options::{acceptance, integration};
use super::{estimate, hidden, pilot, sample, states};

/// Compile a model, fit it to data and summarise.
///
/// Data files add up: columns and JSON entries are matched to the model's inputs and observations
/// by name. PLATE=FILE names the plate whose elements are the rows of a table. Without --method, a
/// model in which every parameter has a prior is sampled (nuts), one in which none has is fitted by
/// maximum likelihood (ml).
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
    /// The mean acceptance that the step size is adapted to; where not given 0.92, and more in
    /// another run where transitions diverge.
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
    /// How ml and map integrate hidden variables out.
    #[arg(long, value_name = "auto|exact|laplace|agh:K|mc", value_parser = integration)]
    pub integrate: Option<Integration>,
    /// Points of Monte Carlo integration for each block of hidden variables; 256 where not given.
    #[arg(long, value_name = "L", value_parser = at_least_one, allow_negative_numbers = true)]
    pub mc_samples: Option<usize>,
    /// Where Monte Carlo integration draws hidden variables from; laplace where not given.
    #[arg(long, value_enum)]
    pub proposal: Option<Proposal>,
    /// The noise of Monte Carlo integration; sobol where not given.
    #[arg(long, value_enum)]
    pub mc_noise: Option<Noise>,
    /// How ml and map climb: by all points at once, or by fresh noise at every step (with
    /// --integrate mc).
    #[arg(long, value_enum, default_value_t = Optimizer::Lbfgs)]
    pub optimizer: Optimizer,
    /// With --optimizer adam: rows that a step looks at; all where not given.
    #[arg(long, value_name = "ROWS", value_parser = at_least_one, allow_negative_numbers = true)]
    pub minibatch: Option<usize>,
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

/// Points of Monte Carlo where no number is given; a power of two suits Sobol points.
const SAMPLES: usize = 256;

/// A fit with everything that was made for it.
pub struct Prepared<D = Density> {
    pub session: Session,
    pub model: Model,
    pub files: Vec<DataFile>,
    pub binding: Binding,
    pub compiled: Compiled<D>,
    pub method: Method,
    /// Seconds from texts and tables to compiled code; reading data files is not counted.
    pub compile_seconds: f64,
    /// Ends the work where the user asks for it.
    pub stop: Arc<AtomicBool>,
}

/// What is to be fitted: a model with its data.
pub struct Loaded {
    pub session: Session,
    pub model: Model,
    pub files: Vec<DataFile>,
    pub binding: Binding,
    pub method: Method,
    /// Seconds that texts and tables took.
    pub seconds: f64,
}

impl Loaded {
    /// With what was compiled.
    pub fn with<D>(self, compiled: Compiled<D>, compile_seconds: f64) -> Prepared<D> {
        let Loaded { session, model, files, binding, method, seconds } = self;
        let stop = stop_on_interrupt();
        Prepared {
            session,
            model,
            files,
            binding,
            compiled,
            method,
            compile_seconds: seconds + compile_seconds,
            stop,
        }
    }

    /// Whether there are real hidden variables: latents, or missing cells of what is observed.
    /// Discrete ones are always summed out.
    pub fn has_hidden(&self) -> bool {
        let hidden = |(id, v): (_, &Variable)| {
            v.role == Role::Latent || (v.role == Role::Observe && self.is_missing(id))
        };
        let real = |v: &Variable| matches!(v.support, Support::Real(_));
        self.model.network.variables.iter().any(|(id, v)| real(v) && hidden((id, v)))
    }

    /// Whether there are discrete variables that are not observed, all of them or some missing
    /// cells.
    fn has_discrete(&self) -> bool {
        let discrete = |v: &Variable| !matches!(v.support, Support::Real(_));
        self.model.network.variables.iter().any(|(id, v)| {
            discrete(v) && (v.is_unknown() || (v.role == Role::Observe && self.is_missing(id)))
        })
    }

    /// Whether cells of an observed variable are missing.
    fn is_missing(&self, variable: VariableId) -> bool {
        self.binding.values.get(&variable).is_some_and(|bound| !bound.missing.is_empty())
    }
}

impl Fit {
    pub fn run(&self) -> Outcome {
        match self.load().and_then(|loaded| self.fit(loaded)) {
            Ok(()) => Outcome::Done,
            Err(Shown) => Outcome::Failed,
        }
    }

    fn fit(&self, loaded: Loaded) -> Result<(), Shown> {
        if let Some(error) = self.misplaced(&loaded) {
            return loaded.session.fail(&[error]);
        }
        match (loaded.method, loaded.has_hidden()) {
            (Method::Nuts, true) if self.collapse => hidden::sample(self, loaded),
            (Method::Nuts, _) => {
                let prepared = self.compile(loaded)?;
                if let Some(open) = prepared.compiled.only_discrete() {
                    return states::exact(self, &prepared, &open);
                }
                sample::run(self, &prepared, prepared.compiled.density.code_size())
            }
            (Method::Map | Method::Ml, true) => hidden::run(self, loaded),
            (Method::Map | Method::Ml, false) => {
                let prepared = self.compile(loaded)?;
                match prepared.compiled.only_discrete() {
                    Some(open) => states::exact(self, &prepared, &open),
                    None => estimate::run(self, prepared),
                }
            }
        }
    }

    /// An option that has no meaning here.
    fn misplaced(&self, loaded: &Loaded) -> Option<Diagnostic> {
        let asked = self.integrate.is_some();
        if self.profile && loaded.method == Method::Nuts {
            return Some(
                Diagnostic::error(
                    "E0424",
                    "--profile is for --method ml and --method map; nuts \
                    has intervals from its draws",
                )
                .try_this("leave --profile out"),
            );
        }
        if self.minibatch.is_some() && self.optimizer != Optimizer::Adam {
            return Some(
                Diagnostic::error("E0427", "--minibatch is for stochastic gradients")
                    .try_this("--integrate mc --optimizer adam with it, or leave --minibatch out"),
            );
        }
        let of_points = [
            ("--mc-samples", self.mc_samples.is_some()),
            ("--proposal", self.proposal.is_some()),
            ("--mc-noise", self.mc_noise.is_some()),
        ];
        if let (Some((option, _)), true) = (
            of_points.iter().find(|(_, given)| *given),
            self.integrate != Some(Integration::MonteCarlo),
        ) {
            return Some(
                Diagnostic::error("E0425", format!("{option} is for integration by Monte Carlo"))
                    .try_this(format!("--integrate mc with it, or leave {option} out")),
            );
        }
        if let Some(error) =
            self.collapse_misplaced(loaded).or_else(|| self.draws_misplaced(loaded))
        {
            return Some(error);
        }
        if self.optimizer == Optimizer::Adam && self.integrate != Some(Integration::MonteCarlo) {
            return Some(
                Diagnostic::error(
                    "E0421",
                    "--optimizer adam is for stochastic gradients, and \
                    nothing here is drawn at random",
                )
                .try_this("--integrate mc with it, or leave --optimizer out"),
            );
        }
        if asked && loaded.method == Method::Nuts {
            return Some(
                Diagnostic::error(
                    "E0422",
                    "--integrate is for --method ml and --method map; nuts draws hidden variables \
                     with the parameters",
                )
                .try_this("--method map, or leave --integrate out"),
            );
        }
        (asked && !loaded.has_hidden()).then(|| {
            Diagnostic::error(
                "E0423",
                "--integrate was given, but the model has no hidden variable",
            )
            .because("there is no `latent`, and no observed cell is missing")
            .try_this("leave --integrate out")
        })
    }

    /// `--collapse` where it has no meaning.
    fn collapse_misplaced(&self, loaded: &Loaded) -> Option<Diagnostic> {
        if self.collapse && (loaded.method != Method::Nuts || !loaded.has_hidden()) {
            return Some(
                Diagnostic::error(
                    "E0420",
                    "--collapse is for --method nuts and a model with hidden variables",
                )
                .because("ml and map always integrate hidden variables out")
                .try_this("leave --collapse out"),
            );
        }
        if self.collapse && loaded.has_discrete() {
            return Some(
                Diagnostic::error("E0428", "--collapse is for models without discrete unknowns")
                    .because(
                        "summing these out leaves no normal distribution of the real hidden \
                        variables",
                    )
                    .try_this("leave --collapse out"),
            );
        }
        None
    }

    /// `--draw-discrete` where it has no meaning.
    fn draws_misplaced(&self, loaded: &Loaded) -> Option<Diagnostic> {
        if self.draw_discrete && !loaded.has_discrete() {
            return Some(
                Diagnostic::error(
                    "E0429",
                    "--draw-discrete was given, but the model has no discrete unknown",
                )
                .try_this("leave --draw-discrete out"),
            );
        }
        if loaded.method == Method::Nuts { None } else { self.draws_without_folder() }
    }

    /// Draws of discrete variables that nothing would show.
    pub fn draws_without_folder(&self) -> Option<Diagnostic> {
        (self.draw_discrete && self.out.is_none()).then(|| {
            Diagnostic::error("E0430", "--draw-discrete keeps draws beside estimates in a folder")
                .try_this("--out DIR with it, or leave --draw-discrete out")
        })
    }

    /// Reads the model and its data, and settles the method.
    fn load(&self) -> Result<Loaded, Shown> {
        let mut session = Session::new();
        let begin = Instant::now();
        let model = session.model(&self.model)?;
        let parsed = begin.elapsed();
        let files = session.data(&self.data)?;
        self.check_out(&session)?;
        let begin = Instant::now();
        let binding = model
            .bind(&files, &self.size, Purpose::Fit, &session.sources)
            .or_else(|e| session.fail(&e))?;
        let method = match self.method(&model.network) {
            Ok((method, note)) => {
                if let (Some(note), false) = (note, self.quiet) {
                    session.show(&[note]);
                }
                method
            }
            Err(diagnostic) => return session.fail(&[diagnostic]),
        };
        if !self.quiet {
            session.show(&binding.notes);
        }
        let seconds = (parsed + begin.elapsed()).as_secs_f64();
        Ok(Loaded { session, model, files, binding, method, seconds })
    }

    fn compile(&self, loaded: Loaded) -> Result<Prepared, Shown> {
        let begin = Instant::now();
        let question = Question::Density { jacobian: loaded.method == Method::Nuts };
        let form = if loaded.method == Method::Nuts { self.form.form() } else { Form::Centred };
        let session = &loaded.session;
        let mut compile = |forms: Forms| {
            let open = loaded.model.lowered(&loaded.binding, question, forms);
            open.and_then(|open| pipeline::compile_open(open, question))
                .or_else(|errors| session.fail(&errors))
        };
        let mut compiled = compile(form.into())?;
        let seconds = begin.elapsed().as_secs_f64();
        if form == Form::Auto && compiled.forms.iter().any(|f| f.open) {
            compiled = pilot::choose(self, &compiled, &mut compile)?;
        }
        Ok(loaded.with(compiled, seconds))
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
                let message =
                    format!("cannot write to {}: {}", out.display(), super::files::words(&error));
                session
                    .fail(&[Diagnostic::error("E0505", message)
                        .try_this("name another folder with --out")])
            }
        }
    }

    /// The method, with a note where it was chosen although some parameters are flat.
    fn method(&self, network: &Network) -> Result<(Method, Option<Diagnostic>), Diagnostic> {
        let params =
            || network.variables.iter().filter(|(_, v)| v.role == Role::Param).map(|(_, v)| v);
        let is_flat = |d: &Definition| matches!(d, Definition::Random(None));
        let flat: Vec<String> =
            params().filter(|v| is_flat(&v.definition)).map(|v| v.name.clone()).collect();
        let with_prior = params().find(|v| !is_flat(&v.definition));
        let method = match self.method {
            Some(method) => method,
            None if flat.is_empty() || with_prior.is_some() => Method::Nuts,
            None => Method::Ml,
        };
        match (method, with_prior) {
            (Method::Ml, Some(param)) => {
                Err(Diagnostic::error("E0406", "maximum likelihood takes no priors")
                    .at(param.span, format!("`{}` has a prior", param.name))
                    .try_this("--method map for the posterior mode, or leave the priors out"))
            }
            (Method::Nuts, Some(_)) if self.method.is_none() && !flat.is_empty() => {
                let names = flat.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ");
                Ok((
                    method,
                    Some(Diagnostic::note("N0401", format!("flat, without a prior: {names}"))),
                ))
            }
            _ => Ok((method, None)),
        }
    }

    /// Points of Monte Carlo integration.
    pub fn points(&self) -> usize {
        self.mc_samples.unwrap_or(SAMPLES)
    }

    /// Where they are drawn from.
    pub fn proposal(&self) -> Proposal {
        self.proposal.unwrap_or(Proposal::Laplace)
    }

    /// Their noise.
    pub fn noise(&self) -> Noise {
        self.mc_noise.unwrap_or(Noise::Sobol)
    }

    pub fn nuts_settings(&self) -> NutsSettings {
        NutsSettings {
            chains: self.chains,
            warmup: self.warmup,
            draws: self.draws,
            target_accept: self.target_accept.unwrap_or(NutsSettings::default().target_accept),
            max_depth: self.max_depth,
            seed: self.seed,
            threads: self
                .threads
                .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from)),
            metric: match self.metric {
                MetricName::Auto => Metric::Auto,
                MetricName::Diagonal => Metric::Diagonal,
                MetricName::LowRank => Metric::LowRank,
            },
            starts: Vec::new(),
            split_steps: false,
            keep_points: false,
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
