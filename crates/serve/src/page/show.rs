//! The page as a whole.

use landfall_answers::Problem;
use landfall_catalog::Catalog;
use landfall_decide::{Decision, Profile};
use landfall_report::html::{Beside, contents};
use landfall_workload::System;
use maud::{Markup, html};

use super::address::{Address, Stage};
use super::controls;
use super::frame::{frame, refused};
use crate::examples;

/// The file that the page begins with.
#[derive(Debug, Clone)]
pub struct Start {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// What a page shows.
#[derive(Debug)]
pub(crate) struct Shown<'s> {
    pub(crate) wanted: &'s Address,
    /// The file as it was begun with, where it can be read.
    pub(crate) system: Option<&'s System>,
    /// Its name for people.
    pub(crate) name: &'s str,
    /// Its text with the changes.
    pub(crate) text: &'s str,
    /// The answer, or why there is none.
    pub(crate) answer: Result<(&'s Decision, &'s [Beside], &'s Catalog), &'s Problem>,
    /// The frameworks that there are.
    pub(crate) frameworks: &'s [&'s str],
    /// Whether there is a file that the program was started with.
    pub(crate) has_file: bool,
}

/// The page.
pub(crate) fn show(shown: &Shown<'_>) -> String {
    let decision = shown.answer.as_ref().ok().map(|(decision, _, _)| *decision);
    let title = decision.map_or("Landfall", |decision| decision.name.as_str());
    let bar = html! {
        span.quiet #state role="status" { (shown.name) }
        div.tools hidden {
            button type="button" id="undo" { "Undo" }
            button type="button" id="redo" { "Redo" }
            button type="button" id="pin" { "Pin" }
            button type="button" id="share" { "Copy address" }
            label for="save" { "Download as" }
            select id="save" {
                option value="" { "Download" }
                option value="toml" { "Workload file" }
                option value="json" { "JSON" }
                option value="markdown" { "Decision record" }
                option value="html" { "Page" }
                option value="blueprint" { "Blueprint" }
            }
        }
    };
    let body = html! {
        div.sides {
            aside aria-label="Facts" { (form(shown, decision)) }
            main #answer tabindex="-1" { (answer(shown)) }
        }
    };
    let title = format!("Where {title} should run on AWS");
    frame(&title, "page.js", &bar, &body)
}

fn answer(shown: &Shown<'_>) -> Markup {
    match &shown.answer {
        Ok((decision, beside, catalog)) => html! {
            @if shown.wanted.is_first {
                p.first role="status" { "A first answer, by formulas at likely values; the full one follows." }
            }
            (contents(decision, catalog, beside))
        },
        Err(problem) => html! { h1 { "No answer" } (refused(problem)) },
    }
}

fn form(shown: &Shown<'_>, decision: Option<&Decision>) -> Markup {
    let wanted = shown.wanted;
    html! {
        form #facts method="get" action="/" {
            @if wanted.interview.is_some() && wanted.text.is_none() && wanted.example.is_none() {
                input type="hidden" id="interview" name="interview" value=(Stage::Done.word()) data-own="";
            }
            (begin(shown))
            @if let Some(system) = shown.system {
                p.submit { button type="submit" { "Decide" } }
                (controls::form(system, decision, wanted))
            }
            (settings(shown))
            p.submit { button type="submit" { "Decide" } }
        }
        textarea #now hidden readonly { (shown.text) }
    }
}

/// The file that it begins with.
fn begin(shown: &Shown<'_>) -> Markup {
    let wanted = shown.wanted;
    let chosen = wanted.example.as_deref().unwrap_or_default();
    html! {
        fieldset {
            legend { "Begin with" }
            div.fact {
                label for="example" { "An example" }
                select id="example" name="example" {
                    option value="" selected[chosen.is_empty()] {
                        @if wanted.interview.is_some() { "your answers" } @else if shown.has_file { "the file of the command" } @else { "none" }
                    }
                    @for (name, _) in examples::all() {
                        option value=(name) selected[name == chosen] { (name) }
                    }
                }
            }
            details open[wanted.text.is_some()] {
                summary { "Your own workload file" }
                div.fact {
                    label for="text" { "Its text; or drop a template, a log, a Compose file on the page" }
                    textarea id="text" name="text" rows="8" spellcheck="false" { (wanted.text.as_deref().unwrap_or_default()) }
                }
            }
        }
    }
}

fn settings(shown: &Shown<'_>) -> Markup {
    let wanted = shown.wanted;
    let picker = |name: &str, label: &str, words: &[&str], usual: &str, chosen: Option<&str>| {
        html! {
            div.fact {
                label for=(name) { (label) }
                select id=(name) name=(name) {
                    option value="" selected[chosen.is_none()] { (usual) }
                    @for word in words { option value=(word) selected[chosen == Some(*word)] { (word) } }
                }
            }
        }
    };
    let regions = Catalog::regions();
    let regions: Vec<&str> = regions.iter().map(|one| &**one).collect();
    let profiles = Profile::ALL.map(Profile::word);
    let profiles = profiles.get(1..).unwrap_or_default();
    html! {
        fieldset {
            legend { "How it is decided" }
            (picker("region", "Prices of", &regions, "the file's region", wanted.region.as_deref()))
            (picker("framework", "Framework", shown.frameworks, "the usual one", wanted.framework.as_deref()))
            (picker("profile", "What is set up around an option", profiles, "starter", wanted.profile.as_deref()))
            (picker("operations", "Operations (hours of people's work)", &["off"], "count", wanted.operations.as_deref()))
            div.fact {
                label for="as_of" { "Facts of the day" }
                input id="as_of" name="as_of" type="date" value=(wanted.as_of.as_deref().unwrap_or_default());
            }
        }
    }
}
