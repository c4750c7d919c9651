//! What a task's execution role must allow before a container starts.

use super::Found;
use super::policies::allows;
use super::view::{pieces, role};
use crate::graph::{Graph, Resource};
use crate::value::Node;

pub(super) fn check(found: &mut Found<'_>) {
    let graph = found.graph;
    for one in graph.of_kind("AWS::ECS::TaskDefinition") {
        let Some(role) = role(graph, one, "ExecutionRoleArn") else {
            continue;
        };
        let containers = one.property("ContainerDefinitions");
        for place in 0..containers.map_or(0, |node| node.items().len()) {
            container(found, one, role, place);
        }
    }
}

/// What starting a container needs: the property that asks for it, why, and the actions.
type Need = (&'static str, String, Vec<&'static str>);

fn container(found: &mut Found<'_>, one: &Resource, role: &Resource, place: usize) {
    let head = format!("ContainerDefinitions/{place}");
    let Some(container) = one.property(&head) else {
        return;
    };
    let mut needs = Vec::new();
    needs.extend(pulls(found.graph, one, container));
    needs.extend(logs(one, container));
    needs.extend(secrets(found.graph, one, container));
    for (path, why, actions) in needs {
        let lacking: Vec<&str> = actions
            .into_iter()
            .filter(|action| allows(found, role, action) == Some(false))
            .collect();
        if !lacking.is_empty() {
            let what = format!(
                "{why}, and {} does not allow {}",
                role.id,
                lacking.join(", ")
            );
            found.at("role-lacks-action", one, &format!("{head}/{path}"), what);
        }
    }
}

/// An image of a private repository of ECR.
pub(super) fn of_ecr(graph: &Graph, image: &Node) -> bool {
    let named = Graph::references(image);
    named.iter().any(|id| {
        graph
            .get(id)
            .is_some_and(|named| named.kind == "AWS::ECR::Repository")
    }) || pieces(image).contains(".dkr.ecr.")
}

fn pulls(graph: &Graph, one: &Resource, container: &Node) -> Option<Need> {
    let image = container.get("Image")?;
    of_ecr(graph, image).then(|| {
        let why = format!("{} pulls an image from ECR", one.id);
        let actions = vec![
            "ecr:GetAuthorizationToken",
            "ecr:BatchGetImage",
            "ecr:GetDownloadUrlForLayer",
        ];
        ("Image", why, actions)
    })
}

fn logs(one: &Resource, container: &Node) -> Option<Need> {
    let driver = container.at("LogConfiguration/LogDriver")?;
    if driver.text() != Some("awslogs") {
        return None;
    }
    let options = container.at("LogConfiguration/Options");
    let makes = options
        .and_then(|options| options.get("awslogs-create-group"))
        .and_then(Node::flag)
        == Some(true);
    let mut actions = vec!["logs:CreateLogStream", "logs:PutLogEvents"];
    let mut why = format!("{} writes logs", one.id);
    if makes {
        actions.push("logs:CreateLogGroup");
        why += " to a group that it makes itself";
    }
    Some(("LogConfiguration", why, actions))
}

/// Where a secret of a container comes from, as a name of its service.
pub(super) fn secret_service(graph: &Graph, from: &Node) -> Option<&'static str> {
    if let Some(named) = graph.named_by(from) {
        return match named.kind.as_str() {
            "AWS::SecretsManager::Secret" => Some("secretsmanager"),
            "AWS::SSM::Parameter" => Some("ssm"),
            _ => None,
        };
    }
    let written = pieces(graph.plain(from).unwrap_or(from));
    if written.contains(":secretsmanager:") {
        return Some("secretsmanager");
    }
    let of_secret = Graph::references(from).iter().any(|id| {
        graph
            .get(id)
            .is_some_and(|named| named.kind == "AWS::SecretsManager::Secret")
    });
    if of_secret {
        return Some("secretsmanager");
    }
    (written.contains(":ssm:") || written.starts_with('/')).then_some("ssm")
}

fn secrets(graph: &Graph, one: &Resource, container: &Node) -> Vec<Need> {
    let all = container.get("Secrets").map_or(&[][..], Node::items);
    let from: Vec<&Node> = all.iter().filter_map(|one| one.get("ValueFrom")).collect();
    let mut needs = Vec::new();
    for (service, action) in [
        ("secretsmanager", "secretsmanager:GetSecretValue"),
        ("ssm", "ssm:GetParameters"),
    ] {
        let mut of = from
            .iter()
            .filter(|node| secret_service(graph, node) == Some(service));
        if of.next().is_some() {
            let why = format!("{} takes secrets", one.id);
            needs.push(("Secrets", why, vec![action]));
        }
    }
    // A key of the customer's must let the role decrypt what it is used for.
    let sealed = from.iter().any(|node| {
        Graph::references(node).iter().any(|id| {
            graph.get(id).is_some_and(|named| {
                named.kind == "AWS::SecretsManager::Secret"
                    && named
                        .property("KmsKeyId")
                        .is_some_and(|key| graph.named_by(key).is_some())
            })
        })
    });
    if sealed {
        let why = format!("{} takes secrets that a key of its own encrypts", one.id);
        needs.push(("Secrets", why, vec!["kms:Decrypt"]));
    }
    needs
}
