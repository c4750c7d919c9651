//! Time and cost of a function against its memory.
//!
//! [`Work`] is what one unit of work computes and waits, certain or in a range; [`curve`] gives
//! its time and cost at each size that Lambda has, and [`best`] the sizes that are best for
//! cost, for speed, and balanced, by the names and the formulas of AWS Lambda Power Tuning.
//! [`power_tuning`] reads what that tool found in AWS, and [`fit`](fn@fit) finds the work behind it.

mod curve;
mod fit;
mod power_tuning;
mod work;

pub use curve::{Best, Point, Rates, RatesError, Spread, best, curve};
pub use fit::{Fit, fit};
pub use power_tuning::{Measured, power_tuning};
pub use work::Work;
