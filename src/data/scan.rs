//! CSV text → fields with their locations, one by one. Nothing else reads quotes and line ends, so
//! columns and locations always agree.

use std::borrow::Cow;

/// Splits a text into the fields of RFC 4180, with extensions: a record may end in a line feed, a
/// carriage return or both; blanks around a field do not belong to it, not even inside quotes; a
/// quote inside an unquoted field stands for itself (`5" pipe`).
#[derive(Clone)]
pub(super) struct Scanner<'t> {
    text: &'t str,
    separator: u8,
    position: usize,
    /// Whether the last field ended with a separator, so that another follows even at the end of
    /// the text.
    owes_field: bool,
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    /// Where its content starts: after any quote and blanks.
    pub start: usize,
    /// Where its content ends: before any blanks and quote.
    pub end: usize,
    /// Whether it is quoted and contains quotes, written twice.
    doubled: bool,
    /// Whether it is the last in its record.
    pub last: bool,
    /// What is wrong with its quotes.
    pub fault: Option<Fault>,
}

/// A mistake in quoting.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// The text ends before the closing quote.
    Unclosed {
        /// The location of the opening quote.
        open: usize,
    },
    /// There is something other than blanks between the closing quote and the separator.
    Trailing {
        /// The location of the opening quote.
        open: usize,
        /// The first byte of what is there.
        start: usize,
        /// One past its last byte.
        end: usize,
    },
}

impl Field {
    /// The content, with doubled quotes made single.
    pub(super) fn content<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let raw = &text[self.start..self.end];
        if self.doubled { Cow::Owned(raw.replace("\"\"", "\"")) } else { Cow::Borrowed(raw) }
    }
}

impl<'t> Scanner<'t> {
    /// Starts at byte `position`, where a record begins.
    pub(super) fn new(text: &'t str, separator: u8, position: usize) -> Self {
        Self { text, separator, position, owes_field: false }
    }

    /// Where the next field starts.
    pub(super) fn position(&self) -> usize {
        self.position
    }

    /// The next field; none at the end of the text.
    pub(super) fn field(&mut self) -> Option<Field> {
        if self.position >= self.text.len() && !self.owes_field {
            return None;
        }
        let start = self.skip_blanks(self.position);
        let mut field = if self.text.as_bytes().get(start) == Some(&b'"') {
            self.quoted(start)
        } else {
            self.unquoted(start)
        };
        field.last = self.step_over_end();
        self.owes_field = !field.last;
        Some(field)
    }

    /// Skips the rest of this record, and `count - 1` records after it.
    pub(super) fn skip_records(&mut self, count: usize) {
        for _ in 0..count {
            while self.field().is_some_and(|field| !field.last) {}
        }
    }

    fn unquoted(&mut self, start: usize) -> Field {
        let stop = self.find_end(start);
        self.position = stop;
        Field { start, end: self.trim_end(start, stop), doubled: false, last: false, fault: None }
    }

    fn quoted(&mut self, open: usize) -> Field {
        let (close, doubled) = self.find_close(open + 1);
        let start = self.skip_blanks(open + 1).min(close);
        let mut field =
            Field { start, end: self.trim_end(start, close), doubled, last: false, fault: None };
        if close >= self.text.len() {
            self.position = close;
            field.fault = Some(Fault::Unclosed { open });
            return field;
        }
        let after = self.skip_blanks(close + 1);
        self.position = self.find_end(after);
        if self.position > after {
            field.fault = Some(Fault::Trailing {
                open,
                start: after,
                end: self.trim_end(after, self.position),
            });
        }
        field
    }

    /// The closing quote at or after `from` (the end of the text where there is none), and whether
    /// there are doubled quotes before it.
    fn find_close(&self, mut from: usize) -> (usize, bool) {
        let bytes = self.text.as_bytes();
        let mut doubled = false;
        while let Some(offset) = bytes[from..].iter().position(|&byte| byte == b'"') {
            from += offset;
            if bytes.get(from + 1) != Some(&b'"') {
                return (from, doubled);
            }
            doubled = true;
            from += 2;
        }
        (bytes.len(), doubled)
    }

    /// The separator or line end at or after `from`; the end of the text where there is none.
    fn find_end(&self, from: usize) -> usize {
        let bytes = &self.text.as_bytes()[from..];
        let ends = |&byte: &u8| byte == self.separator || byte == b'\n' || byte == b'\r';
        from + bytes.iter().position(ends).unwrap_or(bytes.len())
    }

    fn skip_blanks(&self, mut from: usize) -> usize {
        while self.text.as_bytes().get(from).is_some_and(|&byte| self.is_blank(byte)) {
            from += 1;
        }
        from
    }

    fn trim_end(&self, start: usize, mut end: usize) -> usize {
        while end > start && self.is_blank(self.text.as_bytes()[end - 1]) {
            end -= 1;
        }
        end
    }

    fn is_blank(&self, byte: u8) -> bool {
        byte == b' ' || (byte == b'\t' && self.separator != b'\t')
    }

    /// Moves past the separator or line end; whether the record ends here.
    fn step_over_end(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        match bytes.get(self.position) {
            None => true,
            Some(b'\r') => {
                self.position += if bytes.get(self.position + 1) == Some(&b'\n') { 2 } else { 1 };
                true
            }
            Some(b'\n') => {
                self.position += 1;
                true
            }
            Some(_) => {
                self.position += 1;
                false
            }
        }
    }
}

/// The part of `text` that holds records: from the first line that is not blank to the last
/// character that is not blank. Where there are none, the empty range at the end of the text.
pub(super) fn extent(text: &str, separator: u8) -> std::ops::Range<usize> {
    let is_blank =
        |byte: &u8| matches!(byte, b' ' | b'\n' | b'\r') || (*byte == b'\t' && separator != b'\t');
    let bytes = text.as_bytes();
    let Some(last) = bytes.iter().rposition(|byte| !is_blank(byte)) else {
        return text.len()..text.len();
    };
    let first = bytes.iter().position(|byte| !is_blank(byte)).unwrap_or(last);
    let line = bytes[..first]
        .iter()
        .rposition(|&byte| matches!(byte, b'\n' | b'\r'))
        .map_or(0, |end| end + 1);
    line..last + 1
}
