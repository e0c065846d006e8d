//! Problems that a fit detects in its own results, as data.

use crate::base::Diagnostic;

/// Something the user should know about a fit: what it is, what it concerns, its figures, what to
/// try.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Code, message, meaning, and what to try.
    pub diagnostic: Diagnostic,
    /// The names of the variables, elements or chains that it concerns.
    pub subject: Vec<String>,
    /// The numbers that it is based on, by name.
    pub figures: Vec<(&'static str, f64)>,
    /// Whether the results are not to be trusted as they stand.
    pub doubtful: bool,
}

impl From<Diagnostic> for Finding {
    fn from(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, subject: Vec::new(), figures: Vec::new(), doubtful: false }
    }
}

impl Finding {
    /// Says that the results are not to be trusted as they stand.
    #[must_use]
    pub fn doubting(self) -> Self {
        Self { doubtful: true, ..self }
    }

    /// Adds what it concerns.
    #[must_use]
    pub fn about(mut self, subject: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.subject.extend(subject.into_iter().map(Into::into));
        self
    }

    /// Adds a number that it is based on.
    #[must_use]
    pub fn figure(mut self, name: &'static str, value: f64) -> Self {
        self.figures.push((name, value));
        self
    }
}

/// The diagnostics of findings, in order.
pub fn diagnostics(findings: &[Finding]) -> Vec<Diagnostic> {
    findings.iter().map(|finding| finding.diagnostic.clone()).collect()
}
