//! What must run.
//!
//! A [`System`] is one workload file: a team, a region, and one or more
//! [`Workload`]s. Everything known of a workload is a [`FactId`] with a [`Value`]:
//! given in the file, derived from what is given ([`derive`](mod@derive)), or unknown. Nothing
//! unknown is assumed here.
//!
//! ```
//! use landfall_source::Source;
//! use landfall_workload::{FactId, System};
//! let source = Source::new("w.toml", r#"
//! schema = 1
//! name = "Photo sharing"
//! [[workload]]
//! id = "thumbnails"
//! traffic.volume = "2M/month"
//! work.duration = { p50 = "800ms", p99 = "2.4s" }
//! "#);
//! let system = System::parse(&source)?;
//! let facts = &system.workloads[0].facts;
//! assert_eq!(facts.show(FactId::Volume).as_deref(), Some("2M/month"));
//! assert_eq!(facts.show(FactId::DurationMean).as_deref(), Some("894.37ms"));
//! assert_eq!(facts.show(FactId::Gpu), None);
//! # Ok::<(), Box<landfall_source::Diagnostic>>(())
//! ```

mod clock;
pub mod derive;
mod fact;
mod facts;
mod file;
mod learn;
mod schema;
mod spelling;
mod trace;
mod value;
mod write;

pub use clock::{ahead_of_utc_s, scheduled_times};
pub use fact::{FactId, FactSet, Kind, Scope};
pub use facts::{Entry, Facts, Origin};
pub use file::{DEFAULT_REGION, System, Workload};
pub use schema::json_schema;
pub use trace::{
    AzurePart, Count, FunctionCounts, FunctionDurations, FunctionRow, LONGEST_MIN, Layout,
    MostMemory, Request, Row, Shape, Trace, TraceSummary, read_durations, read_memory,
    summarise_trace,
};
pub use value::{Domain, Value};
pub use write::{at_most, literal, write_file};
