//! Times as traces write them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Numbers from here on are milliseconds since 1970, not seconds (the year 5138).
const MILLISECONDS_FROM: f64 = 1e11;

/// Seconds on some clock: a number of seconds, a number of milliseconds since 1970,
/// `2023-11-16 18:17:03.98`, or `2023-11-16T18:17:03Z`. A time without a zone is UTC.
pub(super) fn parse(cell: &str) -> Option<f64> {
    let cell = cell.trim();
    if let Ok(number) = cell.parse::<f64>() {
        if !number.is_finite() || number < 0.0 {
            return None;
        }
        return Some(if number >= MILLISECONDS_FROM {
            number / 1_000.0
        } else {
            number
        });
    }
    let at: Timestamp = cell.parse().ok().or_else(|| {
        let local: DateTime = cell.parse().ok()?;
        local
            .to_zoned(TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp())
    })?;
    let seconds = at.as_second() as f64 + f64::from(at.subsec_nanosecond()) / 1e9;
    (seconds >= 0.0).then_some(seconds)
}
