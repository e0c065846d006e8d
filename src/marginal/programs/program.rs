//! Summands and blocks → the programs that integration runs.

use std::collections::HashMap;

use crate::builtins::Builtin;
use crate::gradient;
use crate::lower::{JointProgram, Summand};
use crate::marginal::structure::Blocks;
use crate::marginal::structure::Structure;
use crate::program::{
    ArrayValues, AxisId, AxisKind, Builder, Computation, NodeId, OutputRole, Term, TermKind, Type,
    fold, remove_dead, replay,
};

/// The output of what depends on parameters alone.
pub(in crate::marginal) const ALONE: &str = "alone";

/// The output of the values of blocks.
pub(in crate::marginal) const BLOCKS: &str = "blocks";

/// The programs of a joint density, folded.
pub(in crate::marginal) struct Programs {
    /// Coordinates → what depends on parameters alone, and the value of each block.
    pub values: Computation,
    /// Coordinates and a weight a block → what depends on parameters alone, the weighted sum, its
    /// gradient by the coordinates, and the value of each block.
    pub weighted: Computation,
    /// Point and direction → the Hessian times the direction.
    pub hessian: Computation,
    /// Coordinates → the named variables.
    pub variables: Computation,
}

/// All programs of a joint density.
pub(in crate::marginal) fn programs(
    joint: &JointProgram,
    structure: &Structure,
    blocks: &Blocks,
) -> Programs {
    let mut hessian = gradient::hessian_vector(gradient::differentiate(whole(joint)));
    hessian.program.outputs.retain(|output| output.role == OutputRole::Tangent);
    let variables = joint.computation.clone();
    Programs {
        values: values(joint, structure, blocks),
        weighted: weighted(joint, structure, blocks),
        hessian: fold(remove_dead(hessian)),
        variables: fold(variables.without_terms()),
    }
}

/// The program with the sums of all summands as terms.
#[must_use]
pub fn whole(joint: &JointProgram) -> Computation {
    let mut b = bare(joint);
    for summand in &joint.summands {
        b.at(summand.span);
        let sum = b.sum(summand.node, &summand.axes);
        b.term(&summand.name, sum, summand.kind, summand.span);
    }
    b.finish()
}

/// A builder that goes on from the density's program, without its outputs.
pub(in crate::marginal) fn bare(joint: &JointProgram) -> Builder {
    Builder::resume(joint.computation.clone().without_outputs())
}

fn values(joint: &JointProgram, structure: &Structure, blocks: &Blocks) -> Computation {
    let mut b = bare(joint);
    let sums = Sums::new(&mut b, joint, structure, blocks);
    b.output(OutputRole::Term, ALONE, sums.alone);
    let by_block = b.expand(sums.by_block, &[sums.axis]);
    b.output(OutputRole::Term, BLOCKS, by_block);
    fold(remove_dead(b.finish()))
}

fn weighted(joint: &JointProgram, structure: &Structure, blocks: &Blocks) -> Computation {
    let mut b = bare(joint);
    let sums = Sums::new(&mut b, joint, structure, blocks);
    let weights = b.slot(&[sums.axis]);
    let total = b.contract(weights, sums.by_block, &[sums.axis]);
    let total = b.call(Builtin::Add, &[total, sums.alone]);
    let span = b.span();
    b.output(OutputRole::Term, ALONE, sums.alone);
    b.program.terms =
        vec![Term { name: "weighted".to_owned(), node: total, kind: TermKind::Whole, span }];
    fold(gradient::differentiate(b.finish()))
}

/// Programs that look at several points of the hidden variables together: what does not depend on
/// these is computed once for all.
pub(in crate::marginal) struct Many {
    /// How many points.
    pub points: usize,
    /// Coordinates, points → what depends on parameters alone, and the value of each block at each
    /// point.
    pub values: Computation,
    /// Coordinates, points, weights, share → the gradient by the coordinates and, where wanted, by
    /// the points.
    pub weighted: Computation,
}

/// The programs for `points` points. `slopes`: whether the gradient by hidden coordinates is
/// wanted.
pub(in crate::marginal) fn many(
    joint: &JointProgram,
    structure: &Structure,
    blocks: &Blocks,
    points: usize,
    slopes: bool,
) -> Many {
    let start = || {
        let mut b = bare(joint);
        let sums = Sums::at_points(&mut b, joint, structure, blocks, points);
        (b, sums)
    };
    let (mut b, sums) = start();
    b.output(OutputRole::Term, ALONE, sums.alone);
    let axes: Vec<AxisId> = std::iter::once(sums.axis).chain(sums.points).collect();
    let by_block = b.expand(sums.by_block, &axes);
    b.output(OutputRole::Term, BLOCKS, by_block);
    let of_values = fold(remove_dead(b.finish()));
    let (mut b, sums) = start();
    let weights = b.slot(&axes);
    let share = b.slot(&[]);
    let (hidden, total) = (
        b.contract(weights, sums.by_block, &axes),
        b.call(Builtin::Multiply, &[share, sums.alone]),
    );
    let total = b.call(Builtin::Add, &[hidden, total]);
    let span = b.span();
    b.program.terms =
        vec![Term { name: "weighted".to_owned(), node: total, kind: TermKind::Whole, span }];
    let mut gradient = gradient::differentiate(b.finish());
    let dim = joint.computation.program.slots;
    let most = dim + if slopes { structure.hidden.len() * points } else { 0 };
    gradient
        .program
        .outputs
        .retain(|o| matches!(&o.role, OutputRole::Gradient(range) if range.start < most));
    Many { points, values: of_values, weighted: fold(remove_dead(gradient)) }
}

