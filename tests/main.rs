//! All tests, in one binary: a folder a stage, named as in `src/`, and a folder for each thing that
//! is tested as a whole. docs/contributing/testing.md is the map.

mod architecture;
mod builtins;
mod calibration;
mod command;
mod coverage;
mod data;
mod docs;
mod draws;
mod elimination;
mod families;
mod family_test;
mod filetests;
mod fit;
mod gradient;
mod inference;
mod lower;
#[cfg(feature = "cranelift")]
mod machine;
mod marginal;
mod models;
mod network;
mod pipeline;
mod plan;
mod posteriordb;
mod program;
mod report;
mod syntax;

mod support;
