//! Expressions: names, choices and `where`; operators, indices, lists, calls and reductions have
//! files of their own.

use super::{Elaborated, Elaborator, Local, Scope};
use crate::base::{Span, diagnostic};
use crate::network::error;
use crate::network::ir::{AxisId, ExprId, ExprKind, Scalar, VariableId};
use crate::syntax::tree::{self, ExpressionKind};

/// The maximum nesting of expressions, including the declarations that are used before their place
/// in the text.
const DEEPEST: usize = 1500;

/// The maximum number of parts of an expression after calls have been replaced by the bodies of
/// functions.
const LARGEST: u64 = 1_000_000;

impl Elaborator<'_> {
    /// Resolves an expression, after the declarations that it needs.
    pub(super) fn expression(
        &mut self,
        tree: &tree::Expression,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        if self.depth >= DEEPEST {
            return self.report(error::too_deep(DEEPEST, tree.span));
        }
        self.depth += 1;
        let resolved = self.resolved(tree, scope);
        self.depth -= 1;
        let expression = resolved?;
        if self.sizes[expression] > LARGEST {
            self.exhausted = true;
            return self.report(error::too_large(LARGEST, tree.span));
        }
        Ok(expression)
    }

    fn resolved(&mut self, tree: &tree::Expression, scope: &Scope) -> Elaborated<ExprId> {
        let span = tree.span;
        match &tree.kind {
            ExpressionKind::Number(value) => Ok(self.number(*value, span)),
            ExpressionKind::Bool(value) => {
                Ok(self.push(ExprKind::Bool(*value), &[], Scalar::Bool, span))
            }
            ExpressionKind::Label(_) => self.report(error::label_as_value(span)),
            ExpressionKind::Name(name) => self.name(name, span, scope),
            ExpressionKind::Index(base, indices) => self.index(base, indices, span, scope),
            ExpressionKind::Call(name, arguments) => self.call(name, arguments, span, scope),
            ExpressionKind::Reduce { function, binders, body } => {
                self.reduce(function, binders, body, span, scope)
            }
            ExpressionKind::Unary(operator, operand) => self.unary(*operator, operand, span, scope),
            ExpressionKind::Binary(operator, left, right) => {
                self.binary(*operator, left, right, span, scope)
            }
            ExpressionKind::If(condition, then, otherwise) => {
                self.choice(condition, then, otherwise, span, scope)
            }
            ExpressionKind::List(elements) => self.list(elements, span, scope),
            ExpressionKind::Where(body, bindings) => self.where_bindings(body, bindings, scope),
        }
    }

    fn name(&mut self, name: &str, span: Span, scope: &Scope) -> Elaborated<ExprId> {
        match scope.local(name) {
            Some(Local::Position(axis)) => return Ok(self.position(axis, span)),
            Some(Local::Value(value)) => return Ok(value),
            None => {}
        }
        if scope.globals
            && let Some(&variable) = self.names.get(name)
        {
            return self.bare_variable(variable, span, scope);
        }
        match name {
            "pi" => Ok(self.number(std::f64::consts::PI, span)),
            "inf" => Ok(self.number(f64::INFINITY, span)),
            _ if self.plates.contains_key(name) => self.report(error::plate_as_value(name, span)),
            _ if self.is_family(name) => self.report(error::family_as_value(name, span)),
            _ => {
                if let Some(&unseen) = self.names.get(name) {
                    let declared = self.network.variables[unseen].span;
                    return self.report(error::unseen_name(name, span, declared));
                }
                let near = self.nearest_name(name, scope);
                self.report(error::unknown_name(name, span, near.as_deref()))
            }
        }
    }

    pub(super) fn nearest_name(&self, name: &str, scope: &Scope) -> Option<String> {
        let locals = scope.locals.iter().map(|(n, _)| n.as_str());
        let globals = self.names.keys().map(String::as_str).filter(|_| scope.globals);
        diagnostic::nearest(name, locals.chain(globals)).map(str::to_owned)
    }

    /// A variable without brackets: its element at the plates of the declaration; along its other
    /// axes, the whole.
    fn bare_variable(
        &mut self,
        variable: VariableId,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        self.signature(variable)?;
        let axes = self.network.variables[variable].axes.clone();
        let mut positions = Vec::new();
        for (i, &axis) in axes.iter().enumerate() {
            let axis = self.implied_axis(variable, &axes, i, span, scope)?.unwrap_or(axis);
            positions.push(self.position(axis, span));
        }
        let scalar = self.element_kind(variable);
        Ok(self.push(ExprKind::Variable(variable, positions.clone()), &positions, scalar, span))
    }

    /// The axis of the declaration that matches axis `i` of the variable, if there is one.
    fn implied_axis(
        &mut self,
        variable: VariableId,
        axes: &[AxisId],
        i: usize,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<Option<AxisId>> {
        let plate = self.network.plate_of(axes[i]);
        let here: Vec<AxisId> =
            scope.context.iter().copied().filter(|&a| self.network.plate_of(a) == plate).collect();
        let occurrences = axes.iter().filter(|&&a| self.network.plate_of(a) == plate).count();
        match here.as_slice() {
            [] => Ok(None),
            [axis] if occurrences == 1 => Ok(Some(*axis)),
            _ => {
                let name = self.network.variables[variable].name.clone();
                let plate = self.network.plates[plate].name.clone();
                self.report(error::plate_twice(&name, &plate, span))
            }
        }
    }

    fn choice(
        &mut self,
        condition: &tree::Expression,
        then: &tree::Expression,
        otherwise: &tree::Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let condition = self.condition(condition, scope)?;
        let then = self.expression(then, scope)?;
        let otherwise = self.expression(otherwise, scope)?;
        let scalar = self.common_kind(then, otherwise);
        Ok(self.push(
            ExprKind::If(condition, then, otherwise),
            &[condition, then, otherwise],
            scalar,
            span,
        ))
    }

    /// The kind of a value that is one or the other.
    pub(super) fn common_kind(&self, a: ExprId, b: ExprId) -> Scalar {
        match (self.scalar(a), self.scalar(b)) {
            (x, y) if x == y => x,
            (Scalar::Integer, Scalar::Bool) | (Scalar::Bool, Scalar::Integer) => Scalar::Integer,
            (Scalar::Index(plate), Scalar::Integer) | (Scalar::Integer, Scalar::Index(plate)) => {
                Scalar::Index(plate)
            }
            (Scalar::Real | Scalar::Integer | Scalar::Bool | Scalar::Index(_), _) => Scalar::Real,
        }
    }

    /// An expression that must be a truth value.
    pub(super) fn condition(
        &mut self,
        tree: &tree::Expression,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let condition = self.expression(tree, scope)?;
        if self.scalar(condition) == Scalar::Bool {
            return Ok(condition);
        }
        self.report(error::not_bool("a condition", tree.span))
    }

    fn where_bindings(
        &mut self,
        body: &tree::Expression,
        bindings: &[(tree::Name, tree::Expression)],
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let mut inner = scope.clone();
        for (name, value) in bindings {
            let value = self.expression(value, &inner)?;
            inner.locals.push((name.text.clone(), Local::Value(value)));
        }
        self.expression(body, &inner)
    }
}
