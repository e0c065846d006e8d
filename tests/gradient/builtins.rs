//! Each function with a derivative: gradient and second derivatives at random points of its domain.

use super::differences::{check_derivatives, five_point, gradient};
use crate::support::nodes::{number, one, span};
use pgmc::builtins::{Argument, Builtin as B, Code, Domain, Partial, ROWS, Row};
use pgmc::gradient::differentiate;
use pgmc::program::{Builder, Computation, NodeId, TermKind, evaluate};
use proptest::prelude::*;

/// A point of a domain, away from its ends, from a number between 0 and 1.
fn point(row: &Row, argument: &Argument, u: f64) -> f64 {
    match argument.domain {
        // Not near 0, where `abs` has a kink.
        // Nor near the poles of `tan`.
        Domain::Real | Domain::Bool => 2.2 * u - 1.1 + if u < 0.5 { -0.1 } else { 0.1 },
        Domain::Positive | Domain::NonNegative => 0.3 + 3.0 * u,
        Domain::Unit => 0.1 + 0.8 * u,
        Domain::Interval(low, high) => {
            let (low, high) = (low.max(-2.0), high.min(3.0));
            low + (high - low) * (0.1 + 0.8 * u)
        }
        Domain::Count => {
            let flat = row.partials.iter().all(|partial| matches!(partial, Partial::Zero));
            assert!(row.builtin == B::Polygamma || flat, "{} takes a count", row.name);
            2.0
        }
    }
}

/// Whether an argument is an unknown in the test: a derivative is claimed.
fn varies(row: &Row, place: usize) -> bool {
    row.arguments[place].domain != Domain::Count
        && !matches!(row.partials.get(place), None | Some(Partial::Zero))
}

fn known(partial: &Partial) -> bool {
    !matches!(partial, Partial::Number(v) if v.is_nan())
}

fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().filter(|row| matches!(row.code, Code::One(_) | Code::Two(_) | Code::Three(_)))
}

/// A program whose one term is a call with unknowns, and the point.
fn program(row: &Row, u: &[f64]) -> (Builder, Vec<f64>) {
    let mut b = Builder::new();
    let mut q = Vec::new();
    let mut operands: Vec<NodeId> = Vec::new();
    for (place, argument) in row.arguments.iter().enumerate() {
        let mut value = point(row, argument, u[place]);
        if row.builtin == B::LogDiffExp && place == 1 {
            value = q[0] - 0.3 - u[1];
        }
        if matches!(row.builtin, B::Min | B::Max)
            && place == 1
            && (value - q.first().copied().unwrap_or(f64::NAN)).abs() < 0.1
        {
            // Not near the kinks of `min` and `max`.
            value += if value < 0.0 { -0.2 } else { 0.2 };
        }
        if row.builtin == B::Lchoose && place == 1 {
            value = q[0] * u[1] - 0.2;
        }
        if row.builtin == B::DigammaDifference && place == 1 {
            value = u[1] - 0.2;
        }
        if row.builtin == B::Power && place == 0 {
            value = value.abs() + 0.2;
        }
        operands.push(if varies(row, place) {
            q.push(value);
            b.slot(&[])
        } else {
            number(&mut b, value)
        });
    }
    let call = b.call(row.builtin, &operands);
    b.term(row.name, call, TermKind::Whole, span());
    (b, q)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn partials_agree_with_differences(u in prop::array::uniform3(0.0..1.0_f64)) {
        for row in rows().filter(|row| row.partials.iter().all(known)) {
            let (b, q) = program(row, &u);
            let Computation { program, values } = differentiate(b.finish());
            let (value, exact) = gradient(&program, &values, &q);
            for (i, exact) in exact.iter().enumerate() {
                let at = |step: f64| { let mut q = q.clone(); q[i] += step; gradient(&program, &values, &q).0 };
                let difference = five_point(at);
                let error = (exact - difference).abs() / (1.0 + exact.abs() + value.abs());
                prop_assert!(error < 1e-7, "{} by argument {i} at {q:?}: {exact} but differences \
                    give {difference}", row.name);
            }
        }
    }
}

