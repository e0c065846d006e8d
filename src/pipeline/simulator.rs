//! Forward simulation, as machine code.

use crate::engine::Routine;
use crate::lower::{self, Layout, SimulationProgram};
use crate::program::fold;

/// A compiled forward simulation.
pub struct Simulator {
    routine: Routine,
    positions: Vec<usize>,
    /// The simulated variables.
    pub layouts: Vec<Layout>,
}

impl Simulator {
    /// Compiles a simulation.
    ///
    /// # Errors
    /// If machine code cannot be generated on this machine.
    pub fn new(simulation: SimulationProgram) -> Result<Self, String> {
        Ok(Self {
            routine: Routine::new(&fold(simulation.computation))?,
            positions: lower::positions(&simulation.layouts),
            layouts: simulation.layouts,
        })
    }

    /// One draw of all variables, in the order of the layouts' names.
    pub fn draw(&mut self, seed: u64) -> Vec<f64> {
        let variables = self.routine.run(seed).variables();
        self.positions.iter().map(|&position| variables[position]).collect()
    }
}
