//! Recurrences: in both directions, in segments, with states.

use pgmc::builtins::Builtin as B;
use pgmc::program::{ArrayValues, Type};

use super::{Case, Maker};

pub fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
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
