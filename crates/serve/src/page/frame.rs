//! What every page has around what it shows.

use landfall_answers::Problem;
use maud::{DOCTYPE, Markup, html};

/// A page: its title, the module that makes it move, what stands in the bar, and the rest.
pub(super) fn frame(title: &str, script: &str, bar: &Markup, body: &Markup) -> String {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="/assets/decision.css";
                link rel="stylesheet" href="/assets/page.css";
                script type="module" src={ "/assets/" (script) } {}
            }
            body {
                nav.skip aria-label="On this page" { a href="#answer" { "To the main part" } }
                div.bar role="region" aria-label="Tools" {
                    a.home href="/" { "Landfall" }
                    (bar)
                }
                (body)
            }
        }
    }
    .into_string()
}

/// What is wrong, with its line and the remedy.
pub(super) fn refused(problem: &Problem) -> Markup {
    match problem {
        Problem::Fault(what) => html! {
            p.verdict.none role="alert" { strong { "Internal error: " } (what) ". Please report it." }
        },
        Problem::Input(problem) => {
            let place = problem.source.as_ref().zip(problem.span);
            html! {
                p.verdict.none role="alert" {
                    @if let Some((source, span)) = place {
                        "Line " (source.line_column(span.start).0) ": "
                    }
                    strong { (problem.message) } "."
                    @if let Some(help) = &problem.help { " To mend it: " (help) "." }
                }
            }
        }
    }
}
