//! The workload file.

use std::collections::BTreeMap;

use landfall_source::escape::is_word;
use landfall_source::{Diagnostic, Node, Result, Source, Table, document, nearest};
use landfall_units::{SECONDS_PER_MONTH, is_region_name};

use crate::clock::{ahead_of_utc_s, scheduled_times};
use crate::spelling::scalar_of;

use crate::fact::{FactId, Kind, Scope};
use crate::facts::{Facts, Origin};
use crate::trace::{Shape, TraceSummary};
use crate::value::{Domain, Value, read_at_most};

/// The region of a file that names none; the decision lists it under "assumed".
pub const DEFAULT_REGION: &str = "us-east-1";

/// The longest name of a system, in characters: a line, with room in every document that
/// it heads.
pub(crate) const LONGEST_NAME: usize = 100;

/// The longest id, in characters: with a stack's name and an account's number it still
/// makes the name of a bucket.
pub(crate) const LONGEST_ID: usize = 40;

/// The longest of all other texts, in characters: a path, at the most.
const LONGEST_TEXT: usize = 1_000;

/// The one version of the format that there is.
const SCHEMA: i64 = 1;

/// One workload file.
#[derive(Debug, Clone, PartialEq)]
pub struct System {
    /// What the system is called.
    pub name: String,
    /// The AWS region, if the file names one.
    pub region: Option<String>,
    /// The workloads, in the order of the file; at least one.
    pub workloads: Vec<Workload>,
}

/// One component: one kind of work, started one way.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Its id, unique in the file.
    pub id: String,
    /// What is known of it, with the team's facts.
    pub facts: Facts,
    /// How recorded traffic goes over time.
    pub recorded: Option<Shape>,
}

impl System {
    /// Reads a workload file.
    ///
    /// # Errors
    /// The first problem, with its place and the fix.
    pub fn parse(source: &Source) -> Result<Self> {
        document(source, |top| {
            read_schema(top)?;
            let name = read_name(top)?;
            let mut team = Facts::default();
            read_facts(top, "", Scope::System, &mut team)?;
            let region = team.text(FactId::Region).map(str::to_owned);
            let tables = top.tables("workload")?;
            if tables.is_empty() {
                return Err(Box::new(
                    top.problem("the file has no workload")
                        .help("add a `[[workload]]` table with an `id`"),
                ));
            }
            let mut workloads: Vec<Workload> = Vec::new();
            for table in &tables {
                let workload = read_workload(table, &team)?;
                let same = |other: &Workload| plain_id(&other.id) == plain_id(&workload.id);
                if let Some(place) = workloads.iter().position(same) {
                    return Err(Box::new(twice(&tables, place, workloads.len(), source)));
                }
                workloads.push(workload);
            }
            Ok(Self {
                name,
                region,
                workloads,
            })
        })
    }

    /// The region, or the default.
    pub fn region(&self) -> &str {
        self.region.as_deref().unwrap_or(DEFAULT_REGION)
    }
}

impl Workload {
    /// The path of the recorded traffic, if the file names one.
    pub fn trace(&self) -> Option<&str> {
        self.facts.text(FactId::Trace)
    }

    /// Takes volume and peak from recorded traffic.
    pub fn learn_trace(&mut self, summary: &TraceSummary) {
        let span = landfall_source::Span::default();
        let mut learn = |fact, value: f64| {
            self.facts
                .set(fact, Value::exact(value), Origin::Given(span));
        };
        learn(FactId::Volume, summary.rate_per_s);
        learn(FactId::PeakToMean, summary.peak_to_mean);
        self.recorded = Some(summary.shape.clone());
    }
}

/// An id without hyphens, as names take it that have none.
fn plain_id(id: &str) -> String {
    id.replace('-', "")
}

