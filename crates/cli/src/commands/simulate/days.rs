//! Days of many functions: which files of a folder belong together.

use std::collections::BTreeMap;

use landfall_simulate::{DurationLaw, Law};
use landfall_source::{Diagnostic, Result};
use landfall_workload::{
    AzurePart, FunctionCounts, FunctionDurations, read_durations, read_memory,
};

use crate::recording::{self, ENDINGS};
use crate::simulate_arguments::Simulate;
use crate::storage::Place;

/// Days in the order of their files.
#[derive(Debug)]
pub(super) struct Days(pub(super) Vec<Day>);

/// The files of a day.
#[derive(Debug)]
pub(super) struct Day {
    pub(super) invocations: Place,
    durations: Option<Place>,
    memory: Option<Place>,
}

/// Files of one kind by the day that their names tell.
#[derive(Debug, Default)]
struct Named(BTreeMap<String, Place>);

impl Days {
    /// A day of one file.
    pub(super) fn of_file(command: &Simulate, invocations: Place) -> Self {
        let place = |name: &Option<String>| name.as_deref().map(Place::new);
        Self(vec![Day {
            invocations,
            durations: place(&command.durations),
            memory: place(&command.memory),
        }])
    }

    /// The days of a folder, each with the durations and the memory that are in the folder, too, or
    /// where they are said to be.
    pub(super) fn find(command: &Simulate, folder: &Place) -> Result<Self> {
        let mut parts = Parts::default();
        parts.add(folder, None)?;
        if let Some(name) = &command.durations {
            parts.durations = Named::default();
            parts.add(&Place::new(name), Some(AzurePart::Durations))?;
        }
        if let Some(name) = &command.memory {
            parts.memory = Named::default();
            parts.add(&Place::new(name), Some(AzurePart::Memory))?;
        }
        if parts.invocations.is_empty() {
            let what = format!("there is no trace of many functions in `{}`", folder.name());
            let help =
                "name a folder with files of the Azure Functions data set of 2019, or one file";
            return Err(Box::new(Diagnostic::new(what).help(help)));
        }
        let days = parts.invocations.into_iter().map(|(day, invocations)| Day {
            invocations,
            durations: parts.durations.on(&day),
            memory: parts.memory.on(&day),
        });
        Ok(Self(days.collect()))
    }
}

/// Files by what they hold.
#[derive(Debug, Default)]
struct Parts {
    /// In the order of their names, each with its day.
    invocations: Vec<(String, Place)>,
    durations: Named,
    memory: Named,
}

impl Parts {
    /// Adds the files of a folder, or those alone that hold one part.
    fn add(&mut self, folder: &Place, only: Option<AzurePart>) -> Result<()> {
        for name in folder.files(&ENDINGS)? {
            let place = Place::new(&name);
            // A file in object storage is fetched as a whole: where its name tells, it is not looked at.
            let part = match AzurePart::of_name(&place.file_name()) {
                Some(part) => Some(part),
                None => AzurePart::of(&name, recording::open(&place)?)?,
            };
            let wanted = part.filter(|part| only.is_none_or(|only| only == *part));
            let Some(part) = wanted else {
                let what = match only {
                    Some(AzurePart::Durations) => "durations of functions",
                    Some(AzurePart::Memory) => "memory of applications",
                    _ => "a part of the Azure Functions data set of 2019",
                };
                let problem = Diagnostic::new(format!("`{name}` does not hold {what}"));
                let help = "take it out of the folder, or name one file";
                return Err(Box::new(problem.help(help)));
            };
            match part {
                AzurePart::Invocations => self.invocations.push((day(&name), place)),
                AzurePart::Durations => self.durations.put(place)?,
                AzurePart::Memory => self.memory.put(place)?,
            }
        }
        Ok(())
    }
}

impl Named {
    fn put(&mut self, place: Place) -> Result<()> {
        let name = place.name();
        match self.0.insert(day(&name), place) {
            None => Ok(()),
            Some(other) => {
                let what = format!("`{}` and `{name}` are of the same day", other.name());
                let help = "give each the number of its day at the end of its name: d01, d02";
                Err(Box::new(Diagnostic::new(what).help(help)))
            }
        }
    }

    /// The file of a day: the only one there is, or the one whose name ends with the same number.
    fn on(&self, day: &str) -> Option<Place> {
        let only = self.0.values().next().filter(|_| self.0.len() == 1);
        only.or_else(|| self.0.get(day)).cloned()
    }
}

/// The last number in the name of a file, which tells its day.
fn day(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let is_digit = |letter: char| letter.is_ascii_digit();
    let end = last.rfind(is_digit).map_or(0, |end| end + 1);
    let until = last.get(..end).unwrap_or_default();
    let start = until
        .rfind(|letter| !is_digit(letter))
        .map_or(0, |at| at + 1);
    until.get(start..).unwrap_or_default().to_owned()
}

/// What is known of the functions of a day.
#[derive(Debug, Default)]
pub(super) struct Known {
    durations: BTreeMap<(String, String), FunctionDurations>,
    memory_mb: BTreeMap<String, f64>,
}

impl Known {
    pub(super) fn read(day: &Day) -> Result<Self> {
        let mut known = Self::default();
        if let Some(place) = &day.durations {
            known.durations = read_durations(&place.name(), recording::open(place)?)?;
        }
        if let Some(place) = &day.memory {
            known.memory_mb = read_memory(&place.name(), recording::open(place)?)?;
        }
        Ok(known)
    }

    /// How long a function works; none where nothing tells.
    pub(super) fn law(&self, function: &FunctionCounts) -> Option<Law> {
        let key = (function.app.clone(), function.function.clone());
        self.durations.get(&key).map(|durations| {
            Law::from(DurationLaw::new(
                durations.p50_s,
                durations.p99_s.max(durations.p50_s),
                durations.max_s.max(durations.p99_s),
            ))
        })
    }

    /// The memory of a function's application, in MB.
    pub(super) fn memory_mb(&self, function: &FunctionCounts) -> Option<f64> {
        self.memory_mb.get(&function.app).copied()
    }

    /// Whether it tells durations.
    pub(super) fn tells_durations(&self) -> bool {
        !self.durations.is_empty()
    }
}
