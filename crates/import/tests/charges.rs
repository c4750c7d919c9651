//! Goal: what AWS has charged is added up as its reports say. Method: reports in the columns of
//! the legacy CSV, of CUR 2.0 and of FOCUS, whose sums people have read; the same as Parquet;
//! and a thousand mutations of each.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use landfall_import::{Charges, Import};
use parquet::basic::Compression;
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

/// Every report: its path in the cases, and its text.
fn reports() -> Vec<(String, Vec<u8>)> {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut all = Vec::new();
    for folder in ["cur", "focus"] {
        for entry in std::fs::read_dir(cases.join(folder)).unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            all.push((
                format!("{folder}/{name}"),
                std::fs::read(entry.path()).unwrap(),
            ));
        }
    }
    all.sort();
    all
}

fn plain(bytes: &[u8]) -> Vec<u8> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return bytes.to_vec();
    }
    let mut text = Vec::new();
    let mut gzip = flate2::read::GzDecoder::new(bytes);
    gzip.read_to_end(&mut text).unwrap();
    text
}

/// A line for each kind of usage.
fn told(charges: &Charges) -> String {
    let mut out = format!(
        "{} {}, {} lines\n",
        charges.month().unwrap_or("no month"),
        charges.currency().unwrap_or("no currency"),
        charges.lines()
    );
    for one in charges.charges() {
        let free = if one.is_free { " free" } else { "" };
        let _ = writeln!(
            out,
            "{:?}{free} [{}] {} {} {}: {} {} ${} in {}",
            one.kind,
            one.services.join(" "),
            one.region,
            one.usage_type,
            one.operation,
            one.quantity.normalize(),
            one.unit,
            one.cost.normalize(),
            one.lines,
        );
    }
    out
}

fn read(name: &str, bytes: &[u8]) -> Charges {
    let mut charges = Charges::new();
    charges.read(name, bytes).unwrap();
    charges
}

#[test]
fn every_report_is_added_up() {
    let reports = reports();
    assert!(reports.len() >= 8, "{}", reports.len());
    for (name, bytes) in reports {
        let text = told(&read(&name, &bytes));
        for secret in ["secret-", "123456789012"] {
            assert!(!text.contains(secret), "{secret} is in\n{text}");
        }
        insta::assert_snapshot!(format!("charges-{}", name.replace('/', "-")), text);
        // It is no system, and says what it is.
        let problem = Import::new().read(&name, None, bytes.as_slice());
        let problem = problem.unwrap_err();
        assert!(
            problem.message.contains("what AWS has charged"),
            "{problem}"
        );
        assert!(problem.help.unwrap().contains("--usage"));
    }
}

fn ends_as(name: &str, ends: &[&str]) -> bool {
    let name = name.to_ascii_lowercase();
    ends.iter().any(|end| name.ends_with(end))
}

fn is_double(name: &str) -> bool {
    ends_as(name, &["cost", "amount", "quantity"])
}

fn is_time(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let is_period = lower.starts_with("bill") || lower.contains("period");
    is_period && ends_as(name, &["date", "start", "end"])
}

/// The schema of columns of those names, and of a map beside them.
fn schema(names: &[String]) -> String {
    let mut schema = "message report {\n".to_owned();
    for name in names {
        let kind = match name {
            name if is_double(name) => format!("optional double {name};"),
            name if is_time(name) => format!("optional int64 {name} (TIMESTAMP(MILLIS,true));"),
            _ => format!("optional binary {name} (UTF8);"),
        };
        schema.push_str(&kind);
    }
    schema.push_str(
        "optional group x_map (MAP) { repeated group key_value { required binary key (UTF8); \
         optional binary value (UTF8); } } }",
    );
    schema
}

