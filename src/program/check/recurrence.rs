//! The recurrences of a program → what is wrong with them.

use crate::base::{Id as _, IdMap};
use crate::program::error::CheckError;
use crate::program::{AxisId, CarryLink, NodeId, Program, TieId, Type, members};

/// All that is wrong with the recurrences of a program.
pub(super) fn errors(program: &Program) -> Vec<CheckError> {
    let mut errors: Vec<CheckError> =
        program.ties.ids().flat_map(|tie| tie_errors(program, tie)).collect();
    errors.extend(unlinked(program));
    if errors.is_empty() {
        let inside = program.ties.map(|(tie, _)| members(program, tie));
        errors
            .extend(inside.iter().flat_map(|(tie, members)| member_errors(program, tie, members)));
        errors.extend(entangled(program, &inside));
    }
    errors
}

fn tie_errors(program: &Program, tie: TieId) -> Vec<CheckError> {
    let recurrence = &program.ties[tie];
    let broken = |text: &'static str| CheckError::Recurrence { tie, broken: text };
    let mut errors = Vec::new();
    if recurrence.axis.index() >= program.axes.len() {
        return vec![broken("its axis is not there")];
    }
    if let Some(starts) = recurrence.starts
        && !program
            .arrays
            .get(starts)
            .is_some_and(|a| a.axes == [recurrence.axis] && a.ty == Type::Bool)
    {
        errors.push(broken("its starts are not truth values over its axis"));
    }
    if recurrence.carries.is_empty() {
        errors.push(broken("it carries nothing"));
    }
    let inside = members(program, tie);
    errors.extend(
        recurrence
            .carries
            .iter()
            .filter_map(|link| link_error(program, tie, link, &inside))
            .map(broken),
    );
    errors
}

fn link_error(
    program: &Program,
    tie: TieId,
    link: &CarryLink,
    inside: &[NodeId],
) -> Option<&'static str> {
    let (carry, init, next) =
        (&program.nodes[link.carry], &program.nodes[link.init], &program.nodes[link.next]);
    let within = |axes: &[AxisId]| axes.iter().all(|a| carry.axes.contains(a));
    if carry.op.tie() != Some(tie) {
        return Some("a carry is not its own");
    }
    if !carry.axes.contains(&program.ties[tie].axis) || !within(&init.axes) || !within(&next.axes) {
        return Some("a carry lacks axes of the recurrence, of its init or of its next");
    }
    if init.ty != carry.ty || next.ty != carry.ty {
        return Some("carry, init and next are not of one type");
    }
    if link.init >= link.carry {
        return Some("an init does not precede its carry");
    }
    let precedes = inside.binary_search(&link.next).is_ok()
        || inside.first().is_none_or(|&first| link.next < first);
    (!precedes).then_some("a next is neither a member nor before all members")
}

/// Carries that no link has, or several have.
fn unlinked(program: &Program) -> Vec<CheckError> {
    let carries = program.nodes.iter().filter_map(|(id, node)| node.op.tie().map(|tie| (id, tie)));
    let links = |id: NodeId, tie: TieId| {
        program.ties[tie].carries.iter().filter(|link| link.carry == id).count()
    };
    carries
        .filter(|&(id, tie)| links(id, tie) != 1)
        .map(|(_, tie)| CheckError::Recurrence { tie, broken: "a carry has no link or several" })
        .collect()
}

fn member_errors(program: &Program, tie: TieId, members: &[NodeId]) -> Vec<CheckError> {
    let axis = program.ties[tie].axis;
    let wrong = |&&member: &&NodeId| {
        let node = &program.nodes[member];
        let along = node.op.bound().contains(&axis) || node.op.tie().is_some_and(|of| of != tie);
        along || !node.axes.contains(&axis)
    };
    members.iter().filter(wrong).map(|&node| CheckError::AlongRecurrence { node, tie }).collect()
}

/// Members of two recurrences, and recurrences that wait for each other.
fn entangled(program: &Program, inside: &IdMap<TieId, Vec<NodeId>>) -> Vec<CheckError> {
    let mut owner = program.nodes.filled(None);
    let mut errors = Vec::new();
    for (tie, members) in inside.iter() {
        for &member in members {
            if owner[member].replace(tie).is_some() {
                errors.push(CheckError::Recurrence {
                    tie,
                    broken: "a member belongs to another recurrence too",
                });
            }
        }
    }
    let mut state = program.nodes.filled(State::New);
    for id in program.nodes.ids() {
        if errors.is_empty()
            && let Some(tie) = waits_for_itself(program, inside, &owner, id, &mut state)
        {
            errors.push(CheckError::Recurrence {
                tie,
                broken: "it waits for itself through another recurrence",
            });
        }
    }
    errors
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Waiting,
    Done,
}

/// Walks to what must be computed before `id`; a recurrence stands for all its members, by its
/// first one.
fn waits_for_itself(
    program: &Program,
    inside: &IdMap<TieId, Vec<NodeId>>,
    owner: &IdMap<NodeId, Option<TieId>>,
    id: NodeId,
    state: &mut IdMap<NodeId, State>,
) -> Option<TieId> {
    let representative = |id: NodeId| owner[id].map_or(id, |tie| inside[tie][0]);
    let mut stack = vec![representative(id)];
    while let Some(&top) = stack.last() {
        if state[top] != State::New {
            state[top] = State::Done;
            stack.pop();
            continue;
        }
        state[top] = State::Waiting;
        for need in needs(program, inside, owner[top], top).into_iter().map(representative) {
            match state[need] {
                State::New => stack.push(need),
                State::Waiting if need != top => return owner[need].or(owner[top]),
                State::Waiting | State::Done => {}
            }
        }
    }
    None
}

/// What must be computed before a node, or before its recurrence.
fn needs(
    program: &Program,
    inside: &IdMap<TieId, Vec<NodeId>>,
    tie: Option<TieId>,
    id: NodeId,
) -> Vec<NodeId> {
    let Some(tie) = tie else { return program.nodes[id].operands.clone() };
    let members = &inside[tie];
    let links = program.ties[tie].carries.iter().flat_map(|link| [link.init, link.next]);
    let operands = members.iter().flat_map(|&m| program.nodes[m].operands.iter().copied());
    operands.chain(links).filter(|n| members.binary_search(n).is_err()).collect()
}
