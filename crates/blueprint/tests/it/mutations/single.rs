//! Goal: what a service refuses of one resource, or of two alike, is found, and what it takes is
//! not. Method: for each rule, resources that differ in one thing; the rules that find something
//! are exactly those named.

use landfall_blueprint::check::Checker;
use landfall_catalog::Catalog;
use landfall_source::Source;

/// Resources, and the rule that finds something in them; none where they are right.
type Case = (&'static str, Option<&'static str>);

const CASES: &[Case] = &[
    // Variables of functions.
    (
        "F: {Type: AWS::Lambda::Function, Properties: {Role: r, Environment: {Variables: {AWS_REGION: x}}}}",
        Some("reserved-variable"),
    ),
    (
        "F: {Type: AWS::Lambda::Function, Properties: {Role: r, Environment: {Variables: {AWS_REGIONS: x, TZ: UTC}}}}",
        None,
    ),
    // Keys of logs.
    (
        "K: {Type: AWS::KMS::Key}\n  L: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 7, KmsKeyId: !Ref K}}",
        Some("log-key-by-id"),
    ),
    (
        "K: {Type: AWS::KMS::Key}\n  L: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 7, KmsKeyId: !GetAtt K.Arn}}",
        None,
    ),
    // Layers.
    (
        "F: {Type: AWS::Lambda::Function, Properties: {Role: r, Layers: [a, b, c, d, e, f]}}",
        Some("too-many-layers"),
    ),
    (
        "F: {Type: AWS::Lambda::Function, Properties: {Role: r, Layers: [a, b, c, d, e, !If [Traced, f, !Ref AWS::NoValue]]}}",
        None,
    ),
    // Roots of access points.
    (
        "S: {Type: AWS::EFS::FileSystem}\n  P: {Type: AWS::EFS::AccessPoint, Properties: {FileSystemId: !Ref S}}\n  T: {Type: AWS::ECS::TaskDefinition, Properties: {Volumes: [{Name: v, EFSVolumeConfiguration: {FilesystemId: !Ref S, TransitEncryption: ENABLED, RootDirectory: /data, AuthorizationConfig: {AccessPointId: !Ref P}}}]}}",
        Some("root-with-access-point"),
    ),
    (
        "S: {Type: AWS::EFS::FileSystem}\n  P: {Type: AWS::EFS::AccessPoint, Properties: {FileSystemId: !Ref S}}\n  T: {Type: AWS::ECS::TaskDefinition, Properties: {Volumes: [{Name: v, EFSVolumeConfiguration: {FilesystemId: !Ref S, TransitEncryption: ENABLED, RootDirectory: /, AuthorizationConfig: {AccessPointId: !Ref P}}}]}}",
        None,
    ),
    (
        "S: {Type: AWS::EFS::FileSystem}\n  O: {Type: AWS::EFS::FileSystem}\n  P: {Type: AWS::EFS::AccessPoint, Properties: {FileSystemId: !Ref O}}\n  T: {Type: AWS::ECS::TaskDefinition, Properties: {Volumes: [{Name: v, EFSVolumeConfiguration: {FilesystemId: !Ref S, TransitEncryption: ENABLED, AuthorizationConfig: {AccessPointId: !Ref P}}}]}}",
        Some("access-point-of-another-system"),
    ),
    (
        "S: {Type: AWS::EFS::FileSystem}\n  T: {Type: AWS::ECS::TaskDefinition, Properties: {Volumes: [{Name: v, EFSVolumeConfiguration: {FilesystemId: !Ref S, TransitEncryption: ENABLED, AuthorizationConfig: {AccessPointId: fsap-1}}}]}}",
        None,
    ),
    // Circuit breakers.
    (
        "S: {Type: AWS::ECS::Service, Properties: {DeploymentController: {Type: CODE_DEPLOY}, DeploymentConfiguration: {DeploymentCircuitBreaker: {Enable: true, Rollback: true}}}}",
        Some("breaker-of-another-controller"),
    ),
    (
        "S: {Type: AWS::ECS::Service, Properties: {DeploymentController: {Type: ECS}, DeploymentConfiguration: {DeploymentCircuitBreaker: {Enable: true, Rollback: true}}}}",
        None,
    ),
    (
        "S: {Type: AWS::ECS::Service, Properties: {DeploymentController: {Type: EXTERNAL}, DeploymentConfiguration: {DeploymentCircuitBreaker: {Enable: false, Rollback: false}}}}",
        None,
    ),
    // Payload formats.
    (
        "I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: a, IntegrationType: HTTP_PROXY, IntegrationUri: 'https://example.com', IntegrationMethod: GET, PayloadFormatVersion: '2.0'}}",
        Some("payload-format"),
    ),
    (
        "I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: a, IntegrationType: AWS_PROXY, IntegrationSubtype: SQS-SendMessage, PayloadFormatVersion: 2.0}}",
        Some("payload-format"),
    ),
    (
        "I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: a, IntegrationType: HTTP_PROXY, IntegrationUri: 'https://example.com', IntegrationMethod: GET, PayloadFormatVersion: '1.0'}}",
        None,
    ),
    (
        "I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: a, IntegrationType: AWS_PROXY, PayloadFormatVersion: '2.0'}}",
        None,
    ),
    // Windows of schedules.
    (
        "S: {Type: AWS::Scheduler::Schedule, Properties: {ScheduleExpression: rate(1 minutes), FlexibleTimeWindow: {Mode: FLEXIBLE}}}",
        Some("window-without-length"),
    ),
    (
        "S: {Type: AWS::Scheduler::Schedule, Properties: {ScheduleExpression: rate(1 minutes), FlexibleTimeWindow: {Mode: FLEXIBLE, MaximumWindowInMinutes: 5}}}",
        None,
    ),
    (
        "S: {Type: AWS::Scheduler::Schedule, Properties: {ScheduleExpression: rate(1 minutes), FlexibleTimeWindow: {Mode: 'OFF'}}}",
        None,
    ),
    // Files of functions.
    (
        "F: {Type: AWS::Lambda::Function, Properties: {FileSystemConfigs: [{Arn: a, LocalMountPath: /mnt/a}]}}",
        Some("files-without-network"),
    ),
    (
        "F: {Type: AWS::Lambda::Function, Properties: {FileSystemConfigs: [{Arn: a, LocalMountPath: /mnt/a}], VpcConfig: {SubnetIds: [a], SecurityGroupIds: [b]}}}",
        None,
    ),
    // Health checks.
    (
        "T: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Protocol: HTTP, HealthCheckIntervalSeconds: 5}}",
        Some("check-longer-than-interval"),
    ),
    (
        "T: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: lambda, HealthCheckTimeoutSeconds: 40}}",
        Some("check-longer-than-interval"),
    ),
    (
        "T: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Protocol: HTTP, HealthCheckIntervalSeconds: 6}}",
        None,
    ),
    (
        "T: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {TargetType: lambda, HealthCheckTimeoutSeconds: 31}}",
        None,
    ),
    (
        "T: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Protocol: TCP, HealthCheckIntervalSeconds: 10, HealthCheckTimeoutSeconds: 10}}",
        None,
    ),
    // Launch types.
    (
        "S: {Type: AWS::ECS::Service, Properties: {LaunchType: FARGATE, CapacityProviderStrategy: [{CapacityProvider: FARGATE_SPOT}]}}",
        Some("launch-type-with-strategy"),
    ),
    (
        "S: {Type: AWS::ECS::Service, Properties: {CapacityProviderStrategy: [{CapacityProvider: FARGATE_SPOT}]}}",
        None,
    ),
    // Log drivers.
    (
        "T: {Type: AWS::ECS::TaskDefinition, Properties: {NetworkMode: awsvpc, RequiresCompatibilities: [FARGATE], ContainerDefinitions: [{Name: a, Image: a, LogConfiguration: {LogDriver: fluentd}}]}}",
        Some("log-driver-on-fargate"),
    ),
    (
        "T: {Type: AWS::ECS::TaskDefinition, Properties: {NetworkMode: awsvpc, RequiresCompatibilities: [FARGATE], ContainerDefinitions: [{Name: a, Image: a, LogConfiguration: {LogDriver: awsfirelens}}]}}",
        None,
    ),
    (
        "T: {Type: AWS::ECS::TaskDefinition, Properties: {RequiresCompatibilities: [EC2], ContainerDefinitions: [{Name: a, Image: a, Memory: 128, LogConfiguration: {LogDriver: fluentd}}]}}",
        None,
    ),
    // Rates.
    (
        "R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 hours)}}",
        Some("rate-unit"),
    ),
    (
        "R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(2 hour)}}",
        Some("rate-unit"),
    ),
    (
        "R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 hour)}}",
        None,
    ),
    (
        "R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(2 hours)}}",
        None,
    ),
    (
        "R: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: !Sub 'rate(${Many} hour)'}}",
        None,
    ),
    // Names of buckets.
    (
        "B: {Type: AWS::S3::Bucket, Properties: {BucketName: My_Bucket}}",
        Some("bucket-name"),
    ),
    (
        "B: {Type: AWS::S3::Bucket, Properties: {BucketName: ab}}",
        Some("bucket-name"),
    ),
    (
        "B: {Type: AWS::S3::Bucket, Properties: {BucketName: a..b}}",
        Some("bucket-name"),
    ),
    (
        "B: {Type: AWS::S3::Bucket, Properties: {BucketName: my-bucket.2026}}",
        None,
    ),
    (
        "B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Sub '${AWS::StackName}_x'}}",
        None,
    ),
    // Periods of alarms.
    (
        "A: {Type: AWS::CloudWatch::Alarm, Properties: {Period: 45}}",
        Some("alarm-period"),
    ),
    (
        "A: {Type: AWS::CloudWatch::Alarm, Properties: {Metrics: [{Id: a, MetricStat: {Period: 90}}]}}",
        Some("alarm-period"),
    ),
    (
        "A: {Type: AWS::CloudWatch::Alarm, Properties: {Period: 30}}",
        None,
    ),
    (
        "A: {Type: AWS::CloudWatch::Alarm, Properties: {Period: 300}}",
        None,
    ),
    (
        "A: {Type: AWS::CloudWatch::Alarm, Properties: {Period: 60, EvaluationPeriods: 2, DatapointsToAlarm: 3}}",
        Some("least-above-most"),
    ),
    // Private names.
    (
        "V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n  E: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref V, VpcEndpointType: Interface, PrivateDnsEnabled: true}}",
        Some("private-names-without-dns"),
    ),
    (
        "V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true, EnableDnsSupport: false}}\n  E: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref V, VpcEndpointType: Interface, PrivateDnsEnabled: true}}",
        Some("private-names-without-dns"),
    ),
    (
        "V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, EnableDnsHostnames: true}}\n  E: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref V, VpcEndpointType: Interface, PrivateDnsEnabled: true}}",
        None,
    ),
    (
        "V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n  E: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref V, VpcEndpointType: Interface, PrivateDnsEnabled: false}}",
        None,
    ),
    // Names that stand twice.
    (
        "A: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}\n  B: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}",
        Some("name-twice"),
    ),
    (
        "A: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub '${AWS::StackName}-news'}}\n  B: {Type: AWS::SNS::Topic, Properties: {TopicName: !Sub '${AWS::StackName}-news'}}",
        Some("name-twice"),
    ),
    (
        "A: {Type: AWS::SNS::Topic, Properties: {TopicName: news}}\n  B: {Type: AWS::SNS::Topic, Properties: {TopicName: olds}}",
        None,
    ),
    (
        "A: {Type: AWS::SNS::Topic, Condition: C, Properties: {TopicName: news}}\n  B: {Type: AWS::SNS::Topic, Condition: D, Properties: {TopicName: news}}",
        None,
    ),
    (
        "A: {Type: AWS::SNS::Topic}\n  B: {Type: AWS::SNS::Topic}",
        None,
    ),
    // Listeners and their rules.
    (
        "A: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref L, Port: 80, Protocol: HTTP}}\n  B: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref L, Port: 80, Protocol: HTTP}}",
        Some("listener-twice"),
    ),
    (
        "A: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref L, Port: 80, Protocol: HTTP}}\n  B: {Type: AWS::ElasticLoadBalancingV2::Listener, Properties: {LoadBalancerArn: !Ref M, Port: 80, Protocol: HTTP}}",
        None,
    ),
    (
        "A: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 1}}\n  B: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 1}}",
        Some("priority-twice"),
    ),
    (
        "A: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 1}}\n  B: {Type: AWS::ElasticLoadBalancingV2::ListenerRule, Properties: {ListenerArn: !Ref L, Priority: 2}}",
        None,
    ),
    // Addresses of subnets.
    (
        "V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.1.0.0/24}}",
        Some("subnet-beyond-network"),
    ),
    (
        "V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.0.0.0/8}}",
        Some("subnet-beyond-network"),
    ),
    (
        "V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n  M: {Type: AWS::EC2::VPCCidrBlock, Properties: {VpcId: !Ref V, CidrBlock: 10.1.0.0/16}}\n  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.1.0.0/24}}",
        None,
    ),
    (
        "V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.0.0.0/23}}\n  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.0.1.0/24}}",
        Some("subnets-overlap"),
    ),
    (
        "V: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.0.0.0/24}}\n  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref V, CidrBlock: 10.0.1.0/24}}",
        None,
    ),
    // Tables.
    (
        "T: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}, {AttributeName: b, AttributeType: S}]}}",
        Some("table-attributes"),
    ),
    (
        "T: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: b, AttributeType: S}]}}",
        Some("table-attributes"),
    ),
    (
        "T: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}, {AttributeName: b, AttributeType: S}], GlobalSecondaryIndexes: [{IndexName: i, KeySchema: [{AttributeName: b, KeyType: HASH}]}]}}",
        None,
    ),
    (
        "T: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}, {AttributeName: b, AttributeType: S}], GlobalSecondaryIndexes: !If [Indexed, [], !Ref AWS::NoValue]}}",
        None,
    ),
    (
        "T: {Type: AWS::DynamoDB::Table, Properties: {KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}]}}",
        Some("table-throughput"),
    ),
    (
        "T: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: PAY_PER_REQUEST, ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}, KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}]}}",
        Some("table-throughput"),
    ),
    (
        "T: {Type: AWS::DynamoDB::Table, Properties: {ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}, KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}]}}",
        None,
    ),
    (
        "T: {Type: AWS::DynamoDB::Table, Properties: {BillingMode: !If [Busy, PROVISIONED, PAY_PER_REQUEST], KeySchema: [{AttributeName: a, KeyType: HASH}], AttributeDefinitions: [{AttributeName: a, AttributeType: S}]}}",
        None,
    ),
];

