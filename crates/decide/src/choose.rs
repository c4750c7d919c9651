//! Ranking.

use std::cmp::Ordering;

use landfall_framework::Verdict;
use landfall_units::Money;

use crate::decision::Precedence;
use crate::evaluated::{Evaluated, Evaluation};

/// The order of options, and what stands out of it.
#[derive(Debug, Clone)]
pub(crate) struct Ranking {
    /// Places in the evaluation, the best first.
    pub(crate) order: Vec<usize>,
    /// Whether the first of them is recommended.
    pub(crate) has_recommendation: bool,
    /// The place in `order` of the runner-up.
    pub(crate) runner_up: Option<usize>,
    /// How much less the first costs than the runner-up, as a share of the latter.
    pub(crate) margin: Option<f64>,
    /// Why the first stands before the runner-up.
    pub(crate) precedence: Option<Precedence>,
}

impl Ranking {
    /// Ranks: what meets its targets before what misses them, then by weight.
    pub(crate) fn new(evaluation: &Evaluation) -> Self {
        let options = &evaluation.options;
        let mut order: Vec<usize> = (0..options.len()).collect();
        order.sort_by(|a, b| match (options.get(*a), options.get(*b)) {
            (Some(x), Some(y)) => tier(x)
                .cmp(&tier(y))
                .then(weight(x).cmp(&weight(y)))
                .then(a.cmp(b)),
            _ => Ordering::Equal,
        });
        Self::of(order, evaluation, Precedence::CostsLess)
    }

    /// The same with the option at a place first, for a reason of its own. The rest keep
    /// their order.
    pub(crate) fn with_first(
        mut self,
        chosen: Option<usize>,
        why: Precedence,
        evaluation: &Evaluation,
    ) -> Self {
        let at = self.order.iter().position(|place| Some(*place) == chosen);
        let Some(at) = at.filter(|at| *at > 0 && self.has_recommendation) else {
            return self;
        };
        let place = self.order.remove(at);
        self.order.insert(0, place);
        Self::of(self.order, evaluation, why)
    }

    /// What stands out of an order. `why` is the reason of the first place among those
    /// that stand as well against their targets.
    fn of(order: Vec<usize>, evaluation: &Evaluation, why: Precedence) -> Self {
        let candidate = |rank: usize| {
            let option = evaluation.options.get(*order.get(rank)?)?;
            is_candidate(option).then_some(option)
        };
        let (first, second) = (candidate(0), candidate(1));
        let pair = first.zip(second);
        let margin = pair.and_then(|(first, second)| {
            let (first, second) = (weight(first).as_f64(), weight(second).as_f64());
            (second > 0.0).then(|| 1.0 - first / second)
        });
        let precedence = pair.map(|(first, second)| {
            if first.meets_targets && !second.meets_targets {
                Precedence::MeetsTargets
            } else {
                why
            }
        });
        Self {
            has_recommendation: first.is_some(),
            runner_up: pair.map(|_| 1),
            margin,
            precedence,
            order,
        }
    }
}

/// How far an option is from being recommended, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tier {
    /// It does the work and meets its targets.
    Meets,
    /// It misses a target.
    Misses,
    /// Whether what it requires is met is not known.
    Unwarranted,
    /// It has no price.
    Unpriced,
    /// A rule excludes it, or no configuration does the work.
    Out,
}

/// How far an option is from being recommended.
pub(crate) fn tier(option: &Evaluated) -> Tier {
    if option.configured().is_none() {
        return Tier::Out;
    }
    match (
        option.verdict,
        option.monthly.is_some(),
        option.warranted,
        option.meets_targets,
    ) {
        (Verdict::Excluded, ..) => Tier::Out,
        (_, false, ..) => Tier::Unpriced,
        (_, _, false, _) => Tier::Unwarranted,
        (_, _, _, false) => Tier::Misses,
        _ => Tier::Meets,
    }
}

/// Whether an option may be recommended at all.
pub(crate) fn is_candidate(option: &Evaluated) -> bool {
    tier(option) <= Tier::Misses
}

/// What an option is weighed by: what it is expected to come to, without what other
/// workloads pay already.
pub(crate) fn weight(option: &Evaluated) -> Money {
    option.monthly.map_or(Money::ZERO, |monthly| {
        monthly.expected - monthly.already_paid
    })
}

pub(crate) fn hours(option: &Evaluated) -> f64 {
    option.people.iter().map(|line| line.hours.likely()).sum()
}
