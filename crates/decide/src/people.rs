//! The hours that people must put in.

use landfall_catalog::PlatformId;
use landfall_framework::{OncePer, Pack};
use landfall_units::{Money, Range};
use landfall_workload::{FactId, Facts};

use crate::decision::PeopleLine;

/// The duties of a platform for a workload, in hours a month; a duty for each
/// workload counts for every copy of it.
pub(crate) fn duties(pack: &Pack, platform: PlatformId, facts: &Facts) -> Vec<PeopleLine> {
    let copies = facts.likely(FactId::Copies).unwrap_or(1.0);
    let of_platform = pack
        .duties
        .iter()
        .filter(|duty| duty.platforms.contains(platform));
    of_platform
        .filter_map(|duty| {
            let hours = duty.hours_for(facts)?;
            let (hours, shared) = match &duty.once_per {
                OncePer::Workload => (hours.map(|hours| hours * copies), None),
                OncePer::Shared(name) => (hours, Some(name.clone())),
            };
            Some(PeopleLine {
                duty: duty.id.clone(),
                what: duty.what.clone(),
                hours,
                shared,
                because: duty.because.clone(),
            })
        })
        .collect()
}

/// What hours cost, from the fewest at the lowest cost to the most at the highest.
pub(crate) fn cost(lines: &[PeopleLine], facts: &Facts) -> Range<Money> {
    let hourly = facts
        .range(FactId::HourlyCost)
        .unwrap_or_else(|| Range::exact(0.0));
    let mut total = Range::exact(0.0);
    for line in lines {
        total = total.zip(&line.hours, |sum, hours| sum + hours);
    }
    total.zip(&hourly, |hours, cost| Money::from_f64(hours * cost))
}
