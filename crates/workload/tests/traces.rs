//! Traces: every layout is read, and what is wrong is one error with file and line.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper that fails is a failed test"
)]

use std::io::{Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use landfall_workload::{
    Layout, Request, Row, Trace, read_durations, read_memory, summarise_trace,
};

fn rows(text: &[u8], skip: bool) -> (Layout, Vec<Row>, u64) {
    let mut trace = Trace::open("t.csv", text, skip).unwrap();
    let mut rows = Vec::new();
    while let Some(row) = trace.next_row().unwrap() {
        rows.push(row);
    }
    (trace.layout(), rows, trace.skipped())
}

fn requests(text: &str) -> (Layout, Vec<Request>) {
    let (layout, rows, _) = rows(text.as_bytes(), false);
    let requests = rows.into_iter().map(|row| match row {
        Row::Request(request) => request,
        other => panic!("{other:?} is not a request"),
    });
    (layout, requests.collect())
}

fn near(left: f64, right: f64) -> bool {
    (left - right).abs() < 1e-6
}

fn gzip(text: &str) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(text.as_bytes()).unwrap();
    packed.finish().unwrap()
}

fn problem_of(bytes: impl Read) -> String {
    summarise_trace("t.csv", bytes, false)
        .unwrap_err()
        .to_string()
}

#[test]
fn a_trace_gives_volume_and_peak() {
    let minutes = "period,count\n1,60\n2,0\n3,180\n";
    let summary = summarise_trace("t.csv", minutes.as_bytes(), false).unwrap();
    assert!(near(summary.rate_per_s, 240.0 / 180.0));
    assert!(near(summary.peak_to_mean, 180.0 / 80.0));
    assert_eq!(summary.shape.len(), 3);
    let requests = "timestamp,duration\n0,0.1\n10,0.2\n130,0.1\n";
    let summary = summarise_trace("t.csv", requests.as_bytes(), false).unwrap();
    assert!(near(summary.requests, 3.0));
}

#[test]
fn dates_and_five_minute_periods_are_read() {
    let text = "timestamp,value\n2014-04-10 00:04:00,94.0\n2014-04-10 00:09:00,56.0\n\
                2014-04-10 00:19:00,10.0\n";
    let (layout, rows, _) = rows(text.as_bytes(), false);
    assert_eq!(layout, Layout::Counts);
    let counts: Vec<(f64, f64, f64)> = rows
        .iter()
        .map(|row| match row {
            Row::Count(count) => (count.at_s, count.for_s, count.requests),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        counts,
        [
            (0.0, 300.0, 94.0),
            (300.0, 300.0, 56.0),
            (900.0, 300.0, 10.0)
        ]
    );
    let text = "TIMESTAMP,ContextTokens\n2023-11-16 18:17:03.9799600,4808\n\
                2023-11-16 18:17:04.0319600,3180\n";
    let (layout, found) = requests(text);
    assert_eq!(layout, Layout::Requests);
    assert!(near(found[1].at_s, 0.052), "{found:?}");
}

#[test]
fn ends_become_starts_in_order() {
    let text = "app,func,end_timestamp,duration\na,f,10,1\na,g,11,9\na,f,5000,2\n";
    let (layout, found) = requests(text);
    assert_eq!(layout, Layout::EndTimes);
    let starts: Vec<f64> = found.iter().map(|one| one.at_s).collect();
    assert_eq!(starts, [0.0, 7.0, 4996.0]);
}

#[test]
fn a_log_tells_cold_starts_and_environments() {
    let text = ",is_cold,exist_id,start_time,aws_duration,client_start_time\n\
                0,True,a,1590355883681.2,1845.17,1590355883.5\n\
                1,False,a,1590355893681.2,1800.0,1590355893.5\n";
    let (layout, found) = requests(text);
    assert_eq!(layout, Layout::Log);
    assert_eq!((found[0].cold, found[1].cold), (Some(true), Some(false)));
    assert_eq!(found[0].environment, found[1].environment);
    assert!(near(found[1].at_s, 10.0) && found[1].run_s.is_some_and(|s| near(s, 1.8)));
}

#[test]
fn the_azure_files_of_2019_are_read() {
    let invocations = "HashOwner,HashApp,HashFunction,Trigger,1,2,3\no,a,f,http,5,0,7\n";
    let (layout, rows, _) = rows(invocations.as_bytes(), false);
    assert_eq!(layout, Layout::Functions);
    assert!(matches!(&rows[..], [Row::Function(one)] if one.per_minute == [5, 0, 7]));
    let durations = "HashOwner,HashApp,HashFunction,Average,percentile_Average_50,\
                     percentile_Average_99,percentile_Average_100\no,a,f,100,90,300,400\n";
    let read = read_durations("d.csv", durations.as_bytes()).unwrap();
    let one = read[&("a".to_owned(), "f".to_owned())];
    assert!(near(one.p50_s, 0.09) && near(one.max_s, 0.4));
    let memory = "HashOwner,HashApp,SampleCount,AverageAllocatedMb_pct99\no,a,7,136\n";
    assert!(near(
        read_memory("m.csv", memory.as_bytes()).unwrap()["a"],
        136.0
    ));
    assert!(read_memory("m.csv", durations.as_bytes()).is_err());
}

#[test]
fn cloudwatch_answers_are_read() {
    let text = r#"{"MetricDataResults": [
        {"Id": "n", "Label": "Invocations", "Timestamps": ["2026-01-01T00:10:00Z",
         "2026-01-01T00:05:00+00:00", "2026-01-01T00:00:00Z"], "Values": [30.0, 20.0, 10.0]},
        {"Id": "d", "Label": "Duration", "Timestamps": ["2026-01-01T00:05:00Z"],
         "Values": [120.5]}]}"#;
    let (layout, rows, _) = rows(text.as_bytes(), false);
    assert_eq!(layout, Layout::CloudWatch);
    let Row::Count(second) = &rows[1] else {
        panic!("{rows:?}");
    };
    assert!(near(second.requests, 20.0) && near(second.for_s, 300.0));
    assert!(second.run_s.is_some_and(|s| near(s, 0.1205)));
    for (broken, wanted) in [
        ("{\"a\": 1}", "MetricDataResults"),
        ("{\"MetricDataResults\": [", "t.csv:1:"),
    ] {
        let problem = problem_of(broken.as_bytes());
        assert!(problem.contains(wanted), "{problem}");
    }
}

