//! Models lowered by hand.

use super::differences::check_derivatives;
use crate::support::nodes::{
    add, divide, index, multiply, normal, number, one, plate, real, scale, subtract, term, truths,
};
use crate::support::random::numbers;
use pgmc::builtins::Builtin as B;
use pgmc::program::{Builder, Type};

const EFFECTS: [f64; 8] = [28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0];
const ERRORS: [f64; 8] = [15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0];

fn eight_schools(auxiliary: bool) {
    let mut b = Builder::new();
    let schools = plate(&mut b, "schools", 8);
    let (y, sigma) = (real(&mut b, &[schools], &EFFECTS), real(&mut b, &[schools], &ERRORS));
    let (mu, log_tau, effect) = (b.slot(&[]), b.slot(&[]), b.slot(&[schools]));
    let tau = one(&mut b, B::Exp, log_tau);
    let (zero, five, unit) = (number(&mut b, 0.0), number(&mut b, 5.0), number(&mut b, 1.0));
    let prior = normal(&mut b, mu, zero, five);
    term(&mut b, prior, &[]);
    let scaled = scale(&mut b, 0.2, tau);
    let squared = multiply(&mut b, scaled, scaled);
    let cauchy = one(&mut b, B::Log1p, squared);
    let cauchy = subtract(&mut b, log_tau, cauchy);
    term(&mut b, cauchy, &[]);
    let theta = if auxiliary {
        let prior = normal(&mut b, effect, zero, unit);
        term(&mut b, prior, &[schools]);
        let moved = multiply(&mut b, tau, effect);
        add(&mut b, mu, moved)
    } else {
        let prior = normal(&mut b, effect, mu, tau);
        term(&mut b, prior, &[schools]);
        effect
    };
    let likelihood = normal(&mut b, y, theta, sigma);
    term(&mut b, likelihood, &[schools]);
    check_derivatives(b, &numbers(10, 7, 1.0));
}

#[test]
fn eight_schools_centred() {
    eight_schools(false);
}

#[test]
fn eight_schools_auxiliary() {
    eight_schools(true);
}

#[test]
fn logistic_regression() {
    let mut b = Builder::new();
    let (rows, cols) = (plate(&mut b, "rows", 12), plate(&mut b, "cols", 3));
    let x = real(&mut b, &[rows, cols], &numbers(36, 1, 1.0));
    let y: Vec<f64> = numbers(12, 2, 1.0).iter().map(|v| f64::from(u8::from(*v > 0.0))).collect();
    let y = real(&mut b, &[rows], &y);
    let (a, slopes) = (b.slot(&[]), b.slot(&[cols]));
    let product = b.contract(x, slopes, &[cols]);
    let eta = add(&mut b, a, product);
    let p = one(&mut b, B::InvLogit, eta);
    let c = number(&mut b, 1.0);
    let minus = one(&mut b, B::Negate, p);
    let no = subtract(&mut b, c, y);
    let (first, second) = (b.call(B::Xlogy, &[y, p]), b.call(B::Xlog1py, &[no, minus]));
    let likelihood = add(&mut b, first, second);
    term(&mut b, likelihood, &[rows]);
    check_derivatives(b, &numbers(4, 3, 1.0));
}

#[test]
fn hierarchical_poisson() {
    let mut b = Builder::new();
    let (rows, groups) = (plate(&mut b, "rows", 10), plate(&mut b, "groups", 4));
    let group = index(&mut b, &[rows], groups, &[0, 0, 1, 1, 1, 3, 3, 0, 1, 3]);
    let y = real(&mut b, &[rows], &[2.0, 0.0, 1.0, 4.0, 0.0, 3.0, 1.0, 1.0, 2.0, 5.0]);
    let exposure = real(&mut b, &[rows], &[1.0, 2.0, 1.5, 1.0, 0.5, 3.0, 1.0, 1.0, 2.0, 1.0]);
    let x = real(&mut b, &[rows], &numbers(10, 5, 1.0));
    let (mu, log_sd, slope, effects) = (b.slot(&[]), b.slot(&[]), b.slot(&[]), b.slot(&[groups]));
    let sd = one(&mut b, B::Exp, log_sd);
    let prior = normal(&mut b, effects, mu, sd);
    term(&mut b, prior, &[groups]);
    let effect = b.gather(effects, &[(groups, group)]);
    let moved = multiply(&mut b, slope, x);
    let eta = add(&mut b, effect, moved);
    let relative = one(&mut b, B::Exp, eta);
    let rate = multiply(&mut b, exposure, relative);
    let log = b.call(B::Xlogy, &[y, rate]);
    let likelihood = subtract(&mut b, log, rate);
    term(&mut b, likelihood, &[rows]);
    check_derivatives(b, &numbers(7, 6, 1.0));
}

