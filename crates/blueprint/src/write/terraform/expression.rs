//! Values of a template as expressions of HCL.

use std::collections::BTreeMap;

use super::names::{Names, ZONES, zone_key};
use super::words::Words;
use crate::graph::{Fault, Graph, Resource};
use crate::value::{Node, Value};
use crate::write::hcl::{Hcl, quoted};

/// What expressions are written from.
#[derive(Debug)]
pub(super) struct Speech<'g> {
    pub(super) graph: &'g Graph,
    pub(super) words: &'g Words,
    pub(super) names: Names,
    /// Parameters as expressions.
    pub(super) given: BTreeMap<String, String>,
    /// Most characters of the app's name.
    pub(super) app: usize,
}

/// Where an expression stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Scene {
    /// The zone, in what stands once for each.
    pub(super) zone: Option<usize>,
    /// In a policy, where log groups are named with all their streams.
    pub(super) is_policy: bool,
}

type Said = Result<Hcl, Fault>;

impl<'g> Speech<'g> {
    /// A value.
    pub(super) fn say(&self, node: &Node, scene: Scene) -> Said {
        Ok(match &node.value {
            Value::Null => Hcl::plain("null"),
            Value::Bool(flag) => Hcl::plain(flag.to_string()),
            Value::Number(text) => Hcl::plain(text),
            Value::Text(text) => Hcl::text(text),
            Value::List(items) => match self.of_all_zones(items, scene)? {
                Some(all) => all,
                None => Hcl::List(
                    items
                        .iter()
                        .map(|item| self.say(item, scene))
                        .collect::<Result<_, _>>()?,
                ),
            },
            Value::Map(entries) => {
                let entries = entries
                    .iter()
                    .map(|(key, inner)| Ok((key.clone(), self.say(inner, scene)?)));
                Hcl::Object(entries.collect::<Result<_, Fault>>()?)
            }
            Value::Call(name, argument) => self.call(name, argument, scene)?,
        })
    }

    fn call(&self, name: &str, argument: &Node, scene: Scene) -> Said {
        let lost = || Fault(format!("Terraform has no word for {name} {argument}"));
        let parts = argument.items();
        Ok(match (name, parts) {
            ("Ref", _) => Hcl::plain(self.reference(argument.text().ok_or_else(lost)?, scene)?),
            ("Fn::GetAtt", [id, attribute]) => {
                let (id, attribute) = id.text().zip(attribute.text()).ok_or_else(lost)?;
                Hcl::plain(self.attribute(id, attribute, scene)?)
            }
            ("Fn::Sub", []) => {
                Hcl::plain(self.substitute(argument.text().ok_or_else(lost)?, scene)?)
            }
            ("Fn::Base64", _) => self.base64(argument, scene)?,
            ("Fn::Select", [place, of]) => self.select(place, of, scene)?,
            _ => return Err(lost()),
        })
    }

    /// What a reference gives.
    pub(super) fn reference(&self, id: &str, scene: Scene) -> Result<String, Fault> {
        if let Some(known) = self.words.pseudo.get(id).or_else(|| self.given.get(id)) {
            return Ok(known.clone());
        }
        let kind = self.words.kind(&self.resource(id)?.kind)?;
        let attribute = kind.reference.as_ref();
        let attribute = attribute.ok_or_else(|| {
            Fault(format!(
                "terraform.toml does not say what a reference to {id} gives"
            ))
        })?;
        Ok(format!("{}.{attribute}", self.address(id, scene)?))
    }

    /// An attribute of a resource.
    fn attribute(&self, id: &str, attribute: &str, scene: Scene) -> Result<String, Fault> {
        let kind = self.words.kind(&self.resource(id)?.kind)?;
        let found = kind.get.get(attribute);
        let found = found.ok_or_else(|| {
            Fault(format!(
                "terraform.toml does not say what {attribute} of {id} is"
            ))
        })?;
        let found = format!("{}.{found}", self.address(id, scene)?);
        Ok(match kind.tail.get(attribute).filter(|_| scene.is_policy) {
            Some(tail) => format!("\"${{{found}}}{tail}\""),
            None => found,
        })
    }

