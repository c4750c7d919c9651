//! Goal: nothing is left open without a reason, and what is open is known. Method: the
//! table of everything that blueprints leave open, as a golden file: of each example as
//! recommended, and of all examples and patterns on every platform, in every profile. And
//! templates with one thing open and no reason, which are refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use landfall_blueprint::{Format, Graph, Library, Reason, build, folder, plan, yaml};
use landfall_catalog::Catalog;
use landfall_decide::{Decision, Profile};
use landfall_source::Source;

use crate::common::{decisions, decisions_of, wanted};

fn read(text: &str) -> Graph {
    let documents = yaml::read(&Source::new("template.yaml", text)).unwrap();
    Graph::of(&documents[0]).unwrap()
}

/// Every template of a blueprint, as files have them.
fn templates(decision: &Decision, id: &str, catalog: &Catalog, library: &Library) -> Vec<Graph> {
    let wanted = wanted(id, None);
    let planned = plan(decision, &wanted, catalog, library).unwrap();
    let format = Format::CloudFormation;
    let files = folder(decision, &planned, format, "", library).unwrap();
    let names = ["template.yaml", "code.yaml", "deploy-role.yaml"];
    let files = files
        .iter()
        .filter(|file| names.contains(&file.path.as_str()));
    files.map(|file| read(&file.text)).collect()
}

/// What a template leaves open, a line for each resource and reason.
fn listed(graph: &Graph) -> String {
    let mut rows: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for one in graph.openings().unwrap_or_else(|fault| panic!("{fault}")) {
        let row = (one.resource().to_owned(), one.reason().to_string());
        rows.entry(row).or_default().push(one.what().to_owned());
    }
    let mut table = String::new();
    for ((resource, reason), what) in rows {
        let _ = writeln!(table, "  {resource}: {}: {reason}", what.join(", "));
    }
    table
}

/// What is open, by kind, what and reason, and the platforms where it is.
type Everywhere = BTreeMap<(String, String, String), BTreeSet<String>>;

/// What a decision leaves open on any platform.
fn everything(
    decision: &Decision,
    catalog: &Catalog,
    library: &Library,
    everywhere: &mut Everywhere,
) {
    for workload in &decision.workloads {
        for platform in &catalog.platforms {
            let wanted = wanted(&workload.id, Some(&platform.id));
            let Ok(planned) = plan(decision, &wanted, catalog, library) else {
                continue;
            };
            let graph = build(decision, &planned, library).unwrap();
            for one in graph.openings().unwrap() {
                let row = (one.kind(), one.what(), one.reason().to_string());
                let row = (row.0.to_owned(), row.1.to_owned(), row.2);
                everywhere
                    .entry(row)
                    .or_default()
                    .insert(platform.id.clone());
            }
        }
    }
}

#[test]
fn what_is_open_has_a_reason() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let mut table = "As recommended, as starters:\n".to_owned();
    let mut everywhere = Everywhere::new();
    for (name, decision) in decisions() {
        for workload in &decision.workloads {
            if workload.recommended().is_some() {
                let _ = writeln!(table, "\n{name}, {}", workload.id);
                for graph in templates(&decision, &workload.id, &catalog, &library) {
                    table.push_str(&listed(&graph));
                }
            }
        }
    }
    for profile in Profile::ALL {
        for (_, decision) in decisions_of(profile, false) {
            everything(&decision, &catalog, &library, &mut everywhere);
        }
    }
    table.push_str("\nOn every platform, in every profile:\n\n");
    for ((kind, what, reason), platforms) in everywhere {
        let platforms: Vec<String> = platforms.into_iter().collect();
        let _ = writeln!(table, "{kind}: {what}: {reason} ({})", platforms.join(", "));
    }
    insta::assert_snapshot!(table);
}

/// A resource with something open, without a word of why.
const OPEN: [(&str, &str, &str); 11] = [
    (
        "IAM::Role",
        "Policies: [{PolicyDocument: {Statement: [{Sid: A, Effect: Allow, Action: 's3:*', Resource: '*'}]}}]",
        "A",
    ),
    (
        "IAM::ManagedPolicy",
        "PolicyDocument: {Statement: {Effect: Allow, Action: a:B, Resource: [x, '*']}}",
        "Statement",
    ),
    (
        "S3::BucketPolicy",
        "PolicyDocument: {Statement: {Sid: B, Effect: Allow, Principal: '*', Action: s3:GetObject, Resource: x}}",
        "B",
    ),
    (
        "EC2::SecurityGroup",
        "SecurityGroupIngress: [{IpProtocol: tcp, CidrIp: 0.0.0.0/0}]",
        "SecurityGroupIngress",
    ),
    (
        "EC2::SecurityGroupIngress",
        "IpProtocol: tcp, CidrIpv6: '::/0'",
        "CidrIp",
    ),
    ("Lambda::Url", "AuthType: NONE", "AuthType"),
    (
        "S3::Bucket",
        "PublicAccessBlockConfiguration: {BlockPublicAcls: true}",
        "PublicAccessBlockConfiguration",
    ),
    (
        "ElasticLoadBalancingV2::LoadBalancer",
        "Type: network",
        "Scheme",
    ),
    ("ApiGatewayV2::Route", "RouteKey: a", "AuthorizationType"),
    (
        "ECS::Service",
        "NetworkConfiguration: {AwsvpcConfiguration: {AssignPublicIp: ENABLED}}",
        "PublicIp",
    ),
    ("EKS::Cluster", "Name: a", "ResourcesVpcConfig"),
];

#[test]
fn what_is_open_without_a_reason_is_refused() {
    for (kind, properties, key) in OPEN {
        let of = |reasons: &str| {
            let metadata = format!("{{Landfall: {{Open: {reasons}}}}}");
            let one = format!(
                "{{Type: 'AWS::{kind}', Metadata: {metadata}, Properties: {{{properties}}}}}"
            );
            read(&format!("Resources: {{One: {one}}}"))
        };
        assert!(of("{}").openings().is_err(), "{kind}");
        assert!(of(&format!("{{{key}: ' '}}")).openings().is_err(), "{kind}");
        let opened = of(&format!("{{{key}: it must be}}")).openings();
        assert_eq!(
            opened.unwrap_or_else(|fault| panic!("{fault}")).len(),
            1,
            "{kind}"
        );
        let stale = of(&format!("{{{key}: it must be, Other: it was once}}"));
        assert!(stale.openings().is_err(), "{kind}");
    }
}

#[test]
fn a_reason_says_something() {
    assert!(Reason::new(" ").is_none());
    assert_eq!(Reason::new(" why ").unwrap().to_string(), "why");
}
