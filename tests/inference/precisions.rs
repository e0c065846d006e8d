//! Conditional precisions against closed forms of normal distributions.

use pgmc::density::LogDensity;
use pgmc::inference::conditional_precisions;

/// exp(−½ qᵀ·Q·q).
struct Normal<const N: usize>([[f64; N]; N]);

impl<const N: usize> LogDensity for Normal<N> {
    fn dim(&self) -> usize {
        N
    }

    fn evaluate(&mut self, q: &[f64], grad: &mut [f64]) -> f64 {
        for (g, row) in grad.iter_mut().zip(&self.0) {
            *g = -row.iter().zip(q).map(|(a, b)| a * b).sum::<f64>();
        }
        0.5 * grad.iter().zip(q).map(|(g, b)| g * b).sum::<f64>()
    }

    fn constrained_dim(&self) -> usize {
        N
    }

    fn constrain(&mut self, q: &[f64], values: &mut [f64]) {
        values.copy_from_slice(q);
    }
}

fn close(found: Option<Vec<f64>>, expected: &[f64]) {
    let found = found.expect("precisions");
    assert_eq!(found.len(), expected.len());
    for (f, e) in found.iter().zip(expected) {
        assert!((f - e).abs() < 1e-6 * e, "{found:?} {expected:?}");
    }
}

#[test]
fn independent_coordinates_have_their_own() {
    // The first coordinate, a parameter, depends on both others; given it they are independent.
    let mut density = Normal([[9.0, 1.0, 2.0], [1.0, 4.0, 0.0], [2.0, 0.0, 7.0]]);
    close(conditional_precisions(&mut density, &[0.3, -0.2, 0.5], &[1, 2]), &[4.0, 7.0]);
}

#[test]
fn later_coordinates_are_integrated_out() {
    // Given the parameter, the precision matrix of the others is [[a, b], [b, d]]: the first one's
    // precision is a − b²/d with the last one integrated out, the last one's d given the first.
    let mut density = Normal([[9.0, 1.0, 2.0], [1.0, 4.0, 1.5], [2.0, 1.5, 7.0]]);
    close(
        conditional_precisions(&mut density, &[0.3, -0.2, 0.5], &[1, 2]),
        &[4.0 - 1.5 * 1.5 / 7.0, 7.0],
    );
}

#[test]
fn a_random_walk_has_its_backward_filter() {
    // Noise e of a walk x_t = x_{t−1} + e_t, observed with variance v: given x_{t−1}, what data
    // from t on tell of x_t has precision g_t, with g_T = 1/v and g_t = 1/v + g_{t+1}/(1 +
    // g_{t+1}); that of e_t is 1 + g_t.
    let v = 2.5;
    let mut rows = [[0.0; 5]; 5];
    for (i, row) in rows.iter_mut().enumerate() {
        for (j, entry) in row.iter_mut().enumerate() {
            *entry = (5 - i.max(j)) as f64 / v + f64::from(u8::from(i == j));
        }
    }
    let mut expected = [0.0; 5];
    let mut information = 0.0;
    for t in (0..5).rev() {
        information = 1.0 / v + information / (1.0 + information);
        expected[t] = 1.0 + information;
    }
    close(conditional_precisions(&mut Normal(rows), &[0.1; 5], &[0, 1, 2, 3, 4]), &expected);
}

#[test]
fn nothing_is_less_precise_than_the_noise_itself() {
    let mut density = Normal([[-3.0, 0.0], [0.0, 0.5]]);
    close(conditional_precisions(&mut density, &[0.1, 0.2], &[0, 1]), &[1.0, 1.0]);
}

#[test]
fn a_curvature_that_is_not_finite_tells_nothing() {
    let mut density = Normal([[f64::NAN, 0.0], [0.0, 1.0]]);
    assert_eq!(conditional_precisions(&mut density, &[0.1, 0.2], &[0, 1]), None);
}
