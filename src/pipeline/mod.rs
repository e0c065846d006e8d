//! The compiler's stages at a glance: from texts and data files to a density that samplers can run,
//! or to simulated data.

mod compiled;
mod density;
mod model;
mod recovery;
mod simulator;

pub use compiled::{Compiled, Programs, compile, compile_joint, compile_open, programs};
pub use density::Density;
pub use model::{Import, JointModel, Model, SummedOut, no_imports, summed_out};
pub use recovery::{DiscretePosterior, SummedVariable};
pub use simulator::Simulator;
