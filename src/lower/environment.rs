//! What an expression's axes, noises and recurrent variables mean where it is lowered.

use std::collections::HashMap;

use crate::network::ir::{AxisId as NetworkAxis, NoiseId, VariableId};
use crate::program::{AxisId, NodeId};

/// An axis not mentioned is itself.
#[derive(Clone, Default)]
pub struct Environment {
    /// Positions that stand for an axis: those of a subset, an index, or another axis.
    pub positions: HashMap<NetworkAxis, NodeId>,
    /// Where the value is needed at all: a truth value from data; none: everywhere.
    pub guard: Option<NodeId>,
    /// The axes over which a base sampler draws anew.
    pub sampled: Vec<AxisId>,
    /// The noises of a draw.
    pub noises: HashMap<NoiseId, NodeId>,
    /// Variables of the recurrence that is being lowered.
    pub recurrent: HashMap<VariableId, Recurrent>,
}

/// A variable within its own recurrence.
#[derive(Clone, Default)]
pub struct Recurrent {
    /// Which of its axes the recurrence runs along.
    pub axis: Option<NetworkAxis>,
    /// Its value at this step, once lowered.
    pub current: Option<NodeId>,
    /// Its values 1, 2, ... steps before.
    pub before: Vec<NodeId>,
}

impl Environment {
    /// The same, needed only where `guard` holds too.
    pub fn guarded(&self, guard: NodeId) -> Self {
        Self { guard: Some(guard), ..self.clone() }
    }
}
