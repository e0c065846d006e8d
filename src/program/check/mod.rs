//! Program → whether it keeps the invariants:
//!
//! 1. operands precede their node; ids are those of entries that exist; only ties point back;
//! 2. axes are a set, in the order of their ids, and are those that the operation gives
//!    (`operation.rs` has the rule of each);
//! 3. types are those that the operation takes and gives; an index names an axis, or an alias of
//!    it;
//! 4. each coordinate of the unknown vector belongs to exactly one slot;
//! 5. each term is a scalar;
//! 6. a carry belongs to its recurrence; its init precedes it, varies over no more than it does and
//!    is of its type; so does its next, which is a member or precedes the carry; starts are truth
//!    values over the axis;
//! 7. no node is a member of two recurrences, and recurrences do not wait for each other;
//! 8. no member of a recurrence reduces, gathers or solves along its axis, and every member varies
//!    over it.

mod operation;
mod recurrence;

use crate::base::Id as _;
use crate::program::error::CheckError;
use crate::program::{AxisId, AxisKind, Node, NodeId, Program, Type};

/// Whether a program keeps the invariants.
///
/// # Errors
/// The invariants that are broken, all of them.
pub fn check(program: &Program) -> Result<(), Vec<CheckError>> {
    let mut errors: Vec<CheckError> = arrays(program);
    errors.extend(program.nodes.iter().filter_map(|(id, node)| references(program, id, node)));
    if errors.is_empty() {
        // What follows looks ids up.
        errors.extend(program.nodes.iter().filter_map(|(id, node)| node_error(program, id, node)));
        errors.extend(slots(program));
        errors.extend(
            program
                .terms
                .iter()
                .filter(|t| !program.nodes[t.node].axes.is_empty())
                .map(|t| CheckError::TermNotScalar { node: t.node }),
        );
        errors.extend(recurrence::errors(program));
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

fn references(program: &Program, id: NodeId, node: &Node) -> Option<CheckError> {
    let axis = |a: &AxisId| a.index() < program.axes.len();
    let of_op = node.op.array().is_none_or(|array| program.arrays.get(array).is_some())
        && node.op.tie().is_none_or(|tie| program.ties.get(tie).is_some())
        && node.op.bound().iter().all(axis)
        && node.op.position().iter().all(axis);
    let holds = of_op && node.axes.iter().all(axis) && node.operands.iter().all(|&o| o < id);
    (!holds).then_some(CheckError::Reference { node: id })
}

fn node_error(program: &Program, id: NodeId, node: &Node) -> Option<CheckError> {
    if node.axes.windows(2).any(|w| w[0] >= w[1]) {
        return Some(CheckError::AxesNotASet { node: id });
    }
    match operation::result(program, id) {
        Err(expected) => Some(CheckError::Operands { node: id, expected }),
        Ok((axes, _)) if axes != node.axes => Some(CheckError::Axes { node: id, expected: axes }),
        Ok((_, ty)) if ty != node.ty => Some(CheckError::Type { node: id, expected: ty }),
        Ok(_) => None,
    }
}

fn slots(program: &Program) -> Vec<CheckError> {
    let mut owners = vec![0; program.slots];
    let mut beyond = Vec::new();
    for (first, id) in program.unknowns() {
        for coordinate in first..first + program.extent(&program.nodes[id].axes) {
            match owners.get_mut(coordinate) {
                Some(count) => *count += 1,
                None => beyond.push(CheckError::Slot { coordinate, owners: 1 }),
            }
        }
    }
    let wrong = owners.into_iter().enumerate().filter(|&(_, count)| count != 1);
    wrong
        .map(|(coordinate, owners)| CheckError::Slot { coordinate, owners })
        .chain(beyond)
        .collect()
}

/// Arrays over axes that exist; starts and subset indices of the right shape.
fn arrays(program: &Program) -> Vec<CheckError> {
    let mut wrong = Vec::new();
    for (id, array) in program.arrays.iter() {
        let known = |axis: &AxisId| axis.index() < program.axes.len();
        if !array.axes.iter().all(known) || array.axes.windows(2).any(|w| w[0] >= w[1]) {
            wrong.push(CheckError::Array { array: id });
        }
    }
    for (id, axis) in program.axes.iter() {
        let AxisKind::Subset { of, index } = &axis.kind else { continue };
        for (full, &array) in of.iter().zip(index) {
            let fits = program
                .arrays
                .get(array)
                .is_some_and(|a| a.axes == [id] && a.ty == Type::Index(*full));
            if !fits {
                wrong.push(CheckError::Array { array });
            }
        }
    }
    wrong
}
