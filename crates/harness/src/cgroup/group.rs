//! One cgroup, as the files that the kernel has for it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use landfall_measure::Quota;

use super::layout::{number, periods};
use super::version::Version;

/// Rounds of looking whether the kernel is done.
const ROUNDS: u32 = 200;
/// Time between them, for what takes the kernel less than a millisecond.
const SHORT: Duration = Duration::from_micros(500);
/// Time between them, for processes that end.
const LONG: Duration = Duration::from_millis(5);
/// The weight of its group: what is measured has its share before what else runs here.
const WEIGHTS: [(&str, &str); 2] = [("cpu.shares", "262144"), ("cpu.weight", "10000")];

/// A group of processes: a folder, or one for each controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) version: Version,
    pub(crate) cpu: PathBuf,
    pub(crate) memory: PathBuf,
    pub(crate) freezer: PathBuf,
}

/// What the kernel has refused.
pub(crate) type Refused = (PathBuf, io::Error);

impl Group {
    /// Its folders, each once.
    pub(crate) fn folders(&self) -> Vec<&Path> {
        match self.version {
            Version::One => vec![&self.cpu, &self.memory, &self.freezer],
            Version::Two => vec![&self.cpu],
        }
    }

    /// Makes it, with the weight of what is measured.
    pub(crate) fn make(&self) -> Result<(), Refused> {
        for folder in self.folders() {
            let around = folder.parent().unwrap_or(folder);
            fs::create_dir(folder).map_err(|error| (around.to_owned(), error))?;
        }
        for (name, weight) in WEIGHTS {
            if self.cpu.join(name).exists() {
                write(&self.cpu, name, weight)?;
            }
        }
        Ok(())
    }

    /// Limits its memory; what needs more is killed.
    pub(crate) fn limit(&self, memory_bytes: u64) -> Result<(), Refused> {
        let limit = memory_bytes.to_string();
        match self.version {
            Version::One => {
                write(&self.memory, "memory.limit_in_bytes", &limit)?;
                // No swap on top; where swap is not counted, the file is not there.
                let _ = write(&self.memory, "memory.memsw.limit_in_bytes", &limit);
            }
            Version::Two => {
                write(&self.memory, "memory.max", &limit)?;
                let _ = write(&self.memory, "memory.swap.max", "0");
                // What needs too much ends as a whole, as an environment does.
                write(&self.memory, "memory.oom.group", "1")?;
            }
        }
        Ok(())
    }

    /// Takes a process in.
    pub(crate) fn enter(&self, pid: i32) -> Result<(), Refused> {
        for folder in self.folders() {
            write(folder, "cgroup.procs", &pid.to_string())?;
        }
        Ok(())
    }

    /// Gives its processes a quota of CPU time.
    pub(crate) fn throttle(&self, quota: Quota) -> Result<(), Refused> {
        let (time, period) = (quota.time.as_micros(), quota.period.as_micros());
        match self.version {
            Version::One => {
                write(&self.cpu, "cpu.cfs_period_us", &period.to_string())?;
                write(&self.cpu, "cpu.cfs_quota_us", &time.to_string())
            }
            Version::Two => write(&self.cpu, "cpu.max", &format!("{time} {period}")),
        }
    }

    /// Stops its processes where they are, and waits until they have stopped.
    pub(crate) fn freeze(&self) -> Result<(), Refused> {
        let (file, wanted) = match self.version {
            Version::One => {
                write(&self.freezer, "freezer.state", "FROZEN")?;
                (self.freezer.join("freezer.state"), "FROZEN")
            }
            Version::Two => {
                write(&self.freezer, "cgroup.freeze", "1")?;
                (self.freezer.join("cgroup.events"), "frozen 1")
            }
        };
        for _ in 0..ROUNDS {
            let state = fs::read_to_string(&file).map_err(|error| (file.clone(), error))?;
            if state.lines().any(|line| line == wanted) {
                return Ok(());
            }
            sleep(SHORT);
        }
        Err((file, io::ErrorKind::TimedOut.into()))
    }

    /// Lets its processes go on.
    pub(crate) fn thaw(&self) -> Result<(), Refused> {
        match self.version {
            Version::One => write(&self.freezer, "freezer.state", "THAWED"),
            Version::Two => write(&self.freezer, "cgroup.freeze", "0"),
        }
    }

    /// Processes of it that the kernel has killed since they needed more memory than it has.
    pub(crate) fn memory_kills(&self) -> u64 {
        let file = match self.version {
            Version::One => "memory.oom_control",
            Version::Two => "memory.events",
        };
        let text = fs::read_to_string(self.memory.join(file)).unwrap_or_default();
        number(&text, "oom_kill").unwrap_or(0)
    }

    /// Periods in which something ran, and those in which the quota held it up.
    pub(crate) fn periods(&self) -> (u64, u64) {
        let text = fs::read_to_string(self.cpu.join("cpu.stat")).unwrap_or_default();
        periods(&text)
    }
}

/// Lifts the quota of a folder's group and thaws it, by whatever of it the folder has: what is
/// frozen cannot end.
pub(crate) fn release(folder: &Path) {
    for (name, value) in [
        ("cpu.cfs_quota_us", "-1"),
        ("cpu.max", "max"),
        ("freezer.state", "THAWED"),
        ("cgroup.freeze", "0"),
    ] {
        if folder.join(name).exists() {
            // What cannot be lifted still ends, later.
            let _ = write(folder, name, value);
        }
    }
}

/// Removes a folder whose processes end; whether it is gone.
pub(crate) fn remove(folder: &Path) -> bool {
    for _ in 0..ROUNDS {
        match fs::remove_dir(folder) {
            Ok(()) => return true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return true,
            Err(_) => sleep(LONG),
        }
    }
    false
}

/// The processes of a folder's group.
pub(crate) fn processes(folder: &Path) -> Vec<i32> {
    let text = fs::read_to_string(folder.join("cgroup.procs")).unwrap_or_default();
    text.lines().filter_map(|pid| pid.parse().ok()).collect()
}

/// Writes a value to a file that the kernel has made.
pub(crate) fn write(folder: &Path, name: &str, value: &str) -> Result<(), Refused> {
    let path = folder.join(name);
    let opened = fs::OpenOptions::new().write(true).open(&path);
    let written = opened.and_then(|mut file| io::Write::write_all(&mut file, value.as_bytes()));
    written.map_err(|error| (path, error))
}
