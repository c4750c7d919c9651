//! The one look at the clock.

use landfall_catalog::Date;

use crate::exit::Problem;

/// The day, in UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "how old a price or a source is depends on today"
)]
pub(crate) fn today() -> Result<Date, Problem> {
    let now = std::time::SystemTime::now();
    let since = now
        .duration_since(std::time::UNIX_EPOCH)
        .map_err(|_| Problem::Fault("the clock stands before 1970".to_owned()))?;
    let days = i64::try_from(since.as_secs() / 86_400).unwrap_or(i64::MAX);
    let span = jiff::Span::new().try_days(days);
    span.and_then(|span| Date::constant(1970, 1, 1).checked_add(span))
        .map_err(|error| Problem::Fault(error.to_string()))
}
