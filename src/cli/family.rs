//! `pgmc family`
use super::Outcome;
#[derive(clap::Args)]
pub struct Family {}
impl Family {
    pub fn run(&self) -> Outcome {
        Outcome::Failed
    }
}
