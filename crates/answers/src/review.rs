//! What a change does: every file that differs, decided and checked before and after.

use std::collections::{BTreeMap, BTreeSet};

use landfall_blueprint::check::{Checker, Finding};
use landfall_decide::{Decision, WorkloadDecision};
use landfall_import::Import;
use landfall_report::review::{NewFinding, Review, Reviewed, Side, Unread};
use landfall_report::text::Compared;
use landfall_source::{Diagnostic, Source};
use serde_json::{Value, json};

use crate::around::Around;
use crate::comparison::compare;
use crate::deciding::Deciding;
use crate::findings::{escaped, sarif, sarif_result};
use crate::imports::finish;
use crate::problem::Problem;
use crate::session::{Prepared, Session};

/// A file that differs, as it was and is.
#[derive(Debug)]
pub struct Changed<A> {
    /// Its path, the same in both.
    pub name: String,
    /// Before; none where it is new.
    pub before: Option<Text<A>>,
    /// Now; none where it is gone.
    pub after: Option<Text<A>>,
}

/// One side of a file: what it holds, and what is around it; or why it cannot be read.
pub type Text<A> = Result<(Source, A), Box<Diagnostic>>;

/// What a text decides on.
struct Described {
    source: Source,
    is_imported: bool,
}

/// Decides and checks what changed. `seen` is called after each file.
///
/// # Errors
/// An internal one: what cannot be read is part of the review.
pub fn review<A: Around>(
    session: &Session,
    changed: &[Changed<A>],
    deciding: &Deciding,
    mut seen: impl FnMut(),
) -> Result<Review, Problem> {
    let checker =
        Checker::new(&session.catalog).map_err(|fault| Problem::Fault(fault.to_string()))?;
    let mut review = Review::default();
    for one in changed {
        let text = |side: &Option<Text<A>>| Some(side.as_ref()?.as_ref().ok()?.0.clone());
        let sides = [text(&one.before), text(&one.after)];
        let found = sides.each_ref().map(|side| match side {
            Some(source) => checker.check(source).ok().flatten(),
            None => None,
        });
        let is_template = found.iter().any(Option::is_some);
        if is_template || sides.iter().flatten().any(is_workload_file) {
            review.files += 1;
            decisions(session, one, deciding, &mut review);
            let [before, after] = found.map(Option::unwrap_or_default);
            findings(&one.name, before, after, &mut review);
        }
        seen();
    }
    review
        .findings
        .sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    Ok(review)
}

/// Whether a text is a workload file, not another TOML file.
fn is_workload_file(source: &Source) -> bool {
    std::path::Path::new(source.name())
        .extension()
        .is_some_and(|end| end.eq_ignore_ascii_case("toml"))
        && toml_edit::Document::parse(source.text()).map_or_else(
            |_| source.text().contains("[[workload]]"),
            |document| document.get("workload").is_some(),
        )
}

/// The workload file that a text is or is read as; none where it describes no workload.
fn described(source: &Source) -> Option<Described> {
    if is_workload_file(source) {
        return Some(Described {
            source: source.clone(),
            is_imported: false,
        });
    }
    let name = source.name().to_owned();
    let mut import = Import::new();
    import.read(&name, None, source.text().as_bytes()).ok()?;
    let names = [name];
    let imported = finish(import, "Imported", &names).ok()?;
    let text = landfall_import::toml(&imported, &names, &BTreeMap::new());
    Some(Described {
        source: Source::new(source.name(), &text),
        is_imported: true,
    })
}

fn decisions<A: Around>(
    session: &Session,
    changed: &Changed<A>,
    deciding: &Deciding,
    review: &mut Review,
) {
    let mut is_imported = false;
    let mut prepare = |side: &Option<Text<A>>, unread: &mut Vec<Unread>| {
        let (source, around) = match side.as_ref()? {
            Ok(text) => text,
            Err(problem) => {
                unread.push(not_read(&changed.name, problem.clone().into()));
                return None;
            }
        };
        let described = described(source)?;
        is_imported |= described.is_imported;
        match session.prepare(&described.source, deciding, around) {
            Ok(prepared) => Some(prepared),
            // What a template leaves open is no fault of it.
            Err(_) if described.is_imported => None,
            Err(problem) => {
                unread.push(not_read(&changed.name, problem));
                None
            }
        }
    };
    let mut ignored = Vec::new();
    let before = prepare(&changed.before, &mut ignored);
    let after = prepare(&changed.after, &mut review.unread);
    let decide = |side: &Option<Prepared>| {
        let prepared = side.as_ref()?;
        Some(session.decide(prepared, deciding))
    };
    let (former, now) = (decide(&before), decide(&after));
    match (&former, &now, &after) {
        (Some(former), Some(now), Some(prepared)) => {
            let inputs = session.inputs_of(prepared, deciding);
            compare(former, now, &prepared.system, &inputs, |all, _| {
                for one in all {
                    review.workloads.push(Reviewed {
                        before: find(former, &one.now.id),
                        after: Some(side(one.now)),
                        changed: Compared::facts(one),
                        sentence: one.sentence(),
                        ..put(&changed.name, is_imported, one.now)
                    });
                }
            });
        }
        (None, Some(now), _) => {
            for one in &now.workloads {
                review.workloads.push(Reviewed {
                    after: Some(side(one)),
                    sentence: format!("{}: new", one.id),
                    ..put(&changed.name, is_imported, one)
                });
            }
        }
        _ => {}
    }
    // Of a file that cannot be read now, nothing is known to be gone.
    if changed.after.is_some() && now.is_none() {
        return;
    }
    for one in former.iter().flat_map(|former| &former.workloads) {
        if now.as_ref().and_then(|now| find(now, &one.id)).is_none() {
            review.workloads.push(Reviewed {
                before: Some(side(one)),
                sentence: format!("{}: gone", one.id),
                ..put(&changed.name, is_imported, one)
            });
        }
    }
}

