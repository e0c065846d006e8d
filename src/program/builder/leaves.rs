//! Axes, arrays and leaves: what a program starts from.

use crate::builtins::Builtin;
use crate::program::axes::union;
use crate::program::builder::Builder;
use crate::program::{
    Array, ArrayId, ArrayValues, Axis, AxisId, AxisKind, Base, DiscreteId, Facts, NodeId, Op, Type,
};

impl Builder {
    /// A new axis.
    pub fn axis(&mut self, name: impl Into<String>, size: usize, kind: AxisKind) -> AxisId {
        self.program.axes.push(Axis { name: name.into(), size, kind })
    }

    /// A second axis with the elements of `of`.
    pub fn alias(&mut self, of: AxisId) -> AxisId {
        let axis = &self.program.axes[of];
        let (name, size) = (format!("{}'", axis.name), axis.size);
        self.axis(name, size, AxisKind::Alias { of })
    }

    /// An axis of the elements at these positions of the product of `of`, in canonical layout, with
    /// the index of each into each axis. `word`: what they are, for its name.
    #[expect(clippy::cast_possible_truncation, reason = "an axis has fewer than 2^32 elements")]
    pub fn subset(&mut self, of: &[AxisId], chosen: &[usize], word: &str) -> (AxisId, Vec<NodeId>) {
        let name =
            of.iter().map(|&a| self.program.axes[a].name.clone()).collect::<Vec<_>>().join(".");
        let axis = self.axis(
            format!("{name}.{word}"),
            chosen.len(),
            AxisKind::Subset { of: of.to_vec(), index: Vec::new() },
        );
        let mut arrays = Vec::new();
        for k in 0..of.len() {
            let (stride, size) = (self.program.extent(&of[k + 1..]), self.program.axes[of[k]].size);
            let values = chosen.iter().map(|&i| (i / stride % size) as u32).collect();
            arrays.push(self.array(
                format!("{name}.{word}.index"),
                &[axis],
                Type::Index(of[k]),
                ArrayValues::Index(values),
            ));
        }
        self.program.axes[axis].kind = AxisKind::Subset { of: of.to_vec(), index: arrays.clone() };
        let nodes = arrays.into_iter().map(|a| self.data(a)).collect();
        (axis, nodes)
    }

    /// An array of data. `axes`: in the order in which the values are laid out, the last one
    /// fastest.
    ///
    /// # Panics
    /// Where the number of values is not the product of the sizes.
    pub fn array(
        &mut self,
        name: impl Into<String>,
        axes: &[AxisId],
        ty: Type,
        values: ArrayValues,
    ) -> ArrayId {
        let sizes: Vec<usize> = axes.iter().map(|&a| self.program.axes[a].size).collect();
        let values = match values {
            ArrayValues::Real(values) => ArrayValues::Real(canonical(axes, &sizes, values)),
            ArrayValues::Bool(values) => ArrayValues::Bool(canonical(axes, &sizes, values)),
            ArrayValues::Index(values) => ArrayValues::Index(canonical(axes, &sizes, values)),
        };
        let facts = match &values {
            ArrayValues::Index(indices) if axes.len() == 1 => Facts::of(indices),
            ArrayValues::Real(_) | ArrayValues::Bool(_) | ArrayValues::Index(_) => Facts::default(),
        };
        self.program.arrays.push(Array { name: name.into(), axes: union(axes, &[]), ty, facts });
        self.values.push(values)
    }

    /// A number.
    pub fn constant(&mut self, value: f64) -> NodeId {
        self.typed_constant(value, Type::Real)
    }

    /// A truth value.
    pub fn truth(&mut self, value: bool) -> NodeId {
        self.typed_constant(f64::from(u8::from(value)), Type::Bool)
    }

    /// A position on an axis, from 0: an index that varies over nothing.
    #[expect(clippy::cast_precision_loss, reason = "an axis has fewer than 2^53 elements")]
    pub fn position(&mut self, axis: AxisId, element: usize) -> NodeId {
        self.typed_constant(element as f64, Type::Index(axis))
    }

    /// A constant of any type: 0 or 1 for truth values, from 0 for indices.
    pub(crate) fn typed_constant(&mut self, value: f64, ty: Type) -> NodeId {
        self.push(Op::Const(value), Vec::new(), Vec::new(), ty)
    }

    /// An array's values.
    pub fn data(&mut self, array: ArrayId) -> NodeId {
        let described = &self.program.arrays[array];
        let (axes, ty) = (described.axes.clone(), described.ty);
        self.push(Op::Data(array), Vec::new(), axes, ty)
    }

