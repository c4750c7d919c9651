//! One workload with everything that was found out about it, and the choice for all of
//! them together.

use std::ops::Range;
use std::sync::Arc;

use landfall_catalog::{Catalog, PlatformSet};
use landfall_simulate::Streams;
use landfall_workload::{FactId, Kind, Origin, Value, Workload};

use crate::assume;
use crate::choose::{hours, tier, weight};
use crate::committed::Committed;
use crate::context::Context;
use crate::decision::{Doubt, Monthly, Precedence};
use crate::drawing::Draws;
use crate::evaluated::{AlreadyPaid, Configured, Evaluated, Evaluation};
use crate::inputs::Inputs;
use crate::known::{Configurations, Known, Terms};
use crate::numbers::Numbers;
use crate::scenarios::{Scenarios, at as quantile};
use crate::shared_charges::SharedCharges;

/// One workload with everything that was found out about it.
#[derive(Debug, Clone)]
pub(crate) struct Weighed<'a> {
    pub(crate) workload: &'a Workload,
    numbers: Numbers,
    pub(crate) configured: Vec<Configured>,
    /// Of each platform, the Savings Plan that is bought for it; empty where none is.
    pub(crate) commitments: Vec<Option<Committed>>,
    pub(crate) scenarios: Option<Arc<Scenarios>>,
    /// Scenarios in which every need that is not stated is no.
    without_needs: Option<Arc<Scenarios>>,
    pub(crate) doubts: Vec<Option<Doubt>>,
    /// Of each platform, what the other workloads' choices pay already.
    pub(crate) already_paid: Vec<AlreadyPaid>,
    pub(crate) evaluation: Evaluation,
}

/// What a decision chose for a workload: the place of the option, and why it stands before
/// others that might cost less.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Chosen {
    pub(crate) place: usize,
    pub(crate) why: Precedence,
}

/// Where the scenarios of a workload are drawn from: facts of the system have the same
/// draws for all of them.
pub(crate) const fn streams(inputs: &Inputs<'_>) -> Streams {
    Streams::new(inputs.seed)
}

/// Finds out everything about a workload, of the platforms that are looked at. `before` is what was
/// found out about it before some of its facts changed: where sizing reads the same numbers, the
/// configurations stay.
pub(crate) fn weigh<'a>(
    workload: &'a Workload,
    looked_at: PlatformSet,
    context: &Context<'_>,
    inputs: &Inputs<'_>,
    before: Option<&Weighed<'_>>,
) -> Weighed<'a> {
    let facts = &workload.facts;
    let recorded = workload.recorded.as_ref();
    let (filled, assumed) = assume::fill(facts, context.pack, context.catalog);
    let numbers = context.numbers(&filled, recorded);
    let configured = match before.filter(|before| before.numbers == numbers) {
        Some(before) => before.still_open(workload, looked_at, context, inputs),
        None => context.configure(workload, looked_at, &numbers, inputs),
    };
    let sized = Known {
        looked_at,
        recorded,
        configurations: Configurations::Calibrated(&configured),
        terms: Terms::PLAIN,
    };
    let scenarios = (inputs.scenarios > 0).then(|| {
        let draws = Draws {
            facts,
            workload: &workload.id,
            number: inputs.scenarios,
            streams: streams(inputs).child("worlds"),
            chooses: true,
        };
        Arc::new(context.scenarios(&sized, &draws))
    });
    let commitments = match &scenarios {
        Some(scenarios) => scenarios.commitments.clone(),
        None => context.commit_at_likely(facts, &configured),
    };
    let bought = Known {
        terms: Terms {
            commitments: &commitments,
            ..Terms::PLAIN
        },
        ..sized
    };
    let mut evaluation = Evaluation {
        options: context.evaluate_found(&bought, facts, &filled),
        filled,
        assumed,
    };
    let mut doubts = Vec::new();
    if let Some(scenarios) = &scenarios {
        doubts = context.doubts(scenarios, &evaluation, &[]);
        let weighed = Known {
            terms: Terms {
                doubts: &doubts,
                ..bought.terms
            },
            ..bought
        };
        evaluation.options = context.evaluate_found(&weighed, facts, &evaluation.filled);
    }
    Weighed {
        workload,
        numbers,
        already_paid: vec![AlreadyPaid::default(); configured.len()],
        commitments,
        configured,
        scenarios,
        without_needs: None,
        doubts,
        evaluation,
    }
}

