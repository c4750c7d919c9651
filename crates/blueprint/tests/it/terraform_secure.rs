//! Goal: what Terraform makes is as closed as what the template makes. Method: of every example
//! and pattern, properties that keep data and doors closed are read from the template and from the
//! files of Terraform, by a table of its own, and compared; so are all statements of all policies,
//! and all rules of security groups. References of both are read as the resource that they name.

use std::collections::{BTreeMap, BTreeSet};

use hcl_edit::expr::Expression;
use hcl_edit::structure::{Block, Body};
use landfall_blueprint::value::{Node, Value};
use landfall_blueprint::{Graph, Resource};

use crate::terraform_resources::{blocks, each, plain};

/// Type and path in a template, type and path in Terraform.
const CLOSED: &str = include_str!("terraform-secure.txt");
/// Types whose policies are compared: type and path in a template, type and argument in Terraform.
const POLICIES: [[&str; 4]; 8] = [
    [
        "AWS::IAM::Role",
        "AssumeRolePolicyDocument",
        "aws_iam_role",
        "assume_role_policy",
    ],
    [
        "AWS::IAM::Role",
        "Policies",
        "aws_iam_role_policy",
        "policy",
    ],
    ["AWS::KMS::Key", "KeyPolicy", "aws_kms_key", "policy"],
    [
        "AWS::S3::BucketPolicy",
        "PolicyDocument",
        "aws_s3_bucket_policy",
        "policy",
    ],
    [
        "AWS::SQS::QueuePolicy",
        "PolicyDocument",
        "aws_sqs_queue_policy",
        "policy",
    ],
    [
        "AWS::SNS::TopicPolicy",
        "PolicyDocument",
        "aws_sns_topic_policy",
        "policy",
    ],
    [
        "AWS::ECR::Repository",
        "RepositoryPolicyText",
        "aws_ecr_repository_policy",
        "policy",
    ],
    [
        "AWS::EFS::FileSystem",
        "FileSystemPolicy",
        "aws_efs_file_system_policy",
        "policy",
    ],
];

/// A value of a template as text; what it refers to stands in `<>`.
fn of_template(graph: &Graph, node: &Node) -> String {
    let name = |id: &str, attribute: &str| {
        let of_logs = graph
            .get(id)
            .is_some_and(|one| one.kind == "AWS::Logs::LogGroup");
        let tail = if of_logs && attribute == "Arn" {
            ":*"
        } else {
            ""
        };
        format!("<{}>{tail}", plain(id))
    };
    match &node.value {
        Value::Call(call, argument) => match (call.as_str(), argument.items()) {
            ("Ref", _) => name(argument.text().unwrap(), ""),
            ("Fn::GetAtt", [id, attribute]) => name(id.text().unwrap(), attribute.text().unwrap()),
            ("Fn::Sub", _) => {
                let mut out = String::new();
                let mut rest = argument.text().unwrap();
                while let Some((before, after)) = rest.split_once("${") {
                    let (inner, behind) = after.split_once('}').unwrap();
                    let (id, attribute) = inner.split_once('.').unwrap_or((inner, ""));
                    out += &(before.to_owned() + &name(id, attribute));
                    rest = behind;
                }
                out + rest
            }
            other => panic!("{other:?}"),
        },
        Value::Bool(flag) => flag.to_string(),
        _ => node.text().unwrap_or_default().to_owned(),
    }
}

/// A value of Terraform as text; what it refers to stands in `<>`.
fn of_terraform(text: &str) -> String {
    let text = text.trim();
    let Some(inner) = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'))
    else {
        return named(text);
    };
    let mut out = String::new();
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, behind) = after.split_once('}').unwrap();
        out += &(before.to_owned() + &named(name));
        rest = behind;
    }
    out + rest
}

/// What an expression names.
fn named(text: &str) -> String {
    let known = match text {
        "local.account_id" => "awsaccountid",
        "local.partition" => "awspartition",
        "local.dns_suffix" => "awsurlsuffix",
        "var.region" => "awsregion",
        "var.app" => "awsstackname",
        _ => "",
    };
    let mut steps = text.split('.');
    match (steps.next(), steps.next()) {
        _ if !known.is_empty() => format!("<{known}>"),
        (Some("var"), Some(name)) => format!("<{}>", plain(name)),
        (Some(kind), Some(label)) if kind.starts_with("aws_") => {
            format!("<{}>", plain(label.split('[').next().unwrap()))
        }
        _ => text.to_owned(),
    }
}

/// The arguments at a path of blocks.
fn at<'b>(body: &'b Body, path: &'b str) -> Vec<&'b Expression> {
    match path.split_once('.') {
        None => body
            .get_attribute(path)
            .map(|one| &one.value)
            .into_iter()
            .collect(),
        Some((first, rest)) => body
            .get_blocks(first)
            .flat_map(|block| at(&block.body, rest))
            .collect(),
    }
}

