//! The least of many keys that change one at a time.

/// A tournament: every inner node holds the lesser of its two children, so that the
/// winner is at the root and a change climbs one path.
#[derive(Debug)]
pub(super) struct Least<K> {
    /// Keys, the leaves from `leaves` on; the root is at 1.
    keys: Vec<K>,
    leaves: usize,
    none: K,
}

impl<K: Copy + PartialOrd> Least<K> {
    /// No keys; `none` is not less than any key.
    pub(super) fn new(none: K) -> Self {
        Self {
            keys: vec![none; 2],
            leaves: 1,
            none,
        }
    }

    /// Sets the key at a place.
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
        self.keys[node] = key;
        while node > 1 {
            let (left, right) = (self.keys[node & !1], self.keys[node | 1]);
            node /= 2;
            self.keys[node] = if right < left { right } else { left };
        }
    }

    /// The least key.
    #[inline]
    pub(super) fn least(&self) -> K {
        self.keys.get(1).copied().unwrap_or(self.none)
    }

    /// The first place that holds the least key.
    #[inline]
    #[expect(clippy::indexing_slicing, reason = "children of an inner node exist")]
    pub(super) fn place(&self) -> usize {
        let mut node = 1;
        while node < self.leaves {
            let (left, right) = (self.keys[2 * node], self.keys[2 * node + 1]);
            node = 2 * node + usize::from(right < left);
        }
        node - self.leaves
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

#[cfg(test)]
mod tests {
    use super::Least;

    #[test]
    fn the_least_is_found_whatever_changes() {
        let mut tree = Least::new(u32::MAX);
        let mut keys = [u32::MAX; 37];
        let mut state = 1_u32;
        for _ in 0..2_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (place, key) = ((state >> 8) as usize % 37, state >> 20);
            keys[place] = key;
            tree.set(place, key);
            let least = keys.iter().copied().min().unwrap_or(u32::MAX);
            assert_eq!(tree.least(), least);
            assert_eq!(keys[tree.place()], least);
        }
    }
}
