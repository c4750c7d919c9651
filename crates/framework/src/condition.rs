//! Typed conditions on facts.

use jiff::civil::Date;
use landfall_catalog::Platform;
use landfall_source::{Diagnostic, Node, Result, Table, nearest};
use landfall_units::{Dimension, Range};
use landfall_workload::{FactId, FactSet, Facts, Kind, Scope, Value, derive};

use crate::truth::Truth;

/// How a quantity is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// More than.
    Above,
    /// Less than.
    Below,
    /// As much as, or more.
    AtLeast,
    /// As much as, or less.
    AtMost,
}

impl Comparison {
    fn holds(self, value: f64, bound: f64) -> bool {
        match self {
            Self::Above => value > bound,
            Self::Below => value < bound,
            Self::AtLeast => value >= bound,
            Self::AtMost => value <= bound,
        }
    }

    /// In words, for tables and flows.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Above => "above",
            Self::Below => "below",
            Self::AtLeast => "at least",
            Self::AtMost => "at most",
        }
    }
}

/// A condition on facts.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All hold; true when there are none.
    All(Vec<Condition>),
    /// At least one holds; false when there are none.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
    /// A quantity against a value, in base units.
    Compare(FactId, Comparison, f64),
    /// A quantity against a limit of the platform, by name.
    Limit(FactId, Comparison, String),
    /// A flag.
    Flag(FactId, bool),
    /// A choice or text is one of these words.
    OneOf(FactId, Vec<String>),
    /// A list includes a word.
    Includes(FactId, String),
    /// A text begins so.
    StartsWith(FactId, String),
}

/// The operators that go with a fact, as typed.
const OPERATORS: [&str; 11] = [
    "above",
    "below",
    "at_least",
    "at_most",
    "above_limit",
    "below_limit",
    "is",
    "is_not",
    "one_of",
    "includes",
    "starts_with",
];

impl Condition {
    /// Reads a condition.
    ///
    /// # Errors
    /// An unknown fact, an operator that does not suit it, a wrong unit.
    pub fn parse(node: &Node<'_>) -> Result<Self> {
        let table = node.table()?;
        let condition = Self::parse_table(node, &table)?;
        table.finish()?;
        Ok(condition)
    }

