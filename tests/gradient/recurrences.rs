//! Gradients through recurrences.

use super::differences::check_derivatives;
use crate::support::nodes::{
    add, multiply, number, one, plate, real, scale, subtract, term, truths,
};
use crate::support::random::numbers;
use pgmc::builtins::Builtin as B;
use pgmc::program::{ArrayId, Builder};

/// tanh of a weighted state plus an unknown, along an axis: with segments or none, forwards or
/// backwards, several chains at once.
fn chain(
    starts: Option<fn(&mut Builder, pgmc::program::AxisId) -> ArrayId>,
    reversed: bool,
    init_along: bool,
) {
    let mut b = Builder::new();
    let (time, units) = (plate(&mut b, "time", 5), plate(&mut b, "units", 2));
    let starts = starts.map(|f| f(&mut b, time));
    let init = if init_along { b.slot(&[time]) } else { b.slot(&[units]) };
    let (x, phi) = (b.slot(&[time]), b.slot(&[]));
    let carry = b.carry(time, starts, reversed, init, &[units]);
    let moved = multiply(&mut b, phi, carry);
    let moved = add(&mut b, moved, x);
    let next = one(&mut b, B::Tanh, moved);
    b.tie(carry, next);
    let weight = real(&mut b, &[time, units], &numbers(10, 3, 1.0));
    let product = multiply(&mut b, weight, next);
    term(&mut b, product, &[time, units]);
    let square = multiply(&mut b, carry, carry);
    term(&mut b, square, &[time, units]);
    let dim = b.program.slots;
    check_derivatives(b, &numbers(dim, 1, 1.0));
}

#[test]
fn of_one_carry() {
    let segments: fn(&mut Builder, pgmc::program::AxisId) -> ArrayId =
        |b, time| truths(b, &[time], &[1, 0, 1, 0, 0]);
    for reversed in [false, true] {
        for along in [false, true] {
            chain(None, reversed, along);
            chain(Some(segments), reversed, along);
        }
    }
}

#[test]
fn of_two_steps_back() {
    let mut b = Builder::new();
    let time = plate(&mut b, "time", 6);
    let (start, before_start, phi, psi) = (b.slot(&[]), b.slot(&[]), b.slot(&[]), b.slot(&[]));
    let noise = b.slot(&[time]);
    let last = b.carry(time, None, false, start, &[]);
    let tie = b.tie_of(last).expect("a carry");
    let before = b.add_carry(tie, before_start, &[]);
    let (near, far) = (multiply(&mut b, phi, last), multiply(&mut b, psi, before));
    let both = add(&mut b, near, far);
    let next = add(&mut b, both, noise);
    b.tie(last, next);
    b.tie(before, last);
    let bounded = one(&mut b, B::Sin, next);
    term(&mut b, bounded, &[time]);
    check_derivatives(b, &numbers(10, 2, 1.0));
}

#[test]
fn of_a_value_carried_one_step() {
    let mut b = Builder::new();
    let time = plate(&mut b, "time", 4);
    let (x, init) = (b.slot(&[time]), b.slot(&[]));
    let level = one(&mut b, B::Sin, x);
    let carry = b.carry(time, None, false, init, &[]);
    b.tie(carry, level);
    let change = subtract(&mut b, level, carry);
    let square = multiply(&mut b, change, change);
    term(&mut b, square, &[time]);
    check_derivatives(b, &numbers(5, 4, 1.0));
}

#[test]
fn of_a_chain_after_a_chain() {
    let mut b = Builder::new();
    let time = plate(&mut b, "time", 5);
    let (x, a, c) = (b.slot(&[time]), b.slot(&[]), b.slot(&[]));
    let zero = number(&mut b, 0.0);
    let first = b.carry(time, None, false, zero, &[]);
    let kept = multiply(&mut b, a, first);
    let level = add(&mut b, kept, x);
    b.tie(first, level);
    let wave = one(&mut b, B::Sin, level);
    let second = b.carry(time, None, true, c, &[]);
    let product = multiply(&mut b, second, wave);
    let smooth = scale(&mut b, 0.5, product);
    let next = add(&mut b, smooth, level);
    b.tie(second, next);
    term(&mut b, next, &[time]);
    check_derivatives(b, &numbers(7, 5, 1.0));
}
