//! CSV files without mistakes: types, missing cells, labels, places.

use pgmc::base::Sources;
use pgmc::data::{Cells, Content, MISSING_WORDS, Table, read};

use super::{content, shown, table};

fn numbers(table: &Table, name: &str) -> Vec<f64> {
    table.column(name).unwrap().cells.as_number().unwrap().into_owned()
}

fn names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}

fn cell<'s>(sources: &'s Sources, table: &Table, row: usize, column: usize) -> &'s str {
    sources.slice(table.cell_span(sources, row, column))
}

#[test]
fn numbers_and_labels_become_columns() {
    let (_, table) = table("school,effect,error\nA,28,15\nB,8e-1,+10\nA,-3.5,.5\n");
    assert_eq!(names(&table), ["school", "effect", "error"]);
    assert_eq!(table.rows, 3);
    assert_eq!(numbers(&table, "effect"), [28.0, 0.8, -3.5]);
    assert_eq!(numbers(&table, "error"), [15.0, 10.0, 0.5]);
    let Cells::Text { labels, codes, first_text } = &table.column("school").unwrap().cells else {
        panic!("labels are text")
    };
    assert_eq!(labels.iter().collect::<Vec<_>>(), ["A", "B"]);
    assert_eq!((labels.position("B"), labels.position("C")), (Some(1), None));
    assert_eq!((codes.as_slice(), *first_text), ([0, 1, 0].as_slice(), 0));
    assert!(table.column("absent").is_none());
}

#[test]
fn missing_cells_are_found_in_every_spelling() {
    let words = MISSING_WORDS.map(|word| format!("{word},\" {word} \"")).join("\n");
    let (_, table) = table(&format!("x,t\n1,a\n,\n  ,\t\n\"\",\"  \"\n{words}\n-nan,b\n"));
    let Cells::Number { values, missing } = &table.column("x").unwrap().cells else {
        panic!("missing cells leave a column numeric")
    };
    assert_eq!(missing, &[1, 2, 3, 4, 5, 6, 7, 8]);
    assert!(values[1..].iter().all(|value| value.is_nan()));
    let text = &table.column("t").unwrap().cells;
    assert_eq!((text.len(), text.missing_count()), (9, 7));
    assert_eq!((text.label(0), text.label(3), text.label(8)), (Some("a"), None, Some("b")));
    assert!(text.is_missing(3) && !text.is_missing(8) && text.is_missing(9));
}

#[test]
fn a_column_without_any_value_is_numeric_and_missing() {
    let (_, table) = table("x,y\n,1\nNA,2\n");
    assert_eq!(table.column("x").unwrap().cells.missing_count(), 2);
    assert!(matches!(table.column("x").unwrap().cells, Cells::Number { .. }));
}

#[test]
fn infinities_are_numbers() {
    let (_, table) = table("x\ninf\n-inf\nInfinity\n-Infinity\n");
    let (up, down) = (f64::INFINITY, f64::NEG_INFINITY);
    assert_eq!(numbers(&table, "x"), [up, down, up, down]);
}

#[test]
fn one_text_makes_the_column_text_and_is_remembered() {
    let (sources, table) = table("x,y\n1.50,1\n2,\nN/A,3\nNan,4\n1.50,5\n");
    let Cells::Text { labels, codes, first_text } = &table.columns[0].cells else {
        panic!("N/A is text")
    };
    assert_eq!(labels.iter().collect::<Vec<_>>(), ["1.50", "2", "N/A", "Nan"]);
    assert_eq!((codes.as_slice(), *first_text), ([0, 1, 2, 3, 0].as_slice(), 2));
    assert_eq!(cell(&sources, &table, 2, 0), "N/A");
}

