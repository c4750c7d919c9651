//! `AWS::Serverless::SimpleTable`, `StateMachine` and `LayerVersion`.

use super::apis::Apis;
use super::data::When;
use super::events;
use super::made::Made;
use super::nodes::{Properties, attribute, list, map, reference, text};
use super::policies::Role;
use super::target::Target;
use crate::graph::{Graph, Resource};
use crate::value::Node;

/// Makes a table with one key.
pub(super) fn table(made: &mut Made<'_>, one: &Resource) {
    let line = one.line;
    let key = one.property("PrimaryKey");
    let at = key.map_or(line, |node| node.line);
    let name = key.and_then(|key| key.get("Name")).cloned();
    let name = name.unwrap_or_else(|| text(at, "id"));
    let kind = match key.and_then(|key| key.get("Type")).and_then(Node::text) {
        Some("Number") => "N",
        Some("Binary") => "B",
        _ => "S",
    };
    let attribute = [
        ("AttributeName", name.clone()),
        ("AttributeType", text(at, kind)),
    ];
    let hash = [("AttributeName", name), ("KeyType", text(at, "HASH"))];
    let mut properties = Properties::default();
    properties.put("AttributeDefinitions", list(at, vec![map(at, attribute)]));
    properties.put("KeySchema", list(at, vec![map(at, hash)]));
    if one.property("ProvisionedThroughput").is_none() {
        properties.put("BillingMode", text(line, "PAY_PER_REQUEST"));
    }
    properties.copy(
        &one.properties,
        &[
            "ProvisionedThroughput",
            "PointInTimeRecoverySpecification",
            "SSESpecification",
            "TableName",
        ],
    );
    made.instead(one, "AWS::DynamoDB::Table", properties.at(line));
}

/// Makes a version of a layer.
pub(super) fn layer(made: &mut Made<'_>, one: &Resource) {
    let properties = one.properties.clone();
    made.instead(one, "AWS::Lambda::LayerVersion", properties);
}

/// Makes a state machine, its role and what its events bring.
pub(super) fn machine(made: &mut Made<'_>, apis: &mut Apis, one: &Resource, graph: &Graph) {
    const POLICIES: &str = "Policies";
    let line = one.line;
    let mut properties = Properties::default();
    properties.copy(&one.properties, &["Definition", "DefinitionSubstitutions"]);
    properties.maybe("StateMachineName", one.property("Name"));
    properties.maybe("StateMachineType", one.property("Type"));
    properties.maybe("LoggingConfiguration", one.property("Logging"));
    properties.maybe("TracingConfiguration", one.property("Tracing"));
    if let Some(elsewhere) = one.property("DefinitionUri") {
        let of = format!("of {} in another file", one.kind);
        made.not_read(one, elsewhere.line, "definition", of);
    }
    let both = (one.property("Role"), one.property(POLICIES));
    if let (Some(_), Some(policies)) = both {
        let what = format!("{} has both a Role and Policies", one.id);
        made.refuse(one, policies.line, what);
    }
    let id = format!("{}Role", one.id);
    if let Some(role) = one.property("Role") {
        properties.put("RoleArn", role.clone());
    } else {
        let mut role = Role::default();
        if let Some(policies) = one.property(POLICIES) {
            role.add_policies(made, one, policies);
        }
        let traced = one.property("Tracing/Enabled");
        if let Some(traced) = traced.filter(|node| node.flag() == Some(true)) {
            role.add_managed(traced.line, made.known.managed(When::Traced));
        }
        role.make(made, one, &id, "states.amazonaws.com");
        properties.put("RoleArn", attribute(line, &id, "Arn"));
    }
    let mut target = Target {
        of: one,
        alias: None,
        is_machine: true,
    };
    if let Some(name) = one.property("AutoPublishAlias") {
        let at = name.line;
        let version = format!("{}Version", one.id);
        let alias = format!("{}Alias{}", one.id, name.text().unwrap_or_default());
        let mut own = Properties::default();
        own.put("StateMachineArn", reference(at, &one.id));
        let kind = "AWS::StepFunctions::StateMachineVersion";
        made.beside(one, &version, at, kind, own.at(at));
        let mut own = Properties::default();
        own.put("Name", name.clone());
        let to = map(at, [("StateMachineVersionArn", reference(at, &version))]);
        own.put("DeploymentPreference", to);
        let kind = "AWS::StepFunctions::StateMachineAlias";
        made.beside(one, &alias, at, kind, own.at(at));
        let is_target = one.property("UseAliasAsEventTarget").and_then(Node::flag);
        target.alias = (is_target == Some(true)).then_some(alias);
    }
    events::expand(made, apis, &target, &mut Role::default(), graph);
    let kind = "AWS::StepFunctions::StateMachine";
    made.instead(one, kind, properties.at(line));
}
