//! What a port tells of what starts the work.

use landfall_workload::FactId;

use crate::finding::{Found, Place};
use crate::settings;

/// Ports on which HTTP is usual.
const USUAL: [u32; 14] = [
    80, 443, 3000, 3001, 4000, 5000, 5001, 8000, 8001, 8080, 8081, 8443, 8888, 9000,
];

/// Why HTTP is a guess where it is proven.
const LIKE: &str = "WebSocket would look the same";

/// A port that others reach from outside.
#[derive(Debug, Clone)]
pub(crate) struct Port {
    /// The number in the container, where it is known.
    pub(crate) number: Option<u32>,
    /// Whether it takes datagrams.
    pub(crate) is_udp: bool,
    /// Whether it is said to speak HTTP.
    pub(crate) is_http: bool,
    pub(crate) place: Place,
}

/// What ports that are published say: HTTP where it is proven, UDP where nothing else is
/// there; HTTP as a guess by its number.
pub(crate) fn published(found: &mut Found, ports: &[Port], proof: Option<(Place, &str)>) {
    for port in ports.iter().filter(|port| port.is_udp) {
        found.holds(FactId::NonHttpListener, port.place.clone());
    }
    if let Some((place, what)) = proof {
        settings::trigger(found, "http", place, Some(format!("{what}; {LIKE}")));
        return;
    }
    let tcp: Vec<&Port> = ports.iter().filter(|port| !port.is_udp).collect();
    if let Some(http) = tcp.iter().find(|port| port.is_http) {
        let why = format!("its port is said to speak HTTP; {LIKE}");
        settings::trigger(found, "http", http.place.clone(), Some(why));
        return;
    }
    let is_usual = |port: &&&Port| port.number.is_some_and(|number| USUAL.contains(&number));
    let name = |port: &Port| {
        port.number
            .map_or(String::new(), |number| format!(" {number}"))
    };
    match (tcp.as_slice(), ports.first()) {
        ([], Some(first)) => settings::trigger(found, "udp", first.place.clone(), None),
        (all, _) => {
            if let Some(port) = all.iter().find(is_usual) {
                let why = format!(
                    "it publishes the port{}, which is usual for HTTP",
                    name(port)
                );
                settings::trigger(found, "http", port.place.clone(), Some(why));
            } else if let Some(port) = all.first() {
                let hint = format!("it publishes the port{}", name(port));
                found.ask(FactId::Trigger, hint, port.place.clone());
            }
        }
    }
}
