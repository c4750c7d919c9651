//! What may happen a second: a bucket of tokens.

/// A bucket of tokens, refilled continuously up to its size.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tokens {
    left: f64,
    most: f64,
    per_s: f64,
    at_s: f64,
}

impl Tokens {
    pub(crate) const fn new(most: f64, per_s: f64) -> Self {
        Self {
            left: most,
            most,
            per_s,
            at_s: 0.0,
        }
    }

    pub(crate) fn take(&mut self, at_s: f64) -> bool {
        let left = self.left + (at_s - self.at_s) * self.per_s;
        self.left = if left < self.most { left } else { self.most };
        self.at_s = at_s;
        let whole = self.left >= 1.0;
        if whole {
            self.left -= 1.0;
        }
        whole
    }
}
