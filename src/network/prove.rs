//! What is certain about the sign of an expression, so that densities need not check it at every
//! evaluation, and intervals of what is computed stay where it can be.

use crate::builtins::{Builtin, Range};
use crate::network::ir::{
    Bounds, Definition, ExprId, ExprKind, Network, Reduction, Support, VariableId,
};

/// A claim about a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// x > 0
    Positive,
    /// x ≥ 0
    NonNegative,
    /// 0 ≤ x ≤ 1
    Unit,
}

/// A proof is given up after this many steps: what is not proved is checked at every evaluation.
const PATIENCE: usize = 5000;

/// The state of a proof.
#[derive(Default)]
struct Induction {
    /// Variables along whose chain the claim is being proved by induction.
    variables: Vec<(VariableId, Claim)>,
    steps: usize,
}

impl Claim {
    /// A description for error messages.
    pub fn words(self) -> &'static str {
        match self {
            Claim::Positive => "positive",
            Claim::NonNegative => "at least 0",
            Claim::Unit => "between 0 and 1",
        }
    }

    pub(super) fn holds(self, value: f64) -> bool {
        match self {
            Claim::Positive => value > 0.0,
            Claim::NonNegative => value >= 0.0,
            Claim::Unit => (0.0..=1.0).contains(&value),
        }
    }
}

impl Network {
    /// Whether `claim` certainly holds for every element of `expression`, given that unknowns are
    /// within their supports.
    #[must_use]
    pub fn proves(&self, expression: ExprId, claim: Claim) -> bool {
        self.proof(expression, claim, &mut Induction::default())
    }

    fn proof(&self, expression: ExprId, claim: Claim, assumed: &mut Induction) -> bool {
        assumed.steps += 1;
        if assumed.steps > PATIENCE {
            return false;
        }
        match &self.expressions[expression].kind {
            ExprKind::Number(value) => claim.holds(*value),
            ExprKind::Bool(_) => claim != Claim::Positive,
            ExprKind::Size(_) | ExprKind::Label(..) | ExprKind::Position(_) => claim != Claim::Unit,
            ExprKind::Variable(variable, _) => self.proves_variable(*variable, claim, assumed),
            ExprKind::Call(builtin, operands) => {
                self.proves_call(*builtin, operands, claim, assumed)
            }
            ExprKind::If(_, a, b) => {
                self.proof(*a, claim, assumed) && self.proof(*b, claim, assumed)
            }
            ExprKind::List(_, elements) => elements.iter().all(|&e| self.proof(e, claim, assumed)),
            ExprKind::At(base, _) => self.proof(*base, claim, assumed),
            ExprKind::Reduce(reduction, _, body) => match reduction {
                Reduction::Sum
                | Reduction::Mean
                | Reduction::Max
                | Reduction::Min
                | Reduction::Product => {
                    (claim != Claim::Unit || *reduction != Reduction::Sum)
                        && self.proof(*body, claim, assumed)
                }
                Reduction::Sd | Reduction::Variance => claim == Claim::NonNegative,
                Reduction::LogSumExp => false,
                Reduction::Any | Reduction::All => claim != Claim::Positive,
            },
            ExprKind::ToIndex(..)
            | ExprKind::Cholesky(..)
            | ExprKind::Solve(..)
            | ExprKind::Noise(_) => false,
        }
    }

    fn proves_variable(&self, variable: VariableId, claim: Claim, assumed: &mut Induction) -> bool {
        if assumed.variables.contains(&(variable, claim)) {
            return true;
        }
        let entry = &self.variables[variable];
        if let Definition::Deterministic(value) = &entry.definition
            && matches!(&entry.support, Support::Real(b) | Support::Integer(b) if *b == Bounds::default())
        {
            assumed.variables.push((variable, claim));
            let proved = self.proof(*value, claim, assumed);
            assumed.variables.pop();
            return proved;
        }
        let (Support::Real(bounds) | Support::Integer(bounds)) = &entry.support else {
            return claim != Claim::Positive && entry.support == Support::Bool;
        };
        let lower = bounds.lower.and_then(|b| self.number(b));
        let upper = bounds.upper.and_then(|b| self.number(b));
        // An unknown never reaches the ends of a real interval; an input of type `positive` is
        // above 0.
        let open = matches!(entry.support, Support::Real(_));
        match claim {
            Claim::Positive => lower.is_some_and(|l| l > 0.0 || (l == 0.0 && open)),
            Claim::NonNegative => lower.is_some_and(|l| l >= 0.0),
            Claim::Unit => lower.is_some_and(|l| l >= 0.0) && upper.is_some_and(|u| u <= 1.0),
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    fn proves_call(
        &self,
        builtin: Builtin,
        operands: &[ExprId],
        claim: Claim,
        assumed: &mut Induction,
    ) -> bool {
        let by_range = match builtin.row().range {
            Range::Any => false,
            Range::NonNegative => claim == Claim::NonNegative,
            Range::Positive => claim != Claim::Unit,
            Range::Probability => true,
        };
        if by_range {
            return true;
        }
        let mut all = |claim| operands.iter().all(|&o| self.proof(o, claim, assumed));
        match builtin {
            Builtin::Sqrt => claim != Claim::Unit && all(claim),
            Builtin::Multiply
                if operands.len() == 2
                    && operands[0] == operands[1]
                    && claim == Claim::NonNegative =>
            {
                true
            }
            Builtin::Multiply | Builtin::Min | Builtin::Max => all(claim),
            Builtin::Divide => match (claim, operands) {
                (Claim::Positive, _) => all(Claim::Positive),
                (Claim::NonNegative, &[a, b]) => {
                    self.proof(a, claim, assumed) && self.proof(b, Claim::Positive, assumed)
                }
                _ => false,
            },
            Builtin::Power => match *operands {
                [base, _] if claim != Claim::Unit && self.proof(base, claim, assumed) => true,
                [_, exponent] => {
                    claim == Claim::NonNegative
                        && self.number(exponent).is_some_and(|e| e % 2.0 == 0.0)
                }
                _ => false,
            },
            Builtin::Add => self.proves_sum(operands, claim, assumed),
            Builtin::Subtract => match operands {
                &[a, b] => {
                    claim != Claim::Positive
                        && self.number(a) == Some(1.0)
                        && self.proof(b, Claim::Unit, assumed)
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn proves_sum(&self, operands: &[ExprId], claim: Claim, assumed: &mut Induction) -> bool {
        match claim {
            Claim::Unit => false,
            Claim::NonNegative => operands.iter().all(|&o| self.proof(o, claim, assumed)),
            Claim::Positive => {
                operands.iter().any(|&o| self.proof(o, Claim::Positive, assumed))
                    && operands.iter().all(|&o| self.proof(o, Claim::NonNegative, assumed))
            }
        }
    }
}
