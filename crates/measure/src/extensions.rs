//! The Extensions API of Lambda, version 2020-01-01: who is registered, and what they
//! are informed of.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::runtime_api::Reply;

/// Most extensions of a function ("Lambda extensions" in the AWS Lambda Developer Guide).
const MOST: usize = 10;

/// What an extension asks to be informed of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    /// The name that it gave.
    pub name: String,
    /// It wants to know of invocations.
    pub invoke: bool,
    /// It wants to know of the end.
    pub shutdown: bool,
}

/// Who is registered in one environment, by identifier.
#[derive(Debug, Clone, Default)]
pub struct Extensions {
    registered: BTreeMap<String, Extension>,
    is_closed: bool,
}

impl Extensions {
    /// Registers an extension under a new identifier. `name` is its header
    /// `Lambda-Extension-Name`, `body` the document with its `events`.
    ///
    /// # Errors
    /// What it is refused with.
    pub fn register(
        &mut self,
        identifier: &str,
        name: Option<&str>,
        body: &[u8],
    ) -> Result<(), Reply> {
        let refuse = |kind: &str, message: &str| Err(Reply::refused(403, kind, message));
        let Some(name) = name.filter(|name| !name.is_empty()) else {
            return refuse("Extension.InvalidExtensionName", "Empty extension name");
        };
        if self.is_closed {
            let message = "Extension registration closed already";
            return refuse("Extension.RegistrationClosed", message);
        }
        if self.registered.len() >= MOST {
            return refuse("Extension.TooManyExtensions", "Too many extensions");
        }
        if self.registered.values().any(|one| one.name == name) {
            let message = "Extension with this name already registered";
            return refuse("Extension.AlreadyRegistered", message);
        }
        let events = match serde_json::from_slice::<Value>(body) {
            Ok(json) => json.get("events").cloned().unwrap_or_else(|| json!([])),
            Err(_) if body.is_empty() => json!([]),
            Err(error) => return refuse("InvalidRequestFormat", &error.to_string()),
        };
        let events = events.as_array().map(Vec::as_slice).unwrap_or_default();
        let mut extension = Extension {
            name: name.to_owned(),
            invoke: false,
            shutdown: false,
        };
        for event in events {
            match event.as_str() {
                Some("INVOKE") => extension.invoke = true,
                Some("SHUTDOWN") => extension.shutdown = true,
                _ => {
                    let message = format!("{event} is no event");
                    return refuse("Extension.InvalidEventType", &message);
                }
            }
        }
        self.registered.insert(identifier.to_owned(), extension);
        Ok(())
    }

    /// Who has an identifier, by the header `Lambda-Extension-Identifier`.
    ///
    /// # Errors
    /// What the request is refused with.
    pub fn known(&self, identifier: Option<&str>) -> Result<&Extension, Reply> {
        let Some(identifier) = identifier else {
            let message = "Missing Lambda-Extension-Identifier header";
            let kind = "Extension.MissingExtensionIdentifier";
            return Err(Reply::refused(403, kind, message));
        };
        self.registered.get(identifier).ok_or_else(|| {
            let kind = "Extension.UnknownExtensionIdentifier";
            Reply::refused(403, kind, "Unknown extension")
        })
    }

    /// From the first invocation on nobody can register.
    pub const fn close(&mut self) {
        self.is_closed = true;
    }

    /// Identifiers of those who want to know of invocations, or of the end.
    pub fn who_want(&self, end: bool) -> impl Iterator<Item = &str> {
        let wants = move |one: &&Extension| if end { one.shutdown } else { one.invoke };
        let all = self.registered.iter();
        all.filter(move |(_, one)| wants(one))
            .map(|(identifier, _)| identifier.as_str())
    }

    /// Nobody is registered.
    pub fn is_empty(&self) -> bool {
        self.registered.is_empty()
    }
}

/// The event of an invocation.
pub fn invoke_event(id: &str, deadline_ms: u64, function: &str, trace: &str) -> String {
    json!({
        "eventType": "INVOKE",
        "deadlineMs": deadline_ms,
        "requestId": id,
        "invokedFunctionArn": function,
        "tracing": { "type": "X-Amzn-Trace-Id", "value": trace },
    })
    .to_string()
}

/// The event of the end: `spindown`, `timeout` or `failure`.
pub fn shutdown_event(deadline_ms: u64, reason: &str) -> String {
    json!({
        "eventType": "SHUTDOWN",
        "deadlineMs": deadline_ms,
        "shutdownReason": reason,
    })
    .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_registers_is_known_and_informed() {
        let mut all = Extensions::default();
        let both = br#"{"events": ["INVOKE", "SHUTDOWN"]}"#;
        all.register("1", Some("logs"), both).unwrap();
        all.register("2", Some("quiet"), b"").unwrap();
        assert_eq!(all.who_want(false).collect::<Vec<_>>(), ["1"]);
        assert_eq!(all.who_want(true).collect::<Vec<_>>(), ["1"]);
        assert_eq!(all.known(Some("2")).unwrap().name, "quiet");
        let kind = |reply: Reply| {
            assert_eq!(reply.status, 403);
            let json: Value = serde_json::from_str(&reply.body).unwrap();
            json["errorType"].as_str().unwrap().to_owned()
        };
        assert_eq!(
            kind(all.known(Some("3")).unwrap_err()),
            "Extension.UnknownExtensionIdentifier"
        );
        assert_eq!(
            kind(all.known(None).unwrap_err()),
            "Extension.MissingExtensionIdentifier"
        );
        for (name, body, wanted) in [
            (None, &both[..], "Extension.InvalidExtensionName"),
            (Some("logs"), &both[..], "Extension.AlreadyRegistered"),
            (Some("x"), b"{", "InvalidRequestFormat"),
            (
                Some("x"),
                br#"{"events": ["START"]}"#,
                "Extension.InvalidEventType",
            ),
        ] {
            assert_eq!(kind(all.register("9", name, body).unwrap_err()), wanted);
        }
        for more in 3..=MOST {
            let name = more.to_string();
            all.register(&name, Some(&name), both).unwrap();
        }
        let many = all.register("99", Some("more"), both).unwrap_err();
        assert_eq!(kind(many), "Extension.TooManyExtensions");
        all.close();
        let late = all.register("99", Some("more"), both).unwrap_err();
        assert_eq!(kind(late), "Extension.RegistrationClosed");
    }
}
