//! The models of `models/posteriordb/` with the data of their posteriors.

use std::path::{Path, PathBuf};

use super::worked::{POSTERIORS, Worked, entries, worked};

/// The models of reference posteriors that are here; none where their folder is not.
pub fn all() -> Vec<Worked> {
    let models = entries(Path::new("models/posteriordb"))
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "pgm"));
    let folder = |model: &PathBuf| Path::new(POSTERIORS).join(model.file_stem().expect("a name"));
    models
        .filter(|model| folder(model).is_dir())
        .map(|model| worked(&folder(&model), &model))
        .collect()
}