    pub(super) fn resource(&self, id: &str) -> Result<&'g Resource, Fault> {
        let found = self.graph.get(id);
        found.ok_or_else(|| Fault(format!("there is no {id}")))
    }

    /// The resource that does what one does: itself, in most cases.
    fn done_by(&self, one: &'g Resource) -> Result<&'g Resource, Fault> {
        let kind = self.words.kind(&one.kind)?;
        match &kind.into {
            None => Ok(one),
            Some(property) => {
                let named = one
                    .property(property)
                    .and_then(|node| self.graph.named_by(node));
                named.ok_or_else(|| Fault(format!("{} names no resource", one.id)))
            }
        }
    }

    /// Where a resource stands: `aws_kms_key.key`.
    pub(super) fn address(&self, id: &str, scene: Scene) -> Result<String, Fault> {
        let whole = self.whole(id)?;
        Ok(match self.names.zone(id) {
            Some((_, place)) if scene.zone == Some(place) => format!("{whole}[each.key]"),
            Some((_, place)) => format!("{whole}[\"{}\"]", zone_key(place)),
            None => whole,
        })
    }

    /// The same without a zone.
    pub(super) fn whole(&self, id: &str) -> Result<String, Fault> {
        let one = self.done_by(self.resource(id)?)?;
        let kind = self.words.kind(&one.kind)?;
        Ok(format!("{}.{}", kind.terraform, self.names.label(&one.id)))
    }

    /// A list that names what stands in every zone, each in its order.
    fn of_all_zones(&self, items: &[Node], scene: Scene) -> Result<Option<Hcl>, Fault> {
        if scene.zone.is_some() || items.len() != ZONES.len() {
            return Ok(None);
        }
        let mut found: Vec<String> = Vec::new();
        for (item, (_, zone)) in items.iter().zip(ZONES) {
            let Some(named) = self.graph.named_by(item) else {
                return Ok(None);
            };
            if self
                .names
                .zone(&named.id)
                .is_none_or(|(_, place)| place != zone)
            {
                return Ok(None);
            }
            let Hcl::Plain(text) = self.say(
                item,
                Scene {
                    zone: Some(zone),
                    ..scene
                },
            )?
            else {
                return Ok(None);
            };
            found.push(text);
        }
        let same = found
            .first()
            .filter(|first| found.iter().all(|other| other == *first));
        let each = same.and_then(|text| text.split_once("[each.key]."));
        Ok(each.map(|(of, attribute)| Hcl::plain(format!("values({of})[*].{attribute}"))))
    }

    /// A text with values in it.
    fn substitute(&self, text: &str, scene: Scene) -> Result<String, Fault> {
        let mut out = String::new();
        let mut rest = text;
        let mut only = None;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, behind)) = after.split_once('}') else {
                break;
            };
            out.push_str(inner(&quoted(before)));
            if let Some(plain) = name.strip_prefix('!') {
                out.push_str(&format!("$${{{plain}}}"));
            } else {
                let value = match name.trim().split_once('.') {
                    Some((id, attribute)) => self.attribute(id, attribute, scene)?,
                    None => self.reference(name.trim(), scene)?,
                };
                if before.is_empty() && out.is_empty() && behind.is_empty() {
                    only = Some(value.clone());
                }
                match value.strip_prefix('"') {
                    Some(text) => out.push_str(text.trim_end_matches('"')),
                    None => out.push_str(&format!("${{{value}}}")),
                }
            }
            rest = behind;
        }
        out.push_str(inner(&quoted(rest)));
        Ok(only.unwrap_or_else(|| format!("\"{out}\"")))
    }

    /// A script, line by line.
    fn base64(&self, argument: &Node, scene: Scene) -> Said {
        let text = match argument.call() {
            Some(("Fn::Sub", text)) => text.text(),
            _ => argument.text(),
        };
        let text =
            text.ok_or_else(|| Fault(format!("Terraform has no word for the script {argument}")))?;
        let lines = text
            .split('\n')
            .map(|line| Ok(Hcl::plain(self.substitute(line, scene)?)));
        let lines = Hcl::List(lines.collect::<Result<_, Fault>>()?);
        Ok(Hcl::Call(
            "base64encode",
            vec![Hcl::Call("join", vec![Hcl::text("\n"), lines])],
        ))
    }

    /// One of zones, of parts of a network, or of a list that is given.
    fn select(&self, place: &Node, of: &Node, scene: Scene) -> Said {
        let lost = || {
            Fault(format!(
                "Terraform has no word for selecting {place} of {of}"
            ))
        };
        let place: usize = place
            .text()
            .and_then(|text| text.parse().ok())
            .ok_or_else(lost)?;
        let place = match scene.zone {
            Some(zone) if place == zone => "each.value".to_owned(),
            Some(zone) if place > zone => format!("each.value + {}", place - zone),
            Some(zone) => format!("each.value - {}", zone - place),
            None => place.to_string(),
        };
        Ok(Hcl::plain(match of.call() {
            Some(("Fn::GetAZs", _)) => {
                format!("data.aws_availability_zones.available.names[{place}]")
            }
            Some(("Fn::Cidr", argument)) => {
                let [range, _, bits] = argument.items() else {
                    return Err(lost());
                };
                let network = self
                    .graph
                    .named_by(range)
                    .and_then(|one| one.property("CidrBlock"))
                    .and_then(Node::text);
                let size: Option<u32> =
                    network.and_then(|text| text.split_once('/')?.1.parse().ok());
                let bits: Option<u32> = bits.text().and_then(|text| text.parse().ok());
                let new = size
                    .zip(bits)
                    .and_then(|(size, bits)| 32_u32.checked_sub(size + bits))
                    .ok_or_else(lost)?;
                let Hcl::Plain(range) = self.say(range, scene)? else {
                    return Err(lost());
                };
                format!("cidrsubnet({range}, {new}, {place})")
            }
            Some(("Ref", _)) => {
                let Hcl::Plain(list) = self.say(of, scene)? else {
                    return Err(lost());
                };
                format!("{list}[{place}]")
            }
            _ => return Err(lost()),
        }))
    }
}

/// A quoted text without its quotes.
fn inner(text: &str) -> &str {
    text.get(1..text.len().saturating_sub(1))
        .unwrap_or_default()
}
