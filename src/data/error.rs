//! Mistakes in a data file → diagnostics E0200 to E0216: where, what is wrong, what was expected,
//! what to try.

use super::record::{Name, Record};
use super::scan::Fault;
use super::{Irregular, Kind, Problem};
use crate::base::{Diagnostic, SourceId, Span};

/// The mistakes of one file, as they are collected.
pub(super) struct Findings {
    source: SourceId,
    shown: Vec<Diagnostic>,
    left_out: usize,
}

impl Findings {
    /// How many mistakes of one file are shown; the rest are only counted.
    pub(super) const SHOWN: usize = 10;

    pub(super) fn new(source: SourceId) -> Self {
        Self { source, shown: Vec::new(), left_out: 0 }
    }

    pub(super) fn push(&mut self, finding: Diagnostic) {
        if self.shown.len() < Self::SHOWN {
            self.shown.push(finding);
        } else {
            self.left_out += 1;
        }
    }

    /// Counts mistakes that are not shown.
    pub(super) fn leave_out(&mut self, count: usize) {
        self.left_out += count;
    }

    /// All mistakes in the order of their locations, then how many more there are. `Ok` where there
    /// are none.
    pub(super) fn finish(mut self) -> Result<(), Vec<Diagnostic>> {
        self.shown
            .sort_by_key(|finding| finding.labels.first().map_or(0, |label| label.span.start));
        if self.left_out > 0 {
            let mistakes = if self.left_out == 1 { "mistake" } else { "mistakes" };
            let note = Diagnostic::note(
                "E0200",
                format!("… and {} more {mistakes} in this file", self.left_out),
            );
            self.shown.push(note.at(Span::new(self.source, 0, 0), ""));
        }
        if self.shown.is_empty() { Ok(()) } else { Err(self.shown) }
    }
}

// Any file.

pub(super) fn empty(place: Span, expected: &str) -> Diagnostic {
    Diagnostic::error("E0201", "the file is empty")
        .at(place, format!("expected {expected}"))
        .try_this("check that this is the file you mean, and that writing it has finished")
}

pub(super) fn foreign(place: Span, what: &str, help: &str) -> Diagnostic {
    Diagnostic::error("E0207", format!("the file is not UTF-8 text: it seems to be {what}"))
        .at(place, "expected CSV or JSON")
        .try_this(help)
}

/// `at`: the byte's offset in the file. `latin`: the letter that the byte would be in Latin-1, if
/// that is likely.
pub(super) fn not_utf8(place: Span, byte: u8, at: usize, latin: Option<char>) -> Diagnostic {
    let error = Diagnostic::error("E0207", "the file is not UTF-8 text")
        .at(place, format!("0x{byte:02X} at offset {at} of the file"));
    match latin {
        Some(letter) => error
            .because(format!("in Latin-1 this byte is `{letter}`"))
            .try_this("save the file as UTF-8; it looks like Latin-1"),
        None => error.try_this("save the file as UTF-8"),
    }
}

pub(super) fn nul(place: Span, at: usize) -> Diagnostic {
    Diagnostic::error("E0208", "the file holds a NUL byte, which no text does")
        .at(place, format!("0x00 at offset {at} of the file"))
        .try_this("the file may be binary, in UTF-16, or damaged: save it again as UTF-8 text")
}

pub(super) fn too_large(place: Span, bytes: usize) -> Diagnostic {
    Diagnostic::error("E0210", format!("the file is too large: {bytes} bytes"))
        .at(place, "expected less than 4 GiB")
        .try_this("leave out the columns that the model does not use")
}

// The header.

pub(super) fn no_header(names: &[Name]) -> Diagnostic {
    let example =
        (1..=names.len().min(3)).map(|number| format!("x{number}")).collect::<Vec<_>>().join(",");
    let more = if names.len() > 3 { ",..." } else { "" };
    Diagnostic::error("E0202", "the first line must name the columns, but it holds numbers only")
        .at(line(names), "expected names")
        .try_this(format!("put a line with the names before it, such as `{example}{more}`"))
}

pub(super) fn duplicate_column(name: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::error("E0203", format!("two columns are named `{name}`"))
        .at(second, "the second one")
        .at(first, "the first one")
        .try_this("rename or remove one of them")
}

pub(super) fn semicolons(place: Span) -> Diagnostic {
    Diagnostic::error("E0209", "the columns seem to be separated by semicolons")
        .at(place, "expected a comma or a tab")
        .because(
            "such files often write decimals with a comma, so `1,5` could be one number or \
            two",
        )
        .try_this(
            "save the file with commas between columns and points in decimals, or as `.tsv` \
            with tabs",
        )
}

// Records.

pub(super) fn ragged(source: SourceId, record: Record, names: &[Name]) -> Diagnostic {
    let (found, expected, row) = (record.fields, names.len(), record.row + 1);
    if record.is_blank() {
        return Diagnostic::error("E0204", format!("row {row} is an empty line"))
            .at(
                Span::new(source, record.start, record.end),
                format!("expected {}", fields(expected)),
            )
            .try_this("remove the line; for a row of missing cells write the separators");
    }
    let error = Diagnostic::error(
        "E0204",
        format!("row {row} has {} where the header names {}", fields(found), columns(expected)),
    );
    match record.surplus {
        Some(start) => error
            .at(Span::new(source, start, record.end), format!("beyond the {}", columns(expected)))
            .try_this(
                "put text that holds a separator between double quotes, and write decimals \
                with a point",
            ),
        None => error
            .at(
                Span::new(source, record.start, record.end),
                format!("{} missing", fields(expected - found)),
            )
            .try_this("write a missing cell as an empty field or as `NA`, with its separator"),
    }
}

