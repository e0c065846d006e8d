//! The declaration of a variable → the parts that its role requires or forbids.

use super::error::{Part, SyntaxError};
use super::tree::{Expression, ExpressionKind, Role, Variable};
use crate::base::Span;

/// Whether a part is required, allowed or forbidden.
#[derive(Clone, Copy, PartialEq)]
enum Need {
    Must,
    May,
    Not,
}

/// The table of the language: which role has which parts.
fn need(role: Role, part: Part) -> Need {
    match (role, part) {
        (Role::Latent | Role::Observe, Part::Distribution)
        | (Role::Let | Role::Report, Part::Value) => Need::Must,
        (_, Part::Type)
        | (Role::Input | Role::Observe, Part::Value | Part::Column)
        | (Role::Param, Part::Distribution) => Need::May,
        (Role::Param | Role::Latent, Part::Value | Part::Column)
        | (Role::Let | Role::Report, Part::Column | Part::Distribution)
        | (Role::Input, Part::Distribution) => Need::Not,
    }
}

/// All mistakes in the parts of a declaration; `parts` are those written in `text`.
pub(super) fn check(text: &str, variable: &Variable, parts: &[(Part, Span)]) -> Vec<SyntaxError> {
    let mut errors = repeated(parts);
    if let Some(error) = distribution_after_equals(text, variable, parts) {
        errors.push(error);
        return errors;
    }
    let (role, name) = (variable.role, || variable.items[0].name.text.clone());
    for &(part, span) in parts {
        if need(role, part) == Need::Not {
            errors.push(SyntaxError::PartNotAllowed { role, name: name(), part, span });
        }
    }
    for part in [Part::Value, Part::Distribution] {
        // A surplus part explains a missing one: `let x ~ Normal(0, 1)` is one mistake.
        if need(role, part) == Need::Must
            && errors.is_empty()
            && parts.iter().all(|(present, _)| *present != part)
        {
            errors.push(SyntaxError::MissingPart { role, name: name(), part, span: variable.span });
        }
    }
    if let (Some(column), true) = (&variable.column, variable.items.len() > 1) {
        errors.push(SyntaxError::SharedColumn { span: column.span });
    }
    errors
}

fn repeated(parts: &[(Part, Span)]) -> Vec<SyntaxError> {
    let first = |part| parts.iter().find(|(other, _)| *other == part).map(|(_, span)| *span);
    let again = |&(part, span): &(Part, Span)| {
        let earlier = first(part).filter(|&earlier| earlier != span)?;
        Some(SyntaxError::RepeatedPart { part, span, earlier })
    };
    parts.iter().filter_map(again).collect()
}

/// `param a = Normal(0, 1)`: a random variable whose value is a call that looks like a family.
fn distribution_after_equals(
    text: &str,
    variable: &Variable,
    parts: &[(Part, Span)],
) -> Option<SyntaxError> {
    let value = variable
        .value
        .as_ref()
        .filter(|value| variable.distribution.is_none() && names_a_family(value))?;
    let (_, span) = parts.iter().find(|(part, _)| *part == Part::Value)?;
    let written = |span: Span| text.get(span.start as usize..span.end as usize).unwrap_or("");
    match variable.role {
        Role::Param | Role::Latent | Role::Observe => {
            let head = written(Span { end: span.start, ..variable.span }).trim_end();
            let instead = format!("{head} ~ {}", written(value.span));
            Some(SyntaxError::DistributionAfterEquals { instead, span: *span })
        }
        Role::Input | Role::Let | Role::Report => None,
    }
}

/// By convention families begin with a capital letter and functions do not.
fn names_a_family(value: &Expression) -> bool {
    matches!(&value.kind, ExpressionKind::Call(name, _) if name.text.starts_with(char::is_uppercase))
}
