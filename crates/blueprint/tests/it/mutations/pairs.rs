//! Goal: what must be reached or go together is found where it does not, one change at a
//! time. Method: two templates without a mistake, and a table of changes to them, some of
//! which are mistakes and some of which are not.

use landfall_blueprint::check::Checker;
use landfall_catalog::Catalog;
use landfall_source::Source;

const RIGHT: &str = include_str!("../cases/network-right.yaml");

/// Endpoints that replace the way out of the private subnets.
const ENDPOINTS: &str = r#"
  EndpointGroup:
    Type: AWS::EC2::SecurityGroup
    Properties: {GroupDescription: endpoints, VpcId: !Ref Vpc, SecurityGroupIngress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16}]}
  Api: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, VpcEndpointType: Interface, ServiceName: !Sub "com.amazonaws.${AWS::Region}.ecr.api", SubnetIds: [!Ref PrivateA, !Ref PrivateB], SecurityGroupIds: [!Ref EndpointGroup]}}
  Dkr: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, VpcEndpointType: Interface, ServiceName: !Sub "com.amazonaws.${AWS::Region}.ecr.dkr", SubnetIds: [!Ref PrivateA, !Ref PrivateB], SecurityGroupIds: [!Ref EndpointGroup]}}
  LogsEndpoint: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, VpcEndpointType: Interface, ServiceName: !Sub "com.amazonaws.${AWS::Region}.logs", SubnetIds: [!Ref PrivateA, !Ref PrivateB], SecurityGroupIds: [!Ref EndpointGroup]}}
  Objects: {Type: AWS::EC2::VPCEndpoint, Properties: {VpcId: !Ref Vpc, ServiceName: !Sub "com.amazonaws.${AWS::Region}.s3", RouteTableIds: [!Ref PrivateTable]}}
"#;

const NAT: &str = "  PrivateRoute: {Type: AWS::EC2::Route, Properties: {RouteTableId: !Ref PrivateTable, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat}}\n";

/// A database that a function is told of, and a function with much said.
const FUNCTIONS: &str = r#"Resources:
  Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
  A: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24, AvailabilityZone: !Select [0, !GetAZs ""]}}
  B: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.3.0/24, AvailabilityZone: !Select [1, !GetAZs ""]}}
  Subnets: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: d, SubnetIds: [!Ref A, !Ref B]}}
  Caller: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: c, VpcId: !Ref Vpc}}
  Stored: {Type: AWS::EC2::SecurityGroup, Properties: {GroupDescription: s, VpcId: !Ref Vpc}}
  Lets: {Type: AWS::EC2::SecurityGroupIngress, Properties: {GroupId: !GetAtt Stored.GroupId, IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !GetAtt Caller.GroupId}}
  Database: {Type: AWS::RDS::DBInstance, Properties: {Engine: postgres, DBSubnetGroupName: !Ref Subnets, VPCSecurityGroups: [!GetAtt Stored.GroupId]}}
  Files: {Type: AWS::EFS::FileSystem}
  MountA: {Type: AWS::EFS::MountTarget, Properties: {FileSystemId: !Ref Files, SubnetId: !Ref A, SecurityGroups: [!Ref Stored]}}
  MountB: {Type: AWS::EFS::MountTarget, Properties: {FileSystemId: !Ref Files, SubnetId: !Ref B, SecurityGroups: [!Ref Stored]}}
  Work:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/x
      Timeout: 30
      ReservedConcurrentExecutions: 10
      VpcConfig: {SubnetIds: [!Ref A, !Ref B], SecurityGroupIds: [!Ref Caller]}
      Environment: {Variables: {HOST: !GetAtt Database.Endpoint.Address}}
  Number: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref Work}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Work, Name: live, FunctionVersion: !GetAtt Number.Version}}
  Queue: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 180}}
  Reads: {Type: AWS::Lambda::EventSourceMapping, Properties: {EventSourceArn: !GetAtt Queue.Arn, FunctionName: !Ref Work}}
"#;