/// Two workloads whose ids would name the same resources.
fn twice(tables: &[Table<'_>], first: usize, second: usize, source: &Source) -> Diagnostic {
    let id = |place: usize| tables.get(place).and_then(|table| table.get("id"));
    let (Some(first), Some(second)) = (id(first), id(second)) else {
        return Diagnostic::new("an id is there twice");
    };
    let word = |node: &Node<'_>| node.text().unwrap_or_default().to_owned();
    let (line, _) = source.line_column(first.span().start);
    let what = if word(&first) == word(&second) {
        format!(
            "the id `{}` is there twice, first in line {line}",
            word(&second)
        )
    } else {
        format!(
            "the ids `{}` (line {line}) and `{}` are the same without hyphens",
            word(&first),
            word(&second)
        )
    };
    let help = "give each workload an id of its own: names of resources have no hyphens";
    second.problem(what).label("second use").help(help)
}

fn read_schema(top: &Table<'_>) -> Result<()> {
    let node = top.require("schema")?;
    if node.integer()? == SCHEMA {
        return Ok(());
    }
    Err(Box::new(
        node.problem("this version of the format is not known")
            .help("write `schema = 1`"),
    ))
}

fn read_name(top: &Table<'_>) -> Result<String> {
    let node = top.require("name")?;
    let name = node.text()?.trim().to_owned();
    if name.is_empty() {
        return Err(Box::new(
            node.problem("the name is empty")
                .help("say what the system is"),
        ));
    }
    no_longer_than(LONGEST_NAME, &node)?;
    Ok(name)
}

fn read_workload(table: &Table<'_>, team: &Facts) -> Result<Workload> {
    let node = table.require("id")?;
    let id = node.text()?.to_owned();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_part = |part: &str| !part.is_empty() && part.chars().all(plain);
    if id.len() > LONGEST_ID || !id.split('-').all(is_part) {
        let what = format!(
            "an id is 1 to {LONGEST_ID} small letters and digits, with single hyphens between them"
        );
        return Err(Box::new(
            node.problem(what)
                .label("not such an id")
                .help("for example `photo-thumbnails`"),
        ));
    }
    let mut facts = team.clone();
    read_facts(table, "", Scope::Workload, &mut facts)?;
    table.finish()?;
    check_durations(table, &facts)?;
    check_trace(table, &facts)?;
    learn_schedule(table, &mut facts)?;
    Ok(Workload {
        id,
        facts,
        recorded: None,
    })
}

/// Reads every fact of a scope whose name begins with `prefix`, descending into
/// tables where the names do.
fn read_facts(table: &Table<'_>, prefix: &str, scope: Scope, facts: &mut Facts) -> Result<()> {
    let mut segments: BTreeMap<&str, Option<FactId>> = BTreeMap::new();
    for fact in FactId::ALL
        .iter()
        .copied()
        .filter(|fact| fact.scope() == scope)
    {
        let Some(rest) = fact.name().strip_prefix(prefix) else {
            continue;
        };
        match rest.split_once('.') {
            Some((segment, _)) => segments.entry(segment).or_insert(None),
            None => segments.entry(rest).or_insert(Some(fact)),
        };
    }
    for (segment, fact) in segments {
        let Some(node) = table.get(segment) else {
            continue;
        };
        if let Some(fact) = fact {
            if let Some(most) = read_at_most(fact, &node)? {
                facts.set_at_most(fact, most);
                continue;
            }
            facts.set(fact, Value::read(fact, &node)?, Origin::Given(node.span()));
            check_known(fact, &node)?;
        } else if let Some(fact) = scalar_of(&format!("{prefix}{segment}."))
            && is_scalar(&node)
        {
            facts.set(fact, Value::read(fact, &node)?, Origin::Given(node.span()));
        } else {
            let inner = open_table(&node, &format!("{prefix}{segment}."))?;
            read_facts(&inner, &format!("{prefix}{segment}."), scope, facts)?;
            inner.finish()?;
        }
    }
    Ok(())
}

/// Whether this is one quantity, a range of it included, and no table of facts.
fn is_scalar(node: &Node<'_>) -> bool {
    node.table()
        .map_or(true, |table| table.get("likely").is_some())
}

/// Opens a table of facts; where a plain value stands instead, shows how to write it.
fn open_table<'d>(node: &Node<'d>, prefix: &str) -> Result<Table<'d>> {
    node.table().map_err(|problem| {
        let keys: Vec<&str> = FactId::ALL
            .iter()
            .filter_map(|fact| fact.name().strip_prefix(prefix))
            .take(3)
            .collect();
        let key = prefix
            .trim_end_matches('.')
            .rsplit('.')
            .next()
            .unwrap_or(prefix);
        Box::new(problem.help(format!("write `{key} = {{ {} = … }}`", keys.join(" = …, "))))
    })
}

