//! Goal: what is asked over HTTP is answered as on the command line, and nobody else is let
//! in. Method: the program itself, over real sockets.

#![expect(
    clippy::indexing_slicing,
    reason = "what is not there is null in JSON, and fails the test"
)]

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::common::{landfall, root};

/// `landfall serve`, ended with its test.
pub(crate) struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let patient: &[&str] = if arguments.contains(&"--timeout") {
            &[]
        } else {
            &["--timeout", "30min"]
        };
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("landfall"))
            .current_dir(root())
            .env("LANDFALL_DATA", root().join("target/no-such-folder"))
            .env_remove("LANDFALL_TOKEN")
            .args(["serve", "--port", "0"])
            .args(arguments)
            .args(patient)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut said = BufReader::new(child.stderr.as_mut().unwrap());
        said.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap_or(&line);
        let address = address.split('/').next().unwrap().parse().unwrap();
        Self { child, address }
    }

    /// Sends a request as it is written.
    fn send(&self, request: &[u8]) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        // A refused body may not be read to its end.
        let _ = stream.write_all(request);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::read(&bytes)
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            let _ = write!(request, "Host: {}\r\n", self.address);
        }
        for (name, value) in headers {
            let _ = write!(request, "{name}: {value}\r\n");
        }
        if !body.is_empty() {
            let _ = write!(request, "Content-Length: {}\r\n", body.len());
        }
        self.send(format!("{request}\r\n{body}").as_bytes())
    }

    fn get(&self, path: &str) -> Answer {
        self.patient("GET", path, &[], "")
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        let headers = [("Content-Type", "application/json")];
        self.patient("POST", path, &headers, &body.to_string())
    }

    /// The result of a tool, over HTTP.
    pub(crate) fn call(&self, tool: &str, arguments: &Value) -> Value {
        let params = json!({ "name": tool, "arguments": arguments });
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
        let headers = [
            ("Content-Type", "application/json"),
            ("Accept", "application/json, text/event-stream"),
        ];
        let answer = self.ask("POST", "/mcp", &headers, &body.to_string());
        assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
        answer.json()["result"].clone()
    }

    /// Asks as a well-behaved program does: again while the server is busy.
    fn patient(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        loop {
            let answer = self.ask(method, path, headers, body);
            if answer.status != 429 {
                return answer;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Self {
            status: status.unwrap_or(0),
            head: head.to_lowercase(),
            body: body.to_owned(),
        }
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The document of a refusal, which has its status, a detail and a hint.
    fn refusal(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{self:?}");
        assert!(self.head.contains("content-type: application/problem+json"));
        let document = self.json();
        assert_eq!(document["status"], status);
        assert!(!document["detail"].as_str().unwrap().is_empty());
        assert!(!document["hint"].as_str().unwrap().is_empty());
        document
    }
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn every_call_answers_as_the_command_does() {
    const FILE: &str = "examples/photo-thumbnails.toml";
    let server = Server::start(&[]);
    let workload = text(FILE);
    let change = "workload.thumbnails.traffic.volume=400M/month";
    let set = json!({ "set": [change] });
    let usage = "examples/usage/lambda.toml";
    for (path, asked, typed) in [
        (
            "/api/explain",
            json!({ "workload": workload, "why_not": "fargate" }),
            vec!["explain", FILE, "--why-not", "fargate", "--format", "json"],
        ),
        (
            "/api/explain",
            json!({ "workload": workload, "form": "text" }),
            vec!["explain", FILE],
        ),
        (
            "/api/decide",
            json!({ "workload": workload, "form": "markdown", "settings": set }),
            vec!["decide", FILE, "--format", "markdown", "--set", change],
        ),
        (
            "/api/simulate",
            json!({ "workload": workload, "platform": "fargate", "requests": 50000, "laws": true }),
            vec![
                "simulate",
                FILE,
                "--platform",
                "fargate",
                "--requests",
                "50000",
                "--laws",
                "--format",
                "json",
            ],
        ),
        (
            "/api/bill",
            json!({ "usage": text(usage) }),
            vec!["bill", usage, "--format", "json"],
        ),
        (
            "/api/schema/decision",
            Value::Null,
            vec!["schema", "decision"],
        ),
    ] {
        let answer = if asked.is_null() {
            server.get(path)
        } else {
            server.post(path, &asked)
        };
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert_eq!(answer.body, landfall(&typed).out, "{path}");
    }
    let compared = server.post(
        "/api/compare",
        &json!({ "before": workload, "settings": set }),
    );
    let typed = landfall(&["compare", FILE, "--set", change, "--format", "json"]);
    let mut typed: Value = serde_json::from_str(&typed.out).unwrap();
    typed["file"] = json!("workload.toml");
    assert_eq!(compared.json(), typed);
}

#[test]
fn a_blueprint_and_an_import_are_those_of_the_command() {
    const FILE: &str = "examples/photo-thumbnails.toml";
    let server = Server::start(&[]);
    let answer = server.post("/api/blueprint", &json!({ "workload": text(FILE) }));
    assert_eq!(answer.status, 200, "{}", answer.body);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("infra");
    let run = landfall(&["blueprint", FILE, "--out", out.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
    let built = answer.json();
    let files = built["files"].as_array().unwrap();
    assert!(files.len() > 5);
    for file in files {
        let written = std::fs::read_to_string(out.join(file["path"].as_str().unwrap())).unwrap();
        assert_eq!(file["text"], written, "{}", file["path"]);
    }
    let compose =
        "services:\n  api:\n    image: registry.example.com/api:1\n    ports: [\"80:8080\"]\n";
    std::fs::write(folder.path().join("compose.yaml"), compose).unwrap();
    let path = folder.path().join("compose.yaml");
    let path = path.to_str().unwrap();
    let asked =
        json!({ "files": [{ "name": path, "text": compose }], "form": "toml", "name": "x" });
    let imported = server.post("/api/import", &asked);
    assert_eq!(imported.status, 200, "{}", imported.body);
    let typed = landfall(&["import", path]).out;
    let without_name = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with("name = "));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(without_name(&imported.body), without_name(&typed));
}

#[test]
fn another_host_and_another_page_are_refused() {
    let server = Server::start(&[]);
    let port = server.address.port();
    let here = format!("http://{}", server.address);
    assert_eq!(server.get("/healthz").status, 200);
    let own = server.ask("GET", "/healthz", &[("Origin", here.as_str())], "");
    assert_eq!(own.status, 200);
    let named = format!("localhost:{port}");
    let own = server.ask("GET", "/healthz", &[("Host", named.as_str())], "");
    assert_eq!(own.status, 200);
    let strange = format!("rebound.example.com:{port}");
    let other_port = format!("127.0.0.1:{}", port.wrapping_add(1));
    for host in [
        strange.as_str(),
        other_port.as_str(),
        "127.0.0.1",
        "10.0.0.1",
        "[::1",
        "",
    ] {
        for path in [
            "/healthz",
            "/openapi.json",
            "/api/schema/decision",
            "/mcp",
            "/nothing",
        ] {
            let answer = server.ask("GET", path, &[("Host", host)], "");
            assert!(
                matches!(answer.status, 400 | 403),
                "{host} {path}: {answer:?}"
            );
        }
    }
    let own_host = server.address.to_string();
    let twice = [("Host", own_host.as_str()), ("Host", strange.as_str())];
    assert!(matches!(
        server.ask("GET", "/healthz", &twice, "").status,
        400 | 403
    ));
    let secure = format!("https://{}", server.address);
    let near = format!("{here}.example.com");
    for origin in ["null", "http://example.com", secure.as_str(), near.as_str()] {
        let answer = server.ask("GET", "/healthz", &[("Origin", origin)], "");
        answer.refusal(403);
        assert!(!answer.head.contains("access-control"));
    }
    let headers = [
        ("Origin", "http://example.com"),
        ("Access-Control-Request-Method", "POST"),
    ];
    for path in ["/api/decide", "/mcp"] {
        server.ask("OPTIONS", path, &headers, "").refusal(403);
    }
}

#[test]
fn agents_over_http_are_held_to_the_same_bounds() {
    let server = Server::start(&["--token", "0123456789abcdef"]);
    let host = server.address.to_string();
    let ping = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }).to_string();
    // Each header in turn is left out or wrong, the others being right.
    let ask = |wrong: Option<(&str, &str)>, body: &str| {
        let right = [
            ("Host", host.as_str()),
            ("Authorization", "Bearer 0123456789abcdef"),
            ("Content-Type", "application/json"),
            ("Accept", "application/json, text/event-stream"),
        ];
        let mut headers: Vec<(&str, &str)> = right.to_vec();
        if let Some((name, value)) = wrong {
            headers.retain(|(one, _)| *one != name);
            headers.push((name, value));
        }
        server.ask("POST", "/mcp", &headers, body)
    };
    let answer = ask(None, &ping);
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.json()["id"], 1);
    assert!(answer.head.contains("content-security-policy"));
    ask(Some(("Host", "example.com")), &ping).refusal(403);
    ask(Some(("Origin", "http://example.com")), &ping).refusal(403);
    ask(Some(("Authorization", "Bearer 0123456789abcdeX")), &ping).refusal(401);
    ask(Some(("Content-Type", "text/plain")), &ping).refusal(415);
    ask(None, &"x".repeat(2 << 20)).refusal(413);
    // What is no message of the protocol is an error of the protocol, not of the server.
    for body in ["", "{", "[]", "1", "{\"jsonrpc\":\"2.0\"}"] {
        let answer = ask(None, body);
        assert!((400..500).contains(&answer.status), "{body}: {answer:?}");
    }
    let token = [("Authorization", "Bearer 0123456789abcdef")];
    for method in ["GET", "DELETE", "PUT"] {
        server.ask(method, "/mcp", &token, "").refusal(405);
    }
}

/// An agent is told, as a result, that its call takes too long; what it waits for does not keep
/// others from being answered.
#[test]
fn agents_over_http_are_told_what_takes_too_long() {
    let server = Server::start(&["--timeout", "50ms"]);
    let arguments = json!({ "workload": text("examples/startup.toml"),
        "settings": { "scenarios": 10_000 } });
    let result = server.call("decide", &arguments);
    assert_eq!(result["isError"], true, "{result}");
    let said: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(said["status"], 503);
    assert!(said["hint"].is_string());
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn every_answer_carries_the_policy() {
    let server = Server::start(&[]);
    let answers = [
        server.get("/healthz"),
        server.get("/nothing"),
        server.ask("GET", "/healthz", &[("Host", "example.com")], ""),
        server.ask("PUT", "/api/decide", &[], ""),
    ];
    assert_eq!(answers[1].status, 404);
    assert_eq!(answers[3].status, 405);
    for answer in answers {
        for line in [
            "content-security-policy: default-src 'none'; script-src 'self';",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "x-frame-options: deny",
            "cache-control: no-store",
        ] {
            assert!(answer.head.contains(line), "{line}: {}", answer.head);
        }
        assert!(!answer.head.contains("unsafe-inline"));
    }
}

#[test]
fn what_is_sent_badly_is_refused_with_its_line() {
    let server = Server::start(&[]);
    let json_type = [("Content-Type", "application/json")];
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    server
        .ask("POST", "/api/decide", &form, "workload=1")
        .refusal(415);
    server.ask("POST", "/api/decide", &[], "{}").refusal(415);
    let broken = server.ask("POST", "/api/decide", &json_type, "{\n  \"workload\": \n}");
    assert_eq!(broken.refusal(400)["line"], 3);
    let unknown = json!({ "workload": "", "trace": "x" });
    server.post("/api/decide", &unknown).refusal(400);
    let wrong = text("examples/photo-thumbnails.toml").replace("trigger", "triger");
    let row = wrong
        .lines()
        .position(|line| line.contains("triger"))
        .unwrap();
    let refused = server.post("/api/decide", &json!({ "workload": wrong }));
    assert_eq!(refused.refusal(422)["line"], row + 1);
    assert_eq!(refused.json()["file"], "workload.toml");
    let large = json!({ "workload": "x".repeat(2 << 20) });
    server.post("/api/decide", &large).refusal(413);
    // The same without saying how much it is.
    let mut chunked = format!(
        "POST /api/decide HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: \
         application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
        server.address
    );
    let block = "x".repeat(1 << 16);
    for _ in 0..20 {
        let _ = write!(chunked, "{:x}\r\n{block}\r\n", block.len());
    }
    server.send(chunked.as_bytes()).refusal(413);
    // A number beyond the bounds of the description is no request, whatever asks for it.
    let workload = text("examples/photo-thumbnails.toml");
    let settings = json!({ "scenarios": 10_001 });
    let many = json!({ "workload": workload, "settings": settings });
    for call in ["decide", "explain", "next-questions", "blueprint"] {
        let refused = server.post(&format!("/api/{call}"), &many).refusal(400);
        let detail = refused["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains("from 0 to 10000"), "{call}: {detail}");
    }
    let none = json!({ "workload": workload, "copies": 0 });
    server.post("/api/blueprint", &none).refusal(400);
    let none = json!({ "workload": workload, "platform": "lambda", "requests": 0 });
    server.post("/api/simulate", &none).refusal(400);
}

#[test]
fn traffic_named_in_what_is_sent_is_never_opened() {
    let folder = tempfile::tempdir().unwrap();
    let trace = folder.path().join("traffic.csv");
    std::fs::write(&trace, "timestamp\n0\n1\n2\n").unwrap();
    let workload = |name: &str| {
        format!(
            "schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\ntrigger = \"http\"\n\
             traffic.trace = {}\n",
            json!(name)
        )
    };
    let server = Server::start(&[]);
    for name in [
        trace.to_str().unwrap(),
        "traffic.csv",
        "/etc/passwd",
        "/dev/zero",
    ] {
        let refused = server.post("/api/decide", &json!({ "workload": workload(name) }));
        let refused = refused.refusal(422);
        assert_eq!(refused["line"], 6, "{refused}");
        assert!(
            refused["detail"]
                .as_str()
                .unwrap()
                .contains("is not opened")
        );
    }
    // The traffic of the file that the server was started with was read before.
    let file = folder.path().join("workload.toml");
    std::fs::write(&file, workload("traffic.csv")).unwrap();
    let path = file.to_str().unwrap();
    let server = Server::start(&[path]);
    let answer = server.post(
        "/api/decide",
        &json!({ "workload": workload("traffic.csv") }),
    );
    assert_eq!(
        answer.body,
        landfall(&["decide", path, "--format", "json"]).out
    );
    let other = json!({ "workload": workload("./traffic.csv") });
    server.post("/api/decide", &other).refusal(422);
}

#[test]
fn two_answers_are_made_at_once_and_more_are_put_off() {
    let server = Server::start(&[]);
    let body = json!({ "workload": text("examples/photo-thumbnails.toml"),
        "settings": { "scenarios": 500 } })
    .to_string();
    let headers = [("Content-Type", "application/json")];
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let ask = || server.ask("POST", "/api/decide", &headers, &body).status;
        let asking: Vec<_> = (0..12).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(
        statuses.iter().all(|one| matches!(one, 200 | 429 | 503)),
        "{statuses:?}"
    );
    assert!(statuses.contains(&429), "{statuses:?}");
    assert!(statuses.contains(&200), "{statuses:?}");
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn others_come_in_with_the_token_only() {
    let server = Server::start(&["--token", "0123456789abcdef"]);
    server.get("/healthz").refusal(401);
    let wrong = [("Authorization", "Bearer 0123456789abcdeX")];
    server.ask("GET", "/healthz", &wrong, "").refusal(401);
    let right = [("Authorization", "Bearer 0123456789abcdef")];
    assert_eq!(server.ask("GET", "/healthz", &right, "").status, 200);
    let cookie = [("Cookie", "a=b; landfall-token=0123456789abcdef")];
    assert_eq!(server.ask("GET", "/healthz", &cookie, "").status, 200);
    let first = server.get("/?token=0123456789abcdef");
    assert_eq!(first.status, 303);
    assert!(
        first.head.contains("httponly; samesite=strict"),
        "{}",
        first.head
    );
    // Without one, no address that others reach is listened on.
    let run = landfall(&["serve", "--listen", "0.0.0.0", "--port", "0"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("there is no token"), "{}", run.err);
    let run = landfall(&["serve", "--listen", "0.0.0.0", "--token", "short"]);
    assert_eq!(run.code, 2);
}

#[test]
fn a_port_in_use_is_said() {
    let server = Server::start(&[]);
    let port = server.address.port().to_string();
    let run = landfall(&["serve", "--port", &port]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("cannot listen on"), "{}", run.err);
}

#[cfg(unix)]
#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes to end")]
fn it_ends_at_once_when_asked_to() {
    for signal in ["INT", "TERM"] {
        let mut server = Server::start(&[]);
        // Something is in the making meanwhile.
        let body = json!({ "workload": text("examples/photo-thumbnails.toml"),
            "settings": { "scenarios": 10000 } })
        .to_string();
        let mut stream = TcpStream::connect(server.address).unwrap();
        let head = format!(
            "POST /api/decide HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n",
            server.address,
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).unwrap();
        std::thread::sleep(Duration::from_millis(200));
        let begun = Instant::now();
        let kill = Command::new("kill")
            .args([&format!("-{signal}"), &server.child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        let ended = server.child.wait().unwrap();
        assert_eq!(ended.code(), Some(0), "{signal}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{signal}");
    }
}

#[test]
fn the_description_names_every_call() {
    let server = Server::start(&[]);
    let document = server.get("/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    let paths = document["paths"].as_object().unwrap();
    for path in [
        "decide",
        "explain",
        "compare",
        "simulate",
        "bill",
        "import",
        "blueprint",
        "next-questions",
        "check-template",
    ] {
        let operation = &paths[&format!("/api/{path}")]["post"];
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        let name = schema["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        let found = &document["components"]["schemas"][name];
        assert_eq!(found["additionalProperties"], false, "{path}");
        assert!(jsonschema::draft202012::meta::is_valid(found), "{path}");
        // What the description shows is answered as it says.
        let asked = &operation["requestBody"]["content"]["application/json"]["example"];
        let answer = server.post(&format!("/api/{path}"), asked);
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
        let schema = match schema["$ref"].as_str() {
            Some(at) => server.get(at).json(),
            None => schema.clone(),
        };
        let answers = jsonschema::validator_for(&schema).unwrap();
        let problem = answers
            .validate(&answer.json())
            .err()
            .map(|it| it.to_string());
        assert_eq!(problem, None, "{path}");
    }
    for path in ["/healthz", "/openapi.json", "/api/schema/{name}"] {
        assert!(paths.contains_key(path), "{path}");
    }
    for name in ["workload", "decision", "bill", "against", "simulation"] {
        assert_eq!(server.get(&format!("/api/schema/{name}")).status, 200);
    }
    server.get("/api/schema/other").refusal(404);
}

#[test]
fn the_page_is_the_decision_with_a_form_and_nothing_inline() {
    let server = Server::start(&["examples/photo-thumbnails.toml"]);
    let select = |text: &str| scraper::Selector::parse(text).unwrap();
    let page = |path: &str| {
        let answer = server.get(path);
        assert_eq!(answer.status, 200, "{path}");
        scraper::Html::parse_document(&answer.body)
    };
    let verdict = |page: &scraper::Html| -> String {
        let found = page.select(&select("#answer .verdict")).next().unwrap();
        found.text().collect()
    };
    let plain = page("/");
    assert!(verdict(&plain).starts_with("Recommended: Lambda"));
    let volume = "[name='workload.thumbnails.traffic.volume'][data-own]";
    assert_eq!(plain.select(&select(volume)).count(), 1);
    assert!(
        plain
            .select(&select("form[method=get] button[type=submit]"))
            .count()
            > 1
    );
    // Past the break-even point that the page itself shows.
    let point = plain.select(&select("button.point")).next().unwrap();
    let (key, at) = (point.attr("name").unwrap(), point.attr("value").unwrap());
    assert_eq!(key, "workload.thumbnails.traffic.volume");
    let past = format!("/?{key}={}", at.replace('/', "%2F"));
    assert!(verdict(&page(&past)).contains("Fargate"), "{past}");
    let first = page(&format!("{past}&first"));
    assert_eq!(first.select(&select("#answer .first")).count(), 1);
    for path in ["/", past.as_str(), "/?example=startup&region=eu-west-1"] {
        let page = page(path);
        assert_eq!(
            page.select(&select("style, [style], script:not([src])"))
                .count(),
            0
        );
        for element in page.select(&select("*")) {
            let element = element.value();
            assert!(element.attrs().all(|(name, _)| !name.starts_with("on")));
            let links = ["src", "href", "action"]
                .into_iter()
                .filter_map(|it| element.attr(it));
            for link in links {
                assert!(link.starts_with(['/', '#']) || link == "data:,", "{link}");
            }
        }
        for loaded in page.select(&select("script[src], link[rel=stylesheet]")) {
            let loaded = loaded.value();
            let path = loaded.attr("src").or(loaded.attr("href")).unwrap();
            assert_eq!(server.get(path).status, 200, "{path}");
        }
    }
}

/// Every question of the flow leads to a place on the page, which names its rule and its source.
#[test]
fn questions_of_the_flow_lead_to_their_rules() {
    let server = Server::start(&["examples/photo-thumbnails.toml"]);
    let select = |text: &str| scraper::Selector::parse(text).unwrap();
    let page = scraper::Html::parse_document(&server.get("/?first").body);
    let links = select("details.flow figure a");
    let mut count = 0;
    for link in page.select(&links) {
        let id = link.attr("href").unwrap().strip_prefix('#').unwrap();
        let rule = page
            .select(&select(&format!("[id='{id}']")))
            .next()
            .unwrap();
        let text: String = rule.text().collect();
        assert!(text.contains("A yes: "), "{text}");
        assert!(
            text.contains("; source: ") && text.contains("read 20"),
            "{text}"
        );
        count += 1;
    }
    assert!(count > 10, "{count}");
}

/// Without a file there are the examples and an interview, whose answers make the decision.
#[test]
fn who_names_no_file_chooses_how_to_begin() {
    let server = Server::start(&[]);
    let select = |text: &str| scraper::Selector::parse(text).unwrap();
    let page = |path: &str| scraper::Html::parse_document(&server.get(path).body);
    let begun = page("/");
    assert!(begun.select(&select(".examples a")).count() >= 10);
    assert_eq!(
        begun.select(&select("[name=interview][value=on]")).count(),
        1
    );
    let asked = |page: &scraper::Html| -> Vec<String> {
        let fields = select(".question select, .question input");
        let names = page
            .select(&fields)
            .map(|it| it.attr("name").unwrap().to_owned());
        names.collect()
    };
    // What starts the work comes first; what was left open is not asked again.
    let first = asked(&page("/?interview=on"));
    assert_eq!(first.len(), 5);
    assert_eq!(first[0], "workload.workload.trigger");
    let mut answers = "workload.workload.trigger=queue".to_owned();
    for name in &first[1..] {
        let _ = write!(answers, "&{name}=");
    }
    let second = asked(&page(&format!("/?interview=on&{answers}")));
    assert!(!second.is_empty());
    assert!(
        second.iter().all(|name| !first.contains(name)),
        "{second:?}"
    );
    let decided = page(&format!("/?interview=done&{answers}&first"));
    assert_eq!(
        decided.select(&select("#answer .verdict strong")).count(),
        1
    );
    let kept = select("[id='workload.workload.trigger'] option[selected]");
    let kept = decided.select(&kept).next().unwrap();
    assert_eq!(kept.attr("value"), Some("queue"));
    let wrong = page("/?interview=on&workload.workload.traffic.volume=nonsense");
    let said: String = wrong
        .select(&select("[role=alert]"))
        .next()
        .unwrap()
        .text()
        .collect();
    assert!(said.contains("nonsense"), "{said}");
}

#[test]
fn what_is_wrong_in_an_address_is_said_on_the_page() {
    let server = Server::start(&["examples/photo-thumbnails.toml"]);
    let key = "workload.thumbnails.traffic.volume";
    let wrong = server.get(&format!("/?{key}=nonsense"));
    assert!(wrong.body.contains("role=\"alert\""));
    assert!(wrong.body.contains("is not a rate"));
    let hostile = "%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for path in [
        format!("/?{key}={hostile}"),
        format!("/?text={hostile}"),
        format!("/?example={hostile}&region={hostile}&framework={hostile}&as_of={hostile}"),
        format!("/?workload.{hostile}.x=1&profile={hostile}"),
        format!("/?interview=on&workload.workload.trigger={hostile}"),
        format!("/?interview=done&workload.{hostile}.trigger={hostile}"),
    ] {
        let answer = server.get(&path);
        assert_eq!(answer.status, 200, "{path}");
        assert!(!answer.body.contains("<script>"), "{path}");
    }
    let trace = "schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\ntrigger = \"http\"\n\
                 traffic.trace = \"/etc/passwd\"\n";
    let query = trace
        .replace('\n', "%0A")
        .replace(' ', "%20")
        .replace('"', "%22");
    let answer = server.get(&format!("/?text={}", query.replace('=', "%3D")));
    assert!(answer.body.contains("is not opened"), "{}", answer.body);
}

#[test]
fn a_change_without_a_value_takes_a_fact_out() {
    const FILE: &str = "examples/photo-thumbnails.toml";
    let change = "workload.thumbnails.needs.gpu=";
    let run = landfall(&["decide", FILE, "--set", change, "--format", "json"]);
    let document: Value = serde_json::from_str(&run.out).unwrap();
    let unknown = document["workloads"][0]["unknown"].as_array().unwrap();
    assert!(
        unknown.iter().any(|one| one["fact"] == "needs.gpu"),
        "{unknown:?}"
    );
}
