//! A model's text → its network and what `pgmc explain --stage network` prints, or errors and their
//! text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pgmc::base::{Diagnostic, Sources};
use pgmc::network::print::print;
use pgmc::pipeline::Model;
use pgmc::report::diagnostics::render;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut sources = Sources::new();
    let source = sources.add("model.pgm", text);
    let mut import = |_: &mut Sources, _: &str, span| Err(Diagnostic::error("E0501", "no file is imported here").at(span, ""));
    match Model::parse(&mut sources, source, &mut import) {
        Ok(model) => {
            std::hint::black_box(print(&model.network));
        }
        Err(errors) => {
            assert!(!errors.is_empty(), "a model that is refused without a word");
            std::hint::black_box(render(&errors, &sources, false));
        }
    }
});