fn no_longer_than(longest: usize, node: &Node<'_>) -> Result<()> {
    let length = node.text()?.chars().count();
    if length <= longest {
        return Ok(());
    }
    let what = format!("`{}` has {length} characters", node.path());
    let help = format!("write at most {longest}");
    Err(Box::new(node.problem(what).label("too long").help(help)))
}

/// Regions and runtimes are free text, but a slip like `pyton3.13` is caught by its shape.
fn check_known(fact: FactId, node: &Node<'_>) -> Result<()> {
    const FAMILIES: &[&str] = &[
        "python", "nodejs", "java", "dotnet", "ruby", "go", "rust", "provided", "php", "other",
    ];
    if fact == FactId::Region && !is_region_name(node.text()?) {
        let problem = node.problem("this is not the name of a region");
        return Err(Box::new(problem.help("write it like \"eu-west-1\"")));
    }
    if matches!(fact.kind(), Kind::Text) {
        no_longer_than(LONGEST_TEXT, node)?;
    }
    if fact != FactId::Runtime {
        return Ok(());
    }
    let text = node.text()?;
    if !is_word(text) {
        let problem = node.problem("this is not the name of a runtime");
        return Err(Box::new(problem.help("write it like \"python3.13\"")));
    }
    let family: String = text.chars().take_while(char::is_ascii_alphabetic).collect();
    if FAMILIES.contains(&family.as_str()) {
        return Ok(());
    }
    let help = nearest(&family, FAMILIES.iter().copied()).map_or_else(
        || format!("begin with one of: {}", FAMILIES.join(", ")),
        |near| {
            format!(
                "did you mean `{near}`? Begin with one of: {}",
                FAMILIES.join(", ")
            )
        },
    );
    Err(Box::new(
        node.problem(format!("`{text}` is no runtime known here"))
            .help(help),
    ))
}

fn check_durations(table: &Table<'_>, facts: &Facts) -> Result<()> {
    let given = [
        FactId::DurationP50,
        FactId::DurationP99,
        FactId::DurationMax,
    ]
    .into_iter()
    .filter_map(|fact| facts.range(fact).map(|range| (fact, range)))
    .collect::<Vec<_>>();
    for pair in given.windows(2) {
        let [(smaller, a), (larger, b)] = pair else {
            continue;
        };
        let out_of_order = a.low() > b.low() || a.likely() > b.likely() || a.high() > b.high();
        if out_of_order {
            let problem = format!("`{}` is longer than `{}`", smaller.name(), larger.name());
            let help = "write p50 ≤ p99 ≤ max";
            return Err(Box::new(
                match facts.entry(*larger).map(|entry| entry.origin) {
                    Some(Origin::Given(span)) => at_span(table, problem, span).help(help),
                    _ => table.problem(problem).help(help),
                },
            ));
        }
    }
    for (fact, range) in given {
        if let Some(most) = facts.most(fact).filter(|most| range.likely() > *most) {
            let kind = Value::exact(most);
            let problem = format!(
                "`{}` is above the {} that is given at most",
                fact.name(),
                kind.show(fact)
            );
            let help = "raise `at_most`, or lower the percentile";
            return Err(Box::new(
                match facts.entry(fact).map(|entry| entry.origin) {
                    Some(Origin::Given(span)) => at_span(table, problem, span).help(help),
                    _ => table.problem(problem).help(help),
                },
            ));
        }
    }
    Ok(())
}

