//! Processes killed at any moment, and several that write at once: files stay whole, nothing
//! is lost, and a second run mends what is missing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread::{self, sleep};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::call::{Given, Scratch};
use super::tally::Tally;
use crate::tools::{Result, now};

const FIXTURES: &str = "crates/catalog/tests/price_list";
/// Processes that are killed, over all three commands.
const KILLS: u64 = 201;
/// Pairs of writers, for each of two commands.
const PAIRS: u64 = 60;

/// A command that writes, and where.
struct Writer {
    words: String,
    folder: PathBuf,
    /// The command that reads what was written.
    reads: Option<String>,
}

fn writers(scratch: &Scratch) -> Result<[Writer; 3]> {
    let example = scratch.root.join("examples/gpu-training.toml");
    let example = std::fs::read(example).map_err(|error| error.to_string())?;
    scratch.put("record/w.toml", &example)?;
    let (file, infra) = (scratch.path("record/w.toml"), scratch.path("infra"));
    let (file, out) = (file.display(), infra.display());
    Ok([
        Writer {
            words: format!("prices update --region eu-west-1 --from {FIXTURES}"),
            folder: scratch.path("data/prices"),
            reads: Some("prices show --region eu-west-1".to_owned()),
        },
        Writer {
            words: format!("decide {file} --worlds 0 --record"),
            folder: scratch.path("record"),
            reads: Some(format!("check {file}")),
        },
        Writer {
            words: format!("blueprint {file} --worlds 0 --out {out}"),
            folder: infra.clone(),
            reads: None,
        },
    ])
}

/// Every file of a folder with its bytes and whether it can be executed.
fn files(folder: &Path) -> BTreeMap<PathBuf, (Vec<u8>, bool)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                let is_program = is_program(&path);
                found.insert(path, (bytes, is_program));
            }
        }
    }
    found
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(_path: &Path) -> bool {
    false
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') && (name.ends_with(".new") || name.ends_with(".writing"))
}

/// Kills a process at a random moment of its life, or shortly after it began to write.
fn kill(writer: &Writer, life: Duration, scratch: &Scratch, random: &mut Pcg64Mcg) -> Result<()> {
    let words: Vec<String> = writer.words.split(' ').map(str::to_owned).collect();
    let mut child = scratch.start(&words, &Given::default())?;
    if random.random_bool(0.5) {
        sleep(life.mul_f64(random.random_range(0.0..1.1)));
    } else {
        let begun = now();
        let before = files(&writer.folder).len();
        while begun.elapsed() < life * 2 && files(&writer.folder).len() == before {
            sleep(Duration::from_micros(200));
        }
        sleep(Duration::from_micros(random.random_range(0..4_000)));
    }
    // It may have ended before.
    let _ = child.kill();
    child.wait().map(|_| ()).map_err(|error| error.to_string())
}

/// Kills the three commands that write, again and again.
pub(super) fn run(scratch: &Scratch, seed: u64) -> Result<Tally> {
    let mut tally = Tally::new("kills");
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    for writer in writers(scratch)? {
        let begun = now();
        let first = scratch.run_words(&writer.words)?;
        let life = begun.elapsed();
        if first.exit != Some(0) {
            return Err(format!("{}: {:?}", writer.words, first.exit));
        }
        let wanted = files(&writer.folder);
        for round in 0..KILLS / 3 {
            // Half of the time over what is there already.
            if round % 2 == 0 {
                for path in wanted.keys().filter(|path| !path.ends_with("w.toml")) {
                    let _ = std::fs::remove_file(path);
                }
            }
            kill(&writer, life, scratch, &mut random)?;
            tally.killed();
            for (path, (bytes, _)) in files(&writer.folder) {
                let is_whole = wanted.get(&path).is_some_and(|(whole, _)| *whole == bytes);
                if !is_whole && !is_hidden(&path) {
                    tally.broken(format!("a kill left half of {}", path.display()));
                }
            }
            let again = scratch.run_words(&writer.words)?;
            if tally.count(&writer.words, &again) || again.exit != Some(0) {
                tally.broken(format!("after a kill: {} does not end well", writer.words));
            }
            if files(&writer.folder) != wanted {
                tally.broken(format!("after a kill: {} does not mend", writer.words));
            }
            if let Some(reads) = &writer.reads {
                tally.count(reads, &scratch.run_words(reads)?);
            }
        }
    }
    Ok(tally)
}

/// Two processes that write one file at once; both of their rows are there afterwards.
pub(super) fn pairs(one: &Scratch) -> Result<Tally> {
    let mut tally = Tally::new("pairs of writers");
    let two = one.beside();
    let example = one.root.join("examples/gpu-training.toml");
    let example = std::fs::read(example).map_err(|error| error.to_string())?;
    for name in ["record/a.toml", "record/b.toml"] {
        one.put(name, &example)?;
    }
    let record = |name: &str| {
        let path = one.path("record").join(name);
        format!("decide {} --worlds 0 --record", path.display())
    };
    let update = |service: &str| {
        format!("prices update --region eu-west-1 --service {service} --from {FIXTURES}")
    };
    let kinds = [
        (
            [record("a.toml"), record("b.toml")],
            one.path("record/landfall.lock"),
            ["\"a.toml\"", "\"b.toml\""],
        ),
        (
            [update("lambda"), update("nat")],
            one.path("data/prices/eu-west-1.csv"),
            [",lambda,", ",nat,"],
        ),
    ];
    for (words, path, marks) in kinds {
        for _ in 0..PAIRS {
            let _ = std::fs::remove_file(&path);
            let [first, second] = &words;
            let (ended, other) = thread::scope(|scope| {
                let other = scope.spawn(|| two.run_words(second));
                (one.run_words(first), other.join())
            });
            let other = other.unwrap_or_else(|_| Err("a thread stopped".to_owned()))?;
            tally.count(first, &ended?);
            tally.count(second, &other);
            let text = std::fs::read_to_string(&path).unwrap_or_default();
            for mark in marks.iter().filter(|mark| !text.contains(**mark)) {
                tally.broken(format!("{mark} is lost in {}", path.display()));
            }
        }
    }
    Ok(tally)
}
