//! A decision kept beside its file, so that a later one can be held against it.

use std::collections::BTreeMap;

use landfall_decide::{Decision, MOST_SCENARIOS, WorkloadDecision};
use landfall_source::Span;
use landfall_units::Range;
use landfall_workload::{FactId, Facts, Kind, Origin, Value};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use crate::text::break_even_lines;

/// Version of the format.
const SCHEMA: u32 = 1;

/// `landfall.lock`: recorded decisions of the workload files of a folder.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Version of the format.
    pub schema: u32,
    /// One for each workload file.
    #[serde(default, rename = "file")]
    pub files: Vec<Record>,
}

/// The recorded decision of one workload file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Record {
    /// The file's name.
    pub name: String,
    /// A digest of the file.
    pub digest: String,
    /// The framework's name and version.
    pub framework: String,
    /// The day whose facts were used.
    pub as_of: String,
    /// The region priced.
    pub region: String,
    /// The latest date of any of its prices.
    pub prices: Option<String>,
    /// The seed.
    pub seed: u64,
    /// Scenarios drawn.
    #[serde(deserialize_with = "worlds")]
    pub worlds: usize,
    /// Whether operations counted.
    pub people: bool,
    /// One for each workload.
    #[serde(default, rename = "workload")]
    pub workloads: Vec<WorkloadRecord>,
}

/// A number of scenarios that may be drawn.
fn worlds<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    let number = usize::deserialize(from)?;
    if number > MOST_SCENARIOS {
        return Err(D::Error::custom(format!(
            "at most {MOST_SCENARIOS} scenarios are drawn"
        )));
    }
    Ok(number)
}

/// What was decided for one workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkloadRecord {
    /// Its id.
    pub id: String,
    /// The recommended platform.
    pub recommended: Option<String>,
    /// The runner-up.
    pub runner_up: Option<String>,
    /// How much less the former costs.
    pub margin: Option<f64>,
    /// The share of scenarios in which it is cheapest.
    pub confidence: Option<f64>,
    /// Dollars a month at likely values.
    pub total: Option<f64>,
    /// Break-even points, in words; under its former name in older lock files.
    #[serde(alias = "tips")]
    pub break_even: Vec<String>,
    /// What was given of it, by the names of facts.
    pub facts: BTreeMap<String, Kept>,
    /// Prices of the recommended option and the runner-up, by service and meter.
    pub prices: BTreeMap<String, String>,
}

/// A fact's value, in base units.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Kept {
    /// Yes or no.
    Flag(bool),
    /// Low, likely and high.
    Quantity([f64; 3]),
    /// A choice or a text.
    Text(String),
    /// Several choices.
    Choices(Vec<String>),
    /// No value, but what it is at most.
    Bound {
        /// In base units.
        at_most: f64,
    },
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            schema: SCHEMA,
            files: Vec::new(),
        }
    }
}

impl Lock {
    /// Takes a record in, in place of the one of the same file.
    pub fn put(&mut self, record: Record) {
        self.files.retain(|one| one.name != record.name);
        self.files.push(record);
        self.files.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

impl Record {
    /// The record of a decision.
    pub fn of(decision: &Decision, name: &str, digest: String) -> Self {
        Self {
            name: name.to_owned(),
            digest,
            framework: format!("{} {}", decision.framework.0, decision.framework.1),
            as_of: decision.as_of.to_string(),
            region: decision.region.clone(),
            prices: decision.prices_as_of.map(|date| date.to_string()),
            seed: decision.seed,
            worlds: decision.scenarios,
            people: decision.people,
            workloads: decision.workloads.iter().map(WorkloadRecord::of).collect(),
        }
    }
}

impl WorkloadRecord {
    fn of(one: &WorkloadDecision) -> Self {
        let id = |option: &landfall_decide::OptionDecision| option.platform.clone();
        let three = |value: f64| (value * 1e3).round() / 1e3;
        let best = one.recommended();
        Self {
            id: one.id.clone(),
            recommended: best.map(id),
            runner_up: one.runner_up().map(id),
            margin: one.margin.map(three),
            confidence: best.and_then(|best| Some(three(best.doubt?.wins))),
            total: best.and_then(|best| Some(best.monthly?.total.to_cent().as_f64())),
            break_even: break_even_lines(one),
            facts: kept(&one.facts),
            prices: prices(one),
        }
    }

    /// The facts as they were given.
    pub fn given(&self) -> Facts {
        let mut facts = Facts::default();
        for (name, kept) in &self.facts {
            let Some(fact) = FactId::named(name) else {
                continue;
            };
            if let Some(value) = kept.value(fact) {
                facts.set(fact, value, Origin::Given(Span::default()));
            } else if let Kept::Bound { at_most } = kept {
                facts.set_at_most(fact, *at_most);
            }
        }
        facts
    }
}

fn kept(facts: &Facts) -> BTreeMap<String, Kept> {
    let given = FactId::ALL.iter().filter_map(|fact| {
        if let Some(at_most) = facts.at_most(*fact) {
            return Some((fact.name().to_owned(), Kept::Bound { at_most }));
        }
        let entry = facts.entry(*fact)?;
        let value = matches!(entry.origin, Origin::Given(_)).then_some(&entry.value)?;
        Some((fact.name().to_owned(), Kept::of(value)))
    });
    given.collect()
}

impl Kept {
    fn of(value: &Value) -> Self {
        match value {
            Value::Flag(flag) => Self::Flag(*flag),
            Value::Quantity(range) => Self::Quantity([range.low(), range.likely(), range.high()]),
            Value::Choice(word) => Self::Text((*word).to_owned()),
            Value::Text(text) => Self::Text(text.to_string()),
            Value::Choices(words) => {
                Self::Choices(words.iter().map(|word| (*word).to_owned()).collect())
            }
        }
    }

    fn value(&self, fact: FactId) -> Option<Value> {
        let word = |text: &str| match fact.kind() {
            Kind::Choice(words) | Kind::Choices(words) => {
                words.iter().copied().find(|word| *word == text)
            }
            _ => None,
        };
        match (self, fact.kind()) {
            (Self::Flag(flag), Kind::Flag) => Some(Value::Flag(*flag)),
            (Self::Quantity([low, likely, high]), Kind::Quantity(_)) => {
                Some(Value::Quantity(Range::new(*low, *likely, *high).ok()?))
            }
            (Self::Text(text), Kind::Choice(_)) => Some(Value::Choice(word(text)?)),
            (Self::Text(text), Kind::Text) => Some(Value::Text(text.as_str().into())),
            (Self::Choices(texts), Kind::Choices(_)) => {
                let words: Option<Vec<_>> = texts.iter().map(|text| word(text)).collect();
                Some(Value::Choices(words?))
            }
            _ => None,
        }
    }
}

fn prices(one: &WorkloadDecision) -> BTreeMap<String, String> {
    let options = one.recommended().into_iter().chain(one.runner_up());
    let lines = options
        .filter_map(|option| option.bill.as_ref())
        .flat_map(|bill| &bill.lines);
    lines
        .filter_map(|line| {
            let price = line.price?;
            let name = format!("{} {}", line.service, line.meter);
            Some((name, price.normalize().to_string()))
        })
        .collect()
}
