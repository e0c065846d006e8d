//! Splits large data into minibatches: one density per group of rows, for stochastic gradients.

use std::ops::Range;

use crate::base::{Diagnostic, setting, words};
use crate::bind::Binding;
use crate::density::LogDensity as _;
use crate::lower::{Form, Scale};
use crate::marginal::Joint;
use crate::marginal::numerics::{Marginal, Rule};
use crate::marginal::structure::Structure;
use crate::network::Network;
use crate::network::ir::{ExprKind, PlateId, Role};
use crate::pipeline::{Model, compile_joint};

use super::unintegrable;

/// The densities of all minibatches, with each one's share of the rows.
pub struct Batches {
    parts: Vec<(Marginal<Joint>, f64)>,
}

/// What the minibatches are made from.
pub struct Whole<'a> {
    pub model: &'a Model,
    pub binding: &'a Binding,
    pub structure: &'a Structure,
    pub rule: Rule,
    pub form: Form,
}

impl Whole<'_> {
    /// Minibatches of `rows` rows each.
    pub fn split(&self, rows: usize) -> Result<Batches, Diagnostic> {
        let network = &self.model.network;
        let plate = self.plate().ok_or_else(|| unlike(network, None))?;
        if self.looks_across(plate) {
            return Err(unlike(network, Some(plate)));
        }
        let size = self.binding.plates[plate.0 as usize].size;
        let ranges = (0..size.div_ceil(rows)).map(|k| k * rows..size.min((k + 1) * rows));
        let parts: Result<Vec<_>, Diagnostic> =
            ranges.map(|range| self.part(plate, range, size)).collect();
        Ok(Batches { parts: parts? })
    }

    fn part(
        &self,
        plate: PlateId,
        range: Range<usize>,
        size: usize,
    ) -> Result<(Marginal<Joint>, f64), Diagnostic> {
        let share = range.len() as f64 / size as f64;
        let binding = self.binding.part(&self.model.network, plate, range);
        let first = |mut errors: Vec<Diagnostic>| errors.swap_remove(0);
        let integrand =
            self.model.integrand(&binding, Scale::Natural, self.form).map_err(first)?.integrand;
        let summands: Vec<_> =
            integrand.joint.summands.iter().map(|s| (s.name.clone(), s.span)).collect();
        let (compiled, _) = compile_joint(
            integrand,
            |failure| unintegrable::failure(&failure, &summands),
            |_| Ok(self.rule),
        )?;
        Ok((compiled.density, share))
    }

    /// The plate whose elements are the blocks, if all data vary over it first.
    fn plate(&self) -> Option<PlateId> {
        let network = &self.model.network;
        let first = |role: Role| {
            let of_role = network.variables.iter().filter(move |(_, v)| v.role == role);
            of_role.map(|(_, v)| v.axes.first().map(|&axis| network.plate_of(axis)))
        };
        let plate = first(Role::Latent).next()??;
        let alike = first(Role::Latent).chain(first(Role::Observe)).all(|p| p == Some(plate));
        let size = self.binding.plates[plate.0 as usize].size;
        (alike && self.structure.blocks.len() == size).then_some(plate)
    }

    /// Whether the model relates rows to each other: by summing over them, counting or numbering
    /// them, or indexing them.
    fn looks_across(&self, plate: PlateId) -> bool {
        let network = &self.model.network;
        let of_plate = |axis: &crate::network::ir::AxisId| network.plate_of(*axis) == plate;
        let across = |kind: &ExprKind| match kind {
            ExprKind::Reduce(_, axes, _) => axes.iter().any(of_plate),
            ExprKind::Size(p) | ExprKind::ToIndex(p, _) | ExprKind::Label(p, _) => *p == plate,
            ExprKind::At(_, at) => at.iter().any(|(axis, _)| of_plate(axis)),
            ExprKind::List(axis, _) => of_plate(axis),
            ExprKind::Cholesky(_, row, col) | ExprKind::Solve(_, _, row, col, _) => {
                of_plate(row) || of_plate(col)
            }
            ExprKind::Number(_)
            | ExprKind::Bool(_)
            | ExprKind::Variable(..)
            | ExprKind::Position(_)
            | ExprKind::Call(..)
            | ExprKind::If(..)
            | ExprKind::Noise(_) => false,
        };
        network.expressions.iter().any(|(_, expression)| across(&expression.kind))
    }
}

/// The diagnostic that the rows cannot be separated.
fn unlike(network: &Network, plate: Option<PlateId>) -> Diagnostic {
    let diagnostic = Diagnostic::error("E0426", "a minibatch needs rows that can be taken apart")
        .because(
            "every hidden variable and every observation must belong to one row, and no expression \
         may look at other rows (sums, means, counts)",
        );
    let diagnostic = match plate {
        Some(plate) => {
            diagnostic.at(network.plates[plate].span, "an expression looks across its rows")
        }
        None => diagnostic,
    };
    diagnostic.try_this([words("leave "), setting("minibatch"), words(" out")])
}

impl Batches {
    /// Value and gradient with fresh noise on the minibatch for this step, scaled as if all rows
    /// were like its own. `turn` counts the steps.
    pub fn sample(&mut self, turn: usize, seed: u64, q: &[f64], gradient: &mut [f64]) -> f64 {
        let count = self.parts.len();
        let (part, share) = &mut self.parts[order(turn / count, turn % count, count, seed)];
        part.reseed(seed.wrapping_add(turn as u64 + 1));
        let value = part.evaluate(q, gradient);
        let mut alone = vec![0.0; gradient.len()];
        let fixed = part.alone(q, &mut alone);
        gradient.iter_mut().zip(&alone).for_each(|(g, a)| *g = a + (*g - a) / *share);
        fixed + (value - fixed) / *share
    }

    /// The minibatches, with the log of a mean corrected for its bias.
    pub fn unbiased(self) -> Self {
        Self {
            parts: self.parts.into_iter().map(|(part, share)| (part.unbiased(), share)).collect(),
        }
    }
}

/// Which minibatch is at a given place of a round: each occurs once per round, in an order that
/// differs from round to round.
fn order(round: usize, place: usize, count: usize, seed: u64) -> usize {
    let key = |part: usize| {
        let mut z = seed
            ^ (round as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            ^ (part as u64 + 1).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 31)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 29)
    };
    let mut parts: Vec<usize> = (0..count).collect();
    parts.sort_by_key(|&part| (key(part), part));
    parts[place]
}
