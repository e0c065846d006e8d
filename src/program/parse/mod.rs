//! Text → program with the values of its arrays: reads what `print_with_values` prints, and so lets
//! a test begin at a program. A line of the text is the span of what it says. Lines that are empty
//! or begin with `;` are passed over.

mod operation;
mod values;

use std::iter::Peekable;
use std::ops::Range;

use crate::base::{Id as _, SourceId, Span};
use crate::program::text::{AxisNames, Line, ParseError, lines};
use crate::program::{
    Array, ArrayId, Axis, AxisKind, CarryLink, Computation, Node, NodeId, Op, Output, OutputRole,
    Program, Recurrence, Term, TermKind, TieId, Type, Values,
};

/// Reads a program. Whether it means anything is left to [`crate::program::check()`].
///
/// # Errors
/// The first line that cannot be read, with what was expected there.
pub fn parse(text: &str) -> Result<Computation, ParseError> {
    let mut left = lines(text).peekable();
    let mut reader = Reader::of_axes(section(&mut left, "axes"))?;
    for line in section(&mut left, "arrays") {
        reader.array(line)?;
    }
    let ties = section(&mut left, "recurrences");
    for line in &ties {
        reader.tie(line.clone())?;
    }
    for line in section(&mut left, "nodes") {
        reader.node(line)?;
    }
    reader.ties_are_of_nodes(&ties)?;
    for line in section(&mut left, "terms") {
        reader.term(line)?;
    }
    for line in section(&mut left, "outputs") {
        reader.output(line)?;
    }
    match left.next() {
        None => Ok(Computation { program: reader.program, values: reader.values }),
        Some(line) => line.fail(
            "`axes`, `arrays`, `recurrences`, `nodes`, `terms` or `outputs`, in this order, and \
             what belongs to them indented",
        ),
    }
}

/// The lines of a part, where it is next.
fn section<'a>(left: &mut Peekable<impl Iterator<Item = Line<'a>>>, title: &str) -> Vec<Line<'a>> {
    let mut found = Vec::new();
    if left.next_if(|line| line.indent == 0 && line.rest == title).is_some() {
        while let Some(line) = left.next_if(|line| line.indent > 0) {
            found.push(line);
        }
    }
    found
}

/// What was read so far.
struct Reader {
    program: Program,
    values: Values,
    axes: AxisNames,
}

fn span(line: &Line) -> Span {
    let start = line.start + line.indent;
    Span::new(SourceId::from_index(0), start, start + line.rest.len())
}

/// What stands before and behind the last `: `; names may hold whatever they like.
fn split<'a>(line: &Line<'a>) -> Result<(&'a str, Line<'a>), ParseError> {
    match line.rest.rsplit_once(": ") {
        Some((before, rest)) => Ok((before, Line { rest, ..line.clone() })),
        None => line.fail("a name, a colon and more"),
    }
}

/// Reads `3..5`.
fn range(line: &mut Line) -> Result<Range<usize>, ParseError> {
    let before = line.clone();
    let ends = line.word().split_once("..").map(|(start, end)| (start.parse(), end.parse()));
    match ends {
        Some((Ok(start), Ok(end))) if start <= end => Ok(start..end),
        Some(_) | None => before.fail("a range such as `0..3`"),
    }
}

impl Reader {
    /// Names and sizes first: an axis may be made from a later one.
    fn of_axes(lines: Vec<Line>) -> Result<Self, ParseError> {
        let mut program = Program::default();
        let mut kinds = Vec::new();
        for mut line in lines {
            let Some((name, rest)) = line.rest.split_once(" = ") else {
                return line.fail("the name of an axis, ` = ` and its size");
            };
            let own = format!(":x{}", program.axes.len());
            let name = name.strip_suffix(&own).unwrap_or(name).to_owned();
            line.rest = rest;
            let size = line.number("the size of the axis")?;
            kinds.push(line);
            program.axes.push(Axis { name, size, kind: AxisKind::Plate });
        }
        let axes = AxisNames::of(&program);
        for (line, (_, axis)) in kinds.into_iter().zip(program.axes.iter_mut()) {
            axis.kind = kind(&axes, line)?;
        }
        Ok(Self { program, values: Values::new(), axes })
    }

    fn array(&mut self, mut line: Line) -> Result<(), ParseError> {
        line.next_id::<ArrayId>("d", self.program.arrays.len())?;
        line.expect(" ")?;
        let (before, mut line) = split(&line)?;
        // The brackets of a name may look like those of axes: the axes come last.
        let list = |at: usize| {
            let mut list = Line { rest: &before[at..], ..line.clone() };
            self.axes.list(&mut list).ok().filter(|_| list.rest.is_empty())
        };
        let found = before.match_indices('[').find_map(|(at, _)| Some((&before[..at], list(at)?)));
        let (name, axes) = found.unwrap_or((before, Vec::new()));
        let ty = self.axes.ty(&mut line)?;
        let claimed = line.clone();
        let facts = values::facts(&mut line)?;
        line.expect(" =")?;
        let values = values::values(&mut line, &self.program, ty, self.program.extent(&axes))?;
        if !values::holds(facts, &values) {
            return claimed.fail("facts that are true of the values");
        }
        self.program.arrays.push(Array { name: name.to_owned(), axes, ty, facts });
        self.values.push(values);
        line.end()
    }

