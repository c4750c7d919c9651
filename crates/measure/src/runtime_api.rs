//! The Runtime API of Lambda, version 2018-06-01: what it answers and what that means.
//!
//! No socket is here: an [`Exchange`] takes what a runtime sends and gives what it is
//! answered. Codes and types are those of the AWS Lambda Runtime Interface Emulator and of
//! "Using the Lambda runtime API" in the AWS Lambda Developer Guide.

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Value, json};

/// Ids that have ended are remembered so far back.
const REMEMBERED: usize = 64;
/// Lambda lets a response have so many bytes more than the limit of its payload.
const ENVELOPE_BYTES: u64 = 100;

/// What a request is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// A document of JSON.
    pub body: String,
}

impl Reply {
    /// What is accepted.
    pub fn accepted() -> Self {
        Self {
            status: 202,
            body: "{\"status\":\"OK\"}\n".to_owned(),
        }
    }

    /// What is refused, with the type of the error.
    pub fn refused(status: u16, kind: &str, message: &str) -> Self {
        let body = json!({ "errorMessage": message, "errorType": kind });
        Self {
            status,
            body: format!("{body}\n"),
        }
    }
}

/// How an invocation ended, as its runtime said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// With a response.
    Answered {
        /// Its size.
        bytes: u64,
    },
    /// With an error.
    Failed(Failure),
}

/// What a runtime said of an error.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// The type, as `Function.Unknown`.
    pub kind: String,
    /// The error of the function, as `KeyError: 'id'`; it may be empty.
    pub message: String,
}

/// A response as it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Response<'r> {
    /// Bytes of the body.
    pub bytes: u64,
    /// `Lambda-Runtime-Function-Response-Mode`.
    pub mode: Option<&'r str>,
    /// The body ended before its length.
    pub is_cut: bool,
    /// The trailers `Lambda-Runtime-Function-Error-Type` and `-Error-Body` of a streamed
    /// response that failed on its way.
    pub error: Option<(&'r str, &'r str)>,
}

/// The invocations of one environment.
#[derive(Debug, Clone)]
pub struct Exchange {
    largest_response: u64,
    running: BTreeSet<String>,
    /// Ended, with the newest last.
    ended: VecDeque<String>,
}

impl Exchange {
    /// No invocation yet; a buffered response may have so many bytes.
    pub const fn new(largest_response: u64) -> Self {
        Self {
            largest_response,
            running: BTreeSet::new(),
            ended: VecDeque::new(),
        }
    }

    /// An invocation is handed out.
    pub fn begin(&mut self, id: &str) {
        self.running.insert(id.to_owned());
    }

    /// A runtime sends a response: what it is answered, and how the invocation ended, if it
    /// did.
    pub fn respond(&mut self, id: &str, response: Response<'_>) -> (Reply, Option<Ended>) {
        if let Some(refused) = self.refuse(id) {
            return (refused, None);
        }
        let is_streamed = match response.mode.map(str::to_ascii_lowercase).as_deref() {
            None | Some("") => false,
            Some("streaming") => true,
            Some(_) => {
                let kind = "InvalidFunctionResponseMode";
                return (
                    Reply::refused(400, kind, "Invalid function response mode"),
                    None,
                );
            }
        };
        let failed = |kind: &str, message: String| {
            Ended::Failed(Failure {
                kind: kind.to_owned(),
                message,
            })
        };
        if response.is_cut {
            self.end(id);
            let ended = failed(
                "Runtime.TruncatedResponse",
                "the response was cut".to_owned(),
            );
            let reply = Reply::refused(400, "TruncatedHTTPRequest", "HTTP request was truncated");
            return (reply, Some(ended));
        }
        self.end(id);
        if let Some((kind, body)) = response.error {
            let failure = failure(Some(kind), body.as_bytes());
            return (Reply::accepted(), Some(Ended::Failed(failure)));
        }
        let most = self.largest_response + ENVELOPE_BYTES;
        if !is_streamed && response.bytes > most {
            let text = format!("Exceeded maximum allowed payload size ({most} bytes).");
            let kind = "Function.ResponseSizeTooLarge";
            let message = format!(
                "the response has {} bytes of at most {most}",
                response.bytes
            );
            let reply = Reply::refused(413, "RequestEntityTooLarge", &text);
            return (reply, Some(failed(kind, message)));
        }
        let bytes = response.bytes;
        (Reply::accepted(), Some(Ended::Answered { bytes }))
    }

    /// A runtime sends an error; `kind` is its header `Lambda-Runtime-Function-Error-Type`.
    pub fn fail(&mut self, id: &str, kind: Option<&str>, body: &[u8]) -> (Reply, Option<Ended>) {
        if let Some(refused) = self.refuse(id) {
            return (refused, None);
        }
        self.end(id);
        (Reply::accepted(), Some(Ended::Failed(failure(kind, body))))
    }

    /// Whether the invocation was handed out and has not ended.
    pub fn is_running(&self, id: &str) -> bool {
        self.running.contains(id)
    }

    fn end(&mut self, id: &str) {
        self.running.remove(id);
        self.ended.push_back(id.to_owned());
        if self.ended.len() > REMEMBERED {
            self.ended.pop_front();
        }
    }

