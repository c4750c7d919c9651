//! What a graph leaves open: actions on every resource, and doors to the public. None can
//! be written without a reason.

use std::collections::BTreeSet;
use std::fmt;

use crate::graph::{Fault, Graph, Resource};
use crate::value::Node;

/// Where a block says why something is open: `Metadata/Landfall/Open`, by the `Sid` of a
/// statement or the property that opens the door.
pub(crate) const REASONS: &str = "Landfall/Open";

/// Why something is left open; never empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reason(String);

impl Reason {
    /// A reason; none of a text that says nothing.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Something that is left open, and why. There is none without a reason.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Opening {
    resource: String,
    kind: String,
    what: String,
    reason: Reason,
}

impl Opening {
    /// The id of the resource.
    pub fn resource(&self) -> &str {
        &self.resource
    }

    /// The type of the resource.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// What is open, in a few words.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// Why.
    pub const fn reason(&self) -> &Reason {
        &self.reason
    }
}

/// Something open, before its reason is known: the key of the reason, and what it is.
type Found = (String, String);

impl Graph {
    /// Everything that is left open, each with its reason.
    ///
    /// # Errors
    /// Something open that has no reason; a reason for what is not open.
    pub fn openings(&self) -> Result<Vec<Opening>, Fault> {
        let mut all = Vec::new();
        for one in &self.resources {
            let reasons = one.metadata.at(REASONS).map_or(&[][..], Node::entries);
            let mut used = BTreeSet::new();
            for (key, what) in open(one) {
                let given = reasons.iter().find(|(name, _)| *name == key);
                let reason = given.and_then(|(_, node)| Reason::new(node.text()?));
                let reason = reason.ok_or_else(|| {
                    Fault(format!(
                        "{}: {what}, and nothing under `{key}` says why",
                        one.id
                    ))
                })?;
                used.insert(key);
                all.push(Opening {
                    resource: one.id.clone(),
                    kind: one.kind.clone(),
                    what,
                    reason,
                });
            }
            if let Some((key, _)) = reasons.iter().find(|(key, _)| !used.contains(key)) {
                return Err(Fault(format!("{}: `{key}` is not open", one.id)));
            }
        }
        Ok(all)
    }
}

/// What a resource leaves open.
fn open(one: &Resource) -> Vec<Found> {
    let mut found = statements(&one.properties);
    found.extend(doors(one));
    found.extend(addresses(one));
    found
}

/// Statements, wherever they stand, that allow actions on everything or to everybody.
fn statements(properties: &Node) -> Vec<Found> {
    let mut found = Vec::new();
    properties.walk(&mut |node| {
        if node.get("Effect").and_then(Node::text) != Some("Allow") {
            return;
        }
        let text = |key: &str| node.get(key).and_then(Node::text);
        let sid = text("Sid").unwrap_or("Statement").to_owned();
        let is_star = |key: &str| {
            let values = node.get(key).map_or_else(Vec::new, Node::one_or_more);
            values.iter().any(|value| value.text() == Some("*"))
        };
        for action in node.get("Action").map_or_else(Vec::new, Node::one_or_more) {
            if is_star("Resource") {
                found.push((sid.clone(), format!("{action} on *")));
            }
        }
        let anybody = node.get("Principal").is_some_and(|who| {
            let aws = who.get("AWS").unwrap_or(who);
            aws.one_or_more()
                .iter()
                .any(|value| value.text() == Some("*"))
        });
        if anybody {
            found.push((sid, "allows anybody, under its conditions".to_owned()));
        }
    });
    found
}

/// Doors that the public can knock at.
fn doors(one: &Resource) -> Vec<Found> {
    let text = |path: &str| one.property(path).and_then(Node::text);
    let flag = |path: &str| one.property(path).and_then(Node::flag);
    let door = |is_open: bool, key: &str, what: &str| {
        let found = is_open.then(|| (key.to_owned(), what.to_owned()));
        found.into_iter().collect::<Vec<Found>>()
    };
    match one.kind.as_str() {
        "AWS::EC2::SecurityGroup" => {
            let rules = one.property("SecurityGroupIngress").map(Node::items);
            let rules = rules.into_iter().flatten();
            rules
                .flat_map(|rule| door(is_anywhere(rule), "SecurityGroupIngress", &ingress(rule)))
                .collect()
        }
        "AWS::EC2::SecurityGroupIngress" => {
            let rule = &one.properties;
            door(is_anywhere(rule), "CidrIp", &ingress(rule))
        }
        "AWS::EC2::EIP" => door(true, "Address", "a public address"),
        "AWS::EC2::Subnet" => {
            let key = "MapPublicIpOnLaunch";
            door(
                flag(key) == Some(true),
                key,
                "public addresses for what starts there",
            )
        }
        "AWS::Lambda::Url" => {
            let is_open = text("AuthType") != Some("AWS_IAM");
            door(is_open, "AuthType", "an address that anybody may call")
        }
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => {
            let is_open = text("Scheme") != Some("internal");
            door(is_open, "Scheme", "a load balancer that faces the internet")
        }
        "AWS::ApiGatewayV2::Route" => {
            let is_open = matches!(text("AuthorizationType"), None | Some("NONE"));
            door(
                is_open,
                "AuthorizationType",
                "a route that nothing authorises",
            )
        }
        "AWS::EKS::Cluster" => {
            let is_open = flag("ResourcesVpcConfig/EndpointPublicAccess") != Some(false);
            door(
                is_open,
                "ResourcesVpcConfig",
                "an API of Kubernetes that faces the internet",
            )
        }
        "AWS::S3::Bucket" => {
            let key = "PublicAccessBlockConfiguration";
            let is_closed = BLOCKS
                .iter()
                .all(|block| flag(&format!("{key}/{block}")) == Some(true));
            door(!is_closed, key, "a bucket that may be made public")
        }
        _ => Vec::new(),
    }
}

/// What keeps a bucket from being made public, all together.
const BLOCKS: [&str; 4] = [
    "BlockPublicAcls",
    "BlockPublicPolicy",
    "IgnorePublicAcls",
    "RestrictPublicBuckets",
];

/// Public addresses of what runs, wherever they are asked for.
fn addresses(one: &Resource) -> Option<Found> {
    let mut has_address = false;
    one.properties.walk(&mut |node| {
        let assigned = node.get("AssignPublicIp").and_then(Node::text) == Some("ENABLED");
        let associated = node.get("AssociatePublicIpAddress").and_then(Node::flag) == Some(true);
        has_address |= assigned || associated;
    });
    let what = "a public address for what runs";
    has_address.then(|| ("PublicIp".to_owned(), what.to_owned()))
}

/// Whether a rule of a security group takes connections from everywhere.
fn is_anywhere(rule: &Node) -> bool {
    let is = |key: &str, all: &str| rule.get(key).and_then(Node::text) == Some(all);
    is("CidrIp", "0.0.0.0/0") || is("CidrIpv6", "::/0")
}

fn ingress(rule: &Node) -> String {
    let text = |key: &str| {
        rule.get(key)
            .and_then(Node::text)
            .unwrap_or("all")
            .to_owned()
    };
    format!(
        "{} port {} from anywhere",
        text("IpProtocol"),
        text("FromPort")
    )
}