/// A CSV as Parquet, with the types that AWS uses: numbers, times, texts, and a map.
fn parquet(csv: &[u8], compression: Compression) -> Vec<u8> {
    let mut reader = csv::Reader::from_reader(csv);
    let names: Vec<String> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let schema = Arc::new(parse_message_type(&schema(&names)).unwrap());
    let properties = WriterProperties::builder().set_compression(compression);
    let properties = Arc::new(properties.build());
    let mut file = SerializedFileWriter::new(Vec::new(), schema, properties).unwrap();
    // Two groups of rows, as large files have.
    let half = rows.len().div_ceil(2);
    for rows in rows.chunks(half) {
        let mut group = file.next_row_group().unwrap();
        for (place, name) in names.iter().enumerate() {
            let cells: Vec<&str> = rows.iter().map(|row| &row[place]).collect();
            let levels: Vec<i16> = cells
                .iter()
                .map(|cell| i16::from(!cell.is_empty()))
                .collect();
            let full = cells.into_iter().filter(|cell| !cell.is_empty());
            let mut column = group.next_column().unwrap().unwrap();
            if is_double(name) {
                let values: Vec<f64> = full.map(|cell| cell.parse().unwrap()).collect();
                column
                    .typed::<DoubleType>()
                    .write_batch(&values, Some(&levels), None)
                    .unwrap();
            } else if is_time(name) {
                let ms = |cell: &str| cell.parse::<jiff::Timestamp>().unwrap().as_millisecond();
                let values: Vec<i64> = full.map(ms).collect();
                column
                    .typed::<Int64Type>()
                    .write_batch(&values, Some(&levels), None)
                    .unwrap();
            } else {
                let values: Vec<ByteArray> = full.map(ByteArray::from).collect();
                column
                    .typed::<ByteArrayType>()
                    .write_batch(&values, Some(&levels), None)
                    .unwrap();
            }
            column.close().unwrap();
        }
        // Keys and values of one entry a row.
        for level in [2, 3] {
            let values = vec![ByteArray::from("secret-tag"); rows.len()];
            let (defined, repeated) = (vec![level; rows.len()], vec![0; rows.len()]);
            let mut column = group.next_column().unwrap().unwrap();
            column
                .typed::<ByteArrayType>()
                .write_batch(&values, Some(&defined), Some(&repeated))
                .unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    file.into_inner().unwrap()
}

/// The columns of the legacy CSV as Athena and Parquet write them.
fn snake(csv: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(csv.to_vec()).unwrap();
    let (header, rows) = text.split_once('\n').unwrap();
    let mut out = String::new();
    for letter in header.chars() {
        match letter {
            '/' | ':' => out.push('_'),
            upper if upper.is_ascii_uppercase() && header.contains('/') => {
                if !out.ends_with('_') {
                    out.push('_');
                }
                out.push(upper.to_ascii_lowercase());
            }
            other => out.push(other),
        }
    }
    format!("{out}\n{rows}").into_bytes()
}

#[test]
fn parquet_says_the_same_as_csv() {
    for (name, bytes) in reports() {
        let csv = plain(&bytes);
        let wanted = told(&read(&name, &csv));
        let csv = if name.starts_with("cur/") {
            snake(&csv)
        } else {
            csv
        };
        for compression in [
            Compression::SNAPPY,
            Compression::GZIP(parquet::basic::GzipLevel::default()),
            Compression::UNCOMPRESSED,
        ] {
            let read = told(&read(&name, &parquet(&csv, compression)));
            assert_eq!(read, wanted, "{name}");
        }
    }
}

/// Reads bytes; an error has the name of the file and the way out.
fn survive(bytes: &[u8]) {
    let mut charges = Charges::new();
    if let Err(problem) = charges.read("odd.file", bytes) {
        assert!(problem.message.contains("odd.file"), "{problem}");
        assert!(problem.help.is_some(), "{problem}");
        assert!(!problem.message.contains('\n'), "{problem}");
    }
}

fn mutate(files: Vec<Vec<u8>>) {
    let config = ProptestConfig {
        cases: 1_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let words: Vec<&'static [u8]> = vec![
        b"",
        b",",
        b"\"",
        b"\n",
        b"-",
        b"1e999",
        b"\xff",
        b"NaN",
        b"\0\0\0\0",
        b"9999999999999999999999999999",
    ];
    let change = (any::<usize>(), 0_usize..40, prop::sample::select(words));
    let strategy = (
        prop::sample::select(files),
        prop::collection::vec(change, 1..6),
        any::<bool>(),
    );
    runner
        .run(&strategy, |(mut bytes, changes, is_cut)| {
            for (at, length, word) in changes {
                let start = at % (bytes.len() + 1);
                let end = (start + length).min(bytes.len());
                bytes.splice(start..end, word.iter().copied());
            }
            if is_cut {
                bytes.truncate(bytes.len() * 3 / 4);
            }
            survive(&bytes);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_thousand_mutations_of_csv() {
    mutate(reports().iter().map(|(_, bytes)| plain(bytes)).collect());
}

#[test]
fn a_thousand_mutations_of_parquet() {
    let reports = reports();
    let csv = reports.iter().map(|(name, bytes)| {
        let csv = plain(bytes);
        if name.starts_with("cur/") {
            snake(&csv)
        } else {
            csv
        }
    });
    mutate(
        csv.map(|csv| parquet(&csv, Compression::UNCOMPRESSED))
            .collect(),
    );
}

#[test]
fn what_is_no_report_of_one_month_is_one_error() {
    let header = "lineItem/LineItemType,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost,bill/BillingPeriodStartDate,lineItem/CurrencyCode\n";
    let bad = |rows: &str, wanted: &str| {
        let text = format!("{header}{rows}");
        let problem = Charges::new().read("cur.csv", text.as_bytes()).unwrap_err();
        assert!(problem.message.contains(wanted), "{problem}");
    };
    let first = "Usage,Request,1,0.1,2026-10-01T00:00:00Z,USD\n";
    bad(
        &format!("{first}Usage,Request,1,0.1,2026-11-01T00:00:00Z,USD\n"),
        "cur.csv:3: a charge of 2026-11, beside those of 2026-10 in `cur.csv`",
    );
    bad(
        &format!("{first}Usage,Request,1,0.1,2026-10-01T00:00:00Z,CNY\n"),
        "cur.csv:3: a charge in CNY, beside USD in `cur.csv`",
    );
    bad(
        "Usage,Request,many,0.1,2026-10-01T00:00:00Z,USD\n",
        "cur.csv:2: `many` is no number, where a quantity should be",
    );
    bad(
        "Usage,Request\n",
        "cur.csv:2: 2 cells, where the header has 6",
    );
    for text in ["", "a,b\n1,2\n", "schema = 1\n", "PAR1", "PAR1PAR1"] {
        let problem = Charges::new().read("cur.csv", text.as_bytes()).unwrap_err();
        assert!(problem.message.contains("cur.csv"), "{problem}");
    }
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(header.as_bytes()).unwrap();
    gzip.write_all(first.as_bytes()).unwrap();
    assert_eq!(read("cur.csv.gz", &gzip.finish().unwrap()).lines(), 1);
}
