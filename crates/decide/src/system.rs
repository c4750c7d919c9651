//! The decision for a whole system.

use std::collections::BTreeMap;

use landfall_simulate::each;
use landfall_units::Money;
use landfall_workload::{FactId, System, Value};

use crate::again::Again;
use crate::choose::Ranking;
use crate::context::Context;
use crate::decision::{
    Assumed, Consolidated, Decision, OptionDecision, Sensitivity, Shared, WorkloadDecision,
};
use crate::evaluated::{Evaluated, Evaluation};
use crate::inputs::Inputs;
use crate::shared_charges::{Charge, SharedCharges, shareable};
use crate::weighed::{Chosen, Weighed, settle, weigh};

/// Decides for a system. Pure: the same input gives the same decision, whatever
/// the order of workloads or rules.
pub fn decide(system: &System, inputs: &Inputs<'_>) -> Decision {
    inputs.with_context(|context| {
        let mut weighed = each(&system.workloads, |workload| {
            let mut weighed = weigh(workload, context.catalog.all(), context, inputs, None);
            weighed.check(context, inputs);
            weighed.suppose(context, inputs);
            weighed
        });
        // In an order that does not depend on the file's.
        weighed.sort_by(|a, b| a.workload.id.cmp(&b.workload.id));
        let number = weighed.len();
        let chosen = settle(&mut weighed, 0..number, context);
        let consolidated = consolidate(&weighed, &chosen, context);
        let told: Vec<(usize, &Weighed<'_>)> = weighed.iter().enumerate().collect();
        let mut workloads = each(&told, |(at, one)| {
            let again = Again {
                weighed: &weighed,
                workload: one.workload,
                at: *at,
                chosen: chosen.get(*at).copied().flatten(),
                context,
                inputs,
            };
            one.tell(system, context, &again)
        });
        let place = |id: &str| system.workloads.iter().position(|one| one.id == id);
        workloads.sort_by_key(|one| place(&one.id));
        let (shared, total) = share(&weighed, &chosen);
        let shared_plans = context.shared_plans(&weighed, &chosen);
        let saved = shared_plans
            .iter()
            .fold(Money::ZERO, |sum, one| sum + one.saved);
        let total = total.map(|total| total - saved);
        let if_committed = context.if_committed(&weighed, &chosen, inputs);
        Decision {
            name: system.name.clone(),
            framework: (inputs.pack.name.clone(), inputs.pack.version.clone()),
            as_of: inputs.as_of,
            region: inputs.book.region().to_owned(),
            prices_as_of: inputs.book.as_of(),
            profile: inputs.profile,
            people: inputs.people,
            seed: inputs.seed,
            scenarios: inputs.scenarios,
            workloads,
            shared,
            consolidated,
            total,
            if_committed,
            shared_plans,
        }
    })
}

/// What everything on one family of platforms would come to, beside the decision.
fn consolidate(
    weighed: &[Weighed<'_>],
    chosen: &[Option<Chosen>],
    context: &Context<'_>,
) -> Vec<Consolidated> {
    if weighed.len() < 2 || chosen.iter().any(Option::is_none) {
        return Vec::new();
    }
    let chosen: Vec<Option<usize>> = places(chosen);
    let evaluations: Vec<&Evaluation> = weighed.iter().map(|one| &one.evaluation).collect();
    let decided = SharedCharges::new(&evaluations, |_| true).total(&chosen);
    let mut families: Vec<&str> = Vec::new();
    for platform in &context.catalog.platforms {
        if !families.contains(&platform.family.as_str()) {
            families.push(&platform.family);
        }
    }
    let one = |family: &str| {
        let within = |option: &Evaluated| {
            let platform = context.catalog.at(option.platform);
            platform.is_some_and(|platform| platform.family == family)
        };
        let alone = SharedCharges::new(&evaluations, within);
        let places = alone.choose();
        let unfit: Vec<String> = weighed
            .iter()
            .zip(&places)
            .filter(|(_, place)| place.is_none())
            .map(|(one, _)| one.workload.id.clone())
            .collect();
        Consolidated {
            family: family.to_owned(),
            more: unfit
                .is_empty()
                .then(|| Money::from_f64(alone.total(&places) - decided)),
            unfit,
        }
    };
    families.into_iter().map(one).collect()
}

impl Weighed<'_> {
    /// The decision for it.
    fn tell(&self, system: &System, context: &Context<'_>, again: &Again<'_>) -> WorkloadDecision {
        let facts = &self.workload.facts;
        let known = &self.known(context.catalog);
        let evaluation = &self.evaluation;
        let mut ranking = Ranking::new(evaluation);
        if let Some(Chosen { place, why }) = again.chosen {
            ranking = ranking.with_first(Some(place), why, evaluation);
        }
        let numbers = context.numbers(&evaluation.filled, known.recorded);
        let told = |(rank, place): (usize, &usize)| -> Option<OptionDecision> {
            let option = evaluation.options.get(*place)?;
            let told = context.tell(
                &known.terms,
                option,
                rank == 0 && ranking.has_recommendation,
                facts,
            )?;
            let found = option.configured();
            let tried = found.map_or_else(Vec::new, |found| {
                let calibration = known.calibration(option.platform);
                context.tried(option.platform, &numbers, calibration, found)
            });
            Some(OptionDecision { tried, ..told })
        };
        let mut assumed = evaluation.assumed.clone();
        if system.region.is_none() {
            assumed.insert(0, assumed_region(context.book.region()));
        }
        let guard_s = numbers.guard_s(context.tuning);
        if let Some(guard_s) = guard_s.filter(|_| numbers.targets.time_s.is_none()) {
            assumed.push(assumed_target(guard_s));
        }
        let mut windows = self.configured.iter().map(|one| one.calibration.windows());
        let place = again.chosen.map(|chosen| chosen.place);
        let worth = place.map_or_else(Vec::new, |place| self.worth(place));
        let unknown = context.unknowns(known, evaluation, &worth, again);
        let is_provisional = place.is_some_and(|place| self.is_unsure(place, context))
            && unknown.iter().any(|one| one.is_worth_asking);
        let (tipping, curve) = context.tippings(known, evaluation, again, is_provisional);
        WorkloadDecision {
            id: self.workload.id.clone(),
            facts: facts.clone(),
            options: ranking.order.iter().enumerate().filter_map(told).collect(),
            has_recommendation: ranking.has_recommendation,
            runner_up: ranking.runner_up,
            margin: ranking.margin,
            precedence: ranking.precedence,
            matters: self.matters(&ranking),
            tipping,
            curve,
            windows: windows.find_map(|windows| windows),
            assumed,
            unknown,
            confidence_without_needs: place.and_then(|place| self.wins_without_needs(place)),
            is_provisional,
            today: context.today(known, facts, &numbers),
        }
    }

    /// Whether an option wins too few scenarios for what the pack asks.
    fn is_unsure(&self, place: usize, context: &Context<'_>) -> bool {
        let least = context.pack.parameter("provisional_below");
        let doubt = self.doubts.get(place).and_then(Option::as_ref);
        doubt
            .zip(least)
            .is_some_and(|(doubt, least)| doubt.wins < least.likely())
    }

    fn matters(&self, ranking: &Ranking) -> Vec<Sensitivity> {
        match (&self.scenarios, ranking.order.as_slice(), ranking.runner_up) {
            (Some(scenarios), [first, second, ..], Some(_)) => scenarios.matters(*first, *second),
            _ => Vec::new(),
        }
    }
}

fn places(chosen: &[Option<Chosen>]) -> Vec<Option<usize>> {
    let places = chosen.iter().map(|one| one.map(|one| one.place));
    places.collect()
}

fn assumed_region(region: &str) -> Assumed {
    Assumed {
        fact: FactId::Region,
        value: Value::Text(region.into()),
        why: "the file names no region".to_owned(),
        source: "landfall-judgement".to_owned(),
    }
}

/// What sizes are looked for where somebody waits and the file gives no target; it excludes
/// nothing.
fn assumed_target(guard_s: f64) -> Assumed {
    Assumed {
        fact: FactId::LatencyP99,
        value: Value::exact(guard_s),
        why:
            "no target is given: sizes, and environments kept ready, are for answers within this; \
              a longer target can cost less"
                .to_owned(),
        source: "landfall-judgement".to_owned(),
    }
}

/// What the chosen options share, and their total with each such thing once.
fn share(weighed: &[Weighed<'_>], chosen: &[Option<Chosen>]) -> (Vec<Shared>, Option<Money>) {
    let mut things: BTreeMap<String, Shared> = BTreeMap::new();
    let mut total = Money::ZERO;
    let mut complete = true;
    for (one, place) in weighed.iter().zip(chosen) {
        let option = place.and_then(|chosen| one.evaluation.options.get(chosen.place));
        let Some(option) = option else {
            complete = false;
            continue;
        };
        total = total + option.monthly.map_or(Money::ZERO, |monthly| monthly.total);
        for Charge { what, monthly, .. } in shareable(option, &one.evaluation.filled) {
            let entry = things.entry(what.clone()).or_insert_with(|| Shared {
                what,
                monthly: Money::ZERO,
                saved: Money::ZERO,
                used_by: Vec::new(),
            });
            // The dearest use is paid for; it serves the others too.
            entry.saved = entry.saved + monthly.min(entry.monthly);
            entry.monthly = entry.monthly.max(monthly);
            entry.used_by.push(one.workload.id.clone());
        }
    }
    let shared: Vec<Shared> = things
        .into_values()
        .filter(|thing| thing.used_by.len() > 1)
        .collect();
    let total = shared.iter().fold(total, |sum, thing| sum - thing.saved);
    (shared, complete.then_some(total))
}
