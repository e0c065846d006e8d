//! CSV and JSON → tables.
