//! What must be there first, though no reference says so.

use super::Found;
use super::view::function;
use crate::graph::{Graph, Resource};
use crate::value::Node;

/// A resource that needs another which it does not refer to.
#[derive(Debug, Clone)]
pub struct Hidden<'g> {
    /// The rule that knows of it.
    pub rule: &'static str,
    /// What needs.
    pub one: &'g Resource,
    /// What is needed; any of them will do.
    pub any: Vec<&'g Resource>,
    /// Whether all of them are needed.
    pub all: bool,
    /// Why.
    pub why: String,
}

impl Hidden<'_> {
    /// Those that the resource does not wait for though it must.
    pub fn missing(&self, graph: &Graph) -> Vec<&str> {
        let stands_on = graph.stands_on(&self.one.id);
        let lost: Vec<&str> = self
            .any
            .iter()
            .map(|needed| needed.id.as_str())
            .filter(|id| !stands_on.contains(*id))
            .collect();
        if self.all || lost.len() == self.any.len() {
            lost
        } else {
            Vec::new()
        }
    }
}

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for need in hidden(graph) {
        let missing = need.missing(graph);
        if !missing.is_empty() {
            let message = format!(
                "{} {}: it does not wait for {}",
                need.one.id,
                need.why,
                missing.join(", ")
            );
            found.at(need.rule, need.one, "", message);
        }
    }
}

/// Every hidden need of a graph.
pub fn hidden(graph: &Graph) -> Vec<Hidden<'_>> {
    let mut needs = Vec::new();
    for one in &graph.resources {
        match one.kind.as_str() {
            "AWS::ECS::Service" => {
                listeners(graph, one, &mut needs);
                providers(graph, one, &mut needs);
                let files = one
                    .property("TaskDefinition")
                    .and_then(|node| graph.named_by(node));
                mounts(
                    graph,
                    one,
                    files.and_then(|task| task.property("Volumes")),
                    &mut needs,
                );
            }
            "AWS::Lambda::Function" => {
                mounts(graph, one, one.property("FileSystemConfigs"), &mut needs);
            }
            "AWS::EC2::Route" => gateway(graph, one, &mut needs),
            "AWS::ElasticLoadBalancingV2::LoadBalancer" => balancer_logs(graph, one, &mut needs),
            "AWS::S3::Bucket" => notifications(graph, one, &mut needs),
            _ => {}
        }
    }
    needs
}

/// Whether two resources are made on the same condition, or the needed one always.
fn together(one: &Resource, needed: &Resource) -> bool {
    needed.condition.is_none() || needed.condition == one.condition
}

/// A service cannot register with a target group that no listener uses yet.
fn listeners<'g>(graph: &'g Graph, one: &'g Resource, needs: &mut Vec<Hidden<'g>>) {
    for balancer in one.property("LoadBalancers").map_or(&[][..], Node::items) {
        let group = balancer
            .get("TargetGroupArn")
            .and_then(|node| graph.named_by(node));
        let Some(group) =
            group.filter(|group| group.kind == "AWS::ElasticLoadBalancingV2::TargetGroup")
        else {
            continue;
        };
        let uses = |listener: &&Resource| {
            let actions = listener
                .property("DefaultActions")
                .or_else(|| listener.property("Actions"));
            actions.is_some_and(|node| Graph::references(node).contains(&group.id))
        };
        let kinds = [
            "AWS::ElasticLoadBalancingV2::Listener",
            "AWS::ElasticLoadBalancingV2::ListenerRule",
        ];
        let any: Vec<&Resource> = graph
            .resources
            .iter()
            .filter(|other| kinds.contains(&other.kind.as_str()) && together(one, other))
            .filter(uses)
            .collect();
        if !any.is_empty() {
            needs.push(Hidden {
                rule: "service-before-listener",
                one,
                any,
                all: false,
                why: format!("registers with {}, which no listener uses yet", group.id),
            });
        }
    }
}

/// A service can use a capacity provider only once the cluster has it.
fn providers<'g>(graph: &'g Graph, one: &'g Resource, needs: &mut Vec<Hidden<'g>>) {
    let strategy = one
        .property("CapacityProviderStrategy")
        .map_or(&[][..], Node::items);
    let own = strategy
        .iter()
        .filter_map(|item| graph.named_by(item.get("CapacityProvider")?));
    for provider in own.filter(|provider| provider.kind == "AWS::ECS::CapacityProvider") {
        let links = graph.of_kind("AWS::ECS::ClusterCapacityProviderAssociations");
        let any: Vec<&Resource> = links
            .filter(|link| {
                together(one, link) && Graph::references(&link.properties).contains(&provider.id)
            })
            .collect();
        if !any.is_empty() {
            needs.push(Hidden {
                rule: "service-before-capacity",
                one,
                any,
                all: false,
                why: format!("uses {}, which its cluster does not have yet", provider.id),
            });
        }
    }
}

