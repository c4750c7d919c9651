//! The guard: a process that ends what its owner has started, when its owner ends.

use std::io::{BufRead, Write};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Mutex;

use nix::sys::prctl;

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
    let (mut mark, mut groups) = (String::new(), Vec::<i32>::new());
    for line in input.lines().map_while(Result::ok) {
        let Some((word, value)) = line.split_once(' ') else {
            continue;
        };
        let group = value.parse().ok();
        match (word, group) {
            ("mark", _) => value.clone_into(&mut mark),
            ("group", Some(group)) => groups.push(group),
            ("ended", Some(group)) => groups.retain(|one| *one != group),
            _ => {}
        }
    }
    if !mark.is_empty() {
        end::kill_all(&groups, &mark);
    }
}
