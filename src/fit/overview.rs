//! What is fitted, and what it was compiled to.

use super::blocks::Blocks;
use super::job::Job;
use super::timing::gradient_seconds;
use crate::density::LogDensity;
use crate::lower::{FormChoice, Layout};
use crate::network::ir::Role;
use crate::pipeline::Compiled;

/// What is fitted, and what it was compiled to.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Elements of parameters.
    pub parameters: usize,
    /// Elements of latents.
    pub latents: usize,
    /// Missing cells of observed variables.
    pub missing: usize,
    /// How each latent is written.
    pub forms: Vec<FormChoice>,
    /// The plates that observed variables vary over first, each with its size.
    pub rows: Vec<(String, usize)>,
    /// The coordinates of the density: the unknown numbers.
    pub unknowns: usize,
    /// Bytes of machine code.
    pub code_bytes: usize,
    /// Seconds from texts and tables to compiled code.
    pub compile_seconds: f64,
    /// Seconds of one gradient.
    pub gradient_seconds: f64,
    /// What is integrated out, where something is.
    pub integrated: Option<Blocks>,
}

impl Overview {
    /// Of a compiled model. `code_bytes`: of all its code.
    pub(super) fn new<D: LogDensity + Clone>(
        job: &Job<'_>,
        compiled: &Compiled<D>,
        (code_bytes, compile_seconds): (usize, f64),
    ) -> Self {
        let network = &job.model.network;
        let count = |role: Role| {
            let of_role = |layout: &&Layout| layout.role == role;
            compiled.layouts.iter().filter(of_role).map(|l| l.names.len()).sum::<usize>()
        };
        let observed = |plate| {
            network.variables.iter().any(|(_, v)| {
                v.role == Role::Observe
                    && v.axes.first().is_some_and(|&a| network.plate_of(a) == plate)
            })
        };
        let rows = network.plates.iter().filter(|(id, _)| observed(*id));
        let size = |id: crate::network::ir::PlateId| job.binding.plates[id.0 as usize].size;
        let world = job.world;
        let clock = || world.processor_seconds().unwrap_or_else(|| world.seconds());
        Self {
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
}
