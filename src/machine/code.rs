//! Machine code with the memory it needs: run on a vector, write results.

use cranelift_jit::JITModule;

use super::pool::Pool;

/// The signature of compiled code: unknowns, results, scratch, data, seed.
pub(super) type Entry = unsafe extern "C" fn(*const f64, *mut f64, *mut f64, *const u8, u64);

/// Machine code. Threads may share it; each needs a [`Scratch`] of its own.
pub struct Code {
    entry: Entry,
    /// Owns the memory in which `entry` lies; taken when dropped.
    module: Option<JITModule>,
    pool: Pool,
    pub(super) shape: Shape,
    pub(super) texts: Texts,
}

/// What code takes and gives.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub slots: usize,
    pub outputs: usize,
    pub scratch: usize,
    /// Bytes of code.
    pub size: usize,
}

/// Texts of code, empty where they were not asked for.
#[derive(Default)]
pub(super) struct Texts {
    pub clif: String,
    pub disassembly: String,
}

// SAFETY: after its code is finalised the module is only kept, not called, until it is dropped,
// once, by one owner; the code itself reads the pool and writes only what its caller lends it.
unsafe impl Send for Code {}
// SAFETY: as above; `run` writes nothing of `self`.
unsafe impl Sync for Code {}

/// What an evaluation writes to besides its results. Of no meaning between evaluations.
#[derive(Clone, Debug)]
pub struct Scratch {
    cells: Vec<f64>,
}

impl Code {
    /// # Safety
    /// `entry` must lie in `module`'s memory and stay inside a pool of this layout, and `shape`.
    pub(super) unsafe fn new(
        entry: Entry,
        module: JITModule,
        pool: Pool,
        shape: Shape,
        texts: Texts,
    ) -> Self {
        Self { entry, module: Some(module), pool, shape, texts }
    }

    /// Memory for evaluations, one after the other, of this code.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        Scratch { cells: vec![0.0; self.shape.scratch] }
    }

    /// Computes the outputs of a program without noise: `q`, one number a slot, to `out`, the
    /// outputs one after the other in canonical layout. Numerical trouble is a value (−∞, NaN).
    /// Nothing is allocated. Panics where a length is not the program's.
    pub fn run(&self, scratch: &mut Scratch, q: &[f64], out: &mut [f64]) {
        self.run_seeded(scratch, q, 0, out);
    }

    /// As [`Code::run`], with noise: a function of the seed, its stream and its element.
    pub fn run_seeded(&self, scratch: &mut Scratch, q: &[f64], seed: u64, out: &mut [f64]) {
        assert_eq!(q.len(), self.shape.slots, "one number a slot");
        assert_eq!(out.len(), self.shape.outputs, "room for all outputs");
        assert!(scratch.cells.len() >= self.shape.scratch, "scratch of this code");
        // SAFETY: `entry` was emitted for this signature and lives as long as `self.module`;
        // `plan::check` and `Pool::new` have verified that it stays inside slices of these lengths.
        unsafe {
            (self.entry)(
                q.as_ptr(),
                out.as_mut_ptr(),
                scratch.cells.as_mut_ptr(),
                self.pool.as_ptr(),
                seed,
            )
        }
    }

    /// The number of unknowns.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.shape.slots
    }

    /// The number of results.
    #[must_use]
    pub fn outputs(&self) -> usize {
        self.shape.outputs
    }

    /// Bytes of machine code.
    #[must_use]
    pub fn size(&self) -> usize {
        self.shape.size
    }

    /// Bytes of data that the code owns.
    #[must_use]
    pub fn data_size(&self) -> usize {
        self.pool.size()
    }

    /// Cranelift's IR; empty unless texts were kept.
    #[must_use]
    pub fn clif(&self) -> &str {
        &self.texts.clif
    }

    /// Assembly; empty unless texts were kept.
    #[must_use]
    pub fn disassembly(&self) -> String {
        self.texts.disassembly.clone()
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        if let Some(module) = self.module.take() {
            // SAFETY: only `run` calls the code, and `self` is no longer borrowed.
            unsafe { module.free_memory() }
        }
    }
}
