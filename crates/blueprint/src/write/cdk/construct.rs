//! Resources as constructs: of the second level where the CDK has one that says the
//! same, else of the first.

use std::collections::BTreeSet;

use super::expression::Speech;
use super::iam::is_only_encrypted;
use super::typescript::{Ts, camel};
use super::words::{Class, Form, Property};
use crate::graph::{Fault, Resource};
use crate::value::{Node, Value};

/// A construct: what is made, with what, and what is said to it afterwards.
#[derive(Debug)]
pub(super) struct Construct {
    pub(super) made: String,
    pub(super) properties: Ts,
    pub(super) after: Vec<String>,
}

/// Policies of other resources, which their constructs make themselves.
pub(super) fn is_policy_of(one: &Resource) -> Option<&str> {
    const POLICIES: [(&str, &str); 3] = [
        ("AWS::S3::BucketPolicy", "Bucket"),
        ("AWS::SQS::QueuePolicy", "Queues/0"),
        ("AWS::SNS::TopicPolicy", "Topics/0"),
    ];
    let (_, path) = POLICIES.iter().find(|(kind, _)| *kind == one.kind)?;
    let (name, of) = one.property(path)?.call()?;
    let of = of.text().filter(|_| name == "Ref")?;
    (one.id == format!("{of}Policy")).then_some(of)
}

