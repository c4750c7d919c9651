//! A table of functions in a few lines.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Serialize;

use crate::columns::{Column, Row};
use crate::summary::{Share, Shares, errors, grouped};

/// What the functions of a trace come to.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct FunctionsSummary {
    /// The version of this format.
    pub schema: u32,
    /// Rows that were not simulated.
    pub errors: u64,
    /// By how long idle environments are kept, in the order asked for.
    pub by_idle_limit: Vec<IdleLimit>,
    /// By error, the most rows first.
    pub by_error: Vec<Share>,
}

/// All functions, with idle environments kept so long.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct IdleLimit {
    /// How long, in seconds.
    pub idle_limit_s: Option<f64>,
    /// Functions simulated.
    pub functions: u64,
    /// Requests that arrived.
    pub requests: u64,
    /// Requests that were served.
    pub served: u64,
    /// Requests that started an environment.
    pub cold_starts: u64,
    /// Attempts that were refused.
    pub throttled: u64,
    /// Requests given up.
    pub lost: u64,
    /// Hours of work and start-up.
    pub busy_hours: f64,
    /// Hours that environments were there.
    pub alive_hours: f64,
    /// Functions by the share of their requests that started an environment.
    pub by_cold_share: Vec<ColdShare>,
}

/// Functions of which up to a share of the requests started an environment.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct ColdShare {
    /// The most of this line; the least is the most of the line above.
    pub up_to: f64,
    /// Functions.
    pub functions: u64,
}

/// Lines of shares of cold starts.
const COLD_SHARES: [f64; 6] = [0.001, 0.01, 0.1, 0.25, 0.5, 1.0];
const HOUR_S: f64 = 3_600.0;

impl FunctionsSummary {
    /// Of rows, one by one.
    ///
    /// # Errors
    /// What reading a row comes to.
    pub fn of<E>(rows: impl Iterator<Item = Result<Row, E>>) -> Result<Self, E> {
        let mut errors = Shares::default();
        let mut summary = Self {
            schema: 1,
            ..Self::default()
        };
        let mut limits: BTreeMap<i64, IdleLimit> = BTreeMap::new();
        for row in rows {
            let row = row?;
            if let Some(error) = row.text(Column::Error) {
                summary.errors += 1;
                errors.add(Some(error), 0.0);
                continue;
            }
            let part = row.whole(Column::Part).unwrap_or(0);
            limits.entry(part).or_default().add(&row);
        }
        summary.by_idle_limit = limits.into_values().collect();
        summary.by_error = errors.sorted(false);
        Ok(summary)
    }

    /// As text for a terminal.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for limit in &self.by_idle_limit {
            limit.write(&mut out);
        }
        if self.by_idle_limit.is_empty() {
            out.push_str("no function was simulated\n");
        }
        if self.errors > 0 {
            let _ = writeln!(out, "\n{} rows were not simulated", self.errors);
        }
        errors(&mut out, "functions", &self.by_error);
        out
    }
}

impl IdleLimit {
    fn add(&mut self, row: &Row) {
        let whole = |column| {
            row.whole(column)
                .and_then(|count| u64::try_from(count).ok())
        };
        let count = |column| whole(column).unwrap_or(0);
        let number = |column| row.number(column).unwrap_or(0.0);
        self.idle_limit_s = self.idle_limit_s.or_else(|| row.number(Column::IdleLimit));
        self.functions += 1;
        self.requests += count(Column::Requests);
        self.served += count(Column::Served);
        self.cold_starts += count(Column::ColdStarts);
        self.throttled += count(Column::Throttled);
        self.lost += count(Column::Lost);
        self.busy_hours += number(Column::Busy) / HOUR_S;
        self.alive_hours += number(Column::Alive) / HOUR_S;
        if self.by_cold_share.is_empty() {
            let lines = COLD_SHARES.map(|up_to| ColdShare {
                up_to,
                functions: 0,
            });
            self.by_cold_share.extend(lines);
        }
        let share = share(count(Column::ColdStarts), count(Column::Served));
        let mut lines = self.by_cold_share.iter_mut();
        if let Some(line) = lines.find(|line| share <= line.up_to) {
            line.functions += 1;
        }
    }

    fn write(&self, out: &mut String) {
        if let Some(limit_s) = self.idle_limit_s {
            let _ = writeln!(out, "{}idle limit {limit_s} s", blank(out));
        } else if !out.is_empty() {
            out.push('\n');
        }
        let _ = writeln!(
            out,
            "{} functions, {} requests",
            grouped(self.functions as f64),
            grouped(self.requests as f64)
        );
        let _ = writeln!(
            out,
            "{} cold starts, {:.3}% of those served; {} throttled, {} given up",
            grouped(self.cold_starts as f64),
            share(self.cold_starts, self.served) * 100.0,
            grouped(self.throttled as f64),
            grouped(self.lost as f64)
        );
        let _ = writeln!(
            out,
            "environments there for {} hours, at work for {}",
            grouped(self.alive_hours),
            grouped(self.busy_hours)
        );
        let _ = writeln!(
            out,
            "\n{:<28} {:>12}",
            "requests with a cold start", "functions"
        );
        for line in &self.by_cold_share {
            let name = format!("up to {}%", line.up_to * 100.0);
            let _ = writeln!(out, "{name:<28} {:>12}", grouped(line.functions as f64));
        }
    }
}

const fn blank(out: &str) -> &'static str {
    if out.is_empty() { "" } else { "\n" }
}

fn share(part: u64, whole: u64) -> f64 {
    part as f64 / whole.max(1) as f64
}
