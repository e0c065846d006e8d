//! Arithmetic on nodes, for programs written by hand.

use pgmc::base::{Id, SourceId, Span};
use pgmc::builtins::Builtin as B;
use pgmc::program::{
    ArrayId, ArrayValues, AxisId, AxisKind, Builder, NodeId, Output, OutputRole, TermKind, Type,
    evaluate,
};

pub fn span() -> Span {
    Span::new(SourceId::from_index(0), 0, 0)
}

/// A plate.
pub fn plate(b: &mut Builder, name: &str, size: usize) -> AxisId {
    b.axis(name, size, AxisKind::Plate)
}

/// Real data over axes, in this order.
pub fn real(b: &mut Builder, axes: &[AxisId], values: &[f64]) -> NodeId {
    let array = b.array("x", axes, Type::Real, ArrayValues::Real(values.to_vec()));
    b.data(array)
}

pub fn truths(b: &mut Builder, axes: &[AxisId], values: &[u8]) -> ArrayId {
    b.array("c", axes, Type::Bool, ArrayValues::Bool(values.to_vec()))
}

/// Truth values over axes.
pub fn truth(b: &mut Builder, axes: &[AxisId], values: &[u8]) -> NodeId {
    let array = truths(b, axes, values);
    b.data(array)
}

/// Indices into `target`.
pub fn index(b: &mut Builder, axes: &[AxisId], target: AxisId, values: &[u32]) -> NodeId {
    let array = b.array("i", axes, Type::Index(target), ArrayValues::Index(values.to_vec()));
    b.data(array)
}

pub fn number(b: &mut Builder, value: f64) -> NodeId {
    b.constant(value)
}

pub fn add(b: &mut Builder, x: NodeId, y: NodeId) -> NodeId {
    b.call(B::Add, &[x, y])
}

pub fn subtract(b: &mut Builder, x: NodeId, y: NodeId) -> NodeId {
    b.call(B::Subtract, &[x, y])
}

pub fn multiply(b: &mut Builder, x: NodeId, y: NodeId) -> NodeId {
    b.call(B::Multiply, &[x, y])
}

pub fn divide(b: &mut Builder, x: NodeId, y: NodeId) -> NodeId {
    b.call(B::Divide, &[x, y])
}

/// A call of one argument.
pub fn one(b: &mut Builder, f: B, x: NodeId) -> NodeId {
    b.call(f, &[x])
}

/// c·x.
pub fn scale(b: &mut Builder, c: f64, x: NodeId) -> NodeId {
    let c = b.constant(c);
    multiply(b, c, x)
}

/// The log density of Normal(mean, sd) without its constant.
pub fn normal(b: &mut Builder, y: NodeId, mean: NodeId, sd: NodeId) -> NodeId {
    let centred = subtract(b, y, mean);
    let z = divide(b, centred, sd);
    let zz = multiply(b, z, z);
    let quadratic = scale(b, -0.5, zz);
    let log = one(b, B::Log, sd);
    subtract(b, quadratic, log)
}

/// Adds a term: x summed over `axes`.
pub fn term(b: &mut Builder, x: NodeId, axes: &[AxisId]) {
    let total = b.sum(x, axes);
    b.term("term", total, TermKind::Whole, span());
}

/// The value of a node at `q`.
pub fn value(b: &Builder, node: NodeId, q: &[f64]) -> Vec<f64> {
    let mut program = b.program.clone();
    program.outputs = vec![Output { role: OutputRole::Variable, name: String::new(), node }];
    evaluate(&program, &b.values, q, 1).remove(0)
}
