//! Operators: arithmetic by axis name, comparisons, logic, the matrix product.

use super::{Elaborated, Elaborator, Scope};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{AxisId, ExprId, ExprKind, PlateId, Reduction, Scalar};
use crate::syntax::tree::{self, BinaryOperator, ExpressionKind, UnaryOperator};

impl Elaborator<'_> {
    pub(super) fn unary(
        &mut self,
        operator: UnaryOperator,
        operand: &tree::Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        match operator {
            UnaryOperator::Negate => {
                let operand = self.expression(operand, scope)?;
                let scalar = self.arithmetic_kind(&[operand]);
                Ok(self.push(
                    ExprKind::Call(Builtin::Negate, vec![operand]),
                    &[operand],
                    scalar,
                    span,
                ))
            }
            UnaryOperator::Not => {
                let operand = self.condition(operand, scope)?;
                Ok(self.push(
                    ExprKind::Call(Builtin::Not, vec![operand]),
                    &[operand],
                    Scalar::Bool,
                    span,
                ))
            }
        }
    }

    pub(super) fn binary(
        &mut self,
        operator: BinaryOperator,
        left: &tree::Expression,
        right: &tree::Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let builtin = match operator {
            BinaryOperator::Add => Builtin::Add,
            BinaryOperator::Subtract => Builtin::Subtract,
            BinaryOperator::Multiply => Builtin::Multiply,
            BinaryOperator::Divide => Builtin::Divide,
            BinaryOperator::Power => Builtin::Power,
            BinaryOperator::MatrixProduct => {
                return self.matrix_product_of(left, right, span, scope);
            }
            BinaryOperator::And => return self.logic(Builtin::And, left, right, span, scope),
            BinaryOperator::Or => return self.logic(Builtin::Or, left, right, span, scope),
            BinaryOperator::Equal => {
                return self.comparison(Builtin::Equal, left, right, span, scope);
            }
            BinaryOperator::NotEqual => {
                return self.comparison(Builtin::NotEqual, left, right, span, scope);
            }
            BinaryOperator::Less => {
                return self.comparison(Builtin::Less, left, right, span, scope);
            }
            BinaryOperator::LessEqual => {
                return self.comparison(Builtin::LessEqual, left, right, span, scope);
            }
            BinaryOperator::Greater => {
                return self.comparison(Builtin::Greater, left, right, span, scope);
            }
            BinaryOperator::GreaterEqual => {
                return self.comparison(Builtin::GreaterEqual, left, right, span, scope);
            }
        };
        let (left, right) = self.operands(left, right, scope)?;
        self.check_line_up(left, right, span, scope)?;
        let scalar = self.result_kind(builtin, left, right);
        Ok(self.push(ExprKind::Call(builtin, vec![left, right]), &[left, right], scalar, span))
    }

    /// Both operands; a list takes the event axes of the other operand.
    fn operands(
        &mut self,
        left: &tree::Expression,
        right: &tree::Expression,
        scope: &Scope,
    ) -> Elaborated<(ExprId, ExprId)> {
        let is_list = |e: &tree::Expression| matches!(e.kind, ExpressionKind::List(_));
        if is_list(left) && !is_list(right) {
            let right = self.expression(right, scope)?;
            let left = self.expression(left, &self.expecting_axes_of(right, scope))?;
            return Ok((left, right));
        }
        let left = self.expression(left, scope)?;
        let inner =
            if is_list(right) { self.expecting_axes_of(left, scope) } else { scope.clone() };
        Ok((left, self.expression(right, &inner)?))
    }

    /// The scope of the other operand of an expression.
    fn expecting_axes_of(&self, expression: ExprId, scope: &Scope) -> Scope {
        let axes = self.event_axes(expression, scope);
        if axes.is_empty() { scope.clone() } else { scope.expecting(axes) }
    }

    /// Two vectors over different plates do not line up: most likely a mistake, unless the
    /// declaration has both plates.
    fn check_line_up(
        &mut self,
        left: ExprId,
        right: ExprId,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<()> {
        let (a, b) = (self.event_axes(left, scope), self.event_axes(right, scope));
        let ([x], [y]) = (a.as_slice(), b.as_slice()) else { return Ok(()) };
        if x == y || scope.list_axes.len() != 1 {
            return Ok(());
        }
        let names =
            [x, y].map(|&axis| self.network.plates[self.network.plate_of(axis)].name.clone());
        let spans = [self.span(left), self.span(right)];
        self.report(error::axes_differ(&names[0], &names[1], span, spans[0], spans[1]))
    }

    fn result_kind(&self, builtin: Builtin, left: ExprId, right: ExprId) -> Scalar {
        let shift = matches!(builtin, Builtin::Add | Builtin::Subtract);
        match (self.scalar(left), self.scalar(right)) {
            (Scalar::Index(plate), Scalar::Integer) if shift => Scalar::Index(plate),
            (Scalar::Integer, Scalar::Index(plate)) if builtin == Builtin::Add => {
                Scalar::Index(plate)
            }
            _ if matches!(builtin, Builtin::Divide) => Scalar::Real,
            _ if matches!(builtin, Builtin::Power) => Scalar::Real,
            _ => self.arithmetic_kind(&[left, right]),
        }
    }

    /// Integer where all operands are integers, truth values or indices.
    pub(super) fn arithmetic_kind(&self, operands: &[ExprId]) -> Scalar {
        let whole = operands.iter().all(|&o| !matches!(self.scalar(o), Scalar::Real));
        if whole { Scalar::Integer } else { Scalar::Real }
    }

    fn logic(
        &mut self,
        builtin: Builtin,
        left: &tree::Expression,
        right: &tree::Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let left = self.condition(left, scope)?;
        let right = self.condition(right, scope)?;
        Ok(self.compare(builtin, left, right, span))
    }

    fn comparison(
        &mut self,
        builtin: Builtin,
        left: &tree::Expression,
        right: &tree::Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        if let ExpressionKind::Label(label) = &right.kind {
            let left = self.expression(left, scope)?;
            let right = self.compared_label(left, label, right.span)?;
            return Ok(self.compare(builtin, left, right, span));
        }
        if let ExpressionKind::Label(label) = &left.kind {
            let right = self.expression(right, scope)?;
            let left = self.compared_label(right, label, left.span)?;
            return Ok(self.compare(builtin, left, right, span));
        }
        let (left, right) = self.operands(left, right, scope)?;
        self.check_same_plate(left, right, span)?;
        Ok(self.compare(builtin, left, right, span))
    }

    fn compared_label(&mut self, other: ExprId, label: &str, span: Span) -> Elaborated<ExprId> {
        match self.scalar(other) {
            Scalar::Index(plate) => self.label(plate, label, span),
            Scalar::Real | Scalar::Integer | Scalar::Bool => {
                self.report(error::label_as_value(span))
            }
        }
    }

    fn check_same_plate(&mut self, left: ExprId, right: ExprId, _span: Span) -> Elaborated<()> {
        if let (Scalar::Index(a), Scalar::Index(b)) = (self.scalar(left), self.scalar(right))
            && a != b
        {
            let name = |plate: PlateId| self.network.plates[plate].name.clone();
            let (found, expected) = (name(b), name(a));
            let span = self.span(right);
            return self.report(error::wrong_index(&found, &expected, span, None));
        }
        Ok(())
    }

    fn matrix_product_of(
        &mut self,
        left: &tree::Expression,
        right: &tree::Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let left = self.expression(left, scope)?;
        let right = self.expression(right, scope)?;
        self.matrix_product(left, right, span, scope)
    }

    /// Contracts the last event axis of the left side with the first one of the right side.
    pub(super) fn matrix_product(
        &mut self,
        left: ExprId,
        right: ExprId,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let (a, b) = (self.event_axes(left, scope), self.event_axes(right, scope));
        let (Some(&x), Some(&y)) = (a.last(), b.first()) else {
            let scalar = if a.is_empty() { left } else { right };
            let scalar_span = self.span(scalar);
            return self.report(error::rank(
                "@",
                "a vector or matrix on each side",
                "a single number",
                scalar_span,
            ));
        };
        if self.network.plate_of(x) != self.network.plate_of(y) {
            let names =
                [x, y].map(|axis| self.network.plates[self.network.plate_of(axis)].name.clone());
            let spans = [self.span(left), self.span(right)];
            return self.report(error::axes_differ(&names[0], &names[1], span, spans[0], spans[1]));
        }
        self.contract(left, x, right, y, span)
    }

    /// Σ over x = y of left·right; the axes are renamed so that no other axis of the same plate is
    /// summed with them.
    fn contract(
        &mut self,
        left: ExprId,
        x: AxisId,
        right: ExprId,
        y: AxisId,
        span: Span,
    ) -> Elaborated<ExprId> {
        let plate = self.network.plate_of(x);
        let left_again = self.network.expressions[left]
            .axes
            .iter()
            .filter(|&&a| self.network.plate_of(a) == plate)
            .count()
            > 1;
        let right_again = self.network.expressions[right]
            .axes
            .iter()
            .filter(|&&a| self.network.plate_of(a) == plate)
            .count()
            > 1;
        let summed = if x == y && !left_again && !right_again { x } else { self.fresh_axis(plate) };
        let left = self.renamed(left, x, summed);
        let right = self.renamed(right, y, summed);
        let product = self.builtin(Builtin::Multiply, &[left, right], span);
        Ok(self.reduced(Reduction::Sum, &[summed], product, span))
    }

    /// The expression with one axis renamed.
    pub(super) fn renamed(&mut self, expression: ExprId, from: AxisId, to: AxisId) -> ExprId {
        if from == to || !self.network.expressions[expression].axes.contains(&from) {
            return expression;
        }
        let span = self.span(expression);
        let position = self.position(to, span);
        self.at(expression, vec![(from, position)], span)
    }
}
