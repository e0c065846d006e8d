//! Dependence: the graph, its order, chains along a plate, and cycles between elements.

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use crate::base::{Diagnostic, IdMap, Span};
use crate::builtins::Builtin;
use crate::network::error;
use crate::network::ir::{AxisId, Component, ExprId, ExprKind, Network, PlateId, Role, VariableId};
use crate::network::visit::Reference;

/// How far back along a chain a reference goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lag {
    /// This many elements; 0: the same element.
    Known(i64),
    /// Determined by the data; checked when they are bound.
    Data,
    /// Nothing restricts it to earlier elements.
    Unknown,
}

/// Computes the graph and the order; reports cycles.
pub fn order(network: &mut Network) -> Vec<Diagnostic> {
    let mut graph: DiGraph<VariableId, ()> = DiGraph::new();
    for variable in network.variables.ids() {
        graph.add_node(variable);
    }
    for variable in network.variables.ids() {
        for reference in network.references(&network.made_from(variable)) {
            graph.update_edge(node(reference.variable), node(variable), ());
        }
    }
    let mut errors = Vec::new();
    let mut components = Vec::new();
    for members in in_order(&graph) {
        if let &[only] = members.as_slice()
            && !graph.contains_edge(node(only), node(only))
        {
            components.push(Component::Single(only));
            continue;
        }
        match chain(network, &members) {
            Ok(component) => components.push(component),
            Err(error) => errors.push(error),
        }
    }
    network.graph = graph;
    network.order = components;
    errors
}

/// Strongly connected sets of variables, each after those it depends on; of the possible orders,
/// the one closest to the text.
fn in_order(graph: &DiGraph<VariableId, ()>) -> Vec<Vec<VariableId>> {
    let mut waiting: Vec<Vec<VariableId>> = tarjan_scc(graph)
        .into_iter()
        .map(|component| {
            let mut members: Vec<VariableId> = component.into_iter().map(|n| graph[n]).collect();
            members.sort_unstable();
            members
        })
        .collect();
    waiting.sort();
    let mut done: IdMap<VariableId, bool> = vec![false; graph.node_count()].into();
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|members| {
            let parents =
                |&m: &VariableId| graph.neighbors_directed(node(m), petgraph::Direction::Incoming);
            members.iter().flat_map(parents).all(|p| done[graph[p]] || members.contains(&graph[p]))
        });
        let members = waiting.remove(ready.unwrap_or(0));
        members.iter().for_each(|&m| done[m] = true);
        ordered.push(members);
    }
    ordered
}

fn node(variable: VariableId) -> NodeIndex {
    NodeIndex::new(variable.0 as usize)
}

/// Members that depend on each other, as a chain along one of their plates.
fn chain(network: &Network, members: &[VariableId]) -> Result<Component, Diagnostic> {
    let plates: Vec<PlateId> =
        network.variables[members[0]].axes.iter().map(|&a| network.plate_of(a)).collect();
    let mut forward = None;
    for plate in plates {
        match chain_along(network, members, plate) {
            Ok(members) => return Ok(Component::Chain { plate, members }),
            Err(Obstacle::Forward(name, span)) => forward = Some((name, span)),
            Err(Obstacle::Cycle) => {}
        }
    }
    match forward {
        Some((name, span)) => Err(error::forward_lag(&name, span)),
        None => Err(cycle_error(network, members)),
    }
}

enum Obstacle {
    Forward(String, Span),
    Cycle,
}

/// The members in the order of a step, if every reference among them goes back along `plate` or is
/// to the same element of an earlier member.
fn chain_along(
    network: &Network,
    members: &[VariableId],
    plate: PlateId,
) -> Result<Vec<VariableId>, Obstacle> {
    let mut step: DiGraph<VariableId, ()> = DiGraph::new();
    let nodes: Vec<NodeIndex> = members.iter().map(|&m| step.add_node(m)).collect();
    let position = |v: VariableId| members.iter().position(|&m| m == v);
    for (i, &member) in members.iter().enumerate() {
        for reference in network.references(&network.made_from(member)) {
            let Some(j) = position(reference.variable) else { continue };
            match network.lag(member, &reference, plate) {
                Lag::Known(0) => {
                    step.update_edge(nodes[j], nodes[i], ());
                }
                Lag::Known(lag) if lag < 0 => {
                    let name = network.variables[member].name.clone();
                    return Err(Obstacle::Forward(
                        name,
                        network.expressions[reference.expression].span,
                    ));
                }
                Lag::Known(_) | Lag::Data => {}
                Lag::Unknown => return Err(Obstacle::Cycle),
            }
        }
    }
    match petgraph::algo::toposort(&step, None) {
        Ok(order) => Ok(order.into_iter().map(|n| step[n]).collect()),
        Err(_) => Err(Obstacle::Cycle),
    }
}

