//! The clock.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Now, for durations.
#[expect(
    clippy::disallowed_methods,
    reason = "measuring is what this crate is for"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Now, in milliseconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "a deadline is handed to the function as a date"
)]
pub(crate) fn epoch_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_millis() as u64)
}
