//! `pgmc graph`
use super::Outcome;
#[derive(clap::Args)]
pub struct Graph {}
impl Graph {
    pub fn run(&self) -> Outcome {
        Outcome::Failed
    }
}
