//! The number at the front of a quantity, and the suffixes of counts.

use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive, ToPrimitive};
use thiserror::Error;

/// Why a text is not the quantity it should be; says what would be.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not {what}: {reason}")]
pub struct QuantityError {
    /// What was expected, with its article: `a duration`.
    pub what: &'static str,
    /// The text as given, shortened when it is long.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
    /// The nearest spelling that would be read.
    pub example: String,
}

/// A real number as an exact decimal, rounded to so many places (at most 9), ties to even;
/// none for what is no number or more than a decimal holds.
///
/// ```
/// # use landfall_units::decimal;
/// assert_eq!(decimal(0.1 + 0.2, 6).unwrap().to_string(), "0.3");
/// assert_eq!(decimal(f64::NAN, 6), None);
/// ```
pub fn decimal(value: f64, places: u32) -> Option<Decimal> {
    // Whole numbers up to here are exact in a real number.
    const WHOLE: f64 = 9_007_199_254_740_992.0;
    let factor = 10_u32.pow(places.min(9));
    let scaled = (value * f64::from(factor)).round_ties_even();
    if scaled.abs() >= WHOLE || scaled.is_nan() {
        return Decimal::from_f64(value).map(|exact| exact.round_dp(places));
    }
    let (mut digits, mut scale) = (scaled as i64, places.min(9));
    while scale > 0 && digits % 10 == 0 {
        digits /= 10;
        scale -= 1;
    }
    Some(Decimal::new(digits, scale))
}

/// What a quantity is called and how it is written: the constant half of an error.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Form {
    pub(crate) what: &'static str,
    pub(crate) example: &'static str,
}

impl Form {
    pub(crate) fn error(self, text: &str, reason: impl Into<String>) -> QuantityError {
        const LONGEST: usize = 40;
        let mut shown: String = text.chars().take(LONGEST).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        QuantityError {
            what: self.what,
            text: shown,
            reason: reason.into(),
            example: self.example.to_owned(),
        }
    }

    /// An error with the spelling that was probably meant.
    pub(crate) fn nearest(
        self,
        text: &str,
        reason: impl Into<String>,
        example: impl Into<String>,
    ) -> QuantityError {
        QuantityError {
            example: example.into(),
            ..self.error(text, reason)
        }
    }

    /// Splits `12.5 MB` into 12.5 and `MB`; digits may be grouped by `_`, or by commas in
    /// threes.
    pub(crate) fn split(self, text: &str) -> Result<(Decimal, &str), QuantityError> {
        let text = text.trim();
        let end = text
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '_' | '-' | '+')))
            .unwrap_or(text.len());
        let (digits, unit) = text.split_at(end);
        if digits.is_empty() {
            return Err(self.error(text, "it should begin with a number"));
        }
        // A comma is a decimal point in many countries; only groups of three are clear.
        if !is_grouped(digits) {
            let pointed = format!("{}{unit}", digits.replacen(',', ".", 1));
            let reason = "a comma separates thousands only; write a decimal point";
            return Err(self.nearest(text, reason, pointed));
        }
        let plain: String = digits.chars().filter(|c| !matches!(c, '_' | ',')).collect();
        let number = plain
            .parse::<Decimal>()
            .map_err(|_| self.error(text, format!("`{digits}` is not a number it can hold")))?;
        if number.is_sign_negative() && !number.is_zero() {
            return Err(self.error(text, "it is below zero"));
        }
        Ok((number, unit.trim()))
    }

    /// Multiplies and rounds to a whole number of base units.
    pub(crate) fn whole(
        self,
        text: &str,
        number: Decimal,
        unit: u64,
    ) -> Result<u64, QuantityError> {
        number
            .checked_mul(Decimal::from(unit))
            .and_then(|product| product.round().to_u64())
            .ok_or_else(|| self.error(text, "it is too large"))
    }
}

/// Whether every comma of a number has three digits behind it, up to the next comma or the
/// decimal point.
fn is_grouped(digits: &str) -> bool {
    let whole = digits.split('.').next().unwrap_or(digits);
    let later = digits.get(whole.len()..).unwrap_or_default();
    let mut groups = whole.split(',').skip(1);
    groups.all(|group| group.len() == 3) && !later.contains(',')
}

/// A unit: its size in base units, and its names, the usual one first.
pub(crate) type Unit = (u64, &'static [&'static str]);

