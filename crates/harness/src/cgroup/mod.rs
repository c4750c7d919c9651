//! Groups of processes with a share of CPU time and a limit on memory, as an environment of
//! Lambda has them: cgroups of the kernel, of both versions.

pub(crate) mod base;
pub(crate) mod group;
mod lacking;
mod layout;
mod version;

use std::cell::{Cell, RefCell};
use std::fs;
use std::path::{Path, PathBuf};

use landfall_measure::Quota;

use self::group::{Group, Refused};
pub use self::lacking::Lacking;
use self::layout::Layout;
use self::version::Version;
use crate::gate::Gate;
use crate::guard::Guard;
use crate::trouble::Trouble;

/// What the trial group is limited to, in bytes: any value does.
const TRIAL_BYTES: u64 = 1 << 27;

/// What an environment may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Memory, in bytes.
    pub memory_bytes: u64,
    /// CPU time, from when its runtime waits for its first invocation.
    pub quota: Quota,
}

/// What the kernel says of groups that are gone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Throttling {
    /// Periods in which something ran.
    pub periods: u64,
    /// Those of them in which it had to wait for the next.
    pub throttled: u64,
    /// Processes that were killed since they needed more memory than the limit.
    pub memory_kills: u64,
}

/// The right to make groups, and where.
#[derive(Debug)]
pub struct Cgroups<'g> {
    guard: &'g Guard,
    gate: Gate,
    /// The group in which others are made.
    base: Group,
    home: Option<PathBuf>,
    made: Cell<u32>,
    seen: RefCell<Throttling>,
}

impl<'g> Cgroups<'g> {
    /// Finds out whether groups can be made, limited, entered and frozen, by doing so once.
    ///
    /// # Errors
    /// The right that is lacking, with the command that would give it.
    pub fn open(guard: &'g Guard, gate: Gate) -> Result<Self, Lacking> {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        let found = layout::layout(&read("/proc/self/mountinfo"), &read("/proc/self/cgroup"))?;
        let (base, home) = match found {
            Layout::Each {
                cpu,
                memory,
                freezer,
            } => {
                let version = Version::One;
                let base = Group {
                    version,
                    cpu,
                    memory,
                    freezer,
                };
                (base, None)
            }
            Layout::One { mount, own } => {
                let ours = [std::process::id().cast_signed(), guard.pid()];
                let name = format!("landfall-{}", guard.variable().1);
                guard.say_home(&own.join(format!("{name}-home")));
                let base::Base { folder, home } = base::base(&mount, &own, &name, &ours)?;
                let base = Group {
                    version: Version::Two,
                    cpu: folder.clone(),
                    memory: folder.clone(),
                    freezer: folder,
                };
                (base, home)
            }
        };
        let cgroups = Self {
            guard,
            gate,
            base,
            home,
            made: Cell::new(0),
            seen: RefCell::default(),
        };
        cgroups
            .trial()
            .map_err(|(path, error)| Lacking::refused(&path, &error, cgroups.base.version))?;
        cgroups.seen();
        Ok(cgroups)
    }

    fn trial(&self) -> Result<(), Refused> {
        let quota = Quota::of(0.5, std::time::Duration::from_millis(20));
        let confined = self.make(Some(Limits {
            memory_bytes: TRIAL_BYTES,
            quota,
        }))?;
        let waits = self
            .gate
            .start()
            .map_err(|error| (self.gate.program(), error))?;
        confined.group.enter(waits.pid())?;
        confined.group.throttle(quota)?;
        confined.group.freeze()?;
        confined.group.thaw()
    }

