//! Forward simulation, as machine code.

use crate::engine::{Engine, Scratch};
use crate::lower::{self, Layout};
use crate::plan;
use crate::program::fold;

/// A compiled forward simulation.
pub struct Simulator {
    engine: Engine,
    scratch: Scratch,
    outputs: Vec<f64>,
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
        let (program, values) = fold(lowered.program, lowered.values);
        let engine = Engine::new(&plan::plan(&program, plan::Mode::Fused), &program, &values)?;
        let mut positions = Vec::new();
        let mut offset = 0;
        for layout in &lowered.layouts {
            positions.extend(layout.positions.iter().map(|p| p + offset));
            offset += layout.width;
        }
        let scratch = engine.scratch();
        Ok(Self {
            engine,
            scratch,
            outputs: vec![0.0; offset],
            positions,
            layouts: lowered.layouts,
        })
    }

    /// One draw of all variables, in the order of the layouts' names.
    pub fn draw(&mut self, seed: u64) -> Vec<f64> {
        self.engine.run(&mut self.scratch, &[], seed, &mut self.outputs);
        self.positions.iter().map(|&p| self.outputs[p]).collect()
    }
}
