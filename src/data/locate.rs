//! A place in valid JSON by key and indices → the bytes where it stands. The parser checks and
//! keeps no places; this walks and checks nothing.

use std::ops::Range;

/// Where the names of the outermost object stand, in their order, without their quotes. `text` is a
/// valid JSON object.
pub(super) fn keys(text: &str) -> Vec<Range<usize>> {
    let mut walk = Walk { bytes: text.as_bytes(), at: 0 };
    let mut keys = Vec::new();
    walk.skip_white();
    walk.at += 1;
    while walk.next_is_element() {
        let start = walk.at + 1;
        walk.skip_value();
        keys.push(start..walk.at - 1);
        walk.step_to_value();
        walk.skip_value();
    }
    keys
}

/// Where the value stands whose name ends at byte `key_end`, or the part of it at `path`; where the
/// path leads nowhere, the last part that it leads to.
pub(super) fn value(text: &str, key_end: usize, path: &[usize]) -> Range<usize> {
    let mut walk = Walk { bytes: text.as_bytes(), at: key_end + 1 };
    walk.step_to_value();
    path.iter().all(|&index| walk.descend(index));
    let start = walk.at;
    walk.skip_value();
    start..walk.at
}

struct Walk<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Walk<'_> {
    fn byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(b'}')
    }

    fn skip_white(&mut self) {
        while matches!(self.byte(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// From behind a name over the colon to the value.
    fn step_to_value(&mut self) {
        self.skip_white();
        self.at += 1;
        self.skip_white();
    }

    /// Steps over a comma to an element; whether there is one before the list or object ends.
    fn next_is_element(&mut self) -> bool {
        self.skip_white();
        if self.byte() == b',' {
            self.at += 1;
            self.skip_white();
        }
        !matches!(self.byte(), b']' | b'}')
    }

    /// Steps to element `index` of the list that starts here; stays where there is none.
    fn descend(&mut self, index: usize) -> bool {
        let start = self.at;
        if self.byte() != b'[' {
            return false;
        }
        self.at += 1;
        for _ in 0..index {
            if !self.next_is_element() {
                break;
            }
            self.skip_value();
        }
        let found = self.next_is_element();
        if !found {
            self.at = start;
        }
        found
    }

    /// Steps over the value that starts here.
    fn skip_value(&mut self) {
        let mut depth = 0;
        loop {
            match self.byte() {
                b'"' => self.skip_string(),
                b'[' | b'{' => {
                    depth += 1;
                    self.at += 1;
                }
                b']' | b'}' => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                _ => self.skip_word(),
            }
            if depth <= 0 {
                return;
            }
        }
    }

    fn skip_word(&mut self) {
        while !matches!(self.byte(), b',' | b':' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn skip_string(&mut self) {
        self.at += 1;
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }
}
