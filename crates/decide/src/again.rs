//! The decision made again with something changed: the whole journey, for a few options.

use landfall_catalog::{PlatformSet, PriceBook};
use landfall_workload::{FactId, Scope, Value, Workload};

use crate::choose::{Ranking, is_candidate, weight};
use crate::context::Context;
use crate::decision::Doubt;
use crate::evaluated::{Evaluated, Evaluation};
use crate::inputs::{Inputs, rougher, screen};
use crate::rates::Rates;
use crate::weighed::{Chosen, Weighed, settle, weigh};

/// A system that was decided, and one workload of it that is asked about.
#[derive(Clone, Copy)]
pub(crate) struct Again<'a> {
    pub(crate) weighed: &'a [Weighed<'a>],
    /// The workload that is asked about, and its place.
    pub(crate) workload: &'a Workload,
    pub(crate) at: usize,
    /// The option that is recommended for it.
    pub(crate) chosen: Option<Chosen>,
    pub(crate) context: &'a Context<'a>,
    pub(crate) inputs: &'a Inputs<'a>,
}

/// What would be recommended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome {
    /// The platform; none where nothing can be.
    pub(crate) platform: Option<String>,
    /// Whether it meets its targets.
    pub(crate) meets_targets: bool,
}

impl Again<'_> {
    /// What is recommended as things are.
    pub(crate) fn today(&self) -> Outcome {
        self.outcome(self.weighed, self.chosen, self.context)
    }

    /// What would be recommended with a fact at a value, everything else as it is. Of this
    /// workload only options of `looked_at` are looked at, in scenarios too: others cost so much more
    /// that they are seldom the best. A few scenarios and a part of the
    /// requests are enough where they decide clearly; more scenarios are drawn where costs are
    /// near, and more requests simulated where a target is nearly met or nearly missed. In a
    /// system of several workloads, where each has its own points, a few scenarios are enough.
    pub(crate) fn with(&self, fact: FactId, value: &Value, looked_at: PlatformSet) -> Outcome {
        let rough = self.rough();
        let changed = self.changed(fact, value);
        let (weighed, outcome, clarity) =
            self.drawn(&changed, self.weighed, looked_at, &rough, AT_A_POINT);
        let scenarios = self.most_scenarios();
        let (before, fine) = match clarity {
            Clarity::Clear => return outcome,
            // What was found with as many requests stays.
            Clarity::NearInCost => (weighed.as_slice(), Inputs { scenarios, ..rough }),
            Clarity::NearATarget => {
                let fine = Inputs {
                    scenarios,
                    ..*self.inputs
                };
                (self.weighed, fine)
            }
        };
        if (fine.scenarios, fine.budget) == (rough.scenarios, rough.budget) {
            return outcome;
        }
        self.drawn(&changed, before, looked_at, &fine, AT_A_POINT).1
    }

    /// The same with a few scenarios and a part of the requests alone; none where they do not
    /// decide it clearly.
    pub(crate) fn clearly_with(
        &self,
        fact: FactId,
        value: &Value,
        looked_at: PlatformSet,
    ) -> Option<Outcome> {
        let rough = self.rough();
        let changed = self.changed(fact, value);
        let (_, outcome, clarity) =
            self.drawn(&changed, self.weighed, looked_at, &rough, OF_AN_ANSWER);
        (clarity == Clarity::Clear).then_some(outcome)
    }

    fn rough(&self) -> Inputs<'_> {
        Inputs {
            scenarios: self.inputs.scenarios.min(FEW),
            budget: self.inputs.budget.map(rougher),
            ..*self.inputs
        }
    }

    fn most_scenarios(&self) -> usize {
        if self.weighed.len() == 1 {
            self.inputs.scenarios
        } else {
            self.inputs.scenarios.min(FEW)
        }
    }

    /// The workloads with a fact at a value.
    fn changed(&self, fact: FactId, value: &Value) -> Vec<Workload> {
        let all = self.weighed.iter().enumerate();
        all.map(|(place, one)| {
            let mut workload = one.workload.clone();
            if place == self.at || fact.scope() != Scope::Workload {
                workload.facts = workload.facts.with(fact, value.clone());
            }
            workload
        })
        .collect()
    }

    /// Weighs `changed` workloads, and chooses. Configurations of `before` stay where sizing
    /// reads the same numbers.
    fn drawn<'w>(
        &'w self,
        changed: &'w [Workload],
        before: &[Weighed<'_>],
        looked_at: PlatformSet,
        inputs: &Inputs<'_>,
        margin: Margin,
    ) -> (Vec<Weighed<'w>>, Outcome, Clarity) {
        let mut weighed: Vec<Weighed<'w>> = Vec::with_capacity(changed.len());
        let all = self.context.catalog.all();
        let pairs = self.weighed.iter().zip(before);
        for (place, ((today, before), workload)) in pairs.zip(changed).enumerate() {
            let looked_at = if place == self.at { looked_at } else { all };
            weighed.push(if workload.facts == today.workload.facts {
                today.clone()
            } else {
                weigh(workload, looked_at, self.context, inputs, Some(before))
            });
        }
        let outcome = self.settled(&mut weighed, self.context);
        let mut pairs = weighed.iter().zip(self.weighed);
        let is_known = pairs.all(|(now, before)| now.is_sized_as(before));
        let may_miss = self.context.tuning.may_miss;
        let clarity = weighed.get(self.at).map_or(Clarity::Clear, |one| {
            let chosen = outcome.platform.as_deref();
            clarity(one, chosen, may_miss, margin, self.context)
        });
        // Nothing was simulated anew: more requests show nothing.
        let clarity = if is_known {
            clarity.min(Clarity::NearInCost)
        } else {
            clarity
        };
        (weighed, outcome, clarity)
    }

    /// What would be recommended with the prices of another region.
    pub(crate) fn with_prices(&self, book: &PriceBook) -> Outcome {
        let here = self.context;
        let all = here.catalog.all();
        let rates = Rates::new(here.catalog, book, here.day);
        let screen = screen(here.pack, here.catalog, book, here.day);
        let context = &Context {
            book,
            rates: &rates,
            screen: &screen,
            ..*here
        };
        let mut weighed: Vec<Weighed<'_>> = self
            .weighed
            .iter()
            .map(|one| weigh(one.workload, all, context, self.inputs, None))
            .collect();
        self.settled(&mut weighed, context)
    }

    fn settled(&self, weighed: &mut [Weighed<'_>], context: &Context<'_>) -> Outcome {
        let chosen = settle(weighed, self.at..self.at + 1, context);
        self.outcome(weighed, chosen.first().copied().flatten(), context)
    }

    fn outcome(
        &self,
        weighed: &[Weighed<'_>],
        chosen: Option<Chosen>,
        context: &Context<'_>,
    ) -> Outcome {
        let evaluation = weighed.get(self.at).map(|one| &one.evaluation);
        let option = chosen
            .zip(evaluation)
            .and_then(|(chosen, evaluation)| evaluation.options.get(chosen.place));
        Outcome {
            platform: option
                .and_then(|option| context.catalog.at(option.platform))
                .map(|platform| platform.id.clone()),
            meets_targets: option.is_some_and(|option| option.meets_targets),
        }
    }
}

/// Scenarios that decide where they do so clearly.
const FEW: usize = 100;
/// What a share of scenarios may be off by.
const OFF: f64 = 0.03;

/// From which difference on two costs are clearly different.
#[derive(Debug, Clone, Copy)]
struct Margin {
    /// As a share of the cost.
    share: f64,
    /// In standard errors of the mean difference over the scenarios.
    deviations: f64,
}

/// Where more is looked at otherwise.
const AT_A_POINT: Margin = Margin {
    share: 0.005,
    deviations: 3.0,
};
/// Where nothing more is looked at.
const OF_AN_ANSWER: Margin = Margin {
    share: 0.03,
    deviations: 2.0,
};

/// What speaks for drawing more scenarios, or simulating more requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Clarity {
    /// Nothing does.
    Clear,
    /// The cost of a rival is near the chosen one's.
    NearInCost,
    /// An option nearly meets or nearly misses its targets.
    NearATarget,
}

