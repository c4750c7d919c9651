//! Goal: what a decision sized stands in the template. Method: each setting of a
//! configuration is changed alone, on a workload for each pattern that has it, and the
//! blueprint becomes another; a setting without a property has a reason. A service that takes
//! minutes to start is waited for in every format.

use std::collections::BTreeMap;

use landfall_blueprint::{Format, Library, Wanted, Writes, build, folder, plan, write};
use landfall_catalog::Catalog;
use landfall_decide::{Configuration, Decision, Inputs, ReadyHours, StreamSettings, decide};
use landfall_framework::embedded_pack;
use landfall_source::Source;
use landfall_units::Range;
use landfall_workload::System;

use crate::common::wanted;

struct Place {
    catalog: Catalog,
    library: Library,
}

impl Place {
    fn new() -> Self {
        Self {
            catalog: Catalog::embedded().unwrap(),
            library: Library::new().unwrap_or_else(|fault| panic!("{fault}")),
        }
    }

    fn decide(&self, text: &str) -> Decision {
        let pack = embedded_pack("current", &self.catalog).unwrap();
        let system = System::parse(&Source::new("sized.toml", text)).unwrap();
        let book = Catalog::prices(system.region()).unwrap();
        decide(&system, &Inputs::by_formulas(&pack, &self.catalog, &book))
    }

    /// Every file that is deployed, by path.
    fn files(&self, decision: &Decision, platform: &str) -> BTreeMap<String, String> {
        let id = &decision.workloads[0].id;
        let wanted: Wanted = wanted(id, Some(platform));
        let planned = plan(decision, &wanted, &self.catalog, &self.library).unwrap();
        let format = Format::CloudFormation;
        let files = folder(decision, &planned, format, "", &self.library).unwrap();
        let files = files.into_iter().map(|file| (file.path, file.text));
        files
            .filter(|(path, _)| path == "template.yaml" || path.starts_with("kubernetes/"))
            .collect()
    }
}

/// A change of one setting.
type Change = fn(&mut Configuration);

/// Where a change shows, as triggers and platforms; or why it stands nowhere.
type Shows = Result<&'static [(&'static str, &'static str)], &'static str>;

/// Every setting of a configuration: its name, what changes it, and where it shows, as
/// triggers and platforms; or why it stands nowhere.
const SETTINGS: [(&str, Change, Shows); 20] = [
    (
        "memory_mb",
        |one| one.memory_mb = Some(3008.0),
        Ok(&[
            ("http", "lambda"),
            ("http", "fargate"),
            ("batch", "batch-fargate"),
        ]),
    ),
    (
        "vcpus",
        |one| one.vcpus = Some(16.0),
        Ok(&[
            ("http", "fargate"),
            ("http", "ecs-ec2"),
            ("http", "eks-ec2"),
            ("batch", "batch-ec2"),
        ]),
    ),
    (
        "architecture",
        |one| one.architecture = Some(other(one.architecture)),
        Ok(&[("http", "lambda"), ("http", "fargate"), ("http", "eks-ec2")]),
    ),
    (
        "instance",
        |one| one.instance = Some("m7g.16xlarge".to_owned()),
        Ok(&[("http", "ecs-ec2"), ("batch", "batch-ec2")]),
    ),
    (
        "purchase",
        |one| one.purchase = Some("spot"),
        Ok(&[("queue", "fargate"), ("queue", "ecs-ec2")]),
    ),
    (
        "min_count",
        |one| one.min_count = Some(7.0),
        Ok(&[
            ("http", "fargate"),
            ("http", "ecs-ec2"),
            ("http", "eks-ec2"),
        ]),
    ),
    (
        "max_count",
        |one| one.max_count = Some(77.0),
        Ok(&[
            ("http", "fargate"),
            ("queue", "fargate"),
            ("http", "eks-ec2"),
        ]),
    ),
    (
        "mean_count",
        |one| one.mean_count = Some(5.5),
        Err("scaling moves between the fewest and the most"),
    ),
    (
        "p99_count",
        |one| one.p99_count = Some(55.0),
        Err("a figure of the forecast; the most is what is allowed"),
    ),
    (
        "concurrency",
        |one| one.concurrency = Some(33.0),
        Ok(&[("queue", "fargate")]),
    ),
    (
        "provisioned",
        |one| one.provisioned = Some(ReadyHours::always(9)),
        Ok(&[("http", "lambda")]),
    ),
    (
        "snapstart",
        |one| one.snapstart = !one.snapstart,
        Ok(&[("http", "lambda")]),
    ),
    (
        "high_resolution",
        |one| one.high_resolution = !one.high_resolution,
        Ok(&[("http", "fargate")]),
    ),
    (
        "is_for_all_copies",
        |one| one.is_for_all_copies = !one.is_for_all_copies,
        Err("says what the counts are of; one copy alone has them to itself"),
    ),
    (
        "steps",
        |one| one.steps = Some(3.0),
        Err("the code to start with does it in one, and says so"),
    ),
    (
        "front_door",
        |one| one.front_door = Some("alb"),
        Err("a name of what the topology has"),
    ),
    (
        "batch",
        |one| one.batch = Some(7.0),
        Ok(&[("queue", "lambda"), ("data-stream", "lambda")]),
    ),
    (
        "stream.shards",
        |one| stream(one, |it| it.shards = 9.0),
        Ok(&[("data-stream", "lambda"), ("data-stream", "fargate")]),
    ),
    (
        "stream.parallel",
        |one| stream(one, |it| it.parallel = Some(8.0)),
        Ok(&[("data-stream", "lambda")]),
    ),
    (
        "stream.on_demand",
        |one| stream(one, |it| it.on_demand = !it.on_demand),
        Ok(&[("data-stream", "lambda"), ("data-stream", "fargate")]),
    ),
];

