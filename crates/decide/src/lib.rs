//! One pure function: [`decide`], from a [`System`](landfall_workload::System)
//! to a [`Decision`].
//!
//! Data flows one way: [`screen`](landfall_framework::Screen) says what cannot
//! work; [`assume`] fills in documented defaults where a number is needed;
//! `size` finds the cheapest configuration of every platform left; the simulator
//! forecasts it; `companions` adds what must stand around it; the catalog bills
//! it; `people` counts the hours; `choose` ranks; `unknowns` and `tipping` ask
//! what could change the answer, by asking the same pipeline again.
//!
//! A [`Decision`] is immutable and complete: whoever prints it or builds from it
//! has no choices left.

mod again;
pub mod assume;
mod baseline;
mod batches;
mod calibration;
mod cause;
mod checked;
mod choose;
mod commitment;
mod committed;
mod companions;
mod configure;
mod context;
mod decision;
mod drawing;
mod drawn;
mod evaluate;
mod evaluated;
mod explain;
mod following;
mod inputs;
mod interview;
mod kept;
mod known;
mod month;
mod numbers;
mod people;
mod plans;
mod pulled;
mod quotas;
mod rates;
mod scenarios;
mod search;
mod shared_charges;
mod shared_plans;
mod simulated;
mod size;
mod standing;
mod system;
mod tipping;
mod today;
mod tuning;
mod uncertain_prices;
mod uncommitted;
mod unfit;
mod unknowns;
mod weighed;
mod worth;

pub use baseline::{STATEMENTS, Score, score};
pub use cause::{Cause, cause_of, differing};
pub use committed::{Committed, SharedPlan};
pub use decision::{
    Alternative, Assumed, AtVolume, Changed, Configuration, Consolidated, Decision, Doubt,
    IfCommitted, Monthly, OptionDecision, PeopleLine, Precedence, Reason, Shared, Standing,
    StreamSettings, Tipping, Today, Unknown, Verdict, WorkloadDecision,
};
pub use inputs::{BUDGET, Inputs, MOST_SCENARIOS, SCENARIOS};
pub use interview::{Next, next_question, questions};
pub use landfall_simulate::{HOURS, ReadyHours};
pub use landfall_topology::{FrontDoor, Network, Placement, Profile, Topology};
pub use month::{OptionMonth, simulate_decided, simulate_option};
pub use system::decide;
