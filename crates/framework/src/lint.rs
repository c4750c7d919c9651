//! What may be wrong in a pack.

use jiff::civil::Date;
use landfall_catalog::{Catalog, PlatformId, PlatformSet};
use landfall_workload::{FactId, Scope, derive};

use crate::models::{can_hold, together};
use crate::pack::Pack;
use crate::rule::{Claim, Effect, Rule};
use crate::screen::{kind_of, limit_of};

/// The kind of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingKind {
    /// A rule that can never hold.
    Unreachable,
    /// A limit or a rule without a source.
    NoSource,
    /// A fact that a rule asks of and no question asks for.
    NoQuestion,
    /// A rule that says nothing beyond another.
    Overlap,
    /// Two statements that cannot both be right, or one that the catalog refutes.
    Contradiction,
    /// A source that is older than a year.
    Stale,
}

impl FindingKind {
    /// The word of outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unreachable => "unreachable",
            Self::NoSource => "no-source",
            Self::NoQuestion => "no-question",
            Self::Overlap => "overlap",
            Self::Contradiction => "contradiction",
            Self::Stale => "stale",
        }
    }

    /// Whether it makes the pack unfit for use; the others are for its editor to weigh.
    pub const fn is_error(self) -> bool {
        matches!(self, Self::Unreachable | Self::NoSource | Self::NoQuestion)
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// What sort.
    pub kind: FindingKind,
    /// What it is about: the id of a rule, limit or source.
    pub about: String,
    /// What may be wrong.
    pub message: String,
}

/// Examines a pack with the catalog it speaks of, as of `today`.
pub fn lint(pack: &Pack, catalog: &Catalog, today: Date) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut find = |kind, about: &str, message: String| {
        findings.push(Finding {
            kind,
            about: about.to_owned(),
            message,
        });
    };
    unreachable_rules(pack, catalog, &mut find);
    questions(pack, &mut find);
    catalog_sources(catalog, &mut find);
    pairs(pack, catalog, &mut find);
    claims(pack, catalog, &mut find);
    stale(pack, catalog, today, &mut find);
    findings.sort();
    findings.dedup();
    findings
}

fn enabled(pack: &Pack) -> impl Iterator<Item = &Rule> {
    pack.rules.iter().filter(|rule| rule.enabled)
}

fn unreachable_rules(
    pack: &Pack,
    catalog: &Catalog,
    find: &mut impl FnMut(FindingKind, &str, String),
) {
    for rule in enabled(pack) {
        let Some(when) = &rule.when else { continue };
        let reachable = catalog
            .numbered()
            .filter(|(id, _)| rule.platforms.contains(*id))
            .any(|(_, platform)| {
                let day = rule.until.unwrap_or(pack.as_of);
                can_hold(&when.resolve(platform, day))
            });
        if !reachable {
            let message = format!("can never hold: {}", when.words());
            find(FindingKind::Unreachable, &rule.id, message);
        }
    }
}

fn questions(pack: &Pack, find: &mut impl FnMut(FindingKind, &str, String)) {
    let mut asked: Vec<FactId> = Vec::new();
    for rule in enabled(pack) {
        for fact in rule.when.iter().flat_map(crate::Condition::facts) {
            let parts = if fact.scope() == Scope::Derived {
                derive::made_of(fact)
            } else {
                &[fact]
            };
            asked.extend(parts);
        }
    }
    asked.sort_unstable();
    asked.dedup();
    for fact in asked
        .into_iter()
        .filter(|fact| pack.question(*fact).is_none())
    {
        let message = "rules ask of it, and no question asks for it".to_owned();
        find(FindingKind::NoQuestion, fact.name(), message);
    }
}

/// What the catalog says of platforms must name sources that are written down.
fn catalog_sources(catalog: &Catalog, find: &mut impl FnMut(FindingKind, &str, String)) {
    let mut hold = |about: String, source: &str| {
        if !catalog.sources.contains_key(source) {
            let message = format!("its source `{source}` is not written down");
            find(FindingKind::NoSource, &about, message);
        }
    };
    for platform in &catalog.platforms {
        for limit in &platform.limits {
            for dated in &limit.values {
                hold(format!("{}.{}", platform.id, limit.name), &dated.source);
            }
        }
        for parameter in &platform.parameters {
            let about = format!("{}.{}", platform.id, parameter.name);
            hold(about.clone(), &parameter.source);
            for earlier in &parameter.earlier {
                hold(about.clone(), &earlier.source);
            }
        }
    }
    for law in &catalog.init_laws {
        hold(format!("init of {}", law.runtime), &law.source);
    }
    for one in &catalog.snapstart {
        hold(format!("restoring {}", one.runtime), &one.source);
    }
}

/// Speaks for or against, so that two rules can be at odds.
fn is_against(effect: Effect) -> bool {
    matches!(effect, Effect::Excludes | Effect::Warns)
}

