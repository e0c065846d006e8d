//! Mistakes within a declaration: reserved names, habits of other languages, `if` without its
//! branches, signs that are mistaken for others.

use crate::syntax::error::{Hint, SyntaxError};
use crate::syntax::grammar::Rule;
use crate::syntax::habit::Habit;
use crate::syntax::place::Place;
use crate::syntax::scan::TokenKind;

/// The first check that recognises the mistake.
pub(super) fn mistake(place: &Place<'_>) -> Option<SyntaxError> {
    [
        word_in_family,
        reserved_name,
        module,
        assignment,
        bounds,
        range,
        truncation,
        operator,
        condition,
        branch,
        place_of_where,
        side_note,
    ]
    .iter()
    .find_map(|check| check(place))
}

/// Whether the grammar expects a name here.
fn wants_name(place: &Place<'_>) -> bool {
    let names = [
        Rule::name,
        Rule::declarator,
        Rule::binder,
        Rule::parameter,
        Rule::label,
        Rule::binding,
        Rule::axis,
        Rule::noise,
    ];
    names.iter().any(|&rule| place.expects(rule))
}

fn wants_value(place: &Place<'_>) -> bool {
    [Rule::body, Rule::expression, Rule::operand, Rule::argument]
        .iter()
        .any(|&rule| place.expects(rule))
}

fn word_in_family(place: &Place<'_>) -> Option<SyntaxError> {
    let declares = place.kind(0) == Some(TokenKind::DeclarationWord) && place.token(0)?.starts_line;
    let in_braces = place.open_bracket().is_some_and(|open| place.word(open) == "{");
    (declares && in_braces && place.lead() == "family")
        .then(|| SyntaxError::WordInFamily { word: place.word(0).to_owned(), span: place.span(0) })
}

fn reserved_name(place: &Place<'_>) -> Option<SyntaxError> {
    let reserved = matches!(place.kind(0), Some(TokenKind::Reserved | TokenKind::DeclarationWord));
    // `[in rows]`: the index is missing.
    let index_lacks = place.word(0) == "in"
        && matches!(place.word(-1), "[" | "(" | ",")
        && place.kind(1) == Some(TokenKind::Word);
    let literal = matches!(place.word(0), "true" | "false" | "if" | "not");
    let named = wants_name(place) && !(literal && wants_value(place));
    // `let in = 3`, `x + in`: a name is meant; in `x + then` it is not, there a word is missing.
    let value = wants_value(place) && matches!(place.word(0), "in" | "from")
        || place.kind(0) == Some(TokenKind::DeclarationWord);
    (reserved && !index_lacks && (named || value && wants_value(place)))
        .then(|| SyntaxError::ReservedName { word: place.word(0).to_owned(), span: place.span(0) })
}

/// `import numpy as np`
fn module(place: &Place<'_>) -> Option<SyntaxError> {
    if place.lead() != "import" {
        return None;
    }
    if place.word(1) == "as"
        || matches!(
            place.word(0),
            "numpy" | "pymc" | "scipy" | "torch" | "jax" | "numpyro" | "stan"
        )
    {
        return Some(place.habit(Habit::Module, 0, 0));
    }
    (place.unexpected == 1)
        .then(|| place.expected(vec!["a file in quotes"], Some(Hint::QuotedImport)))
}

/// `<-`, `:=`, `==`, `->`
fn assignment(place: &Place<'_>) -> Option<SyntaxError> {
    let defines = place.expects(Rule::value_part)
        || place.expects(Rule::equals)
        || place.expects(Rule::plate_size);
    let touching = place.touches(0);
    match (place.word(-1), place.word(0), place.word(1)) {
        (_, "<", "-") if touching => Some(place.habit(Habit::Assignment, 0, 1)),
        (":", "=", _) if place.touches(-1) => Some(place.habit(Habit::Assignment, -1, 0)),
        (_, "==", _) if defines => Some(place.habit(Habit::EqualsTwice, 0, 0)),
        (_, "-", ">") if touching => Some(place.habit(Habit::Arrow, 0, 1)),
        ("-", ">", _) if place.touches(-1) => Some(place.habit(Habit::Arrow, -1, 0)),
        _ => None,
    }
}

/// `real<lower=0>`
fn bounds(place: &Place<'_>) -> Option<SyntaxError> {
    let stan = matches!(place.word(1), "lower" | "upper" | "offset" | "multiplier")
        && place.word(2) == "=";
    (place.word(0) == "<" && stan).then(|| place.habit(Habit::Bounds, 0, 2))
}

/// `1:N`
fn range(place: &Place<'_>) -> Option<SyntaxError> {
    let number = |offset| place.kind(offset) == Some(TokenKind::Number);
    if place.word(0) == ":" && number(-1) {
        return Some(place.habit(Habit::Range, -1, 1));
    }
    let plates = place.expects(Rule::binder) && number(0) && place.word(1) == ":";
    if plates || place.word(-1) == "in" && number(0) {
        let end = if place.word(1) == ":" { 2 } else { 0 };
        return Some(place.habit(Habit::Range, 0, end));
    }
    let in_index = place.open_bracket().is_some_and(|open| place.word(open) == "[");
    (place.word(0) == ":" && in_index).then(|| place.habit(Habit::Range, -1, 1))
}

