//! Draws of combinators against their own distribution functions, which the table checks.

use crate::families::reported::reported;
use crate::support::simulation::{LIMIT, SIZE, assert_near, draw_of, mean};

/// The largest distance of an empirical distribution function of [`SIZE`] draws from its own:
/// beyond it with probability 1e-6 at most, by the inequality of Dvoretzky, Kiefer and Wolfowitz
/// with Massart's constant, 2 exp(−2 n d²).
fn kolmogorov() -> f64 {
    (2e6_f64.ln() / (2.0 * SIZE as f64)).sqrt()
}

/// The probability of at most each of `at`.
fn cdf(distribution: &str, at: &[f64]) -> Vec<f64> {
    let list = at.iter().map(f64::to_string).collect::<Vec<_>>().join(", ");
    reported(
        &format!("{FAMILY}plate all\ninput x[all]\nreport value[all] = cdf({distribution}, x)\n"),
        &format!("{{\"x\": [{list}]}}"),
        "value",
    )
}

/// A family of counts without a quantile.
const FAMILY: &str = "family Tries(p: unit) over count {\n  log_density(y) = log(p) + xlog1py(y, -p)\n  \
                      draw(e ~ Exponential(1)) = floor(-e / log1p(-p))\n  cdf(y) = -expm1((y + 1) * log1p(-p))\n}\n";

/// For continuous values, and for counts at their own values.
fn check(distribution: &str) {
    let mut draws =
        draw_of("y", &format!("{FAMILY}plate rows\nobserve y[rows] ~ {distribution}\n"), None, 3);
    draws.sort_by(f64::total_cmp);
    let n = draws.len() as f64;
    let expected = cdf(distribution, &draws);
    let before = |y: f64| draws.partition_point(|&d| d < y) as f64 / n;
    let upto = |y: f64| draws.partition_point(|&d| d <= y) as f64 / n;
    let discrete = draws.windows(2).filter(|w| w[0] == w[1]).count() > draws.len() / 20;
    for (&y, &p) in draws.iter().zip(&expected) {
        let distance = if discrete {
            (upto(y) - p).abs()
        } else {
            (upto(y) - p).abs().max((before(y) - p).abs())
        };
        assert!(
            distance <= kolmogorov(),
            "{distribution} at {y}: {} of the draws, expected {p}",
            upto(y)
        );
    }
}

#[test]
fn draws_follow_the_distribution_functions() {
    let distributions = [
        "Truncated(Normal(0, 1), -0.5, 2)",
        "Truncated(Normal(0, 1), 30, 40)",
        "Truncated(Normal(0, 1), lower = 9)",
        "Truncated(Weibull(1.5, 2), 3, inf)",
        "Truncated(Gamma(2, 1), 0.5, 3)",
        "Truncated(StudentT(3, 0, 1), upper = -2)",
        "Truncated(LogNormal(0, 1), 1, 8)",
        "Truncated(Poisson(3), 1, inf)",
        "Truncated(Poisson(3), 2, 5)",
        "Truncated(Poisson(0.01), 3, inf)",
        "Truncated(Binomial(20, 0.3), 4, 9)",
        "Truncated(NegativeBinomial(4, 2), 1, 12)",
        "Truncated(Geometric(0.1), 5, 20)",
        "Truncated(DiscreteUniform(1, 100), 10, 15)",
        "Mixture([0.3, 0.7], Normal(-2, 1), Normal(3, 0.5))",
        "Mixture([0.2, 0.3, 0.5], Exponential(1), Gamma(9, 2), LogNormal(3, 0.1))",
        "Mixture([0.3, 0.7], Poisson(2), Poisson(20))",
        "Truncated(Mixture([0.3, 0.7], Normal(-2, 1), Normal(3, 0.5)), -1, 3)",
        "Truncated(Mixture([0.3, 0.7], Poisson(2), Poisson(20)), 1, 15)",
        "ZeroInflated(0.3, Poisson(4))",
        "ZeroInflated(0.3, Truncated(Poisson(4), 2, 9))",
        "Hurdle(0.3, Poisson(0.5))",
        "Hurdle(0.6, NegativeBinomial(3, 0.7))",
        "Truncated(ZeroInflated(0.3, Poisson(4)), 0, 3)",
        "Truncated(Tries(0.2), 3, 12)",
        "Truncated(Tries(0.2), upper = 4)",
        "Hurdle(0.4, Truncated(Tries(0.2), 0, 9))",
        "Truncated(Mixture([0.5, 0.5], Tries(0.2), Poisson(4)), 2, 7)",
    ];
    distributions.iter().for_each(|distribution| check(distribution));
}