/// A job that is sent to a queue, an open URL, and a service behind a load balancer.
const OTHERS: &str = r"Resources:
  Small: {Type: AWS::Batch::ComputeEnvironment, Properties: {Type: MANAGED, ComputeResources: {Type: FARGATE, MaxvCpus: 4, Subnets: [s]}}}
  Large: {Type: AWS::Batch::ComputeEnvironment, Properties: {Type: MANAGED, ComputeResources: {Type: FARGATE_SPOT, MaxvCpus: 16, Subnets: [s]}}}
  Jobs: {Type: AWS::Batch::JobQueue, Properties: {Priority: 1, ComputeEnvironmentOrder: [{Order: 1, ComputeEnvironment: !Ref Small}, {Order: 2, ComputeEnvironment: !GetAtt Large.ComputeEnvironmentArn}]}}
  Job:
    Type: AWS::Batch::JobDefinition
    Properties:
      Type: container
      PlatformCapabilities: [FARGATE]
      ContainerProperties: {Image: a, ExecutionRoleArn: arn:aws:iam::123456789012:role/x, ResourceRequirements: [{Type: VCPU, Value: '8'}, {Type: MEMORY, Value: '16384'}]}
  Nightly: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 day), Targets: [{Id: a, Arn: !Ref Jobs, RoleArn: arn:aws:iam::123456789012:role/x, BatchParameters: {JobDefinition: !Ref Job, JobName: a}}]}}
  Work: {Type: AWS::Lambda::Function, Properties: {Role: arn:aws:iam::123456789012:role/x}}
  Address: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: !Ref Work}}
  Anybody: {Type: AWS::Lambda::Permission, Properties: {Action: lambda:InvokeFunctionUrl, FunctionName: !Ref Work, Principal: '*', FunctionUrlAuthType: NONE}}
  Group: {Type: AWS::ElasticLoadBalancingV2::TargetGroup, Properties: {Protocol: HTTP, Port: 80, TargetType: ip, VpcId: v}}
  Task:
    Type: AWS::ECS::TaskDefinition
    Properties:
      NetworkMode: awsvpc
      ContainerDefinitions: [{Name: web, Image: a, Memory: 128, PortMappings: [{ContainerPort: 80}], HealthCheck: {Command: [CMD, a], StartPeriod: 90}}]
  Service:
    Type: AWS::ECS::Service
    Properties:
      TaskDefinition: !Ref Task
      NetworkConfiguration: {AwsvpcConfiguration: {Subnets: [s], SecurityGroups: [g]}}
      HealthCheckGracePeriodSeconds: 90
      LoadBalancers: [{ContainerName: web, ContainerPort: 80, TargetGroupArn: !Ref Group}]
";

/// What is changed to what, and the rules that then find something.
type Changed = (&'static str, &'static str, &'static [&'static str]);

