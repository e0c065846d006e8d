//! Variables of which a factor reads several elements at fixed places of an axis: taken apart into
//! one variable a place.

use super::factor::{Factor, Read, Table, renamed};
use super::links::part;
use super::restrict::restricted;
use crate::lower::Discrete;
use crate::program::{AxisId, Builder, DiscreteId, NodeId};

/// The factors with all such variables taken apart.
pub fn split(b: &mut Builder, table: &mut Table, mut factors: Vec<Factor>) -> Vec<Factor> {
    while let Some((variable, place)) = candidate(b, table, &factors) {
        let described = table.of(variable).clone();
        let axis = described.axes[place];
        let first = table.discrete.len() as u32;
        for position in 0..b.program.axes[axis].size {
            let axes = described.axes.iter().copied().filter(|&a| a != axis).collect();
            let name = format!("{}[{}]", described.name, position + 1);
            table.discrete.push(Discrete { name, axes, ..described.clone() });
        }
        let run = Split { variable, place, axis, first };
        let mut parts = Vec::new();
        for factor in factors {
            if factor.has(variable) {
                run.factor(b, table, factor, &mut parts)
            } else {
                parts.push(factor)
            }
        }
        factors = parts;
    }
    factors
}

/// A variable and the place of the axis along which one factor reads it at several fixed places.
fn candidate(b: &Builder, table: &Table, factors: &[Factor]) -> Option<(DiscreteId, usize)> {
    for factor in factors {
        for (r, read) in factor.reads.iter().enumerate() {
            for place in 0..table.of(read.variable).axes.len() {
                let fixed = |read: &Read| b.is_constant(read.index[place]);
                let Some(here) = fixed(read) else { continue };
                let other = |o: &Read| {
                    o.variable == read.variable && fixed(o).is_some_and(|there| there != here)
                };
                if factor.reads[r + 1..].iter().any(other) {
                    return Some((read.variable, place));
                }
            }
        }
    }
    None
}

struct Split {
    variable: DiscreteId,
    /// Of the axis among the variable's axes.
    place: usize,
    axis: AxisId,
    /// The number of the first part.
    first: u32,
}

impl Split {
    /// The factor, in pieces that read each part at one place.
    fn factor(&self, b: &mut Builder, table: &mut Table, factor: Factor, parts: &mut Vec<Factor>) {
        let open = factor
            .reads
            .iter()
            .find(|r| r.variable == self.variable && b.is_constant(r.index[self.place]).is_none());
        let Some(read) = open.cloned() else {
            parts.push(self.moved(b, table, factor));
            return;
        };
        let index = read.index[self.place];
        if b.program.nodes[index].op.position() == Some(self.axis) {
            for position in 0..b.program.axes[self.axis].size {
                let at = b.position(self.axis, position);
                let piece = at_position(b, table, &factor, self.axis, at);
                self.factor(b, table, piece, parts);
            }
            return;
        }
        let values = super::factor::numbers(b, index, &factor.axes);
        for position in 0..b.program.axes[self.axis].size {
            let chosen: Vec<usize> =
                (0..values.len()).filter(|&e| values[e] == position as f64).collect();
            if chosen.is_empty() {
                continue;
            }
            let mut piece = part(b, &factor, &chosen);
            let fixed = b.position(self.axis, position);
            piece
                .reads
                .iter_mut()
                .filter(|r| r.axis == read.axis)
                .for_each(|r| r.index[self.place] = fixed);
            self.factor(b, table, piece, parts);
        }
    }

    /// The reads at fixed places as reads of the parts.
    fn moved(&self, b: &mut Builder, table: &mut Table, mut factor: Factor) -> Factor {
        let mut pairs = Vec::new();
        for read in &mut factor.reads {
            if read.variable != self.variable {
                continue;
            }
            let Some(position) = b.is_constant(read.index[self.place]) else { continue };
            let mut index = read.index.clone();
            index.remove(self.place);
            let new = table.read(b, DiscreteId(self.first + position as u32), &index);
            pairs.push((read.axis, new.axis));
            *read = new;
        }
        factor.node = renamed(b, factor.node, &pairs);
        factor
    }
}

/// The factor at one position of one of its axes.
fn at_position(
    b: &mut Builder,
    table: &mut Table,
    factor: &Factor,
    axis: AxisId,
    at: NodeId,
) -> Factor {
    let node = restricted(b, factor.node, &[(axis, at)]);
    let mut pairs = Vec::new();
    let mut reads = Vec::new();
    for read in &factor.reads {
        let index: Vec<NodeId> = read.index.iter().map(|&i| b.gather(i, &[(axis, at)])).collect();
        let new = table.read(b, read.variable, &index);
        pairs.push((read.axis, new.axis));
        reads.push(new);
    }
    let node = renamed(b, node, &pairs);
    let axes = factor.axes.iter().copied().filter(|&a| a != axis).collect();
    Factor { node, axes, reads, ..factor.clone() }
}
