//! What can be called, by name, with JSON.

use landfall_answers::{Around, Problem};
use landfall_source::{Diagnostic, Source};
use schemars::{JsonSchema, SchemaGenerator};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::engine::{Engine, Reply};
use crate::requests::{
    Bill, Blueprint, CheckTemplate, Compare, Decide, Explain, Import, Questions, Simulate,
};

/// What a body of JSON is called in messages.
const REQUEST: &str = "request";

/// One thing that can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Call {
    Decide,
    Explain,
    Compare,
    NextQuestions,
    Simulate,
    Bill,
    Import,
    Blueprint,
    CheckTemplate,
}

impl Call {
    pub(crate) const ALL: [Self; 9] = [
        Self::Decide,
        Self::Explain,
        Self::Compare,
        Self::NextQuestions,
        Self::Simulate,
        Self::Bill,
        Self::Import,
        Self::Blueprint,
        Self::CheckTemplate,
    ];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Decide => "decide",
            Self::Explain => "explain",
            Self::Compare => "compare",
            Self::NextQuestions => "next_questions",
            Self::Simulate => "simulate",
            Self::Bill => "bill",
            Self::Import => "import",
            Self::Blueprint => "blueprint",
            Self::CheckTemplate => "check_template",
        }
    }

    /// What it does, in a sentence.
    pub(crate) const fn summary(self) -> &'static str {
        match self {
            Self::Decide => {
                "Decide where the workloads of a file run on AWS: recommendation, cost, latency, reasons."
            }
            Self::Explain => {
                "Explain one option of each workload: reasons, sizes, every line of its bill."
            }
            Self::Compare => {
                "Compare the decisions of two versions of a workload file, or of one with changes."
            }
            Self::NextQuestions => {
                "List the open facts whose answers could change the recommendation, those that matter most first."
            }
            Self::Simulate => "Simulate a month of a workload on one platform, request by request.",
            Self::Bill => "Price given usage of AWS exactly, line by line.",
            Self::Import => "Make a workload file of templates, manifests and logs.",
            Self::Blueprint => {
                "Write infrastructure for the decision: template, starter code, deployment."
            }
            Self::CheckTemplate => {
                "Check a CloudFormation template for mistakes that appear when it is deployed."
            }
        }
    }

    /// The schema of what it takes.
    pub(crate) fn request(self, generator: &mut SchemaGenerator) -> schemars::Schema {
        fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> schemars::Schema {
            generator.subschema_for::<T>()
        }
        match self {
            Self::Decide => of::<Decide>(generator),
            Self::Explain => of::<Explain>(generator),
            Self::Compare => of::<Compare>(generator),
            Self::NextQuestions => of::<Questions>(generator),
            Self::Simulate => of::<Simulate>(generator),
            Self::Bill => of::<Bill>(generator),
            Self::Import => of::<Import>(generator),
            Self::Blueprint => of::<Blueprint>(generator),
            Self::CheckTemplate => of::<CheckTemplate>(generator),
        }
    }

    /// Answers a body of JSON.
    pub(crate) fn answer<A: Around>(self, engine: &Engine<A>, body: &Source) -> Answer {
        match self {
            Self::Decide => engine.decide(&read(body)?),
            Self::Explain => engine.explain(&read(body)?),
            Self::Compare => engine.compare(&read(body)?),
            Self::NextQuestions => engine.questions(&read(body)?),
            Self::Simulate => engine.simulate(&read(body)?),
            Self::Bill => engine.bill(&read(body)?),
            Self::Import => engine.import(&read(body)?),
            Self::Blueprint => engine.blueprint(&read(body)?),
            Self::CheckTemplate => engine.check_template(&read(body)?),
        }
        .map_err(Refused::Content)
    }
}

/// Why a call was refused.
#[derive(Debug)]
pub(crate) enum Refused {
    /// The JSON is not what the call takes.
    Request(Box<Diagnostic>),
    /// What it holds cannot be answered.
    Content(Problem),
}

/// What a call comes to.
pub(crate) type Answer = Result<Reply, Refused>;

/// A body of JSON as a text with places.
pub(crate) fn body(text: &str) -> Source {
    Source::new(REQUEST, text)
}

/// Reads a body. Lists are no objects, though the reader would take their values in order.
fn read<T: DeserializeOwned>(body: &Source) -> Result<T, Refused> {
    let asked = typed(body)?;
    match list_for_object(&typed(body)?) {
        None => Ok(asked),
        Some(what) => {
            let problem = Diagnostic::new(format!("{what} is a list, and has to be an object"));
            let problem = problem.help(DESCRIBED);
            Err(Refused::Request(Box::new(problem.at(body, (0..0).into()))))
        }
    }
}

/// What is a list where an object belongs.
fn list_for_object(asked: &Value) -> Option<&'static str> {
    let files = asked.get("files").and_then(Value::as_array);
    if asked.is_array() {
        Some("the request")
    } else if asked.get("settings").is_some_and(Value::is_array) {
        Some("`settings`")
    } else if files.is_some_and(|files| files.iter().any(Value::is_array)) {
        Some("one of `files`")
    } else {
        None
    }
}

const DESCRIBED: &str = "/openapi.json describes every request";

fn typed<T: DeserializeOwned>(body: &Source) -> Result<T, Refused> {
    serde_json::from_str(body.text()).map_err(|error| {
        let line = error.line().saturating_sub(1);
        let before: usize = body
            .text()
            .split_inclusive('\n')
            .take(line)
            .map(str::len)
            .sum();
        let at = (before + error.column().saturating_sub(1)).min(body.text().len());
        let problem = Diagnostic::new(format!("the request is not understood: {error}"));
        let problem = problem.help(DESCRIBED);
        Refused::Request(Box::new(problem.at(body, (at..at).into())))
    })
}

/// Arguments that come as a value.
pub(crate) fn body_of(value: &Value) -> Source {
    body(&value.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list is refused wherever the description says object.
    #[test]
    fn a_list_is_no_object() {
        let is_read = |text: &str| read::<Import>(&body(text)).is_ok();
        assert!(is_read("{\"files\": [{\"name\": \"a\", \"text\": \"b\"}]}"));
        assert!(!is_read("{\"files\": [[\"a\", \"b\"]]}"));
        let is_read = |text: &str| read::<Questions>(&body(text)).is_ok();
        assert!(is_read("{\"workload\": \"a\", \"settings\": {}}"));
        assert!(!is_read("{\"workload\": \"a\", \"settings\": [null]}"));
        assert!(!is_read("[\"a\", {}]"));
    }
}
