//! The configuration of every option: sized by formulas, simulated, sized again with what
//! that showed, until what is found has been simulated.

use std::cell::RefCell;

use landfall_catalog::{PlatformId, PlatformSet};
use landfall_framework::Verdict;
use landfall_simulate::{Detail, Streams, each};
use landfall_units::SECONDS_PER_MONTH;
use landfall_workload::Workload;

use crate::calibration::{Calibration, Run};
use crate::context::Context;
use crate::decision::Configuration;
use crate::evaluated::Configured;
use crate::evaluated::{Fit, Priced};
use crate::inputs::Inputs;
use crate::numbers::Numbers;
use crate::search::configuration;
use crate::simulated::Simulated;

impl Context<'_> {
    /// The configuration of every platform that is looked at, in the catalog's order. Where the
    /// inputs have no budget, by formulas alone.
    pub(crate) fn configure(
        &self,
        workload: &Workload,
        looked_at: PlatformSet,
        numbers: &Numbers,
        inputs: &Inputs<'_>,
    ) -> Vec<Configured> {
        let ids: Vec<PlatformId> = self.catalog.numbered().map(|(id, _)| id).collect();
        each(&ids, |id| {
            let is_out = self.screen.verdict(*id, &workload.facts) == Verdict::Excluded;
            if is_out || !looked_at.contains(*id) {
                return Configured {
                    fit: Fit::Excluded,
                    calibration: Calibration::default(),
                };
            }
            let simulate = |found: &Priced, budget: u64| {
                let as_set_up = &found.sized.configuration;
                let simulated = self.simulated(workload, inputs.seed, numbers, *id, as_set_up)?;
                let budgeted = Simulated {
                    budget,
                    ..simulated
                };
                budgeted.simulate(found.run.clone())
            };
            let (found, calibration) = configuration(self, *id, numbers, inputs.budget, simulate);
            Configured {
                fit: Fit::of(found),
                calibration,
            }
        })
    }

    /// An option as it is simulated; its draws depend on the seed, the workload and the
    /// platform alone.
    pub(crate) fn simulated<'n>(
        &'n self,
        workload: &Workload,
        seed: u64,
        numbers: &'n Numbers,
        id: PlatformId,
        configuration: &Configuration,
    ) -> Option<Simulated<'n>> {
        let platform = self.catalog.at(id)?;
        Some(Simulated {
            platform,
            day: self.day,
            numbers,
            spot: configuration.purchase == Some("spot"),
            streams: Streams::new(seed).child(&workload.id).child(&platform.id),
            budget: 0,
            for_s: SECONDS_PER_MONTH,
            detail: Detail::Totals,
            read: RefCell::default(),
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