    /// Makes a group; it is removed when it is dropped, or by the guard.
    fn make(&self, limits: Option<Limits>) -> Result<Confined<'_>, Refused> {
        self.made.set(self.made.get() + 1);
        let name = format!("landfall-{}-{}", self.guard.variable().1, self.made.get());
        let group = Group {
            version: self.base.version,
            cpu: self.base.cpu.join(&name),
            memory: self.base.memory.join(&name),
            freezer: self.base.freezer.join(&name),
        };
        for folder in group.folders() {
            self.guard.watch_cgroup(folder);
        }
        let confined = Confined {
            cgroups: self,
            group,
            limits,
        };
        confined.group.make()?;
        if let Some(limits) = limits {
            confined.group.limit(limits.memory_bytes)?;
        }
        Ok(confined)
    }

    /// What the kernel has said of the groups that are gone since this was last asked.
    pub fn seen(&self) -> Throttling {
        self.seen.take()
    }
}

impl Drop for Cgroups<'_> {
    fn drop(&mut self) {
        if let Some(home) = &self.home
            && base::leave(home)
        {
            self.guard.forget_home(home);
        }
    }
}

/// The right to make groups, and what each may take: without limits, all that there is, before
/// what else runs here.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Confine<'g> {
    pub(crate) cgroups: &'g Cgroups<'g>,
    pub(crate) limits: Option<Limits>,
}

impl<'g> Confine<'g> {
    /// Makes a group for one environment.
    pub(crate) fn make(&self) -> Result<Confined<'g>, Trouble> {
        self.cgroups
            .make(self.limits)
            .map_err(|refused| trouble(&refused))
    }
}

/// A group for one environment, and what is in it.
#[derive(Debug)]
pub(crate) struct Confined<'g> {
    cgroups: &'g Cgroups<'g>,
    group: Group,
    limits: Option<Limits>,
}

impl Confined<'_> {
    /// What waits to be let into it.
    pub(crate) fn gate(&self) -> &Gate {
        &self.cgroups.gate
    }

    /// Takes a process in: its memory is limited, its CPU time not yet.
    pub(crate) fn enter(&self, pid: i32) -> Result<(), Trouble> {
        self.group.enter(pid).map_err(|refused| trouble(&refused))
    }

    /// Its runtime waits: from now on, CPU time has its limit, and what waits is frozen.
    pub(crate) fn started(&self) -> Result<(), Trouble> {
        if let Some(limits) = self.limits {
            let done = self.group.throttle(limits.quota);
            done.map_err(|refused| trouble(&refused))?;
        }
        self.freeze()
    }

    /// Stops everything in it, where it has limits.
    pub(crate) fn freeze(&self) -> Result<(), Trouble> {
        self.limits
            .map_or(Ok(()), |_| self.group.freeze())
            .map_err(|refused| trouble(&refused))
    }

    /// Lets everything in it go on.
    pub(crate) fn thaw(&self) -> Result<(), Trouble> {
        self.limits
            .map_or(Ok(()), |_| self.group.thaw())
            .map_err(|refused| trouble(&refused))
    }

    /// Lets everything in it end.
    pub(crate) fn release(&self) {
        for folder in self.group.folders() {
            group::release(folder);
        }
    }

    /// The memory that it has, in bytes, where something in it was killed since it needed more.
    pub(crate) fn exceeded_bytes(&self) -> Option<u64> {
        let limits = self.limits?;
        (self.group.memory_kills() > 0).then_some(limits.memory_bytes)
    }
}

impl Drop for Confined<'_> {
    fn drop(&mut self) {
        self.release();
        let (periods, throttled) = self.group.periods();
        let memory_kills = self.group.memory_kills();
        let mut seen = self.cgroups.seen.borrow_mut();
        seen.periods += periods;
        seen.throttled += throttled;
        seen.memory_kills += memory_kills;
        for folder in self.group.folders() {
            if group::remove(folder) {
                self.cgroups.guard.forget_cgroup(folder);
            }
        }
    }
}

fn trouble((path, error): &Refused) -> Trouble {
    let what = format!("cannot write {}: {error}", Path::display(path));
    Trouble::new(what, "measure without cgroups: --way counted")
}