impl Speech<'_> {
    /// The construct of a resource.
    pub(super) fn construct(&self, one: &Resource) -> Result<Construct, Fault> {
        let second = match self.words.class(&one.kind) {
            Some(class) if self.second.contains(&one.id) => self.second_level(one, class)?,
            _ => None,
        };
        match second {
            Some(made) => Ok(made),
            None => self.first_level(one),
        }
    }

    /// Whether a resource can be a construct of the second level.
    pub(super) fn is_second(&self, one: &Resource) -> Result<bool, Fault> {
        match self.words.class(&one.kind) {
            Some(class) => Ok(self.second_level(one, class)?.is_some()),
            None => Ok(false),
        }
    }

    fn first_level(&self, one: &Resource) -> Result<Construct, Fault> {
        let (module, name) = self.words.named(&one.kind);
        let variable = Self::variable(&one.id);
        let mut after = Vec::new();
        for (key, node) in &one.policies {
            match (key.as_str(), node.text()) {
                ("DeletionPolicy", Some(word)) => {
                    let word = removal(word);
                    after.push(format!("{variable}.applyRemovalPolicy({word});"));
                }
                ("UpdatePolicy" | "CreationPolicy", _) => {
                    let said = self.say(node, false)?.show(2, 40);
                    after.push(format!("{variable}.cfnOptions.{} = {said};", camel(key)));
                }
                _ => {}
            }
        }
        Ok(Construct {
            made: format!("new {module}.Cfn{name}"),
            properties: self.say(&one.properties, false)?,
            after,
        })
    }

    fn second_level(&self, one: &Resource, class: &Class) -> Result<Option<Construct>, Fault> {
        let mut said = Ts::Object(Vec::new());
        let mut taken: BTreeSet<&str> = BTreeSet::new();
        for property in &class.properties {
            let Some(node) = one.property(&property.at) else {
                if property.required {
                    return Ok(None);
                }
                continue;
            };
            if property.is.as_ref().is_some_and(|is| !is_value(node, is)) {
                continue;
            }
            let value = match &property.to {
                Some(_) => self.form(one, property, node)?,
                None => Some(Ts::plain("")),
            };
            let Some(value) = value else {
                if property.required {
                    return Ok(None);
                }
                continue;
            };
            taken.insert(&property.at);
            if let Some(to) = &property.to {
                said.put(to, value);
            }
            for (to, code) in &property.also {
                said.put(to, Ts::plain(code));
            }
        }
        let policy = self.graph.resources.iter();
        let mut policy = policy.filter(|other| is_policy_of(other) == Some(&one.id));
        if policy.next().is_some_and(refuses_plain) {
            said.put("enforceSSL", Ts::plain("true"));
        }
        let removal_policy = one.policies.iter().find(|(key, _)| key == "DeletionPolicy");
        if let Some(word) = removal_policy.and_then(|(_, node)| node.text()) {
            if !class.is_kept {
                return Ok(None);
            }
            said.put("removalPolicy", Ts::plain(removal(word)));
        }
        for (path, made) in &class.made {
            said.wrap(path, made);
        }
        let (module, name) = self.words.named(&one.kind);
        let variable = Self::variable(&one.id);
        // What the construct has no word for is said to the resource in it.
        let mut after = Vec::new();
        for (key, node) in one.properties.entries() {
            if !is_covered(node, key, &taken) {
                let value = self.say(node, self.words.is_open(key))?.show(2, 60);
                let inner = format!("({variable}.node.defaultChild as {module}.Cfn{name})");
                after.push(format!("{inner}.{} = {value};", camel(key)));
            }
        }
        Ok(Some(Construct {
            made: format!("new {module}.{}", class.name),
            properties: said,
            after,
        }))
    }

    /// A value in the form that a property takes; none where it has no such form.
    fn form(&self, one: &Resource, property: &Property, node: &Node) -> Result<Option<Ts>, Fault> {
        let call = |name: &str, said: Ts| Ts::Call(name.to_owned(), vec![said]);
        Ok(match &property.form {
            Form::Plain => Some(self.say(node, false)?),
            Form::Open => Some(self.say(node, true)?),
            Form::Construct => self.named(node).map(Ts::plain),
            Form::Around(name) => self.named(node).map(|of| call(name, Ts::plain(of))),
            Form::Role => self
                .named(node)
                .map(|role| Ts::plain(format!("{role}.withoutPolicyUpdates()"))),
            Form::Seconds => node.number().map(span),
            Form::Hours => node.number().map(|hours| span(hours * 3600.0)),
            Form::Mebibytes => {
                let said = self.say(node, false)?;
                Some(call("cdk.Size.mebibytes", said))
            }
            Form::Word(table) => {
                let value = node.text().or_else(|| node.items().first()?.text());
                let word = value.and_then(|value| self.words.word(table, value));
                word.map(Ts::plain)
            }
            Form::Dictionary => self.dictionary(node)?,
            Form::Policy => self.policy(node)?,
            Form::Policies => self.policies(node)?,
            Form::Managed => Self::managed(node),
            Form::Trust => self.trust(node)?,
            Form::Code => self.code(one, node)?,
            Form::Lifecycle => lifecycle(node),
            Form::DeadLetters => self.dead_letters(node)?,
            Form::TableKey => table_key(one, node),
        })
    }

    /// The variable of the construct that a value names.
    fn named(&self, node: &Node) -> Option<String> {
        let one = self.graph.named_by(node)?;
        self.second
            .contains(&one.id)
            .then(|| Self::variable(&one.id))
    }

    fn dictionary(&self, node: &Node) -> Result<Option<Ts>, Fault> {
        let mut entries = Vec::new();
        for item in node.items() {
            let name = item.get("Name").and_then(Node::text);
            let Some((name, value)) = name.zip(item.get("Value")) else {
                return Ok(None);
            };
            entries.push((name.to_owned(), self.say(value, true)?));
        }
        Ok(Some(Ts::Object(entries)))
    }

    fn code(&self, one: &Resource, node: &Node) -> Result<Option<Ts>, Fault> {
        let Some((bucket, key)) = node.get("S3Bucket").zip(node.get("S3Key")) else {
            return Ok(None);
        };
        let id = Ts::text(&format!("{}Code", one.id));
        let from = vec![Ts::plain("this"), id, self.say(bucket, true)?];
        let bucket = Ts::Call("s3.Bucket.fromBucketName".to_owned(), from);
        let parts = vec![bucket, self.say(key, true)?];
        Ok(Some(Ts::Call("lambda.Code.fromBucket".to_owned(), parts)))
    }

    fn dead_letters(&self, node: &Node) -> Result<Option<Ts>, Fault> {
        let queue = node
            .get("deadLetterTargetArn")
            .and_then(|node| self.named(node));
        let Some((queue, most)) = queue.zip(node.get("maxReceiveCount")) else {
            return Ok(None);
        };
        Ok(Some(Ts::Object(vec![
            ("queue".to_owned(), Ts::plain(queue)),
            ("maxReceiveCount".to_owned(), self.say(most, true)?),
        ])))
    }

    /// What a policy of a resource says beyond refusing what is not encrypted.
    pub(super) fn policy_of(&self, of: &str, policy: &Resource) -> Result<Vec<String>, Fault> {
        let mut lines = Vec::new();
        let statements = policy.property("PolicyDocument/Statement");
        for one in statements.map_or(&[][..], Node::items) {
            if is_only_encrypted(one) {
                continue;
            }
            let said = self.statement(one)?;
            let said =
                said.ok_or_else(|| Fault(format!("{} has a statement without a word", policy.id)))?;
            let call = format!("{}.addToResourcePolicy", Self::variable(of));
            lines.push(format!("{};", Ts::Call(call, vec![said]).show(2, 4)));
        }
        Ok(lines)
    }
}

