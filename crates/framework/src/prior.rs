//! What a fact may be that nobody gives: how likely each of its values is, among workloads
//! of some kind.

use landfall_catalog::{Date, Grade, read_date};
use landfall_source::{Diagnostic, Node, Result, Table};
use landfall_units::Range;
use landfall_workload::{FactId, Facts, Kind, Scope, Value};

use crate::condition::{Condition, read_fact};
use crate::truth::Truth;

/// How a fact that nobody gives is spread, among workloads of some kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Prior {
    /// The fact.
    pub fact: FactId,
    /// Among which workloads; all when none.
    pub when: Option<Condition>,
    /// How it is spread among them.
    pub law: Law,
    /// Why so.
    pub why: String,
    /// The id of its source.
    pub source: String,
    /// The day on which it was written down.
    pub date: Date,
    /// How far it can be trusted, which may be less than its source.
    pub grade: Grade,
}

/// How values are spread.
#[derive(Debug, Clone, PartialEq)]
pub enum Law {
    /// Each of a few values with its share; the shares sum up to one.
    Shares(Vec<(Value, f64)>),
    /// A quantity, by three of its quantiles.
    Quantiles(Quantiles),
}

/// A quantity above zero, spread as two halves of log-normal laws that meet at the median:
/// the lower one goes through the 10th percentile, the upper one through the 90th. What lies
/// beyond the 2nd and the 98th percentile is left out: no survey reaches that far.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantiles {
    /// 10th, 50th and 90th percentile, in base units.
    pub range: Range<f64>,
}

/// The 90th percentile of the standard normal law (Abramowitz and Stegun 1964, table 26.5).
const Z90: f64 = 1.281_551_566;
/// The part of a law that is drawn.
const DRAWN: (f64, f64) = (0.02, 0.98);

impl Quantiles {
    /// The value at a share of the law, from 0 to 1.
    pub fn at(&self, share: f64) -> f64 {
        let (least, most) = DRAWN;
        let z = normal_quantile((most - least).mul_add(share.clamp(0.0, 1.0), least));
        let median = self.range.likely();
        let end = if z < 0.0 {
            self.range.low()
        } else {
            self.range.high()
        };
        median * (end / median).powf(z.abs() / Z90)
    }
}

/// The value of the standard normal law at a share, within 4.5e-4 (Abramowitz and Stegun,
/// Handbook of Mathematical Functions, 1964, formula 26.2.23).
fn normal_quantile(share: f64) -> f64 {
    let tail = share.min(1.0 - share).max(1e-12);
    let t = (-2.0 * tail.ln()).sqrt();
    let above = 0.010_328f64.mul_add(t, 0.802_853).mul_add(t, 2.515_517);
    let below = 0.001_308f64
        .mul_add(t, 0.189_269)
        .mul_add(t, 1.432_788)
        .mul_add(t, 1.0);
    (t - above / below).max(0.0).copysign(share - 0.5)
}

impl Prior {
    /// Reads one `[[prior]]`.
    ///
    /// # Errors
    /// The first problem with its place.
    pub fn parse(table: &Table<'_>) -> Result<Self> {
        let named = table.require("fact")?;
        let fact = read_fact(&named)?;
        if fact.scope() == Scope::Derived {
            let problem = named.problem(format!("`{}` follows from other facts", fact.name()));
            return Err(Box::new(problem.help("say how those are spread")));
        }
        let law = match fact.kind() {
            Kind::Quantity(_) => Law::Quantiles(read_quantiles(fact, &table.require("law")?)?),
            _ => Law::Shares(read_weights(fact, &table.require("weights")?)?),
        };
        let grade = table.require("grade")?;
        let prior = Self {
            fact,
            when: table
                .get("when")
                .map(|node| Condition::parse(&node))
                .transpose()?,
            law,
            why: table.require_text("why")?.to_owned(),
            source: table.require_text("source")?.to_owned(),
            date: read_date(&table.require("date")?)?,
            grade: Grade::named(grade.text()?).ok_or_else(|| {
                let problem = grade.problem("this is not a grade");
                Box::new(problem.help("write A, B, C or D"))
            })?,
        };
        table.finish()?;
        Ok(prior)
    }

    /// True when it is meant for this workload.
    pub fn fits(&self, facts: &Facts) -> bool {
        self.when
            .as_ref()
            .is_none_or(|when| when.evaluate(facts) == Truth::True)
    }

