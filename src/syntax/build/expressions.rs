//! Pest's pairs → expressions.

use pest::iterators::Pair;

use super::built::Built;
use super::names::{binder, name};
use super::operators::operation;
use super::{Builder, next, only, parts};
use crate::base::Span;
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{Argument, Expression, ExpressionKind, Name};

/// An expression with its `where` bindings.
pub(super) fn body(b: &mut Builder<'_>, pair: Pair<'_, Rule>) -> Result<Built, SyntaxError> {
    let span = b.span(&pair);
    let mut parts = parts(pair);
    let inner = expression(b, next(&mut parts))?;
    let Some(pair) = parts.next() else { return Ok(inner) };
    let (bindings, depth) = bindings(b, super::parts(pair))?;
    Built::above(
        ExpressionKind::Where(Box::new(inner.expression), bindings),
        span,
        depth.max(inner.depth),
    )
}

/// `z = ..., w = ...`, with the depth of the deepest value.
pub(super) fn bindings<'i>(
    b: &mut Builder<'_>,
    pairs: impl Iterator<Item = Pair<'i, Rule>>,
) -> Result<(Vec<(Name, Expression)>, usize), SyntaxError> {
    let (mut bindings, mut depth) = (Vec::new(), 0);
    for pair in pairs {
        let mut parts = parts(pair);
        let name = name(b, &next(&mut parts));
        let value = expression(b, next(&mut parts))?;
        depth = depth.max(value.depth);
        bindings.push((name, value.expression));
    }
    Ok((bindings, depth))
}

/// A row of operands and operators.
pub(super) fn expression(b: &mut Builder<'_>, pair: Pair<'_, Rule>) -> Result<Built, SyntaxError> {
    operation(b, pair.into_inner(), operand)
}

/// An atom and the brackets after it.
fn operand(b: &mut Builder<'_>, pair: Pair<'_, Rule>) -> Result<Built, SyntaxError> {
    let mut parts = parts(pair);
    let mut built = atom(b, next(&mut parts))?;
    for index in parts {
        let span = built.expression.span.to(b.span(&index));
        let (indices, depth) = expressions(b, index)?;
        built = Built::above(
            ExpressionKind::Index(Box::new(built.expression), indices),
            span,
            depth.max(built.depth),
        )?;
    }
    Ok(built)
}

fn atom(b: &mut Builder<'_>, pair: Pair<'_, Rule>) -> Result<Built, SyntaxError> {
    let span = b.span(&pair);
    let text = pair.as_str();
    #[expect(clippy::wildcard_enum_match_arm, reason = "the grammar leaves a name as the last")]
    let kind = match pair.as_rule() {
        Rule::conditional => return conditional(b, pair),
        Rule::reduction => return reduction(b, pair, span),
        Rule::call => return call(b, pair, span),
        Rule::parenthesised => {
            let built = body(b, only(pair))?;
            return Ok(Built { expression: Expression { span, ..built.expression }, ..built });
        }
        Rule::list => {
            let (entries, depth) = expressions(b, pair)?;
            return Built::above(ExpressionKind::List(entries), span, depth);
        }
        Rule::number => ExpressionKind::Number(number(text, span)?),
        Rule::boolean => ExpressionKind::Bool(text == "true"),
        Rule::string => ExpressionKind::Label(text.trim_matches('"').to_owned()),
        _ => ExpressionKind::Name(text.to_owned()),
    };
    Built::above(kind, span, 0)
}

fn number(text: &str, span: Span) -> Result<f64, SyntaxError> {
    text.parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
        .ok_or(SyntaxError::NumberTooLarge { span })
}

/// The expressions of a list or an index, with the depth of the deepest.
fn expressions(
    b: &mut Builder<'_>,
    pair: Pair<'_, Rule>,
) -> Result<(Vec<Expression>, usize), SyntaxError> {
    let (mut entries, mut depth) = (Vec::new(), 0);
    for pair in parts(pair) {
        let entry = expression(b, pair)?;
        depth = depth.max(entry.depth);
        entries.push(entry.expression);
    }
    Ok((entries, depth))
}

fn call(b: &mut Builder<'_>, pair: Pair<'_, Rule>, span: Span) -> Result<Built, SyntaxError> {
    let mut parts = parts(pair);
    let function = name(b, &next(&mut parts));
    let (mut arguments, mut depth) = (Vec::new(), 0);
    for argument in parts {
        let mut parts = super::parts(argument).peekable();
        let label =
            parts.next_if(|p| p.as_rule() == Rule::argument_name).map(|p| name(b, &only(p)));
        let value = expression(b, next(&mut parts))?;
        depth = depth.max(value.depth);
        arguments.push(Argument { name: label, value: value.expression });
    }
    Built::above(ExpressionKind::Call(function, arguments), span, depth)
}

fn reduction(b: &mut Builder<'_>, pair: Pair<'_, Rule>, span: Span) -> Result<Built, SyntaxError> {
    let mut parts = parts(pair).peekable();
    let function = name(b, &next(&mut parts));
    let mut binders = Vec::new();
    while let Some(pair) = parts.next_if(|p| p.as_rule() == Rule::over_binder) {
        binders.push(binder(b, pair));
    }
    let inner = body(b, next(&mut parts))?;
    Built::above(
        ExpressionKind::Reduce { function, binders, body: Box::new(inner.expression) },
        span,
        inner.depth,
    )
}

/// A chain of `else if` is flat in the grammar; it is nested here, starting from the end.
fn conditional(b: &mut Builder<'_>, pair: Pair<'_, Rule>) -> Result<Built, SyntaxError> {
    let starts: Vec<Span> = pair
        .clone()
        .into_inner()
        .filter(|p| p.as_rule() == Rule::if_word)
        .map(|p| b.span(&p))
        .collect();
    let mut built = parts(pair).map(|p| expression(b, p)).collect::<Result<Vec<_>, _>>()?;
    let mut otherwise = built.pop().expect("the grammar has an else");
    for start in starts.into_iter().rev() {
        let (Some(then), Some(condition)) = (built.pop(), built.pop()) else { break };
        let span = start.to(otherwise.expression.span);
        let depth = condition.depth.max(then.depth).max(otherwise.depth);
        let [condition, then, last] =
            [condition, then, otherwise].map(|part| Box::new(part.expression));
        otherwise = Built::above(ExpressionKind::If(condition, then, last), span, depth)?;
    }
    Ok(otherwise)
}
