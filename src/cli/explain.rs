//! `pgmc explain`
use super::Outcome;
#[derive(clap::Args)]
pub struct Explain {}
impl Explain { pub fn run(&self) -> Outcome { Outcome::Failed } }
