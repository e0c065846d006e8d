//! Mistakes in combinators of distributions.

use crate::base::{Diagnostic, Span};

pub fn expects_distribution(combinator: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0109", format!("`{combinator}` expects a distribution here"))
        .at(span, "this is not a distribution")
        .try_this(format!("write {}", usage(combinator)))
}

/// How a combinator is written.
fn usage(combinator: &str) -> &'static str {
    match combinator {
        "Truncated" => "`Truncated(Normal(0, 1), lower, upper)`",
        "Censored" => {
            "`Censored(Weibull(k, s), right = flag)` or `Censored(Normal(0, 1), lower, upper)`"
        }
        "Mixture" => "`Mixture([w, 1 - w], Normal(0, 1), Normal(0, 10))`",
        "Hurdle" => "`Hurdle(p, Poisson(rate))`",
        _ => "`ZeroInflated(p, Poisson(rate))`",
    }
}

pub fn choice_in_combinator(combinator: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0151",
        format!("an `if` stands between `{combinator}` and its distribution"),
    )
    .at(span, "not supported here")
    .try_this(format!(
        "choose outside: `if condition then {combinator}(...) else {combinator}(...)`"
    ))
}

pub fn limits_expected(combinator: &str, found: usize, span: Span) -> Diagnostic {
    let s = if found == 1 { "" } else { "s" };
    Diagnostic::error(
        "E0110",
        format!(
            "`{combinator}` takes a distribution and two bounds, \
        {found} argument{s} given"
        ),
    )
    .at(span, "expected a distribution, a lower and an upper bound")
    .try_this(format!(
        "write {combinator}(D, lower, upper), or one bound by its name: \
            `{combinator}(D, lower = 0)`"
    ))
}

pub fn censoring_expected(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0110",
        "`Censored` takes a distribution, and what is known of its value; \
        1 argument given",
    )
    .at(span, "which values are censored?")
    .try_this(
        "write `right = flag`, `left = flag`, `interval = upper`, or limits: \
            `Censored(D, lower, upper)`",
    )
}

pub fn censoring_mixed(span: Span) -> Diagnostic {
    Diagnostic::error("E0152", "`Censored` takes limits, or what is known row by row, not both")
        .at(span, "a limit beside `right`, `left` or `interval`")
        .because("with flags and intervals the value itself is the limit of its row")
        .try_this("write `Censored(D, lower, upper)`, or `Censored(D, right = flag)`")
}

/// `instead`: how to say the same outside.
pub fn outer_censoring(combinator: &str, instead: &str, censored: Span, span: Span) -> Diagnostic {
    Diagnostic::error("E0153", format!("`Censored` stands within `{combinator}`"))
        .at(censored, "censored here")
        .at(span, format!("`{combinator}` expects values, not what is known of them"))
        .because("censoring is about how a value was recorded, and so comes last")
        .try_this(format!("write {instead}"))
}

pub fn not_a_quantity(combinator: &str, family: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0154", format!("`{combinator}` expects a distribution of one number"))
        .at(span, format!("{family} is not over numbers, or over several at once"))
}

pub fn empty_range(
    lower: f64,
    upper: f64,
    family: &str,
    support: &str,
    place: Span,
    span: Span,
) -> Diagnostic {
    Diagnostic::error("E0155", format!("nothing lies between the bounds {lower} and {upper}"))
        .at(span, "the lower bound must be below the upper one, within the support")
        .at(place, format!("{family} is over {support}"))
        .try_this("write the bounds in the order lower, upper; `-inf` and `inf` stand for none")
}

pub fn weights_expected(span: Span) -> Diagnostic {
    Diagnostic::error("E0156", "a mixture expects a list or a vector of weights first")
        .at(span, "neither a list nor a vector of its own")
        .try_this(
            "write a list, as in `Mixture([w, 1 - w], D1, D2)`, or a vector that sums to 1, \
            as in `softmax(a)`",
        )
}

/// `found`: the number of weights, if the model determines it.
pub fn weights_count(
    found: Option<usize>,
    distributions: usize,
    weights: Span,
    span: Span,
) -> Diagnostic {
    let words = found.map_or_else(
        || "a number of weights that only the data tell".to_owned(),
        |n| format!("{n} weights"),
    );
    let diagnostic = Diagnostic::error(
        "E0157",
        format!("a mixture of {distributions} distributions has {words}"),
    )
    .at(
        weights,
        if found.is_some() {
            "one weight for each distribution is expected"
        } else {
            "of unknown length"
        },
    )
    .at(span, format!("{distributions} distributions"));
    match found {
        Some(_) => diagnostic,
        None => diagnostic.try_this(
            "give one distribution, whose arguments vary over the plate of \
                the weights: `Mixture(w, Normal(m, s))`",
        ),
    }
}

pub fn weights_total(total: f64, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0158",
        format!(
            "the weights of a mixture must sum to 1, these sum to {}",
            (total * 1e6).round() / 1e6
        ),
    )
    .at(span, "probabilities of the parts")
    .try_this("divide each by their sum")
}

/// Name, support and location of two distributions.
pub fn mixed_supports(parts: &[(String, String, Span); 2]) -> Diagnostic {
    let [(a, over_a, at_a), (b, over_b, at_b)] = parts;
    Diagnostic::error(
        "E0159",
        format!(
            "a mixture of {a} and {b}, which are not over the same \
        kind of values"
        ),
    )
    .at(*at_b, format!("over {over_b}"))
    .at(*at_a, format!("over {over_a}"))
    .because(
        "the parts of a mixture are distributions of one value: all real, all whole, or \
            all true or false",
    )
}

pub fn may_be_negative(combinator: &str, family: &str, support: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0160", format!("`{combinator}` expects a distribution of values from 0 on"))
        .at(span, format!("{family} is over {support}"))
        .try_this(format!(
            "truncate it, as in `{combinator}(p, Truncated({family}(...), lower = \
            0))`, or write a `Mixture`"
        ))
}

pub fn hurdle_without_zero(family: &str, has_atom: bool, span: Span) -> Diagnostic {
    let (why, place) = if has_atom {
        ("are added to continuous values", "zeros are added here already")
    } else {
        ("do not occur", "0 is outside the support")
    };
    Diagnostic::error(
        "E0161",
        format!("`Hurdle` replaces the zeros of its distribution, which {why} in {family}"),
    )
    .at(span, place)
    .try_this("write `ZeroInflated(p, D)`: its zeros come on top of those of D")
}

pub fn censored_unknown(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0162", format!("the unknown `{name}` cannot be censored"))
        .at(span, "only observed values are censored")
        .because("censoring says how a value was recorded; an unknown is not recorded")
        .try_this(format!(
            "give `{name}` the distribution itself, or `Truncated(...)` if it cannot lie outside"
        ))
}

pub fn unknown_with_zeros(name: &str, family: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0163",
        format!(
            "the unknown `{name}` would be exactly 0 with some \
        probability"
        ),
    )
    .at(span, format!("{family} of continuous values has a mass at 0"))
    .because("a density over real numbers has no room for a mass at a point")
    .try_this(
        "use a narrow distribution around 0 in its place, as in `Mixture([p, 1 - p], \
            Normal(0, 0.01), Normal(0, 1))`",
    )
}

/// `over`: the supports of both branches.
pub fn branches_differ(name: &str, over: &[String; 2], span: Span) -> Diagnostic {
    Diagnostic::error("E0164", format!("the branches of `{name}` are over different values"))
        .at(span, format!("{} in one branch, {} in the other", over[0], over[1]))
        .because(
            "observed values must be of one kind in all branches; an unknown needs a bound \
            in both branches or in none",
        )
}
