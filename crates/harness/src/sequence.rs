//! Running a function: environments one after the other, and invocations in them.

use std::time::{Duration, Instant};

use landfall_measure::{Ended, Failure, Mix, Sample};

use crate::cgroup::{Cgroups, Confine};
use crate::clock;
use crate::environment::{Environment, Outcome, said};
use crate::function::{Function, FunctionFound, Invoked, Start, Together};
use crate::guard::Guard;
use crate::run::until_asked_to_end;
use crate::trouble::Trouble;

/// Environments that are lost one after the other, before it is given up.
const MOST_LOST: u32 = 3;
/// Failures of so many kinds are kept apart.
const MOST_KINDS: usize = 16;

impl Function {
    /// Runs it: environments one after the other, each started and invoked once, and in the
    /// last one the rest, one at a time and then several at once. Where there are cgroups, it has
    /// CPU time before what else runs here.
    ///
    /// # Errors
    /// It does not start, nothing is answered, or this process is asked to end.
    pub fn run(
        &self,
        cgroups: Option<&Cgroups<'_>>,
        guard: &Guard,
    ) -> Result<FunctionFound, Trouble> {
        let limits = None;
        until_asked_to_end(async {
            let mut run = Run {
                function: self,
                guard,
                mix: Mix::new(self.payloads.clone()),
                number: 0,
                found: FunctionFound::default(),
                confine: cgroups.map(|cgroups| Confine { cgroups, limits }),
                at_most: None,
            };
            run.all().await?;
            Ok(run.found)
        })
    }
}

/// Invocations of a warm environment that are made, whatever the time that they take.
const FEWEST: usize = 5;

/// Environments of a function, one after the other.
pub(crate) struct Run<'g> {
    function: &'g Function,
    guard: &'g Guard,
    /// What its environments may take; all that there is where nothing is said.
    confine: Option<Confine<'g>>,
    /// How long warm invocations may take in all.
    at_most: Option<Duration>,
    mix: Mix,
    /// Invocations so far.
    number: u64,
    pub(crate) found: FunctionFound,
}

impl<'g> Run<'g> {
    /// Environments that may take no more than `confine` says, invoked for so long at most.
    pub(crate) fn confined(
        function: &'g Function,
        guard: &'g Guard,
        confine: Confine<'g>,
        at_most: Duration,
    ) -> Self {
        Self {
            function,
            guard,
            confine: Some(confine),
            at_most: Some(at_most),
            mix: Mix::new(function.payloads.clone()),
            number: 0,
            found: FunctionFound::default(),
        }
    }

    pub(crate) async fn all(&mut self) -> Result<(), Trouble> {
        let mut left = self.function.invocations;
        let mut lost = 0;
        for start in 1..=self.function.cold_starts.max(1) {
            let Some(environment) = self.start().await? else {
                lost += 1;
                if lost >= MOST_LOST {
                    break;
                }
                continue;
            };
            if start < self.function.cold_starts {
                self.end(environment, "spindown").await;
            } else {
                self.rest(environment, &mut left, &mut lost).await?;
            }
        }
        if self.found.warm.is_empty() && self.found.starts.iter().all(|one| one.first.is_none()) {
            return Err(self.nothing());
        }
        Ok(())
    }

