//! Access logs: of an Application Load Balancer, and the common and combined formats of
//! nginx and Apache.

use std::collections::BTreeMap;
use std::io::{Error, Read};

use landfall_workload::{FactId, Value};

use crate::finding::{Found, Part, Place};
use crate::formats::lambda_log::stem;
use crate::lines::{each_line, number, seconds, time};
use crate::measured;
use crate::samples::{Arrivals, Quantiles, thousands};
use crate::settings;

/// What an entry of a load balancer's log begins with.
const TYPES: [&[u8]; 6] = [b"http", b"https", b"h2", b"grpcs", b"ws", b"wss"];
/// Most groups of targets that are told apart.
const MOST_GROUPS: usize = 1_000;
/// Where the target group stands in an entry of a load balancer's log.
const GROUP_FIELD: usize = 16;

/// Whether the beginning of an input is a load balancer's log.
pub(crate) fn is_balancer(head: &[u8]) -> bool {
    first_line(head).is_some_and(|line| of_balancer(line).is_some())
}

/// Whether the beginning of an input is in the common or the combined format.
pub(crate) fn is_common(head: &[u8]) -> bool {
    first_line(head).is_some_and(|line| of_common(line).is_some())
}

fn first_line(head: &[u8]) -> Option<&[u8]> {
    let mut lines = head.split(|byte| *byte == b'\n');
    lines.find(|line| !line.trim_ascii().is_empty())
}

/// What one line says.
#[derive(Debug, Clone, Copy)]
struct Entry<'l> {
    group: &'l [u8],
    at_s: f64,
    /// None where nothing was dispatched, or the log does not tell.
    duration_s: Option<f64>,
    received: Option<f64>,
    sent: Option<f64>,
    status: u32,
    is_connection: bool,
}

/// The fields of a line, which blanks part and quotes hold together.
struct Fields<'l> {
    rest: &'l [u8],
}

impl<'l> Iterator for Fields<'l> {
    type Item = &'l [u8];

    fn next(&mut self) -> Option<&'l [u8]> {
        let rest = self.rest.trim_ascii_start();
        let (start, end, next) = if rest.first()? == &b'"' {
            let mut end = 1;
            loop {
                end += memchr::memchr(b'"', rest.get(end..)?)?;
                if rest.get(end - 1) != Some(&b'\\') {
                    break;
                }
                end += 1;
            }
            (1, end, end + 1)
        } else {
            let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
            (0, end, end)
        };
        self.rest = rest.get(next..).unwrap_or_default();
        rest.get(start..end)
    }
}

/// An entry of a load balancer's log.
fn of_balancer(line: &[u8]) -> Option<Entry<'_>> {
    let mut fields = Fields { rest: line };
    let kind = fields.next()?;
    if !TYPES.contains(&kind) {
        return None;
    }
    let at_s = time(fields.next()?)?;
    let mut next = || fields.next();
    let (_elb, _client, _target) = (next()?, next()?, next()?);
    let (_before, duration, _after) = (next()?, next()?, next()?);
    let (status, _target_status) = (next()?, next()?);
    let (received, sent) = (next()?, next()?);
    // The request, who asks, cipher, protocol.
    let group = fields.nth(GROUP_FIELD - 12).unwrap_or(b"-");
    Some(Entry {
        group: group_name(group),
        at_s,
        // What is -1 was not dispatched.
        duration_s: number(duration),
        received: number(received),
        sent: number(sent),
        status: number(status).map_or(0, |status| status as u32),
        is_connection: matches!(kind, b"ws" | b"wss"),
    })
}

/// The name in the ARN of a target group; nothing for none.
fn group_name(arn: &[u8]) -> &[u8] {
    let mut parts = arn.split(|byte| *byte == b'/');
    parts.nth(1).unwrap_or_default()
}

/// An entry in the common or the combined format.
fn of_common(line: &[u8]) -> Option<Entry<'_>> {
    let start = memchr::memchr(b'[', line)?;
    // Before the time stand three fields: host, identity, user.
    let before = line.get(..start)?.trim_ascii();
    if memchr::memchr_iter(b' ', before).count() < 2 {
        return None;
    }
    let rest = line.get(start + 1..)?;
    let end = memchr::memchr(b']', rest)?;
    let text = rest.get(..end)?;
    // nginx writes `$time_local` or `$time_iso8601`.
    let at_s = common_time(text).or_else(|| time(text))?;
    let mut fields = Fields {
        rest: rest.get(end + 1..)?,
    };
    let _request = fields.next()?;
    let status = number(fields.next()?)?;
    if !(100.0..1_000.0).contains(&status) {
        return None;
    }
    let sent = fields.next()?;
    let is_size = sent == b"-" || number(sent).is_some();
    is_size.then(|| Entry {
        group: &[],
        at_s,
        duration_s: timed(fields),
        received: None,
        sent: Some(number(sent).unwrap_or(0.0)),
        status: status as u32,
        is_connection: false,
    })
}

