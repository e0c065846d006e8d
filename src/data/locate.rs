//! A location in valid JSON, given by key and indices → the bytes where it is. The JSON parser
//! checks the text but keeps no locations; this only walks, and checks nothing.

use std::ops::Range;

/// The locations of the names of the outermost object, in order, without their quotes. `text` is a
/// valid JSON object.
pub(super) fn keys(text: &str) -> Vec<Range<usize>> {
    let mut walk = Walk { bytes: text.as_bytes(), position: 0 };
    let mut keys = Vec::new();
    walk.skip_white();
    walk.position += 1;
    while walk.next_is_element() {
        let start = walk.position + 1;
        walk.skip_value();
        keys.push(start..walk.position - 1);
        walk.step_to_value();
        walk.skip_value();
    }
    keys
}

/// The location of the value whose name ends at byte `key_end`, or of the part of it at `path`;
/// where the path leads nowhere, of the last part it reaches.
pub(super) fn value(text: &str, key_end: usize, path: &[usize]) -> Range<usize> {
    let mut walk = Walk { bytes: text.as_bytes(), position: key_end + 1 };
    walk.step_to_value();
    path.iter().all(|&index| walk.descend(index));
    let start = walk.position;
    walk.skip_value();
    start..walk.position
}

struct Walk<'t> {
    bytes: &'t [u8],
    position: usize,
}

impl Walk<'_> {
    fn byte(&self) -> u8 {
        self.bytes.get(self.position).copied().unwrap_or(b'}')
    }

    fn skip_white(&mut self) {
        while matches!(self.byte(), b' ' | b'\t' | b'\n' | b'\r') {
            self.position += 1;
        }
    }

    /// From just after a name, past the colon, to the value.
    fn step_to_value(&mut self) {
        self.skip_white();
        self.position += 1;
        self.skip_white();
    }

    /// Moves past a comma to the next element; whether there is one before the list or object ends.
    fn next_is_element(&mut self) -> bool {
        self.skip_white();
        if self.byte() == b',' {
            self.position += 1;
            self.skip_white();
        }
        !matches!(self.byte(), b']' | b'}')
    }

    /// Moves to element `index` of the list that starts here; does not move where there is none.
    fn descend(&mut self, index: usize) -> bool {
        let start = self.position;
        if self.byte() != b'[' {
            return false;
        }
        self.position += 1;
        for _ in 0..index {
            if !self.next_is_element() {
                break;
            }
            self.skip_value();
        }
        let found = self.next_is_element();
        if !found {
            self.position = start;
        }
        found
    }

    /// Moves past the value that starts here.
    fn skip_value(&mut self) {
        let mut depth = 0;
        loop {
            match self.byte() {
                b'"' => self.skip_string(),
                b'[' | b'{' => {
                    depth += 1;
                    self.position += 1;
                }
                b']' | b'}' => {
                    depth -= 1;
                    self.position += 1;
                }
                b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => self.position += 1,
                _ => self.skip_word(),
            }
            if depth <= 0 {
                return;
            }
        }
    }

    fn skip_word(&mut self) {
        while !matches!(self.byte(), b',' | b':' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r') {
            self.position += 1;
        }
    }

    fn skip_string(&mut self) {
        self.position += 1;
        while let Some(&byte) = self.bytes.get(self.position) {
            self.position += if byte == b'\\' { 2 } else { 1 };
            if byte == b'"' {
                return;
            }
        }
    }
}
