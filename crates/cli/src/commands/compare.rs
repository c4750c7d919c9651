//! `landfall compare`.

use std::fmt::Write as _;

use landfall_decide::{blame, decide};
use landfall_report::record::Record;
use landfall_report::text::{self, Turned};

use super::check::document;
use crate::arguments::{Compare, Format};
use crate::exit::{Exit, Outcome};
use crate::output::Output;
use crate::session::Session;

pub(crate) fn run(command: &Compare, output: &mut Output) -> Outcome {
    let session = Session::open(&command.deciding.framework)?;
    let mut plain = command.deciding.clone();
    plain.changes.clear();
    let former = session.decide(&command.before, &plain)?;
    let after = command.after.as_ref().unwrap_or(&command.before);
    session.decide_with(after, &command.deciding, |system, inputs| {
        let decision = decide(system, inputs);
        let (then, now) = (
            Record::of(&former, "", String::new()),
            Record::of(&decision, "", String::new()),
        );
        let turned: Vec<Turned<'_>> = decision
            .workloads
            .iter()
            .map(|one| {
                let before = former.workloads.iter().find(|other| other.id == one.id);
                let best = before.and_then(|before| before.recommended());
                let mut turned = Turned {
                    now: one,
                    former: best.map(|best| best.platform.clone()),
                    former_total: best
                        .and_then(|best| Some(best.monthly?.total.to_cent().to_string())),
                    before: before.map(|before| before.facts.clone()),
                    elsewhere: text::elsewhere(&then, &now, &one.id),
                    blame: None,
                };
                if let Some(before) = turned.before.as_ref().filter(|_| turned.is_turned()) {
                    let former = turned.former.as_deref();
                    turned.blame = Some(blame(system, &one.id, before, former, inputs));
                }
                turned
            })
            .collect();
        let gone: Vec<&str> = former
            .workloads
            .iter()
            .map(|one| one.id.as_str())
            .filter(|id| decision.workloads.iter().all(|one| one.id != *id))
            .collect();
        let same = turned.iter().all(|one| !one.is_turned());
        let mut shown = match command.format {
            Format::Text => text::comparison(&turned),
            Format::Json => document(&after.display().to_string(), same, &turned, &gone)?,
        };
        if command.format == Format::Text {
            for id in gone {
                let _ = writeln!(shown, "{id}: gone");
            }
            if let (Some(then), Some(now)) = (former.total, decision.total) {
                let _ = writeln!(shown, "the whole system: {then} -> {now} a month");
            }
        }
        output.data(&shown)?;
        Ok(Exit::Done)
    })?
}
