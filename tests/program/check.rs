//! Each invariant, broken on purpose.

use crate::support::nodes::{index, one, plate, real, truth};
use pgmc::builtins::Builtin as B;
use pgmc::program::{Builder, CheckError, NodeId, Op, Program, TermKind, Type, check};

/// A sound program: two axes, a gather, a sum, a recurrence, a term.
fn sound() -> (Program, [NodeId; 4]) {
    let (b, nodes) = sound_builder();
    (b.program, nodes)
}

fn sound_builder() -> (Builder, [NodeId; 4]) {
    let mut b = Builder::new();
    let (rows, groups) = (plate(&mut b, "rows", 4), plate(&mut b, "groups", 2));
    let group = index(&mut b, &[rows], groups, &[0, 1, 1, 0]);
    let a = b.slot(&[groups]);
    let x = real(&mut b, &[rows], &[1.0, 2.0, 3.0, 4.0]);
    let taken = b.gather(a, &[(groups, group)]);
    let product = b.call(B::Multiply, &[taken, x]);
    let wave = one(&mut b, B::Sin, product);
    let zero = b.constant(0.0);
    let carry = b.carry(rows, None, false, zero, &[]);
    let next = b.call(B::Add, &[carry, wave]);
    b.tie(carry, next);
    let total = b.sum(next, &[rows]);
    b.term("x", total, TermKind::Whole, b.span());
    (b, [taken, product, carry, next])
}

fn errors(program: &Program) -> Vec<CheckError> {
    check(program).err().unwrap_or_default()
}

#[test]
fn a_sound_program_passes() {
    assert_eq!(errors(&sound().0), []);
}

#[test]
fn operands_precede() {
    let (mut program, [taken, product, ..]) = sound();
    program.nodes[taken].operands[0] = product;
    assert!(errors(&program).contains(&CheckError::Reference { node: taken }));
}

#[test]
fn axes_are_those_of_the_operation() {
    let (mut program, [taken, ..]) = sound();
    let rows = program.nodes[taken].axes.clone();
    program.nodes[taken].axes = vec![];
    assert!(errors(&program).contains(&CheckError::Axes { node: taken, expected: rows }));
    let (mut program, [taken, ..]) = sound();
    let axis = program.nodes[taken].axes[0];
    program.nodes[taken].axes = vec![axis, axis];
    assert!(errors(&program).contains(&CheckError::AxesNotASet { node: taken }));
}

#[test]
fn types_are_those_of_the_operation() {
    let (mut program, [taken, ..]) = sound();
    program.nodes[taken].ty = Type::Bool;
    assert!(errors(&program).contains(&CheckError::Type { node: taken, expected: Type::Real }));
    let (mut program, [taken, product, ..]) = sound();
    program.nodes[product].operands.push(taken);
    assert!(matches!(errors(&program)[..], [CheckError::Operands { node, .. }] if node == product));
    let (mut program, [_, product, ..]) = sound();
    program.nodes[product].op = Op::Call(B::And);
    assert!(matches!(errors(&program)[0], CheckError::Operands { node, .. } if node == product));
}

#[test]
fn an_index_names_its_axis() {
    let (mut program, [taken, ..]) = sound();
    let rows = program.nodes[taken].axes[0];
    let index = program.nodes[taken].operands[1];
    program.nodes[index].ty = Type::Index(rows);
    if let Op::Data(array) = program.nodes[index].op {
        program.arrays[array].ty = Type::Index(rows);
    }
    assert!(matches!(errors(&program)[..], [CheckError::Operands { node, .. }] if node == taken));
}

#[test]
fn each_coordinate_has_one_slot() {
    let (mut program, _) = sound();
    program.slots = 3;
    assert_eq!(errors(&program), [CheckError::Slot { coordinate: 2, owners: 0 }]);
    program.slots = 1;
    assert_eq!(errors(&program), [CheckError::Slot { coordinate: 1, owners: 1 }]);
}

#[test]
fn terms_are_scalars() {
    let (mut program, [taken, ..]) = sound();
    program.terms[0].node = taken;
    assert_eq!(errors(&program), [CheckError::TermNotScalar { node: taken }]);
}

#[test]
fn recurrences_are_put_together_rightly() {
    let (mut program, [_, _, carry, next]) = sound();
    let tie = pgmc::program::TieId(0);
    program.ties[tie].carries[0].init = next;
    assert!(matches!(errors(&program)[..], [CheckError::Recurrence { .. }]));
    let (mut program, _) = sound();
    program.ties[tie].carries.clear();
    assert_eq!(errors(&program).len(), 2, "it carries nothing, and the carry has no link");
    let (mut program, _) = sound();
    let total = program.terms[0].node;
    program.ties[tie].carries[0].next = total;
    let errors = errors(&program);
    assert!(errors.contains(&CheckError::AlongRecurrence { node: total, tie }), "{errors:?}");
    assert!(program.nodes[carry].op == Op::Carry(tie));
}

#[test]
fn recurrences_do_not_wait_for_each_other() {
    let mut b = Builder::new();
    let rows = plate(&mut b, "rows", 3);
    let zero = b.constant(0.0);
    let (first, second) =
        (b.carry(rows, None, false, zero, &[]), b.carry(rows, None, false, zero, &[]));
    let both = b.call(B::Add, &[first, second]);
    let (left, right) = (one(&mut b, B::Sin, both), one(&mut b, B::Cos, both));
    b.tie(first, left);
    b.tie(second, right);
    assert!(matches!(errors(&b.program)[..], [CheckError::Recurrence { .. }, ..]));
}

#[test]
fn starts_are_truth_values_over_the_axis() {
    let mut b = sound_builder().0;
    let rows = b.program.ties[pgmc::program::TieId(0)].axis;
    let starts = real(&mut b, &[rows], &[1.0, 0.0, 0.0, 0.0]);
    if let Op::Data(array) = b.program.nodes[starts].op {
        b.program.ties[pgmc::program::TieId(0)].starts = Some(array);
    }
    assert!(matches!(errors(&b.program)[..], [CheckError::Recurrence { .. }]));
    let starts = truth(&mut b, &[rows], &[1, 0, 0, 0]);
    if let Op::Data(array) = b.program.nodes[starts].op {
        b.program.ties[pgmc::program::TieId(0)].starts = Some(array);
    }
    assert_eq!(errors(&b.program), []);
}
