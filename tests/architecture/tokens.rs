//! The text of a Rust file → identifiers and symbols with their lines; comments, strings,
//! characters and lifetimes are left out.

/// An identifier, a symbol, or `::`.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    pub text: String,
    pub line: usize,
}

impl Token {
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }

    pub fn is_identifier(&self) -> bool {
        self.text.starts_with(is_start)
    }
}

fn is_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Scanner {
    text: Vec<char>,
    at: usize,
    line: usize,
    tokens: Vec<Token>,
}

/// The tokens of a file.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut scanner = Scanner { text: text.chars().collect(), at: 0, line: 1, tokens: Vec::new() };
    while let Some(c) = scanner.peek(0) {
        scanner.next_token(c);
    }
    scanner.tokens
}

impl Scanner {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.text.get(self.at + ahead).copied()
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            if self.peek(0) == Some('\n') {
                self.line += 1;
            }
            self.at += 1;
        }
    }

    fn push(&mut self, text: String) {
        let line = self.line;
        self.at += text.chars().count();
        self.tokens.push(Token { text, line });
    }

    fn next_token(&mut self, c: char) {
        match (c, self.peek(1)) {
            ('/', Some('/')) => self.skip_while(|c| c != '\n'),
            ('/', Some('*')) => self.block_comment(),
            ('"', _) => self.string(),
            ('\'', _) => self.character_or_lifetime(),
            (':', Some(':')) => self.push("::".to_owned()),
            _ if is_start(c) => self.word(),
            _ if c.is_ascii_digit() => self.skip_while(is_part),
            _ if c.is_whitespace() => self.skip(1),
            _ => self.push(c.to_string()),
        }
    }

    fn skip_while(&mut self, keep: impl Fn(char) -> bool) {
        while self.peek(0).is_some_and(&keep) {
            self.skip(1);
        }
    }

    fn block_comment(&mut self) {
        let mut depth = 0;
        while self.at < self.text.len() {
            match (self.peek(0), self.peek(1)) {
                (Some('/'), Some('*')) => {
                    depth += 1;
                    self.skip(2);
                }
                (Some('*'), Some('/')) => {
                    depth -= 1;
                    self.skip(2);
                    if depth == 0 {
                        return;
                    }
                }
                _ => self.skip(1),
            }
        }
    }

    fn string(&mut self) {
        self.skip(1);
        while let Some(c) = self.peek(0) {
            match c {
                '\\' => self.skip(2),
                '"' => return self.skip(1),
                _ => self.skip(1),
            }
        }
    }

    fn character_or_lifetime(&mut self) {
        let character = self.peek(1) == Some('\\') || self.peek(2) == Some('\'');
        if !character {
            self.skip(1);
            return self.skip_while(is_part);
        }
        self.skip(if self.peek(1) == Some('\\') { 3 } else { 2 });
        self.skip_while(|c| c != '\'');
        self.skip(1);
    }

    /// An identifier, or the prefix of a string (`b"`, `r#"`, ...), or a raw identifier.
    fn word(&mut self) {
        let word: String =
            self.text[self.at..].iter().copied().take_while(|&c| is_part(c)).collect();
        let length = word.chars().count();
        let hashes = self.text[self.at + length..].iter().take_while(|&&c| c == '#').count();
        let raw = matches!(word.as_str(), "r" | "br" | "cr");
        if raw && self.peek(length + hashes) == Some('"') {
            self.skip(length + hashes + 1);
            return self.raw_string_rest(hashes);
        }
        match (word.as_str(), self.peek(length)) {
            ("b" | "c", Some('"')) | ("b", Some('\'')) => self.skip(1),
            ("r", Some('#')) => self.skip(2),
            _ => self.push(word),
        }
    }

    fn raw_string_rest(&mut self, hashes: usize) {
        while self.at < self.text.len() {
            let closes =
                self.peek(0) == Some('"') && (1..=hashes).all(|i| self.peek(i) == Some('#'));
            if closes {
                return self.skip(hashes + 1);
            }
            self.skip(1);
        }
    }
}
