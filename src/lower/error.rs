//! Mistakes that only the data reveal, in sentences.

use crate::base::{Diagnostic, Span};

/// The location of an expression that does not vary.
pub const EVERYWHERE: &str = "every element";

pub fn no_value(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0330", format!("`{name}` has no value"))
        .at(span, "not in the data, and without a default")
}

pub fn index_outside(
    plate: &str,
    size: usize,
    value: f64,
    element: &str,
    span: Span,
) -> Diagnostic {
    Diagnostic::error(
        "E0331",
        format!("index {} is outside the plate `{plate}` of {size}", value + 1.0),
    )
    .at(span, format!("at {element}"))
    .try_this(if element == EVERYWHERE {
        format!("`{plate}` is numbered from 1 to {size}")
    } else {
        "exclude these elements by `if`, as in `if t == 1 then ... else x[t-1]`".to_owned()
    })
}

pub fn condition_unknown(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0332",
        "the condition between two distributions must be settled by \
        indices, data and discrete variables",
    )
    .at(span, "depends on an unknown number")
    .because("a density that jumps where a real unknown passes a limit has no gradient there")
    .try_this(
        "let a discrete variable choose, as in `latent z ~ Bernoulli(p)` and `if z then \
            ... else ...`",
    )
}

pub fn given_under_hidden(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0347",
        format!("whether `{name}` is conditioned on must be settled by indices and data"),
    )
    .at(span, "`Given()` under a condition on a hidden variable")
    .try_this("give it a distribution there too, or let data decide")
}

pub fn no_range(name: &str, observed: bool, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "E0350",
        format!("the discrete `{name}` has no finite range to be summed over"),
    );
    if observed {
        return diagnostic
            .at(span, "unbounded, and some of its values are missing on which others depend")
            .because("a missing value of a discrete variable is summed out over all its values")
            .try_this(
                "give it bounds beyond which it is all but impossible, as in \
                `Truncated(Poisson(rate), 0, 200)`",
            );
    }
    diagnostic
        .at(span, "unbounded")
        .because("a discrete variable that is not observed is summed out over all its values")
        .try_this("give it bounds beyond which it is all but impossible, as in `int(0, 200)`")
}

pub fn unknown_range(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0344",
        format!("the range of the discrete `{name}` depends on an unknown number"),
    )
    .at(span, "its bounds must be settled by indices, data and discrete variables")
    .try_this("give it a range in its type, as in `int(0, 200)`")
}

pub fn too_many_values(name: &str, values: f64, most: usize, span: Span) -> Diagnostic {
    // Beyond 2^53 not every digit is significant.
    let number = if values < 9e15 { values.to_string() } else { format!("{values:e}") };
    Diagnostic::error("E0345", format!("the discrete `{name}` has {number} values"))
        .at(span, format!("at most {most} can be summed over"))
        .try_this("give it a narrower range in its type, as in `int(0, 1000)`")
}

pub fn empty_range(name: &str, place: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0346", format!("the range of the discrete `{name}` is empty"))
        .at(span, format!("at {place} the upper bound is below the lower one"))
}

pub fn no_elements(name: &str, plate: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0346", format!("the range of the discrete `{name}` is empty"))
        .at(span, format!("an element of `{plate}`, which has none"))
}

pub fn factor_in_simulation(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0333", format!("a model with the factor `{name}` cannot be simulated"))
        .at(span, "a term of the density without a conditional")
        .because("forward simulation draws each variable from its conditional; a factor has none")
}

pub fn flat_in_simulation(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0334", format!("`{name}` has no prior to draw from"))
        .at(span, "flat")
        .try_this(format!(
            "give it a distribution (`param {name} ~ ...`), or its value as an `input`"
        ))
}

pub fn no_draw(name: &str, family: &str, span: Span) -> Diagnostic {
    let combined = ["Truncated", "Censored", "Mixture", "ZeroInflated", "Hurdle"].contains(&family);
    Diagnostic::error("E0335", format!("`{name}` cannot be simulated: {family} has no `draw`")).at(
        span,
        if combined {
            "a family in it lacks a `draw` clause, or a `quantile` clause where it is truncated"
        } else {
            "add a `draw` clause to the family"
        },
    )
}

pub fn no_conditioned_draw(name: &str, family: &str, condition: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0335",
        format!("`{name}` cannot be simulated: the draw of {family} knows nothing of its type"),
    )
    .at(span, condition)
}

pub fn given_without_data(name: &str, element: Option<&str>, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "E0336",
        format!("`{name}` is conditioned on where it is `Given()`, and the data lack it there"),
    );
    match element {
        Some(element) => {
            diagnostic.at(span, format!("at {element}, must be in the data")).try_this(format!(
                "fill the cell of `{name}` in, or give a distribution there instead of `Given()`"
            ))
        }
        None => diagnostic.at(span, "must be in the data").try_this(format!(
            "give a data file that holds `{name}`, or a distribution there instead of `Given()`"
        )),
    }
}

pub fn no_lag(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0337", format!("how far back `{name}` is used is not known from the data"))
        .at(span, "depends on something unknown")
        .because("a recursion refers to elements whose distance indices and data tell")
}

pub fn not_back(name: &str, element: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0337", format!("`{name}` would depend on itself or on what comes after it"))
        .at(span, format!("at {element}, not an earlier element"))
        .because("along a chain an element may depend on earlier ones only")
        .try_this("correct the index in the data, or exclude these elements by `if`")
}

pub fn too_far_back(name: &str, distance: usize, limit: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0342",
        format!(
            "`{name}` is used {distance} elements back, and the most \
        in a recursion is {limit}"
        ),
    )
    .at(span, "as the data say")
    .because("every step keeps as many earlier elements as one may need")
    .try_this(
        "sort the rows so that what depends on each other is near, or split the plate \
            into one of sequences and one of steps",
    )
}

pub fn label_unknown(label: &str, plate: &str, labels: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0338", format!("the plate `{plate}` has no label \"{label}\""))
        .at(span, format!("labels: {labels}"))
}

pub fn list_length(length: usize, plate: &str, size: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0339",
        format!("a list of {length} elements for the plate `{plate}` of size {size}"),
    )
    .at(span, format!("expected {size} elements"))
}

pub fn event_constant(name: &str, condition: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0348",
        format!(
            "the normalising constant of `{name}` is not known, and it \
        depends on unknowns"
        ),
    )
    .at(span, condition)
    .try_this(
        "write a family over this type, or arguments that are free of unknowns: then \
            the constant does not matter",
    )
}

pub fn ordered_constant(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0340",
        format!(
            "the normalising constant of the ordered `{name}` depends on unknowns and is not known"
        ),
    )
    .at(span, "its elements have different distributions that depend on unknowns")
    .try_this("give all elements the same distribution, or arguments that the data settle")
}

pub fn empty_reduction(what: &str, plate: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0341", format!("the {what} over the empty plate `{plate}`"))
        .at(span, "has no elements")
}
