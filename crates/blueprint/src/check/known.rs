//! What the rules know of AWS: `data/rules.toml` and `data/rules-limits.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::data::file;
use crate::graph::Fault;

/// How much hangs on a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Housekeeping.
    Note,
    /// It deploys, and fails or costs later.
    Warning,
    /// Deploying or the first use fails.
    Error,
}

impl Level {
    /// The word for it, as SARIF has it too.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// What a rule is, as `data/rules.toml` says.
#[derive(Debug, Clone, Deserialize)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// How much hangs on it.
    pub level: Level,
    /// The mistake, in a few words.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
    /// Where AWS documents it.
    pub documentation: String,
}

/// The least and the most that a service takes for a property.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// The type of resource.
    pub resource: String,
    /// The path of the property; `*` stands for every item of a list.
    pub property: String,
    /// The kind of source that a mapping must read for the row to hold; none for any.
    pub of: Option<String>,
    /// The least that is taken.
    pub least: Option<f64>,
    /// The most that is taken.
    pub most: Option<f64>,
    /// What is counted.
    pub unit: String,
    /// Where AWS documents it.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

impl Bound {
    /// What is wrong with a value of something; none where it is within the bounds.
    pub(super) fn broken(&self, name: &str, value: f64) -> Option<String> {
        let unit = &self.unit;
        match (self.least, self.most) {
            (Some(least), _) if value < least => Some(format!(
                "{name} is {value} {unit}, and the least is {least}"
            )),
            (_, Some(most)) if value > most => {
                Some(format!("{name} is {value} {unit}, and the most is {most}"))
            }
            _ => None,
        }
    }
}

/// Two properties of which the first may not be above the second.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The type of resource.
    pub resource: String,
    /// The path of the one that may not be above the other.
    pub low: String,
    /// The path of the other.
    pub high: String,
    /// Where AWS documents it.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

/// A list of subnets that must lie in several availability zones.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Zones {
    /// The type of resource.
    pub resource: String,
    /// The path of the list.
    pub property: String,
    /// Values of the resource's `Type` for which the row does not hold.
    #[serde(default)]
    pub unless: Vec<String>,
    /// How many zones at the least.
    pub least: usize,
    /// Whether no two subnets may lie in one zone.
    #[serde(default)]
    pub distinct: bool,
    /// Where AWS documents it.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

/// The port of a database engine where a template says none.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Port {
    /// How the engine's name begins.
    pub engine: String,
    /// The port.
    pub port: f64,
    /// Where AWS documents it.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

/// A managed policy of AWS, and what it allows of what rules ask for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Managed {
    /// Its name.
    pub name: String,
    /// Actions, with `*` as IAM takes it.
    pub actions: Vec<String>,
    /// Where AWS documents it.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Known {
    /// The rules.
    pub rules: Vec<Rule>,
    /// What properties take.
    pub bounds: Vec<Bound>,
    /// Properties that may not be above others.
    pub pairs: Vec<Pair>,
    /// Subnets that must lie in several zones.
    pub zones: Vec<Zones>,
    /// Ports of databases.
    pub ports: Vec<Port>,
    /// Managed policies.
    pub managed: Vec<Managed>,
    /// Single values, by their names.
    pub values: BTreeMap<String, Single>,
    /// Names that a service takes or refuses, by what they are.
    pub lists: BTreeMap<String, Names>,
}

/// A single value of a service: what holds where a template says nothing, and the like.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Single {
    id: String,
    value: f64,
    /// What is counted.
    pub unit: String,
    /// What it is.
    pub what: String,
    /// Where AWS documents it.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

/// Names that a service takes or refuses.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    id: String,
    items: Vec<String>,
    /// What they are.
    pub what: String,
    /// Where AWS documents them.
    pub documentation: String,
    /// When that was read.
    pub date: toml::value::Datetime,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    rule: Vec<Rule>,
    value: Vec<Single>,
    list: Vec<Names>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    bound: Vec<Bound>,
    pair: Vec<Pair>,
    zones: Vec<Zones>,
    port: Vec<Port>,
    managed: Vec<Managed>,
}

impl Known {
    /// Reads the files.
    ///
    /// # Errors
    /// A fault in one of them, which a test rules out.
    pub(super) fn read() -> Result<Self, Fault> {
        let rules: Rules = read("rules.toml")?;
        let limits: Limits = read("rules-limits.toml")?;
        let values = rules.value.into_iter().map(|one| (one.id.clone(), one));
        let lists = rules.list.into_iter().map(|one| (one.id.clone(), one));
        Ok(Self {
            rules: rules.rule,
            values: values.collect(),
            lists: lists.collect(),
            bounds: limits.bound,
            pairs: limits.pair,
            zones: limits.zones,
            ports: limits.port,
            managed: limits.managed,
        })
    }

    /// A value of `data/rules.toml`; a test rules out that there is none of this name.
    pub(super) fn value(&self, id: &str) -> f64 {
        self.values.get(id).map_or(f64::NAN, |one| one.value)
    }

    /// A list of `data/rules.toml`; a test rules out that there is none of this name.
    pub(super) fn list(&self, id: &str) -> &[String] {
        self.lists.get(id).map_or(&[], |one| &one.items)
    }
}

fn read<T: serde::de::DeserializeOwned>(name: &str) -> Result<T, Fault> {
    let text = file(name).unwrap_or_default();
    toml::from_str(text).map_err(|error| Fault(format!("{name}: {error}")))
}
