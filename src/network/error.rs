//! Mistakes in a network, in sentences; no file outside this module words them.

mod combinator;
mod list;

pub use combinator::*;
pub use list::*;

use crate::base::{Diagnostic, Span};

fn suggestion(diagnostic: Diagnostic, nearest: Option<&str>) -> Diagnostic {
    match nearest {
        Some(name) => diagnostic.try_this(format!("did you mean `{name}`?")),
        None => diagnostic,
    }
}

pub fn declared_twice(name: &str, second: Span, first: Span) -> Diagnostic {
    Diagnostic::error("E0101", format!("`{name}` is declared twice"))
        .at(second, "declared again here")
        .at(first, "first declared here")
        .try_this("give one of them another name")
}

pub fn unknown_name(name: &str, span: Span, nearest: Option<&str>) -> Diagnostic {
    suggestion(
        Diagnostic::error("E0102", format!("unknown name `{name}`")).at(span, "not declared"),
        nearest,
    )
}

pub fn unseen_name(name: &str, span: Span, declared: Span) -> Diagnostic {
    Diagnostic::error("E0102", format!("unknown name `{name}`"))
        .at(span, "not a parameter")
        .at(declared, "this one cannot be seen from there")
        .because("functions and families see their parameters alone, not the model's variables")
        .try_this(format!("add `{name}` to the parameters"))
}

pub fn unknown_plate(name: &str, span: Span, nearest: Option<&str>) -> Diagnostic {
    let diagnostic = Diagnostic::error("E0103", format!("unknown plate `{name}`"))
        .at(span, "no plate of this name");
    match nearest {
        Some(other) => diagnostic.try_this(format!("did you mean `{other}`?")),
        None => diagnostic.try_this(format!("declare it: `plate {name}`")),
    }
}

pub fn not_a_plate(name: &str, span: Span, declared: Span) -> Diagnostic {
    Diagnostic::error("E0104", format!("`{name}` is a variable, not a plate"))
        .at(span, "a plate is expected here")
        .at(declared, "declared as a variable here")
}

pub fn plate_as_value(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0105", format!("the plate `{name}` is used as a value"))
        .at(span, "a value is expected here")
        .try_this(format!(
            "`size({name})` is its number of elements; an index is named by a \
            binder, as in `[i in {name}]`"
        ))
}

pub fn unknown_function(name: &str, span: Span, nearest: Option<&str>) -> Diagnostic {
    suggestion(
        Diagnostic::error("E0106", format!("unknown function `{name}`")).at(span, "not a function"),
        nearest,
    )
}

pub fn unknown_family(name: &str, span: Span, nearest: Option<&str>) -> Diagnostic {
    suggestion(
        Diagnostic::error("E0107", format!("unknown family `{name}`"))
            .at(span, "no distribution family of this name"),
        nearest,
    )
}

pub fn family_as_value(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0108",
        format!("the distribution `{name}` stands where a value is expected"),
    )
    .at(span, "a distribution can stand only after `~`, in an `if` there, or in a combinator")
    .try_this(format!("its log density at x is `log_density({name}(...), x)`"))
}

pub fn not_a_distribution(span: Span) -> Diagnostic {
    Diagnostic::error("E0109", "a distribution is expected after `~`").at(span, "this is not a distribution").try_this(
        "write a family with its arguments, such as `Normal(0, 1)`, or `if condition then D1 else \
         D2`; for a deterministic quantity use `let x = ...`",
    )
}

pub fn argument_count(name: &str, expected: &str, found: usize, span: Span) -> Diagnostic {
    let s = if found == 1 { "" } else { "s" };
    Diagnostic::error("E0110", format!("`{name}` takes {expected}, {found} argument{s} given"))
        .at(span, format!("expected {expected}"))
}

