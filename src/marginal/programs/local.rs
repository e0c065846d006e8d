//! Summands element by element → the entries of the negative Hessian by hidden coordinates, in one
//! pass over the elements.
//!
//! An element of a summand reads few hidden coordinates, each through an index of data: what it
//! adds to the Hessian is its second derivatives by what it reads. They are carried forward from
//! the slots to the summands, as lists of reads with a derivative each (a sparse forward sweep of
//! second order: Griewank and Walther 2008, chapter 7), and added up by the entries that they
//! belong to. The cost is that of the elements times the square of what one of them reads, however
//! many coordinates there are in a block.

use std::collections::HashMap;

use crate::base::Id as _;
use crate::builtins::{Builtin, Code};
use crate::gradient::partial_of_call;
use crate::lower::JointProgram;
use crate::marginal::structure::Structure;
use crate::program::axes::{union, without};
use crate::program::{
    ArrayValues, AxisId, AxisKind, Builder, NodeId, Op, Program, Type, downstream,
};

use super::program::bare;

/// What the elements of a node read of the coordinates of a slot.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Read {
    /// The position of the slot's first coordinate among the hidden ones.
    first: usize,
    /// Along each axis of the slot, where. A read may vary over axes that the node lacks: then there
    /// is one for each of their elements.
    indices: Vec<(AxisId, NodeId)>,
}

/// A read, and the derivative by it.
type Slope = (Read, NodeId);

/// Two reads, and the second derivative by both; each pair in both orders.
type Bend = (Read, Read, NodeId);

/// The entries of the negative Hessian by hidden coordinates, diagonal by position and then by pair,
/// as a node over an axis of their own; none where a summand depends on hidden coordinates in
/// another way than element by element.
pub(super) fn entries(
    joint: &JointProgram,
    structure: &Structure,
) -> Option<(Builder, NodeId, AxisId)> {
    let mut b = bare(joint);
    let count = structure.hidden.len() + structure.pairs.len();
    let axis = b.axis("entries", count, AxisKind::Plate);
    let mut sweep = Sweep::new(b, &joint.computation.program, structure);
    let mut total = sweep.b.constant(0.0);
    for summand in &joint.summands {
        sweep.b.at(summand.span);
        let bends = sweep.second(summand.node)?;
        for (one, other, second) in merged(&mut sweep.b, bends) {
            let added = sweep.add_up((&one, &other, second), &summand.axes, (axis, structure))?;
            total = sweep.b.call(Builtin::Subtract, &[total, added]);
        }
    }
    let total = sweep.b.expand(total, &[axis]);
    Some((sweep.b, total, axis))
}

/// The same with pairs of the same two reads, in either order, added up.
fn merged(b: &mut Builder, bends: Vec<Bend>) -> Vec<Bend> {
    let mut merged: Vec<Bend> = Vec::new();
    for (one, other, second) in bends {
        let (one, other) = if one <= other { (one, other) } else { (other, one) };
        match merged.iter_mut().find(|(a, c, _)| *a == one && *c == other) {
            Some((_, _, sum)) => *sum = b.call(Builtin::Add, &[*sum, second]),
            None => merged.push((one, other, second)),
        }
    }
    merged
}

struct Sweep {
    b: Builder,
    /// By slot node of hidden coordinates: the position of its first one.
    slots: HashMap<NodeId, usize>,
    /// By node of the density: whether it depends on hidden coordinates.
    hidden: Vec<bool>,
    slopes: HashMap<NodeId, Option<Vec<Slope>>>,
    bends: HashMap<NodeId, Option<Vec<Bend>>>,
}

impl Sweep {
    fn new(b: Builder, program: &Program, structure: &Structure) -> Self {
        let slots: HashMap<NodeId, usize> = program
            .unknowns()
            .filter_map(|(first, id)| Some((id, structure.hidden.binary_search(&first).ok()?)))
            .filter(|(id, _)| program.extent(&program.nodes[*id].axes) > 0)
            .collect();
        let reached = downstream(&b.program, |id, _| slots.contains_key(&id));
        let hidden = reached.iter().map(|(_, &reached)| reached).collect();
        Self { b, slots, hidden, slopes: HashMap::new(), bends: HashMap::new() }
    }

