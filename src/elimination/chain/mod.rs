//! Variables that depend on their earlier elements along a plate: summed out by a recursion along
//! it.
//!
//! The sum is the scaled forward recursion (Rabiner 1989, Proceedings of the IEEE 77, section V.A):
//! probabilities of the state given the observations so far, normalised at every step; the
//! normalisers' logarithms add up to the likelihood. Observations enter as exp(log density −
//! shift), the shift being the largest log density among states that are still possible, so that
//! the likelihood does not underflow to 0.

mod plan;

pub use plan::{Plan, plan};

use crate::builtins::Builtin;
use crate::elimination::algebra::{Algebra, guarded};
use crate::elimination::factor::{Factor, Read, Table, indices, kind_of_all, numbers, renamed};
use crate::elimination::forbidden::zero;
use crate::elimination::links::Link;
use crate::elimination::restrict::restricted;
use crate::program::{ArrayValues, AxisId, Builder, NodeId, TermKind, Type};

/// Impossible transitions are skipped where at most one in this many is possible.
const FEW: usize = 2;

/// The factors with the chain summed out.
pub fn eliminate(
    b: &mut Builder,
    table: &mut Table,
    factors: &[Factor],
    plan: &Plan,
    algebra: Algebra,
) -> Vec<Factor> {
    let described = table.of(plan.members[0]).clone();
    b.at(described.span);
    let run = Run::new(b, table, plan);
    let tables = run.tables(b, table);
    let node = match algebra {
        Algebra::Sum => run.scaled(b, &tables),
        Algebra::Max | Algebra::Draw => run.logarithmic(b, &tables, algebra),
    };
    let mut reads: Vec<Read> = Vec::new();
    for read in plan.others.iter().flatten() {
        if !reads.iter().any(|r| r.axis == read.axis) {
            reads.push(read.clone());
        }
    }
    let names: Vec<String> = plan.members.iter().map(|&m| table.of(m).name.clone()).collect();
    let kind = kind_of_all(plan.taken.iter().map(|&f| &factors[f]));
    let mut rest: Vec<Factor> = (0..factors.len())
        .filter(|f| !plan.taken.contains(f))
        .map(|f| factors[f].clone())
        .collect();
    let name = format!("sum over {}", names.join(", "));
    rest.push(Factor { node, axes: plan.axes.clone(), reads, kind, name, span: described.span });
    rest
}

/// The tables of a step, over the axes of the state.
struct Tables {
    /// Logarithms of the members' own conditional probabilities.
    masses: Vec<NodeId>,
    /// Log densities of what depends on the present state alone.
    present: NodeId,
    /// Log densities of what depends on earlier states too.
    past: Option<NodeId>,
}

struct Run<'a> {
    plan: &'a Plan,
    /// For each member: the axes of its values 0, 1, ... steps back.
    states: Vec<Vec<AxisId>>,
    /// Whether a segment starts at each element, where some start after the first step.
    starts: Option<NodeId>,
    ends: NodeId,
}

impl<'a> Run<'a> {
    fn new(b: &mut Builder, table: &Table, plan: &'a Plan) -> Self {
        let states = plan
            .members
            .iter()
            .zip(&plan.farthest)
            .map(|(&m, &far)| (0..=far).map(|_| b.alias(table.of(m).values)).collect())
            .collect();
        let place = plan.axes.iter().position(|&a| a == plan.along).unwrap_or(0);
        let (size, stride) =
            (b.program.axes[plan.along].size, b.program.extent(&plan.axes[place + 1..]));
        let step = |e: usize| e / stride % size;
        let inner = plan.starts.iter().enumerate().any(|(e, &s)| s && step(e) > 0);
        let starts = inner.then(|| {
            let flags = plan.starts.iter().map(|&s| u8::from(s)).collect();
            let array = b.array("starts", &plan.axes, Type::Bool, ArrayValues::Bool(flags));
            b.data(array)
        });
        let ends = (0..plan.starts.len())
            .map(|e| u8::from(step(e) + 1 == size || plan.starts[e + stride]))
            .collect();
        let array = b.array("ends", &plan.axes, Type::Bool, ArrayValues::Bool(ends));
        let ends = b.data(array);
        Self { plan, states, starts, ends }
    }

    /// The axes of the members' values that are left once the oldest are summed out.
    fn now(&self) -> Vec<AxisId> {
        self.states
            .iter()
            .flat_map(|s| s[..s.len() - 1].iter().copied().chain((s.len() == 1).then_some(s[0])))
            .collect()
    }

    /// The axes that a step sums out: the values farthest back.
    fn oldest(&self) -> Vec<AxisId> {
        self.states.iter().filter(|s| s.len() > 1).map(|s| s[s.len() - 1]).collect()
    }

    /// Present values that no later step reads.
    fn passing(&self) -> Vec<AxisId> {
        self.states.iter().filter(|s| s.len() == 1).map(|s| s[0]).collect()
    }

