//! Characters, texts, comments and numbers in words.

use crate::base::{Diagnostic, Span};

pub(super) fn unknown(character: char, span: Span) -> Diagnostic {
    let code = u32::from(character);
    if character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
    {
        return Diagnostic::error("E0003", format!("an invisible character (U+{code:04X})"))
            .at(span, "")
            .try_this("delete it");
    }
    let diagnostic =
        Diagnostic::error("E0003", format!("`{character}` has no meaning here")).at(span, "");
    let plain = diagnostic.clone();
    instead(character).map_or(plain, |instead| diagnostic.try_this(instead))
}

/// What a user may have meant by a character.
fn instead(character: char) -> Option<&'static str> {
    Some(match character {
        '×' | '·' | '⋅' | '∙' | '∗' => "a product is written `*`",
        '÷' | '∕' => "a quotient is written `/`",
        '−' | '–' | '—' => "a minus is written `-` (this is a longer dash)",
        '≤' => "write `<=`",
        '≥' => "write `>=`",
        '≠' => "write `!=`",
        '∼' | '～' | '˜' => "write `~` (this is a look-alike)",
        '“' | '”' | '„' | '«' | '»' => "write plain quotes: `\"`",
        '\'' | '‘' | '’' | '`' => {
            "a label is written in double quotes, a transpose `transpose(A)`"
        }
        '²' => "write `^2`",
        '³' => "write `^3`",
        '√' => "write `sqrt(x)`",
        '∈' => "write `in`",
        '∞' => "write `inf`",
        '←' => "write `=` for a definition, `~` for a distribution",
        '!' => "write `not` (`!=` for unequal)",
        '&' => "write `and`",
        '|' => "write `or`; arguments are separated by `,`",
        '?' => "write `if condition then value else value`",
        '%' => "the matrix product is written `@`",
        '$' => "write a name alone: there are no fields",
        '.' => "names have no points: write `_`; a column that has one is named by `from \"a.b\"`",
        '_' => "a name begins with a letter",
        '\\' => "a declaration goes on over line ends by itself",
        _ => return None,
    })
}

pub(super) fn unterminated_string(span: Span) -> Diagnostic {
    Diagnostic::error("E0004", "a text without its closing quote")
        .at(span, "")
        .try_this("close it with `\"` on the same line")
}

pub(super) fn foreign_comment(span: Span) -> Diagnostic {
    Diagnostic::error("E0007", "a comment begins with `#`")
        .at(span, "")
        .try_this("write `# ...`, which goes on to the end of the line")
}

pub(super) fn malformed_number(text: &str, span: Span) -> Diagnostic {
    let diagnostic = Diagnostic::error("E0005", format!("`{text}` is no number")).at(span, "");
    let digits: String = text.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let rest = text[digits.len()..].trim_start_matches('_');
    if text.contains('_') && text.chars().all(|c| c.is_ascii_digit() || c == '_') {
        return diagnostic
            .try_this(format!("write `{}`: digits are not grouped", text.replace('_', "")));
    }
    if let Some(whole) = text.strip_suffix('.').filter(|whole| !whole.contains('.')) {
        return diagnostic.try_this(format!("write `{whole}.0`"));
    }
    if digits.matches('.').count() > 1 {
        return diagnostic.because("a number has one decimal point");
    }
    if matches!(rest.chars().next(), Some('e' | 'E'))
        && rest.chars().skip(1).all(|c| matches!(c, '+' | '-'))
    {
        return diagnostic.try_this(format!("an exponent needs its digits: `{text}3`"));
    }
    if rest.starts_with(char::is_alphabetic) && !rest.contains('.') && !digits.ends_with('.') {
        return diagnostic
            .because("a name begins with a letter")
            .try_this(format!("for a product write `{digits} * {rest}`"));
    }
    diagnostic
}
