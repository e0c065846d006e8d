//! The table of functions against mpmath: values, derivatives, domains
//! (`tests/reference/math_values.py` made the references).

mod quantiles;

use pgmc::builtins::{Builtin, Code, Domain, Native, Partial, ROWS, Range};

/// What an error is relative to.
#[derive(Clone, Copy)]
enum Scale {
    /// The reference itself.
    Reference,
    /// The reference, or 1 if that is larger: near roots, and where a summand of size 1 vanishes,
    /// only the absolute error counts.
    One,
    /// The reference, or the function's value if that is larger: derivatives of densities near
    /// their modes.
    Value,
}

use Scale::{One, Reference, Value};

/// Functions with the largest error allowed of their values and of their partial derivatives, about
/// twice what was measured.
#[rustfmt::skip]
const BOUNDS: &[(&str, f64, Scale, f64, Scale)] = &[
    ("add subtract multiply divide negate select", 3e-16, Reference, 4e-16, Reference),
    ("equal not_equal less less_equal greater greater_equal and or not", 0.0, Reference, 0.0, Reference),
    ("abs sign step floor min max count_below", 0.0, Reference, 0.0, Reference),
    // x^(y−1): the rounding of y − 1 times log x.
    ("power", 3e-16, Reference, 1e-14, Reference),
    ("sqrt hypot log log10 log1p log1m", 3e-16, Reference, 5e-16, Reference),
    ("exp expm1 sin cos tan asin acos atan sinh cosh", 4e-16, Reference, 5e-16, Reference),
    // 1 − result² cancels where the function is flat.
    ("tanh inv_logit", 4e-16, Reference, 3e-16, One),
    ("logit log_inv_logit log1p_exp log1m_exp", 4e-16, Reference, 5e-16, Reference),
    // log(exp(x) − exp(y)) has roots.
    ("log_diff_exp", 4e-16, One, 5e-16, Reference),
    ("log_add_exp log_add_exp_share", 4e-16, One, 5e-16, Reference),
    ("log1m_exp_slope", 1e-15, Reference, 2e-15, Reference),
    ("masked_product", 0.0, Reference, 0.0, Reference),
    ("asinh", 8e-16, Reference, 8e-16, Reference),
    ("xlogy xlog1py", 4e-16, Reference, 4e-16, Reference),
    // exp(−x²): the rounding of the square.
    ("erf erfc", 4e-16, Reference, 1e-13, Reference),
    ("Phi", 6e-16, Reference, 1e-13, Reference),
    ("log_Phi normal_hazard", 1e-15, Reference, 4e-15, Reference),
    // 1 − hazard·excess cancels far to the left, where it goes to 0.
    ("normal_hazard_excess", 1e-14, Reference, 1e-14, One),
    // exp(result²/2): the rounding of the square.
    ("inv_Phi", 1e-15, Reference, 1e-12, Reference),
    ("inv_log_Phi", 2e-15, One, 3e-15, Reference),
    ("lgamma", 5e-16, Reference, 2e-15, One),
    ("digamma", 2e-15, One, 1e-15, Reference),
    ("trigamma", 1e-15, Reference, 1e-15, Reference),
    // Above n = 100 by logarithms.
    ("polygamma", 2e-13, Reference, 5e-14, Reference),
    // The trigammas of large numbers cancel.
    ("digamma_difference", 1e-12, Reference, 4e-15, One),
    ("lbeta lchoose", 5e-15, One, 1e-12, Reference),
    ("gamma_inc gamma_inc_density", 1e-13, Reference, 1e-13, Value),
    ("gamma_inc_shape", 1e-13, Reference, 1e-13, Value),
    // (log x − ψ)² − ψ′ cancels near its roots.
    ("gamma_inc_shape_shape", 1e-14, One, 3e-11, One),
    // Logarithms of numbers near 1, and those of large terms.
    ("log_gamma_inc log_gamma_inc_upper", 1e-13, One, 1e-12, Value),
    ("log_gamma_inc_slope log_gamma_inc_upper_slope", 1e-13, Reference, 1e-12, Value),
    ("log_gamma_inc_shape log_gamma_inc_upper_shape", 1e-12, One, 1e-10, One),
    ("log_gamma_inc_shape_shape log_gamma_inc_upper_shape_shape", 1e-10, One, 1e-9, One),
    ("log_beta_inc", 1e-13, One, 1e-11, One),
    ("log_beta_inc_slope log_beta_inc_first log_beta_inc_second", 1e-11, One, 1e-10, One),
    ("log_beta_inc_first_first log_beta_inc_first_second log_beta_inc_second_second", 1e-10, One, 1e-9, One),
    ("poisson_of_normal binomial_of_normal negative_binomial_of_normal", 0.0, Reference, 0.0, Reference),
    ("gamma_quantile gamma_of_normal", 2e-13, Reference, 2e-11, Reference),
    ("beta_inc", 1e-13, Reference, 2e-13, Reference),
    // The derivatives by x have the factor log x − ψ(a) + ψ(a+b), whose parts cancel near the mode.
    ("beta_inc_first beta_inc_second", 2e-13, Reference, 5e-11, Value),
    ("beta_inc_first_first beta_inc_first_second beta_inc_second_second", 1e-10, One, 3e-11, One),
    // Near x = 1 the density feels the rounding of x, times b/(1 − x).
    ("beta_quantile beta_of_normal", 1e-13, Reference, 1e-9, Reference),
    // As above; and (a − 1)/x − (b − 1)/(1 − x).
    ("beta_inc_density", 2e-13, Reference, 5e-12, Value),
    ("bessel_i0 bessel_i1 log_bessel_i0 bessel_ratio", 4e-15, Reference, 4e-15, Reference),
    // The derivative cancels: ε/x² near 0.01, ε·x for large x.
    ("bessel_ratio_slope", 4e-15, Reference, 1e-12, Reference),
    // The end −π is the double nearest to it, 1.2e-16 off: that counts where x is 0.0016 away from
    // it.
    ("von_mises_cdf", 2e-13, Reference, 2e-13, Reference),
    // cos x − ratio cancels near 0 for large concentrations.
    ("von_mises_cdf_concentration", 2e-13, Reference, 1e-13, One),
    ("von_mises_cdf_concentration_concentration", 2e-16, One, 2e-16, One),
    ("von_mises_quantile von_mises_of_normal", 1e-13, Reference, 4e-14, One),
    ("count_below", 0.0, Reference, 0.0, Reference),
    ("von_mises_density", 4e-14, Reference, 4e-14, Value),
];

