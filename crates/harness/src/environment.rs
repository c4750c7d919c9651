//! One environment of a function: its runtime, and the API that it talks to.

use std::collections::BTreeMap;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use bytes::Bytes;
use landfall_measure::{Ended, Failure, Sample};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout_at};

use crate::api::{Api, Event, Handed, Named};
use crate::cgroup::{Confine, Confined};
use crate::clock;
use crate::function::Function;
use crate::guard::Guard;
use crate::launched::{Launched, ending};
use crate::trouble::Trouble;

/// Extensions get so long to end, as on Lambda.
const SHUTDOWN: Duration = Duration::from_secs(2);
/// Runtimes that take several invocations at once get so long to ask for all of them.
const ALL_READY: Duration = Duration::from_secs(3);

/// An environment whose runtime waits for invocations.
#[derive(Debug)]
pub(crate) struct Environment<'g> {
    pub(crate) launched: Launched<'g>,
    pub(crate) api: Api,
    events: mpsc::UnboundedReceiver<Event>,
    function: &'g Function,
    /// From its start to the first time that it waited, in seconds.
    pub(crate) init_s: f64,
    /// CPU time when it last began to wait, in seconds.
    pub(crate) cpu_s: f64,
}

/// How an invocation ended here.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome {
    /// It was answered.
    Answered(Sample),
    /// It failed, and the environment goes on.
    Failed(Failure),
    /// It failed, and the environment with it.
    Lost(Failure),
}

impl<'g> Environment<'g> {
    /// Starts the runtime, and waits until it waits for an invocation. Start-up has all the CPU
    /// time that there is, as on Lambda; where it is confined, everything after it has the quota.
    pub(crate) async fn start(
        function: &'g Function,
        guard: &'g Guard,
        confine: Option<Confine<'g>>,
    ) -> Result<Self, Trouble> {
        let (sender, mut events) = mpsc::unbounded_channel();
        let named = Named {
            function: function.name.clone(),
            arn: function.arn(),
        };
        let api = Api::open(function.largest_response, named, guard.pid(), sender)
            .await
            .map_err(|error| Trouble::machine("listen on the loopback", &error))?;
        let more = [("AWS_LAMBDA_RUNTIME_API", api.address.to_string())];
        let launched = Launched::start(&function.launch, &more, guard, confine)?;
        let deadline = launched.begun + function.init_limit + function.timeout;
        let first = tokio::select! {
            first = timeout_at(deadline.into(), events.recv()) => first,
            status = launched.exited() => return Err(not_started(&launched, status)),
        };
        match first {
            Ok(Some(Event::Ready { at, cpu_s })) => {
                let init_s = (at - launched.begun).as_secs_f64();
                if let Some(confined) = launched.confined() {
                    confined.started()?;
                }
                Ok(Self {
                    launched,
                    api,
                    events,
                    function,
                    init_s,
                    cpu_s,
                })
            }
            Ok(Some(Event::NotStarted(failure))) => {
                let what = format!("the function cannot start: {}", said(&failure));
                let help = "correct it; its last lines are shown";
                Err(Trouble::new(what, help).with_log(launched.last_lines()))
            }
            _ => {
                let limit = (function.init_limit + function.timeout).as_secs();
                let what = format!("the runtime has not asked for an invocation in {limit} s");
                let help = "check that it calls the Runtime API at AWS_LAMBDA_RUNTIME_API";
                Err(Trouble::new(what, help).with_log(launched.last_lines()))
            }
        }
    }

    /// Waits until so many invocations can be taken at once, and says how many can.
    pub(crate) async fn all_ready(&mut self, wanted: usize) -> usize {
        let until = clock::now() + ALL_READY;
        while self.api.waiting() < wanted && clock::now() < until {
            sleep(Duration::from_millis(5)).await;
        }
        while let Ok(event) = self.events.try_recv() {
            if let Event::Ready { cpu_s, .. } = event {
                self.cpu_s = cpu_s;
            }
        }
        self.api.waiting()
    }

    fn handed(&self, id: &str, event: &[u8]) -> Handed {
        Handed {
            id: id.to_owned(),
            deadline_ms: clock::epoch_ms() + self.function.timeout.as_millis() as u64,
            event: Bytes::copy_from_slice(event),
        }
    }

    /// Invokes the function once. It takes from when the event is handed out until the runtime
    /// waits again, as Lambda counts it; of a runtime that takes several invocations at once and
    /// waits for the next before it answers, until it has answered.
    pub(crate) async fn invoke(&mut self, id: &str, event: &[u8]) -> Result<Outcome, Trouble> {
        if let Some(confined) = self.launched.confined() {
            confined.thaw()?;
        }
        let outcome = self.invoked(id, event).await;
        let Some(confined) = self.launched.confined() else {
            return Ok(outcome);
        };
        if let Some(memory_bytes) = confined.exceeded_bytes() {
            return Ok(Outcome::Lost(out_of_memory(memory_bytes)));
        }
        if !matches!(outcome, Outcome::Lost(_)) {
            confined.freeze()?;
        }
        Ok(outcome)
    }

