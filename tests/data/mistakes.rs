//! Each file of `mistakes` holds the mistake that it is named after; beside it stands what
//! is said about it.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use pgmc::base::{Diagnostic, Severity, Sources};
use pgmc::data::{Content, read};

#[test]
fn every_mistake_is_reported() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mistakes");
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names
        .retain(|name| [".csv", ".tsv", ".json"].iter().any(|extension| name.ends_with(extension)));
    names.sort();
    assert!(names.len() > 40, "the folder is found");
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(&folder);
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in names {
            insta::assert_snapshot!(
                name.clone(),
                report(&name, fs::read(folder.join(&name)).unwrap())
            );
        }
    });
}

/// What is said about a file; for a JSON file also what is said about its entries as arrays.
fn report(name: &str, bytes: Vec<u8>) -> String {
    let mut sources = Sources::new();
    let findings = match read(&mut sources, name, None, bytes).map(|file| file.content) {
        Err(findings) => findings,
        Ok(Content::Table(_)) => Vec::new(),
        Ok(Content::Document(document)) => {
            let irregular = document
                .entries
                .iter()
                .filter_map(|entry| Some((entry, entry.value.array().err()?)));
            irregular
                .map(|(entry, irregular)| document.irregular(&sources, entry, &irregular))
                .collect()
        }
    };
    assert!(findings.iter().any(Diagnostic::is_error), "{name} is read without an error");
    findings.iter().map(|finding| render(&sources, finding)).collect()
}

fn render(sources: &Sources, finding: &Diagnostic) -> String {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let mut text = format!("{severity}[{}]: {}\n", finding.code, finding.message);
    for label in &finding.labels {
        let (line, column) = sources.line_column(label.span);
        let name = &sources.get(label.span.source).name;
        writeln!(text, "  {name}:{line}:{column} {:?} {}", sources.slice(label.span), label.text)
            .unwrap();
    }
    finding.notes.iter().for_each(|note| writeln!(text, "  note: {note}").unwrap());
    finding.help.iter().for_each(|help| writeln!(text, "  help: {help}").unwrap());
    text
}

#[test]
fn ten_findings_are_shown_and_the_others_counted() {
    let mut sources = Sources::new();
    let text = format!("x,y\n1,2\n{}", "1\n".repeat(25));
    let findings = read(&mut sources, "t.csv", None, text.into_bytes()).unwrap_err();
    assert_eq!(findings.len(), 11);
    assert!(findings[..10].iter().all(Diagnostic::is_error));
    assert_eq!(findings[10].message, "… and 15 more mistakes in this file");
}

#[test]
fn a_row_of_a_million_fields_is_one_finding() {
    let mut sources = Sources::new();
    let text = format!("x,y\n1,2\n{}\n", ",".repeat(2_000_000));
    let findings = read(&mut sources, "t.csv", None, text.into_bytes()).unwrap_err();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].message, "row 2 has 2000001 fields where the header names 2 columns");
}

#[test]
fn a_million_equal_names_are_ten_findings_and_a_count() {
    let mut sources = Sources::new();
    let text = format!("x{}\n", ",x".repeat(999_999));
    let findings = read(&mut sources, "t.csv", None, text.into_bytes()).unwrap_err();
    assert_eq!(findings.len(), 11);
    assert_eq!(findings[10].message, "… and 999989 more mistakes in this file");
}

#[test]
fn a_file_of_four_gibibytes_is_refused_unread() {
    let mut sources = Sources::new();
    let findings = read(&mut sources, "t.csv", None, vec![0; 1 << 32]).unwrap_err();
    assert_eq!(
        (findings[0].code, findings[0].message.as_str()),
        ("E0210", "the file is too large: 4294967296 bytes")
    );
}
