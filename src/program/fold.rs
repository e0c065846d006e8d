//! Program and values → a program without what data alone decide and without what nothing uses.

use crate::base::Id as _;
use crate::program::builder::array_values;
use crate::program::evaluate::Evaluator;
use crate::program::order::renumber;
use crate::program::{Array, ArrayValues, Facts, NodeId, Op, Program, Recurrence, Values};

/// Results of at most this many elements are always folded.
const SMALL: usize = 32_768;

/// Computes what depends on data alone, recurrences included, and keeps the results as arrays; then
/// removes what nothing uses. A product of axes larger than any array it is made from (and than
/// 32,768 elements) is left to be computed where it is used.
#[must_use]
pub fn fold(mut program: Program, mut values: Values) -> (Program, Values) {
    let size = sizes(&program);
    let worth = |id: NodeId, program: &Program| {
        size[id.index()]
            .is_some_and(|most| program.extent(&program.nodes[id].axes) <= most.max(SMALL))
    };
    let asked: Vec<NodeId> =
        boundary(&program, &size).into_iter().filter(|&id| worth(id, &program)).collect();
    let mut evaluator = Evaluator::new(&program, &values, &[], 0);
    let results: Vec<ArrayValues> = asked
        .iter()
        .map(|&id| array_values(&evaluator.value(id).data, program.nodes[id].ty))
        .collect();
    for (id, result) in asked.into_iter().zip(results) {
        let node = &program.nodes[id];
        let facts = match &result {
            ArrayValues::Index(indices) if node.axes.len() == 1 => Facts::of(indices),
            ArrayValues::Real(_) | ArrayValues::Bool(_) | ArrayValues::Index(_) => Facts::default(),
        };
        let array =
            Array { name: description(&program, id), axes: node.axes.clone(), ty: node.ty, facts };
        let array = program.arrays.push(array);
        values.push(result);
        program.nodes[id].op = Op::Data(array);
        program.nodes[id].operands.clear();
    }
    remove_dead(program, values)
}

/// Removes nodes, arrays and recurrences that no output and no term needs. Axes and slots stay.
#[must_use]
pub fn remove_dead(program: Program, values: Values) -> (Program, Values) {
    renumber(&program, values)
}

/// For each node that depends on data alone: the number of elements of the largest array below it.
fn sizes(program: &Program) -> Vec<Option<usize>> {
    let mut from_data = vec![true; program.ties.len()];
    loop {
        let size = sizes_given(program, &from_data);
        let holds = |tie: &Recurrence| {
            tie.carries
                .iter()
                .all(|link| size[link.init.index()].is_some() && size[link.next.index()].is_some())
        };
        let next: Vec<bool> =
            program.ties.iter().map(|(id, tie)| from_data[id.index()] && holds(tie)).collect();
        if next == from_data {
            return size;
        }
        from_data = next;
    }
}

/// As [`sizes`], where `from_data` says which recurrences may depend on data alone.
fn sizes_given(program: &Program, from_data: &[bool]) -> Vec<Option<usize>> {
    let mut size: Vec<Option<usize>> = Vec::with_capacity(program.nodes.len());
    for (_, node) in program.nodes.iter() {
        let own = match &node.op {
            Op::Slot(_) | Op::Noise { .. } | Op::Discrete(_) | Op::Draw { .. } => None,
            Op::Carry(tie) => from_data[tie.index()].then(|| program.extent(&node.axes)),
            Op::Data(_) => Some(program.extent(&node.axes)),
            Op::Const(_)
            | Op::Iota(_)
            | Op::Call(_)
            | Op::Convert(_)
            | Op::Stop
            | Op::Sum(_)
            | Op::Max(_)
            | Op::Contract(_)
            | Op::Gather(_)
            | Op::SumBy { .. }
            | Op::Cholesky { .. }
            | Op::Solve { .. }
            | Op::CholeskyAdjoint { .. } => Some(0),
        };
        let below =
            node.operands.iter().try_fold(0, |most, o| size[o.index()].map(|s: usize| s.max(most)));
        size.push(own.zip(below).map(|(a, b)| a.max(b)));
    }
    size
}

/// Nodes from data that something else uses, or that are too large to fold but have operands that
/// are not: leaves excepted.
fn boundary(program: &Program, size: &[Option<usize>]) -> Vec<NodeId> {
    let folds = |id: NodeId| {
        size[id.index()]
            .is_some_and(|most| program.extent(&program.nodes[id].axes) <= most.max(SMALL))
    };
    let mut asked = vec![false; program.nodes.len()];
    for (_, node) in program.nodes.iter().filter(|&(id, _)| !folds(id)) {
        let links =
            if let Op::Carry(tie) = node.op { program.ties[tie].carries.as_slice() } else { &[] };
        for used in node
            .operands
            .iter()
            .copied()
            .chain(links.iter().flat_map(|link| [link.init, link.next]))
        {
            asked[used.index()] = true;
        }
    }
    let ends = program.outputs.iter().map(|o| o.node).chain(program.terms.iter().map(|t| t.node));
    ends.for_each(|id| asked[id.index()] = true);
    let leaf =
        |id: NodeId| matches!(program.nodes[id].op, Op::Const(_) | Op::Data(_) | Op::Iota(_));
    program.nodes.ids().filter(|&id| asked[id.index()] && folds(id) && !leaf(id)).collect()
}

/// What a folded array was computed from.
fn description(program: &Program, id: NodeId) -> String {
    let mut names: Vec<&str> = Vec::new();
    let mut stack = vec![id];
    let mut seen = vec![false; program.nodes.len()];
    while let Some(top) = stack.pop() {
        if std::mem::replace(&mut seen[top.index()], true) {
            continue;
        }
        let node = &program.nodes[top];
        if let Op::Data(array) = node.op {
            names.push(&program.arrays[array].name);
        }
        stack.extend(&node.operands);
    }
    names.sort_unstable();
    names.dedup();
    let operation = match &program.nodes[id].op {
        Op::Call(builtin) => builtin.name(),
        Op::Sum(_) | Op::Contract(_) => "sum",
        Op::Gather(_) => "gather",
        Op::SumBy { .. } => "sum by",
        Op::Convert(_) => "number",
        Op::Max(_) => "maximum",
        Op::Const(_)
        | Op::Data(_)
        | Op::Slot(_)
        | Op::Noise { .. }
        | Op::Discrete(_)
        | Op::Draw { .. }
        | Op::Iota(_)
        | Op::Stop
        | Op::Cholesky { .. }
        | Op::Solve { .. }
        | Op::CholeskyAdjoint { .. }
        | Op::Carry(_) => "computed",
    };
    if names.is_empty() {
        operation.to_owned()
    } else {
        format!("{operation} of {}", names.join(", "))
    }
}
