//! Lines of a stream, in bounded memory.

use std::io::{Error, Read};

/// The longest line that is looked at; the rest of a longer one is passed over.
const LONGEST: usize = 1 << 18;

/// Calls `each` with every line and its number, from 1, until it says stop.
///
/// # Errors
/// What reading comes to.
pub(crate) fn each_line(
    mut input: impl Read,
    mut each: impl FnMut(&[u8], u64),
) -> Result<(), Error> {
    let mut block = vec![0; 2 * LONGEST];
    let mut filled = 0;
    let mut number = 0;
    // Whether what comes is the rest of a line that was too long.
    let mut is_rest = false;
    loop {
        let read = input.read(block.get_mut(filled..).unwrap_or_default())?;
        filled += read;
        let bytes = block.get(..filled).unwrap_or_default();
        let mut start = 0;
        for end in memchr::memchr_iter(b'\n', bytes) {
            if !is_rest {
                number += 1;
                each(bytes.get(start..end).unwrap_or_default(), number);
            }
            is_rest = false;
            start = end + 1;
        }
        if read == 0 {
            let rest = bytes.get(start..).unwrap_or_default();
            if !rest.is_empty() && !is_rest {
                each(rest, number + 1);
            }
            return Ok(());
        }
        block.copy_within(start..filled, 0);
        filled -= start;
        if filled >= LONGEST {
            if !is_rest {
                number += 1;
                each(block.get(..filled).unwrap_or_default(), number);
            }
            is_rest = true;
            filled = 0;
        }
    }
}

/// The number that a text of digits, with or without a fraction, begins with.
pub(crate) fn number(text: &[u8]) -> Option<f64> {
    let mut whole: u64 = 0;
    let mut scale: u64 = 1;
    let mut is_fraction = false;
    let mut digits = 0;
    for byte in text {
        match byte {
            b'0'..=b'9' if digits < 17 => {
                whole = whole * 10 + u64::from(byte - b'0');
                scale *= if is_fraction { 10 } else { 1 };
                digits += 1;
            }
            b'0'..=b'9' if is_fraction => {}
            b'.' if !is_fraction => is_fraction = true,
            b'0'..=b'9' => return None,
            _ => break,
        }
    }
    (digits > 0).then(|| whole as f64 / scale as f64)
}

/// Seconds since 1970 of a time like `2026-11-01T10:00:00.123Z`, `2026-11-01 10:00:00.123`
/// or with an offset; without one it is UTC.
pub(crate) fn time(text: &[u8]) -> Option<f64> {
    let digits = |from: usize, to: usize| -> Option<i64> {
        let part = text.get(from..to)?;
        part.iter().try_fold(0_i64, |sum, byte| {
            byte.is_ascii_digit()
                .then(|| sum * 10 + i64::from(byte - b'0'))
        })
    };
    let is = |at: usize, wanted: &[u8]| text.get(at).is_some_and(|byte| wanted.contains(byte));
    if !(is(4, b"-") && is(7, b"-") && is(10, b"T ") && is(13, b":") && is(16, b":")) {
        return None;
    }
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    let mut at_s = seconds(year, month, day, hour, minute, second)?;
    let mut rest = text.get(19..).unwrap_or_default();
    if rest.first() == Some(&b'.') {
        let fraction = rest.get(1..).unwrap_or_default();
        let length = fraction
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        at_s += number(rest.get(..=length).unwrap_or_default()).unwrap_or(0.0);
        rest = fraction.get(length..).unwrap_or_default();
    }
    let sign = match rest.first() {
        Some(b'+') => 1.0,
        Some(b'-') => -1.0,
        _ => return Some(at_s),
    };
    let offset: Vec<u8> = rest
        .iter()
        .skip(1)
        .filter(|byte| byte.is_ascii_digit())
        .take(4)
        .map(|byte| byte - b'0')
        .collect();
    match offset.as_slice() {
        [a, b, c, d] => {
            let minutes = f64::from(*a) * 600.0 + f64::from(*b) * 60.0 + f64::from(c * 10 + d);
            Some(at_s - sign * minutes * 60.0)
        }
        _ => Some(at_s),
    }
}

/// Seconds since 1970 of a civil time in UTC (Hinnant, `chrono`-Compatible Low-Level Date
/// Algorithms, `days_from_civil`).
pub(crate) fn seconds(
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
) -> Option<f64> {
    let is_time = (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..=60).contains(&second);
    if !is_time || !(1970..=2999).contains(&year) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year / 400;
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let day_of_era = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    Some((days * 86_400 + hour * 3_600 + minute * 60 + second) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read() {
        for (text, wanted) in [
            ("2026-11-01T00:00:00Z", 1_793_491_200.0),
            ("2026-11-01 00:00:01.250", 1_793_491_201.25),
            ("2026-11-01T02:00:00.000+02:00", 1_793_491_200.0),
            ("2026-10-31T19:30:00-0430", 1_793_491_200.0),
        ] {
            let read = time(text.as_bytes()).unwrap();
            assert!((read - wanted).abs() < 1e-6, "{text}: {read}");
        }
        assert_eq!(time(b"2026-13-01T00:00:00Z"), None);
        assert_eq!(time(b"soon"), None);
    }

    #[test]
    fn lines_come_one_by_one_and_long_ones_are_cut() {
        let long = "x".repeat(3 * LONGEST);
        let text = format!("one\n{long}\ntwo\n\nthree");
        let mut lines = Vec::new();
        each_line(text.as_bytes(), |line, number| {
            lines.push((line.iter().take(5).copied().collect::<Vec<u8>>(), number));
        })
        .unwrap();
        let wanted = [("one", 1), ("xxxxx", 2), ("two", 3), ("", 4), ("three", 5)];
        let wanted = wanted.map(|(text, number)| (text.as_bytes().to_vec(), number));
        assert_eq!(lines, wanted);
    }

    #[test]
    fn numbers_are_read() {
        assert_eq!(number(b"469.40 ms"), Some(469.4));
        assert_eq!(number(b"500"), Some(500.0));
        assert_eq!(number(b"-1"), None);
        assert_eq!(number(b""), None);
        assert_eq!(number(&[b'9'; 40]), None);
    }
}
