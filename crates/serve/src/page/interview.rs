//! A short interview: the questions whose answers are worth most, a handful at a time, until
//! the decision is wanted or no answer could change it.

use landfall_answers::Problem;
use landfall_decide::Next;
use landfall_workload::FactId;
use maud::{Markup, html};

use super::address::{Address, Stage};
use super::controls::{fact_of, input, key_of};
use super::frame::{frame, refused};

/// A workload file in which nothing is known.
pub(crate) const BLANK: &str =
    "schema = 1\nname = \"My workload\"\n\n[[workload]]\nid = \"workload\"\n";
/// The id of its workload.
const ID: &str = "workload";
/// Questions that are asked at once.
const AT_ONCE: usize = 5;

/// Where an interview is.
#[derive(Debug)]
pub(crate) struct Interview<'s> {
    pub(crate) wanted: &'s Address,
    /// The questions that are left, those whose answers are worth most first.
    pub(crate) next: &'s [Next],
    /// What is wrong with an answer.
    pub(crate) problem: Option<&'s Problem>,
}

/// The page of an interview.
pub(crate) fn interview(interview: &Interview<'_>) -> String {
    let next = interview.next.get(..AT_ONCE).unwrap_or(interview.next);
    let given = interview.wanted.values.iter();
    let given: Vec<(&str, &str, FactId)> = given
        .filter_map(|(key, value)| Some((key.as_str(), value.as_str(), fact_of(key)?)))
        .collect();
    let (open, answered): (Vec<_>, Vec<_>) = given
        .into_iter()
        .partition(|(_, value, _)| value.is_empty());
    let today = next.first().and_then(|next| next.today.as_deref());
    let bar = html! { span.quiet #state role="status" { "Interview" } };
    let body = html! {
        main.interview #answer tabindex="-1" {
            h1 { @if answered.is_empty() && open.is_empty() { "What is to run?" } @else { "What else is known?" } }
            @if let Some(problem) = interview.problem { (refused(problem)) }
            @if !answered.is_empty() && let Some(today) = today {
                p.verdict { "By what is known so far: " strong { (today) } "." }
            }
            p.quiet { "Leave open what nobody knows: it is drawn from documented ranges, and not guessed." }
            form method="get" action="/" {
                @for (key, _, _) in &open { input type="hidden" name=(key) value=""; }
                @for one in next { (question(one)) }
                p.submit {
                    @if !next.is_empty() {
                        button.first-choice type="submit" name="interview" value=(Stage::Asking.word()) { "Next questions" }
                        " "
                    }
                    button type="submit" name="interview" value=(Stage::Done.word()) { "Decide with what is known" }
                }
                @if !answered.is_empty() {
                    details.given open[interview.problem.is_some()] {
                        summary { "Your answers (" (answered.len()) ")" }
                        @for (key, value, fact) in &answered {
                            div.fact {
                                label for=(key) { code { (fact.name()) } " " span { (fact.meaning()) } }
                                (input(key, *fact, "", value))
                            }
                        }
                    }
                }
            }
        }
    };
    frame("Landfall: a few questions", "begin.js", &bar, &body)
}

fn question(next: &Next) -> Markup {
    let key = key_of(ID, next.fact);
    let about = format!("{key}.why");
    html! {
        div.fact.question {
            label for=(key) { (next.ask) }
            (input(&key, next.fact, "", ""))
            p.quiet id=(about) {
                (next.why)
                @if let Some(worth) = next.worth.filter(|_| next.is_worth_asking) {
                    " An answer is worth about " (worth) " a month."
                }
            }
        }
    }
}
