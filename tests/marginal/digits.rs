//! Gaussian integrals at extreme units against references with 80 digits
//! (tests/reference/integrals_mpmath.py): values, gradients and second derivatives.

use super::made::make;
use pgmc::density::LogDensity as _;
use pgmc::lower::Form;
use pgmc::marginal::numerics::Rule;
use serde_json::Value;

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|x| x.as_f64().unwrap()).collect()
}

fn cases() -> Vec<Value> {
    let text = include_str!("../reference/integrals_mpmath.json");
    serde_json::from_str::<Value>(text).unwrap().as_array().unwrap().clone()
}

/// What is wrong with a number; nothing where it is within `most` of the reference.
fn fault(name: &str, what: &str, (ours, right): (f64, f64), most: f64) -> Option<String> {
    let away = (ours - right).abs();
    let holds = away <= most;
    (!holds).then(|| format!("{name}: {what} is {ours}, should be {right}: {:.1e}", away / most))
}

/// The scale of each coordinate: one for logarithms at least, else that of the curvature.
fn scales(case: &Value) -> Vec<f64> {
    let rows: Vec<Vec<f64>> = case["hessian"].as_array().unwrap().iter().map(numbers).collect();
    let logs = rows.len() - case["logs"].as_u64().unwrap() as usize;
    let least = |i: usize| if i < logs { 0.0 } else { 1.0 };
    rows.iter().enumerate().map(|(i, row)| row[i].abs().sqrt().max(least(i))).collect()
}

/// What a derivative loses where every number of the data is rounded: as many digits of the joint
/// density's curvature, as what is integrated out explains away a part of that.
fn floor(case: &Value, i: usize, j: Option<usize>) -> f64 {
    let joint = numbers(&case["joint"]);
    let other = j.map_or(joint.len() as f64, |j| joint[j]);
    4.0 * case["rounding"].as_f64().unwrap() * (joint[i] * other).sqrt()
}

fn faults(case: &Value) -> Vec<String> {
    let of = |name: &str| case[name].as_str().unwrap();
    let (name, scales) = (of("name"), scales(case));
    let q = numbers(&case["q"]);
    let mut density = make(of("text"), of("table"), Rule::Laplace, Form::Auto).density;
    let mut gradient = vec![0.0; q.len()];
    let (value, right) = (density.evaluate(&q, &mut gradient), case["value"].as_f64().unwrap());
    let mut faults = Vec::new();
    faults.extend(fault(name, "value", (value, right), 1e-9 * (1.0 + right.abs())));
    for (i, right) in numbers(&case["gradient"]).into_iter().enumerate() {
        let most = 1e-7 * (right.abs() + scales[i]) + floor(case, i, None);
        faults.extend(fault(name, &format!("gradient {i}"), (gradient[i], right), most));
    }
    let mut product = vec![0.0; q.len()];
    for (i, row) in case["hessian"].as_array().unwrap().iter().enumerate() {
        // Along a standard deviation or so, as the optimiser asks.
        let width = 1.0 / scales[i];
        let mut direction = vec![0.0; q.len()];
        direction[i] = width;
        density.hessian_vector(&q, &direction, &mut product);
        for (j, right) in numbers(row).into_iter().enumerate() {
            let relative = 1e-6 + 16.0 * case["alike"].as_f64().unwrap();
            let most = relative * (right.abs() + scales[i] * scales[j]) + floor(case, i, Some(j));
            let what = format!("Hessian {i}, {j}");
            faults.extend(fault(name, &what, (product[j] / width, right), most));
        }
    }
    faults
}

#[test]
fn integrals_lose_no_digits() {
    let faults: Vec<String> = cases().iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
