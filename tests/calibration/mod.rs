//! Simulation-based calibration (Talts et al. 2018, Modrák et al. 2022): parameters drawn from
//! their priors, data drawn from them, a fit to the data. Over many such data sets the rank of the
//! true value among the draws of a fit is uniform, for every quantity, if the simulation, the
//! density, its transforms, the sums over discrete variables and the sampler all mean the same
//! model. Nothing else is assumed to be right.
//!
//! Quantities are parameters, hidden and discrete variables, and of most models the log likelihood
//! as a `report`: its rank notices a density that ignores some of the data, which leaves the ranks
//! of parameters uniform (Modrák et al. 2022).

mod changes;
mod counts;
mod discrete;
mod model;
mod ranks;
mod real;
