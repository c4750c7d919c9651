//! The requests that compute at a copy, and which of them is done first.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

/// A request that computes: done when its copy's virtual time has come so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Computing {
    pub(super) done_at: f64,
    pub(super) then: Then,
}

/// When a request came, and how long it waits for others once it has computed, in seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Then {
    pub(super) at_s: f64,
    pub(super) wait_s: f64,
}

impl PartialEq for Computing {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Computing {}

impl PartialOrd for Computing {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// What is done first is greatest.
impl Ord for Computing {
    fn cmp(&self, other: &Self) -> Ordering {
        other.done_at.total_cmp(&self.done_at)
    }
}

/// Lanes that are looked at together.
const WIDE: usize = 4;
/// Most that are looked through, and how many of them stay when there are more.
const MOST: usize = 12 * WIDE;
const STAY: usize = MOST / 2;
const NEVER: u64 = f64::INFINITY.to_bits();

/// A few, looked through as a whole for the first of them, which takes no branch that a
/// processor could guess wrong; where there are many, the rest lie in a heap.
#[derive(Debug)]
pub(super) struct Few {
    /// When each is done, as bits, which order as the numbers do: none is negative. Infinite in
    /// lanes that are empty.
    done_at: Vec<[u64; WIDE]>,
    then: Vec<Then>,
    /// The least of `done_at`.
    first_at: u64,
    /// None of them before any of the others.
    later: BinaryHeap<Computing>,
}

impl Few {
    pub(super) fn new() -> Self {
        Self {
            done_at: vec![[NEVER; WIDE]],
            then: Vec::new(),
            first_at: NEVER,
            later: BinaryHeap::new(),
        }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.then.len() + self.later.len()
    }

    /// When the copy's virtual time is so far that the first is done; infinite for none.
    #[inline]
    pub(super) const fn first_at(&self) -> f64 {
        f64::from_bits(self.first_at)
    }

    #[inline]
    pub(super) fn push(&mut self, one: Computing) {
        if (self.then.len() >= MOST || !self.later.is_empty()) && self.push_many(one) {
            return;
        }
        let place = self.then.len();
        if place == WIDE * self.done_at.len() {
            self.done_at.push([NEVER; WIDE]);
        }
        self.then.push(one.then);
        let done_at = one.done_at.to_bits();
        self.set(place, done_at);
        self.first_at = self.first_at.min(done_at);
    }

    #[inline]
    fn set(&mut self, place: usize, done_at: u64) {
        let lane = self.done_at.as_flattened_mut().get_mut(place);
        if let Some(lane) = lane {
            *lane = done_at;
        }
    }

    /// Takes out the first.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<Then> {
        let number = self.then.len();
        let place = self.first()?;
        let last = number - 1;
        let moved = self.done_at.as_flattened().get(last).copied()?;
        // In this order, so that the last may be the first itself.
        self.set(place, moved);
        self.set(last, NEVER);
        let then = self.then.swap_remove(place);
        self.first_at = self.least();
        if last == 0 && !self.later.is_empty() {
            self.refill();
        }
        Some(then)
    }

    /// The place of the first.
    #[inline]
    fn first(&self) -> Option<usize> {
        let first_at = self.first_at;
        let used = self.then.len().div_ceil(WIDE);
        for (group, lanes) in self.done_at.iter().take(used).enumerate() {
            let is_first = lanes.map(|lane| u32::from(lane <= first_at));
            let [a, b, c, d] = is_first;
            let bits = a | b << 1 | c << 2 | d << 3;
            if bits != 0 {
                let place = WIDE * group + bits.trailing_zeros() as usize;
                return (place < self.then.len()).then_some(place);
            }
        }
        None
    }

    /// When the first is done.
    #[inline]
    fn least(&self) -> u64 {
        let used = self.then.len().div_ceil(WIDE);
        let mut least = [NEVER; WIDE];
        for lanes in self.done_at.iter().take(used) {
            for (least, lane) in least.iter_mut().zip(lanes) {
                *least = (*least).min(*lane);
            }
        }
        let [a, b, c, d] = least;
        a.min(b).min(c.min(d))
    }

    /// Puts one in where there are many; false where it may lie with the few.
    #[cold]
    fn push_many(&mut self, one: Computing) -> bool {
        let is_late = self.later.peek();
        if is_late.is_some_and(|next| next.done_at <= one.done_at) {
            self.later.push(one);
            return true;
        }
        if self.then.len() < MOST {
            return false;
        }
        let mut all: Vec<Computing> = self.few().chain([one]).collect();
        all.sort_unstable();
        // What is done first is greatest.
        let rest = all.len() - STAY;
        self.later.extend(all.drain(..rest));
        self.fill(&all);
        true
    }

    fn few(&self) -> impl Iterator<Item = Computing> + '_ {
        let pairs = self.done_at.as_flattened().iter().zip(&self.then);
        pairs.map(|(done_at, then)| Computing {
            done_at: f64::from_bits(*done_at),
            then: *then,
        })
    }

    #[cold]
    fn refill(&mut self) {
        let next = (0..STAY).map_while(|_| self.later.pop());
        let next: Vec<Computing> = next.collect();
        self.fill(&next);
    }

    fn fill(&mut self, all: &[Computing]) {
        self.done_at.clear();
        self.done_at
            .resize(all.len().div_ceil(WIDE).max(1), [NEVER; WIDE]);
        self.then.clear();
        for (place, one) in all.iter().enumerate() {
            self.set(place, one.done_at.to_bits());
            self.then.push(one.then);
        }
        self.first_at = self.least();
    }

    pub(super) fn clear(&mut self) {
        self.fill(&[]);
        self.later.clear();
    }
}

/// The lesser of two that are numbers.
#[inline]
pub(super) fn lesser(one: f64, other: f64) -> f64 {
    if one < other { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::{Computing, Few, Then};

    /// However many compute, they are done in order.
    #[test]
    fn all_come_out_in_order_whenever_they_went_in() {
        let mut all = Few::new();
        let mut held: Vec<f64> = Vec::new();
        let mut state = 1_u32;
        for step in 0..20_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            // More come for a while, then more go.
            let comes = (state >> 16) % 100 < if step % 4_000 < 2_000 { 60 } else { 40 };
            if comes || held.is_empty() {
                let done_at = f64::from(state >> 22);
                held.push(done_at);
                held.sort_by(f64::total_cmp);
                let (at_s, wait_s) = (done_at, 0.0);
                let then = Then { at_s, wait_s };
                all.push(Computing { done_at, then });
            } else {
                let least = held.remove(0);
                assert_eq!(all.first_at().to_bits(), least.to_bits());
                let then = all.pop();
                assert_eq!(then.map(|then| then.at_s.to_bits()), Some(least.to_bits()));
            }
            assert_eq!(all.len(), held.len());
        }
    }
}
