//! The one list of the language's functions → the enum [`Builtin`] and its rows.
//!
//! A row: variant, name, kind (`function` is public, `operator` and `helper` are not), arguments
//! with domains, result (`-> Range Kind`; left out for `-> Any Real`), code, partials, compiled
//! form, doc. In a partial, `x`, `y`, `z` are the first, second and third argument, `result` is the
//! function's own value, `zero` has derivative 0, `unknown` is NaN (not available), a number is
//! itself and `(Variant a b)` is a call. The compiled form is `call` (the C function made from the
//! code), `draw` (the sampler with a generator), or an instruction of [`Native`] with its price and
//! what its vector form saves.

use super::Code::{Compare, Logic, One, SampleOne, SampleTwo, Select as Choose, Three, Two};
use super::Domain::{Bool, Count, Interval, NonNegative, Positive, Real, Unit};
use super::entry::{Coded, Entry};
use super::{Argument, Code, Compiled, Kind, Native, Partial, Range, Row};
use crate::math::{
    bessel, beta, beta_inc, beta_quantile, discrete_quantile, elementary, gamma, gamma_inc,
    gamma_quantile, log_beta_inc, log_gamma_inc, logistic, normal, sampling, uniforms, von_mises,
    von_mises_quantile,
};
use std::f64::consts::{FRAC_2_SQRT_PI, LOG10_E};

/// 1/√(2π). Source: OEIS A231863.
const FRAC_1_SQRT_TAU: f64 = 0.398_942_280_401_432_7;
/// √(2π). Source: OEIS A019727.
const SQRT_TAU: f64 = 2.506_628_274_631_000_7;

/// The price of a call, in instructions, roughly.
const CALL: usize = 4;

/// The code of the row at this position.
struct Coding<const ROW: usize>;

impl<const ROW: usize> Coded for Coding<ROW> {
    const CODE: Code = ROWS[ROW].code;
}

macro_rules! partial {
    (x) => { Partial::Argument(0) };
    (y) => { Partial::Argument(1) };
    (z) => { Partial::Argument(2) };
    (result) => { Partial::Result };
    (zero) => { Partial::Zero };
    (unknown) => { Partial::Number(f64::NAN) };
    (minus_one) => { Partial::Number(-1.0) };
    (($function:ident $($operand:tt)+)) => { Partial::Call(Builtin::$function, &[$(partial!($operand)),+]) };
    ($number:expr) => { Partial::Number($number) };
}

macro_rules! public {
    (operator) => {
        false
    };
    (helper) => {
        false
    };
    (function) => {
        true
    };
}

macro_rules! range {
    () => {
        Range::Any
    };
    ($range:ident) => {
        Range::$range
    };
}

macro_rules! kind {
    () => {
        Kind::Real
    };
    ($kind:ident) => {
        Kind::$kind
    };
}

macro_rules! compiled {
    (call) => {
        Compiled { native: Native::Function, price: CALL, vector_saves: None }
    };
    (draw) => {
        Compiled { native: Native::Draw, price: CALL, vector_saves: None }
    };
    (($native:ident price $price:literal saves $saves:literal)) => {
        Compiled { native: Native::$native, price: $price, vector_saves: Some($saves) }
    };
}

macro_rules! builtins {
    ($($variant:ident $name:literal $kind:ident ($($argument:ident: $domain:expr),+) $(-> $range:ident $kind_of_result:ident)? $code:expr,
        [$($partial:tt),*], $compiled:tt $doc:literal;)+) => {
        /// A function of the language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Builtin {
            $(#[doc = $doc] $variant,)+
        }

        /// All rows, in the order of [`Builtin`].
        pub const ROWS: &[Row] = &[$(Row {
            builtin: Builtin::$variant,
            name: $name,
            arguments: &[$(Argument { name: stringify!($argument), domain: $domain }),+],
            range: range!($($range)?),
            kind: kind!($($kind_of_result)?),
            code: $code,
            partials: &[$(partial!($partial)),*],
            compiled: compiled!($compiled),
            entry: Entry::of::<Coding<{ Builtin::$variant as usize }>>(),
            doc: $doc,
            public: public!($kind),
        }),+];
    };
}

