//! Independent runs side by side, put together in order: the same on any number of
//! threads.

use std::hint::black_box;
use std::sync::Once;

use landfall_source::Result;
use rayon::ThreadPoolBuilder;
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
    begin();
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
    begin();
    things.par_iter().map(&work).collect()
}

/// Begins the threads, once, and clears the registers of those and of this.
fn begin() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        let threads = ThreadPoolBuilder::new().start_handler(|_| clear_registers());
        // Where somebody else has begun them, theirs are used.
        let _ = threads.build_global();
    });
    clear_registers();
}

/// Clears the upper halves of the vector registers of this thread.
///
/// A thread begins with the registers of the one that starts it. Where those are in use, as a
/// thread of a server may leave them, each instruction of the older set (those of the exponential
/// function, among others) waits for the one before, and everything takes twice as long. A search
/// by the newer set clears them when it ends (Intel 64 and IA-32 Architectures Optimization Reference
/// Manual, on mixing AVX code with SSE code).
fn clear_registers() {
    const ENOUGH_BYTES: usize = 256;
    black_box(memchr::memchr(1, black_box(&[0; ENOUGH_BYTES])));
}