    fn parse_table(node: &Node<'_>, table: &Table<'_>) -> Result<Self> {
        let many = |list: &Node<'_>| -> Result<Vec<Self>> {
            list.items()?.iter().map(Self::parse).collect()
        };
        if let Some(list) = table.get("all") {
            return many(&list).map(Self::All);
        }
        if let Some(list) = table.get("any") {
            return many(&list).map(Self::Any);
        }
        if let Some(inner) = table.get("not") {
            return Self::parse(&inner).map(|inner| Self::Not(Box::new(inner)));
        }
        let name = table.get("fact").ok_or_else(|| {
            let problem = node.problem("a condition has `fact`, `all`, `any` or `not`");
            Box::new(problem.help("for example { fact = \"needs.gpu\", is = true }"))
        })?;
        let fact = read_fact(&name)?;
        for operator in OPERATORS {
            if let Some(operand) = table.get(operator) {
                return read_operator(fact, operator, &operand);
            }
        }
        Err(Box::new(
            node.problem(format!("nothing is asked of `{}`", fact.name()))
                .help(format!("add one of: {}", OPERATORS.join(", "))),
        ))
    }

    /// The same condition for one platform on one day: limits replaced by their
    /// values. A limit that the platform does not have is never exceeded; one that nobody
    /// knows on that day stays unknown.
    #[must_use]
    pub fn resolve(&self, platform: &Platform, day: Date) -> Self {
        let many = |list: &[Self]| list.iter().map(|one| one.resolve(platform, day)).collect();
        match self {
            Self::All(list) => Self::All(many(list)),
            Self::Any(list) => Self::Any(many(list)),
            Self::Not(inner) => Self::Not(Box::new(inner.resolve(platform, day))),
            Self::Limit(fact, comparison, name) => match platform.limit(name) {
                None => Self::Any(Vec::new()),
                Some(limit) => limit.value_on(day).map_or_else(
                    || self.clone(),
                    |value| Self::Compare(*fact, *comparison, value),
                ),
            },
            other => other.clone(),
        }
    }

    /// What it comes to. A quantity whose range lies on both sides of the bound
    /// leaves the condition unknown, and names that quantity.
    pub fn evaluate(&self, facts: &Facts) -> Truth {
        match self {
            Self::All(list) => list
                .iter()
                .fold(Truth::True, |truth, one| truth.and(one.evaluate(facts))),
            Self::Any(list) => list
                .iter()
                .fold(Truth::False, |truth, one| truth.or(one.evaluate(facts))),
            Self::Not(inner) => inner.evaluate(facts).not(),
            Self::Compare(fact, comparison, bound) => match facts.range(*fact) {
                Some(range) => compare(facts, *fact, *comparison, range, *bound),
                None => below(facts, *fact, *comparison, *bound),
            },
            Self::Limit(fact, ..) => Truth::Unknown(FactSet::of(*fact)),
            Self::Flag(fact, wanted) => facts.flag(*fact).map_or_else(
                || Truth::Unknown(facts.lacking(*fact)),
                |flag| (flag == *wanted).into(),
            ),
            Self::OneOf(fact, words) => match facts.get(*fact) {
                Some(Value::Choice(word)) => words.iter().any(|one| one == word).into(),
                Some(Value::Text(text)) => words.iter().any(|one| **one == **text).into(),
                _ => Truth::Unknown(FactSet::of(*fact)),
            },
            Self::Includes(fact, word) => match facts.choices(*fact) {
                Some(words) => words.contains(&word.as_str()).into(),
                None => Truth::Unknown(FactSet::of(*fact)),
            },
            Self::StartsWith(fact, start) => match facts.text(*fact) {
                Some(text) => text.starts_with(start).into(),
                None => Truth::Unknown(FactSet::of(*fact)),
            },
        }
    }

    /// Every fact it asks of, in order of first mention.
    pub fn facts(&self) -> Vec<FactId> {
        let mut found = Vec::new();
        self.visit(&mut |condition| {
            if let Some(fact) = condition.fact()
                && !found.contains(&fact)
            {
                found.push(fact);
            }
        });
        found
    }

    /// The names of the limits that it compares with.
    pub fn limits(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.visit_limits(&mut found);
        found
    }

    fn visit_limits<'c>(&'c self, found: &mut Vec<&'c str>) {
        match self {
            Self::All(list) | Self::Any(list) => {
                for one in list {
                    one.visit_limits(found);
                }
            }
            Self::Not(inner) => inner.visit_limits(found),
            Self::Limit(_, _, name) => found.push(name),
            _ => {}
        }
    }

    /// Calls `each` on this and every condition inside it.
    pub(crate) fn visit(&self, each: &mut impl FnMut(&Self)) {
        each(self);
        match self {
            Self::All(list) | Self::Any(list) => list.iter().for_each(|one| one.visit(each)),
            Self::Not(inner) => inner.visit(each),
            _ => {}
        }
    }

    /// The fact that this condition itself asks of.
    pub(crate) fn fact(&self) -> Option<FactId> {
        match self {
            Self::All(_) | Self::Any(_) | Self::Not(_) => None,
            Self::Compare(fact, ..)
            | Self::Limit(fact, ..)
            | Self::Flag(fact, _)
            | Self::OneOf(fact, _)
            | Self::Includes(fact, _)
            | Self::StartsWith(fact, _) => Some(*fact),
        }
    }

    /// In words: `work.duration.max above 15min`.
    pub fn words(&self) -> String {
        let join = |list: &[Self], word: &str| {
            let parts: Vec<String> = list
                .iter()
                .map(|one| match one {
                    Self::All(inner) | Self::Any(inner) if inner.len() > 1 => {
                        format!("({})", one.words())
                    }
                    _ => one.words(),
                })
                .collect();
            parts.join(word)
        };
        match self {
            Self::All(list) if list.is_empty() => "always".to_owned(),
            Self::Any(list) if list.is_empty() => "never".to_owned(),
            Self::All(list) => join(list, " and "),
            Self::Any(list) => join(list, " or "),
            Self::Not(inner) => format!("not ({})", inner.words()),
            Self::Compare(fact, comparison, value) => {
                let value = Value::exact(*value).show(*fact);
                format!("{} {} {value}", fact.name(), comparison.words())
            }
            Self::Limit(fact, comparison, name) => {
                format!("{} {} its limit `{name}`", fact.name(), comparison.words())
            }
            Self::Flag(fact, true) => fact.name().to_owned(),
            Self::Flag(fact, false) => format!("no {}", fact.name()),
            Self::OneOf(fact, words) => format!("{} is {}", fact.name(), words.join(" or ")),
            Self::Includes(fact, word) => format!("{} include {word}", fact.name()),
            Self::StartsWith(fact, start) => format!("{} begins with {start}", fact.name()),
        }
    }
}

/// Compares what is known to be at most so much with a bound; quantities are not negative.
fn below(facts: &Facts, fact: FactId, comparison: Comparison, bound: f64) -> Truth {
    let decided = facts.most(fact).and_then(|most| {
        let (low, high) = (comparison.holds(0.0, bound), comparison.holds(most, bound));
        (low == high).then_some(low)
    });
    decided.map_or_else(|| Truth::Unknown(facts.lacking(fact)), Truth::from)
}

