//! Goal: every rule finds its mistake and keeps quiet otherwise. Method: mistakes are
//! put into blueprints of our own, each of which is clean without; the rule meant finds
//! each, and no rule is without a mistake.

use std::collections::BTreeSet;

use landfall_blueprint::check::Checker;
use landfall_blueprint::{Library, write};
use landfall_catalog::Catalog;
use landfall_source::Source;

use crate::common::{decisions, starter};
use Change::{Add, Drop, Set, Swap};

/// A mistake within one resource's text.
enum Change {
    /// The value of the first line with this key.
    Set(&'static str, &'static str),
    /// The first line that holds this, gone.
    Drop(&'static str),
    /// The first such piece, replaced.
    Swap(&'static str, &'static str),
    /// A line more at the end of its properties.
    Add(&'static str),
}

const OBJECT: (&str, &str) = ("photo-thumbnails", "lambda");
const TABLE: (&str, &str) = ("table-stream-analytics", "lambda");
const MOBILE: (&str, &str) = ("mobile-backend", "lambda");
const NIGHTLY: (&str, &str) = ("nightly-report", "lambda");
const SITE: (&str, &str) = ("website", "lambda");
const SERVICE: (&str, &str) = ("microservices", "fargate");
const HOSTS: (&str, &str) = ("microservices", "ecs-ec2");
const GPU: (&str, &str) = ("gpu-training", "ecs-ec2");
const WORKER: (&str, &str) = ("photo-thumbnails", "fargate");
const TASK: (&str, &str) = ("nightly-report", "fargate");
const BATCH: (&str, &str) = ("batch-on-containers", "batch-fargate");
const KUBERNETES: (&str, &str) = ("microservices", "eks-ec2");
const MANAGED: (&str, &str) = ("website", "lambda-managed-instances");

/// Blueprint, resource, mistake, the rule that finds it.
const MISTAKES: &[((&str, &str), &str, Change, &str)] = &[
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
        "visibility-too-short",
    ),
    (
        MOBILE,
        "EventsQueue",
        Drop("VisibilityTimeout"),
        "visibility-too-short",
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
    (
        SERVICE,
        "ServiceService",
        Drop("- ServiceForward"),
        "service-before-listener",
    ),
    (
        SERVICE,
        "ServiceService",
        Set("ContainerName", "web"),
        "container-not-in-task",
    ),
    (
        SERVICE,
        "ServiceService",
        Set("ContainerPort", "80"),
        "port-not-in-task",
    ),
    (
        SERVICE,
        "ServiceTargets",
        Set("TargetType", "instance"),
        "target-type",
    ),
    (SERVICE, "ServiceTargets", Drop("TargetType"), "target-type"),
    (
        SERVICE,
        "ServiceTask",
        Set("NetworkMode", "bridge"),
        "fargate-network",
    ),
    (
        SERVICE,
        "ServiceTask",
        Drop("NetworkMode"),
        "fargate-network",
    ),
    (SERVICE, "ServiceTask", Set("Cpu", "'300'"), "fargate-size"),
    (
        SERVICE,
        "ServiceTask",
        Set("Memory", "'30000'"),
        "fargate-size",
    ),
    (
        SERVICE,
        "ServiceTask",
        Set("Essential", "true\n          Privileged: true"),
        "privileged-on-fargate",
    ),
    (
        SERVICE,
        "ServiceTask",
        Set(
            "Essential",
            "true\n          ResourceRequirements:\n            - Type: GPU\n              Value: '1'",
        ),
        "gpu-on-fargate",
    ),
    (
        SERVICE,
        "ServiceTask",
        Drop("ExecutionRoleArn"),
        "no-execution-role",
    ),
    (
        SERVICE,
        "ServiceTask",
        Add("        - Name: host\n          Host:\n            SourcePath: /var/run\n"),
        "host-path-on-fargate",
    ),
    (
        SERVICE,
        "ServiceTask",
        Add(
            "        - Name: files\n          EFSVolumeConfiguration:\n            FilesystemId: fs-1\n            AuthorizationConfig:\n              IAM: ENABLED\n",
        ),
        "files-in-the-clear",
    ),
    (
        SERVICE,
        "ServiceTask",
        Swap("          Memory: ", "          Memory: 9"),
        "containers-beyond-task",
    ),
    (
        SERVICE,
        "ServiceTask",
        Swap("- Name: LOG_LEVEL", "- Name: SESSION_SECRET"),
        "secret-in-the-open",
    ),
    (
        SERVICE,
        "ServiceExecutionRole",
        Swap("ecs-tasks.amazonaws.com", "ecs.amazonaws.com"),
        "role-not-trusting",
    ),
    (
        SERVICE,
        "ServiceService",
        Drop("NetworkConfiguration"),
        "no-network-configuration",
    ),
    (
        SERVICE,
        "Listener",
        Drop("Certificates"),
        "listener-without-certificate",
    ),
    (
        SERVICE,
        "Balancer",
        Drop("- LogBucketPolicy"),
        "balancer-before-log-policy",
    ),
    (
        SERVICE,
        "PublicDefault",
        Drop("DependsOn"),
        "route-before-attachment",
    ),
    (
        SERVICE,
        "ServiceService",
        Add("      LaunchType: FARGATE\n      SchedulingStrategy: DAEMON\n"),
        "daemon-on-fargate",
    ),
    (
        SERVICE,
        "ServiceService",
        Add(
            "      LaunchType: FARGATE\n      PlacementStrategies:\n        - Type: binpack\n          Field: memory\n",
        ),
        "placement-on-fargate",
    ),
    (
        HOSTS,
        "ServiceService",
        Drop("- ProviderLink"),
        "service-before-capacity",
    ),
    (
        HOSTS,
        "ServiceService",
        Add("      LaunchType: FARGATE\n"),
        "fargate-without-compatibility",
    ),
    (
        HOSTS,
        "ServiceTask",
        Set("CpuArchitecture", "X86_64"),
        "architecture-mismatch",
    ),
    (
        HOSTS,
        "ServiceTask",
        Set(
            "Essential",
            "true\n          ResourceRequirements:\n            - Type: GPU\n              Value: '1'",
        ),
        "gpu-without-gpu-hosts",
    ),
    (
        HOSTS,
        "ArmHosts",
        Drop("NewInstancesProtectedFromScaleIn"),
        "protection-without-groups",
    ),
    (
        HOSTS,
        "ArmHosts",
        Set("NewInstancesProtectedFromScaleIn", "false"),
        "protection-without-groups",
    ),
    (
        HOSTS,
        "ArmHostsProvider",
        Set("Status", "DISABLED"),
        "protection-without-scaling",
    ),
    (
        HOSTS,
        "Key",
        Swap("events.amazonaws.com", "sns.amazonaws.com"),
        "key-refuses-publisher",
    ),
    (
        HOSTS,
        "AlarmTopicPolicy",
        Swap("events.amazonaws.com", "sns.amazonaws.com"),
        "policy-refuses-publisher",
    ),
    (
        GPU,
        "GpuHosts",
        Swap(
            "- InstanceType: g4dn.2xlarge",
            "- InstanceType: m7i.2xlarge",
        ),
        "gpu-without-gpu-hosts",
    ),
    (
        WORKER,
        "ThumbnailsQueuePolicy",
        Swap("s3.amazonaws.com", "sns.amazonaws.com"),
        "policy-refuses-publisher",
    ),
    (
        WORKER,
        "Key",
        Swap("s3.amazonaws.com", "sns.amazonaws.com"),
        "key-refuses-publisher",
    ),
    (
        WORKER,
        "ThumbnailsQueue",
        Set("KmsMasterKeyId", "alias/aws/sqs"),
        "key-refuses-publisher",
    ),
    (
        TASK,
        "ReportScheduleRole",
        Swap("ecs:RunTask", "ecs:ListTasks"),
        "role-lacks-action",
    ),
    (
        TASK,
        "ReportScheduleRole",
        Swap("iam:PassRole", "iam:GetRole"),
        "role-lacks-action",
    ),
    (
        TASK,
        "ReportUntoldPolicy",
        Swap("events.amazonaws.com", "sns.amazonaws.com"),
        "policy-refuses-publisher",
    ),
    (
        BATCH,
        "TranscodingCompute",
        Swap("        MaxvCpus", "        MinvCpus: 0\n        MaxvCpus"),
        "hosts-on-fargate",
    ),
    (
        BATCH,
        "TranscodingCompute",
        Swap(
            "        MaxvCpus",
            "        InstanceTypes:\n          - c7i\n        MaxvCpus",
        ),
        "hosts-on-fargate",
    ),
    (
        BATCH,
        "TranscodingJob",
        Swap(
            "- Type: VCPU\n            Value: '2'",
            "- Type: VCPU\n            Value: '3'",
        ),
        "fargate-size",
    ),
    (
        BATCH,
        "TranscodingJob",
        Swap(
            "- Type: MEMORY",
            "- Type: GPU\n            Value: '1'\n          - Type: MEMORY",
        ),
        "gpu-on-fargate",
    ),
    (
        BATCH,
        "TranscodingJob",
        Drop("ExecutionRoleArn"),
        "no-execution-role",
    ),
    (
        KUBERNETES,
        "KubernetesCluster",
        Drop("StorageConfig"),
        "auto-mode-in-parts",
    ),
    (
        KUBERNETES,
        "KubernetesCluster",
        Drop("BootstrapSelfManagedAddons"),
        "auto-mode-with-own-addons",
    ),
];

/// The text with one resource's part changed.
fn changed(text: &str, resource: &str, change: &Change) -> String {
    let head = format!("\n  {resource}:\n");
    let begin = text
        .find(&head)
        .unwrap_or_else(|| panic!("there is no {resource}"))
        + 1;
    let end = text[begin..]
        .find("\n\n")
        .map_or(text.len(), |at| begin + at + 1);
    let part = &text[begin..end];
    let new = match change {
        Set(key, value) => {
            let line = part
                .lines()
                .find(|line| {
                    line.trim_start()
                        .trim_start_matches("- ")
                        .starts_with(&format!("{key}:"))
                })
                .unwrap_or_else(|| panic!("{resource} has no {key}"));
            let keep = &line[..=line.find(':').unwrap()];
            part.replacen(line, &format!("{keep} {value}"), 1)
        }
        Swap(from, to) => {
            assert!(part.contains(from), "{resource} has no {from}");
            part.replacen(from, to, 1)
        }
        Add(more) => format!("{part}{more}"),
        Drop(key) => without(part, key),
    };
    assert_ne!(new, part, "{resource}: nothing changed");
    format!("{}{new}{}", &text[..begin], &text[end..])
}

/// The first line that holds a key, and what stands deeper below it, gone.
fn without(part: &str, key: &str) -> String {
    let lines: Vec<&str> = part.split_inclusive('\n').collect();
    let at = lines
        .iter()
        .position(|line| line.contains(key))
        .unwrap_or_else(|| panic!("there is no {key}"));
    let depth = |line: &str| line.len() - line.trim_start().len();
    let below = lines[at + 1..]
        .iter()
        .take_while(|line| depth(line) > depth(lines[at]))
        .count();
    let kept = lines[..at].iter().chain(&lines[at + 1 + below..]);
    kept.copied().collect()
}

#[test]
fn each_mistake_is_found_by_its_rule() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let decisions = decisions();
    let mut exercised = BTreeSet::new();
    let mut problems = Vec::new();
    for ((example, platform), resource, change, rule) in MISTAKES {
        let graph = starter(&decisions, example, platform, &catalog, &library);
        let text = write::cloudformation::template(&graph, "");
        let clean = checker.check(&Source::new("t", &text)).unwrap().unwrap();
        assert!(clean.is_empty(), "{example} {platform}: {clean:?}");
        let bad = changed(&text, resource, change);
        let found = checker.check(&Source::new("t", &bad)).unwrap().unwrap();
        let rules: BTreeSet<&str> = found.iter().map(|one| one.rule.as_str()).collect();
        if !rules.contains(rule) {
            problems.push(format!(
                "{example} {platform} {resource} {rule}: found {rules:?}"
            ));
        }
        assert!(
            found
                .iter()
                .all(|one| one.line > 0 && !one.remedy.is_empty()),
            "{found:?}"
        );
        exercised.insert(*rule);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let known: BTreeSet<&str> = checker
        .rules()
        .iter()
        .map(|rule| rule.id.as_str())
        .collect();
    let others: BTreeSet<&str> = [
        "circle",
        "files-before-mount-targets",
        "provisioned-latest",
        "target-without-permission",
        "too-many-resources",
    ]
    .into();
    let all: BTreeSet<&str> = exercised.union(&others).copied().collect();
    assert_eq!(
        known, all,
        "rules without a mistake, or mistakes without a rule"
    );
    assert!(MISTAKES.len() >= 60);
}

/// What stands in no example: a mistake, and the same without it.
#[test]
fn mistakes_of_strangers() {
    const FILES: &str = "
Resources:
  Files: {Type: AWS::EFS::FileSystem}
  Target: {Type: AWS::EFS::MountTarget, Properties: {FileSystemId: !Ref Files, SubnetId: s, SecurityGroups: [g]}}
  Point: {Type: AWS::EFS::AccessPoint, Properties: {FileSystemId: !Ref Files}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/x
      FileSystemConfigs: [{Arn: !GetAtt Point.Arn, LocalMountPath: /mnt/x}]
";
    const ALIAS: &str = "
Resources:
  Function: {Type: AWS::Lambda::Function, Properties: {Role: r}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Function, Name: live, FunctionVersion: $LATEST, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}}}
";
    const RULE: &str = "
Resources:
  Function: {Type: AWS::Lambda::Function, Properties: {Role: r}}
  Rule: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 hour), Targets: [{Id: a, Arn: !GetAtt Function.Arn}]}}