/// Second derivatives, where the partials have derivatives of their own.
#[test]
fn smooth_functions_have_second_derivatives() {
    use B as F;
    let smooth = [
        F::Divide,
        F::Power,
        F::Sqrt,
        F::Exp,
        F::Expm1,
        F::Log,
        F::Log1p,
        F::Sin,
        F::Cos,
        F::Tan,
        F::Asin,
        F::Acos,
        F::Atan,
        F::Sinh,
        F::Cosh,
        F::Tanh,
        F::InvLogit,
        F::LogInvLogit,
        F::Log1pExp,
        F::Log1mExp,
        F::LogDiffExp,
        F::Xlogy,
        F::Xlog1py,
        F::Erf,
        F::Erfc,
        F::Phi,
        F::LogPhi,
        F::InvPhi,
        F::Lgamma,
        F::Digamma,
        F::Lbeta,
        F::Hypot,
        F::LogBesselI0,
        F::GammaInc,
        F::BetaInc,
        F::VonMisesCdf,
        F::GammaQuantile,
        F::GammaOfNormal,
        F::BetaQuantile,
        F::BetaOfNormal,
        F::VonMisesQuantile,
        F::VonMisesOfNormal,
        F::InvLogPhi,
    ];
    for function in smooth {
        let (b, q) = program(function.row(), &[0.3, 0.6, 0.5]);
        check_derivatives(b, &q);
    }
}

type Form = fn(&mut Builder, NodeId, NodeId) -> NodeId;

/// y·log p + (1 − y)·log(1 − p).
fn as_products(b: &mut Builder, y: NodeId, p: NodeId) -> NodeId {
    let c = number(b, 1.0);
    let (q, no) = (b.call(B::Subtract, &[c, p]), b.call(B::Subtract, &[c, y]));
    let (log_p, log_q) = (one(b, B::Log, p), one(b, B::Log, q));
    let (yes, no) = (b.call(B::Multiply, &[y, log_p]), b.call(B::Multiply, &[no, log_q]));
    b.call(B::Add, &[yes, no])
}

/// The same, 0 where a factor is 0.
fn guarded(b: &mut Builder, y: NodeId, p: NodeId) -> NodeId {
    let c = number(b, 1.0);
    let no = b.call(B::Subtract, &[c, y]);
    let minus = one(b, B::Negate, p);
    let (yes, no) = (b.call(B::Xlogy, &[y, p]), b.call(B::Xlog1py, &[no, minus]));
    b.call(B::Add, &[yes, no])
}

/// log p where y is 1, else log(1 − p).
fn chosen(b: &mut Builder, y: NodeId, p: NodeId) -> NodeId {
    let (c, half) = (number(b, 1.0), number(b, 0.5));
    let q = b.call(B::Subtract, &[c, p]);
    let yes = b.call(B::Greater, &[y, half]);
    let either = b.call(B::Select, &[yes, p, q]);
    one(b, B::Log, either)
}

/// At ±800 both forms of a Bernoulli log probability are finite, and so is their gradient: y − p.
#[test]
fn a_logistic_probability_is_exact_far_out() {
    for form in [as_products as Form, guarded, chosen] {
        for (y, eta) in
            [(0.0, 800.0), (1.0, 800.0), (0.0, -800.0), (1.0, -800.0), (1.0, 0.0), (0.0, 1.5)]
        {
            let mut b = Builder::new();
            let array = b.array(
                "y",
                &[],
                pgmc::program::Type::Real,
                pgmc::program::ArrayValues::Real(vec![y]),
            );
            let (outcome, x) = (b.data(array), b.slot(&[]));
            let p = one(&mut b, B::InvLogit, x);
            let log = form(&mut b, outcome, p);
            b.term("y", log, TermKind::Whole, span());
            let Computation { program, values } = differentiate(b.finish());
            let outputs = evaluate(&program, &values, &[eta], 0);
            let signed: f64 = if y == 1.0 { eta } else { -eta };
            let expected = signed.min(0.0) - (-signed.abs()).exp().ln_1p();
            assert!(
                (outputs[0][0] - expected).abs() <= 1e-15 * (1.0 + expected.abs()),
                "{y} {eta}: {} {expected}",
                outputs[0][0]
            );
            let slope = if eta.abs() > 700.0 {
                y - f64::from(u8::from(eta > 0.0))
            } else {
                y - 1.0 / (1.0 + (-eta).exp())
            };
            assert!((outputs[1][0] - slope).abs() <= 1e-15, "{y} {eta}: {} {slope}", outputs[1][0]);
            let calls = program.nodes.iter().filter(|(_, n)| {
                use pgmc::program::Op::Call;
                matches!(
                    n.op,
                    Call(B::Log | B::Exp | B::LogInvLogit | B::Log1pExp | B::InvLogit | B::Log1p)
                )
            });
            assert_eq!(calls.count(), 2, "one function and its derivative");
        }
    }
}
