//! The decision for a whole system.

use std::collections::BTreeMap;

use landfall_catalog::{Catalog, Date, PriceBook};
use landfall_framework::{Pack, Screen};
use landfall_simulate::SteadyState;
use landfall_source::Span;
use landfall_units::{Money, Range};
use landfall_workload::{FactId, Facts, Origin, System, Value, Workload};

use crate::choose::rank;
use crate::decision::{Assumed, Decision, OptionDecision, Shared, WorkloadDecision};
use crate::evaluate::Context;
use crate::people;
use crate::rates::Rates;
use crate::tuning::Tuning;

/// What a decision is made with, besides the system.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The framework.
    pub pack: &'a Pack,
    /// The catalog.
    pub catalog: &'a Catalog,
    /// The prices of the system's region.
    pub book: &'a PriceBook,
    /// The day whose facts are used.
    pub as_of: Date,
    /// Whether people's hours count.
    pub people: bool,
}

impl Inputs<'_> {
    /// Calls `work` with everything bound together.
    pub(crate) fn with_context<T>(&self, work: impl FnOnce(&Context<'_>) -> T) -> T {
        let screen = Screen::new(self.pack, self.catalog, self.as_of);
        let rates = Rates::new(self.catalog, self.book);
        let tuning = Tuning::new(self.pack);
        work(&Context {
            pack: self.pack,
            catalog: self.catalog,
            screen: &screen,
            book: self.book,
            rates: &rates,
            tuning: &tuning,
            day: self.as_of,
            people: self.people,
            simulator: &SteadyState,
        })
    }
}

/// Decides for a system. Pure: the same input gives the same decision, whatever
/// the order of workloads or rules.
pub fn decide(system: &System, inputs: &Inputs<'_>) -> Decision {
    let workloads: Vec<WorkloadDecision> = inputs.with_context(|context| {
        system
            .workloads
            .iter()
            .map(|workload| one(workload, system, context))
            .collect()
    });
    let (shared, total) = share(&workloads);
    Decision {
        name: system.name.clone(),
        framework: (inputs.pack.name.clone(), inputs.pack.version.clone()),
        as_of: inputs.as_of,
        region: inputs.book.region().to_owned(),
        prices_as_of: inputs.book.as_of(),
        people: inputs.people,
        workloads,
        shared,
        total,
    }
}

fn one(workload: &Workload, system: &System, context: &Context<'_>) -> WorkloadDecision {
    let facts = &workload.facts;
    let evaluation = context.evaluate(facts);
    let ranking = rank(&evaluation, context.tuning.noise);
    let told = |(rank, place): (usize, &usize)| -> Option<OptionDecision> {
        let option = evaluation.options.get(*place)?;
        context.tell(option, rank == 0 && ranking.has_recommendation, facts)
    };
    let winner = context.winner(&evaluation);
    let mut assumed = evaluation.assumed.clone();
    if system.region.is_none() {
        assumed.insert(0, assumed_region(context.book.region()));
    }
    WorkloadDecision {
        id: workload.id.clone(),
        facts: facts.clone(),
        options: ranking.order.iter().enumerate().filter_map(told).collect(),
        has_recommendation: ranking.has_recommendation,
        runner_up: ranking.runner_up,
        margin: ranking.margin,
        within_noise: ranking.within_noise,
        tipping: context.tipping(&pinned(facts, &evaluation.filled), FactId::Volume, winner),
        assumed,
        unknown: context.unknowns(facts, &evaluation),
    }
}

/// The facts with the volume known, if only by default, so that it can be moved.
fn pinned(facts: &Facts, filled: &Facts) -> Facts {
    match (
        facts.is_unknown(FactId::Volume),
        filled.likely(FactId::Volume),
    ) {
        (true, Some(volume)) => facts.with(FactId::Volume, Value::exact(volume)),
        _ => facts.clone(),
    }
}

fn assumed_region(region: &str) -> Assumed {
    Assumed {
        fact: FactId::Region,
        value: Value::Text(region.into()),
        why: "the file names no region".to_owned(),
        source: "landfall-judgement".to_owned(),
    }
}

/// Lines of a bill that several workloads can share, and their name in outputs.
const SHAREABLE: [(&str, &str, &str); 3] = [
    ("eks", "cluster-standard", "eks-control-plane"),
    ("alb", "hour", "alb"),
    ("nat", "hour", "nat-gateway"),
];

/// What the recommended options share, and the total with each such thing once.
fn share(workloads: &[WorkloadDecision]) -> (Vec<Shared>, Option<Money>) {
    let mut things: BTreeMap<String, Shared> = BTreeMap::new();
    let mut total = Money::ZERO;
    let mut complete = true;
    for workload in workloads {
        let Some(option) = workload.recommended() else {
            complete = false;
            continue;
        };
        total = total + option.monthly.map_or(Money::ZERO, |monthly| monthly.total);
        for (what, monthly) in shareable(option, &workload.facts) {
            let entry = things.entry(what.clone()).or_insert_with(|| Shared {
                what,
                monthly,
                used_by: Vec::new(),
            });
            if !entry.used_by.is_empty() {
                total = total - monthly;
            }
            entry.used_by.push(workload.id.clone());
        }
    }
    let shared = things
        .into_values()
        .filter(|thing| thing.used_by.len() > 1)
        .collect();
    (shared, complete.then_some(total))
}

fn shareable(option: &OptionDecision, facts: &Facts) -> Vec<(String, Money)> {
    let mut found = Vec::new();
    for line in option.bill.iter().flat_map(|bill| &bill.lines) {
        for (service, item, what) in SHAREABLE {
            if line.service == service && line.meter == item {
                let amount = line.amount.unwrap_or(Money::ZERO).to_cent();
                found.push((what.to_owned(), amount));
            }
        }
    }
    let hourly = option
        .monthly
        .map_or(Money::ZERO, |monthly| monthly.people)
        .as_f64()
        / option
            .people
            .iter()
            .map(|line| line.hours.likely())
            .sum::<f64>()
            .max(f64::MIN_POSITIVE);
    let mut costed = facts.clone();
    let value = Value::Quantity(Range::exact(hourly));
    costed.set(FactId::HourlyCost, value, Origin::Given(Span::default()));
    for line in option.people.iter().filter(|line| line.shared.is_some()) {
        let cost = people::cost(std::slice::from_ref(line), &costed).likely();
        found.push((line.duty.clone(), cost));
    }
    found
}
