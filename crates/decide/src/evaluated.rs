//! What was found of a workload on every platform: data that the stages hand on.

use std::sync::Arc;

use landfall_catalog::PlatformId;
use landfall_catalog::bill::Bill;
use landfall_framework::Verdict;
use landfall_topology::Topology;
use landfall_units::Money;
use landfall_workload::Facts;

use crate::calibration::{Calibration, Run};
use crate::decision::{Assumed, Monthly, PeopleLine};
use crate::size::{Choice, Sized};

/// One platform's part.
#[derive(Debug, Clone)]
pub(crate) struct Evaluated {
    pub(crate) platform: PlatformId,
    /// What the rules leave of it.
    pub(crate) verdict: Verdict,
    /// Whether what it requires is known to be met.
    pub(crate) warranted: bool,
    /// Its configuration and bill; the reason when there is none; nothing when excluded.
    pub(crate) found: Option<Result<Priced, String>>,
    pub(crate) people: Vec<PeopleLine>,
    pub(crate) monthly: Option<Monthly>,
    /// Whether targets are met at likely values.
    pub(crate) meets_likely: bool,
    /// Whether they are met in all but a few scenarios, too, where scenarios were drawn.
    pub(crate) meets_targets: bool,
}

impl Evaluated {
    /// The configuration, where there is one.
    pub(crate) fn configured(&self) -> Option<&Priced> {
        self.found.as_ref()?.as_ref().ok()
    }
}

/// A configuration with its bill.
#[derive(Debug, Clone)]
pub(crate) struct Priced {
    pub(crate) sized: Sized,
    /// What stands around it.
    pub(crate) topology: Arc<Topology>,
    pub(crate) bill: Bill,
    /// The load and the placement that the forecast is of.
    pub(crate) run: Run,
}

/// One workload on every platform.
#[derive(Debug, Clone)]
pub(crate) struct Evaluation {
    pub(crate) options: Vec<Evaluated>,
    /// The facts with defaults filled in.
    pub(crate) filled: Facts,
    pub(crate) assumed: Vec<Assumed>,
}

/// The configuration of one option.
#[derive(Debug, Clone)]
pub(crate) struct Configured {
    /// None where a rule excludes the platform; else the configuration, or why there is
    /// none.
    pub(crate) found: Option<Result<Priced, String>>,
    /// Everything that was simulated on the way; formulas pass through the configuration.
    pub(crate) calibration: Calibration,
}

impl Configured {
    /// What names the configuration, where there is one.
    pub(crate) fn choice(&self) -> Option<&Choice> {
        Some(&self.ready()?.sized.choice)
    }

    /// The configuration, where there is one.
    pub(crate) fn ready(&self) -> Option<&Priced> {
        self.found.as_ref()?.as_ref().ok()
    }
}

/// Dollars a month that others pay already.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct AlreadyPaid {
    /// On the bill.
    pub(crate) bill: Money,
    /// For people's work.
    pub(crate) people: Money,
}

impl AlreadyPaid {
    pub(crate) fn total(self) -> Money {
        self.bill + self.people
    }
}
