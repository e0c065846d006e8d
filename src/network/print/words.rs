//! Plates, supports, conditionals → words.

use super::expression::expression;
use crate::network::ir::{
    Application, Argument, ArgumentValue, Bounds, Conditional, Event, ExprId, ExprKind, Network,
    NoiseBase, NoiseId, Plate, PlateSize, Support, Variable,
};

/// A variable with its plates and event axes: `theta[docs, topics]`.
#[must_use]
pub fn signature(network: &Network, variable: &Variable) -> String {
    let axes: Vec<String> = variable.axes.iter().map(|&axis| network.axis_name(axis)).collect();
    if axes.is_empty() {
        variable.name.clone()
    } else {
        format!("{}[{}]", variable.name, axes.join(", "))
    }
}

/// The source of a plate's size: `sized by the data`, `3`, `levels of the column county`.
#[must_use]
pub fn size(network: &Network, plate: &Plate) -> String {
    match &plate.size {
        PlateSize::Data => "sized by the data".to_owned(),
        PlateSize::Number(size) => format!("size {size}"),
        PlateSize::Expression(size) => format!("size {}", expression(network, *size)),
        PlateSize::Labels(labels) => format!("size {}: {}", labels.len(), labels.join(", ")),
        PlateSize::Levels(column) => format!("levels of the column `{column}`"),
    }
}

/// The values that one draw of a variable may take: `positive`, `an ordered vector over clusters`,
/// `an element of counties`.
#[must_use]
pub fn values(network: &Network, variable: &Variable) -> String {
    let element = support(network, &variable.support);
    let over: Vec<String> =
        variable.axes[variable.plates..].iter().map(|&axis| network.axis_name(axis)).collect();
    let over = over.join(" × ");
    match (variable.event, over.is_empty()) {
        (_, true) => element,
        (Event::Free, false) => format!("{element}, jointly over {over}"),
        (Event::Ordered, false) => format!("{element}, increasing over {over}"),
        (Event::PositiveOrdered, false) => {
            format!("{element}, increasing over {over} from above 0")
        }
        (Event::Simplex, false) => format!("probabilities over {over} that add up to 1"),
        (Event::UnitVector, false) => format!("a vector over {over} of length 1"),
        (Event::SumToZero, false) => format!("{element}, adding up to 0 over {over}"),
        (Event::Correlation, false) => format!("a correlation matrix over {over}"),
        (Event::CholeskyCorrelation, false) => {
            format!("the Cholesky factor of a correlation matrix over {over}")
        }
        (Event::Covariance, false) => format!("a covariance matrix over {over}"),
        (Event::CholeskyCovariance, false) => {
            format!("the Cholesky factor of a covariance matrix over {over}")
        }
    }
}

/// The support of one element.
#[must_use]
pub fn support(network: &Network, support: &Support) -> String {
    match support {
        Support::Real(bounds) => range(network, bounds, "real", "positive"),
        Support::Integer(bounds) => range(network, bounds, "whole number", "count"),
        Support::Bool => "true or false".to_owned(),
        Support::Index(plate) => format!("element of {}", network.plates[*plate].name),
    }
}

fn range(network: &Network, bounds: &Bounds, all: &str, from_zero: &str) -> String {
    let text = |bound: ExprId| expression(network, bound);
    let is_zero = |bound: ExprId| matches!(network.expressions[bound].kind, ExprKind::Number(value) if value == 0.0);
    match (bounds.lower, bounds.upper) {
        (None, None) => all.to_owned(),
        (Some(lower), None) if is_zero(lower) => from_zero.to_owned(),
        (Some(lower), None) => format!("{all} from {}", text(lower)),
        (None, Some(upper)) => format!("{all} up to {}", text(upper)),
        (Some(lower), Some(upper)) => format!("{all} from {} to {}", text(lower), text(upper)),
    }
}

/// What follows `~`: `Normal(mu, tau)`, `if t == 1 then ... else ...`.
#[must_use]
pub fn distribution(network: &Network, conditional: &Conditional) -> String {
    match conditional {
        Conditional::Given(_) => "Given()".to_owned(),
        Conditional::Family(application) => family(network, application),
        Conditional::If { condition, then, otherwise } => {
            format!(
                "if {} then {} else {}",
                expression(network, *condition),
                distribution(network, then),
                distribution(network, otherwise)
            )
        }
    }
}

/// A family or combinator with its arguments; an argument is named where its position does not
/// determine the parameter.
#[must_use]
pub fn family(network: &Network, application: &Application) -> String {
    applied(network, &application.family, &application.arguments)
}

fn applied(network: &Network, name: &str, arguments: &[Argument]) -> String {
    let argument = |argument: &Argument| {
        let value = match &argument.value {
            ArgumentValue::Number(value) => expression(network, *value),
            ArgumentValue::Numbers(values) => {
                let values: Vec<String> =
                    values.iter().map(|&value| expression(network, value)).collect();
                format!("[{}]", values.join(", "))
            }
            ArgumentValue::Distribution(name, arguments) => applied(network, name, arguments),
        };
        argument.name.as_ref().map_or(value.clone(), |name| format!("{name} = {value}"))
    };
    let arguments: Vec<String> = arguments.iter().map(argument).collect();
    format!("{name}({})", arguments.join(", "))
}

/// A noise with its distribution: `u0[k] ~ Normal(0, 1)`.
#[must_use]
pub fn noise(network: &Network, id: NoiseId) -> String {
    let noise = &network.noises[id];
    let base = match noise.base {
        NoiseBase::Normal => "Normal(0, 1)",
        NoiseBase::Uniform => "Uniform(0, 1)",
        NoiseBase::Exponential => "Exponential(1)",
    };
    let axes: Vec<String> = noise.axes.iter().map(|&axis| network.axis_name(axis)).collect();
    let over = if axes.is_empty() { String::new() } else { format!("[{}]", axes.join(", ")) };
    format!("{id}{over} ~ {base}")
}
