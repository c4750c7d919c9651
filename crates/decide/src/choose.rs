//! Ranking.

use std::cmp::Ordering;

use landfall_framework::Verdict;
use landfall_units::Money;

use crate::evaluate::{Evaluated, Evaluation};

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
    /// The first two totals cannot be told apart; fewer hours of work come first.
    pub(crate) within_noise: bool,
}

impl Ranking {
    /// The same with the option at a place first: what the whole system is best served
    /// by. The rest keep their order.
    pub(crate) fn led_by(mut self, chosen: Option<usize>, evaluation: &Evaluation) -> Self {
        let at = self.order.iter().position(|place| Some(*place) == chosen);
        let Some(at) = at.filter(|at| *at > 0 && self.has_recommendation) else {
            return self;
        };
        let place = self.order.remove(at);
        self.order.insert(0, place);
        let weight_at = |rank: usize| {
            let option = evaluation.options.get(*self.order.get(rank)?)?;
            Some(weight(option).as_f64())
        };
        let pair = weight_at(0).zip(weight_at(1));
        self.margin = pair
            .filter(|(_, second)| *second > 0.0)
            .map(|(first, second)| 1.0 - first / second);
        self.within_noise = true;
        self
    }
}

/// How far an option is from being recommended; less is better.
pub(crate) fn tier(option: &Evaluated) -> u8 {
    let Some(Ok(found)) = &option.found else {
        return 5;
    };
    match (
        option.verdict,
        option.monthly.is_some(),
        option.warranted,
        found.meets_targets,
    ) {
        (Verdict::Excluded, ..) => 5,
        (_, false, ..) => 4,
        (_, _, false, _) => 3,
        (_, _, _, false) => 2,
        _ => 1,
    }
}

/// Whether an option may be recommended at all.
pub(crate) fn is_candidate(option: &Evaluated) -> bool {
    tier(option) <= 2
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

/// Ranks: what meets its targets before what misses them, then by weight.
pub(crate) fn rank(evaluation: &Evaluation, noise: f64) -> Ranking {
    let options = &evaluation.options;
    let at = |place: usize| options.get(place);
    let compare = |a: &usize, b: &usize| match (at(*a), at(*b)) {
        (Some(x), Some(y)) => tier(x)
            .cmp(&tier(y))
            .then(weight(x).cmp(&weight(y)))
            .then(a.cmp(b)),
        _ => Ordering::Equal,
    };
    let mut order: Vec<usize> = (0..options.len()).collect();
    order.sort_by(compare);
    prefer_fewer_hours(options, &mut order, noise);
    let candidate = |place: usize| order.get(place).and_then(|one| at(*one));
    let first = candidate(0).filter(|option| is_candidate(option));
    let second = candidate(1).filter(|option| is_candidate(option));
    let margin = first.zip(second).and_then(|(first, second)| {
        let (first, second) = (weight(first).as_f64(), weight(second).as_f64());
        (second > 0.0).then(|| 1.0 - first / second)
    });
    Ranking {
        has_recommendation: first.is_some(),
        runner_up: first.and(second).map(|_| 1),
        margin,
        within_noise: margin.is_some_and(|margin| margin.abs() < noise),
        order,
    }
}

/// Among the options whose totals cannot be told apart from the lowest, the one
/// with the fewest hours comes first.
fn prefer_fewer_hours(options: &[Evaluated], order: &mut [usize], noise: f64) {
    let Some(best) = order.first().and_then(|place| options.get(*place)) else {
        return;
    };
    if !is_candidate(best) {
        return;
    }
    let (lowest, best_tier) = (weight(best).as_f64(), tier(best));
    let near = |place: &usize| {
        options.get(*place).is_some_and(|option| {
            tier(option) == best_tier && weight(option).as_f64() <= lowest * (1.0 + noise)
        })
    };
    let close = order.iter().take_while(|place| near(place)).count();
    let Some(group) = order.get_mut(..close) else {
        return;
    };
    group.sort_by(|a, b| {
        let of = |place: &usize| options.get(*place).map_or(0.0, hours);
        of(a).total_cmp(&of(b)).then(Ordering::Equal)
    });
}
