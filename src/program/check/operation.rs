//! A node and its operands → the axes and the type that its operation gives: the definition of each
//! operation's shape.

use crate::builtins::{Builtin, Code, Domain};
use crate::program::axes::{union, without};
use crate::program::{AxisId, Node, NodeId, Op, Program, Type};

/// Axes and type of a result, or what the operation takes instead of what it was given.
type Shape = Result<(Vec<AxisId>, Type), &'static str>;

/// What a node's operation gives.
#[expect(clippy::too_many_lines, reason = "one arm an operation")]
pub(super) fn result(program: &Program, id: NodeId) -> Shape {
    let node = &program.nodes[id];
    let operands: Vec<&Node> = node.operands.iter().map(|&o| &program.nodes[o]).collect();
    match &node.op {
        Op::Const(value) => constant(program, *value, node.ty, &operands),
        Op::Data(array) => {
            let array = &program.arrays[*array];
            count(&operands, 0)?;
            Ok((array.axes.clone(), array.ty))
        }
        Op::Slot(_) | Op::Noise { .. } => {
            count(&operands, 0)?;
            Ok((node.axes.clone(), Type::Real))
        }
        Op::Discrete(_) => {
            count(&operands, 0)?;
            Ok((node.axes.clone(), node.ty))
        }
        Op::Draw { .. } => {
            let inherited = all_axes(&operands);
            reals(&operands)?;
            Ok((union(&inherited, &node.axes), Type::Real))
        }
        Op::Iota(axis) => Ok((vec![*axis], Type::Index(*axis))),
        Op::Call(builtin) => call(*builtin, &operands),
        Op::Convert(ty) => convert(*ty, &operands),
        Op::Stop => {
            count(&operands, 1)?;
            Ok((operands[0].axes.clone(), operands[0].ty))
        }
        Op::Sum(over) | Op::Max(over) => {
            count(&operands, 1)?;
            reduce(over, &operands)
        }
        Op::Contract(over) => {
            count(&operands, 2)?;
            reduce(over, &operands)
        }
        Op::Gather(named) => gather(program, named, &operands),
        Op::SumBy { axes, over } => sum_by(program, axes, over, &operands),
        Op::Cholesky { row, col } => {
            count(&operands, 1)?;
            matrix(program, *row, *col, operands[0])?;
            Ok((operands[0].axes.clone(), Type::Real))
        }
        Op::CholeskyAdjoint { row, col } => {
            count(&operands, 2)?;
            matrix(program, *row, *col, operands[0])?;
            matrix(program, *row, *col, operands[1])?;
            Ok((all_axes(&operands), Type::Real))
        }
        Op::Solve { row, col, transposed } => solve(program, (*row, *col), *transposed, &operands),
        Op::Carry(_) => {
            count(&operands, 0)?;
            Ok((node.axes.clone(), node.ty))
        }
    }
}

fn constant(program: &Program, value: f64, ty: Type, operands: &[&Node]) -> Shape {
    count(operands, 0)?;
    let holds = match ty {
        Type::Real => true,
        Type::Bool => value == 0.0 || value == 1.0,
        Type::Index(axis) => program
            .axes
            .get(axis)
            .is_some_and(|a| value >= 0.0 && value.fract() == 0.0 && value < f64_of(a.size)),
    };
    if holds { Ok((Vec::new(), ty)) } else { Err("a value of its type") }
}

#[expect(clippy::cast_precision_loss, reason = "an axis has fewer than 2^53 elements")]
fn f64_of(size: usize) -> f64 {
    size as f64
}

fn call(builtin: Builtin, operands: &[&Node]) -> Shape {
    let row = builtin.row();
    count(operands, row.arguments.len())?;
    let axes = all_axes(operands);
    match row.code {
        Code::Compare(_) => {
            if operands[0].ty != operands[1].ty {
                return Err("two operands of one type");
            }
            Ok((axes, Type::Bool))
        }
        Code::Logic(_) => {
            if operands.iter().any(|o| o.ty != Type::Bool) {
                return Err("truth values");
            }
            Ok((axes, Type::Bool))
        }
        Code::Select => {
            if operands[0].ty != Type::Bool || operands[1].ty != operands[2].ty {
                return Err("a truth value and two operands of one type");
            }
            Ok((axes, operands[1].ty))
        }
        Code::One(_) | Code::Two(_) | Code::Three(_) => {
            for (operand, argument) in operands.iter().zip(row.arguments) {
                let expected =
                    if argument.domain == Domain::Bool { Type::Bool } else { Type::Real };
                if operand.ty != expected {
                    return Err("numbers");
                }
            }
            Ok((axes, Type::Real))
        }
        Code::SampleOne(_) | Code::SampleTwo(_) => Err("a `Draw` in its place"),
    }
}