const OF_NETWORK: &[Changed] = &[
    (NAT, "", &["no-way-out"]),
    ("NatGatewayId: !Ref Nat", "TransitGatewayId: tgw-1", &[]),
    (
        "{RouteTableId: !Ref PrivateTable, Dest",
        "{RouteTableId: !Ref PublicTable, Dest",
        &["no-way-out"],
    ),
    (
        "VpcId: !Ref Vpc, CidrBlock: 10.0.2.0/24",
        "VpcId: vpc-1, CidrBlock: 10.0.2.0/24",
        &[],
    ),
    (
        "Subnets: [!Ref PrivateA, !Ref PrivateB], SecurityGroups: [!Ref TaskGroup], AssignPublicIp: DISABLED",
        "Subnets: [!Ref PublicA, !Ref PublicB], SecurityGroups: [!Ref TaskGroup], AssignPublicIp: DISABLED",
        &["no-way-out"],
    ),
    (
        "Subnets: [!Ref PrivateA, !Ref PrivateB], SecurityGroups: [!Ref TaskGroup], AssignPublicIp: DISABLED",
        "Subnets: [!Ref PublicA, !Ref PublicB], SecurityGroups: [!Ref TaskGroup], AssignPublicIp: ENABLED",
        &[],
    ),
    (
        "FromPort: 2049, ToPort: 2049",
        "FromPort: 2000, ToPort: 2048",
        &["files-not-admitted"],
    ),
    (
        "FromPort: 2049, ToPort: 2049",
        "FromPort: 2000, ToPort: 2100",
        &[],
    ),
    (
        "IpProtocol: tcp, FromPort: 2049, ToPort: 2049",
        "IpProtocol: udp, FromPort: 2049, ToPort: 2049",
        &["files-not-admitted"],
    ),
    (
        "IpProtocol: tcp, FromPort: 2049, ToPort: 2049",
        "IpProtocol: -1",
        &[],
    ),
    (
        "ToPort: 2049, SourceSecurityGroupId: !Ref TaskGroup",
        "ToPort: 2049, SourceSecurityGroupId: !Ref BalancerGroup",
        &["files-not-admitted"],
    ),
    (
        "ToPort: 2049, SourceSecurityGroupId: !Ref TaskGroup",
        "ToPort: 2049, SourceSecurityGroupId: sg-1",
        &[],
    ),
    (
        "ToPort: 2049, SourceSecurityGroupId: !Ref TaskGroup",
        "ToPort: 2049, CidrIp: 10.0.0.0/16",
        &[],
    ),
    (
        "ToPort: 2049, SourceSecurityGroupId: !Ref TaskGroup",
        "ToPort: 2049, CidrIp: 10.0.3.128/25",
        &[],
    ),
    (
        "ToPort: 2049, SourceSecurityGroupId: !Ref TaskGroup",
        "ToPort: 2049, CidrIp: 192.168.0.0/16",
        &["files-not-admitted"],
    ),
    (
        "GroupDescription: tasks, VpcId: !Ref Vpc,",
        "GroupDescription: tasks, VpcId: !Ref Vpc, SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0}],",
        &["files-not-admitted"],
    ),
    (
        "GroupDescription: tasks, VpcId: !Ref Vpc,",
        "GroupDescription: tasks, VpcId: !Ref Vpc, SecurityGroupEgress: [{IpProtocol: tcp, FromPort: 2049, ToPort: 2049, CidrIp: 10.0.0.0/16}],",
        &[],
    ),
    (
        "FromPort: 8080, ToPort: 8080",
        "FromPort: 80, ToPort: 80",
        &["balancer-not-admitted"],
    ),
    (
        "ToPort: 8080, SourceSecurityGroupId: !Ref BalancerGroup",
        "ToPort: 8080, SourceSecurityGroupId: !GetAtt Closed.GroupId}]}\n  Closed:\n    Type: AWS::EC2::SecurityGroup\n    Properties: {GroupDescription: closed, VpcId: !Ref Vpc, SecurityGroupIngress: [{CidrIp: 10.0.0.0/8, IpProtocol: tcp, FromPort: 1, ToPort: 1",
        &["balancer-not-admitted"],
    ),
    (
        "SecurityGroups: [!Ref BalancerGroup]",
        "SecurityGroups: [sg-1]",
        &[],
    ),
    (
        "Subnets: [!Ref PublicA, !Ref PublicB]",
        "Subnets: [!Ref PublicA]",
        &["too-few-zones"],
    ),
    (
        "Subnets: [!Ref PublicA, !Ref PublicB]",
        "Subnets: [!Ref PublicA, subnet-1]",
        &[],
    ),
    (
        "Subnets: [!Ref PublicA, !Ref PublicB]",
        "Subnets: [!Ref PublicA, !Ref PublicB, !Ref PrivateA]",
        &["too-few-zones"],
    ),
    (
        "{Subnets: [!Ref PublicA, !Ref PublicB]",
        "{Type: network, Subnets: [!Ref PublicA]",
        &[],
    ),
    (
        "{Subnets: [!Ref PublicA, !Ref PublicB]",
        "{Type: network, Subnets: [!Ref PublicA, !Ref PrivateA]",
        &["too-few-zones"],
    ),
    (
        "CidrBlock: 10.0.3.0/24, AvailabilityZone: !Select [1,",
        "CidrBlock: 10.0.3.0/24, AvailabilityZone: !Select [0,",
        &["mount-targets-in-one-zone"],
    ),
    (
        "CidrBlock: 10.0.3.0/24, AvailabilityZone: !Select [1,",
        "CidrBlock: 10.0.3.0/24, AvailabilityZone: !Select [2,",
        &[],
    ),
    (
        "MountB: {Type: AWS::EFS::MountTarget, Properties: {FileSystemId: !Ref Files, SubnetId: !Ref PrivateB",
        "MountB: {Type: AWS::EFS::MountTarget, Properties: {FileSystemId: fs-1, SubnetId: !Ref PrivateB",
        &["zone-without-mount-target"],
    ),
    (
        "MinimumHealthyPercent: 100, MaximumPercent: 200",
        "MinimumHealthyPercent: 100, MaximumPercent: 149",
        &["deployment-stuck"],
    ),
    (
        "MinimumHealthyPercent: 100, MaximumPercent: 200",
        "MinimumHealthyPercent: 100, MaximumPercent: 150",
        &[],
    ),
    (
        "MinimumHealthyPercent: 100, MaximumPercent: 200",
        "MinimumHealthyPercent: 51, MaximumPercent: 100",
        &["deployment-stuck"],
    ),
    (
        "MinimumHealthyPercent: 100, MaximumPercent: 200",
        "MinimumHealthyPercent: 50, MaximumPercent: 100",
        &[],
    ),
    (
        "MinimumHealthyPercent: 100, MaximumPercent: 200",
        "MaximumPercent: 100",
        &["deployment-stuck"],
    ),
    (
        "DesiredCount: 2",
        "DesiredCount: 2\n      HealthCheckGracePeriodSeconds: 60",
        &[],
    ),
    (
        "LoadBalancers: [{",
        "HealthCheckGracePeriodSeconds: 60\n      Tags: [{",
        &["grace-without-balancer"],
    ),
    ("MinCapacity: 1", "MinCapacity: '3'", &["least-above-most"]),
    ("Cpu: \"256\"", "Cpu: .25 vCPU", &[]),
    ("Memory: \"512\"", "Memory: 2GB", &[]),
    ("Memory: \"512\"", "Memory: 3 GB", &["fargate-size"]),
    ("Cpu: \"256\"", "Cpu: 1 vCPU", &["fargate-size"]),
    (
        "ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy]",
        "ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]",
        &["role-lacks-action"],
    ),
    (
        "awslogs-group: !Ref Logs,",
        "awslogs-group: made, awslogs-create-group: \"true\",",
        &["role-lacks-action"],
    ),
    (
        "MountPoints:",
        "Secrets: [{Name: PASSWORD, ValueFrom: arn:aws:secretsmanager:us-east-1:123456789012:secret:x}]\n          MountPoints:",
        &["role-lacks-action"],
    ),
    (
        "MountPoints:",
        "Secrets: [{Name: PASSWORD, ValueFrom: /app/password}]\n          MountPoints:",
        &["role-lacks-action"],
    ),
];

