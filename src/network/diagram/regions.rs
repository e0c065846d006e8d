//! Diagram → nested regions: one for each set of plates that some node varies over.

use super::Diagram;

/// The nodes that vary over the same plates, and the regions inside.
#[derive(Clone, Debug, Default)]
pub struct Region {
    /// The names of the plates, joined; empty for the whole picture.
    pub label: String,
    /// The nodes directly inside it.
    pub nodes: Vec<usize>,
    /// Regions over more plates, which come after their parents in the list.
    pub children: Vec<usize>,
}

/// All regions. The first is the whole picture; each other one is a child of the largest region
/// before it all of whose plates it has.
pub fn regions(diagram: &Diagram) -> Vec<Region> {
    let mut sets: Vec<&Vec<usize>> = diagram.nodes.iter().map(|node| &node.plates).collect();
    let none = Vec::new();
    sets.push(&none);
    sets.sort_by_key(|set| (set.len(), *set));
    sets.dedup();
    let mut regions = vec![Region::default(); sets.len()];
    for (index, set) in sets.iter().enumerate() {
        let names: Vec<&str> = set.iter().map(|plate| diagram.plates[*plate].as_str()).collect();
        regions[index].label = names.join(" × ");
        let within = |other: &&Vec<usize>| {
            other.len() < set.len() && other.iter().all(|plate| set.contains(plate))
        };
        if let Some(parent) = sets[..index].iter().rposition(within) {
            // Sets of the same size are sorted: the first of the largest is taken, so that the
            // result follows the order of the text.
            let length = sets[parent].len();
            let first = sets[..index]
                .iter()
                .position(|other| other.len() == length && within(other))
                .unwrap_or(parent);
            regions[first].children.push(index);
        }
    }
    for (index, node) in diagram.nodes.iter().enumerate() {
        if let Some(region) = sets.iter().position(|set| **set == node.plates) {
            regions[region].nodes.push(index);
        }
    }
    regions
}
