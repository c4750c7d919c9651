//! Goal: what is measured comes out as text, JSON, a chart, a log and a workload file, and bad
//! input is refused with its fix; nothing outlives the program, however it ends. Method: run
//! the program with a runtime of a few lines of Python, which needs no package; where there is
//! no Python, that is said. The clients themselves run in `cargo xtask measure`.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use assert_cmd::cargo::CommandCargoExt as _;
use serde_json::Value;

use crate::common::landfall;

/// A runtime over the Runtime API: computes for 10 ms, and answers.
const RUNTIME: &str = r#"#!/usr/bin/env python3
import http.client, os, time
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
while True:
    api.request("GET", "/2018-06-01/runtime/invocation/next")
    event = api.getresponse()
    body = event.read()
    id = event.headers["Lambda-Runtime-Aws-Request-Id"]
    until = time.process_time() + 0.01
    while time.process_time() < until:
        pass
    if os.environ.get("HANG") == os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]:
        print("hanging", flush=True)
        time.sleep(600)
    api.request("POST", f"/2018-06-01/runtime/invocation/{id}/response", body)
    api.getresponse().read()
"#;

/// What is said where there is no Python.
const NO_PYTHON: &str = "skipped: there is no Python on this machine";

fn has_python() -> bool {
    let version = Command::new("python3").arg("--version").output();
    version.is_ok_and(|version| version.status.success())
}

/// A folder with the runtime.
fn folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bootstrap");
    std::fs::write(&path, RUNTIME).unwrap();
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&path, mode).unwrap();
    folder
}

const FUNCTION: [&str; 4] = ["measure", "function", "--runtime", "provided.al2023"];