/// Keys under which people log nginx's times, in seconds: that of the service behind it
/// before that of the whole request (nginx, `ngx_http_upstream_module`, `ngx_http_log_module`).
const TIMES: [(&[u8], bool); 4] = [
    (b"urt=", true),
    (b"upstream_response_time=", true),
    (b"rt=", false),
    (b"request_time=", false),
];

/// The time that fields behind an entry tell.
fn timed(mut fields: Fields<'_>) -> Option<f64> {
    let mut whole = None;
    loop {
        // What a client sends stands in quotes.
        let is_quoted = fields.rest.trim_ascii_start().starts_with(b"\"");
        let Some(field) = fields.next() else {
            return whole;
        };
        // Both keys begin so; most fields do not.
        if is_quoted || !matches!(field.first(), Some(b'u' | b'r')) {
            continue;
        }
        let known = TIMES.iter().find_map(|(key, is_upstream)| {
            Some((seconds_of(field.strip_prefix(*key)?)?, *is_upstream))
        });
        match known {
            Some((upstream, true)) => return Some(upstream),
            Some((request, false)) => whole = Some(request),
            None => {}
        }
    }
}

/// Seconds as nginx writes them, with three decimals; several of them, as of attempts one
/// after another, are none.
fn seconds_of(text: &[u8]) -> Option<f64> {
    let text = text.strip_prefix(b"\"").unwrap_or(text);
    let text = text.strip_suffix(b"\"").unwrap_or(text);
    let point = text.iter().position(|byte| *byte == b'.')?;
    let is_plain = text
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'.');
    (is_plain && text.len() == point + 4)
        .then(|| number(text))
        .flatten()
}

/// Seconds since 1970 of `01/Nov/2026:10:00:00 +0100`.
fn common_time(text: &[u8]) -> Option<f64> {
    let digits = |from: usize, to: usize| {
        let digits = text.get(from..to)?.iter();
        digits.clone().all(u8::is_ascii_digit).then_some(())?;
        Some(digits.fold(0_i64, |sum, byte| sum * 10 + i64::from(byte - b'0')))
    };
    let month = match text.get(3..6)? {
        b"Jan" => 1,
        b"Feb" => 2,
        b"Mar" => 3,
        b"Apr" => 4,
        b"May" => 5,
        b"Jun" => 6,
        b"Jul" => 7,
        b"Aug" => 8,
        b"Sep" => 9,
        b"Oct" => 10,
        b"Nov" => 11,
        b"Dec" => 12,
        _ => return None,
    };
    let at_s = seconds(
        digits(7, 11)?,
        month,
        digits(0, 2)?,
        digits(12, 14)?,
        digits(15, 17)?,
        digits(18, 20)?,
    )?;
    let ahead = digits(22, 24).zip(digits(24, 26));
    let ahead_s = ahead.map_or(0.0, |(hours, minutes)| {
        (hours * 3_600 + minutes * 60) as f64
    });
    match text.get(21) {
        Some(b'+') => Some(at_s - ahead_s),
        Some(b'-') => Some(at_s + ahead_s),
        _ => Some(at_s),
    }
}

/// Requests to one group of targets.
#[derive(Debug, Default)]
struct Group {
    arrivals: Arrivals,
    durations_s: Quantiles,
    total_s: f64,
    received: Quantiles,
    sent: Quantiles,
    failed: u64,
    connections: u64,
}

impl Group {
    fn add(&mut self, entry: Entry<'_>) {
        self.arrivals.add(entry.at_s);
        self.failed += u64::from(entry.status >= 500);
        if entry.is_connection {
            self.connections += 1;
            return;
        }
        if let Some(duration_s) = entry.duration_s {
            self.durations_s.add(duration_s);
            self.total_s += duration_s;
        }
        if let Some(received) = entry.received {
            self.received.add(received);
        }
        if let Some(sent) = entry.sent {
            self.sent.add(sent);
        }
    }

