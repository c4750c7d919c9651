//! The configuration of every option: sized by formulas, simulated, sized again with what
//! that showed, until what is found has been simulated.

use landfall_catalog::PlatformId;
use landfall_framework::Verdict;
use landfall_simulate::{Detail, Streams, each};
use landfall_units::SECONDS_PER_MONTH;
use landfall_workload::Workload;

use crate::calibration::{Calibration, Run};
use crate::evaluate::{Context, Found};
use crate::numbers::Numbers;
use crate::simulated::Simulated;
use crate::size::{Ask, Choice};

/// Most configurations of one option that are simulated.
const ROUNDS: usize = 8;

/// The configuration of one option.
#[derive(Debug, Clone)]
pub(crate) struct Configured {
    /// None where a rule excludes the platform; else the configuration, or why there is
    /// none.
    pub(crate) found: Option<Result<Found, String>>,
    /// Everything that was simulated on the way; formulas pass through the configuration.
    pub(crate) calibration: Calibration,
}

impl Configured {
    /// What names the configuration, where there is one.
    pub(crate) fn choice(&self) -> Option<&Choice> {
        Some(&self.found.as_ref()?.as_ref().ok()?.sized.choice)
    }
}

impl Context<'_> {
    /// The configuration of every platform, in the catalog's order. Where `budget` is none,
    /// by formulas alone.
    pub(crate) fn configure(
        &self,
        workload: &Workload,
        numbers: &Numbers,
        seed: u64,
        budget: Option<u64>,
    ) -> Vec<Configured> {
        let ids: Vec<PlatformId> = self.catalog.numbered().map(|(id, _)| id).collect();
        each(&ids, |id| {
            let is_out = self.screen.verdict(*id, &workload.facts) == Verdict::Excluded;
            if is_out || !self.looked_at.contains(*id) {
                return Configured {
                    found: None,
                    calibration: Calibration::default(),
                };
            }
            let simulate = |found: &Found, calibration: &mut Calibration| {
                let simulated = self.simulated(workload, seed, numbers, *id, found);
                let simulation = simulated.zip(budget).and_then(|(simulated, budget)| {
                    let budgeted = Simulated {
                        budget,
                        ..simulated
                    };
                    budgeted.simulate(found.run.clone())
                });
                simulation.map(|one| calibration.learn(one)).is_some()
            };
            self.configure_one(*id, numbers, simulate)
        })
    }

    fn configure_one(
        &self,
        id: PlatformId,
        numbers: &Numbers,
        simulate: impl Fn(&Found, &mut Calibration) -> bool,
    ) -> Configured {
        let mut calibration = Calibration::default();
        let look = |calibration: &Calibration| {
            self.find_with(id, numbers, Some(calibration), Ask::Cheapest)
        };
        let is_known =
            |found: &Found, calibration: &Calibration| calibration.simulated(&found.run).is_some();
        let mut seen: Vec<Choice> = Vec::new();
        let mut found = look(&calibration);
        for _ in 0..ROUNDS {
            let Ok(one) = &found else { break };
            if is_known(one, &calibration) || !simulate(one, &mut calibration) {
                break;
            }
            seen.push(one.sized.choice.clone());
            found = look(&calibration);
        }
        // Where formulas would still have another, the best of those that were simulated.
        if matches!(&found, Ok(one) if !is_known(one, &calibration)) {
            let again = seen.iter().filter_map(|choice| {
                let ask = Ask::Kept(choice);
                let one = self.find_with(id, numbers, Some(&calibration), ask).ok()?;
                is_known(&one, &calibration).then_some(one)
            });
            let standing = |one: &Found| {
                let forecast = &one.sized.forecast;
                let late_s = forecast.latency.p99_s;
                let cost = one
                    .bill
                    .total()
                    .map_or(f64::MAX, landfall_units::Money::as_f64);
                let meets = numbers.targets.are_met(forecast);
                (!meets, if meets { cost } else { late_s })
            };
            let best = again.min_by(|a, b| {
                let ((a_misses, a_key), (b_misses, b_key)) = (standing(a), standing(b));
                a_misses.cmp(&b_misses).then(a_key.total_cmp(&b_key))
            });
            found = best.map_or(found, Ok);
        }
        if let Ok(one) = &found {
            calibration.anchor(&one.run);
        }
        Configured {
            found: Some(found),
            calibration,
        }
    }

    /// An option as it is simulated; its draws depend on the seed, the workload and the
    /// platform alone.
    pub(crate) fn simulated<'n>(
        &'n self,
        workload: &Workload,
        seed: u64,
        numbers: &'n Numbers,
        id: PlatformId,
        found: &Found,
    ) -> Option<Simulated<'n>> {
        let platform = self.catalog.at(id)?;
        Some(Simulated {
            platform,
            day: self.day,
            numbers,
            spot: found.sized.configuration.purchase == Some("spot"),
            streams: Streams::new(seed).child(&workload.id).child(&platform.id),
            budget: 0,
            for_s: SECONDS_PER_MONTH,
            detail: Detail::Totals,
        })
    }
}

/// The run of a configuration, and the vCPUs and slots of a copy where copies share out
/// the work.
pub(crate) const fn copy_of(run: &Run) -> Option<(f64, f64)> {
    match &run.placement {
        landfall_simulate::Placement::Service(place) => Some((place.vcpus, place.concurrency)),
        _ => None,
    }
}
