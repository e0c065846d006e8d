//! The parts of a variable's declaration in words.

use crate::base::{Diagnostic, Span};
use crate::syntax::error::Part;
use crate::syntax::print::role_word;
use crate::syntax::tree::Role;

/// The name of a part.
fn named(part: Part) -> &'static str {
    match part {
        Part::Type => "type",
        Part::Value => "value",
        Part::Column => "column",
        Part::Distribution => "distribution",
    }
}

pub(super) fn missing(role: Role, name: &str, part: Part, span: Span) -> Diagnostic {
    let word = role_word(role);
    let diagnostic =
        Diagnostic::error("E0015", format!("`{word} {name}` has no {}", named(part))).at(span, "");
    match (role, part) {
        (_, Part::Value) => diagnostic.try_this(format!("write `{word} {name} = ...`")),
        (Role::Observe, _) => diagnostic.try_this(format!(
            "write `observe {name} ~ ...`; what is given and not modelled is an `input`"
        )),
        (Role::Latent, _) => diagnostic.try_this(format!(
            "write `latent {name} ~ ...`; an unknown that needs no distribution is a `param`"
        )),
        (Role::Input | Role::Param | Role::Let | Role::Report, _) => diagnostic,
    }
}

pub(super) fn not_allowed(role: Role, name: &str, part: Part, span: Span) -> Diagnostic {
    let word = role_word(role);
    let diagnostic =
        Diagnostic::error("E0016", format!("`{word}` takes no {}", named(part))).at(span, "");
    match (role, part) {
        (Role::Input, _) => diagnostic.try_this(format!(
            "an output that the data hold is written \
            `observe {name} ~ ...`"
        )),
        (Role::Param | Role::Latent, Part::Value) => diagnostic.try_this(format!(
            "a computed quantity is written `let {name} = ...`, a \
                given one `input {name} = ...`"
        )),
        (_, Part::Column) => diagnostic.because(
            "only what the data hold, an `input` or an \
            `observe`, has a column",
        ),
        (_, Part::Distribution) => diagnostic.try_this(format!(
            "write `=` if {name} is computed; if it is random, \
                declare it with `param`, `latent` or `observe`"
        )),
        (_, Part::Type | Part::Value) => diagnostic,
    }
}

pub(super) fn repeated(part: Part, span: Span, earlier: Span) -> Diagnostic {
    Diagnostic::error("E0017", format!("a second {}", named(part)))
        .at(span, "")
        .at(earlier, "the first")
}

pub(super) fn shared_column(span: Span) -> Diagnostic {
    Diagnostic::error("E0024", "one column for several variables")
        .at(span, "")
        .try_this("declare each with its own column")
}

pub(super) fn distribution_after_equals(instead: &str, span: Span) -> Diagnostic {
    Diagnostic::error("E0018", "a distribution stands behind `~`, not behind `=`")
        .at(span, "")
        .try_this(format!("write `{instead}`"))
}
