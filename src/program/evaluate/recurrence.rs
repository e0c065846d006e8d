//! A recurrence and what it takes from outside → the values of its members, step by step.

use crate::program::axes::without;
use crate::program::evaluate::tensor::{Tensor, steps_of};
use crate::program::evaluate::{Evaluator, numbers};
use crate::program::{AxisId, NodeId, Program, Recurrence, TieId, members};

/// What a recurrence takes from outside: operands of members, inits, and nexts that depend on no
/// carry.
pub(super) fn externals(program: &Program, tie: TieId) -> Vec<NodeId> {
    let inside = members(program, tie);
    let operands = inside.iter().flat_map(|&m| program.nodes[m].operands.iter().copied());
    let links = program.ties[tie].carries.iter().flat_map(|link| [link.init, link.next]);
    let mut outside: Vec<NodeId> =
        operands.chain(links).filter(|id| inside.binary_search(id).is_err()).collect();
    outside.sort_unstable();
    outside.dedup();
    outside
}

/// Runs a recurrence whose externals are known.
pub(super) fn run(evaluator: &Evaluator, tie: TieId) -> Vec<(NodeId, Tensor)> {
    let program = evaluator.program;
    let recurrence = &program.ties[tie];
    let inside = members(program, tie);
    let mut columns: Vec<Vec<Tensor>> = vec![Vec::new(); inside.len()];
    let mut previous: Option<Vec<Tensor>> = None;
    for element in order(program, recurrence) {
        let start = starts_at(evaluator, recurrence, element);
        let mut current: Vec<Tensor> = Vec::with_capacity(inside.len());
        let step = (recurrence.axis, element);
        for &member in &inside {
            let axes = without(&program.nodes[member].axes, &[recurrence.axis]);
            let value = match recurrence.carries.iter().position(|link| link.carry == member) {
                Some(carry) => {
                    let brought =
                        previous.as_ref().filter(|_| !start).map(|values| values[carry].clone());
                    let init = recurrence.carries[carry].init;
                    let value = brought.unwrap_or_else(|| {
                        outside(evaluator, init).at(program, recurrence.axis, element)
                    });
                    Tensor { data: value.broadcast(program, &axes).into_owned(), axes }
                }
                None => {
                    let operands = operands_at(evaluator, &inside, &current, member, step);
                    let operands: Vec<&Tensor> = operands.iter().collect();
                    evaluator.apply(member, &axes, &operands, Some(step))
                }
            };
            current.push(value);
        }
        let links = recurrence.carries.iter();
        let nexts = links.map(|link| value_at(evaluator, &inside, &current, link.next, step));
        previous = Some(nexts.collect());
        columns.iter_mut().zip(current).for_each(|(column, value)| column.push(value));
    }
    inside
        .iter()
        .zip(columns)
        .map(|(&member, column)| (member, stack(program, recurrence, member, &column)))
        .collect()
}

fn order(program: &Program, recurrence: &Recurrence) -> Vec<usize> {
    let elements = 0..program.axes[recurrence.axis].size;
    if recurrence.reversed { elements.rev().collect() } else { elements.collect() }
}

fn starts_at(evaluator: &Evaluator, recurrence: &Recurrence, element: usize) -> bool {
    recurrence.starts.is_some_and(|array| numbers(&evaluator.values[array])[element] != 0.0)
}

fn operands_at(
    evaluator: &Evaluator,
    inside: &[NodeId],
    current: &[Tensor],
    member: NodeId,
    step: (AxisId, usize),
) -> Vec<Tensor> {
    evaluator.program.nodes[member]
        .operands
        .iter()
        .map(|&operand| value_at(evaluator, inside, current, operand, step))
        .collect()
}

/// The value of a member or of an external at one step.
fn value_at(
    evaluator: &Evaluator,
    inside: &[NodeId],
    current: &[Tensor],
    id: NodeId,
    (axis, element): (AxisId, usize),
) -> Tensor {
    match inside.binary_search(&id) {
        Ok(place) => current[place].clone(),
        Err(_) => outside(evaluator, id).at(evaluator.program, axis, element),
    }
}

fn outside<'a>(evaluator: &'a Evaluator, id: NodeId) -> &'a Tensor {
    evaluator.known(id)
}

/// The values of the steps, in the order of the recurrence, as one tensor.
fn stack(program: &Program, recurrence: &Recurrence, member: NodeId, column: &[Tensor]) -> Tensor {
    let axes = program.nodes[member].axes.clone();
    let mut data = vec![0.0; program.extent(&axes)];
    let stride = steps_of(program, &axes, recurrence.axis);
    for (element, value) in order(program, recurrence).into_iter().zip(column) {
        let block = stride * program.axes[recurrence.axis].size;
        for (place, &number) in value.data.iter().enumerate() {
            data[(place / stride) * block + element * stride + place % stride] = number;
        }
    }
    Tensor { axes, data }
}
