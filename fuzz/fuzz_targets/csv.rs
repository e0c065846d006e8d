//! Bytes → a table or a document, matched with models and lowered, or errors and their text.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use pgmc::base::{Diagnostic, Sources};
use pgmc::pipeline::Model;
use pgmc::bind::Purpose;
use pgmc::lower::{Form, Scale};
use pgmc::report::diagnostics::render;
use pgmc::data;

/// Columns are named by single letters, so that mutations find them.
const MODELS: [&str; 6] = [
    "plate rows\ninput x[rows]\nparam b ~ Normal(0, 1)\nobserve y[rows] ~ Normal(b * x, 1)",
    "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\nlatent u[groups] ~ Normal(0, 1)\nobserve n[rows] ~ Poisson(exp(u[g]))",
    "plate rows\nplate kinds = {a, b}\ninput k[rows] : kinds\ninput c[rows] : bool\nparam p[kinds] ~ Beta(1, 1)\n\
     observe z[rows] ~ if c then Bernoulli(p[k]) else Bernoulli(0.5)",
    "plate rows\nplate axes = 2\nparam m : vector[axes] ~ Normal(0, 1)\nobserve x[rows] : vector[axes] ~ MultivariateNormal(m, identity(axes))",
    "input n : int(0, 9)\nplate rows = n\ninput l[rows] : positive\nparam s ~ HalfNormal(1)\n\
     observe y[rows] ~ Censored(Normal(0, s), right = r)\ninput r[rows] : bool",
    "plate rows\nplate states = 2\nparam t[states] : simplex[states] ~ Dirichlet(1)\n\
     latent s[i in rows] : states ~ if i == 1 then Categorical([0.5, 0.5]) else Categorical(t[s[i-1]])\nobserve y[rows] ~ Normal(int(s), 1)",
];

/// The models with their sources, resolved once.
static RESOLVED: OnceLock<Vec<(Sources, Model)>> = OnceLock::new();

fn resolve(text: &str) -> (Sources, Model) {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let mut import = |_: &mut Sources, _: &str, span| Err(Diagnostic::error("E0501", "no file is imported here").at(span, ""));
    let model = Model::parse(&mut sources, source, &mut import).unwrap_or_else(|e| panic!("{e:#?}\n{text}"));
    (sources, model)
}

/// Rows beyond this are not lowered: what grows there is work, not kinds of mistakes.
const ROWS: usize = 200;

fn matched(name: &str, bytes: &[u8]) {
    let mut own = Sources::new();
    if let Err(errors) = data::read(&mut own, name, None, bytes.to_vec()) {
        assert!(!errors.is_empty(), "data that are refused without a word");
        std::hint::black_box(render(&errors, &own, false));
        return;
    }
    for (sources, model) in RESOLVED.get_or_init(|| MODELS.iter().map(|text| resolve(text)).collect()) {
        let mut sources = sources.clone();
        let Ok(file) = data::read(&mut sources, name, None, bytes.to_vec()) else { panic!("read once, refused then") };
        let bound = model.bind(&[file], &[], Purpose::Fit, &sources);
        let lowered = bound.and_then(|binding| match binding.plates.iter().all(|plate| plate.size < ROWS) {
            true => model.open_density(&binding, Scale::Unconstrained, Form::Auto).map(drop),
            false => Ok(()),
        });
        if let Err(errors) = lowered {
            assert!(!errors.is_empty(), "data that are refused without a word");
            std::hint::black_box(render(&errors, &sources, false));
        }
    }
}

// The first byte tells the kind of file.
fuzz_target!(|bytes: &[u8]| {
    let Some((kind, content)) = bytes.split_first() else { return };
    matched(["data.csv", "data.json", "data.tsv"][usize::from(kind % 3)], content);
});
