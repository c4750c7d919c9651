//! The decision for a whole system.

use std::collections::BTreeMap;

use landfall_catalog::bill::Bill;
use landfall_catalog::{Catalog, Date, PlatformId, PriceBook};
use landfall_framework::{Pack, Screen};
use landfall_simulate::{Method, MonthOutcome, Placement, Streams, each};
use landfall_source::Span;
use landfall_units::{Money, Range};
use landfall_workload::{FactId, Facts, Origin, System, Value, Workload};

use crate::choose::rank;
use crate::decision::{Assumed, Configuration, Decision, OptionDecision, Shared, WorkloadDecision};
use crate::evaluate::{Context, Found};
use crate::numbers::Numbers;
use crate::people;
use crate::rates::Rates;
use crate::simulated::{Learned, Simulated};
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
    /// The seed of every draw.
    pub seed: u64,
    /// Most requests of a month simulated one by one for an option; none for estimates
    /// by closed formulas alone.
    pub budget: Option<u64>,
}

/// Requests of a month that a decision simulates one by one for an option where nothing
/// else is asked for: what keeps a decision within a second.
pub const BUDGET: u64 = 400_000;

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
            learned: &[],
            recorded: None,
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
            .map(|workload| one(workload, system, context, inputs))
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
        seed: inputs.seed,
        workloads,
        shared,
        total,
    }
}

fn one(
    workload: &Workload,
    system: &System,
    context: &Context<'_>,
    inputs: &Inputs<'_>,
) -> WorkloadDecision {
    let facts = &workload.facts;
    let learned = learn(workload, context, inputs);
    let context = &Context {
        learned: &learned,
        recorded: workload.recorded.as_ref(),
        ..*context
    };
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
        windows: learned.iter().flatten().find_map(|learned| learned.windows),
        assumed,
        unknown: context.unknowns(facts, &evaluation),
    }
}

/// Simulates a month of the configuration found for every option, until the
/// configurations that follow from what was learned are those that were simulated.
fn learn(workload: &Workload, context: &Context<'_>, inputs: &Inputs<'_>) -> Vec<Option<Learned>> {
    const ROUNDS: usize = 3;
    let mut learned: Vec<Option<Learned>> = vec![None; context.catalog.platforms.len()];
    let Some(budget) = inputs.budget else {
        return learned;
    };
    for _ in 0..ROUNDS {
        let round = Context {
            learned: &learned,
            recorded: workload.recorded.as_ref(),
            ..*context
        };
        let evaluation = round.evaluate(&workload.facts);
        let numbers = round.numbers(&evaluation.filled);
        let open: Vec<(PlatformId, &Found)> = evaluation
            .options
            .iter()
            .filter_map(|option| Some((option.platform, option.found.as_ref()?.as_ref().ok()?)))
            .filter(|(_, found)| found.sized.forecast.method != Method::Simulated)
            .collect();
        if open.is_empty() {
            break;
        }
        let news = each(&open, |(id, found)| {
            let option = simulated(&round, workload, inputs.seed, &numbers, *id, found)?;
            Simulated { budget, ..option }.learn(found.ran.as_ref()?)
        });
        let places: Vec<usize> = open.iter().map(|(id, _)| usize::from(id.0)).collect();
        for (place, new) in places.into_iter().zip(news) {
            if let (Some(slot), Some(new)) = (learned.get_mut(place), new) {
                *slot = Some(new.after(slot.take()));
            }
        }
    }
    for one in learned.iter_mut().flatten() {
        one.is_settled = true;
    }
    learned
}

/// An option as it is simulated; its draws depend on the seed, the workload and the
/// platform alone.
fn simulated<'a>(
    context: &Context<'a>,
    workload: &Workload,
    seed: u64,
    numbers: &'a Numbers,
    id: PlatformId,
    found: &Found,
) -> Option<Simulated<'a>> {
    let platform = context.catalog.at(id)?;
    Some(Simulated {
        platform,
        day: context.day,
        numbers,
        spot: found.sized.configuration.purchase == Some("spot"),
        streams: Streams::new(seed).child(&workload.id).child(&platform.id),
        budget: 0,
    })
}

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
}

/// Simulates a month of one workload on one platform, sized as [`decide`] sizes it.
/// `progress` is told how far the month is, in seconds.
///
/// # Errors
/// Why it cannot run there, in words.
pub fn simulate_option(
    workload: &Workload,
    platform: &str,
    inputs: &Inputs<'_>,
    budget: u64,
    progress: &mut dyn FnMut(f64),
) -> Result<OptionMonth, String> {
    inputs.with_context(|context| {
        let learned = learn(workload, context, inputs);
        let context = &Context {
            learned: &learned,
            recorded: workload.recorded.as_ref(),
            ..*context
        };
        let evaluation = context.evaluate(&workload.facts);
        let numbers = context.numbers(&evaluation.filled);
        let id = context
            .catalog
            .numbered()
            .find(|(_, one)| one.id == platform)
            .map(|(id, _)| id);
        let option = evaluation
            .options
            .iter()
            .find(|one| Some(one.platform) == id);
        let found = option.and_then(|option| option.found.as_ref());
        let (Some(id), Some(found)) = (id, found) else {
            return Err("a rule excludes it: `landfall explain` says which".to_owned());
        };
        let found = found.as_ref().map_err(Clone::clone)?;
        let option = simulated(context, workload, inputs.seed, &numbers, id, found);
        let ran = found.ran.as_ref();
        let (Some(option), Some(ran)) = (option, ran) else {
            return Err("it has no configuration".to_owned());
        };
        let (month, _) = Simulated { budget, ..option }
            .run(ran, progress)
            .ok_or("there are more requests than can be simulated")?;
        Ok(OptionMonth {
            configuration: found.sized.configuration.clone(),
            month,
            bill: Some(found.bill.clone()),
            copy: match &ran.placement {
                Placement::Service(place) => Some((place.vcpus, place.concurrency)),
                Placement::PerRequest(_) | Placement::Job(_) => None,
            },
        })
    })
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
