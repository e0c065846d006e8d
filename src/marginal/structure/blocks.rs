//! Summands element by element → blocks: hidden coordinates that meet in a summand belong together.

use crate::base::Id as _;
use crate::lower::{Hidden, Lowered};
use crate::marginal::structure::{NoiseKind, Structure};
use crate::network::ir::{NoiseBase, VariableId};
use crate::program::{DependenceSets, SetId, degrees, dependence_sets};

/// What the blocks of a joint density are.
#[derive(Clone, Debug, PartialEq)]
pub struct Blocks {
    /// By summand: the block of each element in canonical layout over its axes, in the order of the
    /// axes' ids; none where it dependence_sets none.
    pub of_summand: Vec<Vec<Option<u32>>>,
    /// By block: whether an observation or a factor speaks of it.
    pub observed: Vec<bool>,
    /// By block: the variables it holds, in the order of their coordinates.
    pub variables: Vec<Vec<VariableId>>,
    /// By block: the variables that are integrated out exactly, given those that it holds.
    pub given: Vec<Vec<VariableId>>,
    /// By named value, in the order of the layouts: the block that has a part in it.
    pub of_value: Vec<Option<u32>>,
    /// By named value: the position of the hidden coordinate that it depends on, where it depends
    /// on one alone.
    pub coordinate_of_value: Vec<Option<u32>>,
    /// By named value: whether variables that are integrated out exactly, given others, have a part
    /// in it.
    pub noisy_value: Vec<bool>,
}

/// More pairs of hidden coordinates than this do not fit into memory together with what is made of
/// them.
const MOST_PAIRS: usize = 20_000_000;

/// A summand in which too many hidden coordinates meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooDense {
    /// The summand's place.
    pub summand: usize,
    /// How many coordinates meet in one of its elements.
    pub coordinates: usize,
}

/// The structure of a lowered joint density, by the coordinates of these hidden variables.
pub(in crate::marginal) fn find(
    lowered: &Lowered,
    hidden: &[Hidden],
) -> Result<(Structure, Blocks), TooDense> {
    let (structure, position_of) = coordinates(lowered, hidden);
    let counts: Vec<bool> = position_of.iter().map(Option::is_some).collect();
    let mut either = counts.clone();
    structure.collapsed.iter().flatten().for_each(|&coordinate| either[coordinate] = true);
    let touched = touched(lowered, &either);
    let positions: Vec<Vec<usize>> = touched
        .sets
        .iter()
        .map(|set| set.iter().filter_map(|&c| position_of[c as usize]).collect())
        .collect();
    let used = used_sets(&touched.of[..lowered.summands.len()], positions.len());
    let structure = partition(structure, &positions, &used);
    let mut structure = with_pairs(structure, &positions, &used)?;
    let of_set: Vec<Option<u32>> =
        positions.iter().map(|set| set.first().map(|&p| structure.block_of[p] as u32)).collect();
    let block_of = |set: SetId| of_set[set as usize];
    let summands = touched.of[..lowered.summands.len()].iter();
    let of_summand: Vec<Vec<Option<u32>>> =
        summands.map(|sets| sets.iter().map(|&s| block_of(s)).collect()).collect();
    structure.quadratic = quadratic(lowered, &counts, &of_summand, structure.blocks.len());
    let of_value = of_values(lowered, &touched.of[lowered.summands.len()..], &block_of);
    let alone = |set: SetId| {
        if let &[only] = positions[set as usize].as_slice() { Some(only as u32) } else { None }
    };
    let coordinate_of_value = of_values(lowered, &touched.of[lowered.summands.len()..], &alone);
    let noisy =
        |set: SetId| touched.sets[set as usize].iter().any(|&c| position_of[c as usize].is_none());
    let noisy_value = of_values(lowered, &touched.of[lowered.summands.len()..], &noisy);
    let observed = observed(lowered, &of_summand, structure.blocks.len());
    let variables = variables_of(lowered, hidden, &structure);
    let given = given(lowered, &of_summand, structure.blocks.len());
    Ok((
        structure,
        Blocks {
            of_summand,
            observed,
            variables,
            given,
            of_value,
            coordinate_of_value,
            noisy_value,
        },
    ))
}

/// What the elements of summands, and then of outputs, depend on of the coordinates that count.
fn touched(lowered: &Lowered, counts: &[bool]) -> DependenceSets {
    let program = &lowered.program;
    let outputs = program.outputs.iter().map(|o| (o.node, program.nodes[o.node].axes.clone()));
    let summands = lowered.summands.iter().map(|s| (s.node, s.axes.clone()));
    dependence_sets(program, &lowered.values, counts, &summands.chain(outputs).collect::<Vec<_>>())
}

/// By block: whether data touch it.
fn observed(lowered: &Lowered, of_summand: &[Vec<Option<u32>>], blocks: usize) -> Vec<bool> {
    let mut observed = vec![false; blocks];
    for (_, blocks) in lowered.summands.iter().zip(of_summand).filter(|(s, _)| s.kind.is_data()) {
        blocks.iter().flatten().for_each(|&block| observed[block as usize] = true);
    }
    observed
}

/// By block: what is integrated out in the last summand that dependence_sets it.
fn given(
    lowered: &Lowered,
    of_summand: &[Vec<Option<u32>>],
    blocks: usize,
) -> Vec<Vec<VariableId>> {
    let mut given = vec![Vec::new(); blocks];
    let exact = of_summand.last().filter(|_| !lowered.collapsed.variables.is_empty());
    exact
        .into_iter()
        .flatten()
        .flatten()
        .for_each(|&block| given[block as usize].clone_from(&lowered.collapsed.variables));
    given
}

