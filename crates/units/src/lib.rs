//! Quantities as people write them, typed.
//!
//! | type | written | base unit |
//! |---|---|---|
//! | [`Bytes`] | `1.5GB`, `1536MiB`, `10KB` | byte |
//! | [`Duration`] | `800ms`, `2.4s`, `15min`, `2h`, `1d` | nanosecond |
//! | [`Rate`] | `40/s`, `2M/month`, `600/min` | per second |
//! | [`Count`] | `12k`, `2M`, `1_000` | one |
//! | [`Share`] | `70%`, `0.7` | one, from 0 to 1 |
//! | [`Money`] | `$2000`, `$0.20` | US dollar, exact decimal |
//! | [`HourlyCost`] | `$75/h` | US dollar an hour |
//! | [`Ratio`] | `12`, `1.5` | one |
//!
//! KB, MB, GB and TB are powers of 1024, as in AWS's limits and bills; KiB, MiB,
//! GiB and TiB mean the same. A month is 730 hours. This is said once, here.
//!
//! Every type parses with [`std::str::FromStr`] and prints in the form that it
//! parses; [`is_region_name`] tells what may be a region. [`Range`] holds `{ low, likely, high }` of anything ordered, and
//! [`Dimension`] names a kind of quantity where its type is known only at run time.
//!
//! ```
//! use landfall_units::{Bytes, Duration, Rate};
//! let memory: Bytes = "1.5GB".parse()?;
//! assert_eq!(memory, "1536MiB".parse()?);
//! assert_eq!(memory.to_string(), "1.5GB");
//! let rate: Rate = "2.628M/month".parse()?;
//! assert_eq!(rate.to_string(), "1/s");
//! assert_eq!("15min".parse::<Duration>()?.as_secs_f64(), 900.0);
//! # Ok::<(), landfall_units::QuantityError>(())
//! ```

mod bytes;
mod dimension;
mod duration;
mod money;
mod number;
mod range;
mod rate;
mod region;
mod scalar;

pub use bytes::Bytes;
pub use dimension::Dimension;
pub use duration::{Duration, HOURS_PER_MONTH, SECONDS_PER_MONTH};
pub use money::{HourlyCost, Money};
pub use number::{QuantityError, decimal};
pub use range::{Range, RangeError};
pub use rate::Rate;
pub use region::is_region_name;
pub use rust_decimal::Decimal;
pub use scalar::{Count, Ratio, Share};
