//! Where facts come from.

use std::collections::BTreeMap;

use jiff::civil::Date;
use landfall_source::{Result, Source, document};

use crate::read::read_date;

/// How far a source can be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// AWS's own page, documentation or code.
    A,
    /// A maintainer or engineer citing AWS, checked against a second source.
    B,
    /// One secondary source, or judgement.
    C,
    /// Computed from other facts.
    D,
}

impl Grade {
    const WORDS: &[&str] = &["A", "B", "C", "D"];

    /// The letter.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }

    /// The grade of that letter.
    pub fn named(letter: &str) -> Option<Self> {
        [Self::A, Self::B, Self::C, Self::D]
            .into_iter()
            .find(|grade| grade.letter() == letter)
    }
}

/// One source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceEntry {
    /// What it is.
    pub title: String,
    /// Whose it is.
    pub publisher: String,
    /// When it was read, or the date it gives itself.
    pub read: Date,
    /// How far it can be trusted.
    pub grade: Grade,
    /// Where it is, when it has an address.
    pub at: Option<String>,
}

/// Sources by id.
pub type Sources = BTreeMap<String, SourceEntry>;

/// Reads a `sources.toml`.
///
/// # Errors
/// The first problem with its place.
pub fn read_sources(source: &Source) -> Result<Sources> {
    document(source, |top| {
        let mut sources = Sources::new();
        for table in top.tables("source")? {
            let id = table.require("id")?;
            let grade = table.require("grade")?.one_of(Grade::WORDS)?;
            let entry = SourceEntry {
                title: table.require_text("title")?.to_owned(),
                publisher: table.require_text("publisher")?.to_owned(),
                read: read_date(&table.require("read")?)?,
                grade: Grade::named(grade).unwrap_or(Grade::C),
                at: table.text("at")?.map(str::to_owned),
            };
            table.finish()?;
            if sources.insert(id.text()?.to_owned(), entry).is_some() {
                return Err(Box::new(id.problem("this source is there twice")));
            }
        }
        Ok(sources)
    })
}
