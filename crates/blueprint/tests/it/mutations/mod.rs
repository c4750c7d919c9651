//! Goal: every rule finds its mistake and keeps quiet otherwise. Method: mistakes are
//! put into blueprints of our own, each of which is clean without; the rule meant finds
//! each, and no rule is without a mistake.

use std::collections::BTreeSet;

use landfall_blueprint::check::Checker;
use landfall_blueprint::{Library, write};
use landfall_catalog::Catalog;
use landfall_source::Source;

use crate::common::{decisions, starter};
use Change::{Add, Drop, Set, Swap};

mod bounds;
mod cases;
mod functions;
mod given;
mod pairs;
mod single;
mod strangers;
mod tasks;

/// A mistake within one resource's text.
enum Change {
    /// The value of the first line with this key.
    Set(&'static str, &'static str),
    /// The first line that holds this, gone.
    Drop(&'static str),
    /// The first such piece, replaced.
    Swap(&'static str, &'static str),
    /// A line more at the end of its properties.
    Add(&'static str),
}

/// Blueprint, resource, mistake, the rule that finds it.
type Mistake = (
    (&'static str, &'static str),
    &'static str,
    Change,
    &'static str,
);

/// The text with one resource's part changed.
fn changed(text: &str, resource: &str, change: &Change) -> String {
    let head = format!("\n  {resource}:\n");
    let begin = text
        .find(&head)
        .unwrap_or_else(|| panic!("there is no {resource}"))
        + 1;
    let end = text[begin..]
        .find("\n\n")
        .map_or(text.len(), |at| begin + at + 1);
    let part = &text[begin..end];
    let new = match change {
        Set(key, value) => {
            let line = part
                .lines()
                .find(|line| {
                    line.trim_start()
                        .trim_start_matches("- ")
                        .starts_with(&format!("{key}:"))
                })
                .unwrap_or_else(|| panic!("{resource} has no {key}"));
            let keep = &line[..=line.find(':').unwrap()];
            part.replacen(line, &format!("{keep} {value}"), 1)
        }
        Swap(from, to) => {
            assert!(part.contains(from), "{resource} has no {from}");
            part.replacen(from, to, 1)
        }
        Add(more) => format!("{part}{more}"),
        Drop(key) => without(part, key),
    };
    assert_ne!(new, part, "{resource}: nothing changed");
    format!("{}{new}{}", &text[..begin], &text[end..])
}

/// The first line that holds a key, and what stands deeper below it, gone.
fn without(part: &str, key: &str) -> String {
    let lines: Vec<&str> = part.split_inclusive('\n').collect();
    let at = lines
        .iter()
        .position(|line| line.contains(key))
        .unwrap_or_else(|| panic!("there is no {key}"));
    let depth = |line: &str| line.len() - line.trim_start().len();
    let below = lines[at + 1..]
        .iter()
        .take_while(|line| depth(line) > depth(lines[at]))
        .count();
    let kept = lines[..at].iter().chain(&lines[at + 1 + below..]);
    kept.copied().collect()
}

/// Rules whose mistakes stand in tests of their own.
const ELSEWHERE: [&str; 59] = [
    "access-point-of-another-system",
    "alarm-period",
    "balancer-not-admitted",
    "batch-without-window",
    "breaker-of-another-controller",
    "bucket-name",
    "check-longer-than-interval",
    "circle",
    "concurrency-above-reserved",
    "database-not-admitted",
    "deployment-stuck",
    "ended-before-started",
    "endpoint-not-admitted",
    "environments-mixed",
    "files-before-mount-targets",
    "files-not-admitted",
    "files-without-network",
    "filter-pattern",
    "grace-without-balancer",
    "ignored-without-reason",
    "job-beyond-environment",
    "job-on-another-kind",
    "key-twice",
    "launch-type-with-strategy",
    "least-above-most",
    "listener-twice",
    "log-driver-on-fargate",
    "log-key-by-id",
    "mount-targets-in-one-zone",
    "name-twice",
    "no-way-out",
    "parameter-refused",
    "payload-format",
    "priority-twice",
    "private-names-without-dns",
    "provisioned-above-reserved",
    "provisioned-latest",
    "rate-unit",
    "reserved-variable",
    "root-with-access-point",
    "sam-refused",
    "snap-start-with-others",
    "start-without-time",
    "subnet-beyond-network",
    "subnets-overlap",
    "table-attributes",
    "table-throughput",
    "target-without-permission",
    "too-few-zones",
    "too-many-layers",
    "too-many-resources",
    "url-without-permission",
    "value-out-of-bounds",
    "variables-too-large",
    "visibility-too-short",
    "window-on-fifo",
    "window-with-factor",
    "window-without-length",
    "zone-without-mount-target",
];

#[test]
fn each_mistake_is_found_by_its_rule() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let decisions = decisions();
    let mut exercised = BTreeSet::new();
    let mut problems = Vec::new();
    let mistakes = functions::MISTAKES.iter().chain(tasks::MISTAKES);
    for ((example, platform), resource, change, rule) in mistakes.clone() {
        let graph = starter(&decisions, example, platform, &catalog, &library);
        let text = write::cloudformation::template(&graph, "");
        let clean = checker.check(&Source::new("t", &text)).unwrap().unwrap();
        assert!(clean.is_empty(), "{example} {platform}: {clean:?}");
        let bad = changed(&text, resource, change);
        let found = checker.check(&Source::new("t", &bad)).unwrap().unwrap();
        let rules: BTreeSet<&str> = found.iter().map(|one| one.rule.as_str()).collect();
        if !rules.contains(rule) {
            problems.push(format!(
                "{example} {platform} {resource} {rule}: found {rules:?}"
            ));
        }
        assert!(
            found
                .iter()
                .all(|one| one.line > 0 && !one.remedy.is_empty()),
            "{found:?}"
        );
        exercised.insert(*rule);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let known: BTreeSet<&str> = checker
        .rules()
        .iter()
        .map(|rule| rule.id.as_str())
        .collect();
    let others = BTreeSet::from(ELSEWHERE);
    let all: BTreeSet<&str> = exercised.union(&others).copied().collect();
    assert_eq!(
        known, all,
        "rules without a mistake, or mistakes without a rule"
    );
    assert!(mistakes.count() >= 80);
}
