//! What a container, and the hosts that it runs on, are sized to.

use std::collections::BTreeMap;

use landfall_catalog::Instance;
use landfall_decide::Configuration;
use landfall_source::Result;
use landfall_units::Bytes;
use landfall_workload::FactId;

use super::families::{
    Capacity, CapacityKind, Controller, Job, MemoryFloor, Pods, Service, Task, TaskDisk, Tasks,
    VcpuRange,
};
use super::{Language, Planning, mb, schedule};
use crate::data::pascal;
use crate::graph::Fault;

/// The tasks of a service.
#[derive(Debug, Clone, Copy)]
struct Size {
    /// vCPUs of each.
    vcpus: f64,
    /// Memory of each.
    memory_mb: f64,
    /// Fewest that run.
    least: f64,
    /// Most that run.
    most: f64,
    /// Most hosts.
    most_hosts: f64,
    /// Memory and vCPUs of a host.
    host: (f64, f64),
}

/// A task of one of several copies.
#[derive(Debug, Clone, Copy)]
struct Share {
    /// Tasks of a copy that are kept running.
    least: f64,
    /// vCPUs of each.
    vcpus: f64,
    /// Memory of each.
    memory_mb: f64,
}

impl Planning<'_, '_> {
    /// The share of a host's memory that tasks may have, in megabytes, and its vCPUs.
    fn host(&self, instance: Option<&Instance>) -> (f64, f64) {
        let platform = self.catalog.platform(&self.option.platform);
        let reserved = platform.map_or(0.0, |one| one.likely("reserved_memory_share"));
        instance.map_or((0.0, 1.0), |instance| {
            let kept_mb = instance.memory.as_mb() * (1.0 - reserved);
            (kept_mb.floor(), instance.vcpus)
        })
    }

    /// What a task of one copy gets of the hosts that all copies share: as many tasks as are
    /// kept for availability, on the hosts that run at the least. None where a copy has its
    /// own.
    fn share(
        &self,
        config: &Configuration,
        hosts: f64,
        (host_mb, host_vcpus): (f64, f64),
    ) -> Option<Share> {
        let copies = f64::from(self.topology.copies);
        if !config.is_for_all_copies || copies <= 1.0 || hosts <= 0.0 {
            return None;
        }
        let kept = self.workload.facts.likely(FactId::MinTasks);
        let least = kept.unwrap_or(self.settings.containers.kept_tasks).max(1.0);
        let of_host = (hosts / (copies * least)).min(1.0);
        Some(Share {
            least,
            vcpus: host_vcpus * of_host,
            memory_mb: (host_mb * of_host).floor(),
        })
    }

    /// How large tasks are, how many of them there are, and their hosts.
    fn size(&self, config: &Configuration) -> Size {
        let (host_mb, host_vcpus) = self.host(self.instance(config));
        let memory_mb = config.memory_mb.unwrap_or_else(|| {
            let needed_mb = mb(self.likely(FactId::Memory).unwrap_or(0.0)).ceil();
            if config.concurrency.is_none() && needed_mb > 0.0 {
                needed_mb.min(host_mb)
            } else {
                host_mb
            }
        });
        let vcpus = config.vcpus.unwrap_or(host_vcpus);
        let pool_most = config.max_count.unwrap_or(1.0).ceil().max(1.0);
        let pool_least = config.min_count.unwrap_or(0.0).min(pool_most);
        let share = self.share(config, pool_least, (host_mb, host_vcpus));
        let (least, most) = share.map_or((pool_least, pool_most), |share| {
            let on_each = host_vcpus / share.vcpus;
            let most = pool_most * on_each / f64::from(self.topology.copies);
            (share.least, most.floor().max(share.least))
        });
        let (vcpus, memory_mb) =
            share.map_or((vcpus, memory_mb), |share| (share.vcpus, share.memory_mb));
        Size {
            vcpus,
            memory_mb,
            least,
            most,
            most_hosts: pool_most,
            host: (host_mb, host_vcpus),
        }
    }

    /// The instance that hosts are.
    fn instance(&self, config: &Configuration) -> Option<&Instance> {
        let name = config.instance.as_ref()?;
        self.catalog.instance(name)
    }

