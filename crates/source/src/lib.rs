//! A text file as input.
//!
//! [`Source`] is a named text, [`Span`] a place in it, and [`Diagnostic`] one
//! problem found there: a message, the place, and the way out. Rendering is left
//! to whoever shows it. [`document`] parses TOML and hands out [`Table`]s and
//! [`Node`]s that know where they stand; a [`Table`] is strict: whatever key
//! nobody asked for is an error that names the nearest one.
//!
//! Reading stops at the first problem: one clear error, not a cascade.
//!
//! [`yaml`] reads YAML and JSON of others into nodes that know their line.
//!
//! What was read is data wherever it goes: [`escape`] has, for every language that is
//! written, the one way in which text gets into it.

mod diagnostic;
pub mod escape;
mod lines;
mod toml_reader;
pub mod yaml;

pub use diagnostic::{Diagnostic, Result, Source, Span, nearest};
pub use lines::BoundedLines;
pub use toml_reader::{Node, Table, document, plain_document};