/// A line of the reference file.
struct Line {
    builtin: Builtin,
    arguments: Vec<f64>,
    value: f64,
    slopes: Vec<Option<f64>>,
}

fn lines() -> Vec<Line> {
    include_str!("../reference/math_values.csv").lines().skip(1).map(line).collect()
}

fn line(text: &str) -> Line {
    let fields: Vec<&str> = text.split(',').collect();
    let number = |field: &str| (!field.is_empty()).then(|| field.parse::<f64>().expect("a number"));
    let row = ROWS.iter().find(|row| row.name == fields[0]).expect("a function of the language");
    Line {
        builtin: row.builtin,
        arguments: fields[1..4].iter().filter_map(|field| number(field)).collect(),
        value: number(fields[4]).expect("a value"),
        slopes: fields[5..8].iter().take(row.arguments.len()).map(|field| number(field)).collect(),
    }
}

/// The function's value, truth values as 0 and 1.
fn call(builtin: Builtin, x: &[f64]) -> f64 {
    let truth = |value: f64| value != 0.0;
    match builtin.row().code {
        Code::One(code) => code(x[0]),
        Code::Two(code) => code(x[0], x[1]),
        Code::Three(code) => code(x[0], x[1], x[2]),
        Code::Compare(code) => f64::from(u8::from(code(x[0], x[1]))),
        Code::Logic(code) => {
            f64::from(u8::from(code(truth(x[0]), x.get(1).copied().is_some_and(truth))))
        }
        Code::Select => x[if truth(x[0]) { 1 } else { 2 }],
        Code::SampleOne(_) | Code::SampleTwo(_) => panic!("{builtin:?} is a sampler"),
    }
}

fn is_sampler(builtin: Builtin) -> bool {
    matches!(builtin.row().code, Code::SampleOne(_) | Code::SampleTwo(_))
}

/// A partial derivative's value at `arguments`, where the function itself is `result`.
fn evaluate(partial: &Partial, arguments: &[f64], result: f64) -> f64 {
    match partial {
        Partial::Zero => 0.0,
        Partial::Number(number) => *number,
        Partial::Argument(position) => arguments[*position],
        Partial::Result => result,
        Partial::Call(builtin, operands) => {
            let values: Vec<f64> =
                operands.iter().map(|operand| evaluate(operand, arguments, result)).collect();
            call(*builtin, &values)
        }
    }
}

