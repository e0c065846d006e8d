//! Hidden variables integrated out, against closed forms, dense linear algebra and differences.

#[path = "integration/collapse.rs"]
mod collapse;
#[path = "integration/exact.rs"]
mod exact;
#[path = "integration/gradient.rs"]
mod gradient;
#[path = "integration/made.rs"]
mod made;
#[path = "integration/model.rs"]
mod model;
#[path = "integration/monte_carlo.rs"]
mod monte_carlo;
#[path = "integration/quadrature.rs"]
mod quadrature;
#[path = "integration/simulated.rs"]
mod simulated;
