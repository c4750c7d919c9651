//! What a decision depends on besides the file.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use landfall_answers::{Deciding, Problem, Session};
use landfall_catalog::Date;
use landfall_decide::{MOST_SCENARIOS, Profile};
use serde::Deserialize;

use crate::problem::refused;

/// Sessions that were opened, by framework: each reads all of its data once.
static SESSIONS: Mutex<BTreeMap<String, Session>> = Mutex::new(BTreeMap::new());

/// A session with a framework that ships.
pub(crate) fn session(framework: &str) -> Result<Session, Problem> {
    let mut sessions = SESSIONS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(session) = sessions.get(framework) {
        return Ok(session.clone());
    }
    let session = Session::embedded(framework)?;
    sessions.insert(framework.to_owned(), session.clone());
    Ok(session)
}

/// The options of a call, as the package writes them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Options {
    framework: String,
    as_of: Option<String>,
    region: Option<String>,
    profile: String,
    people: bool,
    seed: u64,
    scenarios: usize,
    changes: Vec<String>,
}

impl Options {
    pub(crate) fn read(text: &str) -> Result<Self, Problem> {
        serde_json::from_str(text).map_err(|error| {
            let what = format!("the options cannot be read: {error}");
            refused(what, "see help(landfall.decide)")
        })
    }

    pub(crate) fn session(&self) -> Result<Session, Problem> {
        let session = session(&self.framework)?;
        let Some(day) = &self.as_of else {
            return Ok(session);
        };
        let day: Result<Date, _> = day.parse();
        let day = day.map_err(|_| {
            let what = format!("`{}` is no day", self.as_of.as_deref().unwrap_or_default());
            refused(what, "write a day as 2021-09-01")
        })?;
        Ok(session.on(Some(day)))
    }

    pub(crate) fn deciding(&self) -> Result<Deciding, Problem> {
        let mut profiles = Profile::ALL.iter();
        let profile = profiles.find(|one| one.word() == self.profile);
        let profile = profile.ok_or_else(|| {
            let words: Vec<&str> = Profile::ALL.iter().map(|one| one.word()).collect();
            landfall_answers::no_such("profile", &self.profile, &words)
        })?;
        if self.scenarios > MOST_SCENARIOS {
            let what = format!("{} scenarios are too many", self.scenarios);
            return Err(refused(what, &format!("ask for at most {MOST_SCENARIOS}")));
        }
        Ok(Deciding {
            region: self.region.clone(),
            profile: *profile,
            people: self.people,
            seed: self.seed,
            scenarios: self.scenarios,
            estimate: false,
            changes: self.changes.clone(),
        })
    }
}
