//! Distributions → their values as functions of noise.

use super::{Distribution, Elaborated, Elaborator, Kind, Parts, Weight};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::ir::{
    AxisId, Bounds, Draw, ExprId, ExprKind, Noise, NoiseBase, Reduction, Scalar,
};

impl<'a> Elaborator<'a> {
    /// The value as a function of noise; none where a family it needs has no `draw`, or no
    /// `quantile` where it is truncated.
    pub(in crate::network::elaborate) fn draw_from(
        &mut self,
        of: &Distribution<'a>,
    ) -> Elaborated<Option<Draw>> {
        match &of.kind {
            Kind::Family(instance) => self.draw_of(instance),
            Kind::Truncated(inner, bounds) if *bounds == Bounds::default() => self.draw_from(inner),
            Kind::Truncated(inner, bounds) => self.truncated_draw(inner, *bounds, of.span),
            // Where censoring is given row by row, the value itself is drawn: what would be
            // recorded of it is not part of the model.
            Kind::Censored(inner, censoring) => {
                let Some(draw) = self.draw_from(inner)? else { return Ok(None) };
                let value = self.clipped(draw.value, censoring.limits, of.span);
                Ok(Some(Draw { value, deterministic: false, ..draw }))
            }
            Kind::Mixture(parts) => match parts {
                Parts::Listed(listed) => {
                    let mut draws = Vec::new();
                    for (weight, part) in listed {
                        let Some(draw) = self.draw_from(part)? else { return Ok(None) };
                        draws.push((weight.value, draw));
                    }
                    Ok(Some(self.chosen_draw(draws, of.span)))
                }
                Parts::Along(axis, weight, part) => {
                    let Some(draw) = self.draw_from(part)? else { return Ok(None) };
                    Ok(Some(self.chosen_along(*axis, weight.value, draw, of.span)))
                }
            },
            Kind::Zero => Ok(Some(self.zero_draw(of.span))),
        }
    }

    /// A value within bounds: that of a family by its quantile; that of a mixture by the shares of
    /// the parts within the bounds.
    pub(in crate::network::elaborate) fn truncated_draw(
        &mut self,
        of: &Distribution<'a>,
        bounds: Bounds,
        span: Span,
    ) -> Elaborated<Option<Draw>> {
        match &of.kind {
            Kind::Family(_) => self.quantile_draw(of, bounds, span),
            Kind::Truncated(inner, first) => {
                let both = self.tightened(*first, bounds, span);
                self.truncated_draw(inner, both, span)
            }
            Kind::Censored(..) => Ok(None),
            Kind::Mixture(parts) => {
                let whole = self.log_probability(of, bounds, span)?;
                match parts {
                    Parts::Listed(listed) => {
                        let mut draws = Vec::new();
                        for (weight, part) in listed {
                            let Some(draw) = self.truncated_draw(part, bounds, span)? else {
                                return Ok(None);
                            };
                            draws.push((self.share(*weight, part, bounds, whole, span)?, draw));
                        }
                        Ok(Some(self.chosen_draw(draws, span)))
                    }
                    Parts::Along(axis, weight, part) => {
                        let Some(draw) = self.truncated_draw(part, bounds, span)? else {
                            return Ok(None);
                        };
                        let share = self.share(*weight, part, bounds, whole, span)?;
                        Ok(Some(self.chosen_along(*axis, share, draw, span)))
                    }
                }
            }
            Kind::Zero => Ok(Some(self.zero_draw(span))),
        }
    }

    /// The probability of a part, given that the value is within bounds.
    fn share(
        &mut self,
        weight: Weight,
        part: &Distribution<'a>,
        bounds: Bounds,
        whole: ExprId,
        span: Span,
    ) -> Elaborated<ExprId> {
        let log_part = self.log_probability(part, bounds, span)?;
        let joint = self.builtin(Builtin::Add, &[weight.log, log_part], span);
        let log_share = self.builtin(Builtin::Subtract, &[joint, whole], span);
        Ok(self.builtin(Builtin::Exp, &[log_share], span))
    }

    fn zero_draw(&mut self, span: Span) -> Draw {
        Draw { noises: Vec::new(), value: self.number(0.0, span), deterministic: false }
    }

    fn uniform(&mut self, span: Span) -> (crate::network::ir::NoiseId, ExprId) {
        let noise = self.network.noises.push(Noise { base: NoiseBase::Uniform, axes: Vec::new() });
        (noise, self.push_over(ExprKind::Noise(noise), Vec::new(), Scalar::Real, span))
    }

    /// The first draw whose cumulative probability exceeds a uniform variable, otherwise the last.
    fn chosen_draw(&mut self, draws: Vec<(ExprId, Draw)>, span: Span) -> Draw {
        let (noise, u) = self.uniform(span);
        let mut noises = vec![noise];
        let mut cumulative = self.number(0.0, span);
        let mut steps = Vec::new();
        for (weight, draw) in draws {
            noises.extend(draw.noises);
            cumulative = self.builtin(Builtin::Add, &[cumulative, weight], span);
            steps.push((cumulative, draw.value));
        }
        let mut value = None;
        for (cumulative, drawn) in steps.into_iter().rev() {
            value = Some(match value {
                None => drawn,
                Some(rest) => {
                    let here = self.compare(Builtin::Less, u, cumulative, span);
                    let scalar = self.common_kind(drawn, rest);
                    self.push(ExprKind::If(here, drawn, rest), &[here, drawn, rest], scalar, span)
                }
            });
        }
        let value = value.unwrap_or_else(|| self.number(f64::NAN, span));
        Draw { noises, value, deterministic: false }
    }

    /// The draw at the first element of the axis whose cumulative probability exceeds a uniform
    /// variable.
    fn chosen_along(&mut self, axis: AxisId, weights: ExprId, draw: Draw, span: Span) -> Draw {
        let (noise, u) = self.uniform(span);
        let plate = self.network.plate_of(axis);
        let (upto, each) = (self.fresh_axis(plate), self.fresh_axis(plate));
        let weight = self.renamed(weights, axis, each);
        let (last, here) = (self.position(upto, span), self.position(each, span));
        let counts = self.compare(Builtin::LessEqual, here, last, span);
        let (zero, one) = (self.number(0.0, span), self.number(1.0, span));
        let part = self.choose(counts, weight, zero, span);
        let cumulative = self.reduced(Reduction::Sum, &[each], part, span);
        let below = self.compare(Builtin::LessEqual, cumulative, u, span);
        let passed =
            self.push(ExprKind::If(below, one, zero), &[below, one, zero], Scalar::Integer, span);
        let passed = self.reduced(Reduction::Sum, &[upto], passed, span);
        let number = self.push(
            ExprKind::Call(Builtin::Add, vec![one, passed]),
            &[one, passed],
            Scalar::Integer,
            span,
        );
        // Rounding may leave the sum of the weights below 1.
        let size = self.push(ExprKind::Size(plate), &[], Scalar::Integer, span);
        let number = self.push(
            ExprKind::Call(Builtin::Min, vec![size, number]),
            &[size, number],
            Scalar::Integer,
            span,
        );
        let index = self.index_of_number(number, axis, span);
        let value = self.at(draw.value, vec![(axis, index)], span);
        let noises = std::iter::once(noise).chain(draw.noises).collect();
        Draw { noises, value, deterministic: false }
    }
}
