//! A function at sizes of memory, each run with what it has on Lambda.

use std::time::Duration;

use landfall_harness::{Cgroups, Function as Run, Guard, Lacking, Limits, SizeFound};
use landfall_measure::{Quota, utilisation};
use landfall_source::Diagnostic;
use landfall_units::Bytes;
use serde_json::{Value, json};

use super::super::memory::percent;
use super::work::Around;
use super::{gate, of_trouble};
use crate::exit::Problem;
use crate::measure_arguments::{Function, Way as Asked};
use crate::progress;

/// The way that is taken.
#[derive(Debug)]
pub(super) enum Way<'g> {
    /// All is counted: as asked, or since a right is lacking.
    Counted(Option<Lacking>),
    /// Sizes are throttled.
    Throttled(Cgroups<'g>),
}

/// What came of it.
#[derive(Debug)]
pub(super) struct Sizes {
    /// Of each size that was run.
    pub(super) found: Option<Vec<SizeFound>>,
    /// Why none was, where nobody asked for that.
    pub(super) lacking: Option<Lacking>,
}

impl<'g> Way<'g> {
    /// The way that was asked for, where this machine allows it.
    pub(super) fn open(asked: Asked, guard: &'g Guard) -> Result<Self, Problem> {
        if asked == Asked::Counted {
            return Ok(Self::Counted(None));
        }
        match Cgroups::open(guard, gate()?) {
            Ok(cgroups) => Ok(Self::Throttled(cgroups)),
            Err(lacking) if asked == Asked::Best => Ok(Self::Counted(Some(lacking))),
            Err(Lacking { why, remedy }) => {
                let what = format!("sizes cannot be throttled on this machine: {why}");
                let help = format!("start it by `{remedy}`, or choose --way counted");
                Err(Problem::from(Box::new(Diagnostic::new(what).help(help))))
            }
        }
    }

    /// The right to make cgroups.
    pub(super) const fn cgroups(&self) -> Option<&Cgroups<'g>> {
        match self {
            Self::Counted(_) => None,
            Self::Throttled(cgroups) => Some(cgroups),
        }
    }

    /// Runs a function at each size that this machine has cores for.
    pub(super) fn run(
        &self,
        run: &Run,
        command: &Function,
        around: &Around,
        guard: &Guard,
    ) -> Result<Sizes, Problem> {
        let cgroups = match self {
            Self::Counted(lacking) => {
                let lacking = lacking.clone();
                return Ok(Sizes {
                    found: None,
                    lacking,
                });
            }
            Self::Throttled(cgroups) => cgroups,
        };
        let period = around.cpu_period()?;
        let vcpus = |size: &Bytes| around.rates.vcpus(*size);
        let sizes = around.sizes.iter();
        let here = sizes.filter(|size| vcpus(size) <= around.cores as f64);
        let limits: Vec<Limits> = here
            .map(|size| Limits {
                memory_bytes: size.get(),
                quota: Quota::of(vcpus(size), period),
            })
            .collect();
        // Start-up was counted in environments of its own already.
        let mut run = run.clone();
        run.cold_starts = 1;
        let at_most = Duration::from_nanos(command.during.as_nanos());
        let found = progress::while_waiting("measuring at sizes of memory", || {
            run.at_sizes(&limits, at_most, cgroups, guard)
        });
        Ok(Sizes {
            found: Some(found.map_err(of_trouble)?),
            lacking: None,
        })
    }
}

/// Why sizes are computed and not measured, in a row.
pub(super) fn why_counted(lacking: &Lacking) -> String {
    let Lacking { why, remedy } = lacking;
    format!("counted, as {why}; `{remedy}` can measure each size")
}

/// How much was measured, in a row.
pub(super) fn row(sizes: &[SizeFound], most_off: Option<f64>) -> String {
    let invoked = sizes.iter().map(|size| size.found.warm.len());
    let measured: Vec<usize> = invoked.filter(|number| *number > 0).collect();
    let (Some(fewest), Some(most)) = (measured.iter().min(), measured.iter().max()) else {
        return "none could be measured".to_owned();
    };
    let times = if fewest == most {
        format!("{most}")
    } else {
        format!("{fewest} to {most}")
    };
    let number = measured.len();
    let many = if number == 1 { "" } else { "s" };
    let off = most_off.map_or_else(String::new, |off| {
        let off = percent(off);
        format!("; computed times differ by at most {off}")
    });
    format!("{number} size{many} measured by {times} warm invocations{off}")
}

/// What went wrong at sizes.
pub(super) fn notes(sizes: &[SizeFound]) -> Vec<String> {
    let mut notes = Vec::new();
    for size in sizes {
        let memory = Bytes::new(size.limits.memory_bytes);
        for (failure, number) in &size.found.failures {
            let (kind, message) = (&failure.kind, &failure.message);
            notes.push(format!("at {memory}, {number} failed: {kind}: {message}"));
        }
        if let Some(trouble) = &size.trouble
            && size.found.failures.is_empty()
        {
            notes.push(format!("at {memory}: {}", trouble.what));
        }
    }
    notes
}

/// What was measured, for programs.
pub(super) fn document(sizes: &[SizeFound], most_off: Option<f64>) -> Value {
    let all = sizes.iter().map(|size| {
        let (found, throttling) = (&size.found, size.throttling);
        let quota = size.limits.quota;
        let failures = found.failures.iter().map(|(failure, number)| {
            json!({ "kind": failure.kind, "message": failure.message, "number": number })
        });
        let first = found.starts.first();
        json!({
            "memory_mb": Bytes::new(size.limits.memory_bytes).as_mb(),
            "quota_s": quota.time.as_secs_f64(),
            "period_s": quota.period.as_secs_f64(),
            "init_s": first.map(|start| start.init_s),
            "first_s": first.and_then(|start| start.first).map(|sample| sample.wall_s),
            "invocations": found.warm.len(),
            "utilisation": utilisation(&found.warm),
            "periods": throttling.periods,
            "throttled": throttling.throttled,
            "memory_kills": throttling.memory_kills,
            "failures": failures.collect::<Vec<_>>(),
            "trouble": size.trouble.as_ref().map(|trouble| &trouble.what),
        })
    });
    json!({ "sizes": all.collect::<Vec<_>>(), "computed_off": most_off })
}