fn refuses_plain(policy: &Resource) -> bool {
    let statements = policy.property("PolicyDocument/Statement");
    statements.is_some_and(|node| node.items().iter().any(is_only_encrypted))
}

fn removal(word: &str) -> &'static str {
    match word {
        "Delete" => "cdk.RemovalPolicy.DESTROY",
        _ => "cdk.RemovalPolicy.RETAIN",
    }
}

fn is_value(node: &Node, is: &str) -> bool {
    match &node.value {
        Value::List(items) => matches!(items.as_slice(), [only] if is_value(only, is)),
        Value::Bool(flag) => flag.to_string() == is,
        Value::Map(_) => serde_json::to_string(&json(node)).is_ok_and(|text| text == is),
        _ => node.text() == Some(is),
    }
}

fn json(node: &Node) -> serde_json::Value {
    match &node.value {
        Value::Bool(flag) => (*flag).into(),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => {
            let entries = entries
                .iter()
                .map(|(key, inner)| (key.clone(), json(inner)));
            serde_json::Value::Object(entries.collect())
        }
        _ => node.text().unwrap_or_default().into(),
    }
}

/// Whether everything under a path has been taken.
fn is_covered(node: &Node, path: &str, taken: &BTreeSet<&str>) -> bool {
    if taken.contains(path) {
        return true;
    }
    let entries = node.entries();
    !entries.is_empty()
        && entries
            .iter()
            .all(|(key, inner)| is_covered(inner, &format!("{path}/{key}"), taken))
}

/// A span of time in its largest whole unit.
fn span(seconds: f64) -> Ts {
    const UNITS: [(f64, &str); 3] = [(86_400.0, "days"), (3600.0, "hours"), (60.0, "minutes")];
    let whole = UNITS
        .iter()
        .find(|(size, _)| seconds >= *size && (seconds % size).abs() < f64::EPSILON);
    let (size, unit) = whole.copied().unwrap_or((1.0, "seconds"));
    Ts::plain(format!("cdk.Duration.{unit}({})", seconds / size))
}

/// Rules of a bucket's life cycle, where each part has a word.
fn lifecycle(node: &Node) -> Option<Ts> {
    let rules = node.get("Rules")?.items().iter().map(|rule| {
        let mut entries = Vec::new();
        for (key, value) in rule.entries() {
            let (name, value) = match key.as_str() {
                "Id" => ("id", Ts::text(value.text()?)),
                "Status" if value.text() == Some("Enabled") => continue,
                "AbortIncompleteMultipartUpload" => (
                    "abortIncompleteMultipartUploadAfter",
                    days(value.get("DaysAfterInitiation")?)?,
                ),
                "NoncurrentVersionExpiration" => (
                    "noncurrentVersionExpiration",
                    days(value.get("NoncurrentDays")?)?,
                ),
                "ExpirationInDays" => ("expiration", days(value)?),
                _ => return None,
            };
            entries.push((name.to_owned(), value));
        }
        Some(Ts::Object(entries))
    });
    Some(Ts::List(rules.collect::<Option<_>>()?))
}

fn days(node: &Node) -> Option<Ts> {
    Some(Ts::plain(format!("cdk.Duration.days({})", node.text()?)))
}

/// A key of a table with its type.
fn table_key(one: &Resource, node: &Node) -> Option<Ts> {
    let name = node.get("AttributeName")?.text()?;
    let all = one.property("AttributeDefinitions")?.items();
    let found = all
        .iter()
        .find(|item| item.get("AttributeName").and_then(Node::text) == Some(name))?;
    let kind = match found.get("AttributeType")?.text()? {
        "S" => "STRING",
        "N" => "NUMBER",
        _ => "BINARY",
    };
    Some(Ts::Object(vec![
        ("name".to_owned(), Ts::text(name)),
        (
            "type".to_owned(),
            Ts::plain(format!("dynamodb.AttributeType.{kind}")),
        ),
    ]))
}
