//! Forward simulation, as machine code.

use crate::engine::Routine;
use crate::lower::{self, Layout};
use crate::program::{Computation, fold};

/// A compiled forward simulation.
pub struct Simulator {
    routine: Routine,
    positions: Vec<usize>,
    /// The simulated variables.
    pub layouts: Vec<Layout>,
}

impl Simulator {
    /// Compiles a lowered simulation.
    ///
    /// # Errors
    /// Where there is no machine code to be had on this machine.
    pub fn new(lowered: lower::Lowered) -> Result<Self, String> {
        let simulation = Computation { program: lowered.program, values: lowered.values };
        Ok(Self {
            routine: Routine::new(&fold(simulation))?,
            positions: lower::positions(&lowered.layouts),
            layouts: lowered.layouts,
        })
    }

    /// One draw of all variables, in the order of the layouts' names.
    pub fn draw(&mut self, seed: u64) -> Vec<f64> {
        let variables = self.routine.run(seed).variables();
        self.positions.iter().map(|&position| variables[position]).collect()
    }
}
