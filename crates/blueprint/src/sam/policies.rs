//! The role of a function or a state machine: managed policies, statements, policy templates.

use super::data::Template;
use super::made::Made;
use super::nodes::{self, Properties, allow, call, inline, list, substituted_by, text};
use crate::graph::Resource;
use crate::value::{Node, Value};

/// A role in the making.
#[derive(Debug, Default)]
pub(super) struct Role {
    managed: Vec<Node>,
    inline: Vec<Node>,
}

/// What stands among policies for one that is not read, so that nobody takes it that the
/// role may not do something.
const UNREAD: &str = "AWS::Serverless::Policy";

impl Role {
    /// Adds a managed policy of AWS by its name.
    pub(super) fn add_managed(&mut self, line: usize, name: &str) {
        let arn = format!("arn:${{AWS::Partition}}:iam::aws:policy/{name}");
        self.add(nodes::substituted(line, arn));
    }

    fn add(&mut self, policy: Node) {
        if !self.managed.contains(&policy) {
            self.managed.push(policy);
        }
    }

    /// Adds a policy of its own.
    pub(super) fn add_inline(&mut self, line: usize, name: String, statements: Vec<Node>) {
        self.inline.push(inline(line, name, statements));
    }

    /// Adds what a property `Policies` says.
    pub(super) fn add_policies(&mut self, made: &mut Made<'_>, of: &Resource, policies: &Node) {
        for (place, policy) in policies.one_or_more().into_iter().enumerate() {
            self.add_policy(made, of, policy, place);
        }
    }

    fn add_policy(&mut self, made: &mut Made<'_>, of: &Resource, policy: &Node, place: usize) {
        let line = policy.line;
        let name = format!("{}RolePolicy{place}", of.id);
        match &policy.value {
            Value::Text(name) => self.add(text(line, name.clone())),
            // A condition is not known, so neither is the policy.
            Value::Call(call, _) if call == "Fn::If" => self.inline.push(policy.clone()),
            Value::Call(..) => self.add(policy.clone()),
            Value::Map(_) if policy.get("Statement").is_some() => {
                let entries = [
                    ("PolicyName", text(line, name)),
                    ("PolicyDocument", policy.clone()),
                ];
                self.inline.push(nodes::map(line, entries));
            }
            Value::Map(entries) => {
                let [(template, values)] = entries.as_slice() else {
                    return self.leave(made, of, policy, "written otherwise".to_owned());
                };
                let row = made.known.policy(template);
                match row.and_then(|row| filled(row, values)) {
                    Some(statements) if made.spend(64 + nodes::size(values)) => {
                        self.add_inline(line, name, statements);
                    }
                    _ => self.leave(made, of, policy, format!("from the template {template}")),
                }
            }
            _ => self.leave(made, of, policy, "written otherwise".to_owned()),
        }
    }

    /// A policy that is not read: the role may do anything.
    fn leave(&mut self, made: &mut Made<'_>, one: &Resource, policy: &Node, of: String) {
        made.not_read(one, policy.line, "policy", of);
        self.inline
            .push(call(policy.line, UNREAD, text(policy.line, "")));
    }

    /// The role of a function or a state machine as a resource.
    pub(super) fn make(self, made: &mut Made<'_>, of: &Resource, id: &str, by: &str) {
        let line = of.line_of("Policies");
        let trust = of.property("AssumeRolePolicyDocument").cloned();
        let trust = trust.unwrap_or_else(|| nodes::trust(line, by));
        self.trusting(made, of, (id, line), trust);
    }

    /// The role as a resource of an ID and a line, and who may take it.
    pub(super) fn trusting(
        self,
        made: &mut Made<'_>,
        of: &Resource,
        (id, line): (&str, usize),
        trust: Node,
    ) {
        let mut properties = Properties::default();
        properties.put("AssumeRolePolicyDocument", trust);
        if !self.managed.is_empty() {
            properties.put("ManagedPolicyArns", list(line, self.managed));
        }
        if !self.inline.is_empty() {
            properties.put("Policies", list(line, self.inline));
        }
        properties.copy(&of.properties, &["PermissionsBoundary"]);
        made.beside(of, id, line, "AWS::IAM::Role", properties.at(line));
    }
}

/// The statements of a policy template with its parameters filled in; none where one is
/// missing.
fn filled(template: &Template, given: &Node) -> Option<Vec<Node>> {
    let line = given.line;
    let mut values = Vec::new();
    for name in &template.takes {
        values.push((name.clone(), given.get(name)?.clone()));
    }
    let on = |row: &String| substituted_by(line, row.clone(), values.clone());
    let statements = template.statements.iter().map(|statement| {
        let resource = if statement.on.is_empty() {
            text(line, "*")
        } else {
            list(line, statement.on.iter().map(on).collect())
        };
        allow(line, &statement.actions, resource)
    });
    Some(statements.collect())
}
