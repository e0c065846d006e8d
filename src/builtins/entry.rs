//! The code of a row → a C function that compiled code can call.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each shim is made for one kind of code; any other is an error of ours"
)]

use super::{Code, Row};

/// A type that stands for the code of one row.
pub(super) trait Coded {
    const CODE: Code;
}

/// The C functions of a row; those that do not fit its code return NaN.
pub struct Entry {
    one: extern "C" fn(f64) -> f64,
    two: extern "C" fn(f64, f64) -> f64,
    three: extern "C" fn(f64, f64, f64) -> f64,
    compare: extern "C" fn(f64, f64) -> u8,
    logic: extern "C" fn(u8, u8) -> u8,
}

extern "C" fn one<C: Coded>(a: f64) -> f64 {
    let f = const {
        match C::CODE {
            Code::One(f) => Some(f),
            _ => None,
        }
    };
    f.map_or(f64::NAN, |f| f(a))
}

extern "C" fn two<C: Coded>(a: f64, b: f64) -> f64 {
    let f = const {
        match C::CODE {
            Code::Two(f) => Some(f),
            _ => None,
        }
    };
    f.map_or(f64::NAN, |f| f(a, b))
}

extern "C" fn three<C: Coded>(a: f64, b: f64, c: f64) -> f64 {
    let f = const {
        match C::CODE {
            Code::Three(f) => Some(f),
            _ => None,
        }
    };
    f.map_or(f64::NAN, |f| f(a, b, c))
}

extern "C" fn compare<C: Coded>(a: f64, b: f64) -> u8 {
    let f = const {
        match C::CODE {
            Code::Compare(f) => Some(f),
            _ => None,
        }
    };
    u8::from(f.is_some_and(|f| f(a, b)))
}

extern "C" fn logic<C: Coded>(a: u8, b: u8) -> u8 {
    let f = const {
        match C::CODE {
            Code::Logic(f) => Some(f),
            _ => None,
        }
    };
    u8::from(f.is_some_and(|f| f(a != 0, b != 0)))
}

impl Entry {
    pub(super) const fn of<C: Coded>() -> Self {
        Self {
            one: one::<C>,
            two: two::<C>,
            three: three::<C>,
            compare: compare::<C>,
            logic: logic::<C>,
        }
    }
}

impl Row {
    /// Its C function, with as many parameters as its code has (`not` has two). None where every
    /// use is an instruction or needs a generator.
    #[must_use]
    pub fn c_function(&self) -> Option<*const u8> {
        match self.code {
            Code::One(_) => Some(self.entry.one as *const u8),
            Code::Two(_) => Some(self.entry.two as *const u8),
            Code::Three(_) => Some(self.entry.three as *const u8),
            Code::Compare(_) => Some(self.entry.compare as *const u8),
            Code::Logic(_) => Some(self.entry.logic as *const u8),
            Code::Select | Code::SampleOne(_) | Code::SampleTwo(_) => None,
        }
    }
}
