//! Which option of a workload is built, and where it stands beside the others.

use landfall_decide::{FrontDoor, OptionDecision, WorkloadDecision};
use landfall_source::{Diagnostic, Result};

use super::Planned;
use super::context::Listener;

/// Gives every service behind the shared load balancer its paths: all of them to a
/// single one, those under its name to each of several.
pub(super) fn number(planned: &mut [Planned<'_>]) {
    let behind = |one: &Planned<'_>| {
        let topology = one.option.topology.as_deref();
        topology.is_some_and(|one| one.front_door == Some(FrontDoor::Alb))
    };
    let many = planned.iter().filter(|one| behind(one)).count() > 1;
    let places = planned.iter_mut().filter(|one| behind(one)).zip(1..);
    for (one, place) in places {
        let id = &one.id;
        one.context.listener = Listener {
            priority: place,
            paths: if many {
                vec![format!("/{id}"), format!("/{id}/*")]
            } else {
                every_path()
            },
        };
    }
}

/// What one alone behind a load balancer takes.
pub(super) fn every_path() -> Vec<String> {
    vec!["/*".to_owned()]
}

/// The names of a workload's copies, at most so many of them; one alone has its id.
pub(super) fn names(id: &str, copies: u32, most: Option<u32>) -> Vec<String> {
    let written = most.unwrap_or(copies).min(copies);
    if written <= 1 {
        return vec![id.to_owned()];
    }
    (1..=written).map(|copy| format!("{id}-{copy}")).collect()
}

pub(super) fn option<'d>(
    workload: &'d WorkloadDecision,
    platform: Option<&str>,
) -> Result<&'d OptionDecision> {
    let id = &workload.id;
    let Some(platform) = platform else {
        return workload.recommended().ok_or_else(|| {
            let what = format!("nothing is recommended for `{id}`, so there is nothing to build");
            let help = format!("`landfall explain FILE --workload {id}` says what would have to give; or name a platform with --platform");
            Box::new(Diagnostic::new(what).help(help))
        });
    };
    let found = workload.options.iter().find(|one| one.platform == platform);
    let option = found.ok_or_else(|| {
        let ids: Vec<&str> = workload
            .options
            .iter()
            .map(|one| one.platform.as_str())
            .collect();
        let what = format!("there is no platform `{platform}`");
        Box::new(Diagnostic::new(what).help(format!("use one of {}", ids.join(", "))))
    })?;
    if option.configuration.is_none() {
        let because = option
            .reasons
            .first()
            .map_or("", |reason| reason.because.as_str());
        let what = format!("`{id}` cannot run on {platform}: {because}");
        let help =
            format!("`landfall explain FILE --workload {id} --why-not {platform}` says more");
        return Err(Box::new(Diagnostic::new(what).help(help)));
    }
    Ok(option)
}