/// Scenarios drawn where every need that is not stated is no.
const WITHOUT_NEEDS: usize = 250;

impl Context<'_> {
    /// What scenarios show of every platform.
    pub(crate) fn doubts(
        &self,
        scenarios: &Scenarios,
        evaluation: &Evaluation,
        already_paid: &[AlreadyPaid],
    ) -> Vec<Option<Doubt>> {
        let saved: Vec<f64> = already_paid
            .iter()
            .map(|paid| paid.total().as_f64())
            .collect();
        let likely: Vec<Option<(Monthly, f64)>> = evaluation
            .options
            .iter()
            .map(|option| {
                let p99_s = option.configured()?.sized.forecast.latency.p99_s;
                Some((option.monthly?, p99_s))
            })
            .collect();
        scenarios.doubts(&saved, &likely, self.tuning.may_miss)
    }
}

/// Chooses for the whole system, and lets the workloads `asked` about know what the others
/// pay; what is chosen for these.
pub(crate) fn settle(
    weighed: &mut [Weighed<'_>],
    asked: Range<usize>,
    context: &Context<'_>,
) -> Vec<Option<Chosen>> {
    let evaluations: Vec<&Evaluation> = weighed.iter().map(|one| &one.evaluation).collect();
    let together = SharedCharges::new(&evaluations, |_| true);
    let places = together.choose();
    let all = weighed.iter_mut().enumerate();
    for (at, one) in all.filter(|(at, _)| asked.contains(at)) {
        for (place, paid) in together.already_paid(&places, at) {
            if let Some(slot) = one.already_paid.get_mut(place) {
                *slot = paid;
            }
        }
        for (option, paid) in one.evaluation.options.iter_mut().zip(&one.already_paid) {
            if let Some(monthly) = &mut option.monthly {
                monthly.already_paid = paid.total();
            }
        }
        if let Some(scenarios) = &one.scenarios {
            one.doubts = context.doubts(scenarios, &one.evaluation, &one.already_paid);
        }
    }
    let choose = |(one, place): (&Weighed<'_>, Option<usize>)| {
        let place = place?;
        Some(match one.with_fewer_hours(place) {
            Some(place) => Chosen {
                place,
                why: Precedence::FewerHours,
            },
            None => Chosen {
                place,
                why: Precedence::WholeSystem,
            },
        })
    };
    let all = weighed.iter().zip(places);
    let some = all.skip(asked.start).take(asked.len());
    some.map(choose).collect()
}

impl Weighed<'_> {
    /// What is known of all its options.
    pub(crate) fn known(&self, catalog: &Catalog) -> Known<'_> {
        Known {
            recorded: self.workload.recorded.as_ref(),
            configurations: Configurations::Calibrated(&self.configured),
            terms: Terms {
                doubts: &self.doubts,
                already_paid: &self.already_paid,
                commitments: &self.commitments,
            },
            ..Known::nothing(catalog)
        }
    }

    /// Draws a few scenarios in which every need that is not stated is no, where one is not.
    pub(crate) fn suppose(&mut self, context: &Context<'_>, inputs: &Inputs<'_>) {
        let Some(scenarios) = &self.scenarios else {
            return;
        };
        let mut facts = self.workload.facts.clone();
        let choices = scenarios.inputs.choices.iter().copied();
        let needs: Vec<FactId> = choices.filter(|fact| fact.kind() == Kind::Flag).collect();
        for fact in &needs {
            facts.set(*fact, Value::Flag(false), Origin::Assumed);
        }
        if needs.is_empty() {
            return;
        }
        let known = Known {
            terms: Terms::PLAIN,
            ..self.known(context.catalog)
        };
        let draws = Draws {
            facts: &facts,
            workload: &self.workload.id,
            number: WITHOUT_NEEDS.min(scenarios.number()),
            streams: streams(inputs).child("worlds"),
            chooses: true,
        };
        let supposed = context.scenarios(&known, &draws);
        self.without_needs = Some(Arc::new(supposed));
    }

    /// The share of the scenarios in which an option would be cheapest if every need that is not
    /// stated were no.
    pub(crate) fn wins_without_needs(&self, place: usize) -> Option<f64> {
        let scenarios = self.without_needs.as_ref()?;
        Some(scenarios.wins(place, &self.saved()))
    }

    /// What knowing each fact that is drawn is worth beside taking an option.
    pub(crate) fn worth(&self, place: usize) -> Vec<(FactId, f64)> {
        let scenarios = self.scenarios.as_ref();
        scenarios.map_or_else(Vec::new, |scenarios| scenarios.worth(place, &self.saved()))
    }

    /// Dollars a month that an option is expected to come to.
    pub(crate) fn expected(&self, place: usize) -> Option<f64> {
        let option = self.evaluation.options.get(place)?;
        Some(option.monthly?.expected.as_f64())
    }

    /// The standard error of the mean difference of two options over the scenarios, in dollars a
    /// month.
    pub(crate) fn error_between(&self, one: usize, other: usize) -> f64 {
        let Some(scenarios) = &self.scenarios else {
            return 0.0;
        };
        let differences = scenarios.differences(one, other, &self.saved());
        let number = differences.len().max(1) as f64;
        let mean = differences.iter().sum::<f64>() / number;
        let squares: f64 = differences.iter().map(|one| (one - mean).powi(2)).sum();
        squares.sqrt() / number
    }

    /// Of each platform, dollars a month that others pay already.
    fn saved(&self) -> Vec<f64> {
        let paid = self.already_paid.iter();
        paid.map(|paid| paid.total().as_f64()).collect()
    }

    /// Whether sizing reads the same numbers as for another, so that nothing was simulated
    /// anew.
    pub(crate) fn is_sized_as(&self, other: &Weighed<'_>) -> bool {
        self.numbers == other.numbers
    }

    /// The configurations found before, of platforms that rules leave now; those that they
    /// left out before are looked for.
    fn still_open(
        &self,
        workload: &Workload,
        looked_at: PlatformSet,
        context: &Context<'_>,
        inputs: &Inputs<'_>,
    ) -> Vec<Configured> {
        let pairs = context.catalog.numbered().zip(&self.configured);
        let unknown = pairs.filter(|(_, one)| one.fit.is_excluded());
        let unknown = unknown.map(|((id, _), _)| id);
        let new = unknown.filter(|id| looked_at.contains(*id)).collect();
        let found = context.configure(workload, new, &self.numbers, inputs);
        let pairs = self.configured.iter().zip(found);
        pairs
            .map(|(old, new)| {
                if old.fit.is_excluded() {
                    new
                } else {
                    old.clone()
                }
            })
            .collect()
    }

    /// The option with the fewest hours of people's work of those that cannot be told from
    /// a cheaper one: the 80% interval of the difference of their totals over the scenarios
    /// holds zero, it is expected to cost less than one hour's cost more, and no option is
    /// both cheaper on average and the cheapest in more scenarios. Hours are in the totals
    /// already: they never outweigh dollars.
    fn with_fewer_hours(&self, place: usize) -> Option<usize> {
        let scenarios = self.scenarios.as_ref()?;
        let options = &self.evaluation.options;
        let best = options.get(place)?;
        let hourly = self.evaluation.filled.likely(FactId::HourlyCost)?;
        let saved = self.saved();
        let wins = |at: usize| {
            let doubt = self.doubts.get(at).and_then(Option::as_ref);
            doubt.map_or(0.0, |doubt| doubt.wins)
        };
        let is_tied = |(at, one): (usize, &Evaluated)| {
            if at == place || tier(one) != tier(best) || hours(one) >= hours(best) {
                return None;
            }
            let differences = scenarios.differences(at, place, &saved);
            let mean = differences.iter().sum::<f64>() / differences.len().max(1) as f64;
            let holds_zero =
                quantile(&differences, 0.1) <= 0.0 && quantile(&differences, 0.9) >= 0.0;
            let is_beaten = options.iter().enumerate().any(|(other, rival)| {
                tier(rival) == tier(one) && weight(rival) < weight(one) && wins(other) > wins(at)
            });
            let tied = !differences.is_empty() && holds_zero && mean < hourly && !is_beaten;
            tied.then_some((at, hours(one)))
        };
        let tied = options.iter().enumerate().filter_map(is_tied);
        let fewest = tied.min_by(|(_, a), (_, b)| a.total_cmp(b));
        fewest.map(|(at, _)| at)
    }
}
