//! A flat row of operands and operators → a tree, by precedence (the shunting-yard method: no
//! recursion, so a long row needs no stack).

use pest::iterators::Pair;

use super::Builder;
use super::built::Built;
use crate::base::Span;
use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{BinaryOperator, ExpressionKind, UnaryOperator};

/// An operator that waits for its right operand.
#[derive(Clone, Copy)]
struct Pending {
    operator: Operator,
    span: Span,
}

#[derive(Clone, Copy)]
enum Operator {
    Prefix(UnaryOperator),
    Infix(BinaryOperator),
}

impl Operator {
    /// Precedence: the larger binds tighter.
    fn strength(self) -> u8 {
        match self {
            Self::Infix(BinaryOperator::Or) => 1,
            Self::Infix(BinaryOperator::And) => 2,
            Self::Prefix(UnaryOperator::Not) => 3,
            Self::Infix(infix) if is_comparison(infix) => 4,
            Self::Infix(BinaryOperator::Add | BinaryOperator::Subtract) => 5,
            Self::Infix(
                BinaryOperator::Multiply | BinaryOperator::Divide | BinaryOperator::MatrixProduct,
            ) => 6,
            Self::Prefix(UnaryOperator::Negate) => 7,
            Self::Infix(_) => 8,
        }
    }
}

fn is_comparison(operator: BinaryOperator) -> bool {
    use BinaryOperator::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    matches!(operator, Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual)
}

/// The tree of a row `prefix* operand (infix prefix* operand)*`, whose operands `operand` builds.
pub(super) fn operation<'i>(
    b: &mut Builder<'_>,
    row: impl Iterator<Item = Pair<'i, Rule>>,
    operand: fn(&mut Builder<'_>, Pair<'i, Rule>) -> Result<Built, SyntaxError>,
) -> Result<Built, SyntaxError> {
    let (mut operands, mut pending) = (Vec::new(), Vec::<Pending>::new());
    for pair in row {
        let span = b.span(&pair);
        #[expect(clippy::wildcard_enum_match_arm, reason = "a row holds these three")]
        match pair.as_rule() {
            Rule::prefix => {
                pending.push(Pending { operator: Operator::Prefix(prefix(pair.as_str())), span })
            }
            Rule::infix => {
                let operator = infix(pair.as_str());
                settle(
                    b,
                    &mut operands,
                    &mut pending,
                    Pending { operator: Operator::Infix(operator), span },
                )?;
            }
            _ => operands.push(operand(b, pair)?),
        }
    }
    while let Some(last) = pending.pop() {
        apply(&mut operands, last)?;
    }
    Ok(operands.pop().expect("a row has an operand"))
}

/// Applies the pending operators that bind tighter than the infix operator that comes next, then
/// makes that one wait.
fn settle(
    b: &Builder<'_>,
    operands: &mut Vec<Built>,
    pending: &mut Vec<Pending>,
    next: Pending,
) -> Result<(), SyntaxError> {
    while let Some(&last) = pending.last() {
        check_chain(b, operands, last, next)?;
        let right_to_left = matches!(next.operator, Operator::Infix(BinaryOperator::Power));
        let (held, coming) = (last.operator.strength(), next.operator.strength());
        if held < coming || held == coming && right_to_left {
            break;
        }
        pending.pop();
        apply(operands, last)?;
    }
    pending.push(next);
    Ok(())
}

/// `a < b < c` would compare a truth value with a number.
fn check_chain(
    b: &Builder<'_>,
    operands: &[Built],
    last: Pending,
    next: Pending,
) -> Result<(), SyntaxError> {
    if let (Operator::Infix(first), Operator::Infix(second)) = (last.operator, next.operator)
        && is_comparison(first)
        && is_comparison(second)
    {
        let written =
            |from: Span, to: Span| b.text[from.start as usize..to.end as usize].to_owned();
        let spans: Vec<Span> = operands.iter().map(|operand| operand.expression.span).collect();
        let (left, middle) = match spans.as_slice() {
            [.., left, middle] => (*left, *middle),
            _ => (last.span, last.span),
        };
        let (first, second) = (written(left, middle), written(middle, next.span));
        return Err(SyntaxError::ChainedComparison {
            first,
            second,
            span: next.span,
            earlier: last.span,
        });
    }
    Ok(())
}

fn apply(operands: &mut Vec<Built>, pending: Pending) -> Result<(), SyntaxError> {
    let right = operands.pop().expect("an operator has a right operand");
    let built = match pending.operator {
        Operator::Prefix(operator) => {
            let span = pending.span.to(right.expression.span);
            Built::above(
                ExpressionKind::Unary(operator, Box::new(right.expression)),
                span,
                right.depth,
            )?
        }
        Operator::Infix(operator) => {
            let left = operands.pop().expect("an infix operator has a left operand");
            let span = left.expression.span.to(right.expression.span);
            let kind = ExpressionKind::Binary(
                operator,
                Box::new(left.expression),
                Box::new(right.expression),
            );
            Built::above(kind, span, left.depth.max(right.depth))?
        }
    };
    operands.push(built);
    Ok(())
}

fn prefix(text: &str) -> UnaryOperator {
    if text == "-" { UnaryOperator::Negate } else { UnaryOperator::Not }
}

fn infix(text: &str) -> BinaryOperator {
    match text {
        "+" => BinaryOperator::Add,
        "-" => BinaryOperator::Subtract,
        "*" => BinaryOperator::Multiply,
        "/" => BinaryOperator::Divide,
        "^" => BinaryOperator::Power,
        "@" => BinaryOperator::MatrixProduct,
        "==" => BinaryOperator::Equal,
        "!=" => BinaryOperator::NotEqual,
        "<" => BinaryOperator::Less,
        "<=" => BinaryOperator::LessEqual,
        ">" => BinaryOperator::Greater,
        ">=" => BinaryOperator::GreaterEqual,
        "and" => BinaryOperator::And,
        _ => BinaryOperator::Or,
    }
}