    /// The next unknown coordinates, one an element of the axes.
    pub fn slot(&mut self, axes: &[AxisId]) -> NodeId {
        let axes = union(axes, &[]);
        let first = self.program.slots;
        self.program.slots += self.program.extent(&axes);
        self.push(Op::Slot(first), Vec::new(), axes, Type::Real)
    }

    /// Base noise of its own, one an element of the axes.
    pub fn noise(&mut self, base: Base, axes: &[AxisId]) -> NodeId {
        let stream = self.next_stream();
        self.push(Op::Noise { stream, base }, Vec::new(), union(axes, &[]), Type::Real)
    }

    /// A discrete variable over `axes`, a position on `values` an element.
    pub fn discrete(&mut self, id: DiscreteId, axes: &[AxisId], values: AxisId) -> NodeId {
        self.push(Op::Discrete(id), Vec::new(), union(axes, &[]), Type::Index(values))
    }

    /// Draws of a base sampler, one an element of `axes` and of the operands' axes.
    pub fn draw(&mut self, sampler: Builtin, operands: &[NodeId], axes: &[AxisId]) -> NodeId {
        let stream = self.next_stream();
        let operands: Vec<NodeId> = operands.iter().map(|&o| self.convert(o, Type::Real)).collect();
        let all = operands.iter().fold(union(axes, &[]), |all, &o| union(&all, self.axes(o)));
        self.push(Op::Draw { stream, sampler }, operands, all, Type::Real)
    }

    /// The position on an axis, from 0.
    pub fn iota(&mut self, axis: AxisId) -> NodeId {
        self.push(Op::Iota(axis), Vec::new(), vec![axis], Type::Index(axis))
    }

    /// The value repeated over those of `axes` that it lacks: for results, which are written in
    /// full.
    pub fn expand(&mut self, x: NodeId, axes: &[AxisId]) -> NodeId {
        let missing: Vec<AxisId> =
            union(axes, &[]).into_iter().filter(|a| !self.axes(x).contains(a)).collect();
        if missing.is_empty() {
            return x;
        }
        let x = self.convert(x, Type::Real);
        let repeated = self.is_constant(x).unwrap_or(0.0);
        let values = vec![repeated; self.program.extent(&missing)];
        let array = self.filled(&missing, values);
        if self.is_constant(x).is_some() {
            array
        } else {
            self.push_call(Builtin::Add, vec![array, x])
        }
    }

    /// An array of equal numbers, made once.
    fn filled(&mut self, axes: &[AxisId], values: Vec<f64>) -> NodeId {
        let values = ArrayValues::Real(values);
        let found = self
            .program
            .arrays
            .ids()
            .find(|&id| self.program.arrays[id].axes == axes && self.values[id] == values);
        let array = found.unwrap_or_else(|| self.array("repeated", axes, Type::Real, values));
        self.data(array)
    }

    /// The values of an array of truth values: 0 or 1.
    pub(crate) fn truths(&self, array: ArrayId) -> Vec<u8> {
        match &self.values[array] {
            ArrayValues::Bool(values) => values.clone(),
            ArrayValues::Real(_) | ArrayValues::Index(_) => Vec::new(),
        }
    }

    fn next_stream(&mut self) -> u32 {
        self.streams += 1;
        self.streams - 1
    }
}

/// Numbers as the values of an array.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "indices are whole numbers in range"
)]
pub(in crate::program) fn array_values(data: &[f64], ty: Type) -> ArrayValues {
    match ty {
        Type::Real => ArrayValues::Real(data.to_vec()),
        Type::Bool => ArrayValues::Bool(data.iter().map(|&v| u8::from(v != 0.0)).collect()),
        Type::Index(_) => ArrayValues::Index(data.iter().map(|&v| v as u32).collect()),
    }
}

/// Values laid out over `axes` in any order → in the order of the ids.
fn canonical<T: Copy>(axes: &[AxisId], sizes: &[usize], values: Vec<T>) -> Vec<T> {
    assert_eq!(values.len(), sizes.iter().product::<usize>(), "one value an element");
    if axes.is_sorted() {
        return values;
    }
    let mut order: Vec<usize> = (0..axes.len()).collect();
    order.sort_by_key(|&place| axes[place]);
    let stride = |place: usize| sizes[place + 1..].iter().product::<usize>();
    let mut out = Vec::with_capacity(values.len());
    for element in 0..values.len() {
        let mut rest = element;
        let mut from = 0;
        for &place in order.iter().rev() {
            from += (rest % sizes[place]) * stride(place);
            rest /= sizes[place];
        }
        out.push(values[from]);
    }
    out
}
