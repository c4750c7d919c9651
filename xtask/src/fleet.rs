//! A fleet as its users run it: many workloads, in shards on several processes, one of them killed,
//! here and in object storage that answers on this machine.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::docs::root;
use crate::tools::{Result, now, program, run, timed};

/// Workloads of a whole run.
const WORKLOADS: usize = 2_000;
/// Workloads of a small one, whose memory the whole is compared with.
const FEW: usize = 500;
/// Shards of a fleet.
const SHARDS: usize = 16;
/// Processes at once.
const PROCESSES: usize = 2;
/// How much more memory than the small run the whole may take.
const MORE_MEMORY: f64 = 1.2;
/// What the figure is put to.
const CORES: f64 = 1_000.0;
/// Workloads whose options are simulated, too, for how fast that is.
const SIMULATED: usize = 200;
/// What decides by formulas alone: whatever a row costs, the table is the same thing.
const QUICK: [&str; 1] = ["--estimate"];
/// Workloads that go through object storage.
const STORED: usize = 60;
/// Scenarios of each workload.
const SCENARIOS: &str = "100";

/// Runs all of it with a program; the one that is developed where none is named.
pub(crate) fn check(given: Option<&str>) -> Result<()> {
    let work = root().join("target/fleet");
    let _ = std::fs::remove_dir_all(work.join("runs"));
    let runs = work.join("runs");
    let fleet = Fleet {
        program: given.map_or_else(program, PathBuf::from),
        runs: runs.clone(),
    };
    let whole = services(&runs.join("services"), WORKLOADS)?;
    let few = services(&runs.join("few"), FEW)?;
    let (mut least, mut most) = (0, 0);
    timed(&format!("{FEW} workloads"), || {
        least = fleet.decide(&few, "few.parquet", &QUICK)?.1;
        Ok(format!("{} MB at most", least / 1024))
    })?;
    timed(&format!("{WORKLOADS} workloads"), || {
        most = fleet.decide(&whole, "whole.parquet", &QUICK)?.1;
        Ok(format!("{} MB at most", most / 1024))
    })?;
    if most as f64 > least as f64 * MORE_MEMORY {
        return Err(format!(
            "memory grows: {least} kB for {FEW}, {most} kB for {WORKLOADS}"
        ));
    }
    timed(
        &format!("{SHARDS} shards on {PROCESSES} processes, one killed"),
        || {
            fleet.shards(&whole, &QUICK)?;
            fleet.merged("whole.parquet")
        },
    )?;
    timed("object storage", || fleet.stored(&work))?;
    let simulated = services(&runs.join("simulated"), SIMULATED)?;
    timed(&format!("{SIMULATED} workloads, simulated"), || {
        let (seconds, _) = fleet.decide(&simulated, "simulated.parquet", &[])?;
        let rate = SIMULATED as f64 / seconds;
        let cores = std::thread::available_parallelism().map_or(1, usize::from) as f64;
        Ok(format!(
            "{rate:.1} rows/s on {cores} cores; a million rows on {CORES} cores: {:.0} s",
            1e6 / (rate / cores * CORES)
        ))
    })?;
    timed(&format!("{SHARDS} shards of them, one killed"), || {
        fleet.shards(&simulated, &[])?;
        fleet.merged("simulated.parquet")
    })
}

struct Fleet {
    program: PathBuf,
    runs: PathBuf,
}

impl Fleet {
    fn begin(&self, services: &Path, out: &str, more: &[&str]) -> Result<Child> {
        let child = Command::new(&self.program)
            .arg("fleet")
            .arg(services)
            .args(["--out", out, "--scenarios", SCENARIOS])
            .args(more)
            .current_dir(&self.runs)
            .stderr(Stdio::null())
            .spawn();
        child.map_err(|error| format!("{}: {error}", self.program.display()))
    }

    /// Decides a folder; how long it took in seconds, and the most memory in kilobytes.
    fn decide(&self, services: &Path, out: &str, more: &[&str]) -> Result<(f64, u64)> {
        let begun = now();
        let mut child = self.begin(services, out, more)?;
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        loop {
            let text = std::fs::read_to_string(&status).unwrap_or_default();
            let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kb = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            peak = peak.max(kb.unwrap_or(0));
            match child.try_wait().map_err(|error| error.to_string())? {
                Some(status) if status.success() => break,
                Some(status) => return Err(format!("{out}: {status}")),
                None => std::thread::sleep(Duration::from_millis(20)),
            }
        }
        Ok((begun.elapsed().as_secs_f64(), peak))
    }

