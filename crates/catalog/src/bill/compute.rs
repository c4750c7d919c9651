//! Meters of compute.

use std::borrow::Cow;

use landfall_units::{Bytes, Decimal};

use super::tally::{Rate, Tally};
use super::usage::{Ec2Purchase, Ec2Usage, FargateUsage, LambdaUsage, ManagedInstancesUsage};
use crate::meters::MeterRules;

/// Seconds in an hour.
const HOUR: Decimal = Decimal::from_parts(3_600, 0, 0, false, 0);

pub(super) fn gb(bytes: Bytes) -> Decimal {
    Decimal::from(bytes.get()) / Decimal::from(Bytes::from_mb(1_024).get())
}

/// Rounds up to a whole number of steps.
pub(super) fn round_up(value: Decimal, step: Decimal) -> Decimal {
    if step.is_zero() {
        value
    } else {
        (value / step).ceil() * step
    }
}

/// A name ending in the architecture.
fn by_architecture(arm: &'static str, x86: &'static str, architecture: &str) -> &'static str {
    if architecture == "arm64" { arm } else { x86 }
}

pub(super) fn lambda(tally: &mut Tally, usage: &LambdaUsage, rules: &MeterRules) {
    let memory_gb = gb(usage.memory);
    let per_event = async_requests(usage.async_payload, rules);
    let requests = usage.requests * per_event;
    let each_s = round_up(usage.duration_s, rules.lambda_duration_step);
    let seconds = usage.requests * each_s + usage.init_s;
    let duration = by_architecture("duration-arm64", "duration-x86_64", usage.architecture);
    // The free allowances leave out functions with provisioned concurrency.
    let is_free = usage.free_tier && usage.provisioned.is_none();
    if is_free {
        tally.add_free(
            "lambda",
            "requests",
            "request",
            requests,
            rules.lambda_free_requests,
        );
        let free = rules.lambda_free_gb_seconds;
        tally.add_free("lambda", duration, "GB-s", seconds * memory_gb, free);
    } else {
        tally.add("lambda", "requests", "request", requests);
        tally.add("lambda", duration, "GB-s", seconds * memory_gb);
    }
    let mut all_seconds = seconds;
    if let Some(provisioned) = &usage.provisioned {
        let held = round_up(provisioned.hours * HOUR, rules.lambda_provisioned_step);
        let each_s = round_up(provisioned.duration_s, rules.lambda_duration_step);
        let ran = provisioned.requests * each_s;
        let arch = usage.architecture;
        let item = by_architecture("provisioned-arm64", "provisioned-x86_64", arch);
        tally.add(
            "lambda",
            item,
            "GB-s",
            provisioned.environments * held * memory_gb,
        );
        let item = by_architecture(
            "provisioned-duration-arm64",
            "provisioned-duration-x86_64",
            arch,
        );
        tally.add("lambda", item, "GB-s", ran * memory_gb);
        tally.add("lambda", "requests", "request", provisioned.requests);
        all_seconds += ran;
    }
    let disk = Decimal::from(usage.ephemeral.get()) - rules.lambda_ephemeral_free;
    if disk > Decimal::ZERO {
        let disk_gb = disk / Decimal::from(Bytes::from_mb(1_024).get());
        tally.add("lambda", "ephemeral-storage", "GB-s", all_seconds * disk_gb);
    }
    if let Some((cached_hours, restores)) = usage.snapstart {
        let cached = (cached_hours * HOUR).max(rules.lambda_snapstart_minimum);
        tally.add("lambda", "snapstart-cache", "GB-s", cached * memory_gb);
        tally.add("lambda", "snapstart-restore", "GB", restores * memory_gb);
    }
    let streamed = gb(usage.streamed);
    if usage.free_tier {
        let free = rules.lambda_free_streaming / Decimal::from(Bytes::from_mb(1_024).get());
        tally.add_free("lambda", "streaming", "GB", streamed, free);
    } else {
        tally.add("lambda", "streaming", "GB", streamed);
    }
}

/// Requests that one asynchronous event counts as.
fn async_requests(payload: Bytes, rules: &MeterRules) -> Decimal {
    let beyond = Decimal::from(payload.get()) - rules.lambda_async_first;
    if beyond <= Decimal::ZERO {
        return Decimal::ONE;
    }
    Decimal::ONE + (beyond / rules.lambda_async_further).ceil()
}

pub(super) fn managed_instances(tally: &mut Tally, usage: &ManagedInstancesUsage) {
    tally.add(
        "lambda",
        "managed-instances-requests",
        "request",
        usage.requests,
    );
    let hours = usage.instances * usage.hours;
    let base = format!("{}:on-demand", usage.instance);
    match usage.price_per_hour {
        None => tally.add("ec2", base.clone(), "h", hours),
        Some(price) => tally.add_rated(
            "ec2",
            Cow::Owned(format!("{}:stated", usage.instance)),
            Rate::Stated(price),
            "h",
            hours,
        ),
    }
    let item = Cow::Owned(format!("managed-instances-fee {}", usage.instance));
    let rate = Rate::ShareOf {
        base,
        share: ("lambda", "managed-instances-fee"),
    };
    tally.add_rated("lambda", item, rate, "h", hours);
}

pub(super) fn fargate(tally: &mut Tally, usage: &FargateUsage, rules: &MeterRules) {
    let minimum = if usage.windows {
        rules.fargate_windows_minimum
    } else {
        rules.fargate_minimum
    };
    let hours = usage.tasks * usage.seconds.ceil().max(minimum) / HOUR;
    let vcpu_hours = hours * usage.vcpus;
    let (vcpu, memory) = match (usage.windows, usage.spot, usage.architecture) {
        (true, _, _) => ("vcpu-windows", "memory-windows"),
        (_, true, "arm64") => ("spot-vcpu-arm64", "spot-memory-arm64"),
        (_, true, _) => ("spot-vcpu-x86_64", "spot-memory-x86_64"),
        (_, _, "arm64") => ("vcpu-arm64", "memory-arm64"),
        _ => ("vcpu-x86_64", "memory-x86_64"),
    };
    tally.add("fargate", vcpu, "vCPU-h", vcpu_hours);
    tally.add("fargate", memory, "GB-h", hours * gb(usage.memory));
    if usage.windows {
        tally.add("fargate", "licence-windows", "vCPU-h", vcpu_hours);
    }
    let disk = Decimal::from(usage.ephemeral.get()) - rules.fargate_ephemeral_free;
    if disk > Decimal::ZERO {
        let disk_gb = disk / Decimal::from(Bytes::from_mb(1_024).get());
        tally.add("fargate", "ephemeral-storage", "GB-h", hours * disk_gb);
    }
}

pub(super) fn ec2(tally: &mut Tally, usage: &Ec2Usage, rules: &MeterRules) {
    let hours = usage.count * usage.seconds.ceil().max(rules.ec2_minimum) / HOUR;
    let base = format!("{}:on-demand", usage.instance);
    let item = Cow::Owned(format!("{}:{}", usage.instance, usage.purchase.word()));
    let rate = match usage.purchase {
        Ec2Purchase::Spot => Rate::LessSaving {
            base: base.clone(),
            saving: format!("{}:spot-saving", usage.instance),
        },
        _ => Rate::Own,
    };
    tally.add_rated("ec2", item, rate, "h", hours);
    tally.add("ec2", "cpu-credits", "vCPU-h", usage.surplus_credits);
    if let Some(share) = usage.fee {
        let item = Cow::Owned(format!("{} {}", share.1, usage.instance));
        tally.add_rated(share.0, item, Rate::ShareOf { base, share }, "h", hours);
    }
}
