//! Program → text: what `explain` shows, tests compare, and `parse` reads.

use std::fmt::Write as _;

use crate::program::{
    ArrayId, ArrayValues, AxisId, AxisKind, Base, Node, NodeId, Op, OutputRole, Program,
    Recurrence, Type, Values,
};

/// A program as text: axes, arrays with facts, recurrences, a node a line, terms, outputs. Empty
/// parts are left out, and so are the values of arrays.
#[must_use]
pub fn print(program: &Program) -> String {
    text(program, |_| String::new())
}

/// A program as text with the values of its arrays, each after its array: what
/// [`crate::program::parse()`] reads. All is there but the spans.
#[must_use]
pub fn print_with_values(program: &Program, values: &Values) -> String {
    text(program, |array| format!(" ={}", numbers(&values[array])))
}

fn text(program: &Program, values: impl Fn(ArrayId) -> String) -> String {
    let nodes: Vec<String> =
        program.nodes.iter().map(|(id, node)| node_line(program, id, node)).collect();
    let terms = program
        .terms
        .iter()
        .map(|term| format!("{} {}: {}", term.kind.word(), term.name, term.node));
    let outputs = program
        .outputs
        .iter()
        .map(|output| format!("{}: {}", role(&output.role, &output.name), output.node));
    let mut out = String::new();
    section(&mut out, "axes", program.axes.ids().map(|axis| axis_line(program, axis)));
    section(
        &mut out,
        "arrays",
        program.arrays.ids().map(|id| format!("{}{}", array_line(program, id), values(id))),
    );
    section(
        &mut out,
        "recurrences",
        program.ties.iter().map(|(id, tie)| format!("{id} {}", tie_line(program, tie))),
    );
    section(&mut out, "nodes", nodes.into_iter());
    section(&mut out, "terms", terms);
    section(&mut out, "outputs", outputs);
    out
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    if !lines.is_empty() {
        let _ = writeln!(out, "{title}");
        lines.iter().for_each(|line| {
            let _ = writeln!(out, "  {line}");
        });
    }
}

fn axis_line(program: &Program, axis: AxisId) -> String {
    let described = &program.axes[axis];
    let origin = match &described.kind {
        AxisKind::Plate => String::new(),
        AxisKind::Alias { of } => format!(", alias of {}", name(program, *of)),
        AxisKind::Subset { of, index } => {
            let index: Vec<String> = index.iter().map(ToString::to_string).collect();
            format!(", subset of {} by {}", names(program, of), index.join(", "))
        }
    };
    format!("{} = {}{origin}", name(program, axis), described.size)
}

/// The values of an array, each with a space before it.
fn numbers(values: &ArrayValues) -> String {
    match values {
        ArrayValues::Real(values) => values.iter().map(|value| format!(" {value:?}")).collect(),
        ArrayValues::Bool(values) => values.iter().map(|value| format!(" {value}")).collect(),
        ArrayValues::Index(values) => values.iter().map(|value| format!(" {value}")).collect(),
    }
}

fn array_line(program: &Program, id: ArrayId) -> String {
    let array = &program.arrays[id];
    let axes = list(program, &array.axes);
    let mut line = format!("{id} {}{axes}: {}", array.name, ty(program, array.ty));
    if array.facts.sorted {
        line.push_str(", sorted");
    }
    if array.facts.injective {
        line.push_str(", injective");
    }
    if let Some((offset, stride)) = array.facts.affine {
        let _ = write!(line, ", {offset} + {stride}·i");
    }
    line
}

fn tie_line(program: &Program, tie: &Recurrence) -> String {
    let direction = if tie.reversed { "backward" } else { "forward" };
    let starts = tie.starts.map_or(String::new(), |array| format!(", starts {array}"));
    let carries: Vec<String> =
        tie.carries.iter().map(|c| format!("{} = {} then {}", c.carry, c.init, c.next)).collect();
    format!("along {} {direction}{starts}: {}", name(program, tie.axis), carries.join(", "))
}

fn node_line(program: &Program, id: NodeId, node: &Node) -> String {
    let kind =
        if node.ty == Type::Real { String::new() } else { format!(": {}", ty(program, node.ty)) };
    let operands: Vec<String> = node.operands.iter().map(ToString::to_string).collect();
    let words = std::iter::once(operation(program, node)).chain(operands).collect::<Vec<_>>();
    format!("{id}{}{kind} = {}", list(program, &node.axes), words.join(" "))
}

fn operation(program: &Program, node: &Node) -> String {
    match &node.op {
        Op::Const(value) => format!("{value:?}"),
        Op::Data(array) => format!("data {array} {}", program.arrays[*array].name),
        Op::Slot(first) => format!("slot {first}..{}", first + program.extent(&node.axes)),
        Op::Discrete(id) => format!("discrete {id}"),
        Op::Noise { stream, base } => format!("noise {stream} {}", base_name(*base)),
        Op::Draw { stream, sampler } => format!("draw {stream} {}", sampler.name()),
        Op::Iota(axis) => format!("iota {}", name(program, *axis)),
        Op::Call(builtin) => builtin.name().to_owned(),
        Op::Convert(to) => format!("convert {}", ty(program, *to)),
        Op::Stop => "stop".to_owned(),
        Op::Sum(over) => format!("sum{}", list(program, over)),
        Op::Max(over) => format!("max{}", list(program, over)),
        Op::Contract(over) => format!("contract{}", list(program, over)),
        Op::Gather(named) => format!("gather{}", list(program, named)),
        Op::SumBy { axes, over } => {
            format!("sum_by{} over{}", list(program, axes), list(program, over))
        }
        Op::Cholesky { row, col } => format!("cholesky{}", list(program, &[*row, *col])),
        Op::Solve { row, col, transposed } => {
            format!(
                "solve{}{}",
                if *transposed { "_transposed" } else { "" },
                list(program, &[*row, *col])
            )
        }
        Op::CholeskyAdjoint { row, col } => {
            format!("cholesky_adjoint{}", list(program, &[*row, *col]))
        }
        Op::Carry(tie) => format!("carry {tie}"),
    }
}

fn base_name(base: Base) -> &'static str {
    match base {
        Base::Normal => "normal",
        Base::Uniform => "uniform",
        Base::Exponential => "exponential",
    }
}

fn role(role: &OutputRole, name: &str) -> String {
    match role {
        OutputRole::Value => "value".to_owned(),
        OutputRole::Gradient(range) => format!("gradient {}..{}", range.start, range.end),
        OutputRole::Tangent => format!("tangent {name}").trim_end().to_owned(),
        OutputRole::Term => format!("term {name}"),
        OutputRole::Variable => format!("variable {name}"),
    }
}

/// A type.
pub(crate) fn ty(program: &Program, ty: Type) -> String {
    match ty {
        Type::Real => "real".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Index(axis) => format!("index {}", name(program, axis)),
    }
}

/// Axes in brackets; nothing where there are none.
fn list(program: &Program, axes: &[AxisId]) -> String {
    if axes.is_empty() { String::new() } else { format!("[{}]", names(program, axes)) }
}

/// Axes with commas between them.
pub(crate) fn names(program: &Program, axes: &[AxisId]) -> String {
    axes.iter().map(|&axis| name(program, axis)).collect::<Vec<_>>().join(", ")
}

/// The name of an axis, with its id where another axis has the same.
pub(crate) fn name(program: &Program, axis: AxisId) -> String {
    let own = &program.axes[axis].name;
    let alone = program.axes.iter().filter(|(_, a)| a.name == *own).count() == 1;
    if alone { own.clone() } else { format!("{own}:{axis}") }
}