#[test]
fn truth_values_are_text_that_can_be_numbers() {
    let (_, table) = table(
        "r,python,json,mixed,digits\nTRUE,False,true,true,0\nNA,True,false,yes,1\nFALSE,True,true,no,1\n",
    );
    let r = &table.column("r").unwrap().cells;
    assert!(matches!(r, Cells::Text { .. }));
    assert_eq!(r.as_bool().unwrap(), [Some(true), None, Some(false)]);
    let as_numbers = r.as_number().unwrap();
    assert_eq!((as_numbers[0], as_numbers[2]), (1.0, 0.0));
    assert!(as_numbers[1].is_nan());
    assert_eq!(numbers(&table, "python"), [0.0, 1.0, 1.0]);
    assert_eq!(numbers(&table, "json"), [1.0, 0.0, 1.0]);
    assert!(table.column("mixed").unwrap().cells.as_number().is_none());
    assert_eq!(
        table.column("digits").unwrap().cells.as_bool().unwrap(),
        [Some(false), Some(true), Some(true)]
    );
    assert!(super::table("x\n2\n").1.columns[0].cells.as_bool().is_none());
}

#[test]
fn dates_and_the_like_are_text() {
    let (_, table) =
        table("date,hex,thousands\n2024-01-31,0x10,\"1,000\"\n2024-02-01,0x11,\"2,000\"\n");
    assert!(table.columns.iter().all(|column| matches!(column.cells, Cells::Text { .. })));
}

#[test]
fn quotes_hold_separators_quotes_and_line_breaks() {
    let (sources, table) = table("\"a,b\",c\r\n\"x, \"\"y\"\"\nz\",1\r\n 5\" pipe , \"2\" \r\n");
    assert_eq!(names(&table), ["a,b", "c"]);
    assert_eq!(
        shown(&table.columns[0].cells),
        [Some("x, \"y\"\nz".to_owned()), Some("5\" pipe".to_owned())]
    );
    assert_eq!(numbers(&table, "c"), [1.0, 2.0]);
    assert_eq!(cell(&sources, &table, 0, 0), "x, \"\"y\"\"\nz");
    assert_eq!(
        (cell(&sources, &table, 0, 1), cell(&sources, &table, 1, 0), cell(&sources, &table, 1, 1)),
        ("1", "5\" pipe", "2")
    );
    assert_eq!(sources.line_column(table.cell_span(&sources, 0, 1)), (3, 4));
    assert_eq!(sources.line_column(table.cell_span(&sources, 1, 1)), (4, 13));
}

#[test]
fn line_ends_of_all_systems_are_read() {
    for end in ["\n", "\r\n", "\r"] {
        for last in ["", end, "\n\n \n", "\r\n\r\n"] {
            let (_, table) = table(&format!("x,y{end}1,2{end}3,4{last}"));
            assert_eq!(
                (table.rows, numbers(&table, "x"), numbers(&table, "y")),
                (2, vec![1.0, 3.0], vec![2.0, 4.0]),
                "{end:?} {last:?}"
            );
        }
    }
}

#[test]
fn a_byte_order_mark_is_dropped_and_places_are_right() {
    let (sources, content) = content("t.csv", b"\xef\xbb\xbfx,y\n1,2\n");
    let Content::Table(table) = content else { panic!("a CSV file is a table") };
    assert_eq!(names(&table), ["x", "y"]);
    assert_eq!(sources.line_column(table.header_span(0)), (1, 1));
    assert_eq!((sources.slice(table.header_span(1)), cell(&sources, &table, 0, 1)), ("y", "2"));
}

#[test]
fn a_header_without_rows_is_a_table() {
    for text in ["x,y", "x,y\n", "\n\nx,y\r\n\r\n"] {
        let (sources, table) = table(text);
        assert_eq!((names(&table), table.rows), (vec!["x", "y"], 0));
        assert_eq!(sources.slice(table.header_span(1)), "y");
        assert!(table.columns[0].cells.is_empty());
    }
}

#[test]
fn names_may_be_left_out_and_numbers_among_names_are_names() {
    let (_, named) = table("\"\",\"mpg\",2024\n\"Mazda\",21,6\n");
    assert_eq!(names(&named), ["", "mpg", "2024"]);
    let (_, frame) = table(",0,1,\n0,5,6,\n");
    assert_eq!(names(&frame), ["", "0", "1", ""]);
}

