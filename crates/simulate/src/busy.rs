//! How many units of work are under way at once, and how many of them environments that are
//! kept ready can do.

use crate::curve::QUANTILES;
use crate::law::upper_tail;
use crate::load::Load;

const MINUTE_S: f64 = 60.0;
/// Of 100 minutes, 99 stay within one figure, and of a thousand of the busiest all but one
/// within the other.
const BUSY_MINUTES: f64 = 0.01;
const BUSIEST_MINUTES: f64 = 0.001;

/// An offered load in erlangs, and the share of the time that it stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Offered {
    pub(crate) load: f64,
    pub(crate) share: f64,
}

/// What so many servers without a queue carry, in erlangs, on average over offered loads.
pub(crate) fn carried(loads: &[Offered], number: u32) -> f64 {
    let carries = |one: &Offered| one.share * one.load * (1.0 - lost(one.load, number.into()));
    loads.iter().map(carries).sum()
}

/// The most servers without a queue of which each carries at least a share, in erlangs.
pub(crate) fn worth_keeping(loads: &[Offered], share: f64, most: u32) -> u32 {
    let lowest = loads.iter().map(|one| one.load).fold(f64::MAX, f64::min);
    // So many are mostly worth keeping. What one carries falls with their number: where one more
    // is worth it, they all are.
    let begin = (lowest - DEVIATIONS * lowest.sqrt()).floor();
    let begin = (begin.max(0.0) as u32).min(most);
    let mut servers = Servers::with(loads, begin);
    let is_worth = |servers: &mut Servers| servers.next_carries() >= share;
    if begin > 0 && begin < most && is_worth(&mut servers) {
        return begin
            + 1
            + (begin + 1..most)
                .take_while(|_| is_worth(&mut servers))
                .count() as u32;
    }
    let mut servers = Servers::with(loads, 0);
    (0..most).take_while(|_| is_worth(&mut servers)).count() as u32
}

/// Standard deviations of a number at work below its mean, at which another server is at work
/// nearly always.
const DEVIATIONS: f64 = 3.0;

/// The share of an offered load that so many servers without a queue lose (Erlang B), by the
/// recursion `B(n) = a B(n-1) / (n + a B(n-1))`, that is `1/B(n) = 1 + n/a 1/B(n-1)`, which needs
/// no division.
///
/// It forgets where it began: since `B(n) >= 1 - n/a`, an error shrinks with each server at least
/// by `n/a`, below `exp(-(a - n)/a)`. So it begins at the first number from which an error is
/// beyond the last bit at the end, or at the load.
fn lost(load: f64, servers: f64) -> f64 {
    /// The logarithm of what an error shrinks by: more than bits of a number.
    const FORGOTTEN: f64 = 41.0;
    /// So little is lost that more servers make no difference.
    const NEVER: f64 = 1e-20;
    let missing = (load - servers).max(0.0);
    let back = missing.hypot((2.0 * FORGOTTEN * load).sqrt()) - missing;
    let mut number = (servers.min(load) - back).floor().max(0.0);
    let mut over_lost = if number > 0.0 {
        1.0 / (1.0 - number / load)
    } else {
        1.0
    };
    let over_load = 1.0 / load;
    while number < servers && over_lost < 1.0 / NEVER {
        number += 1.0;
        over_lost = 1.0 + number * over_load * over_lost;
    }
    1.0 / over_lost
}

/// Servers that are added one by one, without a queue.
struct Servers {
    /// Offered loads, each with the share of it that is lost.
    points: Vec<(Offered, f64)>,
    number: f64,
}

impl Servers {
    fn with(loads: &[Offered], number: u32) -> Self {
        let number = f64::from(number);
        let point = |one: &Offered| (*one, lost(one.load, number));
        Self {
            points: loads.iter().map(point).collect(),
            number,
        }
    }

    /// What one more carries, in erlangs, on average over the loads.
    fn next_carries(&mut self) -> f64 {
        self.number += 1.0;
        let mut carried = 0.0;
        for (Offered { load, share }, lost) in &mut self.points {
            let before = *lost;
            *lost = *load * before / (self.number + *load * before);
            carried += *share * *load * (before - *lost);
        }
        carried
    }
}