    fn tie(&mut self, mut line: Line) -> Result<(), ParseError> {
        line.next_id::<TieId>("r", self.program.ties.len())?;
        line.expect(" along ")?;
        let axis = self.axes.axis(&mut line)?;
        let reversed = line.eat(" backward");
        if !reversed {
            line.expect(" forward")?;
        }
        let starts = if line.eat(", starts ") { Some(line.id("d")?) } else { None };
        line.expect(":")?;
        let mut carries = Vec::new();
        while line.eat(if carries.is_empty() { " " } else { ", " }) {
            let carry = line.id("n")?;
            line.expect(" = ")?;
            let init = line.id("n")?;
            line.expect(" then ")?;
            carries.push(CarryLink { carry, init, next: line.id("n")? });
        }
        self.program.ties.push(Recurrence { axis, reversed, starts, carries });
        line.end()
    }

    /// Recurrences are read before the nodes that they tie.
    fn ties_are_of_nodes(&self, ties: &[Line]) -> Result<(), ParseError> {
        for (line, (_, tie)) in ties.iter().zip(self.program.ties.iter()) {
            let links = tie.carries.iter();
            let mut nodes = links.flat_map(|link| [link.carry, link.init, link.next]);
            if let Some(missing) = nodes.find(|&node| self.program.nodes.get(node).is_none()) {
                return line.fail(format!("nodes that there are, without {missing}"));
            }
        }
        Ok(())
    }

    fn node(&mut self, mut line: Line) -> Result<(), ParseError> {
        let span = span(&line);
        let id: NodeId = line.next_id("n", self.program.nodes.len())?;
        let axes = self.axes.list(&mut line)?;
        let ty = if line.eat(": ") { self.axes.ty(&mut line)? } else { Type::Real };
        line.expect(" = ")?;
        let extent = self.program.extent(&axes);
        let op = self.operation(&mut line, extent)?;
        if let Op::Slot(first) = op {
            self.program.slots = self.program.slots.max(first + extent);
        }
        let before = line.clone();
        let operands: Vec<NodeId> = line.ids("n", " ")?;
        if operands.iter().any(|&operand| operand >= id) {
            return before.fail(format!("operands before {id}"));
        }
        self.program.nodes.push(Node { op, operands, axes, ty, span });
        line.end()
    }

    fn term(&mut self, line: Line) -> Result<(), ParseError> {
        let (span, before) = (span(&line), line.clone());
        let (name, mut line) = split(&line)?;
        let node = self.last_node(&mut line)?;
        let (word, name) = name.split_once(' ').unwrap_or((name, ""));
        let Some(kind) = TermKind::ALL.into_iter().find(|kind| kind.word() == word) else {
            return before.fail(TermKind::ALL.map(TermKind::word).join(", "));
        };
        self.program.terms.push(Term { name: name.to_owned(), node, kind, span });
        Ok(())
    }

    fn output(&mut self, line: Line) -> Result<(), ParseError> {
        let (before, mut line) = split(&line)?;
        let node = self.last_node(&mut line)?;
        line.rest = before;
        let role = match line.word() {
            "value" => OutputRole::Value,
            "gradient" => {
                line.expect(" ")?;
                OutputRole::Gradient(range(&mut line)?)
            }
            "tangent" => OutputRole::Tangent,
            "term" => OutputRole::Term,
            "variable" => OutputRole::Variable,
            _ => {
                line.rest = before;
                return line.fail("`value`, `gradient`, `tangent`, `term` or `variable`");
            }
        };
        let name = line.rest.strip_prefix(' ').unwrap_or(line.rest).to_owned();
        self.program.outputs.push(Output { role, name, node });
        Ok(())
    }

    /// A node that there is, and nothing more.
    fn last_node(&self, line: &mut Line) -> Result<NodeId, ParseError> {
        let before = line.clone();
        let node = line.id("n")?;
        line.end()?;
        if self.program.nodes.get(node).is_some() {
            Ok(node)
        } else {
            before.fail("a node that there is")
        }
    }
}

/// Where an axis comes from.
fn kind(axes: &AxisNames, mut line: Line) -> Result<AxisKind, ParseError> {
    let kind = if line.eat(", alias of ") {
        AxisKind::Alias { of: axes.axis(&mut line)? }
    } else if line.eat(", subset of ") {
        let of = axes.axes(&mut line)?;
        line.expect(" by ")?;
        let mut index = vec![line.id("d")?];
        index.extend(line.ids::<ArrayId>("d", ", ")?);
        AxisKind::Subset { of, index }
    } else {
        AxisKind::Plate
    };
    line.end()?;
    Ok(kind)
}
