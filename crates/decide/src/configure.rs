//! The configuration of every option: sized by formulas, simulated, sized again with what
//! that showed, until what is found has been simulated.

use std::cmp::Ordering;

use landfall_catalog::PlatformId;
use landfall_framework::Verdict;
use landfall_simulate::{Detail, Streams, each};
use landfall_units::{Money, SECONDS_PER_MONTH};
use landfall_workload::Workload;

use crate::calibration::{Calibration, Run};
use crate::evaluate::{Context, Found};
use crate::numbers::Numbers;
use crate::simulated::Simulated;
use crate::size::{Ask, Choice};
use crate::standing::{Tried, least_standing};

/// Most configurations of one option that are simulated.
const ROUNDS: usize = 8;

/// What orders configurations: those that sizing is content with, those that meet their
/// targets, the others; by cost, or by how late they are.
#[derive(Debug, Clone, Copy)]
struct Worth(u8, f64);

impl Worth {
    fn total_cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0).then(self.1.total_cmp(&other.1))
    }
}

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

    /// What orders configurations that were simulated.
    fn worth(&self, numbers: &Numbers, one: &Found) -> Worth {
        let forecast = &one.sized.forecast;
        let cost = one.bill.total().map_or(f64::MAX, Money::as_f64);
        if numbers.are_content_with(forecast, self.tuning) {
            Worth(0, cost)
        } else if numbers.targets.are_met(forecast) {
            Worth(1, cost)
        } else {
            Worth(2, forecast.latency.p99_s)
        }
    }

    /// The cheapest configuration by formulas that pass through what was simulated, simulated
    /// until it stays the same.
    fn settle_on(
        &self,
        id: PlatformId,
        numbers: &Numbers,
        calibration: &mut Calibration,
        seen: &mut Vec<Choice>,
        simulate: &impl Fn(&Found, &mut Calibration) -> bool,
    ) -> Result<Found, String> {
        let look = |calibration: &Calibration| {
            self.find_with(id, numbers, Some(calibration), Ask::Cheapest)
        };
        let mut found = look(calibration);
        for _ in 0..ROUNDS {
            let Ok(one) = &found else { break };
            if calibration.simulated(&one.run).is_some() || !simulate(one, calibration) {
                break;
            }
            seen.push(one.sized.choice.clone());
            let simulated = calibration.simulated(&one.run);
            let does = simulated.is_some_and(|simulation| {
                numbers.are_content_with(&simulation.forecast, self.tuning)
            });
            calibration.climb(!does);
            found = look(calibration);
        }
        calibration.climb(false);
        found
    }

    fn configure_one(
        &self,
        id: PlatformId,
        numbers: &Numbers,
        simulate: impl Fn(&Found, &mut Calibration) -> bool,
    ) -> Configured {
        let mut calibration = Calibration::default();
        let mut seen: Vec<Choice> = Vec::new();
        let mut found = self.settle_on(id, numbers, &mut calibration, &mut seen, &simulate);
        let only = |choice: &Choice, calibration: &Calibration| {
            let one = self.find_with(id, numbers, Some(calibration), Ask::Only(choice));
            one.ok()
                .filter(|one| calibration.simulated(&one.run).is_some())
        };
        // Where the cheapest sizes do not do the work, copies may have to stand for what
        // comes faster than they are launched.
        let does = |one: &Found| numbers.are_content_with(&one.sized.forecast, self.tuning);
        let simulated = seen.iter().filter_map(|choice| only(choice, &calibration));
        let (done, missed): (Vec<Found>, Vec<Found>) = simulated.partition(does);
        let costs = done.iter().filter_map(|one| one.bill.total());
        let mut least = costs.min().map_or(f64::MAX, Money::as_f64);
        let missed: Vec<Choice> = missed.into_iter().map(|one| one.sized.choice).collect();
        let attempt = |choice: &Choice| {
            let ask = Ask::Only(choice);
            let one = self.find_with(id, numbers, Some(&calibration), ask).ok()?;
            if one.bill.total().is_some_and(|cost| cost.as_f64() >= least) {
                return Some(Tried::Dear);
            }
            simulate(&one, &mut calibration).then_some(())?;
            let one = only(choice, &calibration)?;
            if !does(&one) {
                return Some(Tried::Misses);
            }
            least = least.min(one.bill.total().map_or(f64::MAX, Money::as_f64));
            Some(Tried::Does(Box::new(one)))
        };
        if let Some(one) = least_standing(&missed, attempt) {
            calibration.anchor(&one.run);
            seen.push(one.sized.choice);
            found = self.settle_on(id, numbers, &mut calibration, &mut seen, &simulate);
        }
        // Of those that were simulated, the best, whatever formulas say of others.
        let all = seen.iter().filter_map(|choice| only(choice, &calibration));
        let best = all.min_by(|a, b| self.worth(numbers, a).total_cmp(&self.worth(numbers, b)));
        found = best.map_or(found, Ok);
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
