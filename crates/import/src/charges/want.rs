//! What is looked up in the header of a report.

/// What is needed of a line, as it is looked up in the header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Want {
    /// What the line is, by one word or several.
    Kind,
    /// A second word: how it was priced.
    Pricing,
    /// A third: what kind of commitment.
    Commitment,
    /// A fourth: whether it corrects another.
    Class,
    Service,
    Product,
    UsageType,
    Operation,
    Region,
    Zone,
    Unit,
    Month,
    Currency,
    Quantity,
    Cost,
}

/// How many there are.
pub(super) const WANTS: usize = 15;

/// Names of a column, the best first.
pub(super) type Names = (Want, &'static [&'static str]);