fn other(architecture: Option<&str>) -> &'static str {
    if architecture == Some("arm64") {
        "x86_64"
    } else {
        "arm64"
    }
}

fn stream(one: &mut Configuration, change: fn(&mut StreamSettings)) {
    change(one.stream.as_mut().unwrap());
}

fn workload(trigger: &str) -> String {
    format!(
        "schema = 1\nname = \"Sized\"\n[[workload]]\nid = \"sized\"\ntrigger = \"{trigger}\"\n\
         traffic = {{ volume = \"3M/month\" }}\n\
         work = {{ duration = {{ p50 = \"1s\", p99 = \"3s\" }}, memory = \"400MB\" }}\n\
         package = {{ kind = \"zip\", runtime = \"python3.13\" }}\n"
    )
}

#[test]
fn each_sized_value_has_a_property_or_a_reason() {
    let place = Place::new();
    let Configuration {
        memory_mb: _,
        vcpus: _,
        architecture: _,
        instance: _,
        purchase: _,
        min_count: _,
        mean_count: _,
        p99_count: _,
        max_count: _,
        is_for_all_copies: _,
        high_resolution: _,
        concurrency: _,
        provisioned: _,
        snapstart: _,
        steps: _,
        front_door: _,
        batch: _,
        stream: _,
    } = Configuration::default();
    let mut decided: BTreeMap<&str, Decision> = BTreeMap::new();
    let mut silent = Vec::new();
    for (name, change, places) in SETTINGS {
        let Ok(places) = places else { continue };
        for (trigger, platform) in places {
            let decision = decided
                .entry(trigger)
                .or_insert_with(|| place.decide(&workload(trigger)));
            let before = place.files(decision, platform);
            let mut changed = decision.clone();
            let options = &mut changed.workloads[0].options;
            let option = options.iter_mut().find(|one| one.platform == *platform);
            change(option.unwrap().configuration.as_mut().unwrap());
            if place.files(&changed, platform) == before {
                silent.push(format!("{name} of {trigger} on {platform}"));
            }
        }
    }
    assert!(silent.is_empty(), "{silent:#?}");
}

#[test]
fn a_service_that_starts_in_minutes_is_waited_for() {
    let place = Place::new();
    let decision = place.decide(include_str!("cases/slow-start.toml"));
    for platform in ["fargate", "ecs-ec2", "ecs-managed-instances"] {
        let files = place.files(&decision, platform);
        let template = &files["template.yaml"];
        assert!(
            template.contains("HealthCheckGracePeriodSeconds: 480"),
            "{platform}"
        );
        assert!(template.contains("StartPeriod: 240"), "{platform}");
    }
    for platform in ["eks-ec2", "eks-fargate"] {
        let files = place.files(&decision, platform);
        let found = files
            .iter()
            .find(|(path, _)| path.ends_with("deployment.yaml"));
        let (_, manifest) = found.unwrap();
        let probe = "startupProbe: {httpGet: {path: /healthz, port: app}, periodSeconds: 10, failureThreshold: 48}";
        assert!(manifest.contains(probe), "{platform}");
    }
}

