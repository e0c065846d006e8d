//! Mistakes in lists.

use crate::base::{Diagnostic, Span};

pub fn list_without_axis(span: Span) -> Diagnostic {
    Diagnostic::error("E0122", "a list needs a place that says which axis it has")
        .at(span, "no axis to take here")
        .try_this("declare the variable with its axis, as in `a : vector[p]`")
}

pub fn list_length(length: usize, plate: &str, size: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0123",
        format!("a list of {length} elements for the plate `{plate}` of size {size}"),
    )
    .at(span, format!("expected {size} elements"))
}

pub fn list_levels(levels: usize, plates: &[String], span: Span) -> Diagnostic {
    let shape = |levels: usize| match levels {
        0 => "a number".to_owned(),
        1 => "a list of numbers".to_owned(),
        2 => "a list of lists".to_owned(),
        more => format!("lists within lists, {more} deep,"),
    };
    let expected = shape(plates.len());
    let diagnostic =
        Diagnostic::error("E0147", format!("{} where {expected} is expected", shape(levels))).at(
            span,
            format!(
                "this place is over {}",
                plates.iter().map(|p| format!("`{p}`")).collect::<Vec<_>>().join(" and ")
            ),
        );
    match plates {
        [row, _] => diagnostic.try_this(format!(
            "write a list for each element of `{row}`, as in `[[1, 0], [0, 1]]`"
        )),
        _ => diagnostic,
    }
}

pub fn ragged_list(first: (usize, Span), other: (usize, Span)) -> Diagnostic {
    Diagnostic::error("E0148", "the rows of this matrix differ in length")
        .at(other.1, format!("{} here", elements(other.0)))
        .at(first.1, format!("{} here", elements(first.0)))
        .try_this("give every row as many elements")
}

pub fn row_without_brackets(span: Span) -> Diagnostic {
    Diagnostic::error("E0148", "a row of this matrix is no list")
        .at(span, "a list is expected, as in the other rows")
        .try_this("write every row in brackets, as in `[[1, 0], [0, 1]]`")
}

fn elements(count: usize) -> String {
    if count == 1 { "1 element".to_owned() } else { format!("{count} elements") }
}
