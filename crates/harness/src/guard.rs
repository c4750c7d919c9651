//! The guard: a process that ends what its owner has started, when its owner ends.

use std::io::{BufRead, Write};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;

use nix::sys::prctl;

use crate::cgroup::{base, group};
use crate::{clock, end, trouble::Trouble};

/// The variable that everything started carries.
const MARK: &str = "LANDFALL_MEASURE";

/// A guard process, and the mark of what it watches over.
///
/// It reads a pipe. When the pipe closes, since its owner is done or dead, it kills all process
/// groups that it was given and everything that carries the mark.
#[derive(Debug)]
pub struct Guard {
    child: Child,
    pipe: Mutex<Option<ChildStdin>>,
    value: String,
}

impl Guard {
    /// Starts a program as the guard, which has to call [`stand_guard`] with its standard input.
    /// From then on, this process is the parent of all processes below it whose own parents
    /// have ended, so that none is lost.
    ///
    /// # Errors
    /// The program cannot be started.
    pub fn start(program: &Path, arguments: &[&str]) -> Result<Self, Trouble> {
        // Without it, what loses its parent is found by its mark alone.
        let _ = prctl::set_child_subreaper(true);
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .map_err(|error| Trouble::machine("start the guard process", &error))?;
        let pipe = child.stdin.take();
        let value = format!("{}-{}", std::process::id(), clock::epoch_ms());
        let guard = Self {
            child,
            pipe: Mutex::new(pipe),
            value,
        };
        guard.say(&format!("mark {}", guard.mark()));
        Ok(guard)
    }

    /// What stands in the environment of everything started.
    pub(crate) fn mark(&self) -> String {
        format!("{MARK}={}", self.value)
    }

    /// The same as name and value.
    pub(crate) fn variable(&self) -> (&'static str, &str) {
        (MARK, &self.value)
    }

    pub(crate) fn pid(&self) -> i32 {
        self.child.id().cast_signed()
    }

    /// A process group was started.
    pub(crate) fn watch(&self, group: i32) {
        self.say(&format!("group {group}"));
    }

    /// A process group has ended: its number may be another's from now on.
    pub(crate) fn forget(&self, group: i32) {
        self.say(&format!("ended {group}"));
    }

    /// A cgroup is about to be made.
    pub(crate) fn watch_cgroup(&self, folder: &Path) {
        self.say(&format!("cgroup {}", folder.display()));
    }

    /// A cgroup is gone.
    pub(crate) fn forget_cgroup(&self, folder: &Path) {
        self.say(&format!("removed {}", folder.display()));
    }

    /// A cgroup that this process and its guard may move to.
    pub(crate) fn say_home(&self, folder: &Path) {
        self.say(&format!("home {}", folder.display()));
    }

    /// They are where they were.
    pub(crate) fn forget_home(&self, folder: &Path) {
        self.say(&format!("left {}", folder.display()));
    }

    fn say(&self, line: &str) {
        if let Ok(mut pipe) = self.pipe.lock()
            && let Some(pipe) = pipe.as_mut()
        {
            // A guard that is gone cannot be helped; the owner still ends everything itself.
            let _ = writeln!(pipe, "{line}");
        }
    }
}

impl Drop for Guard {
    /// Lets the guard do its work, and waits for it.
    fn drop(&mut self) {
        if let Ok(mut pipe) = self.pipe.lock() {
            *pipe = None;
        }
        let _ = self.child.wait();
        end::reap_orphans();
    }
}

/// What the guard process does: it reads what it is to watch over until its owner is gone, and
/// ends all of it.
pub fn stand_guard(input: impl BufRead) {
    let mut watched = Watched::default();
    for line in input.lines().map_while(Result::ok) {
        watched.take(&line);
    }
    watched.end();
}

/// What a guard watches over.
#[derive(Debug, Default, PartialEq, Eq)]
struct Watched {
    mark: String,
    groups: Vec<i32>,
    cgroups: Vec<PathBuf>,
    home: Option<PathBuf>,
}

impl Watched {
    fn take(&mut self, line: &str) {
        let Some((word, value)) = line.split_once(' ') else {
            return;
        };
        match (word, value.parse().ok()) {
            ("mark", _) => value.clone_into(&mut self.mark),
            ("group", Some(group)) => self.groups.push(group),
            ("ended", Some(group)) => self.groups.retain(|one| *one != group),
            ("cgroup", _) => self.cgroups.push(PathBuf::from(value)),
            ("removed", _) => self.cgroups.retain(|one| one != Path::new(value)),
            ("home", _) => self.home = Some(PathBuf::from(value)),
            ("left", _) => self.home = None,
            _ => {}
        }
    }

    fn end(&self) {
        if self.mark.is_empty() {
            return;
        }
        // What is frozen does not end.
        for folder in &self.cgroups {
            group::release(folder);
        }
        end::kill_all(&self.groups, &self.mark);
        for folder in &self.cgroups {
            group::remove(folder);
        }
        if let Some(home) = &self.home {
            base::leave(home);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_gone_is_watched_no_more() {
        let mut watched = Watched::default();
        let lines =
            "mark A=b\ngroup 7\ngroup 8\nended 7\ncgroup /a b\ncgroup /c\nremoved /c\nhome /h\n";
        for line in lines.lines() {
            watched.take(line);
        }
        let wanted = Watched {
            mark: "A=b".to_owned(),
            groups: vec![8],
            cgroups: vec![PathBuf::from("/a b")],
            home: Some(PathBuf::from("/h")),
        };
        assert_eq!(watched, wanted);
        watched.take("left /h");
        watched.take("ended");
        assert_eq!(watched.home, None);
    }
}
