//! What runs today, where `decide` can bill it: functions of Lambda, tasks on Fargate.

use std::collections::BTreeMap;

use landfall_workload::{FactId, Value};

use crate::finding::{Finding, Found, Note, Place, Said};
use crate::set::Set;

/// Facts that mean something beside a platform alone.
pub(crate) const BESIDE: [FactId; 4] = [
    FactId::TodayMemory,
    FactId::TodayVcpus,
    FactId::TodayTasks,
    FactId::TodayArchitecture,
];

/// Whether a fact is of today: where inputs differ, nobody is asked of it.
pub(crate) fn is_of(fact: FactId) -> bool {
    fact == FactId::TodayPlatform || BESIDE.contains(&fact)
}

/// Leaves out what means nothing without a platform, and what would be billed as something
/// else: tasks on spare capacity or with Windows.
pub(crate) fn only_what_is_billed(findings: &mut BTreeMap<FactId, Finding>, notes: &[Note]) {
    let is_spare = notes.iter().any(|note| note.what.contains("_SPOT"));
    let windows = Said::Value(Value::Choice("windows"));
    let os = findings.get(&FactId::Os);
    let is_windows = os.is_some_and(|finding| finding.said == windows);
    if is_spare || is_windows || !findings.contains_key(&FactId::TodayPlatform) {
        findings.retain(|fact, _| !is_of(*fact));
    }
}

/// Says that it runs on a platform today.
pub(crate) fn on(found: &mut Found, platform: &'static str, place: &Place) {
    let said = Said::Value(Value::Choice(platform));
    found.say(Finding::setting(FactId::TodayPlatform, said, place.clone()));
    // The architecture is a setting of today where it is only one.
    let one = found
        .findings
        .iter()
        .find_map(|finding| match &finding.said {
            Said::Value(Value::Choices(words)) if words.len() == 1 => Some((
                *words.first()?,
                finding.place.clone(),
                finding.guess.clone(),
            )),
            _ => None,
        });
    if let Some((word, place, guess)) = one {
        let said = Said::Value(Value::Choice(word));
        let finding = Finding::setting(FactId::TodayArchitecture, said, place);
        found.say(finding.unless(guess));
    }
}

/// Says what memory a function has today: what bounds the memory of its work.
pub(crate) fn memory_of_function(found: &mut Found) {
    let bound = found
        .findings
        .iter()
        .find_map(|finding| match finding.said {
            Said::AtMost(bytes) if finding.fact == FactId::Memory => {
                Some((bytes, finding.place.clone(), finding.guess.clone()))
            }
            _ => None,
        });
    if let Some((bytes, place, guess)) = bound {
        let said = Said::Value(Value::exact(bytes));
        found.say(Finding::setting(FactId::TodayMemory, said, place).unless(guess));
    }
}

/// Says how many tasks run today.
pub(crate) fn tasks(found: &mut Found, count: Option<Set<f64>>) {
    let count = count.filter(|count| count.value > 0.0);
    if let Some(count) = count {
        count.is(found, FactId::TodayTasks, 1.0);
    }
}
