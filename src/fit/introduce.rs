//! Describes a compiled model before the work begins.

use super::job::Job;
use super::overview::Overview;
use super::timing::gradient_seconds;
use crate::density::LogDensity;
use crate::lower::Layout;
use crate::network::ir::{PlateId, Role};
use crate::pipeline::Compiled;

/// The overview of a compiled model. `code_bytes`: the size of all its code.
pub(super) fn overview<D: LogDensity + Clone>(
    job: &Job<'_>,
    compiled: &Compiled<D>,
    (code_bytes, compile_seconds): (usize, f64),
) -> Overview {
    let network = &job.model.network;
    let count = |role: Role| {
        let of_role = |layout: &&Layout| layout.role == role;
        compiled.layouts.iter().filter(of_role).map(|l| l.names.len()).sum::<usize>()
    };
    let observed = |plate| {
        network.variables.iter().any(|(_, v)| {
            v.role == Role::Observe && v.axes.first().is_some_and(|&a| network.plate_of(a) == plate)
        })
    };
    let rows = network.plates.iter().filter(|(id, _)| observed(*id));
    let size = |id: PlateId| job.binding.plates[id.0 as usize].size;
    let world = job.world;
    let clock = || world.processor_seconds().unwrap_or_else(|| world.seconds());
    Overview {
        parameters: count(Role::Param),
        latents: count(Role::Latent),
        missing: count(Role::Observe),
        forms: compiled.forms.clone(),
        rows: rows.map(|(id, plate)| (plate.name.clone(), size(id))).collect(),
        unknowns: compiled.density.dim(),
        code_bytes,
        compile_seconds,
        gradient_seconds: gradient_seconds(&compiled.density, &clock),
        integrated: None,
    }
}
