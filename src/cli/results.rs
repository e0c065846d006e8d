//! What the two kinds of fits share: names, the first lines, the record, the files of `--out`.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::time::Instant;

use pgmc::base::Diagnostic;
use pgmc::density::LogDensity;
use pgmc::draws::{Dim, Variable};
use pgmc::lower::{FormChoice, Layout, Written};
use pgmc::network::ir::Role;
use pgmc::report::json::{self, FileRecord, FitRecord};
use pgmc::base::numbers::{duration, thousands};
use serde_json::{Map, Value, json as value};
use sha2::{Digest as _, Sha256};

use super::files::{Session, Shown};
use super::fit::{Fit, Integration, Prepared};

/// The names of all elements, in order.
pub fn names(layouts: &[Layout]) -> Vec<String> {
    layouts.iter().flat_map(|l| l.names.iter().cloned()).collect()
}

/// The variables, in order.
pub fn variables(layouts: &[Layout]) -> Vec<Variable> {
    layouts
        .iter()
        .map(|layout| {
            let mut dims: Vec<Dim> = layout
                .dimensions
                .iter()
                .map(|d| Dim { plate: Some(d.plate.clone()), size: d.labels.len() })
                .collect();
            if dims.iter().map(|d| d.size).product::<usize>() != layout.names.len() {
                dims = vec![Dim { plate: None, size: layout.names.len() }];
            }
            Variable { name: layout.name.clone(), dims, discrete: false }
        })
        .collect()
}

/// What is fitted and what it was compiled to, in two lines.
pub fn introduction<D: LogDensity + Clone>(fit: &Fit, prepared: &Prepared<D>) -> String {
    let network = &prepared.model.network;
    let count = |role: Role| {
        let of_role = |l: &&Layout| l.role == role;
        prepared.compiled.layouts.iter().filter(of_role).map(|l| l.names.len()).sum::<usize>()
    };
    let mut parts = vec![fit.model.display().to_string(), plural(count(Role::Param), "parameter")];
    let latents = count(Role::Latent);
    if latents > 0 {
        let forms: Vec<String> = prepared
            .compiled
            .forms
            .iter()
            .map(|f| format!("{}: {}", f.name, in_words(&f.written)))
            .collect();
        let forms =
            if forms.is_empty() { String::new() } else { format!(" ({})", forms.join(", ")) };
        parts.push(format!("{}{forms}", plural(latents, "latent")));
    }
    let missing = count(Role::Observe);
    if missing > 0 {
        parts.push(plural(missing, "missing value"));
    }
    for (id, plate) in network.plates.iter() {
        let observed = network.variables.iter().any(|(_, v)| {
            v.role == Role::Observe && v.axes.first().is_some_and(|&a| network.plate_of(a) == id)
        });
        if observed {
            parts.push(format!(
                "{} {}",
                thousands(prepared.binding.plates[id.0 as usize].size as u64),
                plate.name
            ));
        }
    }
    let gradient = gradient_seconds(&prepared.compiled.density);
    format!(
        "  Model     {}\n  Compiled  in {} · one gradient {}",
        parts.join(" · "),
        duration(prepared.compile_seconds),
        duration(gradient)
    )
}

