//! When work starts, in the words of `EventBridge`.

use super::context::Missed;

/// Seconds of an hour, for which an alarm counts runs.
const HOUR_S: u32 = 3600;

/// When the lack of runs is worth an alarm: twice the usual time between them, where
/// that is within what an alarm can look back.
pub(super) fn missed(per_s: Option<f64>) -> Option<Missed> {
    let hours = per_s
        .filter(|rate| *rate > 0.0)
        .map(|rate| (2.0 / rate / f64::from(HOUR_S)).ceil());
    hours.filter(|hours| *hours <= 24.0).map(|hours| Missed {
        period_s: HOUR_S,
        periods: hours.max(1.0),
    })
}

/// A schedule of the file in the words of EventBridge: five-field expressions of cron
/// get their sixth.
pub(super) fn expression(text: &str) -> String {
    if text.starts_with("rate(") || text.starts_with("at(") {
        return text.to_owned();
    }
    let inner = text
        .strip_prefix("cron(")
        .and_then(|rest| rest.strip_suffix(')'));
    let fields: Vec<&str> = inner.unwrap_or(text).split_whitespace().collect();
    match fields.as_slice() {
        [minute, hour, day, month, weekday] => {
            // One of day and weekday must be a question mark, and weekdays count from 1.
            let (day, weekday) = match (*day, *weekday) {
                (day, "*" | "?") => (day.to_owned(), "?".to_owned()),
                (_, weekday) => ("?".to_owned(), weekday.chars().map(next_weekday).collect()),
            };
            format!("cron({minute} {hour} {day} {month} {weekday} *)")
        }
        _ => format!("cron({})", fields.join(" ")),
    }
}

/// Weekdays of cron count from 0 for Sunday, those of EventBridge from 1.
fn next_weekday(day: char) -> char {
    match day.to_digit(10) {
        Some(digit) => char::from_digit(digit % 7 + 1, 10).unwrap_or(day),
        None => day,
    }
}

/// A schedule of `EventBridge` in the five fields of Kubernetes, and whether it starts at
/// the same times.
pub(super) fn cron(schedule: &str) -> (String, bool) {
    if let Some(rate) = schedule.strip_prefix("rate(") {
        let mut words = rate.trim_end_matches(')').split(' ');
        let count: u32 = words.next().and_then(|one| one.parse().ok()).unwrap_or(1);
        let unit = words.next().unwrap_or("day").trim_end_matches('s');
        // Within an hour, a day, a month: what divides them evenly is the same.
        return match unit {
            "minute" if count < 60 => (format!("*/{count} * * * *"), 60 % count.max(1) == 0),
            "minute" => rounded(count, 60, "hours"),
            "hour" if count < 24 => (format!("0 */{count} * * *"), 24 % count.max(1) == 0),
            "hour" => rounded(count, 24, "days"),
            _ => (format!("0 0 */{} * *", count.clamp(1, 31)), count == 1),
        };
    }
    let inner = schedule.trim_start_matches("cron(").trim_end_matches(')');
    let all: Vec<&str> = inner.split_whitespace().collect();
    // Years, the last and the nearest of something stand in `EventBridge` alone.
    let is_same = schedule.starts_with("cron(")
        && all.get(5).is_none_or(|year| *year == "*")
        && all
            .iter()
            .skip(2)
            .step_by(2)
            .all(|days| !has_own_words(days));
    let fields = all.iter().take(5).enumerate();
    let fields = fields.map(|(place, field)| match (place, *field) {
        (_, "?") => "*".to_owned(),
        // Weekdays count from 1 there and from 0 here.
        (4, days) => days.chars().map(former_weekday).collect(),
        (_, field) => field.to_owned(),
    });
    (fields.collect::<Vec<String>>().join(" "), is_same)
}

/// Whether days are given in words that only `EventBridge` has: `L`, `15W`, `6#3`.
fn has_own_words(days: &str) -> bool {
    let is_name = days.len() >= 3 && days.chars().take(3).all(|c| c.is_ascii_alphabetic());
    days.contains('#') || (!is_name && days.contains(['L', 'W']))
}

/// Weekdays of `EventBridge` count from 1 for Sunday, those of Kubernetes from 0.
fn former_weekday(day: char) -> char {
    let digit = day.to_digit(10).map(|digit| (digit + 6) % 7);
    digit
        .and_then(|digit| char::from_digit(digit, 10))
        .unwrap_or(day)
}

/// A rate in a larger unit, rounded up to whole ones.
fn rounded(count: u32, size: u32, unit: &str) -> (String, bool) {
    let (cron, is_same) = cron(&format!("rate({} {unit})", count.div_ceil(size)));
    (cron, is_same && count.is_multiple_of(size))
}

#[cfg(test)]
mod tests {
    use super::cron;

    #[test]
    fn schedules_of_kubernetes_are_the_same_or_said_not_to_be() {
        for (schedule, wanted, is_same) in [
            ("rate(5 minutes)", "*/5 * * * *", true),
            ("rate(7 minutes)", "*/7 * * * *", false),
            ("rate(90 minutes)", "0 */2 * * *", false),
            ("rate(120 minutes)", "0 */2 * * *", true),
            ("rate(1 day)", "0 0 */1 * *", true),
            ("rate(2 days)", "0 0 */2 * *", false),
            ("cron(0 6 ? * 2-6 *)", "0 6 * * 1-5", true),
            ("cron(0 6 ? * MON-WED *)", "0 6 * * MON-WED", true),
            ("cron(0 6 L * ? *)", "0 6 L * *", false),
            ("cron(0 6 ? * 6#3 *)", "0 6 * * 5#2", false),
            ("cron(0 6 * * ? 2027)", "0 6 * * *", false),
            ("at(2027-01-01T00:00:00)", "at(2027-01-01T00:00:00", false),
        ] {
            assert_eq!(cron(schedule), (wanted.to_owned(), is_same), "{schedule}");
        }
    }
}
