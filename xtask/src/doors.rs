//! Works with the page in a browser, with the API as its description says, and with the tools for
//! agents by the official client and the official suite.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::docs::root;
use crate::tools::{Places, Result, program, run, timed};

/// `landfall serve`, ended with its check.
struct Server {
    child: Child,
    url: String,
}

impl Server {
    fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--port", "0"])
            .args(arguments)
            .current_dir(root())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("cannot run landfall: {error}"))?;
        let mut line = String::new();
        if let Some(said) = child.stderr.as_mut() {
            BufReader::new(said)
                .read_line(&mut line)
                .map_err(|error| error.to_string())?;
        }
        let mut words = line.split_whitespace();
        let url = words.find(|word| word.starts_with("http://"));
        let url = url.unwrap_or_default().to_owned();
        Ok(Self { child, url })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Seconds that the API is given requests that are made from its description.
const FUZZ_SECONDS: &str = "--max-time=90";
/// What its answers are held to: no error of the server, and the statuses, headers, media types
/// and schemas of the description. That each valid body is answered is not asked: a text can be a
/// string, and no workload file.
const CHECKS: &str = "--checks=not_a_server_error,status_code_conformance,\
                      content_type_conformance,response_headers_conformance,\
                      response_schema_conformance,negative_data_rejection,\
                      unsupported_method,allow_header_conformance";

/// All doors; the page where there is a browser.
pub(crate) fn check(browser: Option<&Path>) -> Result<()> {
    let places = Places::installed()?;
    let program = program();
    let root = root();
    let root = root.to_string_lossy();
    let script = |name: &str| places.tools.join(name).to_string_lossy().into_owned();
    let python = |arguments: &[&str]| {
        let python = places.python.join("python");
        run(&python, arguments, &places.tools)
    };
    // A program that was built to be debugged, on a busy machine, takes its time.
    let server = Server::start(&program, &["--timeout", "2min"])?;
    timed("tools for agents", || {
        let (agents, program) = (script("agents.py"), program.to_string_lossy());
        python(&[&agents, &program, &root, &server.url])
    })?;
    timed("the suite of the Model Context Protocol", || {
        conformance(&places, &server)
    })?;
    timed("the API, as it is described", || {
        described(&places, &server).map(|()| String::new())
    })?;
    timed("the API under load", || {
        let pid = server.child.id().to_string();
        python(&[&script("load.py"), &root, &server.url, &pid])
    })?;
    drop(server);
    let Some(browser) = browser else {
        return Ok(());
    };
    timed("the page of `landfall serve`", || {
        let patient = ["--timeout", "2min", "examples/photo-thumbnails.toml"];
        let server = Server::start(&program, &patient)?;
        let empty = Server::start(&program, &[])?;
        let (looker, browser) = (script("serve.cjs"), browser.to_string_lossy());
        let arguments = [looker.as_str(), browser.as_ref(), &server.url, &empty.url];
        run(Path::new("node"), &arguments, &places.tools)
    })
}

/// Runs the official suite. What it expects of a server made for it is listed, with reasons.
fn conformance(places: &Places, server: &Server) -> Result<String> {
    let suite = "node_modules/@modelcontextprotocol/conformance/dist/index.js";
    let url = format!("{}mcp", server.url);
    let arguments = [
        suite,
        "server",
        "--suite",
        "all",
        "--url",
        &url,
        "--expected-failures",
        "conformance.yml",
    ];
    let said = run(Path::new("node"), &arguments, &places.tools)?;
    // Those that do not apply are marked as passed, too, with nothing that was checked.
    let lines = said.lines().filter(|line| line.starts_with('\u{2713}'));
    let passed = lines.filter(|line| !line.contains(": 0 passed"));
    Ok(format!("{} scenarios pass", passed.count()))
}

/// Gives the API requests that are made from its description, good ones and bad ones.
fn described(places: &Places, server: &Server) -> Result<()> {
    let description = format!("{}openapi.json", server.url);
    let arguments = [
        "run",
        &description,
        CHECKS,
        FUZZ_SECONDS,
        "--seed=1",
        "--request-timeout=60",
        "--no-color",
    ];
    let schemathesis = places.python.join("schemathesis");
    run(&schemathesis, &arguments, &places.tools).map(|_| ())
}
