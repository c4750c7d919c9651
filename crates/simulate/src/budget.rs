//! How much work a run may do, so that every run ends within bounded time and memory.

/// Most requests, jobs or records that a run holds at once: under way, waiting, or to be
/// tried again. At some 100 bytes each, they stay below 500 MB.
pub const MOST_HELD: usize = 1 << 22;
/// Events that an attempt made again counts for: it is looked for among many that wait.
pub(crate) const AGAIN: u64 = 4;

/// Events that may still happen: an arrival, an attempt, a launch, the end of a step.
/// A run whose budget is spent stops there, and says so ([`crate::Outcome::cut_s`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    left: u64,
    is_spent: bool,
}

impl Budget {
    /// So many events.
    pub const fn events(number: u64) -> Self {
        Self {
            left: number,
            is_spent: false,
        }
    }

    /// No bound: for runs whose input is known to be small.
    pub const UNBOUNDED: Self = Self::events(u64::MAX);

    /// Takes so many events; it is spent where there were not as many.
    #[inline]
    pub(crate) const fn spend(&mut self, events: u64) {
        self.is_spent |= self.left < events;
        self.left = self.left.saturating_sub(events);
    }

    /// Events left.
    pub(crate) fn left(self) -> usize {
        usize::try_from(self.left).unwrap_or(usize::MAX)
    }

    /// Ends the run: it holds more than memory is promised for.
    pub(crate) const fn exhaust(&mut self) {
        self.left = 0;
        self.is_spent = true;
    }

    /// Whether more was to happen than it allows.
    #[inline]
    pub(crate) const fn is_spent(self) -> bool {
        self.is_spent
    }
}