/// Which coordinates are hidden; by coordinate its position among the hidden ones.
fn coordinates(lowered: &Lowered, hidden: &[Hidden]) -> (Structure, Vec<Option<usize>>) {
    let mut position_of = vec![None; lowered.program.slots];
    let mut structure =
        Structure { collapsed: lowered.collapsed.places.clone(), ..Structure::default() };
    let mut hidden: Vec<_> = hidden.iter().collect();
    hidden.sort_by_key(|h| h.first);
    for part in hidden {
        for (coordinate, position) in
            position_of.iter_mut().enumerate().skip(part.first).take(part.len)
        {
            *position = Some(structure.hidden.len());
            structure.hidden.push(coordinate);
            structure.noise.push(part.noise.map(|noise| match noise {
                NoiseBase::Normal => NoiseKind::Normal,
                NoiseBase::Uniform => NoiseKind::Uniform,
                NoiseBase::Exponential => NoiseKind::Exponential,
            }));
        }
    }
    let mut free: Vec<bool> = position_of.iter().map(Option::is_none).collect();
    structure.collapsed.iter().flatten().for_each(|&coordinate| free[coordinate] = false);
    structure.parameters = (0..position_of.len()).filter(|&c| free[c]).collect();
    (structure, position_of)
}

/// For each set whether an element of a summand depends on it, and of which.
fn used_sets(of: &[Vec<SetId>], sets: usize) -> Vec<Option<usize>> {
    let mut used = vec![None; sets];
    for (summand, elements) in of.iter().enumerate() {
        elements.iter().for_each(|&set| used[set as usize] = Some(summand));
    }
    used
}

/// Positions that meet, directly or through others, belong to one block. Blocks are numbered by
/// their first position.
fn partition(
    mut structure: Structure,
    positions: &[Vec<usize>],
    used: &[Option<usize>],
) -> Structure {
    let mut parent: Vec<usize> = (0..structure.hidden.len()).collect();
    for set in positions.iter().zip(used).filter(|(_, u)| u.is_some()).map(|(set, _)| set) {
        for pair in set.windows(2) {
            let (a, b) = (root(&mut parent, pair[0]), root(&mut parent, pair[1]));
            parent[a.max(b)] = a.min(b);
        }
    }
    let mut number = vec![None; parent.len()];
    for position in 0..parent.len() {
        let top = root(&mut parent, position);
        let block = *number[top].get_or_insert_with(|| {
            structure.blocks.push(Vec::new());
            structure.blocks.len() - 1
        });
        structure.blocks[block].push(position);
        structure.block_of.push(block);
    }
    structure
}

fn root(parent: &mut [usize], mut position: usize) -> usize {
    while parent[position] != position {
        parent[position] = parent[parent[position]];
        position = parent[position];
    }
    position
}

fn with_pairs(
    mut structure: Structure,
    positions: &[Vec<usize>],
    used: &[Option<usize>],
) -> Result<Structure, TooDense> {
    for (set, summand) in
        positions.iter().zip(used).filter_map(|(set, summand)| summand.map(|s| (set, s)))
    {
        if structure.pairs.len() + set.len() * set.len() / 2 > MOST_PAIRS {
            return Err(TooDense { summand, coordinates: set.len() });
        }
        for (k, &i) in set.iter().enumerate() {
            structure.pairs.extend(set[..k].iter().map(|&j| (i, j)));
        }
    }
    structure.pairs.sort_unstable();
    structure.pairs.dedup();
    Ok(structure)
}

/// By block: whether every summand that dependence_sets it is a polynomial of degree 2 at most in hidden
/// coordinates.
fn quadratic(
    lowered: &Lowered,
    counts: &[bool],
    of_summand: &[Vec<Option<u32>>],
    blocks: usize,
) -> Vec<bool> {
    let degrees = degrees(&lowered.program, counts);
    let mut quadratic = vec![true; blocks];
    for (summand, of) in lowered.summands.iter().zip(of_summand) {
        if degrees[summand.node].is_none_or(|degree| degree > 2) {
            of.iter().flatten().for_each(|&block| quadratic[block as usize] = false);
        }
    }
    quadratic
}

/// By named value, what the set of coordinates that it depends on stands for.
fn of_values<T>(lowered: &Lowered, outputs: &[Vec<SetId>], of: &impl Fn(SetId) -> T) -> Vec<T> {
    let layouts = lowered.layouts.iter().zip(outputs);
    layouts
        .flat_map(|(layout, sets)| {
            layout.positions.iter().map(|&position| of(sets[position])).collect::<Vec<_>>()
        })
        .collect()
}

fn variables_of(
    lowered: &Lowered,
    hidden: &[Hidden],
    structure: &Structure,
) -> Vec<Vec<VariableId>> {
    let mut owner = vec![None; lowered.program.slots];
    for part in hidden {
        owner[part.first..part.first + part.len].fill(Some(part.variable));
    }
    let of_block = |block: &Vec<usize>| {
        let mut found: Vec<VariableId> =
            block.iter().filter_map(|&p| owner[structure.hidden[p]]).collect();
        found.sort_unstable_by_key(|v| v.index());
        found.dedup();
        found
    };
    structure.blocks.iter().map(of_block).collect()
}
