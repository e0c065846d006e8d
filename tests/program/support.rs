//! What the tests of this folder share.

use pgmc::builtins::Builtin as B;
use pgmc::program::{ArrayValues, AxisId, AxisKind, Builder, NodeId, OutputRole, Type, evaluate};

/// A plate.
pub fn plate(b: &mut Builder, name: &str, size: usize) -> AxisId {
    b.axis(name, size, AxisKind::Plate)
}

/// Real data over axes, in this order.
pub fn real(b: &mut Builder, axes: &[AxisId], values: &[f64]) -> NodeId {
    let array = b.array("x", axes, Type::Real, ArrayValues::Real(values.to_vec()));
    b.data(array)
}

/// Truth values over axes.
pub fn truth(b: &mut Builder, axes: &[AxisId], values: &[u8]) -> NodeId {
    let array = b.array("c", axes, Type::Bool, ArrayValues::Bool(values.to_vec()));
    b.data(array)
}

/// Indices into `target`.
pub fn index(b: &mut Builder, axes: &[AxisId], target: AxisId, values: &[u32]) -> NodeId {
    let array = b.array("i", axes, Type::Index(target), ArrayValues::Index(values.to_vec()));
    b.data(array)
}

/// The value of a node at `q`.
pub fn value(b: &Builder, node: NodeId, q: &[f64]) -> Vec<f64> {
    let mut program = b.program.clone();
    program.outputs =
        vec![pgmc::program::Output { role: OutputRole::Variable, name: String::new(), node }];
    evaluate(&program, &b.values, q, 1).remove(0)
}

/// A call of one argument.
pub fn one(b: &mut Builder, f: B, x: NodeId) -> NodeId {
    b.call(f, &[x])
}
