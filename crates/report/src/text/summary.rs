//! The first screen of a decision: what to do, what it costs, how sure that is, and what
//! would change it, in 24 lines of 80 columns for a file of one workload.

use landfall_decide::{
    Decision, OptionDecision, Precedence, Profile, Unknown, Verdict, WorkloadDecision,
};
use landfall_framework::Effect;
use landfall_simulate::Method;
use landfall_units::{Duration, Money};

use super::beside::{against, lowest_bill};
use super::commitment::{bought, would};
use super::confidence::{break_even_points, cents, expected, grouped, interval, percent};
use super::questions::{questions_first, worth_asking, would_change};
use super::today::today;
use super::{
    capacity, costs, described, main_reason, no_answer, placement, runner_up, setup, system,
};
use crate::wrap::{WIDTH, cut, paragraph};

/// Lines of a terminal.
const HEIGHT: usize = 24;
/// Where the text of a labelled line begins.
const INDENT: usize = 14;
/// Break-even points shown at most.
const POINTS: usize = 3;

/// A part of the screen.
struct Part {
    text: String,
    /// What stands for it where lines are short; nothing leaves it out.
    brief: String,
    /// The largest gives way first; zero never does.
    spare: u8,
}

impl Part {
    /// One that is always there as it is.
    const fn kept(text: String) -> Self {
        Self::spare(text, 0)
    }

    /// One that may be left out.
    const fn spare(text: String, spare: u8) -> Self {
        Self {
            text,
            brief: String::new(),
            spare,
        }
    }
}

/// The first screen; of several workloads a few lines each, and the whole system.
pub fn summary(decision: &Decision) -> String {
    let [one] = decision.workloads.as_slice() else {
        return several(decision);
    };
    let mut parts = vec![Part::kept(questions_first(one)), Part::kept(head(one))];
    parts.extend(today(one).map(|text| Part::kept(labelled("today", &text))));
    if let Some(best) = one.recommended() {
        parts.extend(capacity(best).map(|many| Part::spare(labelled("capacity", &many), 1)));
        parts.extend(placement(best).map(|place| Part::spare(labelled("network", &place), 2)));
        parts.extend(recommended(decision, one, best));
    }
    parts.push(Part::spare("\n".to_owned(), 5));
    parts.extend(table(one));
    parts.push(Part::spare("\n".to_owned(), 4));
    parts.extend(points(one, POINTS));
    if let Some(plans) = &decision.if_committed {
        let text = labelled("commitment", &would(plans, decision));
        parts.push(Part::spare(text, 3));
    }
    if !one.is_provisional {
        parts.push(Part::kept(answer_next(one)));
    }
    parts.push(Part::kept(made_with(decision, one)));
    let more = "More: --details, or `landfall explain FILE --why-not PLATFORM`\n";
    parts.push(Part::spare(more.to_owned(), 9));
    fitted(parts)
}

/// The parts, the spare ones cut as long as there are too many lines.
fn fitted(mut parts: Vec<Part>) -> String {
    let lines = |parts: &[Part]| -> usize {
        let lines = parts.iter().map(|part| part.text.lines().count());
        lines.sum()
    };
    while lines(&parts) > HEIGHT {
        let spare = parts.iter_mut().filter(|part| part.spare > 0);
        let Some(first) = spare.max_by_key(|part| part.spare) else {
            break;
        };
        first.text = std::mem::take(&mut first.brief);
        first.spare = 0;
    }
    parts.into_iter().map(|part| part.text).collect()
}

fn labelled(label: &str, text: &str) -> String {
    let mut out = String::new();
    let first = format!("  {label:<width$}", width = INDENT - 2);
    paragraph(&mut out, &first, &" ".repeat(INDENT), text);
    out
}

fn head(one: &WorkloadDecision) -> String {
    let mut out = String::new();
    let id = one.id.to_uppercase();
    let text = match one.recommended() {
        Some(best) => {
            let provisional = if one.is_provisional {
                "provisionally "
            } else {
                ""
            };
            [format!("{id}: {provisional}{}", best.name), setup(best)].join(", ")
        }
        None => format!("{id}: {}; no platform can be recommended", no_answer(one)),
    };
    paragraph(&mut out, "", "  ", text.trim_end_matches(", "));
    out
}

