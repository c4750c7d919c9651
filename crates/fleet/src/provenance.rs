//! What a table was made from, in the metadata of its file.

use landfall_source::{Diagnostic, Result};
use parquet::file::metadata::KeyValue;

use crate::columns::Table;
use crate::fingerprint::Fingerprint;
use crate::shard::Shard;
use crate::tally::Tally;

/// The version of the table: another one has other columns, or other meanings of them.
pub const FORMAT: u32 = 2;

/// What a table was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// What the table holds.
    pub table: Table,
    /// The version of the program.
    pub version: String,
    /// Everything besides the items that a row depends on, as one text.
    pub options: String,
    /// The shard.
    pub shard: Shard,
    /// What was decided; of a table that is begun, nothing yet.
    pub tally: Tally,
}

const KEYS: [&str; 11] = [
    "landfall.format",
    "landfall.table",
    "landfall.version",
    "landfall.options",
    "landfall.shard",
    "landfall.fleet",
    "landfall.inputs",
    "landfall.items",
    "landfall.rows",
    "landfall.errors",
    "landfall.unanswered",
];

impl Provenance {
    pub(crate) fn write(&self) -> Vec<KeyValue> {
        let tally = &self.tally;
        let values = [
            FORMAT.to_string(),
            self.table.name().to_owned(),
            self.version.clone(),
            self.options.clone(),
            self.shard.to_string(),
            tally.fleet.to_string(),
            tally.inputs.to_string(),
            tally.items.to_string(),
            tally.rows.to_string(),
            tally.errors.to_string(),
            tally.unanswered.to_string(),
        ];
        let pairs = KEYS.into_iter().zip(values);
        pairs
            .map(|(key, value)| KeyValue::new(key.to_owned(), value))
            .collect()
    }

    /// Reads it from the metadata of a file.
    ///
    /// # Errors
    /// The file is none of the tables, or of another format.
    pub(crate) fn read(file: &str, pairs: Option<&Vec<KeyValue>>) -> Result<Self> {
        let value = |key: &str| {
            let mut pairs = pairs.into_iter().flatten();
            pairs.find(|pair| pair.key == key)?.value.as_deref()
        };
        let no_results = || {
            let problem = Diagnostic::new(format!("`{file}` is no table of a fleet"));
            let help = "name a file that `landfall fleet` or `landfall simulate --out` has written";
            Box::new(problem.help(help))
        };
        let text = |key: &str| value(key).ok_or_else(no_results);
        let number = |key: &str| -> Result<u64> { text(key)?.parse().map_err(|_| no_results()) };
        let print = |key: &str| Fingerprint::parse(text(key)?).ok_or_else(no_results);
        let [
            format,
            table,
            version,
            options,
            shard,
            fleet,
            inputs,
            items,
            rows,
            errors,
            unanswered,
        ] = KEYS;
        if number(format)? != u64::from(FORMAT) {
            let what = format!("`{file}` was written by another version of landfall");
            return Err(Box::new(
                Diagnostic::new(what).help("make it anew, with --force"),
            ));
        }
        Ok(Self {
            table: Table::parse(text(table)?).ok_or_else(no_results)?,
            version: text(version)?.to_owned(),
            options: text(options)?.to_owned(),
            shard: Shard::parse(text(shard)?).map_err(|_| no_results())?,
            tally: Tally {
                fleet: print(fleet)?,
                inputs: print(inputs)?,
                items: number(items)?,
                rows: number(rows)?,
                errors: number(errors)?,
                unanswered: number(unanswered)?,
            },
        })
    }

    /// Whether two tables are of the same fleet, made in the same way.
    pub(crate) fn is_beside(&self, other: &Self) -> bool {
        self.table == other.table
            && self.version == other.version
            && self.options == other.options
            && self.shard.count() == other.shard.count()
            && self.tally.fleet == other.tally.fleet
    }
}
