//! Survey → nests in order: which nodes share a loop, over which axis, before which others.
//!
//! A *region* is the top of the plan or the body of a loop. In it every node has a *class*:
//! straight-line, or a loop over the largest axis that is left of its own. A node's *level* is the
//! least at which all it reads is complete: reading across classes, across a reduction or at
//! another position than one's own costs a level. Nodes of one class and level share a nest, whose
//! body is a region again.

use std::collections::BTreeMap;

use crate::base::{Id as _, IdMap};
use crate::program::{AxisId, NodeId};

use super::ir::Mode;
use super::survey::Survey;

/// Nests, and where each node is among them.
pub(super) struct Schedule {
    pub nests: Vec<Nest>,
    /// The axis of each loop.
    pub loops: Vec<AxisId>,
    /// By node: the loops around it, the outermost first.
    pub paths: IdMap<NodeId, Vec<usize>>,
    /// By unit and round: the loop of its recurrence, with the loops around it, as a path.
    pub rounds: Vec<Vec<usize>>,
}

/// Nodes that are computed together.
pub(super) struct Nest {
    pub level: usize,
    pub nodes: Vec<NodeId>,
    pub kind: NestKind,
}

/// How they are computed.
pub(super) enum NestKind {
    /// Element by element; of a unit, step by step.
    Straight { unit: Option<usize> },
    /// In a loop. The units begin in it.
    Loop { axis: AxisId, reversed: bool, units: Vec<usize>, body: Vec<Nest> },
}

/// What a node needs around it, in a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    Straight { unit: Option<usize> },
    Loop { axis: AxisId, reversed: bool },
}

/// A class; in naive mode also the node or unit that is alone in its nest.
type Key = (Class, Option<(bool, usize)>);

pub(super) fn schedule(survey: &Survey) -> Schedule {
    let nodes: Vec<NodeId> =
        survey.program.nodes.ids().filter(|&id| survey.scheduled[id]).collect();
    let empty = Schedule {
        nests: Vec::new(),
        loops: Vec::new(),
        paths: survey.program.nodes.filled(Vec::new()),
        rounds: vec![Vec::new(); survey.units.len()],
    };
    let mut scheduler = Scheduler { survey, done: empty };
    let nests = scheduler.region(&nodes, &[], &[]);
    scheduler.done.nests = nests;
    scheduler.done
}

struct Scheduler<'a> {
    survey: &'a Survey<'a>,
    done: Schedule,
}

/// The nodes of a region with what they read there.
struct Region<'a> {
    survey: &'a Survey<'a>,
    nodes: &'a [NodeId],
    /// By position in `nodes`: positions read, with the axes moved.
    edges: Vec<Vec<(usize, &'a [AxisId])>>,
    /// The same from the other side.
    users: Vec<Vec<(usize, &'a [AxisId])>>,
    keys: Vec<Key>,
    /// By position: units that are not begun yet.
    units: Vec<Vec<usize>>,
    levels: Vec<usize>,
}

impl Scheduler<'_> {
    fn region(&mut self, nodes: &[NodeId], fixed: &[AxisId], path: &[usize]) -> Vec<Nest> {
        let region = Region::new(self.survey, nodes, fixed);
        let mut groups: BTreeMap<(usize, Key), Vec<usize>> = BTreeMap::new();
        for position in 0..nodes.len() {
            groups
                .entry((region.levels[position], region.keys[position]))
                .or_default()
                .push(position);
        }
        let nest = |((level, (class, _)), positions): ((usize, Key), Vec<usize>)| {
            let nodes: Vec<NodeId> = positions.iter().map(|&p| region.nodes[p]).collect();
            let kind = match class {
                Class::Straight { unit } => {
                    nodes.iter().for_each(|&n| self.done.paths[n] = path.to_vec());
                    NestKind::Straight { unit }
                }
                Class::Loop { axis, reversed } => {
                    let mut units: Vec<usize> = positions
                        .iter()
                        .filter_map(|&p| region.units[p].first().copied())
                        .collect();
                    units.sort_unstable();
                    units.dedup();
                    units.retain(|&u| self.survey.units[u].axis == axis);
                    self.nest_loop(axis, reversed, units, &nodes, fixed, path)
                }
            };
            Nest { level, nodes, kind }
        };
        groups.into_iter().map(nest).collect()
    }

    fn nest_loop(
        &mut self,
        axis: AxisId,
        reversed: bool,
        units: Vec<usize>,
        nodes: &[NodeId],
        fixed: &[AxisId],
        path: &[usize],
    ) -> NestKind {
        let mut path = path.to_vec();
        path.push(self.done.loops.len());
        self.done.loops.push(axis);
        units.iter().for_each(|&u| self.done.rounds[u].clone_from(&path));
        let fixed: Vec<AxisId> = fixed.iter().copied().chain([axis]).collect();
        let body = self.region(nodes, &fixed, &path);
        NestKind::Loop { axis, reversed, units, body }
    }
}

