//! The builder: sums that distribute, gathers, recurrences, equal nodes made once.

use crate::support::nodes::{index, one, plate, real, value};
use pgmc::builtins::Builtin as B;
use pgmc::program::{Builder, Op};

#[test]
fn an_array_is_laid_out_in_the_order_of_the_axes() {
    let mut b = Builder::new();
    let (rows, cols) = (plate(&mut b, "rows", 2), plate(&mut b, "cols", 3));
    let x = real(&mut b, &[cols, rows], &[1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
    assert_eq!(value(&b, x, &[]), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
}

#[test]
fn equal_nodes_are_one() {
    let mut b = Builder::new();
    let (x, y) = (b.slot(&[]), b.slot(&[]));
    assert_ne!(x, y);
    assert_eq!(b.call(B::Add, &[x, y]), b.call(B::Add, &[y, x]));
    assert_eq!(b.constant(2.0), b.constant(2.0));
}

#[test]
fn a_sum_counts_axes_that_its_operand_lacks() {
    let mut b = Builder::new();
    let rows = plate(&mut b, "rows", 3);
    let (mu, log_sd) = (b.slot(&[]), b.slot(&[]));
    let y = real(&mut b, &[rows], &[1.0, 2.0, 4.0]);
    let sd = one(&mut b, B::Exp, log_sd);
    let centred = b.call(B::Subtract, &[y, mu]);
    let z = b.call(B::Divide, &[centred, sd]);
    let zz = b.call(B::Multiply, &[z, z]);
    let half = b.constant(-0.5);
    let quadratic = b.call(B::Multiply, &[half, zz]);
    let log = one(&mut b, B::Log, sd);
    let density = b.call(B::Subtract, &[quadratic, log]);
    let total = b.sum(density, &[rows]);
    let expected = -0.5 * (0.25 + 0.25 + 6.25) / 4.0 - 3.0 * 2.0_f64.ln();
    assert!((value(&b, total, &[1.5, 2.0_f64.ln()])[0] - expected).abs() < 1e-14);
    // Within the plate only (y − mu)² is left.
    let inside = b.program.nodes.iter().filter(|(_, n)| matches!(n.op, Op::Sum(_))).count();
    assert_eq!(inside, 1);
}

#[test]
fn a_product_is_summed_over_one_axis_at_a_time() {
    let mut b = Builder::new();
    let (rows, cols) = (plate(&mut b, "rows", 2), plate(&mut b, "cols", 3));
    let x = real(&mut b, &[rows, cols], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let (u, v) = (b.slot(&[rows]), b.slot(&[cols]));
    let xv = b.call(B::Multiply, &[x, v]);
    let uxv = b.call(B::Multiply, &[u, xv]);
    let total = b.sum(uxv, &[rows, cols]);
    let q = [1.0, -1.0, 1.0, 0.5, 2.0];
    assert!((value(&b, total, &q)[0] - (1.0 + 1.0 + 6.0 - 4.0 - 2.5 - 12.0)).abs() < 1e-14);
    let contraction =
        b.program.nodes.iter().any(
            |(_, n)| matches!(&n.op, Op::Contract(over) if over.len() == 1 && n.axes.len() == 1),
        );
    assert!(contraction, "Σ_rows u·x is a contraction");
}

#[test]
fn contract_is_the_matrix_product() {
    let mut b = Builder::new();
    let (rows, cols) = (plate(&mut b, "rows", 2), plate(&mut b, "cols", 3));
    let x = real(&mut b, &[rows, cols], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
    let v = b.slot(&[cols]);
    let product = b.contract(x, v, &[cols]);
    assert_eq!(b.axes(product), [rows]);
    assert_eq!(value(&b, product, &[1.0, 0.5, 2.0]), [8.0, 18.5]);
}

#[test]
fn gather_and_sum_by_are_adjoint() {
    let mut b = Builder::new();
    let (rows, groups) = (plate(&mut b, "rows", 4), plate(&mut b, "groups", 3));
    let group = index(&mut b, &[rows], groups, &[2, 0, 2, 1]);
    let (a, w) = (b.slot(&[groups]), b.slot(&[rows]));
    let taken = b.gather(a, &[(groups, group)]);
    let summed = b.sum_by(w, &[(groups, group)], &[rows]);
    let q = [10.0, 20.0, 30.0, 1.0, 2.0, 3.0, 4.0];
    assert_eq!(value(&b, taken, &q), [30.0, 10.0, 30.0, 20.0]);
    assert_eq!(value(&b, summed, &q), [2.0, 4.0, 4.0]);
}

#[test]
fn a_shift_gathers_along_its_own_axis() {
    let mut b = Builder::new();
    let time = plate(&mut b, "time", 3);
    let before = index(&mut b, &[time], time, &[0, 0, 1]);
    let x = b.slot(&[time]);
    let shifted = b.gather(x, &[(time, before)]);
    let back = b.sum_by(x, &[(time, before)], &[time]);
    assert_eq!(value(&b, shifted, &[1.0, 2.0, 3.0]), [1.0, 1.0, 2.0]);
    assert_eq!(value(&b, back, &[1.0, 2.0, 3.0]), [3.0, 3.0, 0.0]);
}

#[test]
fn a_recurrence_restarts_and_runs_backwards() {
    let mut b = Builder::new();
    let time = plate(&mut b, "time", 4);
    let x = b.slot(&[time]);
    let zero = b.constant(0.0);
    let array = b.array(
        "starts",
        &[time],
        pgmc::program::Type::Bool,
        pgmc::program::ArrayValues::Bool(vec![1, 0, 1, 0]),
    );
    for (starts, reversed, expected) in [
        (None, false, [1.0, 3.0, 6.0, 10.0]),
        (None, true, [10.0, 9.0, 7.0, 4.0]),
        (Some(array), false, [1.0, 3.0, 3.0, 7.0]),
    ] {
        let carry = b.carry(time, starts, reversed, zero, &[]);
        let next = b.call(B::Add, &[carry, x]);
        b.tie(carry, next);
        assert_eq!(value(&b, next, &[1.0, 2.0, 3.0, 4.0]), expected);
    }
}

#[test]
fn two_carries_remember_two_steps() {
    let mut b = Builder::new();
    let time = plate(&mut b, "time", 6);
    let (zero, start) = (b.constant(0.0), b.constant(1.0));
    let last = b.carry(time, None, false, start, &[]);
    let tie = b.tie_of(last).expect("a carry");
    let before = b.add_carry(tie, zero, &[]);
    let next = b.call(B::Add, &[last, before]);
    b.tie(last, next);
    b.tie(before, last);
    assert_eq!(value(&b, next, &[]), [1.0, 2.0, 3.0, 5.0, 8.0, 13.0]);
}

#[test]
fn a_node_that_depends_on_data_alone_is_known() {
    let mut b = Builder::new();
    let rows = plate(&mut b, "rows", 2);
    let x = real(&mut b, &[rows], &[1.0, 2.0]);
    let one = b.constant(1.5);
    let large = b.call(B::Greater, &[x, one]);
    assert_eq!(b.known(large), Some(pgmc::program::ArrayValues::Bool(vec![0, 1])));
    let q = b.slot(&[rows]);
    assert_eq!(b.known(q), None);
}
