//! What else this machine does while something is measured on it.

use std::fs;
use std::time::Duration;

use nix::sys::resource::{Usage, UsageWho, getrusage};

/// A tick of `/proc/stat`, in seconds, as of `/proc/PID/stat`.
const TICK_S: f64 = 0.01;
/// Others may compute for so much of the machine's CPU time before it is busy.
const QUIET: f64 = 0.1;
/// Its host may take so much of it.
const LITTLE: f64 = 0.02;

/// CPU time that has passed on this machine at a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Machine {
    all_s: f64,
    computed_s: f64,
    stolen_s: f64,
    /// Of it, what this process took and what it has started and waited for.
    own: Duration,
}

/// What of a machine's CPU time others took, as shares from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Busy {
    /// Other programs of this machine.
    pub others: f64,
    /// Its host, for other machines.
    pub stolen: f64,
}

impl Machine {
    /// The machine as it is now.
    pub fn now() -> Self {
        let own_s: f64 = [UsageWho::RUSAGE_SELF, UsageWho::RUSAGE_CHILDREN]
            .into_iter()
            .filter_map(|who| getrusage(who).ok())
            .map(|usage| cpu_s(&usage))
            .sum();
        let stat = fs::read_to_string("/proc/stat").unwrap_or_default();
        Self {
            own: Duration::from_secs_f64(own_s),
            ..read(&stat)
        }
    }

    /// What others took since then.
    pub fn since(&self, before: &Self) -> Busy {
        let passed = |of: fn(&Self) -> f64| (of(self) - of(before)).max(0.0);
        let all_s = passed(|at| at.all_s);
        if all_s <= 0.0 {
            return Busy::default();
        }
        let others_s = passed(|at| at.computed_s) - passed(|at| at.own.as_secs_f64());
        Busy {
            others: (others_s / all_s).clamp(0.0, 1.0),
            stolen: (passed(|at| at.stolen_s) / all_s).clamp(0.0, 1.0),
        }
    }
}

impl Busy {
    /// Whether times are longer than they would be on a machine that does nothing else.
    pub fn is_much(&self) -> bool {
        self.others > QUIET || self.stolen > LITTLE
    }
}

fn cpu_s(usage: &Usage) -> f64 {
    let times = [usage.user_time(), usage.system_time()];
    let seconds = times.map(|time| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6);
    seconds.iter().sum()
}

/// The first line of `/proc/stat` (proc(5)): user, nice, system, idle, iowait, irq, softirq,
/// steal.
fn read(stat: &str) -> Machine {
    let line = stat.lines().find_map(|line| line.strip_prefix("cpu "));
    let mut ticks = line.unwrap_or_default().split_whitespace();
    let mut next = || ticks.next().and_then(|one| one.parse().ok()).unwrap_or(0.0) * TICK_S;
    let (user, nice, system, idle, waiting) = (next(), next(), next(), next(), next());
    let (interrupts, soft, stolen_s) = (next(), next(), next());
    let computed_s = user + nice + system + interrupts + soft;
    Machine {
        all_s: computed_s + idle + waiting + stolen_s,
        computed_s,
        stolen_s,
        own: Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_took_is_the_rest_of_what_was_computed() {
        let before = read("cpu  1000 0 100 5000 10 0 0 20 0 0\ncpu0 1 2 3\n");
        let after = read("cpu  1300 50 150 5560 10 0 0 60 0 0\n");
        let mut own = after;
        own.own = Duration::from_secs(1);
        // 10 s in all, of which 4 computed, 1 by us, and 0.4 stolen.
        let busy = own.since(&before);
        assert!((busy.others - 0.3).abs() < 1e-9, "{busy:?}");
        assert!((busy.stolen - 0.04).abs() < 1e-9 && busy.is_much());
        assert_eq!(before.since(&before), Busy::default());
        assert!(!Busy::default().is_much());
        assert_eq!(read("intr 5\n"), Machine::default());
        assert!(Machine::now().all_s > 0.0);
    }
}
