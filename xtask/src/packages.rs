//! The packages of Python and npm: built, and installed where there is neither source nor Cargo, where
//! they print what the program of Cargo prints.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::docs::root;
use crate::tools::{Result, program, run, timed};

/// What each program is asked, beside the examples.
const ASKED: [&str; 4] = [
    "decide examples/photo-thumbnails.toml",
    "decide examples/website.toml examples/nightly-report.toml --scenarios 50 --format json",
    "bill examples/usage/lambda.toml",
    "manual decide",
];

/// Builds the packages for this machine and tries them.
pub(crate) fn check() -> Result<()> {
    let work = root().join("target/packages");
    let made = work.join("made");
    // What an earlier version made would be installed.
    let _ = std::fs::remove_dir_all(&made);
    make_folder(&made)?;
    let tools = tools(&work)?;
    timed("wheel", || wheel(&tools, &made))?;
    timed("packages of npm", || {
        npm(&made, &machine(), &program())?;
        Ok(machine())
    })?;
    let place = work.join("place");
    let _ = std::fs::remove_dir_all(&place);
    make_folder(&place)?;
    let examples = root().join("examples");
    run(
        Path::new("cp"),
        &["-R", &text(&examples), "examples"],
        &place,
    )?;
    timed("installed by pip", || {
        run(Path::new("python3"), &["-m", "venv", "python"], &place)?;
        let found = format!("--find-links={}", made.display());
        let pip = [
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-index",
            &found,
            "landfall",
        ];
        run(&place.join("python/bin/python"), &pip, &place)?;
        alike(&place, &place.join("python/bin/landfall"))
    })?;
    timed("library for Python", || library(&work, &place, &made))?;
    timed("installed by npm", || {
        let tarballs = ["landfall".to_owned(), package(&machine())];
        let tarballs = tarballs.map(|name| text(&made.join(format!("{name}-{VERSION}.tgz"))));
        let [main, own] = &tarballs;
        let quiet = ["--offline", "--no-audit", "--no-fund", "--silent"];
        let install = [&["install", main, own][..], &quiet].concat();
        run(Path::new("npm"), &install, &place)?;
        alike(&place, &place.join("node_modules/.bin/landfall"))
    })
}

/// The tests, types, notebook and recipe of the library, against the wheel.
fn library(work: &Path, place: &Path, made: &Path) -> Result<String> {
    let bin = work.join("tools/bin");
    let found = format!("--find-links={}", made.display());
    let pip = ["-m", "pip", "install", "--quiet", "--no-index", "--no-deps"];
    let again = ["--force-reinstall", &found, "landfall"];
    run(&bin.join("python"), &[&pip[..], &again].concat(), place)?;
    let tests = text(&root().join("packages/pypi/tests"));
    // The bytes of a decision are compared with those that the program prints.
    let examples = text(&place.join("examples"));
    let variables = [
        format!("LANDFALL_PROGRAM={}", program().display()),
        format!("LANDFALL_EXAMPLES={examples}"),
        format!("LANDFALL_DOCS={}", root().join("docs").display()),
    ];
    let pytest = text(&bin.join("pytest"));
    let [program, examples, docs] = &variables;
    let arguments = [
        program,
        examples,
        docs,
        &pytest,
        "-q",
        "-p",
        "no:cacheprovider",
        &tests,
    ];
    let said = run(Path::new("env"), &arguments, place)?;
    let source = root().join("packages/pypi");
    let types = ["--strict", "--cache-dir=/dev/null", "-p", "landfall"];
    run(&bin.join("mypy"), &types, place)?;
    let uses = text(&source.join("tests"));
    run(
        &bin.join("mypy"),
        &["--strict", "--cache-dir=/dev/null", &uses],
        place,
    )?;
    Ok(said.lines().last().unwrap_or_default().to_owned())
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Packs into a folder the package of npm that runs the program, and that with the program of one
/// kind of machine, as Node.js names it: `linux-x64`.
pub(crate) fn npm(into: &Path, machine: &str, program: &Path) -> Result<()> {
    let work = root().join("target/packages/npm");
    let _ = std::fs::remove_dir_all(&work);
    let main = work.join("landfall");
    make_folder(&main)?;
    let from = root().join("packages/npm/landfall");
    for name in ["package.json", "landfall.cjs", "README.md"] {
        copy(&from.join(name), &main.join(name))?;
    }
    let package = package(machine);
    let manifest = std::fs::read_to_string(from.join("package.json"));
    let manifest = manifest.map_err(|error| error.to_string())?;
    for wanted in [
        format!("\"version\": \"{VERSION}\""),
        format!("\"{package}\": \"{VERSION}\""),
    ] {
        if !manifest.contains(&wanted) {
            return Err(format!("packages/npm/landfall/package.json lacks {wanted}"));
        }
    }
    let own = work.join(&package);
    make_folder(&own)?;
    let name = program.file_name().unwrap_or_default();
    copy(program, &own.join(name))?;
    // What came over a network has lost its mode.
    run(Path::new("chmod"), &["755", &text(&own.join(name))], &own)?;
    let (system, processor) = machine.split_once('-').unwrap_or_default();
    let manifest = format!(
        r#"{{
  "name": "{package}",
  "version": "{VERSION}",
  "description": "The program of the package landfall, for one kind of machine",
  "license": "Apache-2.0",
  "os": ["{system}"],
  "cpu": ["{processor}"],
  "files": ["{}"]
}}
"#,
        name.to_string_lossy()
    );
    std::fs::write(own.join("package.json"), manifest).map_err(|error| error.to_string())?;
    make_folder(into)?;
    let into = std::fs::canonicalize(into).map_err(|error| error.to_string())?;
    for folder in [&main, &own] {
        run(Path::new("npm"), &["pack", "--dry-run", "--silent"], folder)?;
        let to = text(&into);
        let pack = ["pack", "--silent", "--pack-destination", &to];
        run(Path::new("npm"), &pack, folder)?;
    }
    Ok(())
}