/// Whoever mounts a file system needs its mount targets.
fn mounts<'g>(
    graph: &'g Graph,
    one: &'g Resource,
    volumes: Option<&Node>,
    needs: &mut Vec<Hidden<'g>>,
) {
    let Some(volumes) = volumes else { return };
    let mut systems: Vec<&Resource> = Vec::new();
    for id in Graph::references(volumes) {
        let Some(named) = graph.get(&id) else {
            continue;
        };
        match named.kind.as_str() {
            "AWS::EFS::FileSystem" => systems.push(named),
            "AWS::EFS::AccessPoint" => {
                systems.extend(
                    named
                        .property("FileSystemId")
                        .and_then(|node| graph.named_by(node)),
                );
            }
            _ => {}
        }
    }
    systems.dedup_by_key(|system| &system.id);
    for system in systems {
        let of = |target: &&Resource| {
            target
                .property("FileSystemId")
                .and_then(|node| graph.named_by(node))
                .is_some_and(|named| named.id == system.id)
                && together(one, target)
        };
        let any: Vec<&Resource> = graph.of_kind("AWS::EFS::MountTarget").filter(of).collect();
        if !any.is_empty() {
            needs.push(Hidden {
                rule: "files-before-mount-targets",
                one,
                any,
                all: true,
                why: format!("mounts {} before it can be reached", system.id),
            });
        }
    }
}

/// A public route needs the gateway to be attached.
fn gateway<'g>(graph: &'g Graph, one: &'g Resource, needs: &mut Vec<Hidden<'g>>) {
    let named = one
        .property("GatewayId")
        .and_then(|node| graph.named_by(node));
    let Some(gateway) = named.filter(|named| named.kind == "AWS::EC2::InternetGateway") else {
        return;
    };
    let attaches = |link: &&Resource| {
        Graph::references(&link.properties).contains(&gateway.id) && together(one, link)
    };
    let any: Vec<&Resource> = graph
        .of_kind("AWS::EC2::VPCGatewayAttachment")
        .filter(attaches)
        .collect();
    if !any.is_empty() {
        needs.push(Hidden {
            rule: "route-before-attachment",
            one,
            any,
            all: false,
            why: format!("goes through {}, which is not attached yet", gateway.id),
        });
    }
}

/// A load balancer tries to write its access logs when it is made.
fn balancer_logs<'g>(graph: &'g Graph, one: &'g Resource, needs: &mut Vec<Hidden<'g>>) {
    let attributes = one
        .property("LoadBalancerAttributes")
        .map_or(&[][..], Node::items);
    let key = |name: &str| {
        attributes
            .iter()
            .find(|item| item.get("Key").and_then(Node::text) == Some(name))
            .and_then(|item| item.get("Value"))
    };
    if key("access_logs.s3.enabled").and_then(Node::flag) != Some(true) {
        return;
    }
    let Some(bucket) = key("access_logs.s3.bucket").and_then(|node| graph.named_by(node)) else {
        return;
    };
    let of = |policy: &&Resource| {
        policy
            .property("Bucket")
            .and_then(|node| graph.named_by(node))
            .is_some_and(|named| named.id == bucket.id)
            && together(one, policy)
    };
    let any: Vec<&Resource> = graph.of_kind("AWS::S3::BucketPolicy").filter(of).collect();
    if !any.is_empty() {
        needs.push(Hidden {
            rule: "balancer-before-log-policy",
            one,
            any,
            all: false,
            why: format!(
                "writes its logs to {}, which does not admit it yet",
                bucket.id
            ),
        });
    }
}

/// A bucket asks whether it may call what it notifies when it is made.
fn notifications<'g>(graph: &'g Graph, one: &'g Resource, needs: &mut Vec<Hidden<'g>>) {
    let lambdas = one
        .property("NotificationConfiguration/LambdaConfigurations")
        .map_or(&[][..], Node::items);
    for target in lambdas
        .iter()
        .filter_map(|item| function(graph, item.get("Function")?))
    {
        let lets = |permission: &&Resource| {
            let named = permission
                .property("FunctionName")
                .and_then(|node| function(graph, node));
            named.is_some_and(|named| named.id == target.id)
                && permission.property("Principal").and_then(Node::text) == Some("s3.amazonaws.com")
                && together(one, permission)
        };
        let any: Vec<&Resource> = graph
            .of_kind("AWS::Lambda::Permission")
            .filter(lets)
            .collect();
        if !any.is_empty() {
            needs.push(Hidden {
                rule: "notification-before-permission",
                one,
                any,
                all: false,
                why: format!("notifies {}, which does not let it yet", target.id),
            });
        }
    }
}
