//! Files that a command reads and writes, and the errors when that fails.

use std::path::{Path, PathBuf};

use pgmc::base::{Diagnostic, SourceId, Sources};

/// Splits `plate=FILE`, unless a file with the whole name exists.
pub fn split(argument: &str) -> (Option<&str>, PathBuf) {
    match argument.split_once('=') {
        Some((plate, path)) if !Path::new(argument).exists() => (Some(plate), PathBuf::from(path)),
        _ => (None, PathBuf::from(argument)),
    }
}

pub fn read_text(sources: &mut Sources, path: &Path) -> Result<SourceId, Diagnostic> {
    let bytes = std::fs::read(path).map_err(|error| unreadable(path, &error, "model file"))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(sources.add(path.display().to_string(), text)),
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..valid].iter().filter(|&&b| b == b'\n').count() + 1;
            Err(Diagnostic::error("E0503", format!("{} is not UTF-8 text", path.display()))
                .because(format!("the first byte that is not stands in line {line}"))
                .try_this("save the file as UTF-8"))
        }
    }
}

pub fn unreadable(path: &Path, error: &std::io::Error, what: &str) -> Diagnostic {
    let shown = path.display();
    if path.is_dir() {
        return Diagnostic::error("E0502", format!("{shown} is a folder, not a {what}"))
            .try_this("name a file in it");
    }
    let diagnostic =
        Diagnostic::error("E0501", format!("cannot read the {what} {shown}: {}", words(error)));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
        return diagnostic.because(format!("there is no folder {}", folder.display()));
    }
    match nearest_file(path) {
        Some(near) => diagnostic.try_this(format!("did you mean {}?", near.display())),
        None => diagnostic,
    }
}

/// A file in the same folder with a similar name.
fn nearest_file(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let names: Vec<String> = entries.filter_map(|e| e.file_name().into_string().ok()).collect();
    let wanted = path.file_name()?.to_str()?;
    let near = pgmc::base::diagnostic::nearest(wanted, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near))
}

/// What went wrong with a file, without the operating system's error number.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "asks for a few kinds; every other kind, also a new one, is the same answer"
)]
pub fn words(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::AlreadyExists | std::io::ErrorKind::NotADirectory => {
            "a file stands where a folder is needed".to_owned()
        }
        std::io::ErrorKind::IsADirectory => "it is a folder".to_owned(),
        std::io::ErrorKind::StorageFull => "the disk is full".to_owned(),
        _ => error.to_string(),
    }
}

/// The error for a file that cannot be written.
pub fn unwritable(path: &Path, error: &std::io::Error, option: &str) -> Diagnostic {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
    let why = folder
        .map_or_else(|| words(error), |folder| format!("there is no folder {}", folder.display()));
    Diagnostic::error("E0504", format!("cannot write {}: {why}", path.display())).try_this(format!(
        "name another file with {option}, in a folder that is there and may be written to"
    ))
}
