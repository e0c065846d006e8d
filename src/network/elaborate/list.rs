//! Lists: `[a, b]` along the axis that the context gives, `[[a, b], [c, d]]` row by row.

use super::{Elaborated, Elaborator, Scope};
use crate::base::Span;
use crate::network::error;
use crate::network::ir::{AxisId, ExprId, ExprKind, PlateSize, Scalar};
use crate::syntax::tree::{self, ExpressionKind};

impl Elaborator<'_> {
    /// A list in context; a list of lists where one axis is known is a square matrix over its
    /// plate.
    pub(super) fn list(
        &mut self,
        elements: &[tree::Expression],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let levels = 1 + elements.iter().map(levels).max().unwrap_or(0);
        let axes = match scope.list_axes.as_slice() {
            &[axis] if levels == 2 => vec![axis, self.second(axis)],
            axes => axes.to_vec(),
        };
        if axes.is_empty() {
            return self.report(error::list_without_axis(span));
        }
        if levels != axes.len() {
            let plates: Vec<String> = axes
                .iter()
                .map(|&a| self.network.plates[self.network.plate_of(a)].name.clone())
                .collect();
            return self.report(error::list_levels(levels, &plates, span));
        }
        self.rows(elements, &axes, span, scope)
    }

    /// The elements along the first axis, each over the other axes.
    fn rows(
        &mut self,
        elements: &[tree::Expression],
        axes: &[AxisId],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let Some((&axis, inner)) = axes.split_first() else {
            return self.report(error::list_without_axis(span));
        };
        self.check_list_length(elements.len(), axis, span)?;
        let scope = scope.expecting(Vec::new());
        let mut width: Option<(usize, Span)> = None;
        let mut values = Vec::new();
        for element in elements {
            let value = match (cells_of(element), inner) {
                (None, []) => self.expression(element, &scope)?,
                (Some(_), []) => return self.report(error::list_without_axis(element.span)),
                (None, _) => return self.report(error::row_without_brackets(element.span)),
                (Some(cells), _) => {
                    let (first, at) = *width.get_or_insert((cells.len(), element.span));
                    if first != cells.len() {
                        return self
                            .report(error::ragged_list((first, at), (cells.len(), element.span)));
                    }
                    self.rows(cells, inner, element.span, &scope)?
                }
            };
            values.push(value);
        }
        Ok(self.push_list(axis, values, span))
    }

    /// A list of values; the axis of a list of lists comes before those of its elements.
    pub(super) fn push_list(&mut self, axis: AxisId, values: Vec<ExprId>, span: Span) -> ExprId {
        let mut axes = self.union(&values);
        if !axes.contains(&axis) {
            let inner = values.first().and_then(|&value| self.list_axis(value));
            let place =
                inner.and_then(|inner| axes.iter().position(|&a| a == inner)).unwrap_or(axes.len());
            axes.insert(place, axis);
        }
        let integers = values.iter().all(|&v| self.scalar(v) == Scalar::Integer);
        let scalar = if integers { Scalar::Integer } else { Scalar::Real };
        self.push_over(ExprKind::List(axis, values), axes, scalar, span)
    }

    /// The axis of an expression that is a list.
    fn list_axis(&self, expression: ExprId) -> Option<AxisId> {
        if let ExprKind::List(axis, _) = self.network.expressions[expression].kind {
            Some(axis)
        } else {
            None
        }
    }

    fn check_list_length(&mut self, length: usize, axis: AxisId, span: Span) -> Elaborated<()> {
        let plate = &self.network.plates[self.network.plate_of(axis)];
        let size = match &plate.size {
            PlateSize::Number(size) => *size,
            PlateSize::Labels(labels) => labels.len(),
            PlateSize::Data | PlateSize::Expression(_) | PlateSize::Levels(_) => return Ok(()),
        };
        let name = plate.name.clone();
        if size == length {
            Ok(())
        } else {
            self.report(error::list_length(length, &name, size, span))
        }
    }
}

/// The elements of a list.
fn cells_of(tree: &tree::Expression) -> Option<&[tree::Expression]> {
    if let ExpressionKind::List(cells) = &tree.kind { Some(cells) } else { None }
}

/// How many levels of lists there are.
fn levels(tree: &tree::Expression) -> usize {
    cells_of(tree).map_or(0, |cells| 1 + cells.iter().map(levels).max().unwrap_or(0))
}
