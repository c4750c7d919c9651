//! Randomness: named children of one seed.

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// The generator behind every draw: small, fast, and the same everywhere.
pub type Generator = Pcg64Mcg;

/// A place in the tree of streams that grows from one seed. A stream depends on the
/// seed and its own names alone: a draw more in one place changes nothing elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Streams(u64);

impl Streams {
    /// The root of a seed.
    pub const fn new(seed: u64) -> Self {
        Self(mix(seed))
    }

    /// The branch of a name.
    #[must_use]
    pub fn child(self, name: &str) -> Self {
        // FNV-1a (Fowler, Noll, Vo), then mixed so that near names lie apart.
        let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(mix(self.0 ^ hash))
    }

    /// The branch of a number: a replication, a window.
    #[must_use]
    pub const fn index(self, index: u64) -> Self {
        Self(mix(self.0 ^ mix(index.wrapping_add(1))))
    }

    /// So many shares (0 to 1) under a name, spread evenly: one in each of as many
    /// slices, in random order.
    pub fn spread(self, name: &str, number: usize) -> Vec<f64> {
        let mut random = self.stream(name);
        let mut slices: Vec<usize> = (0..number).collect();
        slices.shuffle(&mut random);
        let within = |slice: usize| (slice as f64 + random.random::<f64>()) / number as f64;
        slices.into_iter().map(within).collect()
    }

    /// The stream of a name.
    pub fn stream(self, name: &str) -> Generator {
        Pcg64Mcg::seed_from_u64(self.child(name).0)
    }
}

/// The finaliser of `SplitMix64` (Steele, Lea, Flood, Fast splittable pseudorandom
/// number generators, OOPSLA 2014).
const fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
