//! Reductions: `sum(k in p: expr)` over binders, `sum(v)` over a whole event.

use super::{Elaborated, Elaborator, Local, Scope};
use crate::base::{Span, diagnostic};
use crate::network::error;
use crate::network::ir::{AxisId, ExprId, ExprKind, Reduction, Scalar};
use crate::syntax::tree::{self, ExpressionKind};

/// The names of the reductions.
pub const REDUCTIONS: [(&str, Reduction); 10] = [
    ("sum", Reduction::Sum),
    ("prod", Reduction::Product),
    ("max", Reduction::Max),
    ("min", Reduction::Min),
    ("mean", Reduction::Mean),
    ("sd", Reduction::Sd),
    ("variance", Reduction::Variance),
    ("log_sum_exp", Reduction::LogSumExp),
    ("any", Reduction::Any),
    ("all", Reduction::All),
];

/// The reduction called `name`.
pub fn reduction(name: &str) -> Option<Reduction> {
    REDUCTIONS.iter().find(|(n, _)| *n == name).map(|(_, r)| *r)
}

impl Elaborator<'_> {
    pub(super) fn reduce(
        &mut self,
        function: &tree::Name,
        binders: &[tree::Binder],
        body: &tree::Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let Some(reduction) = reduction(&function.text) else {
            let near = diagnostic::nearest(&function.text, REDUCTIONS.iter().map(|(n, _)| *n));
            return self.report(error::unknown_function(&function.text, function.span, near));
        };
        let mut inner = scope.expecting(Vec::new());
        let mut axes = Vec::new();
        for binder in binders {
            let axis = self.binder_axis(binder, scope)?;
            axes.push(axis);
            inner.bound.push(axis);
            if let Some(index) = &binder.index {
                inner.locals.push((index.text.clone(), Local::Position(axis)));
            }
        }
        let body = self.expression(body, &inner)?;
        self.check_reducible(reduction, body)?;
        Ok(self.reduced(reduction, &axes, body, span))
    }

    /// A new axis over the plate that the binder names: a plate of the model, or an axis that a
    /// family is generic over.
    fn binder_axis(&mut self, binder: &tree::Binder, scope: &Scope) -> Elaborated<AxisId> {
        let generic = scope.generics.iter().rev().find(|(name, _)| *name == binder.plate.text);
        let plate = match generic {
            Some((_, axis)) => self.network.plate_of(*axis),
            None => self.plate_named(&binder.plate)?,
        };
        Ok(self.fresh_axis(plate))
    }

    fn check_reducible(&mut self, reduction: Reduction, body: ExprId) -> Elaborated<()> {
        let logical = matches!(reduction, Reduction::Any | Reduction::All);
        if logical && self.scalar(body) != Scalar::Bool {
            let span = self.span(body);
            return self.report(error::not_bool("what `any` and `all` reduce", span));
        }
        Ok(())
    }

    /// The reduction of `body` over `axes`.
    pub(super) fn reduced(
        &mut self,
        reduction: Reduction,
        axes: &[AxisId],
        body: ExprId,
        span: Span,
    ) -> ExprId {
        let rest: Vec<AxisId> = self.network.expressions[body]
            .axes
            .iter()
            .copied()
            .filter(|a| !axes.contains(a))
            .collect();
        let scalar = match (reduction, self.scalar(body)) {
            (Reduction::Any | Reduction::All, _) => Scalar::Bool,
            (
                Reduction::Sum | Reduction::Product | Reduction::Max | Reduction::Min,
                Scalar::Integer | Scalar::Bool,
            ) => Scalar::Integer,
            _ => Scalar::Real,
        };
        self.push_over(ExprKind::Reduce(reduction, axes.to_vec(), body), rest, scalar, span)
    }

    /// `sum(v)`: over the whole event of its argument.
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    pub(super) fn reduce_whole(
        &mut self,
        name: &tree::Name,
        reduction: Reduction,
        argument: &tree::Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let value = self.expression(argument, scope)?;
        let axes = self.event_axes(value, scope);
        if axes.is_empty() {
            let variable = match &argument.kind {
                ExpressionKind::Name(variable) => Some(variable.as_str()),
                _ => None,
            };
            let plate =
                self.network.expressions[value].axes.first().map(|&a| self.network.plate_of(a));
            let plate = plate.map(|p| self.network.plates[p].name.clone());
            return self.report(error::reduces_nothing(
                &name.text,
                variable,
                plate.as_deref(),
                span,
            ));
        }
        self.check_reducible(reduction, value)?;
        Ok(self.reduced(reduction, &axes, value, span))
    }
}
