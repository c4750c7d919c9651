//! EC2 instance types.

use landfall_source::Result;
use landfall_units::Bytes;

use crate::rows::read_rows;

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
    read_rows(name, text, |row| {
        let mib = |column: usize| row.number(column).map(|mib| Bytes::from_mb(mib as u64));
        Ok(Instance {
            name: row.text(0),
            family: row.text(1),
            vcpus: row.number(2)?,
            memory: mib(3)?,
            architecture: match row.cell(4) {
                "x86_64" => "x86_64",
                "arm64" => "arm64",
                _ => {
                    let problem = row.problem("the architecture is not x86_64 or arm64");
                    return Err(Box::new(problem));
                }
            },
            gpus: row.number(5)?,
            gpu: row.text(6),
            allocatable_memory: mib(9)?,
            pods: row.number(10)? as u32,
        })
    })
}
