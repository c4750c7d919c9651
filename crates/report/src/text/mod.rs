//! The decision as text: 80 columns, readable without colour.
//!
//! One file, because it is the order of a report; longer sections are in files of their own.

use std::fmt::Write as _;

use landfall_decide::{
    Assumed, Configuration, Decision, OptionDecision, Placement, Reason, Unknown, Verdict,
    WorkloadDecision,
};
use landfall_framework::Effect;
use landfall_simulate::Method;
use landfall_units::{Duration, Money};
use landfall_workload::{FactId, Value};

use crate::wrap::paragraph;

mod against;
mod beside;
mod bill;
mod commitment;
mod comparison;
mod confidence;
mod option;
mod questions;
mod regions;
mod simulation;
mod summary;
mod today;

pub use against::{Beside, against};
pub(crate) use beside::{lowest_bill, missed, runner_up};
pub use bill::bill;
pub(crate) use commitment::{bought, for_all, shared, would};
pub use comparison::{Compared, comparison, elsewhere};
pub(crate) use confidence::{break_even_lines, grouped};
pub use option::option;
use questions::questions_first;
pub(crate) use questions::{dollars, worth_asking, would_change};
pub use regions::regions;
pub use simulation::simulation;
pub(crate) use summary::lowest_bill_sentence;
pub use summary::summary;

/// A decision, whole: every reason, assumption and break-even point.
pub fn details(decision: &Decision) -> String {
    let mut out = String::new();
    let as_of = decision
        .prices_as_of
        .map_or_else(String::new, |date| format!(" of {date}"));
    let _ = writeln!(out, "{}", decision.name);
    let head = format!(
        "{}, prices{as_of}; framework {} {}, facts of {}; {}",
        decision.region,
        decision.framework.0,
        decision.framework.1,
        decision.as_of,
        how(decision)
    );
    paragraph(&mut out, "", "", &head);
    for one in &decision.workloads {
        out.push('\n');
        workload(&mut out, one);
    }
    if decision.workloads.len() > 1 {
        out.push('\n');
        system(&mut out, decision);
    }
    if let Some(plans) = &decision.if_committed {
        out.push('\n');
        let text = format!("commitment: {}", would(plans, decision));
        paragraph(&mut out, "", "  ", &text);
    }
    out
}

/// How the figures were made.
fn how(decision: &Decision) -> String {
    let sampled = decision.workloads.iter().any(|one| one.windows.is_some());
    let how = if decision.method() == Method::Estimate {
        "options marked as estimates are by closed formulas, the others are simulated"
    } else if sampled {
        "a month simulated, in sampled windows where it has many requests"
    } else {
        "a month simulated request by request"
    };
    let scenarios = match decision.scenarios {
        0 => String::new(),
        number => format!("; {} scenarios drawn", grouped(number)),
    };
    format!("{how} (seed {}){scenarios}", decision.seed)
}

fn system(out: &mut String, decision: &Decision) {
    let _ = writeln!(out, "WHOLE SYSTEM, $ a month at likely values");
    for one in &decision.workloads {
        let (name, total) = one
            .recommended()
            .map_or((no_answer(one), String::new()), |option| {
                (option.name.as_str(), total_of(option))
            });
        let _ = writeln!(out, "  {:<26} {name:<26} {total:>12}", one.id);
    }
    for thing in &decision.shared {
        let what = format!("shared: {}", thing.what);
        let _ = writeln!(out, "  {what:<53} {:>12}", off(thing.saved));
    }
    for plan in &decision.shared_plans {
        let _ = writeln!(out, "  {:<53} {:>12}", shared(plan), off(plan.saved));
    }
    match decision.total {
        Some(total) => {
            let _ = writeln!(out, "  {:<53} {:>12}", "total a month", total.to_string());
        }
        None => paragraph(
            out,
            "  ",
            "  ",
            "no total: a workload has no recommendation",
        ),
    }
    for plan in &decision.shared_plans {
        paragraph(out, "  ", "    ", &format!("commitment: {}", for_all(plan)));
    }
    confidence::consolidated(out, decision);
}

