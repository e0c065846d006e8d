//! The declared types of parameters → a grid of values at which to test a family.

use std::f64::consts::PI;

use super::report::number;
use crate::syntax::tree::{
    BinaryOperator, Expression, ExpressionKind, Family, Type, UnaryOperator,
};

/// The maximum number of points in a grid.
const MOST: usize = 40;

/// The values of the parameters, in declaration order.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    pub values: Vec<f64>,
}

impl Point {
    pub fn shown(&self) -> String {
        let values: Vec<String> = self.values.iter().map(|&value| number(value)).collect();
        values.join(", ")
    }
}

/// At most 40 combinations of three or four values each; an evenly spread selection where there
/// would be more.
pub fn points(family: &Family) -> Vec<Point> {
    let mut points = vec![Point { values: Vec::new() }];
    for parameter in &family.parameters {
        let names: Vec<&str> = family.parameters.iter().map(|p| p.name.text.as_str()).collect();
        points = points
            .into_iter()
            .flat_map(|point| {
                let known: Vec<(&str, f64)> =
                    names.iter().copied().zip(point.values.iter().copied()).collect();
                let values = values_of(parameter.ty.as_ref(), &known);
                values
                    .into_iter()
                    .map(move |value| Point {
                        values: [point.values.clone(), vec![value]].concat(),
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
    }
    if points.len() <= MOST {
        return points;
    }
    let count = points.len();
    (0..MOST).map(|i| points[i * count / MOST].clone()).collect()
}

fn values_of(ty: Option<&Type>, known: &[(&str, f64)]) -> Vec<f64> {
    let Some(ty) = ty else { return vec![-2.0, 0.0, 1.5] };
    let bound = |place: usize| {
        ty.bounds
            .as_ref()
            .and_then(|b| b.get(place))
            .and_then(Option::as_ref)
            .and_then(|b| constant(b, known))
    };
    match ty.name.text.as_str() {
        "positive" => vec![0.5, 1.0, 2.5, 10.0],
        "unit" => vec![0.1, 0.3, 0.5, 0.9],
        "count" => vec![1.0, 4.0, 12.0],
        "bool" => vec![0.0, 1.0],
        "int" => whole(bound(0), bound(1)),
        _ => real(bound(0), bound(1)),
    }
}

fn whole(lower: Option<f64>, upper: Option<f64>) -> Vec<f64> {
    match (lower, upper) {
        (None, None) => vec![-3.0, 0.0, 2.0],
        (Some(lower), None) => vec![lower, lower + 3.0, lower + 7.0],
        (None, Some(upper)) => vec![upper - 7.0, upper - 3.0, upper],
        (Some(lower), Some(upper)) => {
            let mut values = vec![lower, ((lower + upper) / 2.0).floor(), upper];
            values.dedup();
            values
        }
    }
}

fn real(lower: Option<f64>, upper: Option<f64>) -> Vec<f64> {
    match (lower, upper) {
        (None, None) => vec![-2.0, 0.0, 1.5],
        (Some(lower), None) => vec![lower + 0.5, lower + 1.0, lower + 10.0],
        (None, Some(upper)) => vec![upper - 10.0, upper - 1.0, upper - 0.5],
        (Some(lower), Some(upper)) => {
            [0.1, 0.5, 0.9].map(|part| lower + part * (upper - lower)).to_vec()
        }
    }
}

/// The value of a bound, if it is arithmetic on numbers and earlier parameters.
fn constant(tree: &Expression, known: &[(&str, f64)]) -> Option<f64> {
    match &tree.kind {
        ExpressionKind::Number(value) => Some(*value),
        ExpressionKind::Name(name) => match name.as_str() {
            "pi" => Some(PI),
            _ => known.iter().find(|(n, _)| n == name).map(|(_, value)| *value),
        },
        ExpressionKind::Unary(UnaryOperator::Negate, operand) => {
            constant(operand, known).map(|value| -value)
        }
        ExpressionKind::Binary(operator, left, right) => {
            let (left, right) = (constant(left, known)?, constant(right, known)?);
            arithmetic(*operator, left, right)
        }
        ExpressionKind::Unary(UnaryOperator::Not, _)
        | ExpressionKind::Bool(_)
        | ExpressionKind::Label(_)
        | ExpressionKind::Index(..)
        | ExpressionKind::Call(..)
        | ExpressionKind::Reduce { .. }
        | ExpressionKind::If(..)
        | ExpressionKind::List(_)
        | ExpressionKind::Where(..) => None,
    }
}

fn arithmetic(operator: BinaryOperator, left: f64, right: f64) -> Option<f64> {
    match operator {
        BinaryOperator::Add => Some(left + right),
        BinaryOperator::Subtract => Some(left - right),
        BinaryOperator::Multiply => Some(left * right),
        BinaryOperator::Divide => Some(left / right),
        BinaryOperator::Power => Some(left.powf(right)),
        BinaryOperator::MatrixProduct
        | BinaryOperator::Equal
        | BinaryOperator::NotEqual
        | BinaryOperator::Less
        | BinaryOperator::LessEqual
        | BinaryOperator::Greater
        | BinaryOperator::GreaterEqual
        | BinaryOperator::And
        | BinaryOperator::Or => None,
    }
}
