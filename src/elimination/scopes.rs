//! A factor in pieces, in each of which every element depends on each of its reads, and no two
//! reads of an element are of the same one.

use std::collections::BTreeMap;

use super::factor::{Factor, Read, Table};
use super::links::part;
use super::restrict::restricted;
use super::sensitivity::depends_on;
use crate::program::{Builder, DiscreteId};

/// Elements of a factor that depend on as many different elements of discrete variables, all of
/// them by the same reads.
pub struct Scoped {
    /// The factor.
    pub factor: Factor,
    /// What each element reads: variable and place in the canonical layout of its axes.
    pub scopes: Vec<Vec<(DiscreteId, u32)>>,
}

/// Factors most of whose elements depend on few of their reads, as where a few observations of many
/// are missing, in pieces: each element's table is then over what it depends on.
pub fn thinned(b: &mut Builder, table: &mut Table, factors: Vec<Factor>) -> Vec<Factor> {
    let mut thin = Vec::new();
    for factor in factors {
        let elements = b.program.extent(&factor.axes).max(1) * factor.reads.len().max(1);
        let masks: Vec<Vec<bool>> =
            factor.reads.iter().map(|read| depends_on(b, &factor, read)).collect();
        if 2 * masks.iter().flatten().filter(|m| **m).count() < elements {
            thin.extend(by_scope(b, table, &factor).into_iter().map(|scoped| scoped.factor));
        } else {
            thin.push(factor);
        }
    }
    thin
}

/// The pieces of a factor.
pub fn by_scope(b: &mut Builder, table: &mut Table, factor: &Factor) -> Vec<Scoped> {
    let (mut places, mut masks) = (Vec::new(), Vec::new());
    for read in factor.reads.clone() {
        masks.push(depends_on(b, factor, &read));
        places.push(table.ground(b, &read, &factor.axes));
    }
    // By pattern: for each read none where it is not reached, else the first read of the same
    // element.
    let mut patterns: BTreeMap<Vec<Option<usize>>, Vec<usize>> = BTreeMap::new();
    for e in 0..b.program.extent(&factor.axes) {
        let same = |r: usize, s: usize| {
            factor.reads[r].variable == factor.reads[s].variable && places[r][e] == places[s][e]
        };
        let first = |r: usize| (0..=r).find(|&s| masks[s][e] && same(r, s));
        let pattern =
            (0..factor.reads.len()).map(|r| if masks[r][e] { first(r) } else { None }).collect();
        patterns.entry(pattern).or_default().push(e);
    }
    let whole = patterns.len() == 1;
    let mut found = Vec::new();
    for (pattern, of) in patterns {
        let kept: Vec<usize> = (0..pattern.len()).filter(|&r| pattern[r] == Some(r)).collect();
        let scopes = of
            .iter()
            .map(|&e| kept.iter().map(|&r| (factor.reads[r].variable, places[r][e])).collect())
            .collect();
        let own = if whole { factor.clone() } else { part(b, factor, &of) };
        found.push(Scoped { factor: reduced(b, own, &pattern, &kept), scopes });
    }
    found
}

/// The factor as a table over the reads that are kept: of others any value, or that of the same
/// element.
fn reduced(b: &mut Builder, factor: Factor, pattern: &[Option<usize>], kept: &[usize]) -> Factor {
    let mut node = factor.node;
    for (r, first) in pattern.iter().enumerate() {
        let axis = factor.reads[r].axis;
        let index = match first {
            Some(first) if *first == r => continue,
            Some(first) => b.iota(factor.reads[*first].axis),
            None => b.position(axis, 0),
        };
        node = restricted(b, node, &[(axis, index)]);
    }
    let reads: Vec<Read> = kept.iter().map(|&r| factor.reads[r].clone()).collect();
    Factor { node, reads, ..factor }
}
