//! Machine code with the memory it needs: reads a vector, writes results.

use cranelift_jit::JITModule;

use super::pool::Pool;

/// The signature of compiled code: unknowns, results, scratch, data, seed.
pub(super) type Entry = unsafe extern "C" fn(*const f64, *mut f64, *mut f64, *const u8, u64);

/// Machine code. Threads may share it; each needs a [`Scratch`] of its own.
pub struct Code {
    entry: Entry,
    /// Owns the memory that holds `entry`; taken on drop.
    module: Option<JITModule>,
    pool: Pool,
    pub(super) shape: Shape,
    pub(super) texts: Texts,
}

/// The sizes of the code's inputs and outputs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub slots: usize,
    pub outputs: usize,
    pub scratch: usize,
    /// The size of the code in bytes.
    pub size: usize,
}

/// Listings of the code, empty unless requested.
#[derive(Default)]
pub(super) struct Texts {
    pub clif: String,
    pub disassembly: String,
}

// SAFETY: once its code is finalised the module is only kept alive, not called, until its one owner
// drops it, once. The code itself reads the pool and writes only to memory lent by its caller.
unsafe impl Send for Code {}
// SAFETY: as above; `run` writes nothing in `self`.
unsafe impl Sync for Code {}

/// What an evaluation writes to besides its results. Holds nothing meaningful between evaluations.
#[derive(Clone, Debug)]
pub struct Scratch {
    cells: Vec<f64>,
}

impl Code {
    /// # Safety
    /// `entry` must lie in `module`'s memory, and stay within a pool of this layout and within
    /// `shape`.
    pub(super) unsafe fn new(
        entry: Entry,
        module: JITModule,
        pool: Pool,
        shape: Shape,
        texts: Texts,
    ) -> Self {
        Self { entry, module: Some(module), pool, shape, texts }
    }

    /// Working memory for evaluations of this code, one at a time.
    #[must_use]
    pub fn scratch(&self) -> Scratch {
        Scratch { cells: vec![0.0; self.shape.scratch] }
    }

    /// Evaluates a program without noise: reads one number per slot from `q` and writes the outputs
    /// to `out`, one after the other in canonical layout. Numerical trouble shows up as a value
    /// (−∞, NaN). Does not allocate. Panics if a length does not match the program.
    pub fn run(&self, scratch: &mut Scratch, q: &[f64], out: &mut [f64]) {
        self.run_seeded(scratch, q, 0, out);
    }

    /// Like [`Code::run`], with noise: a function of the seed, its stream and its element.
    pub fn run_seeded(&self, scratch: &mut Scratch, q: &[f64], seed: u64, out: &mut [f64]) {
        assert_eq!(q.len(), self.shape.slots, "one number a slot");
        assert_eq!(out.len(), self.shape.outputs, "room for all outputs");
        assert!(scratch.cells.len() >= self.shape.scratch, "scratch of this code");
        // SAFETY: `entry` was emitted for this signature and lives as long as `self.module`;
        // `plan::check` and `Pool::new` have verified that it stays within slices of these lengths.
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

    /// The size of the machine code in bytes.
    #[must_use]
    pub fn size(&self) -> usize {
        self.shape.size
    }

    /// The size of the data owned by the code, in bytes.
    #[must_use]
    pub fn data_size(&self) -> usize {
        self.pool.size()
    }

    /// Cranelift's IR; empty unless listings were kept.
    #[must_use]
    pub fn clif(&self) -> &str {
        &self.texts.clif
    }

    /// Assembly; empty unless listings were kept.
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
