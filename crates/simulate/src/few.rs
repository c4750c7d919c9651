//! A small pool of environments, looked through as a whole for every request.

use wide::f64x4;

/// Lanes that the processor looks at together.
const WIDE: usize = 4;
/// Most environments of a small pool.
const LANES: usize = 15 * WIDE;
/// The last bits of a time name the lane that it stands in, from 1; times keep the bits
/// above: microseconds over years.
const NAMES: u64 = 63;

/// Environments with the times at which they are free: in the past for idle ones, in the
/// future for busy ones. The newest idle one is found without a branch, which is faster
/// than keeping order as long as there are few.
#[derive(Debug, Clone)]
pub(crate) struct Few {
    /// When each is free, in seconds; not a number where a lane is empty, which compares
    /// with nothing.
    free_s: [f64; LANES],
    /// When the life of each is over, in seconds.
    dies_s: [f64; LANES],
    len: usize,
}

/// One environment: when it is free, and when its life is over, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Environment {
    pub(crate) free_s: f64,
    pub(crate) dies_s: f64,
}

/// What a look at the pool shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen {
    /// Environments at work.
    pub(crate) busy: u32,
    /// Since when the newest idle one is idle, in seconds, with its place in the last
    /// bits; zero where there is none.
    newest: f64,
}

impl Seen {
    /// The newest idle one: its place, and since when it is idle, in seconds.
    #[inline]
    pub(crate) fn newest(self) -> Option<(usize, f64)> {
        let place = (self.newest.to_bits() & NAMES).checked_sub(1)?;
        Some((place as usize, self.newest))
    }
}

impl Few {
    pub(crate) const fn new() -> Self {
        Self {
            free_s: [f64::NAN; LANES],
            dies_s: [f64::NAN; LANES],
            len: 0,
        }
    }

    /// Looks for the newest idle environment and counts the busy ones.
    #[inline]
    pub(crate) fn look(&self, at_s: f64) -> Seen {
        let (at_s, one) = (f64x4::splat(at_s), f64x4::splat(1.0));
        let mut newest = f64x4::splat(0.0);
        let mut idle = f64x4::splat(0.0);
        let (lanes, _) = self.free_s.as_chunks::<WIDE>();
        for free_s in lanes.iter().take(self.len.div_ceil(WIDE)) {
            let free_s = f64x4::new(*free_s);
            let is_idle = free_s.simd_le(at_s);
            newest = newest.fast_max(is_idle & free_s);
            idle += is_idle & one;
        }
        let [a, b, c, d] = newest.to_array();
        let later = |left: f64, right: f64| if left > right { left } else { right };
        Seen {
            busy: self.len as u32 - idle.reduce_add() as u32,
            newest: later(later(a, b), later(c, d)),
        }
    }

    /// The end of life of the one at a place, in seconds.
    #[inline]
    pub(crate) fn dies_s(&self, place: usize) -> f64 {
        self.dies_s.get(place).copied().unwrap_or(f64::NAN)
    }

    /// Gives the one at a place work until a time, in seconds.
    #[inline]
    pub(crate) fn occupy(&mut self, place: usize, until_s: f64) {
        if let Some(free_s) = self.free_s.get_mut(place) {
            // Never later than it is, so that what comes right then finds it free.
            let earlier = until_s.to_bits().saturating_sub(NAMES) & !NAMES;
            *free_s = f64::from_bits(earlier | (place as u64 + 1));
        }
    }

    /// Adds one; false where there is no room.
    pub(crate) fn add(&mut self, one: Environment) -> bool {
        let Some(dies_s) = self.dies_s.get_mut(self.len) else {
            return false;
        };
        *dies_s = one.dies_s;
        self.occupy(self.len, one.free_s);
        self.len += 1;
        true
    }

    /// Takes one out; the last comes into its place.
    pub(crate) fn remove(&mut self, place: usize) {
        let last = self.all().last();
        if let Some(last) = last {
            self.len -= 1;
            self.occupy(place, last.free_s);
            if let Some(dies_s) = self.dies_s.get_mut(place) {
                *dies_s = last.dies_s;
            }
        }
        if let Some(free_s) = self.free_s.get_mut(self.len) {
            *free_s = f64::NAN;
        }
    }

    /// Every environment, in no order.
    pub(crate) fn all(&self) -> impl Iterator<Item = Environment> + '_ {
        let pairs = self.free_s.iter().zip(&self.dies_s).take(self.len);
        pairs.map(|(free_s, dies_s)| Environment {
            free_s: *free_s,
            dies_s: *dies_s,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds an environment that lives for ever.
    fn add(few: &mut Few, free_s: f64) -> bool {
        few.add(Environment {
            free_s,
            dies_s: f64::MAX,
        })
    }

    #[test]
    fn the_newest_idle_one_is_found() {
        let mut few = Few::new();
        assert_eq!(few.look(1.0).newest(), None);
        for free_s in [3.0, 1.0, 9.0, 2.0, 8.0] {
            assert!(add(&mut few, free_s));
        }
        let seen = few.look(4.0);
        let (place, since_s) = seen.newest().unwrap();
        assert_eq!((seen.busy, place), (2, 0));
        assert!((since_s - 3.0).abs() < 1e-12, "{since_s}");
        few.remove(0);
        let seen = few.look(4.0);
        let (place, since_s) = seen.newest().unwrap();
        assert_eq!((seen.busy, place), (2, 3));
        assert!((since_s - 2.0).abs() < 1e-12, "{since_s}");
        few.occupy(place, 5.0);
        assert_eq!(few.look(4.0).busy, 3);
        assert_eq!(few.all().count(), 4);
    }

    #[test]
    fn there_is_room_for_some_dozens_even_at_the_beginning_of_time() {
        let mut few = Few::new();
        for _ in 0..LANES {
            assert!(add(&mut few, 0.0));
        }
        assert!(!add(&mut few, 0.0));
        let seen = few.look(0.0);
        assert_eq!(seen.busy, LANES as u32);
        assert_eq!(few.look(1e-300).busy, 0);
        assert!(few.look(1.0).newest().is_some());
    }
}