fn at_span(table: &Table<'_>, message: String, span: landfall_source::Span) -> Diagnostic {
    let mut problem = table.problem(message);
    problem.span = Some(span);
    problem
}

/// Checks the time zone, and takes volume and peak from a schedule.
fn learn_schedule(table: &Table<'_>, facts: &mut Facts) -> Result<()> {
    let placed = |facts: &Facts, fact, problem: Box<Diagnostic>| {
        let origin = facts.entry(fact).map(|entry| entry.origin);
        let help = problem.help.unwrap_or_default();
        match origin {
            Some(Origin::Given(span)) => at_span(table, problem.message, span).help(help),
            _ => table.problem(problem.message).help(help),
        }
    };
    let zone = facts.text(FactId::TimeZone).unwrap_or("UTC").to_owned();
    if let Err(problem) = ahead_of_utc_s(&zone) {
        return Err(Box::new(placed(facts, FactId::TimeZone, problem)));
    }
    let Some(schedule) = facts.text(FactId::Schedule).map(str::to_owned) else {
        return Ok(());
    };
    for fact in [
        FactId::Volume,
        FactId::Shape,
        FactId::PeakToMean,
        FactId::Trace,
    ] {
        if !facts.is_unknown(fact) {
            let message = format!(
                "`{}` and `traffic.schedule` say the same thing twice",
                fact.name()
            );
            let help = "keep the schedule, or volume and shape".to_owned();
            let problem = Box::new(Diagnostic::new(message).help(help));
            return Err(Box::new(placed(facts, FactId::Schedule, problem)));
        }
    }
    let times = scheduled_times(&schedule, &zone, SECONDS_PER_MONTH)
        .map_err(|problem| Box::new(placed(facts, FactId::Schedule, problem)))?;
    let batch = facts.likely(FactId::Batch).unwrap_or(1.0).max(1.0);
    let mut busiest = 0;
    for (place, at_s) in times.iter().enumerate() {
        let minute_end_s = at_s + 60.0;
        let until = times.partition_point(|other| *other < minute_end_s);
        busiest = busiest.max(until - place);
    }
    let number = times.len() as f64;
    let span = landfall_source::Span::default();
    let mut learn = |fact, value: f64| facts.set(fact, Value::exact(value), Origin::Given(span));
    learn(FactId::Volume, number * batch / SECONDS_PER_MONTH);
    let minutes = SECONDS_PER_MONTH / 60.0;
    learn(FactId::PeakToMean, busiest as f64 * minutes / number);
    let volume = facts.likely(FactId::Volume).unwrap_or(0.0);
    if Domain::of_fact(FactId::Volume).is_some_and(|domain| !domain.contains(volume)) {
        let problem = Diagnostic::new("there are too many starts of too large a batch");
        let problem = Box::new(problem.help("start less often, or fewer at once"));
        return Err(Box::new(placed(facts, FactId::Batch, problem)));
    }
    Ok(())
}

fn check_trace(table: &Table<'_>, facts: &Facts) -> Result<()> {
    let Some(trace) = facts.entry(FactId::Trace) else {
        return Ok(());
    };
    for fact in [FactId::Volume, FactId::Shape, FactId::PeakToMean] {
        if !facts.is_unknown(fact) {
            let Origin::Given(span) = trace.origin else {
                continue;
            };
            let message = format!(
                "`{}` and `traffic.trace` say the same thing twice",
                fact.name()
            );
            return Err(Box::new(
                at_span(table, message, span).help("keep the trace, or volume and shape"),
            ));
        }
    }
    Ok(())
}
