//! Columns of numbers → a CSV table, for tests that simulate their data.

/// A table with these columns.
pub fn table(names: &[&str], columns: &[Vec<f64>]) -> String {
    let mut text = names.join(",") + "\n";
    for row in 0..columns[0].len() {
        text += &columns.iter().map(|c| format!("{:?}", c[row])).collect::<Vec<_>>().join(",");
        text.push('\n');
    }
    text
}
