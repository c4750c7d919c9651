//! The pack's numbers for sizing, looked up once.

use landfall_framework::Pack;

macro_rules! tuning {
    ($( $(#[$doc:meta])* $name:ident, )*) => {
        /// A field for each of the pack's parameters that sizing reads; likely
        /// values. A pack that does not name one is refused
        /// ([`lacking`](crate::assume::lacking)).
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct Tuning { $( $(#[$doc])* pub(crate) $name: f64, )* }

        impl Tuning {
            /// Their names.
            pub(crate) const NAMES: &'static [&'static str] = &[ $( stringify!($name), )* ];

            pub(crate) fn new(pack: &Pack) -> Self {
                let likely = |name| pack.parameter(name).map_or(1.0, |range| range.likely());
                Self { $( $name: likely(stringify!($name)), )* }
            }
        }
    };
}

tuning! {
    /// CPU at which a service is kept.
    cpu_target,
    /// Memory that the work may fill.
    memory_target,
    /// Most requests at once for each vCPU.
    concurrency_per_vcpu,
    /// Open connections for each vCPU.
    connections_per_vcpu,
    /// Times the measured duration where somebody waits and no target is given.
    max_slowdown,
    /// Part of a target for time that sizing fills.
    target_filled,
    /// Part of a function's cost that environments kept ready must save.
    ready_saving,
    /// Times the least cost at which a configuration with fewer copies is taken.
    fewer_copies_worth,
    /// Times more or less work than was sized for, beyond which a team sizes anew.
    resized_beyond,
    /// Copies kept unless the file says otherwise.
    tasks_for_availability,
    /// Zones of a service with two copies or more.
    zones,
    /// Requests over one connection to a load balancer.
    connection_reuse,
    /// Bytes of logs of one unit of work.
    log_bytes_per_request,
    /// Bytes of an access log for each request.
    access_log_bytes,
    /// Seconds after which a load balancer writes a file of its access log.
    access_log_period,
    /// Bytes of flow logs of a network interface in an hour.
    flow_log_bytes,
    /// Part of requests that are traced, beyond the first of each second.
    trace_share,
    /// Requests a second that are traced in any case.
    trace_rate_s,
    /// Seconds for which a queue uses a data key again.
    data_key_reuse,
    /// Requests with which a message is put into a queue.
    queue_sends_per_message,
    /// Seconds that receiving messages takes.
    queue_receive,
    /// Seconds that a request for messages waits where there are none.
    long_poll,
    /// Seconds for which records of a stream are kept.
    stream_retention,
    /// Part of a shard's limits, and of the time of its lanes, that sizing fills at the peak.
    lane_filled,
    /// Share of scenarios in which a target may be missed.
    may_miss,
    /// Seconds of the team's work to move a workload to another platform.
    moving_hours,
    /// Months over which a move is paid.
    moving_months,
}