/// Units of work at once that 99 of 100 minutes stay within, and the most, where each takes
/// `mean_s` seconds.
///
/// The number at work is Poisson with the mean `rate * mean` of its moment (M/G/infinity);
/// a minute has as many independent looks at it as units of work follow one another in it.
pub(crate) fn most_busy(load: &Load, mean_s: f64) -> (f64, f64) {
    let busy = load.rate_per_s * mean_s;
    if busy <= 0.0 {
        return (0.0, 0.0);
    }
    let looks = (MINUTE_S / mean_s).max(1.0);
    let exceeded = |at_work: &Poisson, number: &Number| {
        let (mean, value) = (at_work.mean, number.value);
        if value > mean + FAR * (1.0 + mean.sqrt()) {
            return 0.0;
        }
        if mean > LARGE && value < mean && looks > CERTAIN {
            return 1.0;
        }
        -(-looks * at_work.above(number)).exp_m1()
    };
    let levels = load.curve.map(|level| Poisson::new(busy * level));
    let over_the_day = |number: f64| {
        let number = Number::new(number);
        let mut before = (f64::NAN, 0.0);
        let shares = levels.iter().map(|level| {
            // Traffic that stays the same, and that of working hours, has few levels.
            if level.mean.to_bits() != before.0.to_bits() {
                before = (level.mean, exceeded(level, &number));
            }
            before.1
        });
        shares.sum::<f64>() / QUANTILES as f64
    };
    let highest = busy * load.peak_to_mean;
    let p99 = first_below(highest, BUSY_MINUTES, over_the_day);
    let busiest = Poisson::new(highest);
    let most = first_below(highest, BUSIEST_MINUTES, |number| {
        exceeded(&busiest, &Number::new(number))
    });
    (p99, most.max(p99).max(1.0))
}

/// So many standard deviations above its mean, and numbers more, a Poisson number never is: less
/// often than 1 in 10^18 times, of which a minute has far fewer.
const FAR: f64 = 9.0;

/// In so many looks a number that is below its mean half of the time is above it once, but for a
/// chance beyond the last bit.
const CERTAIN: f64 = 200.0;

/// The mean of a Gumbel law lies where so many more are expected beyond it: e to the power
/// of minus Euler's constant.
const AT_MEAN_OF_MOST: f64 = 0.561_459_483_566_885;

/// The most units of work at once in minutes with these means, on average.
///
/// A number is passed upwards `rate * P(it is at work)` times a second. Of these times, all
/// but the part `mean / (number + 1)` are soon passed again, so that the others are clumps of
/// their own (Aldous, Probability Approximations via the Poisson Clumping Heuristic, 1989,
/// section B12); clumps are Poisson, and the most follows from there.
pub(crate) fn most_within(means: &[f64], mean_s: f64) -> f64 {
    let looks = MINUTE_S / mean_s.max(f64::MIN_POSITIVE);
    let highest = means.iter().copied().fold(0.0, f64::max);
    if highest <= 0.0 {
        return 0.0;
    }
    // What is far below the highest hardly adds.
    let high = means.iter().filter(|mean| **mean > 0.5 * highest);
    let high: Vec<Poisson> = high.map(|mean| Poisson::new(*mean)).collect();
    let clumps = |at_work: &Poisson, number: &Number| {
        let passed = looks * at_work.mean * at_work.probability(number);
        passed * (1.0 - at_work.mean / (number.value + 1.0)).max(0.0)
    };
    let expected = |number: f64| -> f64 {
        if number < highest {
            return f64::INFINITY;
        }
        let number = Number::new(number);
        high.iter().map(|one| clumps(one, &number)).sum()
    };
    first_below(highest, AT_MEAN_OF_MOST, expected)
}

/// A whole number, with the logarithm of its factorial: looked at for many means.
struct Number {
    value: f64,
    ln_factorial: f64,
}

impl Number {
    fn new(value: f64) -> Self {
        Self {
            value,
            ln_factorial: libm::lgamma(value + 1.0),
        }
    }
}

