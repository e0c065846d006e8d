//! What follows `~`: a family, or a combinator of distributions, all with the same clauses.
//!
//! A combinator makes its clauses from those of its parts, so that no later stage can tell it
//! from a family.

mod censored;
mod clauses;
mod draw;
mod mixture;
mod requirements;
mod truncated;
mod zero;

use super::family::Instance;
use super::{Elaborated, Elaborator, Local, Scope};
use crate::base::Span;
use crate::network::error;
use crate::network::ir::{Argument, ArgumentValue, AxisId, Bounds, ExprId, Support};
use crate::syntax::tree::{self, ExpressionKind};
pub use censored::Censoring;
pub use mixture::{Parts, Weight};

/// The arguments of a family or combinator, and where they are.
#[derive(Clone, Copy)]
pub struct Given<'t> {
    pub name: &'t tree::Name,
    pub arguments: &'t [tree::Argument],
    /// The axes of the event of the value.
    pub event: &'t [AxisId],
    pub span: Span,
    pub scope: &'t Scope,
}

/// Makes a distribution from the arguments of a combinator.
type Maker<'a> = fn(&mut Elaborator<'a>, &Given) -> Elaborated<Distribution<'a>>;

/// A distribution, ready to make its clauses.
pub struct Distribution<'a> {
    pub kind: Kind<'a>,
    /// The name of the family or combinator.
    pub name: String,
    /// The arguments, in the order given.
    pub arguments: Vec<Argument>,
    /// The support of its values.
    pub support: Support,
    pub span: Span,
}

/// The composition of a distribution.
pub enum Kind<'a> {
    Family(Box<Instance<'a>>),
    /// A distribution truncated to these bounds, which narrow its support; they are whole numbers
    /// where it is discrete.
    Truncated(Box<Distribution<'a>>, Bounds),
    Censored(Box<Distribution<'a>>, Censoring),
    Mixture(Parts<'a>),
    /// All mass at 0: the part of a mixture that adds zeros.
    Zero,
}

impl<'a> Distribution<'a> {
    /// The parts that are distributions themselves.
    pub fn parts(&self) -> Vec<&Distribution<'a>> {
        match &self.kind {
            Kind::Family(_) | Kind::Zero => Vec::new(),
            Kind::Truncated(of, _)
            | Kind::Censored(of, _)
            | Kind::Mixture(Parts::Along(_, _, of)) => vec![of],
            Kind::Mixture(Parts::Listed(parts)) => parts.iter().map(|(_, part)| part).collect(),
        }
    }

    /// The family, if it is not a combinator.
    pub fn family(&self) -> Option<&Instance<'a>> {
        match &self.kind {
            Kind::Family(instance) => Some(instance),
            Kind::Truncated(..) | Kind::Censored(..) | Kind::Mixture(_) | Kind::Zero => None,
        }
    }

    /// The families it is composed of.
    pub fn families(&self) -> Vec<&Instance<'a>> {
        match &self.kind {
            Kind::Family(instance) => vec![instance],
            Kind::Truncated(..) | Kind::Censored(..) | Kind::Mixture(_) | Kind::Zero => {
                self.parts().into_iter().flat_map(Distribution::families).collect()
            }
        }
    }

    /// The arguments of combinators that are not distributions; without weights over an axis of
    /// their own.
    pub fn numbers(&self) -> Vec<ExprId> {
        let weighted = self.name == "Mixture";
        let given = |argument: &Argument| match &argument.value {
            ArgumentValue::Number(_) if weighted => Vec::new(),
            ArgumentValue::Number(value) => vec![*value],
            ArgumentValue::Numbers(values) => values.clone(),
            ArgumentValue::Distribution(..) => Vec::new(),
        };
        let of_combinator = match &self.kind {
            Kind::Family(_) | Kind::Zero | Kind::Mixture(Parts::Along(..)) => return Vec::new(),
            Kind::Truncated(..) | Kind::Censored(..) | Kind::Mixture(Parts::Listed(_)) => {
                self.arguments.iter().flat_map(given)
            }
        };
        of_combinator.chain(self.parts().into_iter().flat_map(Distribution::numbers)).collect()
    }

    /// Whether one value covers the whole event.
    pub fn multivariate(&self) -> bool {
        self.families().iter().any(|family| family.multivariate())
    }

    pub fn is_discrete(&self) -> bool {
        !matches!(self.support, Support::Real(_))
    }

    /// Whether its quantile has a closed form.
    pub fn has_quantile(&self) -> bool {
        match &self.kind {
            Kind::Family(instance) => instance.function("quantile").is_some(),
            Kind::Truncated(of, _) => of.has_quantile(),
            Kind::Censored(..) | Kind::Mixture(_) => false,
            Kind::Zero => true,
        }
    }

    /// The censoring in it, if there is any.
    pub fn censored(&self) -> Option<Span> {
        match &self.kind {
            Kind::Censored(..) => Some(self.span),
            Kind::Family(_) | Kind::Truncated(..) | Kind::Mixture(_) | Kind::Zero => {
                self.parts().into_iter().find_map(Distribution::censored)
            }
        }
    }

    /// Whether it has mass at 0 among continuous values.
    pub fn has_atom(&self) -> bool {
        match &self.kind {
            Kind::Zero => !self.is_discrete(),
            Kind::Family(_) | Kind::Truncated(..) | Kind::Censored(..) | Kind::Mixture(_) => {
                self.parts().into_iter().any(Distribution::has_atom)
            }
        }
    }
}

