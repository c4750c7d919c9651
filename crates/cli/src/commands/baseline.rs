//! `landfall framework baseline`.

use std::fmt::Write as _;

use landfall_decide::{Score, score};
use landfall_framework::strategies;
use landfall_units::Money;

use crate::arguments::{Baseline, Deciding};
use crate::exit::{Exit, Outcome};
use crate::output::Output;
use crate::session::Session;

/// What a strategy came to over all workloads.
#[derive(Debug, Default, Clone)]
struct Sum {
    regret: f64,
    scored: usize,
    fails: usize,
    same: usize,
}

pub(crate) fn run(command: &Baseline, output: &mut Output) -> Outcome {
    let session = Session::open(&command.deciding.framework)?;
    let mut other = command.deciding.clone();
    other.framework.framework.clone_from(&command.statements);
    let other = Deciding {
        scenarios: 0,
        ..other
    };
    let told_by = Session::open(&other.framework)?;
    let strategies = strategies(&session.catalog)?;
    let mut out = String::new();
    let mut sums: Vec<(String, Sum)> = Vec::new();
    let _ = writeln!(
        out,
        "{:<22} {:<24} {:>14}  against the decision",
        "workload", "strategy", "a month"
    );
    for file in &command.files {
        let decision = session.decide(file, &command.deciding)?;
        let told = told_by.decide(file, &other)?;
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        for (one, told) in decision.workloads.iter().zip(&told.workloads) {
            let decided = one.recommended().map_or("nothing", |best| &best.platform);
            let _ = writeln!(out, "{name}: {} is recommended {decided}", one.id);
            for score in score(one, told, &strategies, &session.pack, &session.catalog) {
                let platform = score.platform.as_deref().unwrap_or("nothing");
                let _ = writeln!(
                    out,
                    "{:<22} {:<24} {:>14}  {}",
                    "",
                    score.strategy,
                    shown(&score),
                    platform
                );
                count(&mut sums, &score, decided);
            }
        }
    }
    let _ = writeln!(out, "\nall workloads");
    for (strategy, sum) in sums {
        let scored = sum.scored.max(1) as f64;
        let mean = Money::from_f64(sum.regret / scored).to_cent();
        let _ = writeln!(
            out,
            "  {strategy:<20} {:>3} the same; {mean} more on average where it works; fails {}",
            sum.same, sum.fails
        );
    }
    output.data(&out)?;
    Ok(Exit::Done)
}

fn shown(score: &Score) -> String {
    match (score.regret, score.fails) {
        (Some(regret), _) if regret < Money::ZERO => regret.to_cent().to_string(),
        (Some(regret), _) => format!("+{}", regret.to_cent()),
        (None, Some(why)) => why.to_owned(),
        (None, None) => "unknown".to_owned(),
    }
}

fn count(sums: &mut Vec<(String, Sum)>, score: &Score, decided: &str) {
    let at = sums.iter().position(|(name, _)| *name == score.strategy);
    let at = at.unwrap_or_else(|| {
        sums.push((score.strategy.clone(), Sum::default()));
        sums.len() - 1
    });
    let Some((_, sum)) = sums.get_mut(at) else {
        return;
    };
    sum.same += usize::from(score.platform.as_deref() == Some(decided));
    match score.regret {
        Some(regret) => {
            sum.regret += regret.as_f64();
            sum.scored += 1;
        }
        None => sum.fails += 1,
    }
}
