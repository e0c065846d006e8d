//! Sizes that are integer expressions of single numbers in the data.

use super::{Binder, PlateData, error};
use crate::builtins::{Builtin, Code};
use crate::network::ir::{Definition, ExprId, ExprKind, LARGEST_PLATE, PlateId};

impl Binder<'_> {
    pub(super) fn computed_size(&mut self, plate: PlateId, size: ExprId) -> Option<PlateData> {
        let entry = &self.request.network.plates[plate];
        match self.number(size) {
            Some(value)
                if value >= 0.0 && value.fract() == 0.0 && value <= LARGEST_PLATE as f64 =>
            {
                Some(PlateData { size: value as usize, labels: None })
            }
            Some(value) => {
                self.errors.push(error::bad_size(&entry.name, entry.span, value));
                None
            }
            None => {
                if self.errors.is_empty() {
                    self.errors.push(error::size_needs_constant(&entry.name, entry.span));
                }
                None
            }
        }
    }

    /// The value of an expression of numbers, sizes and single inputs.
    fn number(&mut self, expression: ExprId) -> Option<f64> {
        let network = self.request.network;
        match &network.expressions[expression].kind {
            ExprKind::Number(value) => Some(*value),
            ExprKind::Size(plate) => self.plate(*plate).map(|p| p.size as f64),
            ExprKind::Variable(variable, at) if at.is_empty() => {
                match &network.variables[*variable].definition {
                    Definition::Input { default, .. } => {
                        let default = *default;
                        let found = self.single_number(*variable);
                        match (found, default) {
                            (Some(value), _) => Some(value),
                            (None, Some(default)) => self.number(default),
                            (None, None) => {
                                self.report_not_found(*variable);
                                None
                            }
                        }
                    }
                    Definition::Deterministic(value) => self.number(*value),
                    Definition::Random(_) | Definition::Observed { .. } => None,
                }
            }
            ExprKind::Call(builtin, operands) => {
                let values: Option<Vec<f64>> = operands.iter().map(|&o| self.number(o)).collect();
                apply(*builtin, &values?)
            }
            ExprKind::Variable(..)
            | ExprKind::Bool(_)
            | ExprKind::Position(_)
            | ExprKind::Label(..)
            | ExprKind::If(..)
            | ExprKind::Reduce(..)
            | ExprKind::At(..)
            | ExprKind::List(..)
            | ExprKind::ToIndex(..)
            | ExprKind::Cholesky(..)
            | ExprKind::Solve(..)
            | ExprKind::Noise(_) => None,
        }
    }
}

fn apply(builtin: Builtin, values: &[f64]) -> Option<f64> {
    match (builtin.row().code, values) {
        (Code::One(f), &[x]) => Some(f(x)),
        (Code::Two(f), &[x, y]) => Some(f(x, y)),
        (Code::Three(f), &[x, y, z]) => Some(f(x, y, z)),
        _ => None,
    }
}
