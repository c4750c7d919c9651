//! The decision as an architecture decision record, in the form of MADR 4.0
//! (adr.github.io/madr), ready to commit.

use std::fmt::Write as _;

use landfall_catalog::Catalog;
use landfall_decide::{Decision, OptionDecision, Verdict, WorkloadDecision};
use landfall_framework::Effect;
use landfall_source::escape::{code, markdown as plain};
use landfall_units::Money;

use crate::text;

/// A decision, whole.
pub fn decision(decision: &Decision, catalog: &Catalog) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "---\nstatus: proposed\ndate: {}\n---\n\n# Where {} should run on AWS\n",
        decision.as_of,
        plain(&decision.name)
    );
    context(&mut out, decision);
    for one in &decision.workloads {
        workload(&mut out, one);
    }
    whole(&mut out, decision);
    more(&mut out, decision, catalog);
    out
}

fn context(out: &mut String, decision: &Decision) {
    let _ = writeln!(out, "## Context and Problem Statement\n");
    let names: Vec<String> = decision.workloads.iter().map(|one| code(&one.id)).collect();
    let _ = writeln!(
        out,
        "On which platform should {} run in {}? Options are compared in dollars a month: the \
         AWS bill, and {}.\n",
        names.join(", "),
        plain(&decision.region),
        if decision.people {
            "operations (hours of people's work)"
        } else {
            "no cost for operations"
        }
    );
    let _ = writeln!(out, "## Decision Drivers\n");
    let _ = writeln!(out, "* rules with sources exclude what cannot work");
    let _ = writeln!(out, "* targets for latency and for the end of jobs");
    let _ = writeln!(
        out,
        "* the expected cost over {} scenarios",
        decision.scenarios.max(1)
    );
    let _ = writeln!(out);
}

fn workload(out: &mut String, one: &WorkloadDecision) {
    let _ = writeln!(out, "## {}\n", plain(&one.id));
    let _ = writeln!(out, "### Considered Options\n");
    let _ = writeln!(
        out,
        "| option | bill | operations | total | expected | 80% interval | cheapest in |"
    );
    let _ = writeln!(out, "|---|--:|--:|--:|--:|---|--:|");
    for option in &one.options {
        let _ = writeln!(out, "{}", row(option));
    }
    let _ = writeln!(out, "\n### Decision Outcome\n");
    match one.recommended() {
        None => {
            let why = plain(text::no_answer(one));
            let _ = writeln!(out, "No platform can be recommended: {why}.\n");
        }
        Some(best) => {
            let _ = writeln!(
                out,
                "Chosen option: **{}** ({}). {}; {}.\n",
                plain(&best.name),
                plain(&text::settings(best)),
                plain(&text::costs(best)),
                plain(&text::behaviour(one, best))
            );
            if let Some(other) = text::lowest_bill(one, best) {
                let _ = writeln!(out, "{}\n", plain(&text::lowest_bill_sentence(other)));
            }
            if let Some(second) = one.runner_up() {
                let _ = writeln!(out, "{}\n", plain(&text::runner_up(one, best, second)));
            }
            consequences(out, best);
        }
    }
    confirmation(out, one);
    pros(out, one);
}

fn row(option: &OptionDecision) -> String {
    let Some(monthly) = option.monthly else {
        let why = match option.verdict {
            Verdict::Excluded => "excluded",
            _ => "unpriced",
        };
        return format!("| {} | {why} | | | | | |", plain(&option.name));
    };
    let cents = |money: Money| money.to_cent().to_string();
    let (spread, wins) = option.doubt.map_or_else(Default::default, |doubt| {
        (
            format!("{} to {}", cents(doubt.p10), cents(doubt.p90)),
            format!("{:.0}%", doubt.wins * 100.0),
        )
    });
    let mark = match option.verdict {
        Verdict::Recommended => "**",
        _ => "",
    };
    let late = if option.meets_targets == Some(false) {
        " (misses a target)"
    } else {
        ""
    };
    format!(
        "| {mark}{}{mark}{late} | {} | {} | {} | {} | {spread} | {wins} |",
        plain(&option.name),
        cents(monthly.bill),
        cents(monthly.people),
        cents(monthly.total),
        cents(monthly.expected)
    )
}

