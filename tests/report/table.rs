//! Tables and the numbers in them.

use pgmc::base::numbers::{brief, decimals_for, duration, fixed, shortest, significant, thousands};
use pgmc::draws::{Dim, Estimate, Summary, Variable};
use pgmc::fit::Seconds;
use pgmc::report::{headline, table};

fn summary(numbers: [f64; 9]) -> Summary {
    let [mean, sd, q05, q50, q95, mcse_mean, ess_bulk, ess_tail, rhat] = numbers;
    Summary { mean, sd, q05, q50, q95, mcse_mean, ess_bulk, ess_tail, rhat }
}

/// A radon fit: two scalars and 85 counties.
fn radon() -> (Vec<String>, Vec<Variable>, Vec<Summary>) {
    let mut names = vec!["g0".to_owned(), "s_county".to_owned(), "a[AITKIN]".to_owned()];
    names.extend((1..85).map(|i| if i == 40 { "a[LAKE]".to_owned() } else { format!("a[C{i}]") }));
    let variables = vec![
        Variable::scalar("g0"),
        Variable::scalar("s_county"),
        Variable {
            name: "a".to_owned(),
            dims: vec![Dim { plate: Some("counties".to_owned()), size: 85 }],
            discrete: false,
        },
    ];
    let county = |rhat| summary([0.921, 0.163, 0.662, 0.918, 1.181, 0.0027, 3801.0, 2950.4, rhat]);
    let mut summaries = vec![
        summary([1.4683, 0.0402, 1.4011, 1.4680, 1.5332, 0.0012, 2912.7, 3020.0, 1.0004]),
        summary([0.1602, 0.0471, 0.0831, 0.1611, 0.2389, 0.0024, 391.2, 511.6, 1.0059]),
    ];
    summaries.extend((0..85).map(|i| county(if i == 40 { 1.0081 } else { 1.0011 })));
    (names, variables, summaries)
}

/// The table of command-line.md.
#[test]
fn the_table_looks_as_promised() {
    let (names, variables, summaries) = radon();
    let shown = table::of_summaries(&names, &variables, &summaries, 4, false);
    let expected = [
        "             mean     sd      5%     50%     95%   MCSE   ESS bulk/tail   R-hat",
        "  g0         1.47  0.040    1.40    1.47    1.53  0.001     2,913/3,020    1.00",
        "  s_county   0.16  0.047    0.08    0.16    0.24  0.002 !     391/  512    1.01",
        "  a[AITKIN]  0.92  0.16     0.66    0.92    1.18  0.003     3,801/2,950    1.00",
        "  … 84 more of a[counties]: worst R-hat 1.01 at a[LAKE]      (--all shows them)",
    ];
    assert_eq!(shown.lines().collect::<Vec<_>>(), expected, "\n{shown}");
}

#[test]
fn all_shows_all() {
    let (names, variables, summaries) = radon();
    let shown = table::of_summaries(&names, &variables, &summaries, 4, true);
    assert_eq!(shown.lines().count(), 1 + 87);
    assert!(!shown.contains('…'));
    assert!(shown.lines().all(|line| line == line.trim_end()));
}

#[test]
fn matrices_and_plates_without_a_name_show_their_sizes() {
    let variables = [Variable {
        name: "L".to_owned(),
        dims: vec![Dim { plate: None, size: 4 }, Dim { plate: None, size: 3 }],
        discrete: false,
    }];
    let names: Vec<String> = (0..12).map(|i| format!("L[{},{}]", i / 3 + 1, i % 3 + 1)).collect();
    let summaries =
        vec![summary([0.0, 0.0, 0.0, 0.0, 0.0, f64::NAN, f64::NAN, f64::NAN, f64::NAN]); 12];
    let shown = table::of_summaries(&names, &variables, &summaries, 4, false);
    assert!(shown.contains("… 11 more of L[4,3]  "), "{shown}");
}

/// Numbers of very different sizes line up at the point; a constant and a column that is not finite
/// have dashes.
#[test]
fn sizes_and_gaps() {
    let names = ["big", "small", "constant", "broken"].map(str::to_owned);
    let variables = names.clone().map(Variable::scalar);
    let nan = f64::NAN;
    let summaries = [
        summary([123_456.7, 2345.6, 119_000.1, 123_450.0, 127_000.0, 37.0, 4000.0, 3900.0, 1.0]),
        summary([-0.001234, 0.000567, -0.002, -0.0012, -0.0003, 0.000_012, 4000.0, 3900.0, 1.0]),
        summary([2.5, 0.0, 2.5, 2.5, 2.5, nan, nan, nan, nan]),
        summary([nan, nan, nan, nan, nan, nan, nan, nan, nan]),
    ];
    let shown = table::of_summaries(&names, &variables, &summaries, 4, false);
    #[rustfmt::skip] // a line broken behind spaces loses them
    let expected = [
        "                    mean           sd            5%           50%           95%      MCSE   ESS bulk/tail   R-hat",
        "  big       123,500       2,300        119,000       123,500       127,000       40           4,000/3,900    1.00",
        "  small          -0.0012      0.00057       -0.0020       -0.0012       -0.0003   0.00001     4,000/3,900    1.00",
        "  constant        2.5         0              2.5           2.5           2.5      –               –/    –    –",
        "  broken          –           –              –             –             –        –               –/    –    –",
    ];
    assert_eq!(shown.lines().collect::<Vec<_>>(), expected, "\n{shown}");
}

