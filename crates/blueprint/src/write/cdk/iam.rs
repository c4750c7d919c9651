//! Policies and roles.

use super::expression::Speech;
use super::typescript::Ts;
use crate::graph::Fault;
use crate::value::{Node, Value};

type Said = Result<Option<Ts>, Fault>;

/// Whether a statement only refuses what comes without encryption.
pub(super) fn is_only_encrypted(statement: &Node) -> bool {
    let text = |path: &str| statement.at(path).and_then(Node::text);
    let condition = statement.get("Condition");
    text("Effect") == Some("Deny")
        && text("Principal") == Some("*")
        && condition.is_some_and(|node| node.entries().len() == 1)
        && text("Condition/Bool/aws:SecureTransport") == Some("false")
}

impl Speech<'_> {
    /// A policy as a construct; none where its statements cannot be said.
    pub(super) fn policy(&self, document: &Node) -> Said {
        let mut statements = Vec::new();
        for one in document.get("Statement").map_or(&[][..], Node::items) {
            let Some(said) = self.statement(one)? else {
                return Ok(None);
            };
            statements.push(said);
        }
        let inner = Ts::Object(vec![("statements".to_owned(), Ts::List(statements))]);
        Ok(Some(Ts::Call(
            "new iam.PolicyDocument".to_owned(),
            vec![inner],
        )))
    }

    /// One statement; none where it has a part without a word.
    pub(super) fn statement(&self, statement: &Node) -> Said {
        let mut entries = Vec::new();
        for (key, node) in statement.entries() {
            let several = || -> Result<Ts, Fault> {
                let all = node.one_or_more();
                let all = all.into_iter().map(|one| self.say(one, true));
                Ok(Ts::List(all.collect::<Result<_, _>>()?))
            };
            let (name, value) = match key.as_str() {
                "Sid" => ("sid", self.say(node, true)?),
                "Effect" if node.text() == Some("Allow") => continue,
                "Effect" => ("effect", Ts::plain("iam.Effect.DENY")),
                "Action" => ("actions", several()?),
                "Resource" => ("resources", several()?),
                "Condition" => ("conditions", self.say(node, true)?),
                "Principal" => match self.principals(node)? {
                    Some(all) => ("principals", Ts::List(all)),
                    None => return Ok(None),
                },
                _ => return Ok(None),
            };
            entries.push((name.to_owned(), value));
        }
        let inner = Ts::Object(entries);
        Ok(Some(Ts::Call(
            "new iam.PolicyStatement".to_owned(),
            vec![inner],
        )))
    }

    fn principals(&self, node: &Node) -> Result<Option<Vec<Ts>>, Fault> {
        if node.text() == Some("*") {
            return Ok(Some(vec![Ts::plain("new iam.StarPrincipal()")]));
        }
        let mut all = Vec::new();
        for (kind, who) in node.entries() {
            for one in who.one_or_more() {
                let name = match (kind.as_str(), &one.value) {
                    ("Service", _) => "new iam.ServicePrincipal",
                    ("AWS", Value::Call(call, text))
                        if call == "Fn::Sub"
                            && text.text().is_some_and(|text| text.ends_with(":root")) =>
                    {
                        all.push(Ts::plain("new iam.AccountRootPrincipal()"));
                        continue;
                    }
                    ("AWS", _) => "new iam.ArnPrincipal",
                    _ => return Ok(None),
                };
                all.push(Ts::Call(name.to_owned(), vec![self.say(one, true)?]));
            }
        }
        Ok(Some(all))
    }

    /// Who may take on a role: one service, perhaps on conditions.
    pub(super) fn trust(&self, document: &Node) -> Said {
        let [one] = document.get("Statement").map_or(&[][..], Node::items) else {
            return Ok(None);
        };
        let Some(service) = one
            .at("Principal/Service")
            .filter(|node| node.text().is_some())
        else {
            return Ok(None);
        };
        let actions = one.get("Action").map_or_else(Vec::new, Node::one_or_more);
        let actions: Vec<&str> = actions.into_iter().filter_map(Node::text).collect();
        let mut arguments = vec![self.say(service, true)?];
        if let Some(conditions) = one.get("Condition") {
            let said = self.say(conditions, true)?;
            arguments.push(Ts::Object(vec![("conditions".to_owned(), said)]));
        }
        let made = Ts::Call("new iam.ServicePrincipal".to_owned(), arguments);
        Ok(match actions.as_slice() {
            ["sts:AssumeRole"] => Some(made),
            ["sts:AssumeRole", "sts:TagSession"] => {
                Some(Ts::plain(format!("{}.withSessionTags()", made.show(2, 30))))
            }
            _ => None,
        })
    }

    /// Inline policies by name.
    pub(super) fn policies(&self, list: &Node) -> Said {
        let mut entries = Vec::new();
        for one in list.items() {
            let name = one.get("PolicyName").and_then(Node::text);
            let document = one.get("PolicyDocument");
            let Some((name, document)) = name.zip(document) else {
                return Ok(None);
            };
            let Some(said) = self.policy(document)? else {
                return Ok(None);
            };
            entries.push((name.to_owned(), said));
        }
        Ok(Some(Ts::Object(entries)))
    }

    /// Policies that AWS manages, by name.
    pub(super) fn managed(list: &Node) -> Option<Ts> {
        let all = list.items().iter().map(|one| {
            let (_, text) = one.call().filter(|(name, _)| *name == "Fn::Sub")?;
            let (_, name) = text.text()?.split_once(":iam::aws:policy/")?;
            let call = "iam.ManagedPolicy.fromAwsManagedPolicyName".to_owned();
            Some(Ts::Call(call, vec![Ts::text(name)]))
        });
        Some(Ts::List(all.collect::<Option<_>>()?))
    }
}
