//! The files → groups of files that import each other in a circle, so that none can be read before the others.

use super::rules::File;

/// The files of each circle, by name, sorted. A module that hands on what one of its files defines (`pub use`) is a door, not an import: who
/// comes through it imports the file behind it.
pub fn circles(files: &[File]) -> Vec<Vec<String>> {
    let imports: Vec<Vec<usize>> =
        files.iter().enumerate().map(|(at, file)| imported(files, at, file)).collect();
    let reach: Vec<Vec<bool>> = (0..files.len()).map(|from| reachable(&imports, from)).collect();
    let mut circles: Vec<Vec<String>> = Vec::new();
    for from in (0..files.len()).filter(|&from| reach[from][from]) {
        let together = (0..files.len()).filter(|&to| reach[from][to] && reach[to][from]);
        let circle: Vec<String> = together.map(|to| files[to].name.clone()).collect();
        if !circles.contains(&circle) {
            circles.push(circle);
        }
    }
    circles
}

/// The files that a file imports; itself does not count.
fn imported(files: &[File], at: usize, file: &File) -> Vec<usize> {
    let inside =
        file.named().iter().filter(|named| named.starts_with(&["crate"]) && !named.handed_on);
    let mut found: Vec<usize> = inside
        .filter_map(|named| defined_in(files, &named.path[1..], 0))
        .filter(|&to| to != at)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The file in which what a path names is defined: that of the innermost module of the path, or where this module has it from.
fn defined_in(files: &[File], path: &[String], doors: usize) -> Option<usize> {
    let length = (1..=path.len())
        .rev()
        .find(|&length| files.iter().any(|f| f.module() == &path[..length]))?;
    let at = files.iter().position(|f| f.module() == &path[..length])?;
    let Some(name) = path.get(length).filter(|_| doors < 8) else { return Some(at) };
    let door = files[at]
        .named()
        .iter()
        .find(|n| n.handed_on && n.starts_with(&["crate"]) && n.path.last() == Some(name));
    door.and_then(|door| defined_in(files, &door.path[1..], doors + 1)).or(Some(at))
}

/// Which files can be reached from one by imports, at least one.
fn reachable(imports: &[Vec<usize>], from: usize) -> Vec<bool> {
    let mut seen = vec![false; imports.len()];
    let mut waiting = imports[from].clone();
    while let Some(next) = waiting.pop() {
        if !std::mem::replace(&mut seen[next], true) {
            waiting.extend(&imports[next]);
        }
    }
    seen
}