#[test]
fn stochastic_volatility_in_auxiliary_form() {
    let mut b = Builder::new();
    let time = plate(&mut b, "time", 9);
    let y = real(&mut b, &[time], &numbers(9, 8, 1.0));
    let (mu, persistence, log_sigma, noise) =
        (b.slot(&[]), b.slot(&[]), b.slot(&[]), b.slot(&[time]));
    let phi = one(&mut b, B::Tanh, persistence);
    let sigma = one(&mut b, B::Exp, log_sigma);
    let (zero, unit) = (number(&mut b, 0.0), number(&mut b, 1.0));
    let prior = normal(&mut b, noise, zero, unit);
    term(&mut b, prior, &[time]);
    let moved = multiply(&mut b, sigma, noise);
    // The first step is drawn from the stationary distribution.
    let starts = truths(&mut b, &[time], &[1, 0, 0, 0, 0, 0, 0, 0, 0]);
    let start = b.data(starts);
    let square = multiply(&mut b, phi, phi);
    let rest = subtract(&mut b, unit, square);
    let root = one(&mut b, B::Sqrt, rest);
    let stationary = divide(&mut b, moved, root);
    let carry = b.carry(time, None, false, zero, &[]);
    let kept = multiply(&mut b, phi, carry);
    let later = add(&mut b, kept, moved);
    let state = b.call(B::Select, &[start, stationary, later]);
    b.tie(carry, state);
    let h = add(&mut b, mu, state);
    let half = scale(&mut b, 0.5, h);
    let sd = one(&mut b, B::Exp, half);
    let likelihood = normal(&mut b, y, zero, sd);
    term(&mut b, likelihood, &[time]);
    check_derivatives(b, &numbers(12, 9, 1.0));
}

#[test]
fn garch() {
    let mut b = Builder::new();
    let time = plate(&mut b, "time", 8);
    let values = numbers(8, 10, 1.0);
    let y = real(&mut b, &[time], &values);
    let before = index(&mut b, &[time], time, &[0, 0, 1, 2, 3, 4, 5, 6]);
    let last = b.gather(y, &[(time, before)]);
    let (mu, log_omega, log_alpha, log_beta, log_first) =
        (b.slot(&[]), b.slot(&[]), b.slot(&[]), b.slot(&[]), b.slot(&[]));
    let [omega, alpha, beta, first] =
        [log_omega, log_alpha, log_beta, log_first].map(|x| one(&mut b, B::Exp, x));
    // Two variables: the variance, and a smoothed variance.
    let variance = b.carry(time, None, false, first, &[]);
    let tie = b.tie_of(variance).expect("a carry");
    let smooth = b.add_carry(tie, first, &[]);
    let residual = subtract(&mut b, last, mu);
    let squared = multiply(&mut b, residual, residual);
    let shock = multiply(&mut b, alpha, squared);
    let kept = multiply(&mut b, beta, variance);
    let moved = add(&mut b, omega, shock);
    let moved = add(&mut b, moved, kept);
    let leak = scale(&mut b, 0.1, smooth);
    let next = add(&mut b, moved, leak);
    let both = add(&mut b, smooth, next);
    let next_smooth = scale(&mut b, 0.5, both);
    b.tie(variance, next);
    b.tie(smooth, next_smooth);
    let sd = one(&mut b, B::Sqrt, next);
    let likelihood = normal(&mut b, y, mu, sd);
    term(&mut b, likelihood, &[time]);
    check_derivatives(b, &[0.1, -1.0, -1.5, -0.5, 0.2]);
}

#[test]
fn a_mixture_by_log_sum_exp() {
    let mut b = Builder::new();
    let (rows, clusters) = (plate(&mut b, "rows", 9), plate(&mut b, "clusters", 3));
    let y = real(&mut b, &[rows], &numbers(9, 11, 1.0));
    let (logits, mean, log_sd) = (b.slot(&[clusters]), b.slot(&[clusters]), b.slot(&[clusters]));
    let normaliser = b.log_sum_exp(logits, &[clusters]);
    let log_weight = subtract(&mut b, logits, normaliser);
    let sd = one(&mut b, B::Exp, log_sd);
    let component = normal(&mut b, y, mean, sd);
    let joint = add(&mut b, log_weight, component);
    let marginal = b.log_sum_exp(joint, &[clusters]);
    term(&mut b, marginal, &[rows]);
    check_derivatives(b, &numbers(9, 12, 1.0));
}

