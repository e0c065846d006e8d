//! What neither sums over plates nor recursions do away with: element by element, in rounds. A
//! round takes elements of least cost that do not meet, and computes those together whose tables
//! are alike (multiple minimum degree: Liu 1985, ACM TOMS 11).

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::algebra::Algebra;
use super::factor::{Factor, Table, index_array, kind_of_all, renamed};
use super::scopes::{Scoped, by_scope};
use crate::base::Span;
use crate::builtins::Builtin;
use crate::program::{AxisId, AxisKind, Builder, DiscreteId, NodeId};

/// The most groups of elements that are alike.
const MOST_GROUPS: usize = 4_000;

/// What was done, for people.
pub struct Summary {
    /// The variables whose elements were summed out.
    pub variables: Vec<DiscreteId>,
    /// How many elements.
    pub elements: usize,
    /// The variables of the largest table.
    pub clique: Vec<DiscreteId>,
}

/// The factors without discrete variables.
///
/// # Errors
/// The variables of a table of more than `most` entries; nothing where too few elements are alike.
pub fn eliminate(
    b: &mut Builder,
    table: &mut Table,
    factors: Vec<Factor>,
    algebra: Algebra,
    most: usize,
) -> Result<(Vec<Factor>, Summary), Vec<DiscreteId>> {
    let (open, mut done): (Vec<Factor>, Vec<Factor>) =
        factors.into_iter().partition(|f| !f.reads.is_empty());
    let span = open[0].span;
    let mut run = Run::new(b, table, algebra, most, span);
    for factor in &open {
        for scoped in by_scope(run.b, run.table, factor) {
            run.add(scoped);
        }
    }
    let mut groups = 0;
    while !run.alive.is_empty() {
        for (signature, elements) in run.round()? {
            groups += 1;
            if groups > MOST_GROUPS {
                return Err(Vec::new());
            }
            run.eliminate(&signature, &elements);
        }
    }
    let Run { results, summary, .. } = run;
    let kind = kind_of_all(open.iter());
    let names: Vec<&str> = summary.variables.iter().map(|&v| table.of(v).name.as_str()).collect();
    let name = format!("sum over {}", names.join(", "));
    for (node, axes) in results {
        done.push(Factor { node, axes, reads: Vec::new(), kind, name: name.clone(), span });
    }
    Ok((done, summary))
}

/// Tables that are alike: a row each.
struct Batch {
    node: NodeId,
    axis: AxisId,
    /// The axis of each place of a scope.
    places: Vec<AxisId>,
    /// The elements that a row's table is over.
    scopes: Vec<Vec<usize>>,
}

/// What elements that are done away with together have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Signature {
    /// Of the element itself, then of those that its tables have in common with it.
    sizes: Vec<usize>,
    /// Its tables: the batch, and which element of the new table stands at each place of the scope;
    /// 0 is the element itself.
    tables: Vec<(usize, Vec<usize>)>,
}

/// An element with its tables.
struct Chosen {
    element: usize,
    /// The rows of the signature's tables.
    rows: Vec<usize>,
    /// The elements of the new table.
    scope: Vec<usize>,
}

struct Run<'a> {
    b: &'a mut Builder,
    table: &'a mut Table,
    algebra: Algebra,
    most: usize,
    span: Span,
    /// The number of the first element of each variable.
    first: Vec<usize>,
    batches: Vec<Batch>,
    /// For each element that is not done away with: its tables, by batch and row.
    alive: BTreeMap<usize, BTreeSet<(usize, usize)>>,
    results: Vec<(NodeId, Vec<AxisId>)>,
    summary: Summary,
}

impl<'a> Run<'a> {
    fn new(
        b: &'a mut Builder,
        table: &'a mut Table,
        algebra: Algebra,
        most: usize,
        span: Span,
    ) -> Self {
        let mut first = Vec::new();
        let mut count = 0;
        for (_, described) in table.discrete.iter() {
            first.push(count);
            count += b.program.extent(&described.axes);
        }
        let summary = Summary { variables: Vec::new(), elements: 0, clique: Vec::new() };
        Self {
            b,
            table,
            algebra,
            most,
            span,
            first,
            batches: Vec::new(),
            alive: BTreeMap::new(),
            results: Vec::new(),
            summary,
        }
    }

    fn variable(&self, element: usize) -> DiscreteId {
        DiscreteId(self.first.partition_point(|&f| f <= element) as u32 - 1)
    }

    fn size(&self, element: usize) -> usize {
        self.table.size(self.b, self.variable(element))
    }

    /// Adds a scoped: rows with the same scope are added up.
    fn add(&mut self, scoped: Scoped) {
        let Scoped { factor, scopes } = scoped;
        if factor.reads.is_empty() {
            self.results.push((factor.node, factor.axes));
            return;
        }
        let scopes: Vec<Vec<usize>> = scopes
            .into_iter()
            .map(|scope| {
                scope
                    .into_iter()
                    .map(|(v, place)| self.first[v.0 as usize] + place as usize)
                    .collect()
            })
            .collect();
        let mut numbers: HashMap<Vec<usize>, usize> = HashMap::new();
        let mut distinct: Vec<Vec<usize>> = Vec::new();
        let mut rows = Vec::new();
        for scope in scopes {
            let number = *numbers.entry(scope.clone()).or_insert_with(|| {
                distinct.push(scope);
                distinct.len() - 1
            });
            rows.push(number as u32);
        }
        let axis =
            self.b.axis(format!("tables of {}", factor.name), distinct.len(), AxisKind::Plate);
        let index = index_array(self.b, rows, axis, &factor.axes);
        let node = self.b.sum_by(factor.node, &[(axis, index)], &factor.axes);
        let places = factor.reads.iter().map(|r| r.axis).collect();
        self.push(Batch { node, axis, places, scopes: distinct });
    }

