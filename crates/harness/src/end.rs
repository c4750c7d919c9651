//! Ending processes, for sure.

use std::thread::sleep;
use std::time::Duration;

use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::proc;

/// Rounds of looking for what is left.
const ROUNDS: u32 = 200;
/// Time between them.
const STEP: Duration = Duration::from_millis(5);

/// Asks a process group to end.
pub(crate) fn ask(group: i32) {
    // It may have ended.
    let _ = killpg(Pid::from_raw(group), Signal::SIGTERM);
}

/// Kills process groups, and everything that carries the mark, until nothing is left; gives
/// up after a second, since only what the kernel holds can live so long.
pub(crate) fn kill_all(groups: &[i32], mark: &str) {
    for group in groups {
        let _ = killpg(Pid::from_raw(*group), Signal::SIGKILL);
    }
    for _ in 0..ROUNDS {
        let left = proc::marked(mark);
        if left.is_empty() {
            return;
        }
        for pid in left {
            let _ = kill(Pid::from_raw(pid), Signal::SIGKILL);
        }
        sleep(STEP);
    }
}

/// Takes the exit of children that nobody waits for: those whose parents ended before them.
pub(crate) fn reap_orphans() {
    while let Ok(status) = waitpid(Pid::from_raw(-1), Some(WaitPidFlag::WNOHANG)) {
        if status == WaitStatus::StillAlive {
            return;
        }
    }
}