    /// Of a few values, the one at a share of the law, from 0 to 1, and its place among them;
    /// none for a quantity.
    pub fn value_at(&self, share: f64) -> Option<(usize, &Value)> {
        let Law::Shares(shares) = &self.law else {
            return None;
        };
        let mut left = share;
        let at = shares.iter().position(|(_, part)| {
            left -= part;
            left < 0.0
        });
        let at = at.unwrap_or(shares.len().saturating_sub(1));
        shares.get(at).map(|(value, _)| (at, value))
    }
}

/// Reads `{ p10 = …, p50 = …, p90 = … }`.
fn read_quantiles(fact: FactId, node: &Node<'_>) -> Result<Quantiles> {
    let table = node.table()?;
    let part = |key: &str| -> Result<f64> {
        let node = table.require(key)?;
        match Value::read(fact, &node)? {
            Value::Quantity(range) if range.is_exact() && range.likely() > 0.0 => {
                Ok(range.likely())
            }
            _ => Err(Box::new(
                node.problem("a law has single values above zero")
                    .help("write p10, p50 and p90, each with its unit"),
            )),
        }
    };
    let (low, likely, high) = (part("p10")?, part("p50")?, part("p90")?);
    table.finish()?;
    let range = Range::new(low, likely, high);
    let range = range.map_err(|_| {
        Box::new(
            node.problem(format!("the law of `{}` is out of order", fact.name()))
                .help("write p10 ≤ p50 ≤ p90"),
        )
    })?;
    Ok(Quantiles { range })
}

/// Reads `{ http = 45, queue = 15 }`: each value with its weight. What a value is, is read as
/// in a workload file.
fn read_weights(fact: FactId, node: &Node<'_>) -> Result<Vec<(Value, f64)>> {
    let table = node.table()?;
    let mut weights = Vec::new();
    for key in table.keys() {
        let weight = table.require(key)?;
        let unfit = |text: String, help: String| -> Box<Diagnostic> {
            Box::new(weight.problem(text).help(help))
        };
        let value = match fact.kind() {
            Kind::Flag => match key {
                "true" => Some(Value::Flag(true)),
                "false" => Some(Value::Flag(false)),
                _ => None,
            },
            Kind::Choice(words) => {
                let word = words.iter().find(|word| **word == key);
                word.map(|word| Value::Choice(word))
            }
            Kind::Choices(words) => {
                let named: Vec<&str> = key.split('+').collect();
                let chosen = words.iter().copied().filter(|word| named.contains(word));
                let chosen: Vec<&'static str> = chosen.collect();
                (chosen.len() == named.len()).then_some(Value::Choices(chosen))
            }
            Kind::Text => Some(Value::Text(key.into())),
            Kind::Quantity(_) => None,
        };
        let Some(value) = value else {
            let help = format!("`{}` is {}", fact.name(), fact.kind().name());
            return Err(unfit(
                format!("`{key}` is no value of `{}`", fact.name()),
                help,
            ));
        };
        let number: f64 = weight.typed()?.parse().unwrap_or(f64::NAN);
        if !number.is_finite() || number < 0.0 {
            let help = "write a number, as 3; only its part of the sum matters";
            return Err(unfit(
                "a weight is a number from 0 on".to_owned(),
                help.to_owned(),
            ));
        }
        weights.push((value, number));
    }
    let sum: f64 = weights.iter().map(|(_, weight)| weight).sum();
    if sum <= 0.0 {
        let problem = node.problem("no value has a weight");
        return Err(Box::new(problem.help("give each value its weight")));
    }
    for (_, weight) in &mut weights {
        *weight /= sum;
    }
    Ok(weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_goes_through_its_quantiles_and_never_falls() {
        let range = Range::new(3.0, 20.0, 900.0).unwrap();
        let law = Quantiles { range };
        let share = |quantile: f64| (quantile - DRAWN.0) / (DRAWN.1 - DRAWN.0);
        for (quantile, value) in [(0.1, 3.0), (0.5, 20.0), (0.9, 900.0)] {
            let found = law.at(share(quantile));
            assert!((found / value - 1.0).abs() < 2e-3, "{quantile}: {found}");
        }
        let all: Vec<f64> = (0..=100).map(|n| law.at(f64::from(n) / 100.0)).collect();
        assert!(all.is_sorted(), "{all:?}");
    }

    #[test]
    fn the_normal_law_at_known_shares() {
        // Abramowitz and Stegun 1964, table 26.5.
        for (share, z) in [
            (0.5, 0.0),
            (0.9, 1.28155),
            (0.99, 2.32635),
            (0.025, -1.95996),
        ] {
            assert!((normal_quantile(share) - z).abs() < 5e-4, "{share}");
        }
    }
}
