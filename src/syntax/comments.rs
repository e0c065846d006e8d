//! Raw text → the documentation of a declaration: the comment lines directly above it.

/// The comment above the declaration that begins at byte `start`: its lines joined by newlines,
/// with `#` and one space removed. None where the line above is not a comment, or where something
/// precedes the declaration on its own line.
pub(super) fn doc_above(text: &str, start: usize) -> Option<String> {
    let mut above = text[..start].trim_start_matches('\u{feff}').split('\n').rev();
    if !above.next()?.trim().is_empty() {
        return None;
    }
    let mut lines: Vec<&str> = above.map_while(|line| line.trim().strip_prefix('#')).collect();
    lines.reverse();
    let lines: Vec<&str> =
        lines.into_iter().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect();
    let doc = lines.join("\n");
    (!doc.trim().is_empty()).then_some(doc)
}
