//! The least of many keys that change one at a time.

use std::hint::select_unpredictable;

/// A key that names its place.
pub(super) trait Key: Copy {
    /// What it is ordered by.
    fn bits(self) -> u64;

    /// One of two, without a branch: nobody could guess which.
    fn select(is_one: bool, one: Self, other: Self) -> Self;
}

/// A tournament: every inner node holds the lesser of its two children, so that the
/// winner is at the root and a change climbs one path. A key names its own place in its last
/// bits, so that the root says both what is least and where, and of equals the first.
#[derive(Debug)]
pub(super) struct Least<K> {
    /// Keys, the leaves from `leaves` on; the root is at 1.
    keys: Vec<K>,
    leaves: usize,
    none: K,
}

impl<K: Key> Least<K> {
    /// No keys; `none` is not less than any key.
    pub(super) fn new(none: K) -> Self {
        Self {
            keys: vec![none; 2],
            leaves: 1,
            none,
        }
    }

    /// Sets the key at a place. Who plays at each node on the way up is known beforehand.
    #[inline]
    #[expect(
        clippy::indexing_slicing,
        reason = "parents and siblings of a leaf exist"
    )]
    pub(super) fn set(&mut self, place: usize, key: K) {
        if place >= self.leaves {
            self.grow(place + 1);
        }
        let mut node = self.leaves + place;
        let mut winner = key;
        self.keys[node] = winner;
        while node > 1 {
            let other = self.keys[node ^ 1];
            // Of equals, the left one: a right one loses unless it is less.
            let is_right = (node & 1) as u64;
            let is_other = other.bits() < winner.bits() + is_right;
            winner = K::select(is_other, other, winner);
            node /= 2;
            self.keys[node] = winner;
        }
    }

    /// Forgets the key at a place.
    pub(super) fn unset(&mut self, place: usize) {
        self.set(place, self.none);
    }

    /// The least key.
    #[inline]
    pub(super) fn least(&self) -> K {
        self.keys.get(1).copied().unwrap_or(self.none)
    }

    #[cold]
    fn grow(&mut self, places: usize) {
        let held = self.keys.split_off(self.leaves);
        self.leaves = places.next_power_of_two();
        self.keys = vec![self.none; 2 * self.leaves];
        for (place, key) in held.into_iter().enumerate() {
            self.set(place, key);
        }
    }
}

/// A number at a place: the less, the less it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Number(u64);

impl Number {
    pub(super) const NONE: Self = Self(u64::MAX >> 1);

    #[inline]
    pub(super) const fn new(number: u32, place: usize) -> Self {
        Self(((number as u64) << 32) | place as u64)
    }

    #[inline]
    pub(super) const fn number(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[inline]
    pub(super) const fn place(self) -> usize {
        (self.0 & 0xffff_ffff) as usize
    }
}

impl Key for Number {
    #[inline]
    fn bits(self) -> u64 {
        self.0
    }

    #[inline]
    fn select(is_one: bool, one: Self, other: Self) -> Self {
        Self(select_unpredictable(is_one, one.0, other.0))
    }
}

/// A time at a place, in seconds and not negative: bits of such times order as they do.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    bits: u64,
    place: usize,
}

impl Time {
    pub(super) const NONE: Self = Self::new(f64::INFINITY, usize::MAX);

    #[inline]
    pub(super) const fn new(at_s: f64, place: usize) -> Self {
        let bits = at_s.to_bits();
        Self { bits, place }
    }

    #[inline]
    pub(super) const fn at_s(self) -> f64 {
        f64::from_bits(self.bits)
    }

    #[inline]
    pub(super) const fn place(self) -> usize {
        self.place
    }
}

impl Key for Time {
    #[inline]
    fn bits(self) -> u64 {
        self.bits
    }

    #[inline]
    fn select(is_one: bool, one: Self, other: Self) -> Self {
        Self {
            bits: select_unpredictable(is_one, one.bits, other.bits),
            place: select_unpredictable(is_one, one.place, other.place),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Least, Number, Time};

    #[test]
    fn the_least_is_found_whatever_changes() {
        let (mut numbers, mut times) = (Least::new(Number::NONE), Least::new(Time::NONE));
        let mut keys = [u32::MAX; 37];
        let mut state = 1_u32;
        for _ in 0..2_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (place, key) = ((state >> 8) as usize % 37, state >> 20);
            keys[place] = key;
            numbers.set(place, Number::new(key, place));
            times.set(place, Time::new(f64::from(key) / 3.0, place));
            let least = keys.iter().copied().min().unwrap_or(u32::MAX);
            // Of equals, the first.
            let first = keys.iter().position(|key| *key == least);
            assert_eq!(numbers.least().number(), least);
            assert_eq!(Some(numbers.least().place()), first);
            assert_eq!(
                times.least().at_s().to_bits(),
                (f64::from(least) / 3.0).to_bits()
            );
            assert_eq!(Some(times.least().place()), first);
        }
    }
}
