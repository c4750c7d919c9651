//! The decision for a whole system.

use std::collections::BTreeMap;

use landfall_catalog::bill::Bill;
use landfall_catalog::{Catalog, Date, PlatformId, PriceBook};
use landfall_framework::{Pack, Screen};
use landfall_simulate::{Method, MonthOutcome, Placement, Streams, each};
use landfall_units::{Money, SECONDS_PER_MONTH};
use landfall_workload::{FactId, System, Value, Workload};

use crate::choose::{Ranking, rank, tier};
use crate::decision::{
    Assumed, Configuration, Consolidated, Decision, Monthly, OptionDecision, Shared,
    WorkloadDecision,
};
use crate::evaluate::{Context, Evaluated, Evaluation, Found};
use crate::numbers::Numbers;
use crate::rates::Rates;
use crate::simulated::{Learned, Simulated};
use crate::together::{AlreadyPaid, Thing, Together, shareable};
use crate::tuning::Tuning;
use crate::worlds::{Doubt, Matters, PriceDoubt, Worlds};

/// What a decision is made with, besides the system.
#[derive(Debug, Clone, Copy)]
pub struct Inputs<'a> {
    /// The framework.
    pub pack: &'a Pack,
    /// The catalog.
    pub catalog: &'a Catalog,
    /// The prices of the system's region.
    pub book: &'a PriceBook,
    /// The prices of other regions, which the recommendation may hang on; may be empty.
    pub elsewhere: &'a [PriceBook],
    /// The day whose facts are used.
    pub as_of: Date,
    /// Whether people's hours count.
    pub people: bool,
    /// The seed of every draw.
    pub seed: u64,
    /// Most requests of a month simulated one by one for an option; none for estimates
    /// by closed formulas alone.
    pub budget: Option<u64>,
    /// Worlds drawn; none for likely values alone.
    pub worlds: usize,
}

/// Worlds drawn where nothing else is asked for.
pub const WORLDS: usize = 1_000;

/// Requests of a month that a decision simulates one by one for an option where nothing
/// else is asked for: what keeps a decision within a second.
pub const BUDGET: u64 = 400_000;

impl<'a> Inputs<'a> {
    /// What decides by closed formulas alone, on the pack's own day: nothing is simulated,
    /// and no worlds are drawn.
    pub const fn by_formulas(pack: &'a Pack, catalog: &'a Catalog, book: &'a PriceBook) -> Self {
        Self {
            pack,
            catalog,
            book,
            elsewhere: &[],
            as_of: pack.as_of,
            people: true,
            seed: 1,
            budget: None,
            worlds: 0,
        }
    }
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
            learned: &[],
            recorded: None,
            prices: PriceDoubt::NONE,
            doubts: &[],
            already_paid: &[],
        })
    }
}

/// Decides for a system. Pure: the same input gives the same decision, whatever
/// the order of workloads or rules.
pub fn decide(system: &System, inputs: &Inputs<'_>) -> Decision {
    inputs.with_context(|context| {
        let mut weighed = each(&system.workloads, |workload| {
            weigh(workload, context, inputs)
        });
        // In an order that does not depend on the file's.
        weighed.sort_by(|a, b| a.workload.id.cmp(&b.workload.id));
        let chosen = settle(&mut weighed, context);
        let consolidated = consolidate(&weighed, &chosen, context);
        let told: Vec<(usize, &Weighed<'_>)> = weighed.iter().enumerate().collect();
        let mut workloads = each(&told, |(at, one)| {
            one.tell(system, context, chosen.get(*at).copied().flatten(), inputs)
        });
        let place = |id: &str| system.workloads.iter().position(|one| one.id == id);
        workloads.sort_by_key(|one| place(&one.id));
        let (shared, total) = share(&weighed, &chosen);
        Decision {
            name: system.name.clone(),
            framework: (inputs.pack.name.clone(), inputs.pack.version.clone()),
            as_of: inputs.as_of,
            region: inputs.book.region().to_owned(),
            prices_as_of: inputs.book.as_of(),
            people: inputs.people,
            seed: inputs.seed,
            worlds: inputs.worlds,
            workloads,
            shared,
            consolidated,
            total,
        }
    })
}

/// One workload with everything that was found out about it.
struct Weighed<'a> {
    workload: &'a Workload,
    learned: Vec<Option<Learned>>,
    /// The same, for questions about other loads and placements.
    unsettled: Vec<Option<Learned>>,
    worlds: Option<Worlds>,
    doubts: Vec<Option<Doubt>>,
    /// Of each platform, what the other workloads' choices pay already.
    already_paid: Vec<AlreadyPaid>,
    evaluation: Evaluation,
}

