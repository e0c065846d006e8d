//! Hidden variables integrated out, against closed forms, dense linear algebra and differences.

mod collapse;
mod digits;
mod exact;
mod fits;
mod gradient;
mod made;
mod monte_carlo;
mod quadrature;
mod second;
