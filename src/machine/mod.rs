//! Plan → machine code.
