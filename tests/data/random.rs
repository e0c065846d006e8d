//! Random tables, written by the csv crate, and random bytes.

use pgmc::base::Sources;
use pgmc::data::{Content, read};
use proptest::prelude::*;

use super::{shown, table};

/// A cell as a user may have it; blanks around it never count, so it has none.
fn cell() -> impl Strategy<Value = String> {
    let text = prop::collection::vec(
        prop::sample::select(vec!["a", "é", ",", "\"", "\n", "\r\n", "\t", ";", " ", "1", "x y"]),
        1..6,
    );
    prop_oneof![
        4 => any::<f64>().prop_filter("a number", |value| value.is_finite()).prop_map(|value| value.to_string()),
        2 => text.prop_map(|parts| parts.concat().trim_matches([' ', '\t']).to_owned()),
        1 => Just(String::new()),
        1 => Just("NA".to_owned()),
    ]
}

fn cells() -> impl Strategy<Value = Vec<Vec<String>>> {
    (1usize..5, 0usize..80).prop_flat_map(|(columns, rows)| {
        prop::collection::vec(prop::collection::vec(cell(), columns), rows)
    })
}

/// The file that the csv crate writes; every field quoted where asked, otherwise where necessary.
fn written(rows: &[Vec<String>], quoted: bool, windows: bool) -> String {
    let style = if quoted { csv::QuoteStyle::Always } else { csv::QuoteStyle::Necessary };
    let end = if windows { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
    let mut writer =
        csv::WriterBuilder::new().quote_style(style).terminator(end).from_writer(Vec::new());
    let columns = rows.first().map_or(1, Vec::len);
    writer.write_record((0..columns).map(|index| format!("c{index}"))).unwrap();
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

proptest! {
    #[test]
    fn what_the_csv_crate_writes_is_read_back(rows in cells(), quoted: bool, windows: bool) {
        let (sources, table) = table(&written(&rows, quoted, windows));
        prop_assert_eq!(table.rows, rows.len());
        for (index, column) in table.columns.iter().enumerate() {
            prop_assert_eq!(&column.name, &format!("c{index}"));
            let expected: Vec<Option<&str>> = rows.iter().map(|row| Some(row[index].as_str()).filter(|cell| !matches!(*cell, "" | "NA"))).collect();
            let is_number = expected.iter().flatten().all(|cell| cell.parse::<f64>().is_ok());
            prop_assert_eq!(is_number, matches!(column.cells, pgmc::data::Cells::Number { .. }));
            if is_number {
                let numbers: Vec<Option<f64>> = expected.iter().map(|cell| cell.map(|cell| cell.parse().unwrap())).collect();
                let read = column.cells.as_number().unwrap();
                let read: Vec<Option<f64>> = read.iter().map(|value| Some(*value).filter(|value| !value.is_nan())).collect();
                prop_assert_eq!(read, numbers);
            } else {
                let read = shown(&column.cells);
                prop_assert_eq!(read.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
            }
            for (row, cells) in rows.iter().enumerate() {
                let place = sources.slice(table.cell_span(&sources, row, index));
                prop_assert_eq!(place.replace("\"\"", "\""), cells[index].as_str());
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        visit_all(bytes);
    }

    #[test]
    fn no_text_makes_it_panic(parts in prop::collection::vec(prop::sample::select(vec![
        "a", "1", ",", ";", "\t", "\"", "\"\"", "\n", "\r", " ", "{", "}", "[", "]", ":", "\"k\"", "null", "NaN", "é", "-", "e9", "\\", "/", "\u{0}", "\u{feff}",
    ]), 0..40)) {
        visit_all(parts.concat().into_bytes());
    }

    #[test]
    fn lists_are_read_as_serde_json_reads_them(rows in prop::collection::vec(prop::collection::vec(prop::option::of(-1e9..1e9), 3), 1..20)) {
        let text = serde_json::to_string(&rows).unwrap();
        let (_, document) = super::document(&format!("{{\"y\": {text}}}"));
        let array = document.entries[0].value.array().unwrap();
        prop_assert_eq!(&array.shape, &[rows.len(), 3]);
        let read: Vec<Option<f64>> = array.cells.as_number().unwrap().iter().map(|value| Some(*value).filter(|value| !value.is_nan())).collect();
        prop_assert_eq!(read, rows.concat());
    }
}

/// Reads the bytes as every kind of file, and asks for every place.
fn visit_all(bytes: Vec<u8>) {
    for name in ["t.csv", "t.tsv", "t.json"] {
        let mut sources = Sources::new();
        match read(&mut sources, name, None, bytes.clone()).map(|file| file.content) {
            Ok(Content::Table(table)) => {
                let cells = (0..=table.rows)
                    .flat_map(|row| (0..=table.columns.len()).map(move |column| (row, column)));
                cells.for_each(|(row, column)| {
                    assert!(
                        table.cell_span(&sources, row, column).start
                            >= table.header_span(column).start
                    )
                });
            }
            Ok(Content::Document(document)) => document.entries.iter().for_each(|entry| {
                assert!(document.value_span(&sources, entry, &[0, 1]).start > entry.span.end);
                entry.value.array().err().iter().for_each(|irregular| {
                    assert!(document.irregular(&sources, entry, irregular).is_error())
                });
            }),
            Err(findings) => assert!(
                findings.iter().all(|finding| !finding.labels.is_empty()) && findings[0].is_error()
            ),
        }
    }
}
