//! `landfall compare`.

use std::fmt::Write as _;

use landfall_answers::{compare, comparison_json};
use landfall_decide::decide;
use landfall_report::text;

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
        compare(&former, &decision, system, inputs, |compared, gone| {
            let same = compared.iter().all(|one| !one.has_changed());
            let mut shown = match command.format {
                Format::Text => text::comparison(compared),
                Format::Json => {
                    comparison_json(&after.display().to_string(), same, compared, gone)?
                }
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
        })
    })?
}
