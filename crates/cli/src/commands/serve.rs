//! `landfall serve`.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use landfall_answers::Around;
use landfall_serve::http::{Door, serve};
use landfall_serve::{Engine, Start, Traces};
use landfall_source::Diagnostic;
use landfall_workload::System;

use crate::exit::{Exit, Outcome, Problem};
use crate::files::{self, plain};
use crate::output::Output;
use crate::serve_arguments::Serve;
use crate::session::{Machine, Session};

/// Fewest letters of a token.
const SHORTEST_TOKEN: usize = 16;

pub(crate) fn run(command: &Serve, output: &mut Output) -> Outcome {
    let token = token(command)?;
    let session = Session::open(&command.framework)?;
    let (traces, start) = match &command.file {
        Some(file) => (traces(file)?, Some(start(file)?)),
        None => (Traces::new(), None),
    };
    let around = Machine {
        file: Path::new("."),
    };
    let engine = Engine::new(session.into_inner(), around, traces)?;
    let door = Door {
        address: SocketAddr::new(command.listen, command.port),
        token: token.clone(),
        start,
        patience: Duration::from_secs_f64(command.timeout.as_secs_f64()),
    };
    let wanted = door.address;
    let opened = |address: SocketAddr| {
        output.say(&format!("Open: http://{address}/ (Ctrl-C ends)\n"));
        if command.open && !show(&address_of(address, token.as_deref())) {
            output.say("There is no browser to open it in.\n");
        }
    };
    serve(engine, door, opened).map_err(|error| {
        let what = format!("cannot listen on {wanted}: {}", plain(&error));
        let help = "choose another port with --port, or any that is free with --port 0";
        Problem::Input(Box::new(Diagnostic::new(what).help(help)))
    })?;
    Ok(Exit::Done)
}

fn address_of(address: SocketAddr, token: Option<&str>) -> String {
    let token = token.map_or_else(String::new, |token| format!("?token={token}"));
    format!("http://{address}/{token}")
}

/// What every request has to carry: as it is typed, or as the environment has it.
fn token(command: &Serve) -> Result<Option<String>, Problem> {
    let kept = || std::env::var("LANDFALL_TOKEN").ok();
    let token = command.token.clone().or_else(kept);
    let token = token.filter(|token| !token.is_empty());
    let refuse = |what: String| {
        let help = "set LANDFALL_TOKEN to 16 or more letters and digits";
        Err(Problem::Input(Box::new(Diagnostic::new(what).help(help))))
    };
    match &token {
        None if !command.listen.is_loopback() => refuse(format!(
            "others can reach {}, and there is no token",
            command.listen
        )),
        Some(token)
            if token.len() < SHORTEST_TOKEN
                || !token.chars().all(|letter| letter.is_ascii_alphanumeric()) =>
        {
            refuse("the token can be guessed, or has other characters".to_owned())
        }
        _ => Ok(token),
    }
}

/// The file that the page begins with.
fn start(file: &Path) -> Result<Start, Problem> {
    Ok(Start {
        name: file.display().to_string(),
        text: files::read(file)?.text().to_owned(),
    })
}

/// The recorded traffic that a file names.
fn traces(file: &Path) -> Result<Traces, Problem> {
    let source = files::read(file)?;
    let system = System::parse(&source)?;
    let around = Machine { file };
    let mut traces = BTreeMap::new();
    for workload in &system.workloads {
        if let Some(name) = workload.trace() {
            let summary = around.trace(name, workload, &source)?;
            traces.insert(name.to_owned(), summary);
        }
    }
    Ok(traces)
}

/// Opens an address in the browser; whether there is one.
fn show(address: &str) -> bool {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    Command::new(program)
        .args(before)
        .arg(address)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .is_ok()
}