    /// The factors' tables over the axes of the state.
    fn tables(&self, b: &mut Builder, table: &mut Table) -> Tables {
        let zero = b.constant(0.0);
        let (mut masses, mut present, mut past) = (Vec::new(), zero, None);
        for (link, others) in self.plan.links.iter().zip(&self.plan.others) {
            let node = self.placed(b, table, link, others);
            let back = self.states.iter().flat_map(|s| &s[1..]).any(|a| b.axes(node).contains(a));
            if link.factor.kind == TermKind::Mass {
                masses.push(node);
            } else if back {
                let total = past.unwrap_or(zero);
                past = Some(b.call(Builtin::Add, &[total, node]));
            } else {
                present = b.call(Builtin::Add, &[present, node]);
            }
        }
        Tables { masses, present, past }
    }

    /// A link's table by the chain's elements, its reads by member and step.
    fn placed(&self, b: &mut Builder, table: &mut Table, link: &Link, others: &[Read]) -> NodeId {
        let plan = self.plan;
        let factor = &link.factor;
        let mut pairs = Vec::new();
        let mut rest = others.iter();
        for (r, read) in factor.reads.iter().enumerate() {
            let to = match link.lags.get(&r) {
                Some(&lag) => {
                    let member = plan.members.iter().position(|&m| m == read.variable).unwrap_or(0);
                    self.states[member][lag]
                }
                None => rest.next().map_or(read.axis, |r| r.axis),
            };
            pairs.push((read.axis, to));
        }
        let node = renamed(b, factor.node, &pairs);
        let identity: Vec<u32> = (0..plan.starts.len() as u32).collect();
        if factor.axes == plan.axes && link.anchors == identity {
            return node;
        }
        let index = indices(b, &link.anchors, &plan.axes, &factor.axes);
        let anchor = Read { variable: plan.members[0], index, axis: plan.along };
        let anchor = Read {
            index: anchor.index.iter().map(|&i| table.canonical_index(b, i)).collect(),
            ..anchor
        };
        super::single::gathered(b, &Factor { node, ..factor.clone() }, &anchor, &plan.axes)
    }

    /// The carry of a state, and what it brings: the state that the step before left, its values
    /// one step farther back; `init` at the start of a segment.
    fn carried(&self, b: &mut Builder, init: f64) -> (NodeId, NodeId) {
        let init = b.constant(init);
        let state: Vec<AxisId> = self.states.iter().flat_map(|s| s[1..].iter().copied()).collect();
        let reads: Vec<AxisId> = self.plan.others.iter().flatten().map(|r| r.axis).collect();
        let batch = self.plan.axes.iter().copied().filter(|&a| a != self.plan.along);
        let axes: Vec<AxisId> = batch.chain(state).chain(reads).collect();
        let carry = b.carry(self.plan.along, None, false, init, &axes);
        let brought = match self.starts {
            Some(starts) => b.call(Builtin::Select, &[starts, init, carry]),
            None => carry,
        };
        (carry, brought)
    }

    /// Hands a state on to the next step, its present values as those of one step back.
    fn pass_on(&self, b: &mut Builder, carry: NodeId, state: NodeId) {
        let axes = b.axes(carry).to_vec();
        let mut shifts = Vec::new();
        let mut present = Vec::new();
        for lags in self.states.iter().filter(|s| s.len() > 1) {
            for (&now, &then) in lags.iter().zip(&lags[1..]) {
                shifts.push((now, b.iota(then)));
                present.push(now);
            }
        }
        let full = b.expand(state, &present);
        let next = b.gather(full, &shifts);
        let next = b.expand(next, &axes);
        b.tie(carry, next);
    }

    /// The logarithm of each step's normaliser.
    fn scaled(&self, b: &mut Builder, tables: &Tables) -> NodeId {
        let count: usize =
            self.states.iter().flat_map(|s| &s[1..]).map(|&a| b.program.axes[a].size).product();
        let (carry, brought) = self.carried(b, 1.0 / count as f64);
        let one = b.constant(1.0);
        // Probabilities that depend on the state before, and those that do not.
        let earlier: Vec<AxisId> =
            self.states.iter().flat_map(|s| s[1..].iter().copied()).collect();
        let (mut transition, mut independent) = (one, one);
        for &mass in &tables.masses {
            let probability = b.call(Builtin::Exp, &[mass]);
            let leads = earlier.iter().any(|a| b.axes(probability).contains(a));
            let product = if leads { &mut transition } else { &mut independent };
            *product = b.call(Builtin::Multiply, &[*product, probability]);
        }
        let (prior, seen) = match tables.past {
            None => (self.predicted(b, brought, transition), tables.present),
            Some(past) => (
                b.call(Builtin::Multiply, &[brought, transition]),
                b.call(Builtin::Add, &[past, tables.present]),
            ),
        };
        let prior = b.call(Builtin::Multiply, &[prior, independent]);
        let (shift, likelihood) = self.shifted(b, prior, seen);
        let joint = b.call(Builtin::Multiply, &[prior, likelihood]);
        let oldest = self.oldest();
        let joint = if tables.past.is_some() { b.sum(joint, &oldest) } else { joint };
        let now = self.now();
        let total = b.sum(joint, &now);
        let zero = b.constant(0.0);
        let possible = b.call(Builtin::Greater, &[total, zero]);
        let divisor = b.call(Builtin::Select, &[possible, total, one]);
        let filtered = b.call(Builtin::Divide, &[joint, divisor]);
        let passing = self.passing();
        let state = b.sum(filtered, &passing);
        self.pass_on(b, carry, state);
        let log = b.call(Builtin::Log, &[total]);
        b.call(Builtin::Add, &[shift, log])
    }

