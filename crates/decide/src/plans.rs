//! Which Savings Plan is bought for each option, where the team buys them.

use landfall_catalog::bill::commitment::EligibleSpend;
use landfall_workload::Facts;

use crate::commitment::Buying;
use crate::committed::Committed;
use crate::context::Context;
use crate::evaluated::Configured;
use crate::scenarios::InScenario;

impl Context<'_> {
    /// Buys Savings Plans for options, where the team does: of each the commitment that is best
    /// over the scenarios in which it runs, whose saving is taken off there.
    pub(crate) fn commit(
        &self,
        facts: &Facts,
        configured: &[Configured],
        options: &mut [Vec<InScenario>],
        eligible: &[Vec<Option<EligibleSpend>>],
    ) -> Vec<Option<Committed>> {
        let Some(buying) = Buying::of(facts) else {
            return Vec::new();
        };
        let step = self.catalog.meters.savings_plan_least;
        let pairs = options.iter_mut().zip(eligible).zip(configured);
        let one =
            |((option, eligible), configured): ((&mut Vec<InScenario>, &Vec<_>), &Configured)| {
                let found = configured.ready()?;
                let likely = buying.eligible(found, self.catalog, self.book, None)?;
                let scenarios = eligible.iter().flatten();
                let bought = likely.best(scenarios, step)?;
                for (one, spend) in option.iter_mut().zip(eligible) {
                    if let Some(spend) = spend {
                        one.save(EligibleSpend::cost(spend, bought.dollars_per_h).saved());
                    }
                }
                Some(bought)
            };
        pairs.map(one).collect()
    }

    /// The Savings Plans that are best at likely values, where no scenarios are drawn.
    pub(crate) fn commit_at_likely(
        &self,
        facts: &Facts,
        configured: &[Configured],
    ) -> Vec<Option<Committed>> {
        let Some(buying) = Buying::of(facts) else {
            return Vec::new();
        };
        let step = self.catalog.meters.savings_plan_least;
        let one = |one: &Configured| {
            let found = one.ready()?;
            let likely = buying.eligible(found, self.catalog, self.book, None)?;
            likely.best([&likely.spend].into_iter(), step)
        };
        configured.iter().map(one).collect()
    }

    /// Whether what Savings Plans take off is known as a range alone, where the team buys them.
    pub(crate) fn has_uncertain_plans(&self, facts: &Facts, configured: &[Configured]) -> bool {
        let bills = configured.iter().filter_map(Configured::ready);
        let bills = bills.map(|found| &found.bill);
        let buying = Buying::of(facts);
        buying.is_some_and(|buying| buying.is_uncertain(bills, self.catalog, self.book))
    }
}
