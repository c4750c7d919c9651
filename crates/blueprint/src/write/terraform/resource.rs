//! A resource of a template as blocks: its own, those that it is split into, and its policies.
//!
//! One file, because each way in which a type is split is a few lines beside the table of types.

use std::collections::BTreeSet;

use super::expression::{Scene, Speech};
use super::names;
use super::policy;
use super::words::{Kind, Place, Row, Skip};
use crate::graph::{CONTEXT, Fault, Graph, Resource};
use crate::openings;
use crate::value::{Node, Value};
use crate::write::hcl::{self, Block, Entry, Hcl};
use crate::yaml;
use landfall_source::Source;

/// The block that says when a resource is made and ended, and the argument by which it is kept.
const LIFECYCLE: &str = "lifecycle";
const KEPT: &str = "prevent_destroy";

/// What a resource is written as.
#[derive(Debug)]
pub(super) struct Made<'s, 'g> {
    speech: &'s Speech<'g>,
    one: &'g Resource,
    kind: &'s Kind,
    scene: Scene,
    /// The blocks, each after the policies that it needs.
    blocks: Vec<Block>,
    policies: Vec<Block>,
    taken: BTreeSet<String>,
    /// Whether it is said what it waits for.
    waits: bool,
}

/// The file that a resource stands in, and its blocks.
///
/// # Errors
/// A type or a property that the table does not have.
pub(super) fn written<'g>(
    speech: &Speech<'g>,
    one: &'g Resource,
) -> Result<(String, Vec<Block>), Fault> {
    of(speech, one, true)
}

fn of<'g>(
    speech: &Speech<'g>,
    one: &'g Resource,
    waits: bool,
) -> Result<(String, Vec<Block>), Fault> {
    if let Some(condition) = &one.condition {
        return Err(Fault(format!(
            "Terraform has no word for the condition {condition}"
        )));
    }
    let zone = speech.names.zone(&one.id).map(|(_, place)| place);
    let made = Made {
        speech,
        one,
        kind: speech.words.kind(&one.kind)?,
        scene: Scene {
            zone,
            is_policy: false,
        },
        blocks: Vec::new(),
        policies: Vec::new(),
        taken: BTreeSet::new(),
        waits,
    };
    let file = made.kind.file.clone();
    Ok((file, made.whole()?))
}

impl Made<'_, '_> {
    fn label(&self) -> String {
        self.speech.names.label(&self.one.id)
    }

    fn whole(mut self) -> Result<Vec<Block>, Fault> {
        let mut block = self.begun(&self.kind.terraform);
        self.fill("", &self.one.properties, &mut block)?;
        self.merged(&mut block)?;
        for (name, _) in &self.one.policies {
            self.speech.words.policy(name)?;
        }
        if self.kind.into.is_some() {
            return Ok(Vec::new());
        }
        let has = |name: &str| {
            block
                .entries
                .iter()
                .any(|entry| matches!(entry, Entry::Value(key, _) if key == name))
        };
        if let Some((argument, most)) = self.kind.name().filter(|(argument, _)| !has(argument)) {
            let name = names::made(
                &self.label(),
                self.kind,
                most,
                self.speech.app,
                self.scene.zone.is_some(),
            );
            let place = usize::from(self.scene.zone.is_some());
            block
                .entries
                .insert(place, Entry::Value(argument.to_owned(), Hcl::plain(name)));
        }
        block.sort();
        self.awaited(&mut block)?;
        self.lifecycle(&mut block);
        self.said(&mut block);
        let mut all = std::mem::take(&mut self.policies);
        all.push(block);
        all.append(&mut self.blocks);
        Ok(all)
    }

    /// A resource of a type, with what stands in each for its zone.
    fn begun(&self, kind: &str) -> Block {
        let mut block = Block::of("resource");
        block.labels = vec![kind.to_owned(), self.label()];
        if self.scene.zone.is_some() {
            block.put("for_each", Hcl::plain("local.zones"));
        }
        block
    }

