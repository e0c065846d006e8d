//! Texts that nobody writes by hand: the parser answers with a tree or with errors, within a small
//! stack and a short time.

use pgmc::base::{Diagnostic, Sources};
use pgmc::report::diagnostics::render;
use pgmc::syntax;
use proptest::prelude::*;

use super::{message, parse};

/// The stack of a thread that Rust spawns.
const STACK: usize = 2 << 20;

/// Parses, prints or renders, and drops everything in a thread of its own.
fn errors_of(text: String) -> Vec<Diagnostic> {
    let thread = std::thread::Builder::new().stack_size(STACK);
    let run = move || {
        let mut sources = Sources::new();
        let source = sources.add("hostile.pgm", text);
        match syntax::parse(&sources, source) {
            Ok(tree) => {
                assert!(format!("{:?}", tree.clone()).starts_with("Tree"));
                assert_eq!(syntax::print(&tree).is_empty(), tree.declarations.is_empty());
                Vec::new()
            }
            Err(errors) => {
                assert!(render(&errors, &sources, false).starts_with("error"));
                errors
            }
        }
    };
    thread.spawn(run).unwrap().join().unwrap()
}

fn codes(text: String) -> Vec<&'static str> {
    errors_of(text).iter().map(|error| error.code).collect()
}

#[test]
fn what_is_too_deep_is_told_once() {
    let many = 20_000;
    let deep = |open: &str, inner: &str, close: &str| {
        format!("let x = {}{inner}{}", open.repeat(many), close.repeat(many))
    };
    for (text, code) in [
        (deep("(", "1", ")"), "E0010"),
        (format!("let x = {}", "(".repeat(200_000)), "E0010"),
        (deep("[", "1", "]"), "E0010"),
        (deep("a[", "1", "]"), "E0010"),
        (deep("f(", "1", ")"), "E0010"),
        (deep("sum(i in p: ", "1", ")"), "E0010"),
        (deep("if a then ", "1", " else 2"), "E0010"),
        (deep("if ", "a", " then 1 else 2"), "E0010"),
        (deep("if a then 1 else 1 + ", "1", ""), "E0010"),
        (deep("if a then 1 else ", "1", ""), "E0011"),
        (deep("(a where b = ", "1", ")"), "E0010"),
        (deep("-", "1", ""), "E0011"),
        (deep("not ", "a", ""), "E0011"),
        (deep("1 + ", "1", ""), "E0011"),
        (deep("1 ^ ", "1", ""), "E0011"),
        (deep("a and ", "b", ""), "E0011"),
        (deep("a", "", "[1]"), "E0011"),
        (deep("a < ", "b", ""), "E0013"),
        (deep("if a then ", "", ""), "E0010"),
        (format!("family F() over real {{ {}", "with (a) => (a = a) {".repeat(many)), "E0010"),
        (format!("param x : real({}", "real(".repeat(many)), "E0010"),
        (deep("", "", ")"), "E0009"),
        (deep("else if ", "", ""), "E0001"),
    ] {
        assert_eq!(codes(text.clone()), [code], "{:.40}", text);
    }
}

#[test]
fn what_is_long_but_flat_is_read() {
    let many = 20_000;
    for text in [
        format!("let x = [1{}]", ", 1".repeat(many)),
        format!("let x = f(1{})", ", y = 1".repeat(many)),
        format!("let x = a where b = 1{}", ", c = b".repeat(many)),
        format!("plate p = {{a{}}}", ", a".repeat(many)),
        "let x = 1\n".repeat(many),
        format!("param a{} ~ Normal(0, 1)", ", a".repeat(many)),
        format!("# {}\nlet x = 1", "comment ".repeat(many)),
        format!("{}let x = 1", "# comment\n".repeat(many)),
    ] {
        assert_eq!(codes(text.clone()), [""; 0], "{:.40}", text);
    }
}