/// The texts of an argument: of each item, where it is a list.
fn texts(expression: &Expression) -> BTreeSet<String> {
    match expression {
        Expression::Array(items) => items
            .iter()
            .map(|item| of_terraform(&item.to_string()))
            .collect(),
        other => BTreeSet::from([of_terraform(&other.to_string())]),
    }
}

fn argument(body: &Body, key: &str) -> BTreeSet<String> {
    body.get_attribute(key)
        .map(|one| texts(&one.value))
        .unwrap_or_default()
}

/// One statement as a line, by what it says.
fn line(effect: &str, parts: [BTreeSet<String>; 4]) -> String {
    let parts = parts.map(|part| part.into_iter().collect::<Vec<_>>().join(" "));
    format!("{effect} {}", parts.join(" | "))
}

/// The statements of a policy of a template.
fn statements(graph: &Graph, policy: &Node) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    policy.walk(&mut |node| {
        let Some(effect) = node.get("Effect").and_then(Node::text) else {
            return;
        };
        let all = |node: Option<&Node>| -> BTreeSet<String> {
            let values = node.map_or_else(Vec::new, Node::one_or_more);
            values
                .iter()
                .map(|value| of_template(graph, value))
                .collect()
        };
        let principal = node.get("Principal");
        let principals = principal.map_or_else(BTreeSet::new, |who| {
            if who.entries().is_empty() {
                return all(Some(who))
                    .into_iter()
                    .map(|one| format!("*:{one}"))
                    .collect();
            }
            let of = |(kind, who): &(String, Node)| {
                all(Some(who))
                    .into_iter()
                    .map(|one| format!("{kind}:{one}"))
                    .collect::<Vec<_>>()
            };
            who.entries().iter().flat_map(of).collect()
        });
        let conditions = node
            .get("Condition")
            .map_or(&[][..], Node::entries)
            .iter()
            .flat_map(|(test, variables)| {
                variables.entries().iter().map(move |(variable, values)| {
                    let values: BTreeSet<String> = values
                        .one_or_more()
                        .iter()
                        .map(|one| of_template(graph, one))
                        .collect();
                    let values: Vec<String> = values.into_iter().collect();
                    format!("{test} {variable} {}", values.join(","))
                })
            });
        found.insert(line(
            effect,
            [
                all(node.get("Action")),
                all(node.get("Resource")),
                principals,
                conditions.collect(),
            ],
        ));
    });
    found
}

/// The statements of a data source of Terraform.
fn documented(block: &Block) -> BTreeSet<String> {
    let statements = block.body.get_blocks("statement").map(|one| {
        let body = &one.body;
        let effect = argument(body, "effect")
            .into_iter()
            .next()
            .unwrap_or_else(|| "Allow".to_owned());
        let principals = body.get_blocks("principals").flat_map(|who| {
            let kind = argument(&who.body, "type").into_iter().next().unwrap();
            argument(&who.body, "identifiers")
                .into_iter()
                .map(move |one| format!("{kind}:{one}"))
        });
        let conditions = body.get_blocks("condition").map(|one| {
            let of = |key: &str| {
                argument(&one.body, key)
                    .into_iter()
                    .collect::<Vec<_>>()
                    .join(",")
            };
            format!("{} {} {}", of("test"), of("variable"), of("values"))
        });
        line(
            &effect,
            [
                argument(body, "actions"),
                argument(body, "resources"),
                principals.collect(),
                conditions.collect(),
            ],
        )
    });
    statements.collect()
}

/// Values at a path, where `*` is every item.
fn values<'n>(node: &'n Node, path: &str) -> Vec<&'n Node> {
    let Some((first, rest)) = path.split_once('/') else {
        return match path {
            "*" => node.items().iter().collect(),
            _ => node.get(path).into_iter().collect(),
        };
    };
    values(node, first)
        .into_iter()
        .flat_map(|inner| values(inner, rest))
        .collect()
}

/// The blocks of a type that belong to a resource, by its label with or without a number.
fn parts<'b>(
    all: &'b BTreeMap<(String, String), Vec<Block>>,
    kind: &str,
    id: &str,
) -> Vec<&'b Block> {
    let of = |id: &str| all.get(&(kind.to_owned(), plain(id)));
    let found = of(id).or_else(|| of(id.trim_end_matches(['A', 'B'])));
    found.into_iter().flatten().collect()
}

/// Blocks by type and name.
type Blocks = BTreeMap<(String, String), Vec<Block>>;