/// A workload of a file, with nothing decided.
fn put(file: &str, is_imported: bool, one: &WorkloadDecision) -> Reviewed {
    Reviewed {
        file: file.to_owned(),
        id: one.id.clone(),
        is_imported,
        before: None,
        after: None,
        changed: Vec::new(),
        sentence: String::new(),
    }
}

/// What a decision says of a workload.
fn find(decision: &Decision, id: &str) -> Option<Side> {
    let mut workloads = decision.workloads.iter();
    Some(side(workloads.find(|one| one.id == id)?))
}

fn not_read(file: &str, problem: Problem) -> Unread {
    let (line, message) = match problem {
        Problem::Fault(why) => (1, why),
        Problem::Input(found) => {
            let place = found.source.as_ref().zip(found.span);
            let line = place.map_or(1, |(source, span)| source.line_column(span.start).0);
            let help = found
                .help
                .map_or_else(String::new, |help| format!(" ({help})"));
            (line, found.message + &help)
        }
    };
    Unread {
        file: file.to_owned(),
        line,
        message,
    }
}

/// What is decided of a workload.
fn side(one: &WorkloadDecision) -> Side {
    let best = one.recommended();
    Side {
        recommended: best.map(|best| (best.platform.clone(), best.name.clone())),
        bill: best.and_then(|best| Some(best.monthly?.bill)),
        expected: best.and_then(|best| Some(best.monthly?.expected)),
        confidence: best.and_then(|best| Some(best.doubt?.wins)),
    }
}

/// Findings that were not there before, whatever their line is now.
fn findings(file: &str, before: Vec<Finding>, after: Vec<Finding>, review: &mut Review) {
    let is_open = |one: &Finding| one.ignored.is_none();
    let mut left: Vec<Finding> = before.into_iter().filter(is_open).collect();
    for one in after.into_iter().filter(is_open) {
        let known = left
            .iter()
            .position(|other| other.rule == one.rule && other.message == one.message);
        if let Some(place) = known {
            left.remove(place);
            continue;
        }
        review.findings.push(NewFinding {
            rule: one.rule,
            level: one.level.word(),
            file: file.to_owned(),
            line: one.line,
            message: one.message,
            remedy: one.remedy,
        });
    }
    review.mended += left.len();
}

/// The review as JSON.
///
/// # Errors
/// An internal one.
pub fn review_json(review: &Review) -> Result<String, Problem> {
    let side = |side: &Option<Side>| {
        side.as_ref().map(|side| {
            json!({
                "recommended": side.recommended.as_ref().map(|(id, _)| id),
                "bill": side.bill.map(landfall_units::Money::as_f64),
                "expected": side.expected.map(landfall_units::Money::as_f64),
                "confidence": side.confidence,
            })
        })
    };
    let workloads = review.workloads.iter().map(|one| {
        json!({
            "file": one.file,
            "id": one.id,
            "imported": one.is_imported,
            "changed_recommendation": one.is_another(),
            "before": side(&one.before),
            "after": side(&one.after),
            "facts": one.changed,
            "summary": one.sentence,
        })
    });
    escaped(&json!({
        "schema": 1,
        "summary": review.headline(),
        "files": review.files,
        "more_a_month": review.more().map(landfall_units::Money::as_f64),
        "workloads": workloads.collect::<Vec<_>>(),
        "new_findings": review.findings,
        "mended_findings": review.mended,
        "unread": review.unread,
    }))
}

/// The review as results of SARIF 2.1.0, as code scanners take them: new findings, decisions that
/// changed as warnings at their file, files that cannot be read as errors.
///
/// # Errors
/// An internal one.
pub fn review_sarif(review: &Review, version: &str) -> Result<String, Problem> {
    let mut results: Vec<Value> = Vec::new();
    for one in &review.findings {
        let message = format!("{}. {}", one.message, one.remedy);
        results.push(sarif_result(
            &one.rule, one.level, &message, &one.file, one.line,
        ));
    }
    for one in review.workloads.iter().filter(|one| one.is_another()) {
        results.push(sarif_result(
            "decision-changed",
            "warning",
            &one.sentence,
            &one.file,
            1,
        ));
    }
    for one in &review.unread {
        results.push(sarif_result(
            "not-read",
            "error",
            &one.message,
            &one.file,
            one.line,
        ));
    }
    let ids = results.iter().filter_map(|one| one["ruleId"].as_str());
    let ids: BTreeSet<&str> = ids.collect();
    let rules: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    escaped(&sarif(version, &rules, &results, &[]))
}
