//! Each clause of each family of the library against tests/reference/families_values.csv.

use std::path::PathBuf;

use pgmc::base::{Sources, Span};
use pgmc::syntax::parse;
use pgmc::syntax::tree::{Clause, Declaration, Family, Name};

use super::table::{Case, cases};
use super::texts::{files, text_at};
use crate::families::reported::reported;

/// Largest error, relative to the value where that is above 1.
const TOLERANCE: f64 = 2e-12;

/// The same for families whose log mass is a difference of terms as large as the counts times their
/// logarithms: these terms' rounding. The table goes up to a rate of 100,000 and a million trials.
const LARGE_COUNTS: [(&str, f64); 2] = [("Poisson", 5e-11), ("Binomial", 1.5e-11)];

#[test]
fn clauses_agree_with_the_table() {
    let wrong: Vec<_> = cases().iter().flat_map(differences).collect();
    assert!(wrong.is_empty(), "{} values differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The rows of a case that the library has differently.
fn differences(case: &Case) -> Vec<String> {
    let mut sources = Sources::new();
    let source = sources.add(&case.family, text_of(&case.family));
    let tree = parse(&sources, source).expect("the library has no mistakes");
    let Some(Declaration::Family(family)) = tree.declarations.first() else {
        panic!("{} is no family", case.family)
    };
    // The other clauses of a family over a plate read its vectors by position, and so cannot be
    // reported for many rows at once.
    if case.clause != "log_density" && !family.axes.is_empty() {
        return Vec::new();
    }
    let (model, data) = Question { case, family, sources: &sources }.model();
    let found = reported(&model, &data, "value");
    assert_eq!(found.len(), case.rows.len());
    let rows = case.rows.iter().zip(found);
    let exception = LARGE_COUNTS
        .iter()
        .find(|(family, _)| *family == case.family && case.clause == "log_density");
    let tolerance = exception.map_or(TOLERANCE, |(_, tolerance)| *tolerance);
    rows.filter(|((_, expected), found)| !close(*expected, *found, tolerance))
        .map(|((values, expected), found)| {
            let names = case.names.join(", ");
            format!(
                "{}({names}) {} at {}: expected {expected:e}, found {found:e}",
                case.family,
                case.clause,
                values.join(" ")
            )
        })
        .collect()
}

/// The text of a family by its name; the file has the name in lower case, its words joined by `_`.
fn text_of(family: &str) -> String {
    let wanted = family.to_lowercase();
    let is_it = |path: &&PathBuf| {
        path.file_stem().is_some_and(|stem| stem.to_string_lossy().replace('_', "") == wanted)
    };
    text_at(files("library/families", "").iter().find(is_it).expect("the library has the family"))
}

fn close(expected: f64, found: f64, tolerance: f64) -> bool {
    expected == found || (expected - found).abs() <= tolerance * expected.abs().max(1.0)
}

/// A case with the family that it is about.
struct Question<'a> {
    case: &'a Case,
    family: &'a Family,
    sources: &'a Sources,
}

impl Question<'_> {
    /// A model that reports the clause's value in each row as `value`, and its data.
    fn model(&self) -> (String, String) {
        let (body, argument) = self.body();
        let names: Vec<_> =
            self.case.names.iter().map(String::as_str).chain(argument.as_deref()).collect();
        let mut text = if self.family.axes.is_empty() {
            "plate rows\n".to_owned()
        } else {
            "plate rows\nplate k\n".to_owned()
        };
        let mut columns = Vec::new();
        for (i, name) in names.iter().enumerate() {
            let cells: Vec<_> =
                self.case.rows.iter().map(|(values, _)| values[i].as_str()).collect();
            let is_index = i == self.case.names.len() && self.family.over.name.text == "k";
            text += &format!(
                "input {name}[rows]{}\n",
                if is_index { " : k" } else { type_of(cells[0]) }
            );
            columns.push(format!("{name:?}: [{}]", cells.join(", ")));
        }
        (
            format!("{text}{}report value[rows] = {body}\n", self.own_parameters()),
            format!("{{{}}}", columns.join(", ")),
        )
    }

    /// What the clause says, and what it calls its argument. The log density goes by way of the
    /// expression that users write.
    fn body(&self) -> (String, Option<String>) {
        let wanted = self.case.clause.as_str();
        if wanted == "log_density" {
            let arguments: Vec<_> = self.case.names.iter().map(|n| format!("{n} = {n}")).collect();
            return (
                format!("log_density({}({}), y)", self.case.family, arguments.join(", ")),
                Some("y".to_owned()),
            );
        }
        self.clause(wanted).unwrap_or_else(|| {
            let (cdf, argument) =
                self.clause("cdf").expect("the table asks for what follows from the family");
            let logarithm = if wanted == "log_cdf" { "log(lower)" } else { "log1p(-lower)" };
            (format!("{logarithm} where lower = ({cdf})"), argument)
        })
    }

    fn clause(&self, wanted: &str) -> Option<(String, Option<String>)> {
        self.family.clauses.iter().find_map(|clause| match clause {
            Clause::Function { name, argument, body } if name.text == wanted => {
                Some((self.written(body.span), Some(argument.text.clone())))
            }
            Clause::Moment { name, body } if name.text == wanted => {
                Some((self.written(body.span), None))
            }
            Clause::Function { .. }
            | Clause::Moment { .. }
            | Clause::Draw { .. }
            | Clause::With { .. }
            | Clause::Example { .. } => None,
        })
    }

    /// The family's own parameters by those of another naming; the log density finds them itself.
    fn own_parameters(&self) -> String {
        let with = self.family.clauses.iter().find_map(|clause| match clause {
            Clause::With { parameters, bindings, .. }
                if parameters.iter().map(|p| &p.name.text).eq(&self.case.names) =>
            {
                Some(bindings)
            }
            Clause::Function { .. }
            | Clause::Moment { .. }
            | Clause::Draw { .. }
            | Clause::With { .. }
            | Clause::Example { .. } => None,
        });
        let is_new = |name: &Name| {
            self.case.clause != "log_density" && !self.case.names.contains(&name.text)
        };
        let bindings = with.into_iter().flatten().filter(|(name, _)| is_new(name));
        bindings
            .map(|(name, value)| {
                format!("let {}[rows] = {}\n", name.text, self.written(value.span))
            })
            .collect()
    }

    fn written(&self, span: Span) -> String {
        self.sources.slice(span).to_owned()
    }
}

/// The type that a cell of the table has.
fn type_of(cell: &str) -> &'static str {
    match cell {
        "true" | "false" => " : bool",
        _ if cell.starts_with("[[") => " : matrix[k, k]",
        _ if cell.starts_with('[') => " : vector[k]",
        _ => "",
    }
}