    /// The probabilities of the present state: over all transitions, or over the possible ones
    /// alone.
    fn predicted(&self, b: &mut Builder, brought: NodeId, transition: NodeId) -> NodeId {
        if let [state] = self.states.as_slice()
            && let &[now, before] = state.as_slice()
            && let Some(chosen) = self.possible(b, transition, (now, before))
        {
            let (axes, places) =
                if now < before { ([now, before], [0, 1]) } else { ([before, now], [1, 0]) };
            let (transitions, indices) = b.subset(&axes, &chosen, "possible");
            let (to, from) = (indices[places[0]], indices[places[1]]);
            let probability = restricted(b, transition, &[(now, to), (before, from)]);
            let brought = b.gather(brought, &[(before, from)]);
            let product = b.call(Builtin::Multiply, &[brought, probability]);
            let reached = b.sum_by(product, &[(now, to)], &[transitions]);
            // No transition leads into the start of a segment.
            let (starts, one) = (self.all_starts(b), b.constant(1.0));
            return b.call(Builtin::Select, &[starts, one, reached]);
        }
        let all = b.call(Builtin::Multiply, &[brought, transition]);
        let oldest = self.oldest();
        b.sum(all, &oldest)
    }

    /// The transitions that are possible at some step, where they are few: positions in the
    /// canonical layout of both states' axes.
    fn possible(
        &self,
        b: &mut Builder,
        transition: NodeId,
        (now, before): (AxisId, AxisId),
    ) -> Option<Vec<usize>> {
        let impossible = zero(b, transition)?;
        let starts = self.all_starts(b);
        let never = b.call(Builtin::Or, &[starts, impossible]);
        let can = b.call(Builtin::Not, &[never]);
        let number = b.convert(can, Type::Real);
        let others: Vec<AxisId> =
            b.axes(number).iter().copied().filter(|a| *a != now && *a != before).collect();
        let most = b.max(number, &others);
        let mut axes = [now, before];
        axes.sort_unstable();
        let values = numbers(b, most, &axes);
        let chosen: Vec<usize> = (0..values.len()).filter(|&e| values[e] != 0.0).collect();
        (FEW * chosen.len() <= values.len() && !chosen.is_empty()).then_some(chosen)
    }

    /// Whether a segment starts at each element, the first step included.
    fn all_starts(&self, b: &mut Builder) -> NodeId {
        let flags = self.plan.starts.iter().map(|&s| u8::from(s)).collect();
        let starts = b.array("starts", &self.plan.axes, Type::Bool, ArrayValues::Bool(flags));
        b.data(starts)
    }

    /// exp(log density − shift), with the largest log density among possible states as shift.
    fn shifted(&self, b: &mut Builder, prior: NodeId, seen: NodeId) -> (NodeId, NodeId) {
        if b.is_constant(seen) == Some(0.0) {
            return (seen, b.constant(1.0));
        }
        let (zero, impossible) = (b.constant(0.0), b.constant(f64::NEG_INFINITY));
        let states: Vec<AxisId> = self.states.iter().flatten().copied().collect();
        let possible = b.call(Builtin::Greater, &[prior, zero]);
        let fixed = b.stop(seen);
        let among = b.call(Builtin::Select, &[possible, fixed, impossible]);
        let largest = b.max(among, &states);
        let impossible_everywhere = b.call(Builtin::Equal, &[largest, impossible]);
        let shift = b.call(Builtin::Select, &[impossible_everywhere, zero, largest]);
        let shift = b.stop(shift);
        let seen = guarded(b, seen);
        let difference = b.call(Builtin::Subtract, &[seen, shift]);
        (shift, b.call(Builtin::Exp, &[difference]))
    }

    /// Each segment's result, at its last element.
    fn logarithmic(&self, b: &mut Builder, tables: &Tables, algebra: Algebra) -> NodeId {
        let mut total = tables.present;
        for &node in tables.masses.iter().chain(&tables.past) {
            total = b.call(Builtin::Add, &[total, node]);
        }
        let (carry, brought) = self.carried(b, 0.0);
        let joint = b.call(Builtin::Add, &[brought, total]);
        let mut gone = self.oldest();
        gone.extend(self.passing());
        let state = algebra.without(b, joint, &gone);
        self.pass_on(b, carry, state);
        let kept: Vec<AxisId> = self
            .states
            .iter()
            .filter(|s| s.len() > 1)
            .flat_map(|s| s[..s.len() - 1].iter().copied())
            .collect();
        let result = algebra.without(b, state, &kept);
        let zero = b.constant(0.0);
        b.call(Builtin::Select, &[self.ends, result, zero])
    }
}
