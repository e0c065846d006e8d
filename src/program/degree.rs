//! Program → the degree of each node as a polynomial in some coordinates: what decides whether an
//! integral over them is a Gaussian one.

use crate::base::Id as _;
use crate::builtins::Builtin;
use crate::program::{NodeId, Op, Program};

/// No polynomial of a degree that matters.
const NONE: u32 = u32::MAX;

/// Degrees beyond this count as none: a recurrence may raise a degree with every step.
const MOST: u32 = 8;

/// By node: its degree in the coordinates that `counts` marks, the others held fixed; none where it
/// is no polynomial of low degree.
#[must_use]
pub fn degrees(program: &Program, counts: &[bool]) -> Vec<Option<u32>> {
    let mut degree = vec![0; program.nodes.len()];
    // What a recurrence carries may be of a higher degree than it was before the last round.
    while round(program, counts, &mut degree) {}
    degree.into_iter().map(|d| (d != NONE).then_some(d)).collect()
}

/// One pass over all nodes; whether a degree has risen.
fn round(program: &Program, counts: &[bool], degree: &mut [u32]) -> bool {
    let mut risen = false;
    for (id, node) in program.nodes.iter() {
        let of = |place: usize| degree[node.operands[place].index()];
        let most = node.operands.iter().map(|o| degree[o.index()]).max().unwrap_or(0);
        let now = match &node.op {
            Op::Slot(first) => {
                u32::from(counts[*first..*first + program.extent(&node.axes)].contains(&true))
            }
            Op::Const(_) | Op::Data(_) | Op::Noise { .. } | Op::Discrete(_) | Op::Iota(_) => 0,
            Op::Call(builtin) => call(program, *builtin, &node.operands, degree),
            Op::Sum(_) | Op::Convert(_) => of(0),
            Op::Contract(_) => product(of(0), of(1)),
            Op::Gather(_) | Op::SumBy { .. } => {
                linear(of(0), node.operands[1..].iter().map(|o| degree[o.index()]))
            }
            Op::Solve { .. } => linear(of(1), std::iter::once(of(0))),
            Op::Stop
            | Op::Max(_)
            | Op::Cholesky { .. }
            | Op::CholeskyAdjoint { .. }
            | Op::Draw { .. } => {
                if most == 0 {
                    0
                } else {
                    NONE
                }
            }
            Op::Carry(tie) => {
                let own = program.ties[*tie].carries.iter().filter(|link| link.carry == id);
                own.map(|link| degree[link.init.index()].max(degree[link.next.index()]))
                    .max()
                    .unwrap_or(0)
            }
        };
        let now = if now > MOST { NONE } else { now };
        risen |= now > degree[id.index()];
        degree[id.index()] = degree[id.index()].max(now);
    }
    risen
}

fn product(a: u32, b: u32) -> u32 {
    a.saturating_add(b)
}

/// The degree of what is linear in its first operand; the others must be constants.
fn linear(first: u32, mut others: impl Iterator<Item = u32>) -> u32 {
    if others.all(|d| d == 0) { first } else { NONE }
}

fn call(program: &Program, builtin: Builtin, operands: &[NodeId], degree: &[u32]) -> u32 {
    let of = |place: usize| degree[operands[place].index()];
    let most = operands.iter().map(|o| degree[o.index()]).max().unwrap_or(0);
    if most == 0 {
        return 0;
    }
    // Of the functions only arithmetic keeps polynomials; every other one, also a new one, is none.
    if matches!(builtin, Builtin::Add | Builtin::Subtract | Builtin::Negate) {
        most
    } else if builtin == Builtin::Multiply {
        product(of(0), of(1))
    } else if builtin == Builtin::Divide {
        linear(of(0), std::iter::once(of(1)))
    } else if builtin == Builtin::Select {
        if of(0) == 0 { of(1).max(of(2)) } else { NONE }
    } else if let Some(power) = power_of(program, builtin, operands) {
        let whole = power >= 0.0 && power.fract() == 0.0 && power <= f64::from(MOST);
        if whole { of(0).saturating_mul(power as u32) } else { NONE }
    } else {
        NONE
    }
}

/// The exponent of a power, where it is a number.
fn power_of(program: &Program, builtin: Builtin, operands: &[NodeId]) -> Option<f64> {
    let exponent = operands.get(1).filter(|_| builtin == Builtin::Power)?;
    if let Op::Const(power) = program.nodes[*exponent].op { Some(power) } else { None }
}
