//! What a decision is made with and does not change from one workload to the next: data, prices,
//! the day. A scenario binds its own copy.

use landfall_catalog::{Catalog, Date, PriceBook};
use landfall_framework::{Pack, Screen};
use landfall_topology::Profile;

use crate::rates::Rates;
use crate::tuning::Tuning;
use crate::uncertain_prices::PriceDoubt;

/// Data, prices and the day, whatever workload is looked at.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) pack: &'a Pack,
    pub(crate) catalog: &'a Catalog,
    pub(crate) screen: &'a Screen<'a>,
    pub(crate) book: &'a PriceBook,
    pub(crate) rates: &'a Rates<'a>,
    pub(crate) tuning: &'a Tuning,
    pub(crate) day: Date,
    /// How much is built around an option.
    pub(crate) profile: Profile,
    pub(crate) people: bool,
    /// How a scenario's prices differ from the book's.
    pub(crate) prices: PriceDoubt,
}
