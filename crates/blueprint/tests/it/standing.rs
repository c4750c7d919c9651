//! Goal: the bill and the template are of the same things. Method: every example and pattern,
//! on each platform that it can run on, in each profile, in a network that is made and one
//! that the account has. The template is read back, and every resource that costs by the hour
//! or the month is counted with the price of the book; the sums are those of the decision's
//! lines, to the cent. A type of resource that no row knows fails, and so does a line of a
//! bill for which the template has no resource.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::structure::Block;
use landfall_blueprint::value::Node;
use landfall_blueprint::{
    Graph, Library, Planned, Resource, Wanted, Writes, build, plan, write, yaml,
};
use landfall_catalog::bill::Line;
use landfall_catalog::{Catalog, PriceBook};
use landfall_decide::Profile;
use landfall_source::Source;
use landfall_units::{Decimal, HOURS_PER_MONTH, Money};

use crate::common::{decisions_of, in_settings, is_all, wanted};

/// A line of a bill: service and item.
pub(crate) type Item = (&'static str, &'static str);

/// What a resource costs by being there: items of a bill, and how many units a month.
fn standing(one: &Resource) -> Vec<(Item, f64)> {
    let text = |path: &str| one.properties.at(path).and_then(Node::text);
    let count = |path: &str| one.properties.at(path).map_or(0, |node| node.items().len());
    let hours = HOURS_PER_MONTH;
    match one.kind.as_str() {
        "AWS::EC2::NatGateway" => vec![(("nat", "hour"), hours)],
        "AWS::EC2::EIP" => vec![(("vpc", "public-ipv4-nat"), hours)],
        "AWS::EC2::VPCEndpoint" if text("VpcEndpointType") == Some("Interface") => {
            vec![(("vpc", "endpoint-hour"), hours * count("SubnetIds") as f64)]
        }
        "AWS::KMS::Key" => vec![(("kms", "key"), 1.0)],
        "AWS::CloudWatch::Alarm" if is_of_stack(&one.id) => {
            vec![(("cloudwatch", "alarm-stack"), 1.0)]
        }
        "AWS::CloudWatch::Alarm" => vec![(("cloudwatch", "alarm"), 1.0)],
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => {
            let (own, address) = match text("Type") {
                Some("network") => (("nlb", "hour"), ("vpc", "public-ipv4-nlb")),
                _ => (("alb", "hour"), ("vpc", "public-ipv4-alb")),
            };
            // Subnets in two zones; a list that is given has two at least.
            vec![(own, hours), (address, hours * 2.0)]
        }
        "AWS::EKS::Cluster" => vec![(("eks", "cluster-standard"), hours)],
        "AWS::Kinesis::Stream" if text("StreamModeDetails/StreamMode") == Some("ON_DEMAND") => {
            vec![(("kinesis", "stream-hour"), hours)]
        }
        "AWS::Kinesis::Stream" => {
            let shards = one.properties.at("ShardCount").and_then(Node::number);
            vec![(("kinesis", "shard-hour"), hours * shards.unwrap_or(0.0))]
        }
        _ => Vec::new(),
    }
}

/// Alarms of what workloads share.
fn is_of_stack(id: &str) -> bool {
    let shared = [
        "BalancerErrors",
        "KubernetesErrors",
        "PodsWaiting",
        "HostsUntoldAlarm",
    ];
    shared.contains(&id)
}

/// What is billed for being there: their sums must agree.
const STANDING: [Item; 13] = [
    ("nat", "hour"),
    ("vpc", "public-ipv4-nat"),
    ("vpc", "endpoint-hour"),
    ("kms", "key"),
    ("cloudwatch", "alarm"),
    ("cloudwatch", "alarm-stack"),
    ("alb", "hour"),
    ("nlb", "hour"),
    ("vpc", "public-ipv4-alb"),
    ("vpc", "public-ipv4-nlb"),
    ("eks", "cluster-standard"),
    ("kinesis", "shard-hour"),
    ("kinesis", "stream-hour"),
];

/// What types of resources cost besides: by what is used of them, or nothing.
const OTHERS: &str = include_str!("standing.txt");

