//! Values of facts.

use std::sync::Arc;

use landfall_source::{Node, Result};
use landfall_units::{Dimension, Range};

use crate::fact::{FactId, Kind};
use crate::spelling;

/// The value of a fact. Quantities are in the base unit of their dimension.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// True or false.
    Flag(bool),
    /// One word of a choice.
    Choice(&'static str),
    /// Some words of a choice, in the order of the table.
    Choices(Vec<&'static str>),
    /// A quantity, perhaps uncertain.
    Quantity(Range<f64>),
    /// Free text.
    Text(Arc<str>),
}

impl Value {
    /// A quantity known exactly.
    pub const fn exact(value: f64) -> Self {
        Self::Quantity(Range::exact(value))
    }

    /// Writes the value of a fact as its user would type it.
    pub fn show(&self, fact: FactId) -> String {
        match (self, fact.kind()) {
            (Self::Flag(flag), _) => flag.to_string(),
            (Self::Choice(word), _) => (*word).to_owned(),
            (Self::Choices(words), _) => words.join(", "),
            (Self::Text(text), _) => text.to_string(),
            (Self::Quantity(range), Kind::Quantity(dimension)) => show_range(dimension, range),
            (Self::Quantity(range), _) => show_range(Dimension::Ratio, range),
        }
    }

    /// Reads the value of a fact.
    ///
    /// # Errors
    /// When it is not of the fact's kind.
    pub fn read(fact: FactId, node: &Node<'_>) -> Result<Self> {
        Ok(match fact.kind() {
            Kind::Flag => Self::Flag(spelling::flag(node)?),
            Kind::Choice(words) => Self::Choice(node.one_of(words)?),
            Kind::Choices(words) => {
                let mut chosen = Vec::new();
                if node.text().is_ok() {
                    chosen.push(node.one_of(words)?);
                } else {
                    for item in node.items()? {
                        chosen.push(item.one_of(words)?);
                    }
                }
                if chosen.is_empty() {
                    return Err(Box::new(
                        node.problem(format!("`{}` is empty", node.path()))
                            .help("leave the key out if it is unknown"),
                    ));
                }
                Self::Choices(
                    words
                        .iter()
                        .copied()
                        .filter(|word| chosen.contains(word))
                        .collect(),
                )
            }
            Kind::Text => Self::Text(node.text()?.into()),
            Kind::Quantity(dimension) => {
                let range = read_range(fact, dimension, node)?;
                let domain = Domain::of(fact, dimension);
                if !domain.contains(range.low()) || !domain.contains(range.high()) {
                    let problem = node.problem(format!("`{}` is out of range", node.path()));
                    let help = format!("it may be {}", domain.words(dimension));
                    return Err(Box::new(problem.help(help)));
                }
                Self::Quantity(range)
            }
        })
    }
}

/// Reads what a quantity is at most, in base units: `{ at_most = "30s" }`; none where
/// something else stands.
///
/// # Errors
/// When the bound is none of the fact's kind, or something else is said beside it.
pub(crate) fn read_at_most(fact: FactId, node: &Node<'_>) -> Result<Option<f64>> {
    let Kind::Quantity(dimension) = fact.kind() else {
        return Ok(None);
    };
    if !node.is_table() {
        return Ok(None);
    }
    let table = node.table()?;
    let Some(bound) = table.get("at_most") else {
        return Ok(None);
    };
    table.finish()?;
    let most = spelling::quantity(fact, dimension, &bound)?;
    let domain = Domain::of(fact, dimension);
    if !domain.contains(most) {
        let problem = bound.problem(format!("`{}` is out of range", node.path()));
        let help = format!("it may be {}", domain.words(dimension));
        return Err(Box::new(problem.help(help)));
    }
    Ok(Some(most))
}

/// The values that a quantity may have, in base units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Domain {
    /// The least.
    pub least: f64,
    /// Whether it must be above the least.
    pub is_open: bool,
    /// The most: far beyond any account, and small enough for exact decimals all the way
    /// to the bill.
    pub most: f64,
}

impl Domain {
    /// The domain of a fact; none for what is no quantity.
    pub fn of_fact(fact: FactId) -> Option<Self> {
        match fact.kind() {
            Kind::Quantity(dimension) => Some(Self::of(fact, dimension)),
            _ => None,
        }
    }

    fn of(fact: FactId, dimension: Dimension) -> Self {
        use FactId as F;
        let most = match (fact, dimension) {
            (
                F::Copies
                | F::MinTasks
                | F::TodayTasks
                | F::TodayVcpus
                | F::PeakToMean
                | F::BatchSize,
                _,
            ) => 1e4,
            (F::BatchWindow, _) => 300.0,
            (_, Dimension::Rate | Dimension::Ratio) => 1e6,
            (_, Dimension::Duration) => 366.0 * 86_400.0,
            (_, Dimension::Bytes) => 1e15,
            (_, Dimension::Count | Dimension::Money) => 1e9,
            (_, Dimension::HourlyCost) => 1e5,
            (_, Dimension::Share) => 1.0,
        };
        let (least, is_open) = match fact {
            F::Copies | F::Batch | F::BatchSize | F::Threads | F::PeakToMean => (1.0, false),
            F::Volume
            | F::DurationP50
            | F::DurationP99
            | F::DurationMax
            | F::Memory
            | F::MeasuredMemory
            | F::TodayMemory
            | F::TodayVcpus
            | F::LatencyP99
            | F::FinishWithin
            | F::Success => (0.0, true),
            _ => (0.0, false),
        };
        Self {
            least,
            is_open,
            most,
        }
    }

    /// Whether a value is in it.
    pub fn contains(&self, value: f64) -> bool {
        let is_above = if self.is_open {
            value > self.least
        } else {
            value >= self.least
        };
        is_above && value <= self.most
    }

    /// The domain in words: `above 0 and at most 1M/s`.
    pub fn words(&self, dimension: Dimension) -> String {
        let most = dimension.format(self.most);
        match (self.is_open, self.least > 0.0) {
            (true, _) => format!("above 0 and at most {most}"),
            (false, true) => format!("from {} to {most}", dimension.format(self.least)),
            (false, false) => format!("at most {most}"),
        }
    }
}

/// Writes one value, or `low to high, likely so much`; one where the three read alike.
fn show_range(dimension: Dimension, range: &Range<f64>) -> String {
    let all = [range.low(), range.high(), range.likely()];
    let [low, high, likely] = all.map(|value| dimension.format(value));
    if low == likely && likely == high {
        return likely;
    }
    format!("{low} to {high}, likely {likely}")
}

/// Reads `"800ms"` or `{ low = …, likely = …, high = … }`.
fn read_range(fact: FactId, dimension: Dimension, node: &Node<'_>) -> Result<Range<f64>> {
    if !node.is_table() {
        return spelling::quantity(fact, dimension, node).map(Range::exact);
    }
    let table = node.table()?;
    let part = |key| {
        table
            .require(key)
            .and_then(|part| spelling::quantity(fact, dimension, &part))
    };
    let (low, likely, high) = (part("low")?, part("likely")?, part("high")?);
    table.finish()?;
    Range::new(low, likely, high).map_err(|_| {
        let [low, likely, high] = [low, likely, high].map(|value| dimension.format(value));
        Box::new(
            node.problem(format!("the range of `{}` is out of order", node.path()))
                .label(format!("{low}, {likely}, {high}"))
                .help("write low ≤ likely ≤ high"),
        )
    })
}
