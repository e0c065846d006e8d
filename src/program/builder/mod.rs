//! Calls that read like arithmetic → a program and its values: equal nodes are made once, and every
//! node is simplified as it is made.
//!
//! A node varies only over the axes that it depends on: `x·0` is a number, whatever the axes of x.
//! So a caller asks [`Builder::axes`] instead of assuming the union, and [`Builder::sum`]
//! multiplies by the size of an axis that its operand lacks.

mod distribute;
mod index;
mod key;
mod leaves;
mod linear;
mod look;
mod rebuild;
mod recurrence;
mod reduce;

use std::collections::HashMap;

use crate::base::{Id as _, IdMap, SourceId, Span};
use crate::builtins::{Builtin, Code, Domain};
use crate::program::axes::union;
use crate::program::evaluate::Tensor;

use crate::program::{
    AxisId, Computation, Node, NodeId, Op, Output, OutputRole, Program, Term, TermKind, Type,
    Values, simplify,
};

use key::Key;
pub(in crate::program) use leaves::array_values;

/// Makes a program node by node.
pub struct Builder {
    /// What was made so far.
    pub program: Program,
    /// The values of its arrays.
    pub values: Values,
    span: Span,
    streams: u32,
    made: HashMap<Key, NodeId>,
    /// For each node: whether it depends on data alone.
    from_data: IdMap<NodeId, bool>,
    /// For each node that was asked for: its value.
    remembered: IdMap<NodeId, Option<Tensor>>,
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}

impl Builder {
    /// A builder of an empty program.
    #[must_use]
    pub fn new() -> Self {
        Self::resume(Computation::default())
    }

    /// A builder that goes on with a program. Its nodes keep their ids.
    #[must_use]
    pub fn resume(computation: Computation) -> Self {
        let Computation { program, values } = computation;
        let span = Span::new(SourceId::from_index(0), 0, 0);
        let mut builder = Self {
            program,
            values,
            span,
            streams: 0,
            made: HashMap::new(),
            from_data: IdMap::default(),
            remembered: IdMap::default(),
        };
        for id in builder.program.nodes.ids() {
            let node = &builder.program.nodes[id];
            let after = node.op.stream().map_or(0, |stream| stream + 1);
            builder.streams = builder.streams.max(after);
            if let Some(key) = Key::of(node) {
                builder.made.insert(key, id);
            }
            builder.from_data.push(builder.depends_only_on_data(node));
        }
        builder
    }

    /// Gives `span` to the nodes made from now on.
    pub fn at(&mut self, span: Span) {
        self.span = span;
    }

    /// The span that nodes get now.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// A function of its operands, elementwise. Truth values and indices in arithmetic count as 0/1
    /// and as positions from 0.
    pub fn call(&mut self, builtin: Builtin, operands: &[NodeId]) -> NodeId {
        let operands = self.fitted(builtin, operands);
        simplify::call(self, builtin, &operands)
            .unwrap_or_else(|| self.push_call(builtin, operands))
    }

    /// A value as another type: truth values and indices to numbers, numbers to indices.
    pub fn convert(&mut self, x: NodeId, ty: Type) -> NodeId {
        let node = &self.program.nodes[x];
        if node.ty == ty {
            return x;
        }
        if let Some(value) = self.is_constant(x) {
            return self.typed_constant(value, ty);
        }
        if matches!(node.op, Op::Convert(_)) {
            let inner = node.operands[0];
            if self.program.nodes[inner].ty == ty {
                return inner;
            }
        }
        let axes = node.axes.clone();
        self.push(Op::Convert(ty), vec![x], axes, ty)
    }

    /// The value, through which no derivative passes.
    pub fn stop(&mut self, x: NodeId) -> NodeId {
        if self.depends_on_data_only(x) || self.program.nodes[x].op.is_stop() {
            return x;
        }
        let node = &self.program.nodes[x];
        let (axes, ty) = (node.axes.clone(), node.ty);
        self.push(Op::Stop, vec![x], axes, ty)
    }

    /// Adds a summand of the log density; `node` is a scalar.
    pub fn term(&mut self, name: impl Into<String>, node: NodeId, kind: TermKind, span: Span) {
        self.program.terms.push(Term { name: name.into(), node, kind, span });
    }

    /// Adds a result.
    pub fn output(&mut self, role: OutputRole, name: impl Into<String>, node: NodeId) {
        self.program.outputs.push(Output { role, name: name.into(), node });
    }

    /// What was made.
    #[must_use]
    pub fn finish(self) -> Computation {
        Computation { program: self.program, values: self.values }
    }

    /// The operands with the types that a function takes, those of a commutative function in one
    /// order (numbers first).
    fn fitted(&mut self, builtin: Builtin, operands: &[NodeId]) -> Vec<NodeId> {
        let mut fitted = operands.to_vec();
        let first = usize::from(builtin == Builtin::Select);
        let compares = matches!(builtin.row().code, Code::Compare(_) | Code::Select);
        let alike = compares && fitted[first..].windows(2).all(|w| self.ty(w[0]) == self.ty(w[1]));
        if !alike {
            for (operand, argument) in fitted.iter_mut().zip(builtin.row().arguments) {
                if argument.domain != Domain::Bool {
                    *operand = self.convert(*operand, Type::Real);
                }
            }
        }
        if is_commutative(builtin) {
            fitted.sort_by_key(|&id| (self.is_constant(id).is_none(), id));
        }
        fitted
    }

    /// A call as it stands.
    pub(in crate::program) fn push_call(
        &mut self,
        builtin: Builtin,
        operands: Vec<NodeId>,
    ) -> NodeId {
        let axes = operands.iter().fold(Vec::new(), |all, &o| union(&all, self.axes(o)));
        let ty = match builtin.row().code {
            Code::Compare(_) | Code::Logic(_) => Type::Bool,
            Code::Select => self.ty(operands[1]),
            Code::One(_)
            | Code::Two(_)
            | Code::Three(_)
            | Code::SampleOne(_)
            | Code::SampleTwo(_) => Type::Real,
        };
        self.push(Op::Call(builtin), operands, axes, ty)
    }

    /// A node as it stands, or the one made before that equals it.
    pub(in crate::program) fn push(
        &mut self,
        op: Op,
        operands: Vec<NodeId>,
        axes: Vec<AxisId>,
        ty: Type,
    ) -> NodeId {
        let node = Node { op, operands, axes, ty, span: self.span };
        let key = Key::of(&node);
        if let Some(&id) = key.as_ref().and_then(|k| self.made.get(k)) {
            return id;
        }
        self.from_data.push(self.depends_only_on_data(&node));
        let id = self.program.nodes.push(node);
        if let Some(key) = key {
            self.made.insert(key, id);
        }
        id
    }

    fn depends_only_on_data(&self, node: &Node) -> bool {
        node.op.is_settled() && node.operands.iter().all(|&o| self.from_data[o])
    }
}

/// Whether the order of the operands does not matter.
fn is_commutative(builtin: Builtin) -> bool {
    use Builtin as B;
    matches!(
        builtin,
        B::Add | B::Multiply | B::And | B::Or | B::Equal | B::NotEqual | B::Min | B::Max
    )
}
