//! Layouts: nothing covers anything, boxes hold their own nodes alone, arrows lead down.

use super::layers::{Layered, layered, ranges};
use super::order::ordered;
use super::place::{places, side};
use super::{Diagram, dot, svg};
use crate::base::Sources;
use crate::network::{Network, build};
use crate::syntax;

const EIGHT_SCHOOLS: &str = include_str!("../../../tests/syntax/examples/eight_schools.pgm");
const RADON: &str = include_str!("../../../tests/syntax/examples/radon.pgm");
const VOLATILITY: &str = include_str!("../../../tests/syntax/examples/stochastic_volatility.pgm");
const REGRESSION: &str = include_str!("../../../tests/syntax/examples/hidden_regression.pgm");

/// Plates in all combinations, a factor, arrows over several layers.
const SCORES: &str = "plate students
plate schools = levels(school)
plate tests = {maths, reading, science}
plate years = 4
input school[students] : schools
input age[students]
input size_of_school[schools]
param mu ~ Normal(0, 5)
param gamma ~ Normal(0, 1)
param tau ~ HalfNormal(2)
param discrimination[tests] ~ HalfNormal(1)
param difficulty[tests] ~ Normal(0, 1)
param trend[years] ~ Normal(0, 1)
latent a[schools] ~ Normal(mu + gamma * size_of_school, tau)
latent ability[students] ~ Normal(a[school] + 0.1 * age, 1)
let eta[students, tests] = discrimination * (ability - difficulty)
let level[students, tests, years] = eta + trend
param sigma ~ HalfNormal(1)
observe score[students, tests, years] ~ Normal(level, sigma)
report spread = tau / sigma
factor penalty = if gamma < 0 then -gamma^2 else 0";

fn network(text: &str) -> Network {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let tree = syntax::parse(&sources, source).unwrap();
    build(&[tree], &mut sources).unwrap()
}

fn layout(network: &Network) -> (Diagram, Layered, Vec<(usize, usize)>, Vec<f64>) {
    let diagram = Diagram::new(network);
    let layered = layered(&diagram);
    let layers: Vec<usize> = layered.items[..diagram.nodes.len()].iter().map(|item| item.layer).collect();
    let ranges = ranges(&diagram, &layers);
    let (_, x) = ordered(&layered, |order| places(&diagram, &layered, &ranges, order));
    (diagram, layered, ranges, x)
}

#[test]
fn nothing_covers_anything() {
    for text in [EIGHT_SCHOOLS, RADON, VOLATILITY, REGRESSION, SCORES] {
        let (diagram, layered, ranges, x) = layout(&network(text));
        for (i, a) in layered.items.iter().enumerate() {
            for (j, b) in layered.items.iter().enumerate().skip(i + 1) {
                let free = a.layer != b.layer || (x[i] - x[j]).abs() >= (a.width + b.width) / 2.0;
                assert!(free, "items {i} and {j} of\n{text}");
            }
            for (plate, &(first, last)) in ranges.iter().enumerate() {
                let (left, right) = (x[side(&layered, plate)], x[side(&layered, plate) + 1]);
                let inside = x[i] - a.width / 2.0 >= left && x[i] + a.width / 2.0 <= right;
                let outside = x[i] + a.width / 2.0 <= left || x[i] - a.width / 2.0 >= right;
                let in_rows = (first..=last).contains(&a.layer);
                let right_place = if a.plate == Some(plate) { in_rows && inside } else { !in_rows || outside };
                assert!(right_place, "item {i} and box {plate} of\n{text}");
            }
        }
        for a in 0..diagram.plates.len() {
            for b in a + 1..diagram.plates.len() {
                let apart_in_height = ranges[a].1 < ranges[b].0 || ranges[b].1 < ranges[a].0;
                let side = |plate: usize| (x[side(&layered, plate)], x[side(&layered, plate) + 1]);
                let apart = side(a).1 < side(b).0 || side(b).1 < side(a).0;
                assert!(apart_in_height || apart, "boxes {a} and {b} of\n{text}");
            }
        }
    }
}

#[test]
fn arrows_lead_down_one_layer_at_a_time() {
    for text in [EIGHT_SCHOOLS, RADON, VOLATILITY, REGRESSION, SCORES] {
        let (diagram, layered, _, _) = layout(&network(text));
        assert!(layered.links.iter().all(|&(a, b)| layered.items[b].layer == layered.items[a].layer + 1));
        for (edge, route) in diagram.edges.iter().zip(&layered.routes) {
            assert_eq!((route[0], route[route.len() - 1]), (edge.from, edge.to));
        }
    }
}

/// The count that a drawing by hand has.
#[test]
fn small_models_have_no_crossings() {
    for text in [EIGHT_SCHOOLS, RADON, VOLATILITY, REGRESSION] {
        let (_, layered, _, x) = layout(&network(text));
        for (i, &(a, b)) in layered.links.iter().enumerate() {
            for &(c, d) in &layered.links[i + 1..] {
                let same = layered.items[a].layer == layered.items[c].layer;
                assert!(!same || (x[a] - x[c]) * (x[b] - x[d]) >= 0.0, "arrows {a}→{b} and {c}→{d} of\n{text}");
            }
        }
    }
}

#[test]
fn a_picture_is_a_text_of_its_own() {
    let picture = svg(&network(SCORES));
    assert!(picture.starts_with("<svg xmlns=") && picture.ends_with("</svg>\n"));
    assert!(picture.contains("<title>penalty = if gamma &lt; 0 then -gamma^2 else 0</title>"));
    assert!(picture.contains(">students × tests × years</text>"));
    assert!(picture.contains(">tests = 3</text>"));
    assert!(!picture.contains("NaN") && !picture.contains("inf\""));
    assert_eq!(picture, svg(&network(SCORES)), "the same model gives the same picture");
}

#[test]
fn a_model_of_one_variable_has_a_picture() {
    let picture = svg(&network("param a ~ Normal(0, 1)"));
    assert!(picture.contains(">a</text>"));
}

#[test]
fn dot_has_clusters_and_shapes() {
    let text = dot(&network(VOLATILITY));
    assert!(text.contains("subgraph cluster_0 {\n    label=\"time\";"));
    assert!(text.contains("label=\"y\", shape=ellipse, style=filled"));
    assert!(text.contains("n3 -> n3 [style=dashed, constraint=false, label=\"time − 1\"];"), "{text}");
    assert!(text.contains("label=\"half_life\", shape=ellipse, peripheries=2"));
}
