//! The formats that are read, with good inputs of each and the commands that read them.

use std::path::Path;

use super::call::Scratch;
use crate::tools::Result;

/// A format.
#[derive(Debug)]
pub(super) struct Format {
    pub(super) name: &'static str,
    /// Its share of all inputs, in hundredths.
    pub(super) share: u64,
    /// Good inputs, by the path from the worker's folder at which they are read.
    pub(super) seeds: Vec<(String, Vec<u8>)>,
    /// What stands beside the input.
    pub(super) beside: Vec<(String, Vec<u8>)>,
    /// Commands: `{file}` is the input, `{dir}` the worker's folder, `{text}` the input as an
    /// argument; `<` at the end gives it as the standard input.
    pub(super) commands: &'static [&'static str],
}

type Files = Vec<(String, Vec<u8>)>;

/// Files of a folder and of those in it, under the name that `rename` gives them.
fn files(folder: &Path, name: &str) -> Result<Files> {
    let mut found = Vec::new();
    let entries = std::fs::read_dir(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    for entry in entries.flatten() {
        let path = entry.path();
        let inner = format!("{name}/{}", entry.file_name().to_string_lossy());
        if path.is_dir() {
            found.extend(files(&path, &inner)?);
        } else {
            found.push((inner, std::fs::read(&path).map_err(|e| e.to_string())?));
        }
    }
    found.sort();
    Ok(found)
}

fn ending(files: Files, ends: &[&str]) -> Files {
    let is = |name: &str| ends.iter().any(|end| name.rsplit('.').next() == Some(end));
    files.into_iter().filter(|(name, _)| is(name)).collect()
}

/// Every format; good records and templates are made by the program itself.
pub(super) fn all(scratch: &Scratch) -> Result<Vec<Format>> {
    let root = &scratch.root;
    let examples = ending(files(&root.join("examples"), "in")?, &["toml"]);
    let is_usage = |name: &str| name.contains("/usage/");
    let (usage, workloads): (Files, Files) =
        examples.into_iter().partition(|(name, _)| is_usage(name));
    let quick =
        std::fs::read(root.join("examples/gpu-training.toml")).map_err(|e| e.to_string())?;
    let patterns = files(&root.join("crates/blueprint/tests/patterns"), "in")?;
    let shipped = files(&root.join("crates/blueprint/data/patterns"), "in")?;
    let (openapi, shipped): (Files, Files) = shipped
        .into_iter()
        .partition(|(name, _)| name.rsplit('.').next() == Some("yaml"));
    Ok(vec![
        workload_files([workloads, patterns, shipped].concat()),
        Format {
            name: "usage files",
            share: 7,
            seeds: usage,
            beside: Vec::new(),
            commands: &[
                "bill {file}",
                "bill {file} --format json --exact",
                "bill {file} --region eu-west-1",
            ],
        },
        Format {
            name: "OpenAPI files",
            share: 3,
            seeds: openapi,
            beside: Vec::new(),
            commands: &[
                "blueprint --pattern rest-api-from-openapi --openapi {file} --scenarios 0 --out {dir}/out --force",
                "blueprint --pattern http-api-from-openapi --openapi {file} --scenarios 0 --format sam --out {dir}/out --force",
            ],
        },
        traces(),
        imports(root)?,
        price_lists(root)?,
        prices(root)?,
        templates(scratch)?,
        locks(scratch, &quick)?,
        packs(root)?,
        arguments(),
        answers(),
    ])
}

/// What workloads are imported from: templates, manifests, logs, metrics, charges.
fn imports(root: &Path) -> Result<Format> {
    Ok(Format {
        name: "imports",
        share: 10,
        seeds: files(&root.join("crates/import/tests/cases"), "in")?,
        beside: Vec::new(),
        commands: &[
            "import {file}",
            "import {file} --format json",
            "import - <",
            "import {dir}/in --out {dir}/out.toml --force",
        ],
    })
}

fn workload_files(seeds: Files) -> Format {
    Format {
        name: "workload files",
        share: 15,
        seeds,
        beside: Vec::new(),
        commands: &[
            "decide {file} --worlds 0",
            "decide {file} --worlds 20 --format json",
            "decide {file} --worlds 0 --format markdown",
            "explain {file} --worlds 0",
            "simulate {file} --requests 10000",
            "blueprint {file} --worlds 0 --out {dir}/infra --force",
            "blueprint {file} --worlds 0 --out {dir}/infra --force --format cdk",
            "framework show {file}",
        ],
    }
}

/// Recorded traffic in each layout, and the files beside it.
fn traces() -> Format {
    const LAYOUTS: [(&str, &str); 8] = [
        (
            "in/requests.csv",
            "timestamp,duration\n0,0.1\n10,0.2\n130,0.1\n",
        ),
        ("in/counts.csv", "period,count\n1,60\n2,0\n3,180\n"),
        (
            "in/values.csv",
            "timestamp,value\n2026-01-01T00:00:00Z,5\n2026-01-01T00:01:00Z,9\n",
        ),
        (
            "in/azure2019.csv",
            "HashOwner,HashApp,HashFunction,Trigger,1,2,3\na,b,c,http,1,0,7\nd,e,f,queue,0,2,0\n",
        ),
        (
            "in/azure2021.csv",
            "app,func,end_timestamp,duration\na,b,1.5,0.5\na,c,2.5,0.1\n",
        ),
        (
            "in/starts.csv",
            "is_cold,start_time,aws_duration,exist_id\n1,0,120,a\n0,3,80,a\n",
        ),
        (
            "in/metric.json",
            "{\"Label\":\"Invocations\",\"Datapoints\":[{\"Timestamp\":\"2026-01-01T00:00:00Z\",\
             \"Sum\":12.0,\"Unit\":\"Count\"},{\"Timestamp\":\"2026-01-01T00:01:00Z\",\"Sum\":3.0,\
             \"Unit\":\"Count\"}]}",
        ),
        (
            "in/metrics.json",
            "{\"MetricDataResults\":[{\"Id\":\"m1\",\"Label\":\"x\",\"Timestamps\":\
             [\"2026-01-01T00:00:00Z\",\"2026-01-01T00:05:00Z\"],\"Values\":[4.0,9.0],\
             \"StatusCode\":\"Complete\"}]}",
        ),
    ];
    const SIDES: [(&str, &str); 2] = [
        (
            "in/durations.csv",
            "HashApp,HashFunction,percentile_Average_50,percentile_Average_99,\
             percentile_Average_100\nb,c,100,200,300\n",
        ),
        ("in/memory.csv", "HashApp,AverageAllocatedMb_pct99\nb,150\n"),
    ];
    let owned = |(name, text): (&str, &str)| (name.to_owned(), text.as_bytes().to_vec());
    let traced = "schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\ntrigger = \"http\"\n\
                  traffic.trace = \"trace.csv\"\nwork.duration = \"100ms\"\n";
    Format {
        name: "traces",
        share: 11,
        seeds: LAYOUTS.into_iter().chain(SIDES).map(owned).collect(),
        beside: LAYOUTS
            .into_iter()
            .map(owned)
            .chain([("in/traced.toml".to_owned(), traced.as_bytes().to_vec())])
            .collect(),
        commands: &[
            "simulate --trace {file} --duration 100ms --for 1h",
            "simulate --trace {file} --duration 100ms --skip-bad-rows",
            "simulate --trace {dir}/in/azure2019.csv --durations {file}",
            "simulate --trace {dir}/in/azure2019.csv --duration 100ms --memory {file}",
            "simulate --replay {file}",
            "decide {dir}/in/traced.toml --worlds 0 --set workload.a.traffic.trace={file}",
        ],
    }
}

fn price_lists(root: &Path) -> Result<Format> {
    Ok(Format {
        name: "price lists",
        share: 12,
        seeds: files(&root.join("crates/catalog/tests/price_list"), "in")?,
        beside: Vec::new(),
        commands: &["prices update --region eu-west-1 --from {file}"],
    })
}

fn prices(root: &Path) -> Result<Format> {
    let path = root.join("crates/catalog/data/prices/us-east-1/services.csv");
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let text = text.replace("us-east-1,", "eu-west-1,");
    let one = "data/prices/eu-west-1.csv".to_owned();
    Ok(Format {
        name: "price tables",
        share: 8,
        seeds: vec![(one, text.into_bytes())],
        beside: Vec::new(),
        commands: &[
            "prices show --region eu-west-1",
            "prices check eu-west-1",
            "bill examples/usage/web-service.toml --region eu-west-1",
            "decide examples/photo-thumbnails.toml --region eu-west-1 --worlds 0",
            "prices update --region eu-west-1 --from crates/catalog/tests/price_list",
        ],
    })
}

/// Templates as blueprints have them.
fn templates(scratch: &Scratch) -> Result<Format> {
    let mut seeds = Vec::new();
    for example in ["photo-thumbnails", "website", "nightly-report"] {
        let out = scratch.path("made").join(example);
        let (file, to) = (format!("examples/{example}.toml"), out.display());
        let made = scratch.run_words(&format!("blueprint {file} --worlds 0 --out {to}"))?;
        if made.exit != Some(0) {
            return Err(format!("no blueprint of {file}"));
        }
        seeds.extend(ending(
            files(&out, &format!("in/{example}"))?,
            &["yaml", "json"],
        ));
    }
    let of_sam = scratch.root.join("crates/blueprint/tests/sam");
    seeds.extend(ending(files(&of_sam, "in/sam")?, &["yaml"]));
    Ok(Format {
        name: "templates",
        share: 13,
        seeds,
        beside: Vec::new(),
        commands: &[
            "blueprint check {file}",
            "blueprint check {file} --format json",
            "blueprint check {file} --format sarif",
            "blueprint check {dir}/in",
        ],
    })
}

fn locks(scratch: &Scratch, workload: &[u8]) -> Result<Format> {
    scratch.put("made/w.toml", workload)?;
    let path = scratch.path("made/w.toml");
    let recorded = scratch.run_words(&format!("decide {} --worlds 0 --record", path.display()))?;
    let lock = std::fs::read(scratch.path("made/landfall.lock"));
    let (Ok(lock), Some(0)) = (lock, recorded.exit) else {
        return Err("no decision can be recorded".to_owned());
    };
    Ok(Format {
        name: "lock files",
        share: 5,
        seeds: vec![("in/landfall.lock".to_owned(), lock)],
        beside: vec![("in/w.toml".to_owned(), workload.to_vec())],
        commands: &[
            "check {dir}/in/w.toml",
            "check {dir}/in/w.toml --format github",
            "check {dir}/in/w.toml --format json",
            "decide {dir}/in/w.toml --worlds 0 --record",
        ],
    })
}

fn packs(root: &Path) -> Result<Format> {
    let pack = files(&root.join("crates/framework/packs/current"), "in")?;
    let pack = ending(pack, &["toml"]);
    Ok(Format {
        name: "frameworks",
        share: 6,
        seeds: pack.clone(),
        beside: pack,
        commands: &[
            "framework lint --framework {dir}/in",
            "framework test --framework {dir}/in",
            "framework show --framework {dir}/in",
            "decide examples/website.toml --worlds 0 --framework {dir}/in",
        ],
    })
}

/// Arguments that have a form of their own.
fn arguments() -> Format {
    const TEXTS: [&str; 16] = [
        "2M/month",
        "0.9/s",
        "lognormal:2s,5s",
        "exp:1.991s",
        "800ms",
        "10GB",
        "30s,60s,600s",
        "spiky",
        "rate(5 minutes)",
        "cron(0 9 ? * MON-FRI *)",
        "Europe/Berlin",
        "2021-09-01",
        "us-east-1",
        "workload.thumbnails.traffic.volume=30M/month",
        "lambda",
        "12d",
    ];
    Format {
        name: "arguments",
        share: 7,
        seeds: TEXTS
            .iter()
            .enumerate()
            .map(|(place, text)| (format!("in/{place}.txt"), text.as_bytes().to_vec()))
            .collect(),
        beside: Vec::new(),
        commands: &[
            "simulate --rate={text} --duration 100ms --for 60s",
            "simulate --rate 1/s --duration={text} --for 60s",
            "simulate --rate 1/s --duration 100ms --for={text}",
            "simulate --rate 1/s --duration 100ms --init={text} --idle-limit={text} --for 60s",
            "simulate --rate 1/s --shape={text} --duration 100ms --for 60s",
            "simulate --schedule={text} --duration 100ms --for 1h --time-zone={text}",
            "simulate --rate 1/s --duration 100ms --for 60s --requests={text}",
            "simulate --rate 1/s --duration 100ms --batch={text} --for 60s",
            "decide examples/photo-thumbnails.toml --worlds 0 --set={text}",
            "decide examples/photo-thumbnails.toml --worlds 0 --as-of={text}",
            "decide examples/photo-thumbnails.toml --worlds 0 --region={text}",
            "decide examples/photo-thumbnails.toml --worlds={text}",
            "explain examples/photo-thumbnails.toml --worlds 0 --why-not={text}",
            "prices show --region={text} --service={text}",
            "prices update --region={text} --from crates/catalog/tests/price_list",
            "prices update --region eu-west-1 --url={text}",
        ],
    }
}

fn answers() -> Format {
    let text = "http\n2M/month\n800ms\n600MB\nyes\nno\n?\n\ndiurnal\n15\n".repeat(4);
    Format {
        name: "answers",
        share: 3,
        seeds: vec![("in/answers.txt".to_owned(), text.into_bytes())],
        beside: Vec::new(),
        commands: &["init {dir}/in/new.toml --worlds 0 --force <"],
    }
}
