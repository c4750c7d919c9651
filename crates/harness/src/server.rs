//! A server, under requests.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use landfall_measure::{HttpRequest, Sample};
use rand::SeedableRng as _;
use rand_distr::{Distribution as _, Exp};
use rand_pcg::Pcg64Mcg;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::clock;
use crate::guard::Guard;
use crate::launched::{Launch, Launched, ending};
use crate::load::Client;
use crate::run::until_asked_to_end;
use crate::trouble::Trouble;

/// How often one asks whether a server is there.
const ASK_EVERY: Duration = Duration::from_millis(5);
/// An answer from here on is an error of the server.
const FIRST_ERROR: u16 = 500;
/// Requests that wait for an answer at most: with more, the server no longer keeps up.
const MOST_WAITING: usize = 4_096;

/// What is run, and how.
#[derive(Debug, Clone)]
pub struct Server {
    /// How it is started.
    pub launch: Launch,
    /// The port that it listens on.
    pub port: u16,
    /// What is sent, in turn.
    pub requests: Vec<HttpRequest>,
    /// How long it may take to start.
    pub ready_in: Duration,
    /// How long an answer may take.
    pub timeout: Duration,
    /// Requests at once, rising, one step each.
    pub at_once: Vec<u32>,
    /// How long a step takes, and the open loop.
    pub step: Duration,
    /// Requests in a second of the open loop; none for no open loop.
    pub rate_per_s: Option<f64>,
    /// The seed of the arrivals.
    pub seed: u64,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct ServerFound {
    /// From the start of its process to the first answer, in seconds.
    pub start_s: f64,
    /// Memory when it had answered once, in bytes.
    pub idle_bytes: u64,
    /// With so many requests at once, in rising order.
    pub steps: Vec<AtOnce>,
    /// With requests at a rate.
    pub open: Option<OpenLoop>,
    /// Requests one at a time.
    pub alone: Vec<Sample>,
    /// Requests that failed, with their numbers.
    pub failures: BTreeMap<String, u32>,
    /// The most memory, in bytes.
    pub peak_bytes: u64,
    /// Bytes that it has written to its log.
    pub log_bytes: u64,
}

/// So many requests at once, each sent when another was answered.
#[derive(Debug, Clone, PartialEq)]
pub struct AtOnce {
    /// How many.
    pub requests: u32,
    /// Answers in a second.
    pub per_s: f64,
    /// How long each answer took, in seconds.
    pub times_s: Vec<f64>,
    /// Bytes of an answer's body, on average.
    pub response_bytes: u64,
    /// CPU time of a request, in seconds.
    pub cpu_s: f64,
    /// The most memory that was seen meanwhile, in bytes.
    pub memory_bytes: u64,
}

/// Requests at a rate, whether others were answered or not.
#[derive(Debug, Clone, PartialEq)]
pub struct OpenLoop {
    /// Requests in a second that were asked for.
    pub rate_per_s: f64,
    /// Answers in a second.
    pub per_s: f64,
    /// How long each answer took from when its request was due, in seconds.
    pub times_s: Vec<f64>,
    /// CPU time of a request, in seconds.
    pub cpu_s: f64,
    /// The longest that a request was sent after it was due, in seconds: by this machine.
    pub most_late_s: f64,
    /// Requests that were not sent, since too many waited for their answers.
    pub not_sent: u64,
}

impl Server {
    /// Starts it, waits until it answers, and sends requests: one at a time, then more at once,
    /// then at the rate.
    ///
    /// # Errors
    /// It does not start, does not answer, ends, or this process is asked to end.
    pub fn run(&self, guard: &Guard) -> Result<ServerFound, Trouble> {
        let Some(first) = self.requests.first() else {
            return Err(Trouble::new(
                "there is no request to send",
                "give --request",
            ));
        };
        until_asked_to_end(async {
            let client = Client::new(self.port, self.timeout);
            self.is_free().await?;
            let launched = Launched::start(&self.launch, &[], guard, None)?;
            let mut run = Run {
                server: self,
                launched: &launched,
                client,
                first,
                sent: AtomicUsize::new(0),
                found: ServerFound::default(),
            };
            let found = tokio::select! {
                done = run.all() => done.map(|()| run.found),
                status = launched.exited() => {
                    let what = format!("the server ended: {}", ending(status));
                    let help = "correct the command; its last lines are shown";
                    Err(Trouble::new(what, help).with_log(launched.last_lines()))
                }
            };
            let log_bytes = launched.log_bytes();
            launched.end().await;
            found.map(|found| ServerFound { log_bytes, ..found })
        })
    }

