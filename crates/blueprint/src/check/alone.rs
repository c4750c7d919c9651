//! Combinations within one resource that its service refuses, whatever stands around it.

use super::Found;
use super::tasks::TASK;
use super::view::{FUNCTION, flag, paths, text};
use crate::graph::Resource;
use crate::value::Node;

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for one in &graph.resources {
        match one.kind.as_str() {
            FUNCTION => {
                variables(found, one);
                layers(found, one);
                files(found, one);
            }
            TASK => roots(found, one),
            "AWS::ECS::Service" => breaker(found, one),
            "AWS::ApiGatewayV2::Integration" => payload(found, one),
            "AWS::Scheduler::Schedule" => window(found, one),
            "AWS::Events::Rule" => rate(found, one),
            "AWS::S3::Bucket" => bucket(found, one),
            "AWS::CloudWatch::Alarm" => alarm(found, one),
            "AWS::EC2::VPCEndpoint" => names(found, one),
            _ => {}
        }
    }
}

fn variables(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "Environment/Variables";
    let graph = found.graph;
    let all = one.property(PATH).map_or(&[][..], Node::entries);
    let mut bytes = 0.0;
    for (name, node) in all {
        if found.is_listed("reserved-variables", name) {
            let what = format!("{} sets {name}, which Lambda sets itself", one.id);
            found.at_line("reserved-variable", one, node.line, what);
        }
        let value = graph.plain(node).and_then(Node::text);
        bytes += (name.len() + value.map_or(0, str::len)) as f64;
    }
    let most = found.value("variables-bytes");
    if bytes > most {
        let what = format!(
            "{} has variables of {bytes} bytes, and the most is {most}",
            one.id
        );
        found.at("variables-too-large", one, PATH, what);
    }
}

/// Files are reached through the network of the function.
fn files(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "FileSystemConfigs";
    let all = one.property(PATH).map_or(&[][..], Node::items);
    if sure(all) > 0 && one.property("VpcConfig").is_none() {
        let what = format!("{} has files, and no network to reach them", one.id);
        found.at("files-without-network", one, PATH, what);
    }
}

/// How many items of a list are there whatever holds: one on a condition may be none.
fn sure(all: &[Node]) -> usize {
    let is_sure = |node: &&Node| node.call().is_none_or(|(name, _)| name != "Fn::If");
    all.iter().filter(is_sure).count()
}

fn layers(found: &mut Found<'_>, one: &Resource) {
    let all = one.property("Layers").map_or(&[][..], Node::items);
    let (count, most) = (sure(all), found.value("layers"));
    if count as f64 > most {
        let what = format!("{} has {count} layers, and the most is {most}", one.id);
        found.at("too-many-layers", one, "Layers", what);
    }
}

/// An access point has its own root: a volume may name no other beside it.
fn roots(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    let volumes = one.property("Volumes").map_or(0, |node| node.items().len());
    for place in 0..volumes {
        let head = format!("Volumes/{place}/EFSVolumeConfiguration");
        let at = |path: &str| one.property(&format!("{head}/{path}"));
        let Some(point) = at("AuthorizationConfig/AccessPointId") else {
            continue;
        };
        let root = at("RootDirectory").and_then(|node| graph.plain(node)?.text());
        if let Some(root) = root.filter(|root| *root != "/") {
            let what = format!(
                "{} mounts {root} through an access point, which has a root of its own",
                one.id
            );
            found.at(
                "root-with-access-point",
                one,
                &format!("{head}/RootDirectory"),
                what,
            );
        }
        let system = at("FilesystemId").and_then(|node| graph.named_by(node));
        let named = graph.named_by(point);
        let of = named.and_then(|point| graph.named_by(point.property("FileSystemId")?));
        if let (Some(system), Some(named), Some(of)) = (system, named, of)
            && system.id != of.id
        {
            let what = format!(
                "{} mounts {} through {}, an access point of {}",
                one.id, system.id, named.id, of.id
            );
            let path = format!("{head}/AuthorizationConfig/AccessPointId");
            found.at("access-point-of-another-system", one, &path, what);
        }
    }
}

fn breaker(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "DeploymentConfiguration/DeploymentCircuitBreaker";
    let graph = found.graph;
    let controller = text(graph, one, "DeploymentController/Type");
    let other = controller.filter(|kind| matches!(*kind, "CODE_DEPLOY" | "EXTERNAL"));
    if let Some(kind) = other
        && flag(graph, one, &format!("{PATH}/Enable")) == Some(true)
    {
        let what = format!("{} has a circuit breaker, and {kind} deploys it", one.id);
        found.at("breaker-of-another-controller", one, PATH, what);
    }
}

