//! Data stores: what is no workload, but is reached by workloads.

/// Stores by the last part of the names of their images.
const KNOWN: [(&str, &[&str]); 6] = [
    (
        "database",
        &[
            "postgres",
            "postgresql",
            "postgis",
            "mysql",
            "mysql-server",
            "mariadb",
            "mongo",
            "mongodb",
            "cassandra",
            "scylla",
            "cockroach",
            "couchdb",
            "neo4j",
            "influxdb",
            "timescaledb",
            "clickhouse-server",
            "clickhouse",
            "dynamodb-local",
            "pgvector",
            "percona",
            "oracle",
            "db2",
            "questdb",
            "arangodb",
            "rethinkdb",
            "yugabyte",
            "mongodb-community-server",
            "dolt-sql-server",
            "surrealdb",
            "tidb",
            "mssql",
        ],
    ),
    (
        "cache",
        &[
            "redis",
            "valkey",
            "memcached",
            "keydb",
            "dragonfly",
            "redis-stack",
            "redis-stack-server",
        ],
    ),
    (
        "broker",
        &[
            "rabbitmq",
            "kafka",
            "cp-kafka",
            "zookeeper",
            "cp-zookeeper",
            "nats",
            "mosquitto",
            "activemq",
            "activemq-classic",
            "activemq-artemis",
            "pulsar",
            "redpanda",
            "elasticmq",
            "elasticmq-native",
            "emqx",
            "cp-schema-registry",
            "nsqd",
        ],
    ),
    (
        "search engine",
        &[
            "elasticsearch",
            "opensearch",
            "solr",
            "meilisearch",
            "typesense",
            "weaviate",
            "qdrant",
            "milvus",
            "chroma",
        ],
    ),
    ("object store", &["minio", "seaweedfs"]),
    ("store of secrets or settings", &["vault", "consul", "etcd"]),
];

/// What an image is a store of, by the last part of its name.
pub(crate) fn of_image(image: &str) -> Option<&'static str> {
    let name = image.split('@').next().unwrap_or(image);
    let last = name.rsplit('/').next().unwrap_or(name);
    let last = last.split(':').next().unwrap_or(last).to_ascii_lowercase();
    let found = KNOWN
        .iter()
        .find(|(_, names)| names.contains(&last.as_str()));
    let by_path = name.contains("mssql/server").then_some("database");
    found.map(|(kind, _)| *kind).or(by_path)
}

/// What a type of resource of Terraform stores, and whether it stands in a VPC.
pub(crate) fn of_terraform(kind: &str) -> Option<(&'static str, bool)> {
    of_resource(match kind {
        "aws_db_instance" => "AWS::RDS::DBInstance",
        "aws_rds_cluster" => "AWS::RDS::DBCluster",
        "aws_db_proxy" => "AWS::RDS::DBProxy",
        "aws_docdb_cluster" => "AWS::DocDB::DBCluster",
        "aws_neptune_cluster" => "AWS::Neptune::DBCluster",
        "aws_redshift_cluster" => "AWS::Redshift::Cluster",
        "aws_elasticache_cluster" => "AWS::ElastiCache::CacheCluster",
        "aws_elasticache_replication_group" => "AWS::ElastiCache::ReplicationGroup",
        "aws_elasticache_serverless_cache" => "AWS::ElastiCache::ServerlessCache",
        "aws_memorydb_cluster" => "AWS::MemoryDB::Cluster",
        "aws_msk_cluster" => "AWS::MSK::Cluster",
        "aws_mq_broker" => "AWS::AmazonMQ::Broker",
        "aws_opensearch_domain" => "AWS::OpenSearchService::Domain",
        "aws_dynamodb_table" => "AWS::DynamoDB::Table",
        "aws_s3_bucket" => "AWS::S3::Bucket",
        "aws_sqs_queue" => "AWS::SQS::Queue",
        "aws_kinesis_stream" => "AWS::Kinesis::Stream",
        "aws_sns_topic" => "AWS::SNS::Topic",
        "aws_efs_file_system" => "AWS::EFS::FileSystem",
        _ => return None,
    })
}

/// What a type of resource of `CloudFormation` stores, and whether it stands in a VPC.
pub(crate) fn of_resource(kind: &str) -> Option<(&'static str, bool)> {
    Some(match kind {
        "AWS::RDS::DBInstance"
        | "AWS::RDS::DBCluster"
        | "AWS::RDS::DBProxy"
        | "AWS::DocDB::DBCluster"
        | "AWS::Neptune::DBCluster"
        | "AWS::Redshift::Cluster" => ("database", true),
        "AWS::ElastiCache::CacheCluster"
        | "AWS::ElastiCache::ReplicationGroup"
        | "AWS::ElastiCache::ServerlessCache"
        | "AWS::MemoryDB::Cluster" => ("cache", true),
        "AWS::MSK::Cluster" | "AWS::MSK::ServerlessCluster" | "AWS::AmazonMQ::Broker" => {
            ("broker", true)
        }
        "AWS::OpenSearchService::Domain" | "AWS::Elasticsearch::Domain" => ("search engine", false),
        "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" | "AWS::Serverless::SimpleTable" => {
            ("DynamoDB table", false)
        }
        "AWS::S3::Bucket" => ("S3 bucket", false),
        "AWS::SQS::Queue" => ("SQS queue", false),
        "AWS::Kinesis::Stream" => ("Kinesis stream", false),
        "AWS::SNS::Topic" => ("SNS topic", false),
        "AWS::EFS::FileSystem" => ("file system", false),
        _ => return None,
    })
}
