//! Functions under `landfall measure` with their real clients. That for Rust is in the tests of
//! the harness.

use std::path::Path;

use crate::chapters::run_page;
use crate::checks::Extent;
use crate::docs::root;
use crate::node_client;
use crate::tools::{Places, Result, program, run, timed};

/// Invocations at once.
const AT_ONCE: [&str; 2] = ["1", "4"];

/// How a function is started.
struct Runtime<'r> {
    name: &'r str,
    folder: &'r str,
    /// A variable that says where the runtime is.
    variable: String,
}

/// Runs the examples of Python and Node.js by the clients that functions have on Lambda: one
/// invocation at a time, and four at once.
pub(crate) fn check(extent: Extent) -> Result<()> {
    let places = Places::installed()?;
    let version = run(
        &places.python.join("python"),
        &[
            "-c",
            "import sys; print('python%d.%d' % sys.version_info[:2])",
        ],
        &places.tools,
    )?;
    let python = Runtime {
        name: version.trim(),
        folder: "examples/measure/python",
        variable: format!("VIRTUAL_ENV={}", places.tools.join("venv").display()),
    };
    for at_once in AT_ONCE {
        let what = format!("awslambdaric, {at_once} at once");
        timed(&what, || measured(&places, &python, at_once))?;
    }
    match node_client::installed(&places)? {
        Ok(client) => {
            // The client is looked for beside the code.
            let code = root().join("examples/measure/node/app.mjs");
            std::fs::copy(&code, client.folder.join("app.mjs"))
                .map_err(|error| format!("{}: {error}", code.display()))?;
            let node = Runtime {
                name: "nodejs22.x",
                folder: &client.folder.to_string_lossy(),
                variable: format!("PATH={}", client.path),
            };
            for at_once in AT_ONCE {
                let what = format!("aws-lambda-ric, {at_once} at once");
                timed(&what, || measured(&places, &node, at_once))?;
            }
        }
        Err(why) => crate::checks::say(&format!("   aws-lambda-ric: left out, {why}")),
    }
    if extent == Extent::Full {
        timed("the book's first chapter", || {
            run_page(&places, "start.md", &["examples/measure"])
        })?;
    }
    Ok(())
}

fn measured(places: &Places, runtime: &Runtime<'_>, at_once: &str) -> Result<String> {
    let (work, root) = (places.tools.join("measured"), root());
    std::fs::create_dir_all(&work).map_err(|error| error.to_string())?;
    let into = work.join(format!("{}-{at_once}.toml", runtime.name));
    // A file of an earlier run would be edited.
    let _ = std::fs::remove_file(&into);
    let into = into.to_string_lossy();
    let program = program();
    let program = program.to_string_lossy();
    let arguments = [
        runtime.variable.as_str(),
        program.as_ref(),
        "measure",
        "function",
        "--runtime",
        runtime.name,
        "--handler",
        "app.handler",
        "--dir",
        runtime.folder,
        "--event",
        "examples/measure/events.jsonl",
        "--invocations",
        "12",
        "--cold-starts",
        "2",
        "--way",
        "counted",
        "--concurrency",
        at_once,
        "--format",
        "json",
        "--into",
        into.as_ref(),
    ];
    let text = run(Path::new("env"), &arguments, &root)?;
    for wanted in ["\"known\": \"counted\"", "\"failures\": []"] {
        if !text.contains(wanted) {
            return Err(format!("{wanted} is not in the answer:\n{text}"));
        }
    }
    if at_once != "1" && !text.contains(&format!("\"at_once\": {at_once}")) {
        return Err(format!(
            "{at_once} invocations were not sent at once:\n{text}"
        ));
    }
    // From code to a decision, to infrastructure.
    let program = Path::new(program.as_ref());
    run(program, &["tune", &into], &root)?;
    Ok(String::new())
}
