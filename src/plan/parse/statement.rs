//! A line → a statement with its operation.

use crate::builtins::{Builtin, Code};
use crate::plan::ir::{
    Affine, BufferId, Kernel, KernelCall, Kind, Matrix, Operation, Reduction, RegisterId, Statement,
};
use crate::program::Base;
use crate::program::text::{Line, ParseError};

use super::Reader;

impl Reader<'_> {
    /// Reads a statement that is no loop.
    pub(super) fn statement(&mut self, mut line: Line) -> Result<Statement, ParseError> {
        let mut ahead = line.clone();
        let first = ahead.word();
        let is_id = |letter| first.strip_prefix(letter).is_some_and(|n| n.parse::<u32>().is_ok());
        let statement = if is_id('v') {
            let to = line.next_id("v", self.plan.registers.len())?;
            line.expect(" = ")?;
            let (operation, kind) = self.operation(&mut line)?;
            self.plan.registers.push(kind);
            Statement::Let { to, operation }
        } else if is_id('c') {
            let cell = self.known_cell(&mut line)?;
            let by = assignment(&mut line)?;
            let value = self.register(&mut line)?;
            by.map_or(Statement::Set { cell, value }, |by| Statement::Fold { cell, value, by })
        } else if is_id('b') {
            let (buffer, at) = self.element(&mut line)?;
            let by = assignment(&mut line)?;
            let value = self.register(&mut line)?;
            match by {
                None => Statement::Store { buffer, at, value },
                Some(by) => Statement::Accumulate { buffer, at, value, by },
            }
        } else {
            self.kernel(&mut line)?
        };
        line.end()?;
        Ok(statement)
    }

    fn kernel(&self, line: &mut Line) -> Result<Statement, ParseError> {
        let before = line.clone();
        let kernel = match line.word() {
            "cholesky" => Kernel::Cholesky,
            "solve" => Kernel::Solve { transposed: false },
            "solve_transposed" => Kernel::Solve { transposed: true },
            "cholesky_adjoint" => Kernel::CholeskyAdjoint,
            _ => return before.fail("a statement"),
        };
        line.expect("(")?;
        let size = line.number("how many rows there are")?;
        let mut matrices = Vec::new();
        while line.eat(", ") {
            let buffer = self.known_buffer(line)?;
            line.expect("[")?;
            let at = self.affine(line)?;
            line.expect(" : ")?;
            let row = line.number("from a row to the next")?;
            line.expect(" ")?;
            let column = line.number("from a column to the next")?;
            line.expect("]")?;
            matrices.push(Matrix { buffer, at, row, column });
        }
        line.expect(")")?;
        Ok(Statement::Kernel(KernelCall { kernel, size, matrices }))
    }

    /// An operation and the type of its value.
    fn operation(&self, line: &mut Line) -> Result<(Operation, Kind), ParseError> {
        let before = line.clone();
        let word = line.word();
        match word {
            "true" | "false" => Ok((Operation::Truth(word == "true"), Kind::Bool)),
            "position" => {
                line.expect(" ")?;
                Ok((Operation::Position(self.affine(line)?), Kind::Index))
            }
            "real" => {
                line.expect("(")?;
                let value = self.register(line)?;
                line.expect(")")?;
                Ok((Operation::ToReal(value), Kind::Real))
            }
            "index" => {
                line.expect("(")?;
                let value = self.register(line)?;
                line.expect(" of ")?;
                let size = line.number("the size of an axis")?;
                line.expect(")")?;
                Ok((Operation::ToIndex { value, size }, Kind::Index))
            }
            _ if line.rest.starts_with('(') => self.call(word, line, &before),
            _ if line.rest.starts_with('[') => {
                *line = before;
                let (buffer, at) = self.element(line)?;
                let kind = self.plan.buffers[buffer].kind;
                Ok((Operation::Load { buffer, at }, kind))
            }
            _ => match word.parse() {
                Ok(number) => Ok((Operation::Number(number), Kind::Real)),
                Err(_) => {
                    *line = before;
                    let cell = self.known_cell(line)?;
                    Ok((Operation::Read(cell), self.plan.cells[cell].kind))
                }
            },
        }
    }

    /// Noise, a draw, or a function.
    fn call(
        &self,
        word: &str,
        line: &mut Line,
        before: &Line,
    ) -> Result<(Operation, Kind), ParseError> {
        line.expect("(")?;
        let noise = match word {
            "normal_noise" => Some(Base::Normal),
            "uniform_noise" => Some(Base::Uniform),
            "exponential_noise" => Some(Base::Exponential),
            _ => None,
        };
        if let Some(base) = noise {
            let stream = line.number("the number of a stream")?;
            line.expect(", ")?;
            let element = self.affine(line)?;
            line.expect(")")?;
            return Ok((Operation::Noise { stream, base, element }, Kind::Real));
        }
        let Some(builtin) = Builtin::by_name(word) else { return before.fail("an operation") };
        match builtin.row().code {
            Code::SampleOne(_) | Code::SampleTwo(_) => {
                let stream = line.number("the number of a stream")?;
                line.expect(", ")?;
                let element = self.affine(line)?;
                line.expect("; ")?;
                let arguments = self.registers(line)?;
                let draw = Operation::Draw { stream, sampler: builtin, element, arguments };
                Ok((draw, Kind::Real))
            }
            Code::One(_) | Code::Two(_) | Code::Three(_) => {
                Ok((Operation::Call(builtin, self.registers(line)?), Kind::Real))
            }
            Code::Compare(_) | Code::Logic(_) => {
                Ok((Operation::Call(builtin, self.registers(line)?), Kind::Bool))
            }
            Code::Select => {
                let arguments = self.registers(line)?;
                let chosen = arguments.get(1).map(|&yes| self.plan.registers[yes]);
                match chosen {
                    Some(kind) => Ok((Operation::Call(builtin, arguments), kind)),
                    None => before.fail("a condition and two values"),
                }
            }
        }
    }

    /// Reads a buffer and a position in it.
    fn element(&self, line: &mut Line) -> Result<(BufferId, Affine), ParseError> {
        let buffer = self.known_buffer(line)?;
        line.expect("[")?;
        let at = self.affine(line)?;
        line.expect("]")?;
        Ok((buffer, at))
    }

    /// Reads registers with commas between them, and the bracket behind them.
    fn registers(&self, line: &mut Line) -> Result<Vec<RegisterId>, ParseError> {
        let mut registers = Vec::new();
        while !line.eat(")") {
            if !registers.is_empty() {
                line.expect(", ")?;
            }
            registers.push(self.register(line)?);
        }
        Ok(registers)
    }

    /// Reads positions with strides, and a constant.
    fn affine(&self, line: &mut Line) -> Result<Affine, ParseError> {
        let mut affine = Affine::default();
        loop {
            if line.rest.starts_with('v') {
                affine.terms.push((self.register(line)?, 1));
            } else {
                let number = line.number("a position")?;
                if line.eat("·") {
                    affine.terms.push((self.register(line)?, number));
                } else {
                    affine.offset = number;
                    return Ok(affine);
                }
            }
            if line.eat(" - ") {
                affine.offset = -line.number::<i64>("a number")?;
                return Ok(affine);
            }
            if !line.eat(" + ") {
                return Ok(affine);
            }
        }
    }
}

/// Reads ` := `, or what is added or compared by.
fn assignment(line: &mut Line) -> Result<Option<Reduction>, ParseError> {
    if line.eat(" := ") {
        Ok(None)
    } else if line.eat(" += ") {
        Ok(Some(Reduction::Sum))
    } else if line.eat(" max= ") {
        Ok(Some(Reduction::Maximum))
    } else {
        line.fail("` := `, ` += ` or ` max= `")
    }
}