/// An amount that is taken off a sum; one below zero is added.
pub(crate) fn off(amount: Money) -> String {
    if amount < Money::ZERO {
        format!("+{}", Money::ZERO - amount)
    } else {
        format!("-{amount}")
    }
}

fn workload(out: &mut String, one: &WorkloadDecision) {
    let Some(best) = one.recommended() else {
        nothing_recommended(out, one);
        return;
    };
    out.push_str(&questions_first(one));
    let provisional = if one.is_provisional {
        "provisionally "
    } else {
        ""
    };
    let _ = writeln!(out, "{}: {provisional}{}", one.id.to_uppercase(), best.name);
    missing_first(out, one);
    paragraph(out, "  ", "  ", &costs(best));
    confidence::spread(out, best);
    if let Some(one) = &best.commitment {
        let text = format!("commitment: {}", bought(one));
        paragraph(out, "  ", "  ", &text);
    }
    if let Some(other) = lowest_bill(one, best) {
        paragraph(out, "  ", "  ", &lowest_bill_sentence(other));
    }
    paragraph(out, "  ", "  ", &settings(best));
    paragraph(out, "  ", "  ", &behaviour(one, best));
    match one.runner_up() {
        Some(second) => paragraph(out, "  ", "  ", &runner_up(one, best, second)),
        None => paragraph(
            out,
            "  ",
            "  ",
            "There is no runner-up: no other option can be chosen.",
        ),
    }
    confidence::confidence(out, one, best);
    confidence::break_even(out, one);
    section(out, "why");
    for reason in best
        .reasons
        .iter()
        .filter(|reason| reason.effect == Effect::Suits)
    {
        bullet(out, "+", reason);
    }
    for reason in best.reasons.iter().filter(|reason| is_against(reason)) {
        bullet(out, "-", reason);
    }
    why_not(out, one);
    notes(out, one);
    unknown(out, one);
    assumed(out, &one.assumed);
}

/// Why nothing is recommended: a price is missing, or nothing fits.
pub(crate) fn no_answer(one: &WorkloadDecision) -> &'static str {
    let mut options = one.options.iter();
    if options.any(|option| option.verdict == Verdict::Unpriced) {
        "missing prices"
    } else {
        "nothing fits"
    }
}

fn nothing_recommended(out: &mut String, one: &WorkloadDecision) {
    let why = no_answer(one);
    let _ = writeln!(out, "{}: {why}", one.id.to_uppercase());
    let text = if why == "nothing fits" {
        "No platform can be recommended. What speaks against each:"
    } else {
        "No platform can be recommended before these prices are known:"
    };
    paragraph(out, "  ", "  ", text);
    for option in &one.options {
        let why = main_reason(option).unwrap_or_else(|| "no reason given".to_owned());
        paragraph(out, "  ", "      ", &format!("{}: {why}", option.name));
    }
    unknown(out, one);
    assumed(out, &one.assumed);
}

/// Missing facts that could change the recommendation come first.
fn missing_first(out: &mut String, one: &WorkloadDecision) {
    if one.is_provisional {
        return;
    }
    let matters: Vec<&str> = one
        .unknown
        .iter()
        .filter(|unknown| unknown.changes.is_some())
        .map(|unknown| unknown.fact.name())
        .collect();
    match matters.as_slice() {
        [] => {}
        [only] => {
            paragraph(
                out,
                "  ",
                "  ",
                &format!("One missing fact could change this recommendation: {only}."),
            );
        }
        [first, second, ..] => {
            let text = format!(
                "{} missing facts could change this recommendation, first {first} and {second} \
                 (see missing facts).",
                matters.len()
            );
            paragraph(out, "  ", "  ", &text);
        }
    }
}

pub(crate) fn total_of(option: &OptionDecision) -> String {
    option.monthly.map_or_else(
        || "unpriced".to_owned(),
        |monthly| monthly.total.to_string(),
    )
}

