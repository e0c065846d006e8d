//! Pest's pairs → a family and its clauses.

use pest::iterators::Pair;

use super::expressions::{bindings, body, expression};
use super::names::name;
use super::types::{parameters, type_of};
use super::{Builder, next, only, parts};
use crate::base::Span;
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;
use crate::syntax::mistakes::meant_clause;
use crate::syntax::tree::{Clause, Family, Name, Noise};

/// The clauses that are functions of the value, or of another number, and how they begin.
const FUNCTION_CLAUSES: [(&str, &str); 6] = [
    ("log_density", "log_density(y) = ..."),
    ("cdf", "cdf(y) = ..."),
    ("log_cdf", "log_cdf(y) = ..."),
    ("log_ccdf", "log_ccdf(y) = ..."),
    ("quantile", "quantile(p) = ..."),
    ("log_density_of_sum", "log_density_of_sum(n) = ..."),
];
/// The clauses that are functions of the parameters alone, and how they begin.
const MOMENT_CLAUSES: [(&str, &str); 2] = [("mean", "mean = ..."), ("variance", "variance = ...")];
/// The other clauses; where one is written like a function or a moment, the grammar takes its word
/// for the name of one.
const OTHER_CLAUSES: [(&str, &str); 3] = [
    ("draw", "draw(e ~ Normal(0, 1)) = ..."),
    ("with", "with (mean, sd) => (shape = ..., rate = ...)"),
    ("example", "example F(0, 1) at 1 = -1.4189"),
];

/// A family, from what follows the word `family`.
pub(super) fn family<'i>(
    b: &mut Builder<'_>,
    parts: impl Iterator<Item = Pair<'i, Rule>>,
    doc: Option<String>,
    span: Span,
) -> Result<Family, SyntaxError> {
    let mut parts = parts.peekable();
    let name_ = name(b, &next(&mut parts));
    let axes = parts.next_if(|p| p.as_rule() == Rule::family_axes);
    let axes =
        axes.map(|p| super::parts(p).map(|axis| name(b, &axis)).collect()).unwrap_or_default();
    let parameters = parameters(b, next(&mut parts))?;
    let over = type_of(b, next(&mut parts))?;
    let clauses = clauses(b, next(&mut parts))?;
    Ok(Family { name: name_, axes, parameters, over, clauses, doc, span })
}

fn clauses(b: &mut Builder<'_>, pair: Pair<'_, Rule>) -> Result<Vec<Clause>, SyntaxError> {
    parts(pair).map(|p| clause(b, p)).collect()
}

fn clause(b: &mut Builder<'_>, pair: Pair<'_, Rule>) -> Result<Clause, SyntaxError> {
    let span = b.span(&pair);
    let word = pair.clone().into_inner().next().map_or(span, |first| b.span(&first));
    let rule = pair.as_rule();
    let mut parts = parts(pair);
    #[expect(clippy::wildcard_enum_match_arm, reason = "the grammar leaves these five")]
    Ok(match rule {
        Rule::function_clause => Clause::Function {
            name: clause_name(b, &next(&mut parts), &FUNCTION_CLAUSES),
            argument: name(b, &next(&mut parts)),
            body: body(b, next(&mut parts))?.expression,
        },
        Rule::moment_clause => Clause::Moment {
            name: clause_name(b, &next(&mut parts), &MOMENT_CLAUSES),
            body: body(b, next(&mut parts))?.expression,
        },
        Rule::draw_clause => draw(b, parts, word)?,
        Rule::with_clause => with(b, parts, span)?,
        _ => Clause::Example {
            distribution: expression(b, next(&mut parts))?.expression,
            at: expression(b, next(&mut parts))?.expression,
            log_density: expression(b, next(&mut parts))?.expression,
            span,
        },
    })
}

/// The word of a clause, checked to be one of `known`.
fn clause_name(b: &mut Builder<'_>, pair: &Pair<'_, Rule>, known: &[(&str, &str)]) -> Name {
    let name = name(b, pair);
    if known.iter().all(|(word, _)| *word != name.text) {
        let mut all = FUNCTION_CLAUSES.iter().chain(&MOMENT_CLAUSES).chain(&OTHER_CLAUSES);
        let shape = all.find(|(word, _)| *word == name.text).map(|(_, shape)| *shape);
        let span = name.span;
        b.errors.push(match shape {
            Some(shape) => SyntaxError::ClauseShape { shape, span },
            None => SyntaxError::UnknownClause {
                name: name.text.clone(),
                nearest: meant_clause(&name.text),
                span,
            },
        });
    }
    name
}

fn draw<'i>(
    b: &mut Builder<'_>,
    parts: impl Iterator<Item = Pair<'i, Rule>>,
    word: Span,
) -> Result<Clause, SyntaxError> {
    let mut parts = parts.peekable();
    let mut noises = Vec::new();
    while let Some(pair) = parts.next_if(|p| p.as_rule() == Rule::noise) {
        noises.push(noise(b, pair)?);
    }
    let name = Name { text: "draw".to_owned(), span: word };
    Ok(Clause::Draw { name, noises, body: body(b, next(&mut parts))?.expression })
}

fn noise(b: &mut Builder<'_>, pair: Pair<'_, Rule>) -> Result<Noise, SyntaxError> {
    let mut parts = parts(pair).peekable();
    let name = name(b, &next(&mut parts));
    let ty = parts
        .next_if(|p| p.as_rule() == Rule::type_part)
        .map(|p| type_of(b, only(p)))
        .transpose()?;
    Ok(Noise { name, ty, base: expression(b, next(&mut parts))?.expression })
}

fn with<'i>(
    b: &mut Builder<'_>,
    mut parts: impl Iterator<Item = Pair<'i, Rule>>,
    span: Span,
) -> Result<Clause, SyntaxError> {
    let parameters = parameters(b, next(&mut parts))?;
    let (assignments, rest): (Vec<_>, Vec<_>) = parts.partition(|p| p.as_rule() == Rule::binding);
    let (bindings, _) = bindings(b, assignments.into_iter())?;
    let clauses = rest.into_iter().next().map(|p| clauses(b, p)).transpose()?.unwrap_or_default();
    Ok(Clause::With { parameters, bindings, clauses, span })
}
