//! A point where the log density is not finite → the term, the node and the element that are the
//! cause.

use crate::base::Span;
use crate::program::flow::upstream;
use crate::program::{ArrayValues, AxisId, AxisKind, NodeId, Program, Values, evaluate_nodes};

/// The first number that is not finite on the way to a term.
#[derive(Clone, Debug, PartialEq)]
pub struct NonFinite {
    /// The term's name.
    pub term: String,
    /// The declaration.
    pub declared: Span,
    /// The expression.
    pub span: Span,
    /// Its value: −∞, ∞ or NaN.
    pub value: f64,
    /// The value of the whole term: −∞, ∞ or NaN.
    pub total: f64,
    /// The element, such as `rows 3`; empty for a scalar.
    pub element: String,
}

/// Searches each term that is not finite at `q`; a slow evaluation of the whole program.
#[must_use]
pub fn non_finite_terms(program: &Program, values: &Values, q: &[f64]) -> Vec<NonFinite> {
    let nodes = evaluate_nodes(program, values, q, 0);
    let value = |node: NodeId| &nodes[node];
    let mut terms = Vec::new();
    for term in &program.terms {
        let total = value(term.node).data.first().copied().unwrap_or(0.0);
        if total.is_finite() {
            continue;
        }
        let below = upstream(program, [term.node]);
        let bad = |node: NodeId| {
            value(node)
                .data
                .iter()
                .position(|v| if total.is_nan() { v.is_nan() } else { !v.is_finite() })
        };
        let leaf = |node: NodeId| {
            let op = &program.nodes[node].op;
            op.constant().is_some() || op.array().is_some() || op.is_maximum() || op.is_stop()
        };
        let first = program.nodes.ids().find(|&n| below[n] && !leaf(n) && bad(n).is_some());
        let first = first.unwrap_or(term.node);
        let element = bad(first).unwrap_or(0);
        terms.push(NonFinite {
            term: term.name.clone(),
            declared: term.span,
            span: program.nodes[first].span,
            value: value(first).data.get(element).copied().unwrap_or(total),
            total,
            element: element_name(program, values, &program.nodes[first].axes, element),
        });
    }
    terms
}

/// `rows 3`: an element in canonical layout, those of subsets by the axes they are taken from.
fn element_name(program: &Program, values: &Values, axes: &[AxisId], element: usize) -> String {
    let mut rest = element;
    let mut parts = Vec::new();
    for &axis in axes.iter().rev() {
        let entry = &program.axes[axis];
        let position = rest % entry.size.max(1);
        rest /= entry.size.max(1);
        parts.push(match &entry.kind {
            AxisKind::Plate | AxisKind::Alias { .. } => format!("{} {}", entry.name, position + 1),
            AxisKind::Subset { of, index } => {
                let names = of.iter().zip(index).map(|(&of, &array)| match &values[array] {
                    ArrayValues::Index(index) => {
                        format!("{} {}", program.axes[of].name, index[position] + 1)
                    }
                    ArrayValues::Real(_) | ArrayValues::Bool(_) => String::new(),
                });
                names.collect::<Vec<_>>().join(", ")
            }
        });
    }
    parts.reverse();
    parts.join(", ")
}
