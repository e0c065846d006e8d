//! What a command reads, and what it shows on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::path::Path;

use pgmc::base::{Diagnostic, SourceId, Sources, Span};
use pgmc::bind::{Binding, Purpose};
use pgmc::data::{self, DataFile};
use pgmc::fit::{FileRecord, Record, TextRecord, hash};
use pgmc::pipeline::Model;
use pgmc::report::diagnostics;

use super::files::{read_text, split, unreadable};

/// What a command reads.
pub struct Session {
    /// All texts, so that diagnostics can point into them.
    pub sources: Sources,
    /// The texts of the model and of what it imports.
    pub texts: Vec<TextRecord>,
    /// The data files.
    pub files: Vec<FileRecord>,
}

/// The error has been shown already; the command ends.
pub struct Shown;

/// How a command ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All was done.
    Done,
    /// All was done, but the results are not to be trusted as they stand.
    Doubtful,
    /// The user stopped it before there was anything to keep.
    Stopped,
}

impl Session {
    pub fn new() -> Self {
        Self { sources: Sources::new(), texts: Vec::new(), files: Vec::new() }
    }

    /// Prints diagnostics to standard error.
    pub fn show(&self, diagnostics: &[Diagnostic]) {
        eprint!("{}", diagnostics::render(diagnostics, &self.sources, colour()));
    }

    /// Prints diagnostics and fails.
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
        let import = |sources: &mut Sources, path: &str, span: Span| {
            if whole(&folder.join(path)) == itself {
                let message = format!("{path} would be imported into itself");
                return Err(Diagnostic::error("E0507", message)
                    .at(span, "imported here")
                    .try_this("leave this `import` out"));
            }
            read_text(sources, &folder.join(path))
                .map_err(|diagnostic| diagnostic.at(span, "imported here"))
        };
        self.parse((path.display().to_string(), source), import)
    }

    /// Parses and resolves the model of a record, from the texts it contains.
    pub fn recorded_model(&mut self, record: &Record) -> Result<Model, Shown> {
        let TextRecord { path, text, .. } = &record.model;
        let source = self.sources.add(path.clone(), text.clone());
        let import = |sources: &mut Sources, path: &str, span: Span| {
            let text = record.imports.iter().find(|import| import.path == path);
            let missing = || {
                let message = format!("the record of the fit lacks the text of {path}");
                Diagnostic::error("E0510", message).at(span, "imported here")
            };
            text.map(|import| sources.add(path.to_owned(), import.text.clone())).ok_or_else(missing)
        };
        self.parse((path.clone(), source), import)
    }

    fn parse(
        &mut self,
        (path, source): (String, SourceId),
        import: impl Fn(&mut Sources, &str, Span) -> Result<SourceId, Diagnostic>,
    ) -> Result<Model, Shown> {
        let texts = &mut self.texts;
        texts.push(TextRecord::of(&path, &self.sources.get(source).text));
        let mut noted = |sources: &mut Sources, path: &str, span: Span| {
            let imported = import(sources, path, span)?;
            texts.push(TextRecord::of(path, &sources.get(imported).text));
            Ok(imported)
        };
        let model = Model::parse(&mut self.sources, source, &mut noted);
        model.or_else(|errors| self.fail(&errors))
    }

    /// Matches data to a model.
    pub fn bind(
        &self,
        model: &Model,
        files: &[DataFile],
        (sizes, purpose): (&[(String, usize)], Purpose),
    ) -> Result<Binding, Shown> {
        let bound = model.bind(files, sizes, purpose, &self.sources);
        bound.or_else(|errors| self.fail(&errors))
    }

    /// Reads data files, `FILE` or `plate=FILE`; errors in all of them are reported together.
    pub fn data(&mut self, arguments: &[String]) -> Result<Vec<DataFile>, Shown> {
        self.each(arguments, |session, argument| {
            let (plate, path) = split(argument);
            let file = session.data_file((plate, &path), &path)?;
            let place = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
            session.files.push(FileRecord {
                plate: plate.map(str::to_owned),
                path: path.display().to_string(),
                place: place.display().to_string(),
                hash: hash(&session.sources.get(file.source).text),
            });
            Ok(file)
        })
    }

    /// Reads the data files of a record, by the path given at the time or from where they were.
    pub fn recorded_data(&mut self, records: &[FileRecord]) -> Result<Vec<DataFile>, Shown> {
        self.each(records, Self::recorded_file)
    }

    fn each<T>(
        &mut self,
        items: &[T],
        mut read: impl FnMut(&mut Self, &T) -> Result<DataFile, Vec<Diagnostic>>,
    ) -> Result<Vec<DataFile>, Shown> {
        let (mut files, mut errors) = (Vec::new(), Vec::new());
        for item in items {
            match read(self, item) {
                Ok(file) => files.push(file),
                Err(wrong) => errors.extend(wrong),
            }
        }
        if errors.is_empty() { Ok(files) } else { self.fail(&errors) }
    }

    fn recorded_file(&mut self, record: &FileRecord) -> Result<DataFile, Vec<Diagnostic>> {
        let named = record.plate.as_deref();
        let shown = Path::new(&record.path);
        let mut exists = false;
        for place in [shown, Path::new(&record.place)].into_iter().filter(|place| place.exists()) {
            let file = self.data_file((named, shown), place)?;
            if record.is_of(&self.sources.get(file.source).text) {
                return Ok(file);
            }
            exists = true;
        }
        let (code, what, why) = match exists {
            false => ("E0508", "is gone", format!("the fit read it at {}", record.place)),
            true => {
                let why = "its content has another hash than the record of the fit";
                ("E0509", "is no longer what the fit read", why.to_owned())
            }
        };
        let advice = "put the old file back, or fit the model to the new data as a fit of its own";
        let error = Diagnostic::error(code, format!("{} {what}", record.path));
        Err(vec![error.because(why).try_this(advice)])
    }

    fn data_file(
        &mut self,
        (plate, shown): (Option<&str>, &Path),
        place: &Path,
    ) -> Result<DataFile, Vec<Diagnostic>> {
        match std::fs::read(place) {
            Ok(bytes) => data::read(&mut self.sources, &shown.display().to_string(), plate, bytes),
            Err(error) => Err(vec![unreadable(place, &error, "data file")]),
        }
    }
}

/// Whether standard error shows colours.
pub fn colour() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// Prints a line of results. It is not an error if the reader closes early, as `head` does.
pub fn say(line: &str) {
    write(&format!("{line}\n"));
}

/// Prints results. It is not an error if the reader closes early, as `head` does.
pub fn write(text: &str) {
    let _closed = std::io::stdout().write_all(text.as_bytes());
}