    /// Whether a node of the density is the same whatever the hidden coordinates are.
    fn is_free(&self, id: NodeId) -> bool {
        self.b.depends_on_data_only(id) || self.hidden.get(id.index()).is_some_and(|hidden| !hidden)
    }

    fn first(&mut self, id: NodeId) -> Option<Vec<Slope>> {
        if self.is_free(id) {
            return Some(Vec::new());
        }
        if let Some(known) = self.slopes.get(&id) {
            return known.clone();
        }
        let slopes = self.slopes_of(id);
        self.slopes.insert(id, slopes.clone());
        slopes
    }

    fn second(&mut self, id: NodeId) -> Option<Vec<Bend>> {
        if self.is_free(id) {
            return Some(Vec::new());
        }
        if let Some(known) = self.bends.get(&id) {
            return known.clone();
        }
        let bends = self.bends_of(id);
        self.bends.insert(id, bends.clone());
        bends
    }

    fn slopes_of(&mut self, id: NodeId) -> Option<Vec<Slope>> {
        let node = self.b.program.nodes[id].clone();
        let of = node.operands.clone();
        match &node.op {
            Op::Slot(_) => {
                let Some(&first) = self.slots.get(&id) else { return Some(Vec::new()) };
                let indices = node.axes.iter().map(|&axis| (axis, self.b.iota(axis))).collect();
                Some(vec![(Read { first, indices }, self.b.constant(1.0))])
            }
            Op::Call(builtin) => self.slopes_of_call(*builtin, id, &of),
            Op::Sum(over) => {
                let slopes = self.first(of[0])?;
                Some(slopes.into_iter().map(|slope| self.summed_slope(slope, over)).collect())
            }
            Op::Contract(over) => {
                let slopes = self.slopes_of_product(of[0], of[1])?;
                Some(slopes.into_iter().map(|slope| self.summed_slope(slope, over)).collect())
            }
            Op::Gather(_) => {
                let indices = node.indices();
                if indices.iter().any(|&(_, index)| !self.b.depends_on_data_only(index)) {
                    return None;
                }
                let slopes = self.first(of[0])?.into_iter();
                Some(
                    slopes
                        .map(|(read, d)| (self.at(&read, &indices), self.b.gather(d, &indices)))
                        .collect(),
                )
            }
            Op::Stop
            | Op::Convert(_)
            | Op::Const(_)
            | Op::Data(_)
            | Op::Iota(_)
            | Op::Noise { .. }
            | Op::Discrete(_) => Some(Vec::new()),
            Op::Draw { .. }
            | Op::Max(_)
            | Op::SumBy { .. }
            | Op::Cholesky { .. }
            | Op::Solve { .. }
            | Op::CholeskyAdjoint { .. }
            | Op::Carry(_) => self.nothing(&of),
        }
    }

