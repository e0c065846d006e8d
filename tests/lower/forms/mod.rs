//! Forms of hidden variables: the partial form against the centred one, what decides, and that the
//! choice mixes as well as the better form.

mod change;
mod choice;
mod noise;
