//! Distributions under the names that BUGS and JAGS give them, where the file does not declare a
//! family of that name.

use crate::syntax::error::SyntaxError;
use crate::syntax::habit::Habit;
use crate::syntax::tree::{Declaration, Expression, ExpressionKind, Name, Tree};

const PRECISION: &str =
    "BUGS takes the precision, 1 / sd^2, where pgm takes the standard deviation";

/// The name in BUGS, what to write here, and how it differs.
const NAMES: [(&str, &str, &str); 18] = [
    ("dnorm", "Normal(mean, sd)", PRECISION),
    ("dlnorm", "LogNormal(mean, sd)", PRECISION),
    (
        "dt",
        "StudentT(df, location, scale)",
        "BUGS takes the location first, then the precision, then the degrees of freedom",
    ),
    (
        "dmnorm",
        "MultivariateNormal(mean, covariance)",
        "BUGS takes the precision matrix where pgm takes the covariance",
    ),
    ("dgamma", "Gamma(shape, rate)", ""),
    ("dbeta", "Beta(a, b)", ""),
    ("dunif", "Uniform(lower, upper)", ""),
    ("dexp", "Exponential(rate)", ""),
    ("ddexp", "Laplace(location, scale)", "BUGS takes the rate, 1 / scale"),
    ("dlogis", "Logistic(location, scale)", "BUGS takes the rate, 1 / scale"),
    ("dbern", "Bernoulli(p)", ""),
    ("dbin", "Binomial(n, p)", "BUGS takes p first, then n"),
    ("dpois", "Poisson(rate)", ""),
    ("dcat", "Categorical(p)", ""),
    ("ddirch", "Dirichlet(a)", ""),
    ("ddirich", "Dirichlet(a)", ""),
    ("dmulti", "Multinomial(n, p)", "BUGS takes p first, then n"),
    ("dweib", "Weibull(shape, scale)", "BUGS takes shape and λ = scale^(-shape)"),
];

/// The calls of such distributions.
pub(crate) fn foreign_families(tree: &Tree) -> Vec<SyntaxError> {
    let own = |name: &str| {
        tree.declarations.iter().any(|declaration| match declaration {
            Declaration::Family(family) => family.name.text == name,
            // The declarations of imported files are not known here.
            Declaration::Import(_) => true,
            Declaration::Plate(_)
            | Declaration::Variable(_)
            | Declaration::Function(_)
            | Declaration::Factor(_) => false,
        })
    };
    let mut errors = Vec::new();
    for declaration in &tree.declarations {
        if let Declaration::Variable(variable) = declaration
            && let Some(distribution) = &variable.distribution
        {
            families(distribution, &mut |call| {
                if let Some(&(name, instead, note)) =
                    NAMES.iter().find(|(theirs, _, _)| *theirs == call.text && !own(theirs))
                {
                    errors.push(SyntaxError::Foreign {
                        habit: Habit::Bugs { name, instead, note },
                        span: call.span,
                    });
                }
            });
        }
    }
    errors
}

/// Calls `found` with every family in a distribution: the distribution itself, those in the
/// branches of an `if` and in the arguments of a combinator.
/// combinator's arguments.
#[expect(clippy::wildcard_enum_match_arm, reason = "distributions are built of these")]
fn families(distribution: &Expression, found: &mut impl FnMut(&Name)) {
    match &distribution.kind {
        ExpressionKind::Call(name, arguments) => {
            found(name);
            arguments.iter().for_each(|argument| families(&argument.value, found));
        }
        ExpressionKind::If(_, then, otherwise) => {
            families(then, found);
            families(otherwise, found);
        }
        ExpressionKind::Where(inner, _) => families(inner, found),
        _ => {}
    }
}