#[test]
fn a_gaussian_process() {
    let mut b = Builder::new();
    let rows = plate(&mut b, "rows", 5);
    let cols = b.alias(rows);
    let x = real(&mut b, &[rows], &[0.0, 0.4, 1.1, 1.5, 2.3]);
    let y = real(&mut b, &[rows], &numbers(5, 13, 1.0));
    let other = b.rename(x, rows, cols);
    let (log_length, log_height, log_sd, mean) =
        (b.slot(&[]), b.slot(&[]), b.slot(&[]), b.slot(&[]));
    let [length, height, sd] = [log_length, log_height, log_sd].map(|x| one(&mut b, B::Exp, x));
    let distance = subtract(&mut b, x, other);
    let scaled = divide(&mut b, distance, length);
    let square = multiply(&mut b, scaled, scaled);
    let exponent = scale(&mut b, -0.5, square);
    let correlation = one(&mut b, B::Exp, exponent);
    let covariance = multiply(&mut b, height, correlation);
    let (i, j) = (b.iota(rows), b.iota(cols));
    let diagonal = b.call(B::Equal, &[i, j]);
    let noise = multiply(&mut b, sd, sd);
    let zero = number(&mut b, 0.0);
    let nugget = b.call(B::Select, &[diagonal, noise, zero]);
    let covariance = add(&mut b, covariance, nugget);
    let factor = b.cholesky(covariance, rows, cols);
    let centred = subtract(&mut b, y, mean);
    let white = b.solve(factor, centred, rows, cols, false);
    let square = multiply(&mut b, white, white);
    let quadratic = scale(&mut b, -0.5, square);
    term(&mut b, quadratic, &[cols]);
    let pivots = b.gather(factor, &[(cols, i)]);
    let logs = one(&mut b, B::Log, pivots);
    let opposite = one(&mut b, B::Negate, logs);
    term(&mut b, opposite, &[rows]);
    check_derivatives(b, &[0.2, -0.3, -0.5, 0.1]);
}

#[test]
fn multivariate_normals_by_a_shared_factor() {
    let mut b = Builder::new();
    let (units, coefs) = (plate(&mut b, "units", 4), plate(&mut b, "coefs", 3));
    let cols = b.alias(coefs);
    let y = real(&mut b, &[units, coefs], &numbers(12, 14, 1.0));
    let (mean, free) = (b.slot(&[coefs]), b.slot(&[coefs, cols]));
    let (i, j) = (b.iota(coefs), b.iota(cols));
    let (below, diagonal) = (b.call(B::Greater, &[i, j]), b.call(B::Equal, &[i, j]));
    let zero = number(&mut b, 0.0);
    let positive = one(&mut b, B::Exp, free);
    let rest = b.call(B::Select, &[diagonal, positive, zero]);
    let factor = b.call(B::Select, &[below, free, rest]);
    let centred = subtract(&mut b, y, mean);
    let white = b.solve(factor, centred, coefs, cols, false);
    // And back again by the transposed factor.
    let back = b.solve(factor, white, coefs, cols, true);
    let square = multiply(&mut b, back, back);
    let quadratic = scale(&mut b, -0.5, square);
    term(&mut b, quadratic, &[units, coefs]);
    let square = multiply(&mut b, white, white);
    let quadratic = scale(&mut b, -0.5, square);
    term(&mut b, quadratic, &[units, cols]);
    let pivots = b.gather(free, &[(cols, i)]);
    let opposite = one(&mut b, B::Negate, pivots);
    term(&mut b, opposite, &[units, coefs]);
    check_derivatives(b, &numbers(12, 15, 1.0));
}

#[test]
fn a_covariance_matrix_for_each_unit() {
    let mut b = Builder::new();
    let (units, coefs) = (plate(&mut b, "units", 3), plate(&mut b, "coefs", 2));
    let cols = b.alias(coefs);
    let inner = b.alias(coefs);
    let root = b.slot(&[units, coefs, inner]);
    let mirrored = b.rename(root, coefs, cols);
    let product = b.contract(root, mirrored, &[inner]);
    let (i, j) = (b.iota(coefs), b.iota(cols));
    let diagonal = b.call(B::Equal, &[i, j]);
    let identity = b.convert(diagonal, Type::Real);
    let covariance = add(&mut b, product, identity);
    let factor = b.cholesky(covariance, coefs, cols);
    let wave = one(&mut b, B::Sin, factor);
    let weight = real(&mut b, &[units, coefs, cols], &numbers(12, 17, 1.0));
    let product = multiply(&mut b, weight, wave);
    term(&mut b, product, &[units, coefs, cols]);
    check_derivatives(b, &numbers(12, 16, 1.0));
}

#[test]
fn indices_of_two_axes_and_of_unknown_choice() {
    let mut b = Builder::new();
    let (rows, raters, classes) =
        (plate(&mut b, "rows", 6), plate(&mut b, "raters", 3), plate(&mut b, "classes", 2));
    let rater = index(&mut b, &[rows], raters, &[0, 2, 2, 0, 2, 0]);
    let class = index(&mut b, &[rows], classes, &[1, 0, 1, 1, 0, 0]);
    let table = b.slot(&[raters, classes]);
    let both = b.gather(table, &[(raters, rater), (classes, class)]);
    let wave = one(&mut b, B::Sin, both);
    term(&mut b, wave, &[rows]);
    let one_axis = b.gather(table, &[(raters, rater)]);
    let square = multiply(&mut b, one_axis, one_axis);
    term(&mut b, square, &[rows, classes]);
    let first = b.position(classes, 0);
    let column = b.gather(table, &[(classes, first)]);
    let cosine = one(&mut b, B::Cos, column);
    term(&mut b, cosine, &[raters]);
    let total = b.sum_by(wave, &[(raters, rater)], &[rows]);
    let square = multiply(&mut b, total, total);
    term(&mut b, square, &[raters]);
    check_derivatives(b, &numbers(6, 18, 1.0));
}
