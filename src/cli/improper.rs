//! A posterior that nothing bounds is refused before it is sampled.

use pgmc::base::Diagnostic;
use pgmc::density::LogDensity as _;
use pgmc::network::ir::{Bounds, Definition, Role, Support};

use super::fit::Prepared;

/// A flat parameter without bounds on which the log density does not depend.
pub fn find(prepared: &Prepared) -> Option<Diagnostic> {
    let network = &prepared.model.network;
    let mut density = prepared.compiled.density.clone();
    let dim = density.dim();
    let mut gradient = vec![0.0; dim];
    let mut moves = vec![false; dim];
    for point in 0..5 {
        // Five fixed points, none of them special: multiples of an irrational number, folded to −1..1.
        let q: Vec<f64> =
            (0..dim).map(|i| ((i + 1) as f64 * 0.618_033_988_75 + f64::from(point) * 0.414_213_562_37).fract() * 2.0 - 1.0).collect();
        density.evaluate(&q, &mut gradient);
        for (moved, g) in moves.iter_mut().zip(&gradient) {
            *moved |= *g != 0.0;
        }
    }
    let names = &prepared.compiled.coordinates;
    for (_, variable) in network.variables.iter() {
        let flat = variable.role == Role::Param && matches!(variable.definition, Definition::Random(None));
        let unbounded = matches!(&variable.support, Support::Real(b) if *b == Bounds::default());
        if !flat {
            continue;
        }
        let half_bounded = matches!(&variable.support, Support::Real(b) if b.lower.is_none() || b.upper.is_none());
        let coordinate = |i: &usize| names[*i] == variable.name || names[*i].starts_with(&format!("{}[", variable.name));
        let still = (0..dim).filter(coordinate).find(|&i| !moves[i]);
        if let (Some(still), true) = (still, unbounded) {
            return Some(error(&names[still], variable.span));
        }
        if half_bounded && !unbounded && network.untouched_by_data().iter().any(|&v| network.variables[v].name == variable.name) {
            return Some(error(&variable.name, variable.span));
        }
    }
    None
}

fn error(name: &str, span: pgmc::base::Span) -> Diagnostic {
    Diagnostic::error("E0410", format!("nothing bounds `{name}`: the posterior is improper"))
        .at(span, "flat, unbounded, and the log density does not depend on it")
        .try_this(format!("give it a prior (`~ Normal(0, 10)`), use it in the model, or leave `{name}` out"))
}
