//! Vectors and matrices: forms that rename, contract and solve along axes.

use super::{Elaborated, Elaborator, FIRST_FRESH, Scope};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{AxisId, ExprId, ExprKind, Reduction, Scalar};
use crate::syntax::tree;

impl Elaborator<'_> {
    /// Forms of a vector along its last event axis.
    pub(super) fn vector_form(
        &mut self,
        name: &str,
        x: ExprId,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let Some(&axis) = self.event_axes(x, scope).last() else {
            return self.report(error::rank(name, "a vector", "a single number", span));
        };
        Ok(match name {
            "norm" => {
                let square = self.builtin(Builtin::Multiply, &[x, x], span);
                let sum = self.reduced(Reduction::Sum, &[axis], square, span);
                self.builtin(Builtin::Sqrt, &[sum], span)
            }
            "cumulative_sum" => self.cumulative_sum(x, axis, span),
            _ => {
                let total = self.reduced(Reduction::LogSumExp, &[axis], x, span);
                let log = self.builtin(Builtin::Subtract, &[x, total], span);
                if name == "softmax" { self.builtin(Builtin::Exp, &[log], span) } else { log }
            }
        })
    }

    fn cumulative_sum(&mut self, x: ExprId, axis: AxisId, span: Span) -> ExprId {
        let plate = self.network.plate_of(axis);
        let summed = self.fresh_axis(plate);
        let element = self.renamed(x, axis, summed);
        let (i, j) = (self.position(axis, span), self.position(summed, span));
        let before = self.compare(Builtin::LessEqual, j, i, span);
        let zero = self.number(0.0, span);
        let part = self.push(
            ExprKind::If(before, element, zero),
            &[before, element, zero],
            Scalar::Real,
            span,
        );
        self.reduced(Reduction::Sum, &[summed], part, span)
    }

    pub(super) fn linear_form(
        &mut self,
        name: &str,
        values: &[ExprId],
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        match (name, values) {
            ("dot", &[a, b]) => self.matrix_product(a, b, span, scope),
            ("outer", &[a, b]) => self.outer(a, b, span, scope),
            ("diag", &[x]) if self.event_axes(x, scope).len() == 2 => self.diagonal(x, span, scope),
            ("diag", &[x]) => self.diagonal_matrix(x, span, scope),
            ("lower_triangle", &[m]) => self.lower_triangle(m, span, scope),
            ("transpose", &[m]) => self.transpose(m, span, scope),
            ("cholesky", &[m]) => self.cholesky(m, span, scope),
            ("solve_lower", &[l, b]) => self.solve_lower(l, b, false, span, scope),
            ("solve", &[m, b]) => self.solve(m, b, span, scope),
            ("inverse", &[m]) => self.inverse(m, span, scope),
            ("log_det", &[m]) => self.log_det(m, span, scope),
            ("quad_form", &[m, v]) => {
                let right = self.matrix_product(m, v, span, scope)?;
                self.matrix_product(v, right, span, scope)
            }
            _ => self.report(error::argument_count(name, "other arguments", values.len(), span)),
        }
    }

    /// The row and column axes of a square matrix.
    fn square(
        &mut self,
        name: &str,
        m: ExprId,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<(AxisId, AxisId)> {
        match self.event_axes(m, scope).as_slice() {
            &[row, col] if self.network.plate_of(row) == self.network.plate_of(col) => {
                Ok((row, col))
            }
            axes => {
                let found = match axes.len() {
                    0 => "a single number".to_owned(),
                    1 => "a vector".to_owned(),
                    n => format!("over {n} axes of different plates"),
                };
                self.report(error::rank(name, "a square matrix", &found, span))
            }
        }
    }

    fn vector_axis(
        &mut self,
        name: &str,
        v: ExprId,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<AxisId> {
        match self.event_axes(v, scope).as_slice() {
            &[axis] => Ok(axis),
            axes => {
                let found = if axes.is_empty() { "a single number" } else { "a matrix" };
                self.report(error::rank(name, "a vector", found, span))
            }
        }
    }

    fn outer(&mut self, a: ExprId, b: ExprId, span: Span, scope: &Scope) -> Elaborated<ExprId> {
        let x = self.vector_axis("outer", a, span, scope)?;
        let y = self.vector_axis("outer", b, span, scope)?;
        let b = if x == y {
            let column = self.second(x);
            self.renamed(b, y, column)
        } else {
            b
        };
        Ok(self.builtin(Builtin::Multiply, &[a, b], span))
    }

    /// The axis of the same plate for the columns: consecutive occurrences are pairs of rows and
    /// columns.
    pub(super) fn second(&mut self, row: AxisId) -> AxisId {
        let axis = &self.network.axes[row];
        let (plate, occurrence) = (axis.plate, axis.occurrence);
        self.axis(plate, if occurrence < FIRST_FRESH { occurrence ^ 1 } else { 1 })
    }

    fn diagonal(&mut self, m: ExprId, span: Span, scope: &Scope) -> Elaborated<ExprId> {
        let (row, col) = self.square("diag", m, span, scope)?;
        let position = self.position(row, span);
        Ok(self.at(m, vec![(col, position)], span))
    }

    fn diagonal_matrix(&mut self, v: ExprId, span: Span, scope: &Scope) -> Elaborated<ExprId> {
        let row = self.vector_axis("diag", v, span, scope)?;
        let col = self.second(row);
        Ok(self.where_equal(row, col, v, span))
    }

    /// `value` where the two positions are equal, otherwise 0.
    fn where_equal(&mut self, row: AxisId, col: AxisId, value: ExprId, span: Span) -> ExprId {
        let (i, j) = (self.position(row, span), self.position(col, span));
        let equal = self.compare(Builtin::Equal, i, j, span);
        let zero = self.number(0.0, span);
        let mut axes: Vec<AxisId> =
            self.union(&[value]).into_iter().filter(|axis| *axis != row && *axis != col).collect();
        axes.extend([row, col]);
        self.push_over(ExprKind::If(equal, value, zero), axes, Scalar::Real, span)
    }

    /// The first axis of a plate, or the axis that a family gives this name.
    fn axis_named(
        &mut self,
        form: &str,
        plate: &tree::Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<AxisId> {
        let tree::ExpressionKind::Name(name) = &plate.kind else {
            return self.report(error::rank(form, "a plate", "something else", span));
        };
        if let Some((_, axis)) = scope.generics.iter().rev().find(|(n, _)| n == name) {
            return Ok(*axis);
        }
        let plate = self.plate_named(&tree::Name { text: name.clone(), span: plate.span })?;
        Ok(self.axis(plate, 0))
    }

    /// 1, 2, ... along a plate.
    pub(super) fn positions(
        &mut self,
        plate: &tree::Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let axis = self.axis_named("positions", plate, span, scope)?;
        let position = self.position(axis, span);
        Ok(self.push(
            ExprKind::Call(Builtin::Floor, vec![position]),
            &[position],
            Scalar::Integer,
            span,
        ))
    }

    /// A matrix with zeros above its diagonal.
    fn lower_triangle(&mut self, m: ExprId, span: Span, scope: &Scope) -> Elaborated<ExprId> {
        let (row, col) = self.square("lower_triangle", m, span, scope)?;
        let (i, j) = (self.position(row, span), self.position(col, span));
        let (kept, zero) = (self.compare(Builtin::LessEqual, j, i, span), self.number(0.0, span));
        let axes = self.union(&[m]);
        Ok(self.push_over(ExprKind::If(kept, m, zero), axes, Scalar::Real, span))
    }

    pub(super) fn identity(
        &mut self,
        plate: &tree::Expression,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let row = self.axis_named("identity", plate, span, scope)?;
        let col = self.second(row);
        let one = self.number(1.0, span);
        Ok(self.where_equal(row, col, one, span))
    }

    fn transpose(&mut self, m: ExprId, span: Span, scope: &Scope) -> Elaborated<ExprId> {
        let axes = self.event_axes(m, scope);
        let &[row, col] = axes.as_slice() else {
            return self.report(error::rank("transpose", "a matrix", "not one", span));
        };
        if self.network.plate_of(row) != self.network.plate_of(col) {
            let mut axes = self.network.expressions[m].axes.clone();
            axes.retain(|a| *a != row && *a != col);
            axes.extend([col, row]);
            let scalar = self.scalar(m);
            return Ok(self.push_over(ExprKind::At(m, Vec::new()), axes, scalar, span));
        }
        let (i, j) = (self.position(row, span), self.position(col, span));
        let swapped = self.at(m, vec![(row, j), (col, i)], span);
        let mut axes = self.network.expressions[m].axes.clone();
        axes.retain(|a| *a != row && *a != col);
        axes.extend([row, col]);
        self.network.expressions[swapped].axes = axes;
        Ok(swapped)
    }

    fn cholesky(&mut self, m: ExprId, span: Span, scope: &Scope) -> Elaborated<ExprId> {
        let (row, col) = self.square("cholesky", m, span, scope)?;
        Ok(self.push(ExprKind::Cholesky(m, row, col), &[m], Scalar::Real, span))
    }

    /// L⁻¹b or L⁻ᵀb; the axis of the result is that of b.
    fn solve_lower(
        &mut self,
        l: ExprId,
        b: ExprId,
        transposed: bool,
        span: Span,
        scope: &Scope,
    ) -> Elaborated<ExprId> {
        let (row, col) = self.square("solve_lower", l, span, scope)?;
        let Some(&first) = self.event_axes(b, scope).first() else {
            return self.report(error::rank(
                "solve",
                "a vector or matrix on the right",
                "a single number",
                span,
            ));
        };
        let plate = self.network.plate_of(row);
        if self.network.plate_of(first) != plate {
            let names =
                [row, first].map(|a| self.network.plates[self.network.plate_of(a)].name.clone());
            let spans = [self.span(l), self.span(b)];
            return self.report(error::axes_differ(&names[0], &names[1], span, spans[0], spans[1]));
        }
        // The factor gets axes of its own, so that no other axis of the right side is mistaken for
        // one of them.
        let (own_row, own_col) = (self.fresh_axis(plate), self.fresh_axis(plate));
        let factor = self.renamed(l, row, own_row);
        let factor = self.renamed(factor, col, own_col);
        let (from, to) = if transposed { (own_col, own_row) } else { (own_row, own_col) };
        let right = self.renamed(b, first, from);
        let mut axes = self.union(&[right, factor]);
        axes.retain(|a| *a != own_row && *a != own_col);
        axes.push(to);
        let solution = self.push_over(
            ExprKind::Solve(factor, right, own_row, own_col, transposed),
            axes,
            Scalar::Real,
            span,
        );
        let result = self.renamed(solution, to, first);
        // The axes are in the order of those of b.
        let order = self.network.expressions[b].axes.clone();
        let mut axes = self.network.expressions[result].axes.clone();
        axes.sort_by_key(|a| order.iter().position(|o| o == a).unwrap_or(order.len()));
        self.network.expressions[result].axes = axes;
        Ok(result)
    }

    fn solve(&mut self, m: ExprId, b: ExprId, span: Span, scope: &Scope) -> Elaborated<ExprId> {
        let factor = self.cholesky(m, span, scope)?;
        let half = self.solve_lower(factor, b, false, span, scope)?;
        self.solve_lower(factor, half, true, span, scope)
    }

    fn inverse(&mut self, m: ExprId, span: Span, scope: &Scope) -> Elaborated<ExprId> {
        let (row, col) = self.square("inverse", m, span, scope)?;
        let one = self.number(1.0, span);
        let identity = self.where_equal(row, col, one, span);
        self.solve(m, identity, span, scope)
    }

    fn log_det(&mut self, m: ExprId, span: Span, scope: &Scope) -> Elaborated<ExprId> {
        let factor = self.cholesky(m, span, scope)?;
        let diagonal = self.diagonal(factor, span, scope)?;
        let log = self.builtin(Builtin::Log, &[diagonal], span);
        let axes = self.event_axes(log, scope);
        let sum = self.reduced(Reduction::Sum, &axes, log, span);
        let two = self.number(2.0, span);
        Ok(self.builtin(Builtin::Multiply, &[two, sum], span))
    }
}