    async fn invoked(&mut self, id: &str, event: &[u8]) -> Outcome {
        let Some(at) = self.api.hand_out(self.handed(id, event)) else {
            return Outcome::Lost(self.gone().await);
        };
        let deadline = at + self.function.timeout;
        let cpu_before_s = self.cpu_s;
        let mut ended: Option<Ended> = None;
        let mut waits_already = false;
        loop {
            let next = tokio::select! {
                biased;
                next = timeout_at(deadline.into(), self.events.recv()) => next,
                status = self.launched.exited() => {
                    return Outcome::Lost(exit_error(status));
                }
            };
            let (over, cpu_s) = match next {
                Ok(Some(Event::Ended {
                    id: of,
                    at,
                    ended: how,
                })) if of == id => {
                    ended = Some(how);
                    if !waits_already {
                        continue;
                    }
                    (at, self.launched.cpu_s())
                }
                Ok(Some(Event::Ready { at, cpu_s })) => {
                    waits_already = ended.is_none();
                    (at, cpu_s)
                }
                Ok(Some(Event::NotStarted(failure))) => return Outcome::Lost(failure),
                Ok(Some(Event::Ended { .. })) => continue,
                Ok(None) | Err(_) => return Outcome::Lost(self.timed_out()),
            };
            self.cpu_s = cpu_s;
            match ended.take() {
                Some(Ended::Answered { bytes }) => {
                    return Outcome::Answered(Sample {
                        wall_s: (over - at).as_secs_f64(),
                        cpu_s: (cpu_s - cpu_before_s).max(0.0),
                        request_bytes: event.len() as u64,
                        response_bytes: bytes,
                    });
                }
                Some(Ended::Failed(failure)) => return Outcome::Failed(failure),
                None => {}
            }
        }
    }

    /// Invokes the function so many times, some at once, and gives for each how long it took
    /// until it was answered, and how it ended.
    pub(crate) async fn invoke_together(
        &mut self,
        at_once: usize,
        mut next_event: impl FnMut() -> Option<(String, Vec<u8>)>,
    ) -> Result<Vec<(f64, Ended)>, Failure> {
        let mut running: BTreeMap<String, Instant> = BTreeMap::new();
        let mut done = Vec::new();
        let mut is_over = false;
        loop {
            while !is_over && running.len() < at_once && self.api.waiting() > 0 {
                let Some((id, event)) = next_event() else {
                    is_over = true;
                    break;
                };
                if let Some(at) = self.api.hand_out(self.handed(&id, &event)) {
                    running.insert(id, at);
                }
            }
            if is_over && running.is_empty() {
                return Ok(done);
            }
            let oldest = running.values().min().copied().unwrap_or_else(clock::now);
            let deadline = oldest + self.function.timeout;
            let next = tokio::select! {
                biased;
                next = timeout_at(deadline.into(), self.events.recv()) => next,
                status = self.launched.exited() => return Err(exit_error(status)),
            };
            match next {
                Ok(Some(Event::Ended { id, at, ended })) => {
                    if let Some(begun) = running.remove(&id) {
                        done.push(((at - begun).as_secs_f64(), ended));
                    }
                }
                Ok(Some(Event::Ready { cpu_s, .. })) => self.cpu_s = cpu_s,
                Ok(Some(Event::NotStarted(failure))) => return Err(failure),
                Ok(None) | Err(_) => return Err(self.timed_out()),
            }
        }
    }

    fn timed_out(&self) -> Failure {
        let limit = self.function.timeout.as_secs_f64();
        Failure {
            kind: "Sandbox.Timedout".to_owned(),
            message: format!("Task timed out after {limit:.2} seconds"),
        }
    }

    /// No runtime waits: it has ended, or gone silent.
    async fn gone(&self) -> Failure {
        let exit = tokio::time::timeout(self.function.timeout, self.launched.exited()).await;
        exit.map_or_else(|_| self.timed_out(), exit_error)
    }

    /// Ends it, as Lambda does: extensions are informed and get a moment, everything is killed.
    pub(crate) async fn end(self, reason: &str) {
        self.launched.release();
        let deadline_ms = clock::epoch_ms() + SHUTDOWN.as_millis() as u64;
        if self.api.shut_down(deadline_ms, reason) {
            sleep(Duration::from_millis(300)).await;
        }
        self.launched.end().await;
    }
}

fn exit_error(status: ExitStatus) -> Failure {
    Failure {
        kind: "Runtime.ExitError".to_owned(),
        message: format!("Runtime exited with error: {}", ending(status)),
    }
}

/// What needed more memory than its size has, and was killed by the kernel.
fn out_of_memory(memory_bytes: u64) -> Failure {
    let memory = memory_bytes >> 20;
    Failure {
        kind: "Runtime.ExitError".to_owned(),
        message: format!("out of memory: it needed more than {memory}MB and was killed"),
    }
}

fn not_started(launched: &Launched<'_>, status: ExitStatus) -> Trouble {
    let confined = launched.confined();
    if let Some(memory_bytes) = confined.and_then(Confined::exceeded_bytes) {
        let what = out_of_memory(memory_bytes).message;
        return Trouble::new(what, "give it more memory");
    }
    let what = format!(
        "the runtime ended before it asked for an invocation: {}",
        ending(status)
    );
    let help = "check the handler and the folder; its last lines are shown";
    Trouble::new(what, help).with_log(launched.last_lines())
}

/// A failure in a line.
pub(crate) fn said(failure: &Failure) -> String {
    let Failure { kind, message } = failure;
    if message.is_empty() {
        kind.clone()
    } else {
        format!("{kind}: {message}")
    }
}