/// The law of a number at work, with the logarithm of its mean: looked at for many numbers.
struct Poisson {
    mean: f64,
    ln_mean: f64,
}

/// Means from which the normal law stands for that of Poisson.
const LARGE: f64 = 30.0;

impl Poisson {
    fn new(mean: f64) -> Self {
        Self {
            mean,
            ln_mean: mean.max(f64::MIN_POSITIVE).ln(),
        }
    }

    /// The chance that it is this number.
    fn probability(&self, number: &Number) -> f64 {
        (number.value * self.ln_mean - self.mean - number.ln_factorial).exp()
    }

    /// The chance that it is above a number: summed up for small means, by the normal law for
    /// large ones.
    fn above(&self, number: &Number) -> f64 {
        let mean = self.mean;
        if mean > LARGE {
            return upper_tail((number.value + 0.5 - mean) / mean.sqrt());
        }
        // From the first term above on, each less than the last by `mean / n`.
        let mut n = number.value + 1.0;
        let mut term = self.probability(number) * mean / n;
        let mut tail = 0.0;
        while n < mean || term > tail * f64::EPSILON {
            tail += term;
            n += 1.0;
            term *= mean / n;
        }
        tail.min(1.0)
    }
}

/// The smallest whole number for which a falling function is no more than a bound.
fn first_below(around: f64, bound: f64, of: impl Fn(f64) -> f64) -> f64 {
    let mut low = 0.0;
    let mut high = (around + 12.0 * around.sqrt() + 12.0).ceil();
    if of(low) <= bound {
        return low;
    }
    // Numbers so large that one more makes no difference are halved to their last bit.
    for _ in 0..f64::MAX_EXP {
        if high - low <= 1.0 {
            break;
        }
        let middle = f64::midpoint(low, high).floor();
        if of(middle) <= bound {
            high = middle;
        } else {
            low = middle;
        }
    }
    high
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::erlang_b;

    #[test]
    fn what_is_kept_ready_carries_what_erlang_says() {
        let flat = |load: f64| [Offered { load, share: 0.25 }; 4];
        let large = [(4e4, 1_000), (4e4, 39_000), (4e4, 40_500), (4e4, 60_000)];
        let small = [(2.0, 2), (34.0, 5), (34.0, 40), (0.1, 1), (0.0, 3)];
        for (busy, ready) in small.into_iter().chain(large) {
            let exact = busy * (1.0 - erlang_b(busy, ready));
            let found = carried(&flat(busy), ready);
            assert!((found - exact).abs() <= 1e-9 * busy, "{found} {exact}");
            assert!(found <= f64::from(ready) + 1e-9);
        }
        // Of one more, the share at work is what the last adds.
        let ready = worth_keeping(&flat(34.0), 0.6, 1_000);
        let adds = |n: u32| carried(&flat(34.0), n) - carried(&flat(34.0), n - 1);
        assert!(adds(ready) >= 0.6 && adds(ready + 1) < 0.6, "{ready}");
        // Wherever the search begins.
        for (low, high) in [(900.0, 1_000.0), (10.0, 1_000.0), (3_000.0, 3_000.0)] {
            let loads = [low, high].map(|load| Offered { load, share: 0.5 });
            for share in [0.001, 0.3, 0.6, 0.999, 0.999_999] {
                let mut servers = Servers::with(&loads, 0);
                let one_by_one = (0..5_000).take_while(|_| servers.next_carries() >= share);
                let found = worth_keeping(&loads, share, 5_000);
                assert_eq!(found as usize, one_by_one.count(), "{low} {high} {share}");
            }
        }
    }

    #[test]
    fn tails_meet_where_the_normal_law_takes_over() {
        let tail = |mean: f64, number: f64| Poisson::new(mean).above(&Number::new(number));
        assert!((tail(2.0, 0.0) - (1.0 - (-2.0_f64).exp())).abs() < 1e-12);
        for number in [30.0, 40.0, 50.0] {
            let (below, above) = (tail(30.0, number), tail(30.01, number));
            assert!((above - below).abs() < 0.02, "{number}: {below} {above}");
        }
    }
}
