//! How many copies of a service stand all the time, where more comes at once than copies
//! can be launched for: found by simulation, since closed formulas know no launches.

use crate::evaluated::Priced;
use crate::following::Following;
use crate::size::Choice;

/// Sizes that it is looked for, the cheapest first.
const SIZES: usize = 3;
/// Halvings of the part of the copies of the peak that stands: to a sixteenth.
const HALVINGS: usize = 4;

/// What a configuration comes to.
pub(crate) enum Attempt {
    /// It costs no less than one that does the work: it was not simulated.
    Dear,
    /// It does not do the work.
    Misses,
    /// It does, as simulated.
    Does(Box<Priced>),
}

/// Of sizes that do not do the work by themselves, the cheapest that does with metrics at high
/// resolution, with a part of the copies of the peak standing, or with both, and the least such
/// part. `attempt` says what a
/// configuration comes to, and takes the next for dear if it costs no less; none where there
/// is no such configuration.
pub(crate) fn least_standing(
    sizes: &[Choice],
    mut attempt: impl FnMut(&Choice) -> Option<Attempt>,
) -> Option<Priced> {
    let mut best = None;
    for (size, high_resolution) in sizes
        .iter()
        .take(SIZES)
        .flat_map(|size| [(size, true), (size, false)])
    {
        let mut attempt = |standing_share: f64| {
            attempt(&size.followed(Following {
                standing_share,
                high_resolution,
            })?)
        };
        if high_resolution {
            match attempt(0.0) {
                // Not offered, or as dear as what is known.
                None | Some(Attempt::Dear) => continue,
                Some(Attempt::Misses) => {}
                Some(Attempt::Does(found)) => {
                    best = Some(*found);
                    continue;
                }
            }
        }
        let (mut low, mut high) = (0.0, 1.0);
        match attempt(high) {
            None | Some(Attempt::Misses) => continue,
            Some(Attempt::Dear) => {}
            Some(Attempt::Does(found)) => best = Some(*found),
        }
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            match attempt(middle) {
                None | Some(Attempt::Misses) => low = middle,
                Some(Attempt::Dear) => high = middle,
                Some(Attempt::Does(found)) => (best, high) = (Some(*found), middle),
            }
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_tried_of_what_cannot_stand() {
        let function = Choice::Function {
            memory_bytes: 1.0,
            architecture: "arm64",
            readiness: crate::size::ReadinessKind::None,
        };
        let asked = |_: &Choice| panic!("a function was asked to stand");
        assert!(least_standing(&[function], asked).is_none());
    }
}