/// What it costs, how it behaves, how sure that is, and what speaks against it.
fn recommended(decision: &Decision, one: &WorkloadDecision, best: &OptionDecision) -> Vec<Part> {
    let mut texts = Vec::new();
    let (expected, likely) = cost(best);
    texts.push(("cost", expected));
    texts.extend(likely.map(|likely| ("", likely)));
    let commitment = best.commitment.as_ref();
    texts.extend(commitment.map(|one| ("commitment", bought(one))));
    texts.push(("latency", latency(one, best)));
    if let Some(confidence) = confidence(decision, one, best) {
        texts.push(("confidence", confidence));
    }
    // Where it is not simply the cheapest, say why it is recommended.
    let share = |option: &OptionDecision| option.doubt.map_or(0.0, |doubt| doubt.wins);
    let is_plain = one.precedence == Some(Precedence::CostsLess)
        && one
            .options
            .iter()
            .all(|option| share(option) <= share(best));
    if let Some(second) = one.runner_up().filter(|_| !is_plain) {
        let text = runner_up(one, best, second);
        let text = text.strip_prefix("Runner-up: ").unwrap_or(&text);
        texts.push(("runner-up", text.to_owned()));
    }
    if let Some(other) = lowest_bill(one, best) {
        texts.push(("bill alone", bill_alone(other)));
    }
    let kept = texts.into_iter();
    let kept = kept.map(|(label, text)| Part::kept(labelled(label, &text)));
    let mut parts: Vec<Part> = kept.collect();
    let mut warnings = best.reasons.iter();
    if let Some(warning) = warnings.find(|one| one.effect == Effect::Warns) {
        let brief = labelled("warning", &cut(&warning.because, WIDTH - INDENT));
        parts.push(Part {
            text: labelled("warning", &warning.because),
            brief,
            spare: 8,
        });
    }
    parts
}

/// What it costs: expected, with its interval; and at likely values, with bill and
/// operations separate. Where nothing is uncertain, the latter alone.
fn cost(best: &OptionDecision) -> (String, Option<String>) {
    let likely = costs(best);
    let doubt = best.doubt.filter(|doubt| doubt.p10 != doubt.p90);
    match doubt {
        None => (likely, None),
        Some(doubt) => {
            let expected = format!(
                "{} a month expected, {}",
                expected(&doubt),
                interval(&doubt)
            );
            (expected, Some(likely.replacen(" a month:", " likely:", 1)))
        }
    }
}

/// Latency, with the target where there is one that is met; where it is not, the text says
/// so.
fn latency(one: &WorkloadDecision, best: &OptionDecision) -> String {
    let text = described(one, best, true);
    let target = one.facts.time_target();
    match target.filter(|_| best.meets_targets == Some(true)) {
        Some(target) => {
            let target = Duration::from_secs_f64(target.seconds);
            format!("{text}; target {target}")
        }
        None => text,
    }
}

/// In which share of the scenarios it is cheapest, and which other options are.
fn confidence(
    decision: &Decision,
    one: &WorkloadDecision,
    best: &OptionDecision,
) -> Option<String> {
    let doubt = best.doubt?;
    let wins = percent(doubt.wins);
    let number = grouped(decision.scenarios);
    let others = one.options.iter().skip(1).filter_map(|option| {
        let wins = option.doubt?.wins;
        (wins >= 0.005).then_some((option, wins))
    });
    let second = others.max_by(|a, b| a.1.total_cmp(&b.1));
    let second = second.map_or_else(String::new, |(second, wins)| {
        format!(", {} in {}", second.name, percent(wins))
    });
    let without = one
        .confidence_without_needs
        .filter(|share| percent(*share) != wins)
        .map_or_else(String::new, |share| {
            format!("; {} if no other need turns up", percent(share))
        });
    Some(format!(
        "cheapest in {wins} of {number} scenarios{second}{without}"
    ))
}

