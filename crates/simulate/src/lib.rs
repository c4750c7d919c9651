//! What would happen there.
//!
//! A [`Load`] is a workload in plain numbers; a [`Placement`] is where and how it
//! would run; a [`Simulator`] turns one on the other into a [`Forecast`].
//! [`SteadyState`] is the first simulator: closed formulas, each with its source,
//! whose results are labelled [`Method::Estimate`].
//!
//! Capacity always follows from concurrency (rate x duration), never from a
//! number of tasks that somebody typed.

mod arrivals;
mod budget;
mod busy;
mod calendar;
mod curve;
pub mod exact;
mod few;
mod figures;
mod forecast;
mod functions;
mod histogram;
mod idle;
mod jobs;
mod law;
mod load;
mod month;
mod placement;
mod pulled;
mod random;
mod ready;
mod replicate;
mod retries;
mod root;
mod run;
mod service;
mod setup;
mod steady;
mod tally;
mod tokens;
mod traffic;
mod windows;

pub use arrivals::{Arrivals, BLOCK, Block};
pub use budget::{Budget, MOST_HELD};
pub use curve::{QUANTILES, load_duration_curve};
pub use figures::{Errors, Figures, Percentiles};
pub use forecast::{Forecast, Latency, Method};
pub use functions::run_functions;
pub use histogram::Histogram;
pub use jobs::{JobSetup, run_jobs};
pub use law::{DurationLaw, Law};
pub use load::Load;
pub use month::{Month, MonthOutcome, Windows};
pub use placement::{JobPlacement, PerRequestPlacement, Placement, ServicePlacement};
pub use pulled::{Lanes, Pollers, Pulled, PulledLoad, Pulling, QueueSetup, ShardLaw, StreamSetup};
pub use random::{Generator, Streams};
pub use ready::{BusyHours, HOURS, ReadyHours};
pub use replicate::{each, replicate};
pub use run::{Outcome, Run};
pub use service::{Hosts, Launch, Scaling, ServiceSetup, Spot, ramp, run_service};
pub use setup::{FunctionSetup, Refused};
pub use steady::{Keeping, SteadyState, cold_start_share, cold_start_share_of};
pub use tally::{Batches, Counts, Detail, Point, Series, Tally, error_of_mean};
pub use traffic::{Counted, Curve, Day, Logged, MINUTE_S, Poisson, Replay, Shape, Traffic};

/// Turns a load on a placement into a forecast. Pure: the same input gives the
/// same forecast, on any number of threads.
pub trait Simulator {
    /// What would happen.
    fn forecast(&self, load: &Load, placement: &Placement) -> Forecast;
}
