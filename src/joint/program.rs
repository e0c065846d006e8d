//! Summands and blocks → the programs that integration runs.

use crate::builtins::Builtin;
use crate::gradient;
use crate::integration::Structure;
use crate::joint::Blocks;
use crate::program::lower::{Lowered, Summand};
use crate::program::{ArrayValues, AxisId, AxisKind, Builder, NodeId, OutputRole, Program, Term, Type, Values, fold, remove_dead};

/// The programs of a joint density, folded.
pub(super) struct Programs {
    /// Coordinates → what depends on parameters alone, and the value of each block.
    pub values: (Program, Values),
    /// Coordinates and a weight a block → what depends on parameters alone, the weighted sum, its gradient by the coordinates, and the value
    /// of each block.
    pub weighted: (Program, Values),
    /// Point and direction → the Hessian times the direction.
    pub hessian: (Program, Values),
    /// Point, two directions and as many zeros → the gradient of the second derivative along both.
    pub curvature: (Program, Values),
    /// Coordinates → the named variables.
    pub variables: (Program, Values),
}

/// All programs of a lowered joint density.
pub(super) fn programs(lowered: &Lowered, structure: &Structure, blocks: &Blocks) -> Programs {
    let whole = whole(lowered);
    let (gradient, gradient_values) = gradient::differentiate(whole.0.clone(), whole.1.clone());
    let (hessian, hessian_values) = gradient::hessian_vector(gradient, gradient_values);
    let mut hessian = (hessian, hessian_values);
    hessian.0.outputs.retain(|output| output.role == OutputRole::Tangent);
    let (hessian, hessian_values) = remove_dead(hessian.0, hessian.1);
    let (curvature, curvature_values) = gradient::curvature_gradient(whole.0, whole.1);
    let mut variables = lowered.program.clone();
    variables.terms.clear();
    Programs {
        values: values(lowered, structure, blocks),
        weighted: weighted(lowered, structure, blocks),
        hessian: fold(hessian, hessian_values),
        curvature: fold(curvature, curvature_values),
        variables: fold(variables, lowered.values.clone()),
    }
}

/// The program with the sums of all summands as terms.
#[must_use]
pub fn whole(lowered: &Lowered) -> (Program, Values) {
    let mut b = bare(lowered);
    for summand in &lowered.summands {
        b.at(summand.span);
        let sum = b.sum(summand.node, &summand.axes);
        b.term(&summand.name, sum, summand.span);
    }
    b.finish()
}

/// A builder that goes on from the lowered program, without its outputs.
fn bare(lowered: &Lowered) -> Builder {
    let mut program = lowered.program.clone();
    program.outputs.clear();
    Builder::resume(program, lowered.values.clone())
}

fn values(lowered: &Lowered, structure: &Structure, blocks: &Blocks) -> (Program, Values) {
    let mut b = bare(lowered);
    let sums = Sums::new(&mut b, lowered, structure, blocks);
    b.output(OutputRole::Term, "alone", sums.alone);
    let by_block = b.expand(sums.by_block, &[sums.axis]);
    b.output(OutputRole::Term, "blocks", by_block);
    let (program, values) = b.finish();
    let (program, values) = remove_dead(program, values);
    fold(program, values)
}

fn weighted(lowered: &Lowered, structure: &Structure, blocks: &Blocks) -> (Program, Values) {
    let mut b = bare(lowered);
    let sums = Sums::new(&mut b, lowered, structure, blocks);
    let weights = b.slot(&[sums.axis]);
    let total = b.contract(weights, sums.by_block, &[sums.axis]);
    let total = b.call(Builtin::Add, &[total, sums.alone]);
    let span = b.span();
    b.output(OutputRole::Term, "alone", sums.alone);
    let (mut program, values) = b.finish();
    program.terms = vec![Term { name: "weighted".to_owned(), node: total, span }];
    let (program, values) = gradient::differentiate(program, values);
    fold(program, values)
}

/// The summands, added up.
struct Sums {
    /// One element a block.
    axis: AxisId,
    /// The value of each block, over that axis.
    by_block: NodeId,
    /// What depends on parameters alone.
    alone: NodeId,
}

impl Sums {
    fn new(b: &mut Builder, lowered: &Lowered, structure: &Structure, blocks: &Blocks) -> Self {
        let axis = b.axis("blocks", structure.blocks.len(), AxisKind::Plate);
        let zero = b.constant(0.0);
        let mut sums = Self { axis, by_block: zero, alone: zero };
        for (summand, of) in lowered.summands.iter().zip(&blocks.of_summand) {
            b.at(summand.span);
            sums.add(b, summand, of);
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
            let array = b.array("outside blocks", &sorted(&summand.axes), Type::Bool, ArrayValues::Bool(outside));
            let (outside, zero) = (b.data(array), b.constant(0.0));
            let alone = b.call(Builtin::Select, &[outside, summand.node, zero]);
            let alone = b.sum(alone, &summand.axes);
            self.alone = b.call(Builtin::Add, &[self.alone, alone]);
            b.call(Builtin::Select, &[outside, zero, summand.node])
        } else {
            summand.node
        };
        let added = if of.iter().all(|&block| block.unwrap_or(first) == first) {
            let sum = b.sum(inside, &summand.axes);
            self.in_one(b, sum, first)
        } else {
            let index: Vec<u32> = of.iter().map(|&block| block.unwrap_or(first)).collect();
            let axes = sorted(&summand.axes);
            let array = b.array(format!("block of {}", summand.name), &axes, Type::Index(self.axis), ArrayValues::Index(index));
            let index = b.data(array);
            b.sum_by(inside, &[(self.axis, index)], &axes)
        };
        self.by_block = b.call(Builtin::Add, &[self.by_block, added]);
    }

    /// A number in the place of one block, 0 elsewhere.
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

fn sorted(axes: &[AxisId]) -> Vec<AxisId> {
    let mut axes = axes.to_vec();
    axes.sort_unstable();
    axes
}