pub fn unknown_argument(
    function: &str,
    name: &str,
    span: Span,
    parameters: &[String],
    nearest: Option<&str>,
) -> Diagnostic {
    let diagnostic = Diagnostic::error("E0111", format!("`{function}` has no parameter `{name}`"))
        .at(span, format!("parameters: {}", parameters.join(", ")));
    suggestion(diagnostic, nearest)
}

pub fn argument_twice(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0112", format!("the parameter `{name}` is given twice"))
        .at(span, "given again here")
}

pub fn axes_differ(
    left: &str,
    right: &str,
    span: Span,
    left_span: Span,
    right_span: Span,
) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "E0113",
        format!("`{left}` and `{right}` are different plates and do not line up"),
    );
    let diagnostic = if left_span == right_span {
        diagnostic.at(span, "these do not fit")
    } else {
        diagnostic.at(right_span, format!("over `{right}`")).at(left_span, format!("over `{left}`"))
    };
    diagnostic.because("axes line up by the plate they belong to, not by their size")
}

pub fn leftover_axes(
    name: &str,
    leftover: &str,
    span: Span,
    declared: Span,
    vector: bool,
) -> Diagnostic {
    let help = if vector {
        format!(
            "declare `{name}` over it (`{name}[{leftover}]`), reduce it (`sum(...)`), or index it \
             (`...[i]`)"
        )
    } else {
        format!(
            "declare `{name}[{leftover}]`, reduce the expression over `{leftover}`, or index it"
        )
    };
    Diagnostic::error(
        "E0114",
        format!("`{name}` has no axis `{leftover}`, but what it is made from varies over it"),
    )
    .at(span, format!("varies over `{leftover}`"))
    .at(declared, "declared without it")
    .try_this(help)
}

pub fn too_many_indices(name: &str, axes: usize, found: usize, span: Span) -> Diagnostic {
    let s = if axes == 1 { "axis" } else { "axes" };
    Diagnostic::error("E0115", format!("`{name}` has {axes} {s}, {found} indices given"))
        .at(span, if axes == 0 { "it is a scalar".to_owned() } else { format!("at most {axes}") })
}

pub fn wrong_index(found: &str, expected: &str, span: Span, candidate: Option<&str>) -> Diagnostic {
    let such_as = candidate.map_or_else(String::new, |name| format!(", such as `{name}`"));
    Diagnostic::error(
        "E0116",
        format!("an index of `{found}` stands where one of `{expected}` is expected"),
    )
    .at(span, format!("indexes `{found}`"))
    .try_this(format!(
        "use an index of `{expected}`{such_as}; `int(i)` turns an index into a number"
    ))
}

pub fn index_not_integer(plate: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0117", "an index must be an integer, a label or an element of the plate")
        .at(span, "this is a real number")
        .try_this(format!(
            "declare it as an element of the plate (`: {plate}`) or as a whole number (`: int`)"
        ))
}

pub fn unknown_label(
    label: &str,
    plate: &str,
    labels: &[String],
    span: Span,
    nearest: Option<&str>,
) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("E0118", format!("the plate `{plate}` has no label \"{label}\""))
            .at(span, format!("labels: {}", labels.join(", ")));
    suggestion(diagnostic, nearest)
}

pub fn label_as_value(span: Span) -> Diagnostic {
    Diagnostic::error("E0119", "a label stands where a value is expected")
        .at(span, "labels can be indices, as in `b[\"slope\"]`, or be compared with an index")
}

pub fn plate_twice(name: &str, plate: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0120",
        format!("`{name}` must be indexed here: the plate `{plate}` occurs twice"),
    )
    .at(span, format!("which occurrence of `{plate}`?"))
    .try_this(format!(
        "name the index, as in `[i in {plate}, j in {plate}]`, and write `{name}[i]`"
    ))
}

