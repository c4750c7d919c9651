//! What a simulation came to, ready to be shown.

use landfall_simulate::{Counts, Figures, Series};

/// A simulation of one workload on one platform.
#[derive(Debug, Clone)]
pub struct Simulation {
    /// The platform's id.
    pub platform: String,
    /// The platform's name.
    pub name: String,
    /// What is simulated, in a line.
    pub what: String,
    /// The seed of all draws.
    pub seed: u64,
    /// The day whose behaviour was used.
    pub as_of: String,
    /// One for each set-up.
    pub runs: Vec<Run>,
    /// What a log has of the same requests.
    pub logged: Option<Logged>,
    /// Rows of a trace that were skipped.
    pub skipped_rows: u64,
    /// What was left out or approximated, in sentences.
    pub notes: Vec<String>,
    /// The laws that it was simulated with; empty unless they are asked for.
    pub laws: Vec<AppliedLaw>,
}

/// A behaviour of the platform that a simulation was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedLaw {
    /// Its name in the catalog.
    pub name: String,
    /// What it is.
    pub meaning: String,
    /// Its likely value on the day, as people write it.
    pub value: String,
    /// The lowest and the highest that it may be, where it is uncertain.
    pub range: Option<(String, String)>,
    /// The title of its source, and whose it is.
    pub source: String,
    /// When that was read.
    pub date: String,
    /// How far it can be trusted: A to D.
    pub grade: &'static str,
}

/// One set-up.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its idle limit in seconds, where several are compared.
    pub idle_limit_s: Option<f64>,
    /// The figures.
    pub figures: Figures,
    /// The same over time.
    pub series: Series,
    /// What would be billed: meter, quantity, unit.
    pub billed: Vec<Billed>,
    /// vCPUs and slots of a copy; none where one unit of work fills an environment.
    pub copy: Option<(f64, f64)>,
}

impl Run {
    /// How many environments or copies the work under way would fill: by vCPUs where it
    /// computes, else by slots.
    pub fn demand(&self, counts: &Counts) -> f64 {
        match self.copy {
            Some((vcpus, _)) if counts.cpu_s > 0.0 && counts.seconds > 0.0 => {
                counts.cpu_s / counts.seconds / vcpus
            }
            Some((_, slots)) => counts.busy_mean() / slots.max(1.0),
            None => counts.busy_mean(),
        }
    }

    /// The part of the capacity that is in use.
    pub fn utilisation(&self) -> f64 {
        let there = self.figures.counts.alive_mean();
        if there > 0.0 {
            self.demand(&self.figures.counts) / there
        } else {
            0.0
        }
    }
}

/// A quantity that a meter counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Billed {
    /// The meter.
    pub meter: String,
    /// How much of it.
    pub quantity: f64,
    /// In which unit.
    pub unit: String,
}

/// What a log has of its own requests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Logged {
    /// Requests.
    pub requests: u64,
    /// Of these, cold starts.
    pub cold_starts: u64,
    /// Environments that served them, where the log has them.
    pub environments: Option<u64>,
}