/// The option with the lowest bill, and what its operations cost.
fn bill_alone(other: &OptionDecision) -> String {
    let [bill, people] = parts_of(other).map(cents);
    format!(
        "lowest AWS bill: {}, {bill} (operations {people})",
        other.name
    )
}

/// The same as a sentence.
pub(crate) fn lowest_bill_sentence(other: &OptionDecision) -> String {
    let [bill, people] = parts_of(other).map(cents);
    format!(
        "{} has the lowest AWS bill, {bill}; its operations cost {people}.",
        other.name
    )
}

/// The bill and the operations of an option.
fn parts_of(option: &OptionDecision) -> [Money; 2] {
    let parts = option.monthly.map(|monthly| [monthly.bill, monthly.people]);
    parts.unwrap_or([Money::ZERO; 2])
}

/// The options as a table; those without figures come after it, by reason.
fn table(one: &WorkloadDecision) -> Vec<Part> {
    let mut rows = String::new();
    let mut others: Vec<(&str, String, Vec<&str>)> = Vec::new();
    for option in &one.options {
        let Some(monthly) = option
            .monthly
            .filter(|_| option.verdict != Verdict::Excluded)
        else {
            let why = main_reason(option).unwrap_or_else(|| option.verdict.word().to_owned());
            let word = match option.verdict {
                Verdict::Excluded => "Excluded",
                Verdict::Unpriced => "Missing price of",
                _ => "Not",
            };
            match others.iter_mut().find(|(_, same, _)| *same == why) {
                Some((_, _, names)) => names.push(&option.name),
                None => others.push((word, why, vec![&option.name])),
            }
            continue;
        };
        let forecast = option.forecast.as_ref();
        let p99 = forecast.map_or_else(String::new, |forecast| brief(forecast.latency.p99_s));
        let share = option
            .doubt
            .map_or_else(String::new, |doubt| percent(doubt.wins));
        let row = format!(
            "{:<24}{:>7}{:>11}{:>8}{p99:>8}{share:>6} {}",
            option.name,
            amount(monthly.bill),
            amount(monthly.people),
            amount(monthly.total),
            against(one, option)
        );
        rows.push_str(row.trim_end());
        rows.push('\n');
    }
    if !rows.is_empty() {
        let head = "$ a month, likely values bill operations   total     p99 share against it\n";
        rows.insert_str(0, head);
    }
    let mut parts = vec![Part::kept(rows)];
    for (word, why, names) in others {
        let text = format!("{word} {}: {why}", names.join(", "));
        let mut whole = String::new();
        paragraph(&mut whole, "", "  ", &text);
        parts.push(Part {
            text: whole,
            brief: format!("{}\n", cut(&text, WIDTH)),
            spare: 8,
        });
    }
    parts
}

/// Dollars without their sign: to the cent below a thousand.
fn amount(money: Money) -> String {
    let shown = if money.as_f64() < 999.995 {
        money.to_cent().to_string()
    } else {
        let whole = Money::from_f64(money.as_f64().round()).to_string();
        whole.trim_end_matches(".00").to_owned()
    };
    shown.replace('$', "")
}

/// A time to three digits.
fn brief(seconds: f64) -> String {
    if seconds <= 0.0 {
        return "0s".to_owned();
    }
    // In the unit that it is written in.
    let unit = match seconds {
        s if s >= 86_400.0 => 86_400.0,
        s if s >= 3_600.0 => 3_600.0,
        s if s >= 60.0 => 60.0,
        s if s >= 1.0 => 1.0,
        _ => 1e-3,
    };
    let value: f64 = seconds / unit;
    let scale = 10f64.powf((2.0 - value.log10().floor()).clamp(0.0, 2.0));
    Duration::from_secs_f64((value * scale).round() / scale * unit).to_string()
}

/// The nearest values at which the recommendation changes, and to what.
fn points(one: &WorkloadDecision, most: usize) -> Vec<Part> {
    let points = break_even_points(one);
    let shown = points.iter().take(most).enumerate();
    let shown = shown.map(|(place, point)| {
        let (label, spare) = match place {
            0 => ("changes if", 0),
            1 => ("", 3),
            _ => ("", 6),
        };
        Part::spare(labelled(label, &point.brief()), spare)
    });
    shown.collect()
}