impl<'a> Elaborator<'a> {
    /// Functions of distributions.
    const COMBINATORS: [(&'static str, Maker<'a>); 5] = [
        ("Truncated", Self::truncated),
        ("Censored", Self::censored),
        ("Mixture", Self::mixture),
        ("ZeroInflated", Self::zero_inflated),
        ("Hurdle", Self::hurdle),
    ];

    /// The names of the functions of distributions.
    pub(super) fn combinators() -> impl Iterator<Item = &'static str> {
        Self::COMBINATORS.iter().map(|(name, _)| *name)
    }

    /// The distribution of a value whose event has the axes `event`.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    pub(super) fn distribution(
        &mut self,
        tree: &tree::Expression,
        event: &[AxisId],
        scope: &Scope,
    ) -> Elaborated<Distribution<'a>> {
        match &tree.kind {
            ExpressionKind::Call(name, arguments) => {
                let given = Given { name, arguments, event, span: tree.span, scope };
                match Self::COMBINATORS.iter().find(|(combinator, _)| *combinator == name.text) {
                    Some((_, make)) => make(self, &given),
                    None => self.family_distribution(&given),
                }
            }
            ExpressionKind::Where(body, bindings) => {
                let mut inner = scope.clone();
                for (name, value) in bindings {
                    let value = self.expression(value, &inner)?;
                    inner.locals.push((name.text.clone(), Local::Value(value)));
                }
                self.distribution(body, event, &inner)
            }
            _ => self.report(error::not_a_distribution(tree.span)),
        }
    }

    fn family_distribution(&mut self, given: &Given) -> Elaborated<Distribution<'a>> {
        let Given { name, arguments, event, span, scope } = *given;
        let instance = self.instance(name, arguments, event, span, scope)?;
        let support = self.support_of(&instance)?;
        let named = instance.renamed();
        let argument = |(name, value): &(String, ExprId)| Argument {
            name: named.then(|| name.clone()),
            value: ArgumentValue::Number(*value),
        };
        let arguments = instance.arguments.iter().map(argument).collect();
        Ok(Distribution {
            name: instance.name(),
            arguments,
            support,
            span,
            kind: Kind::Family(Box::new(instance)),
        })
    }

    /// A distribution that is an argument of a combinator.
    fn part(
        &mut self,
        combinator: &str,
        argument: &tree::Argument,
        event: &[AxisId],
        scope: &Scope,
    ) -> Elaborated<Distribution<'a>> {
        if let Some(name) = &argument.name {
            let parameters = ["a distribution, without a name".to_owned()];
            return self.report(error::unknown_argument(
                combinator,
                &name.text,
                name.span,
                &parameters,
                None,
            ));
        }
        let tree = &argument.value;
        match &tree.kind {
            ExpressionKind::If(..) => {
                self.report(error::choice_in_combinator(combinator, tree.span))
            }
            ExpressionKind::Call(name, _) if name.text == "Given" => {
                self.report(error::expects_distribution(combinator, tree.span))
            }
            ExpressionKind::Call(name, _) if self.is_function(&name.text) => {
                self.report(error::expects_distribution(combinator, tree.span))
            }
            ExpressionKind::Call(..) | ExpressionKind::Where(..) => {
                self.distribution(tree, event, scope)
            }
            ExpressionKind::Number(_)
            | ExpressionKind::Bool(_)
            | ExpressionKind::Label(_)
            | ExpressionKind::Name(_)
            | ExpressionKind::Index(..)
            | ExpressionKind::Reduce { .. }
            | ExpressionKind::Unary(..)
            | ExpressionKind::Binary(..)
            | ExpressionKind::List(_) => {
                self.report(error::expects_distribution(combinator, tree.span))
            }
        }
    }
}

impl Distribution<'_> {
    /// The distribution as an argument of the combinator around it.
    fn as_argument(&self) -> Argument {
        Argument {
            name: None,
            value: ArgumentValue::Distribution(self.name.clone(), self.arguments.clone()),
        }
    }
}

/// A number as an argument of a combinator, with its name if it was given one.
fn number_argument(tree: &tree::Argument, value: ExprId) -> Argument {
    Argument {
        name: tree.name.as_ref().map(|name| name.text.clone()),
        value: ArgumentValue::Number(value),
    }
}