builtins! {
    // Operators.
    Add "add" operator (x: Real, y: Real) Two(|x, y| x + y), [1.0, 1.0], (Add price 1 saves 1) "The sum x + y.";
    Subtract "subtract" operator (x: Real, y: Real) Two(|x, y| x - y), [1.0, minus_one], (Subtract price 1 saves 1) "The difference x − y.";
    Multiply "multiply" operator (x: Real, y: Real) Two(|x, y| x * y), [y, x], (Multiply price 1 saves 1) "The product x·y.";
    // What derivatives multiply by where a factor may be 0 because its branch was not taken.
    MaskedProduct "masked_product" helper (x: Real, y: Real) Two(elementary::masked_product), [y, x], (MaskedProduct price 5 saves 5)
        "The product x·y; 0 where a factor is 0, whatever the other is.";
    Divide "divide" operator (x: Real, y: Real) Two(|x, y| x / y), [(Divide 1.0 y), (Negate (Divide result y))], (Divide price 4 saves 4) "The quotient x/y.";
    Negate "negate" operator (x: Real) One(|x| -x), [minus_one], (Negate price 1 saves 1) "The opposite −x.";
    Power "power" operator (x: Real, y: Real) Two(f64::powf),
        [(MaskedProduct y (Power x (Subtract y 1.0))), (Xlogy result x)], (Power price 4 saves 1)
        "The power x^y; NaN where x is negative and y is no integer.";
    Equal "equal" operator (x: Real, y: Real) Compare(|x, y| x == y), [zero, zero], (Equal price 1 saves 1) "Whether x = y.";
    NotEqual "not_equal" operator (x: Real, y: Real) Compare(|x, y| x != y), [zero, zero], (NotEqual price 1 saves 1) "Whether x ≠ y.";
    Less "less" operator (x: Real, y: Real) Compare(|x, y| x < y), [zero, zero], (Less price 1 saves 1) "Whether x < y.";
    LessEqual "less_equal" operator (x: Real, y: Real) Compare(|x, y| x <= y), [zero, zero], (LessEqual price 1 saves 1) "Whether x ≤ y.";
    Greater "greater" operator (x: Real, y: Real) Compare(|x, y| x > y), [zero, zero], (Greater price 1 saves 1) "Whether x > y.";
    GreaterEqual "greater_equal" operator (x: Real, y: Real) Compare(|x, y| x >= y), [zero, zero], (GreaterEqual price 1 saves 1) "Whether x ≥ y.";
    And "and" operator (x: Bool, y: Bool) Logic(|x, y| x && y), [zero, zero], (And price 1 saves 1) "Whether both hold.";
    Or "or" operator (x: Bool, y: Bool) Logic(|x, y| x || y), [zero, zero], (Or price 1 saves 1) "Whether one of both \
        holds, or both.";
    Not "not" operator (x: Bool) Logic(|x, _| !x), [zero], (Not price 1 saves 1) "Whether x does not hold.";
    // The gradient has a rule of its own for this row, so that the branch not taken contributes no
    // NaN; these partials are correct where both branches are finite.
    Select "select" operator (condition: Bool, yes: Real, no: Real) Choose, [zero, (Select x 1.0 0.0), (Select x 0.0 1.0)], (Select price 1 saves 1)
        "The second argument where the condition holds, else the third.";

    // Rounding and order.
    Abs "abs" function (x: Real) -> NonNegative LikeArguments One(f64::abs), [(Sign x)], (Abs price 1 saves 1) "The absolute value |x|.";
    Sign "sign" function (x: Real) -> Any Integer One(elementary::sign), [zero], call "−1, 0 or 1 by the sign of x.";
    Step "step" function (x: Real) -> Any Integer One(elementary::step), [zero], call "1 where x ≥ 0, else 0.";
    Floor "floor" function (x: Real) -> Any Integer One(f64::floor), [zero], call "The largest integer that is at \
        most x.";
    Min "min" function (x: Real, y: Real) -> Any LikeArguments Two(elementary::min), [(Select (Less y x) 0.0 1.0), (Select (Less y x) 1.0 0.0)], (Min price 1 saves 1)
        "The smaller of both; NaN where one is NaN.";
    Max "max" function (x: Real, y: Real) -> Any LikeArguments Two(elementary::max), [(Select (Less x y) 0.0 1.0), (Select (Less x y) 1.0 0.0)], (Max price 1 saves 1)
        "The larger of both; NaN where one is NaN.";

    // Elementary functions.
    Sqrt "sqrt" function (x: NonNegative) One(f64::sqrt), [(Divide 0.5 result)], (Sqrt price 4 saves 4) "The square root.";
    Hypot "hypot" function (x: Real, y: Real) -> NonNegative Real Two(f64::hypot),
        [(Select (Equal result 0.0) 0.0 (Divide x result)), (Select (Equal result 0.0) 0.0 (Divide y result))], call
        "The length √(x² + y²), without overflow.";
    Exp "exp" function (x: Real) -> Positive Real One(f64::exp), [result], call "The exponential function.";
    Expm1 "expm1" function (x: Real) One(f64::exp_m1), [(Exp x)], call "exp(x) − 1, accurate near 0.";
    Log "log" function (x: NonNegative) One(f64::ln), [(Divide 1.0 x)], call "The natural logarithm.";
    Log10 "log10" function (x: NonNegative) One(f64::log10), [(Divide LOG10_E x)], call "The logarithm to base 10.";
    Log1p "log1p" function (x: Interval(-1.0, f64::INFINITY)) One(f64::ln_1p), [(Divide 1.0 (Add 1.0 x))], call "log(1 + x), accurate near 0.";
    Log1m "log1m" function (x: Interval(f64::NEG_INFINITY, 1.0)) One(elementary::log1m), [(Divide minus_one (Subtract 1.0 x))], call
        "log(1 − x), accurate near 0.";
    Sin "sin" function (x: Real) One(f64::sin), [(Cos x)], call "The sine of an angle in radians.";
    Cos "cos" function (x: Real) One(f64::cos), [(Negate (Sin x))], call "The cosine of an angle in \
        radians.";
    Tan "tan" function (x: Real) One(f64::tan), [(Add 1.0 (Multiply result result))], call "The tangent \
        of an angle in radians.";
    Asin "asin" function (x: Interval(-1.0, 1.0)) One(f64::asin), [(Divide 1.0 (Sqrt (Multiply (Subtract 1.0 x) (Add 1.0 x))))], call
        "The angle from −π/2 to π/2 whose sine is x.";
    Acos "acos" function (x: Interval(-1.0, 1.0)) One(f64::acos), [(Divide minus_one (Sqrt (Multiply (Subtract 1.0 x) (Add 1.0 x))))], call
        "The angle from 0 to π whose cosine is x.";
    Atan "atan" function (x: Real) One(f64::atan), [(Divide 1.0 (Add 1.0 (Multiply x x)))], call "The angle from −π/2 to π/2 whose tangent is x.";
    Asinh "asinh" function (x: Real) One(elementary::asinh), [(Divide 1.0 (Hypot 1.0 x))], call "The number whose hyperbolic sine is x.";
    Sinh "sinh" function (x: Real) One(f64::sinh), [(Cosh x)], call "The hyperbolic sine.";
    Cosh "cosh" function (x: Real) One(f64::cosh), [(Sinh x)], call "The hyperbolic cosine.";
    Tanh "tanh" function (x: Real) One(f64::tanh), [(Multiply (Subtract 1.0 result) (Add 1.0 result))], call "The hyperbolic tangent.";

    // Logistic functions and logarithms of sums.
    InvLogit "inv_logit" function (x: Real) -> Probability Real One(logistic::inv_logit), [(Multiply result (Subtract 1.0 result))], call
        "The logistic function 1/(1 + exp(−x)).";
    Logit "logit" function (x: Unit) One(logistic::logit), [(Divide 1.0 (Multiply x (Subtract 1.0 x)))], call "The log odds log(x/(1 − x)).";
    LogInvLogit "log_inv_logit" function (x: Real) One(logistic::log_inv_logit), [(InvLogit (Negate x))], call "log(1/(1 + exp(−x))).";
    Log1pExp "log1p_exp" function (x: Real) -> Positive Real One(logistic::log1p_exp), [(InvLogit x)], call "log(1 + exp(x)).";
    Log1mExp "log1m_exp" function (x: Interval(f64::NEG_INFINITY, 0.0)) One(logistic::log1m_exp), [(Log1mExpSlope x)], call
        "log(1 − exp(x)).";
    Log1mExpSlope "log1m_exp_slope" helper (x: Interval(f64::NEG_INFINITY, 0.0)) One(logistic::log1m_exp_slope),
        [(Multiply result (Subtract 1.0 result))], call
        "−exp(x)/(1 − exp(x)), the derivative of log1m_exp.";
    LogDiffExp "log_diff_exp" function (x: Real, y: Real) Two(logistic::log_diff_exp),
        [(Subtract 1.0 (Log1mExpSlope (Subtract y x))), (Log1mExpSlope (Subtract y x))], call
        "log(exp(x) − exp(y)); NaN where x < y.";
    // At a tie each argument gets half, even where both are −∞.
    LogAddExp "log_add_exp" function (x: Real, y: Real) Two(logistic::log_add_exp),
        [(LogAddExpShare x y), (LogAddExpShare y x)], call
        "log(exp(x) + exp(y)).";
    LogAddExpShare "log_add_exp_share" helper (x: Real, y: Real) -> Probability Real Two(logistic::log_add_exp_share),
        [(Multiply result (LogAddExpShare y x)), (Negate (Multiply result (LogAddExpShare y x)))], call
        "exp(x)/(exp(x) + exp(y)), the derivative of log_add_exp; a half where x = y.";
    Xlogy "xlogy" function (x: Real, y: NonNegative) Two(elementary::xlogy), [(Log y), (MaskedProduct x (Divide 1.0 y))], call
        "x·log(y), 0 where x is 0.";
    Xlog1py "xlog1py" function (x: Real, y: Interval(-1.0, f64::INFINITY)) Two(elementary::xlog1py),
        [(Log1p y), (MaskedProduct x (Divide 1.0 (Add 1.0 y)))], call
        "x·log(1 + y), 0 where x is 0.";

    // The normal distribution.
    Erf "erf" function (x: Real) One(libm::erf), [(Multiply FRAC_2_SQRT_PI (Exp (Negate (Multiply x x))))], call "The error function.";
    Erfc "erfc" function (x: Real) One(libm::erfc), [(Negate (Multiply FRAC_2_SQRT_PI (Exp (Negate (Multiply x x)))))], call
        "1 − erf(x), accurate far to the right.";
    Phi "Phi" function (x: Real) -> Probability Real One(normal::phi), [(Multiply FRAC_1_SQRT_TAU (Exp (Multiply (Negate 0.5) (Multiply x x))))], call
        "The distribution function of the standard normal distribution.";
    LogPhi "log_Phi" function (x: Real) One(normal::log_phi), [(NormalHazard x)], call
        "The logarithm of the distribution function of the standard normal distribution.";
    NormalHazard "normal_hazard" helper (x: Real) One(normal::hazard), [(Negate (Multiply result (NormalHazardExcess x)))], call
        "φ(x)/Φ(x), the derivative of log_Phi.";
    NormalHazardExcess "normal_hazard_excess" helper (x: Real) One(normal::hazard_excess),
        [(Subtract 1.0 (Multiply (NormalHazard x) result))], call
        "x + φ(x)/Φ(x), without cancellation far to the left.";
    InvPhi "inv_Phi" function (p: Unit) One(normal::inv_phi), [(Multiply SQRT_TAU (Exp (Multiply 0.5 (Multiply result result))))], call
        "The quantile of the standard normal distribution.";
    InvLogPhi "inv_log_Phi" function (x: Interval(f64::NEG_INFINITY, 0.0)) One(normal::inv_log_phi), [(Divide 1.0 (NormalHazard result))], call
        "The y with log_Phi(y) = x: the quantile of the standard normal distribution at the \
         probability exp(x).";

    // Gamma and beta functions.
    Lgamma "lgamma" function (x: NonNegative) One(gamma::lgamma), [(Digamma x)], call "The logarithm of \
        the gamma function.";
    Digamma "digamma" function (x: NonNegative) One(gamma::digamma), [(Trigamma x)], call "The first \
        derivative of lgamma.";
    Trigamma "trigamma" function (x: NonNegative) One(gamma::trigamma), [(Polygamma 2.0 x)], call "The second derivative of lgamma.";
    Polygamma "polygamma" function (n: Count, x: NonNegative) Two(gamma::polygamma), [zero, (Polygamma (Add x 1.0) y)], call
        "The derivative of order n of digamma.";
    DigammaDifference "digamma_difference" helper (x: NonNegative, added: Real) Two(gamma::digamma_difference),
        [(Subtract (Trigamma (Add x y)) (Trigamma x)), (Trigamma (Add x y))], call
        "digamma(x + added) − digamma(x), without cancellation where x is large.";
    Lbeta "lbeta" function (a: NonNegative, b: NonNegative) Two(beta::lbeta),
        [(Negate (DigammaDifference x y)), (Negate (DigammaDifference y x))], call
        "The logarithm of the beta function.";
    Lchoose "lchoose" function (n: NonNegative, k: Real) Two(beta::lchoose),
        [(DigammaDifference (Add (Subtract x y) 1.0) y),
         (Subtract (Digamma (Add (Subtract x y) 1.0)) (Digamma (Add y 1.0)))], call
        "The logarithm of the binomial coefficient; −∞ where k ≤ −1 or k ≥ n + 1.";
    GammaInc "gamma_inc" function (shape: Positive, x: NonNegative) Two(gamma_inc::gamma_inc),
        [(GammaIncShape x y), (GammaIncDensity x y)], call
        "The regularised lower incomplete gamma function P(shape, x).";
    GammaIncShape "gamma_inc_shape" helper (shape: Positive, x: NonNegative) Two(gamma_inc::gamma_inc_shape),
        [(GammaIncShapeShape x y), (Multiply (GammaIncDensity x y) (Subtract (Log y) (Digamma x)))], call
        "The derivative of gamma_inc by its shape.";
    GammaIncShapeShape "gamma_inc_shape_shape" helper (shape: Positive, x: NonNegative) Two(gamma_inc::gamma_inc_shape_shape),
        [unknown, (Multiply (GammaIncDensity x y)
            (Subtract (Multiply (Subtract (Log y) (Digamma x)) (Subtract (Log y) (Digamma x))) (Trigamma x)))], call
        "The second derivative of gamma_inc by its shape. The third is not available.";
    GammaIncDensity "gamma_inc_density" helper (shape: Positive, x: NonNegative) Two(gamma_inc::density),
        [(Multiply result (Subtract (Log y) (Digamma x))), (Multiply result (Subtract (Divide (Subtract x 1.0) y) 1.0))], call
        "x^(shape−1)·exp(−x)/Γ(shape), the derivative of gamma_inc by x.";
    // The logarithms of both tails do not underflow. Their derivatives by x are ±density/tail;
    // those by the shape come from the series.
    LogGammaInc "log_gamma_inc" function (shape: Positive, x: NonNegative) Two(log_gamma_inc::lower),
        [(LogGammaIncShape x y), (LogGammaIncSlope x y)], call
        "The logarithm of gamma_inc(shape, x).";
    LogGammaIncSlope "log_gamma_inc_slope" helper (shape: Positive, x: NonNegative) Two(log_gamma_inc::lower_slope),
        [(Multiply result (Subtract (Subtract (Log y) (Digamma x)) (LogGammaIncShape x y))),
         (Multiply result (Subtract (Subtract (Divide (Subtract x 1.0) y) 1.0) result))], call
        "The derivative of log_gamma_inc by x.";
    LogGammaIncShape "log_gamma_inc_shape" helper (shape: Positive, x: NonNegative) Two(log_gamma_inc::lower_shape),
        [(LogGammaIncShapeShape x y),
         (Multiply (LogGammaIncSlope x y) (Subtract (Subtract (Log y) (Digamma x)) result))], call
        "The derivative of log_gamma_inc by its shape.";
    LogGammaIncShapeShape "log_gamma_inc_shape_shape" helper (shape: Positive, x: NonNegative) Two(log_gamma_inc::lower_shape_shape),
        [unknown, (Multiply (LogGammaIncSlope x y)
            (Subtract (Subtract (Multiply (Subtract (Subtract (Log y) (Digamma x)) (LogGammaIncShape x y)) (Subtract (Subtract (Log y) (Digamma x)) (LogGammaIncShape x y))) (Trigamma x)) result))], call
        "The second derivative of log_gamma_inc by its shape. The third is not available.";
    LogGammaIncUpper "log_gamma_inc_upper" function (shape: Positive, x: NonNegative) Two(log_gamma_inc::upper),
        [(LogGammaIncUpperShape x y), (Negate (LogGammaIncUpperSlope x y))], call
        "The logarithm of 1 − gamma_inc(shape, x).";
    LogGammaIncUpperSlope "log_gamma_inc_upper_slope" helper (shape: Positive, x: NonNegative) Two(log_gamma_inc::upper_slope),
        [(Multiply result (Subtract (Subtract (Log y) (Digamma x)) (LogGammaIncUpperShape x y))),
         (Multiply result (Add (Subtract (Divide (Subtract x 1.0) y) 1.0) result))], call
        "The gamma density relative to its upper tail.";
    LogGammaIncUpperShape "log_gamma_inc_upper_shape" helper (shape: Positive, x: NonNegative) Two(log_gamma_inc::upper_shape),
        [(LogGammaIncUpperShapeShape x y),
         (Multiply (LogGammaIncUpperSlope x y) (Subtract result (Subtract (Log y) (Digamma x))))], call
        "The derivative of log_gamma_inc_upper by its shape.";
    LogGammaIncUpperShapeShape "log_gamma_inc_upper_shape_shape" helper (shape: Positive, x: NonNegative) Two(log_gamma_inc::upper_shape_shape),
        [unknown, (Multiply (LogGammaIncUpperSlope x y)
            (Subtract (Add (Trigamma x) result) (Multiply (Subtract (Subtract (Log y) (Digamma x)) (LogGammaIncUpperShape x y)) (Subtract (Subtract (Log y) (Digamma x)) (LogGammaIncUpperShape x y)))))], call
        "The second derivative of log_gamma_inc_upper by its shape. The third is not available.";
    // Quantiles have implicit derivatives: F(q, θ) = p gives ∂q/∂p = 1/density and ∂q/∂θ =
    // −∂F/∂θ/density. Source: M. Figurnov, S. Mohamed and A. Mnih, "Implicit reparameterization
    // gradients" (2018), arXiv 1805.08498.
    GammaQuantile "gamma_quantile" function (shape: Positive, p: Unit) Two(gamma_quantile::gamma_quantile),
        [(Negate (Divide (GammaIncShape x result) (GammaIncDensity x result))), (Divide 1.0 (GammaIncDensity x result))], call
        "The x with gamma_inc(shape, x) = p.";
    GammaOfNormal "gamma_of_normal" function (shape: Positive, e: Real) Two(gamma_quantile::gamma_of_normal),
        [(Negate (Divide (GammaIncShape x result) (GammaIncDensity x result))),
         (Divide (Multiply FRAC_1_SQRT_TAU (Exp (Multiply (Negate 0.5) (Multiply y y)))) (GammaIncDensity x result))], call
        "The x with gamma_inc(shape, x) = Phi(e): a gamma variable from a standard normal one.";
    BetaInc "beta_inc" function (a: Positive, b: Positive, x: Unit) Three(beta_inc::beta_inc),
        [(BetaIncFirst x y z), (BetaIncSecond x y z), (BetaIncDensity x y z)], call
        "The regularised incomplete beta function I_x(a, b).";
    BetaIncFirst "beta_inc_first" helper (a: Positive, b: Positive, x: Unit) Three(beta_inc::beta_inc_first),
        [(BetaIncFirstFirst x y z), (BetaIncFirstSecond x y z), (Multiply (BetaIncDensity x y z) (Add (Log z) (DigammaDifference x y)))], call
        "The derivative of beta_inc by a.";
    BetaIncSecond "beta_inc_second" helper (a: Positive, b: Positive, x: Unit) Three(beta_inc::beta_inc_second),
        [(BetaIncFirstSecond x y z), (BetaIncSecondSecond x y z), (Multiply (BetaIncDensity x y z) (Add (Log1m z) (DigammaDifference y x)))], call
        "The derivative of beta_inc by b.";
    BetaIncFirstFirst "beta_inc_first_first" helper (a: Positive, b: Positive, x: Unit) Three(beta_inc::beta_inc_first_first),
        [unknown, unknown, (Multiply (BetaIncDensity x y z)
            (Add (Multiply (Add (Log z) (DigammaDifference x y)) (Add (Log z) (DigammaDifference x y))) (Subtract (Trigamma (Add x y)) (Trigamma x))))], call
        "The second derivative of beta_inc by a. Third ones by a and b are not available.";
    BetaIncFirstSecond "beta_inc_first_second" helper (a: Positive, b: Positive, x: Unit) Three(beta_inc::beta_inc_first_second),
        [unknown, unknown, (Multiply (BetaIncDensity x y z)
            (Add (Multiply (Add (Log z) (DigammaDifference x y)) (Add (Log1m z) (DigammaDifference y x))) (Trigamma (Add x y))))], call
        "The second derivative of beta_inc by a and b. Third ones by a and b are not available.";
    BetaIncSecondSecond "beta_inc_second_second" helper (a: Positive, b: Positive, x: Unit) Three(beta_inc::beta_inc_second_second),
        [unknown, unknown, (Multiply (BetaIncDensity x y z)
            (Add (Multiply (Add (Log1m z) (DigammaDifference y x)) (Add (Log1m z) (DigammaDifference y x))) (Subtract (Trigamma (Add x y)) (Trigamma y))))], call
        "The second derivative of beta_inc by b. Third ones by a and b are not available.";
    BetaIncDensity "beta_inc_density" helper (a: Positive, b: Positive, x: Unit) Three(beta_inc::density),
        [(Multiply result (Add (Log z) (DigammaDifference x y))),
         (Multiply result (Add (Log1m z) (DigammaDifference y x))),
         (Multiply result (Subtract (Divide (Subtract x 1.0) z) (Divide (Subtract y 1.0) (Subtract 1.0 z))))], call
        "x^(a−1)·(1−x)^(b−1)/B(a, b), the derivative of beta_inc by x.";
    // On the logit scale both tails are this one function, and neither underflows nor cancels.
    LogBetaInc "log_beta_inc" function (a: Positive, b: Positive, logit: Real) Three(log_beta_inc::log_beta_inc),
        [(LogBetaIncFirst x y z), (LogBetaIncSecond x y z), (LogBetaIncSlope x y z)], call
        "The logarithm of beta_inc(a, b, inv_logit(logit)).";
    LogBetaIncSlope "log_beta_inc_slope" helper (a: Positive, b: Positive, logit: Real) Three(log_beta_inc::slope),
        [(Multiply result (Subtract (Add (LogInvLogit z) (DigammaDifference x y)) (LogBetaIncFirst x y z))),
         (Multiply result (Subtract (Add (LogInvLogit (Negate z)) (DigammaDifference y x)) (LogBetaIncSecond x y z))),
         (Multiply result (Subtract (Subtract (Multiply x (InvLogit (Negate z))) (Multiply y (InvLogit z))) result))], call
        "The derivative of log_beta_inc by the logit.";
    LogBetaIncFirst "log_beta_inc_first" helper (a: Positive, b: Positive, logit: Real) Three(log_beta_inc::first),
        [(LogBetaIncFirstFirst x y z), (LogBetaIncFirstSecond x y z),
         (Multiply (LogBetaIncSlope x y z) (Subtract (Add (LogInvLogit z) (DigammaDifference x y)) result))], call
        "The derivative of log_beta_inc by a.";
    LogBetaIncSecond "log_beta_inc_second" helper (a: Positive, b: Positive, logit: Real) Three(log_beta_inc::second),
        [(LogBetaIncFirstSecond x y z), (LogBetaIncSecondSecond x y z),
         (Multiply (LogBetaIncSlope x y z) (Subtract (Add (LogInvLogit (Negate z)) (DigammaDifference y x)) result))], call
        "The derivative of log_beta_inc by b.";
    LogBetaIncFirstFirst "log_beta_inc_first_first" helper (a: Positive, b: Positive, logit: Real) Three(log_beta_inc::first_first),
        [unknown, unknown, (Multiply (LogBetaIncSlope x y z)
            (Add (Multiply (Subtract (Add (LogInvLogit z) (DigammaDifference x y)) (LogBetaIncFirst x y z)) (Subtract (Add (LogInvLogit z) (DigammaDifference x y)) (LogBetaIncFirst x y z))) (Subtract (Subtract (Trigamma (Add x y)) (Trigamma x)) result)))], call
        "The second derivative of log_beta_inc by a. Third ones by a and b are not available.";
    LogBetaIncFirstSecond "log_beta_inc_first_second" helper (a: Positive, b: Positive, logit: Real) Three(log_beta_inc::first_second),
        [unknown, unknown, (Multiply (LogBetaIncSlope x y z)
            (Add (Multiply (Subtract (Add (LogInvLogit z) (DigammaDifference x y)) (LogBetaIncFirst x y z)) (Subtract (Add (LogInvLogit (Negate z)) (DigammaDifference y x)) (LogBetaIncSecond x y z))) (Subtract (Trigamma (Add x y)) result)))], call
        "The second derivative of log_beta_inc by a and b. Third ones by a and b are not available.";
    LogBetaIncSecondSecond "log_beta_inc_second_second" helper (a: Positive, b: Positive, logit: Real) Three(log_beta_inc::second_second),
        [unknown, unknown, (Multiply (LogBetaIncSlope x y z)
            (Add (Multiply (Subtract (Add (LogInvLogit (Negate z)) (DigammaDifference y x)) (LogBetaIncSecond x y z)) (Subtract (Add (LogInvLogit (Negate z)) (DigammaDifference y x)) (LogBetaIncSecond x y z))) (Subtract (Subtract (Trigamma (Add x y)) (Trigamma y)) result)))], call
        "The second derivative of log_beta_inc by b. Third ones by a and b are not available.";
    BetaQuantile "beta_quantile" function (a: Positive, b: Positive, p: Unit) Three(beta_quantile::beta_quantile),
        [(Negate (Divide (BetaIncFirst x y result) (BetaIncDensity x y result))),
         (Negate (Divide (BetaIncSecond x y result) (BetaIncDensity x y result))), (Divide 1.0 (BetaIncDensity x y result))], call
        "The x with beta_inc(a, b, x) = p.";
    BetaOfNormal "beta_of_normal" function (a: Positive, b: Positive, e: Real) Three(beta_quantile::beta_of_normal),
        [(Negate (Divide (BetaIncFirst x y result) (BetaIncDensity x y result))),
         (Negate (Divide (BetaIncSecond x y result) (BetaIncDensity x y result))),
         (Divide (Multiply FRAC_1_SQRT_TAU (Exp (Multiply (Negate 0.5) (Multiply z z)))) (BetaIncDensity x y result))], call
        "The x with beta_inc(a, b, x) = Phi(e): a beta variable from a standard normal one.";

    // Quantiles of counts are step functions: their derivative is 0.
    PoissonOfNormal "poisson_of_normal" function (rate: Positive, e: Real) Two(discrete_quantile::poisson_of_normal), [zero, zero], call
        "The smallest count whose Poisson distribution function is at least Phi(e): a Poisson \
         variable from a standard normal one.";
    BinomialOfNormal "binomial_of_normal" function (n: Count, p: Unit, e: Real) Three(discrete_quantile::binomial_of_normal),
        [zero, zero, zero], call
        "The smallest count whose binomial distribution function is at least Phi(e): a binomial \
         variable from a standard normal one.";
    NegativeBinomialOfNormal "negative_binomial_of_normal" function (mean: Positive, size: Positive, e: Real)
        Three(discrete_quantile::negative_binomial_of_normal), [zero, zero, zero], call
        "The smallest count whose negative binomial distribution function is at least Phi(e).";

    // Bessel functions and the von Mises distribution.
    BesselI0 "bessel_i0" function (x: Real) One(bessel::i0), [(BesselI1 x)], call "The modified Bessel \
        function of the first kind, order 0.";
    // Its derivative near 0, where a difference of large quotients would cancel in the second one, is
    // the series 1/2 + 3x²/16 + 5x⁴/384 + 7x⁶/18432.
    BesselI1 "bessel_i1" function (x: Real) One(bessel::i1),
        [(Select (Less (Abs x) 0.01)
            (Add 0.5 (Multiply (Multiply x x) (Add (Divide 3.0 16.0) (Multiply (Multiply x x) (Add (Divide 5.0 384.0) (Multiply (Divide 7.0 18432.0) (Multiply x x)))))))
            (Subtract (BesselI0 x) (Divide result x)))], call
        "The modified Bessel function of the first kind, order 1.";
    LogBesselI0 "log_bessel_i0" function (x: Real) One(bessel::log_i0), [(BesselRatio x)], call "The logarithm of bessel_i0, without overflow.";
    BesselRatio "bessel_ratio" function (x: Real) One(bessel::ratio), [(BesselRatioSlope x)], call "bessel_i1(x)/bessel_i0(x).";
    // Its derivative is (ratio/x − result)/x − 2·ratio·result; near 0, where that cancels, its
    // series −3x/8 + 5x³/24 − 77x⁵/1024.
    BesselRatioSlope "bessel_ratio_slope" helper (x: Real) One(bessel::ratio_slope),
        [(Select (Less (Abs x) 0.01)
            (Multiply x (Subtract (Multiply (Multiply x x) (Subtract (Divide 5.0 24.0) (Multiply (Divide 77.0 1024.0) (Multiply x x)))) 0.375))
            (Subtract (Divide (Subtract (Divide (BesselRatio x) x) result) x) (Multiply 2.0 (Multiply (BesselRatio x) result))))], call
        "The derivative of bessel_ratio.";
    VonMisesCdf "von_mises_cdf" function (x: Interval(-std::f64::consts::PI, std::f64::consts::PI), concentration: NonNegative)
        Two(von_mises::cdf), [(VonMisesDensity x y), (VonMisesCdfConcentration x y)], call
        "The distribution function of the von Mises distribution around 0, from −π.";
    VonMisesCdfConcentration "von_mises_cdf_concentration" helper
        (x: Interval(-std::f64::consts::PI, std::f64::consts::PI), concentration: NonNegative) Two(von_mises::cdf_concentration),
        [(Multiply (VonMisesDensity x y) (Subtract (Cos x) (BesselRatio y))), (VonMisesCdfConcentrationConcentration x y)], call
        "The derivative of von_mises_cdf by the concentration.";
    VonMisesCdfConcentrationConcentration "von_mises_cdf_concentration_concentration" helper
        (x: Interval(-std::f64::consts::PI, std::f64::consts::PI), concentration: NonNegative) Two(von_mises::cdf_concentration_concentration),
        [(Multiply (VonMisesDensity x y)
            (Subtract (Multiply (Subtract (Cos x) (BesselRatio y)) (Subtract (Cos x) (BesselRatio y))) (BesselRatioSlope y))), unknown], call
        "The second derivative of von_mises_cdf by the concentration. The third is not available.";
    VonMisesDensity "von_mises_density" helper (x: Real, concentration: NonNegative) Two(von_mises::density),
        [(Negate (Multiply result (Multiply y (Sin x)))), (Multiply result (Subtract (Cos x) (BesselRatio y)))], call
        "The density of the von Mises distribution around 0.";
    VonMisesQuantile "von_mises_quantile" function (p: Unit, concentration: NonNegative) Two(von_mises_quantile::von_mises_quantile),
        [(Divide 1.0 (VonMisesDensity result y)), (Negate (Divide (VonMisesCdfConcentration result y) (VonMisesDensity result y)))], call
        "The x with von_mises_cdf(x, concentration) = p.";
    VonMisesOfNormal "von_mises_of_normal" function (e: Real, concentration: NonNegative) Two(von_mises_quantile::von_mises_of_normal),
        [(Divide (Multiply FRAC_1_SQRT_TAU (Exp (Multiply (Negate 0.5) (Multiply x x)))) (VonMisesDensity result y)),
         (Negate (Divide (VonMisesCdfConcentration result y) (VonMisesDensity result y)))], call
        "The x with von_mises_cdf(x, concentration) = Phi(e): a von Mises variable around 0 from \
         a standard normal one.";

    CountBelow "count_below" function (u: Unit, n: Count, p: Unit) Three(uniforms::count_below), [zero, zero, zero], call
        "How many of n uniform numbers, all of them made from the noise u, lie below p.";

    // Base samplers.
    RandomGamma "random_gamma" function (shape: Positive) SampleOne(sampling::gamma), [], draw
        "A draw from the gamma distribution with this shape and rate 1.";
    RandomPoisson "random_poisson" function (rate: NonNegative) SampleOne(sampling::poisson), [], draw
        "A draw from the Poisson distribution.";
    RandomBinomial "random_binomial" function (n: Count, p: Unit) SampleTwo(sampling::binomial), [], draw
        "A draw from the binomial distribution.";
    RandomBeta "random_beta" function (a: Positive, b: Positive) SampleTwo(sampling::beta), [], draw "A draw from the beta distribution.";
    RandomVonMises "random_von_mises" function (concentration: NonNegative) SampleOne(sampling::von_mises), [], draw
        "A draw from the von Mises distribution around 0, from −π to π.";
}
