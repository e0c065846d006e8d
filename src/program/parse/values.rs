//! The values of an array, and what is known of them.

use std::str::FromStr;

use crate::program::text::{Line, ParseError};
use crate::program::{ArrayValues, Facts, Program, Type};

/// Reads what is known of values.
pub(super) fn facts(line: &mut Line) -> Result<Facts, ParseError> {
    let sorted = line.eat(", sorted");
    let injective = line.eat(", injective");
    let affine = if line.eat(", ") {
        let offset = line.number("a first position")?;
        line.expect(" + ")?;
        let stride = line.number("a stride")?;
        line.expect("·i")?;
        Some((offset, stride))
    } else {
        None
    };
    Ok(Facts { sorted, injective, affine })
}

/// Whether what is claimed of values is true of them.
pub(super) fn holds(claimed: Facts, values: &ArrayValues) -> bool {
    let ArrayValues::Index(values) = values else { return claimed == Facts::default() };
    let true_ones = Facts::of(values);
    (!claimed.sorted || true_ones.sorted)
        && (!claimed.injective || true_ones.injective)
        && claimed.affine.is_none_or(|affine| true_ones.affine == Some(affine))
}

/// As many values as an array has. `…` at their end: from the first one again, until there are
/// enough.
pub(super) fn values(
    line: &mut Line,
    program: &Program,
    ty: Type,
    count: usize,
) -> Result<ArrayValues, ParseError> {
    let before = line.clone();
    match ty {
        Type::Real => numbers(line, count, "a number").map(ArrayValues::Real),
        Type::Bool => {
            let truths = numbers(line, count, "0 or 1")?;
            let are_truths = truths.iter().all(|&truth| truth <= 1);
            if are_truths { Ok(ArrayValues::Bool(truths)) } else { before.fail("0 or 1 each") }
        }
        Type::Index(axis) => {
            let (positions, size) = (numbers(line, count, "a position")?, program.axes[axis].size);
            let are_there = positions.iter().all(|&position: &u32| (position as usize) < size);
            if are_there {
                Ok(ArrayValues::Index(positions))
            } else {
                before.fail(format!("positions below {size}"))
            }
        }
    }
}

fn numbers<T: FromStr + Clone>(
    line: &mut Line,
    count: usize,
    expected: &str,
) -> Result<Vec<T>, ParseError> {
    let mut numbers = Vec::new();
    while line.eat(" ") {
        if !numbers.is_empty() && line.eat("…") {
            return Ok(numbers.into_iter().cycle().take(count).collect());
        }
        numbers.push(line.number(expected)?);
    }
    if numbers.len() == count {
        Ok(numbers)
    } else {
        line.fail(format!("{count} values instead of {}", numbers.len()))
    }
}
