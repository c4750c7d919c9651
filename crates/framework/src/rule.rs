//! Rules: a condition on facts with an effect on platforms.

use jiff::civil::Date;
use landfall_catalog::{Catalog, LimitKind, PlatformSet, read_date};
use landfall_source::{Node, Result, Table, nearest};

use crate::condition::Condition;

/// What a rule does when its condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Takes the platforms out.
    Excludes,
    /// The reverse: unless it is known to hold, the platforms are not recommended.
    Requires,
    /// Speaks against the platforms.
    Warns,
    /// Speaks for the platforms.
    Suits,
    /// Names something to look at that is no platform here.
    Notes,
}

impl Effect {
    const WORDS: &'static [&'static str] = &["excludes", "requires", "warns", "suits", "notes"];

    /// The word of data files and outputs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Excludes => "excludes",
            Self::Requires => "requires",
            Self::Warns => "warns",
            Self::Suits => "suits",
            Self::Notes => "notes",
        }
    }

    fn named(word: &str) -> Option<Self> {
        [
            Self::Excludes,
            Self::Requires,
            Self::Warns,
            Self::Suits,
            Self::Notes,
        ]
        .into_iter()
        .find(|effect| effect.word() == word)
    }
}

/// What a statement takes for granted of a platform; lint holds it against the catalog.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The platform's id.
    pub platform: String,
    /// `gpus`, or the name of a limit or of a behaviour.
    pub about: String,
    /// What it says of it, as typed; `yes` when it only says that there is such a thing.
    pub value: String,
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its id, unique in the pack.
    pub id: String,
    /// The platforms it speaks of.
    pub platforms: PlatformSet,
    /// What it does when it holds.
    pub effect: Effect,
    /// For `excludes`: what sort of limit it states, unless a limit of the catalog says.
    pub kind: LimitKind,
    /// When it holds; none for a statement that no fact can decide.
    pub when: Option<Condition>,
    /// Why, with `{fact}`, `{limit}` and `{needed}` to be filled in.
    pub because: String,
    /// What to do about it.
    pub way_out: Option<String>,
    /// The id of its source.
    pub source: String,
    /// The statement of a guide that it carries.
    pub statement: Option<String>,
    /// The statement's number in the guide's tables.
    pub guide: Option<String>,
    /// How it differs from the guide of 2021, and why.
    pub changed: Option<String>,
    /// What the statement takes for granted.
    pub claims: Vec<Claim>,
    /// The first day on which it holds.
    pub since: Option<Date>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Off rules are carried by a pack for those who want them.
    pub enabled: bool,
}

impl Rule {
    /// Reads one `[[rule]]`.
    ///
    /// # Errors
    /// The first problem with its place.
    pub fn parse(table: &Table<'_>, catalog: &Catalog) -> Result<Self> {
        let id = table.require_text("id")?.to_owned();
        let effect = table.require("effect")?.one_of(Effect::WORDS)?;
        let kind = table
            .get("kind")
            .map(|node| node.one_of(LimitKind::WORDS))
            .transpose()?;
        let platforms = read_platforms(&table.require("platforms")?, catalog)?;
        let when = table
            .get("when")
            .map(|node| Condition::parse(&node))
            .transpose()?;
        let rule = Self {
            id,
            platforms,
            effect: Effect::named(effect).unwrap_or(Effect::Notes),
            kind: kind.and_then(LimitKind::named).unwrap_or(LimitKind::Hard),
            when,
            because: table.require_text("because")?.to_owned(),
            way_out: table.text("way_out")?.map(str::to_owned),
            source: table.require_text("source")?.to_owned(),
            statement: table.text("statement")?.map(str::to_owned),
            guide: table.text("guide")?.map(str::to_owned),
            changed: table.text("changed")?.map(str::to_owned),
            claims: table
                .tables("claims")?
                .iter()
                .map(read_claim)
                .collect::<Result<_>>()?,
            since: table
                .get("since")
                .map(|node| read_date(&node))
                .transpose()?,
            until: table
                .get("until")
                .map(|node| read_date(&node))
                .transpose()?,
            enabled: table.get("enabled").map_or(Ok(true), |node| node.flag())?,
        };
        table.finish()?;
        rule.check(table, catalog)?;
        Ok(rule)
    }

    /// True when the rule speaks on a day.
    pub fn holds_on(&self, day: Date) -> bool {
        self.enabled
            && self.since.is_none_or(|since| since <= day)
            && self.until.is_none_or(|until| day <= until)
    }

    fn check(&self, table: &Table<'_>, catalog: &Catalog) -> Result<()> {
        let problem = |message: String, help: &str| -> Result<()> {
            Err(Box::new(table.problem(message).help(help)))
        };
        if self.when.is_none() && matches!(self.effect, Effect::Excludes | Effect::Requires) {
            let message = format!("the rule `{}` has no condition", self.id);
            return problem(message, "add `when`; only judgements go without");
        }
        if self.kind != LimitKind::Hard && self.way_out.is_none() {
            let message = format!("the rule `{}` names no remedy", self.id);
            return problem(
                message,
                "add `way_out`: what to ask for, or how to change the work",
            );
        }
        let Some(when) = &self.when else {
            return Ok(());
        };
        for name in when.limits() {
            let known = catalog
                .numbered()
                .filter(|(id, _)| self.platforms.contains(*id))
                .any(|(_, platform)| platform.limit(name).is_some());
            if !known {
                let message = format!("no platform of `{}` has a limit `{name}`", self.id);
                return problem(message, "limits stand in the catalog's platform files");
            }
        }
        Ok(())
    }
}

fn read_claim(table: &Table<'_>) -> Result<Claim> {
    let claim = Claim {
        platform: table.require_text("platform")?.to_owned(),
        about: table.require_text("about")?.to_owned(),
        value: table.require_text("value")?.to_owned(),
    };
    table.finish()?;
    Ok(claim)
}

/// Reads a list of platform ids; `"*"` stands for all.
pub(crate) fn read_platforms(node: &Node<'_>, catalog: &Catalog) -> Result<PlatformSet> {
    let mut set = PlatformSet::default();
    for item in node.items()? {
        let name = item.text()?;
        if name == "*" {
            return Ok(catalog.numbered().map(|(id, _)| id).collect());
        }
        let found = catalog.numbered().find(|(_, platform)| platform.id == name);
        let Some((id, _)) = found else {
            let names = catalog
                .platforms
                .iter()
                .map(|platform| platform.id.as_str());
            let problem = item.problem(format!("there is no platform `{name}`"));
            return Err(Box::new(match nearest(name, names) {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem.help("use the ids of the catalog, or \"*\" for all"),
            }));
        };
        set = set.with(id);
    }
    if set.is_empty() {
        return Err(Box::new(node.problem("this list of platforms is empty")));
    }
    Ok(set)
}
