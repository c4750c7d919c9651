//! A template: its resources, and what values come to.

use std::collections::{BTreeMap, BTreeSet};

use landfall_source::yaml::{Node, Value};

use crate::finding::Place;
use crate::known::Known;
use crate::settings::Set;

/// Deepest that values are looked up in one another.
const DEEPEST: usize = 16;

/// One resource.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Resource<'t> {
    pub(crate) id: &'t str,
    pub(crate) kind: &'t str,
    pub(crate) node: &'t Node,
}

impl<'t> Resource<'t> {
    /// The value at a path of its properties.
    pub(crate) fn at(&self, path: &str) -> Option<&'t Node> {
        self.node.get("Properties")?.at(path)
    }
}

/// A template.
#[derive(Debug)]
pub(crate) struct Template<'t> {
    pub(crate) file: &'t str,
    pub(crate) node: &'t Node,
    pub(crate) resources: Vec<Resource<'t>>,
    by_id: BTreeMap<&'t str, usize>,
}

impl<'t> Template<'t> {
    pub(crate) fn of(file: &'t str, node: &'t Node) -> Self {
        let entries = node.get("Resources").map_or(&[][..], Node::entries);
        let resources: Vec<Resource<'t>> = entries
            .iter()
            .filter_map(|(id, node)| {
                let kind = node.get("Type")?.text()?;
                Some(Resource { id, kind, node })
            })
            .collect();
        let by_id = resources.iter().enumerate();
        let by_id = by_id.map(|(place, one)| (one.id, place)).collect();
        Self {
            file,
            node,
            resources,
            by_id,
        }
    }

    /// The resource of that logical ID.
    pub(crate) fn resource(&self, id: &str) -> Option<Resource<'t>> {
        let place = self.by_id.get(id)?;
        self.resources.get(*place).copied()
    }

    pub(crate) fn place(&self, node: &Node) -> Place {
        Place::line(self.file, node.line)
    }

    /// What a value comes to; none where only a deployment tells.
    pub(crate) fn known(&self, node: &Node) -> Option<Known> {
        self.known_within(node, DEEPEST)
    }

    fn known_within(&self, node: &Node, depth: usize) -> Option<Known> {
        let depth = depth.checked_sub(1)?;
        let sure = |text: String| Some(Known { text, guess: None });
        match &node.value {
            Value::Text(text) | Value::Number(text) => sure(text.clone()),
            Value::Bool(flag) => sure(flag.to_string()),
            Value::Call(name, argument) => match (name.as_str(), argument.items()) {
                ("Ref", _) => self.parameter(argument.text()?, depth),
                ("Fn::Sub", _) => self.substituted(argument.text()?, depth),
                ("Fn::FindInMap", [map, first, second, ..]) => {
                    let [map, first, second] =
                        [map, first, second].map(|part| self.known_within(part, depth));
                    let (map, first, second) = (map?, first?, second?);
                    let mappings = self.node.get("Mappings")?;
                    let value = mappings
                        .get(&map.text)?
                        .get(&first.text)?
                        .get(&second.text)?;
                    let mut value = self.known_within(value, depth)?;
                    value.guess = value.guess.or(map.guess).or(first.guess).or(second.guess);
                    Some(value)
                }
                ("Fn::If", [_, then, otherwise]) => {
                    let then = self.known_within(then, depth)?;
                    let otherwise = self.known_within(otherwise, depth)?;
                    (then.text == otherwise.text).then_some(then)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// A parameter's default, unless it is a name under which the value is kept.
    fn parameter(&self, name: &str, depth: usize) -> Option<Known> {
        let parameter = self.node.get("Parameters")?.get(name)?;
        let kind = parameter.get("Type").and_then(Node::text).unwrap_or("");
        if kind.starts_with("AWS::SSM::") {
            return None;
        }
        let mut known = self.known_within(parameter.get("Default")?, depth)?;
        if known.text.is_empty() || known.text.contains("{{resolve:") {
            return None;
        }
        known.guess = Some(format!("the default of the parameter {name}"));
        Some(known)
    }

    /// A text with its `${…}` replaced, where all of them are known.
    fn substituted(&self, text: &str, depth: usize) -> Option<Known> {
        let mut out = String::new();
        let mut guess = None;
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, left) = after.split_once('}')?;
            let known = self.parameter(name.trim(), depth)?;
            out.push_str(before);
            out.push_str(&known.text);
            guess = guess.or(known.guess);
            rest = left;
        }
        out.push_str(rest);
        Some(Known { text: out, guess })
    }

    /// The text of a property.
    pub(crate) fn text(&self, resource: Resource<'_>, path: &str) -> Option<Set<String>> {
        self.text_of(resource.at(path)?)
    }

    /// The text that a value comes to.
    pub(crate) fn text_of(&self, node: &Node) -> Option<Set<String>> {
        let known = self.known(node)?;
        Some(Set {
            value: known.text,
            place: self.place(node),
            guess: known.guess,
        })
    }

    /// The number of a property.
    pub(crate) fn number(&self, resource: Resource<'_>, path: &str) -> Option<Set<f64>> {
        self.number_of(resource.at(path)?)
    }

    /// The number that a value comes to.
    pub(crate) fn number_of(&self, node: &Node) -> Option<Set<f64>> {
        let set = self.text_of(node)?;
        set.map(|text| text.trim().parse().ok().filter(|n: &f64| n.is_finite()))
    }

    /// Whether a property is true.
    pub(crate) fn is_true(&self, node: Option<&Node>) -> bool {
        node.and_then(|node| self.known(node))
            .is_some_and(|known| known.text == "true")
    }

    /// The logical IDs of resources that a value refers to, in their order in it.
    pub(crate) fn references(&self, node: &Node) -> Vec<&'t str> {
        let mut names: Vec<String> = Vec::new();
        node.walk(&mut |one| match one.call() {
            Some(("Ref", argument)) => names.extend(argument.text().map(str::to_owned)),
            Some(("Fn::GetAtt", argument)) => {
                let first = argument.items().first().and_then(Node::text);
                names.extend(first.map(str::to_owned));
            }
            Some(("Fn::Sub", argument)) => {
                let text = argument.text().or_else(|| argument.items().first()?.text());
                for part in text.unwrap_or_default().split("${").skip(1) {
                    let name = part.split(['}', '.']).next().unwrap_or_default();
                    names.push(name.trim().to_owned());
                }
            }
            _ => {}
        });
        let mut seen = BTreeSet::new();
        names
            .iter()
            .filter_map(|name| self.by_id.get_key_value(name.as_str()))
            .map(|(id, _)| *id)
            .filter(|id| seen.insert(*id))
            .collect()
    }

    /// All texts in a value, as one.
    pub(crate) fn texts(node: &Node) -> String {
        let mut out = String::new();
        node.walk(&mut |one| {
            if let Some(text) = one.text() {
                out.push_str(text);
                out.push(' ');
            }
        });
        out
    }
}