    fn refuse(&self, id: &str) -> Option<Reply> {
        if self.running.contains(id) {
            return None;
        }
        Some(if self.ended.iter().any(|ended| ended == id) {
            Reply::refused(
                403,
                "InvalidStateTransition",
                "State transition is not allowed",
            )
        } else {
            Reply::refused(400, "InvalidRequestID", "Invalid request ID")
        })
    }
}

/// What a runtime says of an error: its header of the type, where that is a type, and what the
/// document in the body says.
pub fn failure(kind: Option<&str>, body: &[u8]) -> Failure {
    let kind = kind.filter(|kind| is_kind(kind));
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let text = |key: &str| {
        let text = json.as_ref()?.get(key)?.as_str()?;
        Some(text).filter(|text| !text.is_empty())
    };
    let message = match (text("errorType"), text("errorMessage")) {
        (Some(kind), Some(message)) => format!("{kind}: {message}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    };
    Failure {
        kind: kind.unwrap_or("Function.Unknown").to_owned(),
        message,
    }
}

/// `Runtime.` or `Function.`, and a word that begins with a capital.
fn is_kind(text: &str) -> bool {
    let word = text
        .strip_prefix("Runtime.")
        .or_else(|| text.strip_prefix("Function."));
    word.is_some_and(|word| {
        word.len() > 1
            && word.starts_with(|first: char| first.is_ascii_uppercase())
            && word.chars().all(|letter| letter.is_ascii_alphabetic())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const OF: fn(u64) -> Response<'static> = |bytes| Response {
        bytes,
        mode: None,
        is_cut: false,
        error: None,
    };

    #[test]
    fn an_invocation_ends_once() {
        let mut exchange = Exchange::new(1_000);
        assert_eq!(exchange.respond("a", OF(1)).0.status, 400);
        exchange.begin("a");
        let (reply, ended) = exchange.respond("a", OF(7));
        assert_eq!(reply.status, 202);
        assert_eq!(ended, Some(Ended::Answered { bytes: 7 }));
        // A second answer is no transition, whichever it is.
        assert_eq!(exchange.respond("a", OF(7)).0.status, 403);
        let (reply, ended) = exchange.fail("a", None, b"{}");
        assert_eq!((reply.status, ended), (403, None));
        assert!(reply.body.contains("InvalidStateTransition"));
    }

    #[test]
    fn what_is_too_large_or_cut_has_failed() {
        let mut exchange = Exchange::new(1_000);
        for (id, response, status, kind) in [
            ("a", OF(1_101), 413, "Function.ResponseSizeTooLarge"),
            (
                "b",
                Response {
                    is_cut: true,
                    ..OF(5)
                },
                400,
                "Runtime.TruncatedResponse",
            ),
        ] {
            exchange.begin(id);
            let (reply, ended) = exchange.respond(id, response);
            assert_eq!(reply.status, status);
            assert!(
                matches!(ended, Some(Ended::Failed(failure)) if failure.kind == kind),
                "{kind}"
            );
        }
        exchange.begin("c");
        let streamed = Response {
            mode: Some("streaming"),
            ..OF(5_000)
        };
        assert_eq!(exchange.respond("c", streamed).0.status, 202);
        exchange.begin("d");
        let wrong = Response {
            mode: Some("slowly"),
            ..OF(5)
        };
        let (reply, ended) = exchange.respond("d", wrong);
        assert_eq!((reply.status, ended), (400, None));
        // It can still be answered.
        assert_eq!(exchange.respond("d", OF(1_100)).0.status, 202);
    }

    #[test]
    fn errors_have_a_type_and_what_the_function_says() {
        let body = br#"{"errorMessage": "'id'", "errorType": "KeyError", "stackTrace": []}"#;
        let found = failure(Some("Function.Unhandled"), body);
        assert_eq!(found.kind, "Function.Unhandled");
        assert_eq!(found.message, "KeyError: 'id'");
        for wrong in [
            "",
            "Function.",
            "Function.unknown",
            "Other.Kind",
            "Runtime.A1",
        ] {
            assert_eq!(
                failure(Some(wrong), b"?").kind,
                "Function.Unknown",
                "{wrong}"
            );
        }
    }

    proptest! {
        /// Whatever is sent in whatever order, an invocation ends at most once, and nothing
        /// is remembered without end.
        #[test]
        fn no_order_ends_an_invocation_twice(
            steps in prop::collection::vec((0..4_u8, 0..200_u16), 0..400),
        ) {
            let mut exchange = Exchange::new(10);
            let (mut begun, mut ended) = (BTreeSet::new(), BTreeSet::new());
            for (what, id) in steps {
                let id = id.to_string();
                let end = match what {
                    0 => {
                        // An id is handed out once.
                        if begun.insert(id.clone()) {
                            exchange.begin(&id);
                        }
                        None
                    }
                    1 => exchange.respond(&id, OF(u64::from(what))).1,
                    2 => exchange.respond(&id, OF(999)).1,
                    _ => exchange.fail(&id, None, b"").1,
                };
                if end.is_some() {
                    prop_assert!(begun.contains(&id));
                    prop_assert!(ended.insert(id), "ended twice");
                }
                prop_assert!(exchange.ended.len() <= REMEMBERED);
            }
            prop_assert_eq!(exchange.running.len(), begun.len() - ended.len());
        }
    }
}
