//! What a container, and the hosts that it runs on, are sized to.

use landfall_catalog::Instance;
use landfall_decide::Configuration;
use landfall_units::Bytes;
use landfall_workload::FactId;
use serde_json::{Value, json};

use super::{Language, Planning, mb};

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

    pub(super) fn container(&self, config: &Configuration, language: Language) -> Value {
        let (set, platform) = (&self.settings.containers, self.option.platform.as_str());
        let instance = config.instance.as_ref();
        let instance = instance.and_then(|name| self.catalog.instance(name));
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
        let most = config.max_count.unwrap_or(1.0).ceil().max(1.0);
        let least = config.min_count.unwrap_or(0.0).min(most);
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
            "pool_most": most,
            "pool_why": self.size_why(config),
            "image_parameter": self.settings.images.get(if gpu { "gpu" } else { arch }),
            "instances": self.alike(instance),
            "vcpus_least": host_vcpus,
            "vcpus_most": host_vcpus * 4.0,
            "vcpus_limit": (vcpus * most).ceil().max(set.least_jobs_vcpus),
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