fn rules(text: &str) -> Vec<String> {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let found = checker.check(&Source::new("t", text)).unwrap().unwrap();
    let found = found.into_iter().filter(|one| {
        !matches!(
            one.rule.as_str(),
            "logs-kept-for-ever" | "files-before-mount-targets"
        )
    });
    found.map(|one| one.rule).collect()
}

#[test]
fn each_is_found_and_what_is_right_is_not() {
    for (resources, rule) in CASES {
        let found = rules(&format!("Resources:\n  {resources}\n"));
        let expected: Vec<String> = rule.iter().map(|rule| (*rule).to_owned()).collect();
        assert_eq!(found, expected, "{resources}");
    }
}

#[test]
fn variables_are_counted_in_bytes() {
    let of = |bytes: usize| {
        let value = "x".repeat(bytes - 1);
        rules(&format!(
            "Resources:\n  F: {{Type: AWS::Lambda::Function, Properties: {{Role: r, Environment: {{Variables: {{A: {value}}}}}}}}}\n"
        ))
    };
    assert_eq!(of(4096), Vec::<String>::new());
    assert_eq!(of(4097), ["variables-too-large"]);
}

#[test]
fn values_of_parameters_are_held_against_their_own_template() {
    let of = |parameter: &str| {
        rules(&format!(
            "Parameters:\n  P: {{{parameter}}}\nResources:\n  T: {{Type: AWS::SNS::Topic}}\n"
        ))
    };
    for (parameter, is_refused) in [
        ("Type: String, AllowedValues: [a, b], Default: c", true),
        ("Type: String, AllowedValues: [a, b], Default: b", false),
        (
            "Type: String, AllowedValues: [true, false], Default: 'true'",
            false,
        ),
        (
            "Type: CommaDelimitedList, AllowedValues: [a, b], Default: 'a, b'",
            false,
        ),
        (
            "Type: CommaDelimitedList, AllowedValues: [a, b], Default: 'a, c'",
            true,
        ),
        ("Type: Number, AllowedValues: [1, 2], Default: 2.0", false),
        ("Type: Number, MinValue: 3, Default: 2", true),
        ("Type: Number, MinValue: 3, Default: 3", false),
        ("Type: Number, MaxValue: 3, Default: 4", true),
        ("Type: Number, Default: many", true),
        ("Type: String, MinLength: 3, Default: ab", true),
        ("Type: String, MaxLength: 3, Default: abcd", true),
        ("Type: String, MaxLength: 3, Default: abc", false),
        (
            "Type: 'AWS::SSM::Parameter::Value<String>', MaxLength: 3, Default: /a/b/c",
            false,
        ),
    ] {
        let found = of(parameter);
        let expected: &[&str] = if is_refused {
            &["parameter-refused"]
        } else {
            &[]
        };
        assert_eq!(found, expected, "{parameter}");
    }
}
