//! What a function is invoked with.

use landfall_source::{Diagnostic, Result};
use serde_json::Value;

/// A payload, and how often it comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Payload {
    /// The event, as it is sent.
    pub body: Vec<u8>,
    /// How often it comes, against the others.
    pub weight: f64,
}

/// Reads one event: a document of JSON.
///
/// # Errors
/// Where the text is no JSON.
pub fn payload(name: &str, text: &str) -> Result<Payload> {
    let body = text.trim();
    serde_json::from_str::<Value>(body).map_err(|error| Box::new(not_json(name, error.line())))?;
    Ok(Payload {
        body: body.as_bytes().to_vec(),
        weight: 1.0,
    })
}

/// Reads events in JSON lines: each line an event, or `{"payload": ..., "weight": 3}`, as
/// AWS Lambda Power Tuning has its weighted payloads.
///
/// # Errors
/// Where a line is no JSON, or a weight is no number above zero.
pub fn payload_lines(name: &str, text: &str) -> Result<Vec<Payload>> {
    let mut found = Vec::new();
    for (row, line) in text.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let json: Value =
            serde_json::from_str(line).map_err(|_| Box::new(not_json(name, row + 1)))?;
        let weighted = json.as_object().filter(|object| object.len() == 2);
        let weighted = weighted.and_then(|object| object.get("payload").zip(object.get("weight")));
        let Some((event, weight)) = weighted else {
            found.push(Payload {
                body: line.trim().as_bytes().to_vec(),
                weight: 1.0,
            });
            continue;
        };
        let weight = weight
            .as_f64()
            .filter(|weight| weight.is_finite() && *weight > 0.0);
        let weight = weight.ok_or_else(|| {
            let what = format!("{name}:{}: the weight is no number above 0", row + 1);
            Box::new(Diagnostic::new(what).help("write how often it comes, as in \"weight\": 3"))
        })?;
        found.push(Payload {
            body: event.to_string().into_bytes(),
            weight,
        });
    }
    if found.is_empty() {
        let what = format!("{name}: there is no event in it");
        let help = "write one JSON document in each line";
        return Err(Box::new(Diagnostic::new(what).help(help)));
    }
    Ok(found)
}

fn not_json(name: &str, line: usize) -> Diagnostic {
    let problem = Diagnostic::new(format!("{name}:{line}: this is not JSON"));
    problem.help("write an event as the function gets it, in JSON")
}

/// Gives payloads in the proportion of their weights: always the one that is furthest behind.
#[derive(Debug, Clone)]
pub struct Mix {
    payloads: Vec<Payload>,
    given: Vec<f64>,
}

impl Mix {
    /// Of no payload, an empty event comes.
    pub fn new(mut payloads: Vec<Payload>) -> Self {
        if payloads.is_empty() {
            payloads.push(Payload {
                body: b"{}".to_vec(),
                weight: 1.0,
            });
        }
        let given = vec![0.0; payloads.len()];
        Self { payloads, given }
    }

    /// The next event.
    pub fn next_event(&mut self) -> &[u8] {
        let ahead = |(payload, given): &(&Payload, &mut f64)| (**given + 1.0) / payload.weight;
        let next = self.payloads.iter().zip(&mut self.given);
        let next = next.min_by(|a, b| ahead(a).total_cmp(&ahead(b)));
        next.map_or(&[], |(payload, given)| {
            *given += 1.0;
            payload.body.as_slice()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_events_or_weighted_events() {
        let text = "{\"id\": 1}\n\n{\"payload\": {\"id\": 2}, \"weight\": 3}\n[1]\n";
        let found = payload_lines("events.jsonl", text).unwrap();
        let bodies: Vec<_> = found
            .iter()
            .map(|one| std::str::from_utf8(&one.body).unwrap())
            .collect();
        assert_eq!(bodies, ["{\"id\": 1}", "{\"id\":2}", "[1]"]);
        assert_eq!(payload("event.json", " 3 ").unwrap().body, b"3");
        for (wrong, line) in [("{}\n{", 2), ("{\"payload\": 1, \"weight\": 0}", 1)] {
            let problem = payload_lines("e.jsonl", wrong).unwrap_err();
            let place = format!("e.jsonl:{line}: ");
            assert!(problem.message.starts_with(&place), "{}", problem.message);
            assert!(problem.help.is_some());
        }
        assert!(payload_lines("e.jsonl", "\n").is_err());
        assert!(payload("e.json", "{\n").is_err());
        assert_eq!(Mix::new(Vec::new()).next_event(), b"{}");
    }

    proptest! {
        #[test]
        fn payloads_come_by_their_weights(weights in prop::collection::vec(1..20_u32, 1..6)) {
            let payloads = weights.iter().enumerate().map(|(place, weight)| Payload {
                body: place.to_string().into_bytes(),
                weight: f64::from(*weight),
            });
            let mut mix = Mix::new(payloads.collect());
            let all: u32 = weights.iter().sum();
            let mut found = vec![0_u32; weights.len()];
            for _ in 0..all {
                let place: usize = String::from_utf8(mix.next_event().to_vec()).unwrap().parse().unwrap();
                found[place] += 1;
            }
            prop_assert_eq!(found, weights);
        }
    }
}
