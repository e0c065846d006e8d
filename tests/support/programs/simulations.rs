//! Noise and draws: by element, in a recurrence, as indices.

use pgmc::builtins::Builtin as B;
use pgmc::program::{Base, Type};

use super::{Case, Maker};

pub fn cases() -> Vec<Case> {
    vec![
        rows("few rows", 4),
        rows("rows", 130),
        chain(),
        markov("short chain", 10),
        markov("chain", 120),
    ]
}

/// Normal, exponential and uniform noise; gamma and Poisson draws whose parameters vary.
fn rows(name: &'static str, size: usize) -> Case {
    let mut m = Maker::default();
    let r = m.axis("rows", size);
    let (q, x) = (m.0.slot(&[]), m.data("x", &[r]));
    let scale = m.one(B::Exp, q);
    let (normal, exponential, uniform) = (
        m.0.noise(Base::Normal, &[r]),
        m.0.noise(Base::Exponential, &[r]),
        m.0.noise(Base::Uniform, &[]),
    );
    let y = m.multiply(scale, normal);
    let y = m.add(x, y);
    let rate = m.one(B::Exp, x);
    let rate = m.multiply(rate, uniform);
    let gamma = m.0.draw(B::RandomGamma, &[scale], &[r]);
    let counts = m.0.draw(B::RandomPoisson, &[rate], &[r]);
    let total = m.0.sum(counts, &[r]);
    [y, exponential, gamma, counts, total].into_iter().for_each(|n| m.out(n));
    m.case(name)
}

/// A random walk.
fn chain() -> Case {
    let mut m = Maker::default();
    let t = m.axis("time", 100);
    let (start, noise) = (m.0.slot(&[]), m.0.noise(Base::Normal, &[t]));
    let carry = m.0.carry(t, None, false, start, &[]);
    let next = m.add(carry, noise);
    m.0.tie(carry, next);
    let counts = m.0.draw(B::RandomGamma, &[next], &[t]);
    [next, counts].into_iter().for_each(|n| m.out(n));
    m.case("random walk")
}

/// A chain whose state is an index that is carried: it stays, or goes on to the next state.
fn markov(name: &'static str, size: usize) -> Case {
    let mut m = Maker::default();
    let (t, s) = (m.axis("time", size), m.axis("states", 3));
    let (stay, uniform) = (m.0.slot(&[s]), m.0.noise(Base::Uniform, &[t]));
    let stay = m.one(B::InvLogit, stay);
    let first = m.0.position(s, 0);
    let carry = m.0.carry(t, None, false, first, &[]);
    let p = m.0.gather(stay, &[(s, carry)]);
    let stays = m.two(B::Less, uniform, p);
    let one = m.0.constant(1.0);
    let number = m.0.convert(carry, Type::Real);
    let moved = m.add(number, one);
    let two = m.0.constant(2.0);
    let over = m.two(B::Greater, moved, two);
    let zero = m.0.constant(0.0);
    let moved = m.0.call(B::Select, &[over, zero, moved]);
    let state = m.0.call(B::Select, &[stays, number, moved]);
    let next = m.0.convert(state, Type::Index(s));
    m.0.tie(carry, next);
    let visits = m.0.sum_by(p, &[(s, next)], &[t]);
    [next, p, visits].into_iter().for_each(|n| m.out(n));
    m.case(name)
}
