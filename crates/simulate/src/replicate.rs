//! Independent runs side by side, put together in order: the same on any number of
//! threads.

use landfall_source::Result;
use rayon::prelude::*;

use crate::random::Streams;
use crate::run::Outcome;

/// Makes so many independent runs of the same set-ups and puts them together.
///
/// # Errors
/// The first problem of any of them.
pub fn replicate(
    number: u32,
    streams: Streams,
    run: impl Fn(Streams) -> Result<Vec<Outcome>> + Sync + Send,
) -> Result<Vec<Outcome>> {
    let runs: Result<Vec<Vec<Outcome>>> = (0..number.max(1))
        .into_par_iter()
        .map(|place| run(streams.index(u64::from(place))))
        .collect();
    let mut runs = runs?.into_iter();
    let mut whole = runs.next().unwrap_or_default();
    for other in runs {
        for (outcome, more) in whole.iter_mut().zip(other) {
            outcome.join(more);
        }
    }
    Ok(whole)
}

/// Does the same to each of some things, side by side, results in order.
pub fn each<'t, T: Sync, U: Send>(
    things: &'t [T],
    work: impl Fn(&'t T) -> U + Sync + Send,
) -> Vec<U> {
    things.par_iter().map(&work).collect()
}
