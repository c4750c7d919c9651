//! What tells one fleet from another.

use md5::{Digest as _, Md5};

/// The sum of the hashes of things, in whatever order they come: that of a whole is the sum of those
/// of its shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// Of one thing, by its parts. Nothing is kept from anybody by it.
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Md5::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        Self(u128::from_be_bytes(hash.finalize().into()))
    }

    /// With another.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }

    /// Reads what [`Display`](std::fmt::Display) writes.
    pub fn parse(text: &str) -> Option<Self> {
        u128::from_str_radix(text, 16).ok().map(Self)
    }
}

impl std::fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}
