//! Requests that were refused and are tried again.

/// A request that is tried again: when, for how many times, since when, for how long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Again {
    pub(crate) at_s: f64,
    pub(crate) attempts: u32,
    pub(crate) first_s: f64,
    pub(crate) run_s: f64,
}

impl Eq for Again {}

impl PartialOrd for Again {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Again {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let by_time = self.at_s.total_cmp(&other.at_s);
        by_time.then(self.first_s.total_cmp(&other.first_s))
    }
}
