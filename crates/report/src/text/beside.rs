//! Two options beside each other: every comparing sentence is made here, from two amounts
//! and the reason of their order.

use landfall_decide::{OptionDecision, Precedence, Verdict, WorkloadDecision};
use landfall_units::{Duration, Money, Share};
use landfall_workload::FactId;

use super::confidence::percent;

/// The rule of options that need a reason.
pub(super) const NEEDS_A_REASON: &str = "eks-needs-a-reason";

/// One option, as it is compared.
#[derive(Debug, Clone)]
struct Side<'o> {
    name: &'o str,
    /// Dollars a month on average, without what other workloads pay already.
    amount: Money,
    /// The target that it misses, in words.
    misses: Option<String>,
    /// Hours of operations a month.
    hours: f64,
}

/// The runner-up, and why it is not the recommendation.
pub(crate) fn runner_up(
    one: &WorkloadDecision,
    best: &OptionDecision,
    second: &OptionDecision,
) -> String {
    let why = one.precedence.unwrap_or(Precedence::CostsLess);
    let sentence = sentence(&side(one, best), &side(one, second), why);
    let total = super::total_of(second);
    let average = second
        .monthly
        .map_or(Money::ZERO, |monthly| monthly.expected);
    let average = average.to_cent().to_string();
    let average = if average == total {
        String::new()
    } else {
        format!(", {average} on average")
    };
    let shares = [best, second].iter().any(|option| {
        option
            .monthly
            .is_some_and(|monthly| monthly.already_paid > Money::ZERO)
    });
    let shared = if shares {
        " What other workloads pay already is not counted."
    } else {
        ""
    };
    format!(
        "Runner-up: {} at {total}{average}. {sentence}{shared}",
        second.name
    )
}

fn side<'o>(one: &WorkloadDecision, option: &'o OptionDecision) -> Side<'o> {
    Side {
        name: &option.name,
        amount: option.monthly.map_or(Money::ZERO, |monthly| {
            (monthly.expected - monthly.already_paid).to_cent()
        }),
        misses: missed(one, option),
        hours: option.people.iter().map(|duty| duty.hours.likely()).sum(),
    }
}

/// The target that an option misses, in words that follow its name; none where it meets
/// all.
pub(crate) fn missed(one: &WorkloadDecision, option: &OptionDecision) -> Option<String> {
    let forecast = option.forecast.as_ref()?;
    if option.meets_targets != Some(false) {
        return None;
    }
    let shown = |seconds: f64| Duration::from_secs_f64(seconds).to_string();
    let time = one.facts.time_target();
    let late = time.filter(|target| forecast.latency.p99_s > target.seconds);
    if let Some(target) = late {
        return Some(format!("misses the {} target", shown(target.seconds)));
    }
    let success = one.facts.likely(FactId::Success);
    let failing = success.filter(|share| forecast.failed_share > 1.0 - share);
    if let Some(share) = failing {
        let share = Share::new(share);
        return Some(format!("misses the target of {share} that must succeed"));
    }
    let late = option.doubt.map_or(0.0, |doubt| doubt.late());
    Some(format!(
        "misses a target in {:.0}% of the scenarios in which it runs",
        late * 100.0
    ))
}

/// The option with the lowest AWS bill, where it is another than the recommendation: among
/// those with all prices that no rule excludes, and that meet the targets where the
/// recommendation does.
pub(crate) fn lowest_bill<'o>(
    one: &'o WorkloadDecision,
    best: &OptionDecision,
) -> Option<&'o OptionDecision> {
    let bill = |option: &OptionDecision| Some(option.monthly?.bill.to_cent());
    let can_be_chosen = |option: &&OptionDecision| {
        let meets = option.meets_targets != Some(false) || best.meets_targets == Some(false);
        meets && option.verdict != Verdict::Excluded && !is_unwarranted(option)
    };
    let priced = one.options.iter().filter(can_be_chosen);
    let priced = priced.filter_map(|option| Some((bill(option)?, option)));
    let (lowest, option) = priced.min_by_key(|(bill, _)| *bill)?;
    (option.platform != best.platform && lowest < bill(best)?).then_some(option)
}

/// Whether a rule requires a reason for the option that the file does not give.
fn is_unwarranted(option: &OptionDecision) -> bool {
    option
        .reasons
        .iter()
        .any(|reason| reason.rule == NEEDS_A_REASON)
}

/// The share of scenarios from which on an option is said to be excluded in them.
const MOSTLY: f64 = 0.5;

/// What speaks against an option beside the recommendation, in at most 15 letters.
pub(super) fn against(one: &WorkloadDecision, option: &OptionDecision) -> String {
    if option.verdict == Verdict::Recommended {
        return "recommended".to_owned();
    }
    if option.meets_targets == Some(false) {
        let late = one.facts.time_target().filter(|target| {
            let forecast = option.forecast.as_ref();
            forecast.is_some_and(|forecast| forecast.latency.p99_s > target.seconds)
        });
        return late.map_or_else(
            || "misses a target".to_owned(),
            |target| format!("misses {}", Duration::from_secs_f64(target.seconds)),
        );
    }
    if is_unwarranted(option) {
        return "needs a reason".to_owned();
    }
    let Some(best) = one.recommended() else {
        return option.verdict.word().to_owned();
    };
    // Where rules leave it in few scenarios, what it costs at likely values says little.
    let excluded = option.doubt.map(|doubt| doubt.excluded);
    if let Some(excluded) = excluded.filter(|share| *share >= MOSTLY) {
        return format!("excluded in {}", percent(excluded));
    }
    let (first, second) = (side(one, best), side(one, option));
    // Beside the totals of the table, which are at likely values; the order is by averages.
    let total =
        |option: &OptionDecision| option.monthly.map_or(0.0, |monthly| monthly.total.as_f64());
    let more = total(option) / total(best);
    let costs_more = second.amount > first.amount;
    match more {
        more if more >= 10.0 => format!("{more:.0}x the cost"),
        more if more >= 1.01 => format!("costs {:.0}% more", (more - 1.0) * 100.0),
        _ if costs_more => "more on average".to_owned(),
        _ if second.hours > first.hours => "more operations".to_owned(),
        _ if second.amount == first.amount => "costs the same".to_owned(),
        _ => "shares less".to_owned(),
    }
}

