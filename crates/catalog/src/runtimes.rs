//! The runtimes that Lambda has, and until when.

use jiff::civil::Date;
use landfall_source::Result;

use crate::rows::read_rows;

/// A runtime of Lambda.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Runtime {
    /// Its identifier, as Lambda names it: `python3.14`.
    pub name: String,
    /// The language, as identifiers begin with it: `python`, `nodejs`, `java`, ...
    pub language: String,
    /// The day from which it is deprecated; none where no day is known.
    pub deprecated: Option<Date>,
    /// The newest of its language that takes its place; none for the newest itself.
    pub successor: Option<String>,
    /// The id of its source.
    pub source: String,
    /// The day on which the source was read.
    pub date: Date,
}

impl Runtime {
    /// Whether it may still be used for something new on a day.
    pub fn is_supported_on(&self, day: Date) -> bool {
        self.deprecated.is_none_or(|from| day < from)
    }

    /// The version in the names of container images: `3.14` of `python3.14`, `24` of
    /// `nodejs24.x`.
    pub fn version(&self) -> &str {
        let version = self.name.strip_prefix(self.language.as_str());
        version.unwrap_or_default().trim_end_matches(".x")
    }
}

/// Reads `runtimes.csv`.
pub(crate) fn read_runtimes(name: &str, text: &str) -> Result<Vec<Runtime>> {
    read_rows(name, text, |row| {
        let is_dated = !row.cell(2).is_empty();
        Ok(Runtime {
            name: row.text(0),
            language: row.text(1),
            deprecated: is_dated.then(|| row.date(2)).transpose()?,
            successor: Some(row.text(3)).filter(|name| !name.is_empty()),
            source: row.text(4),
            date: row.date(5)?,
        })
    })
}
