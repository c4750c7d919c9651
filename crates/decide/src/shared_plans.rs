//! One Savings Plan for the options that are chosen for a system.
//!
//! Plans are shared by an account: what one workload leaves of an hour's commitment, another uses.
//! Spend of several is laid together in each scenario ([`EligibleSpend::together`]), and the
//! commitment is the best over the scenarios in which all of them run. Options were chosen with a
//! plan of their own, which is an upper bound of what they cost with a shared one.
//!
//! Approximated: services that share the hosts of a cluster count with the hosts that each would
//! have alone.

use landfall_catalog::SavingsPlan;
use landfall_catalog::bill::commitment::{EligibleSpend, expected};
use landfall_units::Money;

use crate::commitment::{Buying, Eligible, in_steps};
use crate::committed::{Committed, SharedPlan};
use crate::context::Context;
use crate::weighed::{Chosen, Weighed};

/// A chosen option, and what plans could pay for of it.
struct Part<'w> {
    weighed: &'w Weighed<'w>,
    place: usize,
    eligible: Eligible,
}

impl Context<'_> {
    /// The plans that are bought for the options chosen, where one pays for several.
    pub(crate) fn shared_plans(
        &self,
        weighed: &[Weighed<'_>],
        chosen: &[Option<Chosen>],
    ) -> Vec<SharedPlan> {
        let mut groups: Vec<Vec<Part<'_>>> = Vec::new();
        let pairs = weighed.iter().zip(chosen);
        for part in pairs.filter_map(|(weighed, chosen)| self.part(weighed, (*chosen)?.place)) {
            let shares =
                |group: &&mut Vec<Part<'_>>| group.first().is_some_and(|one| one.is_with(&part));
            match groups.iter_mut().find(shares) {
                Some(group) => group.push(part),
                None => groups.push(vec![part]),
            }
        }
        let groups = groups.iter().filter(|group| group.len() > 1);
        groups.filter_map(|group| self.shared_plan(group)).collect()
    }

    fn part<'w>(&self, weighed: &'w Weighed<'w>, place: usize) -> Option<Part<'w>> {
        let buying = Buying::of(&weighed.workload.facts)?;
        let found = weighed.configured.get(place)?.ready()?;
        Some(Part {
            eligible: buying.eligible(found, self.catalog, self.book, None)?,
            weighed,
            place,
        })
    }

    fn shared_plan(&self, group: &[Part<'_>]) -> Option<SharedPlan> {
        let plan: SavingsPlan = group.first()?.eligible.plan;
        let at_likely: Vec<&EligibleSpend> = group.iter().map(|one| &one.eligible.spend).collect();
        let scenarios = match scenarios(group) {
            all if all.is_empty() => vec![at_likely.clone()],
            all => all,
        };
        let together = |parts: &Vec<&EligibleSpend>| EligibleSpend::together(parts.iter().copied());
        let all: Vec<EligibleSpend> = scenarios.iter().map(together).collect();
        let step = self.catalog.meters.savings_plan_least;
        let dollars_per_h = in_steps(&all.iter(), step);
        if dollars_per_h <= 0.0 {
            return None;
        }
        let found = expected(&all, dollars_per_h);
        let own: Vec<f64> = group.iter().map(Part::own_dollars_per_h).collect();
        let own_dollars_per_h = own.iter().sum();
        let apart = |parts: &Vec<&EligibleSpend>| -> f64 {
            let costs = parts.iter().zip(&own);
            costs.map(|(one, own)| one.cost(*own).total()).sum()
        };
        let number = scenarios.len() as f64;
        let mean_apart = scenarios.iter().map(apart).sum::<f64>() / number;
        let likely = together(&at_likely);
        let whole = likely.mean_dollars_per_h();
        Some(SharedPlan {
            bought: Committed {
                plan,
                dollars_per_h,
                expected: found,
                share: dollars_per_h / whole.max(f64::MIN_POSITIVE),
            },
            own_dollars_per_h,
            saved_over_own: Money::from_f64(mean_apart - found.total()),
            saved: Money::from_f64(apart(&at_likely) - likely.cost(dollars_per_h).total()),
            used_by: group
                .iter()
                .map(|one| one.weighed.workload.id.clone())
                .collect(),
        })
    }
}

impl Part<'_> {
    /// Whether one plan can pay for both.
    fn is_with(&self, other: &Part<'_>) -> bool {
        let (one, other) = (&self.eligible, &other.eligible);
        one.plan == other.plan && one.family == other.family
    }

    /// The commitment that is bought for it alone.
    fn own_dollars_per_h(&self) -> f64 {
        let own = self.weighed.commitments.get(self.place).copied().flatten();
        own.map_or(0.0, |own| own.dollars_per_h)
    }
}

/// What plans could pay for in each scenario in which all options run.
fn scenarios<'w>(group: &'w [Part<'w>]) -> Vec<Vec<&'w EligibleSpend>> {
    let spends = group.iter().map(|one| {
        let scenarios = one.weighed.scenarios.as_ref();
        scenarios.and_then(|scenarios| scenarios.eligible.get(one.place))
    });
    let Some(spends) = spends.collect::<Option<Vec<_>>>() else {
        return Vec::new();
    };
    let number = spends.iter().map(|all| all.len()).min().unwrap_or(0);
    let of = |scenario: usize| -> Option<Vec<&EligibleSpend>> {
        let each = spends.iter().map(|all| all.get(scenario)?.as_ref());
        each.collect()
    };
    (0..number).filter_map(of).collect()
}
