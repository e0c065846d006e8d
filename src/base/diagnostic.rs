//! Errors as values: what is wrong, where, what was expected, what to try. Rendered at the edge, by
//! `report::diagnostics`.

use crate::base::{Advice, Span};

/// How serious a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The work cannot continue.
    Error,
    /// The work continues; the user should know.
    Warning,
    /// Information only.
    Note,
}

/// A span with a remark. The first label of a diagnostic is the primary one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The underlined text.
    pub span: Span,
    /// The remark beside the underline; may be empty.
    pub text: String,
}

/// A problem, or a remark, that a stage reports to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error, warning or note.
    pub severity: Severity,
    /// Stable code, such as `E0123`. Syntax E00xx, network E01xx, data E02xx, binding E03xx,
    /// fitting E04xx, files and usage E05xx; W.... for warnings.
    pub code: &'static str,
    /// The problem, in one line.
    pub message: String,
    /// Where it is; the first is the primary place.
    pub labels: Vec<Label>,
    /// Explanations and further facts.
    pub notes: Vec<String>,
    /// What to try.
    pub help: Option<Advice>,
}

impl Diagnostic {
    /// An error, not yet located.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message)
    }

    /// A warning, not yet located.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message)
    }

    /// A note, not yet located.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message)
    }

    fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            severity,
            code,
            message: message.into(),
            labels: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// Adds a location with a remark.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Adds a further fact.
    #[must_use]
    pub fn because(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Adds a suggestion.
    #[must_use]
    pub fn try_this(mut self, help: impl Into<Advice>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Whether the work cannot continue.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// The candidate nearest to `name`, if one is close enough that it may have been meant.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    candidates
        .into_iter()
        .map(|c| (strsim::jaro_winkler(&lower, &c.to_lowercase()), c))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, c)| c)
}
