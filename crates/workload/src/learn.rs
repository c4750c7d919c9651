//! Learning and forgetting facts, with what follows from them.

use landfall_source::Span;
use landfall_units::Range;

use crate::derive;
use crate::fact::{FactId, FactSet};
use crate::facts::{Entry, Facts, Origin};
use crate::value::Value;

impl Facts {
    /// The given facts that would have to be learned before this one is known:
    /// itself, or what a derived fact lacks. Empty when it is known.
    pub fn lacking(&self, fact: FactId) -> FactSet {
        if self.is_unknown(fact) {
            derive::lacking(self, fact)
        } else {
            FactSet::EMPTY
        }
    }

    /// Sets a fact, and what follows from it. Its bound is forgotten, unless the value is
    /// assumed.
    pub fn set(&mut self, fact: FactId, value: Value, origin: Origin) {
        if origin != Origin::Assumed {
            self.bounds.retain(|(one, _)| *one != fact);
        }
        self.put(fact, Some(Entry { value, origin }));
        derive::derive_all(self);
    }

    /// Says what a quantity is at most, in base units; nothing else is known of it then.
    pub fn set_at_most(&mut self, fact: FactId, most: f64) {
        self.forget(fact);
        self.bounds.push((fact, most));
        self.bounds.sort_by_key(|(one, _)| *one);
    }

    /// Forgets a fact with its bound, and what followed from it.
    pub fn forget(&mut self, fact: FactId) {
        self.put(fact, None);
        self.bounds.retain(|(one, _)| *one != fact);
        derive::derive_all(self);
    }

    /// The same facts with one more learned.
    #[must_use]
    pub fn with(&self, fact: FactId, value: Value) -> Self {
        let mut facts = self.clone();
        facts.set(fact, value, Origin::Given(Span::default()));
        facts
    }

    /// The same facts with ranges narrowed to the values that `value` gives for them,
    /// and with what follows from these.
    #[must_use]
    pub fn narrowed(&self, value: impl Fn(FactId, Range<f64>) -> Option<f64>) -> Self {
        let mut facts = self.clone();
        for (fact, slot) in FactId::ALL.iter().zip(&mut facts.entries) {
            if let Some(entry) = slot
                && let Value::Quantity(range) = &entry.value
                && let Some(narrow) = value(*fact, *range)
            {
                entry.value = Value::exact(narrow);
            }
        }
        derive::derive_all(&mut facts);
        facts
    }
}
