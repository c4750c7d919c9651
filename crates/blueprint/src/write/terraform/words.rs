//! The table of types and properties: `data/terraform.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value as Json, json};

use crate::data::file;
use crate::graph::Fault;
use crate::write::terraform::Texts;

/// `data/terraform.toml`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Words {
    /// Attributes of a stack, as expressions.
    pub(super) pseudo: BTreeMap<String, String>,
    /// Policies of resources that are known.
    policies: BTreeMap<String, String>,
    /// Rules of scanners that stand where a policy is.
    pub(super) of_policies: Vec<String>,
    /// Rules of scanners that hold for Terraform alone.
    #[serde(default)]
    skip: Vec<Skip>,
    #[serde(flatten)]
    kinds: BTreeMap<String, toml::Value>,
    #[serde(skip)]
    rows: BTreeMap<String, Kind>,
}

/// A rule that resources of a type of Terraform do not meet, and why.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Skip {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) id: String,
    pub(super) why: String,
    /// Only where these arguments are less than so much.
    #[serde(default)]
    pub(super) below: BTreeMap<String, f64>,
}

impl Skip {
    /// What stands beside a resource, as Checkov reads it.
    pub(super) fn said(&self) -> String {
        format!("checkov:skip={}:{}", self.id, self.why)
    }
}

/// How a type of resource is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kind {
    /// The type; none for what another resource does.
    #[serde(rename = "type", default)]
    pub(super) terraform: String,
    #[serde(default)]
    pub(super) file: String,
    name: Option<(String, usize)>,
    /// What a name ends with that the writer gives, and its width.
    #[serde(default)]
    pub(super) end: String,
    #[serde(default)]
    pub(super) end_width: usize,
    #[serde(rename = "ref")]
    pub(super) reference: Option<String>,
    #[serde(default)]
    pub(super) get: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) tail: BTreeMap<String, String>,
    #[serde(default)]
    map: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) by: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) depends: Option<String>,
    /// Types of its parts without which it is not what the template means.
    #[serde(default)]
    pub(super) whole: Vec<String>,
    pub(super) into: Option<String>,
    #[serde(default)]
    pub(super) extra: String,
    /// The property that names the resource with which it is kept.
    pub(super) kept_with: Option<String>,
    /// Arguments that AWS changes by itself.
    #[serde(default)]
    pub(super) ignored: Vec<String>,
    /// The property without which it changes none of them.
    pub(super) ignored_with: Option<String>,
    #[serde(default)]
    pub(super) is_made_first: bool,
}

/// Where a property goes, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row<'w> {
    pub(super) place: Place<'w>,
    /// How its value is written.
    pub(super) how: Vec<&'w str>,
    /// An argument besides, and its value.
    pub(super) besides: Option<(&'w str, &'w str)>,
}

/// Where a property goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place<'w> {
    /// An argument, or one of a block.
    Argument(&'w str),
    /// A block, or one for each item.
    Block(&'w str),
    /// Where it stands.
    Here,
    /// A resource of its own, or one for each item; with an argument, that is its value.
    Resource(&'w str, Option<&'w str>),
    /// Nowhere.
    Nowhere,
}

impl Words {
    /// Reads the table.
    ///
    /// # Errors
    /// A fault in the file, which a test rules out.
    pub(crate) fn read() -> Result<Self, Fault> {
        let fault = |error: toml::de::Error| Fault(format!("terraform.toml: {error}"));
        let mut words: Self =
            toml::from_str(file("terraform.toml").unwrap_or_default()).map_err(fault)?;
        let kinds = std::mem::take(&mut words.kinds).into_iter();
        let rows = kinds.filter(|(name, _)| name.starts_with("AWS::"));
        words.rows = rows
            .map(|(name, value)| Ok((name, value.try_into().map_err(fault)?)))
            .collect::<Result<_, Fault>>()?;
        Ok(words)
    }

    /// How a type is written.
    ///
    /// # Errors
    /// No row.
    pub(super) fn kind(&self, kind: &str) -> Result<&Kind, Fault> {
        let found = self.rows.get(kind);
        found.ok_or_else(|| Fault(format!("terraform.toml has no row for {kind}")))
    }

    /// What is known of a policy of a resource.
    ///
    /// # Errors
    /// No row.
    pub(super) fn policy(&self, name: &str) -> Result<(), Fault> {
        let found = self.policies.get(name).map(|_| ());
        found.ok_or_else(|| Fault(format!("terraform.toml has no row for the policy {name}")))
    }

    /// Rules of scanners that hold for Terraform alone and are not met somewhere in these texts: each
    /// with the reason and with the types that do not meet it.
    pub(crate) fn skipped(&self, texts: &Texts) -> Vec<Json> {
        let mut found: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
        for skip in &self.skip {
            let (said, of_kind) = (skip.said(), format!("resource \"{}\"", skip.kind));
            let is_in =
                |(_, text): &(String, String)| text.contains(&said) && text.contains(&of_kind);
            if texts.iter().any(is_in) {
                found
                    .entry((&skip.id, &skip.why))
                    .or_default()
                    .push(&skip.kind);
            }
        }
        let rows = found.into_iter().map(|((rule, reason), kinds)| {
            json!({"rule": rule, "reason": reason, "resources": kinds.join(", ")})
        });
        rows.collect()
    }

    /// Rules of scanners that hold for Terraform alone, of a type.
    pub(super) fn skips<'w>(&'w self, kind: &'w str) -> impl Iterator<Item = &'w Skip> {
        self.skip.iter().filter(move |skip| skip.kind == kind)
    }
}

impl Kind {
    /// The argument that names it, and the most characters of the name.
    pub(super) fn name(&self) -> Option<(&str, usize)> {
        self.name
            .as_ref()
            .map(|(name, most)| (name.as_str(), *most))
    }

    /// Where a property goes.
    ///
    /// # Errors
    /// No row.
    pub(super) fn row<'w>(&'w self, kind: &str, path: &str) -> Result<Row<'w>, Fault> {
        let text = self.map.get(path);
        let text =
            text.ok_or_else(|| Fault(format!("terraform.toml has no row for {path} of {kind}")))?;
        let (text, besides) = match text.split_once(" & ") {
            Some((text, besides)) => (text, Some(besides.split_once('=').unwrap_or((besides, "")))),
            None => (text.as_str(), None),
        };
        let mut words = text.split(' ');
        let first = words.next().unwrap_or_default();
        let mut how: Vec<&str> = words.collect();
        let place = if first == "-" {
            if !text.starts_with("- spread ") {
                how.clear();
            }
            Place::Nowhere
        } else if first == "." {
            Place::Here
        } else if let Some(kind) = first.strip_prefix('>') {
            let argument = if how.is_empty() {
                None
            } else {
                Some(how.remove(0))
            };
            Place::Resource(kind, argument)
        } else {
            first
                .strip_suffix("{}")
                .map_or(Place::Argument(first), Place::Block)
        };
        Ok(Row {
            place,
            how,
            besides,
        })
    }
}
