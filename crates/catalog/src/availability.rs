//! What is offered in which region, where a source says so.

use jiff::civil::Date;
use landfall_source::{Result, Source, Table, document};
use landfall_units::is_region_name;

use crate::read::read_date;

/// The instance types of EC2, among what is offered: all types of the region are known.
const INSTANCES: &str = "instances";

/// The rows of `data/availability.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Availability {
    rows: Vec<AvailabilityRow>,
}

/// Where something is offered, as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvailabilityRow {
    /// The id of a platform, or `instances`.
    pub what: String,
    /// The day on which it was so.
    pub as_of: Date,
    /// The regions that have it.
    pub regions: Vec<String>,
    /// The regions that do not have it.
    pub absent: Vec<String>,
    /// The id of its source.
    pub source: String,
}

impl Availability {
    /// Reads the table; `platforms` are the ids that a row may speak of.
    pub(crate) fn parse(source: &Source, platforms: &[&str]) -> Result<Self> {
        document(source, |top| {
            let tables = top.tables("availability")?;
            let rows = tables.iter().map(|table| read(table, platforms));
            rows.collect::<Result<_>>().map(|rows| Self { rows })
        })
    }

    /// The rows.
    pub fn rows(&self) -> &[AvailabilityRow] {
        &self.rows
    }

    /// What is known of a platform in a region on a day: the last row up to then that names
    /// the region; none where nothing is known.
    pub fn of(&self, what: &str, region: &str, day: Date) -> Option<(bool, &AvailabilityRow)> {
        let names = |list: &[String]| list.iter().any(|one| one == region);
        let known = self.rows.iter().filter(|row| {
            row.what == what && row.as_of <= day && (names(&row.regions) || names(&row.absent))
        });
        let last = known.max_by_key(|row| row.as_of)?;
        Some((names(&last.regions), last))
    }

    /// The row that says that a region does not have a platform on a day.
    pub fn absence(&self, what: &str, region: &str, day: Date) -> Option<&AvailabilityRow> {
        let known = self.of(what, region, day);
        known.filter(|(is_there, _)| !is_there).map(|(_, row)| row)
    }

    /// Whether it is an open question if a region has a platform: rows speak of the platform,
    /// and none, of whatever day, of the region.
    pub fn is_open(&self, what: &str, region: &str) -> bool {
        let mut rows = self.rows.iter().filter(|row| row.what == what).peekable();
        let named = |row: &AvailabilityRow| {
            let mut all = row.regions.iter().chain(&row.absent);
            all.any(|one| one == region)
        };
        rows.peek().is_some() && !rows.any(named)
    }

    /// Whether every instance type that a region sells is known: one without a price is not
    /// sold there.
    pub fn knows_instances(&self, region: &str, day: Date) -> bool {
        self.of(INSTANCES, region, day).is_some_and(|(all, _)| all)
    }
}

fn read(table: &Table<'_>, platforms: &[&str]) -> Result<AvailabilityRow> {
    let what = table.require_text("what")?;
    if what != INSTANCES && !platforms.contains(&what) {
        return Err(Box::new(
            table.problem(format!("there is no platform `{what}`")),
        ));
    }
    let regions = |key: &str| {
        let names = table.texts(key)?;
        match names.iter().find(|name| !is_region_name(name)) {
            Some(name) => Err(Box::new(table.problem(format!("`{name}` is no region")))),
            None => Ok(names.into_iter().map(str::to_owned).collect()),
        }
    };
    let row = AvailabilityRow {
        what: what.to_owned(),
        as_of: read_date(&table.require("as_of")?)?,
        regions: regions("regions")?,
        absent: regions("absent")?,
        source: table.require_text("source")?.to_owned(),
    };
    table.finish()?;
    if let Some(both) = row.regions.iter().find(|one| row.absent.contains(one)) {
        let problem = format!("`{both}` both has and lacks `{what}`");
        return Err(Box::new(table.problem(problem)));
    }
    Ok(row)
}
