//! Texts, many of them equal → the distinct ones in one piece of memory, and a code for each use.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Index;

/// Distinct texts in the order of first use, packed into one allocation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Labels {
    text: String,
    /// Where each label ends in `text`.
    ends: Vec<u32>,
}

impl Labels {
    /// How many distinct texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All labels, in the order of their codes.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        (0..self.len()).map(|code| &self[code])
    }

    /// The code of `label`: its position. Linear in the number of labels.
    #[must_use]
    pub fn position(&self, label: &str) -> Option<usize> {
        self.iter().position(|other| other == label)
    }

    fn push(&mut self, label: &str) {
        self.text.push_str(label);
        // A file is smaller than 4 GiB (`text::decode`), and its labels are parts of it.
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
    }
}

impl Index<usize> for Labels {
    type Output = str;

    /// The label of `code`.
    fn index(&self, code: usize) -> &str {
        let start = if code == 0 { 0 } else { self.ends[code - 1] as usize };
        &self.text[start..self.ends[code] as usize]
    }
}

/// A free slot of the hash table; also the code of a missing cell.
const NONE: u32 = u32::MAX;

/// Labels with a code for each row, while they are collected. The hash table holds codes only, so
/// each label is in memory once.
#[derive(Default)]
pub(super) struct Dictionary {
    labels: Labels,
    codes: Vec<u32>,
    /// Open addressing; a power of two in length, at most half full.
    slots: Vec<u32>,
}

impl Dictionary {
    /// Reserves space for this many rows.
    pub(super) fn reserve(&mut self, rows: usize) {
        self.codes.reserve_exact(rows);
    }

    /// Adds a row without a label.
    pub(super) fn push_missing(&mut self) {
        self.codes.push(NONE);
    }

    /// Adds a row with this label.
    pub(super) fn push(&mut self, label: &str) {
        if 2 * (self.labels.len() + 1) > self.slots.len() {
            self.grow();
        }
        let slot = self.slot(label);
        if self.slots[slot] == NONE {
            self.slots[slot] = self.labels.len() as u32;
            self.labels.push(label);
        }
        self.codes.push(self.slots[slot]);
    }

    /// The labels, and a code for each row (`u32::MAX` where there is none).
    pub(super) fn finish(mut self) -> (Labels, Vec<u32>) {
        self.labels.text.shrink_to_fit();
        self.labels.ends.shrink_to_fit();
        (self.labels, self.codes)
    }

    /// The slot that holds the code of `label`, or the free one where it belongs.
    fn slot(&self, label: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut slot = hash(label) & mask;
        while self.slots[slot] != NONE && self.labels[self.slots[slot] as usize] != *label {
            slot = (slot + 1) & mask;
        }
        slot
    }

    fn grow(&mut self) {
        let length = (2 * self.slots.len()).max(16);
        self.slots = Vec::new();
        self.slots.resize(length, NONE);
        for code in 0..self.labels.len() {
            let slot = self.slot(&self.labels[code]);
            self.slots[slot] = code as u32;
        }
    }
}

fn hash(label: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    label.hash(&mut hasher);
    hasher.finish() as usize
}