#[test]
fn an_empty_line_in_a_single_column_is_a_missing_cell() {
    let (sources, table) = table("x\n1\n\n3\n\n\n");
    assert_eq!(shown(&table.columns[0].cells), [Some("1".to_owned()), None, Some("3".to_owned())]);
    assert_eq!(sources.line_column(table.cell_span(&sources, 1, 0)), (3, 1));
    assert_eq!(sources.line_column(table.cell_span(&sources, 2, 0)), (4, 1));
}

#[test]
fn tabs_separate_where_the_name_or_the_header_says_so() {
    for (name, text) in [
        ("t.tsv", "a,b\tc\n1\t\n"),
        ("t.TAB", "\tc\n1\t\n"),
        ("t.txt", "a\tc\n1\t\n"),
        ("t.csv", "\tc\n1\t\n\n"),
    ] {
        let (_, content) = content(name, text.as_bytes());
        let Content::Table(table) = content else { panic!("{name} is a table") };
        assert_eq!((table.columns.len(), table.rows), (2, 1), "{name}");
        assert_eq!(shown(&table.column("c").unwrap().cells), [None], "{name}");
    }
    let (_, content) = content("t.tsv", b"a,b\n1,2\n");
    let Content::Table(commas) = content else { panic!("a table") };
    assert_eq!(names(&commas), ["a", "b"]);
}

#[test]
fn places_are_found_in_every_row() {
    let rows: String = (0..500).map(|row| format!("{row},\"line\n{row}\"\n")).collect();
    let (sources, table) = table(&format!("x,y\n{rows}"));
    for row in [0, 1, 63, 64, 65, 127, 128, 499] {
        assert_eq!(cell(&sources, &table, row, 0), row.to_string());
        assert_eq!(cell(&sources, &table, row, 1), format!("line\n{row}"));
        assert_eq!(sources.line_column(table.cell_span(&sources, row, 1)).0, 2 * row + 2);
    }
    for (row, column) in [(500, 0), (0, 2)] {
        assert_eq!(cell(&sources, &table, row, column), "", "no such cell");
    }
    assert_eq!(sources.slice(table.header_span(2)), "", "no such column");
}

#[test]
fn a_million_columns_are_read() {
    let names: Vec<String> = (0..1_000_000).map(|index| format!("x{index}")).collect();
    let (sources, table) =
        table(&format!("{}\n{}\n", names.join(","), vec!["1"; names.len()].join(",")));
    assert_eq!((table.columns.len(), table.rows), (1_000_000, 1));
    assert_eq!(table.column_index("x999999"), Some(999_999));
    assert_eq!(cell(&sources, &table, 0, 999_999), "1");
}

#[test]
fn many_labels_keep_their_codes() {
    let text: String = (0..10_000).map(|row| format!("id{}\n", row % 4_000)).collect();
    let (_, table) = table(&format!("id\n{text}"));
    let Cells::Text { labels, codes, .. } = &table.columns[0].cells else {
        panic!("labels are text")
    };
    assert_eq!(labels.len(), 4_000);
    assert!(codes.iter().enumerate().all(|(row, &code)| code as usize == row % 4_000
        && labels[row % 4_000] == *format!("id{}", row % 4_000)));
}

#[test]
fn the_file_keeps_its_name_its_plate_and_its_text() {
    let mut sources = Sources::new();
    let file = read(&mut sources, "dir/schools.csv", Some("schools"), b"x\n1\n".to_vec()).unwrap();
    assert_eq!((file.name.as_str(), file.plate.as_deref()), ("dir/schools.csv", Some("schools")));
    assert_eq!(
        (sources.get(file.source).name.as_str(), sources.get(file.source).text.as_str()),
        ("dir/schools.csv", "x\n1\n")
    );
}