impl<'a> Region<'a> {
    fn new(survey: &'a Survey<'a>, nodes: &'a [NodeId], fixed: &[AxisId]) -> Self {
        let position: BTreeMap<NodeId, usize> =
            nodes.iter().enumerate().map(|(p, &n)| (n, p)).collect();
        let edges_of = |n: &NodeId| {
            let open =
                |s: &&super::survey::Source| s.carried.is_none_or(|axis| !fixed.contains(&axis));
            survey.sources[*n]
                .iter()
                .filter(open)
                .filter_map(|s| position.get(&s.node).map(|&p| (p, s.moved.as_slice())))
                .collect()
        };
        let edges: Vec<Vec<(usize, &[AxisId])>> = nodes.iter().map(edges_of).collect();
        let mut users: Vec<Vec<(usize, &[AxisId])>> = vec![Vec::new(); nodes.len()];
        for (n, edges) in edges.iter().enumerate() {
            edges.iter().for_each(|&(m, moved)| users[m].push((n, moved)));
        }
        let units_of = |n: &NodeId| {
            let begun = |u: &usize| fixed.contains(&survey.units[*u].axis);
            survey.memberships[*n].iter().copied().filter(|u| !begun(u)).collect()
        };
        let units: Vec<Vec<usize>> = nodes.iter().map(units_of).collect();
        let mut region = Self {
            survey,
            nodes,
            edges,
            users,
            keys: Vec::new(),
            units,
            levels: vec![0; nodes.len()],
        };
        region.keys = (0..nodes.len()).map(|p| region.key(p, fixed)).collect();
        region.reverse_loops();
        region.raise();
        if survey.mode == Mode::Fused {
            region.sink();
        }
        region
    }

    fn key(&self, p: usize, fixed: &[AxisId]) -> Key {
        let node = self.nodes[p];
        let unit = self.units[p].first().copied();
        let class = match unit.map(|u| &self.survey.units[u]) {
            Some(u) if self.survey.unrolled[u.axis] => Class::Straight { unit },
            Some(u) => Class::Loop { axis: u.axis, reversed: u.reversed },
            None => {
                let size = |a: &AxisId| (self.survey.program.axes[*a].size, std::cmp::Reverse(*a));
                match self.survey.looped(node).filter(|a| !fixed.contains(a)).max_by_key(size) {
                    Some(axis) => Class::Loop { axis, reversed: false },
                    None => Class::Straight { unit: None },
                }
            }
        };
        let alone = match (self.survey.mode, unit) {
            (Mode::Fused, _) => None,
            (Mode::Naive, Some(u)) => Some((true, u)),
            (Mode::Naive, None) => Some((false, node.index())),
        };
        (class, alone)
    }

    /// Lets what belongs to a reversed recurrence run in its direction: what depends on one, and
    /// what only such nodes use.
    fn reverse_loops(&mut self) {
        if self.survey.mode == Mode::Naive {
            return;
        }
        for n in 0..self.nodes.len() {
            let reversed = |&(m, moved): &(usize, &[AxisId])| {
                self.joins(m, n, moved) && is_reversed(self.keys[m].0)
            };
            if self.units[n].is_empty() && self.edges[n].iter().any(reversed) {
                self.keys[n].0 = turned(self.keys[n].0);
            }
        }
        for m in (0..self.nodes.len()).rev() {
            let along = |&(n, moved): &(usize, &[AxisId])| {
                is_reversed(self.keys[n].0) && self.joins(m, n, moved)
            };
            if !self.users[m].is_empty()
                && self.units[m].is_empty()
                && self.users[m].iter().all(along)
            {
                self.keys[m].0 = turned(self.keys[m].0);
            }
        }
    }

