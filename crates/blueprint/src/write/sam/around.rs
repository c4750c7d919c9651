//! What stands around a function and belongs to it alone: its version and alias, its address,
//! what becomes of calls that failed.

use super::function::Function;
use super::work::{Properties, Work, attribute, referred, why};
use crate::graph::Resource;
use crate::sam::Sam;
use crate::value::{Node, Value};

/// The version and the alias of a function: SAM publishes for every change of a property.
pub(super) fn published(work: &mut Work, function: &mut Function) {
    if let Some(taken) = alias(work, function) {
        let all = Value::Bool(true).into();
        function.put("AutoPublishAlias", taken.name, taken.why.as_deref());
        function.put("AutoPublishAliasAllProperties", all, None);
        // As a version goes that a stack no longer has.
        function.put("VersionDeletionPolicy", "Delete".into(), None);
        if let Some(ready) = taken.ready {
            function.put("ProvisionedConcurrencyConfig", ready, None);
        }
        work.remove(&taken.version);
        work.rename(&taken.id, &taken.made);
        function.alias = Some(taken.id);
    }
}

struct Alias {
    id: String,
    version: String,
    made: String,
    name: Node,
    ready: Option<Node>,
    why: Option<String>,
}

fn alias(work: &Work, function: &Function) -> Option<Alias> {
    let graph = work.graph();
    let of_it = |one: &&Resource| {
        let named = one.property("FunctionName");
        named.is_some_and(|node| function.is_named_by(node))
    };
    let one = graph.of_kind("AWS::Lambda::Alias").find(of_it)?;
    let mut given = Properties::of(one);
    given.take("FunctionName")?;
    let name = given.take("Name")?;
    let version = given.take("FunctionVersion")?;
    let ready = given.take("ProvisionedConcurrencyConfig");
    given.end()?;
    let (version, "Version") = attribute(&version)? else {
        return None;
    };
    let version = graph.get(version).filter(of_it)?;
    let mut given = Properties::of(version);
    given.take("FunctionName")?;
    // It names what a new version is published for.
    given.take("Description");
    given.end()?;
    let letters = name.text()?.replace('-', "D").replace('_', "U");
    let made = format!("{}Alias{letters}", function.id());
    let is_free = work.is_free(&made) && !work.is_needed(&version.id, &[&one.id]);
    is_free.then(|| Alias {
        id: one.id.clone(),
        version: version.id.clone(),
        made,
        name,
        ready,
        why: why(one).map(str::to_owned),
    })
}

/// The address of a function.
pub(super) fn address(work: &mut Work, function: &mut Function) {
    let taken = found(work, "AWS::Lambda::Url", |one| url(one, function));
    put(work, function, taken, ("FunctionUrlConfig", "Url"));
}

/// What becomes of calls that nobody waits for.
pub(super) fn invoked(work: &mut Work, function: &mut Function, known: &Sam) {
    let kind = "AWS::Lambda::EventInvokeConfig";
    let taken = found(work, kind, |one| failed(work, one, function, known));
    let key = "EventInvokeConfig";
    put(work, function, taken, (key, key));
}

/// A resource that a function takes in: its ID, what SAM says of it, and why it is there.
type Taken = (String, Node, Option<String>);

/// The first resource of a type of which SAM can say all.
fn found(work: &Work, kind: &str, says: impl Fn(&Resource) -> Option<Node>) -> Option<Taken> {
    let mut all = work.graph().of_kind(kind);
    all.find_map(|one| Some((one.id.clone(), says(one)?, why(one).map(str::to_owned))))
}

/// Says it as a property; SAM's ID of the resource ends in `suffix`.
fn put(
    work: &mut Work,
    function: &mut Function,
    taken: Option<Taken>,
    (key, suffix): (&str, &str),
) {
    let made = format!("{}{suffix}", function.id());
    if let Some((id, node, why)) = taken.filter(|_| work.is_free(&made)) {
        function.put(key, node, why.as_deref());
        work.rename(&id, &made);
    }
}

fn url(one: &Resource, function: &Function) -> Option<Node> {
    let mut given = Properties::of(one);
    let to = given.take("TargetFunctionArn")?;
    // SAM puts the address before the alias wherever there is one.
    let is_of_alias = given.take("Qualifier").is_some();
    let is_it = function.is_named_by(&to) && is_of_alias == function.alias.is_some();
    let url = given.take_all(&["AuthType", "Cors", "InvokeMode"]);
    given.end()?;
    is_it.then(|| Value::Map(url).into())
}

fn failed(work: &Work, one: &Resource, function: &Function, known: &Sam) -> Option<Node> {
    let mut given = Properties::of(one);
    let is_it = referred(&given.take("FunctionName")?) == Some(function.id());
    given.take_if("Qualifier", "$LATEST")?;
    let mut config = given.take_all(&["MaximumEventAgeInSeconds", "MaximumRetryAttempts"]);
    if let Some(to) = given.take("DestinationConfig") {
        let mut sides = Vec::new();
        for (side, node) in to.entries() {
            let arn = node.get("Destination")?;
            let kind = &work.graph().named_by(arn)?.kind;
            let kind = known.destination_of(kind)?.kind.as_str();
            let to = [("Type", kind.into()), ("Destination", arn.clone())];
            sides.push((side.clone(), Node::map(to)));
        }
        config.push(("DestinationConfig".to_owned(), Value::Map(sides).into()));
    }
    given.end()?;
    (is_it && function.alias.is_none()).then(|| Value::Map(config).into())
}
