//! A posterior that nothing bounds is refused before it is sampled.

use pgmc::base::Diagnostic;
use pgmc::density::LogDensity;
use pgmc::network::ir::{Bounds, Definition, Event, Role, Support, Variable};

use super::fit::{Method, Prepared};
use super::runaway;

/// An irrational number: its multiples, folded to −1..1, are points none of which is special.
const GOLDEN: f64 = 0.618_033_988_75;

/// Below this, numbers of the size of 1 are what rounding leaves.
const ROUNDING: f64 = 1e-11;

/// A flat parameter without bounds on which the log density does not depend.
pub fn find<D: LogDensity + Clone>(prepared: &Prepared<D>) -> Option<Diagnostic> {
    let network = &prepared.model.network;
    let moves = moving(prepared);
    let dim = moves.len();
    let names = &prepared.compiled.coordinates;
    for (_, variable) in network.variables.iter() {
        let flat =
            variable.role == Role::Param && matches!(variable.definition, Definition::Random(None));
        let unbounded = matches!(&variable.support, Support::Real(b) if *b == Bounds::default());
        if !flat {
            continue;
        }
        let half_bounded =
            matches!(&variable.support, Support::Real(b) if b.lower.is_none() || b.upper.is_none());
        let coordinate = |i: &usize| {
            names[*i] == variable.name || names[*i].starts_with(&format!("{}[", variable.name))
        };
        let still = (0..dim).filter(coordinate).find(|&i| !moves[i]);
        if let (Some(still), true) = (still, unbounded) {
            return Some(error(prepared, &runaway::label(&prepared.compiled, still), variable));
        }
        if half_bounded
            && !unbounded
            && network
                .untouched_by_data()
                .iter()
                .any(|&v| network.variables[v].name == variable.name)
        {
            return Some(error(prepared, &variable.name, variable));
        }
    }
    None
}

/// For each coordinate, whether the log density depends on it, as far as a few points tell.
fn moving<D: LogDensity + Clone>(prepared: &Prepared<D>) -> Vec<bool> {
    let mut density = prepared.compiled.density.clone();
    let dim = density.dim();
    let mut gradient = vec![0.0; dim];
    let mut moves = vec![false; dim];
    let mut inside: Option<(Vec<f64>, f64)> = None;
    for point in 0..5 {
        // Five fixed points, none of them special: multiples of an irrational number, folded to
        // −1..1.
        let q: Vec<f64> = (0..dim)
            .map(|i| {
                ((i + 1) as f64 * GOLDEN + f64::from(point) * 0.414_213_562_37).fract() * 2.0 - 1.0
            })
            .collect();
        let value = density.evaluate(&q, &mut gradient);
        if value.is_finite() {
            moves.iter_mut().zip(&gradient).for_each(|(moved, g)| *moved |= *g != 0.0);
            inside = inside.or(Some((q, value)));
        }
    }
    // Outside the support the gradient is 0 and says nothing; within, a density may still end
    // somewhere, as that of a uniform variable does.
    let Some((q, value)) = inside else { return vec![true; dim] };
    for still in (0..dim).filter(|&i| !moves[i]).collect::<Vec<_>>() {
        moves[still] = [-1e4, -30.0, -1.0, 1.0, 30.0, 1e4].into_iter().any(|shift| {
            let mut shifted = q.clone();
            shifted[still] += shift;
            density.evaluate(&shifted, &mut gradient) != value
        });
    }
    moves
}

/// How many flat coordinates are looked at: the work grows with the third power.
const MOST: usize = 100;

/// A combination of flat parameters that the log density does not depend on, such as the difference
/// of two that occur only as a sum: its gradients at several points then are all at right angles to
/// one direction.
pub fn find_combination<D: LogDensity + Clone>(prepared: &Prepared<D>) -> Option<Diagnostic> {
    let names = &prepared.compiled.coordinates;
    let flat: Vec<&Variable> =
        prepared.model.network.variables.iter().map(|(_, v)| v).filter(|v| is_flat(v)).collect();
    let of = |name: &str| {
        flat.iter().copied().find(|v| name == v.name || name.starts_with(&format!("{}[", v.name)))
    };
    let coordinates: Vec<usize> = (0..names.len()).filter(|&i| of(&names[i]).is_some()).collect();
    if coordinates.len() < 2 || coordinates.len() > MOST {
        return None;
    }
    let direction = perpendicular(gradients(prepared, &coordinates)?)?;
    let part: Vec<usize> = coordinates
        .iter()
        .zip(&direction)
        .filter(|(_, d)| d.abs() > 1e-6)
        .map(|(&i, _)| i)
        .collect();
    let mut variables: Vec<&Variable> = part.iter().filter_map(|&i| of(&names[i])).collect();
    variables.dedup_by_key(|v| v.span);
    let first = &variables.first()?.name;
    let quoted: Vec<String> =
        part.iter().map(|&i| format!("`{}`", runaway::label(&prepared.compiled, i))).collect();
    let message = format!(
        "the data determine {} only in combination: the posterior is improper",
        listed(&quoted)
    );
    let diagnostic = Diagnostic::error("E0411", message).because(
        "there is a direction in which they can move together, however far, without a \
            change of the log density",
    );
    let diagnostic =
        variables.iter().fold(diagnostic, |d, v| d.at(v.span, "without a prior, and unbounded"));
    Some(diagnostic.try_this(if variables.len() == 1 {
        format!("give `{first}` a prior (`{first} ~ Normal(0, 10)`), or one element less")
    } else {
        format!("give one of them a prior (`{first} ~ Normal(0, 10)`), or leave one out")
    }))
}

