//! Words and axes → an operation.

use crate::builtins::Builtin;
use crate::program::text::{Line, ParseError};
use crate::program::{Base, Op};

use super::{Reader, range};

impl Reader {
    #[expect(clippy::too_many_lines, reason = "an arm a word")]
    /// Reads an operation without its operands. `extent`: of how many elements its values are.
    pub(super) fn operation(&self, line: &mut Line, extent: usize) -> Result<Op, ParseError> {
        let before = line.clone();
        let word = line.word();
        match word {
            "data" => self.data(line),
            "slot" => {
                line.expect(" ")?;
                let before = line.clone();
                let coordinates = range(line)?;
                if coordinates.len() != extent {
                    return before.fail(format!("a range of {extent}"));
                }
                Ok(Op::Slot(coordinates.start))
            }
            "discrete" => {
                line.expect(" ")?;
                line.id("z").map(Op::Discrete)
            }
            "noise" | "draw" => {
                line.expect(" ")?;
                let stream = line.number("the number of a stream")?;
                line.expect(" ")?;
                Ok(if word == "noise" {
                    Op::Noise { stream, base: base(line)? }
                } else {
                    Op::Draw { stream, sampler: builtin(line)? }
                })
            }
            "iota" => {
                line.expect(" ")?;
                self.axes.axis(line).map(Op::Iota)
            }
            "convert" => {
                line.expect(" ")?;
                self.axes.ty(line).map(Op::Convert)
            }
            "stop" => Ok(Op::Stop),
            "carry" => {
                line.expect(" ")?;
                let tie = line.id("r")?;
                if self.program.ties.get(tie).is_some() {
                    Ok(Op::Carry(tie))
                } else {
                    before.fail("a recurrence that there is")
                }
            }
            _ if line.rest.starts_with('[') => self.over_axes(word, line, &before),
            _ => match word.parse() {
                Ok(number) => Ok(Op::Const(number)),
                Err(_) => {
                    *line = before;
                    builtin(line).map(Op::Call)
                }
            },
        }
    }

    fn data(&self, line: &mut Line) -> Result<Op, ParseError> {
        line.expect(" ")?;
        let before = line.clone();
        let id = line.id("d")?;
        let Some(array) = self.program.arrays.get(id) else {
            return before.fail("an array that there is");
        };
        if !line.rest.is_empty() {
            line.expect(" ")?;
            line.expect(&array.name)?;
        }
        Ok(Op::Data(id))
    }

    /// Operations that name axes in brackets.
    fn over_axes(&self, word: &str, line: &mut Line, before: &Line) -> Result<Op, ParseError> {
        let axes = self.axes.list(line)?;
        let matrix = match axes.as_slice() {
            &[row, col] => Ok((row, col)),
            _ => before.fail("the axes of rows and of columns"),
        };
        Ok(match word {
            "sum" => Op::Sum(axes),
            "max" => Op::Max(axes),
            "contract" => Op::Contract(axes),
            "gather" => Op::Gather(axes),
            "sum_by" => {
                line.expect(" over")?;
                Op::SumBy { axes, over: self.axes.list(line)? }
            }
            "cholesky" => matrix.map(|(row, col)| Op::Cholesky { row, col })?,
            "cholesky_adjoint" => matrix.map(|(row, col)| Op::CholeskyAdjoint { row, col })?,
            "solve" | "solve_transposed" => {
                let transposed = word == "solve_transposed";
                matrix.map(|(row, col)| Op::Solve { row, col, transposed })?
            }
            _ => return before.fail("an operation over axes"),
        })
    }
}

fn base(line: &mut Line) -> Result<Base, ParseError> {
    let before = line.clone();
    match line.word() {
        "normal" => Ok(Base::Normal),
        "uniform" => Ok(Base::Uniform),
        "exponential" => Ok(Base::Exponential),
        _ => before.fail("`normal`, `uniform` or `exponential`"),
    }
}

fn builtin(line: &mut Line) -> Result<Builtin, ParseError> {
    let before = line.clone();
    match Builtin::by_name(line.word()) {
        Some(builtin) => Ok(builtin),
        None => before.fail("an operation"),
    }
}