    /// Nothing else answers on the port.
    async fn is_free(&self) -> Result<(), Trouble> {
        let there = tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await;
        if there.is_err() {
            return Ok(());
        }
        let port = self.port;
        let what = format!("something else listens on port {port}");
        Err(Trouble::new(what, "end it, or choose another --port"))
    }
}

struct Run<'s> {
    server: &'s Server,
    launched: &'s Launched<'s>,
    client: Client,
    first: &'s HttpRequest,
    sent: AtomicUsize,
    found: ServerFound,
}

impl Run<'_> {
    async fn all(&mut self) -> Result<(), Trouble> {
        self.ready().await?;
        self.found.idle_bytes = self.launched.memory_now_bytes();
        for requests in &self.server.at_once {
            let step = self.at_once(*requests).await?;
            if *requests == 1 {
                let answered = &step.times_s;
                self.found.alone = answered
                    .iter()
                    .map(|wall_s| Sample {
                        wall_s: *wall_s,
                        cpu_s: step.cpu_s,
                        request_bytes: self.request_bytes(),
                        response_bytes: step.response_bytes,
                    })
                    .collect();
            }
            self.found.steps.push(step);
        }
        if let Some(rate_per_s) = self.server.rate_per_s {
            self.found.open = Some(self.open_loop(rate_per_s).await?);
        }
        self.found.peak_bytes = self.launched.peak_bytes();
        Ok(())
    }

    fn request_bytes(&self) -> u64 {
        let requests = &self.server.requests;
        let bytes: usize = requests.iter().map(|one| one.body.len()).sum();
        (bytes / requests.len().max(1)) as u64
    }

    /// Waits for the first answer.
    async fn ready(&mut self) -> Result<(), Trouble> {
        let until = self.launched.begun + self.server.ready_in;
        loop {
            let last = match self.client.send(self.next()).await {
                Ok(answered) if answered.status < FIRST_ERROR => {
                    self.found.start_s = (answered.at - self.launched.begun).as_secs_f64();
                    return Ok(());
                }
                Ok(answered) => format!("status {}", answered.status),
                Err(error) => error,
            };
            if clock::now() > until {
                let limit = self.server.ready_in.as_secs();
                let what = format!("the server has not answered in {limit} s: {last}");
                let help =
                    "check that it listens on 127.0.0.1 and --port, or allow more with --ready-in";
                return Err(Trouble::new(what, help).with_log(self.launched.last_lines()));
            }
            sleep(ASK_EVERY).await;
        }
    }

    /// The next request, in turn.
    fn next(&self) -> &HttpRequest {
        let at = self.sent.fetch_add(1, Ordering::Relaxed);
        let requests = &self.server.requests;
        requests
            .get(at % requests.len().max(1))
            .unwrap_or(self.first)
    }

    /// Sends so many requests at once for a step.
    async fn at_once(&mut self, requests: u32) -> Result<AtOnce, Trouble> {
        let (begun, cpu_before_s) = (clock::now(), self.launched.cpu_s());
        let until = begun + self.server.step;
        let answers = Mutex::new(Answers::default());
        let memory = AtomicUsize::new(0);
        let sending = (0..requests).map(|_| async {
            while clock::now() < until {
                let sent = clock::now();
                let answer = self.client.send(self.next()).await;
                let time_s = |at: Instant| (at - sent).as_secs_f64();
                let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                answers.take(answer.map(|one| (time_s(one.at), one.status, one.bytes)));
            }
        });
        let watching = async {
            while clock::now() < until {
                sleep(self.server.step / 10).await;
                let now = self.launched.memory_now_bytes() as usize;
                memory.fetch_max(now, Ordering::Relaxed);
            }
        };
        let sending: Vec<_> = sending.collect();
        tokio::join!(all(sending), watching);
        let all_s = begun.elapsed().as_secs_f64();
        let cpu_s = self.launched.cpu_s() - cpu_before_s;
        let answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
        let bytes = answers.bytes;
        let times_s = self.settled(answers)?;
        Ok(AtOnce {
            requests,
            response_bytes: bytes / times_s.len() as u64,
            per_s: times_s.len() as f64 / all_s,
            cpu_s: cpu_s / times_s.len() as f64,
            times_s,
            memory_bytes: memory.into_inner() as u64,
        })
    }

    /// Counts failures; no answer at all is the end.
    fn settled(&mut self, answers: Answers) -> Result<Vec<f64>, Trouble> {
        for (failure, number) in answers.failures {
            *self.found.failures.entry(failure).or_default() += number;
        }
        if answers.times_s.is_empty() {
            let why = self
                .found
                .failures
                .keys()
                .next()
                .cloned()
                .unwrap_or_default();
            let what = format!("no request was answered: {why}");
            let help = "correct the server or the requests; its last lines are shown";
            return Err(Trouble::new(what, help).with_log(self.launched.last_lines()));
        }
        Ok(answers.times_s)
    }

    /// Sends requests when they are due, by a Poisson process, and counts from when each was
    /// due: a server that falls behind is seen to (no coordinated omission).
    async fn open_loop(&mut self, rate_per_s: f64) -> Result<OpenLoop, Trouble> {
        let (begun, cpu_before_s) = (clock::now(), self.launched.cpu_s());
        let mut due = arrivals(rate_per_s, self.server.step, self.server.seed, begun);
        let answers = Arc::new(Mutex::new(Answers::default()));
        let mut sending = JoinSet::new();
        let (mut most_late_s, mut not_sent, mut due_in_all) = (0.0_f64, 0, 0);
        while let Some(due) = due.recv().await {
            due_in_all += 1;
            while sending.try_join_next().is_some() {}
            if sending.len() >= MOST_WAITING {
                not_sent += 1;
                continue;
            }
            most_late_s = most_late_s.max((clock::now() - due).as_secs_f64());
            let (client, request) = (self.client.clone(), self.next().clone());
            let answers = Arc::clone(&answers);
            sending.spawn(async move {
                let answer = client.send(&request).await;
                let time_s = |at: Instant| (at - due).as_secs_f64();
                let mut answers = answers.lock().unwrap_or_else(PoisonError::into_inner);
                answers.take(answer.map(|one| (time_s(one.at), one.status, one.bytes)));
            });
        }
        while sending.join_next().await.is_some() {}
        let all_s = begun.elapsed().as_secs_f64();
        let cpu_s = self.launched.cpu_s() - cpu_before_s;
        let answers = std::mem::take(&mut *answers.lock().unwrap_or_else(PoisonError::into_inner));
        if due_in_all == 0 {
            let what = "no request was due in the time of the open loop";
            return Err(Trouble::new(
                what,
                "choose a higher --rate, or a longer --for",
            ));
        }
        let times_s = self.settled(answers)?;
        Ok(OpenLoop {
            rate_per_s,
            per_s: times_s.len() as f64 / all_s,
            cpu_s: cpu_s / times_s.len() as f64,
            times_s,
            most_late_s,
            not_sent,
        })
    }
}

