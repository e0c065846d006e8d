//! Which variables a recursion along a plate sums out, which factors it takes in, and what it costs.

use crate::elimination::factor::{Factor, Read, Table, indices};
use crate::elimination::links::{Link, links};
use crate::program::{AxisId, Builder, DiscreteId};

/// How the variables of a chain would be summed out.
pub struct Plan {
    /// The variables.
    pub members: Vec<DiscreteId>,
    /// The plate along which the recursion goes.
    pub along: AxisId,
    /// The axes of each variable.
    pub(super) axes: Vec<AxisId>,
    pub(super) links: Vec<Link>,
    /// The numbers of the factors that are taken together.
    pub(super) taken: Vec<usize>,
    /// For each member: the farthest step back.
    pub(super) farthest: Vec<usize>,
    /// For each link: its other reads, by the chain's elements.
    pub(super) others: Vec<Vec<Read>>,
    /// For each element of the chain: whether a segment starts there.
    pub(super) starts: Vec<bool>,
    /// The entries of one table.
    pub entries: usize,
    /// The entries of all tables.
    pub cost: usize,
    /// What one table is over.
    pub clique: Vec<DiscreteId>,
}

/// The plan for a chain that `variable` is in; none where there is none along any of its plates.
pub fn plan(
    b: &mut Builder,
    table: &mut Table,
    factors: &[Factor],
    variable: DiscreteId,
) -> Option<Plan> {
    let axes = table.of(variable).axes.clone();
    axes.iter().rev().find_map(|&along| plan_along(b, table, factors, variable, (&axes, along)))
}

fn plan_along(
    b: &mut Builder,
    table: &mut Table,
    factors: &[Factor],
    variable: DiscreteId,
    (axes, along): (&[AxisId], AxisId),
) -> Option<Plan> {
    let mut members = vec![variable];
    loop {
        match attempt(b, table, factors, &members, (axes, along)) {
            Ok(plan) => return Some(plan),
            Err(Some(further)) if table.of(further).axes == axes && !members.contains(&further) => {
                members.push(further)
            }
            Err(_) => return None,
        }
    }
}

/// The plan for these members. The error: a variable that varies along the chain and would have to
/// be a member too; or none.
fn attempt(
    b: &mut Builder,
    table: &mut Table,
    factors: &[Factor],
    members: &[DiscreteId],
    (axes, along): (&[AxisId], AxisId),
) -> Result<Plan, Option<DiscreteId>> {
    let taken: Vec<usize> =
        (0..factors.len()).filter(|&f| members.iter().any(|&m| factors[f].has(m))).collect();
    let mut all = Vec::new();
    for &f in &taken {
        all.extend(links(b, table, &factors[f], members, (axes, along)).ok_or(None)?);
    }
    let starts = starts(b, &all, axes, along);
    let mut others: Vec<Vec<Read>> = Vec::new();
    for link in &all {
        let mut moved = Vec::new();
        for (r, read) in link.factor.reads.iter().enumerate() {
            if !link.lags.contains_key(&r) {
                let segments = Segments { axes, along, starts: &starts };
                moved.push(segments.read(b, table, link, read).ok_or(Some(read.variable))?);
            }
        }
        others.push(moved);
    }
    let farthest: Vec<usize> = members.iter().map(|&m| farthest(&all, m)).collect();
    let mut clique: Vec<DiscreteId> = Vec::new();
    for (&member, &far) in members.iter().zip(&farthest) {
        clique.extend(std::iter::repeat_n(member, far + 1));
    }
    let mut reads: Vec<&Read> = Vec::new();
    for read in others.iter().flatten() {
        if !reads.iter().any(|r| r.axis == read.axis) {
            reads.push(read);
        }
    }
    clique.extend(reads.iter().map(|r| r.variable));
    let entries = clique.iter().map(|&v| table.size(b, v)).fold(1, usize::saturating_mul);
    let cost = entries.saturating_mul(b.program.extent(axes));
    Ok(Plan {
        members: members.to_vec(),
        along,
        axes: axes.to_vec(),
        links: all,
        taken,
        farthest,
        others,
        starts,
        entries,
        cost,
        clique,
    })
}

fn farthest(links: &[Link], member: DiscreteId) -> usize {
    let lags = links.iter().flat_map(|link| {
        link.lags.iter().map(move |(&r, &lag)| (link.factor.reads[r].variable, lag))
    });
    lags.filter(|(v, _)| *v == member).map(|(_, lag)| lag).max().unwrap_or(0)
}

/// For each element of the chain: whether no factor reads it, or a later one, together with an
/// earlier one.
fn starts(b: &Builder, links: &[Link], axes: &[AxisId], along: AxisId) -> Vec<bool> {
    let mut starts = vec![true; b.program.extent(axes)];
    let stride =
        axes.iter().position(|&a| a == along).map_or(1, |k| b.program.extent(&axes[k + 1..]));
    for link in links {
        for (&anchor, span) in link.anchors.iter().zip(&link.spans) {
            (0..span.unwrap_or(0)).for_each(|step| starts[anchor as usize - step * stride] = false);
        }
    }
    starts
}

/// The segments of a chain: no factor connects one with another.
struct Segments<'a> {
    axes: &'a [AxisId],
    along: AxisId,
    starts: &'a [bool],
}

impl Segments<'_> {
    /// A read of another variable by the chain's elements; none unless it is the same within each
    /// segment.
    fn read(&self, b: &mut Builder, table: &mut Table, link: &Link, read: &Read) -> Option<Read> {
        let batch: Vec<AxisId> = self.axes.iter().copied().filter(|&a| a != self.along).collect();
        let same = link.factor.axes == self.axes;
        if same && read.index.iter().all(|&i| b.axes(i).iter().all(|a| batch.contains(a))) {
            return Some(read.clone());
        }
        let targets = table.ground(b, read, &link.factor.axes);
        let mut target_of: Vec<Option<u32>> = vec![None; self.starts.len()];
        for (e, &target) in targets.iter().enumerate() {
            if link.spans[e].is_none() {
                continue;
            }
            match &mut target_of[link.anchors[e] as usize] {
                Some(known) if *known != target => return None,
                entry => *entry = Some(target),
            }
        }
        let filled = self.filled(b, &target_of)?;
        let of = table.of(read.variable).axes.clone();
        let index = indices(b, &filled, &of, self.axes);
        Some(table.read(b, read.variable, &index))
    }

    /// One target a segment, for all of its elements.
    fn filled(&self, b: &Builder, target_of: &[Option<u32>]) -> Option<Vec<u32>> {
        let place = self.axes.iter().position(|&a| a == self.along)?;
        let (size, stride) =
            (b.program.axes[self.along].size, b.program.extent(&self.axes[place + 1..]));
        let mut filled = vec![0u32; target_of.len()];
        for first in (0..target_of.len()).filter(|e| e / stride % size == 0) {
            let line: Vec<usize> = (0..size).map(|t| first + t * stride).collect();
            let mut begin = 0;
            while begin < size {
                let end = (begin + 1..size).find(|&t| self.starts[line[t]]).unwrap_or(size);
                let mut targets = line[begin..end].iter().filter_map(|&e| target_of[e]);
                let target = targets.next();
                if targets.any(|t| Some(t) != target) {
                    return None;
                }
                line[begin..end].iter().for_each(|&e| filled[e] = target.unwrap_or(0));
                begin = end;
            }
        }
        Some(filled)
    }
}