    /// Starts an environment and invokes it once; none where that cost the environment.
    async fn start(&mut self) -> Result<Option<Environment<'g>>, Trouble> {
        let mut environment = Environment::start(self.function, self.guard, self.confine).await?;
        let mut start = Start {
            init_s: environment.init_s,
            init_cpu_s: environment.cpu_s - environment.launched.cpu_before_s,
            first: None,
        };
        if self.function.concurrency > 1 {
            environment
                .all_ready(self.function.concurrency as usize)
                .await;
        }
        let (id, event) = self.next();
        let outcome = environment.invoke(&id, &event).await?;
        let is_lost = matches!(outcome, Outcome::Lost(_));
        start.first = self.take(id, outcome, Some(start.init_s), &environment);
        self.found.starts.push(start);
        if is_lost {
            self.end(environment, "failure").await;
            return Ok(None);
        }
        Ok(Some(environment))
    }

    /// The rest of the invocations; an environment that is lost is started again.
    async fn rest(
        &mut self,
        environment: Environment<'g>,
        left: &mut u32,
        lost: &mut u32,
    ) -> Result<(), Trouble> {
        let mut running = Some(environment);
        let begun = clock::now();
        while *left > 0 && *lost < MOST_LOST && !self.is_long_enough(begun) {
            let there = match running.take() {
                Some(environment) => Some(environment),
                None => self.start().await?,
            };
            let Some(mut environment) = there else {
                *lost += 1;
                continue;
            };
            *left -= 1;
            let (id, event) = self.next();
            let outcome = environment.invoke(&id, &event).await?;
            if matches!(outcome, Outcome::Lost(_)) {
                *lost += 1;
                self.take(id, outcome, None, &environment);
                self.end(environment, "failure").await;
                continue;
            }
            if let Some(sample) = self.take(id, outcome, None, &environment) {
                *lost = 0;
                self.found.warm.push(sample);
            }
            running = Some(environment);
        }
        if let Some(mut environment) = running {
            self.found.peak_bytes = self.found.peak_bytes.max(environment.launched.peak_bytes());
            if self.function.concurrency > 1 {
                self.together(&mut environment).await;
            }
            self.end(environment, "spindown").await;
        }
        Ok(())
    }

    /// Whether warm invocations have taken as long as they may.
    fn is_long_enough(&self, begun: Instant) -> bool {
        let is_over = self.at_most.is_some_and(|most| begun.elapsed() >= most);
        is_over && self.found.warm.len() >= FEWEST
    }

    async fn together(&mut self, environment: &mut Environment<'g>) {
        let at_once = environment
            .all_ready(self.function.concurrency as usize)
            .await;
        let (begun, cpu_before_s) = (clock::now(), environment.launched.cpu_s());
        let mut left = self.function.invocations.max(self.function.concurrency);
        let (mix, number) = (&mut self.mix, &mut self.number);
        let next = || {
            left = left.checked_sub(1)?;
            *number += 1;
            Some((id(*number), mix.next_event().to_vec()))
        };
        match environment.invoke_together(at_once, next).await {
            Ok(done) => {
                let all_s = begun.elapsed().as_secs_f64();
                let mut times_s = Vec::new();
                for (time_s, ended) in done {
                    match ended {
                        Ended::Answered { .. } => times_s.push(time_s),
                        Ended::Failed(failure) => self.fail(failure),
                    }
                }
                self.found.together = Some(Together {
                    at_once: at_once as u32,
                    times_s,
                    cpu_s: environment.launched.cpu_s() - cpu_before_s,
                    all_s,
                    peak_bytes: environment.launched.peak_bytes(),
                });
            }
            Err(failure) => self.fail(failure),
        }
    }

    fn next(&mut self) -> (String, Vec<u8>) {
        self.number += 1;
        (id(self.number), self.mix.next_event().to_vec())
    }

    fn fail(&mut self, failure: Failure) {
        // A message that differs each time is counted by its type.
        let is_new = !self.found.failures.contains_key(&failure);
        let failure = if is_new && self.found.failures.len() >= MOST_KINDS {
            Failure {
                message: String::new(),
                ..failure
            }
        } else {
            failure
        };
        *self.found.failures.entry(failure).or_default() += 1;
    }

    /// Takes what an invocation came to.
    fn take(
        &mut self,
        id: String,
        outcome: Outcome,
        init_s: Option<f64>,
        environment: &Environment<'g>,
    ) -> Option<Sample> {
        match outcome {
            Outcome::Answered(sample) => {
                self.found.invoked.push(Invoked {
                    id,
                    duration_s: sample.wall_s,
                    init_s,
                    peak_bytes: environment.launched.seen_bytes(),
                });
                Some(sample)
            }
            Outcome::Failed(failure) | Outcome::Lost(failure) => {
                self.fail(failure);
                None
            }
        }
    }

    async fn end(&mut self, environment: Environment<'g>, reason: &str) {
        for (kind, number) in environment.api.refused() {
            *self.found.refused.entry(kind).or_default() += number;
        }
        if self.found.together.is_none() {
            self.found.peak_bytes = self.found.peak_bytes.max(environment.launched.peak_bytes());
        }
        self.found.log_bytes += environment.launched.log_bytes();
        if !self.found.failures.is_empty() {
            self.found.last_lines = environment.launched.last_lines();
        }
        environment.end(reason).await;
    }

    /// Nothing was answered.
    fn nothing(&self) -> Trouble {
        let failures = self.found.failures.iter();
        let most = failures.max_by_key(|(_, number)| **number);
        let why = most.map_or_else(String::new, |(failure, _)| format!(": {}", said(failure)));
        let help = "correct the function, or give the event that it expects with --event";
        Trouble::new(format!("no invocation was answered{why}"), help)
            .with_log(self.found.last_lines.clone())
    }
}

/// The id of an invocation, in the form of a UUID.
fn id(number: u64) -> String {
    format!("00000000-0000-4000-8000-{number:012x}")
}
