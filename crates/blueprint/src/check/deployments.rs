//! Whether a service can replace its tasks, and load balancers give them time to start.

use super::Found;
use super::tasks::of_service;
use super::view::{containers, number, text};
use crate::graph::Resource;
use crate::value::Node;

const GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for one in graph.of_kind("AWS::ECS::Service") {
        rolls(found, one);
        grace(found, one);
        starts(found, one);
        launch(found, one);
    }
    for one in graph.of_kind(GROUP) {
        checks(found, one);
    }
}

/// With as many tasks as must stay healthy and no room for one more, no task is replaced.
/// Healthy tasks are rounded up, running ones down.
fn rolls(found: &mut Found<'_>, one: &Resource) {
    const LEAST: &str = "DeploymentConfiguration/MinimumHealthyPercent";
    const MOST: &str = "DeploymentConfiguration/MaximumPercent";
    const COUNT: &str = "DesiredCount";
    let graph = found.graph;
    // Others than ECS itself do not deploy by these percentages, nor does ECS where it swaps
    // all tasks at once, and a daemon stops first.
    let is = |path: &str, word: &str| {
        one.property(path).is_none() || text(graph, one, path) == Some(word)
    };
    let rolls =
        is("DeploymentController/Type", "ECS") && is("DeploymentConfiguration/Strategy", "ROLLING");
    if !rolls || text(graph, one, "SchedulingStrategy") == Some("DAEMON") {
        return;
    }
    let least = number(graph, one, LEAST, found.value("deployment-least"));
    let most = number(graph, one, MOST, found.value("deployment-most"));
    let (Some(least), Some(most)) = (least, most) else {
        return;
    };
    // Where the count is not said, only percentages that stick at any count are a mistake.
    let said = one.property(COUNT);
    let count = said.and_then(|node| graph.plain(node)?.number());
    let (stuck, tasks) = match count {
        Some(count) => {
            let stays = (count * least / 100.0).ceil();
            let runs = (count * most / 100.0).floor();
            let tasks = if count > 1.0 { "tasks" } else { "task" };
            (
                count >= 1.0 && stays >= count && runs <= count,
                format!("its {count} {tasks}"),
            )
        }
        None => (least >= 100.0 && most <= 100.0, "its tasks".to_owned()),
    };
    if stuck {
        let what = format!(
            "{} keeps {least}% healthy and runs {most}% at the most, so none of {tasks} can be \
             replaced",
            one.id
        );
        let path = if one.property(MOST).is_some() {
            MOST
        } else {
            LEAST
        };
        found.at("deployment-stuck", one, path, what);
    }
}

/// A grace period holds back health checks of a load balancer and of containers; without a
/// balancer it is worth a look.
fn grace(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "HealthCheckGracePeriodSeconds";
    let none = [
        "LoadBalancers",
        "ServiceConnectConfiguration",
        "VpcLatticeConfigurations",
    ]
    .iter()
    .all(|path| one.property(path).is_none());
    if one.property(PATH).is_some() && none {
        let what = format!(
            "{} waits with health checks and has no load balancer",
            one.id
        );
        found.at("grace-without-balancer", one, PATH, what);
    }
}

fn launch(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "CapacityProviderStrategy";
    let strategy = one.property(PATH);
    let has_strategy = strategy.is_some_and(|node| !node.items().is_empty());
    if let Some(kind) = text(found.graph, one, "LaunchType").filter(|_| has_strategy) {
        let what = format!("{} is launched on {kind} and by a strategy", one.id);
        found.at("launch-type-with-strategy", one, PATH, what);
    }
}

/// How an Application Load Balancer checks targets.
struct Checks {
    /// From one check to the next.
    interval_s: Option<f64>,
    /// How long one may last.
    timeout_s: Option<f64>,
    /// Failed checks after which a target is unhealthy.
    failed: Option<f64>,
}

/// How a target group is checked, where an Application Load Balancer does it: those of networks have
/// other bounds. None of a figure where only deploying tells.
fn of_group(found: &Found<'_>, one: &Resource) -> Option<Checks> {
    let graph = found.graph;
    let of = |path: &str, usual: &str| number(graph, one, path, found.value(usual));
    let is_function = text(graph, one, "TargetType") == Some("lambda");
    let is_http = matches!(text(graph, one, "Protocol"), Some("HTTP" | "HTTPS"));
    let (interval, timeout) = match (is_function, is_http) {
        (true, _) => ("check-interval-function", "check-timeout-function"),
        (false, true) => ("check-interval", "check-timeout"),
        (false, false) => return None,
    };
    Some(Checks {
        interval_s: of("HealthCheckIntervalSeconds", interval),
        timeout_s: of("HealthCheckTimeoutSeconds", timeout),
        failed: of("UnhealthyThresholdCount", "checks-unhealthy"),
    })
}

/// How long a health check waits, within the time between two.
fn checks(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "HealthCheckTimeoutSeconds";
    let Some(checks) = of_group(found, one) else {
        return;
    };
    if let (Some(interval_s), Some(timeout_s)) = (checks.interval_s, checks.timeout_s)
        && timeout_s >= interval_s
    {
        let what = format!(
            "{} checks every {interval_s} s, and each check may last {timeout_s} s",
            one.id
        );
        found.at("check-longer-than-interval", one, PATH, what);
    }
}

/// Containers have their start period before they must be healthy; the load balancer gives a task
/// up once so many checks have failed, and not before the grace period has passed.
fn starts(found: &mut Found<'_>, one: &Resource) {
    const PATH: &str = "HealthCheckGracePeriodSeconds";
    let graph = found.graph;
    let Some(task) = of_service(graph, one) else {
        return;
    };
    let balancers = one.property("LoadBalancers").map_or(&[][..], Node::items);
    for balancer in balancers {
        let group = balancer
            .get("TargetGroupArn")
            .and_then(|node| graph.named_by(node))
            .filter(|group| group.kind == GROUP);
        let named = balancer.get("ContainerName").and_then(Node::text);
        let container = containers(task)
            .iter()
            .find(|container| container.get("Name").and_then(Node::text) == named);
        let starts_s = container.and_then(|container| {
            let start = container.get("HealthCheck")?.get("StartPeriod")?;
            graph.plain(start)?.number()
        });
        let checks = group.and_then(|group| of_group(found, group));
        let (Some(checks), Some(starts_s)) = (checks, starts_s) else {
            continue;
        };
        let grace_s = number(graph, one, PATH, 0.0);
        let (Some(interval_s), Some(failed), Some(grace_s)) =
            (checks.interval_s, checks.failed, grace_s)
        else {
            continue;
        };
        let given_up_s = grace_s.max(interval_s * failed);
        if given_up_s < starts_s {
            let what = format!(
                "{} gives tasks up after {given_up_s} s, and a container has {starts_s} s to start",
                one.id
            );
            found.at("ended-before-started", one, PATH, what);
        }
    }
}
