//! Effects of groups, and of what several outcomes share.

use super::case::{Case, Move, Predictor, Units, log_uniform, normals, poisson};
use crate::support::random::Random;

/// Rows of groups, each with an effect.
struct Groups {
    of_row: Vec<f64>,
    effect: Vec<f64>,
}

impl Groups {
    fn new(random: &mut Random, most: f64) -> Self {
        let groups = log_uniform(random, 8.0, most) as usize;
        let each = 4 + random.below(10);
        let of_row = (0..groups * each).map(|i| (i / each + 1) as f64).collect();
        Self { of_row, effect: normals(random, groups) }
    }

    fn rows(&self) -> usize {
        self.of_row.len()
    }

    fn at(&self, row: usize) -> f64 {
        self.effect[self.of_row[row] as usize - 1]
    }
}

const HEAD: &str = "plate rows\nplate groups = levels(g)\ninput g[rows] : groups\n";

/// Groups with an effect each and a linear predictor.
fn one_effect(x: &Predictor, outcome: &str) -> String {
    format!(
        "{HEAD}{}param a : real\nparam tau : positive\nlatent u[groups] ~ Normal(0, tau)
let eta[rows] = a + {} + u[g]\n{outcome}\n",
        x.declared(),
        x.sum()
    )
}

/// Everything but the outcome of a model with an effect.
fn filled(case: Case, x: &Predictor, groups: &Groups, outcome: Units) -> Case {
    x.columns(case.plain("g", groups.of_row.clone()))
        .moves(x.slopes_move(outcome))
        .moves([x.intercept_moves("a", outcome, 1.0)])
        .scales("tau", outcome.scale)
}

pub fn intercepts(random: &mut Random) -> Case {
    let groups = Groups::new(random, 300.0);
    let x = Predictor::new(random, groups.rows(), 3, 1e4);
    let outcome = Units::any(random, 1e4);
    let y = (0..groups.rows()).map(|i| x.at(i) + groups.at(i) + random.normal()).collect();
    let text = one_effect(&x, "param s : positive\nobserve y[rows] ~ Normal(eta, s)");
    filled(Case::of(text), &x, &groups, outcome).outcome("y", y, outcome).scales("s", outcome.scale)
}

/// Intercept and slope of a column differ; a column with an independent slope keeps its place, as
/// the model is another elsewhere.
pub fn independent_slopes(random: &mut Random) -> Case {
    let (groups, slopes) = (Groups::new(random, 60.0), normals(random, 60));
    let mut x = Predictor::new(random, groups.rows(), 2, 1e4);
    x.units[0].shift = 0.0;
    let outcome = Units::any(random, 1e4);
    let effect =
        |i: usize| groups.at(i) + 0.7 * slopes[groups.of_row[i] as usize - 1] * x.values[0][i];
    let y = (0..groups.rows()).map(|i| x.at(i) + effect(i) + random.normal()).collect();
    let text = one_effect(
        &x,
        "param t1, s : positive\nlatent v[groups] ~ Normal(0, t1)
observe y[rows] ~ Normal(eta + v[g] * x1, s)",
    );
    filled(Case::of(text), &x, &groups, outcome)
        .outcome("y", y, outcome)
        .scales("t1", outcome.scale / x.units[0].scale)
        .scales("s", outcome.scale)
}