/// |got − want| relative to the scale; 0 where both are the same infinity or NaN, infinite where only one is.
fn error(got: f64, want: f64, value: f64, scale: Scale) -> f64 {
    if got == want || (got.is_nan() && want.is_nan()) {
        return 0.0;
    }
    let size = match scale {
        Reference => want.abs(),
        One => want.abs().max(1.0),
        Value => want.abs().max(value.abs()),
    };
    let error = (got - want).abs() / size.max(f64::MIN_POSITIVE);
    if error.is_nan() { f64::INFINITY } else { error }
}

/// What is wrong at a line, and the largest errors of the value and of the derivatives there.
fn compare(
    line: &Line,
    bounds: &(&str, f64, Scale, f64, Scale),
    complaints: &mut Vec<String>,
) -> [f64; 2] {
    let (_, value_bound, value_scale, slope_bound, slope_scale) = *bounds;
    let Line { builtin, arguments, value, slopes } = line;
    let name = builtin.name();
    let got = call(*builtin, arguments);
    let value_error = error(got, *value, *value, value_scale);
    if value_error > value_bound {
        complaints
            .push(format!("{name}{arguments:?} = {got:e}, not {value:e}: error {value_error:.1e}"));
    }
    let mut slope_error = 0.0_f64;
    for (position, (slope, partial)) in slopes.iter().zip(builtin.row().partials).enumerate() {
        let Some(want) = slope else { continue };
        let got = evaluate(partial, arguments, got);
        let one = error(got, *want, *value, slope_scale);
        slope_error = slope_error.max(one);
        if one > slope_bound {
            complaints.push(format!(
                "∂{position} {name}{arguments:?} = {got:e}, not {want:e}: error {one:.1e}"
            ));
        }
    }
    [value_error, slope_error]
}

#[test]
fn values_and_derivatives_agree_with_mpmath() {
    let lines = lines();
    let mut complaints = Vec::new();
    for row in ROWS.iter().filter(|row| !is_sampler(row.builtin)) {
        let bounds = BOUNDS.iter().find(|bounds| bounds.0.split(' ').any(|name| name == row.name));
        let bounds = bounds.unwrap_or_else(|| panic!("no bounds for {}", row.name));
        let mut worst = [0.0_f64; 2];
        for line in lines.iter().filter(|line| line.builtin == row.builtin) {
            let errors = compare(line, bounds, &mut complaints);
            worst = [worst[0].max(errors[0]), worst[1].max(errors[1])];
        }
        println!("{:28} value {:8.1e} derivatives {:8.1e}", row.name, worst[0], worst[1]);
    }
    assert!(complaints.is_empty(), "{} errors:\n{}", complaints.len(), complaints.join("\n"));
}

/// Whether a value is what a row says to be certain of it, but for rounding.
fn is_within(range: Range, value: f64) -> bool {
    match range {
        Range::Any => true,
        Range::NonNegative | Range::Positive => value >= 0.0,
        Range::Probability => (0.0..=1.0).contains(&value),
    }
}

#[test]
fn every_row_has_reference_values_and_derivatives() {
    let lines = lines();
    for row in ROWS.iter().filter(|row| !is_sampler(row.builtin)) {
        let own: Vec<&Line> = lines.iter().filter(|line| line.builtin == row.builtin).collect();
        assert!(own.len() >= 2, "{} has {} reference values", row.name, own.len());
        let within = own.iter().all(|line| is_within(row.range, line.value));
        assert!(within, "a reference value of {} is not {:?}", row.name, row.range);
        for (position, partial) in row.partials.iter().enumerate() {
            let checked = own.iter().filter(|line| line.slopes[position].is_some()).count();
            let unavailable = matches!(partial, Partial::Number(number) if number.is_nan());
            assert!(
                unavailable == (checked == 0),
                "∂{position} {} has {checked} reference values",
                row.name
            );
        }
    }
}

#[test]
fn the_table_is_consistent() {
    for (position, row) in ROWS.iter().enumerate() {
        assert_eq!(row.builtin as usize, position, "{} is out of order", row.name);
        assert_eq!(
            ROWS.iter().filter(|other| other.name == row.name).count(),
            1,
            "{} is there twice",
            row.name
        );
        let arguments = match row.code {
            Code::One(_) | Code::SampleOne(_) => 1,
            Code::Two(_) | Code::Compare(_) | Code::SampleTwo(_) => 2,
            Code::Logic(_) => {
                if row.builtin == Builtin::Not {
                    1
                } else {
                    2
                }
            }
            Code::Three(_) | Code::Select => 3,
        };
        assert_eq!(row.arguments.len(), arguments, "arguments of {}", row.name);
        let partials = if is_sampler(row.builtin) { 0 } else { arguments };
        assert_eq!(row.partials.len(), partials, "partials of {}", row.name);
        row.partials.iter().for_each(|partial| check_arity(row.name, partial, arguments));
        let compiled = row.compiled;
        assert!(compiled.price >= 1, "the price of {}", row.name);
        let called = matches!(compiled.native, Native::Function | Native::Draw);
        assert_eq!(compiled.native == Native::Draw, is_sampler(row.builtin), "{}", row.name);
        assert_eq!(compiled.vector_saves.is_some(), !called, "the vector form of {}", row.name);
        let instruction = !called && compiled.native != Native::Power;
        assert!(
            instruction || row.c_function().is_some() || is_sampler(row.builtin),
            "{}",
            row.name
        );
        assert!(row.doc.ends_with('.'), "the sentence of {}", row.name);
        assert_eq!(Builtin::public_by_name(row.name), row.public.then_some(row.builtin));
    }
}

