//! Program → the degree of each node as a polynomial in some coordinates: what decides whether an
//! integral over them is a Gaussian one.

use crate::base::IdMap;
use crate::builtins::Builtin;
use crate::program::flow::fixed_point;
use crate::program::{Node, NodeId, Origin, Program};

/// No polynomial of a degree that matters.
const NONE: u32 = u32::MAX;

/// Degrees beyond this count as none: a recurrence may raise a degree with every step.
const MOST: u32 = 8;

/// By node: its degree in the coordinates that `counts` marks, the others held fixed; none where it
/// is no polynomial of low degree.
#[must_use]
pub fn degrees(program: &Program, counts: &[bool]) -> IdMap<NodeId, Option<u32>> {
    let degree = fixed_point(program, 0, |id, node, degree| {
        let now = match node.op.origin() {
            Origin::Unknown => {
                let first = node.op.slot().unwrap_or(0);
                u32::from(counts[first..first + program.extent(&node.axes)].contains(&true))
            }
            Origin::Recurrence => {
                program.link(id).map_or(0, |(_, link)| degree[link.init].max(degree[link.next]))
            }
            Origin::Data | Origin::Noise | Origin::Discrete => match node.op.called() {
                Some(builtin) => call(program, builtin, &node.operands, degree),
                None => of_operands(node, degree),
            },
        };
        // What a recurrence carries may be of a higher degree than it was before the last round.
        let now = if now > MOST { NONE } else { now };
        now.max(degree[id])
    });
    degree.iter().map(|(_, &d)| (d != NONE).then_some(d)).collect()
}

/// The degree of what is a product of the operands that it is linear in; the others must be
/// constants.
fn of_operands(node: &Node, degree: &IdMap<NodeId, u32>) -> u32 {
    let linear = node.op.linear_in();
    let mut total = 0_u32;
    for (place, &operand) in node.operands.iter().enumerate() {
        if linear.contains(&place) {
            total = total.saturating_add(degree[operand]);
        } else if degree[operand] != 0 {
            return NONE;
        }
    }
    total
}

/// The degree of what is linear in its first operand; the other must be a constant.
fn linear(first: u32, other: u32) -> u32 {
    if other == 0 { first } else { NONE }
}

fn call(
    program: &Program,
    builtin: Builtin,
    operands: &[NodeId],
    degree: &IdMap<NodeId, u32>,
) -> u32 {
    let of = |place: usize| degree[operands[place]];
    let most = operands.iter().map(|&o| degree[o]).max().unwrap_or(0);
    if most == 0 {
        return 0;
    }
    // Of the functions only arithmetic keeps polynomials; every other one, also a new one, is none.
    if matches!(builtin, Builtin::Add | Builtin::Subtract | Builtin::Negate) {
        most
    } else if builtin == Builtin::Multiply {
        of(0).saturating_add(of(1))
    } else if builtin == Builtin::Divide {
        linear(of(0), of(1))
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
    program.nodes[*exponent].op.constant()
}
