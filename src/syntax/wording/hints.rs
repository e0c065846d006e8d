//! What was expected, and hints, in words.

use crate::base::{Diagnostic, Span};
use crate::syntax::error::Hint;

pub(super) fn expected(
    expected: &[&str],
    found: Option<&str>,
    hint: Option<Hint>,
    span: Span,
) -> Diagnostic {
    let found = found.map_or("but the declaration ends".to_owned(), |found| {
        format!("found `{}`", shortened(found))
    });
    let diagnostic = match expected {
        [] => Diagnostic::error("E0001", found),
        words => Diagnostic::error("E0001", format!("expected {}, {found}", listed(words))),
    }
    .at(span, "");
    match hint {
        Some(hint) => diagnostic.try_this(help(hint)),
        None => diagnostic,
    }
}

/// `a, b or c`
fn listed(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [word] => (*word).to_owned(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn shortened(text: &str) -> String {
    const MOST: usize = 40;
    if text.chars().count() <= MOST {
        text.to_owned()
    } else {
        text.chars().take(MOST).chain(['…']).collect()
    }
}

fn help(hint: Hint) -> &'static str {
    match hint {
        Hint::MissingOperator => "a product needs its `*`, two arguments need a `,` between them",
        Hint::TrailingComma => "write what is missing, or leave the `,` before it out",
        Hint::QuotedImport => "write `import \"file.pgm\"`",
        Hint::EqualsInCondition => "`=` gives a name its value; two values are compared with `==`",
        Hint::ListInParentheses => "a list is written `[a, b]`; a call has its name before the `(`",
        Hint::MissingTilde => "a distribution stands behind `~`: `param a ~ Normal(0, 1)`",
        Hint::MissingColon => "a type stands behind `:`: `param a : positive`",
        Hint::MissingFrom => "a column's name stands behind `from`: `input x from \"column name\"`",
        Hint::WhereInArgument => {
            "put the part with its `where` in parentheses: `f((x + z where z = 2))`"
        }
        Hint::SecondWhere => "separate bindings with `,`: `x where a = 1, b = 2`",
        Hint::PlateSize => {
            "write `plate rows`, `plate rows = 3`, `plate rows = {a, b}` or `plate rows = \
             levels(column)`"
        }
        Hint::FamilySupport => {
            "say where its values lie: `family F(scale: positive) over real { ... }`"
        }
        Hint::FunctionBody => "write `fn f(x) = ...`",
        Hint::NumberForPlate => {
            "declare `plate groups = 3` and write `a[groups]`; one vector of three is `a : \
             vector[3]`"
        }
        Hint::QuotedLabel => "write the label in quotes: `{\"1970\", \"1980\"}`",
        Hint::Binder => {
            "write the index and its plate: `sum(i in rows: x[i])`, `let a[i in rows] = ...`"
        }
    }
}
