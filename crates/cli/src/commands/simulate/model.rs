//! A function described by flags, as in simulators of functions.

use std::cell::RefCell;
use std::collections::BTreeSet;

use landfall_catalog::Platform;
use landfall_report::simulation::{Billed, Run as Shown};
use landfall_simulate::{
    Counts, Figures, FunctionSetup, Law, MOST_HELD, Outcome, Pollers, Pulled, QueueSetup,
    ReadyHours, Refused, StreamSetup,
};
use landfall_source::{Diagnostic, Result};
use landfall_units::Duration;

use super::laws;
use crate::arguments::Switch;
use crate::exit::Problem;
use crate::session::Session;
use crate::simulate_arguments::{Retry, Simulate};

/// What the flags say of the function.
#[derive(Debug)]
pub(super) struct Model {
    pub(super) law: Option<Law>,
    pub(super) setups: Vec<FunctionSetup>,
    /// The idle limits asked for, in seconds.
    idle_limits_s: Vec<f64>,
    pub(super) warm_up_s: f64,
    /// The platform's behaviours that were read.
    read: BTreeSet<String>,
}

impl Model {
    pub(super) fn new(command: &Simulate, session: &Session, platform: &Platform) -> Result<Self> {
        let law = |flag: &str, text: &Option<String>| {
            text.as_ref()
                .map(|text| laws::parse(flag, text))
                .transpose()
        };
        let time = |flag: &str, text: &Option<String>| {
            text.as_ref()
                .map(|text| laws::time_s(flag, text))
                .transpose()
        };
        let behaviour = Behaviour {
            platform,
            session,
            read: RefCell::default(),
        };
        let number = |name: &str| behaviour.number(name);
        let duration = law("duration", &command.duration)?;
        let limits = command.idle_limit.iter();
        let idle_limits_s: Vec<f64> = limits
            .map(|text| laws::time_s("idle-limit", text))
            .collect::<Result<_>>()?;
        let lifetime_s = time("lifetime", &command.lifetime)?;
        let silence_s = time("silence-limit", &command.silence_limit)?;
        let silence_s = silence_s.map(|limit_s| (limit_s, limit_s));
        let (idle, silence_s, life_s): (Vec<f64>, _, Option<f64>) = if idle_limits_s.is_empty() {
            let limit_s = number("silence_limit")?;
            let swept_s = limit_s + number("silence_sweep")?;
            let silence_s = silence_s.or(Some((limit_s, swept_s)));
            let life_s = lifetime_s.or_else(|| behaviour.likely("environment_life"));
            (vec![number("idle_limit")?], silence_s, life_s)
        } else {
            (idle_limits_s.clone(), silence_s, lifetime_s)
        };
        let is_bounded = command.scaling_limits == Switch::On;
        let launch = behaviour.likely("launch_burst");
        let launch = launch.zip(behaviour.likely("launch_rate_s"));
        let plain = FunctionSetup {
            silence_s,
            life_s: life_s.map(|life_s| (life_s, life_s)),
            start: law("init", &command.init)?.unwrap_or(Law::Constant(0.0)),
            cold: law("cold-duration", &command.cold_duration)?,
            most_at_once: command.max_concurrency.unwrap_or(u32::MAX),
            provisioned: ReadyHours::always(command.provisioned),
            launch: launch.filter(|_| is_bounded),
            requests_per_s: behaviour.requests_per_s(command).filter(|_| is_bounded),
            refused: behaviour.refused(command.retry)?,
            pulled: behaviour.pulled(command, duration.as_ref())?,
            ..FunctionSetup::plain(0.0)
        };
        let setups = idle.into_iter().map(|idle_s| FunctionSetup {
            idle_s: (idle_s, idle_s),
            ..plain.clone()
        });
        Ok(Self {
            law: duration,
            setups: setups.collect(),
            idle_limits_s,
            warm_up_s: time("warm-up", &command.warm_up)?.unwrap_or(0.0),
            read: behaviour.read.into_inner(),
        })
    }

    /// The names of the behaviours that were given.
    pub(super) fn laws(&self) -> impl Iterator<Item = &str> {
        self.read.iter().map(String::as_str)
    }

    /// Outcomes in the order of the set-ups, ready to be shown.
    pub(super) fn show(&self, outcomes: &[Outcome]) -> Vec<Shown> {
        let limits = self.idle_limits_s.iter().copied().map(Some);
        let limits = limits.chain(std::iter::repeat(None));
        outcomes
            .iter()
            .zip(limits)
            .map(|(outcome, idle_limit_s)| {
                let figures = Figures::from(outcome);
                Shown {
                    idle_limit_s,
                    figures,
                    series: outcome.series.clone(),
                    billed: billed(&figures.counts),
                    copy: None,
                }
            })
            .collect()
    }
}

/// What is known of a platform on the day of a session.
struct Behaviour<'s> {
    platform: &'s Platform,
    session: &'s Session,
    /// Behaviours that were read.
    read: RefCell<BTreeSet<String>>,
}