    fn bends_of(&mut self, id: NodeId) -> Option<Vec<Bend>> {
        let node = self.b.program.nodes[id].clone();
        let of = node.operands.clone();
        match &node.op {
            Op::Call(builtin) => self.bends_of_call(*builtin, id, &of),
            Op::Sum(over) => {
                let bends = self.second(of[0])?;
                Some(bends.into_iter().map(|bend| self.summed_bend(bend, over)).collect())
            }
            Op::Contract(over) => {
                let mut bends = self.scaled(of[0], of[1])?;
                bends.extend(self.scaled(of[1], of[0])?);
                bends.extend(self.products(of[0], of[1])?);
                bends.extend(self.products(of[1], of[0])?);
                Some(bends.into_iter().map(|bend| self.summed_bend(bend, over)).collect())
            }
            Op::Gather(_) => {
                let indices = node.indices();
                if indices.iter().any(|&(_, index)| !self.b.depends_on_data_only(index)) {
                    return None;
                }
                let bends = self.second(of[0])?.into_iter();
                Some(
                    bends
                        .map(|(one, other, d)| {
                            let (one, other) = (self.at(&one, &indices), self.at(&other, &indices));
                            (one, other, self.b.gather(d, &indices))
                        })
                        .collect(),
                )
            }
            Op::Slot(_)
            | Op::Stop
            | Op::Convert(_)
            | Op::Const(_)
            | Op::Data(_)
            | Op::Iota(_)
            | Op::Noise { .. }
            | Op::Discrete(_) => Some(Vec::new()),
            Op::Draw { .. }
            | Op::Max(_)
            | Op::SumBy { .. }
            | Op::Cholesky { .. }
            | Op::Solve { .. }
            | Op::CholeskyAdjoint { .. }
            | Op::Carry(_) => self.nothing(&of).map(|_| Vec::new()),
        }
    }

    /// No derivatives, where no operand has any; else none that could be told.
    fn nothing(&mut self, operands: &[NodeId]) -> Option<Vec<Slope>> {
        operands
            .iter()
            .all(|&operand| self.is_free(operand))
            .then(Vec::new)
            .filter(|_| !operands.is_empty())
    }

    fn slopes_of_call(
        &mut self,
        builtin: Builtin,
        id: NodeId,
        operands: &[NodeId],
    ) -> Option<Vec<Slope>> {
        let mut all: Vec<Slope> = Vec::new();
        for place in 0..operands.len() {
            let slopes = self.first(operands[place])?;
            if slopes.is_empty() {
                continue;
            }
            let Some(through) = self.through(builtin, id, operands, place) else { continue };
            for (read, d) in slopes {
                let d = through.of(&mut self.b, d);
                match all.iter_mut().find(|(known, _)| *known == read) {
                    Some((_, sum)) => *sum = self.b.call(Builtin::Add, &[*sum, d]),
                    None => all.push((read, d)),
                }
            }
        }
        Some(all)
    }

    fn bends_of_call(
        &mut self,
        builtin: Builtin,
        id: NodeId,
        operands: &[NodeId],
    ) -> Option<Vec<Bend>> {
        let mut all = Vec::new();
        for place in 0..operands.len() {
            let bends = self.second(operands[place])?;
            let slopes = self.first(operands[place])?;
            if bends.is_empty() && slopes.is_empty() {
                continue;
            }
            let Some(through) = self.through(builtin, id, operands, place) else { continue };
            for (one, other, d) in bends {
                all.push((one, other, through.of(&mut self.b, d)));
            }
            if let Through::Times(partial) = through
                && !slopes.is_empty()
            {
                all.extend(self.products(partial, operands[place])?);
            }
        }
        let all = merged(&mut self.b, all);
        Some(all.into_iter().filter(|(_, _, d)| self.b.is_constant(*d) != Some(0.0)).collect())
    }

    /// What a derivative goes through from an operand to a call; none where none passes.
    fn through(
        &mut self,
        builtin: Builtin,
        id: NodeId,
        operands: &[NodeId],
        place: usize,
    ) -> Option<Through> {
        match builtin.row().code {
            Code::Select if place == 1 => Some(Through::Yes(operands[0])),
            Code::Select if place == 2 => Some(Through::No(operands[0])),
            Code::Select
            | Code::Compare(_)
            | Code::Logic(_)
            | Code::SampleOne(_)
            | Code::SampleTwo(_) => None,
            Code::One(_) | Code::Two(_) | Code::Three(_) => {
                let partial = partial_of_call(&mut self.b, builtin, place, operands, id);
                (self.b.is_constant(partial) != Some(0.0)).then_some(Through::Times(partial))
            }
        }
    }