fn path(folder: &Path, name: &str) -> String {
    folder.join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_function_is_measured_into_a_workload_file_and_decided() {
    if !has_python() {
        println!("{NO_PYTHON}");
        return;
    }
    let folder = folder();
    let at = |name: &str| path(folder.path(), name);
    let dir = folder.path().to_str().unwrap();
    let (into, log, chart) = (at("workload.toml"), at("report.log"), at("curve.svg"));
    let events = at("events.jsonl");
    std::fs::write(&events, "{\"id\": 1}\n{\"id\": 22}\n").unwrap();
    let mut arguments = FUNCTION.to_vec();
    arguments.extend(["--dir", dir, "--event", &events, "--invocations", "20"]);
    arguments.extend(["--cold-starts", "2", "--format", "json", "--into", &into]);
    arguments.extend(["--log", &log, "--chart", &chart, "--way", "counted"]);
    let run = landfall(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    let found: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(found["known"], "counted");
    let starts = found["counted"]["starts"].as_array().unwrap();
    let invocations = found["counted"]["invocations"].as_array().unwrap();
    assert_eq!((starts.len(), invocations.len()), (2, 20));
    let cpu_s: f64 = invocations
        .iter()
        .map(|one| one["cpu_s"].as_f64().unwrap())
        .sum();
    assert!((0.2..0.3).contains(&cpu_s), "{cpu_s}");
    for point in found["points"].as_array().unwrap() {
        let known = point["known"].as_str().unwrap();
        let cores = found["cores"].as_f64().unwrap();
        let is_more = point["vcpus"].as_f64().unwrap() > cores;
        assert_eq!(known == "extrapolated", is_more, "{point}");
    }
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!(log.matches("\tBilled Duration: ").count(), 22);
    assert_eq!(log.matches("\tInit Duration: ").count(), 2);
    let drawn = std::fs::read_to_string(chart).unwrap();
    roxmltree::Document::parse(&drawn).unwrap();
    // The file is one that everything else reads, and the log, too.
    let written = std::fs::read_to_string(&into).unwrap();
    for fact in [
        "cpu_share",
        "init",
        "measured_on",
        "memory",
        "# counted on Linux",
    ] {
        assert!(written.contains(fact), "{fact}: {written}");
    }
    let tuned = landfall(&["tune", &into]);
    assert_eq!(tuned.code, 0, "{}", tuned.err);
    let decided = landfall(&["decide", &into, "--scenarios", "0"]);
    assert!(decided.code < 2, "{}", decided.err);
    let imported = landfall(&["import", &path(folder.path(), "report.log")]);
    assert_eq!(imported.code, 0, "{}", imported.err);
}

#[test]
fn the_speed_is_found_from_a_log_of_lambda() {
    if !has_python() {
        println!("{NO_PYTHON}");
        return;
    }
    let folder = folder();
    let dir = folder.path().to_str().unwrap();
    let log = path(folder.path(), "lambda.log");
    let report = |ms: f64| {
        format!(
            "REPORT RequestId: a\tDuration: {ms:.2} ms\tBilled Duration: {:.0} ms\t\
             Memory Size: 1769 MB\tMax Memory Used: 40 MB\t\n",
            ms.ceil()
        )
    };
    let lines: String = [200.0, 204.0, 198.0].map(report).concat();
    std::fs::write(&log, lines).unwrap();
    let mut arguments = FUNCTION.to_vec();
    arguments.extend(["--dir", dir, "--invocations", "10", "--cold-starts", "1"]);
    arguments.extend(["--calibrate", &log, "--format", "json", "--way", "counted"]);
    let run = landfall(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    let found: Value = serde_json::from_str(&run.out).unwrap();
    let factor = found["speed"]["factor"].as_f64().unwrap();
    assert!((10.0..20.5).contains(&factor), "{factor}");
}

/// Whether sizes cannot be throttled on this machine.
fn is_refused(run: &crate::common::Run) -> bool {
    let is_refused = run.code == 2 && run.err.contains("sizes cannot be throttled");
    if is_refused {
        assert!(run.err.contains("--way counted"), "{}", run.err);
    }
    is_refused
}

#[test]
fn sizes_are_measured_where_cgroups_can_be_written() {
    if !has_python() {
        println!("{NO_PYTHON}");
        return;
    }
    let folder = folder();
    let dir = folder.path().to_str().unwrap();
    let log = path(folder.path(), "report.log");
    let mut arguments = FUNCTION.to_vec();
    arguments.extend(["--dir", dir, "--invocations", "6", "--cold-starts", "1"]);
    arguments.extend(["--memory", "256MB,1GB,10240MB", "--way", "throttled"]);
    let run = landfall(&arguments);
    if is_refused(&run) {
        println!("skipped: {}", run.err);
        return;
    }
    assert_eq!(run.code, 0, "{}", run.err);
    for part in [
        "bootstrap: counted and throttled on this machine",
        "sizes       2 sizes measured by 6 warm invocations",
        "measured: in an environment with the CPU time",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
    arguments.extend(["--log", &log, "--format", "json"]);
    let run = landfall(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    let found: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(found["known"], "throttled");
    let known: Vec<&str> = found["points"]
        .as_array()
        .unwrap()
        .iter()
        .map(|point| point["known"].as_str().unwrap())
        .collect();
    assert_eq!(known[..2], ["measured", "measured"]);
    let sizes = found["throttled"]["sizes"].as_array().unwrap();
    assert_eq!(sizes[0]["invocations"], 6);
    assert!(sizes[0]["throttled"].as_u64().unwrap() > 0);
    // 256 of 1,769 MB, with what a machine that does other things may add.
    let share = sizes[0]["utilisation"].as_f64().unwrap();
    assert!((0.01..0.25).contains(&share), "{share}");
    let log = std::fs::read_to_string(log).unwrap();
    assert_eq!(log.matches("\tMemory Size: 256 MB\t").count(), 7);
}

#[test]
fn a_size_that_is_too_small_does_not_fit() {
    let command =
        "python3 -c 'x = bytearray(300 << 20); import runpy; runpy.run_path(\"bootstrap\")'";
    if !has_python() {
        println!("{NO_PYTHON}");
        return;
    }
    let folder = folder();
    let dir = folder.path().to_str().unwrap();
    let run = landfall(&[
        "measure",
        "function",
        "--command",
        command,
        "--dir",
        dir,
        "--invocations",
        "5",
        "--cold-starts",
        "1",
        "--memory",
        "128MB,1GB",
        "--way",
        "throttled",
    ]);
    if is_refused(&run) {
        println!("skipped: {}", run.err);
        return;
    }
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("does not fit"), "{}", run.out);
    let note = "note: at 128MB: out of memory: it needed more than 128MB and was killed";
    assert!(run.out.contains(note), "{}", run.out);
}

#[test]
fn without_a_network_there_is_the_loopback_alone() {
    if !has_python() {
        println!("{NO_PYTHON}");
        return;
    }
    let script = "import errno, socket\n\
         own = socket.create_server((\"127.0.0.1\", 0))\n\
         socket.create_connection(own.getsockname()).close()\n\
         out = socket.socket().connect_ex((\"192.0.2.1\", 9))\n\
         assert out == errno.ENETUNREACH, out\n";
    let folder = folder();
    std::fs::write(folder.path().join("network.py"), script).unwrap();
    let dir = folder.path().to_str().unwrap();
    let run = landfall(&[
        "measure",
        "job",
        "--command",
        "python3 network.py",
        "--runs",
        "1",
        "--dir",
        dir,
        "--no-network",
    ]);
    if run.code == 2 && run.err.contains("cannot give it a network of its own") {
        assert!(run.err.contains("hint: start it as root"), "{}", run.err);
        println!("skipped: {}", run.err);
        return;
    }
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.contains("network     none"), "{}", run.out);
    // A function reaches the Runtime API there.
    let mut arguments = FUNCTION.to_vec();
    arguments.extend(["--dir", dir, "--invocations", "3", "--cold-starts", "1"]);
    arguments.extend(["--no-network", "--memory", "512MB,1GB", "--format", "json"]);
    let run = landfall(&arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    let found: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(found["has_network"], false);
    assert_eq!(found["counted"]["failures"], serde_json::json!([]));
}

#[test]
fn a_job_is_measured() {
    let run = landfall(&["measure", "job", "--command", "sleep 0.1", "--runs", "2"]);
    assert_eq!(run.code, 0, "{}", run.err);
    for part in [
        "sleep: counted on this machine",
        "run         2 times; 0 failed",
        "best ",
    ] {
        assert!(run.out.contains(part), "{part}: {}", run.out);
    }
}

#[test]
fn bad_input_is_refused_with_its_fix() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let event = path(folder.path(), "event.json");
    std::fs::write(&event, "{").unwrap();
    let function = |more: &[&'static str]| {
        let mut all = vec!["measure", "function"];
        all.extend(more);
        all
    };
    for mut arguments in [
        function(&["--runtime", "provided.al2023"]),
        function(&["--runtime", "python3.13"]),
        function(&["--runtime", "cobol", "--handler", "a.b"]),
        function(&["--command", "no-such-program-here"]),
        function(&["--command", "false"]),
        vec!["measure", "job", "--command", "false"],
        vec!["measure", "server", "--command", "false", "--port", "1"],
    ] {
        arguments.extend(["--dir", dir]);
        let run = landfall(&arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}{}", run.out, run.err);
        assert!(run.err.contains("hint: "), "{arguments:?}: {}", run.err);
    }
    let run = landfall(&[
        "measure",
        "function",
        "--command",
        "true",
        "--event",
        &event,
    ]);
    assert_eq!(run.code, 2);
    assert!(
        run.err.contains("event.json:1: this is not JSON"),
        "{}",
        run.err
    );
}

/// Processes that run the runtime of a folder.
fn running(dir: &Path) -> usize {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let commands = all.filter_map(|one| std::fs::read(one.path().join("cmdline")).ok());
    let bootstrap = dir.join("bootstrap");
    let bootstrap = bootstrap.to_str().unwrap();
    commands
        .filter(|line| String::from_utf8_lossy(line).contains(bootstrap))
        .count()
}

/// cgroups of a process that are there still.
fn groups_of(pid: u32) -> usize {
    let own = format!("landfall-{pid}-");
    let mut folders = vec![std::path::PathBuf::from("/sys/fs/cgroup")];
    let mut found = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                found += usize::from(entry.file_name().to_string_lossy().starts_with(&own));
                folders.push(entry.path());
            }
        }
    }
    found
}

