//! Goal: what is written is read back. Method: each example and pattern on each platform is
//! built, its template and manifests are imported, and the import has the memory, the
//! architecture, the trigger and the timeout of the configuration.

use std::collections::BTreeMap;

use landfall_blueprint::{Format, Library, Planned, Wanted, folder, plan};
use landfall_catalog::Catalog;
use landfall_decide::Decision;
use landfall_import::{Finding, Import, Imported, Said, Workload};
use landfall_workload::FactId;

use crate::common::{decisions, wanted};

fn imported(decision: &Decision, planned: &[Planned<'_>], library: &Library) -> Option<Imported> {
    let files = folder(decision, planned, Format::CloudFormation, "", library).ok()?;
    let mut import = Import::new();
    for file in files {
        let is_read = file.path == "template.yaml"
            || (file.path.starts_with("kubernetes/") && !file.path.ends_with("kustomization.yaml"));
        if is_read {
            let read = import.read(&file.path, None, file.text.as_bytes());
            // Settings of clusters are no manifests.
            assert!(read.is_ok() || file.path.starts_with("kubernetes/"));
        }
    }
    Some(import.finish("x"))
}

fn finding(one: &Workload, fact: FactId) -> Option<&Finding> {
    one.findings.iter().find(|finding| finding.fact == fact)
}

fn word(one: &Workload, fact: FactId) -> Option<String> {
    match &finding(one, fact)?.said {
        Said::Value(value) => Some(value.show(fact)),
        Said::AtMost(_) => None,
    }
}

/// What an import says beside what was configured.
fn differences(planned: &Planned<'_>, one: &Workload) -> Vec<String> {
    let mut wrong = Vec::new();
    let configuration = planned.option.configuration.as_ref().unwrap();
    let memory = finding(one, FactId::Memory).map(|finding| &finding.said);
    match (configuration.memory_mb, memory) {
        (Some(mb), Some(Said::AtMost(bytes))) => {
            // A pod on Fargate leaves its node's agents a part of what is paid for.
            let is_less = planned.option.platform == "eks-fargate" && bytes / 1_048_576.0 < mb;
            if (bytes / 1_048_576.0 - mb).abs() > 1.0 && !is_less {
                wrong.push(format!("memory {} and not {mb}", bytes / 1_048_576.0));
            }
        }
        (Some(mb), None) => wrong.push(format!("no memory, and not {mb}")),
        _ => {}
    }
    if let (Some(wanted), Some(found)) =
        (configuration.architecture, word(one, FactId::Architectures))
        && wanted != found
    {
        wrong.push(format!("architecture {found} and not {wanted}"));
    }
    let trigger = word(one, FactId::Trigger);
    let expected = match planned.trigger {
        "mobile-event" => "queue",
        other => other,
    };
    match trigger {
        // A balancer shows no difference between the two, and the import says so.
        Some(found)
            if found == "http"
                && expected == "websocket"
                && finding(one, FactId::Trigger).is_some_and(|one| one.guess.is_some()) => {}
        // Who submits a job says so nowhere in a template.
        Some(found) if found == "batch" && planned.option.platform.starts_with("batch-") => {}
        // Between a bus and a job stands a queue, and before functions that are given jobs.
        Some(found) if found == "queue" && ["event-bus", "batch"].contains(&expected) => {}
        Some(found) if found != expected => {
            wrong.push(format!("trigger {found} and not {expected}"));
        }
        // Who takes from a queue by itself says so nowhere in a template.
        None if planned.is_function() => wrong.push(format!("no trigger, and not {expected}")),
        _ => {}
    }
    let values = planned.context.values().unwrap();
    let timeout_s = values.pointer("/function/Timeout");
    let timeout_s = timeout_s.and_then(serde_json::Value::as_f64);
    let longest = finding(one, FactId::DurationMax).map(|finding| &finding.said);
    if let (true, Some(timeout_s), Some(Said::AtMost(longest_s))) =
        (planned.is_function(), timeout_s, longest)
        && (timeout_s - longest_s).abs() > 1e-9
    {
        wrong.push(format!("timeout {longest_s} and not {timeout_s}"));
    }
    if let (Some(door), Some(found)) = (configuration.front_door, word(one, FactId::FrontDoor))
        && door != found
    {
        wrong.push(format!("front door {found} and not {door}"));
    }
    if let (Some(batch), Some(found), true) = (
        configuration.batch,
        finding(one, FactId::BatchSize).and_then(Finding::range),
        planned.is_function(),
    ) && (batch - found.likely()).abs() > 1e-9
    {
        wrong.push(format!("batch {} and not {batch}", found.likely()));
    }
    wrong
}

#[test]
fn what_is_written_is_read_back() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let mut wrong: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut read = 0;
    for (name, decision) in decisions() {
        for platform in &catalog.platforms {
            for workload in &decision.workloads {
                let wanted = Wanted {
                    copies: Some(1),
                    ..wanted(&workload.id, Some(&platform.id))
                };
                let Ok(planned) = plan(&decision, &wanted, &catalog, &library) else {
                    continue;
                };
                let Some(imported) = imported(&decision, &planned, &library) else {
                    continue;
                };
                let place = format!("{name} {} {}", platform.id, workload.id);
                let [one] = imported.workloads.as_slice() else {
                    let ids: Vec<&str> = imported
                        .workloads
                        .iter()
                        .map(|one| one.id.as_str())
                        .collect();
                    wrong
                        .entry(place)
                        .or_default()
                        .push(format!("workloads {ids:?}"));
                    continue;
                };
                read += 1;
                let found = differences(&planned[0], one);
                if !found.is_empty() {
                    wrong.entry(place).or_default().extend(found);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(read > 150, "{read}");
}
