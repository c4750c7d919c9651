//! From usage to a bill, as AWS counts.
//!
//! A [`Usage`] is what ran; [`bill`] counts it on the meters of a [`PriceBook`]
//! and gives a [`Bill`] of [`Line`]s. Usage of the same meter is added up before
//! tiers, free allowances and rounding apply, so that it does not matter in how
//! many pieces it is given. A price that the book lacks makes a line unpriced, never
//! free, and the bill a sum of what is known: a [`Total`] says which of both it is.

mod against;
mod bounds;
mod cells;
pub mod commitment;
mod compute;
mod edge;
mod file;
mod line;
mod metered;
mod tally;
mod usage;

pub use against::{Charged, Compared, Effect, against};
pub use bounds::TooMuch;
pub use file::UsageFile;
pub use line::{Bill, Line, Total};
pub use usage::{
    AddressOf, Ec2Purchase, Ec2Usage, FargateUsage, FrontDoorKind, LambdaUsage, LogsFrom,
    ManagedInstancesUsage, MeteredUsage, ProvisionedUsage, Usage,
};

use crate::meters::MeterRules;
use crate::prices::PriceBook;
use tally::Tally;

/// Bills usage at the prices of a region.
///
/// # Errors
/// When usage, or what it costs, is beyond what is billed exactly.
pub fn bill(usage: &[Usage], book: &PriceBook, rules: &MeterRules) -> Result<Bill, TooMuch> {
    let mut tally = Tally::default();
    for item in usage {
        item.check()?;
        match item {
            Usage::Lambda(lambda) => compute::lambda(&mut tally, lambda, rules),
            Usage::ManagedInstances(managed) => compute::managed_instances(&mut tally, managed),
            Usage::Fargate(fargate) => compute::fargate(&mut tally, fargate, rules),
            Usage::Metered(metered) => metered::count(&mut tally, metered),
            Usage::Ec2(ec2) => compute::ec2(&mut tally, ec2, rules),
            other => edge::count(&mut tally, other, rules),
        }
    }
    tally.price(book)
}
