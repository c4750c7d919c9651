//! Looks at the pages of decisions in a browser.

use std::path::{Path, PathBuf};

use crate::checks::Extent;
use crate::docs::root;
use crate::tools::{Places, Result, program, run, timed};

/// Names that Chromium goes by.
const BROWSERS: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];

/// The browser of this machine.
pub(crate) fn browser() -> Option<PathBuf> {
    let folders = std::env::var_os("PATH")?;
    let mut all =
        std::env::split_paths(&folders).flat_map(|folder| BROWSERS.map(|name| folder.join(name)));
    all.find(|path| path.is_file())
}

/// Examples whose pages have all that pages can have: several workloads, and jobs.
const USUAL: [&str; 2] = ["startup", "nightly-report"];

/// The pages of examples: nothing is fetched, nothing runs over the edge, text stands out, and
/// all of it is there without JavaScript.
pub(crate) fn check(browser: &Path, extent: Extent) -> Result<()> {
    let places = Places::installed()?;
    let folder = places.tools.join("pages");
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let program = program();
    let examples = std::fs::read_dir(root().join("examples")).map_err(|error| error.to_string())?;
    let mut pages = Vec::new();
    for entry in examples.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "toml") {
            continue;
        }
        let stem = path.file_stem().unwrap_or_default();
        if extent == Extent::Usual && !USUAL.iter().any(|name| stem == *name) {
            continue;
        }
        let name = path.with_extension("html");
        let page = folder.join(name.file_name().unwrap_or_default());
        let example = path.to_string_lossy();
        let arguments = ["decide", &example, "--worlds", "100", "--format", "html"];
        let text = run(&program, &arguments, &root())?;
        std::fs::write(&page, text).map_err(|error| error.to_string())?;
        pages.push(page.to_string_lossy().into_owned());
    }
    pages.sort();
    timed("pages", || {
        let looker = places.tools.join("pages.cjs");
        let (looker, browser) = (looker.to_string_lossy(), browser.to_string_lossy());
        let extent = match extent {
            Extent::Usual => "usual",
            Extent::Full => "full",
        };
        let mut arguments = vec![looker.as_ref(), browser.as_ref(), extent];
        arguments.extend(pages.iter().map(String::as_str));
        run(Path::new("node"), &arguments, &places.tools)
    })
}
