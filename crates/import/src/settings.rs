//! Findings that several formats share: how a setting becomes a fact.

use landfall_units::{Bytes, SECONDS_PER_MONTH};
use landfall_workload::{FactId, Value, scheduled_times};

use crate::finding::{Basis, Finding, Found, Place, Said};
pub(crate) use crate::set::Set;
use crate::today;

/// MB in bytes, as AWS counts them.
pub(crate) const MB: f64 = Bytes::from_mb(1).get() as f64;

/// Architectures that work is known to run on.
pub(crate) fn architectures(found: &mut Found, set: Set<Vec<String>>) {
    let words: Vec<&'static str> = set
        .value
        .iter()
        .filter_map(|text| architecture(text))
        .collect();
    if !words.is_empty() && words.len() == set.value.len() {
        let said = Said::Value(Value::Choices(words));
        let finding = Finding::setting(FactId::Architectures, said, set.place);
        found.say(finding.unless(set.guess));
    }
}

/// The architecture that measurements of it were made on, where it is one.
pub(crate) fn measured_architecture(found: &mut Found) {
    let one = found.findings.iter().find_map(|finding| {
        let Said::Value(Value::Choices(words)) = &finding.said else {
            return None;
        };
        let word = words.first().filter(|_| words.len() == 1)?;
        Some((*word, finding.place.clone()))
    });
    if let Some((word, place)) = one {
        let said = Said::Value(Value::Choice(word));
        let finding = Finding::setting(FactId::MeasuredArchitecture, said, place);
        found.say(finding.guessed("it runs there today"));
    }
}

/// An architecture by any of its names.
pub(crate) fn architecture(text: &str) -> Option<&'static str> {
    match text.to_ascii_lowercase().as_str() {
        "x86_64" | "amd64" | "x86-64" => Some("x86_64"),
        "arm64" | "aarch64" => Some("arm64"),
        _ => None,
    }
}

/// What starts the work.
pub(crate) fn trigger(found: &mut Found, word: &'static str, place: Place, guess: Option<String>) {
    let said = Said::Value(Value::Choice(word));
    found.say(Finding::setting(FactId::Trigger, said, place).unless(guess));
}

/// What stands before an HTTP service.
pub(crate) fn front_door(found: &mut Found, word: &'static str, place: Place) {
    let said = Said::Value(Value::Choice(word));
    found.say(Finding::setting(FactId::FrontDoor, said, place));
}

const DAY_S: f64 = 86_400.0;

/// A trigger behind a balancer of HTTP.
pub(crate) fn balanced_http(found: &mut Found, place: Place) {
    let why = "a load balancer hands it HTTP; WebSocket would look the same".to_owned();
    trigger(found, "http", place, Some(why));
}

/// What a load balancer before a service says, by the protocol of its target group.
pub(crate) fn balanced(found: &mut Found, protocol: Option<&str>, place: Place) {
    match protocol {
        Some("HTTP" | "HTTPS") => {
            balanced_http(found, place.clone());
            front_door(found, "alb", place);
        }
        Some("UDP" | "TCP_UDP") => {
            trigger(found, "udp", place.clone(), None);
            found.holds(FactId::NonHttpListener, place);
        }
        Some(other) => {
            let hint = format!("a network load balancer hands it {other} connections");
            found.ask(FactId::Trigger, hint, place);
        }
        None => found.ask(FactId::Trigger, "a load balancer stands before it", place),
    }
}

/// A schedule that starts the work, with its time zone.
pub(crate) fn schedule(found: &mut Found, set: Set<String>, zone: Option<String>) {
    trigger(found, "schedule", set.place.clone(), None);
    let in_zone = zone.as_deref().unwrap_or("UTC");
    // Most start within a day, which is soon told; others within the month, or not at all.
    let starts = |for_s: f64| scheduled_times(&set.value, in_zone, for_s).is_ok();
    if !starts(DAY_S) && !starts(SECONDS_PER_MONTH) {
        let hint = format!("it starts at `{}`, which is not counted here", set.value);
        found.ask(FactId::Volume, hint, set.place);
        return;
    }
    if let Some(zone) = zone {
        let zone = Set {
            value: zone,
            ..set.clone()
        };
        zone.text(found, FactId::TimeZone);
    }
    set.text(found, FactId::Schedule);
}

/// What nothing needs that runs on Lambda today.
const NOT_ON_LAMBDA: [FactId; 7] = [
    FactId::Gpu,
    FactId::Sidecar,
    FactId::Daemon,
    FactId::Privileged,
    FactId::KernelTuning,
    FactId::CustomHost,
    FactId::NonHttpListener,
];

/// What follows from running on Lambda today: Linux, and no need of what it does not have.
pub(crate) fn runs_on_lambda(found: &mut Found, place: &Place) {
    today::on(found, "lambda", place);
    today::memory_of_function(found);
    let remark = "it runs on Lambda today";
    let linux = Said::Value(Value::Choice("linux"));
    found.say(Finding::setting(FactId::Os, linux, place.clone()).remark(remark));
    for fact in NOT_ON_LAMBDA {
        needs_no(found, fact, place, remark);
    }
}

/// What follows from running on Fargate today.
pub(crate) fn runs_on_fargate(found: &mut Found, place: &Place) {
    today::on(found, "fargate", place);
    for fact in [
        FactId::Gpu,
        FactId::Daemon,
        FactId::Privileged,
        FactId::CustomHost,
    ] {
        needs_no(found, fact, place, "it runs on Fargate today");
    }
}

/// Says that something is not needed, and why.
pub(crate) fn needs_no(found: &mut Found, fact: FactId, place: &Place, why: &str) {
    let no = Said::Value(Value::Flag(false));
    found.say(Finding::setting(fact, no, place.clone()).remark(why));
}

/// How it is packaged.
pub(crate) fn package(found: &mut Found, kind: &'static str, place: Place) {
    let said = Said::Value(Value::Choice(kind));
    found.say(Finding::setting(FactId::PackageKind, said, place));
}

/// The operating system.
pub(crate) fn os(found: &mut Found, word: &'static str, place: Place, guess: Option<String>) {
    let said = Said::Value(Value::Choice(word));
    found.say(Finding::setting(FactId::Os, said, place).unless(guess));
}

/// A service in a network of its own most likely reaches something there.
pub(crate) fn attached(found: &mut Found, place: Place) {
    let said = Said::Value(Value::Flag(true));
    found.say(Finding {
        basis: Basis::Setting,
        ..Finding::setting(FactId::PrivateResources, said, place)
            .guessed("it is attached to a VPC, which is done to reach something there")
    });
}

/// Says that a store is reached: one in a VPC makes a need.
pub(crate) fn reaches(found: &mut Found, store: &str, place: Place) {
    let said = Said::Value(Value::Flag(true));
    let finding = Finding::setting(FactId::PrivateResources, said, place);
    found.say(finding.remark(format!("reaches {store}")));
}
