//! How a function is set up, and how its platform behaves.

use crate::law::Law;
use crate::pulled::Pulled;
use crate::ready::ReadyHours;

/// How a function is set up, and how its platform behaves.
#[derive(Debug, Clone, PartialEq)]
pub struct FunctionSetup {
    /// How long an idle environment is kept, in seconds: at least, and at most.
    pub idle_s: (f64, f64),
    /// How long the function may be silent, in seconds, at least and at most, before all
    /// its environments end: neither takes on work nor ends any. None where only the
    /// idleness of each environment counts.
    pub silence_s: Option<(f64, f64)>,
    /// How long an environment lives at all, in seconds: at least, and at most.
    pub life_s: Option<(f64, f64)>,
    /// Start-up of an environment, before its first unit of work.
    pub start: Law,
    /// The whole of a cold request, instead of start-up and work.
    pub cold: Option<Law>,
    /// Most units of work at once: reserved or account concurrency.
    pub most_at_once: u32,
    /// Environments kept ready.
    pub provisioned: ReadyHours,
    /// Environments that are there at the start, without work.
    pub at_start: u32,
    /// New environments at once, and refilled a second; none for no bound.
    pub launch: Option<(f64, f64)>,
    /// Most requests a second; none for no bound.
    pub requests_per_s: Option<f64>,
    /// What happens to a request that is refused.
    pub refused: Refused,
    /// Requests are batches of what comes, pulled off a queue or a stream.
    pub pulled: Option<Pulled>,
}

/// What happens to a request that is refused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Refused {
    /// It fails: its caller is told.
    Fails,
    /// It is tried again: after `first_s`, then twice as long each time up to
    /// `longest_s`, until it is `age_s` old. All in seconds.
    TriedAgain {
        /// First back-off.
        first_s: f64,
        /// Longest back-off.
        longest_s: f64,
        /// Age at which it is given up.
        age_s: f64,
        /// The part of each back-off that is drawn evenly at random, from 0 to 1: so that
        /// what was refused together is not tried again together.
        spread: f64,
    },
}

impl FunctionSetup {
    /// The idleness, in seconds, up to which the newest environment is there for certain:
    /// while it has been idle for less, the function has not been silent for longer.
    pub(crate) fn surely_kept_s(&self) -> f64 {
        self.silence_s
            .map_or(self.idle_s.0, |(least_s, _)| least_s.min(self.idle_s.0))
    }

    /// A pool without any bound but the idle limit, in seconds; start-up takes no time.
    pub const fn plain(idle_s: f64) -> Self {
        Self {
            idle_s: (idle_s, idle_s),
            silence_s: None,
            life_s: None,
            start: Law::Constant(0.0),
            cold: None,
            most_at_once: u32::MAX,
            provisioned: ReadyHours::NONE,
            at_start: 0,
            launch: None,
            requests_per_s: None,
            refused: Refused::Fails,
            pulled: None,
        }
    }
}
