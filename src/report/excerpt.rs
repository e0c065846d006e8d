//! Chooses the few lines of a source to show for one diagnostic: only those spanned, with long ones
//! cut around the spans.

use std::ops::Range;

use codespan_reporting::files::{Error, Files, Location};

use crate::base::{SourceId, Sources, Span};

/// Lines longer than this many bytes are cut.
const LONG_LINE: usize = 240;
/// How much of them is kept, and how much of that before the span.
const WINDOW: usize = 160;
const BEFORE: usize = 60;

/// The lines of one source that a diagnostic shows.
pub(super) struct Excerpt {
    source: SourceId,
    name: String,
    text: String,
    lines: Vec<Line>,
    /// The number in the file, from 1, of the first line shown.
    first_line: usize,
}

/// A line of an excerpt: where it lies in the excerpt, and what it shows of the whole line.
struct Line {
    /// Its byte range in the excerpt.
    start: usize,
    end: usize,
    /// Where the kept part begins in the excerpt, after the `…`.
    kept_at: usize,
    /// The line's byte range in the source, and the part of it that is kept.
    whole: Range<usize>,
    kept: Range<usize>,
    /// The number of characters of the whole line before the kept part.
    column: usize,
}

impl Excerpt {
    /// The lines of `source` from the first to the last of `spans`; a cut line shows the first span
    /// on it.
    pub(super) fn new(sources: &Sources, source: SourceId, spans: &[Span]) -> Self {
        let whole = sources.get(source);
        let spans: Vec<Range<usize>> =
            spans.iter().map(|&span| within(span, &whole.text)).collect();
        let first = spans.iter().map(|span| span.start).min().unwrap_or(0);
        let last = spans.iter().map(|span| span.end).max().unwrap_or(0);
        let start = whole.text[..first].rfind('\n').map_or(0, |at| at + 1);
        let end = whole.text[last..].find('\n').map_or(whole.text.len(), |at| last + at);
        let first_line =
            whole.first_line + whole.text[..start].bytes().filter(|&b| b == b'\n').count();
        let mut excerpt = Self {
            source,
            name: whole.name.clone(),
            text: String::new(),
            lines: Vec::new(),
            first_line,
        };
        let mut at = start;
        for line in whole.text[start..end].split('\n') {
            excerpt.push(&whole.text, at..at + line.trim_end_matches('\r').len(), &spans);
            at += line.len() + 1;
        }
        excerpt
    }

    /// The source it is from.
    pub(super) fn source(&self) -> SourceId {
        self.source
    }

    /// The number of digits of its last line's number.
    pub(super) fn digits(&self) -> usize {
        (self.first_line + self.lines.len() - 1).to_string().len()
    }

    fn push(&mut self, text: &str, line: Range<usize>, spans: &[Range<usize>]) {
        let kept = if line.len() > LONG_LINE { window(text, &line, spans) } else { line.clone() };
        let start = self.text.len();
        if kept.start > line.start {
            self.text.push('…');
        }
        let kept_at = self.text.len();
        self.text.extend(text[kept.clone()].chars().map(visible));
        if kept.end < line.end {
            self.text.push('…');
        }
        let column = text[line.start..kept.start].chars().count();
        self.lines.push(Line { start, end: self.text.len(), kept_at, whole: line, kept, column });
        self.text.push('\n');
    }

    /// Where a span of the source lies in the excerpt; what was cut off maps to the nearest `…`.
    pub(super) fn place(&self, span: Span) -> Range<usize> {
        let start = self.position(span.start as usize);
        start..self.position(span.end as usize).max(start)
    }

    fn position(&self, at: usize) -> usize {
        let index = self.lines.partition_point(|line| line.whole.start <= at).saturating_sub(1);
        let line = &self.lines[index];
        let here = match at.checked_sub(line.kept.start) {
            None => line.start,
            Some(offset) => line.kept_at + offset.min(line.kept.len()),
        };
        self.text.floor_char_boundary(here)
    }
}

/// The span's byte range, clamped to the text and moved to the nearest character boundaries.
fn within(span: Span, text: &str) -> Range<usize> {
    let start = text.floor_char_boundary(span.start as usize);
    start..text.ceil_char_boundary(span.end as usize).max(start)
}

/// Replaces characters that a terminal would interpret or not show by visible ones of the same
/// length in bytes.
fn visible(character: char) -> char {
    match character {
        '\t' => '\t',
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => '\u{fffd}',
        control if control.is_ascii_control() => ' ',
        other => other,
    }
}

/// The part of a long line to keep.
fn window(text: &str, line: &Range<usize>, spans: &[Range<usize>]) -> Range<usize> {
    let on_line = spans.iter().find(|span| span.start <= line.end && span.end >= line.start);
    let anchor = on_line.map_or(line.start, |span| span.start).clamp(line.start, line.end);
    let start = text.floor_char_boundary(anchor.saturating_sub(BEFORE).max(line.start));
    start..text.ceil_char_boundary((start + WINDOW).min(line.end))
}

/// The excerpts of one diagnostic, one per file.
pub(super) struct Excerpts(pub Vec<Excerpt>);

impl<'a> Files<'a> for Excerpts {
    type FileId = usize;
    type Name = &'a str;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<&'a str, Error> {
        self.0.get(id).map(|excerpt| excerpt.name.as_str()).ok_or(Error::FileMissing)
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        self.0.get(id).map(|excerpt| excerpt.text.as_str()).ok_or(Error::FileMissing)
    }

    fn line_index(&'a self, id: usize, byte_index: usize) -> Result<usize, Error> {
        let excerpt = self.0.get(id).ok_or(Error::FileMissing)?;
        Ok(excerpt.lines.partition_point(|line| line.start <= byte_index).saturating_sub(1))
    }

    fn line_number(&'a self, id: usize, line_index: usize) -> Result<usize, Error> {
        self.0.get(id).map(|excerpt| excerpt.first_line + line_index).ok_or(Error::FileMissing)
    }

    fn line_range(&'a self, id: usize, line_index: usize) -> Result<Range<usize>, Error> {
        let excerpt = self.0.get(id).ok_or(Error::FileMissing)?;
        let max = excerpt.lines.len();
        excerpt
            .lines
            .get(line_index)
            .map(|line| line.start..line.end)
            .ok_or(Error::LineTooLarge { given: line_index, max })
    }

    fn location(&'a self, id: usize, byte_index: usize) -> Result<Location, Error> {
        let line_index = self.line_index(id, byte_index)?;
        let excerpt = &self.0[id];
        let line = &excerpt.lines[line_index];
        let shown =
            excerpt.text.get(line.kept_at..byte_index).map_or(0, |before| before.chars().count());
        Ok(Location {
            line_number: excerpt.first_line + line_index,
            column_number: line.column + shown + 1,
        })
    }
}
