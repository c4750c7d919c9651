//! Arguments of `landfall serve` and `landfall mcp`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use landfall_serve::http::PATIENCE;
use landfall_units::Duration;

use crate::deciding::FrameworkChoice;

/// `landfall serve`.
#[derive(Debug, Args)]
#[command(
    after_help = "The page is at /, the API is described at /openapi.json, and agents find the tools of `landfall mcp` at /mcp (Model Context Protocol over HTTP).\n\nOnly this machine is let in, unless --listen names another address; that needs a token. Files that are named inside what is sent are never opened; those that FILE names are read before the start. Ctrl-C ends it.\n\nExamples:\n  landfall serve workload.toml --open\n  landfall serve --port 8600\n  curl -s http://127.0.0.1:8580/api/decide -H 'Content-Type: application/json' \\\n    --data \"$(jq -Rs '{workload: .}' workload.toml)\"\n  LANDFALL_TOKEN=\"$(openssl rand -hex 16)\" landfall serve --listen 192.168.1.20"
)]
pub(crate) struct Serve {
    /// Workload file to begin with.
    pub(crate) file: Option<PathBuf>,
    /// The port; 0 for any that is free.
    #[arg(long, value_name = "N", default_value_t = 8580)]
    pub(crate) port: u16,
    /// How long an answer may take.
    #[arg(long, value_name = "TIME", default_value_t = Duration::from_secs_f64(PATIENCE.as_secs_f64()))]
    pub(crate) timeout: Duration,
    /// Open the page in the browser.
    #[arg(long)]
    pub(crate) open: bool,
    /// Listen on this address instead of 127.0.0.1.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) listen: IpAddr,
    /// What every request has to carry, at least 16 letters and digits; default:
    /// `LANDFALL_TOKEN`, which other users of the machine do not see.
    #[arg(long, value_name = "TOKEN")]
    pub(crate) token: Option<String>,
    #[command(flatten)]
    pub(crate) framework: FrameworkChoice,
}

/// `landfall mcp`.
#[derive(Debug, Args)]
#[command(
    after_help = "Speaks the Model Context Protocol over standard input and output; `landfall serve` does so over HTTP. Files are never opened: an agent passes their text.\n\nExamples:\n  landfall mcp\n  landfall mcp --framework startup-guide-2021\n\nIn the settings of an agent:\n  {\"mcpServers\": {\"landfall\": {\"command\": \"landfall\", \"args\": [\"mcp\"]}}}"
)]
pub(crate) struct Mcp {
    #[command(flatten)]
    pub(crate) framework: FrameworkChoice,
}
