//! Identities are one to one: what two workloads would share by mistake is refused.

use std::collections::BTreeMap;

use landfall_blueprint::{Library, Resource, Wanted, build, plan};
use landfall_catalog::Catalog;
use landfall_decide::{Inputs, decide};
use landfall_framework::embedded_pack;
use landfall_source::Source;
use landfall_workload::System;

use crate::common;

/// Builds two functions of these ids behind queues; gives the number of queues.
fn two(first: &str, second: &str) -> Result<usize, String> {
    started(&[(first, "queue"), (second, "queue")])
}

/// Builds functions of these ids and triggers.
fn started(workloads: &[(&str, &str)]) -> Result<usize, String> {
    let workload = |(id, trigger): &(&str, &str)| {
        format!(
            "[[workload]]\nid = \"{id}\"\ntrigger = \"{trigger}\"\ntraffic.volume = \"1M/month\"\n\
             work.duration = {{ p50 = \"200ms\" }}\nwork.memory = \"256MB\"\n"
        )
    };
    let all: String = workloads.iter().map(workload).collect();
    let text = format!("schema = 1\nname = \"Two\"\n{all}");
    let words = |problem: Box<landfall_source::Diagnostic>| problem.to_string();
    let system = System::parse(&Source::new("two.toml", &text)).map_err(words)?;
    let catalog = Catalog::embedded().unwrap();
    let pack = embedded_pack("current", &catalog).unwrap();
    let book = Catalog::prices(system.region()).unwrap();
    let library = Library::new().unwrap();
    let decision = decide(&system, &Inputs::by_formulas(&pack, &catalog, &book));
    let wanted = Wanted {
        platform: Some("lambda".to_owned()),
        ..Wanted::default()
    };
    let planned = plan(&decision, &wanted, &catalog, &library).map_err(words)?;
    let graph = build(&decision, &planned, &library).map_err(words)?;
    let queues = graph.of_kind("AWS::SQS::Queue");
    Ok(queues.filter(|one| one.id.ends_with("Queue")).count())
}

#[test]
fn each_workload_has_a_queue_of_its_own() {
    assert_eq!(two("a", "b"), Ok(2));
    assert_eq!(two("mail", "mails"), Ok(2));
}

/// What was one function and one queue, of which one workload fed the other.
#[test]
fn ids_that_name_the_same_resources_are_refused() {
    for (first, second) in [("a1", "a-1"), ("a-b", "ab"), ("send-mail", "sendmail")] {
        let problem = two(first, second).unwrap_err();
        assert!(problem.starts_with("two.toml:10: "), "{problem}");
        assert!(
            problem.contains(first) && problem.contains(second) && problem.contains("line 4"),
            "{problem}"
        );
    }
}

/// The queue of `a` keeps its failures in `AQueueFailed`, and so does the function `a-queue`.
#[test]
fn workloads_whose_names_run_into_each_other_are_refused() {
    let (one, other) = (("a", "queue"), ("a-queue", "object-created"));
    for both in [[one, other], [other, one]] {
        let problem = started(&both).unwrap_err();
        assert!(
            problem.contains("would both have AQueueFailed"),
            "{problem}"
        );
        assert!(problem.contains("another id"), "{problem}");
        for alone in both {
            started(&[alone]).unwrap();
        }
    }
}

/// An id that is the name of what workloads share.
#[test]
fn shared_things_belong_to_nobody() {
    let problem = two("alarm-topic", "b").unwrap_err();
    assert!(problem.contains("would both have AlarmTopic"), "{problem}");
}

/// A system is built as a whole on every platform. On hosts of EC2, each form of host has a group,
/// which holds the hosts of all workloads on it.
#[test]
fn a_system_stands_as_a_whole_on_every_platform() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap();
    let (mut shared, mut together) = (0, 0);
    let all = common::decisions();
    let platforms = catalog.platforms.iter();
    let cases = platforms.flat_map(|platform| [Some(1), Some(3)].map(|copies| (platform, copies)));
    for (platform, copies) in cases {
        for (name, decision) in &all {
            let wanted = Wanted {
                platform: Some(platform.id.clone()),
                copies,
                ..Wanted::default()
            };
            // A platform that one of its workloads cannot run on.
            let Ok(planned) = plan(decision, &wanted, &catalog, &library) else {
                continue;
            };
            let graph = build(decision, &planned, &library);
            let graph =
                graph.unwrap_or_else(|problem| panic!("{name} on {}: {problem}", platform.id));
            if platform.id != "ecs-ec2" {
                continue;
            }
            let mut hosts: BTreeMap<(String, bool), BTreeMap<String, f64>> = BTreeMap::new();
            for one in &planned {
                let found = one.option.configuration.clone().unwrap();
                let form = (found.instance.unwrap(), found.purchase == Some("spot"));
                let copies = if found.is_for_all_copies {
                    &one.workload.id
                } else {
                    &one.id
                };
                let most = found.max_count.unwrap_or(1.0).ceil();
                let users = hosts.entry(form).or_default();
                let is_another = users.insert(copies.clone(), most).is_some();
                together += usize::from(is_another);
            }
            shared += hosts.values().filter(|users| users.len() > 1).count();
            let groups = graph.of_kind("AWS::AutoScaling::AutoScalingGroup");
            let most = |one: &Resource| one.property("MaxSize").unwrap().text().unwrap().parse();
            let mut made: Vec<f64> = groups.map(|one| most(one).unwrap()).collect();
            let mut billed: Vec<f64> = hosts.values().map(|users| users.values().sum()).collect();
            made.sort_by(f64::total_cmp);
            billed.sort_by(f64::total_cmp);
            assert_eq!(made, billed, "{name}");
        }
    }
    assert!(together > 0, "no copies share their hosts");
    assert!(shared > 0, "no workloads share a group of hosts");
}