/// The package of npm with the program of one kind of machine.
fn package(machine: &str) -> String {
    format!("landfall-{machine}")
}

/// This machine, in the words of Node.js.
fn machine() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{system}-{processor}")
}

/// The programs that build and check packages of Python; where they are.
fn tools(work: &Path) -> Result<PathBuf> {
    let wanted = root().join("validators/packages.txt");
    let there = work.join("tools/packages.txt");
    let text_of = |path: &Path| std::fs::read(path).ok();
    let bin = work.join("tools/bin");
    if text_of(&there).is_none_or(|text| Some(text) != text_of(&wanted)) {
        run(Path::new("python3"), &["-m", "venv", "tools"], work)?;
        let pip = ["-m", "pip", "install", "--quiet", "-r", &text(&wanted)];
        run(&bin.join("python"), &pip, work)?;
        copy(&wanted, &there)?;
    }
    Ok(bin)
}

/// The wheel, with the program as it is developed: it is built already.
fn wheel(tools: &Path, made: &Path) -> Result<String> {
    let to = text(made);
    let scripts = root().join("packages/pypi/data/scripts");
    make_folder(&scripts)?;
    copy(&program(), &scripts.join("landfall"))?;
    let build = ["build", "--profile", "dev", "--quiet", "--out", &to];
    run(
        &tools.join("maturin"),
        &build,
        &root().join("packages/pypi"),
    )?;
    let entries = std::fs::read_dir(made).map_err(|error| error.to_string())?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut wheels = names.filter(|name| name.rsplit('.').next() == Some("whl"));
    let wheel = wheels.next().ok_or("maturin made no wheel")?;
    // What it needs of the system stands in its name.
    if !wheel.contains("linux_") && !wheel.contains("macosx_") && !wheel.contains("win_") {
        return Err(format!("{wheel}: for no system"));
    }
    run(&tools.join("twine"), &["check", "--strict", &wheel], made)?;
    // Its name is made of what the library needs of the system; the program may need no more.
    let needed = newest_glibc(&program())?;
    if let Some(said) = wheel.split("manylinux_2_").nth(1) {
        let said = said.split('_').next().and_then(|said| said.parse().ok());
        if said.is_none_or(|said: u32| said < needed) {
            return Err(format!("{wheel}: the program needs glibc 2.{needed}"));
        }
    }
    Ok(wheel)
}

/// The newest version of glibc that a program asks for, after `2.`.
fn newest_glibc(program: &Path) -> Result<u32> {
    const ASKED: &[u8] = b"GLIBC_2.";
    let bytes = std::fs::read(program).map_err(|error| error.to_string())?;
    let mut newest = 0;
    let mut rest = bytes.as_slice();
    while let Some(at) = rest.windows(ASKED.len()).position(|some| some == ASKED) {
        rest = rest.get(at + ASKED.len()..).unwrap_or_default();
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit());
        let version = digits.fold(0_u32, |sum, byte| {
            sum.saturating_mul(10)
                .saturating_add(u32::from(byte - b'0'))
        });
        newest = newest.max(version);
    }
    Ok(newest)
}

/// Whether an installed program prints what the program of Cargo prints, with no Cargo beside it.
fn alike(place: &Path, installed: &Path) -> Result<String> {
    let beside = installed.parent().unwrap_or(place);
    let path = std::env::var("PATH").unwrap_or_default();
    let path = path.split(':').filter(|folder| !folder.contains("cargo"));
    let path: Vec<&str> = path.collect();
    let path = format!("{}:{}", beside.display(), path.join(":"));
    let printed = |program: &Path, asked: &str| {
        let run = Command::new(program)
            .args(asked.split(' '))
            .current_dir(place)
            .env("PATH", &path)
            .output();
        let run = run.map_err(|error| format!("{}: {error}", program.display()))?;
        if run.status.success() {
            Ok(run.stdout)
        } else {
            let said = String::from_utf8_lossy(&run.stderr).into_owned();
            Err(format!("{} {asked}: {said}", program.display()))
        }
    };
    let mut bytes = 0;
    for asked in ASKED {
        let usual = printed(&program(), asked)?;
        if printed(installed, asked)? != usual || usual.is_empty() {
            return Err(format!(
                "{}: `{asked}` prints other bytes",
                installed.display()
            ));
        }
        bytes += usual.len();
    }
    Ok(format!("{} commands, {bytes} bytes alike", ASKED.len()))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn make_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::copy(from, to).map_err(|error| format!("{}: {error}", from.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the package of npm asks for is what a release builds.
    #[test]
    fn every_machine_of_the_package_is_released() {
        let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
        let manifest = read("packages/npm/landfall/package.json");
        let wanted = manifest.split("\"landfall-").skip(1);
        let mut wanted: Vec<&str> = wanted.filter_map(|rest| rest.split('"').next()).collect();
        let release = read(".github/workflows/release.yml");
        let built = release.split("{machine: ").skip(1);
        let mut built: Vec<&str> = built.filter_map(|rest| rest.split(',').next()).collect();
        wanted.sort_unstable();
        built.sort_unstable();
        assert!(wanted.len() > 2, "{wanted:?}");
        assert_eq!(wanted, built);
        assert!(wanted.contains(&machine().as_str()), "{}", machine());
    }
}
