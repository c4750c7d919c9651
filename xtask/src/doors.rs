//! Works with the page in a browser, and with the tools for agents by the official client.

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
    fn start(program: &Path) -> Result<Self> {
        let mut child = Command::new(program)
            .args(["serve", "--port", "0", "examples/photo-thumbnails.toml"])
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

/// Both doors; the page where there is a browser.
pub(crate) fn check(browser: Option<&Path>) -> Result<()> {
    let places = Places::installed()?;
    let program = program();
    let script = |name: &str| places.tools.join(name).to_string_lossy().into_owned();
    timed("tools for agents", || {
        let (agents, program) = (script("agents.py"), program.to_string_lossy());
        let root = root();
        let arguments = [agents.as_str(), program.as_ref(), &root.to_string_lossy()];
        run(&places.python.join("python"), &arguments, &places.tools)
    })?;
    let Some(browser) = browser else {
        return Ok(());
    };
    timed("the page of `landfall serve`", || {
        let server = Server::start(&program)?;
        let (looker, browser) = (script("serve.cjs"), browser.to_string_lossy());
        let arguments = [looker.as_str(), browser.as_ref(), &server.url];
        run(Path::new("node"), &arguments, &places.tools)
    })
}
