//! What a model makes constant is shown as such: the diagonal of a correlation matrix is 1.

use std::fs;

use crate::command::{folder, pgmc, stderr};

#[test]
fn constants_are_shown_with_few_digits() {
    let folder = folder("constants");
    let model = "plate rows\nplate k = 3\nparam L : cholesky_correlation[k] ~ LKJCholesky(2)
observe y[rows] : vector[k] ~ MultivariateNormal(0, cholesky = L)
report Omega = L @ transpose(L)\n";
    fs::write(folder.join("model.pgm"), model).expect("written");
    let data = "{\"y\": [[0.3, 0.9, -0.2], [1.2, 0.7, 0.4], [-0.8, -1.1, 0.1], [0.2, -0.5, -1.3]]}";
    fs::write(folder.join("data.json"), data).expect("written");
    let output = pgmc(&folder, &["fit", "model.pgm", "data.json", "--method", "map", "--quiet"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let table = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(table.contains("Omega[3,3]"), "{table}");
    assert!(!table.contains("1.0000") && !table.contains("0.9999"), "{table}");
}
