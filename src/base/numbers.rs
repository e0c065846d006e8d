//! Numbers → text, with as many digits as are known and no more.

/// What stands where there is no number.
pub const NONE: &str = "–";

/// Beyond these many decimals, and from [`LARGE`] on, numbers are written with an exponent.
const MANY: i32 = 7;
const LARGE: f64 = 1e9;

/// A whole number with a comma after each three digits: 61,204.
#[must_use]
pub fn thousands(number: u64) -> String {
    group(&number.to_string())
}

/// `1 parameter`, `2 parameters`, `3 entries`
#[must_use]
pub fn plural(count: usize, word: &str) -> String {
    let words = match word.strip_suffix('y') {
        _ if count == 1 => word.to_owned(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{word}s"),
    };
    format!("{} {words}", thousands(count as u64))
}

/// How many decimals may be shown of a number with this standard error: the last one counts at
/// least one such error, so that in another run it would change by one or so and the others would
/// stay. Negative where whole digits are unsure.
#[must_use]
pub fn decimals_for(error: f64) -> i32 {
    // A hair above, so that an error of exactly 0.001 does not fall on either side by rounding.
    (-error.log10() + 1e-9).floor() as i32
}

/// A number with so many decimals, or rounded to so many whole digits where negative; with an
/// exponent where it would get long.
#[must_use]
pub fn fixed(value: f64, decimals: i32) -> String {
    if !value.is_finite() {
        return not_finite(value);
    }
    if value.abs() >= LARGE || decimals > MANY {
        return exponent(value, decimals);
    }
    if decimals >= 0 {
        return signed(value, |size| group(&format!("{size:.*}", decimals as usize)));
    }
    let unit = 10f64.powi(-decimals);
    signed((value / unit).round() * unit, |size| group(&format!("{size:.0}")))
}

/// A number with so many significant digits.
#[must_use]
pub fn significant(value: f64, digits: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    if !value.is_finite() {
        return not_finite(value);
    }
    fixed(value, digits - 1 - magnitude(value, digits))
}

/// A number as it is, with at most so many significant digits and no zeros at the end.
#[must_use]
pub fn brief(value: f64, digits: i32) -> String {
    let text = significant(value, digits);
    if text.contains('.') && !text.contains('e') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// The shortest text that reads back as the same number; `NaN`, `Inf` and `-Inf` as R and pandas
/// read them.
#[must_use]
pub fn shortest(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Inf" } else { "-Inf" }.to_owned();
    }
    let text = format!("{value:?}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// A time with its unit: 1.9 s, 3.1 ms, 9.4 µs.
#[must_use]
pub fn duration(seconds: f64) -> String {
    let (scale, unit) = match seconds {
        s if s >= 600.0 => return format!("{} min", significant(s / 60.0, 3)),
        s if s >= 1.0 => (1.0, "s"),
        s if s >= 1e-3 => (1e3, "ms"),
        s if s >= 1e-6 => (1e6, "µs"),
        _ => (1e9, "ns"),
    };
    let value = seconds * scale;
    if value >= 100.0 {
        format!("{value:.0} {unit}")
    } else {
        format!("{} {unit}", significant(value, 2))
    }
}

/// The power of ten of the first digit, after rounding to so many digits.
fn magnitude(value: f64, digits: i32) -> i32 {
    let text = format!("{value:.*e}", (digits - 1).max(0) as usize);
    text.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0)
}

fn exponent(value: f64, decimals: i32) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let digits = (magnitude(value, 1) + decimals).clamp(0, 16);
    format!("{value:.*e}", digits as usize)
}

fn not_finite(value: f64) -> String {
    match (value.is_nan(), value > 0.0) {
        (true, _) => NONE.to_owned(),
        (false, true) => "inf".to_owned(),
        (false, false) => "-inf".to_owned(),
    }
}

/// The text of |value| with a minus sign before it, unless all its digits are zero.
fn signed(value: f64, text: impl Fn(f64) -> String) -> String {
    let size = text(value.abs());
    let nothing = size.chars().all(|c| matches!(c, '0' | '.' | ','));
    if value < 0.0 && !nothing { format!("-{size}") } else { size }
}

/// Commas between the whole digits.
fn group(text: &str) -> String {
    let (whole, rest) = text.find('.').map_or((text, ""), |dot| text.split_at(dot));
    let digits = whole.len();
    let mut out = String::with_capacity(text.len() + digits / 3);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (digits - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}
