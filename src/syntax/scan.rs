//! Text → tokens: a flat sequence of lexemes. No text is refused; whatever is not part of the
//! language becomes a token of its own kind.

use pest::Parser as _;

use super::grammar::{Grammar, Rule};

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name that is not reserved.
    Word,
    /// A reserved word that does not begin a declaration.
    Reserved,
    /// A word that begins a declaration.
    DeclarationWord,
    /// A number.
    Number,
    /// Looks like a number but is not one: `1.2.3`.
    MalformedNumber,
    /// A text in quotes.
    String,
    /// A quote that is not closed on its line.
    UnterminatedString,
    /// An operator, a bracket, a comma, ...
    Symbol,
    /// `// ...` or `/* ... */`
    ForeignComment,
    /// A character that the language does not use.
    Unknown,
}

/// A lexeme: the bytes `start..end` of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub start: usize,
    pub end: usize,
    /// Whether it is the first on its line.
    pub starts_line: bool,
}

impl Token {
    /// The characters of the token, in the text it was scanned from.
    pub(super) fn text(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

/// All tokens of a text, in order, without comments and white space.
pub(super) fn scan(text: &str) -> Vec<Token> {
    let pairs = Grammar::parse(Rule::lexemes, text).expect("every text is a row of lexemes");
    let mut tokens: Vec<Token> = Vec::new();
    for pair in pairs.flat_map(pest::iterators::Pair::into_inner) {
        let Some(kind) = kind(&pair) else { continue };
        let span = pair.as_span();
        let gap = &text[tokens.last().map_or(0, |t| t.end)..span.start()];
        let starts_line = tokens.is_empty() || gap.contains(['\n', '\r']);
        tokens.push(Token { kind, start: span.start(), end: span.end(), starts_line });
    }
    tokens
}

#[expect(clippy::wildcard_enum_match_arm, reason = "`lexemes` holds these rules only")]
fn kind(pair: &pest::iterators::Pair<'_, Rule>) -> Option<TokenKind> {
    Some(match pair.as_rule() {
        Rule::reserved if super::grammar::DECLARATION_WORDS.contains(&pair.as_str()) => {
            TokenKind::DeclarationWord
        }
        Rule::reserved => TokenKind::Reserved,
        Rule::word => TokenKind::Word,
        Rule::number => TokenKind::Number,
        Rule::malformed_number => TokenKind::MalformedNumber,
        Rule::string => TokenKind::String,
        Rule::unterminated_string => TokenKind::UnterminatedString,
        Rule::symbol => TokenKind::Symbol,
        Rule::foreign_comment => TokenKind::ForeignComment,
        Rule::unknown => TokenKind::Unknown,
        _ => return None,
    })
}
