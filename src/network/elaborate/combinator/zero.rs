//! `ZeroInflated(p, D)`: more zeros than D has. `Hurdle(p, D)`: zeros, and otherwise D above 0.
//! Both are mixtures with a mass at 0.

use super::{Distribution, Elaborated, Elaborator, Given, Kind, Parts, Weight, number_argument};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{Bounds, ExprId, ExprKind, Support};
use crate::network::prove::Claim;
use crate::syntax::tree;

/// The probability of a zero, and the distribution of a value otherwise.
type Zeros<'a> = (tree::Argument, ExprId, Distribution<'a>);

impl<'a> Elaborator<'a> {
    pub(super) fn zero_inflated(&mut self, given: &Given) -> Elaborated<Distribution<'a>> {
        let Given { name, span, .. } = *given;
        let (argument, p, of) = self.zeros(given)?;
        let arguments = vec![number_argument(&argument, p), of.as_argument()];
        Ok(self.with_zeros(p, of, name.text.clone(), arguments, span))
    }

    pub(super) fn hurdle(&mut self, given: &Given) -> Elaborated<Distribution<'a>> {
        let Given { name, span, .. } = *given;
        let (argument, p, of) = self.zeros(given)?;
        let arguments = vec![number_argument(&argument, p), of.as_argument()];
        let (Support::Real(bounds) | Support::Integer(bounds)) = of.support else {
            return self.report(error::not_a_quantity(&name.text, &of.name, of.span));
        };
        if of.has_atom()
            || bounds.lower.and_then(|b| self.settled(b)).is_some_and(|lower| lower > 0.0)
        {
            return self.report(error::hurdle_without_zero(&of.name, of.has_atom(), of.span));
        }
        let positive = if of.is_discrete() {
            let one = self.number(1.0, span);
            let (inner, shown) = (of.name.clone(), of.arguments.clone());
            self.within_bounds(of, Bounds { lower: Some(one), upper: None }, inner, shown, span)?
        } else {
            of
        };
        Ok(self.with_zeros(p, positive, name.text.clone(), arguments, span))
    }

    /// The checked arguments that both take.
    fn zeros(&mut self, given: &Given) -> Elaborated<Zeros<'a>> {
        let Given { name, arguments, event, span, scope } = *given;
        let [p, of] = arguments else {
            let expected = "2 arguments (the probability of a zero, and a distribution)";
            return self.report(error::argument_count(&name.text, expected, arguments.len(), span));
        };
        if let Some(given) = p.name.as_ref().filter(|given| given.text != "p") {
            return self.report(error::unknown_argument(
                &name.text,
                &given.text,
                given.span,
                &["p".to_owned()],
                Some("p"),
            ));
        }
        let probability = self.expression(&p.value, scope)?;
        let of = self.part(&name.text, of, event, scope)?;
        if let Some(censored) = of.censored() {
            let instead = format!("Censored({}(...), ...)", name.text);
            return self.report(error::outer_censoring(&name.text, &instead, censored, span));
        }
        if of.multivariate() {
            return self.report(error::not_a_quantity(&name.text, &of.name, of.span));
        }
        match of.support {
            Support::Real(Bounds { lower: Some(lower), .. })
            | Support::Integer(Bounds { lower: Some(lower), .. })
                if self.proves(lower, Claim::NonNegative) =>
            {
                Ok((p.clone(), probability, of))
            }
            Support::Real(_) | Support::Integer(_) => {
                let support = self.support_name(&of.support);
                self.report(error::may_be_negative(&name.text, &of.name, &support, of.span))
            }
            Support::Bool | Support::Index(_) => {
                self.report(error::not_a_quantity(&name.text, &of.name, of.span))
            }
        }
    }

    /// A mixture of a mass at 0, with probability `p`, and a distribution on values from 0 on.
    fn with_zeros(
        &mut self,
        p: ExprId,
        of: Distribution<'a>,
        name: String,
        arguments: Vec<crate::network::ir::Argument>,
        span: Span,
    ) -> Distribution<'a> {
        let zero = self.number(0.0, span);
        let point = Bounds { lower: Some(zero), upper: Some(zero) };
        let (point, upper) = match of.support {
            Support::Integer(bounds) => (Support::Integer(point), bounds.upper),
            Support::Real(bounds) => (Support::Real(point), bounds.upper),
            Support::Bool | Support::Index(_) => (Support::Real(point), None),
        };
        let own = Bounds { lower: Some(zero), upper };
        let support = if of.is_discrete() { Support::Integer(own) } else { Support::Real(own) };
        let zeros = Distribution {
            kind: Kind::Zero,
            name: name.clone(),
            arguments: Vec::new(),
            support: point,
            span,
        };
        let one = self.number(1.0, span);
        let rest = self.push(
            ExprKind::Call(Builtin::Subtract, vec![one, p]),
            &[one, p],
            crate::network::ir::Scalar::Real,
            span,
        );
        let (log, opposite) =
            (self.builtin(Builtin::Log, &[p], span), self.builtin(Builtin::Negate, &[p], span));
        let log_rest = self.builtin(Builtin::Log1p, &[opposite], span);
        let parts =
            vec![(Weight { value: p, log }, zeros), (Weight { value: rest, log: log_rest }, of)];
        Distribution { kind: Kind::Mixture(Parts::Listed(parts)), name, arguments, support, span }
    }
}
