//! Reading what AWS Lambda Power Tuning found.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use landfall_source::{Diagnostic, Result};
use landfall_units::Bytes;
use serde_json::Value;

/// What one size of memory showed in AWS.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Memory.
    pub memory: Bytes,
    /// Mean duration, in seconds.
    pub time_s: f64,
}

/// The part of a link to a chart that holds the figures begins here.
const CHART: char = '#';

/// Reads the output of a run: its `stats`, or else the figures in the link to its chart
/// (`stateMachine.visualization`), rising by memory.
///
/// # Errors
/// Where the text is no JSON, or holds no figures of two sizes or more.
pub fn power_tuning(name: &str, text: &str) -> Result<Vec<Measured>> {
    let problem =
        |what: &str, help: &str| Box::new(Diagnostic::new(format!("{name}: {what}")).help(help));
    let json: Value = serde_json::from_str(text).map_err(|error| {
        let what = format!("line {}: this is not JSON", error.line());
        problem(&what, "save the output of the state machine as it is")
    })?;
    // The output may stand in what describes the execution, as a text.
    let inner = json.get("output").and_then(Value::as_str);
    let json = inner
        .and_then(|inner| serde_json::from_str(inner).ok())
        .unwrap_or(json);
    let distinct = |found: Option<Vec<Measured>>| {
        let mut found = found.unwrap_or_default();
        found.sort_by_key(|one| one.memory);
        found.dedup_by_key(|one| one.memory);
        found
    };
    let mut found = distinct(json.get("stats").and_then(of_stats));
    if found.len() < 2 {
        let link = json.pointer("/stateMachine/visualization");
        found = distinct(link.and_then(Value::as_str).and_then(of_link));
    }
    if found.len() < 2 {
        return Err(problem(
            "there are no durations of two sizes of memory",
            "give the output of AWS Lambda Power Tuning, with `includeOutputResults` or the link `visualization`",
        ));
    }
    Ok(found)
}

/// A size with its mean duration in milliseconds, where both can be.
fn measured(mb: f64, ms: f64) -> Option<Measured> {
    let is_size = mb.is_finite() && (1.0..=1e6).contains(&mb);
    let is_time = ms.is_finite() && ms > 0.0;
    (is_size && is_time).then(|| Measured {
        memory: Bytes::from_mb(mb.round() as u64),
        time_s: ms / 1e3,
    })
}

/// The rows that have a size and a duration: a size whose invocations failed has none.
fn of_stats(stats: &Value) -> Option<Vec<Measured>> {
    let one = |row: &Value| {
        let ms = row.get("averageDuration").or_else(|| row.get("duration"))?;
        let ms = ms.as_f64()?;
        let value = row.get("value").or_else(|| row.get("power"));
        let mb = value.and_then(|value| value.as_f64().or_else(|| value.as_str()?.parse().ok()));
        measured(mb?, ms)
    };
    Some(stats.as_array()?.iter().filter_map(one).collect())
}

/// A link ends in sizes, durations and costs: 16-bit whole numbers and 32-bit fractions,
/// least byte first, each list in base64.
fn of_link(link: &str) -> Option<Vec<Measured>> {
    let (_, figures) = link.split_once(CHART)?;
    let mut lists = figures.split(';');
    let (sizes, times) = (bytes_of(lists.next()?)?, bytes_of(lists.next()?)?);
    let sizes = sizes.chunks_exact(2).map(|pair| match pair {
        [low, high] => f64::from(u16::from_le_bytes([*low, *high])),
        _ => 0.0,
    });
    let times = times.chunks_exact(4).map(|four| match four {
        [a, b, c, d] => f64::from(f32::from_le_bytes([*a, *b, *c, *d])),
        _ => 0.0,
    });
    let found = sizes.zip(times).filter_map(|(mb, ms)| measured(mb, ms));
    Some(found.collect())
}

/// The bytes of a text in base64 (RFC 4648, section 4).
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    STANDARD_NO_PAD.decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str) -> Vec<(u64, f64)> {
        let found = power_tuning("results.json", text).unwrap();
        let pair = |one: &Measured| (one.memory.get() >> 20, one.time_s);
        found.iter().map(pair).collect()
    }

    #[test]
    fn results_are_read_from_stats_and_from_the_link() {
        let stats = r#"{"power": "512", "cost": 2e-7, "duration": 20.5, "stats": [
            {"value": 256, "averagePrice": 1e-7, "averageDuration": 40.25},
            {"value": "128", "averagePrice": 1e-7, "averageDuration": 80.5},
            {"value": 64, "averagePrice": 0, "averageDuration": null},
            {"value": 512, "averageDuration": 0}, {"value": "much", "averageDuration": 9},
            {"averageDuration": 9}, null]}"#;
        assert_eq!(found(stats), [(128, 0.0805), (256, 0.04025)]);
        // 128, 256, 512 and 80.5, 40.25, 20.5.
        let link = r#"{"power": 512, "stateMachine": {"visualization":
            "https://lambda-power-tuning.show/#gAAAAQAC;AAChQgAAIUIAAKRB;AAAAAAAAAAAAAAAA"}}"#;
        let wanted = [(128, 0.0805), (256, 0.04025), (512, 0.0205)];
        assert_eq!(found(link), wanted);
        // One row is not enough: the link has more. A duration in it that is none is left out.
        let both = link.replacen(
            '{',
            r#"{"stats": [{"value": 64, "averageDuration": 9}],"#,
            1,
        );
        assert_eq!(found(&both), wanted);
        let failed = link.replace("AAChQgAAIUIAAKRB", "AAChQgAAIUIAAAAA");
        assert_eq!(found(&failed), wanted[..2]);
        let described = serde_json::json!({ "status": "SUCCEEDED", "output": link }).to_string();
        assert_eq!(found(&described), wanted);
    }

    #[test]
    fn what_holds_no_figures_is_refused_with_its_fix() {
        for text in [
            "{}",
            "{",
            "[]",
            r#"{"stats": [{"value": 128, "averageDuration": 3}]}"#,
            r#"{"stats": [{"value": -1, "averageDuration": 3}, {"value": 128}]}"#,
            r#"{"stateMachine": {"visualization": "https://x/#gAAA;?"}}"#,
        ] {
            let problem = power_tuning("results.json", text).unwrap_err();
            assert!(problem.message.starts_with("results.json: "), "{text}");
            assert!(problem.help.is_some(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_much(text in ".{0,200}") {
            let _ = power_tuning("results.json", &text);
            let link = serde_json::json!({ "stateMachine": { "visualization": text } });
            let _ = power_tuning("results.json", &link.to_string());
        }
    }
}
