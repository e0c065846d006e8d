//! The syntax stage: texts → printed trees.

mod hostile;

use std::path::Path;

use pgmc::base::Sources;
use pgmc::syntax;
use pgmc::syntax::tree::{Clause, Declaration, Expression, ExpressionKind, PlateSize, Tree};

/// The name and the text of each `.pgm` file of a folder below `tests/`.
fn texts(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut paths: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "pgm"));
    paths.sort();
    assert!(!paths.is_empty(), "no text in {}", folder.display());
    let text = |path: &Path| {
        (
            path.file_stem().unwrap().to_str().unwrap().to_owned(),
            std::fs::read_to_string(path).unwrap(),
        )
    };
    paths.iter().map(|path| text(path)).collect()
}

fn parse(text: &str) -> Result<syntax::tree::Tree, Vec<pgmc::base::Diagnostic>> {
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    syntax::parse(&sources, source)
}

/// What a user reads about a text.
fn message(name: &str, text: &str) -> String {
    let mut sources = Sources::new();
    let source = sources.add(format!("{name}.pgm"), text);
    match syntax::parse(&sources, source) {
        Ok(tree) => format!("no mistake found\n{}", syntax::print(&tree)),
        Err(errors) => pgmc::report::diagnostics::render(&errors, &sources, false),
    }
}

#[test]
fn each_mistake_has_its_message() {
    for (name, text) in &texts("syntax/mistakes") {
        insta::with_settings!({ snapshot_path => "mistakes", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.as_str(), message(name, text));
        });
    }
}

#[test]
fn examples_give_their_trees() {
    for (name, text) in &texts("syntax/examples") {
        let tree = parse(text).unwrap_or_else(|errors| panic!("{name}: {errors:#?}"));
        insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name.as_str(), syntax::print(&tree));
        });
    }
}

/// All `.pgm` files below a folder of the repository.
fn shipped(folder: &Path, found: &mut Vec<std::path::PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.path().is_dir() {
            shipped(&entry.path(), found);
        } else if entry.path().extension().is_some_and(|extension| extension == "pgm") {
            found.push(entry.path());
        }
    }
}

#[test]
fn the_library_and_the_models_parse() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    shipped(&root.join("library"), &mut paths);
    shipped(&root.join("models"), &mut paths);
    assert!(paths.len() > 50, "{} texts", paths.len());
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let tree = parse(&text)
            .unwrap_or_else(|_| panic!("{}:\n{}", path.display(), message("model", &text)));
        let from_windows = parse(&format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
        assert_eq!(syntax::print(&tree), syntax::print(&from_windows), "{}", path.display());
    }
}

#[test]
fn a_comment_directly_above_is_the_documentation() {
    let text = "# The heading of the file.\n\n# Rows of the table,\n#   one a patient.\nplate \
        rows\nparam a # the mean\nparam b\n#\nparam c\n";
    let printed = syntax::print(&parse(text).unwrap());
    assert_eq!(
        printed,
        "# Rows of the table,\n#   one a patient.\nplate rows\nparam a\nparam b\nparam c\n"
    );
}

#[test]
fn every_span_covers_its_expression() {
    for (name, text) in &texts("syntax/examples") {
        // Comments and line breaks at every place where a span could wrongly end.
        let spaced = text
            .replace(" ~", "  # comment\n ~")
            .replace(" + ", " # comment\n + ")
            .replace("\n  with", " # comment\n\n  with");
        for declaration in parse(&spaced).unwrap().declarations {
            for expression in expressions_of(&declaration) {
                check_span(name, &spaced, expression);
            }
        }
    }
}

/// What stands at an expression's span, read alone, is the expression.
fn check_span(name: &str, text: &str, expression: &Expression) {
    let own = &text[expression.span.start as usize..expression.span.end as usize];
    let alone = parse(&format!("let alone = {own}\n"))
        .unwrap_or_else(|errors| panic!("{name}: {own:?}: {errors:?}"));
    let Declaration::Variable(variable) = &alone.declarations[0] else {
        panic!("a let is a variable")
    };
    let mut same = variable.clone();
    same.value = Some(expression.clone());
    let same = Tree { declarations: vec![Declaration::Variable(same)] };
    assert_eq!(syntax::print(&alone), syntax::print(&same), "{name}: {own:?}");
    children(expression).into_iter().for_each(|child| check_span(name, text, child));
}

fn expressions_of(declaration: &Declaration) -> Vec<&Expression> {
    match declaration {
        Declaration::Plate(plate) => match &plate.size {
            Some(PlateSize::Expression(size)) => vec![size],
            Some(PlateSize::Labels(_) | PlateSize::Levels(_)) | None => vec![],
        },
        Declaration::Variable(variable) => {
            variable.value.iter().chain(&variable.distribution).collect()
        }
        Declaration::Function(function) => vec![&function.body],
        Declaration::Family(family) => {
            family.clauses.iter().flat_map(expressions_of_clause).collect()
        }
        Declaration::Factor(factor) => vec![&factor.body],
        Declaration::Import(_) => vec![],
    }
}

fn expressions_of_clause(clause: &Clause) -> Vec<&Expression> {
    match clause {
        Clause::Function { body, .. } | Clause::Moment { body, .. } => vec![body],
        Clause::Draw { noises, body, .. } => {
            noises.iter().map(|noise| &noise.base).chain([body]).collect()
        }
        Clause::With { bindings, clauses, .. } => bindings
            .iter()
            .map(|(_, value)| value)
            .chain(clauses.iter().flat_map(expressions_of_clause))
            .collect(),
        Clause::Example { distribution, at, log_density, .. } => {
            vec![distribution, at, log_density]
        }
    }
}

fn children(expression: &Expression) -> Vec<&Expression> {
    match &expression.kind {
        ExpressionKind::Number(_)
        | ExpressionKind::Bool(_)
        | ExpressionKind::Label(_)
        | ExpressionKind::Name(_) => vec![],
        ExpressionKind::Index(array, indices) => std::iter::once(&**array).chain(indices).collect(),
        ExpressionKind::Call(_, arguments) => {
            arguments.iter().map(|argument| &argument.value).collect()
        }
        ExpressionKind::Reduce { body, .. } => vec![body],
        ExpressionKind::Unary(_, operand) => vec![operand],
        ExpressionKind::Binary(_, left, right) => vec![left, right],
        ExpressionKind::If(condition, then, otherwise) => vec![condition, then, otherwise],
        ExpressionKind::List(entries) => entries.iter().collect(),
        ExpressionKind::Where(inner, bindings) => {
            std::iter::once(&**inner).chain(bindings.iter().map(|(_, value)| value)).collect()
        }
    }
}
