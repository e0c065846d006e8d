//! First and second derivatives of functions over a wide grid, as gradients and Hessian products have
//! them, against mpmath (`tests/reference/derivatives_values.py` made the references): finite where
//! the derivative is, at the edges and where values are rounded to 0 or 1 too.

use crate::support::nodes::{index, number, one, plate, span};
use pgmc::builtins::{Builtin, Code, Partial, ROWS};
use pgmc::gradient::{differentiate, hessian_vector};
use pgmc::program::{Builder, Computation, NodeId, TermKind, evaluate};

/// A line of the reference file: empty fields are not checked.
struct Line {
    builtin: Builtin,
    arguments: Vec<f64>,
    first: Vec<Option<f64>>,
    second: Vec<Option<f64>>,
}

fn lines() -> Vec<Line> {
    include_str!("../reference/derivatives_values.csv").lines().skip(1).map(line).collect()
}

fn line(text: &str) -> Line {
    let fields: Vec<&str> = text.split(',').collect();
    let number =
        |field: &&str| (!field.is_empty()).then(|| field.parse::<f64>().expect("a number"));
    let row = ROWS.iter().find(|row| row.name == fields[0]).expect("a function of the language");
    Line {
        builtin: row.builtin,
        arguments: fields[1..4].iter().filter_map(number).collect(),
        first: fields[4..7].iter().map(number).collect(),
        second: fields[7..13].iter().map(number).collect(),
    }
}

/// Where the second derivative by two arguments stands among the six.
fn place_of(i: usize, j: usize) -> usize {
    match (i.min(j), i.max(j)) {
        (0, j) => j,
        (1, j) => j + 2,
        _ => 5,
    }
}

/// Gradient and Hessian of a call; arguments that the line has no derivatives by are numbers.
fn derivatives(line: &Line) -> (Vec<usize>, Vec<f64>, Vec<Vec<f64>>) {
    let mut b = Builder::new();
    let smooth: Vec<usize> = (0..line.arguments.len()).filter(|&i| is_smooth(line, i)).collect();
    let operands: Vec<NodeId> = line
        .arguments
        .iter()
        .enumerate()
        .map(|(i, &x)| if smooth.contains(&i) { b.slot(&[]) } else { number(&mut b, x) })
        .collect();
    let call = b.call(line.builtin, &operands);
    b.term("call", call, TermKind::Whole, span());
    let differentiated = differentiate(b.finish());
    let point: Vec<f64> = smooth.iter().map(|&i| line.arguments[i]).collect();
    let gradient =
        evaluate(&differentiated.program, &differentiated.values, &point, 0)[1..].concat();
    let Computation { program, values } = hessian_vector(differentiated);
    let column = |i: usize| {
        let direction = (0..point.len()).map(|j| f64::from(u8::from(i == j))).collect();
        evaluate(&program, &values, &[point.clone(), direction].concat(), 0).concat()[point.len()..]
            .to_vec()
    };
    let hessian = (0..point.len()).map(column).collect();
    (smooth, gradient, hessian)
}

fn is_smooth(line: &Line, i: usize) -> bool {
    line.first[i].is_some() || (0..3).any(|j| line.second[place_of(i, j)].is_some())
}

/// Whether a derivative is right: to so many digits, or to rounding of numbers of size `scale`.
fn agrees(found: f64, expected: f64, scale: f64, bound: f64) -> bool {
    (found - expected).abs() <= bound * expected.abs() + 4e-16 * scale + 1e-300
}

