//! What an option needs of what stands around it, against what an account is given of that.

use landfall_catalog::{Counted, PlatformId, QuotaRow};
use landfall_simulate::Placement;
use landfall_topology::FrontDoor;
use landfall_workload::{FactId, Facts};

use crate::context::Context;
use crate::evaluated::Priced;

impl Context<'_> {
    /// Quotas that an option passes at its peak, in words, each with the id of its source.
    pub(crate) fn quotas_passed(
        &self,
        id: PlatformId,
        found: &Priced,
        facts: &Facts,
    ) -> Vec<(String, String)> {
        let Some(platform) = self.catalog.at(id) else {
            return Vec::new();
        };
        let door = found.topology.front_door.map_or("", FrontDoor::word);
        let at = [door, platform.id.as_str()];
        let quotas = self.catalog.surroundings.quotas(self.book.region(), &at);
        let passed = quotas.filter_map(|quota| {
            let needed = self.needed(quota.of, found, facts)?.ceil();
            (needed > quota.most as f64).then(|| (words(quota, needed), quota.source.clone()))
        });
        passed.collect()
    }

    /// How much is needed at the peak; none where that is not counted.
    fn needed(&self, of: Counted, found: &Priced, facts: &Facts) -> Option<f64> {
        let load = &found.run.load;
        let all = facts.likely(FactId::Copies).unwrap_or(1.0);
        let copies = if found.sized.covers_copies { 1.0 } else { all };
        let peak = found.sized.forecast.units_peak;
        let is_service = matches!(found.run.placement, Placement::Service(_));
        match of {
            Counted::Requests => Some(load.rate_per_s * load.peak_to_mean * copies),
            // A load balancer is shared; each copy has a target group of its own.
            Counted::Targets => is_service.then_some(peak * copies),
            Counted::Tasks => is_service.then_some(peak),
            Counted::Instances => Some(peak * copies),
            Counted::Addresses => Some(peak * copies / self.tuning.zones),
            Counted::Services => is_service.then_some(all),
            Counted::Readers => {
                (facts.choice(FactId::Trigger) == Some("table-stream")).then_some(all)
            }
        }
    }
}

fn words(quota: &QuotaRow, needed: f64) -> String {
    let QuotaRow {
        what, most, remedy, ..
    } = quota;
    let when = match quota.of {
        Counted::Services | Counted::Readers => "",
        Counted::Requests
        | Counted::Targets
        | Counted::Tasks
        | Counted::Instances
        | Counted::Addresses => " at the peak",
    };
    format!("it needs {needed:.0} {what}{when}, and {most} are given: {remedy}")
}