/// `1 parameter`, `2 parameters`
pub fn plural(count: usize, word: &str) -> String {
    let words = match word.strip_suffix('y') {
        _ if count == 1 => word.to_owned(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{word}s"),
    };
    format!("{} {words}", thousands(count as u64))
}

/// Seconds of one evaluation of the gradient, measured.
pub fn gradient_seconds<D: LogDensity + Clone>(density: &D) -> f64 {
    let mut density = density.clone();
    let q = vec![0.1; density.dim()];
    let mut gradient = vec![0.0; density.dim()];
    let begin = Instant::now();
    density.evaluate(&q, &mut gradient);
    // Of a slow one the first is exact enough, and whoever waits has waited long enough.
    if begin.elapsed().as_millis() > 10 {
        return begin.elapsed().as_secs_f64();
    }
    let begin = Instant::now();
    let mut count = 0u32;
    while count < 1000 && begin.elapsed().as_micros() < 1000 {
        for _ in 0..4 {
            density.evaluate(&q, &mut gradient);
        }
        count += 4;
    }
    begin.elapsed().as_secs_f64() / f64::from(count.max(1))
}

/// What the compiler did, for `summary.json`.
pub fn add_compiler_facts<D: LogDensity + Clone>(
    summary: &mut Value,
    prepared: &Prepared<D>,
    code_bytes: usize,
) {
    let forms = &prepared.compiled.forms;
    let forms: Map<String, Value> = forms.iter().map(|f| (f.name.clone(), form_facts(f))).collect();
    if let Value::Object(map) = summary {
        let seconds = gradient_seconds(&prepared.compiled.density);
        map.insert(
            "compiler".to_owned(),
            value!({ "unknowns": prepared.compiled.density.dim(), "forms": forms, "gradient_seconds": seconds, "code_bytes": code_bytes }),
        );
    }
}

/// `{"form": "partial", "weights": [0.2, 0.9], "reason": ...}`
fn form_facts(choice: &FormChoice) -> Value {
    match &choice.written {
        Written::Auxiliary | Written::Centred => {
            value!({ "form": choice.written.word(), "reason": choice.reason })
        }
        Written::Partial(shares) => {
            let weights: Vec<f64> = shares.iter().map(|s| s.weight).collect();
            value!({ "form": choice.written.word(), "weights": weights, "reason": choice.reason })
        }
    }
}

fn in_words(written: &Written) -> &'static str {
    match written {
        Written::Auxiliary => "auxiliary form",
        Written::Centred => "centred",
        Written::Partial(_) => "partial form",
    }
}

/// `fit.json`: enough to repeat the fit.
pub fn record<D>(fit: &Fit, prepared: &Prepared<D>) -> String {
    let sources = &prepared.session.sources;
    let hash = |text: &str| {
        let digest = Sha256::digest(text.as_bytes());
        format!("sha256:{}", digest.iter().map(|b| format!("{b:02x}")).collect::<String>())
    };
    let text = sources.get(sources.id(0)).text.clone();
    let settings = value!({
        "chains": fit.chains, "warmup": fit.warmup, "draws": fit.draws, "target_accept": fit.target_accept,
        "max_depth": fit.max_depth, "metric": format!("{:?}", fit.metric).to_lowercase(), "form": format!("{:?}", fit.form).to_lowercase(),
        "collapse": fit.collapse, "integrate": fit.integrate.unwrap_or(Integration::Auto).word(), "mc_samples": fit.points(),
        "proposal": format!("{:?}", fit.proposal()).to_lowercase(), "mc_noise": format!("{:?}", fit.noise()).to_lowercase(),
        "optimizer": format!("{:?}", fit.optimizer).to_lowercase(), "minibatch": fit.minibatch, "profile": fit.profile,
        "draw_discrete": fit.draw_discrete,
    });
    let data = prepared.files.iter().zip(&fit.data);
    let record = FitRecord {
        pgmc: env!("CARGO_PKG_VERSION").to_owned(),
        model: FileRecord { path: fit.model.display().to_string(), hash: hash(&text) },
        model_text: text,
        data: data
            .map(|(file, path)| FileRecord {
                path: path.clone(),
                hash: hash(&sources.get(file.source).text),
            })
            .collect(),
        method: prepared.method.name().to_owned(),
        seed: fit.seed,
        settings: match settings {
            Value::Object(map) => map,
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Map::new(),
        },
    };
    json::of_fit(&record).map(|v| json::text(&v)).unwrap_or_default()
}

/// The folder of `--out`.
pub struct Kept<'a> {
    folder: &'a Path,
    session: &'a Session,
}

impl<'a> Kept<'a> {
    pub fn new(folder: &'a Path, session: &'a Session) -> Self {
        Self { folder, session }
    }

    /// Writes a text.
    pub fn text(&mut self, name: &str, text: &str) -> Result<(), Shown> {
        std::fs::write(self.folder.join(name), text).or_else(|error| self.fail(name, &error))
    }

    /// Writes a file by a function.
    pub fn with(
        &mut self,
        name: &str,
        write: impl FnOnce(BufWriter<File>) -> csv::Result<()>,
    ) -> Result<(), Shown> {
        let result = File::create(self.folder.join(name))
            .map_err(csv::Error::from)
            .and_then(|file| write(BufWriter::new(file)));
        result.or_else(|error| self.fail(name, &std::io::Error::other(error.to_string())))
    }

    fn fail(&self, name: &str, error: &std::io::Error) -> Result<(), Shown> {
        let path = self.folder.join(name);
        let message = format!("cannot write {}: {}", path.display(), super::files::words(error));
        self.session.fail(&[Diagnostic::error("E0504", message)])
    }
}
