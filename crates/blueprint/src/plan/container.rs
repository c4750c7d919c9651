//! What a container, and the hosts that it runs on, are sized to.

use landfall_catalog::Instance;
use landfall_decide::Configuration;
use landfall_units::Bytes;
use landfall_workload::FactId;
use serde_json::{Value, json};

use super::{Language, Planning, mb};
use crate::data::pascal;

/// The tasks of a service.
#[derive(Debug, Clone, Copy)]
struct Tasks {
    /// vCPUs of each.
    vcpus: f64,
    /// Memory of each.
    memory_mb: f64,
    /// Fewest that run.
    least: f64,
    /// Most that run.
    most: f64,
    /// Most hosts.
    pool_most: f64,
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
    pub(super) fn host(&self, instance: Option<&Instance>) -> (f64, f64) {
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
    fn tasks(&self, config: &Configuration, instance: Option<&Instance>) -> Tasks {
        let (host_mb, host_vcpus) = self.host(instance);
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
        Tasks {
            vcpus,
            memory_mb,
            least,
            most,
            pool_most,
            host: (host_mb, host_vcpus),
        }
    }

    pub(super) fn container(&self, config: &Configuration, language: Language) -> Value {
        let (set, platform) = (&self.settings.containers, self.option.platform.as_str());
        let instance = config.instance.as_ref();
        let instance = instance.and_then(|name| self.catalog.instance(name));
        let Tasks {
            vcpus,
            memory_mb,
            least,
            most,
            pool_most,
            host: (host_mb, host_vcpus),
        } = self.tasks(config, instance);
        let gpu = self.flag(FactId::Gpu);
        let arch = config.architecture.unwrap_or("x86_64");
        let (capacity, compatibility) = match platform {
            "fargate" | "eks-fargate" | "batch-fargate" => ("fargate", "FARGATE"),
            "ecs-managed-instances" => ("managed", "MANAGED_INSTANCES"),
            "ecs-ec2" => ("asg", "EC2"),
            _ => ("ec2", "EC2"),
        };
        let pool = match (gpu, arch) {
            (true, _) => "GpuHosts",
            (_, "arm64") => "ArmHosts",
            _ => "X86Hosts",
        };
        let disk = self.likely(FactId::EphemeralDisk).unwrap_or(0.0);
        let disk_gb = Bytes::from_f64(disk).as_gb().ceil();
        let extra_disk = capacity == "fargate" && disk_gb >= set.free_disk_gb;
        let concurrency = config.concurrency.unwrap_or(1.0).max(1.0);
        let peak_per_s = self.likely(FactId::RatePeak).unwrap_or(1.0);
        let start_s = self.likely(FactId::Init).unwrap_or(0.0).ceil();
        let named = self
            .catalog
            .platform(platform)
            .filter(|_| config.high_resolution);
        let resolution_s = named.map(|platform| platform.likely("high_resolution_period"));
        json!({
            "start_s": start_s,
            "start_period_s": start_s.clamp(set.least_start_period_s, set.most_start_period_s),
            "grace_s": (start_s * 2.0).max(set.least_grace_s),
            "start_failures": (start_s * 2.0 / set.start_probe_s).ceil().max(set.least_start_probes),
            "start_probe_s": set.start_probe_s,
            "capacity": capacity,
            "compatibility": compatibility,
            "cpu": (vcpus * set.cpu_units).round(),
            "vcpus": vcpus,
            "memory_mb": memory_mb,
            "arch": if arch == "arm64" { "ARM64" } else { "X86_64" },
            "gpu": gpu,
            "spot": config.purchase == Some("spot"),
            "min": least,
            "max": most,
            "cpu_target": set.cpu_target,
            "resolution_s": resolution_s,
            "requests_target": (peak_per_s * 60.0 / most).ceil().max(1.0),
            "backlog": (concurrency * 2.0).ceil(),
            "count_why": format!("{least} to {most} tasks, as simulated"),
            "ephemeral_gb": extra_disk.then_some(disk_gb),
            "disk_gb": if gpu { set.gpu_disk_gb } else { set.host_disk_gb },
            "pool": pool,
            // Workloads share hosts of one size.
            "provider": format!("Managed{}", pascal(config.instance.as_deref().unwrap_or("Provider"))),
            "pool_most": pool_most,
            "pool_why": self.size_why(config),
            "image_parameter": self.settings.images.get(if gpu { "gpu" } else { arch }),
            "instances": self.alike(instance),
            "vcpus_least": host_vcpus,
            "vcpus_most": host_vcpus * 4.0,
            "vcpus_limit": (vcpus * pool_most).ceil().max(set.least_jobs_vcpus),
            "host_memory_least": host_mb,
            "health_check": self.settings.health_checks.get(language.word()),
        })
    }

    /// The chosen instance and others of its size, which a group may take as well.
    pub(super) fn alike(&self, chosen: Option<&Instance>) -> Vec<String> {
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
