//! The decision made again with something changed: the whole journey, for a few options.

use landfall_catalog::{PlatformSet, PriceBook};
use landfall_workload::{FactId, Scope, Value, Workload};

use crate::choose::{Ranking, is_candidate};
use crate::evaluate::{Context, Evaluation};
use crate::rates::Rates;
use crate::system::Inputs;
use crate::weighed::{Weighed, settle, weigh};

/// A system that was decided, and one workload of it that is asked about.
#[derive(Clone, Copy)]
pub(crate) struct Again<'a> {
    pub(crate) weighed: &'a [Weighed<'a>],
    /// The place of the workload.
    pub(crate) at: usize,
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
    /// The workload that is asked about.
    pub(crate) fn workload(&self) -> &Workload {
        self.this().workload
    }

    fn this(&self) -> &Weighed<'_> {
        // The place is one of the list by construction; the first stands in for none.
        #[expect(clippy::indexing_slicing, reason = "the place is one of the list")]
        &self.weighed[self.at]
    }

    /// What is recommended as things are.
    pub(crate) fn today(&self) -> Outcome {
        self.settled(&mut self.weighed.to_vec(), self.context)
    }

    /// What would be recommended with a fact at a value, everything else as it is. Of this
    /// workload only options of `looked_at` are looked at.
    pub(crate) fn with(&self, fact: FactId, value: &Value, looked_at: PlatformSet) -> Outcome {
        let changed: Vec<Workload> = self
            .weighed
            .iter()
            .enumerate()
            .map(|(place, one)| {
                let mut workload = one.workload.clone();
                if place == self.at || fact.scope() != Scope::Workload {
                    workload.facts = workload.facts.with(fact, value.clone());
                }
                workload
            })
            .collect();
        let mut weighed: Vec<Weighed<'_>> = Vec::with_capacity(changed.len());
        for ((place, old), workload) in self.weighed.iter().enumerate().zip(&changed) {
            let context = &Context {
                looked_at: if place == self.at {
                    looked_at
                } else {
                    self.context.looked_at
                },
                ..*self.context
            };
            weighed.push(if workload.facts == old.workload.facts {
                old.clone()
            } else {
                weigh(workload, context, self.inputs, Some(old))
            });
        }
        self.settled(&mut weighed, self.context)
    }

    /// What would be recommended with the prices of another region.
    pub(crate) fn with_prices(&self, book: &PriceBook) -> Outcome {
        let rates = Rates::new(self.context.catalog, book);
        let context = &Context {
            book,
            rates: &rates,
            ..*self.context
        };
        let mut weighed: Vec<Weighed<'_>> = self
            .weighed
            .iter()
            .map(|one| weigh(one.workload, context, self.inputs, None))
            .collect();
        self.settled(&mut weighed, context)
    }

    fn settled(&self, weighed: &mut [Weighed<'_>], context: &Context<'_>) -> Outcome {
        let chosen = settle(weighed, context);
        let chosen = chosen.get(self.at).copied().flatten();
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

/// How much dearer than the best an option may be by formulas and still be looked at by
/// simulation.
const FAR: f64 = 2.0;

/// The options of an evaluation that might be recommended: those that cost at most some
/// times what the best does, whether they meet their targets or not.
pub(crate) fn contenders(evaluation: &Evaluation) -> PlatformSet {
    let ranking = Ranking::new(evaluation);
    let best = ranking.order.first();
    let best = best.and_then(|place| evaluation.options.get(*place));
    let expected = |option: &crate::evaluate::Evaluated| {
        option.monthly.map(|monthly| monthly.expected.as_f64())
    };
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
