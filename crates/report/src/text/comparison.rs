//! Two decisions beside each other.

use std::fmt::Write as _;

use landfall_decide::{Cause, WorkloadDecision, differing};
use landfall_units::Rate;
use landfall_workload::{FactId, Facts};

use super::{name_of, total_of};
use crate::record::{Record, WorkloadRecord};
use crate::wrap::paragraph;

/// How the decision for a workload differs from an earlier one.
#[derive(Debug, Clone)]
pub struct Compared<'d> {
    /// The workload as it is decided now.
    pub now: &'d WorkloadDecision,
    /// The platform that was recommended before.
    pub former: Option<String>,
    /// Its total then, in words.
    pub former_total: Option<String>,
    /// The facts then; none when the workload is new.
    pub before: Option<Facts>,
    /// What else is different: prices, the framework.
    pub elsewhere: Vec<String>,
    /// What changed the recommendation, where it changed.
    pub cause: Option<Cause>,
}

impl Compared<'_> {
    /// Whether the recommendation is another.
    pub fn has_changed(&self) -> bool {
        self.before.is_some() && self.now_recommended() != self.former.as_deref()
    }

    /// What is recommended now.
    pub fn now_recommended(&self) -> Option<&str> {
        self.now
            .recommended()
            .map(|option| option.platform.as_str())
    }

    /// In a sentence.
    pub fn sentence(&self) -> String {
        let name = |id: Option<&str>| {
            id.map_or_else(
                || "nothing".to_owned(),
                |id| name_of(self.now, id).to_owned(),
            )
        };
        let (former, now) = (name(self.former.as_deref()), name(self.now_recommended()));
        if self.before.is_none() {
            return format!("{}: new; {now}", self.now.id);
        }
        if !self.has_changed() {
            return format!("{}: unchanged, {now}", self.now.id);
        }
        format!(
            "{}: changed from {former} to {now}{}",
            self.now.id,
            self.because()
        )
    }

    fn because(&self) -> String {
        let names = |facts: &[FactId]| {
            let names: Vec<&str> = facts.iter().map(|fact| fact.name()).collect();
            names.join(", ")
        };
        match &self.cause {
            Some(Cause::Facts(facts)) => format!(", by {}", names(facts)),
            Some(Cause::Together(facts)) => format!(", by {} combined", names(facts)),
            Some(Cause::Elsewhere) if !self.elsewhere.is_empty() => {
                format!(", by {}", self.elsewhere.join("; "))
            }
            _ => String::new(),
        }
    }

    /// The facts that differ, with what they were and are.
    pub fn facts(&self) -> Vec<String> {
        let Some(before) = &self.before else {
            return Vec::new();
        };
        let show = |facts: &Facts, fact| shown(facts, fact).unwrap_or_else(|| "unknown".to_owned());
        differing(before, &self.now.facts)
            .into_iter()
            .map(|fact| {
                let (then, now) = (show(before, fact), show(&self.now.facts, fact));
                format!("{}: {then} -> {now}", fact.name())
            })
            .collect()
    }
}

/// A fact's value; a volume by the month.
fn shown(facts: &Facts, fact: FactId) -> Option<String> {
    if fact != FactId::Volume {
        return facts.show(fact);
    }
    let range = facts.range(fact)?;
    let all = [range.low(), range.high(), range.likely()];
    let [low, high, likely] = all.map(|rate| Rate::per_second(rate).by_month());
    Some(if low == likely && likely == high {
        likely
    } else {
        format!("{low} to {high}, likely {likely}")
    })
}

/// Every workload with what changed.
pub fn comparison(compared: &[Compared<'_>]) -> String {
    let mut out = String::new();
    for one in compared {
        paragraph(&mut out, "", "  ", &one.sentence());
        let now = one.now.recommended().map(total_of);
        if let (Some(then), Some(now)) = (&one.former_total, now) {
            let _ = writeln!(out, "  total a month: {then} -> {now}");
        }
        if let (Some(second), Some(margin)) = (one.now.runner_up(), one.now.margin) {
            let text = format!("runner-up: {}, margin {:.0}%", second.name, margin * 100.0);
            paragraph(&mut out, "  ", "    ", &text);
        }
        for line in one.facts().iter().chain(&one.elsewhere) {
            paragraph(&mut out, "  ", "    ", line);
        }
    }
    out
}

/// What is different between two records beside the facts of a workload.
pub fn elsewhere(before: &Record, after: &Record, workload: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut differ = |what: &str, then: &str, now: &str| {
        if then != now {
            found.push(format!("{what}: {then} -> {now}"));
        }
    };
    differ("framework", &before.framework, &after.framework);
    differ("facts of", &before.as_of, &after.as_of);
    differ("region", &before.region, &after.region);
    let of = |record: &Record| -> Option<WorkloadRecord> {
        record
            .workloads
            .iter()
            .find(|one| one.id == workload)
            .cloned()
    };
    if let (Some(then), Some(now)) = (of(before), of(after)) {
        for (meter, price) in &then.prices {
            if let Some(new) = now.prices.get(meter) {
                differ(&format!("price of {meter}"), price, new);
            }
        }
    }
    found
}