/// What came back.
#[derive(Debug, Default)]
struct Answers {
    times_s: Vec<f64>,
    bytes: u64,
    failures: BTreeMap<String, u32>,
}

impl Answers {
    fn take(&mut self, answer: Result<(f64, u16, u64), String>) {
        let failure = match answer {
            Ok((time_s, status, bytes)) if status < FIRST_ERROR => {
                self.bytes += bytes;
                self.times_s.push(time_s);
                return;
            }
            Ok((_, status, _)) => format!("status {status}"),
            Err(error) => error,
        };
        *self.failures.entry(failure).or_default() += 1;
    }
}

/// Waits for all.
async fn all<F: Future<Output = ()>>(futures: Vec<F>) {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    std::future::poll_fn(|context| {
        futures.retain_mut(|one| one.as_mut().poll(context).is_pending());
        if futures.is_empty() {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
}

/// The times at which requests are due, each given when it has come, by a thread whose sleep is
/// finer than a timer's millisecond.
fn arrivals(
    rate_per_s: f64,
    during: Duration,
    seed: u64,
    begun: Instant,
) -> mpsc::UnboundedReceiver<Instant> {
    let (sender, receiver) = mpsc::unbounded_channel();
    thread::spawn(move || {
        let Ok(gap) = Exp::new(rate_per_s) else {
            return;
        };
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let mut due = begun;
        loop {
            due += Duration::from_secs_f64(gap.sample(&mut random));
            if due > begun + during {
                return;
            }
            thread::sleep(due.saturating_duration_since(clock::now()));
            if sender.send(due).is_err() {
                return;
            }
        }
    });
    receiver
}
