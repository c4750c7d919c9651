//! What simple strategies would have chosen, and what that costs beside the decision.

use landfall_catalog::Catalog;
use landfall_framework::{Effect, Pack, Strategy};
use landfall_units::Money;

use crate::assume;
use crate::decision::{OptionDecision, Verdict, WorkloadDecision};

/// What a strategy chose for one workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The strategy's id.
    pub strategy: String,
    /// What it chose; none when it has no answer.
    pub platform: Option<String>,
    /// Expected dollars a month more than the decision; none where it cannot run, is
    /// unpriced or misses a target, or nothing is recommended.
    pub regret: Option<Money>,
    /// Why there is no regret: `excluded`, `misses its target`, ...
    pub fails: Option<&'static str>,
}

/// The id of the strategy that counts a framework's own statements.
pub const STATEMENTS: &str = "statements";

/// Scores strategies on one workload. `told` is the same workload as decided by the
/// framework whose statements are counted: the platform with the most that hold is its
/// choice, the first of equals.
pub fn score(
    one: &WorkloadDecision,
    told: &WorkloadDecision,
    strategies: &[Strategy],
    pack: &Pack,
    catalog: &Catalog,
) -> Vec<Score> {
    let (filled, _) = assume::fill(&one.facts, pack, catalog);
    let by_rules = strategies.iter().map(|strategy| {
        let platform = strategy.choose(&filled).map(str::to_owned);
        weigh(one, &strategy.id, platform)
    });
    let statements = weigh(one, STATEMENTS, most_statements(told, catalog));
    std::iter::once(statements).chain(by_rules).collect()
}

/// The platform with the most statements that speak for it, of those not excluded.
fn most_statements(told: &WorkloadDecision, catalog: &Catalog) -> Option<String> {
    let holds = |option: &OptionDecision| {
        let reasons = option.reasons.iter();
        reasons
            .filter(|reason| reason.effect == Effect::Suits && !reason.is_judgement)
            .count()
    };
    let mut best: Option<(usize, &str)> = None;
    for platform in &catalog.platforms {
        let option = told.options.iter().find(|one| one.platform == platform.id);
        let Some(option) = option.filter(|one| one.verdict != Verdict::Excluded) else {
            continue;
        };
        let count = holds(option);
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, &platform.id));
        }
    }
    best.map(|(_, id)| id.to_owned())
}

fn weigh(one: &WorkloadDecision, strategy: &str, platform: Option<String>) -> Score {
    let weight = |option: &OptionDecision| {
        let monthly = option.monthly?;
        Some(monthly.expected - monthly.already_paid)
    };
    let best = one.recommended().and_then(weight);
    let chosen = platform.as_ref().and_then(|id| {
        let options = one.options.iter();
        options.into_iter().find(|option| option.platform == *id)
    });
    let fails = match chosen {
        None => Some("has no answer"),
        Some(option) => match option.verdict {
            Verdict::Excluded => Some("excluded"),
            _ if option.monthly.is_none() => Some("unpriced"),
            _ if option.meets_targets == Some(false) => Some("misses its target"),
            _ => None,
        },
    };
    let regret = best
        .zip(chosen.and_then(weight))
        .filter(|_| fails.is_none())
        .map(|(best, chosen)| chosen - best);
    Score {
        strategy: strategy.to_owned(),
        platform,
        regret,
        fails,
    }
}