/// Ctrl-C, an end that is asked for, and one that is not: nothing is left of any, whether a
/// function is counted, or throttled in a cgroup.
#[test]
fn nothing_outlives_the_program() {
    if !has_python() {
        println!("{NO_PYTHON}");
        return;
    }
    // Where it hangs: what is counted has one vCPU's memory.
    for (way, hangs_at) in [("counted", "HANG=1769"), ("throttled", "HANG=128")] {
        for signal in ["INT", "TERM", "KILL"] {
            if let Err(why) = ended_by(signal, way, hangs_at) {
                println!("skipped: {why}");
            }
        }
    }
}

/// Ends it by a signal while the function hangs; the reason where it cannot be throttled here.
fn ended_by(signal: &str, way: &str, hangs_at: &str) -> Result<(), String> {
    let folder = folder();
    // As the program has it.
    let dir = folder.path().canonicalize().unwrap();
    let mut child = Command::cargo_bin("landfall")
        .unwrap()
        .args(FUNCTION)
        .args(["--show-log", "--timeout", "10min", "--way", way])
        .args(["--invocations", "2", "--cold-starts", "1"])
        .args(["--env", hangs_at, "--dir"])
        .arg(&dir)
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("hanging") {
        line.clear();
        let number = said.read_line(&mut line).unwrap();
        if line.contains("sizes cannot be throttled") {
            assert_eq!(child.wait().unwrap().code(), Some(2));
            return Err(line);
        }
        assert!(number > 0, "it ended");
    }
    assert_eq!(running(&dir), 1);
    let pid = child.id();
    assert_eq!(groups_of(pid) > 0, way == "throttled");
    let sent = Command::new("kill")
        .args(["-s", signal, &pid.to_string()])
        .status();
    assert!(sent.unwrap().success());
    let status = child.wait().unwrap();
    assert_eq!(status.code(), (signal != "KILL").then_some(2), "{signal}");
    // Where it was killed, the guard takes a moment.
    let left = || running(&dir) + groups_of(pid);
    for _ in 0..100 {
        if left() == 0 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(left(), 0, "{signal}, {way}");
    Ok(())
}
