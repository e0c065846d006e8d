//! pgmc: a compiler for probabilistic graphical models.
//!
//! ```
//! use pgmc::base::Sources;
//! use pgmc::bind::Purpose;
//! use pgmc::fit::{Alone, Answer, MethodName, Settings, fit};
//! use pgmc::pipeline::{Model, no_imports};
//!
//! let mut sources = Sources::new();
//! let text = "plate rows\nparam mu ~ Normal(0, 10)\nobserve y[rows] ~ Normal(mu, 1)";
//! let text = sources.add("mean.pgm", text);
//! let model = Model::parse(&mut sources, text, &mut no_imports)?;
//! let table = pgmc::data::read(&mut sources, "data.csv", None, b"y\n1\n2\n3\n".to_vec())?;
//! let binding = model.bind(&[table], &[], Purpose::Fit, &sources)?;
//! let fitted = fit(&model, &binding, &Settings::of(MethodName::Nuts), &Alone)?;
//! let Answer::Draws(sampled) = fitted.answer else { unreachable!("nuts draws") };
//! // Precision 3 from the data and 0.01 from the prior: 6/3.01.
//! assert!((sampled.summaries[0].mean - 1.993).abs() < 5.0 * sampled.summaries[0].mcse_mean);
//! # Ok::<(), Vec<pgmc::base::Diagnostic>>(())
//! ```
//!
//! `fit` is the main job; the command is a thin face of it, and [`report`] writes what it leaves.
//!
//! The stages, in the order of a model's way through them. A module imports only modules above it;
//! `ARCHITECTURE.md` has the table.
//!
//! Each public item says in a sentence what it is. Only files that declare plain data (the tree, the
//! network, the mistakes in a text) leave out words on fields whose names say all: they allow
//! `missing_docs` at their head.

/// Spans, sources, diagnostics, arenas with typed ids.
pub mod base;

/// Special functions: f64 → f64, each with source and bound.
pub mod math;

/// The functions of the language: name, domain, code, partial derivatives, instruction and price.
pub mod builtins;

/// CSV and JSON → tables.
pub mod data;

/// Text → tree.
pub mod syntax;

/// Trees → network: names resolved, axes known, no cycles.
pub mod network;

/// Arithmetic over named axes: its form, and all that is about arithmetic alone.
pub mod program;

/// Network and tables → binding: which value each variable has, how large each plate is.
pub mod bind;

/// Network and binding → program of a simulation, a density, or a joint density.
pub mod lower;

/// Program → program with its gradient.
pub mod gradient;

/// Discrete variables summed out: summands → summands without them.
pub mod elimination;

/// Program → plan: loop nests, buffers and kernel calls, in order.
pub mod plan;

/// Plan → machine code.
#[cfg(feature = "cranelift")]
#[allow(unsafe_code)]
pub mod machine;

/// What runs a plan: machine code, or the plan's interpreter.
pub mod engine;

/// The contract between compiler and samplers.
pub mod density;

/// The summands of a joint density → density of the parameters, hidden variables integrated out.
pub mod marginal;

/// The contract between samplers and reports: named draws, summaries, convergence.
pub mod draws;

/// Log density → draws or estimates.
pub mod inference;

/// The stages, a line each.
pub mod pipeline;

/// Model, binding and settings → a fitted model: the main job, without a terminal.
pub mod fit;

/// Diagnostics and fitted models → text for the terminal, JSON, CSV.
pub mod report;

/// A distribution family → whether its clauses agree with each other.
pub mod family_test;
