//! What processes take, by `/proc` and their clocks.

use std::fs;

use nix::time::ClockId;
use nix::unistd::Pid;

/// A tick of `/proc/PID/stat`: Linux gives user space 100 a second on every machine.
const TICKS_PER_S: f64 = 100.0;

/// All processes below this one, without the guard and what is below it.
pub(crate) fn family(guard: i32) -> Vec<i32> {
    let own = std::process::id().cast_signed();
    let mut found = below(own, guard);
    found.retain(|pid| *pid != own);
    found
}

/// A process and all below it, except one.
fn below(root: i32, except: i32) -> Vec<i32> {
    let mut found = vec![root];
    let mut at = 0;
    while let Some(pid) = found.get(at).copied() {
        at += 1;
        let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else {
            continue;
        };
        for task in tasks.flatten() {
            // What has ended in between has no children.
            let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
            for child in children
                .split_whitespace()
                .filter_map(|pid| pid.parse().ok())
            {
                if child != except && !found.contains(&child) {
                    found.push(child);
                }
            }
        }
    }
    found
}

/// CPU time of processes so far, in seconds, with that of their children that have ended: of
/// what lives to the nanosecond, of what has ended in whole ticks.
pub(crate) fn cpu_s(pids: &[i32]) -> f64 {
    let of = |pid: &i32| {
        let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(*pid));
        let now = clock.and_then(ClockId::now);
        let own_s = now.map_or(0.0, |now| now.tv_sec() as f64 + now.tv_nsec() as f64 / 1e9);
        own_s + ended_children_s(*pid)
    };
    pids.iter().map(of).sum()
}

/// CPU time of children that have ended and were waited for (`cutime` and `cstime`, fields 16
/// and 17 of proc(5)).
fn ended_children_s(pid: i32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name of the program may have spaces and brackets.
    let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
    let fields = after.split(' ').skip(13).take(2);
    let ticks: f64 = fields.filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / TICKS_PER_S
}

/// Memory of processes, in bytes: the sum of their proportional sets, and for each what its
/// peak was above what it has now, which a reading may have missed.
pub(crate) fn memory_bytes(pids: &[i32]) -> u64 {
    let of = |pid: &i32| {
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let (peak, resident) = (kilobytes(&status, "VmHWM:"), kilobytes(&status, "VmRSS:"));
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        let shared_fairly = kilobytes(&rollup, "Pss:").or(resident).unwrap_or(0);
        let missed = peak.unwrap_or(0).saturating_sub(resident.unwrap_or(0));
        (shared_fairly + missed) << 10
    };
    pids.iter().map(of).sum()
}

/// Memory of processes as it is now, in bytes: the sum of their proportional sets.
pub(crate) fn memory_now_bytes(pids: &[i32]) -> u64 {
    let of = |pid: &i32| {
        let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        kilobytes(&rollup, "Pss:").unwrap_or(0) << 10
    };
    pids.iter().map(of).sum()
}

fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.trim().strip_suffix(" kB")?.trim().parse().ok()
}

/// Processes that carry a mark in their environment.
pub(crate) fn marked(mark: &str) -> Vec<i32> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let names = entries.flatten().map(|entry| entry.file_name());
    let pids = names.filter_map(|name| name.to_str()?.parse::<i32>().ok());
    let has = |pid: &i32| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|variable| variable == mark.as_bytes())
    };
    pids.filter(has).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_cpu_time_and_memory() {
        let own = [std::process::id().cast_signed()];
        let before = cpu_s(&own);
        let mut sum = 0_u64;
        for number in 0..3_000_000_u64 {
            sum = sum.wrapping_add(std::hint::black_box(number));
        }
        assert!(sum > 0);
        assert!(cpu_s(&own) > before);
        // What a program shares with others counts in part alone.
        let memory = vec![1_u8; 4 << 20];
        std::hint::black_box(&memory);
        assert!(memory_bytes(&own) > 4 << 20);
        assert!(memory_now_bytes(&own) <= memory_bytes(&own) + (1 << 20));
        // What is not there takes nothing.
        assert_eq!(memory_bytes(&[i32::MAX]), 0);
    }
}
