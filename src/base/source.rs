//! Source texts and the spans that point into them.

use crate::base::{Arena, Id as _};

crate::id_type!(SourceId, "source", "A source text: a model file, a library file or a data file.");

/// A range of bytes of one source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// The source it points into.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `source`. Positions past 4 GiB are clamped.
    #[must_use]
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |position: usize| u32::try_from(position).unwrap_or(u32::MAX);
        Self { source, start: clamp(start), end: clamp(end) }
    }

    /// From the start of `self` to the end of `other`, in the same source.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { source: self.source, start: self.start, end: other.end.max(self.end) }
    }
}

/// One text and the name it is shown under.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Shown in errors: the path as the user wrote it.
    pub name: String,
    /// The whole text; for a data file only the part that errors show (see
    /// [`Sources::add_excerpt`]).
    pub text: String,
    /// The line number in the file of the first line of `text`, from 1.
    pub first_line: usize,
}

/// All texts that spans point into.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sources {
    entries: Arena<SourceId, Source>,
}

impl Sources {
    /// No sources yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a whole text.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.entries.push(Source { name: name.into(), text: text.into(), first_line: 1 })
    }

    /// Adds a few lines of a large file (a data file's header and one row), so that an error can
    /// point at them without keeping the file in memory.
    pub fn add_excerpt(
        &mut self,
        name: impl Into<String>,
        text: impl Into<String>,
        first_line: usize,
    ) -> SourceId {
        self.entries.push(Source { name: name.into(), text: text.into(), first_line })
    }

    /// The source of `id`.
    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.entries[id]
    }

    /// The text that `span` covers; empty where the span lies outside its source.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.entries
            .get(span.source)
            .and_then(|s| s.text.get(span.start as usize..span.end as usize))
            .unwrap_or("")
    }

    /// Line and column (both from 1, in characters) of a span's start.
    #[must_use]
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        let Some(source) = self.entries.get(span.source) else { return (1, 1) };
        let before = source.text.get(..span.start as usize).unwrap_or(&source.text);
        let line = before.bytes().filter(|&b| b == b'\n').count();
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count());
        (source.first_line + line, column + 1)
    }

    /// How many sources there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The id of the source at `index`, in insertion order.
    #[must_use]
    pub fn id(&self, index: usize) -> SourceId {
        SourceId::from_index(index)
    }
}
