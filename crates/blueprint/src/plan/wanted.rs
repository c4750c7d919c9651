//! What is asked for besides the decision.

use super::language::Language;

/// Where a function's results go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Writes {
    /// Nowhere that the blueprint knows of.
    Nothing,
    /// Objects in a bucket.
    Objects,
    /// Objects in a bucket and items in a table.
    ObjectsAndTable,
    /// Messages in a queue.
    Queue,
}

/// What is asked for besides the decision.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// A platform for every workload instead of the recommended one.
    pub platform: Option<String>,
    /// One workload alone.
    pub workload: Option<String>,
    /// At most so many of the copies of a workload; none for all of them.
    pub copies: Option<u32>,
    /// A language instead of the file's.
    pub language: Option<Language>,
    /// Where functions write, instead of what their trigger suggests.
    pub writes: Option<Writes>,
}
