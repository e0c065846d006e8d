//! Hidden variables in which the log density is quadratic, the other ones given → integrated out
//! given these, in closed form: what is left for an approximation has fewer dimensions (the
//! Rao-Blackwell theorem; Robert and Casella 2004, section 4.2).
//!
//! With u the coordinates of such variables in a block and v its others, the log joint density is
//! f + gᵀu − uᵀAu/2 with f, g and A functions of v. Integrated over u it is
//! f + gᵀA⁻¹g/2 − log det A/2 + d/2·log 2π, a function of v; and u given v is A⁻¹g + L⁻ᵀe with
//! A = LLᵀ and standard normal e: the auxiliary form. The coordinates of u hold e from then on.

use std::collections::HashMap;

use crate::gradient;
use crate::lower::{FormChoice, Hidden, JointProgram, Summand};
use crate::marginal::structure::{Collapsed, Integrand, Structure, find};
use crate::program::{
    Builder, NodeId, Op, Output, OutputRole, Program, TermKind, degrees, remove_dead, replay,
};

use super::coordinates::{Coordinates, coordinates, element};
use super::exact::LARGEST;
use super::program::whole;
use super::quadratic::{Deviates, Parts, solved};

/// The density with those hidden variables integrated out exactly, given the others, for which that
/// is possible and leaves less to be done.
#[must_use]
pub fn collapse(joint: JointProgram) -> Integrand {
    let whole = Integrand::from(joint);
    try_collapse(&whole).unwrap_or(whole)
}

fn try_collapse(whole: &Integrand) -> Option<Integrand> {
    let joint = &whole.joint;
    let alone = |part: &&Hidden| part.len > 0 && is_quadratic(joint, &[part]);
    let candidates: Vec<&Hidden> = joint.hidden.iter().filter(alone).collect();
    if candidates.is_empty() || is_quadratic(joint, &joint.hidden.iter().collect::<Vec<_>>()) {
        return None;
    }
    let (before, _) = find(whole, &joint.hidden).ok()?;
    let chosen = choose(whole, open(candidates, &before))?;
    let collapsed = rewrite(joint, &chosen)?;
    // Variables that met only through what is integrated out meet directly afterwards: that must
    // not make more pairs than there were.
    let (after, _) = find(&collapsed, &collapsed.joint.hidden).ok()?;
    (after.pairs.len() <= before.pairs.len()).then_some(collapsed)
}

/// Those whose blocks are not quadratic as a whole; the largest first.
fn open<'a>(mut candidates: Vec<&'a Hidden>, structure: &Structure) -> Vec<&'a Hidden> {
    let is_open = |coordinate: usize| {
        let position = structure.hidden.binary_search(&coordinate);
        position.is_ok_and(|p| !structure.quadratic[structure.block_of[p]])
    };
    candidates.retain(|part| (part.first..part.first + part.len).all(is_open));
    candidates.sort_by_key(|part| std::cmp::Reverse(part.len));
    candidates
}

/// Whether all summands are polynomials of degree 2 at most in the coordinates of these.
fn is_quadratic(joint: &JointProgram, parts: &[&Hidden]) -> bool {
    let mut counts = vec![false; joint.computation.program.slots];
    parts.iter().for_each(|part| counts[part.first..part.first + part.len].fill(true));
    let degrees = degrees(&joint.computation.program, &counts);
    joint.summands.iter().all(|summand| degrees[summand.node].is_some_and(|degree| degree <= 2))
}

/// Variables that are integrated out together, and their blocks, the others given.
struct Chosen {
    parts: Vec<Hidden>,
    structure: Structure,
    coordinates: Coordinates,
}

/// One candidate after the other, as long as blocks are small and alike.
fn choose(whole: &Integrand, candidates: Vec<&Hidden>) -> Option<Chosen> {
    let mut chosen: Option<Chosen> = None;
    for candidate in candidates {
        let mut parts = chosen.as_ref().map_or_else(Vec::new, |chosen| chosen.parts.clone());
        parts.push(candidate.clone());
        if !is_quadratic(&whole.joint, &parts.iter().collect::<Vec<_>>()) {
            continue;
        }
        let Ok((structure, _)) = find(whole, &parts) else { continue };
        if let Some(coordinates) =
            coordinates(&whole.joint, &parts, &structure).filter(|c| c.each.len() <= LARGEST)
        {
            chosen = Some(Chosen { parts, structure, coordinates });
        }
    }
    chosen
}

