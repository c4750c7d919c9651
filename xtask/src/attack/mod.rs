//! The attack: what strangers and attackers would give to the program, and do to it.
//!
//! Each run has 2 GB of memory and 10 seconds. It may end with 0, 1 or 2, and nothing may
//! be lost. The same seed gives the same inputs. What is found is kept in
//! `target/attack/found`, with the command that reads it.

mod call;
mod formats;
#[path = "../../../crates/cli/src/download/hostile.rs"]
#[expect(
    dead_code,
    reason = "one way of it is only asked where downloads are tested"
)]
mod hostile;
mod inputs;
mod kills;
mod mutate;
mod places;
mod server;
mod tally;
mod writers;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use self::call::Scratch;
use self::tally::Tally;
use crate::checks::say;
use crate::docs::root;
use crate::tools::{Result, now, program};

/// Mutated inputs, unless another number is asked for.
const INPUTS: u64 = 20_000;
/// The seed, unless another is given.
const SEED: u64 = 1;

/// `cargo xtask attack [SEED [INPUTS]]`. In the profile of the program overflows are faults.
pub(crate) fn run(arguments: &[&str]) -> Result<()> {
    let number = |place: usize, usual: u64| match arguments.get(place) {
        Some(text) => text.parse().map_err(|_| format!("`{text}` is no number")),
        None => Ok(usual),
    };
    let attack = Attack {
        seed: number(0, SEED)?,
        inputs: number(1, INPUTS)?,
        root: root(),
        program: program(),
    };
    let begun = now();
    say(&format!("== attack, seed {}", attack.seed));
    let tallies = attack.all()?;
    let is_good = tally::show(&tallies, &attack.found());
    say(&format!("   {:.0?}", begun.elapsed()));
    if is_good {
        Ok(())
    } else {
        Err(format!(
            "the attack with seed {} found something",
            attack.seed
        ))
    }
}

struct Attack {
    seed: u64,
    inputs: u64,
    root: PathBuf,
    program: PathBuf,
}

/// Gives each number below `count` once, to whoever asks first.
fn numbers(count: u64) -> impl Fn() -> Option<u64> + Sync {
    let next = AtomicU64::new(0);
    move || Some(next.fetch_add(1, Ordering::Relaxed)).filter(|number| *number < count)
}

impl Attack {
    fn found(&self) -> PathBuf {
        self.root.join("target/attack/found")
    }

    fn scratch(&self, name: &str) -> Result<Scratch> {
        Scratch::new(&self.program, &self.root, name)
    }

    /// All parts; the server's, which waits most of the time, beside the others.
    fn all(&self) -> Result<Vec<Tally>> {
        let _ = std::fs::remove_dir_all(self.found());
        thread::scope(|scope| {
            let server = scope.spawn(|| server::run(&self.scratch("server")?));
            let mut tallies = self.parts()?;
            let server = server.join();
            tallies.push(server.unwrap_or_else(|_| Err("a thread stopped".to_owned()))?);
            Ok(tallies)
        })
    }

    fn parts(&self) -> Result<Vec<Tally>> {
        let formats = formats::all(&self.scratch("made")?)?;
        let found = self.found();
        let mut tallies = Vec::new();
        for format in &formats {
            let next = numbers(self.inputs * format.share / 100);
            let one = |scratch: &Scratch| inputs::run(format, self.seed, scratch, &found, &next);
            tallies.push(self.shared(format.name, &one)?);
        }
        let mut texts = Tally::new("hostile texts");
        for format in &formats {
            let next = numbers(u64::MAX);
            texts.add(self.shared("texts", &|scratch| writers::run(format, scratch, &next))?);
        }
        tallies.push(texts);
        tallies.push(kills::run(&self.scratch("kills")?, self.seed)?);
        tallies.push(kills::pairs(&self.scratch("pairs")?)?);
        tallies.push(places::full_disk(&self.scratch("disk")?)?);
        let next = numbers(u64::MAX);
        tallies.push(self.shared("days", &|scratch| places::days(scratch, &next))?);
        Ok(tallies)
    }

    /// Shares a part among as many workers as there are processors.
    fn shared(
        &self,
        name: &str,
        work: &(dyn Fn(&Scratch) -> Result<Tally> + Sync),
    ) -> Result<Tally> {
        let begun = now();
        let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let results = thread::scope(|scope| {
            let one = |worker: usize| {
                let name = format!("{}-{worker}", name.replace(' ', "-"));
                scope.spawn(move || work(&self.scratch(&name)?))
            };
            let running: Vec<_> = (0..workers).map(one).collect();
            running
                .into_iter()
                .map(|one| {
                    one.join()
                        .unwrap_or_else(|_| Err("a thread stopped".to_owned()))
                })
                .collect::<Result<Vec<Tally>>>()
        });
        let mut results = results?.into_iter();
        let mut tally = results.next().ok_or("there is no processor")?;
        results.for_each(|other| tally.add(other));
        say(&format!("   {name}: {:.0?}", begun.elapsed()));
        Ok(tally)
    }
}
