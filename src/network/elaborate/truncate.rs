//! A distribution, and bounds within its support → the truncated value as a function of noise.

use super::combinator::Distribution;
use super::{Elaborated, Elaborator};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::ir::{
    Bounds, Draw, ExprId, ExprKind, Noise, NoiseBase, Reduction, Scalar, Support,
};
use std::f64::consts::LN_2;

/// Between at most this many whole numbers, a truncated value is drawn by counting.
const MOST_COUNTED: f64 = 10_000.0;

impl<'a> Elaborator<'a> {
    /// The value within bounds as a function of noise. None where the distribution has no quantile
    /// and too many values there.
    pub(super) fn quantile_draw(
        &mut self,
        of: &Distribution<'a>,
        bounds: Bounds,
        span: Span,
    ) -> Elaborated<Option<Draw>> {
        if of.is_discrete() && !of.has_quantile() {
            return self.counted_draw(of, bounds, span);
        }
        let noise = self.network.noises.push(Noise { base: NoiseBase::Normal, axes: Vec::new() });
        let e = self.push_over(ExprKind::Noise(noise), Vec::new(), Scalar::Real, span);
        let value = self.truncated_value(of, bounds, e, span)?;
        Ok(value.map(|value| Draw { noises: vec![noise], value, deterministic: !of.is_discrete() }))
    }

    /// A whole number between numbers: above the lower bound by the number of values whose
    /// distribution function does not yet exceed a uniform variable.
    fn counted_draw(
        &mut self,
        of: &Distribution<'a>,
        bounds: Bounds,
        span: Span,
    ) -> Elaborated<Option<Draw>> {
        let (Support::Real(own) | Support::Integer(own)) = of.support else { return Ok(None) };
        let all = self.tightened(own, bounds, span);
        let ends = all
            .lower
            .and_then(|lower| self.settled(lower))
            .zip(all.upper.and_then(|upper| self.settled(upper)));
        let Some((lower, upper)) = ends.filter(|(lower, upper)| upper - lower <= MOST_COUNTED)
        else {
            return Ok(None);
        };
        let noise = self.network.noises.push(Noise { base: NoiseBase::Uniform, axes: Vec::new() });
        let u = self.push_over(ExprKind::Noise(noise), Vec::new(), Scalar::Real, span);
        let mut value = self.number(lower, span);
        if upper > lower {
            let plate = self.numbered_plate((upper - lower) as u32, span);
            let axis = self.fresh_axis(plate);
            let (place, below) = (self.position(axis, span), self.number(lower - 1.0, span));
            let at = self.push(
                ExprKind::Call(Builtin::Add, vec![below, place]),
                &[below, place],
                Scalar::Integer,
                span,
            );
            let part =
                self.log_probability(of, Bounds { lower: all.lower, upper: Some(at) }, span)?;
            let whole = self.log_probability(of, all, span)?;
            let share = self.builtin(Builtin::Subtract, &[part, whole], span);
            let share = self.builtin(Builtin::Exp, &[share], span);
            let passed = self.compare(Builtin::LessEqual, share, u, span);
            let passed = self.reduced(Reduction::Sum, &[axis], passed, span);
            value = self.push(
                ExprKind::Call(Builtin::Add, vec![value, passed]),
                &[value, passed],
                Scalar::Integer,
                span,
            );
        }
        Ok(Some(Draw { noises: vec![noise], value, deterministic: false }))
    }

    /// The distribution's quantile at the probability Φ(t), with t the deviate of
    /// [`Self::truncated_deviate`]: the text of the quantile then simplifies as `inv_Phi(Phi(t))`
    /// and `log(1 - Phi(t))` do, and stays accurate far out. None where there is no quantile.
    pub(super) fn truncated_value(
        &mut self,
        of: &Distribution<'a>,
        bounds: Bounds,
        e: ExprId,
        span: Span,
    ) -> Elaborated<Option<ExprId>> {
        if of.multivariate() || !of.has_quantile() {
            return Ok(None);
        }
        let deviate = self.truncated_deviate(of, bounds, e, span)?;
        let probability = self.builtin(Builtin::Phi, &[deviate], span);
        let Some(mut value) = self.quantile_at(of, probability, span)? else { return Ok(None) };
        // Cuts off what rounding leaves beyond an end.
        if let Some(lower) = bounds.lower {
            value = self.builtin(Builtin::Max, &[value, lower], span);
        }
        if let Some(upper) = bounds.upper {
            value = self.builtin(Builtin::Min, &[value, upper], span);
        }
        Ok(Some(value))
    }

    /// The t with Φ(t) = Φ(−e)·F(lower) + Φ(e)·F(upper), with F the distribution function (just
    /// before `lower` where it is discrete). It is computed from logarithms, of the complements
    /// where they are smaller, so that nothing underflows or cancels in either tail.
    fn truncated_deviate(
        &mut self,
        of: &Distribution<'a>,
        bounds: Bounds,
        e: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        let lower = bounds
            .lower
            .map(|lower| if of.is_discrete() { self.minus_one(lower, span) } else { lower });
        let opposite = self.builtin(Builtin::Negate, &[e], span);
        let [down, up] = [opposite, e].map(|x| self.builtin(Builtin::LogPhi, &[x], span));
        let below = match bounds.upper {
            Some(upper) => {
                let at_most = self.log_cdf(of, upper, span)?;
                Some(self.builtin(Builtin::Add, &[at_most, up], span))
            }
            None => None,
        };
        let above = match lower {
            Some(lower) => {
                let more = self.log_ccdf(of, lower, span)?;
                Some(self.builtin(Builtin::Add, &[more, down], span))
            }
            None => None,
        };
        match (below, above, lower, bounds.upper) {
            (Some(below), Some(above), Some(lower), Some(upper)) => {
                let (low, high) = (self.log_cdf(of, lower, span)?, self.log_ccdf(of, upper, span)?);
                let (low, high) = (
                    self.builtin(Builtin::Add, &[low, down], span),
                    self.builtin(Builtin::Add, &[high, up], span),
                );
                let (below, above) =
                    (self.log_of_both(below, low, span), self.log_of_both(above, high, span));
                let half = self.number(-LN_2, span);
                let smaller = self.compare(Builtin::Less, below, half, span);
                let from_below = self.builtin(Builtin::InvLogPhi, &[below], span);
                let from_above = self.by_upper_tail(above, span);
                Ok(self.choose(smaller, from_below, from_above, span))
            }
            (Some(below), ..) => Ok(self.builtin(Builtin::InvLogPhi, &[below], span)),
            (None, Some(above), ..) => Ok(self.by_upper_tail(above, span)),
            (None, None, ..) => Ok(e),
        }
    }

    /// The deviate that is exceeded with a probability whose logarithm is given.
    fn by_upper_tail(&mut self, log_probability: ExprId, span: Span) -> ExprId {
        let deviate = self.builtin(Builtin::InvLogPhi, &[log_probability], span);
        self.builtin(Builtin::Negate, &[deviate], span)
    }

    /// log(exp(x) + exp(y)), for finite x.
    fn log_of_both(&mut self, x: ExprId, y: ExprId, span: Span) -> ExprId {
        let difference = self.builtin(Builtin::Subtract, &[y, x], span);
        let rest = self.builtin(Builtin::Log1pExp, &[difference], span);
        self.builtin(Builtin::Add, &[x, rest], span)
    }
}