/// The density with the chosen variables integrated out.
fn rewrite(joint: &JointProgram, chosen: &Chosen) -> Option<Integrand> {
    let dim = joint.computation.program.slots;
    let mut whole = whole(joint);
    // The nodes of the old program that are needed pass through differentiation as outputs.
    let kept = joint.summands.iter().map(|s| Output {
        role: OutputRole::Term,
        name: s.name.clone(),
        node: s.node,
    });
    whole.program.outputs = kept.chain(joint.computation.program.outputs.iter().cloned()).collect();
    let count = whole.program.outputs.len();
    let derivatives = gradient::tangent(gradient::differentiate(whole));
    let parts = Parts::of(&derivatives.program, dim)?;
    let kept: Vec<NodeId> = derivatives.program.outputs[..count].iter().map(|o| o.node).collect();
    let (summands, outputs) = kept.split_at(joint.summands.len());
    let mut b = Builder::resume(derivatives.without_terms().without_outputs());
    b.at(joint.summands.first()?.span);
    let [_, slopes, curvatures] = parts.at_origin(&mut b, &chosen.coordinates);
    let solved = solved(&mut b, &slopes, &curvatures);
    let slots: Vec<(usize, NodeId)> = parts
        .points
        .iter()
        .copied()
        .filter(|(first, _)| chosen.parts.iter().any(|p| p.first == *first))
        .collect();
    let mut new = at_origin(&mut b, joint, &slots, summands);
    let (axes, span) = (chosen.coordinates.axes.clone(), b.span());
    // It is part of the likelihood where data depended on what is integrated out.
    let spoke = joint
        .summands
        .iter()
        .zip(summands)
        .zip(&new)
        .any(|((s, old), new)| s.kind.is_data() && *old != new.node);
    let kind = if spoke { TermKind::Likelihood } else { TermKind::Hidden };
    new.push(Summand {
        name: "integrated out".to_owned(),
        node: solved.log_integral,
        axes,
        kind,
        span,
    });
    let values = given(&mut b, chosen, &slots, &solved.deviates);
    let shown = replay(&mut b, &values, &[], outputs);
    for ((old, &before), node) in joint.computation.program.outputs.iter().zip(outputs).zip(shown) {
        let axes = b.axes(before).to_vec();
        let node = b.expand(node, &axes);
        b.output(old.role.clone(), &old.name, node);
    }
    Some(finish(b, joint, chosen, new))
}

/// The old summands where the variables integrated out are 0.
fn at_origin(
    b: &mut Builder,
    joint: &JointProgram,
    slots: &[(usize, NodeId)],
    summands: &[NodeId],
) -> Vec<Summand> {
    let zero = b.constant(0.0);
    let origin: HashMap<NodeId, NodeId> = slots.iter().map(|&(_, node)| (node, zero)).collect();
    let nodes_at_origin = replay(b, &origin, &[], summands);
    let moved = summands.iter().zip(&nodes_at_origin).map(|(old, new)| old != new);
    let summands = joint.summands.iter().zip(&nodes_at_origin).zip(moved);
    summands
        .map(|((summand, &node), moved)| {
            // No point draws the noise that is integrated out, so its density counts.
            let kind = if moved && summand.kind == TermKind::Noise {
                TermKind::Hidden
            } else {
                summand.kind
            };
            Summand { node, kind, ..summand.clone() }
        })
        .collect()
}

/// For each slot of what is integrated out: its coordinates as functions of the noise that the slot
/// holds from now on.
fn given(
    b: &mut Builder,
    chosen: &Chosen,
    slots: &[(usize, NodeId)],
    deviates: &Deviates,
) -> HashMap<NodeId, NodeId> {
    let each = &chosen.coordinates.each;
    let slot = |first: usize| slots.iter().find(|(f, _)| *f == first).map(|(_, node)| *node);
    let noise: Vec<NodeId> = each
        .iter()
        .filter_map(|(first, places)| slot(*first).map(|node| element(b, node, places)))
        .collect();
    let values = deviates.at(b, &noise);
    chosen.coordinates.spread(b, slots, &values)
}

fn finish(
    mut b: Builder,
    joint: &JointProgram,
    chosen: &Chosen,
    summands: Vec<Summand>,
) -> Integrand {
    let count = b.program.outputs.len();
    summands.iter().for_each(|summand| b.output(OutputRole::Term, &summand.name, summand.node));
    let mut whole = b.finish();
    without_directions(&mut whole.program, joint.computation.program.slots);
    let mut computation = remove_dead(whole);
    let nodes = computation.program.outputs.split_off(count);
    let summands = summands
        .into_iter()
        .zip(nodes)
        .map(|(summand, output)| Summand { node: output.node, ..summand })
        .collect();
    let (structure, parts) = (&chosen.structure, &chosen.parts);
    let place = |place: usize| {
        structure.blocks.iter().map(|block| structure.hidden[block[place]]).collect()
    };
    let collapsed = Collapsed {
        variables: parts.iter().map(|part| part.variable).collect(),
        coordinates: (0..chosen.coordinates.each.len()).map(place).collect(),
    };
    let hidden = joint.hidden.iter().filter(|part| !parts.contains(part)).cloned().collect();
    // Nodes of distributions belong to the old program.
    let forms =
        joint.forms.iter().cloned().map(|form| FormChoice { distribution: None, ..form }).collect();
    let joint = JointProgram {
        computation,
        layouts: joint.layouts.clone(),
        coordinates: joint.coordinates.clone(),
        forms,
        summands,
        hidden,
    };
    Integrand { joint, collapsed }
}

/// Removes the slots of directions, which nothing uses any more.
fn without_directions(program: &mut Program, dim: usize) {
    program.slots = dim;
    for id in program.nodes.ids().collect::<Vec<_>>() {
        let node = &mut program.nodes[id];
        if node.op.slot().is_some_and(|first| first >= dim) {
            node.op = Op::Const(0.0);
            node.axes.clear();
        }
    }
}