/// Each call in a partial has as many operands as the function has arguments.
fn check_arity(name: &str, partial: &Partial, arguments: usize) {
    match partial {
        Partial::Zero | Partial::Number(_) | Partial::Result => {}
        Partial::Argument(position) => {
            assert!(*position < arguments, "a partial of {name} asks for argument {position}")
        }
        Partial::Call(builtin, operands) => {
            assert_eq!(
                operands.len(),
                builtin.row().arguments.len(),
                "{builtin:?} in a partial of {name}"
            );
            operands.iter().for_each(|operand| check_arity(name, operand, arguments));
        }
    }
}

/// Numbers outside a domain.
fn outside(domain: Domain) -> Vec<f64> {
    match domain {
        Domain::Real | Domain::Bool => vec![],
        Domain::Positive => vec![0.0, -1.0, f64::NEG_INFINITY],
        Domain::NonNegative => vec![-1e-300, -1.0, -7.5],
        Domain::Unit => vec![-1e-300, 1.0 + 1e-15, 2.0],
        Domain::Interval(low, high) => {
            [low - 1e-12, high + 1e-12].into_iter().filter(|end| end.is_finite()).collect()
        }
        Domain::Count => vec![-1.0, 0.5],
    }
}

/// A number inside a domain.
fn inside(domain: Domain) -> f64 {
    match domain {
        Domain::Real | Domain::Positive | Domain::NonNegative => 1.75,
        Domain::Unit => 0.375,
        Domain::Interval(low, high) => (low.max(-0.5) + high.min(0.5)) / 2.0,
        Domain::Count => 4.0,
        Domain::Bool => 1.0,
    }
}

#[test]
fn outside_their_domains_functions_are_nan() {
    let mut rng = rng();
    for row in ROWS {
        for (position, argument) in row.arguments.iter().enumerate() {
            let outside = outside(argument.domain)
                .into_iter()
                .chain((argument.domain != Domain::Bool).then_some(f64::NAN));
            for number in outside {
                let mut arguments: Vec<f64> =
                    row.arguments.iter().map(|argument| inside(argument.domain)).collect();
                arguments[position] = number;
                let value = match row.code {
                    Code::Compare(_) | Code::Select => continue,
                    Code::SampleOne(code) => code(&mut rng, arguments[0]),
                    Code::SampleTwo(code) => code(&mut rng, arguments[0], arguments[1]),
                    Code::One(_) | Code::Two(_) | Code::Three(_) | Code::Logic(_) => {
                        call(row.builtin, &arguments)
                    }
                };
                assert!(value.is_nan(), "{}{arguments:?} = {value}", row.name);
            }
        }
    }
}

#[test]
fn huge_arguments_end_quickly_and_near_one_half() {
    for size in [1e6, 1e9, 1e12, 1e15, 1e20, 1e100, 1e300] {
        let half = call(Builtin::GammaInc, &[size, size]);
        assert!((half - 0.5).abs() < 0.2 / size.sqrt() + 1e-13, "gamma_inc at {size:e}: {half}");
        let half = call(Builtin::BetaInc, &[size, size, 0.5]);
        assert!((half - 0.5).abs() < 1e-13, "beta_inc at {size:e}: {half}");
        for ratio in [0.5, 0.89, 0.91, 1.09, 1.11, 2.0] {
            let edge = f64::from(u8::from(ratio > 1.0));
            assert!(
                (call(Builtin::GammaInc, &[size, ratio * size]) - edge).abs() < 1e-15,
                "gamma_inc at {size:e}, {ratio}"
            );
            assert!(call(Builtin::GammaIncShape, &[size, ratio * size]).abs() < 1e-300);
            assert!(
                (call(Builtin::BetaInc, &[size, 3.0 * size, 0.25 * ratio]) - edge).abs() < 1e-15,
                "beta_inc at {size:e}, {ratio}"
            );
        }
    }
}

