//! Plan → text: buffers and variables, then steps with their loops. All is there: `parse` reads it.

use std::fmt::{self, Display, Write as _};

use crate::program::print::{name, names};
use crate::program::{Base, Program};

use super::ir::{
    Affine, Buffer, Cell, Kernel, Matrix, Mode, Operation, Place, Plan, Reduction, Statement, Step,
};

/// Writes a plan.
#[must_use]
pub fn print(plan: &Plan, program: &Program) -> String {
    let mode = match plan.mode {
        Mode::Fused => "fused",
        Mode::Naive => "naive",
    };
    let mut text = format!("{mode}, {} outputs, {} cells of scratch\n", plan.outputs, plan.scratch);
    for (id, buffer) in plan.buffers.iter() {
        let _ = writeln!(text, "{id}: {}", Described { buffer, program });
    }
    for (id, Cell { kind, axis }) in plan.cells.iter() {
        let axis = axis.map_or(String::new(), |axis| format!(" {}", name(program, axis)));
        let _ = writeln!(text, "{id}: {}{axis}", kind.name());
    }
    for step in &plan.steps {
        heading(&mut text, step, program);
        block(&mut text, &step.body, program, 1);
    }
    text
}

struct Described<'a> {
    buffer: &'a Buffer,
    program: &'a Program,
}

impl Display for Described<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { buffer, program } = self;
        let axes = names(program, &buffer.axes);
        write!(f, "{} [{axes}] {} = ", buffer.kind.name(), buffer.len)?;
        match buffer.place {
            Place::Argument => write!(f, "unknowns"),
            Place::Data(array) => write!(f, "data {array} {}", program.arrays[array].name),
            Place::Output(first) => write!(f, "output {first}"),
            Place::Whole(first) => write!(f, "whole {first}"),
            Place::Tile(first) => write!(f, "tile {first}"),
            Place::State(first) => write!(f, "state {first}"),
        }?;
        buffer.node.map_or(Ok(()), |node| write!(f, " of {node}"))
    }
}

fn heading(text: &mut String, step: &Step, program: &Program) {
    let nodes: Vec<String> = step.nodes.iter().map(ToString::to_string).collect();
    let along = |axis| format!("along {}", name(program, axis));
    let sweep = step.sweep.map_or("straight".to_owned(), along);
    let _ = writeln!(text, "level {}, {sweep}: {}", step.level, nodes.join(" "));
}

fn block(text: &mut String, statements: &[Statement], program: &Program, depth: usize) {
    let indent = "  ".repeat(depth);
    for statement in statements {
        let _ = match statement {
            Statement::Let { to, operation } => writeln!(text, "{indent}{to} = {operation}"),
            Statement::Set { cell, value } => writeln!(text, "{indent}{cell} := {value}"),
            Statement::Fold { cell, value, by } => writeln!(text, "{indent}{cell} {by} {value}"),
            Statement::Store { buffer, at, value } => {
                writeln!(text, "{indent}{buffer}[{at}] := {value}")
            }
            Statement::Accumulate { buffer, at, value, by } => {
                writeln!(text, "{indent}{buffer}[{at}] {by} {value}")
            }
            Statement::Kernel(call) => {
                let matrices: Vec<String> = call.matrices.iter().map(ToString::to_string).collect();
                writeln!(text, "{indent}{}({}, {})", call.kernel, call.size, matrices.join(", "))
            }
            Statement::Loop(inner) => {
                let down = if inner.reversed { " reversed" } else { "" };
                let lanes = if inner.lanes > 1 {
                    format!(", {} side by side", inner.lanes)
                } else {
                    String::new()
                };
                let name = name(program, inner.axis);
                let _ = writeln!(
                    text,
                    "{indent}for {} in {name} {}{down}{lanes}",
                    inner.counter, inner.size
                );
                block(text, &inner.body, program, depth + 1);
                Ok(())
            }
        };
    }
}

impl Display for Reduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sum => "+=",
            Self::Maximum => "max=",
        })
    }
}

impl Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Cholesky => "cholesky",
            Self::Solve { transposed: false } => "solve",
            Self::Solve { transposed: true } => "solve_transposed",
            Self::CholeskyAdjoint => "cholesky_adjoint",
        })
    }
}

impl Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{} : {} {}]", self.buffer, self.at, self.row, self.column)
    }
}

impl Display for Affine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (register, stride)) in self.terms.iter().enumerate() {
            let plus = if position > 0 { " + " } else { "" };
            match stride {
                1 => write!(f, "{plus}{register}")?,
                _ => write!(f, "{plus}{stride}·{register}")?,
            }
        }
        match (self.terms.is_empty(), self.offset) {
            (true, offset) => write!(f, "{offset}"),
            (false, 0) => Ok(()),
            (false, offset) if offset < 0 => write!(f, " - {}", -offset),
            (false, offset) => write!(f, " + {offset}"),
        }
    }
}

impl Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(value) => write!(f, "{value:?}"),
            Self::Truth(value) => write!(f, "{value}"),
            Self::Position(at) => write!(f, "position {at}"),
            Self::Load { buffer, at } => write!(f, "{buffer}[{at}]"),
            Self::Read(cell) => write!(f, "{cell}"),
            Self::Call(builtin, arguments) => write!(f, "{}({})", builtin.name(), list(arguments)),
            Self::ToReal(value) => write!(f, "real({value})"),
            Self::ToIndex { value, size } => write!(f, "index({value} of {size})"),
            Self::Noise { stream, base, element } => {
                write!(f, "{}({stream}, {element})", noise_name(*base))
            }
            Self::Draw { stream, sampler, element, arguments } => {
                write!(f, "{}({stream}, {element}; {})", sampler.name(), list(arguments))
            }
        }
    }
}

fn list(registers: &[super::ir::RegisterId]) -> String {
    registers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn noise_name(base: Base) -> &'static str {
    match base {
        Base::Normal => "normal_noise",
        Base::Uniform => "uniform_noise",
        Base::Exponential => "exponential_noise",
    }
}
