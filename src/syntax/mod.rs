//! Text → tree.
pub mod tree;
pub fn parse(_s: &crate::base::Sources, _i: crate::base::SourceId) -> Result<tree::Tree, Vec<crate::base::Diagnostic>> {
    unimplemented!()
}
