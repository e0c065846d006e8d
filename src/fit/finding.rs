//! What a fit found wrong with itself, as data.

use crate::base::Diagnostic;

/// Something that is to be known of a fit: what, what it is about, its figures, what to try.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Code, message, meaning, and what to try.
    pub diagnostic: Diagnostic,
    /// The variables, elements or chains that it is about, by name.
    pub subject: Vec<String>,
    /// The numbers that it rests on, by name.
    pub figures: Vec<(&'static str, f64)>,
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, subject: Vec::new(), figures: Vec::new() }
    }
}

impl Finding {
    /// The same about these.
    #[must_use]
    pub fn about(mut self, subject: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.subject.extend(subject.into_iter().map(Into::into));
        self
    }

    /// The same with a number that it rests on.
    #[must_use]
    pub fn figure(mut self, name: &'static str, value: f64) -> Self {
        self.figures.push((name, value));
        self
    }
}

/// The diagnostics of findings, in their order.
pub fn diagnostics(findings: &[Finding]) -> Vec<Diagnostic> {
    findings.iter().map(|finding| finding.diagnostic.clone()).collect()
}
