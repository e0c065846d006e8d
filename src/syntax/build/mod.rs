//! Pest's pairs → declarations of the tree. The grammar has settled which part is which; here each
//! gets its type, its span and its doc.

mod built;
mod expressions;
mod families;
mod names;
mod operators;
mod types;

use pest::iterators::Pair;

use super::comments::doc_above;
use super::error::{Part, SyntaxError};
use super::grammar::Rule;
use super::roles;
use super::scan::Token;
use super::tree::{
    Declaration, Declarator, Factor, Function, Import, Name, Plate, PlateSize, Role, Variable,
};
use crate::base::{SourceId, Span};
use expressions::{body, expression};
use names::{binder, name};
use types::{parameters, type_of};

/// What the builder needs besides the pairs.
pub(super) struct Builder<'a> {
    /// The source that spans point into.
    pub source: SourceId,
    /// The whole text of the source.
    pub text: &'a str,
    /// The tokens of the parsed piece.
    pub tokens: &'a [Token],
    /// The byte at which the piece begins in the text.
    pub offset: usize,
    /// Mistakes that leave a declaration good enough to look for others.
    pub errors: &'a mut Vec<SyntaxError>,
}

impl Builder<'_> {
    /// The span of a pair, without the trailing white space and comments that pest may include.
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        let (start, end) = (self.offset + span.start(), self.offset + span.end());
        let after = self.tokens.partition_point(|t| t.start < end);
        let end =
            after.checked_sub(1).map_or(end, |last| self.tokens[last].end.min(end)).max(start);
        Span::new(self.source, start, end)
    }
}

/// The parts of a pair, without the words and punctuation that only hold it together (`if`, `from`,
/// `,`, ...).
fn parts<'i>(pair: Pair<'i, Rule>) -> impl Iterator<Item = Pair<'i, Rule>> {
    pair.into_inner().filter(|p| {
        !matches!(
            p.as_rule(),
            Rule::comma
                | Rule::colon
                | Rule::equals
                | Rule::tilde
                | Rule::arrow
                | Rule::open_paren
                | Rule::close_paren
                | Rule::open_bracket
                | Rule::close_bracket
                | Rule::open_brace
                | Rule::close_brace
                | Rule::plate_word
                | Rule::fn_word
                | Rule::family_word
                | Rule::factor_word
                | Rule::import_word
                | Rule::levels_word
                | Rule::from_word
                | Rule::in_word
                | Rule::over_word
                | Rule::draw_word
                | Rule::with_word
                | Rule::example_word
                | Rule::at_word
                | Rule::where_word
                | Rule::if_word
                | Rule::then_word
                | Rule::else_word
        )
    })
}

/// The next part: the grammar guarantees that there is one.
fn next<'i>(parts: &mut impl Iterator<Item = Pair<'i, Rule>>) -> Pair<'i, Rule> {
    parts.next().expect("the grammar has this part")
}

/// The only part of a pair.
fn only(pair: Pair<'_, Rule>) -> Pair<'_, Rule> {
    next(&mut parts(pair))
}

/// A declaration; none at the end of the text.
pub(super) fn declaration(
    b: &mut Builder<'_>,
    pair: Pair<'_, Rule>,
) -> Result<Option<Declaration>, SyntaxError> {
    let span = b.span(&pair);
    let doc = doc_above(b.text, span.start as usize);
    let rule = pair.as_rule();
    let mut parts = parts(pair);
    #[expect(clippy::wildcard_enum_match_arm, reason = "a piece holds declarations and its end")]
    Ok(Some(match rule {
        Rule::plate => Declaration::Plate(Plate {
            name: name(b, &next(&mut parts)),
            size: parts.next().map(|p| plate_size(b, p)).transpose()?,
            doc,
            span,
        }),
        Rule::variable => Declaration::Variable(variable(b, parts, doc, span)?),
        Rule::function => Declaration::Function(Function {
            name: name(b, &next(&mut parts)),
            parameters: parameters(b, next(&mut parts))?,
            body: body(b, next(&mut parts))?.expression,
            doc,
            span,
        }),
        Rule::family => Declaration::Family(families::family(b, parts, doc, span)?),
        Rule::factor => Declaration::Factor(Factor {
            item: declarator(b, next(&mut parts)),
            body: body(b, next(&mut parts))?.expression,
            doc,
            span,
        }),
        Rule::import => Declaration::Import(Import { path: quoted(b, &next(&mut parts)), span }),
        _ => return Ok(None),
    }))
}

fn plate_size(b: &mut Builder<'_>, pair: Pair<'_, Rule>) -> Result<PlateSize, SyntaxError> {
    let pair = only(pair);
    #[expect(clippy::wildcard_enum_match_arm, reason = "the grammar leaves these three")]
    Ok(match pair.as_rule() {
        Rule::labels => PlateSize::Labels(parts(pair).map(|p| label(b, p)).collect()),
        Rule::levels => PlateSize::Levels(label(b, only(pair))),
        _ => PlateSize::Expression(expression(b, pair)?.expression),
    })
}

/// A label or a column's name, with or without quotes.
fn label(b: &Builder<'_>, pair: Pair<'_, Rule>) -> Name {
    let pair = only(pair);
    if pair.as_rule() == Rule::string { quoted(b, &pair) } else { name(b, &pair) }
}

/// The text between the quotes; the span covers the quotes.
fn quoted(b: &Builder<'_>, pair: &Pair<'_, Rule>) -> Name {
    Name { text: pair.as_str().trim_matches('"').to_owned(), span: b.span(pair) }
}

fn declarator(b: &Builder<'_>, pair: Pair<'_, Rule>) -> Declarator {
    let mut parts = parts(pair);
    let name = name(b, &next(&mut parts));
    let plates = parts
        .next()
        .map(|plates| self::parts(plates).map(|p| binder(b, p)).collect())
        .unwrap_or_default();
    Declarator { name, plates }
}

fn variable<'i>(
    b: &mut Builder<'_>,
    mut parts: impl Iterator<Item = Pair<'i, Rule>>,
    doc: Option<String>,
    span: Span,
) -> Result<Variable, SyntaxError> {
    let role = role(next(&mut parts).as_str());
    let (items, ty, value, column, distribution) = (Vec::new(), None, None, None, None);
    let mut variable = Variable { role, items, ty, value, column, distribution, doc, span };
    let mut written = Vec::new();
    for part in parts {
        let span = b.span(&part);
        #[expect(clippy::wildcard_enum_match_arm, reason = "the grammar leaves these five")]
        let kind = match part.as_rule() {
            Rule::declarator => {
                variable.items.push(declarator(b, part));
                continue;
            }
            Rule::type_part => {
                variable.ty = Some(type_of(b, only(part))?);
                Part::Type
            }
            Rule::value_part => {
                variable.value = Some(body(b, only(part))?.expression);
                Part::Value
            }
            Rule::column_part => {
                variable.column = Some(quoted(b, &only(part)));
                Part::Column
            }
            _ => {
                variable.distribution = Some(body(b, only(part))?.expression);
                Part::Distribution
            }
        };
        written.push((kind, span));
    }
    b.errors.extend(roles::check(b.text, &variable, &written));
    Ok(variable)
}

fn role(word: &str) -> Role {
    match word {
        "input" => Role::Input,
        "param" => Role::Param,
        "latent" => Role::Latent,
        "observe" => Role::Observe,
        "let" => Role::Let,
        _ => Role::Report,
    }
}
