//! The API, described for programs (`OpenAPI` 3.1).

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::calls::Call;
use crate::examples;

/// What a call answers with in JSON: a format that has a schema, or an object with these keys.
enum Answered {
    Format(&'static str),
    Keys(&'static [&'static str]),
}

fn answered(call: Call) -> Answered {
    match call {
        Call::Explain => Answered::Format("decision"),
        Call::Simulate => Answered::Format("simulation"),
        Call::Bill => Answered::Format("bill"),
        Call::Decide | Call::Compare | Call::NextQuestions => {
            Answered::Keys(&["schema", "workloads"])
        }
        Call::Import => Answered::Keys(&["schema"]),
        Call::Blueprint => Answered::Keys(&["files"]),
        Call::CheckTemplate => Answered::Keys(&["schema", "findings"]),
    }
}

/// A request that is answered.
fn example(call: Call) -> Option<Value> {
    let workload = examples::named("photo-thumbnails")?;
    let few = json!({ "scenarios": 50 });
    Some(match call {
        Call::Decide => json!({ "workload": workload, "form": "brief", "settings": few }),
        Call::Explain => {
            json!({ "workload": workload, "why_not": "eks-ec2", "settings": few })
        }
        Call::Compare => {
            let set = ["workload.thumbnails.traffic.volume=400M/month"];
            json!({ "before": workload, "settings": { "scenarios": 50, "set": set } })
        }
        Call::NextQuestions | Call::Blueprint => {
            json!({ "workload": workload, "settings": few })
        }
        Call::Simulate => {
            json!({ "workload": workload, "platform": "lambda", "requests": 20_000 })
        }
        Call::Bill => json!({ "usage": examples::usage()? }),
        Call::Import => {
            let text = "services:\n  api:\n    image: example/api:1\n    ports: [\"80:8080\"]\n";
            json!({ "files": [{ "name": "compose.yaml", "text": text }] })
        }
        Call::CheckTemplate => {
            json!({ "template": "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n" })
        }
    })
}

/// What a call answers with.
fn answer(call: Call) -> Value {
    let schema = match answered(call) {
        Answered::Format(name) => json!({ "$ref": format!("/api/schema/{name}") }),
        Answered::Keys(keys) => json!({ "type": "object", "required": keys }),
    };
    let mut content = Map::new();
    content.insert("application/json".to_owned(), json!({ "schema": schema }));
    let text = json!({ "schema": { "type": "string" } });
    let others: &[&str] = match call {
        Call::Decide => &["text/plain", "text/markdown", "text/html"],
        Call::Explain => &["text/plain"],
        Call::Import => &["application/toml"],
        _ => &[],
    };
    for media in others {
        content.insert((*media).to_owned(), text.clone());
    }
    json!({ "description": "the answer", "content": content })
}

fn refusals(statuses: &[(&str, &str)]) -> Map<String, Value> {
    let refusal = |(status, why): &(&str, &str)| {
        let content = json!({ "application/problem+json": {
            "schema": { "$ref": "#/components/schemas/Refusal" },
        } });
        let value = json!({ "description": why, "content": content });
        ((*status).to_owned(), value)
    };
    statuses.iter().map(refusal).collect()
}

const ANYWHERE: [(&str, &str); 2] = [
    ("401", "no token, where one is needed"),
    ("403", "another host, or another page"),
];
const OF_CALLS: [(&str, &str); 9] = [
    ("400", "the body is not what the call takes"),
    ("401", "no token, where one is needed"),
    ("403", "another host, or another page"),
    ("408", "the body came too slowly"),
    ("413", "the body is larger than 1 MB"),
    ("415", "the body is not declared as JSON"),
    (
        "422",
        "what was sent cannot be answered; with line and hint",
    ),
    ("429", "two answers are in the making"),
    (
        "503",
        "the answer took too long: by default, longer than 10 s",
    ),
];

/// The document.
pub(crate) fn document() -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let mut paths = Map::new();
    for call in Call::ALL {
        let mut responses = refusals(&OF_CALLS);
        responses.insert("200".to_owned(), answer(call));
        let operation = json!({
            "operationId": call.name(),
            "summary": call.summary(),
            "requestBody": {
                "required": true,
                "content": { "application/json": {
                    "schema": call.request(&mut generator),
                    "example": example(call),
                } },
            },
            "responses": responses,
        });
        paths.insert(format!("/api/{}", path(call)), json!({ "post": operation }));
    }
    for (path, id, summary, parameters) in [
        (
            "/api/schema/{name}",
            "schema",
            "The JSON Schema of a format.",
            json!([{
                "name": "name", "in": "path", "required": true,
                "schema": { "enum": landfall_answers::SCHEMAS },
            }]),
        ),
        ("/openapi.json", "openapi", "This document.", json!([])),
        ("/healthz", "health", "Whether the door is open.", json!([])),
    ] {
        let mut responses = refusals(&ANYWHERE);
        if id == "schema" {
            responses.extend(refusals(&[("404", "there is no such format")]));
        }
        let object = json!({ "application/json": { "schema": { "type": "object" } } });
        responses.insert(
            "200".to_owned(),
            json!({ "description": "the document", "content": object }),
        );
        let operation = json!({
            "operationId": id, "summary": summary, "parameters": parameters,
            "responses": responses,
        });
        paths.insert(path.to_owned(), json!({ "get": operation }));
    }
    let mut schemas = generator.take_definitions(true);
    schemas.insert("Refusal".to_owned(), refusal());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Landfall",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Where workloads run on AWS: the answers of the `landfall` command, over HTTP.",
        },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// Its part of the address.
pub(crate) fn path(call: Call) -> String {
    call.name().replace('_', "-")
}

fn refusal() -> Value {
    json!({
        "type": "object",
        "description": "problem details (RFC 9457)",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "detail": { "type": "string", "description": "what is wrong" },
            "hint": { "type": "string", "description": "the way out" },
            "file": { "type": "string", "description": "the text that it is wrong in" },
            "line": { "type": "integer", "minimum": 1 },
            "column": { "type": "integer", "minimum": 1 },
        },
    })
}
