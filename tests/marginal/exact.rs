//! Linear-Gaussian models against the dense normal density of the data.

use super::made::{Made, dense_normal, make};
use crate::support::random::Random;
use crate::support::table::table;
use pgmc::density::{JointDensity as _, LogDensity as _};
use pgmc::lower::Form;
use pgmc::marginal::numerics::Rule;

fn exact(text: &str, table: &str) -> Made {
    let made = make(text, table, Rule::Laplace, Form::Auto);
    assert!(made.joint.structure.is_quadratic(), "{text}");
    made
}

/// The closed form, where there is one, against the sparse factor: value and gradient.
fn same_by_factor(made: &mut Made, q: &[f64], closed: bool) {
    let mut sparse = made.density.with_rule(Rule::Quadrature(1));
    let (mut ours, mut theirs) = (vec![0.0; q.len()], vec![0.0; q.len()]);
    let value = made.density.evaluate(q, &mut ours);
    close(value, sparse.evaluate(q, &mut theirs));
    let largest = theirs.iter().fold(1.0_f64, |m, g| m.max(g.abs()));
    for (a, b) in ours.iter().zip(&theirs) {
        assert!((a - b).abs() < 1e-9 * largest, "{ours:?} against {theirs:?}");
    }
    assert_eq!(made.joint.joint.clone().closed_form().is_some(), closed);
}

fn close(ours: f64, dense: f64) {
    assert!((ours - dense).abs() < 1e-9 * (1.0 + dense.abs()), "{ours} against {dense}");
}

const SLOPES: &str = "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\ninput x[rows]\nparam m, b\nparam s0, s1, s : positive
latent u0[groups] ~ Normal(0, s0)\nlatent u1[groups] ~ Normal(b, s1)\nobserve y[rows] ~ Normal(m + u0[g] + u1[g] * x, s)";

#[test]
fn intercepts_and_slopes() {
    let mut random = Random::new(1);
    let n = 60;
    let g: Vec<f64> = (0..n).map(|_| 1.0 + random.below(7) as f64).collect();
    let x: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    let y: Vec<f64> = (0..n).map(|_| 3.0 * random.normal()).collect();
    let mut made = exact(SLOPES, &table(&["g", "x", "y"], &[g.clone(), x.clone(), y.clone()]));
    assert_eq!(made.joint.structure.blocks.len(), 7);
    assert_eq!(made.joint.structure.largest_block(), 2);
    for q in [[0.0_f64; 5], [0.7, -0.4, 0.5, -1.0, 0.3], [-2.0, 1.0, -8.0, 1.2, -0.5]] {
        let [m, b, s0, s1, s] = [q[0], q[1], q[2].exp(), q[3].exp(), q[4].exp()];
        let mean: Vec<f64> = x.iter().map(|x| m + b * x).collect();
        let entry = |i: usize, j: usize| {
            let within = if g[i] == g[j] { s0 * s0 + s1 * s1 * x[i] * x[j] } else { 0.0 };
            within + if i == j { s * s } else { 0.0 }
        };
        let covariance: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
        close(made.value(&q), dense_normal(&y, &mean, &covariance));
        same_by_factor(&mut made, &q, true);
    }
}

#[test]
fn crossed_groups() {
    let mut random = Random::new(2);
    let n = 80;
    let a: Vec<f64> = (0..n).map(|_| 1.0 + random.below(9) as f64).collect();
    let b: Vec<f64> = (0..n).map(|_| 1.0 + random.below(5) as f64).collect();
    let y: Vec<f64> = (0..n).map(|_| 2.0 * random.normal()).collect();
    let text = "plate rows\nplate as = levels(a)\nplate bs = levels(b)\ninput a[rows] : as\ninput b[rows] : bs\nparam m\nparam sa, sb, s : positive
latent u[as] ~ Normal(0, sa)\nlatent v[bs] ~ Normal(0, sb)\nobserve y[rows] ~ Normal(m + u[a] + v[b], s)";
    let mut made = exact(text, &table(&["a", "b", "y"], &[a.clone(), b.clone(), y.clone()]));
    assert_eq!(made.joint.structure.blocks.len(), 1);
    for q in [[0.0_f64; 4], [0.4, 0.3, -0.8, 0.6]] {
        let [m, sa, sb, s] = [q[0], q[1].exp(), q[2].exp(), q[3].exp()];
        let entry = |i: usize, j: usize| {
            f64::from(u8::from(a[i] == a[j])) * sa * sa
                + f64::from(u8::from(b[i] == b[j])) * sb * sb
                + f64::from(u8::from(i == j)) * s * s
        };
        let covariance: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
        close(made.value(&q), dense_normal(&y, &vec![m; n], &covariance));
        same_by_factor(&mut made, &q, false);
    }
}

