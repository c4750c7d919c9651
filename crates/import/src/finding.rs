//! What an input says: a value, its place, and whether it is sure.

use std::fmt;

use landfall_units::Range;
use landfall_workload::{FactId, Value};

/// Where something stands: `template.yaml:17`, or `report.log, 12331 requests`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    file: String,
    at: At,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    Line(usize),
    Samples(String),
    Whole,
}

impl Place {
    /// A line of a file, from 1.
    pub fn line(file: &str, line: usize) -> Self {
        Self {
            file: file.to_owned(),
            at: At::Line(line),
        }
    }

    /// What was counted or measured in a file.
    pub fn samples(file: &str, what: String) -> Self {
        Self {
            file: file.to_owned(),
            at: At::Samples(what),
        }
    }

    /// What somebody said, in a word or two.
    pub fn said(who: &str) -> Self {
        Self {
            file: who.to_owned(),
            at: At::Whole,
        }
    }

    /// The name of the file.
    pub fn file(&self) -> &str {
        &self.file
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            At::Line(line) => write!(f, "{}:{line}", self.file),
            At::Samples(what) => write!(f, "{}, {what}", self.file),
            At::Whole => f.write_str(&self.file),
        }
    }
}

/// What is said of a fact.
#[derive(Debug, Clone, PartialEq)]
pub enum Said {
    /// Its value.
    Value(Value),
    /// What it is at most, in base units.
    AtMost(f64),
}

/// What a finding rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// Somebody wrote it.
    Setting,
    /// It was measured.
    Measured,
}

/// One fact as one input says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The fact.
    pub fact: FactId,
    /// What is said of it.
    pub said: Said,
    /// Where.
    pub place: Place,
    /// What it rests on.
    pub basis: Basis,
    /// Why it is no more than a guess; none where it is sure.
    pub guess: Option<String>,
    /// More about the value, for its reader.
    pub remark: Option<String>,
}

impl Finding {
    /// A setting that is sure.
    pub fn setting(fact: FactId, said: Said, place: Place) -> Self {
        Self {
            fact,
            said,
            place,
            basis: Basis::Setting,
            guess: None,
            remark: None,
        }
    }

    /// A measurement.
    pub fn measured(fact: FactId, value: f64, place: Place) -> Self {
        Self {
            basis: Basis::Measured,
            ..Self::setting(fact, Said::Value(Value::exact(value)), place)
        }
    }

    /// The same, as a guess.
    #[must_use]
    pub fn guessed(mut self, why: impl Into<String>) -> Self {
        self.guess = Some(why.into());
        self
    }

    /// The same, as a guess where there is a reason to call it one.
    #[must_use]
    pub fn unless(mut self, why: Option<String>) -> Self {
        self.guess = self.guess.or(why);
        self
    }

    /// The same, with more about the value.
    #[must_use]
    pub fn remark(mut self, remark: impl Into<String>) -> Self {
        self.remark = Some(remark.into());
        self
    }

    /// The range, where the value is one.
    pub fn range(&self) -> Option<Range<f64>> {
        match &self.said {
            Said::Value(Value::Quantity(range)) => Some(*range),
            _ => None,
        }
    }
}

/// A fact that an input raises and does not settle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// The fact.
    pub fact: FactId,
    /// What is seen, as a hint for whoever answers.
    pub hint: String,
    /// Where.
    pub place: Place,
}

/// Something that was read and is no fact of a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is.
    pub what: String,
    /// Where.
    pub place: Place,
}

/// A database, cache, broker or bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    /// Its name in the input.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// Where.
    pub place: Place,
}

/// What one input tells of one workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its name there.
    pub name: String,
    /// Other names by which another input may know it.
    pub also: Vec<String>,
    /// Whether it was only measured: it is of a workload that another input names, where
    /// there is one.
    pub is_measured: bool,
    /// How it runs today.
    pub today: Vec<Note>,
    /// What is known of it.
    pub findings: Vec<Finding>,
    /// What is asked of it.
    pub open: Vec<Open>,
    /// What starts it as well and is of no kind of trigger that is known.
    pub started: Vec<Open>,
}

impl Found {
    /// Nothing yet, under a name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            also: Vec::new(),
            is_measured: false,
            today: Vec::new(),
            findings: Vec::new(),
            open: Vec::new(),
            started: Vec::new(),
        }
    }

    /// Adds something that starts it and is of no kind that is known: with another trigger
    /// beside it, none is settled.
    pub fn is_started(&mut self, hint: impl Into<String>, place: Place) {
        self.started.push(Open {
            fact: FactId::Trigger,
            hint: hint.into(),
            place,
        });
    }

    /// Adds a finding.
    pub fn say(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds a flag that is sure to hold.
    pub fn holds(&mut self, fact: FactId, place: Place) {
        self.say(Finding::setting(
            fact,
            Said::Value(Value::Flag(true)),
            place,
        ));
    }

    /// Adds a question.
    pub fn ask(&mut self, fact: FactId, hint: impl Into<String>, place: Place) {
        self.open.push(Open {
            fact,
            hint: hint.into(),
            place,
        });
    }

    /// Adds how it runs today.
    pub fn runs(&mut self, what: impl Into<String>, place: Place) {
        self.today.push(Note {
            what: what.into(),
            place,
        });
    }

    /// Whether something is said of a fact.
    pub fn knows(&self, fact: FactId) -> bool {
        self.findings.iter().any(|finding| finding.fact == fact)
    }
}

/// All that one input tells.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Part {
    /// What the input calls the system.
    pub name: Option<String>,
    /// The region, with its place.
    pub region: Option<(String, Place)>,
    /// Workloads.
    pub found: Vec<Found>,
    /// Data stores.
    pub stores: Vec<Store>,
    /// Read, and no fact of a workload.
    pub unused: Vec<Note>,
    /// Not read.
    pub unread: Vec<Note>,
}

impl Part {
    /// Notes what was read and is no fact.
    pub fn unused(&mut self, what: impl Into<String>, place: Place) {
        self.unused.push(Note {
            what: what.into(),
            place,
        });
    }

    /// Notes what was not read.
    pub fn unread(&mut self, what: impl Into<String>, place: Place) {
        self.unread.push(Note {
            what: what.into(),
            place,
        });
    }
}
