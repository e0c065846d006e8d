//! Random expressions: what the builder makes of them has the value that the text as written has.

use crate::support::nodes::{real, value};
use pgmc::builtins::Builtin as B;
use pgmc::program::evaluate::value_of;
use pgmc::program::{Builder, NodeId, check};
use proptest::prelude::*;

/// An expression over numbers, two unknowns and one datum.
#[derive(Clone, Debug)]
enum Expression {
    Number(f64),
    Unknown(usize),
    Datum,
    Call(B, Vec<Expression>),
}

const DATUM: f64 = 0.75;

fn expression() -> impl Strategy<Value = Expression> {
    let leaf = prop_oneof![
        prop::sample::select(vec![-1.0, 0.0, 0.5, 1.0, 2.0, 3.0]).prop_map(Expression::Number),
        (0..2_usize).prop_map(Expression::Unknown),
        Just(Expression::Datum),
    ];
    leaf.prop_recursive(6, 40, 3, |inner| {
        let one = prop::sample::select(vec![
            B::Negate,
            B::Exp,
            B::Log,
            B::Log1p,
            B::Sqrt,
            B::Abs,
            B::InvLogit,
            B::LogInvLogit,
            B::Log1pExp,
            B::Phi,
            B::Tanh,
            B::Erf,
        ]);
        let two = prop::sample::select(vec![B::Add, B::Subtract, B::Multiply, B::Divide, B::Power, B::Xlogy, B::Xlog1py, B::Min]);
        prop_oneof![
            3 => (one, inner.clone()).prop_map(|(f, x)| Expression::Call(f, vec![x])),
            5 => (two, inner.clone(), inner.clone()).prop_map(|(f, x, y)| Expression::Call(f, vec![x, y])),
            1 => (inner.clone(), inner.clone(), inner.clone(), inner).prop_map(|(x, y, yes, no)| {
                Expression::Call(B::Select, vec![Expression::Call(B::Less, vec![x, y]), yes, no])
            }),
        ]
    })
}

/// The value as written, and whether the text is well conditioned there: all numbers on the way
/// finite and of ordinary size, and no comparison close.
fn written(e: &Expression, q: &[f64; 2]) -> (f64, bool) {
    match e {
        Expression::Number(value) => (*value, true),
        Expression::Unknown(i) => (q[*i], true),
        Expression::Datum => (DATUM, true),
        Expression::Call(f, operands) => {
            let operands: Vec<(f64, bool)> = operands.iter().map(|o| written(o, q)).collect();
            let x: Vec<f64> = operands.iter().map(|o| o.0).collect();
            let result = value_of(*f, &x);
            let ordinary = result == 0.0 || (1e-6..1e6).contains(&result.abs());
            let cancels = matches!(f, B::Add | B::Subtract) && result.abs() < 1e-4 * x[0].abs();
            let close = matches!(f, B::Less | B::Min) && (x[0] - x[1]).abs() < 1e-9;
            (result, ordinary && !cancels && !close && operands.iter().all(|o| o.1))
        }
    }
}

fn build(b: &mut Builder, unknowns: &[NodeId; 3], e: &Expression) -> NodeId {
    match e {
        Expression::Number(value) => b.constant(*value),
        Expression::Unknown(i) => unknowns[*i],
        Expression::Datum => unknowns[2],
        Expression::Call(f, operands) => {
            let operands: Vec<NodeId> = operands.iter().map(|o| build(b, unknowns, o)).collect();
            b.call(*f, &operands)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn rules_keep_values(e in expression(), x in -2.0..2.0_f64, y in 0.1..2.0_f64) {
        let (expected, well) = written(&e, &[x, y]);
        prop_assume!(well);
        let mut b = Builder::new();
        let datum = real(&mut b, &[], &[DATUM]);
        let unknowns = [b.slot(&[]), b.slot(&[]), datum];
        let made = build(&mut b, &unknowns, &e);
        prop_assert!(check(&b.program).is_ok(), "{:?}", check(&b.program));
        let found = value(&b, made, &[x, y])[0];
        prop_assert!((found - expected).abs() <= 1e-8 * (1.0 + expected.abs()), "{found}, but as \
            written {expected}");
    }
}