/// A level that wanders, seen with noise; some steps are not seen at all.
#[test]
fn local_level() {
    let mut random = Random::new(3);
    let n = 50;
    let y: Vec<f64> = (0..n).map(|_| 2.0 * random.normal()).collect();
    let text = "plate time\nparam w, s : positive\nlatent h[t in time] ~ if t == 1 then Normal(1, \
        2) else Normal(h[t-1], w)\nobserve y[time] ~ Normal(h, s)";
    let mut made = exact(text, &table(&["y"], std::slice::from_ref(&y)));
    assert_eq!(made.joint.structure.pairs.len(), n - 1, "neighbours meet, and nothing else");
    for q in [[0.0_f64, 0.0], [-1.5, 0.4], [0.8, -2.0]] {
        let [w, s] = [q[0].exp(), q[1].exp()];
        let entry =
            |i: usize, j: usize| 4.0 + i.min(j) as f64 * w * w + if i == j { s * s } else { 0.0 };
        let covariance: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
        close(made.value(&q), dense_normal(&y, &vec![1.0; n], &covariance));
        same_by_factor(&mut made, &q, false);
    }
}

/// An autoregression with noise upon it.
#[test]
fn autoregression_with_noise() {
    let mut random = Random::new(4);
    let n = 60;
    let y: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    let text = "plate time\nparam phi : real(-1, 1)\nparam w, s : positive
latent h[t in time] ~ if t == 1 then Normal(0, w / sqrt(1 - phi^2)) else Normal(phi * h[t-1], w)\nobserve y[time] ~ Normal(h, s)";
    let mut made = exact(text, &table(&["y"], std::slice::from_ref(&y)));
    for q in [[0.3_f64, 0.0, 0.0], [2.5, -0.7, -0.4]] {
        let phi: f64 = 2.0 / (1.0 + (-q[0]).exp()) - 1.0;
        let [w, s] = [q[1].exp(), q[2].exp()];
        let entry = |i: usize, j: usize| {
            w * w / (1.0 - phi * phi) * phi.powi(i.abs_diff(j) as i32)
                + if i == j { s * s } else { 0.0 }
        };
        let covariance: Vec<Vec<f64>> =
            (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
        close(made.value(&q), dense_normal(&y, &vec![0.0; n], &covariance));
    }
}

/// Two layers, z2 of z1, and a vector of hidden variables a row.
#[test]
fn layers_and_vectors() {
    let mut random = Random::new(5);
    let n = 30;
    let x: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    let y: Vec<f64> = (0..n).map(|_| random.normal()).collect();
    let data = table(&["x", "y"], &[x.clone(), y.clone()]);
    let layers = "plate rows\ninput x[rows]\nparam a, c, d\nparam s1, s2, r : positive
latent z1[rows] ~ Normal(a * x, s1)\nlatent z2[rows] ~ Normal(c * z1, s2)\nobserve y[rows] ~ Normal(d * z2, r)";
    let vectors = "plate rows\nplate hidden = 2\ninput x[rows]\nparam A, a0, B : vector[hidden]\nparam b0\nparam s, r : positive
latent z[rows] : vector[hidden] ~ Normal(A * x + a0, s)\nobserve y[rows] ~ Normal(B @ z + b0, r)";
    let normal = |y: f64, mean: f64, variance: f64| {
        -0.5 * (y - mean).powi(2) / variance - 0.5 * (2.0 * std::f64::consts::PI * variance).ln()
    };
    let mut made = exact(layers, &data);
    assert_eq!(made.joint.structure.blocks.len(), n);
    let q = [0.5_f64, -0.8, 1.3, 0.2, -0.6, 0.1];
    let [a, c, d, v1, v2, vr] =
        [q[0], q[1], q[2], (2.0 * q[3]).exp(), (2.0 * q[4]).exp(), (2.0 * q[5]).exp()];
    let variance = d * d * (c * c * v1 + v2) + vr;
    close(made.value(&q), x.iter().zip(&y).map(|(x, y)| normal(*y, d * c * a * x, variance)).sum());
    same_by_factor(&mut made, &q, true);
    let mut made = exact(vectors, &data);
    assert_eq!(made.joint.structure.largest_block(), 2);
    let q = [0.5_f64, -0.3, 0.2, 0.9, 1.1, -0.7, 0.4, -0.2, 0.3];
    let (s, r): (f64, f64) = ((2.0 * q[7]).exp(), (2.0 * q[8]).exp());
    let variance = s * (q[4] * q[4] + q[5] * q[5]) + r;
    let mean = |x: f64| q[4] * (q[0] * x + q[2]) + q[5] * (q[1] * x + q[3]) + q[6];
    close(made.value(&q), x.iter().zip(&y).map(|(x, y)| normal(*y, mean(*x), variance)).sum());
    same_by_factor(&mut made, &q, true);
}

/// Missing cells of what is observed are integrated out: they leave the likelihood of the others.
#[test]
fn missing_cells() {
    let full = "y\n0.4\n-1.0\n2.2\n";
    let gaps = "y\n0.4\n\n-1.0\nNA\n2.2\n";
    let text = "plate rows\nparam m\nparam s : positive\nobserve y[rows] ~ Normal(m, s)";
    let mut made = exact(text, gaps);
    assert_eq!(made.joint.structure.hidden.len(), 2);
    let other = format!("{text}\nlatent nothing ~ Normal(0, 1)");
    let mut whole = exact(&other, full);
    close(made.value(&[0.3, -0.2]), whole.value(&[0.3, -0.2]));
    assert_eq!(whole.joint.blocks.observed, [false], "no data speak of it");
}