    fn push(&mut self, batch: Batch) {
        let number = self.batches.len();
        for (row, scope) in batch.scopes.iter().enumerate() {
            for &element in scope {
                self.alive.entry(element).or_default().insert((number, row));
            }
        }
        self.batches.push(batch);
    }

    /// The other elements that an element's tables are over.
    fn neighbours(&self, element: usize) -> BTreeSet<usize> {
        let tables = self.alive.get(&element).into_iter().flatten();
        tables
            .flat_map(|&(batch, row)| self.batches[batch].scopes[row].iter().copied())
            .filter(|&e| e != element)
            .collect()
    }

    /// The elements of a round, grouped by what they have in common.
    fn round(&self) -> Result<BTreeMap<Signature, Vec<Chosen>>, Vec<DiscreteId>> {
        let mut costs: Vec<(usize, usize, BTreeSet<usize>)> = Vec::new();
        for &element in self.alive.keys() {
            let neighbours = self.neighbours(element);
            let cost = neighbours
                .iter()
                .map(|&n| self.size(n))
                .fold(self.size(element), usize::saturating_mul);
            costs.push((cost, element, neighbours));
        }
        costs.sort_by_key(|(cost, element, _)| (*cost, *element));
        let (least, first, neighbours) = &costs[0];
        if *least > self.most {
            return Err(std::iter::once(*first)
                .chain(neighbours.iter().copied())
                .map(|e| self.variable(e))
                .collect());
        }
        // Elements within a path or a tree go at once too: else it would be worn down from its
        // ends, one round an element.
        let allowed = if neighbours.len() <= 1 {
            least.saturating_mul(self.size(*first)).min(self.most)
        } else {
            *least
        };
        let mut taken: BTreeSet<usize> = BTreeSet::new();
        let mut groups: BTreeMap<Signature, Vec<Chosen>> = BTreeMap::new();
        for (cost, element, neighbours) in costs {
            if cost > allowed {
                break;
            }
            if taken.contains(&element) || neighbours.iter().any(|n| taken.contains(n)) {
                continue;
            }
            taken.insert(element);
            taken.extend(&neighbours);
            let (signature, chosen) = self.signature(element);
            groups.entry(signature).or_default().push(chosen);
        }
        Ok(groups)
    }

    fn signature(&self, element: usize) -> (Signature, Chosen) {
        let mut scope = vec![element];
        let (mut tables, mut rows) = (Vec::new(), Vec::new());
        for &(batch, row) in self.alive.get(&element).into_iter().flatten() {
            let mut places = Vec::new();
            for &e in &self.batches[batch].scopes[row] {
                let place = scope.iter().position(|&s| s == e).unwrap_or_else(|| {
                    scope.push(e);
                    scope.len() - 1
                });
                places.push(place);
            }
            tables.push((batch, places));
            rows.push(row);
        }
        let sizes = scope.iter().map(|&e| self.size(e)).collect();
        (Signature { sizes, tables }, Chosen { element, rows, scope: scope[1..].to_vec() })
    }

    /// Does away with elements that are alike.
    fn eliminate(&mut self, signature: &Signature, chosen: &[Chosen]) {
        self.b.at(self.span);
        let axis = self.b.axis("elements", chosen.len(), AxisKind::Plate);
        let whole: Vec<usize> =
            std::iter::once(chosen[0].element).chain(chosen[0].scope.iter().copied()).collect();
        let places: Vec<AxisId> = whole
            .iter()
            .map(|&e| {
                let values = self.table.of(self.variable(e)).values;
                self.b.alias(values)
            })
            .collect();
        let mut total = self.b.constant(0.0);
        for (t, (batch, positions)) in signature.tables.iter().enumerate() {
            let rows: Vec<u32> = chosen.iter().map(|c| c.rows[t] as u32).collect();
            let source = &self.batches[*batch];
            let (mut node, from) = (source.node, source.places.clone());
            let row_axis = source.axis;
            let index = index_array(self.b, rows, row_axis, &[axis]);
            node = self.b.gather(node, &[(row_axis, index)]);
            let pairs: Vec<(AxisId, AxisId)> =
                from.iter().copied().zip(positions.iter().map(|&p| places[p])).collect();
            node = renamed(self.b, node, &pairs);
            total = self.b.call(Builtin::Add, &[total, node]);
        }
        let node = self.algebra.without(self.b, total, &places[..1]);
        self.count(&whole, chosen);
        for one in chosen {
            self.remove(one);
        }
        if places.len() == 1 {
            self.results.push((node, vec![axis]));
            return;
        }
        let scopes = chosen.iter().map(|c| c.scope.clone()).collect();
        self.push(Batch { node, axis, places: places[1..].to_vec(), scopes });
    }

    fn remove(&mut self, one: &Chosen) {
        let Some(tables) = self.alive.remove(&one.element) else { return };
        for other in &one.scope {
            if let Some(of) = self.alive.get_mut(other) {
                of.retain(|table| !tables.contains(table));
            }
        }
    }

    fn count(&mut self, whole: &[usize], chosen: &[Chosen]) {
        self.summary.elements += chosen.len();
        for one in chosen {
            let variable = self.variable(one.element);
            if !self.summary.variables.contains(&variable) {
                self.summary.variables.push(variable);
            }
        }
        let clique: Vec<DiscreteId> = whole.iter().map(|&e| self.variable(e)).collect();
        let entries = |clique: &[DiscreteId]| {
            clique.iter().map(|&v| self.table.size(self.b, v)).fold(1, usize::saturating_mul)
        };
        if entries(&clique) > entries(&self.summary.clique) {
            self.summary.clique = clique;
        }
    }
}
