//! JSON files without mistakes: scalars, arrays, missing values, places.

use pgmc::data::{Array, Cells, Irregular, Json, Kind, Problem};

use super::{document, shown};

fn array(text: &str) -> Result<Array, Irregular> {
    document(&format!("{{\"y\": {text}}}")).1.entries[0].value.array()
}

/// The shape and the elements of an array that has no mistake.
fn parts(text: &str) -> (Vec<usize>, Vec<Option<String>>) {
    let array = array(text).unwrap();
    (array.shape, shown(&array.cells))
}

fn some(texts: &[&str]) -> Vec<Option<String>> {
    texts.iter().map(|text| Some((*text).to_owned())).collect()
}

#[test]
fn entries_keep_their_order_and_their_places() {
    let (sources, document) =
        document("{ \"N\" : 3,\n  \"a \\\"b\\\"\": [1, {\"c\": [\"}\"]}, \"]\"], \"é\": null }\n");
    let keys: Vec<&str> = document.entries.iter().map(|entry| entry.key.as_str()).collect();
    assert_eq!(keys, ["N", "a \"b\"", "é"]);
    let spans: Vec<&str> = document.entries.iter().map(|entry| sources.slice(entry.span)).collect();
    assert_eq!(spans, ["N", "a \\\"b\\\"", "é"]);
    let second = document.entry("a \"b\"").unwrap();
    assert_eq!(sources.line_column(second.span), (2, 4));
    let places = [&[][..], &[0], &[1], &[2], &[3], &[0, 0]]
        .map(|path| sources.slice(document.value_span(&sources, second, path)));
    assert_eq!(places[0], "[1, {\"c\": [\"}\"]}, \"]\"]");
    assert_eq!(places[1..4], ["1", "{\"c\": [\"}\"]}", "\"]\""]);
    assert_eq!((places[4], places[5]), (places[0], "1"), "a path that leads nowhere");
    assert_eq!(sources.slice(document.value_span(&sources, &document.entries[2], &[])), "null");
}

#[test]
fn an_object_without_entries_is_a_document() {
    assert!(document(" {} ").1.entries.is_empty());
}

#[test]
fn values_are_what_they_are() {
    let (_, document) = document(
        r#"{"a": 1, "b": -2.5e3, "c": "x", "d": true, "e": null, "f": {"g": [1, "x"]}, "h": 18446744073709551616}"#,
    );
    let values: Vec<&Json> = document.entries.iter().map(|entry| &entry.value).collect();
    let text = Json::Text("x".to_owned());
    let expected = [
        Json::Number(1.0),
        Json::Number(-2500.0),
        text,
        Json::Bool(true),
        Json::Null,
        Json::Object,
        Json::Number(2f64.powi(64)),
    ];
    assert_eq!(values, expected.iter().collect::<Vec<_>>());
}

#[test]
fn arrays_have_shape_and_elements() {
    assert_eq!(parts("7"), (vec![], some(&["7"])));
    assert_eq!(parts("[1, 2.5, -3]"), (vec![3], some(&["1", "2.5", "-3"])));
    assert_eq!(
        parts("[[1, 2, 3], [4, 5, 6]]"),
        (vec![2, 3], some(&["1", "2", "3", "4", "5", "6"]))
    );
    assert_eq!(parts("[[[1], [2]], [[3], [4]]]"), (vec![2, 2, 1], some(&["1", "2", "3", "4"])));
    assert_eq!(
        parts("[[\"a\", \"b\"], [\"b\", \"a\"]]"),
        (vec![2, 2], some(&["a", "b", "b", "a"]))
    );
    assert_eq!(parts("[]"), (vec![0], vec![]));
    assert_eq!(parts("[[], []]"), (vec![2, 0], vec![]));
}

#[test]
fn missing_elements_are_found_among_numbers_and_texts() {
    assert_eq!(parts("[null, 1, \"NaN\", \"NA\"]").1, [None, Some("1".to_owned()), None, None]);
    assert_eq!(
        parts("[[null, 1], [2, null]]").1,
        [None, Some("1".to_owned()), Some("2".to_owned()), None]
    );
    assert_eq!(parts("[null, \"a\", null, \"\"]").1, [None, Some("a".to_owned()), None, None]);
    let Cells::Text { first_text, .. } = array("[null, \"a\"]").unwrap().cells else {
        panic!("a text")
    };
    assert_eq!(first_text, 1);
    let Cells::Number { missing, .. } = array("[null, 1, \"NaN\"]").unwrap().cells else {
        panic!("numbers")
    };
    assert_eq!(missing, [0, 2]);
    assert!(matches!(array("[null, \"NA\"]").unwrap().cells, Cells::Number { .. }));
}

#[test]
fn infinities_in_quotes_are_numbers() {
    let array = array("[1, \"Infinity\", \"-inf\", \"+Inf\"]").unwrap();
    assert_eq!(
        array.cells.as_number().unwrap().as_ref(),
        [1.0, f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY]
    );
}

#[test]
fn truth_values_are_labels_that_can_be_numbers() {
    let cells = array("[true, false, null]").unwrap().cells;
    assert!(matches!(cells, Cells::Text { .. }));
    assert_eq!(cells.as_bool().unwrap(), [Some(true), Some(false), None]);
}

#[test]
fn what_is_irregular_is_named_with_its_path() {
    let length = |expected, found| Problem::Length { expected, found };
    let kinds = |expected, found| Problem::Type { expected, found };
    let cases = [
        ("[[1, 2], [3]]", vec![1], length(2, 1)),
        ("[[1], [2, 3]]", vec![1], length(1, 2)),
        ("[[], [1]]", vec![1], length(0, 1)),
        ("[[[1, 2], [3, 4]], [[5, 6], [7]]]", vec![1, 1], length(2, 1)),
        ("[[1, 2], [3, \"x\"]]", vec![1, 1], kinds(Kind::Number, Kind::Text)),
        ("[1, true]", vec![1], kinds(Kind::Number, Kind::Truth)),
        ("[\"a\", 1]", vec![1], kinds(Kind::Text, Kind::Number)),
        ("[1, [2]]", vec![1], kinds(Kind::Number, Kind::List)),
        ("[[1], 2]", vec![1], kinds(Kind::List, Kind::Number)),
        ("[[1], null]", vec![1], kinds(Kind::List, Kind::Missing)),
        ("{}", vec![], kinds(Kind::Missing, Kind::Object)),
    ];
    for (text, path, problem) in cases {
        assert_eq!(array(text), Err(Irregular { path, problem }), "{text}");
    }
}
