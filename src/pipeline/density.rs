//! The log density of a model with its data, as machine code.

use std::sync::Arc;

use crate::density::{LogDensity, hessian_by_differences};
use crate::engine::{Engine, Scratch};
use crate::lower::Layout;
use crate::program::{Program, Values, fold};
use crate::{gradient, plan};

/// The log density of a model with its data.
#[derive(Clone)]
pub struct Density {
    code: Arc<Codes>,
    gradient_scratch: Scratch,
    variables_scratch: Scratch,
    results: Vec<f64>,
    outputs: Vec<f64>,
    hessian: Option<Hessian>,
}

/// Point and direction → gradient and Hessian times direction.
#[derive(Clone)]
struct Hessian {
    engine: Arc<Engine>,
    scratch: Scratch,
}

struct Codes {
    gradient: Engine,
    variables: Engine,
    dim: usize,
    /// For each named element: its position among the outputs.
    positions: Vec<usize>,
}

impl Density {
    pub(super) fn new(
        gradient: &(Program, Values),
        variables: &(Program, Values),
        layouts: &[Layout],
    ) -> Result<Self, String> {
        let engine = |(program, values): &(Program, Values)| {
            Engine::new(&plan::plan(program, plan::Mode::Fused), program, values)
        };
        let mut positions = Vec::new();
        let mut offset = 0;
        for layout in layouts {
            positions.extend(layout.positions.iter().map(|p| p + offset));
            offset += layout.width;
        }
        let code = Codes {
            gradient: engine(gradient)?,
            variables: engine(variables)?,
            dim: gradient.0.slots,
            positions,
        };
        let (gradient_scratch, variables_scratch) =
            (code.gradient.scratch(), code.variables.scratch());
        let results = vec![0.0; 1 + code.dim];
        Ok(Self {
            code: Arc::new(code),
            gradient_scratch,
            variables_scratch,
            results,
            outputs: vec![0.0; offset],
            hessian: None,
        })
    }

    /// Compiles the product of Hessian and direction from the program of the density.
    pub(super) fn add_hessian(&mut self, program: &Program, values: &Values) -> Result<(), String> {
        let mut density = program.clone();
        density.outputs.clear();
        let (density, values) = gradient::differentiate(density, values.clone());
        let (density, values) = gradient::hessian_vector(density, values);
        let (density, values) = fold(density, values);
        let engine = Engine::new(&plan::plan(&density, plan::Mode::Fused), &density, &values)?;
        self.hessian = Some(Hessian { scratch: engine.scratch(), engine: Arc::new(engine) });
        Ok(())
    }

    /// Bytes of machine code, of both programs.
    #[must_use]
    pub fn code_size(&self) -> usize {
        self.code.gradient.size() + self.code.variables.size()
    }
}

impl LogDensity for Density {
    fn dim(&self) -> usize {
        self.code.dim
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        self.code.gradient.run(&mut self.gradient_scratch, q, 0, &mut self.results);
        grad.copy_from_slice(&self.results[1..]);
        self.results[0]
    }

    fn constrained_dim(&self) -> usize {
        self.code.positions.len()
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        self.code.variables.run(&mut self.variables_scratch, q, 0, &mut self.outputs);
        for (value, &position) in values.iter_mut().zip(&self.code.positions) {
            *value = self.outputs[position];
        }
    }

    fn hessian_vector(&mut self, q: &[f64], direction: &[f64], product: &mut [f64]) {
        match &mut self.hessian {
            Some(Hessian { engine, scratch }) => {
                let input = [q, direction].concat();
                let mut out = vec![0.0; 2 * q.len()];
                engine.run(scratch, &input, 0, &mut out);
                product.copy_from_slice(&out[q.len()..]);
            }
            None => hessian_by_differences(self, q, direction, product),
        }
    }
}
