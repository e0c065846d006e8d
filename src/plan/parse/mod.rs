//! Text → plan of a program: reads what `print` prints, and so lets a test say which plan it
//! expects, and run it. Lines that are empty or begin with `;` are passed over.

mod statement;

use std::iter::Peekable;

use crate::base::Arena;
use crate::program::text::{AxisNames, Line, ParseError, lines};
use crate::program::{ArrayId, AxisId, NodeId, Program, Type};

use super::ir::{
    Buffer, BufferId, Cell, CellId, Kind, Loop, Mode, Place, Plan, RegisterId, Statement, Step,
};

/// Reads a plan. Whether it is right is left to [`crate::plan::check()`].
///
/// # Errors
/// The first line that cannot be read, with what was expected there.
pub fn parse(text: &str, program: &Program) -> Result<Plan, ParseError> {
    let mut left = lines(text).peekable();
    let Some(line) = left.next() else {
        let number = text.lines().count() + 1;
        return Line { number, start: text.len(), indent: 0, rest: "" }.fail("a plan");
    };
    let mut reader = Reader::new(heading(line)?, program);
    while let Some(line) = left.next_if(|line| line.rest.starts_with('b') && line.indent == 0) {
        reader.buffer(line)?;
    }
    while let Some(line) = left.next_if(|line| line.rest.starts_with('c') && line.indent == 0) {
        reader.cell(line)?;
    }
    while let Some(line) = left.next() {
        if line.indent > 0 {
            return line.fail("a step");
        }
        let mut step = reader.step(line)?;
        step.body = reader.block(&mut left, 0)?;
        reader.plan.steps.push(step);
    }
    Ok(reader.plan)
}

/// The first line: how the plan was made, and its sizes.
fn heading(mut line: Line) -> Result<Plan, ParseError> {
    let before = line.clone();
    let mode = match line.word() {
        "fused" => Mode::Fused,
        "naive" => Mode::Naive,
        _ => return before.fail("`fused` or `naive`"),
    };
    line.expect(", ")?;
    let outputs = line.number("how many numbers the outputs are")?;
    line.expect(" outputs, ")?;
    let scratch = line.number("how many cells of scratch there are")?;
    line.expect(" cells of scratch")?;
    line.end()?;
    Ok(Plan {
        mode,
        buffers: Arena::new(),
        registers: Arena::new(),
        cells: Arena::new(),
        steps: Vec::new(),
        outputs,
        scratch,
    })
}

/// What was read so far.
struct Reader<'a> {
    program: &'a Program,
    axes: AxisNames,
    plan: Plan,
}

impl<'a> Reader<'a> {
    fn new(plan: Plan, program: &'a Program) -> Self {
        Self { program, axes: AxisNames::of(program), plan }
    }

    fn buffer(&mut self, mut line: Line) -> Result<(), ParseError> {
        line.next_id::<BufferId>("b", self.plan.buffers.len())?;
        line.expect(": ")?;
        let kind = kind(&mut line)?;
        line.expect(" ")?;
        let axes = self.axes.list(&mut line)?;
        line.expect(" ")?;
        let len = line.number("how many elements there are")?;
        line.expect(" = ")?;
        let place = self.place(&mut line)?;
        let node = if line.eat(" of ") { Some(self.node(&mut line)?) } else { None };
        self.plan.buffers.push(Buffer { node, axes, kind, place, len });
        line.end()
    }

    fn place(&self, line: &mut Line) -> Result<Place, ParseError> {
        let before = line.clone();
        let word = line.word();
        if word == "unknowns" {
            return Ok(Place::Argument);
        }
        line.expect(" ")?;
        if word == "data" {
            let array: ArrayId = line.id("d")?;
            let Some(described) = self.program.arrays.get(array) else {
                return before.fail("an array that there is");
            };
            line.expect(" ")?;
            line.expect(&described.name)?;
            return Ok(Place::Data(array));
        }
        let place = match word {
            "output" => Place::Output,
            "whole" => Place::Whole,
            "tile" => Place::Tile,
            "state" => Place::State,
            _ => {
                return before.fail("`unknowns`, `data`, `output`, `whole`, `tile` or `state`");
            }
        };
        line.number("the first cell").map(place)
    }

