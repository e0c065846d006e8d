//! The rules: stable forms where the text as written overflows or cancels, against closed forms.

use crate::support::nodes::{index, one, plate, value};
use pgmc::builtins::Builtin as B;
use pgmc::program::{ArrayValues, Builder, NodeId, Op, Type};

/// The value at x of what `form` makes of an unknown.
fn at(form: fn(&mut Builder, NodeId) -> NodeId, x: f64) -> f64 {
    let mut b = Builder::new();
    let slot = b.slot(&[]);
    let made = form(&mut b, slot);
    value(&b, made, &[x])[0]
}

fn close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 4e-16 * expected.abs() || found == expected,
        "{found} is not {expected}"
    );
}

fn from_one(b: &mut Builder, x: NodeId) -> NodeId {
    let c = b.constant(1.0);
    b.call(B::Subtract, &[c, x])
}

fn one_plus(b: &mut Builder, x: NodeId) -> NodeId {
    let c = b.constant(1.0);
    b.call(B::Add, &[c, x])
}

#[test]
fn logarithms_of_probabilities_do_not_underflow() {
    // log inv_logit(x) is x − log(1 + exp(x)): x, to double precision, far to the left.
    let log_p = |b: &mut Builder, x| {
        let p = one(b, B::InvLogit, x);
        one(b, B::Log, p)
    };
    close(at(log_p, -800.0), -800.0);
    let log_q = |b: &mut Builder, x| {
        let p = one(b, B::InvLogit, x);
        let q = from_one(b, p);
        one(b, B::Log, q)
    };
    close(at(log_q, 800.0), -800.0);
    let log1p = |b: &mut Builder, x| {
        let p = one(b, B::InvLogit, x);
        let minus = one(b, B::Negate, p);
        one(b, B::Log1p, minus)
    };
    close(at(log1p, 800.0), -800.0);
    // Mills' ratio: log Φ(−40) = −804.608442013754 (mpmath, log(ncdf(-40))).
    let log_phi = |b: &mut Builder, x| {
        let p = one(b, B::Phi, x);
        one(b, B::Log, p)
    };
    close(at(log_phi, -40.0), -804.608_442_013_754);
}

#[test]
fn logistic_functions_are_found() {
    let quotient = |b: &mut Builder, x| {
        let e = one(b, B::Exp, x);
        let below = one_plus(b, e);
        b.call(B::Divide, &[e, below])
    };
    close(at(quotient, 800.0), 1.0);
    let reciprocal = |b: &mut Builder, x| {
        let minus = one(b, B::Negate, x);
        let e = one(b, B::Exp, minus);
        let below = one_plus(b, e);
        let c = b.constant(1.0);
        b.call(B::Divide, &[c, below])
    };
    close(at(reciprocal, -700.0), (-700.0_f64).exp());
    let softplus = |b: &mut Builder, x| {
        let e = one(b, B::Exp, x);
        let above = one_plus(b, e);
        one(b, B::Log, above)
    };
    close(at(softplus, 800.0), 800.0);
}

#[test]
fn differences_of_exponentials_do_not_cancel() {
    // log(1 − exp(−ε)) is log ε to first order.
    let log1m = |b: &mut Builder, x| {
        let e = one(b, B::Exp, x);
        let q = from_one(b, e);
        one(b, B::Log, q)
    };
    close(at(log1m, -1e-20), 1e-20_f64.ln());
    let difference = |b: &mut Builder, x| {
        let (high, low) = (b.constant(1000.0), b.constant(999.0));
        let (first, second) = (b.call(B::Add, &[x, high]), b.call(B::Add, &[x, low]));
        let (first, second) = (one(b, B::Exp, first), one(b, B::Exp, second));
        let rest = b.call(B::Subtract, &[first, second]);
        one(b, B::Log, rest)
    };
    close(at(difference, 0.0), 1000.0 + (-(-1.0_f64).exp()).ln_1p());
}

#[test]
fn logarithms_of_products_and_quotients_take_the_exponentials_out() {
    let product = |b: &mut Builder, x| {
        let e = one(b, B::Exp, x);
        let c = b.constant(3.0);
        let scaled = b.call(B::Multiply, &[c, e]);
        one(b, B::Log, scaled)
    };
    close(at(product, 800.0), 800.0 + 3.0_f64.ln());
    let quotient = |b: &mut Builder, x| {
        let e = one(b, B::Exp, x);
        let shifted = one_plus(b, x);
        let ratio = b.call(B::Divide, &[shifted, e]);
        one(b, B::Log, ratio)
    };
    close(at(quotient, 800.0), 801.0_f64.ln() - 800.0);
    let counted = |b: &mut Builder, x| {
        let array = b.array("k", &[], Type::Real, ArrayValues::Real(vec![0.0]));
        let (k, e) = (b.data(array), one(b, B::Exp, x));
        b.call(B::Xlogy, &[k, e])
    };
    close(at(counted, -1e5), 0.0);
}

