//! From what was evaluated to what is told.

use std::collections::BTreeSet;
use std::sync::Arc;

use landfall_catalog::Platform;
use landfall_catalog::bill::{Bill, Total};
use landfall_framework::{Effect, Truth, Verdict as RuleVerdict};
use landfall_units::{Duration, Money, Share};
use landfall_workload::{FactId, Facts};

use crate::context::Context;
use crate::decision::{OptionDecision, Reason, Verdict};
use crate::evaluated::{Evaluated, Fit, Priced};
use crate::known::Terms;
use crate::numbers::Targets;

/// The source of what is computed here.
const COMPUTED: &str = "worked-example";

impl Context<'_> {
    /// One option as told.
    pub(crate) fn tell(
        &self,
        terms: &Terms<'_>,
        option: &Evaluated,
        recommended: bool,
        facts: &Facts,
    ) -> Option<OptionDecision> {
        let platform = self.catalog.at(option.platform)?;
        let found = option.configured();
        let hangs_on = match option.verdict {
            RuleVerdict::Undecided(facts) => facts.iter().collect(),
            _ => Vec::new(),
        };
        Some(OptionDecision {
            platform: platform.id.clone(),
            name: platform.name.clone(),
            family: platform.family.clone(),
            verdict: verdict(option, recommended),
            configuration: found.map(|found| found.sized.configuration.clone()),
            topology: found.map(|found| Arc::clone(&found.topology)),
            tried: Vec::new(),
            forecast: found.map(|found| found.sized.forecast),
            bill: found.map(|found| found.bill.clone()),
            monthly: option.monthly,
            people: option.people.clone(),
            meets_targets: found.map(|_| option.meets_targets),
            doubt: terms.doubt(option.platform).copied(),
            commitment: terms
                .commitment(option.platform)
                .filter(|_| found.is_some()),
            reasons: self.reasons(terms, option, platform, facts),
            hangs_on,
            run: found.map(|found| found.run.clone()),
        })
    }

    fn reasons(
        &self,
        terms: &Terms<'_>,
        option: &Evaluated,
        platform: &Platform,
        facts: &Facts,
    ) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let (region, availability) = (self.book.region(), &self.catalog.availability);
        if let Some(row) = availability.absence(&platform.id, region, self.day) {
            let because = format!("not offered in {region} (as of {})", row.as_of);
            reasons.push(own("not-in-region", Effect::Excludes, because, &row.source));
        } else if !self.screen.open.contains(option.platform) {
            let because = if self.day < platform.since {
                format!(
                    "not available on {} (launched {})",
                    self.day, platform.since
                )
            } else {
                "it is closed to new customers".to_owned()
            };
            reasons.push(own("not-open", Effect::Excludes, because, &platform.source));
        }
        for bound in self.screen.of(option.platform) {
            let mut statement = bound.state(facts);
            let tells = if statement.effect == Effect::Requires {
                statement.effect = Effect::Warns;
                statement.truth != Truth::True
            } else {
                statement.truth == Truth::True
            };
            if !tells {
                continue;
            }
            reasons.push(Reason {
                rule: statement.rule,
                effect: statement.effect,
                kind: bound
                    .rule
                    .when
                    .as_ref()
                    .filter(|_| bound.rule.effect == Effect::Excludes)
                    .map(|_| statement.kind.word()),
                because: statement.because,
                source: statement.source,
                statement: statement.statement,
                guide: statement.guide,
                is_judgement: bound.when.is_none(),
            });
        }
        if availability.is_open(&platform.id, region) && option.configured().is_some() {
            let because = format!("whether it is offered in {region} is not known");
            reasons.push(own(
                "region-unknown",
                Effect::Warns,
                because,
                "landfall-judgement",
            ));
        }
        match &option.fit {
            Fit::Excluded => {}
            Fit::Unfit(why) => {
                let because = why.to_string();
                reasons.push(own("no-configuration", Effect::Excludes, because, COMPUTED));
            }
            Fit::Priced(found) => self.found_reasons(terms, option, found, facts, &mut reasons),
        }
        // What a fact decides weighs more than a judgement.
        reasons.sort_by(|a, b| {
            (a.effect, a.is_judgement, &a.rule).cmp(&(b.effect, b.is_judgement, &b.rule))
        });
        reasons
    }

    /// Reasons that no rule gives: no size, no price, a target missed.
    fn found_reasons(
        &self,
        terms: &Terms<'_>,
        option: &Evaluated,
        found: &Priced,
        facts: &Facts,
        reasons: &mut Vec<Reason>,
    ) {
        let missing: Vec<String> = found
            .bill
            .missing()
            .map(|(service, item)| format!("{service} {item}"))
            .collect();
        if !missing.is_empty() {
            let because = format!(
                "no price for {} in {}; the rest of its bill is {}, and `landfall prices \
                 update` would bring in what is missing",
                missing.join(", "),
                self.book.region(),
                found.bill.sum().known()
            );
            reasons.push(own("unpriced", Effect::Warns, because, COMPUTED));
        }
        for (because, source) in self.quotas_passed(option.platform, found, facts) {
            reasons.push(own("quota", Effect::Warns, because, &source));
        }
        if let Some(because) = self.ranged(&found.bill) {
            reasons.push(own(
                "price-range",
                Effect::Warns,
                because,
                "meter-spans-2026",
            ));
        }
        if let Some(because) = weak_prices(&found.bill, self.book.region()) {
            reasons.push(own("price-grade", Effect::Warns, because, COMPUTED));
        }
        if !option.meets_targets {
            for because in missed(terms, option, found, facts) {
                reasons.push(own("targets", Effect::Warns, because, COMPUTED));
            }
        }
        let budget = facts.likely(FactId::MonthlyBudget);
        let over = found
            .bill
            .total()
            .zip(budget)
            .filter(|(bill, budget)| bill.as_f64() > *budget);
        if let Some((bill, _)) = over {
            let budget = facts.show(FactId::MonthlyBudget).unwrap_or_default();
            let because = format!("the bill of {bill} is above the budget of {budget}");
            reasons.push(own("budget", Effect::Warns, because, COMPUTED));
        }
    }
}

