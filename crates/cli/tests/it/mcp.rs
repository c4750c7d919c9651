//! Goal: agents get the answers of the command line, small, and errors that they can act on.
//! Method: the program itself, over its standard streams and over HTTP.

#![expect(
    clippy::indexing_slicing,
    reason = "what is not there is null in JSON, and fails the test"
)]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::common::{landfall, root, some_examples};
use crate::serve::Server;

/// `landfall mcp`, as an agent has it.
struct Agent {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    last: u64,
}

impl Agent {
    fn start() -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("landfall"))
            .current_dir(root())
            .env("LANDFALL_DATA", root().join("target/no-such-folder"))
            .arg("mcp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        let mut agent = Self {
            child,
            input,
            output,
            last: 0,
        };
        let hello = json!({
            "protocolVersion": "2025-06-18", "capabilities": {},
            "clientInfo": { "name": "test", "version": "1" },
        });
        let answer = agent.ask("initialize", &hello);
        assert_eq!(
            answer["result"]["serverInfo"]["name"], "landfall",
            "{answer}"
        );
        agent.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }));
        agent
    }

    fn say(&mut self, message: &Value) {
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{message}").unwrap();
        input.flush().unwrap();
    }

    fn send(&mut self, method: &str, params: &Value) -> u64 {
        self.last += 1;
        let id = self.last;
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        id
    }

    /// The answer to a request; every line of the output is a message of the protocol.
    fn answer(&mut self, id: u64) -> Value {
        loop {
            let mut line = String::new();
            assert!(
                self.output.read_line(&mut line).unwrap() > 0,
                "the output ended"
            );
            let message: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(message["jsonrpc"], "2.0");
            if message["id"] == id {
                return message;
            }
        }
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        let id = self.send(method, params);
        self.answer(id)
    }

    fn call(&mut self, name: &str, arguments: &Value) -> Value {
        let params = json!({ "name": name, "arguments": arguments });
        let answer = self.ask("tools/call", &params);
        assert!(answer["error"].is_null(), "{name}: {answer}");
        answer["result"].clone()
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn said(result: &Value) -> &str {
    result["content"][0]["text"].as_str().unwrap()
}

#[test]
fn the_command_line_the_api_and_agents_get_the_same_bytes() {
    const LARGEST_BYTES: usize = 8_000;
    // Whatever their number, the scenarios are the same.
    const SCENARIOS: usize = 100;
    // What answers over HTTP is what answers over standard streams.
    const OVER_HTTP: usize = 3;
    let number = SCENARIOS.to_string();
    let mut agent = Agent::start();
    let server = Server::start(&[]);
    for (at, file) in some_examples(3).into_iter().enumerate() {
        let workload = text(&file);
        let settings = json!({ "scenarios": SCENARIOS });
        let asked = json!({ "workload": workload, "form": "json", "settings": settings });
        let full = agent.call("decide", &asked);
        let typed = landfall(&["decide", &file, "--format", "json", "--scenarios", &number]);
        assert_eq!(said(&full), typed.out, "{file}");
        if at < OVER_HTTP {
            let full = server.call("decide", &asked);
            assert_eq!(said(&full), typed.out, "{file}");
        }
        let asked = json!({ "workload": workload, "settings": settings });
        let posted = server.post("/api/decide", &asked);
        assert_eq!(posted.status, 200, "{file}: {}", posted.body);
        assert_eq!(posted.body, typed.out, "{file}");
        let brief = agent.call("decide", &asked);
        let document: Value = serde_json::from_str(&typed.out).unwrap();
        let workloads = document["workloads"].as_array().unwrap();
        let bytes = said(&brief).len();
        assert!(bytes < LARGEST_BYTES, "{file}: {bytes} bytes");
        for (short, long) in brief["structuredContent"]["workloads"]
            .as_array()
            .unwrap()
            .iter()
            .zip(workloads)
        {
            for key in ["id", "recommended", "runner_up", "margin", "confidence"] {
                assert_eq!(short[key], long[key], "{file}");
            }
            for option in short["options"].as_array().unwrap() {
                let same = |other: &&Value| other["platform"] == option["platform"];
                let whole = long["options"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(same)
                    .unwrap();
                assert_eq!(
                    option["monthly"]["total"], whole["monthly"]["total"],
                    "{file}"
                );
                assert_eq!(option["p99_ms"], whole["latency_ms"]["p99"], "{file}");
            }
        }
    }
}

/// Every tool with arguments that it answers.
fn calls() -> Vec<(&'static str, Value)> {
    let workload = text("examples/photo-thumbnails.toml");
    let set = json!({ "set": ["workload.thumbnails.traffic.volume=400M/month"] });
    let compose = "services:\n  api:\n    image: example/api:1\n    ports: [\"80:8080\"]\n";
    let template = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n";
    vec![
        ("decide", json!({ "workload": workload })),
        (
            "explain",
            json!({ "workload": workload, "why_not": "eks-ec2" }),
        ),
        ("compare", json!({ "before": workload, "settings": set })),
        ("next_questions", json!({ "workload": workload })),
        (
            "simulate",
            json!({ "workload": workload, "platform": "lambda", "requests": 20000 }),
        ),
        (
            "bill",
            json!({ "usage": text("examples/usage/lambda.toml") }),
        ),
        (
            "import",
            json!({ "files": [{ "name": "compose.yaml", "text": compose }] }),
        ),
        ("blueprint", json!({ "workload": workload })),
        ("check_template", json!({ "template": template })),
    ]
}

#[test]
fn every_tool_answers_what_its_schemas_say() {
    let mut agent = Agent::start();
    let listed = agent.ask("tools/list", &json!({}));
    let tools = listed["result"]["tools"].as_array().unwrap().clone();
    let calls = calls();
    assert_eq!(tools.len(), calls.len());
    for (tool, (name, arguments)) in tools.iter().zip(calls) {
        assert_eq!(tool["name"], name);
        assert_eq!(tool["annotations"]["readOnlyHint"], true);
        let input = jsonschema::validator_for(&tool["inputSchema"]).unwrap();
        assert!(input.is_valid(&arguments), "{name}");
        let result = agent.call(name, &arguments);
        assert_ne!(result["isError"], true, "{name}: {}", said(&result));
        let output = jsonschema::validator_for(&tool["outputSchema"]).unwrap();
        let problem = output.validate(&result["structuredContent"]).err();
        assert!(problem.is_none(), "{name}: {problem:?}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let mut agent = Agent::start();
    let wrong = text("examples/photo-thumbnails.toml").replace("trigger", "triger");
    let row = wrong
        .lines()
        .position(|line| line.contains("triger"))
        .unwrap();
    let refused = agent.call("decide", &json!({ "workload": wrong }));
    assert_eq!(refused["isError"], true);
    let document: Value = serde_json::from_str(said(&refused)).unwrap();
    assert_eq!(document["line"], row + 1);
    assert!(document["hint"].is_string());
    for (name, arguments) in [
        ("decide", json!({})),
        ("decide", json!({ "workload": 1 })),
        ("bill", json!({ "usage": "x", "other": 1 })),
        ("import", json!({ "files": [] })),
        ("check_template", json!({ "template": "a: 1" })),
    ] {
        let refused = agent.call(name, &arguments);
        assert_eq!(refused["isError"], true, "{name}");
        assert!(said(&refused).contains("\"hint\""), "{name}: {refused}");
    }
    let trace = "schema = 1\nname = \"x\"\n[[workload]]\nid = \"a\"\ntrigger = \"http\"\n\
                 traffic.trace = \"/etc/passwd\"\n";
    let refused = agent.call("decide", &json!({ "workload": trace }));
    assert!(said(&refused).contains("is not opened"), "{refused}");
    // What is no tool is no call.
    let answer = agent.ask("tools/call", &json!({ "name": "other", "arguments": {} }));
    assert!(answer["error"]["message"].is_string());
}

#[test]
fn there_is_something_to_read_and_to_begin_with() {
    let mut agent = Agent::start();
    let listed = agent.ask("resources/list", &json!({}));
    let pages = listed["result"]["resources"].as_array().unwrap().clone();
    for wanted in [
        "landfall://schema/workload",
        "landfall://framework/statements",
        "landfall://platforms/lambda",
        "landfall://examples/website",
    ] {
        assert!(pages.iter().any(|page| page["uri"] == wanted), "{wanted}");
    }
    for page in &pages {
        let read = agent.ask("resources/read", &json!({ "uri": page["uri"] }));
        let contents = &read["result"]["contents"][0];
        assert!(!contents["text"].as_str().unwrap().is_empty(), "{page}");
        assert_eq!(contents["mimeType"], page["mimeType"]);
    }
    let lambda = agent.ask(
        "resources/read",
        &json!({ "uri": "landfall://platforms/lambda" }),
    );
    let limits: Value =
        serde_json::from_str(lambda["result"]["contents"][0]["text"].as_str().unwrap()).unwrap();
    let limits = limits["limits"].as_array().unwrap();
    assert!(
        limits
            .iter()
            .all(|limit| limit["values"][0]["since"].is_string())
    );
    let read = agent.ask("resources/read", &json!({ "uri": "file:///etc/passwd" }));
    assert!(read["error"].is_object());
    let listed = agent.ask("prompts/list", &json!({}));
    assert_eq!(listed["result"]["prompts"].as_array().unwrap().len(), 3);
    let review = json!({ "name": "review", "arguments": { "workload": "schema = 1" } });
    let review = agent.ask("prompts/get", &review);
    let message = &review["result"]["messages"][0]["content"]["text"];
    assert!(message.as_str().unwrap().ends_with("schema = 1"));
    assert!(agent.ask("prompts/get", &json!({ "name": "review" }))["error"].is_object());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes to end")]
fn it_ends_with_its_input_even_while_it_answers() {
    let mut agent = Agent::start();
    let workload = text("examples/startup.toml");
    let arguments = json!({ "workload": workload, "settings": { "scenarios": 10000 } });
    let params = json!({ "name": "decide", "arguments": arguments });
    let id = agent.send("tools/call", &params);
    // Cancelled, and others are still answered.
    let cancelled = json!({ "requestId": id, "reason": "no longer needed" });
    agent.say(&json!({
        "jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled,
    }));
    assert!(agent.ask("ping", &json!({}))["result"].is_object());
    agent.send("tools/call", &params);
    agent.input.take();
    let begun = std::time::Instant::now();
    let ended = agent.child.wait().unwrap();
    assert!(begun.elapsed() < std::time::Duration::from_secs(10));
    assert_eq!(ended.code(), Some(0));
}