/// Lambda alone takes the second format of what an HTTP API hands on.
fn payload(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "PayloadFormatVersion";
    let graph = found.graph;
    let version = one
        .property(PATH)
        .and_then(|node| graph.plain(node)?.number());
    let kind = text(graph, one, "IntegrationType");
    let is_other = one.property("IntegrationSubtype").is_some() || kind == Some("HTTP_PROXY");
    if version == Some(2.0) && is_other {
        let what = format!(
            "{} calls no function, and has the format of functions",
            one.id
        );
        found.at("payload-format", one, PATH, what);
    }
}

fn window(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "FlexibleTimeWindow";
    let is_flexible = text(found.graph, one, &format!("{PATH}/Mode")) == Some("FLEXIBLE");
    if is_flexible
        && one
            .property(&format!("{PATH}/MaximumWindowInMinutes"))
            .is_none()
    {
        let what = format!(
            "{} starts within a window, and does not say how long it is",
            one.id
        );
        found.at("window-without-length", one, PATH, what);
    }
}

/// A rule takes `1 minute` and `2 minutes`, and neither `1 minutes` nor `2 minute`.
fn rate(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "ScheduleExpression";
    let expression = text(found.graph, one, PATH).map(str::trim);
    let inner = expression.and_then(|text| text.strip_prefix("rate(")?.strip_suffix(')'));
    let parts: Vec<&str> = inner.map_or_else(Vec::new, |text| text.split_whitespace().collect());
    let [count, unit] = parts.as_slice() else {
        return;
    };
    let Ok(count) = count.parse::<u64>() else {
        return;
    };
    if (count == 1) == unit.ends_with('s') {
        let what = format!(
            "{} runs at rate({count} {unit}), and EventBridge counts in the singular for 1 alone",
            one.id
        );
        found.at("rate-unit", one, PATH, what);
    }
}

fn bucket(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "BucketName";
    // The default of a parameter may be there to be replaced.
    let Some(name) = one.property(PATH).and_then(Node::text) else {
        return;
    };
    let (least, most) = (
        found.value("bucket-name-least"),
        found.value("bucket-name-most"),
    );
    let is_end = |letter: Option<char>| {
        letter.is_some_and(|one| one.is_ascii_lowercase() || one.is_ascii_digit())
    };
    let is_letter = |one: char| is_end(Some(one)) || matches!(one, '.' | '-');
    let length = name.chars().count() as f64;
    let is_name = (least..=most).contains(&length)
        && name.chars().all(is_letter)
        && is_end(name.chars().next())
        && is_end(name.chars().next_back())
        && !name.contains("..");
    if !is_name {
        let what = format!("{} is called {name}, which is no name of a bucket", one.id);
        found.at("bucket-name", one, PATH, what);
    }
}

fn alarm(found: &mut Found<'_>, one: &Resource) {
    let graph = found.graph;
    let short = [
        "alarm-period-short",
        "alarm-period-shorter",
        "alarm-period-middle",
    ]
    .map(|id| found.value(id));
    let step = found.value("alarm-period-step");
    let mut all = vec!["Period".to_owned()];
    all.extend(paths(one, "Metrics/*/MetricStat/Period"));
    for path in all {
        let period = one
            .property(&path)
            .and_then(|node| graph.plain(node)?.number());
        let Some(period) = period else { continue };
        let is = |other: f64| (period - other).abs() < f64::EPSILON;
        let is_taken = short.iter().any(|one| is(*one))
            || (period > 0.0 && is((period / step).round() * step));
        if !is_taken {
            let what = format!(
                "{} looks at periods of {period} s, which CloudWatch does not have",
                one.id
            );
            found.at("alarm-period", one, &path, what);
        }
    }
}

/// Private names of an endpoint need a network that has names.
fn names(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "PrivateDnsEnabled";
    let graph = found.graph;
    let is_on = one
        .property(PATH)
        .and_then(|node| graph.plain(node)?.flag())
        == Some(true);
    let is_interface = text(graph, one, "VpcEndpointType") == Some("Interface");
    let network = one.property("VpcId").and_then(|node| graph.named_by(node));
    let Some(network) = network.filter(|vpc| is_on && is_interface && vpc.kind == "AWS::EC2::VPC")
    else {
        return;
    };
    let lacks_hosts = flag(graph, network, "EnableDnsHostnames") == Some(false);
    let support = network.property("EnableDnsSupport");
    let lacks_support = support.and_then(|node| graph.plain(node)?.flag()) == Some(false);
    if lacks_hosts || lacks_support {
        let lacks = if lacks_support {
            "EnableDnsSupport"
        } else {
            "EnableDnsHostnames"
        };
        let what = format!(
            "{} has private names, and {} has no {lacks}",
            one.id, network.id
        );
        found.at("private-names-without-dns", one, PATH, what);
    }
}
