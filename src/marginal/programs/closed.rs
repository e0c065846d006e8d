//! Closed forms as code: which of them is good enough at a point, and their second derivatives.

use std::sync::Arc;

use super::careful;
use super::exact::{GAIN, SHARE};
use super::late::Late;
use crate::density::Integral;
use crate::engine::Routine;
use crate::gradient;
use crate::lower::JointProgram;
use crate::marginal::structure::{Blocks, Structure};
use crate::program::{Computation, OutputRole, fold, remove_dead};

/// A closed form loses as many digits as the curvature of a coordinate, given the others of its
/// block, is smaller than its own: with a share of 1e-6 ten are left.
const ENOUGH: f64 = 1e-6;

/// A gain beyond this part of the value means that the value itself is made of rounding: where
/// residuals are off by some part of their size, the gain is that part squared.
const ROUNDING: f64 = 1e-12;

/// The integral of a joint density in closed form.
#[derive(Clone)]
pub(super) struct ClosedForm {
    plain: Code,
    /// The same in coordinates of the blocks' own, for where hidden coordinates almost stand for
    /// each other: slower, and loses no digits.
    careful: Late,
    careful_hessian: Late,
    /// The coordinates of the parameters.
    coordinates: Arc<Vec<usize>>,
    /// Where the last value was asked for, and which form was good enough there.
    last: (Vec<f64>, Form),
}

/// Which form is good enough.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    Plain,
    Careful,
    Neither,
}

#[derive(Clone)]
struct Code {
    gradient: Routine,
    hessian: Late,
}

impl ClosedForm {
    pub fn new(
        program: Computation,
        joint: &JointProgram,
        (structure, blocks): (&Structure, &Blocks),
    ) -> Result<Self, String> {
        let gradient = Routine::new(&program)?;
        let source = Arc::new((joint.clone(), structure.clone(), blocks.clone()));
        let careful = move || careful::program(&source.0, &source.1, &source.2);
        let again = careful.clone();
        Ok(Self {
            plain: Code { gradient, hessian: Late::new(move || Some(hessian(program.clone()))) },
            careful: Late::new(careful),
            careful_hessian: Late::new(move || again().map(hessian)),
            coordinates: Arc::new(structure.parameters.clone()),
            last: (Vec::new(), Form::Neither),
        })
    }

    pub fn code_size(&self) -> usize {
        let late = [&self.plain.hessian, &self.careful, &self.careful_hessian];
        self.plain.gradient.code_size() + late.into_iter().map(Late::code_size).sum::<usize>()
    }

    /// The form that is good enough at these parameters.
    fn form_at(&mut self, parameters: &[f64]) -> Form {
        if self.last.0 != parameters {
            let mut grad = vec![0.0; parameters.len()];
            self.evaluate(parameters, &mut grad);
        }
        self.last.1
    }
}

/// Point and direction → the Hessian by the parameters times the direction.
fn hessian(gradient: Computation) -> Computation {
    let mut hessian = gradient::hessian_vector(gradient);
    let outputs = &mut hessian.program.outputs;
    outputs.retain(|output| output.role == OutputRole::Tangent);
    fold(remove_dead(hessian))
}

/// Value, gradient by the parameters, and whether they are good.
fn run(routine: &mut Routine, coordinates: &[usize], parameters: &[f64], grad: &mut [f64]) -> Run {
    coordinates.iter().zip(parameters).for_each(|(&at, &value)| routine.input()[at] = value);
    let results = routine.run(0);
    coordinates.iter().zip(grad).for_each(|(&at, g)| *g = results.derivative(at));
    let (value, gain, share) = (results.value(), results.term(GAIN)[0], results.term(SHARE)[0]);
    Run { value, sharp: share >= ENOUGH, rounded: gain <= ROUNDING * (1.0 + value.abs()) }
}

/// What an evaluation of a form gives.
struct Run {
    value: f64,
    /// Whether no digits were lost in the curvature.
    sharp: bool,
    /// Whether what was left to gain is due to rounding.
    rounded: bool,
}

impl Integral for ClosedForm {
    fn evaluate(&mut self, parameters: &[f64], grad: &mut [f64]) -> f64 {
        let coordinates = self.coordinates.clone();
        let plain = run(&mut self.plain.gradient, &coordinates, parameters, grad);
        let mut form = if plain.sharp && plain.rounded { Form::Plain } else { Form::Neither };
        let mut value = plain.value;
        if form == Form::Neither
            && let Some(routine) = self.careful.routine()
        {
            let careful = run(routine, &coordinates, parameters, grad);
            value = careful.value;
            if careful.sharp && careful.rounded {
                form = Form::Careful;
            }
        }
        self.last = (parameters.to_vec(), form);
        if form == Form::Neither { f64::NAN } else { value }
    }

    fn hessian_vector(&mut self, parameters: &[f64], direction: &[f64], out: &mut [f64]) -> bool {
        let form = self.form_at(parameters);
        let code = match form {
            Form::Plain => self.plain.hessian.routine(),
            Form::Careful => self.careful_hessian.routine(),
            Form::Neither => None,
        };
        let Some(routine) = code else { return false };
        let slots = routine.slots();
        let (point, along) = routine.input().split_at_mut(slots / 2);
        self.coordinates.iter().zip(parameters).for_each(|(&at, &value)| point[at] = value);
        self.coordinates.iter().zip(direction).for_each(|(&at, &value)| along[at] = value);
        out.copy_from_slice(routine.run(0).tangents());
        true
    }
}
