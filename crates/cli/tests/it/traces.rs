//! Goal: a folder of traces of many functions gives a row for each function, the same however it is cut
//! into shards and whether it is CSV or Parquet, and its rows add up to what is said of all of them.
//! Method: days in the layout of the Azure Functions data set of 2019 that are made here.

use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use crate::common::{Run, landfall};

const DAYS: usize = 3;
const FUNCTIONS: usize = 70;
const MINUTES: usize = 240;

/// Requests of a function in a minute of a day.
fn requests(day: usize, function: usize, minute: usize) -> usize {
    let turn = (minute * (7 + function) + day * 13) % 97;
    if turn < 3 + function % 11 {
        1 + turn % 4
    } else {
        0
    }
}

fn invocations(day: usize) -> String {
    let minutes: Vec<String> = (1..=MINUTES).map(|minute| minute.to_string()).collect();
    let mut text = format!(
        "HashOwner,HashApp,HashFunction,Trigger,{}\n",
        minutes.join(",")
    );
    for function in 0..FUNCTIONS {
        let _ = write!(text, "o,a{},f{function},http", function % 9);
        for minute in 0..MINUTES {
            let _ = write!(text, ",{}", requests(day, function, minute));
        }
        text.push('\n');
    }
    text
}

/// The same as Parquet, as tables of Python write it.
fn write_parquet(path: &Path, day: usize) {
    let mut schema = String::from(
        "message trace { required binary HashOwner (UTF8); required binary HashApp (UTF8); \
         required binary HashFunction (UTF8); required binary Trigger (UTF8); ",
    );
    for minute in 1..=MINUTES {
        let _ = write!(schema, "required int64 {minute}; ");
    }
    let schema = Arc::new(parse_message_type(&(schema + "}")).unwrap());
    let properties = Arc::new(WriterProperties::builder().build());
    let mut writer =
        SerializedFileWriter::new(File::create(path).unwrap(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let text = |of: &dyn Fn(usize) -> String| -> Vec<ByteArray> {
        (0..FUNCTIONS)
            .map(|function| of(function).as_str().into())
            .collect()
    };
    let texts = [
        text(&|_| "o".to_owned()),
        text(&|function| format!("a{}", function % 9)),
        text(&|function| format!("f{function}")),
        text(&|_| "http".to_owned()),
    ];
    for values in texts {
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<ByteArrayType>()
            .write_batch(&values, None, None)
            .unwrap();
        column.close().unwrap();
    }
    for minute in 0..MINUTES {
        let count = |function| i64::try_from(requests(day, function, minute)).unwrap();
        let counts = (0..FUNCTIONS).map(count);
        let counts: Vec<i64> = counts.collect();
        let mut column = group.next_column().unwrap().unwrap();
        column
            .typed::<Int64Type>()
            .write_batch(&counts, None, None)
            .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
}

/// The files of the data set, under their names; invocations as CSV or Parquet.
fn data_set(folder: &Path, as_parquet: bool) {
    for day in 0..DAYS {
        let number = format!("d{:02}", day + 1);
        let mut durations = String::from(
            "HashOwner,HashApp,HashFunction,percentile_Average_50,percentile_Average_99,\
             percentile_Average_100\n",
        );
        // Of one function nothing is known.
        for function in 1..FUNCTIONS {
            let _ = writeln!(
                durations,
                "o,a{},f{function},{},{},{}",
                function % 9,
                20 + function * (day + 1),
                100 + function * 10,
                2_000
            );
        }
        let name = |kind: &str| folder.join(format!("{kind}.anon.{number}.csv"));
        std::fs::write(name("function_durations_percentiles"), durations).unwrap();
        if as_parquet {
            let name = name("invocations_per_function_md").with_extension("parquet");
            write_parquet(&name, day);
        } else {
            std::fs::write(name("invocations_per_function_md"), invocations(day)).unwrap();
        }
        // The data set has no memory of its last days.
        if day + 1 < DAYS {
            let mut memory = String::from("HashOwner,HashApp,AverageAllocatedMb_pct99\n");
            for app in 0..9 {
                let _ = writeln!(memory, "o,a{app},{}", 100 + 20 * app);
            }
            std::fs::write(name("app_memory_percentiles"), memory).unwrap();
        }
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn simulate(trace: &Path, out: &Path, more: &[&str]) -> Run {
    let arguments = ["simulate", "--trace", text(trace), "--out", text(out)];
    landfall(&[&arguments[..], more].concat())
}

fn summary(table: &Path) -> Value {
    let run = landfall(&["fleet", "summary", text(table), "--format", "json"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
    serde_json::from_str(&run.out).unwrap()
}

#[test]
fn shards_of_functions_put_together_are_one_run() {
    let folder = tempfile::tempdir().unwrap();
    let (trace, shards) = (folder.path().join("trace"), folder.path().join("shards"));
    for made in [&trace, &shards] {
        std::fs::create_dir(made).unwrap();
    }
    data_set(&trace, false);
    let whole = folder.path().join("whole.parquet");
    let run = simulate(&trace, &whole, &["--idle-limit", "60s,600s"]);
    // The function without durations is an error in each of its days.
    assert_eq!(run.code, 1, "{}", run.err);
    let told = "whole.parquet: 417 rows of 210 items, 3 with an error\n";
    assert!(run.err.ends_with(told), "{}", run.err);

    let part = shards.join("part.parquet");
    for shard in ["0/3", "1/3", "2/3"] {
        let more = [
            "--idle-limit",
            "60s,600s",
            "--shard",
            shard,
            "--fail-on",
            "never",
        ];
        let run = simulate(&trace, &part, &more);
        assert_eq!(run.code, 0, "{}", run.err);
    }
    let merged = folder.path().join("merged.parquet");
    let run = landfall(&["fleet", "merge", text(&merged), text(&shards)]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(std::fs::read(&merged).unwrap() == std::fs::read(&whole).unwrap());

    // A shard that is there and whole is not done again, unless what it is made from has changed.
    let more = [
        "--idle-limit",
        "60s,600s",
        "--shard",
        "1/3",
        "--fail-on",
        "never",
    ];
    let again = simulate(&trace, &part, &more);
    assert!(again.err.contains("is there and whole"), "{}", again.err);
    let durations = trace.join("function_durations_percentiles.anon.d01.csv");
    let longer = std::fs::read_to_string(&durations)
        .unwrap()
        .replace(",2000", ",3000");
    std::fs::write(&durations, longer).unwrap();
    let again = simulate(&trace, &part, &more);
    assert!(!again.err.contains("is there"), "{}", again.err);
}

#[test]
fn rows_add_up_to_what_is_said_of_all() {
    let folder = tempfile::tempdir().unwrap();
    data_set(folder.path(), false);
    let out = tempfile::tempdir().unwrap();
    let table = out.path().join("functions.parquet");
    let limits = ["--idle-limit", "60s,600s"];
    assert_eq!(simulate(folder.path(), &table, &limits).code, 1);
    let rows = summary(&table);
    let arguments = [
        "simulate",
        "--trace",
        text(folder.path()),
        "--format",
        "json",
    ];
    let run = landfall(&[&arguments[..], &limits].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let all: Value = serde_json::from_str(&run.out).unwrap();
    let expected: usize = (0..DAYS)
        .flat_map(|day| (1..FUNCTIONS).map(move |function| (day, function)))
        .flat_map(|(day, function)| (0..MINUTES).map(move |minute| requests(day, function, minute)))
        .sum();
    for place in 0..2 {
        let (said, added) = (&all["idle_limits"][place], &rows["by_idle_limit"][place]);
        assert_eq!(added["requests"], expected);
        assert_eq!(added["functions"], DAYS * (FUNCTIONS - 1));
        assert_eq!(said["requests"], added["requests"], "{said:#}");
        assert_eq!(said["cold_starts"], added["cold_starts"], "{said:#}");
        let shares = added["by_cold_share"].as_array().unwrap().iter();
        let functions: u64 = shares.map(|line| line["functions"].as_u64().unwrap()).sum();
        assert_eq!(functions, added["functions"].as_u64().unwrap());
    }
    assert_eq!(rows["errors"], DAYS);
}

#[test]
fn parquet_is_the_same_as_csv() {
    let folder = tempfile::tempdir().unwrap();
    let mut tables = Vec::new();
    for (name, as_parquet) in [("text", false), ("parquet", true)] {
        let trace = folder.path().join(name);
        std::fs::create_dir(&trace).unwrap();
        data_set(&trace, as_parquet);
        let table = folder.path().join(format!("{name}.of-all"));
        assert_eq!(simulate(&trace, &table, &[]).code, 1);
        tables.push(summary(&table));
    }
    assert_eq!(tables[0], tables[1]);
}

#[test]
fn what_is_wrong_with_a_folder_of_traces_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.parquet");
    let trace = folder.path().join("trace");
    let nowhere = simulate(&trace, &out, &[]);
    assert_eq!(nowhere.code, 2);
    assert!(
        nowhere.err.contains("there is no such file"),
        "{}",
        nowhere.err
    );
    std::fs::create_dir(&trace).unwrap();
    let refused = |says: &str| {
        let run = simulate(&trace, &out, &[]);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(run.err.contains(says), "{}", run.err);
        assert!(!out.exists());
    };
    refused("there is no trace of many functions in");
    std::fs::write(trace.join("d01.csv"), invocations(0)).unwrap();
    refused("d01.csv` does not say how long the work takes");
    std::fs::write(trace.join("other.csv"), "timestamp\n1\n").unwrap();
    refused("does not hold a part of the Azure Functions data set of 2019");
    std::fs::write(trace.join("other.csv"), "PAR1 and then nothing").unwrap();
    refused("check that it is Parquet, and whole");
    std::fs::remove_file(trace.join("other.csv")).unwrap();
    // A bad row is a row with its error.
    let bad = invocations(0).replacen(",http,", ",http,x", 1);
    std::fs::write(trace.join("d01.csv"), bad).unwrap();
    let run = simulate(&trace, &out, &["--duration", "exp:1s"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(
        run.err.contains("70 rows of 70 items, 1 with an error"),
        "{}",
        run.err
    );
    let run = landfall(&["fleet", "summary", text(&out)]);
    assert!(run.out.contains("69 functions"), "{}", run.out);
}