impl Network {
    /// How far back along `plate` a reference in the declaration of `member` goes.
    #[must_use]
    pub fn lag(&self, member: VariableId, reference: &Reference, plate: PlateId) -> Lag {
        let axis = self.variables[member].axes.iter().copied().find(|&a| self.plate_of(a) == plate);
        let position =
            self.variables[reference.variable].axes.iter().position(|&a| self.plate_of(a) == plate);
        match (axis, position) {
            (Some(axis), Some(position)) => self.index_lag(reference.indices[position], axis),
            _ => Lag::Unknown,
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    fn index_lag(&self, index: ExprId, axis: AxisId) -> Lag {
        match &self.expressions[index].kind {
            ExprKind::Position(other) if *other == axis => Lag::Known(0),
            ExprKind::Position(_) => Lag::Unknown,
            ExprKind::ToIndex(_, inner) => self.index_lag(*inner, axis),
            ExprKind::Call(Builtin::Floor, operands) => self.index_lag(operands[0], axis),
            ExprKind::Call(Builtin::Subtract, operands) => {
                self.shifted(operands[0], operands[1], 1, axis)
            }
            ExprKind::Call(Builtin::Add, operands) => {
                self.shifted(operands[0], operands[1], -1, axis)
            }
            _ if self.known_from_data(index) => Lag::Data,
            _ => Lag::Unknown,
        }
    }

    fn shifted(&self, base: ExprId, by: ExprId, sign: i64, axis: AxisId) -> Lag {
        match (self.index_lag(base, axis), self.integer(by)) {
            (Lag::Known(lag), Some(by)) => Lag::Known(lag + sign * by),
            (Lag::Known(_) | Lag::Data, None) if self.known_from_data(by) => Lag::Data,
            (Lag::Data, Some(_)) => Lag::Data,
            _ => Lag::Unknown,
        }
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
    )]
    fn integer(&self, expression: ExprId) -> Option<i64> {
        match &self.expressions[expression].kind {
            ExprKind::Number(value) if value.fract() == 0.0 && value.abs() < 1e9 => {
                Some(*value as i64)
            }
            ExprKind::Call(Builtin::Negate, operands) => self.integer(operands[0]).map(|v| -v),
            _ => None,
        }
    }

    /// Whether there are only indices, inputs and what is computed from them below.
    #[must_use]
    pub fn known_from_data(&self, expression: ExprId) -> bool {
        self.depends_only_on(expression, &|network, variable| {
            network.variables[variable].role == Role::Input
        })
    }

    /// Whether every variable below is `allowed`, or is deterministic with only such variables
    /// below it.
    #[must_use]
    pub fn depends_only_on(
        &self,
        expression: ExprId,
        allowed: &dyn Fn(&Self, VariableId) -> bool,
    ) -> bool {
        let mut seen: Vec<VariableId> = Vec::new();
        let mut waiting: Vec<VariableId> =
            self.references(&[expression]).into_iter().map(|r| r.variable).collect();
        while let Some(variable) = waiting.pop() {
            if seen.contains(&variable) || allowed(self, variable) {
                continue;
            }
            seen.push(variable);
            if !matches!(self.variables[variable].role, Role::Let | Role::Report) {
                return false;
            }
            waiting
                .extend(self.references(&self.made_from(variable)).into_iter().map(|r| r.variable));
        }
        true
    }

    /// The variables whose distribution no observation changes: those that are not ancestors of an
    /// observation.
    #[must_use]
    pub fn untouched_by_data(&self) -> Vec<VariableId> {
        let mut touched = self.variables.filled(false);
        let observed =
            self.variables.iter().filter(|(_, v)| v.role == Role::Observe).map(|(id, _)| id);
        let factors =
            self.factors.iter().flat_map(|f| self.references(&[f.term])).map(|r| r.variable);
        let mut waiting: Vec<VariableId> = observed.chain(factors).collect();
        while let Some(variable) = waiting.pop() {
            if std::mem::replace(&mut touched[variable], true) {
                continue;
            }
            waiting.extend(
                self.graph
                    .neighbors_directed(node(variable), petgraph::Direction::Incoming)
                    .map(|n| self.graph[n]),
            );
        }
        self.variables
            .iter()
            .filter(|(id, v)| v.is_unknown() && !touched[*id])
            .map(|(id, _)| id)
            .collect()
    }
}

/// The shortest cycle among the members, in the words of the model.
fn cycle_error(network: &Network, members: &[VariableId]) -> Diagnostic {
    let uses = |v: VariableId| -> Vec<Reference> {
        let references = network.references(&network.made_from(v));
        references.into_iter().filter(|r| members.contains(&r.variable)).collect()
    };
    let start = members[0];
    // Breadth first from `start`, against the direction of "uses", back to it.
    let mut paths: Vec<Vec<(VariableId, Span)>> = vec![vec![]];
    let mut seen = vec![start];
    let mut shortest = None;
    while let Some(path) = (!paths.is_empty()).then(|| paths.remove(0)) {
        let last = path.last().map_or(start, |(v, _)| *v);
        for reference in uses(last) {
            let mut longer = path.clone();
            longer.push((reference.variable, network.expressions[reference.expression].span));
            if reference.variable == start {
                shortest = shortest.or(Some(longer));
            } else if !seen.contains(&reference.variable) {
                seen.push(reference.variable);
                paths.push(longer);
            }
        }
        if shortest.is_some() {
            break;
        }
    }
    let steps = shortest.unwrap_or_default();
    let name = |v: VariableId| network.variables[v].name.clone();
    let mut names = vec![name(start)];
    let mut spans = Vec::new();
    for (variable, span) in &steps {
        let user = names.last().cloned().unwrap_or_default();
        spans.push((*span, format!("`{user}` uses `{}` here", name(*variable))));
        names.push(name(*variable));
    }
    error::cycle(&names, &spans)
}
