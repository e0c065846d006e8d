//! The `draw` clause: a value as a function of noise.

use super::family::Instance;
use super::{Elaborated, Elaborator};
use crate::builtins::Code;
use crate::network::error;
use crate::network::ir::{AxisId, Draw, ExprId, ExprKind, Noise, NoiseBase, NoiseId, Scalar};
use crate::syntax::tree::{self, ExpressionKind};

impl<'a> Elaborator<'a> {
    /// The family's draw clause, if it has one.
    pub(super) fn draw_of(&mut self, instance: &Instance<'a>) -> Elaborated<Option<Draw>> {
        let Some((noises, body)) = instance.draw_clause() else { return Ok(None) };
        let mut scope = instance.scope(None);
        scope.samplers = true;
        let mut ids = Vec::new();
        for noise in &noises {
            let (id, value) = self.noise(noise, instance)?;
            ids.push(id);
            scope.locals.push((noise.name.text.clone(), super::Local::Value(value)));
        }
        let value = self.expression(&body, &scope)?;
        let deterministic = !self.draws(value);
        Ok(Some(Draw { noises: ids, value, deterministic }))
    }

    fn noise(
        &mut self,
        noise: &tree::Noise,
        instance: &Instance<'a>,
    ) -> Elaborated<(NoiseId, ExprId)> {
        let Some(base) = base(&noise.base) else {
            return self.report(error::bad_noise(noise.base.span));
        };
        let mut axes: Vec<AxisId> = Vec::new();
        for name in noise.ty.as_ref().map(|ty| self.generic_axes(ty)).unwrap_or_default() {
            let Some((_, axis)) = instance.generics.iter().find(|(n, _)| *n == name) else {
                return self.report(error::axis_not_inferred(
                    &name,
                    &instance.name(),
                    noise.name.span,
                ));
            };
            let axis = *axis;
            let again = axes.contains(&axis);
            let axis = if again { self.second(axis) } else { axis };
            axes.push(axis);
        }
        let id = self.network.noises.push(Noise { base, axes: axes.clone() });
        let value = self.push_over(ExprKind::Noise(id), axes, Scalar::Real, noise.name.span);
        Ok((id, value))
    }

    /// Whether a base sampler is called below `expression`.
    fn draws(&self, expression: ExprId) -> bool {
        let mut seen = self.network.expressions.filled(false);
        let mut waiting = vec![expression];
        while let Some(id) = waiting.pop() {
            if std::mem::replace(&mut seen[id], true) {
                continue;
            }
            let kind = &self.network.expressions[id].kind;
            if let ExprKind::Call(builtin, _) = kind
                && matches!(builtin.row().code, Code::SampleOne(_) | Code::SampleTwo(_))
            {
                return true;
            }
            waiting.extend(kind.operands());
        }
        false
    }
}

/// The base noise that a tree names: Normal(0, 1), Uniform(0, 1), Exponential(1).
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
)]
fn base(tree: &tree::Expression) -> Option<NoiseBase> {
    let ExpressionKind::Call(name, arguments) = &tree.kind else { return None };
    let numbers: Option<Vec<f64>> = arguments
        .iter()
        .map(|a| match a.value.kind {
            ExpressionKind::Number(value) => Some(value),
            _ => None,
        })
        .collect();
    match (name.text.as_str(), numbers?.as_slice()) {
        ("Normal", [0.0, 1.0]) => Some(NoiseBase::Normal),
        ("Uniform", [0.0, 1.0]) => Some(NoiseBase::Uniform),
        ("Exponential", [1.0]) => Some(NoiseBase::Exponential),
        _ => None,
    }
}
