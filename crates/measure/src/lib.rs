//! Time and cost of a function against its memory.
//!
//! [`Work`] is what one unit of work computes and waits, certain or in a range; [`curve`] gives
//! its time and cost at each size that Lambda has, and [`best`] the sizes that are best for
//! cost, for speed, and balanced, by the names and the formulas of AWS Lambda Power Tuning.
//! [`power_tuning`] reads what that tool found in AWS, and [`fit`](fn@fit) finds the work behind it.
//!
//! For running the user's own code, here is what needs no process: the Runtime API
//! ([`Exchange`]) and the Extensions API ([`Extensions`]) as rules, [`Payload`]s and their
//! [`Mix`], requests to a server ([`HttpRequest`]), the lines that Lambda logs ([`Report`]), and what is made of samples: [`Parts`], a
//! curve with intervals ([`counted_curve`]), the speed of a machine ([`calibrate`]), the share of CPU
//! time that a size has ([`Quota`]).

mod counted;
mod curve;
mod extensions;
mod fit;
mod interval;
mod payloads;
mod power_tuning;
mod quota;
mod report_line;
mod requests;
mod runtime_api;
mod work;

pub use counted::{
    Parts, Sample, Speed, calibrate, counted_curve, cpu_share, measured_point, parts, threads,
    throttled_s, utilisation,
};
pub use curve::{Best, Point, Rates, RatesError, Spread, best, curve};
pub use extensions::{Extension, Extensions, invoke_event, shutdown_event};
pub use fit::{Fit, fit};
pub use interval::{Interval, of as interval, quantile};
pub use payloads::{Mix, Payload, payload, payload_lines};
pub use power_tuning::{Measured, power_tuning};
pub use quota::Quota;
pub use report_line::{Report, Reported, read_reports};
pub use requests::{HttpRequest, http_requests};
pub use runtime_api::{Ended, Exchange, Failure, Reply, Response, failure};
pub use work::Work;
