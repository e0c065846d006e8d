//! Forms of hidden variables: the partial form against the centred one, what decides, and that the
//! choice mixes as well as the better form.

#[path = "forms/change.rs"]
mod change;
#[path = "forms/choice.rs"]
mod choice;
#[path = "models/command.rs"]
mod command;
#[path = "forms/noise.rs"]
mod noise;
#[path = "forms/precisions.rs"]
mod precisions;
#[path = "models/worked.rs"]
mod worked;
