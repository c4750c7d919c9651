//! Chapters of the book whose commands are run as they stand there.

use std::path::Path;

use crate::docs::root;
use crate::tools::{Places, Result, program, run};

/// Runs the commands of a page, in a folder of their own with copies of these folders.
pub(crate) fn run_page(places: &Places, page: &str, beside: &[&str]) -> Result<String> {
    let (root, work) = (root(), places.tools.join("chapters").join(page));
    let text = std::fs::read_to_string(root.join("docs/src").join(page));
    let text = text.map_err(|error| format!("{page}: {error}"))?;
    let blocks = text.split("```sh\n").skip(1);
    let blocks: Vec<&str> = blocks.filter_map(|one| one.split("```").next()).collect();
    let commands = format!("set -eu\n{}", blocks.concat());
    // What an earlier run wrote would be edited.
    let _ = std::fs::remove_dir_all(&work);
    std::fs::create_dir_all(&work).map_err(|error| error.to_string())?;
    for folder in beside {
        let into = work.join(folder);
        let parent = into.parent().unwrap_or(&work);
        std::fs::create_dir_all(parent).map_err(|error| error.to_string())?;
        let from = root.join(folder).to_string_lossy().into_owned();
        let arguments = ["-R", &from, &parent.to_string_lossy()];
        run(Path::new("cp"), &arguments, &root)?;
    }
    let program = program();
    let beside = program.parent().unwrap_or(Path::new("."));
    let inherited = std::env::var("PATH").unwrap_or_default();
    let pins = root.join("validators/requirements.txt");
    let variables = [
        format!("PATH={}:{inherited}", beside.display()),
        format!("PIP_CONSTRAINT={}", pins.display()),
    ];
    let [path, pins] = &variables;
    let arguments = [path, pins, "sh", "-c", &commands];
    run(Path::new("env"), &arguments, &work)?;
    Ok(format!("{} blocks of commands", blocks.len()))
}
