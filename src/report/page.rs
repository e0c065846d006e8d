//! Renders a fitted model as the page that the terminal shows and `log.txt` keeps.

use std::io::{self, Write};

use super::{Format, blocks, diagnostics, discrete, headline, table};
use crate::base::Sources;
use crate::base::numbers::{duration, plural, thousands};
use crate::fit::{self, Answer, Fitted, Overview};
use crate::lower::Written;

/// The page of a fit.
#[derive(Clone, Copy)]
pub struct Page<'a> {
    /// The model's title.
    pub title: &'a str,
    /// The texts that findings point into.
    pub sources: &'a Sources,
    /// Whether to show every element of long arrays.
    pub all: bool,
}

impl Format for Page<'_> {
    fn file(&self) -> &'static str {
        "log.txt"
    }

    fn applies(&self, _fitted: &Fitted) -> bool {
        true
    }

    fn write(&self, fitted: &Fitted, out: &mut dyn Write) -> io::Result<()> {
        let introduction = self.introduction(&fitted.overview);
        let (results, findings) = (self.results(fitted), self.findings(fitted, false));
        out.write_all(format!("{introduction}\n{results}\n{findings}").as_bytes())
    }
}

impl Page<'_> {
    /// What is fitted and what it was compiled to, in two lines, and one line for each kind of
    /// hidden variables that are integrated out.
    #[must_use]
    pub fn introduction(&self, overview: &Overview) -> String {
        let mut parts = vec![self.title.to_owned(), plural(overview.parameters, "parameter")];
        if overview.latents > 0 {
            let form = |f: &crate::lower::FormChoice| format!("{}: {}", f.name, word(&f.written));
            let forms: Vec<String> = overview.forms.iter().map(form).collect();
            let forms =
                if forms.is_empty() { String::new() } else { format!(" ({})", forms.join(", ")) };
            parts.push(format!("{}{forms}", plural(overview.latents, "latent")));
        }
        if overview.missing > 0 {
            parts.push(plural(overview.missing, "missing value"));
        }
        let rows = overview.rows.iter();
        parts.extend(rows.map(|(plate, size)| format!("{} {plate}", thousands(*size as u64))));
        let introduction = format!(
            "  Model     {}\n  Compiled  in {} · one gradient {}",
            parts.join(" · "),
            duration(overview.compile_seconds),
            duration(overview.gradient_seconds)
        );
        match &overview.integrated {
            Some(integrated) => {
                let lines = blocks::lines(integrated).join("\n            ");
                format!("{introduction}\n  Hidden    {lines}")
            }
            None => introduction,
        }
    }

    /// What was done, and the results.
    #[must_use]
    pub fn results(&self, fitted: &Fitted) -> String {
        let headline = headline::of(fitted);
        let discrete = fitted.discrete.as_ref();
        let discrete = discrete.map_or_else(String::new, |found| discrete::text(found, self.all));
        match &fitted.answer {
            Answer::Draws(sampled) => {
                let (draws, summaries) = (&sampled.draws, &sampled.summaries);
                let chains = draws.chains.len();
                let (names, variables) = (&draws.names, &draws.variables);
                let table = table::of_summaries(names, variables, summaries, chains, self.all);
                format!("  {headline}\n\n{table}{discrete}")
            }
            Answer::Estimate(maximised) => {
                let fit::Maximised { names, variables, estimate, likelihood, .. } = maximised;
                let fitness = headline::fitness(likelihood);
                let table = table::of_estimates(names, variables, estimate, self.all);
                let mark = if fitted.doubtful() { NO_MAXIMUM } else { "" };
                format!("  {headline}\n  {fitness}\n\n{mark}{table}{discrete}")
            }
            Answer::Exact { .. } => format!("  {headline}\n{discrete}"),
        }
    }

    /// The findings, most serious first; empty if there are none.
    #[must_use]
    pub fn findings(&self, fitted: &Fitted, colour: bool) -> String {
        let findings = fit::diagnostics(&fitted.findings);
        let text = diagnostics::in_order(&findings, self.sources, colour);
        // Findings are separated by blank lines, with none at the end.
        text.strip_suffix('\n').unwrap_or(&text).to_owned()
    }
}

/// Above a table of where a climb was ended.
const NO_MAXIMUM: &str = "  NOT CONVERGED: these are the values where the climb was ended, and no \
                          estimates\n\n";

fn word(written: &Written) -> &'static str {
    match written {
        Written::Auxiliary => "auxiliary form",
        Written::Centred => "centred",
        Written::Partial(_) => "partial form",
    }
}
