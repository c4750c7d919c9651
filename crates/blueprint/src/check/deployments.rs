//! Whether a service can replace its tasks.

use super::Found;
use super::view::{number, text};
use crate::graph::Resource;

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for one in graph.of_kind("AWS::ECS::Service") {
        rolls(found, one);
        grace(found, one);
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
