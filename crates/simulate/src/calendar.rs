//! A queue of things that will end, in the order in which they end.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// No node.
const NIL: u32 = u32::MAX;
/// Things that a bucket is meant to hold: few enough to sort at once.
const IN_A_BUCKET: f64 = 12.0;
/// Most things that are sorted one by one; what comes beyond, as a batch or under a law with
/// a long tail does, goes to a heap.
const CROWD: usize = 256;
/// Mean lengths that one turn of the wheel covers.
const TURN: f64 = 16.0;
/// The shortest mean that the wheel is laid out for, as a part of the usual.
const SHORTEST: f64 = 1.0 / 64.0;
/// Fewest buckets.
const FEWEST: usize = 32;

/// A ladder of two steps (after Brown, Calendar queues, Communications of the ACM 31,
/// 1988): what ends soon is sorted, everything later lies unsorted in the buckets of
/// a wheel. Putting in and taking out cost the same however many things are under way;
/// nothing is allocated once it has grown.
#[derive(Debug)]
pub(crate) struct Calendar<T> {
    /// Ends of what ends before the horizon, the next one last, in seconds.
    soon_s: Vec<f64>,
    /// What goes with them.
    soon: Vec<T>,
    /// More that ends before the horizon, where that is too much to sort one by one.
    crowd: BinaryHeap<Ending<T>>,
    horizon_s: f64,
    /// The bucket that ends at the horizon.
    now: i64,
    later: Vec<Node<T>>,
    free: u32,
    heads: Vec<u32>,
    mask: i64,
    /// Buckets a second.
    pace: f64,
    len: usize,
    /// How many the wheel was laid out for.
    laid_out_for: usize,
    /// Time from putting in to ending, in seconds, as last seen.
    mean_s: f64,
    /// The shortest that it is taken for: where all end at about the present, buckets would
    /// be so short that the wheel turns for ever.
    least_s: f64,
}

#[derive(Debug, Clone, Copy)]
struct Node<T> {
    end_s: f64,
    bucket: i64,
    next: u32,
    what: T,
}

/// What ends, in an order whose greatest ends first.
#[derive(Debug, Clone, Copy)]
struct Ending<T> {
    end_s: f64,
    what: T,
}

impl<T> PartialEq for Ending<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> Eq for Ending<T> {}

impl<T> PartialOrd for Ending<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Ending<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.end_s.total_cmp(&self.end_s)
    }
}

impl<T: Copy> Calendar<T> {
    /// An empty queue for things that take about `mean_s` seconds.
    pub(crate) fn new(mean_s: f64) -> Self {
        let mean_s = if mean_s > 0.0 && mean_s.is_finite() {
            mean_s
        } else {
            1.0
        };
        let mut queue = Self {
            soon_s: Vec::with_capacity(64),
            soon: Vec::with_capacity(64),
            crowd: BinaryHeap::new(),
            horizon_s: 0.0,
            now: 0,
            later: Vec::new(),
            free: NIL,
            heads: Vec::new(),
            mask: 0,
            pace: 1.0,
            len: 0,
            laid_out_for: 0,
            mean_s,
            least_s: mean_s * SHORTEST,
        };
        queue.lay_out(0.0);
        queue
    }

    /// How many are under way.
    #[inline]
    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    /// The bucket of a time, in seconds.
    #[inline]
    fn bucket(&self, at_s: f64) -> i64 {
        (at_s * self.pace) as i64
    }

