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
use crate::unfit::Unfit;

/// One platform's part.
#[derive(Debug, Clone)]
pub(crate) struct Evaluated {
    pub(crate) platform: PlatformId,
    /// What the rules leave of it.
    pub(crate) verdict: Verdict,
    /// Whether what it requires is known to be met.
    pub(crate) warranted: bool,
    pub(crate) fit: Fit,
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
        self.fit.priced()
    }
}

/// What was found of an option.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are priced, and they are moved seldom"
)]
#[derive(Debug, Clone)]
pub(crate) enum Fit {
    /// Nothing was looked for: a rule excludes the platform, or it is not looked at.
    Excluded,
    /// No configuration does the work.
    Unfit(Unfit),
    /// A configuration does.
    Priced(Priced),
}

impl Fit {
    /// What a search came to.
    pub(crate) fn of(found: Result<Priced, Unfit>) -> Self {
        match found {
            Ok(priced) => Self::Priced(priced),
            Err(unfit) => Self::Unfit(unfit),
        }
    }

    /// The configuration, where there is one.
    pub(crate) const fn priced(&self) -> Option<&Priced> {
        match self {
            Self::Priced(priced) => Some(priced),
            Self::Excluded | Self::Unfit(_) => None,
        }
    }

    /// Whether nothing was looked for.
    pub(crate) const fn is_excluded(&self) -> bool {
        matches!(self, Self::Excluded)
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
    pub(crate) fit: Fit,
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
        self.fit.priced()
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
