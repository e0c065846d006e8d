//! Packs data into one aligned run of bytes: the constant arrays of compiled code, checked against
//! the program.

use crate::base::IdMap;
use crate::program::{Array, ArrayId, ArrayValues, Program, Type, Values};

use super::MachineError;

/// Arrays start at cache line boundaries.
#[repr(align(64))]
#[derive(Clone, Copy)]
struct Line([u8; LINE]);

const LINE: usize = 64;

/// Arrays one after the other: numbers as f64, positions as u32, truth values as u8.
pub(super) struct Pool {
    lines: Vec<Line>,
    /// The first byte of each array.
    offsets: IdMap<ArrayId, usize>,
}

impl Pool {
    pub(super) fn new(program: &Program, values: &Values) -> Result<Self, MachineError> {
        let mut pool = Self { lines: Vec::new(), offsets: IdMap::default() };
        for (id, array) in program.arrays.iter() {
            let wrong = |reason| MachineError::Data { array: id, name: array.name.clone(), reason };
            let values = values.get(id).ok_or_else(|| wrong("no values"))?;
            fits(program, array, values).map_err(wrong)?;
            pool.add(values);
        }
        Ok(pool)
    }

    /// The first byte of an array.
    pub(super) fn offset(&self, array: ArrayId) -> usize {
        self.offsets[array]
    }

    pub(super) fn as_ptr(&self) -> *const u8 {
        self.lines.as_ptr().cast()
    }

    /// The size in bytes.
    pub(super) fn size(&self) -> usize {
        self.lines.len() * LINE
    }

    fn add(&mut self, values: &ArrayValues) {
        self.offsets.push(self.size());
        match values {
            ArrayValues::Real(values) => self.add_bytes(values.iter().map(|v| v.to_le_bytes())),
            ArrayValues::Bool(values) => self.add_bytes(values.iter().map(|v| [*v])),
            ArrayValues::Index(values) => self.add_bytes(values.iter().map(|v| v.to_le_bytes())),
        }
    }

    /// Appends elements, whose size must divide that of a cache line.
    fn add_bytes<const N: usize>(&mut self, elements: impl ExactSizeIterator<Item = [u8; N]>) {
        let first = self.lines.len();
        self.lines.resize(first + (elements.len() * N).div_ceil(LINE), Line([0; LINE]));
        for (position, element) in elements.enumerate() {
            let byte = position * N;
            self.lines[first + byte / LINE].0[byte % LINE..][..N].copy_from_slice(&element);
        }
    }
}

/// Whether values have the number, type and range that the program expects.
fn fits(program: &Program, array: &Array, values: &ArrayValues) -> Result<(), &'static str> {
    let count = match (array.ty, values) {
        (Type::Real, ArrayValues::Real(values)) => values.len(),
        (Type::Bool, ArrayValues::Bool(values)) => {
            if values.iter().any(|&v| v > 1) {
                return Err("a truth value is neither 0 nor 1");
            }
            values.len()
        }
        (Type::Index(axis), ArrayValues::Index(values)) => {
            let size = program.axes[axis].size;
            if values.iter().any(|&v| v as usize >= size) {
                return Err("an index is out of range");
            }
            if array.facts.affine.is_some_and(|(offset, stride)| !is_affine(values, offset, stride))
            {
                return Err("an index is not the arithmetic progression it is said to be");
            }
            values.len()
        }
        (Type::Real | Type::Bool | Type::Index(_), _) => return Err("values are of another type"),
    };
    if count == program.extent(&array.axes) { Ok(()) } else { Err("another number of values") }
}

fn is_affine(values: &[u32], offset: i64, stride: i64) -> bool {
    values.iter().zip(0_i64..).all(|(&v, i)| i64::from(v) == offset + stride * i)
}
