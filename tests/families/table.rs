//! tests/reference/families_values.csv → cases: rows of one family, one way of naming its
//! parameters and one clause.

use std::collections::BTreeMap;

/// Rows that one model can report together.
pub struct Case {
    /// The family.
    pub family: String,
    /// The parameters' names, in the order of the table.
    pub names: Vec<String>,
    /// The clause.
    pub clause: String,
    /// The values of each parameter as JSON, then of the argument; the expected value.
    pub rows: Vec<(Vec<String>, f64)>,
}

/// What must be equal for rows to share a model: family, parameters' names, clause, the largest
/// number of elements of a vector or matrix.
type Key = (String, Vec<String>, String, usize);

/// All cases of the table.
pub fn cases() -> Vec<Case> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reference/families_values.csv");
    let mut reader = csv::Reader::from_path(path).expect("the table is in the repository");
    let mut cases: BTreeMap<Key, Vec<(Vec<String>, f64)>> = BTreeMap::new();
    for record in reader.records() {
        let record = record.expect("the table is CSV");
        let parameters = record[1].split(';').map(|p| p.split_once('=').expect("name=value"));
        let (names, mut values): (Vec<_>, Vec<_>) =
            parameters.map(|(n, v)| (n.to_owned(), v.to_owned())).unzip();
        if !record[3].is_empty() {
            values.push(record[3].to_owned());
        }
        let width = values.iter().map(|v| v.matches(',').count()).max().unwrap_or(0);
        let value = record[4].parse().expect("the value is a number");
        cases
            .entry((record[0].to_owned(), names, record[2].to_owned(), width))
            .or_default()
            .push((values, value));
    }
    cases
        .into_iter()
        .map(|((family, names, clause, _), rows)| Case { family, names, clause, rows })
        .collect()
}