    /// Puts in what ends at `end_s`; `now_s` is the present, in seconds.
    #[inline]
    pub(crate) fn put(&mut self, now_s: f64, end_s: f64, what: T) {
        if self.len == 0 && self.horizon_s <= now_s {
            self.advance(now_s);
        }
        // Before anything else, so that what ends soon stays short in a batch too.
        if self.len >= 2 * self.laid_out_for {
            self.lay_out(now_s);
        }
        self.len += 1;
        if end_s < self.horizon_s {
            self.put_soon(end_s, what);
        } else {
            self.put_later(end_s, what);
        }
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "the mask keeps buckets within the wheel"
    )]
    fn put_later(&mut self, end_s: f64, what: T) {
        let bucket = self.bucket(end_s).max(self.now + 1);
        let head = &mut self.heads[(bucket & self.mask) as usize];
        let node = Node {
            end_s,
            bucket,
            next: *head,
            what,
        };
        let place = self.free;
        if let Some(slot) = self.later.get_mut(place as usize) {
            self.free = slot.next;
            *slot = node;
            *head = place;
        } else {
            *head = self.later.len() as u32;
            self.later.push(node);
        }
    }

    /// Sorts one in among what ends soon; of equals, the first in is the first out.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "places run below the length")]
    fn put_soon(&mut self, end_s: f64, what: T) {
        let mut place = self.soon_s.len();
        if place >= CROWD {
            self.crowd.push(Ending { end_s, what });
            return;
        }
        self.soon_s.push(end_s);
        self.soon.push(what);
        while place > 0 && self.soon_s[place - 1] <= end_s {
            self.soon_s[place] = self.soon_s[place - 1];
            self.soon[place] = self.soon[place - 1];
            place -= 1;
        }
        self.soon_s[place] = end_s;
        self.soon[place] = what;
    }

    /// Takes out all that end by `until_s`, in order, each with its end.
    #[inline]
    pub(crate) fn drain(&mut self, until_s: f64, mut each: impl FnMut(f64, T)) {
        loop {
            while let Some(end_s) = self.first_s() {
                if end_s > until_s {
                    return;
                }
                if let Some(what) = self.pop() {
                    each(end_s, what);
                }
            }
            if until_s < self.horizon_s {
                return;
            }
            self.advance(until_s);
        }
    }

    /// When the next one ends, if by `until_s`, in seconds.
    #[inline]
    pub(crate) fn next_before(&mut self, until_s: f64) -> Option<f64> {
        if self.len == 0 {
            return None;
        }
        loop {
            match self.first_s() {
                Some(end_s) => return (end_s <= until_s).then_some(end_s),
                None if until_s >= self.horizon_s => self.advance(until_s),
                None => return None,
            }
        }
    }

    /// Takes out the next one, with its end, if that is by `until_s`, in seconds.
    #[inline]
    pub(crate) fn take_before(&mut self, until_s: f64) -> Option<(f64, T)> {
        let end_s = self.next_before(until_s)?;
        Some((end_s, self.pop()?))
    }

    /// When the first one before the horizon ends, in seconds.
    #[inline]
    fn first_s(&self) -> Option<f64> {
        let first_s = self.soon_s.last().copied();
        match self.crowd.peek() {
            None => first_s,
            Some(other) => Some(first_s.map_or(other.end_s, |first_s| first_s.min(other.end_s))),
        }
    }

    /// Takes out the one that [`next_before`](Self::next_before) has shown.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<T> {
        let is_crowd = self.crowd.peek().is_some_and(|other| {
            let first_s = self.soon_s.last();
            first_s.is_none_or(|first_s| other.end_s < *first_s)
        });
        if is_crowd {
            self.len -= 1;
            return self.crowd.pop().map(|one| one.what);
        }
        self.soon_s.pop()?;
        self.len -= 1;
        self.soon.pop()
    }

    /// Moves the horizon: by a bucket, or past a time when nothing is under way.
    fn advance(&mut self, until_s: f64) {
        if self.len == 0 {
            // Past it for certain, however the division rounds.
            self.now = self.bucket(until_s) + 1;
            self.horizon_s = (self.now + 1) as f64 / self.pace;
            return;
        }
        if 4 * self.len < self.laid_out_for && self.laid_out_for > FEWEST {
            self.lay_out(self.horizon_s);
        }
        self.now += 1;
        self.horizon_s = (self.now + 1) as f64 / self.pace;
        self.bring_forward();
    }

    /// Sorts what is in the present bucket into what ends soon.
    #[expect(
        clippy::indexing_slicing,
        reason = "links and the mask stay within bounds"
    )]
    fn bring_forward(&mut self) {
        let bucket = (self.now & self.mask) as usize;
        let mut place = self.heads[bucket];
        let mut kept = NIL;
        while place != NIL {
            let node = self.later[place as usize];
            if node.bucket > self.now {
                // A later turn of the wheel.
                self.later[place as usize].next = kept;
                kept = place;
            } else {
                self.later[place as usize].next = self.free;
                self.free = place;
                self.put_soon(node.end_s, node.what);
            }
            place = node.next;
        }
        self.heads[bucket] = kept;
    }

    /// Shows all that are under way, in no order of time, each with its end.
    pub(crate) fn each(&self, mut show: impl FnMut(f64, T)) {
        for (end_s, what) in self.soon_s.iter().zip(&self.soon) {
            show(*end_s, *what);
        }
        for one in &self.crowd {
            show(one.end_s, one.what);
        }
        for head in &self.heads {
            let mut place = *head;
            while let Some(node) = self.later.get(place as usize) {
                show(node.end_s, node.what);
                place = node.next;
            }
        }
    }

    /// Lays the wheel out for as many things as are under way, as long as they take.
    #[cold]
    fn lay_out(&mut self, now_s: f64) {
        let mut under_way = Vec::with_capacity(self.len);
        self.each(|end_s, what| under_way.push((end_s, what)));
        if under_way.len() >= FEWEST {
            let left_s: f64 = under_way.iter().map(|(end_s, _)| end_s - now_s).sum();
            self.mean_s = (left_s / under_way.len() as f64).max(self.least_s);
        }
        let number = self.len.max(FEWEST / 2) as f64;
        self.laid_out_for = self.len.max(FEWEST);
        self.pace = number / (IN_A_BUCKET * self.mean_s);
        let buckets = ((TURN * number / IN_A_BUCKET) as usize).max(FEWEST);
        let buckets = buckets.next_power_of_two();
        self.heads.clear();
        self.heads.resize(buckets, NIL);
        self.mask = i64::try_from(buckets).unwrap_or(i64::MAX) - 1;
        self.later.clear();
        self.free = NIL;
        self.soon.clear();
        self.soon_s.clear();
        self.crowd.clear();
        self.now = self.bucket(now_s);
        self.horizon_s = ((self.now + 1) as f64 / self.pace).max(now_s);
        under_way.sort_unstable_by(|left, right| right.0.total_cmp(&left.0));
        for (end_s, what) in under_way {
            if end_s < self.horizon_s {
                self.put_soon(end_s, what);
            } else {
                self.put_later(end_s, what);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{CROWD, Calendar};

    /// However many end at about the same time, all come out, in order.
    #[test]
    fn a_crowd_ends_in_the_order_of_a_few() {
        for number in [CROWD / 2, 3 * CROWD, 100 * CROWD] {
            let mut queue = Calendar::new(1.0);
            for place in 0..number {
                // All at once, but for some before and after, and one in a thousand much
                // later, which makes buckets wide.
                let mut end_s = 1.0 + [0.0, -1e-9, 1e-9, 0.0][place % 4];
                if place % 1_000 == 999 {
                    end_s = 1e4;
                }
                queue.put(0.0, end_s, place);
            }
            let mut ends: Vec<f64> = Vec::new();
            queue.drain(2e4, |end_s, _| ends.push(end_s));
            assert_eq!(ends.len(), number);
            assert!(ends.is_sorted());
            assert_eq!(queue.len(), 0);
        }
    }
}
