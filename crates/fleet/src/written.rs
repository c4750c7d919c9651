//! A row of a table as a workload file.

use landfall_source::Source;

/// The text of a workload file, with where each column of a table has gone.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) source: Source,
    /// Where the value of a column begins, in bytes, in order.
    pub(crate) begins: Vec<(usize, String)>,
}

impl Written {
    pub(crate) const fn whole(source: Source) -> Self {
        Self {
            source,
            begins: Vec::new(),
        }
    }

    /// The column whose value is at a byte of the text.
    pub(crate) fn column(&self, at: usize) -> Option<&str> {
        let before = self.begins.iter().rev().find(|(begins, _)| *begins <= at);
        before.map(|(_, column)| column.as_str())
    }
}
