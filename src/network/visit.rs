//! Walks over expressions: operands, references to variables.

use crate::network::ir::{
    Application, Argument, ArgumentValue, Conditional, Definition, ExprId, ExprKind, Network,
    Support, VariableId,
};

impl ExprKind {
    /// The operands of an expression.
    #[must_use]
    pub fn operands(&self) -> Vec<ExprId> {
        match self {
            ExprKind::Number(_)
            | ExprKind::Bool(_)
            | ExprKind::Position(_)
            | ExprKind::Label(..)
            | ExprKind::Size(_)
            | ExprKind::Noise(_) => Vec::new(),
            ExprKind::Variable(_, operands)
            | ExprKind::Call(_, operands)
            | ExprKind::List(_, operands) => operands.clone(),
            ExprKind::If(condition, then, otherwise) => vec![*condition, *then, *otherwise],
            ExprKind::Reduce(_, _, body)
            | ExprKind::ToIndex(_, body)
            | ExprKind::Cholesky(body, _, _) => vec![*body],
            ExprKind::At(base, at) => {
                std::iter::once(*base).chain(at.iter().map(|(_, index)| *index)).collect()
            }
            ExprKind::Solve(factor, right, _, _, _) => vec![*factor, *right],
        }
    }

    /// Whether two expressions do the same to their operands.
    #[must_use]
    pub fn same_operation(&self, other: &Self) -> bool {
        match (self, other) {
            (ExprKind::Number(a), ExprKind::Number(b)) => a.to_bits() == b.to_bits(),
            (ExprKind::Bool(a), ExprKind::Bool(b)) => a == b,
            (ExprKind::Variable(a, _), ExprKind::Variable(b, _)) => a == b,
            (ExprKind::Position(a), ExprKind::Position(b)) => a == b,
            (ExprKind::Label(p, a), ExprKind::Label(q, b)) => p == q && a == b,
            (ExprKind::Size(a), ExprKind::Size(b)) => a == b,
            (ExprKind::Call(a, _), ExprKind::Call(b, _)) => a == b,
            (ExprKind::If(..), ExprKind::If(..)) => true,
            (ExprKind::Reduce(r, x, _), ExprKind::Reduce(s, y, _)) => r == s && x == y,
            (ExprKind::List(a, _), ExprKind::List(b, _)) => a == b,
            (ExprKind::ToIndex(a, _), ExprKind::ToIndex(b, _)) => a == b,
            (ExprKind::Noise(a), ExprKind::Noise(b)) => a == b,
            _ => false,
        }
    }
}

/// A use of a variable.
#[derive(Clone, Debug)]
pub struct Reference {
    /// The variable that is used.
    pub variable: VariableId,
    /// The indices it is used at.
    pub indices: Vec<ExprId>,
    /// The expression that uses it.
    pub expression: ExprId,
}

impl Network {
    /// The variables used below `roots`, each use once.
    #[must_use]
    pub fn references(&self, roots: &[ExprId]) -> Vec<Reference> {
        let mut seen = self.expressions.filled(false);
        let mut waiting: Vec<ExprId> = roots.to_vec();
        let mut found = Vec::new();
        while let Some(expression) = waiting.pop() {
            if std::mem::replace(&mut seen[expression], true) {
                continue;
            }
            let kind = &self.expressions[expression].kind;
            if let ExprKind::Variable(variable, indices) = kind {
                found.push(Reference { variable: *variable, indices: indices.clone(), expression });
            }
            waiting.extend(kind.operands());
        }
        found.sort_by_key(|r| r.expression);
        found
    }

    /// The expressions that the distribution or value of a variable is made from, without its
    /// density at its own value.
    #[must_use]
    pub fn made_from(&self, variable: VariableId) -> Vec<ExprId> {
        let entry = &self.variables[variable];
        let mut roots = Vec::new();
        match &entry.definition {
            Definition::Input { default, .. } => roots.extend(*default),
            Definition::Random(conditional) => {
                roots.extend(conditional.iter().flat_map(Conditional::made_from))
            }
            Definition::Observed { value, conditional, .. } => {
                roots.extend(*value);
                roots.extend(conditional.made_from());
            }
            Definition::Deterministic(value) => roots.push(*value),
        }
        if let Support::Real(bounds) | Support::Integer(bounds) = &entry.support {
            roots.extend(bounds.lower);
            roots.extend(bounds.upper);
        }
        roots
    }
}

impl Application {
    /// Whether it is composed of other distributions.
    #[must_use]
    pub fn is_combined(&self) -> bool {
        self.arguments
            .iter()
            .any(|argument| matches!(argument.value, ArgumentValue::Distribution(..)))
    }
}

impl Conditional {
    /// The expressions that it is made from: conditions and arguments.
    #[must_use]
    pub fn made_from(&self) -> Vec<ExprId> {
        match self {
            Conditional::Given(_) => Vec::new(),
            Conditional::Family(application) => numbers(&application.arguments),
            Conditional::If { condition, then, otherwise } => std::iter::once(*condition)
                .chain(then.made_from())
                .chain(otherwise.made_from())
                .collect(),
        }
    }

    /// Whether some elements are conditioned on: one of the branches is `Given()`.
    #[must_use]
    pub fn conditions_on_data(&self) -> bool {
        match self {
            Conditional::Given(_) => true,
            Conditional::Family(_) => false,
            Conditional::If { then, otherwise, .. } => {
                then.conditions_on_data() || otherwise.conditions_on_data()
            }
        }
    }

    /// Adds conditions to all families.
    pub(super) fn require(&mut self, conditions: &[ExprId]) {
        match self {
            Conditional::Given(_) => {}
            Conditional::Family(application) => application.requirements.extend(conditions),
            Conditional::If { then, otherwise, .. } => {
                then.require(conditions);
                otherwise.require(conditions);
            }
        }
    }

    /// The families in all branches.
    #[must_use]
    pub fn applications(&self) -> Vec<&Application> {
        match self {
            Conditional::Given(_) => Vec::new(),
            Conditional::Family(application) => vec![application],
            Conditional::If { then, otherwise, .. } => {
                [then.applications(), otherwise.applications()].concat()
            }
        }
    }
}

/// All numbers among the arguments, including those of distributions.
fn numbers(arguments: &[Argument]) -> Vec<ExprId> {
    let of = |argument: &Argument| match &argument.value {
        ArgumentValue::Number(value) => vec![*value],
        ArgumentValue::Numbers(values) => values.clone(),
        ArgumentValue::Distribution(_, arguments) => numbers(arguments),
    };
    arguments.iter().flat_map(of).collect()
}
