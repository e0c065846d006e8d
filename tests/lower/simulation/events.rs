//! Draws of families over vectors and matrices against their moments.

use crate::support::simulation::{LIMIT, covariance, draw_of, mean};

/// The elements of one place of each event, of events of so many elements.
fn part(all: &[f64], width: usize, place: usize) -> Vec<f64> {
    all.iter().skip(place).step_by(width).copied().collect()
}

/// The mean within so many standard errors, as the sample itself has them.
fn assert_mean(what: &str, sample: &[f64], expected: f64) {
    let error = (covariance(sample, sample) / sample.len() as f64).sqrt();
    let found = mean(sample);
    assert!(
        (found - expected).abs() <= LIMIT * error + 1e-12,
        "{what}: {found}, expected {expected} ± {error}"
    );
}

/// Means and second moments of all elements and pairs of elements.
fn assert_moments(
    family: &str,
    sample: &[f64],
    means: &[f64],
    second: impl Fn(usize, usize) -> f64,
) {
    let width = means.len();
    for i in 0..width {
        let x = part(sample, width, i);
        assert_mean(&format!("{family}: mean {i}"), &x, means[i]);
        for j in 0..=i {
            let y = part(sample, width, j);
            let products: Vec<f64> =
                x.iter().zip(&y).map(|(x, y)| (x - means[i]) * (y - means[j])).collect();
            assert_mean(&format!("{family}: covariance {i}, {j}"), &products, second(i, j));
        }
    }
}

fn drawn(declared: &str, family: &str, seed: u64) -> Vec<f64> {
    let text = format!(
        "plate rows\nplate k = 3\nlet c : vector[k] = [0.5, 1.5, 3]\nlet p : vector[k] = [0.1, 0.3, 0.6]\n\
         let S : matrix[k, k] = [[2, 0.5, 0.3], [0.5, 1, -0.2], [0.3, -0.2, 0.5]]\nobserve y[rows] : {declared} ~ {family}"
    );
    draw_of("y", &text, None, seed)
}

const P: [f64; 3] = [0.1, 0.3, 0.6];
const S: [[f64; 3]; 3] = [[2.0, 0.5, 0.3], [0.5, 1.0, -0.2], [0.3, -0.2, 0.5]];

/// Of shares with these means: the covariance of a multinomial variable with one trial.
fn share(i: usize, j: usize) -> f64 {
    if i == j { P[i] * (1.0 - P[i]) } else { -P[i] * P[j] }
}

#[test]
fn shares_and_counts_have_their_moments() {
    let y = drawn("simplex[k]", "Dirichlet(c)", 1);
    assert_moments("Dirichlet", &y, &P, |i, j| share(i, j) / 6.0);
    assert!(y.chunks(3).all(|p| (p.iter().sum::<f64>() - 1.0).abs() < 1e-12));
    let y = drawn("vector[k]", "Multinomial(20, p)", 2);
    assert_moments("Multinomial", &y, &P.map(|p| 20.0 * p), |i, j| 20.0 * share(i, j));
    assert!(y.chunks(3).all(|n| n.iter().sum::<f64>() == 20.0));
    let y = drawn("vector[k]", "DirichletMultinomial(20, c)", 3);
    assert_moments("DirichletMultinomial", &y, &P.map(|p| 20.0 * p), |i, j| {
        20.0 * share(i, j) * 25.0 / 6.0
    });
}

/// Concentrations so small that gamma variables underflow.
#[test]
fn shares_of_tiny_concentrations_add_up_to_one() {
    let y = drawn("simplex[k]", "Dirichlet(0.001)", 4);
    assert!(y.chunks(3).all(|p| (p.iter().sum::<f64>() - 1.0).abs() < 1e-12));
    for place in 0..3 {
        assert_mean("the first share", &part(&y, 3, place), 1.0 / 3.0);
    }
}

#[test]
fn vectors_with_heavy_tails_have_their_moments() {
    for (form, seed) in [
        ("MultivariateStudentT(12, c, S)", 5),
        ("MultivariateStudentT(df = 12, location = c, cholesky = cholesky(S))", 6),
    ] {
        assert_moments(form, &drawn("vector[k]", form, seed), &[0.5, 1.5, 3.0], |i, j| {
            S[i][j] * 1.2
        });
    }
}

/// Each correlation r is 2·Beta(a, a) − 1 with a = shape + (k − 2)/2, whose variance is 1/(2a + 1);
/// different ones are not correlated.
#[test]
fn correlations_have_their_moments() {
    for (shape, a) in [(0.5, 1.0), (1.0, 1.5), (4.0, 4.5)] {
        let y = drawn("correlation[k]", &format!("LKJ({shape})"), 7);
        let below: Vec<f64> = y.chunks(9).flat_map(|r| [r[3], r[6], r[7]]).collect();
        assert_moments(&format!("LKJ({shape})"), &below, &[0.0; 3], |i, j| {
            if i == j { 1.0 / (2.0 * a + 1.0) } else { 0.0 }
        });
        assert!(y.chunks(9).all(|r| [r[0], r[4], r[8]].iter().all(|d| (d - 1.0).abs() < 1e-12)
            && r[1] == r[3]
            && r[5] == r[7]));
        let y = drawn("cholesky_correlation[k]", &format!("LKJCholesky({shape})"), 8);
        let correlations: Vec<f64> =
            y.chunks(9).flat_map(|l| [l[3], l[6], l[3] * l[6] + l[4] * l[7]]).collect();
        assert_moments(&format!("LKJCholesky({shape})"), &correlations, &[0.0; 3], |i, j| {
            if i == j { 1.0 / (2.0 * a + 1.0) } else { 0.0 }
        });
        assert!(y.chunks(9).all(|l| l[1] == 0.0 && l[2] == 0.0 && l[5] == 0.0 && l[8] > 0.0));
    }
}

/// The covariance of the elements i, j and l, m of Wishart(n, S) is n·(S_il·S_jm + S_im·S_jl)
/// (Anderson 2003, section 7.3).
#[test]
fn covariance_matrices_have_their_moments() {
    let y = drawn("covariance[k]", "Wishart(6, S)", 9);
    let means: Vec<f64> = S.iter().flatten().map(|s| 6.0 * s).collect();
    assert_moments("Wishart", &y, &means, |a, b| {
        let (i, j, l, m) = (a / 3, a % 3, b / 3, b % 3);
        6.0 * (S[i][l] * S[j][m] + S[i][m] * S[j][l])
    });
    let y = drawn("covariance[k]", "InverseWishart(14, S)", 10);
    for (place, s) in S.iter().flatten().enumerate() {
        assert_mean("InverseWishart", &part(&y, 9, place), s / 10.0);
    }
}

/// Events over the plate of their copies: rows and columns of one plate stand for different things.
#[test]
fn copies_over_the_plate_of_the_event_are_drawn_apart() {
    let text = "plate rows\nplate k = 2\nobserve y[rows, k] : correlation[k] ~ LKJ(1)";
    let y = draw_of("y", text, None, 11);
    let below: Vec<f64> = y.chunks(4).map(|r| r[1]).collect();
    assert_moments("LKJ", &below, &[0.0; 2], |i, j| if i == j { 1.0 / 3.0 } else { 0.0 });
}