#[test]
fn log_sum_exp_neither_overflows_nor_underflows() {
    for shift in [-1e4, 0.0, 1e4] {
        let mut b = Builder::new();
        let cases = b.axis("cases", 3, pgmc::program::AxisKind::Plate);
        let x = b.slot(&[cases]);
        let e = one(&mut b, B::Exp, x);
        let total = b.sum(e, &[cases]);
        let log = one(&mut b, B::Log, total);
        close(value(&b, log, &[shift + 1.0, shift, shift])[0], shift + (1.0_f64.exp() + 2.0).ln());
    }
}

#[test]
fn nothing_is_left_of_what_cancels() {
    let mut b = Builder::new();
    let (x, y) = (b.slot(&[]), b.slot(&[]));
    let (zero, one_) = (b.constant(0.0), b.constant(1.0));
    let exp = one(&mut b, B::Exp, x);
    let minus = one(&mut b, B::Negate, x);
    let holds = b.call(B::Less, &[x, y]);
    let fails = one(&mut b, B::Not, holds);
    let rest = b.call(B::Subtract, &[y, x]);
    let inverse = b.call(B::Divide, &[one_, x]);
    let both = b.call(B::Multiply, &[y, inverse]);
    let two = b.constant(2.0);
    let half = b.constant(0.5);
    let square = b.call(B::Multiply, &[x, x]);
    let cases = [
        (b.call(B::Add, &[x, zero]), x),
        (b.call(B::Multiply, &[x, one_]), x),
        (b.call(B::Multiply, &[x, zero]), zero),
        (b.call(B::Divide, &[x, one_]), x),
        (one(&mut b, B::Negate, minus), x),
        (one(&mut b, B::Log, exp), x),
        (b.call(B::Add, &[x, rest]), y),
        (b.call(B::Add, &[x, minus]), zero),
        (b.call(B::Multiply, &[x, both]), y),
        (b.call(B::Power, &[x, two]), square),
        (b.call(B::Power, &[x, one_]), x),
        (b.call(B::Select, &[holds, x, x]), x),
        (b.call(B::Select, &[fails, x, y]), b.call(B::Select, &[holds, y, x])),
        (one(&mut b, B::Not, fails), holds),
        (b.call(B::And, &[holds, holds]), holds),
    ];
    for (number, (found, expected)) in cases.into_iter().enumerate() {
        assert_eq!(found, expected, "case {number}");
    }
    let root = b.call(B::Power, &[exp, half]);
    assert_eq!(b.program.nodes[root].op, Op::Call(B::Exp), "√exp(x) is exp(x/2)");
}

#[test]
fn a_function_of_gathered_values_is_computed_once_a_group() {
    let mut b = Builder::new();
    let (rows, groups) = (plate(&mut b, "rows", 5), plate(&mut b, "groups", 2));
    let group = index(&mut b, &[rows], groups, &[0, 1, 1, 0, 1]);
    let a = b.slot(&[groups]);
    let taken = b.gather(a, &[(groups, group)]);
    let p = one(&mut b, B::InvLogit, taken);
    let log = one(&mut b, B::Log, p);
    let total = b.sum(log, &[rows]);
    let by_row = |id: &NodeId| {
        b.program.nodes[*id].axes.contains(&rows) && matches!(b.program.nodes[*id].op, Op::Call(_))
    };
    assert_eq!(b.program.nodes.ids().filter(by_row).count(), 0);
    let expected = -2.0 * 1.0_f64.ln_1p() - 3.0 * (-1.0_f64).exp().ln_1p();
    assert!((value(&b, total, &[0.0, 1.0])[0] - expected).abs() < 1e-14);
}

/// A quantile of a probability that is normal itself: Φ(12) is 1 in double precision.
#[test]
fn normal_quantiles_of_normal_probabilities_keep_their_digits() {
    let quantile = |b: &mut Builder, x| {
        let p = one(b, B::Phi, x);
        one(b, B::InvPhi, p)
    };
    close(at(quantile, 12.0), 12.0);
    let upper = |b: &mut Builder, x| {
        let p = one(b, B::Phi, x);
        let q = from_one(b, p);
        one(b, B::InvPhi, q)
    };
    close(at(upper, 12.0), -12.0);
    let logarithmic = |b: &mut Builder, x| {
        let p = one(b, B::LogPhi, x);
        one(b, B::InvLogPhi, p)
    };
    close(at(logarithmic, 12.0), 12.0);
}