    fn found(mut self, file: &str, name: &str, is_balancer: bool, part: &mut Part) -> Found {
        let mut found = Found::new(name);
        found.is_measured = true;
        if name.is_empty() {
            found.also.push(stem(file).to_owned());
        }
        let requests = self.arrivals.number();
        let days = self
            .arrivals
            .days()
            .map_or(String::new(), |days| format!(", {days}"));
        let place = Place::samples(file, format!("{} requests{days}", thousands(requests)));
        if self.connections * 2 > requests {
            settings::trigger(&mut found, "websocket", place.clone(), None);
            found.holds(FactId::PersistentConnections, place.clone());
        } else {
            settings::trigger(&mut found, "http", place.clone(), None);
        }
        if is_balancer && self.connections * 2 <= requests {
            settings::front_door(&mut found, "alb", place.clone());
        }
        measured::durations(&self.durations_s, &place, &mut found, None);
        measured::payload(&self.received, FactId::Request, &place, &mut found);
        measured::payload(&self.sent, FactId::Response, &place, &mut found);
        measured::traffic(&mut self.arrivals, 0, file, &mut found, part);
        let of = if name.is_empty() {
            String::new()
        } else {
            format!("{name}: ")
        };
        let mut note = |what: String| part.unused(format!("{of}{what}"), place.clone());
        if self.durations_s.number() > 0 {
            let busy = self.total_s / self.arrivals.span_s().max(1.0);
            let busy = Value::exact(busy).show(FactId::PeakToMean);
            note(format!("under way at once on average: {busy}"));
        }
        if self.connections > 0 {
            note(format!(
                "connections of WebSocket: {}",
                thousands(self.connections)
            ));
        }
        if self.failed > 0 {
            note(format!(
                "answered with an error of the server: {}",
                thousands(self.failed)
            ));
        }
        found
    }
}

/// Reads a log; `is_balancer` says of which kind.
///
/// # Errors
/// What reading comes to.
pub(crate) fn read_lines(file: &str, input: impl Read, is_balancer: bool) -> Result<Part, Error> {
    let mut groups: BTreeMap<Vec<u8>, Group> = BTreeMap::new();
    // A common log has no groups.
    let mut all = Group::default();
    let (mut odd, mut undirected) = (0_u64, 0_u64);
    each_line(input, |line, _| {
        let entry = if is_balancer {
            of_balancer(line)
        } else {
            of_common(line)
        };
        let Some(entry) = entry else {
            odd += u64::from(!line.trim_ascii().is_empty());
            return;
        };
        if is_balancer && entry.group.is_empty() {
            undirected += 1;
        } else if !is_balancer {
            all.add(entry);
        } else if let Some(group) = groups.get_mut(entry.group) {
            group.add(entry);
        } else if groups.len() < MOST_GROUPS {
            groups.entry(entry.group.to_vec()).or_default().add(entry);
        } else {
            odd += 1;
        }
    })?;
    if all.arrivals.number() > 0 {
        groups.insert(Vec::new(), all);
    }
    let mut part = Part::default();
    let place = |number: u64| Place::samples(file, thousands(number));
    if odd > 0 {
        part.unread("lines of another form", place(odd));
    }
    if undirected > 0 {
        let what = "requests that went to no group of targets: redirects, fixed answers, refused";
        part.unused(what, place(undirected));
    }
    for (name, group) in groups {
        let name = String::from_utf8_lossy(&name).into_owned();
        let found = group.found(file, &name, is_balancer, &mut part);
        part.found.push(found);
    }
    Ok(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_behind_an_entry_are_read_by_their_names() {
        let line = |end: &str| {
            let line = format!("h - - [01/Nov/2026:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5{end}");
            of_common(line.as_bytes()).unwrap().duration_s
        };
        for (end, wanted) in [
            ("", None),
            (" \"-\" \"rt=1.000\"", None),
            (" \"-\" \"curl\" 0.250", None),
            (" \"-\" \"curl\" rt=0.250", Some(0.25)),
            (" \"-\" \"curl\" rt=0.250 urt=\"0.123\"", Some(0.123)),
            (
                " \"-\" \"curl\" request_time=0.250 upstream_response_time=-",
                Some(0.25),
            ),
            (" rt=250", None),
            (" rt=\"0.001, 0.200\"", None),
        ] {
            assert_eq!(line(end), wanted, "{end}");
        }
        let iso = b"h - - [2026-11-01T10:00:00+01:00] \"GET / HTTP/1.1\" 200 5";
        let at_s = of_common(iso).unwrap().at_s;
        assert!((at_s - 1_793_523_600.0).abs() < 1e-6, "{at_s}");
    }
}
