//! The worked models of `models/`, each with the data files that it is run on. Tests run in the
//! root of the repository.

use std::path::{Path, PathBuf};

/// Where the reference posteriors lie, beside the repository.
pub const POSTERIORS: &str = "../shared/posteriordb";

/// A model with its data.
pub struct Worked {
    /// Its folder's name, or the posterior's.
    pub name: String,
    /// The model file.
    pub model: PathBuf,
    /// The data files as the command takes them: `FILE` or `plate=FILE`.
    pub data: Vec<String>,
}

/// What a folder holds, by name.
pub fn entries(folder: &Path) -> Vec<PathBuf> {
    let read =
        std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> =
        read.map(|entry| entry.expect("a readable entry").path()).collect();
    paths.sort();
    paths
}

/// A model with the data that its first line names, as in `# data: rows.csv plate=other.csv`, or
/// with all that lie in `folder`.
pub fn worked(folder: &Path, model: &Path) -> Worked {
    let text = std::fs::read_to_string(model)
        .unwrap_or_else(|error| panic!("{}: {error}", model.display()));
    let data = match text.lines().next().and_then(|line| line.strip_prefix("# data:")) {
        Some(named) => named.split_whitespace().map(|argument| within(folder, argument)).collect(),
        None => found(folder),
    };
    let name = folder.file_name().expect("a name").to_string_lossy().into_owned();
    Worked { name, model: model.to_owned(), data }
}

fn within(folder: &Path, argument: &str) -> String {
    match argument.split_once('=') {
        Some((plate, file)) => format!("{plate}={}", folder.join(file).display()),
        None => folder.join(argument).display().to_string(),
    }
}

/// The data of a posterior are in files of known names; of the other models, in whatever lies
/// beside them.
fn found(folder: &Path) -> Vec<String> {
    let posterior = folder.starts_with(POSTERIORS);
    let is_data = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if posterior {
            name == "data.csv" || name == "scalars.json"
        } else {
            name.ends_with(".csv") || name.ends_with(".json")
        }
    };
    entries(folder)
        .iter()
        .filter(|path| is_data(path))
        .map(|path| path.display().to_string())
        .collect()
}
