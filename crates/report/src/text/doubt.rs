//! What is uncertain: spread, confidence, what it depends on, break-even points.

use std::fmt::Write as _;

use landfall_decide::{Decision, OptionDecision, Tipping, WorkloadDecision};
use landfall_units::Money;

use super::{name_of, section};
use crate::wrap::paragraph;

/// Uncertain inputs named.
const MATTERS: usize = 3;

/// A count with its thousands apart.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// From what to what the total goes.
pub(super) fn spread(out: &mut String, option: &OptionDecision) {
    let Some(doubt) = option.doubt else { return };
    if doubt.p10 == doubt.p90 {
        return;
    }
    let text = format!(
        "expected cost {}, 80% interval {} to {}",
        cents(doubt.mean),
        cents(doubt.p10),
        cents(doubt.p90)
    );
    paragraph(out, "  ", "  ", &text);
}

fn cents(money: Money) -> String {
    money.to_cent().to_string()
}

/// In how many scenarios the recommendation is cheapest, and what decides.
pub(super) fn confidence(out: &mut String, one: &WorkloadDecision, best: &OptionDecision) {
    let Some(doubt) = best.doubt else { return };
    let mut text = format!("Cheapest in {} of scenarios", percent(doubt.wins));
    let rivals = one.options.iter().skip(1).filter_map(|option| {
        let wins = option.doubt?.wins;
        (wins >= 0.005).then(|| format!("{} in {}", option.name, percent(wins)))
    });
    let rivals: Vec<String> = rivals.take(MATTERS).collect();
    if !rivals.is_empty() {
        let _ = write!(text, ", {}", rivals.join(", "));
    }
    text.push('.');
    if doubt.regret.to_cent() > Money::ZERO {
        let _ = write!(
            text,
            " On average it costs {} more than the cheapest of each scenario.",
            cents(doubt.regret)
        );
    }
    let inputs = one.matters.iter().take(MATTERS);
    let inputs: Vec<String> = inputs
        .map(|one| format!("{} ({})", one.input, percent(one.share)))
        .collect();
    if !inputs.is_empty() && doubt.wins < 0.995 {
        let _ = write!(text, " It depends most on {}.", inputs.join(", "));
    }
    paragraph(out, "  ", "  ", &text);
}

fn percent(share: f64) -> String {
    if share > 0.995 && share < 1.0 {
        return format!("{:.1}%", (share * 1e3).floor() / 10.0);
    }
    format!("{:.0}%", share * 100.0)
}

/// Where the recommendation changes, the nearest first.
pub(super) fn tips(out: &mut String, one: &WorkloadDecision) {
    if one.tipping.is_empty() {
        return;
    }
    section(out, "break-even points");
    for text in tip_lines(one) {
        paragraph(out, "    ", "      ", &text);
    }
}

/// The same, a line each.
pub(crate) fn tip_lines(one: &WorkloadDecision) -> Vec<String> {
    let mut nearest: Vec<&Tipping> = one.tipping.iter().collect();
    let distance = |tip: &Tipping| tip.margin.map_or(f64::MAX, |margin| margin.ln().abs());
    nearest.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    // Needs with the same outcome share a line.
    let mut needs: Vec<(String, String, Vec<&str>)> = Vec::new();
    let mut lines = Vec::new();
    for tip in nearest {
        let to = tip
            .to
            .as_deref()
            .map_or("nothing that fits", |id| name_of(one, id));
        let to = if tip.to.is_some() && !tip.to_meets_targets {
            format!("{to}, which misses a target there")
        } else {
            to.to_owned()
        };
        let (fact, at) = (tip.fact.name(), tip.shown());
        match tip.margin {
            Some(margin) if margin > 1.0 => {
                lines.push(format!(
                    "{fact} above {at} ({margin:.1} times today's): {to}"
                ));
            }
            Some(margin) => {
                lines.push(format!("{fact} below {at} ({margin:.2} of today's): {to}"));
            }
            None => {
                let same = needs
                    .iter_mut()
                    .find(|(one, other, _)| *one == at && *other == to);
                match same {
                    Some((_, _, facts)) => facts.push(fact),
                    None => needs.push((at, to, vec![fact])),
                }
            }
        }
    }
    let needs = needs.into_iter();
    lines.extend(needs.map(|(at, to, facts)| format!("{} = {at}: {to}", facts.join(", "))));
    lines
}

/// The first of some names, and how many more there are.
fn few(names: &[String]) -> String {
    const SHOWN: usize = 6;
    let first = names.get(..SHOWN.min(names.len())).unwrap_or_default();
    let more = names.len() - first.len();
    if more > 0 {
        format!("{} and {more} more", first.join(", "))
    } else {
        first.join(", ")
    }
}

/// What one family of platforms for everything would come to.
pub(super) fn consolidated(out: &mut String, decision: &Decision) {
    for one in &decision.consolidated {
        let (amount, why) = match one.more {
            Some(more) if more < Money::ZERO => (more.to_cent().to_string(), String::new()),
            Some(more) => (format!("+{}", cents(more)), String::new()),
            None => ("no".to_owned(), few(&one.unfit)),
        };
        let what = format!("all on {}", one.family);
        if why.is_empty() {
            let _ = writeln!(out, "  {what:<53} {amount:>12}");
        } else {
            paragraph(out, "  ", "      ", &format!("{what}: not {why}"));
        }
    }
}
