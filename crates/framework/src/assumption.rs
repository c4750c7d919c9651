//! Documented defaults, for where a number is needed and none is known.

use landfall_source::{Result, Table};
use landfall_units::Range;
use landfall_workload::{FactId, Facts, Kind, Value};

use crate::condition::{Condition, read_fact};
use crate::truth::Truth;

/// A default for a fact, for workloads of some kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    /// The fact.
    pub fact: FactId,
    /// For which workloads; all when none.
    pub when: Option<Condition>,
    /// What is taken.
    pub value: Value,
    /// Why this.
    pub why: String,
    /// The id of its source.
    pub source: String,
}

impl Assumption {
    /// Reads one `[[assumption]]`.
    ///
    /// # Errors
    /// The first problem with its place.
    pub fn parse(table: &Table<'_>) -> Result<Self> {
        let fact = read_fact(&table.require("fact")?)?;
        let assumption = Self {
            fact,
            when: table
                .get("when")
                .map(|node| Condition::parse(&node))
                .transpose()?,
            value: Value::read(fact, &table.require("value")?)?,
            why: table.require_text("why")?.to_owned(),
            source: table.require_text("source")?.to_owned(),
        };
        table.finish()?;
        Ok(assumption)
    }

    /// True when it is meant for this workload.
    pub fn fits(&self, facts: &Facts) -> bool {
        self.when
            .as_ref()
            .is_none_or(|when| when.evaluate(facts) == Truth::True)
    }

    /// The range, when the fact is a quantity.
    pub fn range(&self) -> Option<Range<f64>> {
        match (&self.value, self.fact.kind()) {
            (Value::Quantity(range), Kind::Quantity(_)) => Some(*range),
            _ => None,
        }
    }
}
