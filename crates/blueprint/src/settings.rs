//! What blueprints are written with: data, read once.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::data::file;
use crate::graph::Fault;

/// `data/settings.toml`.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Settings {
    pub(crate) handlers: BTreeMap<String, String>,
    pub(crate) kubernetes: Kubernetes,
    pub(crate) cluster_policies: BTreeMap<String, Vec<String>>,
    pub(crate) node_policies: BTreeMap<String, Vec<String>>,
    pub(crate) images: BTreeMap<String, String>,
    pub(crate) functions: Functions,
    pub(crate) failures: BTreeMap<String, String>,
    pub(crate) containers: Containers,
    pub(crate) alarms: Alarms,
    pub(crate) network: Network,
    pub(crate) stack: Stack,
    pub(crate) bucket: Bucket,
    pub(crate) node: Node,
    pub(crate) does: BTreeMap<String, String>,
    pub(crate) why: BTreeMap<String, String>,
    pub(crate) shown: BTreeMap<String, String>,
    pub(crate) arrow: Vec<Arrow>,
    pub(crate) health_checks: BTreeMap<String, Vec<String>>,
    pub(crate) billed: BTreeMap<String, Vec<String>>,
    pub(crate) beside: BTreeMap<String, Beside>,
}

/// What is asked for with a blueprint, of which a decision knows nothing.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Beside {
    /// The service that is called, as its endpoint is named.
    pub(crate) service: Option<String>,
    /// By what it is billed, in a few words.
    pub(crate) billed: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Kubernetes {
    pub(crate) version: String,
    pub(crate) node_share: f64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Functions {
    pub(crate) timeout_headroom: f64,
    pub(crate) least_timeout_s: f64,
    pub(crate) api_timeout_s: f64,
    /// Most operations of an API.
    pub(crate) api_operations_most: usize,
    pub(crate) concurrency_headroom: f64,
    pub(crate) least_concurrency: f64,
    pub(crate) mapping_least: f64,
    pub(crate) mapping_most: f64,
    pub(crate) batch_size: f64,
    pub(crate) pipe_parallel: f64,
    pub(crate) longest_visibility_s: f64,
    pub(crate) free_disk_mb: f64,
    pub(crate) least_managed_mb: f64,
    pub(crate) window_min: u32,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Containers {
    pub(crate) cpu_target_percent: f64,
    pub(crate) cpu_units: f64,
    pub(crate) kept_tasks: f64,
    pub(crate) free_disk_gb: f64,
    pub(crate) host_disk_gb: u32,
    pub(crate) gpu_disk_gb: u32,
    pub(crate) least_jobs_vcpus: f64,
    pub(crate) least_job_timeout_s: f64,
    pub(crate) least_start_period_s: f64,
    pub(crate) most_start_period_s: f64,
    pub(crate) least_grace_s: f64,
    pub(crate) start_probe_s: f64,
    pub(crate) least_start_probes: f64,
}

/// From where alarms ring.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Alarms {
    pub(crate) errors: f64,
    pub(crate) throttles: f64,
    pub(crate) record_age_ms: f64,
    pub(crate) cpu_percent: f64,
    pub(crate) memory_percent: f64,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Network {
    pub(crate) cidr: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Stack {
    pub(crate) most_resources: usize,
    pub(crate) longest_description_bytes: usize,
}

/// Lengths of names of buckets, in characters.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Bucket {
    pub(crate) longest_name: usize,
    pub(crate) beside_names: usize,
}

/// Versions of packages of npm.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Node {
    pub(crate) development: BTreeMap<String, String>,
    pub(crate) packages: BTreeMap<String, String>,
}

/// Where an arrow of a diagram begins and ends.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Arrow {
    pub(crate) kind: String,
    pub(crate) from: Option<String>,
    pub(crate) to: Option<String>,
}

impl Settings {
    /// Reads them.
    ///
    /// # Errors
    /// A fault in the file, which a test rules out.
    pub(crate) fn read() -> Result<Self, Fault> {
        let text = file("settings.toml").unwrap_or_default();
        toml::from_str(text).map_err(|error| Fault(format!("settings.toml: {error}")))
    }
}
