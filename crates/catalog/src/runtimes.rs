//! The runtimes that Lambda has, and until when.

use jiff::civil::Date;
use landfall_source::{Diagnostic, Result};

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
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let mut read = Vec::new();
    for (row, record) in rows.records().enumerate() {
        let problem = |what: &str| {
            Box::new(Diagnostic::new(format!("{name}:{}: {what}", row + 2)).help("correct the row"))
        };
        let record = record.map_err(|error| problem(&error.to_string()))?;
        let cell = |column: usize| record.get(column).unwrap_or("");
        let day = |column: usize| {
            let day = cell(column).parse::<Date>();
            day.map_err(|_| problem("a day is not one"))
        };
        read.push(Runtime {
            name: cell(0).to_owned(),
            language: cell(1).to_owned(),
            deprecated: match cell(2) {
                "" => None,
                _ => Some(day(2)?),
            },
            successor: Some(cell(3).to_owned()).filter(|name| !name.is_empty()),
            source: cell(4).to_owned(),
            date: day(5)?,
        });
    }
    Ok(read)
}
