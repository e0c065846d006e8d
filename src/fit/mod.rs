//! Fits a model, given its binding and settings: the main job, independent of any terminal.

mod applicable;
mod axes;
pub mod blocks;
mod boundless;
mod bounds;
mod climb;
mod discrete;
mod divergences;
pub mod explain;
mod finding;
mod fitted;
mod form;
mod groups;
mod hidden;
mod identify;
mod init;
mod integrate;
mod intervals;
mod introduce;
mod job;
mod judge;
mod maximise;
mod method;
mod minibatch;
mod names;
mod noncentring;
mod nuts;
mod overview;
mod plan;
mod ranges;
mod record;
mod recovered;
mod rule;
mod runs;
mod scalars;
pub mod settings;
mod starts;
mod timing;
mod unintegrable;
mod world;

pub use divergences::{Place, where_they_are};
pub use finding::{Finding, diagnostics};
pub use fitted::{
    Answer, Attempt, Fitted, IntegratedOut, Likelihood, Maximised, Run, Sampled, SamplerFacts,
    Seconds, Tried,
};
pub use init::Init;
pub use job::has_real_unknown;
pub use judge::{Options, of_draws, of_estimate};
pub use method::default_method;
pub use names::{names, variables};
pub use overview::Overview;
pub use plan::{Integrable, integrable};
pub use record::{FileRecord, Record, TextRecord, hash};
pub use recovered::{DiscreteElement, DiscreteVariable, Expected, Recovered};
pub use settings::{Method, MethodName, Settings};
pub use timing::gradient_seconds;
pub use world::{Alone, News, World};

use crate::base::Diagnostic;
use crate::bind::Binding;
use crate::pipeline::Model;
use job::Job;

/// Fits a model to its data. Does not print, read files or use a clock of its own.
///
/// # Errors
/// Settings that make no sense for the model; problems with the model that show only with the data;
/// work that cannot start or finish. A density without a maximum is not an error here: the result
/// is returned, with a finding that is one.
pub fn fit(
    model: &Model,
    binding: &Binding,
    settings: &Settings,
    world: &dyn World,
) -> Result<Fitted, Vec<Diagnostic>> {
    let job = Job { model, binding, settings, world };
    method::check(&model.network, settings.method.name())?;
    if let Some(error) = applicable::misplaced(&job) {
        return Err(vec![error]);
    }
    match &settings.method {
        Method::Nuts(nuts) if nuts.collapse => integrate::sample(&job, nuts),
        Method::Nuts(nuts) => nuts::joint(&job, nuts),
        Method::Ml(maximum) | Method::Map(maximum) if job.has_hidden() => {
            integrate::maximum(&job, maximum)
        }
        Method::Ml(maximum) | Method::Map(maximum) => maximise::direct(&job, maximum),
    }
}