const OF_ENDPOINTS: &[Changed] = &[
    ("ecr.api", "ecr.api", &[]),
    (".ecr.dkr\"", ".ecr.other\"", &["no-way-out"]),
    (".logs\"", ".monitoring\"", &["no-way-out"]),
    (
        "RouteTableIds: [!Ref PrivateTable]",
        "RouteTableIds: [!Ref PublicTable]",
        &["no-way-out"],
    ),
    (
        "ServiceName: !Sub \"com.amazonaws.${AWS::Region}.s3\"",
        "ServiceName: !Ref Given",
        &[],
    ),
    (
        "FromPort: 443, ToPort: 443, CidrIp: 10.0.0.0/16",
        "FromPort: 80, ToPort: 80, CidrIp: 10.0.0.0/16",
        &["endpoint-not-admitted"],
    ),
    (
        "Image: !Sub \"${Repo.RepositoryUri}:1\"",
        "Image: nginx:1.29",
        &["no-way-out"],
    ),
];

const OF_FUNCTIONS: &[Changed] = &[
    (
        "FromPort: 5432, ToPort: 5432",
        "FromPort: 3306, ToPort: 3306",
        &["database-not-admitted"],
    ),
    (
        "Engine: postgres",
        "Engine: mysql",
        &["database-not-admitted"],
    ),
    (
        "Engine: postgres",
        "Engine: postgres, Port: 5433",
        &["database-not-admitted"],
    ),
    ("Engine: postgres", "Engine: other", &[]),
    ("!GetAtt Database.Endpoint.Address", "!Ref Database", &[]),
    (
        "SubnetIds: [!Ref A, !Ref B]}}\n  Caller",
        "SubnetIds: [!Ref A]}}\n  Caller",
        &["too-few-zones"],
    ),
    ("Timeout: 30\n", "Timeout: 31\n", &["visibility-too-short"]),
    (
        "Timeout: 30\n",
        "Timeout: 181\n",
        &["visibility-below-timeout"],
    ),
    (
        "Name: live,",
        "Name: live, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 11},",
        &["provisioned-above-reserved"],
    ),
    (
        "Name: live,",
        "Name: live, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 10},",
        &[],
    ),
    (
        "Timeout: 30\n",
        "Timeout: 30\n      SnapStart: {ApplyOn: PublishedVersions}\n",
        &[],
    ),
    (
        "Timeout: 30\n",
        "Timeout: 30\n      SnapStart: {ApplyOn: PublishedVersions}\n      EphemeralStorage: {Size: 512}\n",
        &[],
    ),
    (
        "Timeout: 30\n",
        "Timeout: 30\n      SnapStart: {ApplyOn: PublishedVersions}\n      EphemeralStorage: {Size: 1024}\n",
        &["snap-start-with-others"],
    ),
    (
        "Timeout: 30\n",
        "Timeout: 30\n      SnapStart: {ApplyOn: None}\n      EphemeralStorage: {Size: 1024}\n",
        &[],
    ),
    (
        "Timeout: 30\n",
        "Timeout: 30\n      SnapStart: {ApplyOn: PublishedVersions}\n      PackageType: Image\n",
        &[],
    ),
    (
        "FunctionName: !Ref Work}}\n  Live",
        "FunctionName: !Ref Work, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}}}\n  Live",
        &[],
    ),
    (
        "Arn, FunctionName: !Ref Work",
        "Arn, FunctionName: !Ref Work, FilterCriteria: {Filters: [{Pattern: '{\"body\": {\"a\": [1]}}'}]}",
        &[],
    ),
    (
        "Arn, FunctionName: !Ref Work",
        "Arn, FunctionName: !Ref Work, FilterCriteria: {Filters: [{Pattern: 'body.a = 1'}]}",
        &["filter-pattern"],
    ),
    (
        "Arn, FunctionName: !Ref Work",
        "Arn, FunctionName: !Ref Work, ScalingConfig: {MaximumConcurrency: 10}",
        &[],
    ),
    (
        "Arn, FunctionName: !Ref Work",
        "Arn, FunctionName: !Ref Work, ScalingConfig: {MaximumConcurrency: 11}",
        &["concurrency-above-reserved"],
    ),
    (
        "Arn, FunctionName: !Ref Work",
        "Arn, FunctionName: !Ref Work, BatchSize: 11",
        &["batch-without-window"],
    ),
    (
        "Arn, FunctionName: !Ref Work",
        "Arn, FunctionName: !Ref Work, BatchSize: 11, MaximumBatchingWindowInSeconds: 1",
        &[],
    ),
    (
        "Arn, FunctionName: !Ref Work",
        "Arn, FunctionName: !Ref Work, MaximumBatchingWindowInSeconds: 1",
        &[],
    ),
];

