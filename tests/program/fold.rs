//! Folding: what data alone decide is computed once, and outputs stay what they were.

use crate::support::nodes::{index, one, plate, real, truth};
use pgmc::builtins::Builtin as B;
use pgmc::program::{Builder, Computation, Op, OutputRole, check, evaluate, fold, remove_dead};

#[test]
fn data_become_one_array_and_outputs_stay() {
    let mut b = Builder::new();
    let (rows, groups) = (plate(&mut b, "rows", 4), plate(&mut b, "groups", 3));
    let group = index(&mut b, &[rows], groups, &[2, 0, 2, 1]);
    let x = real(&mut b, &[rows], &[1.0, 2.0, 3.0, 4.0]);
    let a = b.slot(&[groups]);
    let log = one(&mut b, B::Log, x);
    let shifted = b.call(B::Add, &[log, x]);
    let taken = b.gather(a, &[(groups, group)]);
    let product = b.call(B::Multiply, &[taken, shifted]);
    b.output(OutputRole::Variable, "p", product);
    let mean = b.sum(shifted, &[rows]);
    b.output(OutputRole::Variable, "m", mean);
    let Computation { program, values } = b.finish();
    let before = evaluate(&program, &values, &[1.0, -2.0, 0.5], 0);
    let Computation { program: folded, values } = fold(Computation { program, values });
    check(&folded).expect("a program");
    assert_eq!(evaluate(&folded, &values, &[1.0, -2.0, 0.5], 0), before);
    let calls =
        folded.nodes.iter().filter(|(_, n)| matches!(n.op, Op::Call(_) | Op::Sum(_))).count();
    assert_eq!(calls, 1, "only the product is left");
    assert_eq!(folded.arrays.len(), 3, "the index, log x + x, and its sum");
}

#[test]
fn a_recurrence_of_data_is_data() {
    let mut b = Builder::new();
    let time = plate(&mut b, "time", 4);
    let x = real(&mut b, &[time], &[1.0, 2.0, 3.0, 4.0]);
    let zero = b.constant(0.0);
    let carry = b.carry(time, None, false, zero, &[]);
    let next = b.call(B::Add, &[carry, x]);
    b.tie(carry, next);
    b.output(OutputRole::Variable, "c", next);
    let Computation { program: folded, values } = fold(b.finish());
    check(&folded).expect("a program");
    assert!(folded.ties.is_empty());
    assert_eq!(evaluate(&folded, &values, &[], 0), [[1.0, 3.0, 6.0, 10.0]]);
}

#[test]
fn a_large_product_of_axes_is_left_to_its_use() {
    let mut b = Builder::new();
    let (rows, cols) = (plate(&mut b, "rows", 200), plate(&mut b, "cols", 200));
    let (x, y) = (real(&mut b, &[rows], &[1.5; 200]), real(&mut b, &[cols], &[2.0; 200]));
    let (log, root) = (one(&mut b, B::Log, x), one(&mut b, B::Sqrt, y));
    let product = b.call(B::Multiply, &[log, root]);
    b.output(OutputRole::Variable, "p", product);
    let Computation { program: folded, values } = fold(b.finish());
    let largest = folded.arrays.iter().map(|(_, a)| folded.extent(&a.axes)).max();
    assert_eq!(largest, Some(200));
    assert!(folded.nodes.iter().all(|(_, n)| !matches!(n.op, Op::Call(B::Log | B::Sqrt))));
    assert_eq!(evaluate(&folded, &values, &[], 0)[0][0], 1.5_f64.ln() * 2.0_f64.sqrt());
}

#[test]
fn what_nothing_uses_is_removed_but_slots_stay() {
    let mut b = Builder::new();
    let rows = plate(&mut b, "rows", 2);
    let (x, unused) = (b.slot(&[]), b.slot(&[rows]));
    let condition = truth(&mut b, &[rows], &[1, 0]);
    b.call(B::Select, &[condition, unused, x]);
    let live = one(&mut b, B::Exp, x);
    b.output(OutputRole::Variable, "e", live);
    let Computation { program: smaller, values } = remove_dead(b.finish());
    check(&smaller).expect("a program");
    assert_eq!(
        (smaller.nodes.len(), smaller.arrays.len(), values.len(), smaller.slots),
        (3, 0, 0, 3)
    );
}
