//! Code that is made when it is first asked for.

use std::sync::{Arc, OnceLock};

use crate::engine::Routine;
use crate::program::Computation;

/// Code that most fits never run: its program is made and compiled when it is first asked for.
/// Clones share what was made.
#[derive(Clone)]
pub(super) struct Late {
    program: Arc<dyn Fn() -> Option<Computation> + Send + Sync>,
    made: Arc<OnceLock<Option<Routine>>>,
    own: Option<Routine>,
}

impl Late {
    pub fn new(program: impl Fn() -> Option<Computation> + Send + Sync + 'static) -> Self {
        Self { program: Arc::new(program), made: Arc::default(), own: None }
    }

    /// The code; none where there is no such program, or no machine code for it.
    pub fn routine(&mut self) -> Option<&mut Routine> {
        if self.own.is_none() {
            let make = || (self.program)().and_then(|program| Routine::new(&program).ok());
            self.own = self.made.get_or_init(make).clone();
        }
        self.own.as_mut()
    }

    /// Bytes of machine code so far.
    pub fn code_size(&self) -> usize {
        self.made.get().and_then(Option::as_ref).map_or(0, Routine::code_size)
    }
}