pub fn reduces_nothing(
    function: &str,
    name: Option<&str>,
    plate: Option<&str>,
    span: Span,
) -> Diagnostic {
    let diagnostic = Diagnostic::error("E0121", format!("`{function}` has nothing to reduce here"));
    match (name, plate) {
        (Some(name), Some(plate)) => diagnostic
            .at(
                span,
                format!(
                    "inside a declaration over `{plate}`, `{name}` stands for its one \
                element"
                ),
            )
            .try_this(format!(
                "write `{function}(j in {plate}: {name}[j])`, or compute it once \
                outside: `let m = {function}({name})`"
            )),
        _ => diagnostic.at(span, "this is a single number"),
    }
}

pub fn too_deep(most: usize, span: Span) -> Diagnostic {
    Diagnostic::error("E0149", format!("more than {most} expressions need one another"))
        .at(span, "the first that is too deep")
        .because(
            "a declaration that stands below the one that uses it is a level, and so is each \
            expression within another",
        )
        .try_this("declare what is used before what uses it")
}

pub fn too_large(most: u64, span: Span) -> Diagnostic {
    Diagnostic::error("E0150", format!("an expression of more than {most} parts"))
        .at(span, "too large once the bodies of functions stand in the place of their calls")
        .try_this("give what occurs several times a name, with `let`: it is then computed once")
}

pub fn unknown_type(name: &str, span: Span, nearest: Option<&str>) -> Diagnostic {
    suggestion(
        Diagnostic::error("E0125", format!("unknown type `{name}`")).at(
            span,
            "expected real, positive, unit, int, count, bool, vector[k], matrix[k, l], \
                ordered[k] or a plate",
        ),
        nearest,
    )
}

pub fn type_axes(name: &str, expected: usize, found: usize, span: Span) -> Diagnostic {
    let s = if expected == 1 { "axis" } else { "axes" };
    let diagnostic =
        Diagnostic::error("E0126", format!("`{name}` takes {expected} {s}, {found} given"));
    match expected {
        0 => diagnostic.at(span, "a single number").try_this(
            "copies stand left of the colon, as in `x[k] : real`; one joint value is a \
                `vector[k]` or a `matrix[k, l]`",
        ),
        _ => diagnostic.at(span, format!("name {expected} {s} in brackets")),
    }
}

pub fn type_bounds(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0127", format!("`{name}` takes no bounds, or a lower and an upper one"))
        .at(span, "")
        .try_this("write `real(lower, upper)` with `_` where there is no bound")
}

pub fn kind_mismatch(
    name: &str,
    declared: &str,
    family: &str,
    support: &str,
    span: Span,
    family_span: Span,
) -> Diagnostic {
    Diagnostic::error(
        "E0128",
        format!("`{name}` is declared {declared}, but {family} is a distribution over {support}"),
    )
    .at(span, format!("declared {declared}"))
    .at(family_span, format!("over {support}"))
}

pub fn outside_support(parameter: &str, family: &str, expected: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0129", format!("`{parameter}` of {family} must be {expected}"))
        .at(span, format!("expected {expected}"))
}

pub fn narrower_observation(name: &str, family: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0130",
        format!(
            "the type of the observed `{name}` is narrower than the \
        support of {family}"
        ),
    )
    .at(span, "narrows the support")
    .try_this(
        "write `Truncated(...)` if values outside could not have been observed, or \
            leave the type out",
    )
}

/// `by`: the type or the combinator that requires it.
pub fn no_cdf(family: &str, span: Span, by: Span) -> Diagnostic {
    let within = by.source == span.source && by.start <= span.start && span.end <= by.end;
    if within {
        return Diagnostic::error(
            "E0131",
            format!("{family} has no `cdf`, which truncating or censoring it needs"),
        )
        .at(span, "this distribution")
        .try_this("give it a `cdf` clause if it is a family of yours; else choose another family");
    }
    Diagnostic::error("E0131", format!("{family} has no `cdf`, which its truncation needs"))
        .at(span, "this family")
        .at(by, "is truncated by this type")
        .try_this("add a `cdf` clause to the family, or leave the bounds out")
}

