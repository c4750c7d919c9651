//! Many workloads at once: a fleet.
//!
//! An [`Item`] is one workload file, or one row of a table with a column for each fact. Items have a
//! place in the fleet, from 0; a [`Shard`] owns every so many of them, so that the shards together are
//! the whole. Each item becomes one [`Row`] for each of its workloads, or one row with an error
//! ([`decide`]). Rows are written to Parquet in groups of bounded size ([`Writer`]), with what they were
//! made from in the file's metadata ([`Provenance`]): whether a shard is there and whole is read from
//! that alone. [`merge`] puts the rows of all shards in the order of one run, and [`Summary`] counts
//! them. Nothing here touches the machine: files come in as readers.

mod as_csv;
mod columns;
mod decided;
mod fingerprint;
mod functions;
mod item;
mod merge;
mod provenance;
mod reader;
mod shard;
mod summary;
mod table;
mod tables;
mod tally;
mod writer;
mod written;

pub use as_csv::AsCsv;
pub use columns::{Cell, Column, Kind, Row, Table};
pub use decided::{Fleet, decide, fingerprints};
pub use fingerprint::Fingerprint;
pub use functions::{ColdShare, FunctionsSummary, IdleLimit};
pub use item::{Item, TableRow, Text};
pub use merge::merge;
pub use provenance::{FORMAT, Provenance};
pub use reader::Results;
pub use shard::Shard;
pub use summary::{Share, Summary};
pub use tables::{csv_items, parquet_items};
pub use tally::Tally;
pub use writer::Writer;