impl Context<'_> {
    /// Prices of a bill that are not known for the region, and what stands in for them.
    fn ranged(&self, bill: &Bill) -> Option<String> {
        let ranged = bill.ranged();
        let meters = ranged.map(|line| format!("{} {}", line.service, line.meter));
        let meters: BTreeSet<String> = meters.collect();
        let Total::Between {
            likely,
            known,
            low,
            high,
        } = bill.sum()
        else {
            return None;
        };
        let region = self.book.region();
        Some(format!(
            "{} of its bill of {likely} uses prices that are not known in {region}, taken as \
             ranges of what is paid elsewhere ({}): the bill is between {low} and {high}; `landfall prices \
             update --region {region}` brings them in",
            likely - known,
            meters.into_iter().collect::<Vec<_>>().join(", "),
        ))
    }
}

/// The targets that an option misses: at likely values by the figures that are shown,
/// else in too many scenarios.
fn missed(terms: &Terms<'_>, option: &Evaluated, found: &Priced, facts: &Facts) -> Vec<String> {
    let targets = Targets::new(facts);
    let forecast = &found.sized.forecast;
    let mut missed = Vec::new();
    let time = facts.time_target();
    let shown = time.and_then(|target| facts.show(target.fact));
    let (p99, target) = (
        Duration::from_secs_f64(forecast.latency.p99_s),
        shown.unwrap_or_default(),
    );
    if !targets.are_in_time(forecast) {
        missed.push(format!("p99 is {p99}, and the target is {target}"));
    }
    if let (false, Some(most)) = (targets.fail_few_enough(forecast), targets.most_failed) {
        missed.push(format!(
            "{} fail or are late, and the target allows {}",
            Share::new(forecast.failed_share),
            Share::new(most)
        ));
    }
    if let (true, Some(doubt)) = (option.meets_likely, terms.doubt(option.platform)) {
        let late = doubt.late() * 100.0;
        missed.push(format!(
            "the target of {target} is met at likely values ({p99}), and missed in \
             {late:.0}% of the scenarios in which it runs"
        ));
    }
    missed
}

/// The part of a bill from which on it is said that it rests on weak sources.
const WEAK_PART: f64 = 0.1;

/// The prices of a bill whose sources are weak, where they are much of it.
fn weak_prices(bill: &Bill, region: &str) -> Option<String> {
    let total = bill.total()?;
    let amount: Money = bill.weak().filter_map(|line| line.amount).sum();
    if amount.as_f64() <= total.as_f64() * WEAK_PART {
        return None;
    }
    let worst = bill.weak().filter_map(|line| line.grade).max()?;
    let meters = bill
        .weak()
        .map(|line| format!("{} {}", line.service, line.meter));
    let meters: BTreeSet<String> = meters.collect();
    Some(format!(
        "{} of its bill of {total} rests on prices of grade {} ({}); `landfall prices update \
         --region {region}` brings in those of AWS",
        amount.to_cent(),
        worst.letter(),
        meters.into_iter().collect::<Vec<_>>().join(", "),
    ))
}

fn own(rule: &str, effect: Effect, because: String, source: &str) -> Reason {
    Reason {
        rule: rule.to_owned(),
        effect,
        kind: None,
        because,
        source: source.to_owned(),
        statement: None,
        guide: None,
        is_judgement: false,
    }
}

fn verdict(option: &Evaluated, recommended: bool) -> Verdict {
    if option.configured().is_none() {
        return Verdict::Excluded;
    }
    match option.verdict {
        _ if recommended => Verdict::Recommended,
        RuleVerdict::Excluded => Verdict::Excluded,
        _ if option.monthly.is_none() => Verdict::Unpriced,
        RuleVerdict::Undecided(_) => Verdict::Undecided,
        RuleVerdict::Open if !option.meets_targets => Verdict::MissesTargets,
        RuleVerdict::Open => Verdict::Feasible,
    }
}
