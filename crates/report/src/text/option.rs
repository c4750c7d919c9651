//! One option in depth.

use std::fmt::Write as _;

use landfall_catalog::Catalog;
use landfall_decide::{Alternative, OptionDecision, Reason, Standing, WorkloadDecision};
use landfall_framework::{Effect, Pack};
use landfall_units::Duration;

use super::{behaviour, costs, section, settings, total_of};
use crate::wrap::paragraph;

/// One option in depth: every reason with its source, every line of its bill.
pub fn option(
    one: &WorkloadDecision,
    option: &OptionDecision,
    pack: &Pack,
    catalog: &Catalog,
) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}: {} is {}",
        one.id.to_uppercase(),
        option.name,
        option.verdict.word()
    );
    if option.forecast.is_some() {
        paragraph(&mut out, "  ", "  ", &costs(option));
        paragraph(&mut out, "  ", "  ", &settings(option));
        paragraph(&mut out, "  ", "  ", &behaviour(one, option));
    }
    if let Some(best) = one
        .recommended()
        .filter(|best| best.platform != option.platform)
    {
        let text = format!(
            "Recommended instead: {}, {} a month.",
            best.name,
            total_of(best)
        );
        paragraph(&mut out, "  ", "  ", &text);
    }
    reasons(&mut out, option, pack, catalog);
    if !option.hangs_on.is_empty() {
        section(&mut out, "missing facts that could exclude it");
        for fact in &option.hangs_on {
            let text = format!("{}: {}", fact.name(), pack.ask(*fact));
            paragraph(&mut out, "    ? ", "      ", &text);
        }
    }
    search(&mut out, option);
    bill(&mut out, option);
    people(&mut out, option);
    out
}

/// Candidates shown of a search.
const SHOWN: usize = 16;

/// How the configuration was found: compute and p99 along the sizes, the
/// one chosen marked; of many, every so many and the cheapest.
fn search(out: &mut String, option: &OptionDecision) {
    let tried = &option.tried;
    if tried.is_empty() {
        return;
    }
    let mut cheapest: Vec<&Alternative> = tried
        .iter()
        .filter(|one| one.standing == Standing::Meets)
        .collect();
    cheapest.sort_by_key(|one| one.compute);
    let cheapest: Vec<&str> = cheapest
        .iter()
        .take(SHOWN / 4)
        .map(|one| one.what.as_str())
        .collect();
    section(out, "the search");
    let _ = writeln!(
        out,
        "    {:<34} {:>14} {:>12}",
        "configuration", "compute/month", "p99"
    );
    let every = tried.len().div_ceil(SHOWN - cheapest.len()).max(1);
    for (place, one) in tried.iter().enumerate() {
        let is_shown =
            one.is_chosen || place.is_multiple_of(every) || cheapest.contains(&one.what.as_str());
        if !is_shown {
            continue;
        }
        let mark = if one.is_chosen { ">" } else { " " };
        let standing = match one.standing {
            Standing::Meets => "",
            Standing::TooClose => "  close",
            Standing::Misses => "  misses",
        };
        let p99 = Duration::shown(one.p99_s).to_string();
        let _ = writeln!(
            out,
            "  {mark} {:<34} {:>14} {p99:>12}{standing}",
            one.what,
            one.compute.to_string()
        );
    }
    let text = format!(
        "{} configurations. The marked one is simulated and billed. The others are estimates, \
         calibrated against its simulation. Those marked `close` leave less headroom before \
         a target than sizing needs.",
        tried.len()
    );
    paragraph(out, "    ", "    ", &text);
}

fn reasons(out: &mut String, option: &OptionDecision, pack: &Pack, catalog: &Catalog) {
    for (title, wanted) in [
        (
            "against",
            &[Effect::Excludes, Effect::Requires, Effect::Warns][..],
        ),
        ("for", &[Effect::Suits][..]),
        ("also consider", &[Effect::Notes][..]),
    ] {
        let reasons: Vec<&Reason> = option
            .reasons
            .iter()
            .filter(|reason| wanted.contains(&reason.effect))
            .collect();
        if reasons.is_empty() {
            continue;
        }
        section(out, title);
        for reason in reasons {
            let kind = reason
                .kind
                .map_or_else(String::new, |kind| format!(", {kind} limit"));
            let text = format!("{} ({}{kind})", reason.because, reason.effect.word());
            paragraph(out, "    - ", "      ", &text);
            let source = pack.source(catalog, &reason.source).map_or_else(
                || reason.source.clone(),
                |source| {
                    format!(
                        "{}, read {}, grade {}",
                        source.title,
                        source.read,
                        source.grade.letter()
                    )
                },
            );
            paragraph(
                out,
                "      ",
                "      ",
                &format!("rule {}; {source}", reason.rule),
            );
        }
    }
}

fn bill(out: &mut String, option: &OptionDecision) {
    let Some(bill) = &option.bill else { return };
    section(out, "bill");
    for line in &bill.lines {
        let item = format!("{} {}", line.service, line.meter);
        let quantity = format!("{} {}", quantity(line.quantity), line.unit);
        let amount = line
            .amount
            .map_or_else(|| "unpriced".to_owned(), |one| one.to_string());
        let price = line
            .price
            .map_or_else(String::new, |one| format!("x ${}", one.normalize()));
        let _ = writeln!(out, "    {item:<32} {quantity:>18} {price:<14}{amount:>9}");
    }
    let mut unlisted: Vec<String> = Vec::new();
    for line in &bill.lines {
        let status = line
            .status
            .map_or("unknown", landfall_catalog::PriceStatus::word);
        if status != "listed" {
            unlisted.push(format!("{} {} ({status})", line.service, line.meter));
        }
    }
    if !unlisted.is_empty() {
        let text = format!(
            "not listed by their source for this region: {}",
            unlisted.join(", ")
        );
        paragraph(out, "    ", "    ", &text);
    }
}

fn quantity(value: landfall_units::Decimal) -> String {
    let places = if value < landfall_units::Decimal::ONE_HUNDRED {
        3
    } else {
        0
    };
    value.round_dp(places).normalize().to_string()
}

fn people(out: &mut String, option: &OptionDecision) {
    if option.people.is_empty() {
        return;
    }
    section(out, "operations, hours a month");
    for duty in &option.people {
        let hours = &duty.hours;
        let range = format!("{} ({} to {})", hours.likely(), hours.low(), hours.high());
        let shared = duty
            .shared
            .as_ref()
            .map_or("", |_| "; once for all workloads that share it");
        let text = format!("{range}: {}{shared}. {}", duty.what, capital(&duty.because));
        paragraph(out, "    - ", "      ", &text);
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        format!("{}{}.", first.to_uppercase(), letters.as_str())
    })
}
