//! EC2 instance types.

use landfall_source::{Diagnostic, Result};
use landfall_units::Bytes;

/// One instance type.
#[derive(Debug, Clone, PartialEq)]
pub struct Instance {
    /// Its name: `m7g.large`.
    pub name: String,
    /// Its family: `m7g`.
    pub family: String,
    /// vCPUs.
    pub vcpus: f64,
    /// Memory.
    pub memory: Bytes,
    /// `x86_64` or `arm64`.
    pub architecture: &'static str,
    /// GPUs.
    pub gpus: f64,
    /// The GPU's name; empty when there is none.
    pub gpu: String,
    /// Memory that Kubernetes leaves to pods.
    pub allocatable_memory: Bytes,
    /// Most pods.
    pub pods: u32,
}

impl Instance {
    /// True for bare metal.
    pub fn is_metal(&self) -> bool {
        self.name.contains("metal")
    }

    /// True for families whose CPU is lent by credits.
    pub fn is_burstable(&self) -> bool {
        self.family.starts_with('t') && !self.family.starts_with("tr")
    }
}

/// Reads `instances.csv`.
pub(crate) fn read_instances(name: &str, text: &str) -> Result<Vec<Instance>> {
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let mut instances = Vec::new();
    for (row, record) in rows.records().enumerate() {
        let problem = |what: &str| {
            Box::new(Diagnostic::new(format!("{name}:{}: {what}", row + 2)).help("correct the row"))
        };
        let record = record.map_err(|error| problem(&error.to_string()))?;
        let cell = |column: usize| record.get(column).unwrap_or("");
        let number = |column: usize| {
            cell(column)
                .parse::<f64>()
                .map_err(|_| problem("a cell is not a number"))
        };
        let mib = |column: usize| number(column).map(|mib| Bytes::from_mb(mib as u64));
        instances.push(Instance {
            name: cell(0).to_owned(),
            family: cell(1).to_owned(),
            vcpus: number(2)?,
            memory: mib(3)?,
            architecture: match cell(4) {
                "x86_64" => "x86_64",
                "arm64" => "arm64",
                _ => return Err(problem("the architecture is not x86_64 or arm64")),
            },
            gpus: number(5)?,
            gpu: cell(6).to_owned(),
            allocatable_memory: mib(9)?,
            pods: number(10)? as u32,
        });
    }
    Ok(instances)
}
