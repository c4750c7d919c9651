//! A month of one option, simulated alone.

use std::collections::BTreeSet;

use landfall_catalog::PlatformId;
use landfall_catalog::bill::Bill;
use landfall_simulate::{Detail, MonthOutcome};
use landfall_workload::Workload;

use crate::assume;
use crate::calibration::Run;
use crate::configure::copy_of;
use crate::context::Context;
use crate::decision::{Configuration, OptionDecision};
use crate::evaluated::Fit;
use crate::inputs::Inputs;
use crate::numbers::Numbers;
use crate::simulated::Simulated;

/// One option of a workload, simulated alone.
#[derive(Debug, Clone)]
pub struct OptionMonth {
    /// How it is set up.
    pub configuration: Configuration,
    /// What the month came to.
    pub month: MonthOutcome,
    /// Lines of the bill that the month leads to.
    pub bill: Option<Bill>,
    /// vCPUs and slots of a copy; none where copies do not share out the work.
    pub copy: Option<(f64, f64)>,
    /// The platform's behaviours that the month was simulated with, by name.
    pub laws: BTreeSet<&'static str>,
}

/// How much of a month is simulated.
struct Extent<'p> {
    for_s: f64,
    budget: u64,
    progress: &'p mut dyn FnMut(f64),
}

const TOO_MANY: &str =
    "its requests, with what is tried again, are more than are simulated one by one";
const NO_SUCH: &str = "it is not in the catalog";

/// Simulates a month of one workload on one platform, or its first `for_s` seconds, sized
/// as [`decide`](crate::decide) sizes it. `progress` is told how far it is, in seconds.
///
/// # Errors
/// Why it cannot run there, in words.
pub fn simulate_option(
    workload: &Workload,
    platform: &str,
    inputs: &Inputs<'_>,
    for_s: f64,
    budget: u64,
    progress: &mut dyn FnMut(f64),
) -> Result<OptionMonth, String> {
    let extent = Extent {
        for_s,
        budget,
        progress,
    };
    inputs.with_context(|context| {
        let id = context.numbered(platform);
        let numbers = context.likely(workload);
        let looked_at = id.into_iter().collect();
        let configured = context.configure(workload, looked_at, &numbers, inputs);
        let mut numbered = context.catalog.numbered().zip(configured);
        let found = numbered.find(|((one, _), _)| Some(*one) == id);
        let (id, found) = match id.zip(found).map(|(id, (_, one))| (id, one.fit)) {
            Some((id, Fit::Priced(found))) => (id, found),
            Some((_, Fit::Unfit(why))) => return Err(why.to_string()),
            Some((_, Fit::Excluded)) | None => {
                return Err("a rule excludes it: `landfall explain` says which".to_owned());
            }
        };
        let (configuration, bill) = (found.sized.configuration, Some(found.bill));
        let of = (id, &found.run, configuration, bill);
        context.simulate_one(workload, inputs.seed, &numbers, of, extent)
    })
}

/// The same of an option that was decided, with its configuration; none where it has none, or
/// where its requests are more than are simulated one by one.
pub fn simulate_decided(
    workload: &Workload,
    option: &OptionDecision,
    inputs: &Inputs<'_>,
    for_s: f64,
    budget: u64,
) -> Option<OptionMonth> {
    let configuration = option.configuration.clone()?;
    let run = option.run.as_ref()?;
    let extent = Extent {
        for_s,
        budget,
        progress: &mut |_| (),
    };
    inputs.with_context(|context| {
        let id = context.numbered(&option.platform)?;
        let numbers = context.likely(workload);
        let of = (id, run, configuration, option.bill.clone());
        let month = context.simulate_one(workload, inputs.seed, &numbers, of, extent);
        month.ok()
    })
}

impl Context<'_> {
    fn numbered(&self, platform: &str) -> Option<PlatformId> {
        let mut platforms = self.catalog.numbered();
        platforms
            .find(|(_, one)| one.id == platform)
            .map(|(id, _)| id)
    }

    /// The numbers of a workload at likely values.
    fn likely(&self, workload: &Workload) -> Numbers {
        let (filled, _) = assume::fill(&workload.facts, self.pack, self.catalog);
        self.numbers(&filled, workload.recorded.as_ref())
    }

    fn simulate_one(
        &self,
        workload: &Workload,
        seed: u64,
        numbers: &Numbers,
        (id, run, configuration, bill): (PlatformId, &Run, Configuration, Option<Bill>),
        extent: Extent<'_>,
    ) -> Result<OptionMonth, String> {
        let Extent {
            for_s,
            budget,
            progress,
        } = extent;
        let option = self
            .simulated(workload, seed, numbers, id, &configuration)
            .ok_or(NO_SUCH)?;
        let simulated = Simulated {
            budget,
            for_s,
            detail: Detail::OverTime,
            ..option
        };
        let (month, _) = simulated.month(run, progress).ok_or(TOO_MANY)?;
        Ok(OptionMonth {
            laws: simulated.read.into_inner(),
            configuration,
            month,
            bill,
            copy: copy_of(run),
        })
    }
}