/// The unit of a name. Names of more than one letter are read in any case; a single letter
/// is not, because `m` and `M` are two things.
pub(crate) fn unit_named(units: &[Unit], name: &str) -> Option<u64> {
    let is_it =
        |known: &&str| **known == *name || known.len() > 1 && known.eq_ignore_ascii_case(name);
    let mut found = units.iter().filter(|(_, names)| names.iter().any(&is_it));
    found.next().map(|(size, _)| *size)
}

/// The usual name of the unit whose name is nearest to what was written; the first unit's
/// where none is near.
pub(crate) fn nearest_unit(units: &[Unit], written: &str) -> &'static str {
    let written = written.to_lowercase();
    let mut best = ("", usize::MAX);
    for (_, names) in units {
        let usual = names.first().copied().unwrap_or_default();
        for name in *names {
            let apart = edits(&written, &name.to_lowercase());
            if apart < best.1 {
                best = (usual, apart);
            }
        }
    }
    let first = units.first().and_then(|(_, names)| names.first());
    if best.1 < written.chars().count() {
        best.0
    } else {
        first.copied().unwrap_or_default()
    }
}

/// Letters to add, remove or replace to come from one text to another (Levenshtein 1966);
/// texts are cut at 16 letters.
fn edits(from: &str, to: &str) -> usize {
    const LONGEST: usize = 16;
    let to: Vec<char> = to.chars().take(LONGEST).collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, letter) in from.chars().take(LONGEST).enumerate() {
        let mut next = vec![at + 1];
        for (place, other) in to.iter().enumerate() {
            let replaced = row
                .get(place)
                .map_or(usize::MAX, |n| n + usize::from(letter != *other));
            let removed = row.get(place + 1).map_or(usize::MAX, |n| n + 1);
            let added = next.get(place).map_or(usize::MAX, |n| n + 1);
            next.push(replaced.min(removed).min(added));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// The factor of a count's suffix: `k`, `M`, `B`.
pub(crate) fn count_factor(suffix: &str) -> Option<u64> {
    match suffix {
        "" => Some(1),
        "k" | "K" => Some(1_000),
        "M" | "m" => Some(1_000_000),
        "B" | "G" => Some(1_000_000_000),
        _ => None,
    }
}

/// Writes a number with at most `places` decimals and no trailing zeros.
pub(crate) fn trim(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    if !text.contains('.') {
        return text;
    }
    let trimmed = text.trim_end_matches('0').trim_end_matches('.');
    if trimmed == "-0" {
        "0".to_owned()
    } else {
        trimmed.to_owned()
    }
}

/// Writes `12000000` as `12M`, to three significant digits beyond the suffix.
pub(crate) fn short_count(value: f64) -> String {
    let (scaled, suffix) = match value.abs() {
        v if v >= 999_950_000.0 => (value / 1e9, "B"),
        v if v >= 999_950.0 => (value / 1e6, "M"),
        v if v >= 10_000.0 => (value / 1e3, "k"),
        _ => (value, ""),
    };
    if suffix.is_empty() && scaled >= 100.0 {
        return trim(scaled, 0);
    }
    format!("{}{suffix}", significant(scaled))
}

/// A number as a person would round it: three or four digits that matter.
pub(crate) fn significant(value: f64) -> String {
    match value.abs() {
        v if v >= 100.0 => trim(value, 1),
        v if v >= 10.0 => trim(value, 2),
        v if v >= 0.1 => trim(value, 3),
        v if v > 0.0 => {
            let places = (3.0 - v.log10().floor()).clamp(0.0, 18.0) as usize;
            trim(value, places.saturating_sub(1))
        }
        _ => "0".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a real number is written out, which is exact.
    #[test]
    fn a_real_number_is_rounded_as_it_is_written() {
        let mut value = 1.234_567_891_234e-9_f64;
        while value < 1e9 {
            for signed in [value, -value, value.round()] {
                for places in [0, 2, 4] {
                    let written = format!("{signed:.*}", places as usize);
                    let written: Decimal = written.parse().unwrap_or(Decimal::MAX);
                    assert_eq!(decimal(signed, places), Some(written), "{signed} {places}");
                }
            }
            value *= 1.37;
        }
        assert_eq!(
            decimal(1e20, 4),
            Some(Decimal::from(100_000_000_000_000_000_000_i128))
        );
        assert_eq!(decimal(f64::INFINITY, 2), None);
        assert_eq!(decimal(1e300, 2), None);
        assert_eq!(decimal(-0.0, 2), Some(Decimal::ZERO));
    }
}
