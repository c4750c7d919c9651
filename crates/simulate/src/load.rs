//! A workload in plain numbers.

use crate::curve::QUANTILES;
use crate::law::DurationLaw;
use crate::pulled::PulledLoad;
use crate::traffic::Day;

/// Everything about a workload that its behaviour follows from; no unknowns left.
#[derive(Debug, Clone, PartialEq)]
pub struct Load {
    /// Starts a second, on average.
    pub rate_per_s: f64,
    /// The busiest minutes over the mean.
    pub peak_to_mean: f64,
    /// The load over the mean at equally likely points of time
    /// ([`load_duration_curve`](crate::load_duration_curve) of the peak to mean).
    pub curve: [f64; QUANTILES],
    /// How it goes through a day, where that is known.
    pub day: Day,
    /// Somebody waits for the answer.
    pub synchronous: bool,
    /// Spikes come faster than autoscaling: capacity is held for the peak.
    pub held_for_peak: bool,
    /// Durations as measured.
    pub duration: DurationLaw,
    /// vCPUs that one unit of work had when measured.
    pub measured_vcpus: f64,
    /// The part of the duration that computes.
    pub cpu_share: f64,
    /// vCPUs that one unit of work can use.
    pub threads: f64,
    /// Start-up before the first unit of work, in seconds.
    pub init_s: f64,
    /// Connections held open at once.
    pub concurrent: f64,
    /// How it comes off a queue or a stream; none where it comes by itself.
    pub pulled: Option<PulledLoad>,
}

impl Load {
    /// vCPU-seconds of one unit of work, on average.
    pub fn cpu_s(&self) -> f64 {
        self.duration.mean_s() * self.cpu_share * self.measured_vcpus.min(self.threads)
    }

    /// Seconds that one unit of work waits for others, on average.
    pub fn wait_s(&self) -> f64 {
        self.duration.mean_s() * (1.0 - self.cpu_share)
    }

    /// What a duration as measured is multiplied by where a unit of work has
    /// `vcpus`: computing takes CPU time over usable vCPUs, waiting stays.
    pub fn stretch(&self, vcpus: f64) -> f64 {
        let had = self.measured_vcpus.min(self.threads);
        let has = vcpus.min(self.threads).max(f64::MIN_POSITIVE);
        self.cpu_share * had / has + (1.0 - self.cpu_share)
    }
}