/// `T[0, ]`
fn truncation(place: &Place<'_>) -> Option<SyntaxError> {
    let suffix = matches!(place.word(0), "T" | "I" | "C")
        && matches!(place.word(1), "[" | "(")
        && place.word(-1) == ")";
    suffix.then(|| place.habit(Habit::Truncation, 0, 0))
}

/// `**`, `elif`
fn operator(place: &Place<'_>) -> Option<SyntaxError> {
    match (place.word(-1), place.word(0)) {
        ("*", "*") if place.touches(-1) => Some(place.habit(Habit::Power, -1, 0)),
        (_, "elif" | "elseif" | "elsif") if place.expects(Rule::else_word) => {
            Some(place.habit(Habit::ElseIf, 0, 0))
        }
        _ => None,
    }
}

/// `if a = b then`, `not x = y`
fn condition(place: &Place<'_>) -> Option<SyntaxError> {
    let in_condition = place.expects(Rule::then_word)
        || place.expects(Rule::infix) && place.open_bracket().is_some();
    (place.word(0) == "=" && in_condition && place.word(-1) != ":")
        .then(|| place.expected(vec!["an operator"], Some(Hint::EqualsInCondition)))
}

/// `if a b`, `if a then b`
fn branch(place: &Place<'_>) -> Option<SyntaxError> {
    let word = if place.expects(Rule::then_word) {
        "then"
    } else if place.expects(Rule::else_word) {
        "else"
    } else {
        return None;
    };
    // Another value in the place of the word may mean a missing operator; the end, a bracket or a
    // reserved word does not.
    let ends = place.token(0).is_none()
        || matches!(place.word(0), ")" | "]" | "}" | "{" | "," | ":" | "else" | "then" | "~");
    let operand =
        matches!(place.kind(0), Some(TokenKind::Word | TokenKind::Number | TokenKind::String));
    let start = place.back_to("if")?;
    (ends || word == "then" && operand).then(|| SyntaxError::MissingBranch {
        word,
        start: place.span(start),
        span: place.span(0),
    })
}

/// `f(x where ...)`, `x where a = 1 where b = 2`
fn place_of_where(place: &Place<'_>) -> Option<SyntaxError> {
    if place.word(0) != "where" || !place.expects(Rule::infix) {
        return None;
    }
    let hint =
        if place.back_to("where").is_some() { Hint::SecondWhere } else { Hint::WhereInArgument };
    Some(place.expected(super::expected::words(place), Some(hint)))
}

/// `(1, 2)`: the innermost bracket is a parenthesis that does not belong to a call.
fn in_plain_parentheses(place: &Place<'_>) -> bool {
    let open = place.open_bracket().filter(|&open| place.word(open) == "(");
    open.is_some_and(|open| {
        place.expects(Rule::infix) && place.kind(open - 1) != Some(TokenKind::Word)
    })
}

/// The type names of the language.
const TYPES: [&str; 18] = [
    "real",
    "positive",
    "unit",
    "int",
    "count",
    "bool",
    "vector",
    "matrix",
    "simplex",
    "ordered",
    "positive_ordered",
    "unit_vector",
    "sum_to_zero",
    "correlation",
    "cholesky_correlation",
    "covariance",
    "cholesky_covariance",
    "integer",
];

/// What is only hinted at, along with the list of what was expected.
fn side_note(place: &Place<'_>) -> Option<SyntaxError> {
    let opens_value =
        matches!(place.kind(0), Some(TokenKind::Word | TokenKind::Number | TokenKind::String))
            || place.word(0) == "(";
    let number = place.kind(0) == Some(TokenKind::Number);
    let same_line = place.token(0).is_some_and(|token| !token.starts_line);
    let hint = match (place.word(-1), place.word(0)) {
        (",", ")" | "]" | "}") => Hint::TrailingComma,
        (_, "[" | ":") if place.lead() == "plate" && place.unexpected == 2 => Hint::PlateSize,
        _ if place.lead() == "plate" && place.unexpected == 2 && opens_value => Hint::PlateSize,
        _ if place.expects(Rule::over_word) => Hint::FamilySupport,
        (_, "{") if place.lead() == "fn" => Hint::FunctionBody,
        (_, "in") => Hint::Binder,
        (_, ":")
            if place.expects(Rule::infix)
                && place.open_bracket().is_some_and(|open| place.word(open) == "(") =>
        {
            Hint::Binder
        }
        _ if place.expects(Rule::binder) && number => Hint::NumberForPlate,
        _ if place.expects(Rule::label) && number => Hint::QuotedLabel,
        (_, ",") if in_plain_parentheses(place) => Hint::ListInParentheses,
        _ if place.kind(0) == Some(TokenKind::String)
            && matches!(place.lead(), "input" | "observe")
            && place.open_bracket().is_none() =>
        {
            Hint::MissingFrom
        }
        (_, word) if place.expects(Rule::tilde) && word.starts_with(char::is_uppercase) => {
            Hint::MissingTilde
        }
        (_, word) if place.expects(Rule::colon) && TYPES.contains(&word) => Hint::MissingColon,
        _ if place.expects(Rule::then_word) || place.expects(Rule::else_word) => return None,
        (before, _) if place.expects(Rule::infix) && opens_value && same_line && before != "(" => {
            Hint::MissingOperator
        }
        _ => return None,
    };
    Some(place.expected(super::expected::words(place), Some(hint)))
}
