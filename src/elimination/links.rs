//! Which steps back along a plate the factors of a chain go.

use std::collections::BTreeMap;

use super::factor::{Factor, Table};
use super::restrict::restricted;
use super::sensitivity::depends_on;
use crate::program::{AxisId, Builder, DiscreteId, NodeId};

/// The most different patterns of steps back in one factor: each is a factor of its own.
const MOST_PATTERNS: usize = 16;

/// The farthest step back: the state of a chain holds as many elements.
const FARTHEST: usize = 16;

/// A factor whose elements all go back the same steps.
pub struct Link {
    /// The factor.
    pub factor: Factor,
    /// For each of its reads of the chain's variables, by place: how many steps before the anchor.
    pub lags: BTreeMap<usize, usize>,
    /// For each element: the last element of the chain that it reads, as a place in the canonical
    /// layout of the chain's axes.
    pub anchors: Vec<u32>,
    /// For each element: how many steps back it goes; none where it reads nothing of the chain.
    pub spans: Vec<Option<usize>>,
}

/// What one element of a factor reads of the chain.
struct Element {
    anchor: u32,
    /// By place of the read: how many steps before the anchor; none where the element does not
    /// depend on it.
    lags: Vec<Option<usize>>,
}

/// The links of a factor along `along`, one of the `axes` that all variables of the chain have;
/// none where it is no part of a chain along it.
pub fn links(
    b: &mut Builder,
    table: &mut Table,
    factor: &Factor,
    members: &[DiscreteId],
    (axes, along): (&[AxisId], AxisId),
) -> Option<Vec<Link>> {
    let own: Vec<usize> =
        (0..factor.reads.len()).filter(|&r| members.contains(&factor.reads[r].variable)).collect();
    let (mut places, mut masks) = (Vec::new(), Vec::new());
    for &r in &own {
        let read = factor.reads[r].clone();
        places.push(table.ground(b, &read, &factor.axes));
        masks.push(depends_on(b, factor, &read));
    }
    let stride = axes.iter().position(|&a| a == along).map(|k| b.program.extent(&axes[k + 1..]))?;
    let size = b.program.axes[along].size;
    let position = |place: u32| place as usize / stride % size;
    let mut elements = Vec::new();
    for e in 0..b.program.extent(&factor.axes) {
        let here: Vec<Option<u32>> =
            (0..own.len()).map(|k| masks[k][e].then(|| places[k][e])).collect();
        let Some(anchor) = here.iter().flatten().copied().max_by_key(|&p| position(p)) else {
            elements.push(Element { anchor: 0, lags: vec![None; own.len()] });
            continue;
        };
        let mut lags = Vec::new();
        for place in here {
            let Some(place) = place else {
                lags.push(None);
                continue;
            };
            let lag = position(anchor) - position(place);
            if place as usize + lag * stride != anchor as usize || lag > FARTHEST {
                return None;
            }
            lags.push(Some(lag));
        }
        elements.push(Element { anchor, lags });
    }
    split(b, factor, &own, &elements)
}

/// Elements of one pattern together: of a read that an element does not depend on, any step will
/// do.
fn split(
    b: &mut Builder,
    factor: &Factor,
    own: &[usize],
    elements: &[Element],
) -> Option<Vec<Link>> {
    let mut patterns: Vec<(Vec<Option<usize>>, Vec<usize>)> = Vec::new();
    for (e, element) in elements.iter().enumerate() {
        let fits = |pattern: &Vec<Option<usize>>| {
            pattern.iter().zip(&element.lags).all(|(p, l)| p.is_none() || l.is_none() || p == l)
        };
        match patterns.iter().position(|(pattern, _)| fits(pattern)) {
            Some(known) => {
                let (pattern, of) = &mut patterns[known];
                pattern.iter_mut().zip(&element.lags).for_each(|(p, l)| *p = p.or(*l));
                of.push(e);
            }
            None if patterns.len() == MOST_PATTERNS => return None,
            None => patterns.push((element.lags.clone(), vec![e])),
        }
    }
    let whole = patterns.len() == 1;
    let mut links = Vec::new();
    for (pattern, of) in patterns {
        let part = if whole { factor.clone() } else { part(b, factor, &of) };
        let lags = own.iter().copied().zip(pattern.iter().map(|lag| lag.unwrap_or(0))).collect();
        let anchors = of.iter().map(|&e| elements[e].anchor).collect();
        let spans = of.iter().map(|&e| elements[e].lags.iter().flatten().copied().max()).collect();
        links.push(Link { factor: part, lags, anchors, spans });
    }
    Some(links)
}

/// Some elements of a factor, over an axis of their own.
pub fn part(b: &mut Builder, factor: &Factor, chosen: &[usize]) -> Factor {
    let (axis, indices) = b.subset(&factor.axes, chosen, "part");
    let at: Vec<(AxisId, NodeId)> = factor.axes.iter().copied().zip(indices).collect();
    let node = restricted(b, factor.node, &at);
    let mut reads = factor.reads.clone();
    for read in &mut reads {
        read.index = read.index.iter().map(|&i| restricted(b, i, &at)).collect();
    }
    Factor { node, axes: vec![axis], reads, ..factor.clone() }
}
