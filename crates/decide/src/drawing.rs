//! Draws scenarios, and asks the pipeline what every option comes to in each.
//!
//! A scenario is a draw of every uncertain input: ranges of the file; facts that the file does
//! not give, of every kind, by the pack's priors and assumptions; behaviour of platforms, duty
//! hours, prices that are not published. An input keeps its draws whatever option, platform or
//! other input is looked at (common random numbers), and its draws are spread evenly over its
//! range: one in each of as many slices as there are scenarios (Latin hypercube: `McKay`,
//! Beckman, Conover, Technometrics 21, 1979).
//!
//! Rules see what is drawn. What starts the work and what it needs is drawn first, then
//! quantities under it, then what is made of them.

use landfall_catalog::Catalog;
use landfall_catalog::bill::commitment::EligibleSpend;
use landfall_framework::{Law, Pack, Verdict};
use landfall_simulate::{Streams, each};
use landfall_units::Range;
use landfall_workload::{FactId, Facts, Kind, Origin, Scope, Value};

use crate::assume::{self, NEEDED};
use crate::choose::tier;
use crate::commitment::Buying;
use crate::context::Context;
use crate::drawn::{Drawn, Input, Inputs};
use crate::evaluated::Evaluated;
use crate::kept::Kept;
use crate::known::{Configurations, Known, Terms};
use crate::scenarios::{Foreseen, InScenario, Scenarios};
use crate::tuning::Tuning;
use crate::uncertain_prices::{PriceDoubt, drawn};

/// What is found out in one scenario.
struct Scenario {
    options: Vec<InScenario>,
    /// Of each option, what Savings Plans could pay for; none where none are bought.
    eligible: Vec<Option<EligibleSpend>>,
    /// Dollars a month of a move to another option.
    moving: f64,
    /// The quantities that nobody gives.
    amounts: Vec<f64>,
}

/// Which scenarios are drawn.
#[derive(Clone, Copy)]
pub(crate) struct Draws<'a> {
    pub(crate) facts: &'a Facts,
    /// The ID of the workload: its facts have draws of their own.
    pub(crate) workload: &'a str,
    /// How many.
    pub(crate) number: usize,
    pub(crate) streams: Streams,
    /// Whether facts with a few values that nobody gives are drawn; else they stay unknown.
    pub(crate) chooses: bool,
}

/// Scenarios evaluated one after the other with one copy of the data.
const AT_ONCE: usize = 50;
const SECONDS_PER_HOUR: f64 = 3_600.0;

