//! Where the recommendation changes: by root-finding along the same pipeline.

use landfall_workload::{FactId, Facts, Value};

use crate::decision::Tipping;
use crate::evaluate::Context;

/// How far to look, as a factor of today's value, and in which steps.
const FURTHEST: f64 = 1e4;
const STEP: f64 = 2.0;
/// Halvings of the last step: to about one part in a thousand.
const HALVINGS: usize = 10;

impl Context<'_> {
    /// The nearest changes above and below today's value of a quantity.
    pub(crate) fn tipping(&self, facts: &Facts, fact: FactId, today: Option<&str>) -> Vec<Tipping> {
        let (Some(from), Some(value)) = (today, facts.likely(fact)) else {
            return Vec::new();
        };
        if value <= 0.0 {
            return Vec::new();
        }
        let winner_at = |at: f64| {
            let moved = facts.with(fact, Value::exact(at));
            self.winner(&self.evaluate(&moved)).map(str::to_owned)
        };
        // Today's range is narrowed to its likely value, so that only the value moves.
        if winner_at(value).as_deref() != Some(from) {
            return Vec::new();
        }
        [1.0 / STEP, STEP]
            .into_iter()
            .filter_map(|step| {
                let mut near = value;
                let mut far = value * step;
                while far <= value * FURTHEST && far >= value / FURTHEST {
                    if winner_at(far).as_deref() != Some(from) {
                        for _ in 0..HALVINGS {
                            let middle = (near * far).sqrt();
                            if winner_at(middle).as_deref() == Some(from) {
                                near = middle;
                            } else {
                                far = middle;
                            }
                        }
                        return Some(Tipping {
                            fact,
                            at: far,
                            from: from.to_owned(),
                            to: winner_at(far),
                        });
                    }
                    near = far;
                    far *= step;
                }
                None
            })
            .collect()
    }
}
