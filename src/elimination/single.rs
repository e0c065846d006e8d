//! Variables that each factor reads once: all their elements are summed out at once.

use super::algebra::Algebra;
use super::factor::{Factor, Read, Table, indices, kind_of_all, renamed};
use crate::builtins::Builtin;
use crate::program::{AxisId, Builder, DiscreteId, NodeId};

/// How a variable would be summed out.
pub struct Plan {
    /// The variable.
    pub variable: DiscreteId,
    /// For each factor that reads it, by its number: what else it reads, by the variable's own
    /// elements.
    others: Vec<(usize, Vec<Read>)>,
    /// The entries of the tables of all elements.
    pub cost: usize,
    /// What one table is over, the variable first.
    pub clique: Vec<DiscreteId>,
}

/// The plan for a variable; none where it is read twice by a factor, or other elements of a
/// variable meet in one of its own.
pub fn plan(
    b: &mut Builder,
    table: &mut Table,
    factors: &[Factor],
    variable: DiscreteId,
) -> Option<Plan> {
    let mut others = Vec::new();
    let mut all: Vec<Read> = Vec::new();
    for (number, factor) in factors.iter().enumerate().filter(|(_, f)| f.has(variable)) {
        let own = factor.only_read(variable)?.clone();
        let mut moved = Vec::new();
        for read in factor.reads.iter().filter(|r| r.variable != variable) {
            let read = moved_to(b, table, factor, &own, read)?;
            if !all.iter().any(|r| r.axis == read.axis) {
                all.push(read.clone());
            }
            moved.push(read);
        }
        others.push((number, moved));
    }
    let clique: Vec<DiscreteId> =
        std::iter::once(variable).chain(all.iter().map(|r| r.variable)).collect();
    let entries = clique.iter().map(|&v| table.size(b, v)).fold(1, usize::saturating_mul);
    let cost = entries.saturating_mul(b.program.extent(&table.of(variable).axes).max(1));
    Some(Plan { variable, others, cost, clique })
}

/// A read of a factor as one of the elements of `own`, where those of the factor that have one
/// element of `own` in common agree.
fn moved_to(
    b: &mut Builder,
    table: &mut Table,
    factor: &Factor,
    own: &Read,
    read: &Read,
) -> Option<Read> {
    let to = table.of(own.variable).axes.clone();
    let kept = identical(b, own, &to);
    if read.index.iter().all(|&i| b.axes(i).iter().all(|a| kept.contains(a))) {
        return Some(read.clone());
    }
    let (places, targets) =
        (table.ground(b, own, &factor.axes), table.ground(b, read, &factor.axes));
    let mut found: Vec<Option<u32>> = vec![None; b.program.extent(&to)];
    for (&place, &target) in places.iter().zip(&targets) {
        match &mut found[place as usize] {
            Some(known) if *known != target => return None,
            entry => *entry = Some(target),
        }
    }
    let found: Vec<u32> = found.into_iter().map(|f| f.unwrap_or(0)).collect();
    let of = table.of(read.variable).axes.clone();
    let index = indices(b, &found, &of, &to);
    Some(table.read(b, read.variable, &index))
}

/// The axes along which a read's index is the position itself.
fn identical(b: &Builder, read: &Read, axes: &[AxisId]) -> Vec<AxisId> {
    axes.iter()
        .zip(&read.index)
        .filter(|(a, i)| b.program.nodes[**i].op.position() == Some(**a))
        .map(|(a, _)| *a)
        .collect()
}

/// The factors with the variable summed out.
pub fn eliminate(
    b: &mut Builder,
    table: &mut Table,
    mut factors: Vec<Factor>,
    plan: &Plan,
    algebra: Algebra,
) -> Vec<Factor> {
    let described = table.of(plan.variable).clone();
    let identity: Vec<NodeId> = described.axes.iter().map(|&a| b.iota(a)).collect();
    let own = table.read(b, plan.variable, &identity);
    b.at(described.span);
    let mut total = b.constant(0.0);
    let mut reads: Vec<Read> = Vec::new();
    for (number, others) in &plan.others {
        let factor = &factors[*number];
        let Some(read) = factor.only_read(plan.variable).cloned() else { continue };
        let mut node = gathered(b, factor, &read, &described.axes);
        let mut pairs = vec![(read.axis, own.axis)];
        for (from, to) in factor.reads.iter().filter(|r| r.variable != plan.variable).zip(others) {
            pairs.push((from.axis, to.axis));
            if !reads.iter().any(|r| r.axis == to.axis) {
                reads.push(to.clone());
            }
        }
        node = renamed(b, node, &pairs);
        total = b.call(Builtin::Add, &[total, node]);
    }
    let node = algebra.without(b, total, &[own.axis]);
    let kind = kind_of_all(plan.others.iter().map(|(number, _)| &factors[*number]));
    let name = format!("sum over {}", described.name);
    let mut number = 0;
    factors.retain(|_| {
        number += 1;
        !plan.others.iter().any(|(n, _)| n + 1 == number)
    });
    factors.push(Factor { node, axes: described.axes, reads, kind, name, span: described.span });
    factors
}

/// The sum of a factor's tables by the elements of the variable that they read.
pub fn gathered(b: &mut Builder, factor: &Factor, read: &Read, own: &[AxisId]) -> NodeId {
    let same = identical(b, read, own);
    let targets: Vec<(AxisId, NodeId)> = own
        .iter()
        .copied()
        .zip(read.index.iter().copied())
        .filter(|(a, _)| !same.contains(a))
        .collect();
    let over: Vec<AxisId> = factor.axes.iter().copied().filter(|a| !same.contains(a)).collect();
    if targets.is_empty() {
        b.sum(factor.node, &over)
    } else {
        b.sum_by(factor.node, &targets, &over)
    }
}