/// The summands' nodes at several points, and the axis of these: the hidden coordinates follow all
/// others, the points of each adjacent.
pub(in crate::marginal) fn summands_at_points(
    b: &mut Builder,
    joint: &JointProgram,
    points: usize,
) -> (AxisId, Vec<NodeId>) {
    let mc = b.axis("mc", points, AxisKind::Plate);
    let slots: Vec<(usize, NodeId)> = b.program.unknowns().collect();
    let mut parts: Vec<_> = joint.hidden.iter().filter(|part| part.len > 0).collect();
    parts.sort_by_key(|part| part.first);
    let mut instead = HashMap::new();
    for part in parts {
        if let Some(&(_, old)) = slots
            .iter()
            .find(|(first, id)| *first == part.first && b.program.extent(b.axes(*id)) == part.len)
        {
            let axes: Vec<AxisId> = b.axes(old).iter().copied().chain([mc]).collect();
            let new = b.slot(&axes);
            instead.insert(old, new);
        }
    }
    let nodes: Vec<NodeId> = joint.summands.iter().map(|s| s.node).collect();
    (mc, replay(b, &instead, &[mc], &nodes))
}

/// The summands, added up.
struct Sums {
    /// One element a block.
    axis: AxisId,
    /// The value of each block, over that axis.
    by_block: NodeId,
    /// What depends on parameters alone.
    alone: NodeId,
    /// One element a point, where there are several.
    points: Option<AxisId>,
}

impl Sums {
    fn new(b: &mut Builder, joint: &JointProgram, structure: &Structure, blocks: &Blocks) -> Self {
        let axis = b.axis("blocks", structure.blocks.len(), AxisKind::Plate);
        let zero = b.constant(0.0);
        let mut sums = Self { axis, by_block: zero, alone: zero, points: None };
        for (summand, of) in joint.summands.iter().zip(&blocks.of_summand) {
            b.at(summand.span);
            sums.add(b, summand, of);
        }
        sums
    }

    /// The same at several points.
    fn at_points(
        b: &mut Builder,
        joint: &JointProgram,
        structure: &Structure,
        blocks: &Blocks,
        points: usize,
    ) -> Self {
        let axis = b.axis("blocks", structure.blocks.len(), AxisKind::Plate);
        let (mc, moved) = summands_at_points(b, joint, points);
        let zero = b.constant(0.0);
        let mut sums = Self { axis, by_block: zero, alone: zero, points: Some(mc) };
        for ((summand, node), of) in joint.summands.iter().zip(moved).zip(&blocks.of_summand) {
            b.at(summand.span);
            sums.add(b, &Summand { node, ..summand.clone() }, of);
        }
        sums
    }

    fn add(&mut self, b: &mut Builder, summand: &Summand, of: &[Option<u32>]) {
        if of.iter().all(Option::is_none) {
            let sum = b.sum(summand.node, &summand.axes);
            self.alone = b.call(Builtin::Add, &[self.alone, sum]);
            return;
        }
        let first = of.iter().copied().flatten().next().unwrap_or(0);
        let inside = if of.contains(&None) {
            // The elements that touch no hidden variable.
            let outside: Vec<u8> = of.iter().map(|block| u8::from(block.is_none())).collect();
            let array = b.array(
                "outside blocks",
                &sorted(&summand.axes),
                Type::Bool,
                ArrayValues::Bool(outside),
            );
            let (outside, zero) = (b.data(array), b.constant(0.0));
            let alone = b.call(Builtin::Select, &[outside, summand.node, zero]);
            let alone = b.sum(alone, &summand.axes);
            // It is the same at all points.
            let alone = self.points.map_or(alone, |points| {
                let first = b.position(points, 0);
                b.gather(alone, &[(points, first)])
            });
            self.alone = b.call(Builtin::Add, &[self.alone, alone]);
            b.call(Builtin::Select, &[outside, zero, summand.node])
        } else {
            summand.node
        };
        self.add_inside(b, summand, of, (inside, first));
    }

    /// Adds what touches hidden variables.
    fn add_inside(
        &mut self,
        b: &mut Builder,
        summand: &Summand,
        of: &[Option<u32>],
        (inside, first): (NodeId, u32),
    ) {
        let added = if of.iter().all(|&block| block.unwrap_or(first) == first) {
            let sum = b.sum(inside, &summand.axes);
            self.in_one(b, sum, first)
        } else {
            let index: Vec<u32> = of.iter().map(|&block| block.unwrap_or(first)).collect();
            let axes = sorted(&summand.axes);
            let array = b.array(
                format!("block of {}", summand.name),
                &axes,
                Type::Index(self.axis),
                ArrayValues::Index(index),
            );
            let index = b.data(array);
            b.sum_by(inside, &[(self.axis, index)], &axes)
        };
        self.by_block = b.call(Builtin::Add, &[self.by_block, added]);
    }

    /// A number at one block, 0 at the others.
    fn in_one(&self, b: &mut Builder, sum: NodeId, block: u32) -> NodeId {
        if b.program.axes[self.axis].size == 1 {
            return sum;
        }
        let mut flags = vec![0; b.program.axes[self.axis].size];
        flags[block as usize] = 1;
        let array = b.array("one block", &[self.axis], Type::Bool, ArrayValues::Bool(flags));
        let (flags, zero) = (b.data(array), b.constant(0.0));
        b.call(Builtin::Select, &[flags, sum, zero])
    }
}

pub(in crate::marginal) fn sorted(axes: &[AxisId]) -> Vec<AxisId> {
    let mut axes = axes.to_vec();
    axes.sort_unstable();
    axes
}
