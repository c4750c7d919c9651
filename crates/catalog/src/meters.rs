//! How meters count.

use landfall_source::{Diagnostic, Result, Source, document};
use landfall_units::Decimal;
use rust_decimal::prelude::FromPrimitive;

use crate::parameter::Parameter;
use crate::read::read_parameters;

macro_rules! meter_rules {
    ($( $(#[$doc:meta])* $name:ident, )*) => {
        /// Roundings, minimums, units and free allowances; a field for each row of
        /// `data/meters.toml`, in base units (bytes, seconds, ones).
        #[derive(Debug, Clone, PartialEq)]
        pub struct MeterRules { $( $(#[$doc])* pub $name: Decimal, )* }

        impl MeterRules {
            const NAMES: &'static [&'static str] = &[ $( stringify!($name), )* ];

            fn pick(source: &Source, rows: &[Parameter]) -> Result<Self> {
                Ok(Self { $( $name: find(source, rows, stringify!($name))?, )* })
            }
        }
    };
}

meter_rules! {
    /// Lambda's duration is rounded up to this.
    lambda_duration_step,
    /// `/tmp` without charge.
    lambda_ephemeral_free,
    /// Provisioned concurrency is rounded up to this.
    lambda_provisioned_step,
    /// Shortest charge for a cached snapshot.
    lambda_snapstart_minimum,
    /// Payload of an asynchronous event that counts as one request.
    lambda_async_first,
    /// Each further part that counts as one more.
    lambda_async_further,
    /// Free requests a month.
    lambda_free_requests,
    /// Free GB-s a month.
    lambda_free_gb_seconds,
    /// Free streamed bytes a month.
    lambda_free_streaming,
    /// Shortest charge for a Linux task.
    fargate_minimum,
    /// Shortest charge for a Windows task.
    fargate_windows_minimum,
    /// Disk of a task without charge.
    fargate_ephemeral_free,
    /// Least commitment of a Savings Plan, in dollars an hour.
    savings_plan_least,
    /// Shortest charge for an instance.
    ec2_minimum,
    /// New connections a second in one LCU.
    lcu_new_connections_s,
    /// Active connections in one LCU.
    lcu_active_connections,
    /// Bytes an hour in one LCU.
    lcu_processed_per_hour,
    /// Bytes an hour in one LCU, to functions.
    lcu_processed_by_functions_per_hour,
    /// Rule evaluations a second in one LCU.
    lcu_rule_evaluations_s,
    /// Part of a body that counts as one request of an HTTP API.
    http_api_unit,
    /// Part of a message that counts as one WebSocket message.
    websocket_unit,
    /// Part of a message that counts as one SQS request.
    sqs_unit,
    /// Free SQS requests a month.
    sqs_free_requests,
    /// Part of a record that counts as one PUT payload unit of a provisioned stream.
    kinesis_put_unit,
    /// A record of a stream on demand is rounded up to this.
    kinesis_step,
    /// Records of a stream are kept for this long without further charge.
    kinesis_kept,
    /// Part of a batch of a pipe that counts as one request.
    pipe_unit,
    /// Free reads of a table's stream a month.
    dynamodb_free_stream_reads,
    /// Free bytes out to the internet a month.
    egress_free,
    /// Free invocations of the scheduler a month.
    scheduler_free,
    /// Metrics of Container Insights of a cluster.
    insights_of_cluster,
    /// Of a service.
    insights_of_service,
    /// Of a task definition.
    insights_of_definition,
    /// Of a task, with enhanced observability.
    insights_of_task,
    /// Of a container, with enhanced observability.
    insights_of_container,
}

impl MeterRules {
    /// Reads `meters.toml`.
    ///
    /// # Errors
    /// The first problem with its place; a row missing or left over.
    pub fn parse(source: &Source) -> Result<Self> {
        document(source, |top| {
            let rows = read_parameters(top)?;
            if let Some(extra) = rows
                .iter()
                .find(|row| !Self::NAMES.contains(&row.name.as_str()))
            {
                return Err(Box::new(
                    top.problem(format!("no meter uses `{}`", extra.name)),
                ));
            }
            Self::pick(source, &rows)
        })
    }
}

fn find(source: &Source, rows: &[Parameter], name: &str) -> Result<Decimal> {
    rows.iter()
        .find(|row| row.name == name)
        .and_then(|row| Decimal::from_f64(row.value.likely()))
        .ok_or_else(|| {
            Box::new(Diagnostic::new(format!(
                "{}: the row `{name}` is missing",
                source.name()
            )))
        })
}