/// The rows of `OTHERS`: type, and what it is billed as; `free`, or why it is not billed.
fn others() -> BTreeMap<&'static str, &'static str> {
    let rows = OTHERS.lines().filter(|line| !line.starts_with('#'));
    let rows = rows.filter_map(|line| line.split_once(": "));
    rows.collect()
}

#[test]
fn the_bill_and_the_template_are_of_the_same_things() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let others = others();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut compared = 0;
    for set in in_settings() {
        let (name, setting, decision) = (set.name, set.setting, set.decision);
        let book = Catalog::prices(&decision.region).unwrap();
        let book = book.with_ranges(&catalog.spans);
        for workload in &decision.workloads {
            for platform in &catalog.platforms {
                let asked = wanted(&workload.id, Some(&platform.id));
                let Ok(planned) = plan(&decision, &asked, &catalog, &library) else {
                    continue;
                };
                let Ok(graph) = build(&decision, &planned, &library) else {
                    continue;
                };
                compared += 1;
                let place = format!("{name} {} {setting}", platform.id);
                for what in differences(&planned, &graph, &book, &others) {
                    found.entry(what).or_default().push(place.clone());
                }
            }
        }
    }
    assert!(compared > if is_all() { 900 } else { 150 }, "{compared}");
    let told: Vec<String> = found
        .iter()
        .map(|(what, places)| format!("{what}: {} times, as {}", places.len(), places[0]))
        .collect();
    assert!(told.is_empty(), "{told:#?}");
}

