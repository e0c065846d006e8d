//! Bytes → a tree and its printed form, or errors and their text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pgmc::base::Sources;
use pgmc::report::diagnostics::render;
use pgmc::syntax;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    match syntax::parse(&sources, source) {
        Ok(tree) => {
            std::hint::black_box(syntax::print(&tree));
        }
        Err(errors) => {
            assert!(!errors.is_empty(), "a text that is refused without a word");
            std::hint::black_box(render(&errors, &sources, false));
        }
    }
});
