//! Local time and schedules.

use std::sync::Arc;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Zoned};
use jiff_cron::Schedule;
use landfall_source::{Diagnostic, Result};
use landfall_units::{Duration, SECONDS_PER_MONTH};

/// The month that stands for all: it begins on a Monday.
const MONTH: Date = Date::constant(2026, 6, 1);
/// Most starts taken: one a second for a month.
const MOST_STARTS: usize = SECONDS_PER_MONTH as usize;

/// What local time is ahead of UTC, in seconds, in a zone (`Europe/Berlin`) at the
/// beginning of the month that stands for all.
///
/// # Errors
/// When there is no such zone.
pub fn ahead_of_utc_s(zone: &str) -> Result<f64> {
    start(&zone_of(zone)?).map(|start| f64::from(start.offset().seconds()))
}

fn zone_of(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).map_err(|_| {
        let problem = Diagnostic::new(format!("there is no time zone `{name}`"));
        Box::new(problem.help("write it like \"Europe/Berlin\", or \"UTC\""))
    })
}

fn start(zone: &TimeZone) -> Result<Zoned> {
    MONTH
        .to_zoned(zone.clone())
        .map_err(|error| Box::new(Diagnostic::new(error.to_string())))
}

/// The times at which a schedule starts work, in seconds from the beginning of the
/// month that stands for all. Reads what `EventBridge` does (`rate(5 minutes)`,
/// `cron(0 10 ? * MON-FRI *)`) and the five fields of `crontab`.
///
/// # Errors
/// When it is no such schedule, or starts nothing.
pub fn scheduled_times(schedule: &str, zone: &str, for_s: f64) -> Result<Arc<[f64]>> {
    let problem = |what: &str| {
        let problem = Diagnostic::new(format!("`{schedule}` is not a schedule: {what}"));
        Box::new(problem.help(
            "write it like \"rate(5 minutes)\", \"cron(0 10 ? * MON-FRI *)\" or \"*/5 * * * *\"",
        ))
    };
    let text = schedule.trim();
    let inner = |name: &str| {
        text.strip_prefix(name)?
            .strip_prefix('(')?
            .strip_suffix(')')
    };
    let times: Vec<f64> = if let Some(rate) = inner("rate") {
        let every_s = every(rate).ok_or_else(|| problem("a rate is a number and a unit"))?;
        let number = ((for_s / every_s) as usize).min(MOST_STARTS);
        (0..number).map(|n| n as f64 * every_s).collect()
    } else {
        let fields = match inner("cron") {
            Some(fields) => seven_fields(fields, false),
            None => seven_fields(text, true),
        };
        let fields = fields.ok_or_else(|| problem("it has neither five nor six fields"))?;
        let cron: Schedule = fields
            .parse()
            .map_err(|_| problem("a field is not understood here"))?;
        let start = start(&zone_of(zone)?)?;
        let before = start
            .checked_sub(Span::new().seconds(1))
            .map_err(|error| problem(&error.to_string()))?;
        let offsets = cron.after(before).map(|at| {
            let since = at.timestamp().duration_since(start.timestamp());
            since.as_secs_f64()
        });
        offsets
            .take_while(|at_s| *at_s < for_s)
            .take(MOST_STARTS)
            .collect()
    };
    if times.is_empty() {
        return Err(problem("it starts nothing within the time simulated"));
    }
    Ok(times.into())
}

/// The seconds of `5 minutes`.
fn every(rate: &str) -> Option<f64> {
    let (number, unit) = rate.trim().split_once(' ')?;
    let number: f64 = number.parse().ok().filter(|number| *number >= 1.0)?;
    let unit = match unit.trim().trim_end_matches('s') {
        "minute" => "min",
        "hour" => "h",
        "day" => "d",
        _ => return None,
    };
    let every: Duration = format!("{number}{unit}").parse().ok()?;
    Some(every.as_secs_f64())
}

/// Seconds, minutes, hours, days, months, weekdays, years. The numbers of weekdays are
/// 0 to 7 from Sunday in `crontab`, and 1 to 7 from Sunday elsewhere.
fn seven_fields(text: &str, is_crontab: bool) -> Option<String> {
    let fields: Vec<&str> = text.split_whitespace().collect();
    match (fields.as_slice(), is_crontab) {
        ([minute, hour, day, month, weekday], true) => {
            let weekday = named(weekday);
            Some(format!("0 {minute} {hour} {day} {month} {weekday} *"))
        }
        ([minute, hour, day, month, weekday, year], false) => {
            Some(format!("0 {minute} {hour} {day} {month} {weekday} {year}"))
        }
        _ => None,
    }
}

/// Weekdays of `crontab` by name; steps (`*/2`) stay.
fn named(weekday: &str) -> String {
    const NAMES: [&str; 8] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    let (days, step) = weekday.split_once('/').unwrap_or((weekday, ""));
    let day = |day: &str| {
        let number: Option<usize> = day.parse().ok();
        let name = number.and_then(|number| NAMES.get(number));
        name.map_or_else(|| day.to_owned(), |name| (*name).to_owned())
    };
    let parts = days.split(',').map(|part| {
        let ends: Vec<String> = part.split('-').map(day).collect();
        ends.join("-")
    });
    let days = parts.collect::<Vec<_>>().join(",");
    if step.is_empty() {
        days
    } else {
        format!("{days}/{step}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WEEK_S: f64 = 7.0 * 86_400.0;

    fn times(schedule: &str, zone: &str) -> Vec<f64> {
        scheduled_times(schedule, zone, WEEK_S).unwrap().to_vec()
    }

    #[test]
    fn schedules_of_every_form_start_when_they_say() {
        assert_eq!(times("rate(5 minutes)", "UTC").len(), 7 * 288);
        assert_eq!(times("rate(1 day)", "UTC").len(), 7);
        let weekdays = times("cron(0 10 ? * MON-FRI *)", "UTC");
        assert_eq!(weekdays.len(), 5);
        assert!((weekdays[0] - 36_000.0).abs() < 1e-9);
        assert_eq!(times("0 10 * * 1-5", "UTC"), weekdays);
        // 2 is Monday in EventBridge, Tuesday in crontab.
        assert!((times("cron(0 0 ? * 2 *)", "UTC")[0]).abs() < 1e-9);
        assert!((times("0 0 * * 2", "UTC")[0] - 86_400.0).abs() < 1e-9);
        // The month begins at local midnight.
        assert_eq!(times("0 10 * * 1-5", "America/New_York"), weekdays);
    }

    #[test]
    fn what_is_no_schedule_is_said_so() {
        for wrong in [
            "",
            "soon",
            "rate(0 minutes)",
            "rate(5 moons)",
            "cron(1 2 3)",
            "61 * * * *",
        ] {
            let problem = scheduled_times(wrong, "UTC", WEEK_S)
                .unwrap_err()
                .to_string();
            assert!(problem.contains("is not a schedule"), "{problem}");
        }
        assert!(ahead_of_utc_s("Middle/Earth").is_err());
        assert!((ahead_of_utc_s("Asia/Tokyo").unwrap() - 32_400.0).abs() < 1e-9);
    }
}