/// The missing facts to give next: those that are worth most; where none is worth much, one that
/// would change the recommendation. Where there is none, the input that the recommendation
/// depends on most.
fn answer_next(one: &WorkloadDecision) -> String {
    if one.unknown.iter().any(|unknown| unknown.is_worth_asking) {
        return labelled("answer next", &worth_asking(one));
    }
    let mut missing = one.unknown.iter().filter_map(|unknown| {
        let (answer, changed) = unknown.changes.as_ref()?;
        Some((unknown.fact.name(), would_change(one, answer, changed)))
    });
    if let Some((fact, would)) = missing.next() {
        let more = match missing.count() {
            0 => String::new(),
            1 => " (1 more is missing)".to_owned(),
            more => format!(" ({more} more are missing)"),
        };
        return labelled("answer next", &format!("{fact}: {would}{more}"));
    }
    if one
        .options
        .iter()
        .any(|option| option.verdict == Verdict::Unpriced)
        && !one.has_recommendation
    {
        return labelled(
            "do next",
            "`landfall prices update`, for the missing prices",
        );
    }
    match one.matters.first().filter(|_| one.has_recommendation) {
        Some(most) => {
            let share = percent(most.share);
            let input = &most.input;
            let text = format!("{input} ({share}); no missing fact changes it");
            labelled("depends on", &text)
        }
        None => labelled("answer next", "nothing: no missing fact changes it"),
    }
}

/// The last line: what the figures were made with.
fn made_with(decision: &Decision, one: &WorkloadDecision) -> String {
    let copies = one.facts.likely(landfall_workload::FactId::Copies);
    let copies = copies.filter(|copies| *copies > 1.0);
    let copies = copies.map_or_else(String::new, |copies| format!("{copies} copies, "));
    let prices = decision
        .prices_as_of
        .map_or_else(String::new, |date| format!(" prices {date}"));
    let profile = match decision.profile {
        Profile::Starter => String::new(),
        other => format!(", profile {}", other.word()),
    };
    let how = if decision.method() == Method::Estimate {
        "part estimated, "
    } else if one.windows.is_some() {
        "sampled windows, "
    } else {
        ""
    };
    let (name, version) = &decision.framework;
    let with = |how: &str| {
        format!(
            "{copies}{}{prices}{profile}, framework {name} {version}, {how}seed {}",
            decision.region, decision.seed
        )
    };
    let mut text = with(how);
    if text.chars().count() > WIDTH {
        text = with(&how.replace(" windows", ""));
    }
    let mut out = String::new();
    paragraph(&mut out, "", "", &text);
    out
}

/// A few lines for each workload, and the whole system.
fn several(decision: &Decision) -> String {
    let mut out = format!("{}\n", cut(&decision.name, WIDTH));
    for one in &decision.workloads {
        out.push('\n');
        out.push_str(&questions_first(one));
        out.push_str(&head(one));
        out.extend(today(one).map(|text| labelled("today", &text)));
        let mut parts = match one.recommended() {
            Some(best) => recommended(decision, one, best),
            None => table(one),
        };
        parts.extend(points(one, 1));
        out.extend(parts.into_iter().map(|part| part.text));
        let open = |unknown: &Unknown| unknown.changes.is_some() || unknown.is_worth_asking;
        if one.unknown.iter().any(open) && !one.is_provisional {
            out.push_str(&answer_next(one));
        }
    }
    out.push('\n');
    system(&mut out, decision);
    if let Some(plans) = &decision.if_committed {
        out.push_str(&labelled("commitment", &would(plans, decision)));
    }
    if let Some(first) = decision.workloads.first() {
        let sampled = decision.workloads.iter().find(|one| one.windows.is_some());
        out.push('\n');
        out.push_str(&made_with(decision, sampled.unwrap_or(first)));
    }
    out.push_str("More: --details, or `landfall explain FILE --workload ID`\n");
    out
}
