//! What is known of one workload.

use landfall_source::Span;
use landfall_units::Range;

use crate::fact::FactId;
use crate::value::Value;

/// How a fact came to be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Written in the file, there.
    Given(Span),
    /// Computed from other facts.
    Derived,
    /// Taken from a documented default, because a number was needed.
    Assumed,
}

/// A known fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its value.
    pub value: Value,
    /// How it came to be known.
    pub origin: Origin,
}

/// The time within which all but 1 in 100 units of work must be done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeTarget {
    /// The fact that says so.
    pub fact: FactId,
    /// In seconds.
    pub seconds: f64,
}

/// What is known of one workload: an entry for each [`FactId`], or none.
///
/// Derived facts are kept up to date: whoever changes a fact here also changes
/// what follows from it.
///
/// A quantity that is unknown may have a bound: a setting, as a timeout or a memory size,
/// is no measurement, and says only how much it is at most.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    pub(crate) entries: Vec<Option<Entry>>,
    /// Bounds from above, in base units, in the order of the facts.
    pub(crate) bounds: Vec<(FactId, f64)>,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            entries: vec![None; FactId::ALL.len()],
            bounds: Vec::new(),
        }
    }
}

impl Facts {
    /// The entry of a fact.
    pub fn entry(&self, fact: FactId) -> Option<&Entry> {
        self.entries.get(fact.index()).and_then(Option::as_ref)
    }

    /// The value of a fact.
    pub fn get(&self, fact: FactId) -> Option<&Value> {
        self.entry(fact).map(|entry| &entry.value)
    }

    /// Whether another has the same values and bounds, wherever they stand in a file.
    pub fn has_values_of(&self, other: &Self) -> bool {
        let mut all = FactId::ALL.iter();
        self.bounds == other.bounds && all.all(|fact| self.get(*fact) == other.get(*fact))
    }

    /// The truth value of a flag.
    pub fn flag(&self, fact: FactId) -> Option<bool> {
        match self.get(fact) {
            Some(Value::Flag(flag)) => Some(*flag),
            _ => None,
        }
    }

    /// The word of a choice.
    pub fn choice(&self, fact: FactId) -> Option<&'static str> {
        match self.get(fact) {
            Some(Value::Choice(word)) => Some(word),
            _ => None,
        }
    }

    /// The words of a list.
    pub fn choices(&self, fact: FactId) -> Option<&[&'static str]> {
        match self.get(fact) {
            Some(Value::Choices(words)) => Some(words),
            _ => None,
        }
    }

    /// The text of a text.
    pub fn text(&self, fact: FactId) -> Option<&str> {
        match self.get(fact) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The range of a quantity, in base units.
    pub fn range(&self, fact: FactId) -> Option<Range<f64>> {
        match self.get(fact) {
            Some(Value::Quantity(range)) => Some(*range),
            _ => None,
        }
    }

    /// The likely value of a quantity, in base units.
    pub fn likely(&self, fact: FactId) -> Option<f64> {
        self.range(fact).map(|range| range.likely())
    }

    /// The target for time that applies: of `targets.latency_p99` and
    /// `targets.finish_within` the shorter, since both are held against the same
    /// percentile. None where neither is known.
    pub fn time_target(&self) -> Option<TimeTarget> {
        let given = [FactId::LatencyP99, FactId::FinishWithin];
        let given = given.into_iter().filter_map(|fact| {
            let seconds = self.likely(fact)?;
            Some(TimeTarget { fact, seconds })
        });
        given.min_by(|a, b| a.seconds.total_cmp(&b.seconds))
    }

    /// What a quantity is at most, in base units, where that is all that is said of it.
    pub fn at_most(&self, fact: FactId) -> Option<f64> {
        let place = self.bounds.binary_search_by_key(&fact, |(one, _)| *one);
        let bound = place.ok().and_then(|place| self.bounds.get(place));
        bound.map(|(_, most)| *most)
    }

    /// What a quantity is at most, in base units, by its own bound or by one that follows:
    /// no percentile of the duration, nor its mean, is above what the longest is at most.
    pub fn most(&self, fact: FactId) -> Option<f64> {
        use FactId as F;
        let at_most: &[FactId] = match fact {
            F::DurationP50 => &[F::DurationP50, F::DurationP99, F::DurationMax],
            F::DurationP99 => &[F::DurationP99, F::DurationMax],
            F::DurationMean => &[F::DurationMax],
            _ => return self.at_most(fact),
        };
        let bounds = at_most.iter().filter_map(|one| self.at_most(*one));
        bounds.min_by(f64::total_cmp)
    }

    /// The value as its user would type it, or `at most` its bound.
    pub fn show(&self, fact: FactId) -> Option<String> {
        self.get(fact).map(|value| value.show(fact)).or_else(|| {
            let most = Value::exact(self.at_most(fact)?);
            Some(format!("at most {}", most.show(fact)))
        })
    }

    /// True when nothing is known of the fact.
    pub fn is_unknown(&self, fact: FactId) -> bool {
        self.entry(fact).is_none()
    }

    pub(crate) fn put(&mut self, fact: FactId, entry: Option<Entry>) {
        if let Some(slot) = self.entries.get_mut(fact.index()) {
            *slot = entry;
        }
    }
}
