//! Running a pack's own tests.

use std::collections::BTreeSet;

use landfall_catalog::{Catalog, PlatformId};
use landfall_workload::Facts;

use crate::case::{Case, CaseFailure, CaseReport};
use crate::pack::Pack;
use crate::screen::{Screen, Verdict};
use crate::truth::Truth;

impl Pack {
    /// Runs the pack's cases.
    pub fn run_cases(&self, catalog: &Catalog) -> CaseReport {
        let mut report = CaseReport {
            cases: self.cases.len(),
            ..CaseReport::default()
        };
        let (mut fired, mut quiet) = (BTreeSet::new(), BTreeSet::new());
        for case in &self.cases {
            let screen = Screen::new(self, catalog, case.as_of.unwrap_or(self.as_of));
            let before = report.failures.len();
            case.check(self, catalog, &screen, &mut report.failures);
            if report.failures.len() == before {
                fired.extend(case.fires.iter().cloned());
                quiet.extend(case.quiet.iter().cloned());
            }
        }
        for rule in self
            .rules
            .iter()
            .filter(|rule| rule.when.is_some() && rule.enabled)
        {
            if !fired.contains(&rule.id) {
                report.never_fired.push(rule.id.clone());
            }
            if !quiet.contains(&rule.id) {
                report.never_quiet.push(rule.id.clone());
            }
        }
        report
    }
}

impl Case {
    fn check(
        &self,
        pack: &Pack,
        catalog: &Catalog,
        screen: &Screen<'_>,
        failures: &mut Vec<CaseFailure>,
    ) {
        let mut fail = |found: String| {
            failures.push(CaseFailure {
                case: self.because.clone(),
                found,
            });
        };
        for (ids, wanted) in [(&self.fires, true), (&self.quiet, false)] {
            for id in ids {
                if !pack.rules.iter().any(|rule| rule.id == *id) {
                    fail(format!("there is no rule `{id}`"));
                    continue;
                }
                let truths: Vec<Truth> = catalog
                    .numbered()
                    .flat_map(|(platform, _)| screen.of(platform))
                    .filter(|bound| bound.rule.id == *id)
                    .map(|bound| bound.truth(&self.facts))
                    .collect();
                let met = if wanted {
                    truths.contains(&Truth::True)
                } else {
                    truths.iter().all(|truth| *truth == Truth::False)
                };
                if !met {
                    let word = if wanted {
                        "hold"
                    } else {
                        "be known not to hold"
                    };
                    fail(format!("`{id}` should {word}, and is {truths:?}"));
                }
            }
        }
        for (set, word) in [
            (self.excluded, "excluded"),
            (self.open, "open"),
            (self.undecided, "undecided"),
        ] {
            for platform in set.iter() {
                let found = verdict_word(screen, platform, &self.facts);
                if found != word {
                    let id = catalog.at(platform);
                    let id = id.map_or("?", |platform| platform.id.as_str());
                    fail(format!("`{id}` should be {word}, and is {found}"));
                }
            }
        }
    }
}

fn verdict_word(screen: &Screen<'_>, platform: PlatformId, facts: &Facts) -> &'static str {
    match screen.verdict(platform, facts) {
        Verdict::Open => "open",
        Verdict::Undecided(_) => "undecided",
        Verdict::Excluded => "excluded",
    }
}