fn convert(ty: Type, operands: &[&Node]) -> Shape {
    count(operands, 1)?;
    let allowed = match (operands[0].ty, ty) {
        (Type::Bool | Type::Index(_), Type::Real) | (Type::Real, Type::Index(_)) => true,
        (Type::Bool | Type::Index(_), Type::Bool | Type::Index(_))
        | (Type::Real, Type::Real | Type::Bool) => false,
    };
    if allowed {
        Ok((operands[0].axes.clone(), ty))
    } else {
        Err("a conversion to Real, or from Real to an index")
    }
}

fn reduce(over: &[AxisId], operands: &[&Node]) -> Shape {
    reals(operands)?;
    if over.is_empty()
        || !operands.iter().all(|o| over.iter().all(|a| o.axes.contains(a)))
        || over.windows(2).any(|w| w[0] >= w[1])
    {
        return Err("operands that all have the reduced axes");
    }
    Ok((without(&all_axes(operands), over), Type::Real))
}

fn gather(program: &Program, named: &[AxisId], operands: &[&Node]) -> Shape {
    let Some((x, indices)) = operands.split_first() else {
        return Err("an operand and an index for each axis");
    };
    check_indices(program, named, indices)?;
    if !named.iter().all(|a| x.axes.contains(a)) {
        return Err("an operand that has the named axes");
    }
    Ok((union(&without(&x.axes, named), &all_axes(indices)), x.ty))
}

fn sum_by(program: &Program, targets: &[AxisId], over: &[AxisId], operands: &[&Node]) -> Shape {
    let Some((x, indices)) = operands.split_first() else {
        return Err("an operand and an index for each axis");
    };
    reals(&[x])?;
    check_indices(program, targets, indices)?;
    let full = all_axes(operands);
    if !over.iter().all(|a| full.contains(a))
        || targets.iter().any(|t| full.contains(t) && !over.contains(t))
    {
        return Err("summed axes that its operands have, and targets that they do not keep");
    }
    Ok((union(&without(&full, over), targets), Type::Real))
}

/// One index for each axis, each of a type that names it.
fn check_indices(
    program: &Program,
    named: &[AxisId],
    indices: &[&Node],
) -> Result<(), &'static str> {
    count(indices, named.len()).map_err(|_| "an operand and an index for each axis")?;
    let fits = |(axis, index): (&AxisId, &&Node)| match index.ty {
        Type::Index(of) => program.original(of) == program.original(*axis),
        Type::Real | Type::Bool => false,
    };
    if named.iter().zip(indices).all(fits) && named.windows(2).all(|w| w[0] < w[1]) {
        Ok(())
    } else {
        Err("indices into the axes that it names")
    }
}

fn solve(
    program: &Program,
    (row, col): (AxisId, AxisId),
    transposed: bool,
    operands: &[&Node],
) -> Shape {
    count(operands, 2)?;
    reals(operands)?;
    matrix(program, row, col, operands[0])?;
    let (from, to) = if transposed { (col, row) } else { (row, col) };
    if !operands[1].axes.contains(&from) {
        return Err("a right-hand side over the matrix' axis");
    }
    let batch =
        union(&without(&operands[0].axes, &[row, col]), &without(&operands[1].axes, &[from]));
    Ok((union(&batch, &[to]), Type::Real))
}

fn matrix(program: &Program, row: AxisId, col: AxisId, x: &Node) -> Result<(), &'static str> {
    let square = row != col && program.axes[row].size == program.axes[col].size;
    let fits = square && x.ty == Type::Real && [row, col].iter().all(|a| x.axes.contains(a));
    if fits { Ok(()) } else { Err("a square matrix over its row and column axis") }
}

fn count(operands: &[&Node], expected: usize) -> Result<(), &'static str> {
    if operands.len() == expected { Ok(()) } else { Err("the right number of operands") }
}

fn reals(operands: &[&Node]) -> Result<(), &'static str> {
    if operands.iter().all(|o| o.ty == Type::Real) { Ok(()) } else { Err("numbers") }
}

fn all_axes(operands: &[&Node]) -> Vec<AxisId> {
    operands.iter().fold(Vec::new(), |all, o| union(&all, &o.axes))
}
