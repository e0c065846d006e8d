//! The grammar's rules → what was expected, in the language's words.

use crate::syntax::error::SyntaxError;
use crate::syntax::grammar::Rule;
use crate::syntax::place::Place;

/// What was expected, where nothing more specific is known.
pub(super) fn mistake(place: &Place<'_>) -> SyntaxError {
    place.expected(words(place), None)
}

/// What could be at the place, each once, the most specific first.
pub(super) fn words(place: &Place<'_>) -> Vec<&'static str> {
    let mut words: Vec<(u8, &'static str)> = Vec::new();
    for &rule in place.expected {
        if let Some(word) = word(rule, place)
            && !words.contains(&word)
        {
            words.push(word);
        }
    }
    words.sort_by_key(|(rank, _)| *rank);
    // "a declaration" and the like are named only where nothing else is possible.
    let best = words.iter().map(|(rank, _)| *rank).min().unwrap_or(0);
    words.retain(|(rank, _)| *rank < LAST || best == LAST);
    // After a value nearly anything could begin; only what continues or ends it is worth naming.
    if place.expects(Rule::infix) {
        words.retain(|(_, word)| !matches!(*word, "`in`" | "`=`" | "`:`" | "`~`" | "`(`"));
    }
    let value = words.iter().any(|(_, word)| matches!(*word, "a value" | "a distribution"));
    let several = words.len() > 1;
    words.retain(|(_, word)| !(value && *word == "a name" || several && *word == "`(`"));
    words.into_iter().map(|(_, word)| word).collect()
}

/// The rank of what is named only where nothing else is.
const LAST: u8 = 9;

/// The rank and name of a rule; none for what is always possible and would only lengthen the list.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "pest's own enum; the other rules begin nothing that a user would miss"
)]
fn word(rule: Rule, place: &Place<'_>) -> Option<(u8, &'static str)> {
    let after_tilde = place.word(-1) == "~";
    let after_colon = place.word(-1) == ":" || place.word(-1) == "over";
    Some(match rule {
        Rule::body | Rule::expression | Rule::operand | Rule::prefix | Rule::argument
            if after_tilde =>
        {
            (0, "a distribution")
        }
        Rule::body
        | Rule::expression
        | Rule::operand
        | Rule::prefix
        | Rule::argument
        | Rule::number => (0, "a value"),
        Rule::parenthesised | Rule::call | Rule::list | Rule::conditional | Rule::reduction => {
            (0, "a value")
        }
        Rule::type_of => (0, "a type"),
        Rule::name if after_colon => (0, "a type"),
        Rule::name | Rule::declarator | Rule::word | Rule::binding | Rule::family_axes => {
            (0, "a name")
        }
        Rule::binder => (0, "a plate"),
        Rule::over_binder => (0, "an index such as `i in rows`"),
        Rule::label => (0, "a label"),
        Rule::axis => (0, "a plate or a whole number"),
        Rule::bound | Rule::no_bound => (0, "a bound"),
        Rule::parameter => (0, "a parameter"),
        Rule::string => (0, "a text in quotes"),
        Rule::noise => (0, "a noise such as `e ~ Normal(0, 1)`"),
        Rule::infix => (1, "an operator"),
        Rule::draw_clause
        | Rule::function_clause
        | Rule::moment_clause
        | Rule::with_clause
        | Rule::example_clause => (8, "a clause"),
        Rule::plate
        | Rule::variable
        | Rule::function
        | Rule::family
        | Rule::factor
        | Rule::import
        | Rule::EOI => (LAST, "a declaration"),
        _ => return mark(rule),
    })
}

/// The same for words and signs that are named as they are written.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "pest's own enum; the other rules begin nothing that a user would miss"
)]
fn mark(rule: Rule) -> Option<(u8, &'static str)> {
    Some(match rule {
        Rule::in_word => (2, "`in`"),
        Rule::then_word => (2, "`then`"),
        Rule::else_word => (2, "`else`"),
        Rule::at_word => (2, "`at`"),
        Rule::over_word => (2, "`over` and a support"),
        Rule::type_part | Rule::colon => (3, "`:`"),
        Rule::value_part | Rule::equals | Rule::plate_size => (4, "`=`"),
        Rule::arrow => (4, "`=>`"),
        Rule::distribution_part | Rule::tilde => (5, "`~`"),
        Rule::comma => (6, "`,`"),
        Rule::open_paren | Rule::parameters => (6, "`(`"),
        Rule::close_paren => (7, "`)`"),
        Rule::close_bracket => (7, "`]`"),
        Rule::clauses | Rule::open_brace => (7, "`{`"),
        Rule::close_brace => (8, "`}`"),
        _ => return None,
    })
}
