//! What `explain --stage program` prints.

use super::support::{index, one, plate, real};
use pgmc::builtins::Builtin as B;
use pgmc::gradient::differentiate;
use pgmc::program::{ArrayValues, AxisKind, Base, Builder, NodeId, OutputRole, Type, fold, print};

fn normal(b: &mut Builder, y: NodeId, mean: NodeId, sd: NodeId) -> NodeId {
    let centred = b.call(B::Subtract, &[y, mean]);
    let z = b.call(B::Divide, &[centred, sd]);
    let square = b.call(B::Multiply, &[z, z]);
    let half = b.constant(-0.5);
    let quadratic = b.call(B::Multiply, &[half, square]);
    let log = one(b, B::Log, sd);
    b.call(B::Subtract, &[quadratic, log])
}

/// The gradient of varying intercepts, folded.
#[test]
fn a_gradient() {
    let mut b = Builder::new();
    let (homes, counties) = (plate(&mut b, "homes", 6), plate(&mut b, "counties", 3));
    let county = index(&mut b, &[homes], counties, &[0, 0, 1, 1, 1, 2]);
    let y = real(&mut b, &[homes], &[0.8, 1.1, 0.3, 0.9, 0.4, 1.2]);
    let (mu, log_sd, effect, log_noise) =
        (b.slot(&[]), b.slot(&[]), b.slot(&[counties]), b.slot(&[]));
    let (sd, noise) = (one(&mut b, B::Exp, log_sd), one(&mut b, B::Exp, log_noise));
    let prior = normal(&mut b, effect, mu, sd);
    let prior = b.sum(prior, &[counties]);
    b.term("a", prior, b.span());
    let mean = b.gather(effect, &[(counties, county)]);
    let likelihood = normal(&mut b, y, mean, noise);
    let likelihood = b.sum(likelihood, &[homes]);
    b.term("log_radon", likelihood, b.span());
    insta::assert_snapshot!(print(&fold(differentiate(b.finish())).program));
}

/// One of everything else: a subset, an alias, a recurrence, noise, draws, matrices.
#[test]
fn every_operation() {
    let mut b = Builder::new();
    let time = plate(&mut b, "time", 4);
    let starts = b.array("starts", &[time], Type::Bool, ArrayValues::Bool(vec![1, 0, 1, 0]));
    let odd = b.program.axes.push(pgmc::program::Axis {
        name: "time.odd".into(),
        size: 2,
        kind: AxisKind::Plate,
    });
    let which = b.array("odd", &[odd], Type::Index(time), ArrayValues::Index(vec![0, 2]));
    b.program.axes[odd].kind = AxisKind::Subset { of: vec![time], index: vec![which] };
    let other = b.alias(time);
    let (x, noise) = (b.slot(&[time]), b.noise(Base::Normal, &[time]));
    let carry = b.carry(time, Some(starts), true, x, &[]);
    let next = b.call(B::Add, &[carry, noise]);
    b.tie(carry, next);
    let shape = one(&mut b, B::Exp, next);
    let draw = b.draw(B::RandomGamma, &[shape], &[]);
    b.output(OutputRole::Variable, "draw", draw);
    let which = b.data(which);
    let some = b.gather(x, &[(time, which)]);
    let largest = b.max(some, &[odd]);
    b.output(OutputRole::Variable, "largest", largest);
    let fixed = b.stop(x);
    let mirrored = b.rename(fixed, time, other);
    let table = b.call(B::Multiply, &[x, mirrored]);
    let factor = b.cholesky(table, time, other);
    let solution = b.solve(factor, x, time, other, false);
    let adjoint = b.cholesky_adjoint(factor, table, time, other);
    let product = b.contract(adjoint, solution, &[other]);
    b.output(OutputRole::Variable, "product", product);
    let place = b.iota(time);
    let place = b.convert(place, Type::Real);
    let half = b.constant(1.5);
    let late = b.call(B::Greater, &[place, half]);
    b.output(OutputRole::Variable, "late", late);
    let sums = b.sum_by(some, &[(time, which)], &[odd]);
    b.output(OutputRole::Variable, "sums", sums);
    insta::assert_snapshot!(print(&b.program));
}