fn pairs(pack: &Pack, catalog: &Catalog, find: &mut impl FnMut(FindingKind, &str, String)) {
    let rules: Vec<&Rule> = enabled(pack).collect();
    for a in &rules {
        for b in &rules {
            let shared = common(a.platforms, b.platforms);
            if a.id == b.id || shared.is_empty() {
                continue;
            }
            let contradicting = a.effect == Effect::Suits && is_against(b.effect);
            let overlapping = a.effect == Effect::Excludes
                && b.effect == Effect::Excludes
                && b.platforms.covers(a.platforms);
            if !contradicting && !overlapping {
                continue;
            }
            let implied = shared.iter().all(|id| {
                (contradicting || same_kind(pack, catalog, a, b, id))
                    && implies(pack, catalog, a, b, id)
            });
            if !implied {
                continue;
            }
            if contradicting {
                let message = format!(
                    "speaks for {} whenever `{}` speaks against it",
                    catalog.ids(shared),
                    b.id
                );
                find(FindingKind::Contradiction, &a.id, message);
            } else {
                let message = format!("adds nothing to `{}`, which excludes the same", b.id);
                find(FindingKind::Overlap, &a.id, message);
            }
        }
    }
}

/// Whether both mean the same by excluding: a hard rule adds to a design limit.
fn same_kind(pack: &Pack, catalog: &Catalog, a: &Rule, b: &Rule, id: PlatformId) -> bool {
    let Some(platform) = catalog.at(id) else {
        return false;
    };
    let kind = |rule| kind_of(rule, limit_of(rule, platform, pack.as_of));
    kind(a) == kind(b)
}

/// Whether `b` holds wherever `a` can, for one platform, on the pack's day.
fn implies(pack: &Pack, catalog: &Catalog, a: &Rule, b: &Rule, id: PlatformId) -> bool {
    let Some(platform) = catalog.at(id) else {
        return false;
    };
    let (Some(first), Some(second)) = (&a.when, &b.when) else {
        return false;
    };
    if !a.holds_on(pack.as_of) || !b.holds_on(pack.as_of) {
        return false;
    }
    let (first, second) = (
        first.resolve(platform, pack.as_of),
        second.resolve(platform, pack.as_of),
    );
    together(&first, &second).is_some_and(|found| found.both && !found.first_alone)
}

fn common(a: PlatformSet, b: PlatformSet) -> PlatformSet {
    a.iter().filter(|id| b.contains(*id)).collect()
}

fn claims(pack: &Pack, catalog: &Catalog, find: &mut impl FnMut(FindingKind, &str, String)) {
    for rule in enabled(pack) {
        for claim in &rule.claims {
            if let Some(message) = refute(claim, catalog, pack.as_of) {
                find(FindingKind::Contradiction, &rule.id, message);
            }
        }
    }
}

/// How the catalog refutes a claim on a day, if it does.
fn refute(claim: &Claim, catalog: &Catalog, day: Date) -> Option<String> {
    let Some(platform) = catalog.platform(&claim.platform) else {
        return Some(format!("there is no platform `{}`", claim.platform));
    };
    let name = &platform.name;
    if claim.about == "gpus" {
        return (!platform.gpus).then(|| format!("{name} has no GPUs"));
    }
    if let Some(limit) = platform.limit(&claim.about) {
        let value = limit.value_on(day);
        return match (value, claim.value.as_str()) {
            (None, _) => Some(format!("{name} did not have that on {day}")),
            (Some(_), "yes") => None,
            (Some(value), said) => {
                let shown = limit.dimension.format(value);
                (shown != said)
                    .then(|| format!("{name}: {} was {shown} on {day}, not {said}", limit.meaning))
            }
        };
    }
    let Some(known) = platform
        .parameters
        .iter()
        .find(|entry| entry.name == claim.about)
    else {
        return Some(format!("nothing is known of `{}` for {name}", claim.about));
    };
    let said = known.dimension.parse(&claim.value).ok()?;
    let (low, high) = (known.value.low(), known.value.high());
    (said < low || said > high).then(|| {
        let [low, high] = [low, high].map(|value| known.dimension.format(value));
        format!(
            "{name}: {}: {low} to {high}, not {}",
            known.meaning, claim.value
        )
    })
}

fn stale(
    pack: &Pack,
    catalog: &Catalog,
    today: Date,
    find: &mut impl FnMut(FindingKind, &str, String),
) {
    let mut used: Vec<&str> = enabled(pack).map(|rule| rule.source.as_str()).collect();
    used.extend(pack.duties.iter().map(|duty| duty.source.as_str()));
    used.extend(pack.assumptions.iter().map(|entry| entry.source.as_str()));
    used.extend(pack.priors.iter().map(|entry| entry.source.as_str()));
    used.sort_unstable();
    used.dedup();
    for id in used {
        let Some(source) = pack.source(catalog, id) else {
            continue;
        };
        let days = source.read.until(today).map_or(0, |span| span.get_days());
        if days > 365 {
            let message = format!("read on {}, {days} days ago: read it again", source.read);
            find(FindingKind::Stale, id, message);
        }
    }
}
