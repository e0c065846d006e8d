//! Random programs over axes that are written out and axes that are loops.

use pgmc::builtins::Builtin as B;
use pgmc::program::{ArrayId, ArrayValues, AxisId, Base, Computation, NodeId, Type};
use proptest::prelude::*;

use super::Maker;
use super::gradients::with_gradient;

/// A step: which operation, on which of the nodes made so far, over which axis.
pub type Step = (u8, usize, usize, u8);

/// Sizes of three axes and steps.
pub fn recipes() -> impl Strategy<Value = ([usize; 3], Vec<Step>)> {
    let size = prop_oneof![Just(1_usize), Just(2), Just(3), Just(5), Just(65), Just(80)];
    let step = (any::<u8>(), 0..64_usize, 0..64_usize, any::<u8>());
    let sizes = [size.clone(), size.clone(), size]
        .prop_filter("small enough", |sizes| sizes.iter().product::<usize>() <= 5_000);
    (sizes, prop::collection::vec(step, 1..16))
}

struct Random {
    m: Maker,
    axes: [AxisId; 3],
    /// From axis to axis.
    indices: Vec<[NodeId; 3]>,
    starts: Vec<ArrayId>,
    nodes: Vec<NodeId>,
}

/// The program of a recipe; its last five nodes and sums of them are outputs. With its gradient
/// where asked.
pub fn program(sizes: [usize; 3], steps: &[Step], gradient: bool) -> Computation {
    let mut random = Random::new(sizes);
    for &step in steps {
        let made = random.apply(step);
        // What grows is bounded, so that roundings are not blown up by what follows.
        let grows = matches!(step.0 % 16, 0 | 2 | 6 | 7 | 9 | 14 | 15);
        let made = if grows { random.m.one(B::Tanh, made) } else { made };
        random.nodes.push(made);
    }
    let Random { mut m, nodes, .. } = random;
    for &node in nodes.iter().rev().take(5) {
        m.out(node);
    }
    let (_, program, values) = m.case("random");
    if gradient { with_gradient(program, values) } else { Computation { program, values } }
}

impl Random {
    fn new(sizes: [usize; 3]) -> Self {
        let mut m = Maker::default();
        let axes = [m.axis("a", sizes[0]), m.axis("b", sizes[1]), m.axis("c", sizes[2])];
        let mut indices = Vec::new();
        let mut starts = Vec::new();
        for (from, &axis) in axes.iter().enumerate() {
            let to = |m: &mut Maker, to: usize| match (from + to) % 3 {
                0 => m.index(&[axis], axes[to], |i| i.saturating_sub(1) % sizes[to]),
                1 => m.index(&[axis], axes[to], |i| i * sizes[to] / sizes[from]),
                _ => m.index(&[axis], axes[to], |i| (i * 7 + 3) % sizes[to]),
            };
            indices.push([to(&mut m, 0), to(&mut m, 1), to(&mut m, 2)]);
            let marks = ArrayValues::Bool((0..sizes[from]).map(|i| u8::from(i % 4 == 0)).collect());
            starts.push(m.0.array("starts", &[axis], Type::Bool, marks));
        }
        let mut nodes = vec![
            m.0.slot(&[]),
            m.0.slot(&[axes[0]]),
            m.0.slot(&[axes[1]]),
            m.0.slot(&[axes[1], axes[2]]),
        ];
        nodes.push(m.data("x", &[axes[0], axes[2]]));
        Self { m, axes, indices, starts, nodes }
    }

    /// Applies a step.
    fn apply(&mut self, step: Step) -> NodeId {
        let (operation, left, right, choice) = step;
        let (x, y) = (self.nodes[left % self.nodes.len()], self.nodes[right % self.nodes.len()]);
        let (first, second) = (usize::from(choice % 3), usize::from(choice / 3 % 3));
        let (a, b) = (self.axes[first], self.axes[second]);
        let m = &mut self.m;
        match operation % 16 {
            0 => m.add(x, y),
            1 => m.two(B::Subtract, x, y),
            2 => m.multiply(x, y),
            3 => m.one(B::Sin, x),
            4 => m.one(B::InvLogit, x),
            5 => m.two(B::Max, x, y),
            6 => m.0.contract(x, y, &[a]),
            7 => m.0.sum(x, &[a]),
            8 => m.0.gather(x, &[(b, self.indices[first][second])]),
            9 => self.sum_by(x, first, second),
            10 => {
                let i = m.0.iota(a);
                let i = m.0.convert(i, Type::Real);
                let less = m.two(B::Less, i, x);
                m.0.call(B::Select, &[less, x, y])
            }
            11 => m.0.max(x, &[a]),
            12 | 13 => self.recurrence(x, y, first, choice),
            14 => {
                let noise = m.0.noise(Base::Normal, &[a]);
                m.multiply(x, noise)
            }
            _ => m.0.log_sum_exp(x, &[a]),
        }
    }

    fn sum_by(&mut self, x: NodeId, from: usize, to: usize) -> NodeId {
        let (over, target) = (self.axes[from], self.axes[to]);
        let mut x = self.m.0.expand(x, &[over]);
        if from != to && self.m.0.axes(x).contains(&target) {
            x = self.m.0.sum(x, &[target]);
        }
        self.m.0.sum_by(x, &[(target, self.indices[from][to])], &[over])
    }

    /// c ← tanh(c·y + x) along an axis, with what else x and y vary over; its value, or what it
    /// carries.
    fn recurrence(&mut self, x: NodeId, y: NodeId, along: usize, choice: u8) -> NodeId {
        let axis = self.axes[along];
        let axes: Vec<AxisId> = self
            .m
            .0
            .axes(x)
            .iter()
            .chain(self.m.0.axes(y))
            .copied()
            .filter(|&a| a != axis)
            .collect();
        let zero = self.m.0.constant(0.25);
        let init = if choice & 64 == 0 { zero } else { x };
        let starts = (choice & 16 == 0).then_some(self.starts[along]);
        let carry = self.m.0.carry(axis, starts, choice & 32 == 0, init, &axes);
        let product = self.m.multiply(carry, y);
        let sum = self.m.add(product, x);
        let next = self.m.one(B::Tanh, sum);
        self.m.0.tie(carry, next);
        if choice & 128 == 0 { next } else { carry }
    }
}
