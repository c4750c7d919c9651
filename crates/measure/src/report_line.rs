//! What Lambda logs of an invocation: `START`, `END` and `REPORT`.

use std::fmt::Write as _;

use landfall_units::Bytes;

/// The figures of one invocation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Report<'r> {
    /// The request's id.
    pub id: &'r str,
    /// How long the handler took, in seconds.
    pub duration_s: f64,
    /// Start-up before it, in seconds, of a cold start.
    pub init_s: Option<f64>,
    /// Durations are billed in steps of so many seconds.
    pub step_s: f64,
    /// The memory that the function has.
    pub memory: Bytes,
    /// The most that was in use.
    pub used: Bytes,
}

impl Report<'_> {
    /// What is billed, in seconds: duration and start-up, rounded up to whole steps.
    pub fn billed_s(&self) -> f64 {
        let all_s = self.duration_s + self.init_s.unwrap_or(0.0);
        // What binary fractions add to a whole step is no step.
        (all_s / self.step_s - 1e-9).ceil().max(1.0) * self.step_s
    }

    /// The three lines of an invocation, with the tabs as Lambda has them.
    pub fn lines(&self) -> String {
        let Self { id, memory, .. } = self;
        let ms = |seconds: f64| seconds * 1e3;
        let mut text = format!(
            "START RequestId: {id} Version: $LATEST\nEND RequestId: {id}\n\
             REPORT RequestId: {id}\tDuration: {:.2} ms\tBilled Duration: {:.0} ms\t\
             Memory Size: {:.0} MB\tMax Memory Used: {:.0} MB\t",
            ms(self.duration_s),
            ms(self.billed_s()),
            memory.as_mb(),
            self.used.as_mb().ceil(),
        );
        if let Some(init_s) = self.init_s {
            let _ = write!(text, "Init Duration: {:.2} ms\t", ms(init_s));
        }
        text + "\n"
    }
}

/// What a `REPORT` line says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reported {
    /// How long the handler took, in seconds.
    pub duration_s: f64,
    /// The memory that the function has.
    pub memory: Bytes,
    /// Whether the environment was started for it.
    pub is_cold: bool,
}

/// Reads the `REPORT` lines of a log; other lines are passed over. A line may have something
/// before the word, as exports have.
pub fn read_reports(log: &str) -> Vec<Reported> {
    log.lines().filter_map(reported).collect()
}

fn reported(line: &str) -> Option<Reported> {
    let (_, fields) = line.split_once("REPORT RequestId: ")?;
    let value = |name: &str, unit: &str| {
        let mut fields = fields.split('\t').map(str::trim);
        let text = fields.find_map(|field| field.strip_prefix(name))?;
        let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
        Some(number).filter(|number| number.is_finite() && *number > 0.0)
    };
    Some(Reported {
        duration_s: value("Duration: ", " ms")? / 1e3,
        memory: Bytes::from_f64(value("Memory Size: ", " MB")? * Bytes::from_mb(1).get() as f64),
        is_cold: value("Init Duration: ", " ms").is_some(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn report(init_s: Option<f64>) -> Report<'static> {
        Report {
            id: "8f5b",
            duration_s: 0.003_011,
            init_s,
            step_s: 1e-3,
            memory: Bytes::from_mb(256),
            used: Bytes::from_f64(36.2 * 1024.0 * 1024.0),
        }
    }

    #[test]
    fn the_lines_have_the_tabs_of_lambda() {
        let warm = report(None).lines();
        assert_eq!(
            warm,
            "START RequestId: 8f5b Version: $LATEST\nEND RequestId: 8f5b\n\
             REPORT RequestId: 8f5b\tDuration: 3.01 ms\tBilled Duration: 4 ms\t\
             Memory Size: 256 MB\tMax Memory Used: 37 MB\t\n"
        );
        let cold = report(Some(0.091_35)).lines();
        assert!(cold.ends_with("\tMax Memory Used: 37 MB\tInit Duration: 91.35 ms\t\n"));
        assert!(cold.contains("Billed Duration: 95 ms"), "{cold}");
    }

    /// AWS Lambda Power Tuning looks for a name after a tab, a number, and `ms` before the
    /// next tab; the first `Duration` after a tab is that of the handler.
    fn power_tuning_ms(log: &str, name: &str) -> Option<f64> {
        let (_, rest) = log.split_once(&format!("\t{name}: "))?;
        let (number, _) = rest.split_once(" ms")?;
        number.parse().ok()
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            duration_ms in 0.01..900_000.0_f64,
            init_ms in prop::option::of(0.01..10_000.0_f64),
            mb in 1..20_000_u64,
        ) {
            let written = Report {
                duration_s: duration_ms / 1e3,
                init_s: init_ms.map(|ms| ms / 1e3),
                memory: Bytes::from_mb(mb),
                ..report(None)
            };
            let lines = written.lines();
            let found = read_reports(&lines);
            let [found] = found[..] else { panic!("{lines}") };
            prop_assert!((found.duration_s * 1e3 - duration_ms).abs() < 0.006);
            prop_assert_eq!(found.memory, Bytes::from_mb(mb));
            prop_assert_eq!(found.is_cold, init_ms.is_some());
            let tuned = power_tuning_ms(&lines, "Duration").unwrap();
            prop_assert!((tuned - duration_ms).abs() < 0.006);
            let billed = power_tuning_ms(&lines, "Billed Duration").unwrap();
            let all = duration_ms + init_ms.unwrap_or(0.0);
            prop_assert!(billed >= all - 1e-3 && billed < all + 1.001);
        }

        #[test]
        fn no_log_is_too_much(log in ".{0,200}") {
            let _ = read_reports(&format!("REPORT RequestId: {log}"));
        }
    }
}