/// Compares a range with a bound.
fn compare(
    facts: &Facts,
    fact: FactId,
    comparison: Comparison,
    range: Range<f64>,
    bound: f64,
) -> Truth {
    let (low, high) = (
        comparison.holds(range.low(), bound),
        comparison.holds(range.high(), bound),
    );
    if low == high {
        return low.into();
    }
    if fact.scope() != Scope::Derived {
        return Truth::Unknown(FactSet::of(fact));
    }
    let in_doubt = |part: &FactId| facts.range(*part).is_some_and(|range| !range.is_exact());
    Truth::Unknown(
        derive::made_of(fact)
            .iter()
            .copied()
            .filter(in_doubt)
            .collect(),
    )
}

/// Reads the name of a fact.
pub(crate) fn read_fact(node: &Node<'_>) -> Result<FactId> {
    let name = node.text()?;
    FactId::named(name).ok_or_else(|| {
        let problem = node
            .problem(format!("there is no fact `{name}`"))
            .label("not known");
        let names = FactId::ALL.iter().map(|fact| fact.name());
        Box::new(match nearest(name, names) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("`landfall framework show --facts` lists them"),
        })
    })
}

fn unsuited(fact: FactId, operator: &str, operand: &Node<'_>) -> Diagnostic {
    let suited = match fact.kind() {
        Kind::Flag => "is, is_not",
        Kind::Choice(_) => "is, is_not, one_of",
        Kind::Choices(_) => "includes",
        Kind::Quantity(_) => "above, below, at_least, at_most, above_limit, below_limit",
        Kind::Text => "is, is_not, one_of, starts_with",
    };
    operand
        .problem(format!(
            "`{operator}` does not suit `{}` ({})",
            fact.name(),
            fact.kind().name()
        ))
        .help(format!("use one of: {suited}"))
}

fn read_operator(fact: FactId, operator: &str, operand: &Node<'_>) -> Result<Condition> {
    use Comparison::{Above, AtLeast, AtMost, Below};
    match (operator, fact.kind()) {
        ("above", Kind::Quantity(unit)) => quantity(fact, Above, unit, operand),
        ("below", Kind::Quantity(unit)) => quantity(fact, Below, unit, operand),
        ("at_least", Kind::Quantity(unit)) => quantity(fact, AtLeast, unit, operand),
        ("at_most", Kind::Quantity(unit)) => quantity(fact, AtMost, unit, operand),
        ("above_limit", Kind::Quantity(_)) => {
            Ok(Condition::Limit(fact, Above, operand.text()?.to_owned()))
        }
        ("below_limit", Kind::Quantity(_)) => {
            Ok(Condition::Limit(fact, Below, operand.text()?.to_owned()))
        }
        ("is", Kind::Flag) => Ok(Condition::Flag(fact, operand.flag()?)),
        ("is_not", Kind::Flag) => Ok(Condition::Flag(fact, !operand.flag()?)),
        ("is", Kind::Choice(_) | Kind::Text) => {
            Ok(Condition::OneOf(fact, vec![word(fact, operand)?]))
        }
        ("is_not", Kind::Choice(_) | Kind::Text) => {
            let is = Condition::OneOf(fact, vec![word(fact, operand)?]);
            Ok(Condition::Not(Box::new(is)))
        }
        ("one_of", Kind::Choice(_) | Kind::Text) => {
            let words = operand
                .items()?
                .iter()
                .map(|item| word(fact, item))
                .collect::<Result<_>>()?;
            Ok(Condition::OneOf(fact, words))
        }
        ("includes", Kind::Choices(words)) => {
            Ok(Condition::Includes(fact, operand.one_of(words)?.to_owned()))
        }
        ("starts_with", Kind::Text) => Ok(Condition::StartsWith(fact, operand.text()?.to_owned())),
        _ => Err(Box::new(unsuited(fact, operator, operand))),
    }
}

fn word(fact: FactId, node: &Node<'_>) -> Result<String> {
    match fact.kind() {
        Kind::Choice(words) => node.one_of(words).map(str::to_owned),
        _ => node.text().map(str::to_owned),
    }
}

fn quantity(
    fact: FactId,
    comparison: Comparison,
    unit: Dimension,
    operand: &Node<'_>,
) -> Result<Condition> {
    let value = unit.parse(operand.typed()?).map_err(|error| {
        Box::new(operand.problem(error.to_string()).help(format!(
            "`{}` is a {}: write \"{}\"",
            fact.name(),
            unit.name(),
            error.example
        )))
    })?;
    Ok(Condition::Compare(fact, comparison, value))
}
