//! Indexing: brackets index the axes in order, starting with the first.

use super::{Elaborated, Elaborator, Item, Scope};
use crate::base::{Span, diagnostic};
use crate::network::error;
use crate::network::ir::{AxisId, ExprId, ExprKind, PlateId, PlateSize, Scalar, VariableId};
use crate::syntax::tree::{self, ExpressionKind};

impl Elaborator<'_> {
    pub(super) fn index(
        &mut self,
        base: &tree::Expression,
        indices: &[tree::Expression],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        if let ExpressionKind::Name(name) = &base.kind
            && scope.local(name).is_none()
            && scope.globals
            && let Some(&variable) = self.names.get(name)
        {
            return self.index_variable(variable, indices, span, scope);
        }
        let base = self.expression(base, scope)?;
        let axes = self.event_axes(base, scope);
        if indices.len() > axes.len() {
            let name = self.sources.slice(self.span(base)).to_owned();
            return self.report(error::too_many_indices(&name, axes.len(), indices.len(), span));
        }
        let mut replacements = Vec::new();
        for (index, &axis) in indices.iter().zip(&axes) {
            let plate = self.network.plate_of(axis);
            replacements.push((axis, self.index_of_plate(index, plate, scope)?));
        }
        let taken = self.axes_taken(replacements.iter().map(|(_, index)| *index), scope);
        let whole = axes[indices.len()..].to_vec();
        for (axis, renamed) in whole.iter().copied().zip(self.left_over(&whole, &taken)) {
            if axis != renamed {
                replacements.push((axis, self.position(renamed, span)));
            }
        }
        Ok(self.at(base, replacements, span))
    }

    /// Axes that the rest of an indexed array must not have: those of the declaration, of enclosing
    /// reductions and of the indices.
    fn axes_taken(&self, indices: impl Iterator<Item = ExprId>, scope: &Scope) -> Vec<AxisId> {
        let of_indices =
            indices.flat_map(|index| self.network.expressions[index].axes.iter().copied());
        scope.context.iter().chain(&scope.bound).copied().chain(of_indices).collect()
    }

    /// The axes that remain when those before them are indexed. Axes of a plate that the array has
    /// twice become the first occurrences that are free: a row of a square matrix lines up with a
    /// vector. Two axes of one plate remain a pair of rows and columns.
    fn left_over(&mut self, axes: &[AxisId], taken: &[AxisId]) -> Vec<AxisId> {
        let mut renamed = Vec::new();
        for &axis in axes {
            let plate = self.network.plate_of(axis);
            let together = axes.iter().filter(|&&a| self.network.plate_of(a) == plate).count();
            let before = renamed.iter().filter(|&&a| self.network.plate_of(a) == plate).count();
            let occurrence = self.network.axes[axis].occurrence;
            let step = if together == 1 { 1 } else { 2 };
            let start = occurrence.saturating_sub(u32::try_from(before).unwrap_or(0));
            let mut free = axis;
            for first in (0..start).step_by(step) {
                let wanted: Vec<AxisId> = (0..together)
                    .map(|i| self.axis(plate, first + u32::try_from(i).unwrap_or(0)))
                    .collect();
                if !wanted.iter().any(|a| taken.contains(a)) {
                    free = wanted[before];
                    break;
                }
            }
            renamed.push(free);
        }
        renamed
    }

    /// `base` with indices for some of its axes.
    pub(super) fn at(
        &mut self,
        base: ExprId,
        replacements: Vec<(AxisId, ExprId)>,
        span: Span,
    ) -> ExprId {
        let replaced: Vec<AxisId> = replacements.iter().map(|(axis, _)| *axis).collect();
        let mut axes: Vec<AxisId> = Vec::new();
        for axis in self.network.expressions[base].axes.clone() {
            let from: Vec<AxisId> = match replacements.iter().find(|(a, _)| *a == axis) {
                Some((_, index)) => self.network.expressions[*index].axes.clone(),
                None => vec![axis],
            };
            for axis in from {
                if !axes.contains(&axis) {
                    axes.push(axis);
                }
            }
        }
        debug_assert!(replaced.iter().all(|a| self.network.expressions[base].axes.contains(a)));
        let scalar = self.scalar(base);
        self.push_over(ExprKind::At(base, replacements), axes, scalar, span)
    }

    fn index_variable(
        &mut self,
        variable: VariableId,
        indices: &[tree::Expression],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        self.signature(variable)?;
        let axes = self.network.variables[variable].axes.clone();
        if indices.len() > axes.len() {
            let name = self.network.variables[variable].name.clone();
            return self.report(error::too_many_indices(&name, axes.len(), indices.len(), span));
        }
        let mut positions = Vec::new();
        for (index, &axis) in indices.iter().zip(&axes) {
            positions.push(self.index_of_plate(index, self.network.plate_of(axis), scope)?);
        }
        let taken = self.axes_taken(positions.iter().copied(), scope);
        for axis in self.left_over(&axes[indices.len()..], &taken) {
            positions.push(self.position(axis, span));
        }
        let scalar = self.element_kind(variable);
        Ok(self.push(ExprKind::Variable(variable, positions.clone()), &positions, scalar, span))
    }

    /// An index into `plate`: a label, an element of it, or an integer that counts from 1.
    pub(super) fn index_of_plate(
        &mut self,
        tree: &tree::Expression,
        plate: PlateId,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        if let ExpressionKind::Label(label) = &tree.kind {
            return self.label(plate, label, tree.span);
        }
        let index = self.expression(tree, &scope.expecting(Vec::new()))?;
        match self.scalar(index) {
            Scalar::Index(other) if other == plate => Ok(index),
            Scalar::Index(other) => {
                let names = [other, plate].map(|p| self.network.plates[p].name.clone());
                let candidate = self.index_candidate(plate);
                self.report(error::wrong_index(
                    &names[0],
                    &names[1],
                    tree.span,
                    candidate.as_deref(),
                ))
            }
            Scalar::Integer => Ok(self.push(
                ExprKind::ToIndex(plate, index),
                &[index],
                Scalar::Index(plate),
                tree.span,
            )),
            Scalar::Real | Scalar::Bool => {
                let name = self.network.plates[plate].name.clone();
                self.report(error::index_not_integer(&name, tree.span))
            }
        }
    }

    /// A variable that is declared as an element of `plate`.
    pub(super) fn index_candidate(&self, plate: PlateId) -> Option<String> {
        let wanted = &self.network.plates[plate].name;
        let is_one = |item: &Item| item.tree.ty.as_ref().is_some_and(|ty| ty.name.text == *wanted);
        let (_, item) = self.items.iter().find(|(_, item)| is_one(item))?;
        Some(item.tree.items[item.declarator].name.text.clone())
    }

    /// The element of `plate` with this label; checked now if the labels are known.
    pub(super) fn label(&mut self, plate: PlateId, label: &str, span: Span) -> Elaborated<ExprId> {
        let entry = &self.network.plates[plate];
        if let PlateSize::Labels(labels) = &entry.size
            && !labels.iter().any(|l| l == label)
        {
            let near =
                diagnostic::nearest(label, labels.iter().map(String::as_str)).map(str::to_owned);
            let diagnostic =
                error::unknown_label(label, &entry.name, labels, span, near.as_deref());
            return self.report(diagnostic);
        }
        Ok(self.push(ExprKind::Label(plate, label.to_owned()), &[], Scalar::Index(plate), span))
    }
}