    /// What other resources of the template add to this one, and what is written into each.
    fn merged(&self, block: &mut Block) -> Result<(), Fault> {
        let speech = self.speech;
        let mut extras = vec![self.kind.extra.as_str()];
        for other in &speech.graph.resources {
            let kind = speech.words.kind(&other.kind)?;
            let Some(property) = &kind.into else { continue };
            let named = other
                .property(property)
                .and_then(|node| speech.graph.named_by(node));
            if named.is_some_and(|named| named.id == self.one.id) {
                extras.push(kind.extra.as_str());
            }
        }
        for extra in extras {
            block.entries.extend(hcl::read(extra)?);
        }
        Ok(())
    }

    /// Writes the properties of a map into a block.
    fn fill(&mut self, path: &str, node: &Node, block: &mut Block) -> Result<(), Fault> {
        for (key, value) in node.entries() {
            let path = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}/{key}")
            };
            self.property(&path, value, node, block)?;
        }
        Ok(())
    }

    fn property(
        &mut self,
        path: &str,
        value: &Node,
        among: &Node,
        block: &mut Block,
    ) -> Result<(), Fault> {
        let kind = self.kind;
        let row = kind.row(&self.one.kind, path)?;
        match row.place {
            Place::Nowhere => self.spread(&row, value, block)?,
            Place::Here => self.here(path, &row, value, block)?,
            Place::Block(name) => {
                for item in maps(value) {
                    let mut inner = Block::of(name);
                    self.fill(path, item, &mut inner)?;
                    block.entries.push(Entry::Block(inner));
                }
            }
            Place::Argument(name) => self.argument(name, &row.how, value, among, block)?,
            Place::Resource(name, argument) => {
                self.resources(path, name, argument, &row.how, value)?;
            }
        }
        if let Some((name, value)) = row.besides {
            match name.strip_suffix("{}") {
                Some(name) => block.entries.push(Entry::Block(Block::of(name))),
                None => block.put(name, Hcl::plain(value)),
            }
        }
        Ok(())
    }

    /// What belongs to where it stands.
    fn here(
        &mut self,
        path: &str,
        row: &Row<'_>,
        value: &Node,
        block: &mut Block,
    ) -> Result<(), Fault> {
        if let ["keyed", key, of] = row.how.as_slice() {
            for item in value.items() {
                let name = item.get(key).and_then(Node::text);
                let name = name.ok_or_else(|| {
                    Fault(format!(
                        "{path} of {} has an item without {key}",
                        self.one.id
                    ))
                })?;
                let Some(value) = item.get(of) else { continue };
                self.property(&format!("{path}/{name}"), value, item, block)?;
            }
            return Ok(());
        }
        maps(value)
            .into_iter()
            .try_for_each(|item| self.fill(path, item, block))
    }

    /// The same attributes of the resource that is named.
    fn spread(&self, row: &Row<'_>, value: &Node, block: &mut Block) -> Result<(), Fault> {
        let ["spread", attributes] = row.how.as_slice() else {
            return Ok(());
        };
        let named = self.speech.graph.named_by(value);
        let named = named.ok_or_else(|| Fault(format!("{} names no resource", self.one.id)))?;
        let address = self.speech.address(&named.id, self.scene)?;
        for attribute in attributes.split(',') {
            block.put(attribute, Hcl::plain(format!("{address}.{attribute}")));
        }
        Ok(())
    }

    fn argument(
        &mut self,
        name: &str,
        how: &[&str],
        value: &Node,
        among: &Node,
        block: &mut Block,
    ) -> Result<(), Fault> {
        if how == ["function"] {
            return self.function(name, value, block);
        }
        let written = self.value(how, value, among)?;
        block.put(name, written);
        Ok(())
    }

    /// A function, or the alias of one with its qualifier.
    fn function(&self, name: &str, value: &Node, block: &mut Block) -> Result<(), Fault> {
        let graph = self.speech.graph;
        let alias = graph
            .named_by(value)
            .filter(|one| one.kind == "AWS::Lambda::Alias");
        let Some(alias) = alias else {
            block.put(name, self.speech.say(value, self.scene)?);
            return Ok(());
        };
        let address = self.speech.address(&alias.id, self.scene)?;
        block.put(name, Hcl::plain(format!("{address}.function_name")));
        block.put("qualifier", Hcl::plain(format!("{address}.name")));
        Ok(())
    }

    fn value(&mut self, how: &[&str], value: &Node, among: &Node) -> Result<Hcl, Fault> {
        let (one, speech, scene) = (self.one, self.speech, self.scene);
        let lost = || unwritten(one, how, value);
        Ok(match how {
            [] => speech.say(value, scene)?,
            ["policy", rest @ ..] => self.policy(value, rest.first().copied())?,
            ["json"] => Hcl::Call("jsonencode", vec![speech.say(value, scene)?]),
            ["camel"] => Hcl::Call("jsonencode", vec![speech.say(&camel(value), scene)?]),
            ["parsed"] => {
                let source = Source::new("policy.json", value.text().ok_or_else(lost)?);
                let read = yaml::read(&source).map_err(|problem| Fault(problem.message))?;
                Hcl::Call(
                    "jsonencode",
                    vec![speech.say(read.first().ok_or_else(lost)?, scene)?],
                )
            }
            ["first"] => match value.items() {
                [only] => speech.say(only, scene)?,
                _ => return Err(lost()),
            },
            ["list"] => Hcl::List(vec![speech.say(value, scene)?]),
            ["pick" | "pairs", ..] => self.items(how, value)?,
            ["is", text] => Hcl::plain((value.text() == Some(*text)).to_string()),
            ["has", text] => Hcl::plain(
                value
                    .items()
                    .iter()
                    .any(|item| item.text() == Some(*text))
                    .to_string(),
            ),
            ["number"] => {
                let number = value.number().and(value.text());
                number.map_or_else(
                    || speech.say(value, scene),
                    |text| Ok(Hcl::plain(text.trim())),
                )?
            }
            ["flag"] => Hcl::plain(value.flag().ok_or_else(lost)?.to_string()),
            ["slashed", key] => {
                let (path, last) = value
                    .text()
                    .zip(among.get(key).and_then(Node::text))
                    .ok_or_else(lost)?;
                Hcl::text(&format!("{}/{last}", path.trim_start_matches('/')))
            }
            [attribute] if attribute.starts_with('@') => {
                let named = speech.graph.named_by(value).ok_or_else(lost)?;
                let address = speech.address(&named.id, scene)?;
                Hcl::plain(format!("{address}.{}", attribute.trim_start_matches('@')))
            }
            _ => return Err(lost()),
        })
    }

    /// What stands under a key of each item, or a map of keys and values.
    fn items(&self, how: &[&str], value: &Node) -> Result<Hcl, Fault> {
        let (speech, scene) = (self.speech, self.scene);
        let lost = || unwritten(self.one, how, value);
        Ok(match how {
            ["pick", key] => {
                let items = value
                    .items()
                    .iter()
                    .map(|item| speech.say(item.get(key).ok_or_else(lost)?, scene));
                Hcl::List(items.collect::<Result<_, _>>()?)
            }
            ["pairs", key, of] => {
                let pairs = value.items().iter().map(|item| {
                    let name = item.get(key).and_then(Node::text).ok_or_else(lost)?;
                    Ok((
                        name.to_owned(),
                        speech.say(item.get(of).ok_or_else(lost)?, scene)?,
                    ))
                });
                Hcl::Object(pairs.collect::<Result<_, Fault>>()?)
            }
            _ => return Err(lost()),
        })
    }

    /// A policy, as a data source before what has it.
    fn policy(&mut self, value: &Node, suffix: Option<&str>) -> Result<Hcl, Fault> {
        let label = self.label() + &suffix.map_or_else(String::new, |suffix| format!("_{suffix}"));
        let mut name = label.clone();
        let mut number = 1;
        while !self.taken.insert(name.clone()) {
            number += 1;
            name = format!("{label}_{number}");
        }
        let mut block = policy::document(self.speech, value, &name, self.scene)?;
        block.within = self.skips(true);
        self.policies.push(block);
        Ok(Hcl::plain(format!(
            "data.aws_iam_policy_document.{name}.json"
        )))
    }

    /// Resources of their own, split off this one.
    fn resources(
        &mut self,
        path: &str,
        kind: &str,
        argument: Option<&str>,
        how: &[&str],
        value: &Node,
    ) -> Result<(), Fault> {
        let of = self.speech.address(&self.one.id, self.scene)?;
        let items: Vec<&Node> = match &value.value {
            Value::List(items) => items.iter().collect(),
            _ => vec![value],
        };
        for (place, item) in items.iter().enumerate() {
            let mut block = self.begun(kind);
            if let (true, Some(label)) = (items.len() > 1, block.labels.last_mut()) {
                *label = format!("{label}_{}", place + 1);
            }
            for (name, attribute) in self.kind.by.get(kind).into_iter().flatten() {
                block.put(name, Hcl::plain(format!("{of}.{attribute}")));
            }
            match argument {
                Some(name) => self.argument(name, how, item, value, &mut block)?,
                None => self.fill(path, item, &mut block)?,
            }
            block.sort();
            if self.kind.depends.as_deref() == Some(kind) {
                depend(&mut block, self.needed()?);
            }
            // Without its parts it would not be what is kept: a bucket would lose its encryption.
            if self.is_kept() {
                let mut inner = Block::of(LIFECYCLE);
                inner.put(KEPT, Hcl::plain("true"));
                block.entries.push(Entry::Block(inner));
            }
            block.within = self.skips_of(kind, &block);
            self.blocks.push(block);
        }
        Ok(())
    }

    /// What must be there before it: what the template says, unless a part of it waits for that
    /// instead, and all parts of what it refers to.
    fn awaited(&self, block: &mut Block) -> Result<(), Fault> {
        let waits = |inner: &Block| Some(inner.labels.first()) == Some(self.kind.depends.as_ref());
        let is_by_part = self.kind.depends.is_some() && self.blocks.iter().any(waits);
        let mut needed = if is_by_part {
            Vec::new()
        } else {
            self.needed()?
        };
        for id in Graph::references(&self.one.properties) {
            let Some(other) = self.speech.graph.get(&id).filter(|_| self.waits) else {
                continue;
            };
            let whole = &self.speech.words.kind(&other.kind)?.whole;
            if whole.is_empty() {
                continue;
            }
            let parts = parts(self.speech, &id)?;
            let is_whole = |part: &String| {
                part.split('.')
                    .next()
                    .is_some_and(|kind| whole.iter().any(|one| one == kind))
            };
            needed.extend(parts.into_iter().filter(is_whole));
        }
        depend(block, needed);
        Ok(())
    }

    /// What the template says that it needs.
    fn needed(&self) -> Result<Vec<String>, Fault> {
        let mut needed = Vec::new();
        for id in self.one.depends_on.iter().filter(|_| self.waits) {
            needed.extend(parts(self.speech, id)?);
        }
        Ok(needed)
    }

    fn lifecycle(&self, block: &mut Block) {
        let mut inner = Block::of(LIFECYCLE);
        if self.is_kept() {
            inner.put(KEPT, Hcl::plain("true"));
        }
        if self.kind.is_made_first {
            inner.put("create_before_destroy", Hcl::plain("true"));
        }
        if self.is_changed() && !self.kind.ignored.is_empty() {
            let ignored = self.kind.ignored.iter().map(Hcl::plain).collect();
            inner.put("ignore_changes", Hcl::List(ignored));
        }
        if !inner.entries.is_empty() {
            block.entries.push(Entry::Block(inner));
        }
    }

    /// Whether it stays when the rest goes: it, or the resource that it belongs to.
    fn is_kept(&self) -> bool {
        let stays = |one: &Resource| {
            let mut policies = one.policies.iter();
            policies.any(|(name, node)| name == "DeletionPolicy" && node.text() == Some("Retain"))
        };
        let of = self.kind.kept_with.as_ref();
        let of = of.and_then(|property| self.one.property(property));
        let of = of.map(Graph::references).unwrap_or_default();
        stays(self.one)
            || of
                .iter()
                .any(|id| self.speech.graph.get(id).is_some_and(stays))
    }

    /// Whether AWS changes the arguments that it changes in some: where something scales it, or by
    /// a property of its own.
    fn is_changed(&self) -> bool {
        if let Some(property) = &self.kind.ignored_with {
            return self.one.property(property).is_some();
        }
        let graph = self.speech.graph;
        graph
            .of_kind("AWS::ApplicationAutoScaling::ScalableTarget")
            .any(|target| Graph::references(&target.properties).contains(&self.one.id))
    }

    /// What is said about it: why it is there, what it leaves open, which rules it does not meet.
    fn said(&self, block: &mut Block) {
        let metadata = &self.one.metadata;
        if let Some(why) = metadata.at(&format!("{CONTEXT}/why")).and_then(Node::text) {
            block.above.push(why.to_owned());
        }
        for (key, reason) in metadata
            .at(openings::REASONS)
            .map_or(&[][..], Node::entries)
        {
            block.above.push(format!(
                "Left open, {key}: {}",
                reason.text().unwrap_or_default()
            ));
        }
        block.within = self.skips(false);
        let besides = self.skips_of(&self.kind.terraform, block);
        block.within.extend(besides);
    }

    /// Rules that it does not meet, as Checkov reads them: those of policies, or the others.
    fn skips(&self, of_policies: bool) -> Vec<String> {
        let skips = self
            .one
            .metadata
            .at("checkov/skip")
            .map_or(&[][..], Node::items);
        let text = |skip: &Node, key: &str| skip.get(key).and_then(Node::text).map(str::to_owned);
        let all = skips
            .iter()
            .filter_map(|skip| Some((text(skip, "id")?, text(skip, "comment")?)));
        let known = &self.speech.words.of_policies;
        all.filter(|(id, _)| known.contains(id) == of_policies)
            .map(|(id, why)| format!("checkov:skip={id}:{why}"))
            .collect()
    }

    /// Rules that hold for Terraform alone and that a block of a type does not meet.
    fn skips_of(&self, kind: &str, block: &Block) -> Vec<String> {
        let number = |name: &str| {
            block.entries.iter().find_map(|entry| match entry {
                Entry::Value(own, Hcl::Plain(text)) if own == name => text.parse::<f64>().ok(),
                _ => None,
            })
        };
        let is_below = |skip: &&Skip| {
            let mut bounds = skip.below.iter();
            bounds.all(|(name, bound)| number(name).is_some_and(|found| found < *bound))
        };
        let all = self.speech.words.skips(kind).filter(is_below);
        all.map(Skip::said).collect()
    }
}

