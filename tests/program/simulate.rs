//! Programs that simulate: noise and draws are functions of seed, stream and element.

use crate::support::nodes::{one, plate};
use pgmc::builtins::Builtin as B;
use pgmc::program::noise::{draw, noise};
use pgmc::program::{Base, Builder, OutputRole, TermKind, evaluate, evaluate_nodes};

#[test]
fn noise_is_that_of_its_stream_and_element() {
    let mut b = Builder::new();
    let rows = plate(&mut b, "rows", 3);
    let (first, second) = (b.noise(Base::Normal, &[rows]), b.noise(Base::Normal, &[rows]));
    b.output(OutputRole::Variable, "first", first);
    b.output(OutputRole::Variable, "second", second);
    let outputs = evaluate(&b.program, &b.values, &[], 7);
    for (stream, output) in outputs.iter().enumerate() {
        let expected: Vec<f64> =
            (0..3).map(|element| noise(7, stream as u32, element, Base::Normal)).collect();
        assert_eq!(*output, expected);
    }
    assert_ne!(outputs[0], outputs[1]);
    assert_ne!(evaluate(&b.program, &b.values, &[], 8), outputs);
}

#[test]
fn draws_in_a_recurrence_are_those_of_their_elements() {
    let mut b = Builder::new();
    let (time, units) = (plate(&mut b, "time", 3), plate(&mut b, "units", 2));
    let start = b.constant(2.0);
    let carry = b.carry(time, None, false, start, &[units]);
    let level = b.draw(B::RandomGamma, &[carry], &[]);
    b.tie(carry, level);
    b.output(OutputRole::Variable, "level", level);
    let levels = evaluate(&b.program, &b.values, &[], 3).remove(0);
    let mut shape = [2.0, 2.0];
    for t in 0..3 {
        for u in 0..2 {
            shape[u] = draw(3, 0, (2 * t + u) as u64, B::RandomGamma, &[shape[u]]);
            assert_eq!(levels[2 * t + u], shape[u]);
        }
    }
}

#[test]
fn every_node_can_be_looked_at() {
    let mut b = Builder::new();
    let rows = plate(&mut b, "rows", 2);
    let x = b.slot(&[rows]);
    let log = one(&mut b, B::Log, x);
    let total = b.sum(log, &[rows]);
    b.term("x", total, TermKind::Whole, b.span());
    let nodes = evaluate_nodes(&b.program, &b.values, &[1.0, 0.0], 0);
    assert_eq!(nodes[log].data, [0.0, f64::NEG_INFINITY]);
    assert_eq!(nodes[total].data, [f64::NEG_INFINITY]);
}