#[test]
fn results_go_where_they_are_asked_to_or_it_is_refused() {
    let place = Place::new();
    for trigger in ["http", "queue", "schedule"] {
        let decision = place.decide(&workload(trigger));
        let id = &decision.workloads[0].id;
        let all = [
            (Writes::Objects, "RESULT_BUCKET"),
            (Writes::Table, "TABLE"),
            (Writes::Queue, "OUTPUT_QUEUE"),
            (Writes::Topic, "TOPIC"),
            (Writes::Bus, "OUTPUT_BUS"),
            (Writes::Stream, "OUTPUT_STREAM"),
            (Writes::Archive, "DELIVERY_STREAM"),
            (Writes::StateMachine, "STATE_MACHINE"),
        ];
        for (platform, (writes, name)) in ["lambda", "fargate", "ecs-ec2", "eks-ec2"]
            .into_iter()
            .flat_map(|platform| all.map(|one| (platform, one)))
        {
            let wanted = Wanted {
                writes: Some(vec![writes]),
                ..wanted(id, Some(platform))
            };
            let planned = plan(&decision, &wanted, &place.catalog, &place.library);
            match planned {
                Ok(planned) => {
                    let graph = build(&decision, &planned, &place.library).unwrap();
                    let template = write::cloudformation::template(&graph, "");
                    assert!(template.contains(name), "{trigger} {platform} {name}");
                }
                Err(problem) => assert_eq!(platform, "eks-ec2", "{problem}"),
            }
        }
    }
}

/// Copies on hosts that they share ask for no more than the hosts that are billed have.
#[test]
fn copies_fit_on_the_hosts_that_they_share() {
    let place = Place::new();
    let decision = place.decide(include_str!("../../../../examples/microservices.toml"));
    let workload = &decision.workloads[0];
    for platform in ["ecs-ec2", "ecs-managed-instances"] {
        let mut options = workload.options.iter();
        let option = options.find(|one| one.platform == platform).unwrap();
        let config = option.configuration.as_ref().unwrap();
        let host = config.instance.as_ref().unwrap();
        let host = place.catalog.instance(host).unwrap();
        let planned = plan(
            &decision,
            &wanted(&workload.id, Some(platform)),
            &place.catalog,
            &place.library,
        )
        .unwrap();
        assert_eq!(planned.len(), 12);
        let graph = build(&decision, &planned, &place.library).unwrap();
        let asked = |key: &str| -> f64 {
            let tasks = graph.of_kind("AWS::ECS::TaskDefinition");
            let sizes = tasks.filter_map(|task| {
                let containers = task.property("ContainerDefinitions")?.items();
                containers.first()?.get(key)?.number()
            });
            sizes.sum::<f64>() * 2.0
        };
        let hosts = config.min_count.unwrap();
        assert!(
            asked("Cpu") <= hosts * host.vcpus * 1024.0 + 24.0,
            "{platform}"
        );
        assert!(asked("Memory") <= hosts * host.memory.as_mb(), "{platform}");
    }
}

/// Networks are written over two zones: a framework that asks for others is refused, since
/// they would be billed and not made.
#[test]
fn other_zones_than_are_written_are_refused() {
    let place = Place::new();
    let mut pack = embedded_pack("current", &place.catalog).unwrap();
    let parameters = &mut pack.parameters;
    let zones = parameters.iter_mut().find(|one| one.name == "zones");
    zones.unwrap().value = Range::exact(3.0);
    let system = System::parse(&Source::new("sized.toml", &workload("http"))).unwrap();
    let book = Catalog::prices(system.region()).unwrap();
    let decision = decide(&system, &Inputs::by_formulas(&pack, &place.catalog, &book));
    let wanted = wanted("sized", Some("fargate"));
    let refused = plan(&decision, &wanted, &place.catalog, &place.library).unwrap_err();
    assert!(refused.message.contains("3 zones"), "{refused}");
}