    /// Whether n may read m in one loop, whatever the directions.
    fn joins(&self, m: usize, n: usize, moved: &[AxisId]) -> bool {
        match (self.keys[m].0, self.keys[n].0) {
            (Class::Loop { axis, .. }, Class::Loop { axis: other, .. }) => {
                axis == other && self.same_position(m, axis, moved)
            }
            (Class::Straight { .. }, _) | (_, Class::Straight { .. }) => false,
        }
    }

    fn same_position(&self, m: usize, axis: AxisId, moved: &[AxisId]) -> bool {
        !moved.contains(&axis)
            && !self.survey.program.nodes[self.nodes[m]].op.reduced().contains(&axis)
    }

    /// What it costs n to read m.
    fn cross(&self, m: usize, n: usize, moved: &[AxisId]) -> usize {
        if self.keys[m] != self.keys[n] {
            return 1;
        }
        match self.keys[m].0 {
            Class::Straight { .. } => 0,
            Class::Loop { axis, .. } => usize::from(!self.same_position(m, axis, moved)),
        }
    }

    /// Levels: the least solution; the members of a unit have one level.
    fn raise(&mut self) {
        let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (p, units) in self.units.iter().enumerate() {
            units.iter().for_each(|&u| members.entry(u).or_default().push(p));
        }
        for _ in 0..=2 * self.nodes.len() + 2 {
            let mut changed = false;
            for n in 0..self.nodes.len() {
                let needed = self.edges[n]
                    .iter()
                    .map(|&(m, moved)| self.levels[m] + self.cross(m, n, moved))
                    .max()
                    .unwrap_or(0);
                changed |= needed > self.levels[n];
                self.levels[n] = self.levels[n].max(needed);
            }
            for together in members.values() {
                let level = together.iter().map(|&p| self.levels[p]).max().unwrap_or(0);
                for &p in together {
                    changed |= self.levels[p] < level;
                    self.levels[p] = level;
                }
            }
            if !changed {
                return;
            }
        }
        panic!("a recurrence reads what comes after it");
    }

    /// Moves nodes of loops down to their users, unless more would be stored between loops than is
    /// saved.
    fn sink(&mut self) {
        for n in (0..self.nodes.len()).rev() {
            let movable = matches!(self.keys[n].0, Class::Loop { .. }) && self.units[n].is_empty();
            let Some(lowest) = self.users[n]
                .iter()
                .map(|&(u, moved)| self.levels[u] - self.cross(n, u, moved))
                .min()
            else {
                continue;
            };
            if !movable || lowest <= self.levels[n] || self.is_output(n) {
                continue;
            }
            let mut left: Vec<usize> =
                self.edges[n].iter().map(|e| e.0).filter(|&m| self.is_left(m, n, lowest)).collect();
            left.sort_unstable();
            left.dedup();
            if left.len() <= 1 {
                self.levels[n] = lowest;
            }
        }
    }

    /// Whether m, now in n's loop, would have to be stored if n moved to level `lowest`.
    fn is_left(&self, m: usize, n: usize, lowest: usize) -> bool {
        let stays = !self.units[m].is_empty()
            || self.users[m].iter().any(|&(u, _)| u != n && self.levels[u] < lowest);
        self.keys[m].0 == self.keys[n].0 && stays
    }

    fn is_output(&self, n: usize) -> bool {
        self.survey.program.outputs.iter().any(|o| o.node == self.nodes[n])
    }
}

fn is_reversed(class: Class) -> bool {
    matches!(class, Class::Loop { reversed: true, .. })
}

fn turned(class: Class) -> Class {
    match class {
        Class::Loop { axis, .. } => Class::Loop { axis, reversed: true },
        Class::Straight { .. } => class,
    }
}
