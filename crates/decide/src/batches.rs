//! Batches, lanes and shards of work that is pulled off queues and streams.

use landfall_catalog::{Capacity, Execution, Platform};
use landfall_simulate::{Forecast, Lanes, PulledLoad, Pulling};

use crate::decision::StreamSettings;
use crate::numbers::Numbers;
use crate::tuning::Tuning;
use crate::unfit::Unfit;

impl Numbers {
    /// The same where copies that live long share out the work: what a batch takes beside its
    /// units of work is theirs, each its part of a full batch. None where nothing changes.
    pub(crate) fn shared_out(&self, platform: &Platform) -> Option<Self> {
        let pulled = self.load.pulled.as_ref()?;
        let is_service = platform.execution == Execution::Service;
        let received = pulled.batch.min(pulled.received).max(1.0);
        let each_s = pulled.per_batch_s / received;
        if !is_service || each_s <= 0.0 {
            return None;
        }
        let mut numbers = self.clone();
        numbers.load.duration = self.load.duration.later(each_s);
        numbers.load.pulled = Some(PulledLoad {
            per_batch_s: 0.0,
            ..*pulled
        });
        Some(numbers)
    }

    /// Units of work of a batch, on average: 1 where they do not come in batches. `forecast`
    /// is for all copies together where `covers_copies`.
    pub(crate) fn batch_mean(
        &self,
        platform: &Platform,
        forecast: &Forecast,
        covers_copies: bool,
        tuning: &Tuning,
    ) -> f64 {
        let Some(pulled) = &self.load.pulled else {
            return forecast.batch;
        };
        match (
            platform.execution,
            platform.capacity,
            platform.family.as_str(),
        ) {
            (Execution::PerRequest, _, _) | (_, Capacity::Lambda, _) => forecast.batch,
            (Execution::Job, _, _) => 1.0,
            // An event source mapping, too.
            (_, _, "lambda") => pulled.mean_batch(&self.load, self.load.threads),
            _ => {
                let copies = if covers_copies { self.copies } else { 1.0 };
                let consumers = (forecast.units_mean / copies).max(1.0);
                let rate_per_s = self.load.rate_per_s / consumers;
                pulled.received_mean(rate_per_s, tuning.queue_receive, forecast.run_s)
            }
        }
    }

    /// Why a function cannot keep up with its stream where an environment has so many vCPUs.
    pub(crate) fn falls_behind(&self, vcpus: f64) -> Option<Unfit> {
        let pulled = self.load.pulled.as_ref()?;
        let (needed, most) = pulled.lanes(&self.load, vcpus)?.err()?;
        Some(Unfit::FallsBehind { needed, most })
    }

    /// The stream as it is set up for a function whose environments have so many vCPUs.
    pub(crate) fn stream_at(&self, vcpus: f64) -> Option<StreamSettings> {
        let lanes = self.lanes(vcpus)?;
        Some(StreamSettings {
            shards: lanes.shards.into(),
            parallel: Some(lanes.parallel.into()),
            on_demand: lanes.on_demand,
        })
    }

    /// The stream where a pipe or no function reads it.
    pub(crate) fn stream(&self) -> Option<StreamSettings> {
        let Pulling::Stream(law) = self.load.pulled.as_ref()?.from else {
            return None;
        };
        Some(StreamSettings {
            shards: law.shards,
            parallel: None,
            on_demand: law.on_demand,
        })
    }

    /// Dollars a month of the shards that a function reads from, where it decides how many.
    pub(crate) fn shards_cost(&self, vcpus: f64, rates: &crate::rates::Rates<'_>) -> f64 {
        let lanes = self.lanes(vcpus).filter(|lanes| !lanes.on_demand);
        let is_bought = self.trigger == Some("data-stream");
        lanes.filter(|_| is_bought).map_or(0.0, |lanes| {
            let hours = f64::from(lanes.shards) * landfall_units::HOURS_PER_MONTH;
            let kept = rates.rate("kinesis", "shard-hour-kept").unwrap_or(0.0);
            hours * (rates.or_dear("kinesis", "shard-hour") + kept)
        })
    }

    /// The shards of the stream and the batches of each at once, where an environment has so
    /// many vCPUs; none where there is no stream, or where it cannot be kept up with.
    pub(crate) fn lanes(&self, vcpus: f64) -> Option<Lanes> {
        let pulled = self.load.pulled.as_ref()?;
        pulled.lanes(&self.load, vcpus)?.ok()
    }
}