/// Policy documents by name, and resources by type and by the name that they have in the template.
fn sorted(graph: &Graph, blocks: Vec<Block>) -> (BTreeMap<String, Block>, Blocks) {
    let mut documents = BTreeMap::new();
    let mut all = Blocks::new();
    let ids: BTreeSet<String> = graph
        .resources
        .iter()
        .flat_map(|one| [plain(&one.id), plain(one.id.trim_end_matches(['A', 'B']))])
        .collect();
    for block in blocks {
        let [kind, label] = block.labels.as_slice() else {
            continue;
        };
        let (kind, label) = (kind.as_str().to_owned(), label.as_str().to_owned());
        if block.ident.as_str() == "data" {
            documents.insert(label, block);
            continue;
        }
        // Parts of one resource are numbered.
        let whole = plain(&label);
        let stem = label
            .rsplit_once('_')
            .filter(|(_, last)| last.chars().all(|c| c.is_ascii_digit()));
        let label = stem
            .map(|(stem, _)| plain(stem))
            .filter(|stem| !ids.contains(&whole) && ids.contains(stem))
            .unwrap_or(whole);
        all.entry((kind, label)).or_default().push(block);
    }
    (documents, all)
}

#[test]
fn what_terraform_makes_is_as_closed_as_the_template() {
    let rows: Vec<Vec<&str>> = CLOSED
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(' ').collect())
        .collect();
    let mut compared: BTreeMap<String, usize> = BTreeMap::new();
    each(|name, graph, files| {
        let (documents, all) = sorted(graph, blocks(files, name));
        for one in &graph.resources {
            let place = format!("{name} {}", one.id);
            for row in rows.iter().filter(|row| row[0] == one.kind) {
                let theirs: BTreeSet<String> = values(&one.properties, row[1])
                    .iter()
                    .map(|node| of_template(graph, node))
                    .map(said)
                    .collect();
                let found = parts(&all, row[2], &one.id);
                let ours: BTreeSet<String> = found
                    .iter()
                    .flat_map(|block| at(&block.body, row[3]))
                    .flat_map(texts)
                    .map(said)
                    .collect();
                assert_eq!(ours, theirs, "{place} {}", row[1]);
                *compared.entry(row.join(" ")).or_default() += usize::from(!theirs.is_empty());
            }
            for [kind, path, terraform, argument] in
                POLICIES.iter().filter(|row| row[0] == one.kind)
            {
                let Some(policy) = one.property(path) else {
                    continue;
                };
                let found = parts(&all, terraform, &one.id);
                let named = found.iter().map(|block| {
                    block
                        .body
                        .get_attribute(argument)
                        .unwrap()
                        .value
                        .to_string()
                });
                let ours: BTreeSet<String> = named
                    .flat_map(|text| documented(&documents[text.trim().split('.').nth(2).unwrap()]))
                    .collect();
                assert_eq!(ours, statements(graph, policy), "{place} {path}");
                *compared.entry(format!("{kind} {path}")).or_default() += 1;
            }
            compare_rules(&place, graph, one, &all);
        }
    });
    let never: Vec<&Vec<&str>> = rows
        .iter()
        .filter(|row| compared.get(&row.join(" ")).copied().unwrap_or(0) == 0)
        .collect();
    assert!(never.is_empty(), "no template has {never:?}");
    assert!(compared.len() > rows.len() + 5, "{compared:?}");
}

/// A word of one language that means that of the other.
fn said(text: String) -> String {
    match text.as_str() {
        "ENABLED" => "true".to_owned(),
        "DISABLED" => "false".to_owned(),
        _ => text,
    }
}

/// The rules that a security group has in itself.
fn compare_rules(
    place: &str,
    graph: &Graph,
    one: &Resource,
    all: &BTreeMap<(String, String), Vec<Block>>,
) {
    if one.kind != "AWS::EC2::SecurityGroup" {
        return;
    }
    for (path, kind) in [
        (
            "SecurityGroupIngress",
            "aws_vpc_security_group_ingress_rule",
        ),
        ("SecurityGroupEgress", "aws_vpc_security_group_egress_rule"),
    ] {
        let keys = ["IpProtocol", "FromPort", "ToPort", "CidrIp"];
        let theirs: BTreeSet<Vec<String>> = values(&one.properties, &format!("{path}/*"))
            .iter()
            .map(|rule| {
                keys.iter()
                    .map(|key| {
                        rule.get(key)
                            .map(|node| of_template(graph, node))
                            .unwrap_or_default()
                    })
                    .collect()
            })
            .collect();
        let names = ["ip_protocol", "from_port", "to_port", "cidr_ipv4"];
        let ours: BTreeSet<Vec<String>> = parts(all, kind, &one.id)
            .iter()
            .map(|block| {
                names
                    .iter()
                    .map(|name| argument(&block.body, name).into_iter().collect())
                    .collect()
            })
            .collect();
        assert_eq!(ours, theirs, "{place} {path}");
    }
}
