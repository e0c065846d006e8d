//! Programs for the tests of the plan and of the machine, in many sizes; those of one size are
//! files below `tests/filetests/`.

pub mod gradients;
mod hierarchies;
pub mod lanes;
pub mod random;
mod recurrences;
pub mod rows;

use pgmc::builtins::Builtin;
use pgmc::program::{
    ArrayValues, AxisId, AxisKind, Builder, Computation, NodeId, OutputRole, Program, Type, Values,
};

use super::random::numbers;

/// A named program with its data.
pub type Case = (&'static str, Program, Values);

/// All programs.
pub fn all() -> Vec<Case> {
    let mut cases = rows::cases();
    cases.extend(lanes::cases());
    cases.extend(hierarchies::cases());
    cases.extend(recurrences::cases());
    cases
}

/// A builder with a few words.
#[derive(Default)]
pub struct Maker(pub Builder);

impl Maker {
    pub fn axis(&mut self, name: &str, size: usize) -> AxisId {
        self.0.axis(name, size, AxisKind::Plate)
    }

    fn count(&self, axes: &[AxisId]) -> usize {
        axes.iter().map(|&a| self.0.program.axes[a].size).product()
    }

    pub fn data(&mut self, name: &str, axes: &[AxisId]) -> NodeId {
        let values = numbers(self.count(axes), name.bytes().map(u64::from).sum(), 2.0);
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