/// Where the worlds of a workload are drawn from: facts of the system have the same
/// draws for all of them.
const fn streams(inputs: &Inputs<'_>) -> Streams {
    Streams::new(inputs.seed)
}

fn weigh<'a>(workload: &'a Workload, context: &Context<'_>, inputs: &Inputs<'_>) -> Weighed<'a> {
    let facts = &workload.facts;
    let learned = learn(workload, context, inputs);
    let bound = Context {
        learned: &learned,
        recorded: workload.recorded.as_ref(),
        ..*context
    };
    let unsettled: Vec<Option<Learned>> = learned
        .iter()
        .map(|one| one.as_ref().map(Learned::unsettled))
        .collect();
    let worlds = (inputs.worlds > 0).then(|| {
        let streams = streams(inputs).child("worlds");
        let asking = Context {
            learned: &unsettled,
            ..bound
        };
        asking.worlds(facts, &workload.id, inputs.worlds, streams, None)
    });
    let mut evaluation = bound.evaluate(facts);
    let mut doubts = Vec::new();
    if let Some(worlds) = &worlds {
        doubts = bound.doubts(worlds, &evaluation, &[]);
        evaluation = Context {
            doubts: &doubts,
            ..bound
        }
        .evaluate(facts);
    }
    Weighed {
        workload,
        already_paid: vec![AlreadyPaid::default(); learned.len()],
        learned,
        unsettled,
        worlds,
        doubts,
        evaluation,
    }
}

impl Context<'_> {
    /// What worlds show of every platform.
    pub(crate) fn doubts(
        &self,
        worlds: &Worlds,
        evaluation: &Evaluation,
        already_paid: &[AlreadyPaid],
    ) -> Vec<Option<Doubt>> {
        let open: Vec<bool> = evaluation
            .options
            .iter()
            .map(|one| tier(one) <= 2)
            .collect();
        let saved: Vec<f64> = already_paid
            .iter()
            .map(|paid| paid.total().as_f64())
            .collect();
        let likely: Vec<Option<(Monthly, f64)>> = evaluation
            .options
            .iter()
            .map(|option| {
                let found = option.found.as_ref()?.as_ref().ok()?;
                Some((option.monthly?, found.sized.forecast.latency.p99_s))
            })
            .collect();
        worlds.doubts(&open, &saved, &likely, self.tuning.may_miss)
    }
}

