//! Files and messages: reading models and data, showing diagnostics on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use pgmc::base::{Diagnostic, SourceId, Sources, Span};
use pgmc::data::{self, DataFile};
use pgmc::pipeline::Model;
use pgmc::report::diagnostics;

/// What a command reads.
pub struct Session {
    /// All texts, to point into.
    pub sources: Sources,
}

/// Shown already; the command ends.
pub struct Shown;

impl Session {
    pub fn new() -> Self {
        Self { sources: Sources::new() }
    }

    /// Prints diagnostics to standard error.
    pub fn show(&self, diagnostics: &[Diagnostic]) {
        let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        eprint!("{}", diagnostics::render(diagnostics, &self.sources, colour));
    }

    /// Prints diagnostics and ends.
    pub fn fail<T>(&self, diagnostics: &[Diagnostic]) -> Result<T, Shown> {
        self.show(diagnostics);
        Err(Shown)
    }

    /// Reads, parses and resolves a model file.
    pub fn model(&mut self, path: &Path) -> Result<Model, Shown> {
        let source = match read_text(&mut self.sources, path) {
            Ok(source) => source,
            Err(diagnostic) => return self.fail(&[diagnostic]),
        };
        let folder = path.parent().map(Path::to_path_buf).unwrap_or_default();
        let whole =
            |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let itself = whole(path);
        let mut import = |sources: &mut Sources, path: &str, span: Span| {
            if whole(&folder.join(path)) == itself {
                let message = format!("{path} would be imported into itself");
                return Err(Diagnostic::error("E0507", message)
                    .at(span, "imported here")
                    .try_this("leave this `import` out"));
            }
            read_text(sources, &folder.join(path))
                .map_err(|diagnostic| diagnostic.at(span, "imported here"))
        };
        match Model::parse(&mut self.sources, source, &mut import) {
            Ok(model) => Ok(model),
            Err(errors) => self.fail(&errors),
        }
    }

    /// Reads data files, `FILE` or `plate=FILE`; all that are wrong are reported together.
    pub fn data(&mut self, arguments: &[String]) -> Result<Vec<DataFile>, Shown> {
        let mut files = Vec::new();
        let mut errors = Vec::new();
        for argument in arguments {
            let (plate, path) = split(argument);
            let name = path.display().to_string();
            let result = match std::fs::read(&path) {
                Ok(bytes) => data::read(&mut self.sources, &name, plate, bytes),
                Err(error) => Err(vec![unreadable(&path, &error, "data file")]),
            };
            match result {
                Ok(file) => files.push(file),
                Err(found) => errors.extend(found),
            }
        }
        if errors.is_empty() { Ok(files) } else { self.fail(&errors) }
    }
}

/// Prints a line of results. A reader that closes early, as `head` does, is no failure.
pub fn say(line: &str) {
    let _closed = writeln!(std::io::stdout(), "{line}");
}

/// `plate=FILE`, unless there is a file of the whole name.
fn split(argument: &str) -> (Option<&str>, PathBuf) {
    match argument.split_once('=') {
        Some((plate, path)) if !Path::new(argument).exists() => (Some(plate), PathBuf::from(path)),
        _ => (None, PathBuf::from(argument)),
    }
}

fn read_text(sources: &mut Sources, path: &Path) -> Result<SourceId, Diagnostic> {
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

fn unreadable(path: &Path, error: &std::io::Error, what: &str) -> Diagnostic {
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

/// A file in the same folder whose name is near.
fn nearest_file(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let entries = std::fs::read_dir(folder).ok()?.flatten();
    let names: Vec<String> = entries.filter_map(|e| e.file_name().into_string().ok()).collect();
    let wanted = path.file_name()?.to_str()?;
    let near = pgmc::base::diagnostic::nearest(wanted, names.iter().map(String::as_str))?;
    Some(path.with_file_name(near))
}

/// What went wrong with a file, without the operating system's number.
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

/// A file that cannot be written.
pub fn unwritable(path: &Path, error: &std::io::Error, option: &str) -> Diagnostic {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir());
    let why = folder
        .map_or_else(|| words(error), |folder| format!("there is no folder {}", folder.display()));
    Diagnostic::error("E0504", format!("cannot write {}: {why}", path.display())).try_this(format!(
        "name another file with {option}, in a folder that is there and may be written to"
    ))
}

/// A count of which there must be one, for clap.
pub fn at_least_one(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|&count| count > 0)
        .ok_or_else(|| "expected a whole number from 1".to_owned())
}

/// `PLATE=N`, for `--size`.
pub fn size(text: &str) -> Result<(String, usize), String> {
    let (plate, size) = text.split_once('=').ok_or("expected PLATE=N, such as rows=100")?;
    let size = size.parse().map_err(|_| format!("`{size}` is not a whole number"))?;
    Ok((plate.to_owned(), size))
}
