//! Network → whether its invariants hold:
//!
//! 1. operands precede their expression;
//! 2. a variable is used with one index per axis, each an element of the plate of that axis;
//! 3. the axes of an expression are a set, and are those that its kind derives from its operands;
//! 4. the definition of a variable varies over no axis that the variable lacks;
//! 5. the order contains each variable once, after everything it depends on unless both are members
//!    of one chain.

use crate::network::ir::{
    AxisId, Component, Conditional, Definition, ExprId, ExprKind, Network, Scalar, VariableId,
};

/// A violated invariant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckError {
    /// An operand does not precede its expression.
    Operand(ExprId),
    /// The indices of a variable are not those of its axes.
    Indices(ExprId),
    /// The axes are not those that the kind derives from the operands.
    Axes(ExprId),
    /// A definition varies over an axis that the variable lacks.
    Definition(VariableId),
    /// Missing from the order, there twice, or before something it depends on.
    Order(VariableId),
}

/// Whether the invariants of a network hold.
///
/// # Errors
/// All violated invariants.
pub fn check(network: &Network) -> Result<(), Vec<CheckError>> {
    let expressions = network.expressions.ids().filter_map(|id| expression(network, id));
    let definitions = network
        .variables
        .ids()
        .filter(|&id| !defined_within(network, id))
        .map(CheckError::Definition);
    let errors: Vec<CheckError> = expressions.chain(definitions).chain(order(network)).collect();
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn expression(network: &Network, id: ExprId) -> Option<CheckError> {
    let entry = &network.expressions[id];
    if entry.kind.operands().iter().any(|&operand| operand >= id) {
        return Some(CheckError::Operand(id));
    }
    if let ExprKind::Variable(variable, at) = &entry.kind {
        let axes = &network.variables[*variable].axes;
        let fits = |(&axis, &index): (&AxisId, &ExprId)| {
            network.expressions[index].scalar == Scalar::Index(network.plate_of(axis))
        };
        if axes.len() != at.len() || !axes.iter().zip(at).all(fits) {
            return Some(CheckError::Indices(id));
        }
    }
    (!same_set(&entry.axes, &axes(network, &entry.kind))).then_some(CheckError::Axes(id))
}

/// Whether two lists contain the same axes, none of them twice.
fn same_set(found: &[AxisId], expected: &[AxisId]) -> bool {
    found.len() == expected.len() && expected.iter().all(|axis| found.contains(axis))
}

/// The axes that a kind of expression derives from those of its operands.
fn axes(network: &Network, kind: &ExprKind) -> Vec<AxisId> {
    let of = |id: ExprId| network.expressions[id].axes.as_slice();
    let mut axes: Vec<AxisId> = Vec::new();
    let mut add = |more: &[AxisId]| {
        axes.extend(more.iter().copied().filter(|axis| !axes.contains(axis)).collect::<Vec<_>>())
    };
    match kind {
        ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Label(..) | ExprKind::Size(_) => {}
        ExprKind::Position(axis) => add(&[*axis]),
        ExprKind::Variable(_, operands) | ExprKind::Call(_, operands) => {
            operands.iter().for_each(|&o| add(of(o)))
        }
        ExprKind::If(condition, then, otherwise) => {
            [condition, then, otherwise].into_iter().for_each(|&o| add(of(o)))
        }
        ExprKind::Reduce(_, over, body) => add(&rest(of(*body), over)),
        ExprKind::At(base, at) => {
            let replaced: Vec<AxisId> = at.iter().map(|(axis, _)| *axis).collect();
            add(&rest(of(*base), &replaced));
            at.iter().for_each(|(_, index)| add(of(*index)));
        }
        ExprKind::List(axis, elements) => {
            elements.iter().for_each(|&element| add(of(element)));
            add(&[*axis]);
        }
        ExprKind::ToIndex(_, index) => add(of(*index)),
        ExprKind::Cholesky(base, ..) => add(of(*base)),
        ExprKind::Solve(factor, right, row, col, transposed) => {
            add(&rest(of(*factor), &[*row, *col]));
            add(&rest(of(*right), &[*row, *col]));
            add(&[if *transposed { *row } else { *col }]);
        }
        ExprKind::Noise(noise) => add(&network.noises[*noise].axes),
    }
    axes
}

fn rest(axes: &[AxisId], without: &[AxisId]) -> Vec<AxisId> {
    axes.iter().copied().filter(|axis| !without.contains(axis)).collect()
}

fn defined_within(network: &Network, variable: VariableId) -> bool {
    let entry = &network.variables[variable];
    let mut parts: Vec<ExprId> = Vec::new();
    match &entry.definition {
        Definition::Input { default, .. } => parts.extend(*default),
        Definition::Random(conditional) => parts.extend(conditional.iter().flat_map(densities)),
        Definition::Observed { value, conditional, .. } => {
            parts.extend(*value);
            parts.extend(densities(conditional));
        }
        Definition::Deterministic(value) => parts.push(*value),
    }
    parts
        .into_iter()
        .all(|part| network.expressions[part].axes.iter().all(|axis| entry.axes.contains(axis)))
}

fn densities(conditional: &Conditional) -> Vec<ExprId> {
    conditional.applications().into_iter().map(|application| application.log_density).collect()
}

fn order(network: &Network) -> Vec<CheckError> {
    let mut place = network.variables.filled(None);
    let mut errors = Vec::new();
    for (step, component) in network.order.iter().enumerate() {
        let members = match component {
            Component::Single(variable) => std::slice::from_ref(variable),
            Component::Chain { members, .. } => members.as_slice(),
        };
        for &member in members {
            if place[member].replace(step).is_some() {
                errors.push(CheckError::Order(member));
            }
        }
    }
    for variable in network.variables.ids() {
        let own = place[variable];
        let parents =
            network.references(&network.made_from(variable)).into_iter().map(|r| place[r.variable]);
        if own.is_none() || parents.into_iter().any(|parent| parent > own) {
            errors.push(CheckError::Order(variable));
        }
    }
    errors
}