/// Where the column is shifted, the spread of intercepts and the correlation are those elsewhere.
pub fn correlated_slopes(random: &mut Random) -> Case {
    let (groups, slopes) = (Groups::new(random, 60.0), normals(random, 60));
    let x = Predictor::new(random, groups.rows(), 1, 1e3);
    let outcome = Units::any(random, 1e4);
    let (h, units) = (outcome.scale, x.units[0]);
    let effect = |i: usize| {
        let slope = 0.4 * groups.at(i) + 0.6 * slopes[groups.of_row[i] as usize - 1];
        groups.at(i) + slope * x.values[0][i]
    };
    let y = (0..groups.rows()).map(|i| x.at(i) + effect(i) + random.normal()).collect();
    let text = format!(
        "{HEAD}plate coef = {{level, slope}}\n{}param a : real\nparam tau[coef] : positive
param L : cholesky_correlation[coef]\nparam s : positive
latent u[groups] : vector[coef] ~ MultivariateNormal(0, cholesky = diag(tau) @ L)
observe y[rows] ~ Normal(a + {} + u[g, \"level\"] + u[g, \"slope\"] * x1, s)\n",
        x.declared(),
        x.sum()
    );
    let case = x
        .columns(Case::of(text).plain("g", groups.of_row.clone()))
        .outcome("y", y, outcome)
        .moves(x.slopes_move(outcome))
        .moves([x.intercept_moves("a", outcome, 1.0)])
        .scales("tau[slope]", h / units.scale)
        .scales("s", h);
    if units.shift == 0.0 {
        case.scales("tau[level]", h).scales("L[slope,level]", 1.0)
    } else {
        case
    }
}

pub fn crossed(random: &mut Random) -> Case {
    let (rows, columns) = (6 + random.below(20), 4 + random.below(12));
    let (u, v) = (normals(random, rows), normals(random, columns));
    let all: Vec<(usize, usize)> =
        (0..rows * columns).map(|i| (i / columns, i % columns)).collect();
    let x = Predictor::new(random, all.len(), 2, 1e4);
    let outcome = Units::any(random, 1e4);
    let mean = |i: usize| x.at(i) + u[all[i].0] + 0.7 * v[all[i].1];
    let y = (0..all.len()).map(|i| mean(i) + random.normal()).collect();
    let text = one_effect(
        &x,
        "plate others = levels(o)\ninput o[rows] : others\nparam t1, s : positive
latent v[others] ~ Normal(0, t1)\nobserve y[rows] ~ Normal(eta + v[o], s)",
    );
    let groups =
        Groups { of_row: all.iter().map(|(g, _)| (g + 1) as f64).collect(), effect: u.clone() };
    filled(Case::of(text), &x, &groups, outcome)
        .plain("o", all.iter().map(|(_, o)| (o + 1) as f64).collect())
        .outcome("y", y, outcome)
        .scales("t1", outcome.scale)
        .scales("s", outcome.scale)
}

/// Counts or truth values with an effect of the group.
pub fn counted(random: &mut Random) -> Case {
    let groups = Groups::new(random, 60.0);
    let x = Predictor::new(random, groups.rows(), 2, 1e4);
    let eta = |i: usize| x.at(i) + groups.at(i);
    let (y, outcome) = if random.below(2) == 0 {
        let y = (0..groups.rows()).map(|i| poisson(random, eta(i).min(5.0).exp()));
        (y.collect(), "observe y[rows] ~ Poisson(exp(eta))")
    } else {
        let y =
            (0..groups.rows()).map(|i| f64::from(random.uniform() < 1.0 / (1.0 + (-eta(i)).exp())));
        (y.collect(), "observe y[rows] ~ Bernoulli(inv_logit(eta))")
    };
    filled(Case::of(one_effect(&x, outcome)), &x, &groups, Units::SAME).plain("y", y)
}

/// Times with a frailty: exponential, or Weibull's with some that are still to end. The time's unit
/// is in the intercept.
pub fn frailty(random: &mut Random) -> Case {
    let weibull = random.below(2) == 0;
    let shape = if weibull { 1.5 } else { 1.0 };
    let groups = Groups::new(random, 60.0);
    let x = Predictor::new(random, groups.rows(), 2, 1e4);
    let time = |i: usize, random: &mut Random| {
        let e: f64 = -random.uniform().ln();
        (x.at(i) + 0.7 * groups.at(i)).exp() * e.powf(1.0 / shape)
    };
    let times: Vec<f64> = (0..groups.rows()).map(|i| time(i, random)).collect();
    let end = 3.0;
    let alive: Vec<f64> = times.iter().map(|t| f64::from(*t > end)).collect();
    let units = Units::scale(random);
    let ended = alive.iter().filter(|a| **a == 0.0).count() as f64;
    let family = if weibull { "Weibull(k, exp(eta))" } else { "Exponential(exp(-eta))" };
    let declared = if weibull { "param k : positive\n" } else { "" };
    let outcome = format!(
        "{declared}input alive[rows] : bool\nobserve y[rows] ~ Censored({family}, right = alive)"
    );
    let case = Case::of(one_effect(&x, &outcome)).plain("alive", alive);
    let mut case = filled(case, &x, &groups, Units::SAME).column(
        "y",
        times.iter().map(|t| t.min(end)).collect(),
        units,
    );
    case.jacobian += ended * units.scale.ln();
    let intercept = case.moves.iter_mut().find(|m| m.name == "a").expect("an intercept");
    intercept.constant += units.scale.ln();
    if weibull { case.scales("k", 1.0) } else { case }
}

/// A hidden variable that several outcomes share; its loading on the first is 1.
pub fn factor(random: &mut Random) -> Case {
    let n = log_uniform(random, 60.0, 2000.0) as usize;
    let count = 3 + random.below(3);
    let z = normals(random, n);
    let units: Vec<Units> = (0..count).map(|_| Units::any(random, 1e3)).collect();
    let mut text = "plate rows\nparam sz : positive\nlatent z[rows] ~ Normal(0, sz)\n".to_owned();
    let mut moves = vec![Move::scaled("sz", units[0].scale)];
    for (j, u) in units.iter().enumerate() {
        let loading = if j == 0 { String::new() } else { format!("b{j} * ") };
        if j > 0 {
            text += &format!("param b{j} : real\n");
            moves.push(Move::scaled(format!("b{j}"), u.scale / units[0].scale));
        }
        text += &format!(
            "param a{j} : real\nparam s{j} : positive
observe y{j}[rows] ~ Normal(a{j} + {loading}z, s{j})\n"
        );
        moves.push(Move::scaled(format!("s{j}"), u.scale));
        let level = Move::scaled(format!("a{j}"), u.scale);
        moves.push(Move { constant: u.scale * u.shift, ..level });
    }
    let mut case = Case::of(text).moves(moves);
    for (j, u) in units.iter().enumerate() {
        let y = z.iter().map(|z| (1.0 - 0.2 * j as f64) * z + 0.7 * random.normal()).collect();
        case = case.outcome(format!("y{j}"), y, *u);
    }
    case
}
