//! Who reaches whom: security groups, routes and endpoints of a template.

use super::view::pieces;
use crate::graph::{Graph, Resource};
use crate::value::Node;

/// A place in the network: subnets and security groups, as far as the template says.
#[derive(Debug, Clone, Default)]
pub(super) struct Place<'g> {
    /// The subnets that stand in the template.
    pub(super) subnets: Vec<&'g Resource>,
    /// The security groups; none where one of them stands elsewhere.
    pub(super) groups: Option<Vec<&'g Resource>>,
}

/// The resources that a list names; none where one of them stands elsewhere.
pub(super) fn named<'g>(graph: &'g Graph, list: Option<&Node>) -> Option<Vec<&'g Resource>> {
    let list = list.filter(|node| node.call().is_none())?;
    list.one_or_more()
        .into_iter()
        .map(|node| graph.named_by(node))
        .collect()
}

impl<'g> Place<'g> {
    /// A place of lists of subnets and of security groups.
    pub(super) fn of(graph: &'g Graph, subnets: Option<&Node>, groups: Option<&Node>) -> Self {
        let groups = named(graph, groups).filter(|all| {
            !all.is_empty() && all.iter().all(|one| one.kind == "AWS::EC2::SecurityGroup")
        });
        let items = subnets.map(Node::one_or_more).unwrap_or_default();
        let subnets = items
            .into_iter()
            .filter_map(|node| graph.named_by(node))
            .filter(|one| one.kind == "AWS::EC2::Subnet");
        Self {
            subnets: subnets.collect(),
            groups,
        }
    }
}

/// Where a connection is stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stopped {
    /// The caller's groups let nothing out to there.
    Out,
    /// The other's groups admit nothing from there.
    In,
    /// The other's groups admit nobody on the port.
    Nobody,
}

/// Where a connection over TCP is stopped; none where it is let through, or where the
/// template does not say.
pub(super) fn stopped(
    graph: &Graph,
    from: &Place<'_>,
    to: &Place<'_>,
    port: f64,
) -> Option<Stopped> {
    let to_groups = to.groups.as_ref()?;
    let gates: Vec<Gate<'_>> = to_groups
        .iter()
        .flat_map(|group| rules(graph, group, Side::In))
        .filter(|gate| gate.opens(graph, port))
        .collect();
    if gates.is_empty() {
        return Some(Stopped::Nobody);
    }
    let from_groups = from.groups.as_ref()?;
    if !gates.iter().any(|gate| gate.meets(graph, from)) {
        return Some(Stopped::In);
    }
    // A group that says nothing lets everything out.
    let lets_all = from_groups.iter().any(|group| {
        group
            .property("SecurityGroupEgress")
            .is_none_or(|node| node.call().is_none() && node.items().is_empty())
    });
    let mut out = from_groups
        .iter()
        .flat_map(|group| rules(graph, group, Side::Out));
    let lets = lets_all || out.any(|gate| gate.opens(graph, port) && gate.meets(graph, to));
    (!lets).then_some(Stopped::Out)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    In,
    Out,
}

/// One rule of a security group.
#[derive(Debug, Clone, Copy)]
struct Gate<'g> {
    rule: &'g Node,
    side: Side,
}

/// The rules of a group on one side, wherever they stand.
fn rules<'g>(graph: &'g Graph, group: &'g Resource, side: Side) -> Vec<Gate<'g>> {
    let (key, kind) = match side {
        Side::In => ("SecurityGroupIngress", "AWS::EC2::SecurityGroupIngress"),
        Side::Out => ("SecurityGroupEgress", "AWS::EC2::SecurityGroupEgress"),
    };
    let own = group.property(key);
    let own = own.map(Node::one_or_more).unwrap_or_default();
    let others = graph.of_kind(kind).filter(|other| {
        other
            .property("GroupId")
            .is_some_and(|node| Graph::references(node).contains(&group.id))
    });
    own.into_iter()
        .chain(others.map(|other| &other.properties))
        .map(|rule| Gate { rule, side })
        .collect()
}

impl Gate<'_> {
    /// Whether it may be for a port of TCP.
    fn opens(self, graph: &Graph, port: f64) -> bool {
        if self.rule.call().is_some() {
            return true;
        }
        let text = |key: &str| {
            self.rule
                .get(key)
                .and_then(|node| graph.plain(node)?.text())
        };
        match text("IpProtocol") {
            Some("-1") | None => return true,
            Some("tcp" | "6") => {}
            Some(_) => return false,
        }
        let number = |key: &str| {
            self.rule
                .get(key)
                .and_then(|node| graph.plain(node)?.number())
        };
        match (number("FromPort"), number("ToPort")) {
            (Some(first), Some(last)) => first < 0.0 || (first <= port && port <= last),
            _ => true,
        }
    }

    /// Whether it may be about a place: one of its groups, an address range that may hold
    /// one of its subnets, or what the template does not say.
    fn meets(self, graph: &Graph, place: &Place<'_>) -> bool {
        if self.rule.call().is_some() {
            return true;
        }
        let keys = match self.side {
            Side::In => ["SourceSecurityGroupId", "SourcePrefixListId"],
            Side::Out => ["DestinationSecurityGroupId", "DestinationPrefixListId"],
        };
        let [group, list] = keys.map(|key| self.rule.get(key));
        if let Some(group) = group {
            let Some(named) = graph.named_by(group) else {
                return true;
            };
            let groups = place.groups.as_deref().unwrap_or_default();
            return groups.iter().any(|one| one.id == named.id);
        }
        if let Some(range) = self.rule.get("CidrIp") {
            return place.subnets.is_empty()
                || place.subnets.iter().any(|one| within(graph, one, range));
        }
        list.is_some()
            || self.rule.get("SourceSecurityGroupName").is_some()
            || self.rule.get("CidrIpv6").is_none()
    }
}

