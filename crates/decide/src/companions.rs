//! What must stand around compute, by trigger and platform.

use landfall_catalog::bill::{AddressOf, FrontDoorKind, LogsFrom, Usage};
use landfall_catalog::{Capacity, Execution, Platform};
use landfall_simulate::{Forecast, Pulling};
use landfall_topology::{FrontDoor, Placement, Topology};
use landfall_units::{Bytes, Decimal, HOURS_PER_MONTH, SECONDS_PER_MONTH};

use crate::decision::StreamSettings;
use crate::numbers::Numbers;
use crate::tuning::Tuning;

/// Minutes in a month.
const MINUTES_PER_MONTH: f64 = HOURS_PER_MONTH * 60.0;

/// A real number as a decimal, kept to a millionth: what a search computed has no more digits
/// that mean anything. What is no number, or none that a decimal holds, is more than the
/// biller takes.
pub(crate) fn decimal(value: f64) -> Decimal {
    landfall_units::decimal(value, 6).unwrap_or(Decimal::MAX)
}

/// Companions of one copy of a workload on a platform.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Around<'a> {
    pub(crate) platform: &'a Platform,
    pub(crate) numbers: &'a Numbers,
    pub(crate) forecast: &'a Forecast,
    /// Whether the forecast is for all copies together.
    pub(crate) covers_copies: bool,
    pub(crate) tuning: &'a Tuning,
    /// The stream that the work comes from.
    pub(crate) stream: Option<StreamSettings>,
}

