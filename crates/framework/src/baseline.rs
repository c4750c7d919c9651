//! Simple strategies, to hold decisions against.

use landfall_catalog::Catalog;
use landfall_source::{Diagnostic, Result, Source, Table, document};
use landfall_workload::Facts;

use crate::condition::Condition;
use crate::truth::Truth;

/// An ordered list of rules; the first that holds chooses.
#[derive(Debug, Clone, PartialEq)]
pub struct Strategy {
    /// Its id.
    pub id: String,
    /// What it is, in a few words.
    pub what: String,
    /// Why anybody uses it.
    pub because: String,
    /// Condition, and the platform that it chooses.
    rules: Vec<(Option<Condition>, String)>,
}

impl Strategy {
    /// Reads the strategies of a file.
    ///
    /// # Errors
    /// The first problem with its place.
    pub fn parse(source: &Source, catalog: &Catalog) -> Result<Vec<Self>> {
        document(source, |top| {
            top.tables("strategy")?
                .iter()
                .map(|table| Self::read(table, catalog))
                .collect()
        })
    }

    fn read(table: &Table<'_>, catalog: &Catalog) -> Result<Self> {
        let rule = |rule: &Table<'_>| {
            let platform = rule.require_text("platform")?.to_owned();
            if catalog.platform(&platform).is_none() {
                let problem = Diagnostic::new(format!("there is no platform `{platform}`"));
                return Err(Box::new(problem.help("use the id of a platform")));
            }
            let when = rule.get("when");
            let when = when.map(|node| Condition::parse(&node)).transpose()?;
            rule.finish()?;
            Ok((when, platform))
        };
        let strategy = Self {
            id: table.require_text("id")?.to_owned(),
            what: table.require_text("what")?.to_owned(),
            because: table.require_text("because")?.to_owned(),
            rules: table
                .tables("rule")?
                .iter()
                .map(rule)
                .collect::<Result<_>>()?,
        };
        table.finish()?;
        Ok(strategy)
    }

    /// The platform it chooses; what is unknown does not hold.
    pub fn choose(&self, facts: &Facts) -> Option<&str> {
        let holds = |when: &Option<Condition>| {
            when.as_ref()
                .is_none_or(|when| when.evaluate(facts) == Truth::True)
        };
        let found = self.rules.iter().find(|(when, _)| holds(when));
        found.map(|(_, platform)| platform.as_str())
    }
}
