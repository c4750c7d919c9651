//! The decision as one page that stands alone: no network, no script, light and dark,
//! on a phone and on paper.

use landfall_catalog::Catalog;
use landfall_decide::{Decision, OptionDecision, Verdict, WorkloadDecision};
use landfall_framework::Effect;
use landfall_units::{Duration, Money};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::chart::{self, inline};
use crate::flow::{self, Flow};
use crate::markdown::sources;
use crate::simulation::Run;
use crate::text;

/// The style of pages.
pub const STYLE: &str = include_str!("style.css");

/// What a page shows of a workload beside the decision.
#[derive(Debug, Clone)]
pub struct Beside {
    /// A day of the recommended option; none where nothing is recommended.
    pub run: Option<Run>,
    /// The decision flow with the path taken.
    pub flow: Flow,
    /// The framework's statements, ticked, as text.
    pub statements: String,
}

/// A decision as a page; one [`Beside`] for each workload, in order.
pub fn page(decision: &Decision, catalog: &Catalog, beside: &[Beside]) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Where " (decision.name) " should run on AWS" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main { (contents(decision, catalog, beside)) }
            }
        }
    }
    .into_string()
}

/// What a page of a decision shows, without the page: for a page that shows more.
pub fn contents(decision: &Decision, catalog: &Catalog, beside: &[Beside]) -> Markup {
    let several = decision.workloads.len() > 1;
    html! {
        header {
            h1 { (decision.name) }
            p.quiet { (head(decision)) }
        }
        @if several {
            nav aria-label="Workloads" {
                @for one in &decision.workloads { a href=(format!("#workload-{}", one.id)) { (one.id) } }
            }
            (system(decision))
        }
        @for (one, beside) in decision.workloads.iter().zip(beside) {
            (workload(one, beside))
        }
        h2 id="sources" { "Sources" }
        ul {
            @for (id, title) in sources(decision, catalog) { li { code { (id) } " " (title) } }
        }
    }
}

fn head(decision: &Decision) -> String {
    let prices = decision
        .prices_as_of
        .map_or_else(String::new, |date| format!(" of {date}"));
    format!(
        "{}, prices{prices}; framework {} {}, facts of {}; seed {}, {} scenarios drawn",
        decision.region,
        decision.framework.0,
        decision.framework.1,
        decision.as_of,
        decision.seed,
        text::grouped(decision.scenarios)
    )
}

fn cents(money: Money) -> String {
    money.to_cent().to_string()
}

/// Whole dollars, for intervals.
fn whole(money: Money) -> String {
    let shown = Money::from_f64(money.as_f64().round()).to_string();
    shown.trim_end_matches(".00").to_owned()
}

fn system(decision: &Decision) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            thead { tr { th { "workload" } th { "platform" } th.n { "a month" } } }
            tbody {
                @for one in &decision.workloads {
                    tr {
                        td { a href=(format!("#workload-{}", one.id)) { (one.id) } }
                        td { (one.recommended().map_or_else(|| text::no_answer(one), |best| best.name.as_str())) }
                        td.n { (one.recommended().map_or_else(String::new, text::total_of)) }
                    }
                }
                @for thing in &decision.shared {
                    tr { td colspan="2" { "shared: " (thing.what) } td.n { "−" (cents(thing.saved)) } }
                }
                @for plan in &decision.shared_plans {
                    tr { td colspan="2" { (text::shared(plan)) } td.n { (text::off(plan.saved).replace('-', "−")) } }
                }
                @if let Some(total) = decision.total {
                    tr.chosen { td colspan="2" { "total" } td.n { (cents(total)) } }
                }
                @for one in &decision.consolidated {
                    tr.quiet {
                        td colspan="2" {
                            "everything on " (one.family)
                            @if !one.unfit.is_empty() { ": not possible (" (one.unfit.join(", ")) ")" }
                        }
                        td.n { @if let Some(more) = one.more { (format!("{}{}", if more < Money::ZERO { "" } else { "+" }, cents(more))) } }
                    }
                }
            }
        } }
    }
}

fn workload(one: &WorkloadDecision, beside: &Beside) -> Markup {
    html! {
        section {
            h2 id=(format!("workload-{}", one.id)) { (one.id) }
            (verdict(one))
            h3 { "Options" }
            (options(one))
            (figure(chart::bills("What the bill is made of, dollars a month", one)))
            (figure(chart::curve("Expected total at other volumes", one)))
            (figure(chart::latency("How long the work takes", one)))
            @if let Some(run) = &beside.run {
                (figure(Some(chart::series("Demand against capacity over a day, as simulated", run))))
            }
            @if !one.tipping.is_empty() {
                h3 { "Break-even points" }
                ul { @for point in text::break_even_lines(one) { li { (point) } } }
            }
            (unknown(one))
            h3 { "Reasons" }
            @for option in &one.options { (reasons(option)) }
            (assumed(one))
            (decision_flow(one, &beside.flow))
            details {
                summary { "The framework's statements" }
                div.scroll tabindex="0" { pre { (beside.statements) } }
            }
        }
    }
}

