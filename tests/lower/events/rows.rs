//! What is left of an array once it is indexed: a row of a square one is a vector like any other.

use super::model::made;

const DATA: &str =
    r#"{"m": [[4, 2], [1, 3]], "cube": [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], "v": [10, 1]}"#;

/// A report over `plate k = 2`, and its value.
const REPORTS: [(&str, &[f64]); 7] = [
    ("r = sum(m[1] * v)", &[42.0]),
    ("r = m[2] @ v", &[13.0]),
    ("r : vector[k] = m[2] + v", &[11.0, 4.0]),
    // Over the plate itself the row stays apart from the element.
    ("r[i in k] = sum(m[i])", &[6.0, 4.0]),
    ("r[i in k] = sum(j in k: m[i, j] * sum(m[j]))", &[32.0, 18.0]),
    ("r = sum(cube[2] * m)", &[20.0 + 12.0 + 7.0 + 24.0]),
    ("r = sum(cube[2] @ v)", &[56.0 + 78.0]),
];

#[test]
fn a_row_of_a_square_array_lines_up_with_a_vector() {
    for (report, wanted) in &REPORTS {
        let text = format!(
            "plate k = 2\ninput m[k] : vector[k]\ninput cube[k, k] : vector[k]\ninput v : \
             vector[k]\nparam p ~ Normal(0, 1)\nreport {report}\n"
        );
        let found = made(&text, DATA).at(&[0.0], 0).variable("r");
        assert_eq!(&found, wanted, "{report}");
    }
}

#[test]
fn a_row_of_a_square_array_is_an_argument_of_a_family() {
    let density = |text: &str| {
        let text = format!("plate k = 2\ninput m[k] : vector[k]\nparam p : simplex[k] ~ {text}\n");
        made(&text, DATA).at(&[0.3], 0).value
    };
    assert_eq!(density("Dirichlet(m[1])"), density("Dirichlet([4, 2])"));
}
