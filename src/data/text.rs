//! The bytes of a file → its text, or what kind of file it seems to be.

use super::error;
use crate::base::{Diagnostic, Sources, Span};

/// The first bytes of common files that are not text.
const FOREIGN: [(&[u8], &str, &str); 6] = [
    (
        b"PK\x03\x04",
        "a spreadsheet or a zip archive",
        "export the sheet as CSV, or unpack the archive",
    ),
    (b"\x1f\x8b", "compressed by gzip", "unpack it first"),
    (b"PAR1", "a Parquet file", "export it as CSV"),
    (b"ARROW1", "an Arrow file", "export it as CSV"),
    (b"\xff\xfe", "text in UTF-16", "save it as UTF-8"),
    (b"\xfe\xff", "text in UTF-16", "save it as UTF-8"),
];

/// The text of a file, without its byte order mark; not copied where it has none. A mistake is
/// shown on an excerpt, which is added to `sources`.
pub(super) fn decode(
    sources: &mut Sources,
    name: &str,
    mut bytes: Vec<u8>,
) -> Result<String, Diagnostic> {
    if let Some(finding) = foreign(sources, name, &bytes) {
        return Err(finding);
    }
    let mark = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    bytes.drain(..mark);
    match String::from_utf8(bytes) {
        // `contains` compares many bytes at a time.
        Ok(text) if text.as_bytes().contains(&0) => Err(nul(sources, name, text.as_bytes(), mark)),
        Ok(text) => Ok(text),
        Err(error) => {
            Err(not_utf8(sources, name, error.as_bytes(), error.utf8_error().valid_up_to(), mark))
        }
    }
}

fn foreign(sources: &mut Sources, name: &str, bytes: &[u8]) -> Option<Diagnostic> {
    if bytes.len() >= u32::MAX as usize {
        return Some(error::too_large(Span::new(sources.add(name, ""), 0, 0), bytes.len()));
    }
    let (_, what, help) = FOREIGN.iter().find(|(start, _, _)| bytes.starts_with(start))?;
    Some(error::foreign(Span::new(sources.add(name, ""), 0, 0), what, help))
}

/// The first NUL in `bytes`, which follow a byte order mark of length `mark`.
fn nul(sources: &mut Sources, name: &str, bytes: &[u8], mark: usize) -> Diagnostic {
    let offset = bytes.iter().position(|&byte| byte == 0).unwrap_or(0);
    error::nul(excerpt(sources, name, bytes, offset), mark + offset)
}

/// The invalid byte at `offset` in `bytes`, which follow a byte order mark of length `mark`.
fn not_utf8(
    sources: &mut Sources,
    name: &str,
    bytes: &[u8],
    offset: usize,
    mark: usize,
) -> Diagnostic {
    let next = bytes.get(offset + 1).copied().unwrap_or(0);
    // In Latin-1 and Windows-1252, accented letters are single bytes from 0xC0 on, usually among
    // ASCII letters.
    let latin = (bytes[offset] >= 0xC0 && next < 0x80).then(|| char::from(bytes[offset]));
    error::not_utf8(excerpt(sources, name, bytes, offset), bytes[offset], mark + offset, latin)
}

/// Adds the line around the invalid byte at `offset` as a source, with everything that is not text
/// replaced; the span covers the replacement of that byte.
fn excerpt(sources: &mut Sources, name: &str, bytes: &[u8], offset: usize) -> Span {
    const AFTER: usize = 60;
    let start =
        bytes[..offset].iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let before = String::from_utf8_lossy(&bytes[start..offset]);
    let after = bytes[offset + 1..]
        .split(|&byte| byte == b'\n' || byte == b'\r')
        .next()
        .unwrap_or_default();
    let after = String::from_utf8_lossy(&after[..after.len().min(AFTER)]);
    let first_line = 1 + bytes[..start].iter().filter(|&&byte| byte == b'\n').count();
    let shown = format!("{before}{}{after}", char::REPLACEMENT_CHARACTER).replace('\0', "\u{FFFD}");
    Span::new(
        sources.add_excerpt(name, shown, first_line),
        before.len(),
        before.len() + char::REPLACEMENT_CHARACTER.len_utf8(),
    )
}
