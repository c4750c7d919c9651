//! Running something until it is done, or this process is asked to end.

use std::io;

use tokio::signal::unix::{SignalKind, signal};

use crate::trouble::Trouble;

/// Does some work on this thread, unless the process is asked to end: then the work is dropped,
/// and with it everything that it has started ends.
pub(crate) fn until_asked_to_end<T>(
    work: impl Future<Output = Result<T, Trouble>>,
) -> Result<T, Trouble> {
    let on_this_thread = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = on_this_thread.map_err(|error| Trouble::machine("start", &error))?;
    runtime.block_on(async {
        let asked = asked_to_end().map_err(|error| Trouble::machine("wait for signals", &error))?;
        tokio::select! {
            biased;
            () = asked => Err(Trouble::interrupted()),
            done = work => done,
        }
    })
}

fn asked_to_end() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    })
}