#[test]
fn the_deepest_allowed_nesting_fits_the_stack() {
    let most = 100;
    let deep = |open: &str, inner: &str, close: &str| {
        format!("let x = {}{inner}{}", open.repeat(most), close.repeat(most))
    };
    for text in [
        deep("(", "1", ")"),
        deep("[", "1", "]"),
        deep("f(", "1", ")"),
        deep("f(a = ", "1", ")"),
        deep("(1 + ", "1", ")"),
        deep("a[", "1", "]"),
        deep("sum(i in p: ", "1", ")"),
        deep("(a where b = ", "1", ")"),
        deep("if a then ", "1", " else 2"),
        deep("if ", "a", " then 1 else 2"),
        format!("let x = {}1", "1 + ".repeat(255)),
        format!("let x = {}1", "-".repeat(255)),
        format!("let x = {}1", "if a then 1 else ".repeat(255)),
        format!(
            "family F() over real {{ {} mean = 1 {} }}",
            "with (a) => (a = a) {".repeat(98),
            "}".repeat(98)
        ),
    ] {
        assert_eq!(codes(text.clone()), [""; 0], "{:.40}", text);
    }
}

#[test]
fn many_mistakes_take_no_long_time() {
    let many = 10_000;
    for text in [
        "parm a\n",
        "let x = (\n",
        "\u{1}",
        "\"",
        "?",
        "let x = 1 2\n",
        "{",
        "}",
        "1.2.3 ",
        "é",
        "a b\n",
    ] {
        let started = std::time::Instant::now();
        assert!(!errors_of(text.repeat(many)).is_empty());
        assert!(started.elapsed().as_secs() < 20, "{text:?} took {:?}", started.elapsed());
    }
}

/// The lexemes of the language and of its neighbours: random rows of them reach further than random
/// letters.
#[expect(clippy::too_many_lines, reason = "a list")]
fn lexeme() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(vec![
        "plate",
        "input",
        "param",
        "latent",
        "observe",
        "let",
        "report",
        "fn",
        "family",
        "factor",
        "import",
        "if",
        "then",
        "else",
        "and",
        "or",
        "not",
        "in",
        "where",
        "from",
        "true",
        "false",
        "over",
        "draw",
        "with",
        "example",
        "at",
        "levels",
        "a",
        "b",
        "F",
        "Normal",
        "real",
        "vector",
        "1",
        "2.5",
        "1e3",
        "1.2.3",
        "\"text\"",
        "\"",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        "=",
        "==",
        "~",
        "=>",
        "<",
        "<=",
        "+",
        "-",
        "*",
        "/",
        "^",
        "@",
        "_",
        ";",
        "//",
        "/*",
        "*/",
        "#",
        "\n",
        "\r\n",
        "é",
        "\u{feff}",
        "?",
        "%*%",
        "<-",
        ":=",
        "model {",
        "for (i in 1:N)",
        "T[0, ]",
        "T(",
        "elif",
        "\t",
        "\0",
    ])
}

fn example() -> impl Strategy<Value = String> {
    proptest::sample::select(
        super::texts("syntax/examples").into_iter().map(|(_, text)| text).collect::<Vec<_>>(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        message("random", &String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_letters_make_it_panic(text in "\\PC{0,200}") {
        message("random", &text);
    }

    #[test]
    fn no_row_of_lexemes_makes_it_panic(lexemes in proptest::collection::vec(lexeme(), 0..60)) {
        message("random", &lexemes.join(" "));
        message("random", &lexemes.concat());
    }

    #[test]
    fn no_change_of_a_model_makes_it_panic(
        text in example(), changes in proptest::collection::vec((any::<proptest::sample::Index>(), 0..3, lexeme()), 1..6)
    ) {
        let mut text = text;
        for (index, change, lexeme) in changes {
            let at = text.floor_char_boundary(index.index(text.len() + 1));
            let end = text.ceil_char_boundary((at + 7).min(text.len()));
            match change {
                0 => text.insert_str(at, lexeme),
                1 => text.replace_range(at..end, ""),
                _ => text.replace_range(at..end, lexeme),
            }
        }
        message("changed", &text);
    }

    #[test]
    fn every_mistake_points_into_the_text(
        text in example(), index in any::<proptest::sample::Index>(), lexeme in lexeme()
    ) {
        let at = text.floor_char_boundary(index.index(text.len() + 1));
        let text = format!("{} {lexeme} {}", &text[..at], &text[at..]);
        for error in parse(&text).err().unwrap_or_default() {
            prop_assert!(!error.labels.is_empty(), "{error:?}");
            for label in &error.labels {
                prop_assert!(label.span.start <= label.span.end && label.span.end as usize <= text.len(), "{error:?}");
            }
        }
    }
}
