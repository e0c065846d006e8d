//! Declarations, names and clauses in words.

use crate::base::{Diagnostic, Span};
use crate::syntax::error::Seems;
use crate::syntax::grammar::DECLARATION_WORDS;
use crate::syntax::mistakes::CLAUSES;

pub(super) fn unknown(word: &str, nearest: Option<&str>, span: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("E0002", format!("`{word}` begins no declaration")).at(span, "");
    match nearest {
        Some(nearest) => diagnostic.try_this(format!("did you mean `{nearest}`?")),
        None => diagnostic
            .because(format!("a declaration begins with one of: {}", DECLARATION_WORDS.join(", "))),
    }
}

pub(super) fn missing_word(name: &str, seems: Seems, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error("E0019", format!("nothing says what `{name}` is"))
        .at(span, "a declaration word is missing before it");
    let computed =
        format!("write `let {name} = ...`, or `report {name} = ...` to keep it in the results");
    diagnostic.try_this(match seems {
        Seems::Random => format!(
            "write `observe {name}` where the data hold it, `param {name}` where it is an unknown shared by all the data,\n\
             `latent {name}` where it is a hidden variable"
        ),
        Seems::Computed => computed,
        Seems::Binding => format!("if it goes on the `where` above it, end the line above with \
            `,`;\nelse {computed}"),
        Seems::Function => format!("write `fn {name}(...) = ...`"),
        Seems::Family => format!("write `family {name}(...) over ...`"),
    })
}

pub(super) fn reserved(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0012", format!("`{word}` is a word of the language, not a name"))
        .at(span, "")
        .try_this(format!(
            "choose another name, such as `{word}_`; a column keeps its name by `from \"{word}\"`"
        ))
}

pub(super) fn unknown_clause(name: &str, nearest: Option<&str>, span: Span) -> Diagnostic {
    let diagnostic =
        Diagnostic::error("E0023", format!("a family has no clause `{name}`")).at(span, "");
    match nearest {
        Some(nearest) => diagnostic.try_this(format!("did you mean `{nearest}`?")),
        None => diagnostic.because(format!("its clauses are {}", CLAUSES.join(", "))),
    }
}

pub(super) fn in_family(word: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0021", format!("`{word}` cannot stand between a family's braces"))
        .at(span, "")
        .try_this(
            "close the family with `}` before it; a part of a clause gets its name with `where`: \
         `cdf(y) = exp(-z) where z = y / scale`",
        )
}

pub(super) fn clause_shape(shape: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0020", format!("this clause is written `{shape}`")).at(span, "")
}