pub(crate) fn costs(option: &OptionDecision) -> String {
    let Some(monthly) = option.monthly else {
        return "unpriced".to_owned();
    };
    let hours: f64 = option.people.iter().map(|duty| duty.hours.likely()).sum();
    let mut text = format!("{} a month: {} AWS bill", monthly.total, monthly.bill);
    let _ = write!(text, " + {} operations ({hours} h)", monthly.people);
    if monthly.premium > Money::ZERO {
        let _ = write!(text, " + {} for missing portability", monthly.premium);
    }
    text
}

/// A number to a tenth.
fn tenths(value: f64) -> String {
    landfall_units::Ratio::new((value * 10.0).round() / 10.0).to_string()
}

/// How many run at once: of what is kept running the fewest and the most, of the others the
/// mean, p99 and the most.
pub(super) fn how_many(found: &Configuration) -> Option<String> {
    let (mean, max) = found.mean_count.zip(found.max_count)?;
    if let Some(min) = found.min_count {
        let (min, max, mean) = (tenths(min), tenths(max), tenths(mean));
        let quick = if found.high_resolution {
            ", scaled on high-resolution metrics"
        } else {
            ""
        };
        return Some(format!("{min} to {max} running, {mean} on average{quick}"));
    }
    let minutes = found
        .p99_count
        .map_or_else(String::new, |p99| format!("p99 {}, ", tenths(p99)));
    // Two significant digits below one.
    let mean = if mean < 1.0 {
        let digits = 1.0 - mean.max(1e-9).log10().floor();
        let unit = 10.0_f64.powf(digits);
        landfall_units::Ratio::new((mean * unit).round() / unit).to_string()
    } else {
        tenths(mean)
    };
    let max = tenths(max);
    Some(format!("{mean} at once on average, {minutes}at most {max}"))
}

/// How many run at once: environments, tasks, instances or jobs.
fn capacity(option: &OptionDecision) -> Option<String> {
    how_many(option.configuration.as_ref()?)
}

/// Where an option stands in the network; none outside of one.
fn placement(option: &OptionDecision) -> Option<String> {
    let topology = option.topology.as_ref()?;
    (topology.placement != Placement::Outside).then(|| topology.words())
}

/// The settings of an option, how many run at once, and where in the network.
pub(crate) fn settings(option: &OptionDecision) -> String {
    let parts = [
        setup(option),
        capacity(option).unwrap_or_default(),
        placement(option).unwrap_or_default(),
    ];
    let parts = parts.into_iter().filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("; ")
}

/// The settings of an option.
fn setup(option: &OptionDecision) -> String {
    let Some(found) = &option.configuration else {
        return String::new();
    };
    let mut parts = Vec::new();
    if let Some(instance) = &found.instance {
        parts.push(instance.clone());
    }
    if let Some(vcpus) = found.vcpus.filter(|_| found.purchase.is_some()) {
        parts.push(format!("{} vCPU", count_vcpus(vcpus)));
    }
    if let Some(memory) = found.memory_mb {
        parts.push(format!("{memory}MB"));
    }
    parts.extend(found.architecture.map(str::to_owned));
    parts.extend(found.purchase.map(str::to_owned));
    if let Some(hours) = found.provisioned {
        let when = if hours.is_always() {
            ""
        } else {
            " by the hour"
        };
        parts.push(format!(
            "{hours} kept ready{when} (provisioned concurrency)"
        ));
    }
    if found.snapstart {
        parts.push("restored from a snapshot (SnapStart)".to_owned());
    }
    if let Some(steps) = found.steps {
        parts.push(format!("split into {steps} steps"));
    }
    parts.extend(found.front_door.map(|door| format!("behind {door}")));
    if let Some(batch) = found.batch.filter(|batch| *batch > 1.0) {
        parts.push(format!("batches of up to {}", tenths(batch)));
    }
    if let Some(stream) = &found.stream {
        let one = if stream.shards > 1.0 {
            "shards"
        } else {
            "shard"
        };
        let shards = format!("{} {one}", tenths(stream.shards));
        let parallel = stream.parallel.filter(|parallel| *parallel > 1.0);
        let parallel = parallel.map_or_else(String::new, |parallel| {
            format!(", {} batches of each at once", tenths(parallel))
        });
        let on_demand = if stream.on_demand { " on demand" } else { "" };
        parts.push(format!("from {shards}{on_demand}{parallel}"));
    }
    parts.join(", ")
}

