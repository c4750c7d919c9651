//! How a fact is asked for.

use landfall_source::{Result, Table};
use landfall_workload::FactId;

use crate::condition::read_fact;

/// The question that asks for a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The fact.
    pub fact: FactId,
    /// The question.
    pub ask: String,
    /// Why it matters.
    pub why: String,
}

impl Question {
    /// Reads one `[[question]]`.
    ///
    /// # Errors
    /// The first problem with its place.
    pub fn parse(table: &Table<'_>) -> Result<Self> {
        let question = Self {
            fact: read_fact(&table.require("fact")?)?,
            ask: table.require_text("ask")?.to_owned(),
            why: table.require_text("why")?.to_owned(),
        };
        table.finish()?;
        Ok(question)
    }
}
