//! Goal: a function is served as Lambda serves it, counted right, and nothing stays behind,
//! whatever it does. Method: this program is the function, too: a runtime of a few lines over a
//! socket, which behaves as a variable says; and it is the guard.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::exit,
    clippy::zombie_processes,
    reason = "a test may panic, and what it runs may end or leave processes"
)]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use landfall_harness::{
    Cgroups, Function, FunctionFound, Gate, Guard, Job, Launch, Limits, Server, SizeFound, Trouble,
    stand_gate, stand_guard,
};
use landfall_measure::{HttpRequest, Payload, Quota};

/// What the function does, and where it says who it is.
const BEHAVE: &str = "LANDFALL_TEST_BEHAVE";
/// One measurement at a time, where tests share a process and a machine.
static ALONE: Mutex<()> = Mutex::new(());

/// The guard of these tests, when it is started as one.
#[test]
fn as_guard() {
    if std::env::var_os("LANDFALL_TEST_GUARD").is_some() {
        stand_guard(BufReader::new(std::io::stdin()));
    }
}

/// The gate of these tests, when it is started as one.
#[test]
fn as_gate() {
    if std::env::var_os("LANDFALL_TEST_GATE").is_some()
        && let Some(error) = stand_gate(std::io::stdin())
    {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

/// The function of these tests, when it is started as one.
#[test]
fn as_runtime() {
    let Ok(behave) = std::env::var(BEHAVE) else {
        return;
    };
    match behave.as_str() {
        "serve" => serve(),
        "job" => compute(Duration::from_millis(60)),
        "ahead" => run_ahead(),
        "client" => run_client(),
        "idle" => std::thread::sleep(Duration::from_mins(10)),
        _ => run(&behave),
    }
}

/// Asks over a connection that is kept.
struct Connection(BufReader<TcpStream>);

impl Connection {
    fn open() -> Self {
        let api = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
        let stream = TcpStream::connect(api).unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    fn ask(
        &mut self,
        method: &str,
        path: &str,
        body: &[u8],
    ) -> (u16, BTreeMap<String, String>, Vec<u8>) {
        let head = format!(
            "{method} /2018-06-01/runtime/{path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut message = head.into_bytes();
        message.extend_from_slice(body);
        self.0.get_mut().write_all(&message).unwrap();
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        let status = line.split(' ').nth(1).unwrap().parse().unwrap();
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            let Some((name, value)) = line.trim().split_once(": ") else {
                break;
            };
            headers.insert(name.to_lowercase(), value.to_owned());
        }
        let length: usize = headers["content-length"].parse().unwrap();
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        (status, headers, body)
    }

    fn next(&mut self) -> (String, Vec<u8>) {
        let (status, headers, body) = self.ask("GET", "invocation/next", b"");
        assert_eq!(status, 200);
        assert!(
            headers["lambda-runtime-deadline-ms"]
                .parse::<u64>()
                .unwrap()
                > 1_700_000_000_000
        );
        let id = headers["lambda-runtime-aws-request-id"].clone();
        (id, body)
    }

    fn answer(&mut self, id: &str, body: &[u8]) -> u16 {
        self.ask("POST", &format!("invocation/{id}/response"), body)
            .0
    }
}

fn compute(during: Duration) {
    // By CPU time, so that a machine that does other things changes nothing.
    let cpu = || {
        let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
        let ns: u64 = stat.split(' ').next().unwrap().parse().unwrap();
        Duration::from_nanos(ns)
    };
    let until = cpu() + during;
    while cpu() < until {
        std::hint::black_box((0..2_000_u64).sum::<u64>());
    }
}

/// A process that leaves its parent, its session and its process group.
fn start_daemon() {
    Command::new("setsid")
        .args(["sleep", "300"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
}

/// A runtime that takes several invocations at once: each of its threads hands on what it got,
/// and waits for the next before that is answered.
fn run_ahead() {
    let (hand_on, handed) = std::sync::mpsc::channel();
    for _ in 0..2 {
        let hand_on = hand_on.clone();
        std::thread::spawn(move || {
            let mut connection = Connection::open();
            loop {
                hand_on.send(connection.next()).unwrap();
            }
        });
    }
    let mut answers = Connection::open();
    for (id, event) in handed {
        std::thread::sleep(Duration::from_millis(20));
        assert_eq!(answers.answer(&id, &event), 202);
    }
}

/// A function behind the client that functions in Rust have on Lambda, unchanged.
fn run_client() {
    let handler = async |event: lambda_runtime::LambdaEvent<BTreeMap<String, u32>>| {
        tokio::time::sleep(Duration::from_millis(20)).await;
        Ok::<_, lambda_runtime::Error>(event.payload)
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let handler = lambda_runtime::service_fn(handler);
    runtime
        .block_on(lambda_runtime::run_concurrent(handler))
        .unwrap();
}

fn run(behave: &str) {
    // What is not shared with other processes of this program.
    let memory = vec![1_u8; 2 << 20];
    std::hint::black_box(&memory);
    let mut connection = Connection::open();
    let mut number = 0;
    if behave == "broken" {
        let body = br#"{"errorType": "ImportError", "errorMessage": "no module"}"#;
        connection.ask("POST", "init/error", body);
        std::process::exit(1);
    }
    loop {
        let (id, event) = connection.next();
        number += 1;
        match behave {
            "compute" => compute(Duration::from_millis(20)),
            "sleep" => std::thread::sleep(Duration::from_millis(20)),
            "fork" => {
                let status = Command::new(std::env::current_exe().unwrap())
                    .args(["--exact", "as_runtime"])
                    .env(BEHAVE, "job")
                    .stdout(Stdio::null())
                    .status();
                assert!(status.unwrap().success());
            }
            "hang" if number == 2 => std::thread::sleep(Duration::from_mins(10)),
            "exit" if number == 2 => std::process::exit(7),
            "leave" => start_daemon(),
            "hog" => {
                let memory = vec![1_u8; 300 << 20];
                std::hint::black_box(&memory);
            }
            "log" => {
                let line = vec![b'x'; 1 << 20];
                for _ in 0..20 {
                    std::io::stdout().write_all(&line).unwrap();
                }
            }
            _ => {}
        }
        match behave {
            "error" if number % 2 == 0 => {
                let body = br#"{"errorType": "KeyError", "errorMessage": "'id'"}"#;
                let path = format!("invocation/{id}/error");
                assert_eq!(connection.ask("POST", &path, body).0, 202);
            }
            "large" => assert_eq!(connection.answer(&id, &vec![b' '; 2_000]), 413),
            "twice" => {
                assert_eq!(connection.answer(&id, &event), 202);
                assert_eq!(connection.answer(&id, &event), 403);
            }
            _ => assert_eq!(connection.answer(&id, &event), 202),
        }
    }
}

/// A server that answers whatever it is asked.
fn serve() {
    let listener = std::net::TcpListener::bind(("127.0.0.1", port())).unwrap();
    for stream in listener.incoming() {
        std::thread::spawn(move || {
            let mut stream = BufReader::new(stream.unwrap());
            let mut line = String::new();
            while stream.read_line(&mut line).is_ok_and(|number| number > 0) {
                if line == "\r\n" {
                    compute(Duration::from_millis(1));
                    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
                    stream.get_mut().write_all(answer.as_bytes()).unwrap();
                }
                line.clear();
            }
        });
    }
}

fn port() -> u16 {
    std::env::var("LANDFALL_TEST_PORT")
        .unwrap()
        .parse()
        .unwrap()
}

fn launch(behave: &str) -> Launch {
    Launch {
        program: std::env::current_exe().unwrap(),
        arguments: ["--exact", "as_runtime", "--nocapture"]
            .map(str::to_owned)
            .to_vec(),
        folder: PathBuf::from("."),
        environment: vec![(BEHAVE.to_owned(), behave.to_owned())],
        shows_log: false,
    }
}

fn guard() -> Guard {
    // The guard of a test is this program by another name: a shell that sets the variable.
    let own = std::env::current_exe().unwrap();
    let script = format!(
        "LANDFALL_TEST_GUARD=1 exec '{}' --exact as_guard --nocapture",
        own.display()
    );
    Guard::start(&PathBuf::from("/bin/sh"), &["-c", &script]).unwrap()
}

/// This program by another name, as [`guard`].
fn gate() -> Gate {
    let own = std::env::current_exe().unwrap();
    let script = format!(
        "LANDFALL_TEST_GATE=1 exec '{}' --exact as_gate --nocapture",
        own.display()
    );
    Gate::new(&PathBuf::from("/bin/sh"), &["-c", &script])
}

fn function(behave: &str, invocations: u32) -> Function {
    Function {
        launch: launch(behave),
        name: "app".to_owned(),
        region: "us-east-1".to_owned(),
        timeout: Duration::from_secs(1),
        init_limit: Duration::from_secs(10),
        largest_response: 1_000,
        cold_starts: 2,
        invocations,
        concurrency: 1,
        payloads: vec![Payload {
            body: b"{\"id\": 1}".to_vec(),
            weight: 1.0,
        }],
    }
}

fn measured(behave: &str, invocations: u32) -> Result<FunctionFound, Trouble> {
    function(behave, invocations).run(None, &guard())
}

fn alone() -> std::sync::MutexGuard<'static, ()> {
    ALONE
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Processes below this one.
fn children() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let all = tasks.flat_map(|task| {
        let text = std::fs::read_to_string(task.unwrap().path().join("children"));
        let text = text.unwrap_or_default();
        text.split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    all.collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn computing_and_waiting_are_counted_apart() {
    let _alone = alone();
    let computes = measured("compute", 15).unwrap();
    assert_eq!((computes.starts.len(), computes.warm.len()), (2, 15));
    let (cpu_s, wall_s) = (
        median(computes.warm.iter().map(|one| one.cpu_s).collect()),
        median(computes.warm.iter().map(|one| one.wall_s).collect()),
    );
    // It computes until its own clock says 20 ms, on one thread: however busy the machine is, no
    // less, and no more than what passes meanwhile.
    assert!(cpu_s >= 0.019 && cpu_s <= 1.05 * wall_s, "{cpu_s} {wall_s}");
    let sleeps = measured("sleep", 15).unwrap();
    let (cpu_s, wall_s) = (
        median(sleeps.warm.iter().map(|one| one.cpu_s).collect()),
        median(sleeps.warm.iter().map(|one| one.wall_s).collect()),
    );
    assert!(wall_s >= 0.02 && cpu_s < 0.1 * wall_s, "{cpu_s} {wall_s}");
    assert!(sleeps.failures.is_empty() && sleeps.peak_bytes > 1 << 20);
    assert_eq!(sleeps.warm[0].request_bytes, 9);
    assert_eq!(sleeps.warm[0].response_bytes, 9);
    // What was started and has ended counts, too: in whole ticks, which sum up right.
    let forks = measured("fork", 10).unwrap();
    let cpu_s: f64 = forks.warm.iter().map(|one| one.cpu_s).sum();
    assert!((0.55..0.8).contains(&cpu_s), "{cpu_s}");
    assert_eq!(children(), Vec::<String>::new());
}

/// Goal: a runtime that waits for the next invocation before it answers is measured.
#[test]
fn a_runtime_may_wait_for_the_next_before_it_answers() {
    let _alone = alone();
    let ahead = Function {
        concurrency: 2,
        ..function("ahead", 5)
    };
    let found = ahead.run(None, &guard()).unwrap();
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    assert_eq!(found.warm.len(), 5);
    for one in &found.warm {
        assert!(one.wall_s >= 0.02, "{one:?}");
    }
    let together = found.together.unwrap();
    assert_eq!((together.at_once, together.times_s.len()), (2, 5));
}

/// Goal: the client of functions in Rust is served, one invocation at a time and four at once.
#[test]
fn the_client_for_rust_runs_as_it_is() {
    let _alone = alone();
    for at_once in [1, 4] {
        let mut client = function("client", 12);
        client.concurrency = at_once;
        let variables = [
            ("AWS_LAMBDA_FUNCTION_NAME", "app".to_owned()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769".to_owned()),
            ("AWS_LAMBDA_MAX_CONCURRENCY", at_once.to_string()),
        ];
        let variables = variables.map(|(name, value)| (name.to_owned(), value));
        client.launch.environment.extend(variables);
        let found = client.run(None, &guard()).unwrap();
        assert!(found.failures.is_empty(), "{:?}", found.failures);
        assert!(found.refused.is_empty(), "{:?}", found.refused);
        assert_eq!(found.warm.len(), 12);
        // Together they take about a quarter of the time that they take one after the other.
        if at_once > 1 {
            let together = found.together.unwrap();
            let taken_s: f64 = together.times_s.iter().sum();
            assert_eq!((together.at_once, together.times_s.len()), (at_once, 12));
            assert!(together.all_s < 0.6 * taken_s, "{together:?}");
        } else {
            assert!(found.together.is_none());
        }
    }
}

#[test]
fn an_invocation_costs_little_and_thousands_leave_nothing() {
    let _alone = alone();
    let files = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    measured("answer", 1).unwrap();
    let before = files();
    let found = measured("answer", 10_000).unwrap();
    assert_eq!(found.warm.len(), 10_000);
    let wall_s = median(found.warm.iter().map(|one| one.wall_s).collect());
    // A timed test would fail on a busy machine: this is far from what it takes alone.
    assert!(wall_s < 0.005, "{wall_s}");
    println!(
        "an invocation that does nothing takes {:.3} ms at the median",
        wall_s * 1e3
    );
    // Threads that end close what they read a moment later.
    for _ in 0..100 {
        if files() > before {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    assert!(files() <= before, "{} and {before} files", files());
    assert_eq!(children(), Vec::<String>::new());
}

#[test]
fn each_way_to_fail_is_one_clear_line() {
    let _alone = alone();
    let kinds = |found: &FunctionFound| {
        let all = found.failures.iter();
        all.map(|(failure, number)| (failure.kind.clone(), *number))
            .collect::<Vec<_>>()
    };
    let one = |kind: &str, number: u32| vec![(kind.to_owned(), number)];
    let errors = measured("error", 10).unwrap();
    assert_eq!(kinds(&errors), one("Function.Unknown", 5));
    assert_eq!(
        errors.failures.keys().next().unwrap().message,
        "KeyError: 'id'"
    );
    let twice = measured("twice", 5).unwrap();
    assert_eq!(twice.refused.get("InvalidStateTransition"), Some(&7));
    assert_eq!(twice.warm.len(), 5);
    let exits = measured("exit", 1).unwrap();
    assert_eq!(kinds(&exits), one("Runtime.ExitError", 1));
    assert!(
        exits
            .failures
            .keys()
            .next()
            .unwrap()
            .message
            .ends_with("exit status 7")
    );
    let hangs = measured("hang", 1).unwrap();
    assert_eq!(kinds(&hangs), one("Sandbox.Timedout", 1));
    let log = measured("log", 3).unwrap();
    assert!(log.log_bytes > 80 << 20, "{}", log.log_bytes);
    assert_eq!(log.warm.len(), 3);
    for (behave, what) in [
        ("large", "Function.ResponseSizeTooLarge"),
        ("broken", "ImportError: no module"),
        ("job", "ended before it asked"),
    ] {
        let trouble = measured(behave, 2).unwrap_err();
        assert!(trouble.what.contains(what), "{behave}: {trouble:?}");
        assert!(!trouble.help.is_empty());
    }
    assert_eq!(children(), Vec::<String>::new());
}

#[test]
fn what_leaves_its_parent_and_its_group_is_ended() {
    let _alone = alone();
    let sleeping = || {
        let found = Command::new("pgrep")
            .args(["-f", "^sleep 300$"])
            .output()
            .unwrap();
        String::from_utf8(found.stdout).unwrap()
    };
    if Command::new("pgrep").arg("--version").output().is_err() {
        println!("skipped: there is no pgrep on this machine");
        return;
    }
    let before = sleeping();
    let found = measured("leave", 3).unwrap();
    assert_eq!(found.warm.len(), 3);
    assert_eq!(sleeping(), before);
    assert_eq!(children(), Vec::<String>::new());
}

#[test]
fn a_job_is_counted_with_what_it_starts() {
    let _alone = alone();
    let job = Job {
        launch: launch("job"),
        runs: 4,
        timeout: Duration::from_secs(20),
    };
    let found = job.run(&guard()).unwrap();
    assert_eq!(found.runs.len(), 4);
    let cpu_s = median(found.runs.iter().map(|one| one.cpu_s).collect());
    assert!((0.055..0.1).contains(&cpu_s), "{cpu_s}");
    let hangs = Job {
        launch: launch("idle"),
        runs: 1,
        timeout: Duration::from_millis(200),
    };
    let trouble = hangs.run(&guard()).unwrap_err();
    assert!(
        trouble.what.contains("timed out after 0.2 s"),
        "{trouble:?}"
    );
    assert_eq!(children(), Vec::<String>::new());
}

#[test]
fn a_server_is_counted_from_when_requests_are_due() {
    let _alone = alone();
    let free = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    let mut launch = launch("serve");
    launch
        .environment
        .push(("LANDFALL_TEST_PORT".to_owned(), port.to_string()));
    let server = Server {
        launch,
        port,
        requests: vec![HttpRequest {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            headers: Vec::new(),
            body: String::new(),
        }],
        ready_in: Duration::from_secs(10),
        timeout: Duration::from_secs(5),
        at_once: vec![1, 4],
        step: Duration::from_millis(400),
        rate_per_s: Some(100.0),
        seed: 1,
    };
    let found = server.run(&guard()).unwrap();
    assert_eq!(found.steps.len(), 2);
    assert!(found.failures.is_empty(), "{:?}", found.failures);
    let one = &found.steps[0];
    assert!((0.000_9..0.02).contains(&one.cpu_s), "{}", one.cpu_s);
    assert!(one.per_s > 10.0 && found.start_s > 0.0 && found.idle_bytes > 0);
    assert_eq!(found.alone[0].response_bytes, 2);
    let open = found.open.unwrap();
    assert!(
        (20..70).contains(&open.times_s.len()),
        "{}",
        open.times_s.len()
    );
    assert_eq!(open.not_sent, 0);
    assert_eq!(children(), Vec::<String>::new());
}

/// A function at sizes, each in MiB and with its share of a CPU, whose cgroups are gone
/// afterwards; the reason where this machine does not allow it.
fn throttled(behave: &str, sizes: &[(u64, f64)]) -> Result<Vec<SizeFound>, String> {
    let guard = guard();
    let cgroups = match Cgroups::open(&guard, gate()) {
        Ok(cgroups) => cgroups,
        Err(lacking) => {
            assert!(!lacking.remedy.is_empty());
            return Err(lacking.why);
        }
    };
    let period = Duration::from_millis(20);
    let limits = sizes.iter().map(|(mb, share)| Limits {
        memory_bytes: mb << 20,
        quota: Quota::of(*share, period),
    });
    let limits: Vec<Limits> = limits.collect();
    let mut function = function(behave, 6);
    function.cold_starts = 1;
    function.timeout = Duration::from_secs(20);
    let found = function.at_sizes(&limits, Duration::from_mins(1), &cgroups, &guard);
    drop(cgroups);
    drop(guard);
    assert_eq!(children(), Vec::<String>::new());
    assert_eq!(groups_left(), Vec::<PathBuf>::new());
    Ok(found.unwrap())
}

/// Our cgroups that are there still.
fn groups_left() -> Vec<PathBuf> {
    let own = format!("landfall-{}-", std::process::id());
    let mut folders = vec![PathBuf::from("/sys/fs/cgroup")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                if entry.file_name().to_string_lossy().starts_with(&own) {
                    found.push(entry.path());
                }
                folders.push(entry.path());
            }
        }
    }
    found
}

#[test]
fn a_size_has_its_share_of_cpu_time() {
    let _alone = alone();
    let found = match throttled("compute", &[(200, 0.1), (1_000, 0.5)]) {
        Ok(found) => found,
        Err(why) => {
            println!("skipped: {why}");
            return;
        }
    };
    let [small, large] = &found[..] else { panic!() };
    for (size, share) in [(small, 0.1), (large, 0.5)] {
        assert!(size.trouble.is_none() && size.found.failures.is_empty());
        assert_eq!((size.found.starts.len(), size.found.warm.len()), (1, 6));
        assert!(size.throttling.throttled > 0, "{:?}", size.throttling);
        assert!(size.throttling.periods >= size.throttling.throttled);
        assert_eq!(size.throttling.memory_kills, 0);
        // What it takes is never more than its share, whatever else this machine does.
        let wall_s = median(size.found.warm.iter().map(|one| one.wall_s).collect());
        assert!(wall_s > 0.02 / share * 0.7, "{wall_s} at {share}");
        let start = &size.found.starts[0];
        assert!(start.init_cpu_s <= start.init_s * 2.0 && start.init_cpu_s >= 0.0);
    }
    // A frozen or waiting function takes no CPU time.
    let sleeps = throttled("sleep", &[(200, 0.1)]).unwrap();
    let wall_s = median(sleeps[0].found.warm.iter().map(|one| one.wall_s).collect());
    assert!((0.02..0.2).contains(&wall_s), "{wall_s}");
}

#[test]
fn what_needs_more_memory_than_a_size_has_is_killed_there() {
    let _alone = alone();
    // Both have the same share, so that the small one reaches its limit before its timeout on a
    // machine that gives out pages slowly, too.
    let found = match throttled("hog", &[(128, 0.5), (1_000, 0.5)]) {
        Ok(found) => found,
        Err(why) => {
            println!("skipped: {why}");
            return;
        }
    };
    let [small, large] = &found[..] else { panic!() };
    assert!(small.throttling.memory_kills > 0, "{small:?}");
    let failure = small.found.failures.keys().next().unwrap();
    assert!(failure.message.contains("more than 128MB"), "{failure:?}");
    assert!(small.trouble.is_some() && small.found.warm.is_empty());
    assert_eq!(large.found.warm.len(), 6, "{large:?}");
    assert_eq!(large.throttling.memory_kills, 0);
}

#[test]
fn a_program_that_is_not_there_is_named_behind_a_gate() {
    let _alone = alone();
    let guard = guard();
    let Ok(cgroups) = Cgroups::open(&guard, gate()) else {
        println!("skipped: no cgroups");
        return;
    };
    let limits = Limits {
        memory_bytes: 128 << 20,
        quota: Quota::of(0.5, Duration::from_millis(20)),
    };
    let trouble = |program: &str| {
        let mut function = function("compute", 1);
        function.launch.program = PathBuf::from(program);
        let found = function.at_sizes(&[limits], Duration::from_secs(1), &cgroups, &guard);
        found.unwrap()[0].trouble.clone().unwrap()
    };
    for (program, why) in [
        ("no-such-program-here", "No such file"),
        ("/proc/version", "Permission denied"),
    ] {
        let log = trouble(program).log;
        let said = format!("cannot start `{program}`: {why}");
        assert!(log.contains(&said), "{log}");
    }
}
