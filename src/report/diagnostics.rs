//! Renders diagnostics, with the sources they point into, as text for the user.

use std::fmt::Write as _;

use codespan_reporting::diagnostic as drawn;
use codespan_reporting::term::termcolor::Buffer;
use codespan_reporting::term::{Chars, Config, emit_to_write_style};

use super::excerpt::{Excerpt, Excerpts};
use crate::base::{Diagnostic, Severity, SourceId, Sources, Span};

/// The diagnostics as text, in source order and without duplicates, with a blank line after each;
/// if there are several errors, their number at the end. `colour`: whether to write ANSI colours.
/// Positions outside a source are moved to its end; long lines are cut.
#[must_use]
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    let mut sorted: Vec<Diagnostic> = diagnostics.to_vec();
    sorted.sort_by(|a, b| place(a).cmp(&place(b)));
    sorted.dedup();
    let mut text = in_order(&sorted, sources, colour);
    let errors = sorted.iter().filter(|d| d.is_error()).count();
    if errors > 1 {
        text.push_str(&format!("{errors} errors\n"));
    }
    text
}

/// The sort key of a diagnostic.
fn place(diagnostic: &Diagnostic) -> (Option<(SourceId, u32)>, &'static str, &str) {
    let label = diagnostic.labels.first();
    let place = label.map(|label| (label.span.source, label.span.start));
    (place, diagnostic.code, diagnostic.message.as_str())
}

/// The diagnostics as text, in the order given, a blank line after each.
#[must_use]
pub fn in_order(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    diagnostics.iter().map(|diagnostic| one(diagnostic, sources, colour) + "\n").collect()
}

/// A setting as the command line spells it: an option.
#[must_use]
pub fn option(name: &str, value: Option<&str>) -> String {
    let option = format!("--{}", name.replace('_', "-"));
    match value {
        None | Some("true") => option,
        Some(value) => format!("{option} {value}"),
    }
}

/// One diagnostic: header, excerpts, notes, help.
fn one(diagnostic: &Diagnostic, sources: &Sources, colour: bool) -> String {
    let excerpts = excerpts(diagnostic, sources);
    let labels = diagnostic.labels.iter().enumerate().filter_map(|(position, label)| {
        let file = excerpts.0.iter().position(|excerpt| excerpt.source() == label.span.source)?;
        let style =
            if position == 0 { drawn::LabelStyle::Primary } else { drawn::LabelStyle::Secondary };
        Some(
            drawn::Label::new(style, file, excerpts.0[file].place(label.span))
                .with_message(&label.text),
        )
    });
    let header = drawn::Diagnostic::new(severity(diagnostic.severity))
        .with_code(diagnostic.code)
        .with_message(&diagnostic.message)
        .with_labels_iter(labels)
        .with_notes_iter(diagnostic.notes.iter().cloned());
    let mut buffer = if colour { Buffer::ansi() } else { Buffer::no_color() };
    let drawing = emit_to_write_style(&mut buffer, &look(), &excerpts, &header);
    debug_assert!(drawing.is_ok(), "an excerpt covers its labels: {drawing:?}");
    let mut text = String::from_utf8_lossy(buffer.as_slice()).trim_end_matches('\n').to_owned();
    text.push('\n');
    if let Some(help) = &diagnostic.help {
        let padding = excerpts.0.iter().map(Excerpt::digits).max().unwrap_or(0) + 1;
        push_help(&mut text, &help.spelt(&option), padding, colour);
    }
    text
}

/// The texts a diagnostic points into, in the order of its labels.
fn excerpts(diagnostic: &Diagnostic, sources: &Sources) -> Excerpts {
    let mut order: Vec<SourceId> = Vec::new();
    for label in &diagnostic.labels {
        if label.span.source.0 < u32::try_from(sources.len()).unwrap_or(u32::MAX)
            && !order.contains(&label.span.source)
        {
            order.push(label.span.source);
        }
    }
    let spans = |source| {
        diagnostic
            .labels
            .iter()
            .map(|l| l.span)
            .filter(|s| s.source == source)
            .collect::<Vec<Span>>()
    };
    Excerpts(
        order.into_iter().map(|source| Excerpt::new(sources, source, &spans(source))).collect(),
    )
}

fn push_help(text: &mut String, help: &str, padding: usize, colour: bool) {
    let (start, end) = if colour { ("\u{1b}[36m", "\u{1b}[0m") } else { ("", "") };
    for (position, line) in help.lines().enumerate() {
        let head = if position == 0 { format!("{start}help:{end}") } else { "     ".to_owned() };
        let _ = writeln!(text, "{:padding$}{head} {line}", "");
    }
}

fn severity(severity: Severity) -> drawn::Severity {
    match severity {
        Severity::Error => drawn::Severity::Error,
        Severity::Warning => drawn::Severity::Warning,
        Severity::Note => drawn::Severity::Note,
    }
}

fn look() -> Config {
    Config {
        chars: Chars { single_secondary_caret: '─', ..Chars::box_drawing() },
        ..Config::default()
    }
}