";
    let lets = "  Lets: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Function, Action: lambda:InvokeFunction, Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn}}\n";
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let rules = |text: &str| -> Vec<String> {
        let found = checker.check(&Source::new("t", text)).unwrap().unwrap();
        found.into_iter().map(|one| one.rule).collect()
    };
    assert_eq!(rules(FILES), ["files-before-mount-targets"]);
    let waits = FILES.replace(
        "    Type: AWS::Lambda::Function",
        "    Type: AWS::Lambda::Function\n    DependsOn: Target",
    );
    assert_eq!(rules(&waits), [""; 0]);
    assert_eq!(rules(ALIAS), ["provisioned-latest"]);
    assert_eq!(rules(&ALIAS.replace("$LATEST", "'1'")), [""; 0]);
    let many = (0..501).map(|place| format!("  T{place}: {{Type: AWS::SNS::Topic}}\n"));
    let many = format!("Resources:\n{}", many.collect::<String>());
    assert_eq!(rules(&many), ["too-many-resources"]);
    assert_eq!(rules(many.trim_end().rsplit_once('\n').unwrap().0), [""; 0]);
    assert_eq!(rules(RULE), ["target-without-permission"]);
    assert_eq!(rules(&format!("{RULE}{lets}")), [""; 0]);
}

/// JSON, long forms and parameters say the same as YAML's short forms.
#[test]
fn every_form_is_read() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let json = "{\n\t\"Resources\": {\n\t\t\"Rule\": {\n\t\t\t\"Type\": \"AWS::Events::Rule\",\n\t\t\t\"Properties\": {\"ScheduleExpression\": {\"Ref\": \"When\"}}\n\t\t}\n\t},\n\t\"Parameters\": {\"When\": {\"Type\": \"String\", \"Default\": \"cron(0 3 * * *)\"}}\n}";
    let found = checker
        .check(&Source::new("t.json", json))
        .unwrap()
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].line, found[0].rule.as_str()), (5, "cron-fields"));
    // What hangs on a condition or on a parameter without a default is not judged.
    for value in ["!If [X, cron(1), cron(2)]", "!Ref Other"] {
        let text = format!(
            "Parameters: {{Other: {{Type: String}}}}\nResources: {{Rule: {{Type: AWS::Events::Rule, Properties: {{ScheduleExpression: {value}}}}}}}\n"
        );
        assert!(
            checker
                .check(&Source::new("t", &text))
                .unwrap()
                .unwrap()
                .is_empty()
        );
    }
    assert!(
        checker
            .check(&Source::new("t", "a: 1\n"))
            .unwrap()
            .is_none()
    );
    for broken in ["a: [1", "a: 1\na: 2\n", "{a: {b: *c}}"] {
        assert!(
            checker.check(&Source::new("t", broken)).is_err(),
            "{broken}"
        );
    }
    let deep = "[".repeat(10_000);
    assert!(checker.check(&Source::new("t", &deep)).is_err());
}