fn count_vcpus(vcpus: f64) -> String {
    landfall_units::Ratio::new(vcpus).to_string()
}

/// Latency and cold starts with their errors, how they were computed, and a missed target.
pub(crate) fn behaviour(one: &WorkloadDecision, option: &OptionDecision) -> String {
    described(one, option, false)
}

/// The same; in brief without errors, and without a word on what was simulated.
fn described(one: &WorkloadDecision, option: &OptionDecision, is_brief: bool) -> String {
    let Some(forecast) = &option.forecast else {
        return String::new();
    };
    let time = |seconds: f64| Duration::shown(seconds).to_string();
    // Of a part of the month, the standard error.
    let off = |error_s: Option<f64>| {
        let shown = error_s.filter(|error_s| *error_s >= 5e-4 && !is_brief);
        shown.map_or_else(String::new, |error_s| format!(" ± {}", time(error_s)))
    };
    let mut text = format!(
        "p50 {}{}, p99 {}{}",
        time(forecast.latency.p50_s),
        off(forecast.errors.p50_s),
        time(forecast.latency.p99_s),
        off(forecast.errors.p99_s)
    );
    if let Some((least_s, most_s)) = forecast.p99_range_s {
        let (least, most) = (time(least_s), time(most_s));
        let _ = write!(
            text,
            " ({least} to {most}: how throttled events are tried again is not published)"
        );
    }
    if forecast.cold_start_share > 0.0 && forecast.cold_start_share < 1.0 {
        let share = landfall_units::Share::new(forecast.cold_start_share);
        let _ = write!(text, "; cold starts {share}");
        let error = forecast
            .errors
            .cold_start_share
            .map(landfall_units::Share::new);
        if let Some(error) = error.filter(|error| error.get() >= 5e-5 && !is_brief) {
            let _ = write!(text, " ± {error}");
        }
    }
    if !is_brief || forecast.method != Method::Simulated {
        let _ = write!(text, " ({})", forecast.method.word());
    }
    if let Some(missed) = missed(one, option) {
        let _ = write!(text, "; {missed}");
    }
    text
}

pub(crate) fn name_of<'o>(one: &'o WorkloadDecision, id: &'o str) -> &'o str {
    one.options
        .iter()
        .find(|option| option.platform == id)
        .map_or(id, |option| &option.name)
}

pub(super) fn section(out: &mut String, title: &str) {
    let _ = writeln!(out, "\n  {title}");
}

fn bullet(out: &mut String, mark: &str, reason: &Reason) {
    let guide = reason
        .guide
        .as_ref()
        .map_or_else(String::new, |guide| format!(" [{guide}]"));
    paragraph(
        out,
        &format!("    {mark} "),
        "      ",
        &format!("{}{guide}", reason.because),
    );
}

fn is_against(reason: &Reason) -> bool {
    matches!(
        reason.effect,
        Effect::Warns | Effect::Excludes | Effect::Requires
    )
}

fn why_not(out: &mut String, one: &WorkloadDecision) {
    section(out, "why not");
    let skip = usize::from(one.has_recommendation);
    for option in one.options.iter().skip(skip) {
        let text = match option.verdict {
            Verdict::Excluded => "excluded".to_owned(),
            _ => match missed(one, option) {
                Some(missed) => format!("{}, {missed}", total_of(option)),
                None => total_of(option),
            },
        };
        let why = main_reason(option).map_or_else(String::new, |why| format!("; {why}"));
        let first = format!("    {:<25}", option.name);
        paragraph(out, &first, &" ".repeat(29), &format!("{text}{why}"));
    }
}

