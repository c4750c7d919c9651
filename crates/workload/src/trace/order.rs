//! Rows that come in the order of their ends, put into the order of their starts.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Layout, Request};

/// How much longer than it is known to be a request may be, in seconds: rows are held
/// back so long. The longest run of a function that is asked for today.
const LONGEST_RUN_S: f64 = 3_600.0;
/// Most rows held back.
const MOST_HELD: usize = 1 << 20;

/// A window of rows.
#[derive(Debug)]
pub(super) struct Sorted {
    /// How long rows are held back; none where they come in order.
    hold_s: Option<f64>,
    held: BinaryHeap<Reverse<Held>>,
    latest_end_s: f64,
}

#[derive(Debug)]
struct Held {
    line: u64,
    request: Request,
}

impl PartialEq for Held {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Held {}

impl PartialOrd for Held {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Held {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let by_time = self.request.at_s.total_cmp(&other.request.at_s);
        by_time.then(self.line.cmp(&other.line))
    }
}

impl Sorted {
    pub(super) fn new(layout: Layout) -> Self {
        let by_end = matches!(layout, Layout::EndTimes | Layout::Log);
        Self {
            hold_s: by_end.then_some(LONGEST_RUN_S),
            held: BinaryHeap::new(),
            latest_end_s: f64::NEG_INFINITY,
        }
    }

    pub(super) fn put(&mut self, line: u64, ends_s: f64, request: Request) {
        self.latest_end_s = self.latest_end_s.max(ends_s);
        self.held.push(Reverse(Held { line, request }));
    }

    /// A row before which none can come any more.
    pub(super) fn take(&mut self) -> Option<(u64, Request)> {
        let first = self.held.peek().map(|Reverse(first)| first.request.at_s)?;
        let settled = self
            .hold_s
            .is_none_or(|hold_s| first < self.latest_end_s - hold_s);
        if settled || self.held.len() > MOST_HELD {
            return self.rest();
        }
        None
    }

    /// The first of what is left.
    pub(super) fn rest(&mut self) -> Option<(u64, Request)> {
        let Reverse(first) = self.held.pop()?;
        Some((first.line, first.request))
    }
}