#[test]
fn gzip_reads_like_plain_and_a_cut_file_is_refused() {
    let text: String = (0..5_000).fold("timestamp\n".to_owned(), |all, i| all + &format!("{i}\n"));
    let packed = gzip(&text);
    let plain = summarise_trace("t.csv", text.as_bytes(), false).unwrap();
    assert_eq!(
        summarise_trace("t.csv", packed.as_slice(), false).unwrap(),
        plain
    );
    let cut = problem_of(&packed[..packed.len() / 2]);
    assert!(
        cut.contains("t.csv:") && cut.contains("gzip data ends too early"),
        "{cut}"
    );
}

#[test]
fn what_is_wrong_is_named_by_file_and_line() {
    for (text, wanted) in [
        ("", "the file is empty"),
        ("a,b\n1,2\n", "t.csv:1: there is no column `timestamp`"),
        (
            "app,func,end_timestamp\na,f,1\n",
            "t.csv:1: there is no column `duration`",
        ),
        (
            "is_cold,aws_duration\nTrue,1\n",
            "t.csv:1: there is no column `start_time`",
        ),
        (
            "period,count\n1,x\n",
            "t.csv:2: `x` is not a number from 0 up",
        ),
        ("period,count\n1,-5\n", "t.csv:2:"),
        (
            "period,count\n2,1\n1,1\n",
            "t.csv:3: its time is not after the row above",
        ),
        ("timestamp\n50\n10\n", "t.csv:3: its time lies before"),
        (
            "timestamp\n0\n1e10\n",
            "t.csv:3: the trace is longer than ten years",
        ),
        (
            "timestamp,duration\n0,-1\n",
            "t.csv:2: `-1` is not a number from 0 up",
        ),
        (
            "timestamp,duration\n0\n",
            "t.csv:2: `` is not a number from 0 up",
        ),
        (
            "start_time,is_cold,duration\n0,maybe,1\n",
            "t.csv:2: `maybe` is neither",
        ),
        ("HashFunction,1\nf,1\n", "t.csv:2: it has no minute"),
        ("period,count\n", "holds no request"),
    ] {
        let problem = problem_of(text.as_bytes());
        assert!(problem.contains(wanted), "{text:?} gave {problem}");
    }
}