/// How the first stands to the second, in one sentence that is true whatever the amounts.
fn sentence(first: &Side<'_>, second: &Side<'_>, why: Precedence) -> String {
    let name = first.name;
    match why {
        Precedence::MeetsTargets => {
            let misses = second.misses.as_deref().unwrap_or("misses a target");
            match second.amount.cmp(&first.amount) {
                std::cmp::Ordering::Less => format!("It is cheaper, but {misses}."),
                std::cmp::Ordering::Equal => format!("It costs the same, and {misses}."),
                std::cmp::Ordering::Greater => format!("It is more expensive, and {misses}."),
            }
        }
        Precedence::CostsLess => format!("{name} {} on average.", costs(first, second)),
        Precedence::FewerHours => format!(
            "{name} {} on average; the scenarios do not separate the two, and it takes fewer \
             hours of operations ({} h, not {} h).",
            costs(first, second),
            first.hours,
            second.hours
        ),
        Precedence::WholeSystem => format!(
            "{name} {} on average, and the whole system costs least with it.",
            costs(first, second)
        ),
    }
}

/// What the first costs beside the second: in percent of the second, or in dollars where
/// that is below one percent.
fn costs(first: &Side<'_>, second: &Side<'_>) -> String {
    let more = first.amount - second.amount;
    if more == Money::ZERO {
        return "costs the same".to_owned();
    }
    let (by, word) = if more > Money::ZERO {
        (more, "more")
    } else {
        (Money::ZERO - more, "less")
    };
    let share = by.as_f64() / second.amount.as_f64();
    if second.amount > Money::ZERO && (0.01..10.0).contains(&share) {
        format!("costs {:.0}% {word}", share * 100.0)
    } else {
        format!("costs {by} {word}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(name: &str, cents: i64, misses: bool, hours: f64) -> Side<'_> {
        Side {
            name,
            amount: Money::new(landfall_units::Decimal::new(cents, 2)),
            misses: misses.then(|| "misses the 10min target".to_owned()),
            hours,
        }
    }

    /// Goal: a sentence says what is true of its two amounts. Method: every reason, with
    /// the second cheaper, equal and more expensive, near and far.
    #[test]
    fn sentences_follow_from_signs() {
        let said = |first: i64, second: i64, why| {
            let misses = why == Precedence::MeetsTargets;
            sentence(
                &side("Lambda", first, false, 0.5),
                &side("Fargate", second, misses, 1.0),
                why,
            )
        };
        let table = [
            (8_000, 10_000, "Lambda costs 20% less on average."),
            (10_000, 10_000, "Lambda costs the same on average."),
            (23_100, 10_000, "Lambda costs 131% more on average."),
            (10_000, 10_040, "Lambda costs $0.40 less on average."),
            (10_040, 10_000, "Lambda costs $0.40 more on average."),
            (1, 0, "Lambda costs $0.01 more on average."),
            (-100, -200, "Lambda costs $1.00 more on average."),
            (500_000, 1_000, "Lambda costs $4,990.00 more on average."),
        ];
        for (first, second, expected) in table {
            assert_eq!(said(first, second, Precedence::CostsLess), expected);
        }
        let misses = Precedence::MeetsTargets;
        assert_eq!(
            said(81_200, 5_800, misses),
            "It is cheaper, but misses the 10min target."
        );
        assert_eq!(
            said(5_800, 5_800, misses),
            "It costs the same, and misses the 10min target."
        );
        assert_eq!(
            said(5_800, 81_200, misses),
            "It is more expensive, and misses the 10min target."
        );
        assert_eq!(
            said(10_500, 10_000, Precedence::FewerHours),
            "Lambda costs 5% more on average; the scenarios do not separate the two, and it \
             takes fewer hours of operations (0.5 h, not 1 h)."
        );
        assert_eq!(
            said(9_500, 10_000, Precedence::WholeSystem),
            "Lambda costs 5% less on average, and the whole system costs least with it."
        );
    }

    /// Goal: `more`, `less`, `cheaper` and `more expensive` never contradict the sign.
    #[test]
    fn words_and_signs_agree() {
        let reasons = [
            Precedence::MeetsTargets,
            Precedence::CostsLess,
            Precedence::FewerHours,
            Precedence::WholeSystem,
        ];
        for why in reasons {
            for first in (-300..=300).step_by(7) {
                for second in (-300..=300).step_by(11) {
                    let misses = why == Precedence::MeetsTargets;
                    let text = sentence(
                        &side("A", first, false, 0.5),
                        &side("B", second, misses, 1.0),
                        why,
                    );
                    let costlier = text.contains(" more on")
                        || text.contains(" more and")
                        || text.contains("cheaper");
                    let cheaper = text.contains(" less") || text.contains("expensive");
                    let same = text.contains("the same");
                    assert_eq!(
                        (costlier, cheaper, same),
                        (first > second, first < second, first == second),
                        "{first} {second} {text}"
                    );
                }
            }
        }
    }
}