#[test]
fn no_digit_that_is_not_known() {
    assert_eq!(decimals_for(0.001), 3);
    assert_eq!(decimals_for(0.0012), 2);
    assert_eq!(decimals_for(0.003), 2);
    assert_eq!(decimals_for(0.0004), 3);
    assert_eq!(decimals_for(30.0), -2);
    assert_eq!(decimals_for(0.052), 1);
    assert_eq!(fixed(1.46831, 2), "1.47");
    assert_eq!(fixed(-0.0012, 2), "0.00");
    assert_eq!(fixed(-12_345.678, 1), "-12,345.7");
    assert_eq!(fixed(12_345.0, -2), "12,300");
    assert_eq!(fixed(1.234e12, -9), "1.234e12");
    // Of a hidden variable whose spread is 0 the error is rounding.
    assert_eq!(fixed(0.0, 17), "0");
    assert_eq!(fixed(1.2345e-9, 11), "1.23e-9");
    assert_eq!(fixed(f64::NAN, 2), "–");
    assert_eq!(fixed(f64::INFINITY, 2), "inf");
    assert_eq!(significant(0.0402, 2), "0.040");
    assert_eq!(significant(0.0996, 2), "0.10");
    assert_eq!(significant(1234.0, 2), "1,200");
    assert_eq!(significant(0.0, 2), "0");
    assert_eq!(brief(0.25, 6), "0.25");
    assert_eq!(brief(3.0, 6), "3");
    assert_eq!(thousands(61_204), "61,204");
    assert_eq!(thousands(999), "999");
    assert_eq!(thousands(1_000_000), "1,000,000");
}

#[test]
fn files_hold_numbers_that_read_back() {
    for value in [0.1, 1.0, -2.5, 1e300, 5e-324, 123_456_789.123, 1.0 / 3.0] {
        let text = shortest(value);
        assert_eq!(text.parse::<f64>().unwrap().to_bits(), value.to_bits(), "{text}");
    }
    assert_eq!(shortest(1.0), "1");
    assert_eq!(
        [shortest(f64::NAN), shortest(f64::INFINITY), shortest(f64::NEG_INFINITY)],
        ["NaN", "Inf", "-Inf"]
    );
}

#[test]
fn times_have_units() {
    assert_eq!(duration(1.94), "1.9 s");
    assert_eq!(duration(0.00312), "3.1 ms");
    assert_eq!(duration(9.4e-6), "9.4 µs");
    assert_eq!(duration(245.0), "245 s");
    assert_eq!(duration(3600.0), "60.0 min");
}

fn estimate() -> Estimate {
    Estimate {
        q: vec![1.468, -1.8],
        values: vec![1.46831, 0.16523],
        std_errors: vec![0.0402, f64::NAN],
        lower: vec![1.38952, f64::NAN],
        upper: vec![1.5471, f64::NAN],
        log_density: -1234.567,
        covariance: vec![0.0016, 0.0, 0.0, 0.0],
        gradient_norm: 1e-9,
        improvement: 1e-20,
        iterations: 23,
        evaluations: 1312,
        converged: true,
        hessian_positive_definite: false,
        undetermined: vec![1],
        running: Vec::new(),
        unbounded: false,
        starts: Vec::new(),
    }
}

#[test]
fn estimates_have_errors_and_intervals() {
    let names = ["g0", "s"].map(str::to_owned);
    let shown =
        table::of_estimates(&names, &names.clone().map(Variable::scalar), &estimate(), false);
    let expected = [
        "      estimate  std.error     95% interval",
        "  g0   1.468        0.040   1.390 to 1.547",
        "  s    0.16523      –           – to     –",
    ];
    assert_eq!(shown.lines().collect::<Vec<_>>(), expected, "\n{shown}");
}

#[test]
fn headlines() {
    let seconds = Seconds { compile: 0.003, trials: 0.0, warmup: 1.1, sampling: 0.8 };
    let chain = pgmc::draws::Chain {
        length: 1000,
        warmup: pgmc::draws::Phase { gradients: 15_000, seconds: 0.0 },
        sampling: pgmc::draws::Phase { gradients: 301, seconds: 0.0 },
        ..pgmc::draws::Chain::default()
    };
    let draws =
        pgmc::draws::Draws { names: Vec::new(), variables: Vec::new(), chains: vec![chain; 4] };
    assert_eq!(
        headline::of_draws(&draws, 61_204, seconds),
        "NUTS · 4 chains × 1000 draws · 1.9 s (warm-up 1.1, sampling 0.80) · 61,204 gradients"
    );
    assert_eq!(
        headline::of_draws(&draws, 61_204, Seconds { trials: 0.5, ..seconds }),
        "NUTS · 4 chains × 1000 draws · 2.4 s (trials 0.50, warm-up 1.1, sampling 0.80) · \
         61,204 gradients"
    );
    assert_eq!(
        headline::of_estimate(
            "Maximum likelihood",
            &estimate(),
            Seconds { sampling: 0.012, ..seconds }
        ),
        "Maximum likelihood · log density -1,234.57 · converged in 23 iterations from 0 starts · \
         12 ms · 1,312 gradients"
    );
}
