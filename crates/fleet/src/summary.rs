//! A fleet in a few lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::columns::{Cell, Column, Row};

/// Names kept of each kind: platforms, facts, errors. What comes later is counted as one.
const MOST_NAMES: usize = 10_000;
/// Lines shown of each kind.
const SHOWN: usize = 12;
/// What counts names beyond those that are kept.
const OTHERS: &str = "others";

/// What a fleet comes to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Summary {
    /// The version of this format.
    pub schema: u32,
    /// Rows: a workload each, or an error.
    pub rows: u64,
    /// Rows with an error.
    pub errors: u64,
    /// Workloads for which nothing can be recommended.
    pub unanswered: u64,
    /// Workloads of which so much is unknown that questions come first.
    pub provisional: u64,
    /// Workloads whose recommendation misses a target.
    pub misses_targets: u64,
    /// Dollars a month expected of all recommendations; what several workloads of a file share once.
    pub monthly_expected_usd: f64,
    /// Dollars a month that AWS bills for them, at likely values.
    pub monthly_bill_usd: f64,
    /// By recommended platform, the most dollars first.
    pub by_recommendation: Vec<Share>,
    /// By the uncertain input that matters most, the most workloads first.
    pub by_what_matters: Vec<Share>,
    /// By the missing fact to ask for first, the most dollars that knowing it can save first.
    pub by_question: Vec<Share>,
    /// By error, the most rows first.
    pub by_error: Vec<Share>,
}

/// Rows that have something in common.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Share {
    /// What it is.
    pub name: String,
    /// How many rows.
    pub rows: u64,
    /// Dollars a month of them.
    pub usd: f64,
}

/// Rows by a name.
#[derive(Debug, Default)]
pub(crate) struct Shares(BTreeMap<String, (u64, f64)>);

impl Shares {
    pub(crate) fn add(&mut self, name: Option<&str>, usd: f64) {
        let Some(name) = name else {
            return;
        };
        let is_kept = self.0.len() < MOST_NAMES || self.0.contains_key(name);
        let name = if is_kept { name } else { OTHERS };
        let share = self.0.entry(name.to_owned()).or_default();
        share.0 += 1;
        share.1 += usd;
    }

    pub(crate) fn sorted(self, by_usd: bool) -> Vec<Share> {
        let shares = self.0.into_iter();
        let mut shares: Vec<Share> = shares
            .map(|(name, (rows, usd))| Share {
                name,
                rows,
                usd: to_cent(usd),
            })
            .collect();
        shares.sort_by(|one, other| {
            let by_usd = if by_usd {
                other.usd.total_cmp(&one.usd)
            } else {
                std::cmp::Ordering::Equal
            };
            by_usd
                .then(other.rows.cmp(&one.rows))
                .then_with(|| one.name.cmp(&other.name))
        });
        shares
    }
}

fn to_cent(usd: f64) -> f64 {
    (usd * 100.0).round() / 100.0
}

impl Summary {
    /// Of rows, one by one.
    ///
    /// # Errors
    /// What reading a row comes to.
    pub fn of<E>(rows: impl Iterator<Item = Result<Row, E>>) -> Result<Self, E> {
        let mut summary = Self {
            schema: 1,
            ..Self::default()
        };
        let [mut platforms, mut matters, mut questions, mut errors] =
            [(); 4].map(|()| Shares::default());
        for row in rows {
            let row = row?;
            summary.rows += 1;
            errors.add(row.text(Column::Error), 0.0);
            if row.text(Column::Error).is_some() {
                summary.errors += 1;
                continue;
            }
            let number = |column| row.number(column).unwrap_or(0.0);
            let usd = number(Column::MonthlyExpected) - number(Column::AlreadyPaid);
            summary.monthly_expected_usd += usd;
            summary.monthly_bill_usd += number(Column::MonthlyBill);
            let is = |column, flag| u64::from(*row.get(column) == Cell::Flag(flag));
            summary.provisional += is(Column::Provisional, true);
            summary.misses_targets += is(Column::MeetsTargets, false);
            summary.unanswered += u64::from(row.text(Column::Recommended).is_none());
            platforms.add(row.text(Column::Recommended), usd);
            matters.add(row.text(Column::MattersMost), usd);
            questions.add(row.text(Column::AskFirst), number(Column::AskWorth));
        }
        summary.monthly_expected_usd = to_cent(summary.monthly_expected_usd);
        summary.monthly_bill_usd = to_cent(summary.monthly_bill_usd);
        summary.by_recommendation = platforms.sorted(true);
        summary.by_what_matters = matters.sorted(false);
        summary.by_question = questions.sorted(true);
        summary.by_error = errors.sorted(false);
        Ok(summary)
    }

    /// As text for a terminal.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "{} rows: {} recommendations, {} without one, {} errors",
            self.rows,
            self.rows - self.errors - self.unanswered,
            self.unanswered,
            self.errors
        );
        let _ = writeln!(
            out,
            "${} a month expected, of which AWS bills ${} at likely values",
            grouped(self.monthly_expected_usd),
            grouped(self.monthly_bill_usd)
        );
        let _ = writeln!(
            out,
            "{} provisional, {} miss a target",
            self.provisional, self.misses_targets
        );
        let tables = [
            ("recommended", "$ a month", &self.by_recommendation),
            ("what matters most", "$ a month", &self.by_what_matters),
            ("ask first", "$ worth", &self.by_question),
        ];
        for (name, dollars, shares) in tables {
            table(&mut out, [name, "workloads", dollars], shares);
        }
        errors(&mut out, "workloads", &self.by_error);
        out
    }
}

/// Errors, and how many rows have each.
pub(crate) fn errors(out: &mut String, rows: &str, by_error: &[Share]) {
    table(out, ["error", rows, ""], by_error);
}

fn table(out: &mut String, [name, rows, dollars]: [&str; 3], shares: &[Share]) {
    if shares.is_empty() {
        return;
    }
    let shown = shares.iter().take(SHOWN);
    let widest = shown.clone().map(|share| share.name.chars().count()).max();
    let wide = widest.unwrap_or(0).clamp(28, 60);
    let head = format!("{name:<wide$} {rows:>9} {dollars:>14}");
    let _ = writeln!(out, "\n{}", head.trim_end());
    for share in shown {
        let name: String = share.name.chars().take(wide).collect();
        let usd = if dollars.is_empty() {
            String::new()
        } else {
            grouped(share.usd)
        };
        let line = format!("{name:<wide$} {:>9} {usd:>14}", share.rows);
        let _ = writeln!(out, "{}", line.trim_end());
    }
    if shares.len() > SHOWN {
        let _ = writeln!(out, "and {} more", shares.len() - SHOWN);
    }
}

/// A whole number with commas.
pub(crate) fn grouped(usd: f64) -> String {
    let digits = format!("{:.0}", usd.abs());
    let mut out = String::from(if usd <= -0.5 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
