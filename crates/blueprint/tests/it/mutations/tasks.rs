//! Mistakes in blueprints of tasks, services, jobs and clusters.

use super::Change::{Add, Drop, Set, Swap};
use super::Mistake;

const SERVICE: (&str, &str) = ("microservices", "fargate");
const HOSTS: (&str, &str) = ("microservices", "ecs-ec2");
const GPU: (&str, &str) = ("gpu-training", "ecs-ec2");
const WORKER: (&str, &str) = ("photo-thumbnails", "fargate");
const TASK: (&str, &str) = ("nightly-report", "fargate");
const BATCH: (&str, &str) = ("batch-on-containers", "batch-fargate");
const KUBERNETES: (&str, &str) = ("microservices", "eks-ec2");

pub(super) const MISTAKES: &[Mistake] = &[
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
        "HostsOfService",
        Drop("NewInstancesProtectedFromScaleIn"),
        "protection-without-groups",
    ),
    (
        HOSTS,
        "HostsOfService",
        Set("NewInstancesProtectedFromScaleIn", "false"),
        "protection-without-groups",
    ),
    (
        HOSTS,
        "HostsOfServiceProvider",
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
        "HostsOfTraining",
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
