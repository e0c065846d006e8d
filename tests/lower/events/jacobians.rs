//! Transforms: what they give lies in the type, and the log of the Jacobian determinant is that of
//! differences.

use super::model::{made, moved, slope};
use crate::support::random::numbers;

/// log |det| by elimination with partial pivoting.
fn log_abs_det(mut rows: Vec<Vec<f64>>) -> f64 {
    let mut log = 0.0;
    for step in 0..rows.len() {
        let pivot = (step..rows.len())
            .max_by(|&a, &b| rows[a][step].abs().total_cmp(&rows[b][step].abs()))
            .expect("a row");
        rows.swap(step, pivot);
        log += rows[step][step].abs().ln();
        let head = rows[step].clone();
        for row in rows.iter_mut().skip(step + 1) {
            let factor = row[step] / head[step];
            row.iter_mut().zip(&head).for_each(|(x, h)| *x -= factor * h);
        }
    }
    log
}

/// The elements by which a density over a type is meant, of a k × k matrix in the order of its
/// rows.
type Free = fn(usize) -> Vec<usize>;

fn all_but_one(k: usize) -> Vec<usize> {
    (0..k - 1).collect()
}

fn below_diagonal(k: usize) -> Vec<usize> {
    (0..k).flat_map(|i| (0..i).map(move |j| i * k + j)).collect()
}

fn lower_triangle(k: usize) -> Vec<usize> {
    (0..k).flat_map(|i| (0..=i).map(move |j| i * k + j)).collect()
}

const TYPES: [(&str, Free); 6] = [
    ("simplex", all_but_one),
    ("sum_to_zero", all_but_one),
    ("correlation", below_diagonal),
    ("cholesky_correlation", below_diagonal),
    ("covariance", lower_triangle),
    ("cholesky_covariance", lower_triangle),
];

/// Without a distribution the density is 1 on the natural scale: what is left is the Jacobian
/// determinant.
#[test]
fn jacobians_agree_with_differences() {
    for (name, free) in TYPES {
        for k in [1, 2, 3, 4, 7] {
            let made = made(&format!("plate k = {k}\nparam x : {name}[k]\n"), "{}");
            let free = free(k);
            assert_eq!(made.dim(), free.len(), "{name}[{k}]");
            for seed in 0..3 {
                let q = numbers(made.dim(), seed, 1.3);
                let column = |i: usize| -> Vec<f64> {
                    let element =
                        |e: usize| slope(|step| made.at(&moved(&q, i, step), 0).variable("x")[e]);
                    free.iter().map(|&e| element(e)).collect()
                };
                let expected = log_abs_det((0..q.len()).map(column).collect());
                let found = made.at(&q, 0).value;
                assert!(
                    (found - expected).abs() < 1e-7 * (1.0 + expected.abs()),
                    "{name}[{k}]: {found}, by differences {expected}"
                );
            }
        }
    }
}

/// Copies over a plate are copies: also where the event is over the plate itself.
#[test]
fn copies_have_a_jacobian_each() {
    for (name, _) in TYPES {
        let one = made(&format!("plate k = 3\nparam x : {name}[k]\n"), "{}");
        let three = made(&format!("plate k = 3\nparam x[k] : {name}[k]\n"), "{}");
        let q = numbers(one.dim(), 1, 1.0);
        let at = three.at(&q.repeat(3), 0);
        let single = one.at(&q, 0);
        assert_eq!(three.dim(), 3 * one.dim(), "{name}");
        // The coordinates of the diagonal of a covariance are apart from the others: the copies are
        // not in a row then.
        if !name.ends_with("covariance") {
            assert!(
                (at.value - 3.0 * single.value).abs() < 1e-12,
                "{name}: {} and {}",
                at.value,
                single.value
            );
            assert_eq!(at.variable("x"), single.variable("x").repeat(3), "{name}");
        }
    }
}

fn matrix_product(l: &[f64], k: usize) -> Vec<f64> {
    (0..k * k).map(|e| (0..k).map(|m| l[e / k * k + m] * l[e % k * k + m]).sum()).collect()
}

fn determinant_is_positive(m: &[f64], k: usize) -> bool {
    (1..=k).all(|n| {
        let mut rows: Vec<Vec<f64>> = (0..n).map(|i| m[i * k..i * k + n].to_vec()).collect();
        (0..n).all(|step| {
            let head = rows[step].clone();
            for row in rows.iter_mut().skip(step + 1) {
                let factor = row[step] / head[step];
                row.iter_mut().zip(&head).for_each(|(x, h)| *x -= factor * h);
            }
            head[step] > 0.0
        })
    })
}

fn belongs(name: &str, x: &[f64], k: usize) -> bool {
    let near = |a: f64, b: f64| (a - b).abs() < 1e-12;
    let diagonal = |m: &[f64], v: Option<f64>| {
        (0..k).all(|i| v.map_or(m[i * k + i] > 0.0, |v| near(m[i * k + i], v)))
    };
    let symmetric = |m: &[f64]| (0..k * k).all(|e| near(m[e], m[e % k * k + e / k]));
    let lower = |m: &[f64]| (0..k * k).all(|e| e % k <= e / k || m[e] == 0.0);
    match name {
        "simplex" => x.iter().all(|&p| p >= 0.0) && near(x.iter().sum(), 1.0),
        "sum_to_zero" => near(x.iter().sum(), 0.0),
        "unit_vector" => near(x.iter().map(|v| v * v).sum(), 1.0),
        "correlation" => symmetric(x) && diagonal(x, Some(1.0)) && determinant_is_positive(x, k),
        "cholesky_correlation" => {
            lower(x) && diagonal(x, None) && diagonal(&matrix_product(x, k), Some(1.0))
        }
        "covariance" => symmetric(x) && determinant_is_positive(x, k),
        "cholesky_covariance" => lower(x) && diagonal(x, None),
        _ => false,
    }
}

#[test]
fn values_belong_to_their_types() {
    for name in TYPES.map(|(name, _)| name).into_iter().chain(["unit_vector"]) {
        for k in [1, 2, 5, 20] {
            let made = made(&format!("plate k = {k}\nparam x : {name}[k]\n"), "{}");
            for seed in 0..5 {
                let at = made.at(&numbers(made.dim(), seed, 1.5), 0);
                assert!(
                    at.value.is_finite() && belongs(name, &at.variable("x"), k),
                    "{name}[{k}]: {:?}",
                    at.variable("x")
                );
            }
        }
    }
}

/// Probabilities far below the smallest double have logarithms, and derivatives by them.
#[test]
fn logarithms_of_tiny_probabilities_are_finite() {
    let text = "plate k = 3\nparam p : simplex[k] ~ Dirichlet([2, 3, 4])\nobserve y : k ~ \
        Categorical(p)\n";
    let made = made(text, "{\"y\": 1}");
    let at = made.at(&[-2000.0, 500.0], 0);
    assert_eq!(at.variable("p")[0], 0.0);
    assert!(
        at.value.is_finite() && at.gradient.iter().all(|g| g.is_finite() && g.abs() > 0.1),
        "{} {:?}",
        at.value,
        at.gradient
    );
}
