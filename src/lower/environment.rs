//! What the axes, noises and recurrent variables of an expression stand for where it is lowered.

use std::collections::HashMap;

use crate::network::ir::{AxisId as NetworkAxis, NoiseId, VariableId};
use crate::program::{AxisId, NodeId};

/// The context of an expression. An axis that is not mentioned stands for itself.
#[derive(Clone, Default)]
pub struct Environment {
    /// Positions that replace an axis: those of a subset, an index, or another axis.
    pub positions: HashMap<NetworkAxis, NodeId>,
    /// Where the value is needed: a truth value from data; none: everywhere.
    pub guard: Option<NodeId>,
    /// The axes over which a base sampler makes a new draw.
    pub sampled: Vec<AxisId>,
    /// The values of the noises of a draw.
    pub noises: HashMap<NoiseId, NodeId>,
    /// The variables of the recurrence that is being lowered.
    pub recurrent: HashMap<VariableId, Recurrent>,
}

/// A variable within its own recurrence.
#[derive(Clone, Default)]
pub struct Recurrent {
    /// The position, among its axes, of the one that the recurrence runs along.
    pub axis: Option<NetworkAxis>,
    /// Its value at this step, once lowered.
    pub current: Option<NodeId>,
    /// Its values 1, 2, ... steps before.
    pub before: Vec<NodeId>,
}

impl Environment {
    /// The same environment, needed only where `guard` holds too.
    pub fn guarded(&self, guard: NodeId) -> Self {
        Self { guard: Some(guard), ..self.clone() }
    }
}
