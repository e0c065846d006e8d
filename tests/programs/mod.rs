//! Programs for the tests of the plan and of the machine, each small enough to be read, one an
//! idea.

pub mod hierarchies;
pub mod lanes;
mod linear;
mod recurrences;
pub mod rows;
mod simulations;

use pgmc::builtins::Builtin;
use pgmc::program::{
    ArrayValues, AxisId, AxisKind, Builder, Computation, NodeId, OutputRole, Program, Type, Values,
};

/// A named program with its data.
pub type Case = (&'static str, Program, Values);

/// All programs.
pub fn all() -> Vec<Case> {
    let mut cases = rows::cases();
    cases.extend(lanes::cases());
    cases.extend(hierarchies::cases());
    cases.extend(recurrences::cases());
    cases.extend(linear::cases());
    cases.extend(simulations::cases());
    cases
}

/// A builder with a few words.
#[derive(Default)]
pub struct Maker(pub Builder);

impl Maker {
    /// Numbers that look arbitrary, between −2 and 2, the same on every run.
    pub fn numbers(count: usize, salt: u64) -> Vec<f64> {
        let mut state = salt.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x1234_5678_9ABC_DEF1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        (0..count).map(|_| 4.0 * next() - 2.0).collect()
    }

    pub fn axis(&mut self, name: &str, size: usize) -> AxisId {
        self.0.axis(name, size, AxisKind::Plate)
    }

    fn count(&self, axes: &[AxisId]) -> usize {
        axes.iter().map(|&a| self.0.program.axes[a].size).product()
    }

    pub fn data(&mut self, name: &str, axes: &[AxisId]) -> NodeId {
        let values = Self::numbers(self.count(axes), name.bytes().map(u64::from).sum());
        self.numbers_of(name, axes, values)
    }

    pub fn numbers_of(&mut self, name: &str, axes: &[AxisId], values: Vec<f64>) -> NodeId {
        let array = self.0.array(name, axes, Type::Real, ArrayValues::Real(values));
        self.0.data(array)
    }

    pub fn index(&mut self, axes: &[AxisId], to: AxisId, value: impl Fn(usize) -> usize) -> NodeId {
        let values = (0..self.count(axes)).map(|i| u32::try_from(value(i)).unwrap()).collect();
        let array = self.0.array("index", axes, Type::Index(to), ArrayValues::Index(values));
        self.0.data(array)
    }

    pub fn mask(&mut self, axis: AxisId, value: impl Fn(usize) -> bool) -> NodeId {
        let values = (0..self.count(&[axis])).map(|i| u8::from(value(i))).collect();
        let array = self.0.array("mask", &[axis], Type::Bool, ArrayValues::Bool(values));
        self.0.data(array)
    }

    pub fn one(&mut self, builtin: Builtin, x: NodeId) -> NodeId {
        self.0.call(builtin, &[x])
    }

    pub fn two(&mut self, builtin: Builtin, x: NodeId, y: NodeId) -> NodeId {
        self.0.call(builtin, &[x, y])
    }

    pub fn add(&mut self, x: NodeId, y: NodeId) -> NodeId {
        self.two(Builtin::Add, x, y)
    }

    pub fn multiply(&mut self, x: NodeId, y: NodeId) -> NodeId {
        self.two(Builtin::Multiply, x, y)
    }

    pub fn out(&mut self, node: NodeId) {
        self.0.output(OutputRole::Variable, "", node);
    }

    pub fn case(self, name: &'static str) -> Case {
        let Computation { program, values } = self.0.finish();
        (name, program, values)
    }
}
