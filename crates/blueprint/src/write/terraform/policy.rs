//! Policies as data sources of type `aws_iam_policy_document`.

use super::expression::{Scene, Speech};
use crate::graph::Fault;
use crate::value::{Node, Value};
use crate::write::hcl::{Block, Entry, Hcl};

/// A policy as a data source of that label.
pub(super) fn document(
    speech: &Speech<'_>,
    policy: &Node,
    label: &str,
    scene: Scene,
) -> Result<Block, Fault> {
    let scene = Scene {
        is_policy: true,
        ..scene
    };
    let mut block = Block::of("data");
    block.labels = vec!["aws_iam_policy_document".to_owned(), label.to_owned()];
    for (key, node) in policy.entries() {
        match key.as_str() {
            // The provider writes the newest version by itself.
            "Version" if node.text() == Some("2012-10-17") => {}
            "Statement" => {
                for one in node.one_or_more() {
                    block
                        .entries
                        .push(Entry::Block(statement(speech, one, scene)?));
                }
            }
            _ => {
                return Err(Fault(format!(
                    "Terraform has no word for {key} of a policy"
                )));
            }
        }
    }
    Ok(block)
}

fn statement(speech: &Speech<'_>, node: &Node, scene: Scene) -> Result<Block, Fault> {
    let mut block = Block::of("statement");
    for (key, value) in node.entries() {
        match key.as_str() {
            "Sid" => block.put("sid", speech.say(value, scene)?),
            "Effect" if value.text() == Some("Allow") => {}
            "Effect" => block.put("effect", speech.say(value, scene)?),
            "Action" => block.put("actions", listed(speech, value, scene)?),
            "Resource" => block.put("resources", listed(speech, value, scene)?),
            "Principal" => {
                let everybody = [("*".to_owned(), value.clone())];
                let all = if value.entries().is_empty() {
                    &everybody[..]
                } else {
                    value.entries()
                };
                for (kind, who) in all {
                    let mut inner = Block::of("principals");
                    inner.put("type", Hcl::text(kind));
                    inner.put("identifiers", listed(speech, who, scene)?);
                    block.entries.push(Entry::Block(inner));
                }
            }
            "Condition" => {
                for (test, variables) in value.entries() {
                    for (variable, values) in variables.entries() {
                        let mut inner = Block::of("condition");
                        inner.put("test", Hcl::text(test));
                        inner.put("variable", Hcl::text(variable));
                        inner.put("values", listed(speech, values, scene)?);
                        block.entries.push(Entry::Block(inner));
                    }
                }
            }
            _ => {
                return Err(Fault(format!(
                    "Terraform has no word for {key} of a statement"
                )));
            }
        }
    }
    Ok(block)
}

/// A list, also of one.
fn listed(speech: &Speech<'_>, node: &Node, scene: Scene) -> Result<Hcl, Fault> {
    let items = node.one_or_more().into_iter().map(|one| match &one.value {
        // All values of conditions are texts.
        Value::Bool(flag) => Ok(Hcl::text(&flag.to_string())),
        Value::Number(number) => Ok(Hcl::text(number)),
        _ => speech.say(one, scene),
    });
    Ok(Hcl::List(items.collect::<Result<_, _>>()?))
}