/// One stream for the tests below.
fn rng() -> rand_chacha::ChaCha8Rng {
    rand::SeedableRng::seed_from_u64(7)
}

/// The largest distance between the distribution function of 20,000 draws and the true one, at the
/// draws.
fn kolmogorov_distance(sampler: Builtin, parameters: &[f64], cdf: impl Fn(f64) -> f64) -> f64 {
    let mut rng = rng();
    let mut draw = || match sampler.row().code {
        Code::SampleOne(code) => code(&mut rng, parameters[0]),
        Code::SampleTwo(code) => code(&mut rng, parameters[0], parameters[1]),
        Code::One(_)
        | Code::Two(_)
        | Code::Three(_)
        | Code::Compare(_)
        | Code::Logic(_)
        | Code::Select => panic!("no sampler"),
    };
    let mut draws: Vec<f64> = (0..20_000).map(|_| draw()).collect();
    draws.sort_by(f64::total_cmp);
    let share = |count: usize| count as f64 / draws.len() as f64;
    // At a draw's value, ties included, so that counts are compared too.
    let distance =
        |i: usize| (share(draws.partition_point(|other| *other <= draws[i])) - cdf(draws[i])).abs();
    (0..draws.len()).map(distance).fold(0.0, f64::max)
}

#[test]
fn samplers_draw_from_their_distributions() {
    // By Massart's bound a sound sampler exceeds this with probability 2·exp(−2·20000·0.0138²) =
    // 1e-3.
    let limit = 0.0138;
    let check = |sampler: Builtin, parameters: &[f64], cdf: &dyn Fn(f64) -> f64| {
        let distance = kolmogorov_distance(sampler, parameters, cdf);
        assert!(distance < limit, "{}{parameters:?}: {distance}", sampler.name());
    };
    for shape in [0.05, 0.7, 1.0, 3.5, 400.0] {
        check(Builtin::RandomGamma, &[shape], &|x| call(Builtin::GammaInc, &[shape, x]));
    }
    for rate in [0.1, 4.0, 37.5, 1e5] {
        check(Builtin::RandomPoisson, &[rate], &|x| {
            1.0 - call(Builtin::GammaInc, &[x + 1.0, rate])
        });
    }
    for (n, p) in [(1.0, 0.3), (12.0, 0.5), (1000.0, 0.02), (1e6, 0.7)] {
        check(Builtin::RandomBinomial, &[n, p], &|x| {
            if x < n { call(Builtin::BetaInc, &[n - x, x + 1.0, 1.0 - p]) } else { 1.0 }
        });
    }
    for (a, b) in [(0.5, 0.5), (1.0, 1.0), (0.2, 3.0), (20.0, 300.0)] {
        check(Builtin::RandomBeta, &[a, b], &|x| call(Builtin::BetaInc, &[a, b, x]));
    }
    for concentration in [0.0, 1e-9, 1e-6, 0.3, 2.0, 50.0, 1e5, 1e8] {
        check(Builtin::RandomVonMises, &[concentration], &|x| {
            call(Builtin::VonMisesCdf, &[x, concentration])
        });
    }
}

#[test]
fn samplers_at_the_ends_of_their_domains() {
    let mut rng = rng();
    let mut draw = |sampler: Builtin, x: f64, y: f64| match sampler.row().code {
        Code::SampleOne(code) => code(&mut rng, x),
        Code::SampleTwo(code) => code(&mut rng, x, y),
        Code::One(_)
        | Code::Two(_)
        | Code::Three(_)
        | Code::Compare(_)
        | Code::Logic(_)
        | Code::Select => panic!("no sampler"),
    };
    assert_eq!(draw(Builtin::RandomPoisson, 0.0, 0.0), 0.0);
    assert_eq!(draw(Builtin::RandomBinomial, 0.0, 0.5), 0.0);
    assert_eq!(draw(Builtin::RandomBinomial, 9.0, 0.0), 0.0);
    assert_eq!(draw(Builtin::RandomBinomial, 9.0, 1.0), 9.0);
    assert_eq!(draw(Builtin::RandomGamma, f64::INFINITY, 0.0), f64::INFINITY);
    assert_eq!(draw(Builtin::RandomVonMises, f64::INFINITY, 0.0), 0.0);
    assert!(draw(Builtin::RandomPoisson, f64::INFINITY, 0.0).is_nan());
    assert!(draw(Builtin::RandomBinomial, f64::INFINITY, 0.5).is_nan());
    assert!(draw(Builtin::RandomBinomial, 9_007_199_254_740_992.0, 0.5) > 4.5e15);
}