    /// The slopes of x·y.
    fn slopes_of_product(&mut self, x: NodeId, y: NodeId) -> Option<Vec<Slope>> {
        let mut all = Vec::new();
        for (factor, other) in [(x, y), (y, x)] {
            for (read, d) in self.first(factor)? {
                all.push((read, self.b.call(Builtin::Multiply, &[d, other])));
            }
        }
        Some(all)
    }

    /// The second derivatives of x, times y.
    fn scaled(&mut self, x: NodeId, y: NodeId) -> Option<Vec<Bend>> {
        let bends = self.second(x)?.into_iter();
        Some(
            bends
                .map(|(one, other, d)| (one, other, self.b.call(Builtin::Multiply, &[d, y])))
                .collect(),
        )
    }

    /// Each derivative of x times each of y.
    fn products(&mut self, x: NodeId, y: NodeId) -> Option<Vec<Bend>> {
        let (of_x, of_y) = (self.first(x)?, self.first(y)?);
        let mut all = Vec::new();
        for (one, dx) in &of_x {
            let taken = self.extra(one, *dx, x);
            for (other, dy) in &of_y {
                let both = self.extra(other, *dy, y);
                // A read for each element of an axis: the other one's elements are others.
                let (mut other, mut dy) = (other.clone(), *dy);
                for axis in both.into_iter().filter(|axis| taken.contains(axis)) {
                    let alias = self.b.alias(axis);
                    other = self.renamed(&other, axis, alias);
                    dy = self.b.rename(dy, axis, alias);
                }
                all.push((one.clone(), other, self.b.call(Builtin::Multiply, &[*dx, dy])));
            }
        }
        Some(all)
    }

    /// The axes that a read and its derivative have beyond those of the node.
    fn extra(&self, read: &Read, d: NodeId, node: NodeId) -> Vec<AxisId> {
        without(&union(&self.axes_of(read), self.b.axes(d)), self.b.axes(node))
    }

    fn axes_of(&self, read: &Read) -> Vec<AxisId> {
        read.indices.iter().fold(Vec::new(), |all, &(_, index)| union(&all, self.b.axes(index)))
    }

    fn at(&mut self, read: &Read, indices: &[(AxisId, NodeId)]) -> Read {
        let of = read.indices.iter();
        let indices = of.map(|&(axis, index)| (axis, self.b.gather(index, indices))).collect();
        Read { first: read.first, indices }
    }

    fn renamed(&mut self, read: &Read, from: AxisId, to: AxisId) -> Read {
        let of = read.indices.iter();
        let indices = of.map(|&(axis, index)| (axis, self.b.rename(index, from, to))).collect();
        Read { first: read.first, indices }
    }

    /// What a derivative by a read becomes where the node is summed: along an axis that the read
    /// varies over there is then a read for each element.
    fn summed_slope(&mut self, (mut read, mut d): Slope, over: &[AxisId]) -> Slope {
        for &axis in over {
            if self.axes_of(&read).contains(&axis) {
                let alias = self.b.alias(axis);
                read = self.renamed(&read, axis, alias);
                d = self.b.rename(d, axis, alias);
            } else {
                d = self.b.sum(d, &[axis]);
            }
        }
        (read, d)
    }

    fn summed_bend(&mut self, (mut one, mut other, mut d): Bend, over: &[AxisId]) -> Bend {
        for &axis in over {
            if self.axes_of(&one).contains(&axis) || self.axes_of(&other).contains(&axis) {
                let alias = self.b.alias(axis);
                one = self.renamed(&one, axis, alias);
                other = self.renamed(&other, axis, alias);
                d = self.b.rename(d, axis, alias);
            } else {
                d = self.b.sum(d, &[axis]);
            }
        }
        (one, other, d)
    }

