//! Where to begin: an interview, a file of one's own, an example.

use landfall_source::Source;
use landfall_workload::{FactId, System};
use maud::{Markup, html};

use super::address::Stage;
use super::frame::frame;
use crate::examples;

/// The page for whoever has named no file.
pub(crate) fn begin() -> String {
    let bar = html! { span.quiet #state role="status" {} };
    let body = html! {
        main.begin #answer tabindex="-1" {
            header {
                h1 { "Where should it run on AWS?" }
                p.lead {
                    "Landfall decides between Lambda, Fargate, ECS, EKS and Batch. It says what each option "
                    "costs, how quickly it answers, and at which values the recommendation changes."
                }
            }
            section.way {
                h2 { "Answer a few questions" }
                p { "Those whose answers are worth most come first. Leave out what you do not know." }
                form method="get" action="/" {
                    button.first-choice type="submit" name="interview" value=(Stage::Asking.word()) { "Begin the interview" }
                }
            }
            section.way {
                h2 { "Bring what you have" }
                p { "A workload file, a template, a manifest, a Compose file or a log." }
                p.pick hidden { label for="files" { "Choose files, or drop them on the page" } " " input id="files" type="file" multiple; }
                details {
                    summary { "Paste a workload file" }
                    form method="get" action="/" {
                        div.fact {
                            label for="text" { "Its text" }
                            textarea id="text" name="text" rows="8" spellcheck="false" required {}
                        }
                        p.submit { button type="submit" { "Decide" } }
                    }
                }
            }
            section.way.wide {
                h2 { "Look at an example" }
                ul.examples { @for (name, text) in examples::all() { li { (example(name, text)) } } }
            }
        }
    };
    frame(
        "Landfall: where should it run on AWS?",
        "begin.js",
        &bar,
        &body,
    )
}

/// One example: what it is called, and what its file says of itself first.
fn example(name: &str, text: &str) -> Markup {
    let system = System::parse(&Source::new(name, text)).ok();
    let title = system.as_ref().map_or(name, |system| system.name.as_str());
    let about = first_sentence(text);
    let triggers = system.as_ref().map(triggers).unwrap_or_default();
    html! {
        a href={ "/?example=" (name) } { (title) }
        @if let Some(about) = about { p { (about) "." } }
        p.quiet { (triggers) }
    }
}

/// The first sentence of the comment at the head of a file.
fn first_sentence(text: &str) -> Option<String> {
    let lines = text.lines().map_while(|line| line.strip_prefix('#'));
    let comment: Vec<&str> = lines.map(str::trim).collect();
    let comment = comment.join(" ");
    let sentence = comment.split(". ").next()?.trim_end_matches('.').trim();
    (!sentence.is_empty()).then(|| sentence.to_owned())
}

/// How many workloads there are, and what starts them.
fn triggers(system: &System) -> String {
    let mut words: Vec<&str> = Vec::new();
    for one in &system.workloads {
        if let Some(word) = one.facts.choice(FactId::Trigger)
            && !words.contains(&word)
        {
            words.push(word);
        }
    }
    let count = match system.workloads.len() {
        1 => "1 workload".to_owned(),
        several => format!("{several} workloads"),
    };
    format!("{count}: {}", words.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every example says what it is, and all of them can be begun with.
    #[test]
    fn every_example_is_offered_with_a_sentence() {
        let page = begin();
        assert!(examples::all().len() >= 10);
        for (name, text) in examples::all() {
            assert!(page.contains(&format!("/?example={name}\"")), "{name}");
            assert!(first_sentence(text).is_some(), "{name}");
        }
        assert_eq!(
            first_sentence("# A: b\n# c. More.\nx"),
            Some("A: b c".to_owned())
        );
        assert_eq!(first_sentence("schema = 1"), None);
    }
}