impl Context<'_> {
    /// Draws scenarios for one workload, of whose options so much is known. Where an option does not
    /// run, it costs what the best of those that are looked at does, and a move to it.
    pub(crate) fn scenarios(&self, known: &Known<'_>, draws: &Draws<'_>) -> Scenarios {
        let Draws { facts, number, .. } = *draws;
        let mut inputs = self.inputs(known, draws);
        if !draws.chooses {
            inputs.choices.clear();
        }
        let kept = Kept::new(self, known, facts, &inputs, number);
        let places: Vec<usize> = (0..number).collect();
        let chunks: Vec<&[usize]> = places.chunks(AT_ONCE).collect();
        let evaluated = each(&chunks, |scenarios| {
            let mut catalog = self.catalog.clone();
            let mut pack = self.pack.clone();
            let mut one = |scenario: &usize| {
                let data = (&mut catalog, &mut pack);
                let there = Known {
                    configurations: Configurations::Kept(kept.of(*scenario)),
                    terms: Terms::PLAIN,
                    ..*known
                };
                self.scenario(&there, facts, &inputs, *scenario, data)
            };
            scenarios.iter().map(&mut one).collect::<Vec<_>>()
        });
        let mut options = vec![Vec::with_capacity(number); self.catalog.platforms.len()];
        let mut eligible = vec![Vec::with_capacity(number); options.len()];
        let mut moving = Vec::with_capacity(number);
        let mut amounts = Vec::with_capacity(number);
        for scenario in evaluated.into_iter().flatten() {
            moving.push(scenario.moving);
            amounts.push(scenario.amounts);
            for (option, one) in options.iter_mut().zip(scenario.options) {
                option.push(one);
            }
            for (option, one) in eligible.iter_mut().zip(scenario.eligible) {
                option.push(one);
            }
        }
        let configured = known.configured();
        let commitments = self.commit(facts, configured, &mut options, &eligible);
        if commitments.is_empty() {
            eligible.clear();
        }
        let bought = Known {
            terms: Terms {
                commitments: &commitments,
                ..known.terms
            },
            ..*known
        };
        Scenarios {
            inputs,
            errors: vec![0.0; options.len()],
            options,
            eligible,
            foreseen: self.foreseen(&bought, facts),
            commitments,
            moving,
            values: (0..number).map(|scenario| kept.values(scenario)).collect(),
            amounts,
            is_likely: (0..number)
                .map(|scenario| kept.is_likely(scenario))
                .collect(),
        }
    }

    /// What each option comes to at likely values; none where it does not run there.
    fn foreseen(&self, known: &Known<'_>, facts: &Facts) -> Vec<Option<Foreseen>> {
        let (filled, _) = assume::fill(facts, self.pack, self.catalog);
        let options = self.evaluate_found(known, facts, &filled);
        let best = options.iter().map(tier).min();
        let foreseen = |option: &Evaluated| {
            Some(Foreseen {
                total: option.monthly?.total.as_f64(),
                stands_best: Some(tier(option)) == best,
            })
        };
        options.iter().map(foreseen).collect()
    }

    /// Everything in doubt, with its draws.
    fn inputs(&self, known: &Known<'_>, draws: &Draws<'_>) -> Inputs {
        let facts = draws.facts;
        let mut choices: Vec<FactId> = Vec::new();
        for prior in &self.pack.priors {
            let few = matches!(prior.law, Law::Shares(_));
            if few && facts.is_unknown(prior.fact) && !choices.contains(&prior.fact) {
                choices.push(prior.fact);
            }
        }
        let mut open: Vec<(Drawn, String, String)> = Vec::new();
        let mut quantities: Vec<FactId> = Vec::new();
        for fact in FactId::ALL.iter().copied() {
            let is_range = facts.range(fact).is_some_and(|range| !range.is_exact());
            let is_assumed = facts.is_unknown(fact)
                && NEEDED.contains(&fact)
                && matches!(fact.kind(), Kind::Quantity(_));
            let is_doubtful = is_range || is_assumed || choices.contains(&fact);
            if !is_doubtful || fact.scope() == Scope::Derived {
                continue;
            }
            if is_assumed {
                quantities.push(fact);
            }
            // What the whole system has in common is drawn once for it.
            let stream = match fact.scope() {
                Scope::Workload => format!("{}/{}", draws.workload, fact.name()),
                _ => fact.name().to_owned(),
            };
            open.push((Drawn::Fact(fact), fact.name().to_owned(), stream));
        }
        self.other_inputs(known, facts, &mut open);
        let input = |(drawn, name, stream): (Drawn, String, String)| Input {
            drawn,
            name,
            shares: draws.streams.spread(&stream, draws.number),
        };
        Inputs {
            all: open.into_iter().map(input).collect(),
            choices,
            quantities,
        }
    }

    /// What is in doubt beside facts: behaviour, parameters, prices, hours.
    fn other_inputs(
        &self,
        known: &Known<'_>,
        facts: &Facts,
        open: &mut Vec<(Drawn, String, String)>,
    ) {
        for (place, platform) in self.catalog.platforms.iter().enumerate() {
            for (at, parameter) in platform.parameters.iter().enumerate() {
                if !parameter.on(self.day).is_exact() {
                    let name = format!("{} {}", platform.id, parameter.name);
                    open.push((Drawn::Behaviour(place, at), name.clone(), name));
                }
            }
        }
        for (place, parameter) in self.pack.parameters.iter().enumerate() {
            let drawn = match parameter.name.as_str() {
                "price_doubt" => Drawn::Unpublished,
                "spot_doubt" => Drawn::Spot,
                _ => Drawn::Parameter(place),
            };
            if !parameter.value.is_exact() && !assume::is_ratio(&parameter.name) {
                open.push((drawn, parameter.name.clone(), parameter.name.clone()));
            }
        }
        if self.book.has_ranges() || self.has_uncertain_plans(facts, known.configured()) {
            let name = "prices not known for the region".to_owned();
            open.push((Drawn::Ranges, name.clone(), name));
        }
        if self.people {
            for (place, duty) in self.pack.duties.iter().enumerate() {
                let name = format!("hours of {}", duty.id);
                open.push((Drawn::Duty(place), name.clone(), name));
            }
        }
    }

    /// Calls `work` with everything bound to one scenario: the context, and the facts with what
    /// nobody knows filled in.
    pub(crate) fn in_one_scenario<T>(
        &self,
        facts: &Facts,
        scenarios: &Scenarios,
        scenario: usize,
        work: impl FnOnce(&Context<'_>, &Facts) -> T,
    ) -> T {
        let (mut catalog, mut pack) = (self.catalog.clone(), self.pack.clone());
        let data = (&mut catalog, &mut pack);
        self.bound(facts, &scenarios.inputs, scenario, data, work)
    }

    /// One scenario.
    fn scenario(
        &self,
        known: &Known<'_>,
        facts: &Facts,
        inputs: &Inputs,
        scenario: usize,
        data: (&mut Catalog, &mut Pack),
    ) -> Scenario {
        self.bound(facts, inputs, scenario, data, |context, filled| {
            let options = context.evaluate_filled(known, filled, filled);
            let hourly = filled.likely(FactId::HourlyCost).unwrap_or(0.0);
            let hours = context.tuning.moving_hours / SECONDS_PER_HOUR;
            let moving = hours * hourly / context.tuning.moving_months.max(1.0);
            let moving = if context.people { moving } else { 0.0 };
            let amount = |fact: &FactId| filled.likely(*fact).unwrap_or(0.0);
            let buying = Buying::of(filled);
            let eligible = |option: &Evaluated| {
                let found = option.configured().filter(|_| runs(option))?;
                let dear = context.prices.ranges;
                let all = buying?.eligible(found, context.catalog, context.book, dear)?;
                Some(all.spend)
            };
            Scenario {
                options: options.iter().map(in_scenario).collect(),
                eligible: options.iter().map(eligible).collect(),
                moving,
                amounts: inputs.quantities.iter().map(amount).collect(),
            }
        })
    }

    /// Calls `work` with everything bound to one scenario, and with the facts there: rules see
    /// the same as sizing does.
    fn bound<T>(
        &self,
        facts: &Facts,
        inputs: &Inputs,
        scenario: usize,
        (catalog, pack): (&mut Catalog, &mut Pack),
        work: impl FnOnce(&Context<'_>, &Facts) -> T,
    ) -> T {
        let mut prices = PriceDoubt::NONE;
        for input in &inputs.all {
            let share = input.shares.get(scenario).copied().unwrap_or(0.5);
            match input.drawn {
                Drawn::Fact(_) => {}
                Drawn::Behaviour(place, at) => {
                    let old = self.catalog.platforms.get(place);
                    let old = old.and_then(|platform| platform.parameters.get(at));
                    let new = catalog.platforms.get_mut(place);
                    let new = new.and_then(|platform| platform.parameters.get_mut(at));
                    if let (Some(old), Some(new)) = (old, new) {
                        new.value = Range::exact(drawn(&old.on(self.day), share));
                        new.since = None;
                    }
                }
                Drawn::Parameter(place) => {
                    let old = self.pack.parameters.get(place);
                    if let (Some(old), Some(new)) = (old, pack.parameters.get_mut(place)) {
                        new.value = Range::exact(drawn(&old.value, share));
                    }
                }
                Drawn::Duty(place) => {
                    let old = self.pack.duties.get(place);
                    if let (Some(old), Some(new)) = (old, pack.duties.get_mut(place)) {
                        new.hours = Range::exact(drawn(&old.hours, share));
                    }
                }
                Drawn::Unpublished => prices.unpublished = self.doubt("price_doubt", share),
                Drawn::Spot => prices.spot = self.doubt("spot_doubt", share),
                Drawn::Ranges => prices.ranges = Some(share),
            }
        }
        let shares = inputs.shares(scenario);
        let share = |fact: FactId| shares.get(fact.index()).copied().flatten();
        let mut known = facts.narrowed(|fact, range| Some(drawn(&range, share(fact)?)));
        inputs.choose(&mut known, pack, &shares);
        let (filled, _) = assume::fill_drawn(&known, pack, catalog, share);
        let tuning = Tuning::new(pack);
        let context = Context {
            pack,
            catalog,
            tuning: &tuning,
            prices,
            ..*self
        };
        work(&context, &filled)
    }

    fn doubt(&self, name: &str, share: f64) -> f64 {
        let range = self.pack.parameter(name);
        range.map_or(1.0, |range| drawn(&range, share))
    }
}

/// A quantity held still at one value, whatever is said of it.
pub(crate) fn held_at(facts: &Facts, fact: FactId, value: f64) -> Facts {
    let mut held = facts.clone();
    held.set(fact, Value::exact(value), Origin::Assumed);
    held
}

/// Whether rules leave an option, and it has a price.
fn runs(option: &Evaluated) -> bool {
    option.verdict != Verdict::Excluded && option.monthly.is_some()
}

fn in_scenario(option: &Evaluated) -> InScenario {
    let found = option.configured();
    let total = option.monthly.filter(|_| runs(option));
    let parts = total.map_or([0.0; 2], |monthly| {
        [monthly.bill.as_f64(), monthly.people.as_f64()]
    });
    let total = total.map(|monthly| monthly.total.as_f64());
    InScenario {
        total,
        parts,
        late_s: found.map_or(0.0, |found| found.sized.forecast.latency.p99_s),
        does: total.is_some() && option.meets_targets,
        warranted: option.warranted,
    }
}
