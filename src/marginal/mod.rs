//! The summands of a joint density → the density of the parameters with the hidden variables
//! integrated out. Three rooms: `structure` finds which hidden variables depend on each other given
//! the parameters; `programs` is code for what integrating them out takes (values of blocks,
//! gradients, Hessian products, gradients of the curvature, closed forms); `numerics` integrates,
//! on vectors.

pub mod numerics;
mod programs;
pub mod structure;

pub use programs::{Joint, collapse, whole};

use std::sync::Arc;

use crate::lower::JointProgram;
use crate::marginal::programs::{exact, mean, program};
use crate::marginal::structure::{Blocks, Integrand, Structure, TooDense, find};

/// A joint density that can be integrated, with what it is made of.
#[derive(Clone)]
pub struct Compiled {
    /// The code.
    pub joint: Joint,
    /// Coordinates, blocks, which of them meet.
    pub structure: Arc<Structure>,
    /// What each block is.
    pub blocks: Arc<Blocks>,
}

/// Finds the blocks of a joint density and compiles it.
///
/// # Errors
/// Where so many hidden variables meet in one summand that no sparse form is left, or there is no
/// machine code on this machine.
pub fn compile(integrand: &Integrand) -> Result<Compiled, Failure> {
    let joint = &integrand.joint;
    let (structure, blocks) = find(integrand, &joint.hidden).map_err(Failure::TooDense)?;
    let programs = program::programs(joint, &structure, &blocks);
    let exact = exact::program(joint, &structure);
    let joint = Joint::new(&programs, exact, joint, (&structure, &blocks));
    let joint = joint.map_err(Failure::Machine)?;
    Ok(Compiled { joint, structure: Arc::new(structure), blocks: Arc::new(blocks) })
}

impl Compiled {
    /// Adds code that looks at several points of the hidden variables together. `slopes`: with the
    /// gradient by hidden coordinates, which points around a mode need.
    ///
    /// # Errors
    /// Where there is no machine code on this machine.
    pub fn with_points(
        mut self,
        joint: &JointProgram,
        points: usize,
        slopes: bool,
    ) -> Result<Self, Failure> {
        let many = program::many(joint, &self.structure, &self.blocks, points, slopes);
        self.joint = self.joint.with_many(&many).map_err(Failure::Machine)?;
        Ok(self)
    }

    /// Adds code for the mean over this many points from the noise of hidden variables, where their
    /// blocks are alike.
    ///
    /// # Errors
    /// Where there is no machine code on this machine.
    pub fn with_mean(mut self, joint: &JointProgram, points: usize) -> Result<Self, Failure> {
        let mean = mean::program(joint, &self.structure, &self.blocks, points);
        self.joint = self.joint.with_mean(mean.as_ref()).map_err(Failure::Machine)?;
        Ok(self)
    }
}

/// Why a joint density cannot be integrated.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// Too many hidden variables meet.
    TooDense(TooDense),
    /// There is no machine code to be had.
    Machine(String),
}
