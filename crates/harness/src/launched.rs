//! A program that was started: its process group, its output, its end.

use std::io::{Read, Write};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::time::timeout;

use crate::cgroup::{Confine, Confined};
use crate::guard::Guard;
use crate::trouble::Trouble;
use crate::{clock, end, gate, proc};

/// Bytes of the end of a log that are kept.
const KEPT: usize = 4 << 10;
/// Lines of the end of a log that are shown.
const SHOWN: usize = 12;
/// Rounds of waiting for the end of a log: something may have left that still writes to it.
const READS: u32 = 40;
/// How often memory is read, at most.
const READ_EVERY: Duration = Duration::from_millis(20);
/// Memory of what is behind a gate is first read after so long.
const FIRST_READ: Duration = Duration::from_millis(5);
/// The time that reading memory may take, as one part in so many.
const READ_PART: u32 = 20;
/// What has been asked to end gets so long.
const GRACE: Duration = Duration::from_secs(2);

/// How to start a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Where it runs.
    pub folder: PathBuf,
    /// Variables besides those of this process.
    pub environment: Vec<(String, String)>,
    /// What it writes is passed on to standard error.
    pub shows_log: bool,
}

/// What a program has written.
#[derive(Debug, Default)]
struct Log {
    bytes: u64,
    tail: Vec<u8>,
    /// Outputs that are not at their ends.
    open: u32,
}

/// A program that runs.
#[derive(Debug)]
pub(crate) struct Launched<'g> {
    guard: &'g Guard,
    group: i32,
    log: Arc<Mutex<Log>>,
    exit: watch::Receiver<Option<ExitStatus>>,
    is_over: Arc<AtomicBool>,
    peak: Arc<AtomicU64>,
    /// The cgroup that it runs in; removed after everything in it has ended.
    confined: Option<Confined<'g>>,
    /// When it was started.
    pub(crate) begun: Instant,
    /// CPU time before that, in seconds: of the gate.
    pub(crate) cpu_before_s: f64,
}

impl<'g> Launched<'g> {
    /// Starts a program with more variables, in a process group of its own, and in a cgroup
    /// where it is to be confined.
    pub(crate) fn start(
        launch: &Launch,
        more: &[(&str, String)],
        guard: &'g Guard,
        confine: Option<Confine<'g>>,
    ) -> Result<Self, Trouble> {
        let confined = confine.as_ref().map(Confine::make).transpose()?;
        let mut command = match &confined {
            Some(confined) => confined.gate().command(),
            None => Command::new(&launch.program),
        };
        let stdin = if confined.is_some() {
            Stdio::piped()
        } else {
            command.args(&launch.arguments);
            Stdio::null()
        };
        let (mark, value) = guard.variable();
        command
            .current_dir(&launch.folder)
            .envs(more.iter().map(|(name, value)| (*name, value)))
            .envs(launch.environment.iter().map(|(name, value)| (name, value)))
            .env(mark, value)
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0);
        let begun = clock::now();
        let mut child = command
            .spawn()
            .map_err(|error| not_started(launch, &error))?;
        let group = child.id().cast_signed();
        guard.watch(group);
        let log = Arc::new(Mutex::new(Log::default()));
        if let Some(out) = child.stdout.take() {
            read(out, &log, launch.shows_log);
        }
        if let Some(err) = child.stderr.take() {
            read(err, &log, launch.shows_log);
        }
        let pipe = child.stdin.take();
        let (sender, exit) = watch::channel(None);
        thread::spawn(move || {
            let status = child.wait().unwrap_or_else(|_| ExitStatus::from_raw(0));
            sender.send_replace(Some(status));
        });
        let mut launched = Self {
            guard,
            group,
            log,
            exit,
            is_over: Arc::new(AtomicBool::new(false)),
            peak: Arc::default(),
            confined,
            begun,
            cpu_before_s: 0.0,
        };
        if let (Some(confined), Some(pipe)) = (&launched.confined, pipe) {
            confined.enter(group)?;
            launched.cpu_before_s = launched.cpu_s();
            launched.begun = clock::now();
            gate::open(pipe, &launch.program, &launch.arguments)
                .map_err(|error| not_started(launch, &error))?;
        }
        // By then a gate is the program that it was to become.
        let first = launched.confined.as_ref().map(|_| FIRST_READ);
        poll_memory(guard.pid(), first, &launched.is_over, &launched.peak);
        Ok(launched)
    }

    /// The cgroup that it runs in.
    pub(crate) const fn confined(&self) -> Option<&Confined<'g>> {
        self.confined.as_ref()
    }

    /// Lets what is frozen or throttled end.
    pub(crate) fn release(&self) {
        if let Some(confined) = &self.confined {
            confined.release();
        }
    }

    /// CPU time of all its processes, in seconds.
    pub(crate) fn cpu_s(&self) -> f64 {
        proc::cpu_s(&proc::family(self.guard.pid()))
    }

    /// The most memory so far, in bytes.
    pub(crate) fn peak_bytes(&self) -> u64 {
        let now = proc::memory_bytes(&proc::family(self.guard.pid()));
        self.peak.fetch_max(now, Ordering::Relaxed).max(now)
    }

    /// The most memory that was seen so far, in bytes, without looking again.
    pub(crate) fn seen_bytes(&self) -> u64 {
        self.peak.load(Ordering::Relaxed)
    }

    /// Memory as it is now, in bytes.
    pub(crate) fn memory_now_bytes(&self) -> u64 {
        proc::memory_now_bytes(&proc::family(self.guard.pid()))
    }

    /// How it ended, once it has.
    pub(crate) async fn exited(&self) -> ExitStatus {
        let mut exit = self.exit.clone();
        let status = exit.wait_for(Option::is_some).await;
        status
            .ok()
            .and_then(|status| *status)
            .unwrap_or_else(|| ExitStatus::from_raw(0))
    }

    /// Whether all that was written is read.
    fn is_read(&self) -> bool {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).open == 0
    }

    /// Bytes that it has written.
    pub(crate) fn log_bytes(&self) -> u64 {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .bytes
    }

    /// The last lines that it has written. Of what has ended, the rest is waited for a moment.
    pub(crate) fn last_lines(&self) -> String {
        for _ in 0..READS {
            if self.exit.borrow().is_none() || self.is_read() {
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&log.tail).into_owned();
        drop(log);
        let lines: Vec<&str> = text.lines().collect();
        let from = lines.len().saturating_sub(SHOWN);
        lines.get(from..).unwrap_or_default().join("\n")
    }

    /// Asks it to end, waits a little, and kills what is left.
    pub(crate) async fn end(self) {
        self.release();
        end::ask(self.group);
        // Whether it has ended by then or not, everything is killed when this is dropped.
        let _ = timeout(GRACE, self.exited()).await;
    }
}

