//! Which positions meet → the order in which a sparse matrix is factorised, and where its factor
//! differs from 0: the least degree at each step (minimum degree: George and Liu 1989, SIAM Review
//! 31:1).

use std::collections::{BTreeSet, HashSet};

/// The order of elimination by least degree, and for each the positions eliminated later that it
/// then meets.
pub(super) fn eliminate(n: usize, pairs: &[(usize, usize)]) -> (Vec<usize>, Vec<Vec<usize>>) {
    let mut meets: Vec<HashSet<usize>> = vec![HashSet::new(); n];
    for &(i, j) in pairs {
        meets[i].insert(j);
        meets[j].insert(i);
    }
    let mut queue: BTreeSet<(usize, usize)> = (0..n).map(|v| (meets[v].len(), v)).collect();
    let (mut order, mut columns) = (Vec::with_capacity(n), Vec::with_capacity(n));
    while let Some((degree, v)) = queue.pop_first() {
        let mut around: Vec<usize> = meets[v].drain().collect();
        around.sort_unstable();
        order.push(v);
        if degree == queue.len() && degree > 0 {
            // All that is left meets in one clique.
            columns.push(around.clone());
            for (k, &w) in around.iter().enumerate() {
                order.push(w);
                columns.push(around[k + 1..].to_vec());
            }
            break;
        }
        for &w in &around {
            queue.remove(&(meets[w].len(), w));
        }
        // Coordinates that all meet each other and nothing else go one after the other.
        let is_clique = around.iter().all(|&w| meets[w].len() == degree)
            && around.iter().all(|&w| around.iter().all(|&x| x == w || meets[w].contains(&x)));
        if is_clique {
            columns.push(around.clone());
            for (k, &w) in around.iter().enumerate() {
                order.push(w);
                columns.push(around[k + 1..].to_vec());
                meets[w].clear();
            }
            continue;
        }
        around.iter().for_each(|&w| {
            meets[w].remove(&v);
        });
        for (k, &a) in around.iter().enumerate() {
            for &b in &around[k + 1..] {
                meets[a].insert(b);
                meets[b].insert(a);
            }
        }
        queue.extend(around.iter().map(|&w| (meets[w].len(), w)));
        columns.push(around);
    }
    (order, columns)
}
