//! One run of the program: within limits of memory and time, and how it ended.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::tools::{Result, now};

/// Memory that a run may have, in KB of addresses.
const MEMORY_KB: u64 = 2 << 20;
/// Time that a run may take.
pub(super) const TIME: Duration = Duration::from_secs(10);
/// How often one looks whether a run has ended.
const STEP: Duration = Duration::from_millis(2);

/// Where a worker keeps its files, apart from all others.
#[derive(Debug)]
pub(super) struct Scratch {
    /// The program.
    pub(super) program: PathBuf,
    /// The root of the repository, in which the program runs.
    pub(super) root: PathBuf,
    /// Files of the worker.
    pub(super) folder: PathBuf,
    /// Where its output goes.
    talk: &'static str,
}

/// What a run is given beside its arguments.
#[derive(Debug, Default)]
pub(super) struct Given<'g> {
    pub(super) input: Option<&'g Path>,
    pub(super) out: Option<&'g Path>,
    pub(super) time: Option<Duration>,
}

/// How a run ended.
#[derive(Debug)]
pub(super) struct Ended {
    /// The exit code; none when a signal ended it.
    pub(super) exit: Option<i32>,
    pub(super) is_late: bool,
    pub(super) out: Vec<u8>,
    pub(super) err: Vec<u8>,
}

impl Ended {
    /// What is wrong with the end itself.
    pub(super) fn fault(&self) -> Option<String> {
        let said = String::from_utf8_lossy(&self.err);
        let last: Vec<&str> = said.lines().filter(|line| !line.is_empty()).collect();
        let first = last.first().copied().unwrap_or("");
        match self.exit {
            _ if self.is_late => Some("it takes too long".to_owned()),
            None => Some(format!("a signal ends it: {first}")),
            Some(0..=2) if said.contains("panicked at") => Some(format!("a panic: {first}")),
            Some(0..=2) => None,
            Some(code) => Some(format!("exit {code}: {first}")),
        }
    }
}

impl Scratch {
    /// An empty place of a name below `target/attack`.
    pub(super) fn new(program: &Path, root: &Path, name: &str) -> Result<Self> {
        let folder = root.join("target/attack").join(name);
        let made = if folder.exists() {
            std::fs::remove_dir_all(&folder)
        } else {
            Ok(())
        };
        made.and_then(|()| std::fs::create_dir_all(folder.join("data")))
            .map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Self {
            program: program.to_path_buf(),
            root: root.to_path_buf(),
            folder,
            talk: "first",
        })
    }

    /// The same place, for a process at the same time.
    pub(super) fn beside(&self) -> Self {
        Self {
            program: self.program.clone(),
            root: self.root.clone(),
            folder: self.folder.clone(),
            talk: "second",
        }
    }

    fn talk(&self, stream: &str) -> PathBuf {
        self.path(&format!("{}.{stream}", self.talk))
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Writes a file, and the folders it stands in.
    pub(super) fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path(name);
        let folder = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, bytes))
            .map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Starts the program under its limit of memory.
    pub(super) fn start(&self, arguments: &[String], given: &Given<'_>) -> Result<Child> {
        let open = |path: &Path| File::open(path).map_err(|error| error.to_string());
        let create = |path: &Path| File::create(path).map_err(|error| error.to_string());
        let input = match given.input {
            Some(path) => Stdio::from(open(path)?),
            None => Stdio::null(),
        };
        let out = match given.out {
            Some(path) => File::options()
                .write(true)
                .open(path)
                .map_err(|error| error.to_string())?,
            None => create(&self.talk("out"))?,
        };
        let limited = format!("ulimit -v {MEMORY_KB} && exec \"$@\"");
        Command::new("sh")
            .args(["-c", &limited, "sh"])
            .arg(&self.program)
            .args(arguments)
            .current_dir(&self.root)
            .env("LANDFALL_DATA", self.path("data"))
            .env("NO_COLOR", "1")
            .env("RUST_BACKTRACE", "0")
            .stdin(input)
            .stdout(out)
            .stderr(create(&self.talk("err"))?)
            .spawn()
            .map_err(|error| format!("cannot run sh: {error}"))
    }

    /// Runs the program to its end, or to the end of its time.
    pub(super) fn run(&self, arguments: &[String], given: &Given<'_>) -> Result<Ended> {
        let mut child = self.start(arguments, given)?;
        let (begun, time) = (now(), given.time.unwrap_or(TIME));
        let mut is_late = false;
        let status = loop {
            if let Some(status) = child.try_wait().map_err(|error| error.to_string())? {
                break status;
            }
            if begun.elapsed() > time {
                is_late = true;
                // It may have ended just now.
                let _ = child.kill();
                break child.wait().map_err(|error| error.to_string())?;
            }
            sleep(STEP);
        };
        let read = |stream: &str| std::fs::read(self.talk(stream)).unwrap_or_default();
        Ok(Ended {
            exit: status.code(),
            is_late,
            out: read("out"),
            err: read("err"),
        })
    }

    /// Runs words, separated by spaces.
    pub(super) fn run_words(&self, words: &str) -> Result<Ended> {
        let arguments: Vec<String> = words.split(' ').map(str::to_owned).collect();
        self.run(&arguments, &Given::default())
    }
}
