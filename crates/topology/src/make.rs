//! From facts to what may stand around a workload.

use landfall_catalog::{AlarmRow, Insights, ProfileRow};

use crate::door::FrontDoor;
use crate::needs::{Needs, Stance};
use crate::topology::{Network, Placement, Topology};

/// Every topology that the facts allow, the one with the fewest parts first; at least one.
/// Where several are given, they differ in how traffic leaves the network, and the cheapest
/// is the one to take.
pub fn possible(needs: &Needs<'_>) -> Vec<Topology> {
    let base = base(needs);
    if base.placement == Placement::Outside {
        return vec![base];
    }
    let mut found = Vec::new();
    let row = needs.rows.network(&needs.platform.id);
    // A network load balancer keeps the addresses of callers, so that what stands behind it
    // must admit them; with public addresses it could be reached past it.
    let can_be_public =
        row.is_some_and(|row| row.is_public) && base.front_door != Some(FrontDoor::Nlb);
    let stance = needs.stance();
    if can_be_public && stance != Stance::Private {
        found.push(Topology {
            placement: Placement::Public,
            ..base.clone()
        });
    }
    if found.is_empty() || stance == Stance::Cheapest {
        found.extend(private(needs, &base));
    }
    found
}

/// The ways out of private subnets: none where nothing is called, else endpoints for what is
/// called, or NAT gateways; those alone where something outside AWS is called. An account's
/// own network has its way out already.
fn private(needs: &Needs<'_>, base: &Topology) -> Vec<Topology> {
    let base = Topology {
        placement: Placement::Private,
        ..base.clone()
    };
    if base.network == Network::Existing {
        return vec![base];
    }
    let calls = calls(needs);
    // Answers go to open connections through the public address of the API: an endpoint for
    // APIs leads to private ones alone.
    let is_answering = needs.front_door() == Some(FrontDoor::WebSocketApi);
    let goes_out = needs.asked.outbound || is_answering;
    if calls.is_empty() && !goes_out {
        return vec![base];
    }
    let in_each_zone = profile(needs).is_some_and(|row| row.nat_in_each_zone);
    let nat = Topology {
        nat_gateways: if in_each_zone { base.zones } else { 1 },
        ..base.clone()
    };
    let endpoints = Topology {
        endpoints: calls.clone(),
        ..base
    };
    match (goes_out, calls.is_empty()) {
        (true, true) => vec![nat],
        // What is called often may go through endpoints, past the gateway that is there.
        (true, false) => vec![
            Topology {
                endpoints: Vec::new(),
                ..nat.clone()
            },
            Topology {
                endpoints: calls,
                ..nat
            },
        ],
        (false, _) => vec![endpoints, nat],
    }
}

/// What is called through the network, by the name of its endpoint.
fn calls(needs: &Needs<'_>) -> Vec<String> {
    let row = needs.rows.network(&needs.platform.id);
    let mut calls: Vec<String> = row.map_or_else(Vec::new, |row| row.calls.clone());
    // Nobody opens a shell in a task that a schedule starts.
    if needs.trigger() == Some("schedule") {
        calls.retain(|call| call != "ssmmessages");
    }
    // A queue is polled by Lambda for functions, and by tasks themselves.
    if needs.has_queue() && !needs.is_function() {
        calls.push("sqs".to_owned());
    }
    calls.sort();
    calls
}

fn profile<'n>(needs: &Needs<'n>) -> Option<&'n ProfileRow> {
    needs.rows.profile(needs.profile.word())
}

/// What does not depend on the way out.
fn base(needs: &Needs<'_>) -> Topology {
    let profile = profile(needs);
    let wants_network = profile.is_some_and(|row| row.functions_in_network);
    let door = needs.front_door();
    let is_inside = !needs.is_outside() || needs.asked.is_bound() || wants_network;
    // A load balancer stands in public subnets, whatever is behind it.
    let needs_network = is_inside || door.is_some_and(FrontDoor::is_balancer);
    let network = match (needs_network, needs.asked.existing) {
        (false, _) => Network::None,
        (true, true) => Network::Existing,
        (true, false) => Network::Made,
    };
    let tags = needs.tags(door);
    let is_set = |row: &&AlarmRow| {
        let has = |word: &String| tags.contains(&word.as_str());
        row.all.iter().all(has) && !row.none.iter().any(has)
    };
    let alarms = |of_stack: bool| -> Vec<String> {
        let rows = needs.rows.alarms.iter().filter(is_set);
        let rows = rows.filter(|row| row.is_of_stack == of_stack);
        rows.map(|row| row.id.clone()).collect()
    };
    Topology {
        profile: needs.profile,
        placement: if is_inside {
            Placement::Private
        } else {
            Placement::Outside
        },
        network,
        zones: needs.zones.max(1),
        nat_gateways: 0,
        endpoints: Vec::new(),
        front_door: door,
        keys: 1,
        queues: u32::from(needs.has_queue()),
        alarms: alarms(false),
        stack_alarms: alarms(true),
        insights: insights(needs, profile),
        has_tracing: needs.is_function() && profile.is_some_and(|row| row.tracing),
        has_files: needs.asked.files,
        log_days: profile.map_or(0, |row| row.log_days),
        bucket_days: profile.map_or(0, |row| row.bucket_days),
        copies: needs.asked.copies,
    }
}

/// Clusters of ECS alone have them.
fn insights(needs: &Needs<'_>, profile: Option<&ProfileRow>) -> Insights {
    let row = profile.filter(|_| needs.platform.orchestrator == "ecs");
    row.map_or(Insights::None, |row| row.insights)
}