/// Chooses for the whole system, and lets every workload know what the others pay.
fn settle(weighed: &mut [Weighed<'_>], context: &Context<'_>) -> Vec<Option<usize>> {
    let evaluations: Vec<&Evaluation> = weighed.iter().map(|one| &one.evaluation).collect();
    let together = Together::new(&evaluations, |_| true);
    let chosen = together.choose(context.tuning.noise);
    for (at, one) in weighed.iter_mut().enumerate() {
        for (place, paid) in together.already_paid(&chosen, at) {
            if let Some(slot) = one.already_paid.get_mut(place) {
                *slot = paid;
            }
        }
        for (option, paid) in one.evaluation.options.iter_mut().zip(&one.already_paid) {
            if let Some(monthly) = &mut option.monthly {
                monthly.already_paid = paid.total();
            }
        }
        if let Some(worlds) = &one.worlds {
            one.doubts = context.doubts(worlds, &one.evaluation, &one.already_paid);
        }
    }
    chosen
}

/// What everything on one family of platforms would come to, beside the decision.
fn consolidate(
    weighed: &[Weighed<'_>],
    chosen: &[Option<usize>],
    context: &Context<'_>,
) -> Vec<Consolidated> {
    if weighed.len() < 2 || chosen.iter().any(Option::is_none) {
        return Vec::new();
    }
    let evaluations: Vec<&Evaluation> = weighed.iter().map(|one| &one.evaluation).collect();
    let decided = Together::new(&evaluations, |_| true).total(chosen);
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
        let alone = Together::new(&evaluations, within);
        let places = alone.choose(0.0);
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
    /// The decision for it, the option at a place being chosen.
    fn tell(
        &self,
        system: &System,
        context: &Context<'_>,
        chosen: Option<usize>,
        inputs: &Inputs<'_>,
    ) -> WorkloadDecision {
        let facts = &self.workload.facts;
        let context = &Context {
            learned: &self.learned,
            recorded: self.workload.recorded.as_ref(),
            doubts: &self.doubts,
            already_paid: &self.already_paid,
            ..*context
        };
        let evaluation = &self.evaluation;
        let ranking = rank(evaluation, context.tuning.noise).led_by(chosen, evaluation);
        let asking = Context {
            learned: &self.unsettled,
            ..*context
        };
        let numbers = context.numbers(&evaluation.filled);
        let told = |(rank, place): (usize, &usize)| -> Option<OptionDecision> {
            let option = evaluation.options.get(*place)?;
            let told = context.tell(option, rank == 0 && ranking.has_recommendation, facts)?;
            let tried = match &told.configuration {
                Some(_) => asking.tried(option.platform, &numbers),
                None => Vec::new(),
            };
            Some(OptionDecision { tried, ..told })
        };
        let mut assumed = evaluation.assumed.clone();
        if system.region.is_none() {
            assumed.insert(0, assumed_region(context.book.region()));
        }
        let learned = self.learned.iter().flatten();
        let (tipping, curve) = asking.tippings(self.workload, evaluation, inputs);
        WorkloadDecision {
            id: self.workload.id.clone(),
            facts: facts.clone(),
            options: ranking.order.iter().enumerate().filter_map(told).collect(),
            has_recommendation: ranking.has_recommendation,
            runner_up: ranking.runner_up,
            margin: ranking.margin,
            within_noise: ranking.within_noise,
            matters: self.matters(&ranking),
            tipping,
            curve,
            windows: learned.into_iter().find_map(|learned| learned.windows),
            assumed,
            unknown: asking.unknowns(facts, evaluation),
        }
    }

    fn matters(&self, ranking: &Ranking) -> Vec<Matters> {
        match (&self.worlds, ranking.order.as_slice(), ranking.runner_up) {
            (Some(worlds), [first, second, ..], Some(_)) => worlds.matters(*first, *second),
            _ => Vec::new(),
        }
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
        for_s: SECONDS_PER_MONTH,
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

/// Simulates a month of one workload on one platform, or its first `for_s` seconds, sized
/// as [`decide`] sizes it. `progress` is told how far it is, in seconds.
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
        let (month, _) = Simulated {
            budget,
            for_s,
            ..option
        }
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

fn assumed_region(region: &str) -> Assumed {
    Assumed {
        fact: FactId::Region,
        value: Value::Text(region.into()),
        why: "the file names no region".to_owned(),
        source: "landfall-judgement".to_owned(),
    }
}

/// What the chosen options share, and their total with each such thing once.
fn share(weighed: &[Weighed<'_>], chosen: &[Option<usize>]) -> (Vec<Shared>, Option<Money>) {
    let mut things: BTreeMap<String, Shared> = BTreeMap::new();
    let mut total = Money::ZERO;
    let mut complete = true;
    for (one, place) in weighed.iter().zip(chosen) {
        let option = place.and_then(|place| one.evaluation.options.get(place));
        let Some(option) = option else {
            complete = false;
            continue;
        };
        total = total + option.monthly.map_or(Money::ZERO, |monthly| monthly.total);
        for Thing { what, monthly, .. } in shareable(option, &one.evaluation.filled) {
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
