//! Which part of a fleet one process decides.

use landfall_source::{Diagnostic, Result};

/// Most shards of a fleet, so that a number that was mistyped is refused. What runs them may take
/// fewer.
const MOST: u64 = 100_000;

/// One of so many parts of a fleet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    index: u64,
    count: u64,
}

impl Shard {
    /// The only part: the whole.
    pub const WHOLE: Self = Self { index: 0, count: 1 };

    /// The part `index`, from 0, of `count`.
    ///
    /// # Errors
    /// There is no such part, or there are none or too many.
    pub fn new(index: u64, count: u64) -> Result<Self> {
        if count == 0 || count > MOST {
            let problem = Diagnostic::new(format!("a fleet has no {count} shards"));
            return Err(Box::new(
                problem.help(format!("1 to {MOST} may be asked for")),
            ));
        }
        if index >= count {
            let what = format!("there is no shard {index} of {count}: they are counted from 0");
            let help = format!("the last one is {}/{count}", count - 1);
            return Err(Box::new(Diagnostic::new(what).help(help)));
        }
        Ok(Self { index, count })
    }

    /// Reads `3/16`: the shard 3, from 0, of 16.
    ///
    /// # Errors
    /// It is written in another way, or there is no such shard.
    pub fn parse(text: &str) -> Result<Self> {
        let parts = text.split_once('/');
        let numbers = parts.and_then(|(index, count)| {
            Some((index.trim().parse().ok()?, count.trim().parse().ok()?))
        });
        let Some((index, count)) = numbers else {
            let problem = Diagnostic::new(format!("`{text}` names no shard"));
            return Err(Box::new(
                problem.help("write index, from 0, and number: 3/16"),
            ));
        };
        Self::new(index, count)
    }

    /// The shard that a process has by its environment: an array job of AWS Batch says which and of how
    /// many, an indexed job of Kubernetes says which; `count` is the number where neither does. None
    /// outside of such jobs where `count` is none.
    ///
    /// # Errors
    /// A variable is no number; it is not known of how many; there is no such shard.
    pub fn of_environment(
        variable: impl Fn(&str) -> Option<String>,
        count: Option<u64>,
    ) -> Result<Option<Self>> {
        let number = |name: &str| -> Result<Option<u64>> {
            let text = variable(name).filter(|text| !text.trim().is_empty());
            let read = |text: String| {
                text.trim().parse().map_err(|_| {
                    let problem =
                        Diagnostic::new(format!("{name} is `{text}`, which is no number"));
                    Box::new(problem.help("unset it, or name the shard: --shard 3/16"))
                })
            };
            text.map(read).transpose()
        };
        let batch = number("AWS_BATCH_JOB_ARRAY_INDEX")?;
        let (index, name) = match batch {
            Some(index) => (Some(index), "AWS_BATCH_JOB_ARRAY_INDEX"),
            None => (number("JOB_COMPLETION_INDEX")?, "JOB_COMPLETION_INDEX"),
        };
        let said = match batch {
            Some(_) => number("AWS_BATCH_JOB_ARRAY_SIZE")?,
            None => None,
        };
        let said = match said {
            Some(said) => Some(said),
            None => number("LANDFALL_SHARDS")?,
        };
        match (index, count.or(said)) {
            (Some(index), Some(count)) => Self::new(index, count).map(Some),
            (Some(_), None) => {
                let problem = Diagnostic::new(format!(
                    "{name} says which shard, and nothing says of how many"
                ));
                Err(Box::new(problem.help(
                    "say it: --shards 16, or LANDFALL_SHARDS=16 in the job's environment",
                )))
            }
            (None, Some(_)) if count.is_some() => {
                let problem =
                    Diagnostic::new("--shards says how many there are, and nothing says which");
                Err(Box::new(problem.help("name the shard: --shard 3/16")))
            }
            (None, _) => Ok(None),
        }
    }

    /// The place among the shards, from 0.
    pub const fn index(self) -> u64 {
        self.index
    }

    /// How many shards there are.
    pub const fn count(self) -> u64 {
        self.count
    }

    /// Whether it is the whole.
    pub const fn is_whole(self) -> bool {
        self.count == 1
    }

    /// Whether the item at a place in the fleet is of this shard.
    pub const fn owns(self, place: u64) -> bool {
        place % self.count == self.index
    }

    /// The name of its file beside `name`, where all shards are told the same name:
    /// `results-03-of-16.parquet`.
    pub fn file_name(self, name: &str) -> String {
        if self.is_whole() {
            return name.to_owned();
        }
        let digits = (self.count - 1).to_string().len();
        let mark = format!("-{:0digits$}-of-{}", self.index, self.count);
        match name.rsplit_once('.') {
            Some((stem, ending)) if !ending.contains('/') => format!("{stem}{mark}.{ending}"),
            _ => format!("{name}{mark}"),
        }
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_of_one_shard() {
        for count in 1..20 {
            let shards: Vec<Shard> = (0..count)
                .map(|index| Shard::new(index, count).unwrap())
                .collect();
            for place in 0..100 {
                assert_eq!(shards.iter().filter(|shard| shard.owns(place)).count(), 1);
            }
        }
    }

    #[test]
    fn shards_have_names_in_their_order() {
        let name = |text: &str| Shard::parse(text).unwrap().file_name("s3://b/r.parquet");
        assert_eq!(name("0/1"), "s3://b/r.parquet");
        assert_eq!(name("3/16"), "s3://b/r-03-of-16.parquet");
        assert_eq!(
            Shard::parse("9/10").unwrap().file_name("a.b/r"),
            "a.b/r-9-of-10"
        );
        for wrong in ["", "3", "16/16", "0/0", "a/b", "-1/2", "0/1000000"] {
            assert!(Shard::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn jobs_say_which_shard_they_are() {
        let found = |set: &[(&str, &str)], count| {
            let of = |name: &str| {
                set.iter()
                    .find(|one| one.0 == name)
                    .map(|one| one.1.to_owned())
            };
            Shard::of_environment(of, count)
        };
        let shard = |text: &str| Some(Shard::parse(text).unwrap());
        let batch = [
            ("AWS_BATCH_JOB_ARRAY_INDEX", "3"),
            ("AWS_BATCH_JOB_ARRAY_SIZE", "16"),
        ];
        assert_eq!(found(&batch, None).unwrap(), shard("3/16"));
        let pod = [("JOB_COMPLETION_INDEX", "2"), ("LANDFALL_SHARDS", "4")];
        assert_eq!(found(&pod, None).unwrap(), shard("2/4"));
        assert_eq!(found(&pod[..1], Some(8)).unwrap(), shard("2/8"));
        assert_eq!(found(&[], None).unwrap(), None);
        assert_eq!(found(&pod[1..], None).unwrap(), None);
        assert!(found(&pod[..1], None).is_err());
        assert!(found(&[], Some(4)).is_err());
        assert!(found(&[("JOB_COMPLETION_INDEX", "x")], Some(4)).is_err());
        assert!(found(&[("JOB_COMPLETION_INDEX", "4")], Some(4)).is_err());
    }
}
