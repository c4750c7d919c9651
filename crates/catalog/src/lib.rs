//! What AWS offers.
//!
//! [`Catalog`] holds the platforms with their limits, sizes and behaviour, the
//! instance types, the rules by which meters count, and the sources of it all;
//! [`PriceBook`] the prices of one region; [`bill`] turns usage into a bill. Every
//! number is a row under `data/`, with source and date; none is in the code.
//!
//! ```
//! use landfall_catalog::Catalog;
//! let catalog = Catalog::embedded()?;
//! let lambda = catalog.platform("lambda").expect("the catalog has Lambda");
//! let timeout = lambda.limit("timeout").expect("Lambda has a timeout");
//! assert_eq!(timeout.value_on("2026-11-23".parse()?), Some(900.0));
//! assert_eq!(timeout.value_on("2017-01-01".parse()?), Some(300.0));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod availability;
pub mod bill;
mod complete;
mod embedded;
mod init;
mod instances;
mod meters;
mod parameter;
mod platform;
mod platform_file;
pub mod price_list;
mod prices;
mod read;
mod rows;
mod runtimes;
mod savings_plans;
mod snapstart;
mod sources;
mod spans;
mod surroundings;

pub use availability::{Availability, AvailabilityRow};
pub use embedded::{Catalog, CatalogError};
pub use init::InitLaw;
pub use instances::Instance;
pub use jiff::civil::Date;
pub use meters::MeterRules;
pub use parameter::{EarlierRange, Parameter};
pub use platform::{
    Capacity, Dated, Execution, Limit, LimitKind, Platform, PlatformId, PlatformSet, PriceKey,
    TaskSize,
};
pub use prices::{Price, PriceBook, PriceStatus, Tier};
pub use read::{read_date, read_parameters};
pub use runtimes::Runtime;
pub use savings_plans::{Discount, PlanKind, SavingsPlan, SavingsPlans, Term, Upfront};
pub use snapstart::SnapStart;
pub use sources::{Grade, SourceEntry, Sources, read_sources};
pub use spans::{Span, Spans};
pub use surroundings::{
    AlarmRow, Counted, Insights, NetworkRow, ProfileRow, QuotaRow, Surroundings,
};