const OF_OTHERS: &[Changed] = &[
    ("[FARGATE]", "[EC2]", &["job-on-another-kind"]),
    ("[FARGATE]", "[EC2, FARGATE]", &[]),
    (
        "      PlatformCapabilities: [FARGATE]\n",
        "",
        &["job-on-another-kind"],
    ),
    (
        "Type: FARGATE, MaxvCpus: 4",
        "Type: SPOT, MaxvCpus: 4",
        &["environments-mixed"],
    ),
    ("MaxvCpus: 16", "MaxvCpus: 7", &["job-beyond-environment"]),
    ("MaxvCpus: 16", "MaxvCpus: 8", &[]),
    ("MaxvCpus: 16", "MaxvCpus: !Ref Most", &[]),
    (
        "ComputeEnvironment: !Ref Small",
        "ComputeEnvironment: arn:aws:batch:a",
        &[],
    ),
    (
        "Action: lambda:InvokeFunctionUrl",
        "Action: lambda:InvokeFunction",
        &["url-without-permission"],
    ),
    (
        "Action: lambda:InvokeFunctionUrl, FunctionName: !Ref Work",
        "Action: 'lambda:*', FunctionName: !GetAtt Work.Arn",
        &[],
    ),
    (
        "AuthType: NONE, TargetFunctionArn",
        "AuthType: AWS_IAM, TargetFunctionArn",
        &[],
    ),
    (
        "HealthCheckGracePeriodSeconds: 90",
        "HealthCheckGracePeriodSeconds: 89",
        &["ended-before-started"],
    ),
    (
        "      HealthCheckGracePeriodSeconds: 90\n",
        "",
        &["ended-before-started"],
    ),
    (
        "StartPeriod: 90",
        "StartPeriod: 120",
        &["ended-before-started"],
    ),
    (
        "TargetType: ip",
        "TargetType: ip, UnhealthyThresholdCount: 10",
        &[],
    ),
];

fn held(base: &str, table: &[Changed]) {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let rules = |text: &str| -> Vec<String> {
        let found = checker.check(&Source::new("t", text)).unwrap().unwrap();
        let mut rules: Vec<String> = found.into_iter().map(|one| one.rule).collect();
        rules.dedup();
        rules
    };
    assert_eq!(rules(base), [""; 0]);
    let mut problems = Vec::new();
    for (from, to, expected) in table {
        assert!(base.contains(from), "the template has no {from}");
        let found = rules(&base.replacen(from, to, 1));
        if found != *expected {
            problems.push(format!("{from} -> {to}: {found:?} for {expected:?}"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn a_service_reaches_what_it_needs() {
    held(RIGHT, OF_NETWORK);
}

#[test]
fn endpoints_stand_in_for_a_way_out() {
    let text = format!("{}{ENDPOINTS}", RIGHT.replace(NAT, ""));
    held(&text, OF_ENDPOINTS);
}

#[test]
fn a_function_goes_with_what_is_said_of_it() {
    held(FUNCTIONS, OF_FUNCTIONS);
}

#[test]
fn jobs_addresses_and_starts_go_with_what_they_are_sent_to() {
    held(OTHERS, OF_OTHERS);
}
