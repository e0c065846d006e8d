//! Advice names settings that there are: what the command spells as options it takes.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use pgmc::base::{Advice, set, setting, words};
use pgmc::report::diagnostics::option;

/// The names of settings in advice, as the source has them.
fn named(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            named(&path, names);
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a text");
        for before in ["set(\"", "setting(\"", "set(\n            \""] {
            let parts = text.split(before).skip(1);
            names.extend(parts.filter_map(|part| part.split('"').next()).map(str::to_owned));
        }
    }
}

#[test]
fn the_command_has_each_setting_that_advice_names() {
    let mut names = BTreeSet::new();
    for stage in ["fit", "cli"] {
        named(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(stage), &mut names);
    }
    assert!(names.len() > 10, "{names:?}");
    let help = Command::new(env!("CARGO_BIN_EXE_pgmc")).args(["fit", "--help"]).output();
    let help = String::from_utf8(help.expect("the command starts").stdout).expect("a text");
    let missing: Vec<&String> =
        names.iter().filter(|name| !help.contains(&option(name, None))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn each_front_end_spells_settings_as_its_own() {
    let advice = Advice::from([
        set("target_accept", 0.95),
        words(" or "),
        set("profile", true),
        words(", without "),
        setting("mc_samples"),
    ]);
    assert_eq!(advice.spelt(&option), "--target-accept 0.95 or --profile, without --mc-samples");
    assert_eq!(advice.to_string(), "target_accept = 0.95 or profile = true, without mc_samples");
    let changes: Vec<_> = advice.changes().collect();
    assert_eq!(changes, [("target_accept", "0.95"), ("profile", "true")]);
}
