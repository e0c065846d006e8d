//! Brackets, depth, chains of comparisons and branches in words.

use crate::base::{Diagnostic, Span};
use crate::syntax::brackets::closing;
use crate::syntax::limits::{MAX_DEPTH, MAX_NESTING};

pub(super) fn unclosed(open: char, span: Span, end: Option<Span>) -> Diagnostic {
    let close = closing(open);
    let diagnostic = Diagnostic::error("E0008", format!("`{open}` is never closed"))
        .at(span, format!("its `{close}` is missing"));
    end.into_iter().fold(diagnostic, |diagnostic, end| {
        diagnostic.at(end, format!("`{close}` was expected before this"))
    })
}

pub(super) fn unopened(close: char, span: Span, within: Option<(char, Span)>) -> Diagnostic {
    let diagnostic = Diagnostic::error("E0009", format!("`{close}` closes nothing"));
    match within {
        None => diagnostic.at(span, "no such bracket is open here"),
        Some((open, at)) => diagnostic
            .at(
                span,
                format!("its opening bracket, or a `{}`, is missing before it", closing(open)),
            )
            .at(at, "open here"),
    }
}

pub(super) fn nested(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0010",
        format!("more than {MAX_NESTING} brackets or `if`s within one another"),
    )
    .at(span, "the first that is too deep")
    .try_this("give the inner parts names, with `let` or `where`")
}

pub(super) fn long(span: Span) -> Diagnostic {
    Diagnostic::error("E0011", format!("an expression of more than {MAX_DEPTH} levels"))
        .at(span, "")
        .because("each operator of a chain such as a + b + c is a level")
        .try_this("give parts of it names with `let`, or sum over a plate: `sum(i in rows: x[i])`")
}

pub(super) fn chained(first: &str, second: &str, span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error("E0013", "comparisons do not chain")
        .at(span, "the second comparison")
        .at(earlier, "the first")
        .try_this(if first.len() + second.len() < 80 {
            format!("write `{first} and {second} ...`")
        } else {
            "write `a < b and b < c`".to_owned()
        })
}

pub(super) fn branch(word: &str, start: Span, span: Span) -> Diagnostic {
    Diagnostic::error("E0014", format!("an `if` without its `{word}`"))
        .at(span, format!("expected `{word}`"))
        .at(start, "the `if`")
        .try_this("write `if condition then value else value`")
}