pub fn no_clause(family: &str, clause: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0146", format!("{family} has no `{clause}`"))
        .at(span, "this family")
        .try_this(format!("add a `{clause}` clause to the family"))
}

pub fn cycle(path: &[String], spans: &[(Span, String)]) -> Diagnostic {
    let mut diagnostic = Diagnostic::error("E0132", format!("a cycle: {}", path.join(" → ")));
    for (span, text) in spans {
        diagnostic = diagnostic.at(*span, text.clone());
    }
    diagnostic.because(
        "an element of a variable may not depend on itself; along a plate it may depend \
            on earlier elements, as `h[t-1]` does",
    )
}

pub fn needs_type(name: &str, family: &str, over: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0133", format!("`{name}` needs the type `{over}`, which {family} is over"))
        .at(span, format!("not declared as a `{over}`"))
        .try_this(format!(
            "write `{name} : {over} ~ {family}(...)` with the plate of its elements \
            in the place of `k`"
        ))
}

pub fn axis_not_inferred(axis: &str, family: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0134",
        format!("the axis `{axis}` of {family} cannot be told from its arguments"),
    )
    .at(span, format!("occurs in no parameter's type that says how long `{axis}` is"))
}

pub fn rank(what: &str, expected: &str, found: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0135", format!("`{what}` expects {expected}, this is {found}"))
        .at(span, format!("expected {expected}"))
}

pub fn not_bool(what: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0136", format!("{what} must be true or false"))
        .at(span, "this is a number")
        .try_this("compare it: `x != 0`, `x > 0`, ...")
}

pub fn argument_varies(
    function: &str,
    parameter: &str,
    plate: &str,
    span: Span,
    candidate: Option<&str>,
) -> Diagnostic {
    let diagnostic = Diagnostic::error(
        "E0137",
        format!("`{parameter}` of {function} is a single number, but this varies over `{plate}`"),
    )
    .at(span, format!("varies over `{plate}`, which the declaration does not"));
    match candidate {
        Some(index) => diagnostic.try_this(format!("index it, as in `...[{index}]`")),
        None => diagnostic.try_this(format!(
            "declare the variable over `{plate}` too, index this \
                (`...[i]`), or reduce it (`sum(...)`, `@`)"
        )),
    }
}

pub fn missing_log_density(family: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0138", format!("the family {family} has no `log_density`"))
        .at(span, "log_density is required")
        .try_this("add `log_density(y) = ...`")
}

pub fn bad_noise(span: Span) -> Diagnostic {
    Diagnostic::error("E0139", "the noise of a draw must depend on nothing")
        .at(span, "expected Normal(0, 1), Uniform(0, 1) or Exponential(1)")
}

pub fn recursive(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0140", format!("`{name}` calls itself"))
        .at(span, "functions cannot be recursive")
}

pub fn sampler_outside_draw(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0141", format!("`{name}` is random and can stand only in a `draw` clause"))
        .at(span, "")
}

pub fn no_declaration(span: Span) -> Diagnostic {
    Diagnostic::error("E0142", "the model declares nothing").at(span, "empty").try_this(
        "declare variables, as in `observe y[rows] ~ Normal(mu, 1)`; `docs/language.md` \
            has examples",
    )
}

pub fn plate_size(plate: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0143", format!("the size of the plate `{plate}` must be a whole number"))
        .at(span, format!("not a whole number from 0 to {}", super::ir::LARGEST_PLATE))
}

pub fn no_naming(family: &str, given: &[String], namings: &[String], span: Span) -> Diagnostic {
    Diagnostic::error("E0144", format!("{family} cannot be given ({})", given.join(", ")))
        .at(span, "these parameters do not go together")
        .because(format!("ways to name its parameters: {}", namings.join("; ")))
}

pub fn forward_lag(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0145", format!("`{name}` depends on a later element of itself"))
        .at(span, "an index after the element's own")
        .try_this(
            "turn the order of the plate around, so that each element depends on earlier ones",
        )
}