impl Behaviour<'_> {
    fn likely(&self, name: &str) -> Option<f64> {
        self.read.borrow_mut().insert(name.to_owned());
        let value = self.platform.parameter_on(name, self.session.as_of);
        value.map(|range| range.likely())
    }

    /// A number that must be known.
    fn number(&self, name: &str) -> Result<f64> {
        let known = self.likely(name);
        known.ok_or_else(|| Box::new(self.unknown(name)))
    }

    fn unknown(&self, name: &str) -> Diagnostic {
        let what = format!("nothing is known of `{name}` on {}", self.session.as_of);
        Diagnostic::new(what).help("choose another day with --as-of")
    }

    /// Requests a second that may be made of a function; none for no bound: its concurrency
    /// alone bounds events that nobody waits for.
    fn requests_per_s(&self, command: &Simulate) -> Option<f64> {
        let most = command.max_concurrency?;
        let per_environment = self.likely("requests_per_environment_s")?;
        let is_waited_for = command.retry == Retry::None && command.shards.is_none();
        is_waited_for.then_some(f64::from(most) * per_environment)
    }

    /// A number that was given, which must not be above a limit of the catalog.
    fn at_most(&self, flag: &str, given: u32, limit: &str) -> Result<u32> {
        let most = self.number(limit)?;
        if f64::from(given) <= most {
            return Ok(given);
        }
        let problem = Diagnostic::new(format!("--{flag} {given} is more than Lambda takes"));
        Err(Box::new(problem.help(format!("give {most} or less"))))
    }

    /// What becomes of what is refused.
    fn refused(&self, retry: Retry) -> Result<Refused> {
        Ok(match retry {
            // What is pulled off a queue is tried again by who pulls it.
            Retry::None | Retry::Queue => Refused::Fails,
            Retry::Async => Refused::TriedAgain {
                first_s: self.number("retry_first")?,
                longest_s: self.number("retry_longest")?,
                age_s: self.number("retry_age")?,
                spread: self.number("retry_spread")?,
            },
        })
    }

    /// The longest run of a batch, in seconds, which a function's timeout ends.
    fn longest_run_s(&self, law: Option<&Law>, batch: u32, per_batch_s: f64) -> Result<f64> {
        let limit = self.platform.limit("timeout");
        let limit_s = limit.and_then(|limit| limit.value_on(self.session.as_of));
        let limit_s = limit_s.ok_or_else(|| Box::new(self.unknown("timeout")))?;
        let longest_s = law.map_or(f64::INFINITY, Law::longest_s);
        Ok(f64::from(batch)
            .mul_add(longest_s, per_batch_s)
            .min(limit_s))
    }

    /// What pulls the work, off a queue or a stream; none where it comes by itself.
    fn pulled(&self, command: &Simulate, law: Option<&Law>) -> Result<Option<Pulled>> {
        let window_s = laws::time_s("batch-window", &command.batch_window)?;
        let per_batch_s = laws::time_s("per-batch", &command.per_batch)?;
        let again_s = || self.number("retry_first");
        let batch = |usual: &str| match command.batch_size {
            Some(batch) => self.at_most("batch-size", batch, "batch_most"),
            None => self.number(usual).map(|batch| batch as u32),
        };
        if let Some(shards) = command.shards {
            return Ok(Some(Pulled::Stream(StreamSetup {
                shards,
                parallel: self.at_most("parallel", command.parallel, "parallel_most")?,
                batch: batch("stream_batch")?,
                window_s,
                poll_s: self.number("stream_poll")?,
                per_batch_s,
                again_s: again_s()?,
            })));
        }
        if command.retry != Retry::Queue {
            let is_told = window_s > 0.0 || per_batch_s > 0.0 || command.failing > 0.0;
            if is_told || command.batch_size.is_some() {
                let problem = Diagnostic::new("nothing here comes in batches");
                let help = "add --retry queue, or --shards for a stream";
                return Err(Box::new(problem.help(help)));
            }
            return Ok(None);
        }
        let most = self.number("pollers_most")?;
        let batch = batch("queue_batch")?;
        Ok(Some(Pulled::Queue(QueueSetup {
            pollers: Pollers {
                first: self.number("pollers_first")?,
                per_s: self.number("pollers_rate_s")?,
                most: command
                    .max_concurrency
                    .map_or(most, |bound| most.min(f64::from(bound))),
                rest_s: self.number("pollers_rest")?,
            },
            batch,
            window_s,
            per_batch_s,
            hidden_s: QueueSetup::hidden_for_s(
                self.number("visibility_times")?,
                self.longest_run_s(law, batch, per_batch_s)?,
                self.number("visibility_timeout")?,
            ),
            kept_s: self.number("retention")?,
            receives: self.number("receives_most")? as u32,
            failing: command.failing,
            again_s: again_s()?,
        })))
    }
}

/// What Lambda's meters would count, but for memory, which nobody named.
fn billed(counts: &Counts) -> Vec<Billed> {
    let one = |meter: &str, quantity: f64, unit: &str| Billed {
        meter: meter.to_owned(),
        quantity,
        unit: unit.to_owned(),
    };
    let mut all = vec![
        one("requests", counts.served as f64, "requests"),
        one("duration", counts.busy_s, "seconds of work and start-up"),
    ];
    if counts.provisioned > 0 {
        let seconds = counts.provisioned_busy_s;
        all.push(one("provisioned duration", seconds, "seconds of work"));
    }
    all
}

/// Independent runs share out the events.
pub(super) fn events_of_a_run(command: &Simulate) -> u64 {
    command.max_events / u64::from(command.replications)
}

/// What is said where the budget of events ended a run before its time.
pub(super) fn cut(command: &Simulate, outcomes: &[Outcome]) -> Option<String> {
    let cuts = outcomes.iter().filter_map(|outcome| outcome.cut_s);
    let cut_s = cuts.reduce(f64::min)?;
    let (events, at) = (events_of_a_run(command), Duration::from_secs_f64(cut_s));
    Some(format!(
        "cut after {at}, and all figures are of that time: a run has at most {events} events \
         (--max-events allows more) and {MOST_HELD} requests under way or waiting"
    ))
}

pub(super) fn refuse(what: &str, help: &str) -> Problem {
    Problem::Input(Box::new(Diagnostic::new(what).help(help)))
}
