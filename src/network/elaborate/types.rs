//! Declared types: the scalar, the axes, the bounds.

use super::{Elaborated, Elaborator, Scope};
use crate::base::{Span, diagnostic};
use crate::network::error;
use crate::network::ir::{AxisId, Bounds, Event, ExprId, PlateId, Support};
use crate::syntax::tree;

/// A declared type.
#[derive(Clone, Debug)]
pub struct Declared {
    pub support: Support,
    pub axes: Vec<AxisId>,
    pub event: Event,
    pub span: Span,
}

/// The names of the types, for suggestions.
const SCALARS: [&str; 6] = ["real", "positive", "unit", "int", "count", "bool"];
const EVENTS: [&str; 11] = [
    "vector",
    "matrix",
    "ordered",
    "positive_ordered",
    "simplex",
    "unit_vector",
    "sum_to_zero",
    "correlation",
    "cholesky_correlation",
    "covariance",
    "cholesky_covariance",
];

impl Elaborator<'_> {
    /// The axes of a declared type: each plate with the next occurrence after those in `before`;
    /// for a square matrix, its plate twice.
    pub(super) fn type_axes(
        &mut self,
        ty: &tree::Type,
        before: &[AxisId],
    ) -> Elaborated<Vec<AxisId>> {
        let mut axes = before.to_vec();
        let twice = ty.axes.len() == 1 && Event::named(&ty.name.text).is_some_and(Event::is_square);
        for axis in ty.axes.iter().chain(ty.axes.iter().filter(|_| twice)) {
            let plate = match axis {
                tree::TypeAxis::Plate(name) => self.plate_named(name)?,
                tree::TypeAxis::Size(size, span) => self.numbered_plate(*size, *span),
            };
            let mut occurrence =
                axes.iter().filter(|&&a| self.network.plate_of(a) == plate).count();
            if twice {
                // Rows and columns are a pair of occurrences, as `second` expects.
                occurrence +=
                    before.iter().filter(|&&a| self.network.plate_of(a) == plate).count() % 2;
            }
            let axis = self.axis(plate, u32::try_from(occurrence).unwrap_or(u32::MAX));
            axes.push(axis);
        }
        Ok(axes.split_off(before.len()))
    }

    /// The meaning of a declared type; its bounds are elaborated in `scope`.
    pub(super) fn declared_type(
        &mut self,
        ty: &tree::Type,
        before: &[AxisId],
        scope: &Scope,
    ) -> Elaborated<Declared> {
        let name = ty.name.text.as_str();
        let axes = self.type_axes(ty, before)?;
        let event = Event::named(name);
        let expected = match event {
            None => 0,
            Some(_) if name == "matrix" => 2,
            Some(_) => 1,
        };
        if ty.axes.len() != expected {
            return self.report(error::type_axes(name, expected, ty.axes.len(), ty.span));
        }
        let support = self.scalar_type(ty, scope)?;
        Ok(Declared { support, axes, event: event.unwrap_or(Event::Free), span: ty.span })
    }

    fn scalar_type(&mut self, ty: &tree::Type, scope: &Scope) -> Elaborated<Support> {
        let bounded = matches!(ty.name.text.as_str(), "real" | "int" | "vector" | "matrix");
        if ty.bounds.is_some() && !bounded {
            if !SCALARS.iter().chain(&EVENTS).any(|known| *known == ty.name.text) {
                self.plate_type(&ty.name)?;
            }
            return self.report(error::type_bounds(&ty.name.text, ty.span));
        }
        let bounds = self.bounds(ty, scope)?;
        let zero = |this: &mut Self| Some(this.number(0.0, ty.span));
        Ok(match ty.name.text.as_str() {
            "real" | "vector" | "matrix" | "ordered" | "unit_vector" | "sum_to_zero" => {
                Support::Real(bounds)
            }
            "correlation" | "cholesky_correlation" | "covariance" | "cholesky_covariance" => {
                Support::Real(bounds)
            }
            "positive" | "positive_ordered" => {
                Support::Real(Bounds { lower: zero(self), upper: None })
            }
            "unit" | "simplex" => {
                Support::Real(Bounds { lower: zero(self), upper: Some(self.number(1.0, ty.span)) })
            }
            "int" => Support::Integer(bounds),
            "count" => Support::Integer(Bounds { lower: zero(self), upper: None }),
            "bool" => Support::Bool,
            _ => Support::Index(self.plate_type(&ty.name)?),
        })
    }

    fn plate_type(&mut self, name: &tree::Name) -> Elaborated<PlateId> {
        if let Some(&plate) = self.plates.get(&name.text) {
            return Ok(plate);
        }
        let plates = self.plates.keys().map(String::as_str);
        let known = SCALARS.iter().chain(&EVENTS).copied().chain(plates);
        let near = diagnostic::nearest(&name.text, known).map(str::to_owned);
        self.report(error::unknown_type(&name.text, name.span, near.as_deref()))
    }

    /// The bounds of a type, if it has any.
    pub(super) fn bounds(&mut self, ty: &tree::Type, scope: &Scope) -> Elaborated<Bounds> {
        let Some(bounds) = &ty.bounds else { return Ok(Bounds::default()) };
        let [lower, upper] = bounds.as_slice() else {
            return self.report(error::type_bounds(&ty.name.text, ty.span));
        };
        Ok(Bounds {
            lower: self.bound(lower.as_ref(), scope)?,
            upper: self.bound(upper.as_ref(), scope)?,
        })
    }

    /// A bound; an infinite one is none.
    fn bound(
        &mut self,
        bound: Option<&tree::Expression>,
        scope: &Scope,
    ) -> Elaborated<Option<ExprId>> {
        let Some(bound) = bound else { return Ok(None) };
        let bound = self.expression(bound, scope)?;
        Ok(if self.constant(bound).is_some_and(f64::is_infinite) { None } else { Some(bound) })
    }
}