fn clarity(
    one: &Weighed<'_>,
    chosen: Option<&str>,
    may_miss: f64,
    margin: Margin,
    context: &Context<'_>,
) -> Clarity {
    let options = &one.evaluation.options;
    let is_chosen = |option: &Evaluated| {
        let platform = context.catalog.at(option.platform);
        platform.is_some_and(|platform| Some(platform.id.as_str()) == chosen)
    };
    let Some(best) = options.iter().find(|option| is_chosen(option)) else {
        let none = options.iter().all(|option| !is_candidate(option));
        return if none {
            Clarity::Clear
        } else {
            Clarity::NearATarget
        };
    };
    let cost = weight(best).as_f64();
    let best_place = options.iter().position(is_chosen).unwrap_or(0);
    let of_option = |(place, (option, doubt)): (usize, (&Evaluated, &Option<Doubt>))| {
        let misses = doubt.map_or(0.0, |doubt| doubt.late());
        let near =
            || (margin.share * cost).max(margin.deviations * one.error_between(place, best_place));
        if !is_candidate(option) {
            Clarity::Clear
        } else if (misses - may_miss).abs() < OFF {
            Clarity::NearATarget
        } else if !is_chosen(option) && (weight(option).as_f64() - cost).abs() < near() {
            Clarity::NearInCost
        } else {
            Clarity::Clear
        }
    };
    let all = options.iter().zip(&one.doubts).enumerate().map(of_option);
    all.max().unwrap_or(Clarity::Clear)
}

/// How much dearer than the best an option may be by formulas and still be looked at by
/// simulation.
const FAR: f64 = 1.3;

/// The options of an evaluation that might be recommended: those that cost at most some
/// times what the best does, whether they meet their targets or not.
pub(crate) fn contenders(evaluation: &Evaluation) -> PlatformSet {
    let ranking = Ranking::new(evaluation);
    let best = ranking.order.first();
    let best = best.and_then(|place| evaluation.options.get(*place));
    let expected = |option: &Evaluated| option.monthly.map(|monthly| monthly.expected.as_f64());
    let Some(least) = best.and_then(expected) else {
        return evaluation.options.iter().map(|one| one.platform).collect();
    };
    evaluation
        .options
        .iter()
        .filter(|one| is_candidate(one))
        .filter(|one| expected(one).is_some_and(|cost| cost <= least * FAR))
        .map(|one| one.platform)
        .collect()
}
