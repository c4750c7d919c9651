//! What a pack must say of some facts.

use jiff::civil::Date;
use landfall_catalog::{Catalog, PlatformSet, read_date};
use landfall_source::{Result, Span, Table};
use landfall_workload::{Facts, Origin, Scope, Value};

use crate::condition::read_fact;
use crate::rule::read_platforms;

/// Facts, and what the pack must say of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    /// Why it must say so.
    pub because: String,
    /// The facts.
    pub facts: Facts,
    /// The day; the pack's own when none.
    pub as_of: Option<Date>,
    /// Rules that must hold for one of their platforms at least.
    pub fires: Vec<String>,
    /// Rules that must be known not to hold for any of their platforms.
    pub quiet: Vec<String>,
    /// Platforms that must be excluded.
    pub excluded: PlatformSet,
    /// Platforms that nothing may exclude.
    pub open: PlatformSet,
    /// Platforms that unknown facts could exclude.
    pub undecided: PlatformSet,
}

/// A case that came out otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFailure {
    /// The case's reason.
    pub case: String,
    /// What came out.
    pub found: String,
}

/// What running a pack's cases showed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[must_use]
pub struct CaseReport {
    /// Cases run.
    pub cases: usize,
    /// Cases that came out otherwise.
    pub failures: Vec<CaseFailure>,
    /// Rules that no case shows holding.
    pub never_fired: Vec<String>,
    /// Rules that no case shows not holding.
    pub never_quiet: Vec<String>,
}

impl Case {
    /// Reads one `[[case]]`.
    ///
    /// # Errors
    /// The first problem with its place.
    pub fn parse(table: &Table<'_>, catalog: &Catalog) -> Result<Self> {
        let node = table.require("facts")?;
        let given = node.table()?;
        let mut facts = Facts::default();
        for name in given.keys().map(str::to_owned).collect::<Vec<_>>() {
            let value = given.require(&name)?;
            let fact = read_named(&name, &value)?;
            facts.set(
                fact,
                Value::read(fact, &value)?,
                Origin::Given(Span::default()),
            );
        }
        let platforms = |key: &str| {
            table.get(key).map_or(Ok(PlatformSet::default()), |node| {
                read_platforms(&node, catalog)
            })
        };
        let words = |key: &str| -> Result<Vec<String>> {
            Ok(table.texts(key)?.into_iter().map(str::to_owned).collect())
        };
        let case = Self {
            because: table.require_text("because")?.to_owned(),
            facts,
            as_of: table
                .get("as_of")
                .map(|node| read_date(&node))
                .transpose()?,
            fires: words("fires")?,
            quiet: words("quiet")?,
            excluded: platforms("excluded")?,
            open: platforms("open")?,
            undecided: platforms("undecided")?,
        };
        table.finish()?;
        Ok(case)
    }
}

fn read_named(name: &str, value: &landfall_source::Node<'_>) -> Result<landfall_workload::FactId> {
    let found = landfall_workload::FactId::named(name);
    if let Some(fact) = found.filter(|fact| fact.scope() != Scope::Derived) {
        return Ok(fact);
    }
    if found.is_some() {
        let problem = value.problem(format!("`{name}` follows from other facts"));
        return Err(Box::new(problem.help("give the facts that it is made of")));
    }
    read_fact(value).and_then(|_| {
        Err(Box::new(
            value.problem(format!("there is no fact `{name}`")),
        ))
    })
}
