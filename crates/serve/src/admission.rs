//! How many answers are made at once, and how long anybody waits for one.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use landfall_answers::Problem;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::refusal::Refusal;

/// Answers that are made at once.
pub(crate) const AT_ONCE: usize = 2;

/// The right to make answers, shared by everything that asks one process.
#[derive(Debug, Clone)]
pub(crate) struct Admission {
    free: Arc<Semaphore>,
    /// How long one waits for an answer; none for as long as it takes.
    patience: Option<Duration>,
}

impl Admission {
    pub(crate) fn new(patience: Option<Duration>) -> Self {
        let free = Arc::new(Semaphore::new(AT_ONCE));
        Self { free, patience }
    }

    /// Makes an answer now, or refuses to where as many as allowed are in the making.
    pub(crate) async fn now<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let permit = self.free.clone().try_acquire_owned().map_err(|_| busy())?;
        self.within(permit, work).await
    }

    /// Makes an answer when there is room for it.
    pub(crate) async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let turn = self.free.clone().acquire_owned();
        let permit = match self.patience {
            Some(patience) => timeout(patience, turn).await.map_err(|_| busy())?,
            None => turn.await,
        };
        self.within(permit.map_err(|_| busy())?, work).await
    }

    /// Makes an answer on a thread of its own. One that takes too long is not waited for; its
    /// permit is free again when it is made.
    async fn within<T: Send + 'static>(
        &self,
        permit: OwnedSemaphorePermit,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let working = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        let made = match self.patience {
            Some(patience) => timeout(patience, working)
                .await
                .map_err(|_| too_long(patience))?,
            None => working.await,
        };
        made.map_err(|_| Refusal::from(Problem::Fault("an answer broke off".to_owned())))
    }
}

fn busy() -> Refusal {
    let hint = "ask again in a second";
    let detail = format!("{AT_ONCE} answers are in the making");
    Refusal::new(StatusCode::TOO_MANY_REQUESTS, &detail, hint)
}

fn too_long(patience: Duration) -> Refusal {
    let detail = format!("the answer takes longer than {} s", patience.as_secs_f64());
    let hint = "draw fewer scenarios, start with a longer --timeout, or ask `landfall` itself";
    Refusal::new(StatusCode::SERVICE_UNAVAILABLE, &detail, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block_on<T>(work: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_time()
            .build()
            .unwrap();
        let done = runtime.block_on(work);
        runtime.shutdown_background();
        done
    }

    /// As many as allowed are made; one more is refused at once, or waits its turn.
    #[test]
    fn one_more_than_allowed_is_refused_or_waits() {
        block_on(async {
            let admission = Admission::new(None);
            let (end, ended) = std::sync::mpsc::channel::<()>();
            let ended = Arc::new(std::sync::Mutex::new(ended));
            let running: Vec<_> = (0..AT_ONCE)
                .map(|_| {
                    let (admission, ended) = (admission.clone(), ended.clone());
                    let work = move || ended.lock().unwrap().recv().is_ok();
                    tokio::spawn(async move { admission.now(work).await })
                })
                .collect();
            while admission.free.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
            let refused = admission.now(|| 1).await.unwrap_err();
            assert_eq!(refused.document()["status"], 429);
            let other = admission.clone();
            let waiting = tokio::spawn(async move { other.in_turn(|| 2).await });
            for _ in 0..AT_ONCE {
                end.send(()).unwrap();
            }
            assert_eq!(waiting.await.unwrap().unwrap(), 2);
            for one in running {
                assert!(one.await.unwrap().unwrap());
            }
        });
    }

    /// Whoever waits too long is told so, and the permit comes back with the answer.
    #[test]
    fn what_takes_too_long_is_said() {
        block_on(async {
            let admission = Admission::new(Some(Duration::from_millis(20)));
            let (end, ended) = std::sync::mpsc::channel::<()>();
            let refused = admission.now(move || ended.recv().is_ok()).await;
            assert_eq!(refused.unwrap_err().document()["status"], 503);
            assert_eq!(admission.free.available_permits(), AT_ONCE - 1);
            end.send(()).unwrap();
            while admission.free.available_permits() < AT_ONCE {
                tokio::task::yield_now().await;
            }
            // A panic is a fault of ours, not of who asked.
            let work: fn() -> u8 = || panic!("broken off");
            let refused = Admission::new(None).in_turn(work).await.unwrap_err();
            assert_eq!(refused.document()["status"], 500);
        });
    }
}
