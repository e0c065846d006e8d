//! The distribution families and the worked models: their texts, their examples, and every clause
//! against 50-digit arithmetic.

#[path = "families/bounds.rs"]
mod bounds;
#[path = "families/clauses.rs"]
mod clauses;
#[path = "families/report.rs"]
mod report;
#[path = "families/table.rs"]
mod table;
#[path = "families/texts.rs"]
mod texts;
