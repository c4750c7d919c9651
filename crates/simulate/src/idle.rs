//! Idle environments, and when they end.

/// An idle environment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Idle {
    pub(crate) since_s: f64,
    /// When its life is over.
    pub(crate) dies_s: f64,
}

/// When idle environments end that are looked at together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    /// After so long without work of their own, in seconds.
    pub(crate) idle_s: f64,
    /// All of them at this time, in seconds; infinite where the function was not silent
    /// for too long.
    pub(crate) all_s: f64,
}

impl Ends {
    /// How long one is kept that is idle since a time and whose life is over at another, in
    /// seconds.
    pub(crate) fn kept_s(&self, since_s: f64, dies_s: f64) -> f64 {
        let by_s = dies_s.min(self.all_s) - since_s;
        by_s.min(self.idle_s).max(0.0)
    }
}

/// A provisioned environment never dies.
pub(crate) const PROVISIONED: f64 = f64::INFINITY;
