//! Random programs: whatever is put together of smooth operations has the right derivatives.

use super::differences::check_derivatives;
use crate::support::nodes::{index, one, plate, real, term, truth};
use crate::support::random::numbers;
use pgmc::builtins::Builtin as B;
use pgmc::program::{AxisId, Builder, NodeId};
use proptest::prelude::*;

/// A step: which operation, on which of the nodes made so far, over which axis.
type Step = (u8, usize, usize, u8);

/// Applies a step; values stay bounded, so that differences stay accurate.
fn apply(
    b: &mut Builder,
    nodes: &[NodeId],
    axes: &[AxisId; 2],
    indices: &[NodeId; 2],
    step: Step,
) -> NodeId {
    let (operation, left, right, axis) = step;
    let (x, y) = (nodes[left % nodes.len()], nodes[right % nodes.len()]);
    let axis = usize::from(axis % 2);
    match operation % 13 {
        0 => b.call(B::Add, &[x, y]),
        1 => b.call(B::Subtract, &[x, y]),
        2 => b.call(B::Multiply, &[x, y]),
        3 => one(b, B::Sin, x),
        4 => one(b, B::InvLogit, x),
        5 => one(b, B::Log1pExp, x),
        6 => {
            let p = one(b, B::InvLogit, x);
            one(b, B::Log, p)
        }
        7 => {
            let total = b.sum(x, &[axes[axis]]);
            one(b, B::Tanh, total)
        }
        8 => {
            let product = b.contract(x, y, &[axes[axis]]);
            one(b, B::Tanh, product)
        }
        9 => b.gather(x, &[(axes[0], indices[axis])]),
        10 => {
            let expanded = b.expand(x, &[axes[1]]);
            let narrow = if b.axes(expanded).contains(&axes[0]) {
                b.sum(expanded, &[axes[0]])
            } else {
                expanded
            };
            let total = b.sum_by(narrow, &[(axes[0], indices[1])], &[axes[1]]);
            one(b, B::Tanh, total)
        }
        11 => {
            let condition =
                truth(b, &[axes[axis]], if axis == 0 { &[1, 0, 1] } else { &[0, 1, 1, 0] });
            b.call(B::Select, &[condition, x, y])
        }
        _ => b.log_sum_exp(x, &[axes[axis]]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn derivatives_agree_with_differences(steps in prop::collection::vec((any::<u8>(), 0..64_usize, 0..64_usize, any::<u8>()), 1..14)) {
        let mut b = Builder::new();
        let axes = [plate(&mut b, "groups", 3), plate(&mut b, "rows", 4)];
        // A shift along the first axis, and an index of the second into the first.
        let indices = [index(&mut b, &[axes[0]], axes[0], &[0, 0, 1]), index(&mut b, &[axes[1]], axes[0], &[2, 0, 0, 2])];
        let mut nodes = vec![b.slot(&[]), b.slot(&[axes[0]]), b.slot(&[axes[1]]), b.slot(&[axes[0], axes[1]])];
        nodes.push(real(&mut b, &[axes[0], axes[1]], &numbers(12, 20, 1.0)));
        for step in steps {
            let made = apply(&mut b, &nodes, &axes, &indices, step);
            nodes.push(made);
        }
        let last = nodes[nodes.len() - 1];
        let bounded = one(&mut b, B::Tanh, last);
        term(&mut b, bounded, &axes);
        check_derivatives(b, &numbers(20, 21, 1.0).iter().map(|v| 0.5 * v).collect::<Vec<f64>>());
    }
}