#[test]
fn bad_rows_are_counted_when_asked_to() {
    let text = "timestamp,duration\n0,1\nx,1\n5,-1\n3,1\n1,1\n7,1\n";
    let (_, rows, skipped) = rows(text.as_bytes(), true);
    assert_eq!((rows.len(), skipped), (3, 3));
}

#[test]
fn a_line_without_end_is_refused_in_bounded_memory() {
    let endless = b"timestamp\n".chain(std::io::repeat(b'9')).take(10 << 30);
    let problem = problem_of(endless);
    assert!(problem.contains("a line has more than"), "{problem}");
}

/// Holds that a trace is refused with these words, which begin with its line, and a way out.
fn refused(text: &str, wanted: &str) {
    let problem = summarise_trace("t.csv", text.as_bytes(), false).unwrap_err();
    let shown = problem.to_string();
    assert!(
        shown.starts_with(wanted),
        "{text}\n  gave {shown}\n  not  {wanted}"
    );
    assert!(problem.help.is_some(), "{shown}");
}

#[test]
fn every_fault_of_metrics_has_a_line_and_a_way_out() {
    let answer = |times: &str, values: &str| {
        format!(
            "{{\n\"MetricDataResults\": [\n{{\n\"Label\": \"Invocations\",\n\
             \"Timestamps\": [\n{times}\n],\n\"Values\": [\n{values}\n]\n}}\n]\n}}\n"
        )
    };
    let good = "\"2026-01-01T00:00:00Z\",\n\"2026-01-01T00:01:00Z\"";
    let bad = "\"2026-01-01T00:00:00Z\",\n\"soon\"";
    let cases: Vec<(String, &str)> = vec![
        ("{\n\"a\": }\n".to_owned(), "t.csv:2: "),
        (
            "{\"a\": 1}".to_owned(),
            "t.csv:1: there is no `MetricDataResults`",
        ),
        (
            answer(good, "1,\n2").replace("Invocations", "Errors"),
            "t.csv:1: no result",
        ),
        (answer(bad, "1,\n2"), "t.csv:7: `soon` is not a time"),
        (answer(good, "1,\n-2"), "t.csv:11: the value at"),
        (answer(good, "1,\n1e300"), "t.csv:11: the value at"),
        (
            answer(good, "1"),
            "t.csv:10: there are not as many `Values`",
        ),
        (
            answer(good, "1,\n2").replace("Values", "Value"),
            "t.csv:1: a result has no `Values`",
        ),
    ];
    for (text, wanted) in cases {
        refused(&text, wanted);
    }
}

#[test]
fn every_fault_of_a_table_has_a_line_and_a_way_out() {
    for (text, wanted) in [
        ("", "t.csv:1: the file is empty"),
        ("when,what\n1,2\n", "t.csv:1: there is no column"),
        ("period,count\n1,2\n2,x\n", "t.csv:3: `x` is not a number"),
        ("period,count\n1,2\nx,2\n", "t.csv:3: `x` is not a time"),
        ("period,count\n1,2\n1,2\n", "t.csv:3: its time is not after"),
        (
            "period,count\n1,99e12\n",
            "t.csv:2: more requests than can be true",
        ),
        ("timestamp\n5\n3\n", "t.csv:3: its time lies before"),
        ("timestamp,duration\n0,1e12\n", "t.csv:2: a duration of"),
        ("timestamp\n0\n400000000\n", "t.csv:3: the trace is longer"),
        (
            "start_time,duration,cold\n0,1,maybe\n",
            "t.csv:2: `maybe` is neither",
        ),
    ] {
        refused(text, wanted);
    }
}

#[test]
fn every_fault_of_a_data_set_has_a_line_and_a_way_out() {
    for wrong in ["hashapp\n1\n", "{}"] {
        for problem in [
            read_durations("d.csv", wrong.as_bytes()).unwrap_err(),
            read_memory("d.csv", wrong.as_bytes()).unwrap_err(),
        ] {
            assert!(problem.message.starts_with("d.csv:1: "), "{problem}");
            assert!(problem.help.is_some(), "{problem}");
        }
    }
}