impl Drop for Launched<'_> {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.release();
        end::kill_all(&[self.group], &self.guard.mark());
        // Its own exit is taken by the thread that waits for it, its output by those that read.
        for _ in 0..200 {
            if self.exit.borrow().is_some() && self.is_read() {
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        end::reap_orphans();
        self.guard.forget(self.group);
    }
}

fn not_started(launch: &Launch, error: &std::io::Error) -> Trouble {
    let name = launch.program.display();
    Trouble::new(
        format!("cannot start `{name}`: {error}"),
        "check that the program is there and can be executed",
    )
}

/// How a program ended, in words.
pub(crate) fn ending(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => {
            let name = nix::sys::signal::Signal::try_from(signal);
            name.map_or_else(
                |_| format!("signal {signal}"),
                |name| format!("signal {name}"),
            )
        }
        (None, None) => "no status".to_owned(),
    }
}

/// Reads output to its end, and keeps the last of it.
fn read(mut from: impl Read + Send + 'static, log: &Arc<Mutex<Log>>, shows: bool) {
    let log = Arc::clone(log);
    log.lock().unwrap_or_else(PoisonError::into_inner).open += 1;
    thread::spawn(move || {
        let mut buffer = vec![0_u8; 64 << 10];
        while let Ok(number) = from.read(&mut buffer) {
            let Some(part) = buffer.get(..number).filter(|part| !part.is_empty()) else {
                break;
            };
            if shows {
                // Nobody is left to read it when standard error is gone.
                let _ = std::io::stderr().write_all(part);
            }
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.bytes += number as u64;
            log.tail.extend_from_slice(part);
            let excess = log.tail.len().saturating_sub(KEPT);
            log.tail.drain(..excess);
        }
        drop(from);
        log.lock().unwrap_or_else(PoisonError::into_inner).open -= 1;
    });
}

/// Reads memory again and again, for the first time after so long, and keeps the most.
fn poll_memory(
    guard: i32,
    first: Option<Duration>,
    is_over: &Arc<AtomicBool>,
    peak: &Arc<AtomicU64>,
) {
    let (is_over, peak) = (Arc::clone(is_over), Arc::clone(peak));
    thread::spawn(move || {
        thread::sleep(first.unwrap_or_default());
        while !is_over.load(Ordering::Relaxed) {
            let begun = clock::now();
            let bytes = proc::memory_bytes(&proc::family(guard));
            peak.fetch_max(bytes, Ordering::Relaxed);
            thread::sleep(READ_EVERY.max(begun.elapsed() * READ_PART));
        }
    });
}
