//! Pairs that meet → few directions from whose Hessian products every entry of the sparse Hessian
//! can be read.
//!
//! A star colouring (Gebremedhin, Manne and Pothen 2005, SIAM Review 47:629, section 4): neighbours
//! differ in colour, and so do the ends of every path of three edges that would otherwise alternate
//! between two colours. Then of two neighbours i and j at least one sees the other's colour only
//! once, and H[i, j] is an entry of one product of H with the indicator of a colour.

/// Colours of positions, and where to read each pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Colouring {
    /// By position: its colour.
    pub colour: Vec<usize>,
    /// How many colours there are.
    pub colours: usize,
    /// By pair, in the order given: the row and the colour in whose product it is an entry.
    pub read: Vec<(usize, usize)>,
}

/// Beyond this many neighbours the search for a star colouring costs more than it saves.
const MANY_NEIGHBOURS: usize = 400;

/// Colours `n` positions with these neighbours.
pub(super) fn colour(n: usize, pairs: &[(usize, usize)]) -> Colouring {
    let mut neighbours: Vec<Vec<usize>> = vec![Vec::new(); n];
    for &(i, j) in pairs {
        neighbours[i].push(j);
        neighbours[j].push(i);
    }
    // The busiest first: with its neighbours still without colours it forbids little.
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by_key(|&v| (std::cmp::Reverse(neighbours[v].len()), v));
    let mut colours: Vec<Option<usize>> = vec![None; n];
    let mut count = 0;
    let mut forbidden: Vec<usize> = Vec::new();
    for &v in &order {
        forbidden.clear();
        forbid(v, &neighbours, &colours, &mut forbidden);
        forbidden.sort_unstable();
        forbidden.dedup();
        let free = forbidden
            .iter()
            .enumerate()
            .find(|&(i, &c)| i != c)
            .map_or(forbidden.len(), |(i, _)| i);
        colours[v] = Some(free);
        count = count.max(free + 1);
    }
    let colour: Vec<usize> = colours.into_iter().map(Option::unwrap_or_default).collect();
    let read = pairs.iter().map(|&(i, j)| reading(i, j, &neighbours, &colour)).collect();
    Colouring { colour, colours: count, read }
}

/// The colours that `v` must not have.
fn forbid(
    v: usize,
    neighbours: &[Vec<usize>],
    colours: &[Option<usize>],
    forbidden: &mut Vec<usize>,
) {
    for &w in &neighbours[v] {
        let colour_of_w = colours[w];
        forbidden.extend(colour_of_w);
        for &x in neighbours[w].iter().filter(|&&x| x != v) {
            let Some(colour_of_x) = colours[x] else { continue };
            // A path v – w – x with w still open, or with so many around that all is forbidden
            // rather than searched.
            let Some(colour_of_w) = colour_of_w.filter(|_| neighbours[x].len() <= MANY_NEIGHBOURS)
            else {
                forbidden.push(colour_of_x);
                continue;
            };
            if neighbours[x].iter().any(|&y| y != w && colours[y] == Some(colour_of_w)) {
                forbidden.push(colour_of_x);
            }
        }
        // Two neighbours of one colour: a path through v must not alternate.
        if let Some(colour_of_w) = colour_of_w
            && neighbours[v].iter().any(|&u| u != w && colours[u] == Some(colour_of_w))
        {
            forbidden.extend(neighbours[w].iter().filter(|&&x| x != v).filter_map(|&x| colours[x]));
        }
    }
}

/// Where a pair is read: in the row of one and the colour of the other, where no other neighbour of
/// that row has that colour.
fn reading(i: usize, j: usize, neighbours: &[Vec<usize>], colour: &[usize]) -> (usize, usize) {
    let alone = |row: usize, other: usize| {
        neighbours[row].iter().filter(|&&x| colour[x] == colour[other]).count() == 1
    };
    if alone(i, j) { (i, colour[j]) } else { (j, colour[i]) }
}

#[cfg(test)]
mod tests {
    use super::colour;

    /// Every entry read from the products equals the matrix' own.
    fn recovers(n: usize, pairs: &[(usize, usize)]) -> usize {
        let colouring = colour(n, pairs);
        let mut matrix = vec![vec![0.0; n]; n];
        for (k, &(i, j)) in pairs.iter().enumerate() {
            matrix[i][j] = 1.5 + k as f64;
            matrix[j][i] = matrix[i][j];
        }
        for (i, row) in matrix.iter_mut().enumerate() {
            row[i] = 1000.0 + i as f64;
        }
        let product = |c: usize, i: usize| -> f64 {
            (0..n).filter(|&j| colouring.colour[j] == c).map(|j| matrix[i][j]).sum()
        };
        for (i, row) in matrix.iter().enumerate() {
            assert_eq!(product(colouring.colour[i], i), row[i], "diagonal {i}");
        }
        for (&(i, j), &(row, c)) in pairs.iter().zip(&colouring.read) {
            assert_eq!(product(c, row), matrix[i][j], "pair {i}, {j}");
        }
        colouring.colours
    }

    #[test]
    fn entries_are_recovered() {
        let chain: Vec<_> = (1..40).map(|i| (i, i - 1)).collect();
        assert!(recovers(40, &chain) <= 3);
        let arrow: Vec<_> = (1..40).map(|i| (i, 0)).collect();
        assert_eq!(recovers(40, &arrow), 2);
        assert_eq!(recovers(40, &[]), 1);
        let dense: Vec<_> = (0..12).flat_map(|i| (0..i).map(move |j| (i, j))).collect();
        assert_eq!(recovers(12, &dense), 12);
    }

    #[test]
    fn random_graphs_are_recovered() {
        let mut state = 7_u64;
        let mut random = |below: usize| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % below
        };
        for round in 0..200 {
            let n = 3 + random(25);
            let mut pairs: Vec<(usize, usize)> =
                (0..random(3 * n) + 1).map(|_| (random(n), random(n))).collect();
            pairs = pairs
                .into_iter()
                .filter(|(i, j)| i != j)
                .map(|(i, j)| (i.max(j), i.min(j)))
                .collect();
            pairs.sort_unstable();
            pairs.dedup();
            assert!(recovers(n, &pairs) <= n, "round {round}");
        }
    }
}
