//! Sizes as container tools write them.

/// Bytes of `512M`, `1.5gb`, `64k`, `1073741824`: powers of 1024, as Docker counts.
pub(crate) fn docker_bytes(text: &str) -> Option<f64> {
    let lower = text.trim().to_ascii_lowercase();
    let (number, unit) = split(&lower);
    let scale = match unit {
        "" | "b" => 1.0,
        "k" | "kb" | "kib" => 1_024.0,
        "m" | "mb" | "mib" => 1_024.0 * 1_024.0,
        "g" | "gb" | "gib" => 1_024.0 * 1_024.0 * 1_024.0,
        "t" | "tb" | "tib" => 1_024.0 * 1_024.0 * 1_024.0 * 1_024.0,
        _ => return None,
    };
    positive(number, scale)
}

/// A quantity of Kubernetes: `512Mi`, `1G`, `250m`, `1e9`, `2`.
pub(crate) fn kubernetes(text: &str) -> Option<f64> {
    let text = text.trim();
    let (number, unit) = split(text);
    let scale = match unit {
        "" => 1.0,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "Ki" => 1_024.0,
        "Mi" => 1_024.0 * 1_024.0,
        "Gi" => 1_024.0 * 1_024.0 * 1_024.0,
        "Ti" => 1_024.0 * 1_024.0 * 1_024.0 * 1_024.0,
        _ => {
            let plain = text.parse::<f64>().ok();
            return plain.filter(|value| value.is_finite() && *value > 0.0);
        }
    };
    positive(number, scale)
}

fn split(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.'));
    let (number, unit) = text.split_at(end.unwrap_or(text.len()));
    (number, unit.trim())
}

fn positive(number: &str, scale: f64) -> Option<f64> {
    let value = number.parse::<f64>().ok()? * scale;
    (value.is_finite() && value > 0.0).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_their_tools_read_them() {
        for (text, bytes) in [
            ("512M", 536_870_912.0),
            ("1.5gb", 1_610_612_736.0),
            ("64k", 65_536.0),
            ("1024", 1_024.0),
        ] {
            assert_eq!(docker_bytes(text), Some(bytes), "{text}");
        }
        for (text, value) in [
            ("512Mi", 536_870_912.0),
            ("1G", 1e9),
            ("250m", 0.25),
            ("1e9", 1e9),
            ("2", 2.0),
        ] {
            assert_eq!(kubernetes(text), Some(value), "{text}");
        }
        for wrong in ["", "x", "-1", "1X", "1e999"] {
            assert_eq!(docker_bytes(wrong), None, "{wrong}");
            assert_eq!(kubernetes(wrong), None, "{wrong}");
        }
    }
}