    fn cell(&mut self, mut line: Line) -> Result<(), ParseError> {
        line.next_id::<CellId>("c", self.plan.cells.len())?;
        line.expect(": ")?;
        let cell = match self.axes.ty(&mut line)? {
            Type::Real => Cell { kind: Kind::Real, axis: None },
            Type::Bool => Cell { kind: Kind::Bool, axis: None },
            Type::Index(axis) => Cell { kind: Kind::Index, axis: Some(axis) },
        };
        self.plan.cells.push(cell);
        line.end()
    }

    /// A step without its statements.
    fn step(&self, mut line: Line) -> Result<Step, ParseError> {
        line.expect("level ")?;
        let level = line.number("the number of a level")?;
        line.expect(", ")?;
        let sweep = if line.eat("straight") {
            None
        } else {
            line.expect("along ")?;
            Some(self.axes.axis(&mut line)?)
        };
        line.expect(":")?;
        let mut nodes = Vec::new();
        while line.eat(" ") && !line.rest.is_empty() {
            nodes.push(self.node(&mut line)?);
        }
        line.end()?;
        Ok(Step { level, sweep, nodes, body: Vec::new() })
    }

    /// The statements further inside than `indent`.
    fn block<'t>(
        &mut self,
        left: &mut Peekable<impl Iterator<Item = Line<'t>>>,
        indent: usize,
    ) -> Result<Vec<Statement>, ParseError> {
        let mut statements = Vec::new();
        let inner = left.peek().map_or(0, |line| line.indent);
        while let Some(line) = left.next_if(|line| line.indent > indent && line.indent == inner) {
            statements.push(if line.rest.starts_with("for ") {
                let mut opened = self.opened(line)?;
                opened.body = self.block(left, inner)?;
                Statement::Loop(opened)
            } else {
                self.statement(line)?
            });
        }
        match left.peek() {
            Some(line) if line.indent > indent => line.fail("a line that begins where others do"),
            Some(_) | None => Ok(statements),
        }
    }

    /// A loop without its statements.
    fn opened(&mut self, mut line: Line) -> Result<Loop, ParseError> {
        line.expect("for ")?;
        let counter = line.next_id("v", self.plan.registers.len())?;
        self.plan.registers.push(Kind::Index);
        line.expect(" in ")?;
        let axis: AxisId = self.axes.axis(&mut line)?;
        line.expect(" ")?;
        let size = line.number("how many rounds there are")?;
        let reversed = line.eat(" reversed");
        let lanes = if line.eat(", ") {
            let lanes = line.number("how many rounds run side by side")?;
            line.expect(" side by side")?;
            lanes
        } else {
            1
        };
        line.end()?;
        Ok(Loop { axis, counter, size, reversed, lanes, body: Vec::new() })
    }

    /// Reads a register that is set further up.
    fn register(&self, line: &mut Line) -> Result<RegisterId, ParseError> {
        let before = line.clone();
        let register = line.id("v")?;
        let there = self.plan.registers.get(register).is_some();
        if there { Ok(register) } else { before.fail("a value that is set before") }
    }

    fn known_buffer(&self, line: &mut Line) -> Result<BufferId, ParseError> {
        let before = line.clone();
        let buffer = line.id("b")?;
        let there = self.plan.buffers.get(buffer).is_some();
        if there { Ok(buffer) } else { before.fail("a buffer that there is") }
    }

    fn known_cell(&self, line: &mut Line) -> Result<CellId, ParseError> {
        let before = line.clone();
        let cell = line.id("c")?;
        let there = self.plan.cells.get(cell).is_some();
        if there { Ok(cell) } else { before.fail("a variable that there is") }
    }

    fn node(&self, line: &mut Line) -> Result<NodeId, ParseError> {
        let before = line.clone();
        let node = line.id("n")?;
        let there = self.program.nodes.get(node).is_some();
        if there { Ok(node) } else { before.fail("a node that there is") }
    }
}

fn kind(line: &mut Line) -> Result<Kind, ParseError> {
    let before = line.clone();
    let word = line.word();
    let kinds = [Kind::Real, Kind::Bool, Kind::Index];
    match kinds.into_iter().find(|kind| kind.name() == word) {
        Some(kind) => Ok(kind),
        None => before.fail("`real`, `bool` or `index`"),
    }
}