/// The reason that weighs most against an option.
fn main_reason(option: &OptionDecision) -> Option<String> {
    let excluded = option.verdict == Verdict::Excluded;
    let of = |effect: Effect| {
        option
            .reasons
            .iter()
            .find(move |reason| reason.effect == effect)
    };
    let named = |rule: &str| option.reasons.iter().find(|reason| reason.rule == rule);
    let reason = if excluded {
        let closed = named("not-open").or_else(|| named("not-in-region"));
        closed.or_else(|| of(Effect::Excludes))
    } else {
        named("unpriced").or_else(|| named(beside::NEEDS_A_REASON))
    };
    if let Some(reason) = reason {
        let kind = reason
            .kind
            .filter(|_| excluded)
            .map_or_else(String::new, |kind| format!(" ({kind} limit)"));
        return Some(format!("{}{kind}", reason.because));
    }
    if !option.hangs_on.is_empty() {
        let names: Vec<&str> = option
            .hangs_on
            .iter()
            .take(3)
            .map(|fact| fact.name())
            .collect();
        let more = option.hangs_on.len().saturating_sub(names.len());
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        return Some(format!("could be excluded by {}{more}", names.join(", ")));
    }
    None
}

fn notes(out: &mut String, one: &WorkloadDecision) {
    let mut seen: Vec<&str> = Vec::new();
    for option in &one.options {
        for reason in option
            .reasons
            .iter()
            .filter(|reason| reason.effect == Effect::Notes)
        {
            if !seen.contains(&reason.rule.as_str()) {
                if seen.is_empty() {
                    section(out, "also consider");
                }
                seen.push(&reason.rule);
                paragraph(out, "    * ", "      ", &reason.because);
            }
        }
    }
}

fn unknown(out: &mut String, one: &WorkloadDecision) {
    if one.unknown.is_empty() {
        return;
    }
    section(out, "missing facts");
    let is_told = |unknown: &&Unknown| unknown.changes.is_some() || unknown.is_worth_asking;
    for unknown in one.unknown.iter().filter(is_told) {
        let worth = unknown.worth.filter(|_| unknown.is_worth_asking);
        let worth = worth.map_or_else(String::new, |worth| {
            format!(" Worth {} a month.", dollars(worth))
        });
        let example = unknown
            .changes
            .as_ref()
            .map_or_else(String::new, |(answer, changed)| {
                format!(" ({})", would_change(one, answer, changed))
            });
        let text = format!(
            "{}: {}{worth}{example}",
            unknown.fact.name(),
            unknown.question
        );
        paragraph(out, "    ? ", "      ", &text);
    }
    let rest: Vec<&str> = one
        .unknown
        .iter()
        .filter(|unknown| unknown.changes.is_none() && !unknown.is_worth_asking)
        .map(|unknown| unknown.fact.name())
        .collect();
    if !rest.is_empty() {
        let text = format!(
            "no single answer clearly changes the recommendation: {}",
            rest.join(", ")
        );
        paragraph(out, "    . ", "      ", &text);
    }
}

fn assumed(out: &mut String, assumed: &[Assumed]) {
    if assumed.is_empty() {
        return;
    }
    section(out, "assumed");
    // A range, or what nobody would take for a value of the file, is explained.
    let is_range = |one: &Assumed| {
        let is_exact = matches!(&one.value, Value::Quantity(range) if range.is_exact());
        (matches!(one.value, Value::Quantity(_)) && !is_exact) || one.fact == FactId::LatencyP99
    };
    for one in assumed.iter().filter(|one| is_range(one)) {
        let text = format!(
            "{} {} ({})",
            one.fact.name(),
            one.value.show(one.fact),
            one.why
        );
        paragraph(out, "    ~ ", "      ", &text);
    }
    let rest: Vec<String> = assumed
        .iter()
        .filter(|one| !is_range(one))
        .map(|one| format!("{} {}", one.fact.name(), one.value.show(one.fact)))
        .collect();
    if !rest.is_empty() {
        paragraph(out, "    ~ ", "      ", &rest.join(", "));
    }
}
