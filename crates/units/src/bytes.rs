//! Sizes.

use std::fmt;
use std::ops::{Add, Mul, Sub};
use std::str::FromStr;

use crate::number::{Form, QuantityError, Unit, nearest_unit, trim, unit_named};

/// A size in bytes. KB, MB, GB, TB are powers of 1024 (see the crate's page).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Bytes(u64);

const FORM: Form = Form {
    what: "a size",
    example: "600MB",
};
const KB: u64 = 1 << 10;
const MB: u64 = 1 << 20;
const GB: u64 = 1 << 30;
const TB: u64 = 1 << 40;
const PB: u64 = 1 << 50;
const UNITS: [Unit; 6] = [
    (MB, &["MB", "MiB", "Mi", "M", "m", "megabytes", "megabyte"]),
    (GB, &["GB", "GiB", "Gi", "G", "g", "gigabytes", "gigabyte"]),
    (KB, &["KB", "KiB", "Ki", "K", "k", "kilobytes", "kilobyte"]),
    (1, &["B", "b", "bytes", "byte"]),
    (TB, &["TB", "TiB", "Ti", "T", "t", "terabytes", "terabyte"]),
    (PB, &["PB", "PiB", "Pi"]),
];

impl Bytes {
    /// A size of so many bytes.
    pub const fn new(bytes: u64) -> Self {
        Self(bytes)
    }

    /// A size from bytes as a real number, rounded; below zero counts as zero.
    pub fn from_f64(bytes: f64) -> Self {
        Self(bytes.max(0.0).round() as u64)
    }

    /// A size of so many MB.
    pub const fn from_mb(mb: u64) -> Self {
        Self(mb.saturating_mul(MB))
    }

    /// The number of bytes.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The size in MB.
    pub fn as_mb(self) -> f64 {
        self.0 as f64 / MB as f64
    }

    /// The size in GB.
    pub fn as_gb(self) -> f64 {
        self.0 as f64 / GB as f64
    }
}

impl FromStr for Bytes {
    type Err = QuantityError;

    fn from_str(text: &str) -> Result<Self, QuantityError> {
        let (number, unit) = FORM.split(text)?;
        let Some(factor) = unit_named(&UNITS, unit) else {
            let reason = match unit {
                "" => "it has no unit".to_owned(),
                _ => format!("`{unit}` is not B, KB, MB, GB or TB"),
            };
            let near = nearest_unit(&UNITS, unit);
            return Err(FORM.nearest(text, reason, format!("{number}{near}")));
        };
        FORM.whole(text, number, factor).map(Self)
    }
}

impl fmt::Display for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 5] = [(TB, "TB"), (GB, "GB"), (MB, "MB"), (KB, "KB"), (1, "B")];
        let mut units = UNITS.into_iter().skip_while(|(unit, _)| self.0 < *unit);
        let largest = units.next().unwrap_or((1, "B"));
        // 1769MB stays 1769MB: the next smaller unit is taken where it is whole and
        // two decimals of the larger one are not enough.
        let hundredth = self.0.saturating_mul(100).is_multiple_of(largest.0);
        let whole = units
            .next()
            .filter(|(unit, _)| !hundredth && self.0.is_multiple_of(*unit));
        let (unit, name) = whole.unwrap_or(largest);
        f.pad(&format!("{}{name}", trim(self.0 as f64 / unit as f64, 2)))
    }
}

impl Add for Bytes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Bytes {
    type Output = Self;

    /// Stops at zero.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Mul<f64> for Bytes {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self::from_f64(self.0 as f64 * factor)
    }
}