/// Whether a subnet may lie in a range of addresses.
fn within(graph: &Graph, subnet: &Resource, range: &Node) -> bool {
    let read = |node: &Node| graph.plain(node)?.text().and_then(cidr);
    let inner = subnet.property("CidrBlock").and_then(read);
    match (read(range), inner) {
        (Some((outer, wide)), Some((inner, narrow))) => {
            let bits = wide.min(narrow);
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            outer & mask == inner & mask
        }
        _ => true,
    }
}

/// An IPv4 range: its address and how many bits of it are fixed.
pub(super) fn cidr(text: &str) -> Option<(u32, u32)> {
    let (address, bits) = text.trim().split_once('/')?;
    let address: core::net::Ipv4Addr = address.parse().ok()?;
    let bits: u32 = bits.parse().ok()?;
    (bits <= 32).then_some((address.into(), bits))
}

/// The way from a subnet to addresses outside its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// None.
    Closed,
    /// Through an internet gateway, which needs a public address.
    Public,
    /// Through something that lends its own address, or where the template does not say.
    Open,
}

/// The way out of a subnet.
pub(super) fn way_out(graph: &Graph, subnet: &Resource) -> Way {
    let Some(tables) = tables(graph, subnet) else {
        return Way::Open;
    };
    let mut way = Way::Closed;
    for route in graph.of_kind("AWS::EC2::Route") {
        let of = route.property("RouteTableId");
        let of = of.map(Graph::references).unwrap_or_default();
        if !tables.iter().any(|table| of.contains(&table.id)) {
            continue;
        }
        match through(graph, route) {
            Way::Open => return Way::Open,
            Way::Public => way = Way::Public,
            Way::Closed => {}
        }
    }
    way
}

/// What a route leads through.
fn through(graph: &Graph, route: &Resource) -> Way {
    let Some(gateway) = route.property("GatewayId") else {
        let egress_only = route.property("EgressOnlyInternetGatewayId").is_some();
        // IPv6 alone reaches no registry that has no such address.
        return if egress_only { Way::Closed } else { Way::Open };
    };
    let target = graph.named_by(gateway);
    let to_internet = target.is_some_and(|one| one.kind == "AWS::EC2::InternetGateway");
    if !to_internet {
        return Way::Open;
    }
    let whole = route
        .property("DestinationCidrBlock")
        .is_some_and(|node| graph.plain(node).and_then(Node::text) == Some("0.0.0.0/0"));
    if whole || route.condition.is_some() {
        Way::Public
    } else {
        Way::Closed
    }
}

/// The route tables of a subnet, none of which it has where it is left to the main table
/// of a network of the template, which leads nowhere; none where one stands elsewhere.
fn tables<'g>(graph: &'g Graph, subnet: &Resource) -> Option<Vec<&'g Resource>> {
    let links = graph.of_kind("AWS::EC2::SubnetRouteTableAssociation");
    let mut found = Vec::new();
    for link in links {
        let of = link.property("SubnetId").map(Graph::references);
        if of.is_some_and(|ids| ids.contains(&subnet.id)) {
            found.push(graph.named_by(link.property("RouteTableId")?)?);
        }
    }
    if found.is_empty() {
        graph.named_by(subnet.property("VpcId")?)?;
    }
    Some(found)
}

/// The endpoint of a network for a service, as `ecr.dkr`.
#[derive(Debug, Clone)]
pub(super) enum Endpoint<'g> {
    /// There is none.
    Missing,
    /// There may be one, for a name or a network cannot be read.
    Unclear,
    /// It is there.
    There(&'g Resource),
}

/// Looks for the endpoint of a service that a subnet can use.
pub(super) fn endpoint<'g>(graph: &'g Graph, subnet: &Resource, service: &str) -> Endpoint<'g> {
    let network = subnet
        .property("VpcId")
        .and_then(|node| graph.named_by(node));
    let Some(network) = network else {
        return Endpoint::Unclear;
    };
    let tail = format!(".{service}");
    let mut unclear = false;
    for one in graph.of_kind("AWS::EC2::VPCEndpoint") {
        let in_network = one.property("VpcId").and_then(|node| graph.named_by(node));
        let name = one.property("ServiceName");
        let name = name.map(|node| pieces(graph.plain(node).unwrap_or(node)));
        let name = name.unwrap_or_default();
        if name.is_empty() || name.ends_with('}') || in_network.is_none() {
            unclear = true;
            continue;
        }
        if !name.ends_with(&tail) || in_network.is_some_and(|other| other.id != network.id) {
            continue;
        }
        let is_gateway = one
            .property("VpcEndpointType")
            .is_none_or(|node| node.text() == Some("Gateway"));
        if !is_gateway || routed(graph, subnet, one) {
            return Endpoint::There(one);
        }
    }
    if unclear {
        Endpoint::Unclear
    } else {
        Endpoint::Missing
    }
}

/// Whether a gateway endpoint is in the routes of a subnet.
fn routed(graph: &Graph, subnet: &Resource, endpoint: &Resource) -> bool {
    let Some(tables) = tables(graph, subnet) else {
        return true;
    };
    let Some(of) = endpoint.property("RouteTableIds") else {
        return false;
    };
    let ids = Graph::references(of);
    of.call().is_some() || tables.iter().any(|table| ids.contains(&table.id))
}
