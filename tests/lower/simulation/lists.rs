//! Lists and lists of lists, by what is simulated from them.

use crate::support::simulation::{SIZE, assert_near, covariance, draw_of, mean, simulator};

#[test]
fn a_list_of_lists_is_a_matrix_row_by_row() {
    let text = "plate rows\nplate k = {a, b}\nplate l = {c, d, e}\n\
                input m : matrix[k, l] = [[1, 2, 3], [4, 5, 6]]\n\
                let   t[j in l, i in k] = [[1, 4], [2, 5], [3, 6]]\n\
                observe y[rows] ~ Normal(100 * m[\"b\", \"c\"] + 10 * m[1, 3] + m[2, 2], 1e-9)\n\
                observe z[rows] ~ Normal(sum(i in k: sum(j in l: abs(m[i, j] - t[j, i]))), 1e-9)";
    let (y, z) = (draw_of("y", text, Some("x\n0\n"), 1), draw_of("z", text, Some("x\n0\n"), 1));
    assert!((y[0] - 435.0).abs() < 1e-7, "{}", y[0]);
    assert!(z[0].abs() < 1e-7, "the transposed matrix is {} off", z[0]);
}

#[test]
fn rows_may_hold_expressions() {
    let text = "plate rows\ninput x[rows]\nlet half = 0.5\n\
                let m : matrix[2, 2] = [[half, -half], [2 * half, half^2]]\n\
                observe y[rows] ~ Normal(m[1, 1] + 10 * m[1, 2] + 100 * m[2, 1] + 1000 * m[2, 2] + x, 1e-9)";
    let y = draw_of("y", text, Some("x\n0\n1\n"), 1);
    assert!((y[0] - 345.5).abs() < 1e-6 && (y[1] - 346.5).abs() < 1e-6, "{y:?}");
}

/// Moments of a bivariate normal variable; the variance of a covariance is (σ₁²σ₂² + c²)/n
/// (Anderson 2003, section 3.3).
#[test]
fn a_covariance_may_be_written_out() {
    let text = "plate rows\nobserve b[rows] : vector[2] ~ MultivariateNormal([1, -2], [[4, 1.2], \
        [1.2, 1]])";
    let b = draw_of("b", text, None, 3);
    let part = |k: usize| b.iter().skip(k).step_by(2).copied().collect::<Vec<f64>>();
    let (first, second) = (part(0), part(1));
    let n = SIZE as f64;
    assert_near("the first mean", mean(&first), 1.0, (4.0 / n).sqrt());
    assert_near("the second mean", mean(&second), -2.0, (1.0 / n).sqrt());
    assert_near("the first variance", covariance(&first, &first), 4.0, 4.0 * (2.0 / n).sqrt());
    assert_near("the covariance", covariance(&first, &second), 1.2, ((4.0 + 1.44) / n).sqrt());
}

#[test]
fn a_matrix_is_as_long_as_its_plate() {
    let text = "plate rows\nplate k = size\ninput size : count = 3\ninput m : matrix[k, k] = [[1, 0], [0, 1]]\n\
                observe y[rows] ~ Normal(m[1, 1], 1)";
    let errors = simulator(text, Some("y\n0\n")).err().expect("it is refused");
    assert_eq!(errors.iter().map(|e| e.code).collect::<Vec<_>>(), ["E0339"]);
}
