//! Figures as the document has them.

use landfall_units::{Decimal, Money};

/// Dollars to the cent.
pub(super) fn dollars(money: Money) -> f64 {
    money.to_cent().as_f64()
}

pub(super) fn real(number: Decimal) -> f64 {
    number.try_into().unwrap_or(f64::MAX)
}

/// A figure to six significant digits: what an estimate has of them.
pub(super) fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    let scale = 10f64.powf(5.0 - value.abs().log10().floor());
    (value * scale).round() / scale
}
