//! What earlier stages found out about the options of a workload, as evaluating them reads it.

use std::sync::Arc;

use landfall_catalog::{Catalog, PlatformId, PlatformSet};
use landfall_topology::Topology;
use landfall_units::Money;
use landfall_workload::Shape;

use crate::calibration::Calibration;
use crate::committed::Committed;
use crate::decision::Doubt;
use crate::evaluated::{AlreadyPaid, Configured, Priced};

/// What is known of a workload's options before they are evaluated. Lists have a place for each
/// platform of the catalog, in its order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    /// Platforms that are looked at; the others count as excluded.
    pub(crate) looked_at: PlatformSet,
    /// How recorded traffic goes over time.
    pub(crate) recorded: Option<&'a Shape>,
    pub(crate) configurations: Configurations<'a>,
    pub(crate) terms: Terms<'a>,
}

/// The configurations of options.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Configurations<'a> {
    /// None was looked for: the cheapest by formulas.
    Unknown,
    /// The cheapest by formulas that pass through what was simulated of these.
    Calibrated(&'a [Configured]),
    /// These, where they do the work; else the cheapest by such formulas.
    Kept(&'a [Configured]),
}

/// What changes the cost of options beside their bill.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Terms<'a> {
    /// What scenarios have shown of each; nothing before they are drawn.
    pub(crate) doubts: &'a [Option<Doubt>],
    /// What other workloads pay already; nothing before all are chosen for together.
    pub(crate) already_paid: &'a [AlreadyPaid],
    /// The Savings Plan that is bought for each; nothing where the team buys none.
    pub(crate) commitments: &'a [Option<Committed>],
}

impl<'a> Known<'a> {
    /// Nothing: every platform is looked at, by formulas, at list prices.
    pub(crate) fn nothing(catalog: &Catalog) -> Self {
        Self {
            looked_at: catalog.all(),
            recorded: None,
            configurations: Configurations::Unknown,
            terms: Terms::PLAIN,
        }
    }

    /// The configurations that were found, whether they are kept or not.
    pub(crate) const fn configured(&self) -> &'a [Configured] {
        match self.configurations {
            Configurations::Unknown => &[],
            Configurations::Calibrated(found) | Configurations::Kept(found) => found,
        }
    }

    /// What was simulated of a platform.
    pub(crate) fn calibration(&self, id: PlatformId) -> Option<&'a Calibration> {
        let one = self.configured().get(usize::from(id.0));
        one.map(|one| &one.calibration)
    }

    /// The configuration that is kept of a platform.
    pub(crate) fn kept(&self, id: PlatformId) -> Option<&'a Priced> {
        let Configurations::Kept(found) = self.configurations else {
            return None;
        };
        found.get(usize::from(id.0))?.ready()
    }

    /// What stands around the configuration that is kept.
    pub(crate) fn topology(&self, id: PlatformId) -> Option<&'a Arc<Topology>> {
        self.kept(id).map(|found| &found.topology)
    }
}

impl<'a> Terms<'a> {
    /// At list prices, by themselves, as at likely values.
    pub(crate) const PLAIN: Self = Self {
        doubts: &[],
        already_paid: &[],
        commitments: &[],
    };

    /// What scenarios have shown of a platform.
    pub(crate) fn doubt(&self, id: PlatformId) -> Option<&'a Doubt> {
        self.doubts.get(usize::from(id.0))?.as_ref()
    }

    /// Dollars a month that other workloads pay already for a platform.
    pub(crate) fn paid(&self, id: PlatformId) -> Money {
        let paid = self.already_paid.get(usize::from(id.0));
        paid.map_or(Money::ZERO, |paid| paid.total())
    }

    /// The Savings Plan that is bought for a platform.
    pub(crate) fn commitment(&self, id: PlatformId) -> Option<Committed> {
        self.commitments.get(usize::from(id.0)).copied().flatten()
    }
}