#[test]
fn a_mixture_along_an_axis_draws_each_part_by_its_weight() {
    let text = "plate rows\nplate kinds = 3\nlet w : vector[kinds] = [0.2, 0.3, 0.5]\nlet m : vector[kinds] = [-10, 0, 10]\n\
                observe y[rows] ~ Mixture(w, Normal(m, 1))\nobserve z[rows] ~ Truncated(Mixture(w, Normal(m, 1)), -5, inf)\n";
    let near = |draws: &[f64], centre: f64| {
        draws.iter().filter(|&&y| (y - centre).abs() < 5.0).count() as f64 / SIZE as f64
    };
    for (variable, shares) in [("y", [0.2, 0.3, 0.5]), ("z", [0.0, 0.3 / 0.8, 0.5 / 0.8])] {
        let draws = draw_of(variable, text, None, 5);
        for (share, centre) in shares.into_iter().zip([-10.0, 0.0, 10.0]) {
            let error = (share * (1.0 - share) / SIZE as f64).sqrt().max(1e-4);
            assert_near(
                &format!("the share of {variable} around {centre}"),
                near(&draws, centre),
                share,
                error,
            );
        }
    }
}

#[test]
fn zeros_of_positive_values_have_their_probability() {
    for combinator in ["ZeroInflated", "Hurdle"] {
        let draws = draw_of(
            "y",
            &format!("plate rows\nobserve y[rows] ~ {combinator}(0.3, Gamma(2, 1))\n"),
            None,
            7,
        );
        let zeros = draws.iter().filter(|&&y| y == 0.0).count() as f64 / SIZE as f64;
        assert_near("the share of zeros", zeros, 0.3, (0.21 / SIZE as f64).sqrt());
        let rest: Vec<f64> = draws.into_iter().filter(|&y| y > 0.0).collect();
        assert_near("the mean of the rest", mean(&rest), 2.0, (2.0 / rest.len() as f64).sqrt());
    }
}

/// Along a chain, and of vectors: what is truncated or mixed depends on the element before.
#[test]
fn combinators_are_drawn_along_chains_and_of_vectors() {
    let chain = "plate rows\nobserve y[t in rows] ~ if t == 1 then Truncated(Normal(0, 1), lower = 0)\n  \
                 else Truncated(Normal(0.5 * y[t-1], 1), lower = 0)\n\
                 observe n[t in rows] ~ if t == 1 then Poisson(2) else ZeroInflated(0.3, Poisson(1 + 0.5 * n[t-1]))\n";
    assert!(draw_of("y", chain, None, 11).iter().all(|&y| y >= 0.0));
    // The mean of the counts is m = 0.7 (1 + m/2); their variance v = 0.7 (m' + m'^2 + v/4) - m^2
    // with m' = 1 + m/2.
    let n = draw_of("n", chain, None, 11);
    let m = 0.7 / 0.65;
    let rate = 1.0 + 0.5 * m;
    let v = (0.7 * (rate + rate * rate) - m * m) / (1.0 - 0.7 / 4.0);
    // Neighbours are correlated by 0.35, which makes the mean's variance (1 + 0.35)/(1 - 0.35)
    // times that of independent counts.
    assert_near("the mean of the chain", mean(&n), m, (v * 1.35 / 0.65 / SIZE as f64).sqrt());
    let vectors = "plate rows\nplate dims = 2\nobserve y[rows] : vector[dims]\n  ~ Mixture([0.25, 0.75], \
                   MultivariateNormal([-9, -9], [[1, 0], [0, 1]]), MultivariateNormal([9, 9], [[1, 0.5], [0.5, 1]]))\n";
    let y = draw_of("y", vectors, None, 13);
    let low =
        y.chunks(2).filter(|pair| pair[0] < 0.0 && pair[1] < 0.0).count() as f64 / SIZE as f64;
    let high =
        y.chunks(2).filter(|pair| pair[0] > 0.0 && pair[1] > 0.0).count() as f64 / SIZE as f64;
    assert!((low + high - 1.0).abs() < 1e-12, "both elements come from one part");
    assert_near("the share of the first part", low, 0.25, (0.25 * 0.75 / SIZE as f64).sqrt());
}

/// Limits clip what is recorded; flags and intervals leave the value, as no rule says when they are
/// set.
#[test]
fn censored_values_are_drawn_and_clipped() {
    let clipped =
        draw_of("y", "plate rows\nobserve y[rows] ~ Censored(Normal(0, 1), -1, 0.5)\n", None, 9);
    for (limit, p) in [(-1.0, 0.158_655_253_931_457_05), (0.5, 0.308_537_538_725_986_9)] {
        let share = clipped.iter().filter(|&&y| y == limit).count() as f64 / SIZE as f64;
        assert_near(
            &format!("the share at {limit}"),
            share,
            p,
            (p * (1.0 - p) / SIZE as f64).sqrt(),
        );
    }
    assert!(clipped.iter().all(|y| (-1.0..=0.5).contains(y)));
    let whole = draw_of(
        "y",
        "plate rows\nobserve y[rows] ~ Censored(Normal(0, 1), right = true)\n",
        None,
        9,
    );
    assert!(mean(&whole).abs() <= LIMIT / (SIZE as f64).sqrt());
    assert!(whole.iter().any(|&y| y > 2.0) && whole.iter().any(|&y| y < -2.0));
}
