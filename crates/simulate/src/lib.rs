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
mod calendar;
mod curve;
pub mod exact;
mod few;
mod figures;
mod forecast;
mod functions;
mod histogram;
mod jobs;
mod law;
mod load;
mod month;
mod placement;
mod random;
mod replicate;
mod run;
mod service;
mod shards;
mod steady;
mod tally;
mod traffic;

pub use arrivals::{Arrivals, BLOCK, Block};
pub use budget::{Budget, MOST_HELD};
pub use curve::{QUANTILES, load_duration_curve};
pub use figures::{Errors, Figures, Percentiles};
pub use forecast::{Forecast, Latency, Method};
pub use functions::{FunctionSetup, Refused, run_functions};
pub use histogram::Histogram;
pub use jobs::{JobSetup, run_jobs};
pub use law::{DurationLaw, Law};
pub use load::Load;
pub use month::{Month, MonthOutcome, Windows};
pub use placement::{JobPlacement, PerRequestPlacement, Placement, ServicePlacement};
pub use random::{Generator, Streams};
pub use replicate::{each, replicate};
pub use run::{Outcome, Run};
pub use service::{Hosts, Launch, Scaling, ServiceSetup, Spot, ramp, run_service};
pub use shards::InOrder;
pub use steady::{SteadyState, cold_start_share};
pub use tally::{Batches, Counts, Detail, Point, Series, Tally, error_of_mean};
pub use traffic::{Counted, Curve, Logged, MINUTE_S, Poisson, Replay, Shape, Traffic};

/// Turns a load on a placement into a forecast. Pure: the same input gives the
/// same forecast, on any number of threads.
pub trait Simulator {
    /// What would happen.
    fn forecast(&self, load: &Load, placement: &Placement) -> Forecast;
}