impl Around<'_> {
    /// What one copy uses besides compute, whatever network it stands in.
    pub(crate) fn usage(&self, topology: &Topology) -> Vec<Usage> {
        let mut usage = Vec::new();
        self.front_door(topology, &mut usage);
        self.feeds(&mut usage);
        if self.numbers.is_served() {
            usage.push(Usage::Egress {
                size: self.numbers.response * self.runs(),
                free_tier: false,
            });
        }
        self.kept(topology, &mut usage);
        usage
    }

    fn runs(&self) -> f64 {
        self.numbers.load.rate_per_s * SECONDS_PER_MONTH
    }

    fn is_function(&self) -> bool {
        self.platform.family == "lambda"
    }

    fn front_door(&self, topology: &Topology, usage: &mut Vec<Usage>) {
        let numbers = self.numbers;
        let traffic = (numbers.request + numbers.response) * self.runs();
        let api = |kind| Usage::ApiGateway {
            kind,
            requests: decimal(self.runs()),
            request_size: numbers.request,
        };
        match topology.front_door {
            Some(FrontDoor::HttpApi) => usage.push(api(FrontDoorKind::HttpApi)),
            Some(FrontDoor::RestApi) => usage.push(api(FrontDoorKind::RestApi)),
            Some(FrontDoor::WebSocketApi) => usage.push(Usage::WebSocket {
                messages: decimal(self.runs()),
                size: numbers.request,
                minutes: decimal(numbers.load.concurrent * MINUTES_PER_MONTH),
            }),
            Some(FrontDoor::Alb) => {
                usage.push(self.load_balancer(traffic));
                usage.push(self.access_logs(topology));
            }
            // Each copy has its own, and hands on to all zones alike.
            Some(FrontDoor::Nlb) => {
                usage.push(Usage::Nlb {
                    hours: decimal(HOURS_PER_MONTH * f64::from(topology.copies)),
                    processed: traffic,
                });
                usage.push(Usage::CrossZone {
                    size: traffic * (1.0 - 1.0 / f64::from(topology.zones)),
                });
            }
            Some(FrontDoor::FunctionUrl) | None => {}
        }
        let is_api = matches!(
            topology.front_door,
            Some(FrontDoor::HttpApi | FrontDoor::RestApi | FrontDoor::WebSocketApi)
        );
        if is_api {
            let bytes = Bytes::from_f64(self.runs() * self.tuning.access_log_bytes);
            usage.push(kept_logs(LogsFrom::Vended, bytes, topology));
        }
    }

    /// What a load balancer writes into a bucket: a line for each request, in a file of each
    /// of its zones at a time.
    fn access_logs(&self, topology: &Topology) -> Usage {
        let files = SECONDS_PER_MONTH / self.tuning.access_log_period * f64::from(topology.zones);
        let bytes = Bytes::from_f64(self.runs() * self.tuning.access_log_bytes);
        Usage::S3 {
            // One balancer for all copies writes them.
            puts: decimal(files / f64::from(topology.copies)),
            gets: Decimal::ZERO,
            stored_gb_months: decimal(bytes.as_gb() * months(topology.bucket_days)),
        }
    }

    /// What one copy uses of the network that it stands in: what goes through its gateways
    /// and endpoints, between zones, and the addresses of its tasks.
    pub(crate) fn network(&self, topology: &Topology) -> Vec<Usage> {
        let numbers = self.numbers;
        let mut usage = Vec::new();
        let hours = self.container_hours();
        if topology.placement == Placement::Public && !self.is_function() {
            usage.push(Usage::PublicIpv4 {
                of: AddressOf::Tasks,
                hours: decimal(hours),
            });
        }
        if topology.has_flow_logs() {
            usage.extend(self.flow_logs(hours, topology));
        }
        if topology.placement == Placement::Private {
            let out = if numbers.asked.outbound {
                numbers.request * self.runs()
            } else {
                Bytes::default()
            };
            let calls = self.called();
            let (gateway, endpoints) = match (topology.endpoints.is_empty(), out) {
                (false, out) => (out, calls),
                (true, out) if topology.goes_through_nat() => (out + calls, Bytes::default()),
                (true, _) => Default::default(),
            };
            usage.push(Usage::Nat {
                hours: Decimal::ZERO,
                processed: gateway,
            });
            usage.push(Usage::VpcEndpoint {
                hours: Decimal::ZERO,
                processed: endpoints,
            });
            usage.push(Usage::CrossZone {
                size: gateway * elsewhere(topology),
            });
        }
        usage
    }

    /// Flow logs of the interfaces of one copy's containers and load balancer, and a copy's
    /// part of those of devices that all share.
    fn flow_logs(&self, container_hours: f64, topology: &Topology) -> [Usage; 3] {
        let month = HOURS_PER_MONTH / f64::from(topology.copies);
        let balancers = f64::from(topology.balancer_count()) * f64::from(topology.zones) * month;
        let (own, shared) = match topology.front_door {
            Some(FrontDoor::Alb) => (0.0, balancers),
            _ => (balancers, 0.0),
        };
        let gateways = f64::from(topology.nat_gateways) * month;
        [
            (LogsFrom::Vended, container_hours + own),
            (LogsFrom::Balancer, shared),
            (LogsFrom::Nat, gateways),
        ]
        .map(|(from, hours)| {
            let bytes = Bytes::from_f64(hours * self.tuning.flow_log_bytes);
            kept_logs(from, bytes, topology)
        })
    }

    /// Hours that containers or their hosts run, of one copy.
    fn container_hours(&self) -> f64 {
        if self.forecast.billed_s > 0.0 && !self.is_function() {
            return self.runs() * self.forecast.billed_s / 3_600.0;
        }
        self.own(self.forecast.units_mean) * HOURS_PER_MONTH
    }

    /// Tasks of all copies on average.
    pub(crate) fn tasks(&self) -> f64 {
        let own = self.own(self.forecast.units_mean);
        own * self.numbers.copies
    }

    /// Bytes to APIs of AWS through the network, of one copy: logs, and messages of a queue
    /// that containers take off.
    fn called(&self) -> Bytes {
        if self.is_function() && self.platform.execution == Execution::PerRequest {
            return Bytes::default();
        }
        let is_pulled = self.numbers.load.pulled.is_some() && !self.is_function();
        let messages = if is_pulled {
            self.numbers.request * self.runs()
        } else {
            Bytes::default()
        };
        self.logged() + messages
    }

    fn load_balancer(&self, processed: Bytes) -> Usage {
        let rate = self.numbers.load.rate_per_s;
        let reuse = self.tuning.connection_reuse.max(1.0);
        let open = rate * self.forecast.latency.p50_s + self.numbers.load.concurrent;
        Usage::Alb {
            hours: decimal(HOURS_PER_MONTH),
            processed,
            new_connections_s: decimal(rate / reuse),
            active_connections: decimal(open),
            rule_evaluations_s: Decimal::ZERO,
            to_functions: self.is_function(),
        }
    }

    /// Units of work of a batch, on average.
    fn batch(&self) -> f64 {
        self.numbers.batch_mean(
            self.platform,
            self.forecast,
            self.covers_copies,
            self.tuning,
        )
    }

    /// What feeds the work: queues, streams, pipes, the bus. Containers take events off a
    /// queue, which a pipe fills from a stream; functions are invoked by most of them.
    fn feeds(&self, usage: &mut Vec<Usage>) {
        let numbers = self.numbers;
        let is_service = self.platform.execution == Execution::Service;
        match numbers.trigger {
            // The application puts its events into a queue, whatever takes them out.
            Some("queue" | "mobile-event") => self.queue(usage, numbers.request, false),
            // Uploaded objects are passed by their key.
            Some("object-created") if !self.is_function() && is_service => {
                self.queue(usage, Bytes::default(), false);
            }
            Some("event-bus") if !self.is_function() && is_service => {
                self.queue(usage, numbers.request, false);
            }
            Some("data-stream" | "table-stream") => {
                if numbers.trigger == Some("data-stream") {
                    usage.extend(self.shards());
                }
                if !self.is_function() && is_service {
                    self.pipe(usage);
                    self.queue(usage, numbers.request, true);
                }
            }
            _ => {}
        }
        let (events, schedules) = match numbers.trigger {
            // Kubernetes has a schedule of its own.
            Some("schedule") if self.platform.orchestrator == "eks" => return,
            Some("schedule") => (0.0, self.runs()),
            Some("event-bus") => (self.runs(), 0.0),
            _ => return,
        };
        usage.push(Usage::EventBridge {
            events: decimal(events),
            schedules: decimal(schedules),
            free_tier: false,
        });
    }

    /// Requests to a queue: messages are sent, and received and deleted by batch; consumers
    /// that find none ask again after a long poll. A pipe sends by batch, too.
    fn queue(&self, usage: &mut Vec<Usage>, size: Bytes, is_piped: bool) {
        let (runs, batch) = (self.runs(), self.batch());
        let sqs = |requests: f64, size: Bytes| Usage::Sqs {
            requests: decimal(requests),
            size,
            fifo: false,
            free_tier: false,
        };
        let (sends, sent) = if is_piped {
            let piped = self.piped();
            (runs / piped, size * piped)
        } else {
            (runs * self.tuning.queue_sends_per_message, size)
        };
        let batches = runs / batch;
        usage.push(sqs(sends, sent));
        usage.push(sqs(batches, size * batch));
        usage.push(sqs(batches + self.empty_polls(batches), Bytes::default()));
    }

    /// Requests that wait for messages in vain: those of consumers that are not at work.
    fn empty_polls(&self, batches: f64) -> f64 {
        let Some(pulled) = &self.numbers.load.pulled else {
            return 0.0;
        };
        let consumers = match (self.platform.execution, pulled.from) {
            (Execution::Job, _) => return 0.0,
            (_, Pulling::Queue(pollers)) if self.is_function() => pollers.first,
            _ => self.own(self.forecast.units_mean),
        };
        let polls = consumers * SECONDS_PER_MONTH / self.tuning.long_poll;
        (polls - batches).max(0.0)
    }

    /// Of what is there for all copies, the part of one.
    fn own(&self, units: f64) -> f64 {
        if self.covers_copies {
            units / self.numbers.copies
        } else {
            units
        }
    }

    /// A data stream: its shards, or what goes in and out where it scales by itself.
    fn shards(&self) -> Option<Usage> {
        let stream = self.stream?;
        Some(Usage::Kinesis {
            count: if stream.on_demand {
                Decimal::ONE
            } else {
                decimal(stream.shards)
            },
            hours: decimal(HOURS_PER_MONTH),
            on_demand: stream.on_demand,
            kept_hours: decimal(self.tuning.stream_retention / 3_600.0),
            records: decimal(self.runs()),
            size: self.numbers.request,
        })
    }

    /// Records that a pipe hands on together, on average: what a poll finds, up to a batch of
    /// a queue.
    fn piped(&self) -> f64 {
        let pulled = self.numbers.load.pulled.as_ref();
        pulled.map_or(1.0, |pulled| {
            pulled.piped_mean(self.numbers.load.rate_per_s)
        })
    }

    /// A pipe from a stream to a queue; reads of a table's stream are billed.
    fn pipe(&self, usage: &mut Vec<Usage>) {
        let piped = self.piped();
        usage.push(Usage::Pipes {
            batches: decimal(self.runs() / piped),
            size: self.numbers.request * piped,
        });
        let pulled = self.numbers.load.pulled.as_ref();
        let from = pulled.map(|pulled| pulled.from);
        if let (Some("table-stream"), Some(Pulling::Stream(law))) = (self.numbers.trigger, from) {
            usage.push(Usage::DynamoDb {
                write_units: Decimal::ZERO,
                read_units: Decimal::ZERO,
                stream_reads: decimal(law.shards * SECONDS_PER_MONTH / law.poll_s),
                free_tier: false,
            });
        }
    }

    /// Bytes of logs of the work.
    fn logged(&self) -> Bytes {
        let lines = self.runs() / self.batch();
        Bytes::from_f64(lines * self.tuning.log_bytes_per_request)
    }

    /// Logs, images, files, keys and control planes.
    fn kept(&self, topology: &Topology, usage: &mut Vec<Usage>) {
        let from = if self.is_function() {
            LogsFrom::Lambda
        } else {
            LogsFrom::Others
        };
        usage.push(kept_logs(from, self.logged(), topology));
        // A queue asks for a data key, for those who send and for those who receive.
        let keys = SECONDS_PER_MONTH / self.tuning.data_key_reuse * 2.0;
        usage.push(Usage::Kms {
            keys: Decimal::ZERO,
            requests: decimal(f64::from(topology.queues) * keys),
        });
        if topology.has_files {
            usage.push(self.files());
        }
        if topology.has_tracing {
            let calls = self.runs() / self.batch();
            let least = SECONDS_PER_MONTH * self.tuning.trace_rate_s;
            let traced = calls * self.tuning.trace_share + least;
            usage.push(Usage::Traces {
                count: decimal(traced.min(calls)),
            });
        }
        if self.platform.capacity != Capacity::Lambda && !self.is_function() {
            usage.push(Usage::Ecr {
                gb_months: decimal(self.numbers.package_gb),
            });
        }
        if self.platform.control_plane.is_some() {
            usage.push(Usage::Eks {
                clusters: Decimal::ONE,
                hours: decimal(HOURS_PER_MONTH),
                extended: false,
            });
        }
    }

    /// Shared files: what is kept, and what every start reads of it.
    fn files(&self) -> Usage {
        let size = self.numbers.files;
        let starts = self.own(self.forecast.cold_start_share * self.runs());
        Usage::Efs {
            gb_months: decimal(size.as_gb()),
            read: size * starts,
            written: Bytes::default(),
        }
    }
}

/// Logs that are kept for as long as the profile says.
fn kept_logs(from: LogsFrom, ingested: Bytes, topology: &Topology) -> Usage {
    Usage::Logs {
        from,
        ingested,
        stored_gb_months: decimal(ingested.as_gb() * months(topology.log_days)),
        scanned: Bytes::default(),
    }
}

/// Days as months.
fn months(days: u32) -> f64 {
    f64::from(days) * 86_400.0 / SECONDS_PER_MONTH
}

/// The part of traffic that a gateway takes from other zones than its own.
fn elsewhere(topology: &Topology) -> f64 {
    if topology.nat_gateways == 0 {
        return 0.0;
    }
    1.0 - f64::from(topology.nat_gateways.min(topology.zones)) / f64::from(topology.zones)
}