/// What the bill and the template do not agree on.
fn differences(
    planned: &[Planned<'_>],
    graph: &Graph,
    book: &PriceBook,
    others: &BTreeMap<&str, &str>,
) -> Vec<String> {
    // As a reader of the file has it.
    let text = write::cloudformation::template(graph, "");
    let read = yaml::read(&Source::new("template.yaml", &text)).unwrap();
    let graph = Graph::of(&read[0]).unwrap();
    let mut told = Vec::new();
    let mut made: BTreeMap<Item, f64> = BTreeMap::new();
    for one in &graph.resources {
        let costs = standing(one);
        if costs.is_empty() && !others.contains_key(one.kind.as_str()) {
            told.push(format!("{} has no row", one.kind));
        }
        for (item, units) in costs {
            *made.entry(item).or_default() += units;
        }
    }
    let bill = planned[0].option.bill.as_ref().unwrap();
    for item in STANDING {
        let (made, billed) = (made.get(&item).copied().unwrap_or(0.0), &bill.lines);
        let of_item = |line: &&Line| (line.service, line.meter.as_ref()) == item;
        let billed: Decimal = billed
            .iter()
            .filter(of_item)
            .map(|line| line.quantity)
            .sum();
        let price = book
            .price(item.0, whole(item.1))
            .and_then(|price| price.first());
        let price = price.map_or(Decimal::ONE, |tier| tier.price);
        let cost = |units: Decimal| Money::new(units * price).to_cent();
        let units = landfall_units::decimal(made, 6).unwrap();
        if cost(units) != cost(billed) {
            told.push(format!(
                "{} {}: {made} made, {billed} billed",
                item.0, item.1
            ));
        }
    }
    for line in &bill.lines {
        let item = (line.service, line.meter.as_ref());
        let is_standing = STANDING.contains(&item);
        let has_resource = graph.resources.iter().any(|one| {
            let row = others.get(one.kind.as_str()).copied().unwrap_or_default();
            let mut billed = row.split(", ");
            billed
                .any(|billed| billed == line.service || billed == format!("{} {}", item.0, item.1))
        });
        // Gateways of a network that is given are the account's.
        let is_given = item == ("nat", "data") && graph.of_kind("AWS::EC2::VPC").next().is_none();
        if !is_standing && !has_resource && !is_given {
            told.push(format!("{} {} is billed and not made", item.0, line.item()));
        }
    }
    told
}

/// Types of Terraform, with those of a template.
const TERRAFORM: &str = include_str!("standing-terraform.txt");

/// What the resources of a graph cost by being there: items of a bill, in units a month.
pub(crate) fn of_graph(graph: &Graph) -> BTreeMap<Item, f64> {
    let mut made = BTreeMap::new();
    for (item, units) in graph.resources.iter().flat_map(standing) {
        *made.entry(item).or_default() += units;
    }
    made
}

/// The same of the blocks of Terraform.
pub(crate) fn of_terraform(blocks: &[Block]) -> BTreeMap<Item, f64> {
    let rows = TERRAFORM.lines().filter_map(|line| line.split_once(": "));
    let rows: BTreeMap<&str, &str> = rows.collect();
    let others = others();
    let mut made = BTreeMap::new();
    for block in blocks
        .iter()
        .filter(|block| block.ident.as_str() == "resource")
    {
        let kind = block.labels[0].as_str();
        let row = rows
            .get(kind)
            .unwrap_or_else(|| panic!("{kind} has no row"));
        let found = costs(block);
        // Where the code goes stands in no template of the stack.
        let is_known = others.contains_key(row)
            || matches!(*row, "AWS::EC2::VPCEndpoint" | "AWS::ECR::Repository");
        assert!(!found.is_empty() || is_known, "{kind} as {row} has no row");
        for (item, units) in found {
            *made.entry(item).or_default() += units;
        }
    }
    made
}

/// What a resource of Terraform costs that stands, in units a month.
fn costs(block: &Block) -> Vec<(Item, f64)> {
    let text = |key: &str| {
        let found = block.body.get_attribute(key);
        found.map(|one| one.value.to_string())
    };
    let is = |key: &str, value: &str| {
        text(key).is_some_and(|text| text.trim().trim_matches('"') == value)
    };
    // Zones are two, and so are the subnets of a list that names one of each.
    let zones = if is("for_each", "local.zones") {
        2.0
    } else {
        1.0
    };
    let hours = HOURS_PER_MONTH * zones;
    let label: String = block.labels[1].as_str().split('_').map(pascal).collect();
    match block.labels[0].as_str() {
        "aws_nat_gateway" => vec![(("nat", "hour"), hours)],
        "aws_eip" => vec![(("vpc", "public-ipv4-nat"), hours)],
        "aws_vpc_endpoint" if is("vpc_endpoint_type", "Interface") => {
            assert_eq!(
                text("subnet_ids").unwrap().trim(),
                "values(aws_subnet.private_subnet)[*].id"
            );
            vec![(("vpc", "endpoint-hour"), hours * 2.0)]
        }
        "aws_kms_key" => vec![(("kms", "key"), 1.0)],
        "aws_cloudwatch_metric_alarm" if is_of_stack(&label) => {
            vec![(("cloudwatch", "alarm-stack"), 1.0)]
        }
        "aws_cloudwatch_metric_alarm" => vec![(("cloudwatch", "alarm"), 1.0)],
        "aws_lb" if is("load_balancer_type", "network") => {
            vec![
                (("nlb", "hour"), hours),
                (("vpc", "public-ipv4-nlb"), hours * 2.0),
            ]
        }
        "aws_lb" => vec![
            (("alb", "hour"), hours),
            (("vpc", "public-ipv4-alb"), hours * 2.0),
        ],
        "aws_eks_cluster" => vec![(("eks", "cluster-standard"), hours)],
        "aws_kinesis_stream" if block.body.to_string().contains("\"ON_DEMAND\"") => {
            vec![(("kinesis", "stream-hour"), hours)]
        }
        "aws_kinesis_stream" => {
            let shards: f64 = text("shard_count").unwrap().trim().parse().unwrap();
            vec![(("kinesis", "shard-hour"), hours * shards)]
        }
        _ => Vec::new(),
    }
}

fn pascal(word: &str) -> String {
    let (first, rest) = word.split_at(1.min(word.len()));
    first.to_ascii_uppercase() + rest
}

/// Items that all workloads of a stack have together, each once.
const ONCE: [Item; 6] = [
    ("nat", "hour"),
    ("vpc", "public-ipv4-nat"),
    ("kms", "key"),
    ("alb", "hour"),
    ("vpc", "public-ipv4-alb"),
    ("eks", "cluster-standard"),
];

/// Units that the bill of an option has of an item.
fn billed(one: &Planned<'_>, item: Item) -> f64 {
    let lines = one.option.bill.iter().flat_map(|bill| &bill.lines);
    let of_item = lines.filter(|line| (line.service, line.meter.as_ref()) == item);
    of_item
        .map(|line| line.quantity.to_string().parse::<f64>().unwrap())
        .sum()
}

/// Units that the bills of a system have of an item, where so many copies of each workload are
/// written: what they share once, and of what is their own the part of those copies.
fn of_system(planned: &[Planned<'_>], item: Item) -> f64 {
    let mut firsts: BTreeMap<&str, (&Planned<'_>, f64)> = BTreeMap::new();
    for one in planned {
        firsts.entry(&one.workload.id).or_insert((one, 0.0)).1 += 1.0;
    }
    let topologies = || {
        firsts
            .values()
            .map(|(one, _)| one.option.topology.as_deref().unwrap())
    };
    match item {
        _ if ONCE.contains(&item) => firsts
            .values()
            .map(|(one, _)| billed(one, item))
            .fold(0.0, f64::max),
        ("cloudwatch", "alarm-stack") => {
            let names = topologies().flat_map(|one| &one.stack_alarms);
            names.collect::<BTreeSet<_>>().len() as f64
        }
        ("vpc", "endpoint-hour") => {
            let names = topologies().flat_map(|one| &one.endpoints);
            let zones = topologies().map(|one| one.zones).max().unwrap_or(0);
            names.collect::<BTreeSet<_>>().len() as f64 * f64::from(zones) * HOURS_PER_MONTH
        }
        _ => firsts
            .values()
            .map(|(one, written)| {
                let copies = one.option.topology.as_ref().unwrap().copies;
                billed(one, item) * written / f64::from(copies)
            })
            .sum(),
    }
}

/// Units that the template has of each item.
fn made(graph: &Graph) -> BTreeMap<Item, f64> {
    let mut made = BTreeMap::new();
    for (item, units) in graph.resources.iter().flat_map(standing) {
        *made.entry(item).or_default() += units;
    }
    made
}

/// Alarms of a queue that results go to, and the hours of a stream that they go to, beside what
/// stands around the work.
fn beside(graph: &Graph, item: Item) -> f64 {
    let count = |kind: &str, ends: &[&str]| {
        let all = graph.of_kind(kind);
        let found = all.filter(|one| ends.iter().any(|end| one.id.ends_with(end)));
        found.count() as f64
    };
    match item {
        ("cloudwatch", "alarm") => count(
            "AWS::CloudWatch::Alarm",
            &["OutputAge", "OutputFailedAlarm"],
        ),
        ("kinesis", "stream-hour") => {
            count("AWS::Kinesis::Stream", &["OutputStream"]) * HOURS_PER_MONTH
        }
        _ => 0.0,
    }
}

/// Several workloads in one stack, some of the copies alone, and every place that results may
/// go: the template has what the bills have together, what is shared once.
#[test]
fn the_bills_of_a_system_and_its_template_are_of_the_same_things() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let mut wrong = BTreeSet::new();
    let (mut systems, mut copied, mut written, mut turn) = (0, 0, 0, 0);
    for (name, decision) in decisions_of(Profile::Starter, false) {
        let platforms = ["lambda", "fargate", "ecs-ec2", "eks-ec2"].map(Some);
        let writes = [
            None,
            Some(Vec::new()),
            Some(vec![Writes::Objects, Writes::Table]),
            Some(Writes::ALL.to_vec()),
        ];
        for platform in platforms.into_iter().chain([None]) {
            for (copies, writes) in [None, Some(1), Some(2)]
                .into_iter()
                .flat_map(|copies| writes.clone().map(|writes| (copies, writes)))
            {
                // A third of them by turns, unless all cases are asked for.
                turn += 1;
                if !is_all() && turn % 3 != 0 {
                    continue;
                }
                let wanted = Wanted {
                    platform: platform.map(str::to_owned),
                    copies,
                    writes: writes.clone(),
                    ..Wanted::default()
                };
                let Ok(planned) = plan(&decision, &wanted, &catalog, &library) else {
                    continue;
                };
                let Ok(graph) = build(&decision, &planned, &library) else {
                    continue;
                };
                systems += usize::from(decision.workloads.len() > 1);
                copied +=
                    usize::from(copies == Some(2) && planned.len() > decision.workloads.len());
                written += usize::from(beside(&graph, ("cloudwatch", "alarm")) > 0.0);
                let made = made(&graph);
                for item in STANDING {
                    let mut units = made.get(&item).copied().unwrap_or(0.0);
                    units -= beside(&graph, item);
                    let billed = of_system(&planned, item);
                    if (units - billed).abs() > 1e-3 {
                        wrong.insert(format!("{name} {platform:?} {copies:?} {writes:?}: {} {}: {units} made, {billed} billed", item.0, item.1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let least = if is_all() { 10 } else { 3 };
    assert!(
        systems > least && copied > least && written > 10 * least,
        "{systems} {copied} {written}"
    );
}

/// Public addresses are billed for the hours that tasks run, where the template gives each
/// task one, and nowhere else.
#[test]
fn addresses_of_tasks_are_billed_by_their_hours() {
    const ADDRESSES: Item = ("vpc", "public-ipv4-tasks");
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let mut wrong = BTreeSet::new();
    let mut seen = 0;
    for profile in [Profile::Starter, Profile::Hardened] {
        for (name, decision) in decisions_of(profile, false) {
            for workload in &decision.workloads {
                for platform in &catalog.platforms {
                    let asked = wanted(&workload.id, Some(&platform.id));
                    let Ok(planned) = plan(&decision, &asked, &catalog, &library) else {
                        continue;
                    };
                    let Ok(graph) = build(&decision, &planned, &library) else {
                        continue;
                    };
                    let one = &planned[0];
                    let place = format!("{name} {}", platform.id);
                    let hours = billed(one, ADDRESSES);
                    let (is_given, vcpus) = addresses(&graph);
                    if is_given != (hours > 0.0) {
                        wrong.insert(format!("{place}: {is_given} made, {hours} billed"));
                    }
                    // Each task of Fargate is billed for its vCPUs as long as for its address.
                    let lines = one.option.bill.iter().flat_map(|bill| &bill.lines);
                    let of_vcpus = lines
                        .filter(|line| line.service == "fargate" && line.unit.as_ref() == "vCPU-h");
                    let vcpu_hours: f64 = of_vcpus
                        .map(|line| line.quantity.to_string().parse::<f64>().unwrap())
                        .sum();
                    if let (true, Some(vcpus)) = (hours > 0.0 && vcpu_hours > 0.0, vcpus) {
                        seen += 1;
                        let task_hours = vcpu_hours / vcpus;
                        // A job's vCPUs are billed by whole seconds.
                        let begun = match one.option.forecast {
                            Some(there) if ["batch", "schedule"].contains(&one.trigger) => {
                                1.0 / there.run_s
                            }
                            _ => 0.0,
                        };
                        if (task_hours / hours - 1.0).abs() > begun.max(1e-3) {
                            wrong.insert(format!(
                                "{place}: addresses for {hours} h, tasks for {task_hours} h"
                            ));
                        }
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(seen > 15, "{seen}");
}

/// Whether tasks, jobs or their hosts have public addresses, and the vCPUs of one of them.
fn addresses(graph: &Graph) -> (bool, Option<f64>) {
    let says = |one: &Resource| {
        let texts = [
            "NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp",
            "Target/EcsParameters/NetworkConfiguration/AwsvpcConfiguration/AssignPublicIp",
            "ContainerProperties/NetworkConfiguration/AssignPublicIp",
        ];
        let is_enabled = texts
            .iter()
            .any(|path| one.properties.at(path).and_then(Node::text) == Some("ENABLED"));
        let interface = "LaunchTemplateData/NetworkInterfaces/0/AssociatePublicIpAddress";
        is_enabled || one.properties.at(interface).and_then(Node::flag) == Some(true)
    };
    let number = |node: &Node| node.number().or_else(|| node.text()?.parse().ok());
    let of_task = graph
        .of_kind("AWS::ECS::TaskDefinition")
        .find_map(|one| Some(number(one.property("Cpu")?)? / 1024.0));
    let of_job = graph.of_kind("AWS::Batch::JobDefinition").find_map(|one| {
        let needs = one
            .property("ContainerProperties/ResourceRequirements")?
            .items();
        let need = needs
            .iter()
            .find(|need| need.get("Type").and_then(Node::text) == Some("VCPU"));
        number(need?.get("Value")?)
    });
    (graph.resources.iter().any(says), of_task.or(of_job))
}

/// The row of prices that an item is billed by.
fn whole(item: &str) -> &str {
    match item {
        "alarm-stack" => "alarm",
        item if item.starts_with("public-ipv4") => "public-ipv4",
        item => item,
    }
}
