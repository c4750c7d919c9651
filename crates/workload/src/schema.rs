//! The JSON Schema of the workload file, for editors.

use landfall_units::Dimension;
use serde_json::{Map, Value, json};

use crate::fact::{FactId, Kind, Scope};
use crate::file::{LONGEST_ID, LONGEST_NAME};
use crate::spelling::scalar_of;
use crate::value::Domain;

/// The schema, draft 2020-12, made from the table of facts.
pub fn json_schema() -> Value {
    let mut top = tree("", Scope::System);
    top.insert(
        "schema".into(),
        json!({ "const": 1, "description": "version of the format" }),
    );
    top.insert(
        "name".into(),
        json!({ "type": "string", "minLength": 1, "maxLength": LONGEST_NAME }),
    );
    let mut workload = tree("", Scope::Workload);
    workload.insert(
        "id".into(),
        json!({ "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": LONGEST_ID }),
    );
    top.insert(
        "workload".into(),
        json!({
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["id"],
                "additionalProperties": false,
                "properties": workload,
            },
        }),
    );
    let mut definitions = Map::new();
    for dimension in Dimension::ALL {
        definitions.insert(dimension.name().into(), quantity(dimension));
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Landfall workload file",
        "type": "object",
        "required": ["schema", "name", "workload"],
        "additionalProperties": false,
        "properties": top,
        "$defs": definitions,
    })
}

/// The properties of the table whose facts' names begin with `prefix`.
fn tree(prefix: &str, scope: Scope) -> Map<String, Value> {
    let mut properties = Map::new();
    for fact in FactId::ALL
        .iter()
        .copied()
        .filter(|fact| fact.scope() == scope)
    {
        let Some(rest) = fact.name().strip_prefix(prefix) else {
            continue;
        };
        if let Some((segment, _)) = rest.split_once('.') {
            if !properties.contains_key(segment) {
                let prefix = format!("{prefix}{segment}.");
                let table = json!({
                    "type": "object",
                    "additionalProperties": false,
                    "properties": tree(&prefix, scope),
                });
                // One number may stand for the table.
                let one = scalar_of(&prefix).and_then(|fact| match fact.kind() {
                    Kind::Quantity(dimension) => Some((fact, text_of(dimension))),
                    _ => None,
                });
                let node = one.map_or(table.clone(), |(fact, mut one)| {
                    if let Some(one) = one.as_object_mut() {
                        one.insert("description".into(), json!(fact.meaning()));
                    }
                    json!({ "anyOf": [one, table] })
                });
                properties.insert(segment.into(), node);
            }
        } else {
            properties.insert(rest.into(), of_fact(fact));
        }
    }
    properties
}

fn of_fact(fact: FactId) -> Value {
    let description = fact.meaning();
    match fact.kind() {
        Kind::Flag => json!({ "type": "boolean", "description": description }),
        Kind::Text => json!({ "type": "string", "description": description }),
        Kind::Choice(words) => json!({ "enum": words, "description": description }),
        Kind::Choices(words) => json!({
            "anyOf": [
                { "enum": words },
                { "type": "array", "minItems": 1, "items": { "enum": words } },
            ],
            "description": description,
        }),
        Kind::Quantity(dimension) => json!({
            "$ref": format!("#/$defs/{}", dimension.name()),
            "description": Domain::of_fact(fact).map_or_else(
                || description.to_owned(),
                |domain| format!("{description}: {}", domain.words(dimension)),
            ),
        }),
    }
}

/// One value, as a text.
fn text_of(dimension: Dimension) -> Value {
    json!({
        "type": "string",
        "pattern": dimension.pattern(),
        "examples": [dimension.example()],
    })
}

/// One value, a range of it, or what it is at most.
fn quantity(dimension: Dimension) -> Value {
    let text = text_of(dimension);
    let one = match dimension {
        Dimension::Count | Dimension::Ratio | Dimension::Share => {
            json!({ "anyOf": [text, { "type": "number", "minimum": 0 }] })
        }
        _ => text,
    };
    json!({
        "anyOf": [one, {
            "type": "object",
            "required": ["low", "likely", "high"],
            "additionalProperties": false,
            "properties": { "low": one, "likely": one, "high": one },
        }, {
            "type": "object",
            "required": ["at_most"],
            "additionalProperties": false,
            "properties": { "at_most": one },
        }],
    })
}