fn verdict(one: &WorkloadDecision) -> Markup {
    let Some(best) = one.recommended() else {
        return html! {
            p.verdict.none { strong { "No platform can be recommended: " (text::no_answer(one)) "." } " The reasons below name what excludes each option." }
        };
    };
    html! {
        p.verdict {
            @if one.is_provisional { "Provisionally recommended: " } @else { "Recommended: " }
            strong { (best.name) } ": " (text::costs(best)) "."
            @if let Some(doubt) = best.doubt {
                " It is cheapest in " (format!("{:.0}%", doubt.wins * 100.0)) " of the scenarios"
                @if let Some(share) = one.confidence_without_needs {
                    ", in " (format!("{:.0}%", share * 100.0)) " of those without other needs"
                }
                "."
            }
        }
        @if one.is_provisional { p {
            "Too little is known for more. These answers are worth most: "
            (text::worth_asking(one)) "."
        } }
        p { (text::settings(best)) "; " (text::behaviour(one, best)) "." }
        @if let Some(one) = &best.commitment { p { "Commitment: " (text::bought(one)) "." } }
        @if let Some(other) = text::lowest_bill(one, best) { p { (text::lowest_bill_sentence(other)) } }
        @if let Some(second) = one.runner_up() { p { (text::runner_up(one, best, second)) } }
        @if !one.matters.is_empty() {
            p {
                "It depends most on "
                (one.matters.iter().take(3)
                    .map(|one| format!("{} ({:.0}%)", one.input, one.share * 100.0))
                    .collect::<Vec<_>>().join(", "))
                "."
            }
        }
    }
}

fn options(one: &WorkloadDecision) -> Markup {
    html! {
        div.scroll tabindex="0" { table {
            thead { tr {
                th { "option" } th.n { "bill" } th.n { "operations" } th.n { "total" }
                th.n { "expected" } th.n { "80% interval" } th.n { "cheapest in" }
                th.n { "p50" } th.n { "p99" } th.n { "cold starts" } th { "verdict" }
            } }
            tbody {
                @for option in &one.options {
                    tr.chosen[option.verdict == Verdict::Recommended] {
                        td { (option.name) }
                        @if let Some(monthly) = option.monthly {
                            td.n { (cents(monthly.bill)) }
                            td.n { (cents(monthly.people)) }
                            td.n { (cents(monthly.total)) }
                            td.n { (cents(monthly.expected)) }
                            td.n { @if let Some(doubt) = option.doubt { (whole(doubt.p10)) " – " (whole(doubt.p90)) } }
                            td.n { @if let Some(doubt) = option.doubt { (format!("{:.0}%", doubt.wins * 100.0)) } }
                        } @else { td colspan="6" { "" } }
                        @if let Some(forecast) = &option.forecast {
                            td.n { (Duration::shown(forecast.latency.p50_s)) }
                            td.n { (Duration::shown(forecast.latency.p99_s)) }
                            td.n { @if forecast.cold_start_share > 0.0 { (format!("{:.2}%", forecast.cold_start_share * 100.0)) } }
                        } @else { td colspan="3" { "" } }
                        td { (option.verdict.word()) }
                    }
                }
            }
        } }
    }
}

fn figure(svg: Option<String>) -> Markup {
    html! {
        @if let Some(svg) = svg { figure { div.scroll tabindex="0" { (PreEscaped(inline(&svg))) } } }
    }
}

/// The flow as a picture with the path taken; each question leads to its rule below.
fn decision_flow(one: &WorkloadDecision, flow: &Flow) -> Markup {
    let prefix = format!("flow-{}-", one.id);
    html! {
        details.flow {
            summary { "The decision flow, with the path taken" }
            p.quiet { "Each question leads to its rule, with the source." }
            (figure(Some(flow::linked(flow, &prefix))))
            @for (at, step) in flow.steps.iter().enumerate() {
                details.step {
                    summary { (at + 1) ". " (step.question) @if let Some(answer) = step.answered() { " " span.answer { (answer) } } }
                    // Browsers open what holds the place that an address leads to.
                    div id={ (prefix) (step.rule) } tabindex="-1" {
                        p { "A yes: " (step.does) ", " (step.takes_out) "." }
                        @for why in &step.because { p { "Here: " (why) "." } }
                        p.quiet { "Rule " code { (step.rule) } "; source: " (step.source) }
                    }
                }
            }
        }
    }
}

fn unknown(one: &WorkloadDecision) -> Markup {
    let open: Vec<_> = one
        .unknown
        .iter()
        .filter(|one| one.changes.is_some() || one.is_worth_asking)
        .collect();
    html! {
        @if !open.is_empty() {
            h3 { "Missing facts that could change the recommendation" }
            ul { @for unknown in open { li {
                code { (unknown.fact.name()) } " " (unknown.question)
                @if let Some(worth) = unknown.worth.filter(|_| unknown.is_worth_asking) {
                    " Worth " (text::dollars(worth)) " a month."
                }
                @if let Some((answer, changed)) = &unknown.changes {
                    " (" (text::would_change(one, answer, changed)) ")"
                }
            } } }
        }
    }
}

fn reasons(option: &OptionDecision) -> Markup {
    html! {
        @if !option.reasons.is_empty() {
            details open[option.verdict == Verdict::Recommended] {
                summary { (option.name) " — " (option.verdict.word()) }
                ul { @for reason in &option.reasons {
                    li class=(if reason.effect == Effect::Suits { "for" } else if reason.effect == Effect::Notes { "" } else { "against" }) {
                        (reason.because) " " span.quiet { (reason.source) }
                    }
                } }
            }
        }
    }
}

fn assumed(one: &WorkloadDecision) -> Markup {
    html! {
        @if !one.assumed.is_empty() {
            details {
                summary { "Assumed" }
                ul { @for assumed in &one.assumed { li {
                    code { (assumed.fact.name()) } " = " (assumed.value.show(assumed.fact)) ": " (assumed.why)
                } } }
            }
        }
    }
}
