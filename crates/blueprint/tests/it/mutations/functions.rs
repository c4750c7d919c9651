//! Mistakes in blueprints of functions.

use super::Change::{Add, Drop, Set, Swap};
use super::Mistake;

const OBJECT: (&str, &str) = ("photo-thumbnails", "lambda");
const TABLE: (&str, &str) = ("table-stream-analytics", "lambda");
const MOBILE: (&str, &str) = ("mobile-backend", "lambda");
const NIGHTLY: (&str, &str) = ("nightly-report", "lambda");
const SITE: (&str, &str) = ("website", "lambda");
const MANAGED: (&str, &str) = ("website", "lambda-managed-instances");

pub(super) const MISTAKES: &[Mistake] = &[
    (
        OBJECT,
        "ThumbnailsFunction",
        Swap("AWS::Lambda::Function", "AWS::Serverless::GraphQLApi"),
        "transform-not-checked",
    ),
    (
        OBJECT,
        "ThumbnailsFunction",
        Set("Runtime", "python3.8"),
        "runtime-deprecated",
    ),
    (
        OBJECT,
        "ThumbnailsInvoke",
        Set("Principal", "sns.amazonaws.com"),
        "permission-principal",
    ),
    (
        OBJECT,
        "ThumbnailsInvoke",
        Set("Principal", "events.amazonaws.com"),
        "permission-principal",
    ),
    (
        OBJECT,
        "ThumbnailsInvoke",
        Drop("SourceAccount"),
        "permission-without-account",
    ),
    (
        OBJECT,
        "ThumbnailsUploads",
        Drop("DependsOn"),
        "notification-before-permission",
    ),
    (
        OBJECT,
        "ThumbnailsFunction",
        Set("MemorySize", "20480"),
        "function-memory",
    ),
    (
        OBJECT,
        "ThumbnailsFunction",
        Set("Timeout", "1200"),
        "function-timeout",
    ),
    (
        OBJECT,
        "ThumbnailsRole",
        Swap(
            "Service: lambda.amazonaws.com",
            "Service: ec2.amazonaws.com",
        ),
        "role-not-trusting",
    ),
    (
        OBJECT,
        "ThumbnailsRole",
        Swap("sqs:SendMessage", "sqs:ReceiveMessage"),
        "role-lacks-action",
    ),
    (
        OBJECT,
        "ThumbnailsRole",
        Swap("${ThumbnailsResults.Arn}/*", "${ThumbnailsUploads.Arn}/*"),
        "writes-to-its-trigger",
    ),
    (
        OBJECT,
        "ThumbnailsRole",
        Swap(
            "${ThumbnailsResults.Arn}/*",
            "arn:aws:s3:::${ThumbnailsUploads}/incoming/small/*",
        ),
        "writes-to-its-trigger",
    ),
    (
        OBJECT,
        "ThumbnailsFunction",
        Set("LOG_LEVEL", "INFO\n          DB_PASSWORD: hunter2"),
        "secret-in-the-open",
    ),
    (
        OBJECT,
        "ThumbnailsFunction",
        Set(
            "LOG_LEVEL",
            "INFO\n          STRIPE_API_KEY: !Ref CodeBucket",
        ),
        "secret-in-the-open",
    ),
    (
        OBJECT,
        "ThumbnailsLogs",
        Drop("RetentionInDays"),
        "logs-kept-for-ever",
    ),
    (
        OBJECT,
        "Key",
        Swap("cloudwatch.amazonaws.com", "events.amazonaws.com"),
        "key-refuses-publisher",
    ),
    (
        OBJECT,
        "AlarmTopic",
        Set("KmsMasterKeyId", "alias/aws/sns"),
        "key-refuses-publisher",
    ),
    (
        TABLE,
        "MetricsSource",
        Drop("StreamSpecification"),
        "table-without-stream",
    ),
    (
        TABLE,
        "MetricsMapping",
        Drop("StartingPosition"),
        "stream-without-start",
    ),
    (
        TABLE,
        "MetricsMapping",
        Add("      ScalingConfig:\n        MaximumConcurrency: 5\n"),
        "mapping-of-another-source",
    ),
    (
        TABLE,
        "MetricsRole",
        Swap("dynamodb:GetRecords", "dynamodb:GetItem"),
        "role-lacks-action",
    ),
    (
        TABLE,
        "MetricsRole",
        Swap("dynamodb:GetShardIterator", "dynamodb:Scan"),
        "role-lacks-action",
    ),
    (
        TABLE,
        "MetricsRole",
        Swap("sqs:SendMessage", "sqs:ListQueues"),
        "role-lacks-action",
    ),
    (
        TABLE,
        "MetricsFunction",
        Set("MemorySize", "10241"),
        "function-memory",
    ),
    (
        MOBILE,
        "EventsQueue",
        Set("VisibilityTimeout", "15"),
        "visibility-below-timeout",
    ),
    (
        MOBILE,
        "EventsQueue",
        Drop("VisibilityTimeout"),
        "visibility-below-timeout",
    ),
    (
        MOBILE,
        "EventsMapping",
        Add("      StartingPosition: LATEST\n"),
        "mapping-of-another-source",
    ),
    (
        MOBILE,
        "EventsMapping",
        Add("      BisectBatchOnFunctionError: true\n"),
        "mapping-of-another-source",
    ),
    (
        MOBILE,
        "EventsMapping",
        Add("      ParallelizationFactor: 2\n"),
        "mapping-of-another-source",
    ),
    (
        MOBILE,
        "EventsRole",
        Swap("sqs:ReceiveMessage", "sqs:GetQueueUrl"),
        "role-lacks-action",
    ),
    (
        MOBILE,
        "EventsRole",
        Swap("sqs:DeleteMessage", "sqs:GetQueueUrl"),
        "role-lacks-action",
    ),
    (
        MOBILE,
        "EventsQueue",
        Add("      FifoQueue: true\n      QueueName: events.fifo\n"),
        "dead-letters-of-another-kind",
    ),
    (
        MOBILE,
        "EventsQueueFailed",
        Add("      FifoQueue: true\n"),
        "dead-letters-of-another-kind",
    ),
    (
        MOBILE,
        "EventsQueue",
        Add("      FifoQueue: true\n      QueueName: events\n"),
        "fifo-name",
    ),
    (
        NIGHTLY,
        "ReportStart",
        Set("ScheduleExpression", "cron(0 3 * * *)"),
        "cron-fields",
    ),
    (
        NIGHTLY,
        "ReportStart",
        Set("ScheduleExpression", "cron(0 3 * * * *)"),
        "cron-days",
    ),
    (
        NIGHTLY,
        "ReportScheduleRole",
        Swap("lambda:InvokeFunction", "lambda:GetFunction"),
        "role-lacks-action",
    ),
    (
        NIGHTLY,
        "ReportScheduleRole",
        Swap("sqs:SendMessage", "sqs:ListQueues"),
        "role-lacks-action",
    ),
    (
        NIGHTLY,
        "ReportScheduleRole",
        Swap("scheduler.amazonaws.com", "events.amazonaws.com"),
        "role-not-trusting",
    ),
    (
        NIGHTLY,
        "ReportFunction",
        Set("Timeout", "3600"),
        "function-timeout",
    ),
    (
        SITE,
        "BackendIntegration",
        Set("TimeoutInMillis", "1000"),
        "api-gives-up-first",
    ),
    (
        SITE,
        "BackendFunction",
        Set("Timeout", "60"),
        "api-gives-up-first",
    ),
    (
        SITE,
        "BackendInvoke",
        Set("Principal", "s3.amazonaws.com"),
        "permission-principal",
    ),
    (
        SITE,
        "BackendLogs",
        Drop("RetentionInDays"),
        "logs-kept-for-ever",
    ),
    (
        MANAGED,
        "BackendFunction",
        Set("MemorySize", "65536"),
        "function-memory",
    ),
];
