//! How a discrete variable is eliminated: summed over, maximised over, or one of its values drawn.

use crate::builtins::Builtin;
use crate::program::{AxisId, Base, Builder, NodeId};

/// The operation that takes an axis of a table away. The derivative by an entry of a table is then
/// the probability of the value, or 1 where the value is the most probable or the drawn one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Algebra {
    /// log Σ exp: the likelihood; its derivatives are probabilities.
    #[default]
    Sum,
    /// The maximum: its derivatives are 1 for the most probable values together, 0 for the others.
    Max,
    /// The value of [`Algebra::Sum`] with the derivatives of a draw: 1 for values that are drawn
    /// together, with their joint probability, 0 for the others.
    Draw,
}

impl Algebra {
    /// A table of logarithms without the axes `over`.
    pub fn without(self, b: &mut Builder, table: NodeId, over: &[AxisId]) -> NodeId {
        match self {
            Algebra::Sum => {
                let table = guarded(b, table);
                b.log_sum_exp(table, over)
            }
            Algebra::Max => {
                let table = b.expand(table, over);
                b.max(table, over)
            }
            // The largest of log p + Gumbel noise is at each place with probability p (Gumbel 1954;
            // Maddison, Tarlow and Minka 2014, arXiv 1411.0030, section 2).
            Algebra::Draw => {
                let table = b.expand(table, over);
                let axes = b.axes(table).to_vec();
                let exponential = b.noise(Base::Exponential, &axes);
                let log = b.call(Builtin::Log, &[exponential]);
                let tried = b.call(Builtin::Subtract, &[table, log]);
                let drawn = b.max(tried, over);
                let fixed = b.stop(drawn);
                let nothing = b.call(Builtin::Subtract, &[drawn, fixed]);
                // Where all values are impossible none is drawn: −∞ less −∞ would be NaN, and spoil
                // what is drawn elsewhere.
                let impossible = b.constant(f64::NEG_INFINITY);
                let possible = b.call(Builtin::Greater, &[fixed, impossible]);
                let zero = b.constant(0.0);
                let nothing = b.call(Builtin::Select, &[possible, nothing, zero]);
                let value = b.log_sum_exp(table, over);
                let value = b.stop(value);
                b.call(Builtin::Add, &[value, nothing])
            }
        }
    }
}

/// A table through whose impossible entries no derivative passes: it may be infinite there.
pub fn guarded(b: &mut Builder, table: NodeId) -> NodeId {
    let impossible = b.constant(f64::NEG_INFINITY);
    let possible = b.call(Builtin::Greater, &[table, impossible]);
    b.call(Builtin::Select, &[possible, table, impossible])
}
