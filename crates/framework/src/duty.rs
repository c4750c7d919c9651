//! Recurring work that people must do for a platform.

use landfall_catalog::{Catalog, PlatformSet};
use landfall_source::{Result, Table};
use landfall_units::{Dimension, Range};
use landfall_workload::{FactId, Facts, Value};

use crate::condition::Condition;
use crate::rule::read_platforms;
use crate::truth::Truth;

/// How often a duty is counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OncePer {
    /// For each workload.
    Workload,
    /// Once for all workloads that share the thing of that name.
    Shared(String),
}

/// One duty.
#[derive(Debug, Clone, PartialEq)]
pub struct Duty {
    /// Its id.
    pub id: String,
    /// What must be done.
    pub what: String,
    /// For which platforms.
    pub platforms: PlatformSet,
    /// How often it is counted.
    pub once_per: OncePer,
    /// Hours a month.
    pub hours: Range<f64>,
    /// What the hours are multiplied by, without, with some, and with much
    /// experience of Kubernetes.
    pub kubernetes: Option<[f64; 3]>,
    /// When it falls away; none when it never does.
    pub when: Option<Condition>,
    /// How the hours were come by.
    pub because: String,
    /// The id of its source.
    pub source: String,
}

impl Duty {
    /// Reads one `[[duty]]`.
    ///
    /// # Errors
    /// The first problem with its place.
    pub fn parse(table: &Table<'_>, catalog: &Catalog) -> Result<Self> {
        let number = |key: &str, table: &Table<'_>| {
            let node = table.require(key)?;
            Dimension::Ratio.parse(node.typed()?).map_err(|error| {
                Box::new(
                    node.problem(error.to_string())
                        .help("hours a month, as a number"),
                )
            })
        };
        let node = table.require("hours")?;
        let hours = node.table()?;
        let (low, likely, high) = (
            number("low", &hours)?,
            number("likely", &hours)?,
            number("high", &hours)?,
        );
        hours.finish()?;
        let kubernetes = match table.get("kubernetes") {
            None => None,
            Some(inner) => {
                let inner = inner.table()?;
                let factors = ["none", "some", "expert"].map(|key| number(key, &inner));
                inner.finish()?;
                let [none, some, expert] = factors;
                Some([none?, some?, expert?])
            }
        };
        let once_per = match table.require_text("once_per")? {
            "workload" => OncePer::Workload,
            shared => OncePer::Shared(shared.to_owned()),
        };
        let duty = Self {
            id: table.require_text("id")?.to_owned(),
            what: table.require_text("what")?.to_owned(),
            platforms: read_platforms(&table.require("platforms")?, catalog)?,
            once_per,
            hours: Range::new(low, likely, high)
                .map_err(|error| Box::new(node.problem(error.to_string())))?,
            kubernetes,
            when: table
                .get("when")
                .map(|node| Condition::parse(&node))
                .transpose()?,
            because: table.require_text("because")?.to_owned(),
            source: table.require_text("source")?.to_owned(),
        };
        table.finish()?;
        Ok(duty)
    }

    /// Hours a month for a team; none when the duty does not arise.
    pub fn hours_for(&self, facts: &Facts) -> Option<Range<f64>> {
        if self
            .when
            .as_ref()
            .is_some_and(|when| when.evaluate(facts) != Truth::True)
        {
            return None;
        }
        let Some([none, some, expert]) = self.kubernetes else {
            return Some(self.hours);
        };
        Some(match facts.get(FactId::Kubernetes) {
            Some(Value::Choice("none")) => self.hours.map(|hours| hours * none),
            Some(Value::Choice("some")) => self.hours.map(|hours| hours * some),
            Some(Value::Choice(_)) => self.hours.map(|hours| hours * expert),
            _ => {
                let factors = Range::new(expert, some, none);
                factors.map_or(self.hours, |factors| self.hours.zip(&factors, |h, f| h * f))
            }
        })
    }
}
