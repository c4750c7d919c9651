//! A setting as an input has it.

use landfall_workload::{FactId, Value};

use crate::finding::{Finding, Found, Place, Said};

/// A setting with its place, and why it is a guess, if it is.
#[derive(Debug, Clone)]
pub(crate) struct Set<T> {
    pub(crate) value: T,
    pub(crate) place: Place,
    pub(crate) guess: Option<String>,
}

impl<T> Set<T> {
    pub(crate) fn map<U>(self, change: impl FnOnce(T) -> Option<U>) -> Option<Set<U>> {
        Some(Set {
            value: change(self.value)?,
            place: self.place,
            guess: self.guess,
        })
    }
}

impl Set<f64> {
    /// Says that a fact is at most this, times a unit.
    pub(crate) fn bounds(self, found: &mut Found, fact: FactId, unit: f64) {
        let said = Said::AtMost(self.value * unit);
        found.say(Finding::setting(fact, said, self.place).unless(self.guess));
    }

    /// Says that a fact is this, times a unit.
    pub(crate) fn is(self, found: &mut Found, fact: FactId, unit: f64) {
        let said = Said::Value(Value::exact(self.value * unit));
        found.say(Finding::setting(fact, said, self.place).unless(self.guess));
    }
}

impl Set<bool> {
    /// Says that a flag is this.
    pub(crate) fn flag(self, found: &mut Found, fact: FactId) {
        let said = Said::Value(Value::Flag(self.value));
        found.say(Finding::setting(fact, said, self.place).unless(self.guess));
    }
}

impl Set<String> {
    /// Says that a fact is this text.
    pub(crate) fn text(self, found: &mut Found, fact: FactId) {
        let said = Said::Value(Value::Text(self.value.as_str().into()));
        found.say(Finding::setting(fact, said, self.place).unless(self.guess));
    }
}
