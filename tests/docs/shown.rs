//! What a page shows of a terminal: commands, and their output with `...` for what varies.

/// The commands that call `pgmc`, each with the lines shown below it. A command goes on behind a
/// `\` at the end of its line.
pub fn commands(text: &str) -> Vec<(String, Vec<String>)> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        let part = line.trim_end_matches('\\');
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(_), _) => found.push((part.trim_start_matches("$ ").to_owned(), Vec::new())),
            (None, Some((command, _))) if goes_on => *command += part,
            (None, Some((_, shown))) => shown.push(line.to_owned()),
            (None, None) => {}
        }
        goes_on = line.ends_with('\\');
    }
    found.retain(|(command, _)| command.starts_with("pgmc "));
    found
}

/// Whether `lines` are what `expected` shows: `...` alone stands for any lines, within a line for
/// any text; runs of blanks are one. Nothing shown: nothing checked.
pub fn matches(expected: &[&str], lines: &[&str]) -> bool {
    expected.is_empty() || rest_matches(expected, lines)
}

fn rest_matches(expected: &[&str], lines: &[&str]) -> bool {
    match expected.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first.trim() == "..." => {
            (0..=lines.len()).any(|skipped| rest_matches(rest, &lines[skipped..]))
        }
        Some((first, rest)) => lines.split_first().is_some_and(|(line, others)| {
            line_matches(&words(first), &words(line)) && rest_matches(rest, others)
        }),
    }
}

fn words(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn line_matches(expected: &str, line: &str) -> bool {
    let Some((before, after)) = expected.split_once("...") else { return expected == line };
    let Some(rest) = line.strip_prefix(before) else { return false };
    rest.char_indices().map(|(i, _)| i).chain([rest.len()]).any(|i| line_matches(after, &rest[i..]))
}

#[test]
fn commands_are_found() {
    let text = "$ cargo build\nnoise\n$ pgmc fit a \\\n    b\n  x  1\n$ pgmc check a\n";
    let found = commands(text);
    let expected = [
        ("pgmc fit a     b".to_owned(), vec!["  x  1".to_owned()]),
        ("pgmc check a".to_owned(), Vec::new()),
    ];
    assert_eq!(found, expected);
}

#[test]
fn three_dots_stand_for_anything() {
    assert!(matches(&[], &["a"]));
    assert!(matches(&["a ... c", "..."], &["a   b c", "d", "e"]));
    assert!(matches(&["...", "z"], &["a", "z"]));
    assert!(matches(&["mu ..."], &["mu  4.4"]));
    assert!(!matches(&["a"], &["a", "b"]));
    assert!(!matches(&["a ... c"], &["a b d"]));
    assert!(!matches(&["...", "z"], &["a"]));
}
