//! How far the formulas that stand in for simulating are off in scenarios: the options that might
//! be recommended are simulated in a few of them.

use std::sync::Arc;

use landfall_catalog::PlatformId;
use landfall_simulate::each;
use landfall_workload::Workload;

use crate::again::contenders;
use crate::context::Context;
use crate::evaluate::Basis;
use crate::evaluated::Configured;
use crate::inputs::{Inputs, rougher};
use crate::scenarios::Scenarios;
use crate::simulated::Simulated;
use crate::size::Ask;
use crate::weighed::Weighed;

/// Scenarios of each option that are simulated: those in the middle of as many parts of its
/// totals.
const CHECKED: usize = 3;

impl Weighed<'_> {
    /// Measures what formulas are off by in scenarios, for the options that might be recommended.
    pub(crate) fn check(&mut self, context: &Context<'_>, inputs: &Inputs<'_>) {
        let (Some(scenarios), Some(budget)) = (&self.scenarios, inputs.budget) else {
            return;
        };
        let checking = Checking {
            context,
            scenarios,
            workload: self.workload,
            configured: &self.configured,
            seed: inputs.seed,
            budget: rougher(budget),
        };
        let rivals = contenders(&self.evaluation);
        let ids: Vec<PlatformId> = context.catalog.numbered().map(|(id, _)| id).collect();
        let errors = each(&ids, |id| {
            let is_rival = rivals.contains(*id);
            if is_rival {
                checking.error(*id)
            } else {
                Default::default()
            }
        });
        Arc::make_mut(self.scenarios.get_or_insert_default()).errors = errors;
    }
}

/// A workload whose scenarios are simulated.
struct Checking<'a> {
    context: &'a Context<'a>,
    scenarios: &'a Scenarios,
    workload: &'a Workload,
    configured: &'a [Configured],
    seed: u64,
    budget: u64,
}

impl Checking<'_> {
    /// The standard deviation of the logarithm of the total of an option as simulated over
    /// that by formulas.
    fn error(&self, id: PlatformId) -> f64 {
        let option = self.scenarios.options.get(usize::from(id.0));
        let totals = option.into_iter().flatten().enumerate();
        // Only the likely kind of work was simulated, which is what the formulas go through.
        let is_likely = |scenario: &usize| self.scenarios.is_likely.get(*scenario) == Some(&true);
        let totals = totals.filter(|(scenario, _)| is_likely(scenario));
        let totals = totals.filter_map(|(scenario, one)| Some((scenario, one.total?)));
        let mut totals: Vec<(usize, f64)> = totals.collect();
        totals.sort_by(|(_, a), (_, b)| a.total_cmp(b));
        let chosen = (0..CHECKED).filter_map(|part| {
            let place = (2 * part + 1) * totals.len() / (2 * CHECKED);
            totals.get(place).copied()
        });
        let offs = chosen.filter_map(|(scenario, total)| {
            let more = self.more(id, scenario)?;
            Some(((total + more).max(f64::MIN_POSITIVE) / total).ln().powi(2))
        });
        let offs: Vec<f64> = offs.collect();
        (offs.iter().sum::<f64>() / offs.len().max(1) as f64).sqrt()
    }

    /// Dollars a month more than by formulas, as simulated in one scenario.
    fn more(&self, id: PlatformId, scenario: usize) -> Option<f64> {
        let facts = &self.workload.facts;
        self.context
            .in_one_scenario(facts, self.scenarios, scenario, |context, filled| {
                let numbers = context.numbers(filled, self.workload.recorded.as_ref());
                let known = self.configured.get(usize::from(id.0))?;
                let topology = known.ready().map(|found| &found.topology);
                let ask = known.choice().map_or(Ask::Cheapest, Ask::Kept);
                let mut calibration = known.calibration.clone();
                let basis = Basis {
                    calibration: Some(&calibration),
                    topology,
                };
                let found = context.find_with(id, &numbers, basis, ask).ok()?;
                let simulated = Simulated {
                    budget: self.budget,
                    ..context.simulated(
                        self.workload,
                        self.seed,
                        &numbers,
                        id,
                        &found.sized.configuration,
                    )?
                };
                calibration.learn(simulated.simulate(found.run.clone())?);
                let ask = Ask::Only(&found.sized.choice);
                let basis = Basis {
                    calibration: Some(&calibration),
                    topology,
                };
                let now = context.find_with(id, &numbers, basis, ask).ok()?;
                let total = |bill| Some(context.prices.total(bill)?.as_f64());
                Some(total(&now.bill)? - total(&found.bill)?)
            })
    }
}
