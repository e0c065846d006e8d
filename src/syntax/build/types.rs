//! Pest's pairs → types and parameters.

use pest::iterators::Pair;

use super::expressions::expression;
use super::names::name;
use super::{Builder, next, only, parts};
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{Parameter, Type, TypeAxis};

/// `(a: real, b)`
pub(super) fn parameters(
    b: &mut Builder<'_>,
    pair: Pair<'_, Rule>,
) -> Result<Vec<Parameter>, SyntaxError> {
    parts(pair)
        .map(|parameter| {
            let mut parts = parts(parameter);
            let name = name(b, &next(&mut parts));
            let ty = parts.next().map(|part| type_of(b, only(part))).transpose()?;
            Ok(Parameter { name, ty })
        })
        .collect()
}

/// `real(0, _)`, `vector[k]`, ...
pub(super) fn type_of(b: &mut Builder<'_>, pair: Pair<'_, Rule>) -> Result<Type, SyntaxError> {
    let span = b.span(&pair);
    let mut parts = parts(pair);
    let name = name(b, &next(&mut parts));
    let (mut bounds, mut axes) = (None, Vec::new());
    for part in parts {
        if part.as_rule() == Rule::bounds {
            bounds = Some(super::parts(part).map(|p| bound(b, p)).collect::<Result<_, _>>()?);
        } else {
            axes = super::parts(part).map(|p| axis(b, p)).collect::<Result<_, _>>()?;
        }
    }
    Ok(Type { name, bounds, axes, span })
}

fn bound(
    b: &mut Builder<'_>,
    pair: Pair<'_, Rule>,
) -> Result<Option<crate::syntax::tree::Expression>, SyntaxError> {
    let pair = only(pair);
    if pair.as_rule() == Rule::no_bound {
        Ok(None)
    } else {
        Ok(Some(expression(b, pair)?.expression))
    }
}

fn axis(b: &Builder<'_>, pair: Pair<'_, Rule>) -> Result<TypeAxis, SyntaxError> {
    let pair = only(pair);
    if pair.as_rule() == Rule::name {
        return Ok(TypeAxis::Plate(name(b, &pair)));
    }
    let span = b.span(&pair);
    let size = pair.as_str().parse().map_err(|_| SyntaxError::NumberTooLarge { span })?;
    Ok(TypeAxis::Size(size, span))
}
