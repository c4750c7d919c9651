//! Functions under `landfall measure` with their real clients.

use std::path::Path;

use crate::docs::root;
use crate::tools::{Places, Result, program, run, timed};

/// Runs the example of Python by awslambdaric: one invocation at a time, and four at once; and
/// says what the other clients lack here.
pub(crate) fn check() -> Result<()> {
    let places = Places::installed()?;
    let version = run(
        &places.python.join("python"),
        &[
            "-c",
            "import sys; print('python%d.%d' % sys.version_info[:2])",
        ],
        &places.tools,
    )?;
    for at_once in ["1", "4"] {
        let name = format!("awslambdaric, {at_once} at once");
        timed(&name, || python(&places, version.trim(), at_once))?;
    }
    crate::checks::say(
        "   aws-lambda-ric: left out, its installation compiles with cmake and autotools",
    );
    Ok(())
}

fn python(places: &Places, runtime: &str, at_once: &str) -> Result<String> {
    let (work, root) = (places.tools.join("measured"), root());
    std::fs::create_dir_all(&work).map_err(|error| error.to_string())?;
    let into = work.join(format!("workload-{at_once}.toml"));
    // A file of an earlier run would be edited.
    let _ = std::fs::remove_file(&into);
    let (into, venv) = (into.to_string_lossy(), places.tools.join("venv"));
    let variable = format!("VIRTUAL_ENV={}", venv.display());
    let program = program();
    let program = program.to_string_lossy();
    let arguments = [
        variable.as_str(),
        program.as_ref(),
        "measure",
        "function",
        "--runtime",
        runtime,
        "--handler",
        "app.handler",
        "--dir",
        "examples/measure/python",
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
