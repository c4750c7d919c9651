//! The page of an address: where to begin, an interview, or an answer.

use landfall_answers::Around;
use landfall_decide::questions;
use landfall_source::Source;
use landfall_workload::{FactId, System};

use crate::engine::{Engine, WORKLOAD};
use crate::examples;
use crate::page::{self, Address, BLANK, Interview, Shown, Stage, Start};

impl<A: Around> Engine<A> {
    /// The page of what an address asks for. An address that asks for nothing, where the program
    /// was started without a file, gets where to begin.
    pub(crate) fn shown(&self, wanted: &Address, start: Option<&Start>) -> String {
        let example = wanted.example.as_deref();
        let example = example.and_then(|name| Some((name, examples::named(name)?)));
        let text = wanted.text.as_deref().map(|text| (WORKLOAD, text));
        let blank = wanted.interview.map(|_| (WORKLOAD, BLANK));
        let file = start.map(|start| (start.name.as_str(), start.text.as_str()));
        let Some((name, begun)) = text.or(example).or(blank).or(file) else {
            return page::begin();
        };
        if begun == BLANK
            && wanted.interview == Some(Stage::Asking)
            && let Some(page) = self.asked(wanted)
        {
            return page;
        }
        self.answered(wanted, name, begun, start.is_some())
    }

    /// The next questions of an interview; none when no answer could still matter.
    fn asked(&self, wanted: &Address) -> Option<String> {
        let source = Source::new(WORKLOAD, BLANK);
        let settings = wanted.settings(|_| None);
        let prepared = self.prepared(&source, &settings);
        let problem = prepared.as_ref().err();
        let next = prepared.as_ref().map_or_else(
            |_| Vec::new(),
            |asked| {
                let all = &asked.prepared.system.workloads;
                let facts = all.first().map(|one| &one.facts);
                let ask = |facts| questions(facts, &asked.inputs(), &declined(wanted));
                facts.map(ask).unwrap_or_default()
            },
        );
        (problem.is_some() || !next.is_empty()).then(|| {
            page::interview(&Interview {
                wanted,
                next: &next,
                problem,
            })
        })
    }

    fn answered(&self, wanted: &Address, name: &str, text: &str, has_file: bool) -> String {
        let source = Source::new(name, text);
        let begun = System::parse(&source);
        let controls = begun.as_ref().map(page::controls).unwrap_or_default();
        let own = |key: &str| {
            let mut all = controls.iter();
            all.find_map(|(one, own)| (one == key).then(|| own.clone()))
        };
        let settings = wanted.settings(own);
        let changed = landfall_answers::apply(&source, &settings.set);
        let answer = self.prepared(&source, &settings).map(|asked| {
            let decision = asked.decide();
            let beside = asked.beside(&decision);
            (asked, decision, beside)
        });
        page::show(&Shown {
            wanted,
            system: begun.as_ref().ok(),
            name,
            text: changed.as_ref().map_or(text, Source::text),
            answer: answer.as_ref().map(|(asked, decision, beside)| {
                (decision, beside.as_slice(), &*asked.session.catalog)
            }),
            frameworks: &self.frameworks(),
            has_file,
        })
    }
}

/// What was asked, and left without an answer.
fn declined(wanted: &Address) -> Vec<FactId> {
    let empty = wanted.values.iter().filter(|(_, value)| value.is_empty());
    empty.filter_map(|(key, _)| page::fact_of(key)).collect()
}
