//! What runs today, billed for the same usage as the options.

use landfall_catalog::bill::{AddressOf, Bill, FargateUsage, Usage, bill};
use landfall_units::{Bytes, Decimal, HOURS_PER_MONTH, Money};
use landfall_workload::{FactId, Facts};

use crate::companions::decimal;
use crate::context::Context;
use crate::decision::Today;
use crate::evaluate::Basis;
use crate::evaluated::Priced;
use crate::following::Following;
use crate::known::Known;
use crate::numbers::Numbers;
use crate::size::{Ask, Choice, ReadinessKind};

const SECONDS_PER_HOUR: Decimal = Decimal::from_parts(3_600, 0, 0, false, 0);

impl Context<'_> {
    /// What runs today, as far as the file says enough of it: a function with its memory, or
    /// a number of tasks with their size.
    pub(crate) fn today(
        &self,
        known: &Known<'_>,
        facts: &Facts,
        numbers: &Numbers,
    ) -> Option<Today> {
        let platform = facts.choice(FactId::TodayPlatform)?;
        let memory_bytes = facts.likely(FactId::TodayMemory)?;
        // What names none is built for this one.
        let architecture = facts.choice(FactId::TodayArchitecture).unwrap_or("x86_64");
        let mut platforms = self.catalog.numbered();
        let (id, row) = platforms.find(|(_, row)| row.id == platform)?;
        let basis = Basis::simulated(known.calibration(id));
        let memory = Bytes::from_f64(memory_bytes);
        if platform == "lambda" {
            let choice = Choice::Function {
                memory_bytes,
                architecture,
                readiness: ReadinessKind::None,
            };
            let found = self
                .find_with(id, numbers, basis, Ask::Only(&choice))
                .ok()?;
            return (found.sized.choice == choice).then(|| Today {
                name: row.name.clone(),
                what: format!("{memory}, {architecture}"),
                bill: found.bill.sum().complete(),
            });
        }
        let vcpus = facts.likely(FactId::TodayVcpus)?;
        let tasks = facts.likely(FactId::TodayTasks)?;
        let choice = Choice::Task {
            vcpus,
            memory_bytes: memory.get(),
            architecture,
            spot: false,
            following: Following::default(),
        };
        let found = self
            .find_with(id, numbers, basis, Ask::Only(&choice))
            .ok()?;
        let usage = Usage::Fargate(FargateUsage {
            tasks: decimal(tasks) * decimal(numbers.copies),
            vcpus: decimal(vcpus),
            memory,
            seconds: decimal(HOURS_PER_MONTH) * SECONDS_PER_HOUR,
            ephemeral: Bytes::default(),
            architecture,
            windows: false,
            spot: false,
        });
        let compute = bill(&[usage], self.book, &self.catalog.meters).ok()?;
        let task = if decimal(tasks) == Decimal::ONE {
            "task"
        } else {
            "tasks"
        };
        (found.sized.choice == choice).then(|| Today {
            name: row.name.clone(),
            what: format!("{tasks} {task} of {vcpus} vCPU, {memory}, {architecture}"),
            bill: with_tasks(&found, compute, tasks).sum().complete(),
        })
    }
}

/// The bill of an option of Fargate with other compute: the lines of its tasks are replaced,
/// and their addresses counted anew.
fn with_tasks(found: &Priced, compute: Bill, tasks: f64) -> Bill {
    let sized = found.sized.configuration.mean_count.unwrap_or(tasks);
    let share = decimal(if sized > 0.0 { tasks / sized } else { 1.0 });
    let around = found
        .bill
        .lines
        .iter()
        .filter(|line| line.service != "fargate");
    let mut lines: Vec<_> = around.cloned().collect();
    for line in &mut lines {
        if line.meter == AddressOf::Tasks.item() {
            line.quantity *= share;
            line.amount = line.amount.map(|amount| Money::new(amount.get() * share));
            line.span = line.span.map(|(low, high)| {
                (
                    Money::new(low.get() * share),
                    Money::new(high.get() * share),
                )
            });
        }
    }
    lines.extend(compute.lines);
    Bill { lines }
}
