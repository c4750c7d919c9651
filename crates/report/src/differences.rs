//! How a framework differs from the guide that it came from.

use std::fmt::Write as _;

use landfall_catalog::Catalog;
use landfall_framework::{Effect, Pack, Rule};
use landfall_source::escape::{code, markdown as plain};

/// A Markdown page: every statement of `guide`, what `pack` makes of it, why,
/// and by which source; then what the guide does not have.
pub fn markdown(guide: &Pack, pack: &Pack, catalog: &Catalog) -> String {
    let mut out = String::from("# What has changed since the guide of 2021\n\n");
    let _ = writeln!(
        out,
        "Every statement of {}, by its number in the guide's tables, beside what {} {} says\n\
         today. This page is made from the packs by `cargo xtask docs`.\n",
        code(&guide.name),
        code(&pack.name),
        plain(&pack.version)
    );
    let _ = writeln!(
        out,
        "| no. | the guide, in our words | today | why | source |\n|---|---|---|---|---|"
    );
    for old in guide.rules.iter().filter(|rule| rule.guide.is_some()) {
        let Some(new) = pack.rules.iter().find(|rule| rule.guide == old.guide) else {
            continue;
        };
        let Some(why) = &new.changed else { continue };
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} |",
            plain(old.guide.as_deref().unwrap_or("")),
            told(old),
            told(new),
            plain(why),
            plain(&source(new, pack, catalog))
        );
    }
    let kept: Vec<&str> = pack
        .rules
        .iter()
        .filter(|rule| rule.changed.is_none())
        .filter_map(|rule| rule.guide.as_deref())
        .collect();
    let _ = writeln!(out, "\nKept as they are: {}.\n", plain(&kept.join(", ")));
    let _ = writeln!(out, "## What the guide does not have\n");
    let _ = writeln!(out, "| rule | effect | says | source |\n|---|---|---|---|");
    for rule in pack.rules.iter().filter(|rule| rule.guide.is_none()) {
        let off = if rule.enabled { "" } else { " (off)" };
        let _ = writeln!(
            out,
            "| {}{off} | {} | {} | {} |",
            code(&rule.id),
            rule.effect.word(),
            plain(&rule.because),
            plain(&source(rule, pack, catalog))
        );
    }
    out
}

fn told(rule: &Rule) -> String {
    let text = plain(rule.statement.as_deref().unwrap_or(&rule.because));
    match rule.effect {
        Effect::Suits => text,
        other => format!("*{}*: {text}", other.word()),
    }
}

fn source(rule: &Rule, pack: &Pack, catalog: &Catalog) -> String {
    pack.source(catalog, &rule.source).map_or_else(
        || rule.source.clone(),
        |source| format!("{} ({}, {})", source.title, source.publisher, source.read),
    )
}
