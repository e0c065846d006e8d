//! Address computations and loads, from buffers and positions.

use cranelift_codegen::ir::types::{F64, I8, I64};
use cranelift_codegen::ir::{InstBuilder, MemFlagsData, Value};

use crate::plan::{Affine, BufferId, Kind, Place, RegisterId};

use super::emission::Emission;

/// The size in bytes of a cell of scratch, arguments and results.
const CELL: i64 = 8;

impl Emission<'_> {
    /// An address, as a base value and a constant offset.
    pub(super) fn address(&mut self, buffer: BufferId, at: &Affine) -> (Value, i32) {
        let (base, first, size) = self.place(buffer);
        let (mut base, mut offset) = (base, first + at.offset * size);
        for &(register, stride) in &at.terms {
            let scaled = self.scaled(register, stride * size);
            base = self.builder.ins().iadd(base, scaled);
        }
        let small = i32::try_from(offset).unwrap_or_else(|_| {
            base = self.builder.ins().iadd_imm_s(base, offset);
            offset = 0;
            0
        });
        (base, small)
    }

    /// A buffer's memory, the offset of its first byte there, and its element size.
    fn place(&self, buffer: BufferId) -> (Value, i64, i64) {
        let buffer = &self.plan.buffers[buffer];
        let cells = |first: usize| first as i64 * CELL;
        match buffer.place {
            Place::Argument => (self.bases.q, 0, CELL),
            Place::Output(first) => (self.bases.out, cells(first), CELL),
            Place::Whole(first) | Place::Tile(first) | Place::State(first) => {
                (self.bases.scratch, cells(first), CELL)
            }
            Place::Data(array) => {
                let size = match buffer.kind {
                    Kind::Real => 8,
                    Kind::Bool => 1,
                    Kind::Index => 4,
                };
                (self.bases.data, self.pool.offset(array) as i64, size)
            }
        }
    }

    /// A register times a constant, reused if it has been computed already.
    fn scaled(&mut self, register: RegisterId, factor: i64) -> Value {
        let lane = usize::from(self.lanes.own(register).is_some());
        if let Some(&value) = self.scaled.get(&(register, lane, factor)) {
            return value;
        }
        let value = self.get(register);
        let scaled = match factor {
            1 => value,
            // x64 and arm64 fold these into an address if they are next to their use.
            2 | 4 | 8 => {
                return self.builder.ins().ishl_imm_u(value, i64::from(factor.trailing_zeros()));
            }
            _ => self.builder.ins().imul_imm_s(value, factor),
        };
        self.scaled.insert((register, lane, factor), scaled);
        scaled
    }

    /// offset + Σ stride·index, times `factor`.
    pub(super) fn affine(&mut self, at: &Affine, factor: i64) -> Value {
        let mut sum: Option<Value> = None;
        for &(register, stride) in &at.terms {
            let scaled = self.scaled(register, stride * factor);
            sum = Some(sum.map_or(scaled, |s| self.builder.ins().iadd(s, scaled)));
        }
        match sum {
            None => self.builder.ins().iconst(I64, at.offset * factor),
            Some(sum) if at.offset == 0 => sum,
            Some(sum) => self.builder.ins().iadd_imm_s(sum, at.offset * factor),
        }
    }

    pub(super) fn load(&mut self, buffer: BufferId, at: &Affine) -> Value {
        let (base, offset) = self.address(buffer, at);
        let (kind, place) = (self.plan.buffers[buffer].kind, self.plan.buffers[buffer].place);
        let (flags, narrow) = match place {
            Place::Data(_) => (MemFlagsData::trusted().with_readonly(), true),
            Place::Argument => (MemFlagsData::trusted().with_readonly(), false),
            Place::Output(_) | Place::Whole(_) | Place::Tile(_) | Place::State(_) => {
                (MemFlagsData::trusted(), false)
            }
        };
        match (kind, narrow) {
            (Kind::Real, _) => self.builder.ins().load(F64, flags, base, offset),
            (Kind::Bool, _) => self.builder.ins().load(I8, flags, base, offset),
            (Kind::Index, true) => self.builder.ins().uload32(flags, base, offset),
            (Kind::Index, false) => self.builder.ins().load(I64, flags, base, offset),
        }
    }
}