    /// Decides all shards, so many at once; the first is killed on its way, and begun again.
    fn shards(&self, services: &Path, more: &[&str]) -> Result<()> {
        for part in named(&self.runs)? {
            std::fs::remove_file(self.runs.join(part)).map_err(|error| error.to_string())?;
        }
        let begin = |shard: usize| {
            let of = format!("{shard}/{SHARDS}");
            let arguments = [more, &["--shard", &of]].concat();
            self.begin(services, "part.parquet", &arguments)
        };
        let mut killed = begin(0)?;
        std::thread::sleep(Duration::from_millis(600));
        killed.kill().map_err(|error| error.to_string())?;
        killed.wait().map_err(|error| error.to_string())?;
        let parts = named(&self.runs)?;
        if !parts.is_empty() {
            return Err(format!("what was killed has left {parts:?}"));
        }
        let all: Vec<usize> = (0..SHARDS).collect();
        for some in all.chunks(PROCESSES) {
            let begun = some.iter().map(|shard| begin(*shard));
            for child in begun.collect::<Result<Vec<Child>>>()? {
                let done = child
                    .wait_with_output()
                    .map_err(|error| error.to_string())?;
                if !done.status.success() {
                    return Err(format!("a shard: {}", done.status));
                }
            }
        }
        Ok(())
    }

    /// Puts the shards together, and compares them with the one run.
    fn merged(&self, whole: &str) -> Result<String> {
        let parts = named(&self.runs)?;
        let mut arguments = vec!["fleet", "merge", "merged.parquet"];
        arguments.extend(parts.iter().map(String::as_str));
        run(&self.program, &arguments, &self.runs)?;
        self.alike(whole, "merged.parquet")
    }

    fn alike(&self, one: &str, other: &str) -> Result<String> {
        let read =
            |name: &str| std::fs::read(self.runs.join(name)).map_err(|error| error.to_string());
        let (one_bytes, other_bytes) = (read(one)?, read(other)?);
        if one_bytes != other_bytes {
            return Err(format!("{one} and {other} differ"));
        }
        Ok(format!("{} bytes alike", one_bytes.len()))
    }

    /// The same from and to a store: shards, one begun twice, put together and compared with rows that
    /// were decided here.
    fn stored(&self, work: &Path) -> Result<String> {
        let tools = tools(work)?;
        let services = services(&self.runs.join("stored"), STORED)?;
        self.decide(&services, "here.parquet", &[])?;
        let script = root().join("validators/fleet.py");
        let arguments = [
            script.as_path(),
            &self.program,
            &services,
            &self.runs.join("here.parquet"),
        ];
        let arguments = arguments.map(|path| path.to_string_lossy().into_owned());
        let arguments: Vec<&str> = arguments
            .iter()
            .map(String::as_str)
            .chain([SCENARIOS])
            .collect();
        run(&tools.join("python"), &arguments, &self.runs)
    }
}

/// The shards that are there.
fn named(runs: &Path) -> Result<Vec<String>> {
    let entries = std::fs::read_dir(runs).map_err(|error| error.to_string())?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut parts: Vec<String> = names.filter(|name| name.starts_with("part-")).collect();
    parts.sort();
    Ok(parts)
}

/// A store that answers on this machine; where its Python is.
fn tools(work: &Path) -> Result<PathBuf> {
    let wanted = root().join("validators/fleet.txt");
    let there = work.join("tools/fleet.txt");
    let text_of = |path: &Path| std::fs::read(path).ok();
    let bin = work.join("tools/bin");
    if text_of(&there).is_none_or(|text| Some(text) != text_of(&wanted)) {
        run(Path::new("python3"), &["-m", "venv", "tools"], work)?;
        let wanted_text = wanted.to_string_lossy();
        let pip = ["-m", "pip", "install", "--quiet", "-r", &wanted_text];
        run(&bin.join("python"), &pip, work)?;
        std::fs::copy(&wanted, &there).map_err(|error| error.to_string())?;
    }
    Ok(bin)
}

/// So many workload files, each another: the number alone decides what stands in one.
fn services(folder: &Path, count: usize) -> Result<PathBuf> {
    const TRIGGERS: [&str; 5] = ["http", "queue", "object-created", "schedule", "http"];
    const REGIONS: [&str; 3] = ["us-east-1", "eu-west-1", "eu-central-1"];
    const SHAPES: [&str; 3] = ["steady", "diurnal", "spiky"];
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    for number in 0..count {
        let of = |words: &[&'static str], every: usize| {
            words
                .get(number / every % words.len())
                .copied()
                .unwrap_or_default()
        };
        let trigger = of(&TRIGGERS, 1);
        let traffic = if trigger == "schedule" {
            "traffic.schedule = \"rate(1 hour)\"".to_owned()
        } else {
            let shape = of(&SHAPES, 5);
            let volume = 20 * (1 + number * 37 % 400);
            format!("traffic.volume = \"{volume}k/month\"\ntraffic.shape = \"{shape}\"")
        };
        let text = format!(
            "schema = 1\nname = \"Service {number}\"\nregion = \"{}\"\n\n[team]\nengineers = {}\n\n\
             [[workload]]\nid = \"work\"\ntrigger = \"{trigger}\"\n{traffic}\n\
             work.duration = {{ p50 = \"{}ms\", p99 = \"{}ms\" }}\nwork.memory = \"{}MB\"\n",
            of(&REGIONS, 7),
            2 + number % 9,
            20 + number * 13 % 900,
            1_000 + number * 29 % 3_000,
            100 + number * 17 % 1_900,
        );
        let path = folder.join(format!("service-{number:04}.toml"));
        std::fs::write(path, text).map_err(|error| error.to_string())?;
    }
    Ok(folder.to_path_buf())
}
