//! Determines, for each latent, the form between noise and value that suits the data, from draws of
//! a trial in auxiliary form.

use std::collections::BTreeMap;

use crate::inference::conditional_precisions;
use crate::lower::{Form, FormChoice, Forms, NonCentring, Written};
use crate::pipeline::Compiled;

/// Below this weight the auxiliary form is as good as a partial one; above 1 minus this, so is the
/// centred one.
const MARGIN: f64 = 0.1;

/// What is known about one element, accumulated over points.
#[derive(Clone, Copy, Default)]
struct Element {
    points: f64,
    /// Sums over the points: the data's share of the information about its noise, and the location
    /// and log scale of its distribution.
    share: f64,
    location: f64,
    log_scale: f64,
    /// The smallest share.
    least: f64,
}

impl Element {
    fn share(&self) -> f64 {
        self.share / self.points
    }
}

/// The forms, based on how much the data say about each element at `points`. The data's share of
/// the information about its noise, given parameters and earlier elements, is 1 − 1/precision,
/// because the noise alone has precision 1. None if this cannot be determined.
pub fn estimate(compiled: &Compiled, points: &[Vec<f64>]) -> Option<Forms> {
    let open = || compiled.forms.iter().filter(|f| f.open);
    let coordinates: Vec<usize> = open().flat_map(|f| f.coordinates.clone()).collect();
    let mut density = compiled.density.clone();
    let mut elements: Vec<Element> =
        vec![Element { least: 1.0, ..Element::default() }; compiled.coordinates.len()];
    for q in points {
        let Some(precisions) = conditional_precisions(&mut density, q, &coordinates) else {
            continue;
        };
        for (&c, precision) in coordinates.iter().zip(precisions) {
            let share = 1.0 - 1.0 / precision;
            let element = &mut elements[c];
            element.points += 1.0;
            element.share += share;
            element.least = element.least.min(share);
        }
        for (choice, distribution) in compiled.forms.iter().zip(compiled.distributions(q)) {
            let Some((locations, scales)) = distribution else { continue };
            for (c, (location, scale)) in
                choice.coordinates.clone().zip(locations.into_iter().zip(scales))
            {
                elements[c].location += location;
                elements[c].log_scale += scale.abs().ln();
            }
        }
    }
    let usable = coordinates.iter().all(|&c| elements[c].points > 0.0);
    let named: BTreeMap<_, _> =
        open().map(|f| (f.name.clone(), written(f, &elements[f.coordinates.clone()]))).collect();
    usable.then_some(Forms { others: Form::Auto, named })
}

fn written(choice: &FormChoice, elements: &[Element]) -> Written {
    let (least, most) =
        elements.iter().fold((1.0_f64, 0.0_f64), |(l, m), e| (l.min(e.least), m.max(e.share())));
    let mean = elements.iter().map(Element::share).sum::<f64>() / elements.len().max(1) as f64;
    let shares: Vec<NonCentring> = elements.iter().map(of_element).collect();
    let usable = shares.iter().all(|s| s.location.is_finite() && s.scale.is_normal());
    match choice.distribution {
        _ if most < MARGIN => Written::Auxiliary,
        _ if least > 1.0 - MARGIN => Written::Centred,
        Some(_) if usable => Written::Partial(shares),
        Some(_) | None if mean > 0.5 => Written::Centred,
        Some(_) | None => Written::Auxiliary,
    }
}

/// The smallest share is used for the scale: where the scale may be near 0 the data say next to
/// nothing, and a larger power would leave a funnel there.
fn of_element(element: &Element) -> NonCentring {
    NonCentring {
        weight: element.share(),
        power: element.least,
        location: element.location / element.points,
        scale: (element.log_scale / element.points).exp(),
    }
}
