//! What is uncertain: spread, confidence, what it depends on, break-even points.

use std::fmt::Write as _;

use landfall_decide::{Decision, Doubt, OptionDecision, Tipping, WorkloadDecision};
use landfall_units::Money;

use super::{name_of, section};
use crate::wrap::paragraph;

/// Uncertain inputs named.
const MATTERS: usize = 3;

/// A count with its thousands grouped.
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

/// The expected total and its 80% interval.
pub(super) fn spread(out: &mut String, option: &OptionDecision) {
    let Some(doubt) = option.doubt else { return };
    if doubt.p10 == doubt.p90 {
        return;
    }
    let text = format!("expected cost {}, {}", expected(&doubt), interval(&doubt));
    paragraph(out, "  ", "  ", &text);
}

/// What is expected: to the cent, or to one digit where a few scenarios decide it.
pub(super) fn expected(doubt: &Doubt) -> String {
    if !doubt.is_of_few() {
        return cents(doubt.mean);
    }
    let mean = doubt.mean.as_f64();
    let digit = 10f64.powf(mean.max(1.0).log10().floor());
    let rounded = Money::from_f64((mean / digit).round() * digit).to_string();
    format!("about {}", rounded.trim_end_matches(".00"))
}

/// The 80% interval; where a few scenarios decide what is expected, that they do.
pub(super) fn interval(doubt: &Doubt) -> String {
    let few = if doubt.is_of_few() {
        ", decided by a few scenarios with much work"
    } else {
        ""
    };
    format!(
        "80% interval {} to {}{few}",
        cents(doubt.p10),
        cents(doubt.p90)
    )
}

pub(super) fn cents(money: Money) -> String {
    money.to_cent().to_string()
}

/// In which share of the scenarios the recommendation is cheapest, and what it depends on.
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
    if let Some(share) = one.confidence_without_needs {
        let _ = write!(
            text,
            " If every need that the file does not state is no: in {}.",
            percent(share)
        );
    }
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

pub(crate) fn percent(share: f64) -> String {
    if share > 0.995 && share < 1.0 {
        return format!("{:.1}%", (share * 1e3).floor() / 10.0);
    }
    format!("{:.0}%", share * 100.0)
}

/// Where the recommendation changes, the nearest first.
pub(super) fn break_even(out: &mut String, one: &WorkloadDecision) {
    if one.tipping.is_empty() {
        return;
    }
    section(out, "break-even points");
    for text in break_even_lines(one) {
        paragraph(out, "    ", "      ", &text);
    }
}

/// The same, a line each.
pub(crate) fn break_even_lines(one: &WorkloadDecision) -> Vec<String> {
    let points = break_even_points(one);
    points.iter().map(BreakEven::line).collect()
}

/// Facts at a value of which the recommendation changes to the same option.
pub(super) struct BreakEven {
    facts: Vec<&'static str>,
    /// The value: `above 30M/month (2.5x today)`, `= true`.
    when: String,
    /// The recommendation beyond it.
    to: String,
}

impl BreakEven {
    /// With every fact.
    fn line(&self) -> String {
        format!("{} {}: {}", self.facts.join(", "), self.when, self.to)
    }

    /// With the first fact, and how many others there are.
    pub(super) fn brief(&self) -> String {
        let first = self.facts.first().copied().unwrap_or_default();
        let others = match self.facts.len() {
            0 | 1 => String::new(),
            2 => " (or 1 other)".to_owned(),
            number => format!(" (or {} others)", number - 1),
        };
        format!("{first} {}{others}: {}", self.when, self.to)
    }
}

/// Break-even points, the nearest first; needs that lead to the same option are one.
pub(super) fn break_even_points(one: &WorkloadDecision) -> Vec<BreakEven> {
    let mut nearest: Vec<&Tipping> = one.tipping.iter().collect();
    let distance = |point: &Tipping| point.margin.map_or(f64::MAX, |margin| margin.ln().abs());
    nearest.sort_by(|a, b| distance(a).total_cmp(&distance(b)));
    let mut points: Vec<BreakEven> = Vec::new();
    for point in nearest {
        let to = point
            .to
            .as_deref()
            .map_or("nothing that fits", |id| name_of(one, id));
        let to = if point.to.is_some() && !point.to_meets_targets {
            format!("{to}, which misses a target")
        } else {
            to.to_owned()
        };
        let at = point.shown();
        let now = if one.facts.is_unknown(point.fact) {
            "what is assumed"
        } else {
            "today"
        };
        let when = match point.margin {
            Some(margin) if margin >= 10.0 => format!("above {at} ({margin:.0}x {now})"),
            Some(margin) if margin > 1.0 => format!("above {at} ({margin:.1}x {now})"),
            Some(margin) => format!("below {at} ({margin:.2}x {now})"),
            None => format!("= {at}"),
        };
        let mut needs = points.iter_mut().filter(|_| point.margin.is_none());
        match needs.find(|other| other.when == when && other.to == to) {
            Some(same) => same.facts.push(point.fact.name()),
            None => points.push(BreakEven {
                facts: vec![point.fact.name()],
                when,
                to,
            }),
        }
    }
    points
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

/// What everything on one family of platforms would cost.
pub(super) fn consolidated(out: &mut String, decision: &Decision) {
    for one in &decision.consolidated {
        let (amount, why) = match one.more {
            Some(more) if more < Money::ZERO => (more.to_cent().to_string(), String::new()),
            Some(more) => (format!("+{}", cents(more)), String::new()),
            None => ("no".to_owned(), few(&one.unfit)),
        };
        let what = format!("everything on {}", one.family);
        if why.is_empty() {
            let _ = writeln!(out, "  {what:<53} {amount:>12}");
        } else {
            paragraph(
                out,
                "  ",
                "      ",
                &format!("{what}: not possible ({why})"),
            );
        }
    }
}
