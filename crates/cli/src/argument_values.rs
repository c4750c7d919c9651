//! Values of flags, each in its bounds.

use clap::ValueEnum;
use landfall_decide::MOST_SCENARIOS;
use landfall_units::{Dimension, is_region_name};

/// Form of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for a terminal.
    Text,
    /// JSON; several files give one line each.
    Json,
}

/// Reads the name of a region.
pub(crate) fn region(text: &str) -> Result<String, String> {
    if is_region_name(text) {
        Ok(text.to_owned())
    } else {
        Err("this is not the name of a region; write it like eu-west-1".to_owned())
    }
}

/// Reads a number of times, as the peak over the mean.
pub(crate) fn times(text: &str) -> Result<f64, String> {
    let number = text.parse().ok();
    let number = number.filter(|number| (1.0..=1e4).contains(number));
    number.ok_or_else(|| "write a number from 1 to 10000, as in 3.5".to_owned())
}

/// Reads a share, from 0 to 1.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    let share = Dimension::Share.parse(text).ok();
    let share = share.filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "write a share from 0 to 1, or from 0% to 100%".to_owned())
}

/// Reads a number of scenarios.
pub(crate) fn scenarios(text: &str) -> Result<usize, String> {
    let number: usize = text
        .parse()
        .map_err(|_| "write a whole number, as in 1000".to_owned())?;
    if number > MOST_SCENARIOS {
        return Err(format!("at most {MOST_SCENARIOS}"));
    }
    Ok(number)
}
