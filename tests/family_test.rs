//! The test of families, on those of the library and on wrong ones.

use pgmc::base::Sources;
use pgmc::family_test::{Settings, test};
use pgmc::network::FAMILIES;

#[test]
fn the_families_of_the_library_pass() {
    for (name, _, _) in FAMILIES {
        let mut sources = Sources::new();
        sources.add("none", "");
        let report = test(&mut sources, &[], name, &Settings::default()).unwrap_or_else(|errors| panic!("{name}: {errors:#?}"));
        println!("{}", report.table());
    }
}