    /// Tasks of ECS, the service that keeps them, and where they run.
    pub(super) fn of_ecs(&self, config: &Configuration, language: Language) -> Result<Tasks> {
        let set = &self.settings.containers;
        let size = self.size(config);
        let kind = match self.option.platform.as_str() {
            "fargate" => CapacityKind::Fargate,
            "ecs-managed-instances" => CapacityKind::Managed,
            _ => CapacityKind::Group,
        };
        let start_s = self.start_s();
        let health_check = self.settings.health_checks.get(language.word());
        let health_check = health_check.ok_or_else(|| {
            Fault(format!(
                "settings.toml has no check of health in {}",
                language.word()
            ))
        })?;
        let command = std::iter::once("CMD".to_owned()).chain(health_check.iter().cloned());
        Ok(Tasks {
            task: Task {
                compatibility: match kind {
                    CapacityKind::Fargate => "FARGATE",
                    CapacityKind::Managed => "MANAGED_INSTANCES",
                    CapacityKind::Group => "EC2",
                },
                cpu_units: (size.vcpus * set.cpu_units).round(),
                memory_mb: size.memory_mb,
                architecture: cpu_architecture(config),
                disk: self.task_disk(kind == CapacityKind::Fargate),
                health_check: command.collect(),
                start_period_s: start_s.clamp(set.least_start_period_s, set.most_start_period_s),
            },
            service: self.service(config, &size),
            capacity: self.capacity(config, kind, &size)?,
        })
    }

    fn service(&self, config: &Configuration, size: &Size) -> Service {
        let set = &self.settings.containers;
        let (least, most) = (size.least, size.most);
        let concurrency = config.concurrency.unwrap_or(1.0).max(1.0);
        let peak_per_s = self.likely(FactId::RatePeak).unwrap_or(1.0);
        let platform = self.catalog.platform(&self.option.platform);
        let watched = platform.filter(|_| config.high_resolution);
        Service {
            least,
            most,
            count_why: format!("{least} to {most} tasks, as simulated"),
            grace_s: (self.start_s() * 2.0).max(set.least_grace_s),
            resolution_s: watched.map(|platform| platform.likely("high_resolution_period")),
            cpu_target_percent: set.cpu_target_percent,
            requests_target: (peak_per_s * 60.0 / most).ceil().max(1.0),
            backlog_target: (concurrency * 2.0).ceil(),
        }
    }

    fn capacity(
        &self,
        config: &Configuration,
        kind: CapacityKind,
        size: &Size,
    ) -> Result<Capacity> {
        let has_gpu = self.flag(FactId::Gpu);
        let arch = config.architecture.unwrap_or("x86_64");
        let (host_mb, host_vcpus) = size.host;
        let image = if has_gpu { "gpu" } else { arch };
        let image_parameter = self.settings.images.get(image);
        let image_parameter = image_parameter
            .ok_or_else(|| Fault(format!("settings.toml has no machine image of {image}")))?;
        let what = match kind {
            CapacityKind::Managed => "Managed",
            CapacityKind::Fargate | CapacityKind::Group => "Hosts",
        };
        Ok(Capacity {
            kind,
            is_spot: is_spot(config),
            has_gpu,
            why: self.size_why(config),
            group: format!("{what}Of{}", pascal(&self.workload.id)),
            most: size.most_hosts,
            image_parameter: image_parameter.clone(),
            instances: self.alike(self.instance(config)),
            disk_gb: self.host_disk_gb(),
            // Hosts of the size that was chosen, or some larger: AWS takes what it has.
            vcpus: VcpuRange {
                min: host_vcpus,
                max: host_vcpus * 4.0,
            },
            memory: MemoryFloor { min: host_mb },
        })
    }

    /// Jobs of Batch, and where they run.
    pub(super) fn job(&self, config: &Configuration) -> Job {
        let set = &self.settings.containers;
        let size = self.size(config);
        let is_fargate = self.option.platform == "batch-fargate";
        Job {
            is_fargate,
            is_spot: is_spot(config),
            has_gpu: self.flag(FactId::Gpu),
            why: self.size_why(config),
            most_vcpus: (size.vcpus * size.most_hosts)
                .ceil()
                .max(set.least_jobs_vcpus),
            instances: self.alike(self.instance(config)),
            disk_gb: self.host_disk_gb(),
            timeout_s: self.job_timeout_s(config),
            vcpus: size.vcpus,
            memory_mb: size.memory_mb,
            architecture: cpu_architecture(config),
            disk: self.task_disk(is_fargate),
        }
    }