/// The errors allowed of functions, relative to the derivative, and what size of numbers may cancel in
/// it; of the others 1e-11 and none.
const BOUNDS: [(&[Builtin], f64, f64); 8] = {
    use Builtin as B;
    [
        // 1 − result², 1 − x²/result², (1 − x)·(1 + x), and result·(1 − result).
        (&[B::Tanh, B::Hypot, B::Asin, B::Acos, B::InvLogit], 1e-12, 1.0),
        // Trigammas of large numbers cancel.
        (&[B::Lbeta, B::Lchoose], 1e-9, 10.0),
        // exp(result²/2), and ratio/x² less what is nearly the same.
        (&[B::InvPhi], 1e-10, 0.0),
        (&[B::BesselI1, B::LogBesselI0, B::BesselRatio], 1e-9, 1.0),
        // a/(1 + exp(t)) less what is nearly a.
        (&[B::LogBetaInc], 1e-8, 1e6),
        (&[B::BetaInc], 1e-8, 1e3),
        // Second derivatives of a series or fraction, and (log x − ψ)² − ψ′ near its roots.
        (&[B::GammaInc], 1e-9, 1e3),
        (&[B::LogGammaInc, B::LogGammaIncUpper], 1e-8, 1e3),
    ]
};

fn bound(builtin: Builtin) -> (f64, f64) {
    let own = BOUNDS.iter().find(|(builtins, ..)| builtins.contains(&builtin));
    own.map_or((1e-11, 0.0), |&(_, bound, scale)| (bound, scale))
}

#[test]
fn first_and_second_derivatives_are_right_over_a_wide_grid() {
    let mut wrong = Vec::new();
    for line in lines() {
        let (smooth, gradient, hessian) = derivatives(&line);
        let (bound, scale) = bound(line.builtin);
        let name = line.builtin.name();
        for (k, &i) in smooth.iter().enumerate() {
            if let Some(expected) = line.first[i]
                && !agrees(gradient[k], expected, scale, bound)
            {
                wrong.push(format!(
                    "{name}{:?} by {i}: {} but {expected}",
                    line.arguments, gradient[k]
                ));
            }
            for (l, &j) in smooth.iter().enumerate() {
                let found = hessian[l][k];
                if let Some(expected) = line.second[place_of(i, j)]
                    && !agrees(found, expected, scale, bound)
                {
                    wrong.push(format!(
                        "{name}{:?} by {i}, {j}: {found} but {expected}",
                        line.arguments
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Every function of numbers whose derivatives are not all 0 is in the grid; but for sums, and for
/// quantiles and the von Mises distribution, whose derivatives `math_values.csv` has.
#[test]
fn the_grid_has_every_function_of_numbers() {
    let seen: Vec<Builtin> = lines().iter().map(|line| line.builtin).collect();
    let elsewhere = |name: &str| name.contains("quantile") || name.contains("_of_normal");
    let rows = ROWS.iter().filter(|row| row.public && !elsewhere(row.name));
    for row in rows.filter(|row| row.builtin != Builtin::VonMisesCdf) {
        let of_numbers = matches!(row.code, Code::One(_) | Code::Two(_) | Code::Three(_));
        let flat = row.partials.iter().all(|partial| matches!(partial, Partial::Zero));
        assert!(!of_numbers || flat || seen.contains(&row.builtin), "no line for {}", row.name);
    }
}

/// Where a masked cotangent happens to be 0, how it changes still counts: Σ ½(exp(v) − 1)² over rows
/// that read one of two v has the second derivatives 1 and 0 at v = 0.
#[test]
fn a_cotangent_that_happens_to_be_0_passes_on_how_it_changes() {
    let mut b = Builder::new();
    let (group, rows) = (plate(&mut b, "group", 2), plate(&mut b, "rows", 1));
    let of_row = index(&mut b, &[rows], group, &[0]);
    let v = b.slot(&[group]);
    let u = one(&mut b, Builtin::Expm1, v);
    let gathered = b.gather(u, &[(group, of_row)]);
    let (half, square) = (number(&mut b, 0.5), b.call(Builtin::Multiply, &[gathered, gathered]));
    let product = b.call(Builtin::Multiply, &[half, square]);
    let total = b.sum(product, &[rows]);
    b.term("squares", total, TermKind::Whole, span());
    let Computation { program, values } = hessian_vector(differentiate(b.finish()));
    let found = evaluate(&program, &values, &[0.0, 0.0, 1.0, 1.0], 0).concat();
    assert_eq!(found, [0.0, 0.0, 1.0, 0.0], "gradient, then the Hessian times (1, 1)");
}
