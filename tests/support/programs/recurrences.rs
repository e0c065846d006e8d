//! Recurrences: in both directions, in segments, with two carries, with states, with neighbours.

use pgmc::builtins::Builtin as B;
use pgmc::program::{ArrayValues, Type};

use super::{Case, Maker};

pub fn cases() -> Vec<Case> {
    let mut cases = vec![shift_register(), long_states()];
    for size in [0, 1, 2, 12, 300] {
        cases.push(autoregression("autoregression", size, false));
        cases.push(autoregression("autoregression in segments", size, true));
    }
    for (steps, states) in [(12, 3), (200, 3), (90, 70)] {
        cases.push(forward("forward algorithm", steps, states));
    }
    cases
}

/// h_t = a + b·h_{t−1} + e_t in both directions; the reversed one reads the forward one, as a
/// gradient does.
fn autoregression(name: &'static str, size: usize, segments: bool) -> Case {
    let mut m = Maker::default();
    let t = m.axis("time", size);
    let (e, y, a, b) = (m.0.slot(&[t]), m.data("y", &[t]), m.0.slot(&[]), m.0.slot(&[]));
    let marks = |m: &mut Maker, at: usize| {
        let values = ArrayValues::Bool((0..size).map(|i| u8::from(i % 7 == at)).collect());
        m.0.array("starts", &[t], Type::Bool, values)
    };
    let starts = segments.then(|| marks(&mut m, 0));
    let ends = segments.then(|| marks(&mut m, 6));
    let noise = m.one(B::Tanh, e);
    let carry = m.0.carry(t, starts, false, a, &[]);
    let scaled = m.multiply(b, carry);
    let h = m.add(scaled, noise);
    m.0.tie(carry, h);
    let curved = m.one(B::Exp, h);
    let residual = m.two(B::Subtract, y, curved);
    let square = m.multiply(residual, residual);
    let value = m.0.sum(square, &[t]);
    let slope = m.multiply(residual, curved);
    // The init of the way back varies along it.
    let back = m.0.carry(t, ends, true, y, &[]);
    let total = m.add(back, slope);
    let next = m.multiply(b, total);
    m.0.tie(back, next);
    let of_b = m.0.contract(total, carry, &[t]);
    [value, total, of_b, h].into_iter().for_each(|n| m.out(n));
    m.case(name)
}

/// Two carries, one of which brings what the other was: Fibonacci with noise; and a next that was
/// made before its carry.
fn shift_register() -> Case {
    let mut m = Maker::default();
    let t = m.axis("time", 80);
    let (q, zero, one) = (m.0.slot(&[t]), m.0.constant(0.0), m.0.slot(&[]));
    let x = m.one(B::Sin, q);
    let first = m.0.carry(t, None, false, one, &[]);
    let tie = m.0.tie_of(first).unwrap();
    let second = m.0.add_carry(tie, zero, &[]);
    let half = m.0.constant(0.5);
    let sum = m.add(first, second);
    let damped = m.multiply(half, sum);
    let next = m.add(damped, x);
    m.0.tie(first, next);
    m.0.tie(second, first);
    let lag = m.0.carry(t, None, false, zero, &[]);
    m.0.tie(lag, x);
    let product = m.multiply(lag, next);
    let value = m.0.sum(product, &[t]);
    [value, next, second, lag].into_iter().for_each(|n| m.out(n));
    m.case("shift register")
}

/// The scaled forward algorithm of a hidden Markov chain: a vector is carried, normalised in every
/// step.
fn forward(name: &'static str, steps: usize, states: usize) -> Case {
    let mut m = Maker::default();
    let (t, s) = (m.axis("time", steps), m.axis("states", states));
    let to = m.0.alias(s);
    let (logits, emission) = (m.0.slot(&[s, to]), m.data("emission", &[t, s]));
    let weight = m.one(B::Exp, logits);
    let sums = m.0.sum(weight, &[to]);
    let transition = m.two(B::Divide, weight, sums);
    let emission = m.one(B::Exp, emission);
    let even = m.0.constant(1.0 / states as f64);
    let carry = m.0.carry(t, None, false, even, &[s]);
    let moved = m.0.contract(carry, transition, &[s]);
    let moved = m.0.rename(moved, to, s);
    let joint = m.multiply(moved, emission);
    let norm = m.0.sum(joint, &[s]);
    let next = m.two(B::Divide, joint, norm);
    m.0.tie(carry, next);
    let log = m.one(B::Log, norm);
    let value = m.0.sum(log, &[t]);
    [value, next].into_iter().for_each(|n| m.out(n));
    m.case(name)
}

/// Many independent sequences at once, in segments, with an init that varies over all.
fn long_states() -> Case {
    let mut m = Maker::default();
    let (t, b) = (m.axis("time", 40), m.axis("batch", 90));
    let values = ArrayValues::Bool((0..40).map(|i| u8::from(i == 0 || i == 17)).collect());
    let starts = m.0.array("starts", &[t], Type::Bool, values);
    let (x, q) = (m.data("x", &[t, b]), m.0.slot(&[b]));
    let init = m.multiply(x, q);
    let carry = m.0.carry(t, Some(starts), false, init, &[b]);
    let curved = m.one(B::Tanh, carry);
    let mean = m.0.sum(curved, &[b]);
    let pulled = m.two(B::Subtract, curved, mean);
    let next = m.add(pulled, x);
    m.0.tie(carry, next);
    let total = m.0.sum(next, &[t, b]);
    [total, mean].into_iter().for_each(|n| m.out(n));
    m.case("batch of sequences")
}
