//! A pack at one date: what every rule says of every platform.

use jiff::civil::Date;
use landfall_catalog::{Catalog, Limit, LimitKind, Platform, PlatformId, PlatformSet};
use landfall_units::Dimension;
use landfall_workload::{FactId, FactSet, Facts, Kind};

use crate::condition::Condition;
use crate::pack::Pack;
use crate::rule::{Effect, Rule};
use crate::truth::Truth;

/// A rule bound to one platform on one day: limits are numbers.
#[derive(Debug, Clone)]
pub struct Bound<'p> {
    /// The rule.
    pub rule: &'p Rule,
    /// The platform.
    pub platform: PlatformId,
    /// What exceeding it means.
    pub kind: LimitKind,
    /// When it holds; none for a judgement.
    pub when: Option<Condition>,
    /// The limit that it compares with, and its unit.
    limit: Option<(f64, Dimension)>,
    /// What to do about it: of the rule, or of the limit.
    way_out: Option<&'p str>,
}

/// What a rule says of a platform, for given facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The rule's id.
    pub rule: String,
    /// What it does: a design limit excludes, or warns once the work may be
    /// redesigned; a quota warns.
    pub effect: Effect,
    /// For limits: which kind.
    pub kind: LimitKind,
    /// Whether it holds.
    pub truth: Truth,
    /// Why, filled in.
    pub because: String,
    /// The id of its source.
    pub source: String,
    /// The statement of a guide that it carries.
    pub statement: Option<String>,
    /// The statement's number in the guide.
    pub guide: Option<String>,
}

/// What the rules leave of a platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing excludes it.
    Open,
    /// These unknown facts could exclude it.
    Undecided(FactSet),
    /// A rule excludes it.
    Excluded,
}

/// A pack at one date.
#[derive(Debug, Clone)]
pub struct Screen<'p> {
    bound: Vec<Bound<'p>>,
    /// The platforms that could be had on the day.
    pub open: PlatformSet,
}

impl<'p> Screen<'p> {
    /// Binds every rule of a pack to every platform that it speaks of.
    pub fn new(pack: &'p Pack, catalog: &'p Catalog, day: Date) -> Self {
        let mut bound = Vec::new();
        for (platform, place) in catalog.numbered() {
            let rules = pack.rules.iter();
            for rule in rules.filter(|r| r.platforms.contains(platform) && r.holds_on(day)) {
                let limit = limit_of(rule, place, day);
                bound.push(Bound {
                    rule,
                    platform,
                    kind: kind_of(rule, limit),
                    when: rule.when.as_ref().map(|when| when.resolve(place, day)),
                    limit: limit.and_then(|limit| Some((limit.value_on(day)?, limit.dimension))),
                    way_out: rule
                        .way_out
                        .as_deref()
                        .or_else(|| limit.and_then(|limit| limit.way_out.as_deref())),
                });
            }
        }
        let open = catalog
            .numbered()
            .filter(|(_, platform)| platform.is_open_on(day))
            .map(|(id, _)| id)
            .collect();
        Self { bound, open }
    }

    /// Closes the platforms that cannot be had for another reason than their dates, as where
    /// a region does not have them.
    pub fn leave_out(&mut self, catalog: &Catalog, is_out: impl Fn(&Platform) -> bool) {
        let is_in = |id: &PlatformId| catalog.at(*id).is_some_and(|platform| !is_out(platform));
        self.open = self.open.iter().filter(is_in).collect();
    }

    /// Every rule bound to a platform.
    pub fn of(&self, platform: PlatformId) -> impl Iterator<Item = &Bound<'p>> {
        self.bound
            .iter()
            .filter(move |bound| bound.platform == platform)
    }

    /// How many bound rules there are.
    pub fn len(&self) -> usize {
        self.bound.len()
    }

    /// True when no rule is bound.
    pub fn is_empty(&self) -> bool {
        self.bound.is_empty()
    }

    /// What the rules leave of a platform; reads no text, allocates nothing.
    pub fn verdict(&self, platform: PlatformId, facts: &Facts) -> Verdict {
        if !self.open.contains(platform) {
            return Verdict::Excluded;
        }
        let mut missing = FactSet::EMPTY;
        for bound in self.of(platform) {
            if bound.effect(facts) != Effect::Excludes {
                continue;
            }
            match bound.truth(facts) {
                Truth::True => return Verdict::Excluded,
                Truth::Unknown(facts) => missing = missing.union(facts),
                Truth::False => {}
            }
        }
        if missing.is_empty() {
            Verdict::Open
        } else {
            Verdict::Undecided(missing)
        }
    }

    /// Whether every requirement of a platform is known to be met.
    pub fn is_warranted(&self, platform: PlatformId, facts: &Facts) -> bool {
        self.of(platform)
            .filter(|bound| bound.rule.effect == Effect::Requires)
            .all(|bound| bound.truth(facts) == Truth::True)
    }

    /// The facts that leave any rule undecided.
    pub fn undecided(&self, facts: &Facts) -> FactSet {
        self.bound
            .iter()
            .fold(FactSet::EMPTY, |set, bound| match bound.truth(facts) {
                Truth::Unknown(missing) => set.union(missing),
                Truth::True | Truth::False => set,
            })
    }
}

