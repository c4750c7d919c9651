//! Whole numbers that a request may give, within bounds: one that is beyond them cannot be read.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer};

/// A whole number from `LEAST` to `MOST`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Within<const LEAST: u64, const MOST: u64>(u64);

impl<const LEAST: u64, const MOST: u64> Within<LEAST, MOST> {
    /// The bound nearest to a number, or the number.
    pub const fn nearest(number: u64) -> Self {
        Self(if number < LEAST {
            LEAST
        } else if number > MOST {
            MOST
        } else {
            number
        })
    }

    /// The number.
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl<'de, const LEAST: u64, const MOST: u64> Deserialize<'de> for Within<LEAST, MOST> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = u64::deserialize(from)?;
        if (LEAST..=MOST).contains(&number) {
            return Ok(Self(number));
        }
        let what = format!("`{number}` is not from {LEAST} to {MOST}");
        Err(D::Error::custom(what))
    }
}

impl<const LEAST: u64, const MOST: u64> JsonSchema for Within<LEAST, MOST> {
    fn schema_name() -> Cow<'static, str> {
        format!("From{LEAST}To{MOST}").into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "integer", "minimum": LEAST, "maximum": MOST })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_beyond_is_not_read() {
        let read = |text: &str| serde_json::from_str::<Within<1, 10>>(text);
        assert_eq!(read("1").unwrap().get(), 1);
        assert_eq!(read("10").unwrap(), Within::nearest(11));
        for beyond in ["0", "11", "-1", "1.5", "null"] {
            assert!(read(beyond).is_err(), "{beyond}");
        }
        let said = read("11").unwrap_err().to_string();
        assert!(said.starts_with("`11` is not from 1 to 10"), "{said}");
    }
}
