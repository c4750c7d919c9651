//! The framework's statements as a table, ticked for a workload.

use std::fmt::Write as _;

use landfall_catalog::{Catalog, PlatformSet};
use landfall_framework::{Effect, Pack, Rule, Screen, Truth};
use landfall_workload::Facts;

use crate::wrap::paragraph;

/// The order in which the guide brings its tables.
const TABLES: [(&str, &str); 11] = [
    ("lambda/need/", "Lambda: when you need"),
    ("lambda/want/", "Lambda: when you want"),
    ("lambda/new/", "Lambda: new in the guide"),
    ("ec2/need/", "Containers on EC2: when you need"),
    ("ec2/want/", "Containers on EC2: when you want"),
    ("fargate/need/", "Containers on Fargate: when you need"),
    ("fargate/want/", "Containers on Fargate: when you want"),
    ("ecs-eks/", "ECS or EKS"),
    ("lambda/use/", "Use cases of Lambda"),
    ("containers/use/", "Use cases of containers"),
    ("batch/", "Batch"),
];

/// The table: every statement with its number; with facts, a tick (`x` holds,
/// `.` does not, `?` unknown); `~` for judgements, which no fact decides.
pub fn table(pack: &Pack, catalog: &Catalog, screen: &Screen<'_>, facts: Option<&Facts>) -> String {
    let mut out = String::new();
    paragraph(
        &mut out,
        "",
        "",
        &format!("{} {}: {}", pack.name, pack.version, pack.title),
    );
    let legend = "x holds   . does not hold   ? depends on missing facts   ~ a judgement";
    let _ = writeln!(out, "{legend}");
    for (prefix, title) in TABLES {
        let mut rules: Vec<&Rule> = pack
            .rules
            .iter()
            .filter(|rule| {
                rule.guide
                    .as_ref()
                    .is_some_and(|guide| guide.starts_with(prefix))
            })
            .collect();
        rules.sort_by_key(|rule| rule.guide.clone());
        if rules.is_empty() {
            continue;
        }
        let _ = writeln!(out, "\n{title}");
        for rule in rules {
            statement(&mut out, rule, catalog, screen, facts);
        }
    }
    let others: Vec<&Rule> = pack
        .rules
        .iter()
        .filter(|rule| rule.guide.is_none())
        .collect();
    if !others.is_empty() {
        let _ = writeln!(out, "\nBeyond the guide");
        for rule in others {
            statement(&mut out, rule, catalog, screen, facts);
        }
    }
    out
}

fn statement(
    out: &mut String,
    rule: &Rule,
    catalog: &Catalog,
    screen: &Screen<'_>,
    facts: Option<&Facts>,
) {
    let tick = tick(rule, catalog, screen, facts);
    let number = rule.guide.as_deref().unwrap_or(&rule.id);
    let text = rule.statement.as_deref().unwrap_or(&rule.because);
    let against = match rule.effect {
        Effect::Suits => String::new(),
        other => format!("{}: ", other.word()),
    };
    let off = if rule.enabled { "" } else { " (off)" };
    paragraph(
        out,
        &format!("  {tick} {number:<17} "),
        "      ",
        &format!("{against}{text}{off}"),
    );
    let when = rule
        .when
        .as_ref()
        .map_or_else(String::new, |when| format!("; when {}", when.words()));
    let detail = format!("{}{when}", names(catalog, rule.platforms));
    paragraph(out, "      ", "        ", &detail);
}

fn tick(rule: &Rule, catalog: &Catalog, screen: &Screen<'_>, facts: Option<&Facts>) -> char {
    if rule.when.is_none() {
        return '~';
    }
    let Some(facts) = facts else { return ' ' };
    let truth = catalog
        .numbered()
        .flat_map(|(id, _)| screen.of(id))
        .filter(|bound| bound.rule.id == rule.id)
        .fold(Truth::False, |truth, bound| truth.or(bound.truth(facts)));
    match truth {
        Truth::True => 'x',
        Truth::False => '.',
        Truth::Unknown(_) => '?',
    }
}

fn names(catalog: &Catalog, set: PlatformSet) -> String {
    if set.len() as usize == catalog.platforms.len() {
        return "all".to_owned();
    }
    catalog.ids(set)
}
