//! References back along a chain by a distance that the data determine, as in `y[t - int(k)]` or
//! `y[previous]`.

use super::environment::{Environment, Recurrent};
use super::{Lower, Lowering, error};
use crate::builtins::Builtin;
use crate::network::Reference;
use crate::network::ir::{ExprId, ExprKind, PlateId};
use crate::program::{ArrayValues, NodeId, Type};

/// The farthest that a recursion may refer back: each step carries this many elements.
const FARTHEST: usize = 1000;

impl Lowering<'_> {
    /// The greatest distance of a reference in the data; 1 where it never refers to an earlier
    /// element.
    pub(super) fn greatest_lag(&mut self, plate: PlateId, reference: &Reference) -> Lower<usize> {
        let index = self.chain_index(plate, reference);
        let position = self.position_of(index, &Environment::default())?;
        let lag = self.distance(plate, position);
        // A position outside the plate, or not before the step, is either not needed or reported
        // where it is used.
        let zero = self.builder.constant(0.0);
        let inside = self.builder.call(Builtin::GreaterEqual, &[position, zero]);
        let lag = self.builder.call(Builtin::Select, &[inside, lag, zero]);
        let span = self.network.expressions[reference.expression].span;
        let name = self.network.variables[reference.variable].name.clone();
        let Some(ArrayValues::Real(lags)) = self.builder.known(lag) else {
            return self.report(error::no_lag(&name, span));
        };
        let greatest =
            lags.iter().copied().filter(|lag| lag.fract() == 0.0).fold(1.0, f64::max) as usize;
        if greatest > FARTHEST {
            return self.report(error::too_far_back(&name, greatest, FARTHEST, span));
        }
        Ok(greatest)
    }

    /// How far behind the step along `plate` a position is.
    fn distance(&mut self, plate: PlateId, position: NodeId) -> NodeId {
        let axis = self.plate_axis(plate);
        let iota = self.builder.iota(axis);
        let here = self.builder.convert(iota, Type::Real);
        self.builder.call(Builtin::Subtract, &[here, position])
    }

    /// Selects, for each element, the carry at its distance.
    pub(super) fn lagged_by_data(
        &mut self,
        plate: PlateId,
        reference: &Reference,
        entry: &Recurrent,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let index = self.chain_index(plate, reference);
        let position = self.position_of(index, environment)?;
        let lag = self.distance(plate, position);
        self.check_back(lag, reference, environment)?;
        let mut value = self.builder.constant(0.0);
        for (i, &carry) in entry.before.iter().enumerate() {
            let distance = self.builder.constant(i as f64 + 1.0);
            let equal = self.builder.call(Builtin::Equal, &[lag, distance]);
            value = self.builder.call(Builtin::Select, &[equal, carry, value]);
        }
        Ok(value)
    }

    /// A distance that the data determine must lead back wherever it is needed.
    fn check_back(
        &mut self,
        lag: NodeId,
        reference: &Reference,
        environment: &Environment,
    ) -> Lower<()> {
        let needed = self.needed(lag, environment);
        let Some(ArrayValues::Real(lags)) = self.builder.known(lag) else { return Ok(()) };
        let Some(bad) =
            (0..lags.len()).find(|&i| lags[i] < 1.0 && needed.as_ref().is_none_or(|n| n[i]))
        else {
            return Ok(());
        };
        let axes = self.builder.axes(lag).to_vec();
        let element = self.element_name(&axes, bad);
        let name = self.network.variables[reference.variable].name.clone();
        let span = self.network.expressions[reference.expression].span;
        self.report(error::not_back(&name, &element, span))
    }

    /// An index as a position from 0, at the positions of the environment, unchecked: it only
    /// selects a carry.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    pub(super) fn position_of(
        &mut self,
        index: ExprId,
        environment: &Environment,
    ) -> Lower<NodeId> {
        let entry = &self.network.expressions[index];
        match &entry.kind {
            ExprKind::Call(builtin @ (Builtin::Add | Builtin::Subtract), operands) => {
                let first = self.position_of(operands[0], environment)?;
                let second = self.number(operands[1], environment)?;
                Ok(self.builder.call(*builtin, &[first, second]))
            }
            ExprKind::ToIndex(_, inner) => {
                let number = self.number(*inner, environment)?;
                let one = self.builder.constant(1.0);
                Ok(self.builder.call(Builtin::Subtract, &[number, one]))
            }
            _ => {
                let node = self.expression(index, environment)?;
                Ok(self.builder.convert(node, Type::Real))
            }
        }
    }
}