/// `a`, `b` and `c`; of many the first few.
fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] if first.len() < 4 => format!("{} and {last}", first.join(", ")),
        many => format!("{} and {} more", many[..3].join(", "), many.len() - 3),
    }
}

fn is_flat(variable: &Variable) -> bool {
    variable.role == Role::Param
        && variable.event == Event::Free
        && matches!(variable.definition, Definition::Random(None))
        && matches!(&variable.support, Support::Real(bounds) if *bounds == Bounds::default())
}

/// Gradients at a few more points than there are coordinates; none where too few of them are
/// finite.
fn gradients<D: LogDensity + Clone>(
    prepared: &Prepared<D>,
    coordinates: &[usize],
) -> Option<Vec<Vec<f64>>> {
    let mut density = prepared.compiled.density.clone();
    let dim = density.dim();
    let mut gradient = vec![0.0; dim];
    let mut rows = Vec::new();
    for point in 0..coordinates.len() + 5 {
        let q: Vec<f64> = (0..dim)
            .map(|i| (GOLDEN * (i + 1) as f64 * (point + 1) as f64).fract() * 2.0 - 1.0)
            .collect();
        density.evaluate(&q, &mut gradient);
        if gradient.iter().all(|g| g.is_finite()) {
            rows.push(coordinates.iter().map(|&i| gradient[i]).collect());
        }
    }
    (rows.len() >= coordinates.len()).then_some(rows)
}

/// A direction at right angles to all rows, none where they span the space: Gaussian elimination
/// with complete pivoting, of rows and columns of comparable size.
fn perpendicular(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let width = rows.first()?.len();
    let scales: Vec<f64> =
        (0..width).map(|c| rows.iter().map(|r| r[c].abs()).fold(0.0, f64::max)).collect();
    if scales.contains(&0.0) {
        return None;
    }
    for row in &mut rows {
        row.iter_mut().zip(&scales).for_each(|(x, s)| *x /= s);
    }
    let mut order: Vec<usize> = (0..width).collect();
    for step in 0..width {
        let places = (step..rows.len()).flat_map(|r| (step..width).map(move |c| (r, c)));
        let (r, c) = places.max_by(|a, b| rows[a.0][a.1].abs().total_cmp(&rows[b.0][b.1].abs()))?;
        if rows[r][c].abs() < ROUNDING {
            return Some(null_vector(&rows, &order, step, &scales));
        }
        rows.swap(step, r);
        rows.iter_mut().for_each(|row| row.swap(step, c));
        order.swap(step, c);
        let pivot = rows[step].clone();
        for row in rows.iter_mut().skip(step + 1) {
            let factor = row[step] / pivot[step];
            (step..width).for_each(|j| row[j] -= factor * pivot[j]);
        }
    }
    None
}

/// The direction in which the first free coordinate is 1, of rows in upper triangular form of this
/// rank.
fn null_vector(rows: &[Vec<f64>], order: &[usize], rank: usize, scales: &[f64]) -> Vec<f64> {
    let mut permuted = vec![0.0; order.len()];
    permuted[rank] = 1.0;
    for r in (0..rank).rev() {
        let sum: f64 = (r + 1..=rank).map(|c| rows[r][c] * permuted[c]).sum();
        permuted[r] = -sum / rows[r][r];
    }
    let mut direction = vec![0.0; order.len()];
    for (&coordinate, value) in order.iter().zip(permuted) {
        direction[coordinate] = value / scales[coordinate];
    }
    let largest = direction.iter().fold(0.0, |m: f64, d| m.max(d.abs()));
    direction.iter_mut().for_each(|d| *d /= largest);
    direction
}

fn error<D>(prepared: &Prepared<D>, name: &str, variable: &Variable) -> Diagnostic {
    let message = match prepared.method {
        Method::Ml => format!("the likelihood does not depend on `{name}`: nothing determines it"),
        Method::Nuts | Method::Map => format!("nothing bounds `{name}`: the posterior is improper"),
    };
    Diagnostic::error("E0410", message)
        .at(variable.span, "without a prior, unbounded, and the log density does not depend on it")
        .try_this(format!(
            "give `{}` a prior (`~ Normal(0, 10)`), make the model depend on it, or leave it out",
            variable.name
        ))
}