    /// Second derivatives of the elements of a summand, added up by entry.
    fn add_up(
        &mut self,
        (one, other, second): (&Read, &Read, NodeId),
        summand: &[AxisId],
        (axis, structure): (AxisId, &Structure),
    ) -> Option<NodeId> {
        let elements = union(&self.axes_of(one), &self.axes_of(other));
        let all = union(&union(summand, self.b.axes(second)), &elements);
        let second = self.b.sum(second, &without(&all, &elements));
        let (one, other) = (self.positions(one, &elements)?, self.positions(other, &elements)?);
        let entry_of = |(&i, &j): (&u32, &u32)| -> Option<u32> {
            let (i, j) = (i.max(j) as usize, i.min(j) as usize);
            let pair = || structure.pairs.binary_search(&(i, j)).ok();
            let entry = if i == j { i } else { structure.hidden.len() + pair()? };
            u32::try_from(entry).ok()
        };
        let index: Vec<u32> = one.iter().zip(&other).map(entry_of).collect::<Option<_>>()?;
        // Every pair comes in both orders.
        let share = |(i, j): (&u32, &u32)| if i == j { 1.0 } else { 0.5 };
        let shares: Vec<f64> = one.iter().zip(&other).map(share).collect();
        let first = shares.first().copied().unwrap_or(1.0);
        let share = if shares.iter().all(|&share| share == first) {
            self.b.constant(first)
        } else {
            let array = self.b.array("share", &elements, Type::Real, ArrayValues::Real(shares));
            self.b.data(array)
        };
        let second = self.b.call(Builtin::Multiply, &[share, second]);
        if elements.is_empty() {
            // One entry: its place is a number.
            let here = self.b.position(axis, index[0] as usize);
            let (along, zero) = (self.b.iota(axis), self.b.constant(0.0));
            let equal = self.b.call(Builtin::Equal, &[along, here]);
            return Some(self.b.call(Builtin::Select, &[equal, second, zero]));
        }
        let values = ArrayValues::Index(index);
        let array = self.b.array("entry", &elements, Type::Index(axis), values);
        let index = self.b.data(array);
        Some(self.b.sum_by(second, &[(axis, index)], &elements))
    }

    /// The positions that the elements of some axes read, in canonical layout.
    fn positions(&mut self, read: &Read, elements: &[AxisId]) -> Option<Vec<u32>> {
        let axes: Vec<AxisId> = read.indices.iter().map(|&(axis, _)| axis).collect();
        let mut place = self.b.constant(read.first as f64);
        for (number, &(_, index)) in read.indices.iter().enumerate() {
            let stride = self.b.constant(self.b.program.extent(&axes[number + 1..]) as f64);
            let along = self.b.convert(index, Type::Real);
            let along = self.b.call(Builtin::Multiply, &[stride, along]);
            place = self.b.call(Builtin::Add, &[place, along]);
        }
        let own = self.b.axes(place).to_vec();
        let ArrayValues::Real(values) = self.b.known(place)? else { return None };
        let program = &self.b.program;
        let stride = |axis: &AxisId| {
            let place = own.iter().position(|a| a == axis);
            place.map_or(0, |place| program.extent(&own[place + 1..]))
        };
        let mut positions = vec![0];
        for axis in elements {
            let (size, stride) = (program.axes[*axis].size, stride(axis));
            let along = |start: usize| (0..size).map(move |step| start + step * stride);
            positions = positions.into_iter().flat_map(along).collect();
        }
        Some(positions.into_iter().map(|at| values[at] as u32).collect())
    }
}

/// What a derivative is multiplied with, or chosen by, from an operand to a call.
#[derive(Clone, Copy)]
enum Through {
    /// A partial derivative.
    Times(NodeId),
    /// Where this holds.
    Yes(NodeId),
    /// Where it does not.
    No(NodeId),
}

impl Through {
    fn of(self, b: &mut Builder, d: NodeId) -> NodeId {
        let zero = b.constant(0.0);
        match self {
            Through::Times(partial) => b.call(Builtin::Multiply, &[partial, d]),
            Through::Yes(condition) => b.call(Builtin::Select, &[condition, d, zero]),
            Through::No(condition) => b.call(Builtin::Select, &[condition, zero, d]),
        }
    }
}