/// Whether a block is kept when the rest is destroyed.
pub(super) fn is_kept(block: &Block) -> bool {
    let is_said = |inner: &Entry| matches!(inner, Entry::Value(name, _) if name == KEPT);
    block.entries.iter().any(|entry| match entry {
        Entry::Block(inner) => inner.kind == LIFECYCLE && inner.entries.iter().any(is_said),
        Entry::Value(..) => false,
    })
}

/// That a value of a resource is none of those that are written so.
fn unwritten(one: &Resource, how: &[&str], value: &Node) -> Fault {
    let how = how.join(" ");
    Fault(format!("{}: {value} is not written as {how}", one.id))
}

/// Says what a block waits for, each once.
fn depend(block: &mut Block, needed: Vec<String>) {
    let mut once: Vec<String> = Vec::new();
    for one in needed {
        if !once.contains(&one) {
            once.push(one);
        }
    }
    if !once.is_empty() {
        block.put(
            "depends_on",
            Hcl::List(once.into_iter().map(Hcl::Plain).collect()),
        );
    }
}

/// Everything that a resource of the template is written as.
fn parts(speech: &Speech<'_>, id: &str) -> Result<Vec<String>, Fault> {
    let one = speech.resource(id)?;
    let (_, blocks) = of(speech, one, false)?;
    if blocks.is_empty() {
        return Ok(vec![speech.whole(id)?]);
    }
    let made = blocks.iter().filter(|block| block.kind == "resource");
    Ok(made.map(|block| block.labels.join(".")).collect())
}

/// A map, or each of a list.
fn maps(node: &Node) -> Vec<&Node> {
    match &node.value {
        Value::List(items) => items.iter().collect(),
        _ => vec![node],
    }
}

/// The keys of a service's API, which begin with a small letter; those of options are their own.
fn camel(node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(camel).collect()),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, inner)| {
                let mut letters = key.chars();
                let first = letters.next().map(|letter| letter.to_ascii_lowercase());
                let inner = if key == "Options" {
                    inner.clone()
                } else {
                    camel(inner)
                };
                (first.into_iter().chain(letters).collect(), inner)
            });
            Value::Map(entries.collect())
        }
        other => other.clone(),
    };
    Node {
        line: node.line,
        value,
    }
}
