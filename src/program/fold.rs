//! Program and values → a program without what data alone decide and without what nothing uses.

use crate::base::IdMap;
use crate::program::builder::array_values;
use crate::program::evaluate::Evaluator;
use crate::program::flow::{fixed_point, needed};
use crate::program::order::renumber;
use crate::program::{Array, ArrayValues, Computation, Facts, NodeId, Op, Origin, Program};

/// Results of at most this many elements are always folded.
const SMALL: usize = 32_768;

/// Computes what depends on data alone, recurrences included, and keeps the results as arrays; then
/// removes what nothing uses. A product of axes larger than any array it is made from (and than
/// 32,768 elements) is left to be computed where it is used.
#[must_use]
pub fn fold(computation: Computation) -> Computation {
    let Computation { mut program, mut values } = computation;
    let size = sizes(&program);
    let worth = |id: NodeId, program: &Program| {
        size[id].is_some_and(|most| program.extent(&program.nodes[id].axes) <= most.max(SMALL))
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
    remove_dead(Computation { program, values })
}

/// Removes nodes, arrays and recurrences that no output and no term needs. Axes and slots stay.
#[must_use]
pub fn remove_dead(computation: Computation) -> Computation {
    renumber(computation)
}

/// For each node that depends on data alone: the number of elements of the largest array below it.
fn sizes(program: &Program) -> IdMap<NodeId, Option<usize>> {
    // From above: recurrences depend on data alone unless something says otherwise.
    fixed_point(program, Some(0), |_, node, size| {
        let own = match node.op.origin() {
            Origin::Unknown | Origin::Noise | Origin::Discrete => None,
            Origin::Recurrence => {
                let links = node.op.tie().map_or(&[][..], |tie| &program.ties[tie].carries);
                let known = links.iter().all(|l| size[l.init].is_some() && size[l.next].is_some());
                known.then(|| program.extent(&node.axes))
            }
            Origin::Data if node.op.array().is_some() => Some(program.extent(&node.axes)),
            Origin::Data => Some(0),
        };
        let below = node.operands.iter().try_fold(0, |most, &o| size[o].map(|s| s.max(most)));
        own.zip(below).map(|(a, b)| a.max(b))
    })
}

/// Nodes from data that something else uses, or that are too large to fold but have operands that
/// are not: leaves excepted.
fn boundary(program: &Program, size: &IdMap<NodeId, Option<usize>>) -> Vec<NodeId> {
    let folds = |id: NodeId| {
        size[id].is_some_and(|most| program.extent(&program.nodes[id].axes) <= most.max(SMALL))
    };
    let mut asked = program.nodes.filled(false);
    for (_, node) in program.nodes.iter().filter(|&(id, _)| !folds(id)) {
        let links = node.op.tie().map_or(&[][..], |tie| &program.ties[tie].carries);
        let carried = links.iter().flat_map(|link| [link.init, link.next]);
        node.operands.iter().copied().chain(carried).for_each(|used| asked[used] = true);
    }
    program.ends().for_each(|id| asked[id] = true);
    let leaf = |id: NodeId| program.nodes[id].op.is_leaf();
    program.nodes.ids().filter(|&id| asked[id] && folds(id) && !leaf(id)).collect()
}

/// What a folded array was computed from.
fn description(program: &Program, id: NodeId) -> String {
    let below = needed(program, [id], |id| program.nodes[id].operands.iter().copied());
    let nodes = program.nodes.iter().filter(|&(id, _)| below[id]);
    let arrays = nodes.filter_map(|(_, node)| node.op.array());
    let mut names: Vec<&str> = arrays.map(|array| program.arrays[array].name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let operation = program.nodes[id].op.word().unwrap_or("computed");
    if names.is_empty() {
        operation.to_owned()
    } else {
        format!("{operation} of {}", names.join(", "))
    }
}
