//! `pgmc family`: tests a distribution family as its author would want it tested.

use std::path::PathBuf;

use clap::Args;
use pgmc::base::Diagnostic;
use pgmc::family_test::{self, Settings};

use super::session::{Session, Shown, say};

/// Test the families of a file, or of the library by name: the density integrates to 1, derivatives
/// agree with finite differences, draws, cdf, quantiles and moments agree with the density,
/// examples hold. Exits with 1 where a test fails.
#[derive(Args)]
#[command(after_help = "Examples:
  pgmc family my_family.pgm
  pgmc family Gamma
  pgmc family my_family.pgm --seed 7 --draws 10000")]
pub struct Family {
    /// A file with `family` declarations, or the name of a family of the library.
    family: PathBuf,
    /// Seed of the draws.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Draws at each point of the grid of parameters.
    #[arg(long, default_value_t = 2000)]
    draws: usize,
}

impl Family {
    pub fn run(&self) -> Result<(), Shown> {
        let mut session = Session::new();
        let name = self.family.display().to_string();
        let library = pgmc::network::FAMILIES.iter().any(|(n, _, _)| *n == name);
        let (trees, names) =
            if library { (Vec::new(), vec![name]) } else { self.declared(&mut session)? };
        let settings = Settings { seed: self.seed, draws: self.draws, ..Settings::default() };
        let mut passed = true;
        for name in names {
            match family_test::test(&mut session.sources, &trees, &name, &settings) {
                Ok(report) => {
                    say(&report.table());
                    passed &= report.passed();
                }
                Err(errors) => return session.fail(&errors),
            }
        }
        if passed { Ok(()) } else { Err(Shown) }
    }

    /// The families that the file declares.
    fn declared(
        &self,
        session: &mut Session,
    ) -> Result<(Vec<pgmc::syntax::tree::Tree>, Vec<String>), Shown> {
        let model = session.model(&self.family)?;
        let names = family_test::names(&model.trees);
        if names.is_empty() {
            let message = format!("{} declares no family", self.family.display());
            return session.fail(&[Diagnostic::error("E0506", message).try_this(
                "name a file with `family F(...) over ... { ... }`, or a family of the library",
            )]);
        }
        Ok((model.trees, names))
    }
}
