//! Factors: summands of the log density as functions of the discrete variables that they read.

use std::collections::HashMap;

use crate::base::{IdMap, Span};
use crate::lower::Discrete;
use crate::program::{ArrayValues, AxisId, Builder, DiscreteId, NodeId, TermKind, Type};

/// An element of a discrete variable, for each element of a factor, as an axis of the factor's
/// table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The variable.
    pub variable: DiscreteId,
    /// For each of the variable's axes the index that is read: from data, over axes of the factor.
    pub index: Vec<NodeId>,
    /// The variable's values, as an axis of their own.
    pub axis: AxisId,
}

/// A summand of the log density: for each element a table over the values of what it reads.
#[derive(Clone, Debug, PartialEq)]
pub struct Factor {
    /// Over its elements and the axes of its reads; it may lack some: then it is the same along
    /// them.
    pub node: NodeId,
    /// Its elements.
    pub axes: Vec<AxisId>,
    /// What it reads.
    pub reads: Vec<Read>,
    /// What it is a part of. Of a mass the exponential needs no shift: it is a probability, and
    /// not 0 everywhere.
    pub kind: TermKind,
    /// Of the summand.
    pub name: String,
    /// Of the summand.
    pub span: Span,
}

/// What a sum over these factors is a part of: of the likelihood where data enter it, of a prior
/// where that of a parameter does.
pub fn kind_of_all<'a>(factors: impl Iterator<Item = &'a Factor>) -> TermKind {
    let kinds: Vec<TermKind> = factors.map(|factor| factor.kind).collect();
    if kinds.iter().any(|kind| kind.is_data()) {
        TermKind::Likelihood
    } else if kinds.contains(&TermKind::Prior) {
        TermKind::Prior
    } else {
        TermKind::Hidden
    }
}

/// The discrete variables and the axes of their reads.
pub struct Table {
    /// All of them.
    pub discrete: IdMap<DiscreteId, Discrete>,
    axes: HashMap<(DiscreteId, Vec<NodeId>), AxisId>,
    indices: HashMap<(Vec<AxisId>, Vec<u32>), NodeId>,
}

impl Table {
    pub fn new(discrete: Vec<Discrete>) -> Self {
        Self { discrete: discrete.into(), axes: HashMap::new(), indices: HashMap::new() }
    }

    /// The variable.
    pub fn of(&self, id: DiscreteId) -> &Discrete {
        &self.discrete[id]
    }

    /// How many values a variable has.
    pub fn size(&self, b: &Builder, id: DiscreteId) -> usize {
        b.program.axes[self.of(id).values].size
    }

    /// The read of a variable at these indices: the same axis wherever the indices are equal.
    pub fn read(&mut self, b: &mut Builder, variable: DiscreteId, index: &[NodeId]) -> Read {
        let index: Vec<NodeId> = index.iter().map(|&i| self.canonical_index(b, i)).collect();
        let values = self.of(variable).values;
        let axis = *self.axes.entry((variable, index.clone())).or_insert_with(|| b.alias(values));
        Read { variable, index, axis }
    }

    /// The one node for all that are equal to this index.
    pub fn canonical_index(&mut self, b: &mut Builder, index: NodeId) -> NodeId {
        let Some(ArrayValues::Index(values)) = b.known(index) else { return index };
        let axes = b.axes(index).to_vec();
        let whole = match axes.as_slice() {
            &[axis] => {
                b.ty(index) == Type::Index(axis)
                    && values.iter().enumerate().all(|(i, &v)| v as usize == i)
            }
            _ => false,
        };
        let plain = if whole { b.iota(axes[0]) } else { index };
        *self.indices.entry((axes, values)).or_insert(plain)
    }

    /// The ground elements of a read, one for each element of `axes` in canonical layout: places in
    /// the canonical layout of the variable's axes.
    pub fn ground(&self, b: &mut Builder, read: &Read, axes: &[AxisId]) -> Vec<u32> {
        let own = self.of(read.variable).axes.clone();
        let mut places = vec![0u32; b.program.extent(axes)];
        for (k, &index) in read.index.iter().enumerate() {
            let stride = b.program.extent(&own[k + 1..]) as u32;
            for (place, value) in places.iter_mut().zip(numbers(b, index, axes)) {
                *place += stride * value as u32;
            }
        }
        places
    }
}

/// The values of a node that data settle, repeated over `axes`, in canonical layout.
pub fn numbers(b: &mut Builder, node: NodeId, axes: &[AxisId]) -> Vec<f64> {
    let number = b.convert(node, Type::Real);
    let full = b.expand(number, axes);
    match b.known(full) {
        Some(ArrayValues::Real(values)) => values,
        Some(ArrayValues::Bool(_) | ArrayValues::Index(_)) | None => {
            unreachable!("indices and masks are settled by data")
        }
    }
}

/// An index array over `axes` from places in the canonical layout of `of`: one node for each of
/// `of`.
pub fn indices(b: &mut Builder, places: &[u32], of: &[AxisId], axes: &[AxisId]) -> Vec<NodeId> {
    let mut nodes = Vec::new();
    for (k, &axis) in of.iter().enumerate() {
        let (stride, size) =
            (b.program.extent(&of[k + 1..]) as u32, b.program.axes[axis].size as u32);
        let values = places.iter().map(|&p| p / stride % size.max(1)).collect();
        nodes.push(index_array(b, values, axis, axes));
    }
    nodes
}

/// Positions on `axis` over `axes`, in canonical layout.
pub fn index_array(b: &mut Builder, positions: Vec<u32>, axis: AxisId, axes: &[AxisId]) -> NodeId {
    if axes.is_empty() {
        return b.position(axis, positions[0] as usize);
    }
    let array = b.array("element", axes, Type::Index(axis), ArrayValues::Index(positions));
    b.data(array)
}

/// A table with axes in the place of others, all at once: one may take the place of another that
/// goes elsewhere, and two that go to the same one are its diagonal. The axes of a pair are of one
/// size.
pub fn renamed(b: &mut Builder, x: NodeId, pairs: &[(AxisId, AxisId)]) -> NodeId {
    let mut at = Vec::new();
    for &(from, to) in pairs.iter().filter(|(from, to)| from != to) {
        if b.axes(x).contains(&from) {
            let mut index = b.iota(to);
            if b.program.original(from) != b.program.original(to) {
                index = b.convert(index, Type::Real);
                index = b.convert(index, Type::Index(from));
            }
            at.push((from, index));
        }
    }
    if at.is_empty() { x } else { b.gather(x, &at) }
}

impl Factor {
    /// The read of a variable, if there is exactly one.
    pub fn only_read(&self, variable: DiscreteId) -> Option<&Read> {
        let mut own = self.reads.iter().filter(|r| r.variable == variable);
        let first = own.next();
        if own.next().is_some() { None } else { first }
    }

    /// Whether it reads the variable.
    pub fn has(&self, variable: DiscreteId) -> bool {
        self.reads.iter().any(|r| r.variable == variable)
    }
}