/// All rows have the same length, but not the header's; `first` is the first row.
pub(super) fn wrong_header(source: SourceId, first: Record, names: &[Name]) -> Diagnostic {
    let (found, expected) = (first.fields, names.len());
    let help = match first.surplus {
        Some(start) if found == expected + 1 && start == first.end => {
            "remove the separator at the end of every row, or put one behind the header too"
        }
        Some(_) if found == expected + 1 => {
            "name the first column too if it holds row names; write decimals with a point"
        }
        Some(_) | None => "name each column once, with the same separator as in the rows",
    };
    Diagnostic::error(
        "E0204",
        format!("the header names {} but every row has {}", columns(expected), fields(found)),
    )
    .at(line(names), columns(expected))
    .at(Span::new(source, first.start, first.end), fields(found))
    .try_this(help)
}

pub(super) fn quotes(source: SourceId, fault: Fault) -> Diagnostic {
    let help = "write a quote that belongs to the text twice (`\"\"`), and a quote at each end of \
        the field";
    match fault {
        Fault::Unclosed { open } => Diagnostic::error("E0205", "a quote is never closed")
            .at(Span::new(source, open, open + 1), "opened here; the file ends before it is closed")
            .try_this(help),
        Fault::Trailing { open, start, end } => {
            Diagnostic::error("E0206", "text follows a closing quote")
                .at(Span::new(source, start, end), "expected a separator or the end of the line")
                .at(Span::new(source, open, open + 1), "the quote was opened here")
                .try_this(help)
        }
    }
}

/// From the first name to the last.
fn line(names: &[Name]) -> Span {
    names[0].span.to(names[names.len() - 1].span)
}

fn fields(count: usize) -> String {
    if count == 1 { "1 field".to_owned() } else { format!("{count} fields") }
}

fn columns(count: usize) -> String {
    if count == 1 { "1 column".to_owned() } else { format!("{count} columns") }
}

// JSON.

/// `said`: the parser's message; `word`: what it stopped at.
pub(super) fn json_syntax(place: Span, said: &str, word: &str) -> Diagnostic {
    let help = match word {
        "NaN" | "nan" | "NA" | "None" | "undefined" => "write `null` for a missing value",
        "Infinity" | "inf" | "Inf" | "-Infinity" | "-inf" | "-Inf" => {
            "write infinities in quotes: \"Infinity\", \"-Infinity\""
        }
        "True" | "TRUE" | "False" | "FALSE" => "write `true` and `false` in lower case",
        "'" | "“" | "”" => "put names and texts between straight double quotes",
        "/" | "#" => "remove the comment: JSON has none",
        _ if said.starts_with("trailing comma") => "remove the comma behind the last element",
        _ if said.starts_with("EOF") => {
            "check that writing the file has finished, and that every bracket and quote is closed"
        }
        _ => "expected a form such as {\"N\": 3, \"y\": [1.5, null, 2]}",
    };
    Diagnostic::error("E0211", "the file is not valid JSON")
        .at(place, said.replace("EOF", "the file ends"))
        .try_this(help)
}

pub(super) fn json_range(place: Span) -> Diagnostic {
    Diagnostic::error("E0214", "a number is beyond the range of double precision")
        .at(place, "expected a magnitude below 1.8e308")
        .try_this("if infinity is meant, write \"Infinity\" or \"-Infinity\", in quotes")
}

pub(super) fn json_not_object(place: Span) -> Diagnostic {
    Diagnostic::error("E0212", "a JSON data file must be an object: values with names")
        .at(place, "expected `{`")
        .try_this("give each value its name, such as {\"y\": [1, 2, 3]}")
}

pub(super) fn duplicate_key(key: &str, first: Span, second: Span) -> Diagnostic {
    Diagnostic::error("E0213", format!("two entries are named `{key}`"))
        .at(second, "the second one")
        .at(first, "the first one")
        .try_this("rename or remove one of them")
}

pub(super) fn irregular(key: &str, place: Span, irregular: &Irregular) -> Diagnostic {
    let element =
        irregular.path.iter().fold(key.to_owned(), |name, index| format!("{name}[{}]", index + 1));
    match irregular.problem {
        Problem::Length { expected, found } => {
            Diagnostic::error("E0215", format!("`{key}` is ragged: its lists differ in length"))
                .at(place, format!("`{element}` has length {found}, those before it {expected}"))
                .try_this("write `null` where a value is missing; an array has rows of one length")
        }
        Problem::Type { expected: Kind::Missing, found } => {
            Diagnostic::error("E0216", format!("`{key}` is no array of numbers or texts"))
                .at(place, format!("`{element}` is {found}"))
                .try_this(
                    "expected a number, a text, a truth value, or nested lists of one of them",
                )
        }
        Problem::Type { expected, found } if expected == Kind::List || found == Kind::List => {
            Diagnostic::error(
                "E0215",
                format!("`{key}` is ragged: its elements are not nested equally deep"),
            )
            .at(place, format!("`{element}` is {found}, what stands before it is {expected}"))
            .try_this("put every element into as many brackets; an array has one number of axes")
        }
        Problem::Type { expected, found } => {
            Diagnostic::error("E0216", format!("`{key}` mixes types"))
                .at(place, format!("`{element}` is {found}, what stands before it is {expected}"))
                .try_this(
                    "write `null` for missing values, numbers without quotes, and texts in quotes",
                )
        }
    }
}
