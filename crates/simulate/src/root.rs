//! Where a falling function passes zero.

/// The number between two others at which a falling function passes zero, as closely as is asked
/// for; an end where it does not. Where it jumps, the end above the jump of what is left.
///
/// By interpolation, truncation and projection (Oliveira and Takahashi, An enhancement of the
/// bisection method average performance preserving minmax optimality, ACM Transactions on
/// Mathematical Software 47, 2020, with `n0 = 1`, `k1 = 0.2 / (b - a)` and `k2 = 2`): at most one
/// evaluation more than bisection takes, and few for what is smooth.
pub(crate) fn falls_to_zero(of: impl Fn(f64) -> f64, low: f64, high: f64, within: f64) -> f64 {
    let (mut low, mut high) = (low, high);
    let (mut at_low, mut at_high) = (of(low), of(high));
    if at_low <= 0.0 {
        return low;
    }
    if at_high > 0.0 {
        return high;
    }
    let width = high - low;
    let half = 0.5 * within;
    // A bracket that is no wider takes no step; one beyond what numbers hold ends at the last bit.
    let most = (width / within).log2().ceil().clamp(0.0, LAST_BIT) + 1.0;
    let mut reach = half * most.exp2();
    for _ in 0..most as u32 {
        let wide = high - low;
        if wide <= within {
            break;
        }
        let middle = f64::midpoint(low, high);
        let chord = (low * at_high - high * at_low) / (at_high - at_low);
        let towards = middle - chord;
        let step = (0.2 / width * wide * wide).min(towards.abs());
        let truncated = chord + step.copysign(towards);
        let most_off = (reach - 0.5 * wide).max(0.0);
        let off = (truncated - middle).abs().min(most_off);
        let next = middle - off.copysign(towards);
        let there = of(next);
        if there > 0.0 {
            (low, at_low) = (next, there);
        } else {
            (high, at_high) = (next, there);
        }
        reach *= 0.5;
    }
    high
}

/// Halvings after which two neighbours are left of any two numbers of one magnitude.
const LAST_BIT: f64 = 60.0;

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::falls_to_zero;

    #[test]
    fn roots_are_found_as_closely_as_is_asked_for() {
        let falling: [(&dyn Fn(f64) -> f64, f64); 5] = [
            (&|x| 2.0 - x * x, 2.0_f64.sqrt()),
            (&|x| (-x).exp() - 0.001, 0.001_f64.ln().abs()),
            (&|x: f64| 7.0 - x, 7.0),
            // A jump, and a plateau between two steps.
            (&|x| if x < 3.25 { 1.0 } else { -1e-9 }, 3.25),
            (&|x: f64| (5.0 - x).tanh().powi(9), 5.0),
        ];
        for (of, root) in falling {
            let asked = Cell::new(0);
            let counted = |x| {
                asked.set(asked.get() + 1);
                of(x)
            };
            let found = falls_to_zero(counted, 0.0, 10.0, 1e-10);
            assert!((found - root).abs() <= 1e-10, "{found} {root}");
            // Bisection takes 37, and the two ends are looked at.
            assert!(asked.get() <= 40, "{} for {root}", asked.get());
        }
        let asked = Cell::new(0);
        let smooth = |x: f64| {
            asked.set(asked.get() + 1);
            2.0 - x * x
        };
        falls_to_zero(smooth, 0.0, 10.0, 1e-10);
        assert!(asked.get() <= 14, "{}", asked.get());
        // An end, where it does not pass.
        assert!((falls_to_zero(|x| -x - 1.0, 0.0, 1.0, 1e-9)).abs() < 1e-12);
        assert!((falls_to_zero(|x| 2.0 - x, 0.0, 1.0, 1e-9) - 1.0).abs() < 1e-12);
    }
}
