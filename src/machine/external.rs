//! What compiled code calls: builtins, noise and draws, each as an `extern "C"` function found by
//! its name.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each shim is made for one kind of code; any other is an error of ours"
)]

use crate::builtins::{Builtin, Code, ROWS};
use crate::program::{Base, noise};

use super::linear;

/// Rows of builtins that have entries below.
const ENTRIES: usize = 128;

const _: () = assert!(ROWS.len() <= ENTRIES, "lengthen the list of entries");

/// The code of a row; beyond the last row, that of the last.
const fn code_of(row: usize) -> Code {
    if row < ROWS.len() { ROWS[row].code } else { ROWS[ROWS.len() - 1].code }
}

/// The C functions of a builtin's row; those that do not fit its code give NaN.
struct Entry {
    one: extern "C" fn(f64) -> f64,
    two: extern "C" fn(f64, f64) -> f64,
    three: extern "C" fn(f64, f64, f64) -> f64,
    compare: extern "C" fn(f64, f64) -> u8,
    logic: extern "C" fn(u8, u8) -> u8,
}

extern "C" fn one<const ROW: usize>(a: f64) -> f64 {
    let f = const {
        match code_of(ROW) {
            Code::One(f) => Some(f),
            _ => None,
        }
    };
    f.map_or(f64::NAN, |f| f(a))
}

extern "C" fn two<const ROW: usize>(a: f64, b: f64) -> f64 {
    let f = const {
        match code_of(ROW) {
            Code::Two(f) => Some(f),
            _ => None,
        }
    };
    f.map_or(f64::NAN, |f| f(a, b))
}

extern "C" fn three<const ROW: usize>(a: f64, b: f64, c: f64) -> f64 {
    let f = const {
        match code_of(ROW) {
            Code::Three(f) => Some(f),
            _ => None,
        }
    };
    f.map_or(f64::NAN, |f| f(a, b, c))
}

extern "C" fn compare<const ROW: usize>(a: f64, b: f64) -> u8 {
    let f = const {
        match code_of(ROW) {
            Code::Compare(f) => Some(f),
            _ => None,
        }
    };
    u8::from(f.is_some_and(|f| f(a, b)))
}

extern "C" fn logic<const ROW: usize>(a: u8, b: u8) -> u8 {
    let f = const {
        match code_of(ROW) {
            Code::Logic(f) => Some(f),
            _ => None,
        }
    };
    u8::from(f.is_some_and(|f| f(a != 0, b != 0)))
}

impl Entry {
    const fn of<const ROW: usize>() -> Self {
        Self {
            one: one::<ROW>,
            two: two::<ROW>,
            three: three::<ROW>,
            compare: compare::<ROW>,
            logic: logic::<ROW>,
        }
    }
}

macro_rules! entries {
    ($($row:literal)+) => { [$(Entry::of::<$row>()),+] };
}

/// By row.
static TABLE: [Entry; ENTRIES] = entries![
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42
    43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 77 78 79 80 81 82
    83 84 85 86 87 88 89 90 91 92 93 94 95 96 97 98 99 100 101 102 103 104 105 106 107 108 109 110 111 112 113 114 115 116
    117 118 119 120 121 122 123 124 125 126 127
];

/// The C function of a builtin; none where its code is emitted or needs a generator.
pub(super) fn builtin(builtin: Builtin) -> Option<*const u8> {
    let entry = &TABLE[builtin as usize];
    match builtin.row().code {
        Code::One(_) => Some(entry.one as *const u8),
        Code::Two(_) => Some(entry.two as *const u8),
        Code::Three(_) => Some(entry.three as *const u8),
        Code::Compare(_) => Some(entry.compare as *const u8),
        Code::Logic(_) => Some(entry.logic as *const u8),
        Code::Select | Code::SampleOne(_) | Code::SampleTwo(_) => None,
    }
}

/// The name by which code calls the noise of a base.
pub(super) fn noise_name(base: Base) -> &'static str {
    match base {
        Base::Normal => "noise_normal",
        Base::Uniform => "noise_uniform",
        Base::Exponential => "noise_exponential",
    }
}

/// The name by which code calls draws of base samplers.
pub(super) const DRAW: &str = "draw";

/// The function of a name that compiled code calls.
pub(super) fn lookup(name: &str) -> Option<*const u8> {
    match name {
        "noise_normal" => Some(noise_normal as *const u8),
        "noise_uniform" => Some(noise_uniform as *const u8),
        "noise_exponential" => Some(noise_exponential as *const u8),
        DRAW => Some(draw as *const u8),
        _ => linear::lookup(name).or_else(|| {
            ROWS.iter().find(|row| row.name == name).and_then(|row| builtin(row.builtin))
        }),
    }
}

extern "C" fn noise_normal(seed: u64, stream: u64, element: u64) -> f64 {
    noise::noise(seed, stream as u32, element, Base::Normal)
}

extern "C" fn noise_uniform(seed: u64, stream: u64, element: u64) -> f64 {
    noise::noise(seed, stream as u32, element, Base::Uniform)
}

extern "C" fn noise_exponential(seed: u64, stream: u64, element: u64) -> f64 {
    noise::noise(seed, stream as u32, element, Base::Exponential)
}

/// `sampler`: the row of the builtin, of which the second parameter is ignored where it has one.
extern "C" fn draw(seed: u64, stream: u64, element: u64, sampler: u64, a: f64, b: f64) -> f64 {
    ROWS.get(sampler as usize)
        .map_or(f64::NAN, |row| noise::draw(seed, stream as u32, element, row.builtin, &[a, b]))
}