fn consequences(out: &mut String, best: &OptionDecision) {
    let _ = writeln!(out, "#### Consequences\n");
    for reason in &best.reasons {
        let word = match reason.effect {
            Effect::Suits => "Good",
            Effect::Warns => "Bad",
            _ => continue,
        };
        let _ = writeln!(out, "* {word}, because {}", plain(&reason.because));
    }
    for duty in &best.people {
        let _ = writeln!(
            out,
            "* Neutral, because operations take {} to {} hours a month: {}",
            duty.hours.low(),
            duty.hours.high(),
            plain(&duty.what)
        );
    }
    let _ = writeln!(out);
}

/// When to decide again.
fn confirmation(out: &mut String, one: &WorkloadDecision) {
    if one.tipping.is_empty() {
        return;
    }
    let _ = writeln!(out, "#### Confirmation\n");
    let _ = writeln!(
        out,
        "`landfall check` fails when the recommendation changes. Break-even points:\n"
    );
    for point in text::break_even_lines(one) {
        let _ = writeln!(out, "* {}", plain(&point));
    }
    let _ = writeln!(out);
}

fn pros(out: &mut String, one: &WorkloadDecision) {
    let _ = writeln!(out, "### Pros and Cons of the Options\n");
    for option in &one.options {
        let told: Vec<_> = option
            .reasons
            .iter()
            .filter(|reason| reason.effect != Effect::Notes)
            .collect();
        if told.is_empty() {
            continue;
        }
        let _ = writeln!(out, "#### {}\n", plain(&option.name));
        for reason in told {
            let word = match reason.effect {
                Effect::Suits => "Good",
                _ => "Bad",
            };
            let _ = writeln!(
                out,
                "* {word}, because {} ({}, {})",
                plain(&reason.because),
                code(&reason.rule),
                plain(&reason.source)
            );
        }
        let _ = writeln!(out);
    }
}

fn whole(out: &mut String, decision: &Decision) {
    if decision.workloads.len() < 2 {
        return;
    }
    let _ = writeln!(out, "## The whole system\n");
    match decision.total {
        Some(total) => {
            let _ = writeln!(
                out,
                "{} a month at likely values, shared charges counted once.\n",
                total.to_cent()
            );
        }
        None => {
            let _ = writeln!(out, "No total: a workload has no recommendation.\n");
        }
    }
    for plan in &decision.shared_plans {
        let _ = writeln!(out, "Commitment: {}.\n", plain(&text::for_all(plan)));
    }
    for one in &decision.consolidated {
        let family = plain(&one.family);
        let _ = if let Some(more) = one.more {
            writeln!(
                out,
                "* everything on {family}: {} a month more",
                more.to_cent()
            )
        } else {
            let unfit = plain(&one.unfit.join(", "));
            writeln!(out, "* everything on {family}: not possible ({unfit})")
        };
    }
    let _ = writeln!(out);
}

fn more(out: &mut String, decision: &Decision, catalog: &Catalog) {
    let _ = writeln!(out, "## More Information\n");
    let prices = decision
        .prices_as_of
        .map_or_else(String::new, |date| format!(" of {date}"));
    let _ = writeln!(
        out,
        "Decided with framework {} {}, facts of {}, prices of {}{prices}, seed {}.\n",
        plain(&decision.framework.0),
        plain(&decision.framework.1),
        decision.as_of,
        plain(&decision.region),
        decision.seed
    );
    for one in &decision.workloads {
        if one.assumed.is_empty() {
            continue;
        }
        let _ = writeln!(out, "Assumed of {}:\n", code(&one.id));
        for assumed in &one.assumed {
            let _ = writeln!(
                out,
                "* {} = {}: {}",
                code(assumed.fact.name()),
                plain(&assumed.value.show(assumed.fact)),
                plain(&assumed.why)
            );
        }
        let _ = writeln!(out);
    }
    let _ = writeln!(out, "Sources:\n");
    for (id, title) in sources(decision, catalog) {
        let _ = writeln!(out, "* {}: {}", code(&id), plain(&title));
    }
}

/// The sources that reasons name, with their titles, in order.
pub(crate) fn sources(decision: &Decision, catalog: &Catalog) -> Vec<(String, String)> {
    let reasons = decision
        .workloads
        .iter()
        .flat_map(|one| &one.options)
        .flat_map(|option| &option.reasons);
    let mut ids: Vec<&String> = reasons.map(|reason| &reason.source).collect();
    ids.sort();
    ids.dedup();
    ids.into_iter()
        .filter_map(|id| {
            let source = catalog.sources.get(id)?;
            let title = format!(
                "{} ({}, read {})",
                source.title, source.publisher, source.read
            );
            Some((id.clone(), title))
        })
        .collect()
}