/// The limit of a platform that a rule compares with on a day, if any.
pub(crate) fn limit_of<'c>(rule: &Rule, platform: &'c Platform, day: Date) -> Option<&'c Limit> {
    rule.when
        .iter()
        .flat_map(Condition::limits)
        .find_map(|name| platform.limit(name).filter(|limit| limit.on(day).is_some()))
}

/// What exceeding a rule's limit means: the limit says, unless the rule does.
pub(crate) fn kind_of(rule: &Rule, limit: Option<&Limit>) -> LimitKind {
    limit.map_or(rule.kind, |limit| {
        if rule.kind == LimitKind::Hard {
            limit.kind
        } else {
            rule.kind
        }
    })
}

impl Bound<'_> {
    /// Whether it holds; a judgement always does.
    pub fn truth(&self, facts: &Facts) -> Truth {
        self.when
            .as_ref()
            .map_or(Truth::True, |when| when.evaluate(facts))
    }

    /// What the rule does for a workload: see [`Statement::effect`].
    pub fn effect(&self, facts: &Facts) -> Effect {
        if self.rule.effect != Effect::Excludes {
            return self.rule.effect;
        }
        match self.kind {
            LimitKind::Quota => Effect::Warns,
            LimitKind::Design if facts.flag(FactId::Redesign) == Some(true) => Effect::Warns,
            LimitKind::Hard | LimitKind::Design => Effect::Excludes,
        }
    }

    /// What the rule says, filled in.
    pub fn state(&self, facts: &Facts) -> Statement {
        Statement {
            rule: self.rule.id.clone(),
            effect: self.effect(facts),
            kind: self.kind,
            truth: self.truth(facts),
            because: self.because(facts),
            source: self.rule.source.clone(),
            statement: self.rule.statement.clone(),
            guide: self.rule.guide.clone(),
        }
    }

    /// The reason, and for quotas and design limits the remedy, filled in.
    fn because(&self, facts: &Facts) -> String {
        let mut text = self.rule.because.clone();
        if let Some(way_out) = self.way_out.filter(|_| self.kind != LimitKind::Hard) {
            text.push_str("; ");
            text.push_str(way_out);
        }
        if !text.contains('{') {
            return text;
        }
        let limit = self.limit.map(|(value, dimension)| dimension.format(value));
        text = text.replace("{limit}", limit.as_deref().unwrap_or("its limit"));
        let compared = self.compared(facts);
        let shown = compared.and_then(|fact| facts.show(fact));
        text = text.replace("{fact}", shown.as_deref().unwrap_or("an unknown amount"));
        let needed = compared.and_then(|fact| match (facts.range(fact), fact.kind()) {
            (Some(range), Kind::Quantity(Dimension::Ratio)) => {
                Some(Dimension::Count.format(range.high().ceil()))
            }
            (Some(range), Kind::Quantity(dimension)) => Some(dimension.format(range.high())),
            _ => None,
        });
        text.replace("{needed}", needed.as_deref().unwrap_or("more"))
    }

    /// The fact whose comparison decides: the first that exceeds, else the first compared.
    fn compared(&self, facts: &Facts) -> Option<FactId> {
        let mut first = None;
        let mut exceeding = None;
        self.when.as_ref()?.visit(&mut |condition| {
            if let Condition::Compare(fact, ..) = condition {
                first = first.or(Some(*fact));
                if exceeding.is_none() && condition.evaluate(facts) == Truth::True {
                    exceeding = Some(*fact);
                }
            }
        });
        exceeding
            .or(first)
            .or_else(|| self.when.as_ref()?.facts().first().copied())
    }
}
