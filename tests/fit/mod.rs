//! The main job as a library: it does what the command does, can be repeated from its record, and
//! its advice can be followed.

mod advice;
mod again;
mod constants;
mod explain;
mod hidden_intervals;
mod intervals;
mod invariance;
mod library;
mod starts;
