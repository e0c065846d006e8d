//! Discrete variables that cannot be summed out, in sentences.

use crate::base::{Diagnostic, Span};

/// What a table is over, in words: "`z` (3 values), 2 elements of `s` (2 values each)".
#[must_use]
pub fn list(clique: &[(String, usize)]) -> String {
    let mut counted: Vec<(String, usize, usize)> = Vec::new();
    for (name, size) in clique {
        match counted.iter_mut().find(|(n, _, _)| n == name) {
            Some((_, _, times)) => *times += 1,
            None => counted.push((name.clone(), *size, 1)),
        }
    }
    let words = counted.iter().map(|(name, size, times)| match times {
        1 => format!("`{name}` ({size} values)"),
        _ => format!("{times} elements of `{name}` ({size} values each)"),
    });
    words.collect::<Vec<_>>().join(", ")
}

pub fn clique(clique: &[(String, usize)], most: usize, span: Span) -> Diagnostic {
    let entries = clique.iter().map(|(_, size)| *size as f64).product::<f64>();
    Diagnostic::error("E0351", "too many discrete variables depend on each other to be summed out")
        .at(span, format!("a table of {entries:.3e} entries; at most {most}"))
        .because(format!("together in one table: {}", list(clique)))
        .try_this(
            "give them fewer values, let fewer meet in one distribution, or make one of \
            them observed or real",
        )
}

pub fn work(clique: &[(String, usize)], cost: usize, most: usize, span: Span) -> Diagnostic {
    Diagnostic::error("E0352", "summing out would take too long")
        .at(
            span,
            format!("tables of {:.3e} entries in all; at most {:.3e}", cost as f64, most as f64),
        )
        .because(format!("together in one table of each element: {}", list(clique)))
        .try_this("give them a narrower range (`int(0, 50)`), or fit fewer rows")
}

pub fn recurrence(name: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0353",
        format!(
            "the density of `{name}` depends on a recursion that \
        discrete variables enter"
        ),
    )
    .at(
        span,
        "uses a `let` or a hidden variable in auxiliary form that refers to its own \
            earlier elements",
    )
    .because(
        "each of its values depends on all earlier values of the discrete variables: there is \
             no sum of them that is not exponential",
    )
    .try_this("make the recursion one of discrete variables, or observe what it computes")
}

pub fn wide(name: &str, size: usize, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0354",
        format!("the density of `{name}` takes all {size} elements of discrete variables together"),
    )
    .at(span, "reduces over them, or reads them at an index that is itself unknown")
    .because("every combination of their values would be a case of its own")
    .try_this("let each element of the data depend on a few of them")
}

pub fn outside(plate: &str, size: usize, index: f64, span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0357",
        format!("index {} is outside the plate `{plate}` of {size}", index + 1.0),
    )
    .at(span, "for some values of the discrete variables in it")
    .try_this("exclude these values by `if`, or give the variable a narrower range")
}

pub fn irregular(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0356",
        "the discrete variables depend on each other in too many different ways",
    )
    .at(span, "one of the distributions that connect them")
    .because("elements that are alike are summed out together, and here no more than a few are")
    .try_this("use fewer elements, or a regular structure: independent copies, chains, trees")
}
