//! Rendering diagnostics: what stands where in the text that a user reads.

use pgmc::base::{Diagnostic, SourceId, Sources, Span};
use pgmc::report::diagnostics::render;

fn span_of(sources: &Sources, source: SourceId, part: &str) -> Span {
    let start = sources.get(source).text.find(part).expect("the part is in the text");
    Span::new(source, start, start + part.len())
}

fn snapshot(name: &str, rendered: &str) {
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, rendered);
    });
}

#[test]
fn two_files_notes_and_help() {
    let mut sources = Sources::new();
    let data = sources.add_excerpt("counties.csv", "county,uranum\n", 1);
    let model =
        sources.add("radon.pgm", "plate homes\r\n\r\ninput   uranium[counties] : positive\r\n");
    let error = Diagnostic::error("E0201", "column `uranium` not found")
        .at(span_of(&sources, data, "uranum"), "columns here: county, uranum")
        .at(span_of(&sources, model, "uranium"), "needs a column `uranium`")
        .because("the file has one row")
        .try_this(
            "rename the column, or write\ninput uranium[counties] : positive from \"uranum\"",
        );
    snapshot("two_files_notes_and_help", &render(&[error], &sources, false));
}

#[test]
fn an_excerpt_keeps_the_line_numbers_of_its_file() {
    let mut sources = Sources::new();
    let data = sources.add_excerpt("big.csv", "x,y\n1,abc\n", 99_999);
    let error = Diagnostic::error("E0202", "not a number").at(span_of(&sources, data, "abc"), "");
    snapshot("an_excerpt_keeps_line_numbers", &render(&[error], &sources, false));
}

#[test]
fn a_long_line_is_cut_around_the_span() {
    let mut sources = Sources::new();
    let text = format!("{}HERE{}\nshort\n", "é".repeat(500_000), "y".repeat(500_000));
    let model = sources.add("long.pgm", text);
    let error = Diagnostic::error("E0003", "found")
        .at(span_of(&sources, model, "HERE"), "it")
        .at(span_of(&sources, model, "short"), "");
    let rendered = render(&[error], &sources, false);
    assert!(rendered.len() < 1_000, "{} bytes", rendered.len());
    assert!(rendered.contains("long.pgm:1:500001"), "{rendered}");
    let lines: Vec<&str> = rendered.lines().collect();
    let column = |line: &str, what: &str| line.split(what).next().unwrap().chars().count();
    assert_eq!(column(lines[3], "HERE"), column(lines[4], "^^^^ it"), "{rendered}");
}

#[test]
fn in_the_order_of_the_text_each_once_and_counted() {
    let mut sources = Sources::new();
    let model = sources.add("m.pgm", "one two");
    let at = |part| span_of(&sources, model, part);
    let second = Diagnostic::error("E0001", "second").at(at("two"), "");
    let first = Diagnostic::error("E0002", "first").at(at("one"), "");
    let aside = Diagnostic::warning("W0001", "aside");
    let rendered = render(&[second.clone(), aside, first, second], &sources, false);
    let order: Vec<_> = ["aside", "first", "second", "2 errors"]
        .iter()
        .map(|what| rendered.find(what).expect(what))
        .collect();
    assert!(order.is_sorted(), "{rendered}");
    assert_eq!(rendered.matches("second").count(), 1, "{rendered}");
}

#[test]
fn colour_is_written_only_where_asked_for() {
    let mut sources = Sources::new();
    let model = sources.add("m.pgm", "one");
    let error =
        Diagnostic::error("E0001", "wrong").at(Span::new(model, 0, 3), "").try_this("right");
    assert!(render(std::slice::from_ref(&error), &sources, true).contains("\u{1b}["));
    assert!(!render(&[error], &sources, false).contains('\u{1b}'));
}

#[test]
fn places_outside_the_text_do_no_harm() {
    let mut sources = Sources::new();
    let model = sources.add("m.pgm", "é\u{1b}[31m\nend");
    let empty = sources.add("empty.pgm", "");
    for span in [
        Span::new(model, 1, 1),
        Span::new(model, 900, 1_000),
        Span::new(model, 5, 2),
        Span::new(empty, 0, 0),
        Span::new(empty, 3, 4),
        Span::new(SourceId(77), 0, 1),
    ] {
        let rendered =
            render(&[Diagnostic::error("E0001", "wrong").at(span, "here")], &sources, false);
        assert!(rendered.starts_with("error[E0001]: wrong"), "{rendered}");
        assert!(!rendered.contains('\u{1b}'), "a terminal would obey it");
    }
}
