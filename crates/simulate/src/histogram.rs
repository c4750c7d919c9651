//! Counts of durations, in bins that widen with the duration.

/// Bits of the mantissa that tell bins apart: bins are below 0.8% wide.
const BITS: u32 = 7;
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - BITS;
/// Shortest duration told apart, in seconds (a power of two near a microsecond).
const SHORTEST_S: f64 = 1.0 / (1_u32 << 20) as f64;
/// The key of the shortest duration.
const FIRST: u64 = SHORTEST_S.to_bits() >> SHIFT;
/// Powers of two covered: up to some 140 years.
const OCTAVES: usize = 52;
/// Bins of a power of two.
const BINS: usize = 1 << BITS;

/// A histogram of durations, log-linear as in HDR histograms: the bin of a duration
/// is read off the bits of the number.
#[derive(Debug, Clone, Default)]
pub struct Histogram {
    /// The bins of each power of two; none before the first duration.
    counts: Vec<[u64; BINS]>,
    /// A bit for each power of two that holds anything: the others are never looked at.
    touched: u64,
    max_s: f64,
}

impl Histogram {
    /// Counts one duration, in seconds.
    #[inline]
    pub fn add(&mut self, seconds: f64) {
        let key = (seconds.max(SHORTEST_S).to_bits() >> SHIFT) - FIRST;
        let bin = (key as usize).min(OCTAVES * BINS - 1);
        let octave = bin >> BITS;
        self.touched |= 1 << octave;
        self.max_s = self.max_s.max(seconds);
        if self.counts.is_empty() {
            self.begin();
        }
        let bins = self.counts.get_mut(octave);
        if let Some(count) = bins.and_then(|bins| bins.get_mut(bin % BINS)) {
            *count += 1;
        }
    }

    /// Makes room for the first duration.
    #[cold]
    fn begin(&mut self) {
        self.counts = vec![[0; BINS]; OCTAVES];
    }

    /// The powers of two that hold anything, each with its bins.
    fn octaves(&self) -> impl Iterator<Item = (usize, &[u64; BINS])> + '_ {
        let all = self.counts.iter().enumerate();
        all.filter(|(octave, _)| self.touched >> octave & 1 > 0)
    }

    /// Adds all of another's, each `times` times.
    pub fn merge(&mut self, other: &Self, times: u64) {
        if self.counts.is_empty() && other.touched > 0 {
            self.begin();
        }
        for (octave, more) in other.octaves() {
            let bins = self.counts.get_mut(octave).into_iter().flatten();
            for (count, more) in bins.zip(more) {
                *count += more * times;
            }
        }
        self.touched |= other.touched;
        self.max_s = self.max_s.max(other.max_s);
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        let touched = std::mem::take(&mut self.touched);
        for (octave, bins) in self.counts.iter_mut().enumerate() {
            if touched >> octave & 1 > 0 {
                bins.fill(0);
            }
        }
        self.max_s = 0.0;
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.octaves().flat_map(|(_, bins)| bins).sum()
    }

    /// The longest, in seconds, exactly.
    pub const fn max_s(&self) -> f64 {
        self.max_s
    }

    /// The duration that a share of them (0 to 1) do not exceed, in seconds, to half
    /// a bin (0.4%); zero when there are none.
    pub fn quantile_s(&self, share: f64) -> f64 {
        let count = self.count();
        if count == 0 {
            return 0.0;
        }
        let wanted = share.clamp(0.0, 1.0) * count as f64;
        let mut below = 0.0;
        for (from, to, here) in self.bins() {
            let here = here as f64;
            if below + here >= wanted {
                let within = ((wanted - below) / here).clamp(0.0, 1.0);
                return (to - from).mul_add(within, from).min(self.max_s);
            }
            below += here;
        }
        self.max_s
    }

    /// How many do not exceed a duration, in seconds, to a part of a bin.
    pub(crate) fn count_within(&self, seconds: f64) -> f64 {
        let mut below = 0.0;
        for (from, to, count) in self.bins() {
            if to > seconds {
                let part = ((seconds - from) / (to - from)).clamp(0.0, 1.0);
                return (count as f64).mul_add(part, below);
            }
            below += count as f64;
        }
        below
    }

    /// The mean, in seconds, to the width of a bin.
    pub fn mean_s(&self) -> f64 {
        let count = self.count();
        let sum: f64 = self
            .bins()
            .map(|(from, to, count)| f64::midpoint(from, to) * count as f64)
            .sum();
        if count == 0 { 0.0 } else { sum / count as f64 }
    }

    /// Bins that hold anything: from, to (in seconds), count.
    pub fn bins(&self) -> impl Iterator<Item = (f64, f64, u64)> + '_ {
        let all = self.octaves().flat_map(|(octave, bins)| {
            let first = octave * BINS;
            bins.iter()
                .enumerate()
                .map(move |(bin, count)| (first + bin, count))
        });
        all.filter(|(_, count)| **count > 0)
            .map(|(bin, count)| (edge(bin), edge(bin + 1), *count))
    }
}

/// Where a bin begins, in seconds.
fn edge(bin: usize) -> f64 {
    f64::from_bits((FIRST + bin as u64) << SHIFT)
}
