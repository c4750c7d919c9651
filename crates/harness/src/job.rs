//! A program that runs to its end.

use std::collections::BTreeMap;
use std::time::Duration;

use landfall_measure::Sample;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use tokio::time::timeout;

use crate::clock;
use crate::guard::Guard;
use crate::launched::{Launch, Launched, ending};
use crate::run::until_asked_to_end;
use crate::trouble::Trouble;

/// What is run, and how often.
#[derive(Debug, Clone)]
pub struct Job {
    /// How it is started.
    pub launch: Launch,
    /// Runs, one after the other.
    pub runs: u32,
    /// How long a run may take.
    pub timeout: Duration,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct JobFound {
    /// Runs that ended well.
    pub runs: Vec<Sample>,
    /// How the others ended, with their numbers.
    pub failures: BTreeMap<String, u32>,
    /// The most memory, in bytes.
    pub peak_bytes: u64,
    /// Bytes that were written to the log.
    pub log_bytes: u64,
    /// The last lines of it, where a run failed.
    pub last_lines: String,
}

impl Job {
    /// Runs it so many times.
    ///
    /// # Errors
    /// It does not start, no run ends well, or this process is asked to end.
    pub fn run(&self, guard: &Guard) -> Result<JobFound, Trouble> {
        until_asked_to_end(async {
            let mut found = JobFound::default();
            for _ in 0..self.runs {
                self.once(guard, &mut found).await?;
            }
            if found.runs.is_empty() {
                let how = found.failures.keys().next().cloned().unwrap_or_default();
                let what = format!("no run ended well: {how}");
                let help = "correct the command; its last lines are shown";
                return Err(Trouble::new(what, help).with_log(found.last_lines));
            }
            Ok(found)
        })
    }

    async fn once(&self, guard: &Guard, found: &mut JobFound) -> Result<(), Trouble> {
        let cpu_before_s = ended_children_s();
        let launched = Launched::start(&self.launch, &[], guard, None)?;
        let exit = timeout(self.timeout, launched.exited()).await;
        let wall_s = (clock::now() - launched.begun).as_secs_f64();
        found.peak_bytes = found.peak_bytes.max(launched.seen_bytes());
        let failure = match exit {
            Ok(status) if status.success() => None,
            Ok(status) => Some(ending(status)),
            Err(_) => Some(format!(
                "timed out after {:.1} s",
                self.timeout.as_secs_f64()
            )),
        };
        let lines = launched.last_lines();
        let response_bytes = launched.log_bytes();
        found.log_bytes += response_bytes;
        launched.end().await;
        match failure {
            None => found.runs.push(Sample {
                wall_s,
                cpu_s: ended_children_s() - cpu_before_s,
                request_bytes: 0,
                response_bytes: 0,
            }),
            Some(failure) => {
                *found.failures.entry(failure).or_default() += 1;
                found.last_lines = lines;
            }
        }
        Ok(())
    }
}

/// CPU time of all processes below this one that have ended and were waited for, in seconds
/// (getrusage(2)).
fn ended_children_s() -> f64 {
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0.0, |usage| {
        seconds(usage.user_time()) + seconds(usage.system_time())
    })
}
