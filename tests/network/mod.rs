//! The network stage: texts → printed networks, or what is said about each mistake.

mod diagrams;

use std::path::Path;

use pgmc::base::{Diagnostic, Sources};
use pgmc::network::{self, Network, check, print};
use pgmc::report::diagnostics;
use pgmc::syntax;

/// The examples of `docs/language.md`; their texts are shared with the tests of the syntax.
const EXAMPLES: [&str; 11] = [
    "annotators",
    "capture_recapture",
    "eight_schools",
    "gumbel",
    "hidden_markov",
    "hidden_regression",
    "mixture",
    "radon",
    "stochastic_volatility",
    "survival",
    "varying_slopes",
];

fn build(name: &str, text: &str) -> (Sources, Result<Network, Vec<Diagnostic>>) {
    let mut sources = Sources::new();
    let source = sources.add(format!("{name}.pgm"), text);
    let network =
        syntax::parse(&sources, source).and_then(|tree| network::build(&[tree], &mut sources));
    (sources, network)
}

fn tests() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests"))
}

/// A network with its factorisation, or the errors as a user sees them.
fn shown(name: &str, text: &str) -> String {
    match build(name, text) {
        (_, Ok(network)) => {
            assert_eq!(check(&network), Ok(()), "{name}");
            format!("{}\ndensity\n  {}\n", print::print(&network), print::factorisation(&network))
        }
        (sources, Err(errors)) => diagnostics::render(&errors, &sources, false),
    }
}

#[test]
fn examples_give_their_networks() {
    for name in EXAMPLES {
        let text =
            std::fs::read_to_string(tests().join("syntax/examples").join(format!("{name}.pgm")))
                .unwrap();
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, shown(name, &text));
        });
    }
}

/// Each file of `mistakes` is named after the mistake in it; what is said about it lies
/// beside it.
#[test]
fn mistakes_are_explained() {
    let folder = tests().join("network/mistakes");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.retain(|name| name.ends_with(".pgm"));
    names.sort();
    let mut said = String::new();
    for name in names {
        let name = name.trim_end_matches(".pgm");
        let (sources, network) =
            build(name, &std::fs::read_to_string(folder.join(format!("{name}.pgm"))).unwrap());
        let text = diagnostics::render(&network.expect_err(name), &sources, false);
        said.push_str(&text);
        insta::with_settings!({ snapshot_path => &folder, prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, text);
        });
    }
    for code in codes() {
        assert!(said.contains(code), "no file makes the mistake {code}");
    }
}

/// The codes of all errors of the stage.
fn codes() -> Vec<&'static str> {
    let code = |part: &'static str| part.split('"').next().unwrap();
    let texts = [
        include_str!("../../src/network/error.rs"),
        include_str!("../../src/network/error/combinator.rs"),
    ];
    texts
        .into_iter()
        .flat_map(|text| text.split("Diagnostic::error(\"").skip(1))
        .map(code)
        .collect()
}