    /// Pods of Kubernetes, and their cluster.
    pub(super) fn pods(
        &self,
        trigger: &'static str,
        config: &Configuration,
        schedule: &str,
    ) -> Result<Pods> {
        let (set, kubernetes) = (&self.settings.containers, &self.settings.kubernetes);
        let size = self.size(config);
        let is_fargate = self.option.platform == "eks-fargate";
        let nodes = if is_fargate { "fargate" } else { "ec2" };
        let policies = |all: &BTreeMap<String, Vec<String>>| {
            let found = all.get(nodes).cloned();
            found.ok_or_else(|| Fault(format!("settings.toml has no policies of {nodes}")))
        };
        let replicas = size.least.max(1.0).trunc();
        let share = kubernetes.node_share;
        Ok(Pods {
            is_fargate,
            is_spot: is_spot(config),
            has_gpu: self.flag(FactId::Gpu),
            why: self.size_why(config),
            version: kubernetes.version.clone(),
            cluster_policies: policies(&self.settings.cluster_policies)?,
            node_policies: policies(&self.settings.node_policies)?,
            architecture: match config.architecture {
                Some("arm64") => "arm64",
                _ => "amd64",
            },
            memory_mb: size.memory_mb,
            cpu: format!("{:.0}m", size.vcpus * share * 1000.0),
            memory: format!("{:.0}Mi", size.memory_mb * share),
            replicas,
            most_replicas: size.most.max(replicas),
            cpu_target_percent: set.cpu_target_percent,
            probe_period_s: set.start_probe_s,
            start_probes: (self.start_s() * 2.0 / set.start_probe_s)
                .ceil()
                .max(set.least_start_probes),
            timeout_s: self.job_timeout_s(config),
            cron: schedule::cron(schedule).0,
            controller: match trigger {
                "schedule" => Controller::CronJob,
                "batch" => Controller::Job,
                _ => Controller::Deployment,
            },
            listens: matches!(trigger, "http" | "websocket" | "tcp" | "udp"),
            is_http: matches!(trigger, "http" | "websocket"),
            protocol: if trigger == "udp" { "UDP" } else { "TCP" },
        })
    }

    /// How long a container takes to start, in whole seconds.
    fn start_s(&self) -> f64 {
        self.likely(FactId::Init).unwrap_or(0.0).ceil()
    }

    /// Scratch disk of a task, where it asks for more than each has on Fargate.
    fn task_disk(&self, is_fargate: bool) -> Option<TaskDisk> {
        let asked = self.likely(FactId::EphemeralDisk).unwrap_or(0.0);
        let size_gib = Bytes::from_f64(asked).as_gb().ceil();
        let is_more = size_gib >= self.settings.containers.free_disk_gb;
        (is_fargate && is_more).then_some(TaskDisk { size_gib })
    }

    fn host_disk_gb(&self) -> u32 {
        let set = &self.settings.containers;
        if self.flag(FactId::Gpu) {
            set.gpu_disk_gb
        } else {
            set.host_disk_gb
        }
    }

    /// The chosen instance and others of its size, which a group may take as well.
    fn alike(&self, chosen: Option<&Instance>) -> Vec<String> {
        let Some(chosen) = chosen else {
            return Vec::new();
        };
        let mut names = vec![chosen.name.clone()];
        let same = |other: &&Instance| {
            other.name != chosen.name
                && other.architecture == chosen.architecture
                && other.vcpus.total_cmp(&chosen.vcpus).is_eq()
                && other.memory == chosen.memory
                && other.gpus.total_cmp(&chosen.gpus).is_eq()
                && other.gpu == chosen.gpu
                && !other.is_burstable()
                && !other.is_metal()
        };
        let others = self.catalog.instances.iter().filter(same).take(2);
        names.extend(others.map(|other| other.name.clone()));
        names
    }
}

/// The architecture of a container, as ECS names it.
fn cpu_architecture(config: &Configuration) -> &'static str {
    match config.architecture {
        Some("arm64") => "ARM64",
        _ => "X86_64",
    }
}

fn is_spot(config: &Configuration) -> bool {
    config.purchase == Some("spot")
}
