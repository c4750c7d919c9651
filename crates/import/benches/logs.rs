//! How fast logs are read: bytes a second of `REPORT` lines and of access logs; and a template
//! of 500 resources.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use landfall_import::Import;

const LINES: u32 = 100_000;

/// A time of day, a second for each line.
fn clock(line: u32) -> String {
    let (hour, minute) = (line / 3600 % 24, line / 60 % 60);
    format!("{hour:02}:{minute:02}:{:02}", line % 60)
}

fn report() -> String {
    let mut log = String::new();
    for line in 0..LINES {
        let at = clock(line);
        let _ = writeln!(
            log,
            "2026-11-01T{at}.123Z REPORT RequestId: 55bc566d-0000-4000-8000-{line:012}\tDuration: {}.40 ms\tBilled Duration: {} ms\tMemory Size: 1024 MB\tMax Memory Used: {} MB\t",
            100 + line % 900,
            101 + line % 900,
            80 + line % 90
        );
    }
    log
}

fn alb() -> String {
    let mut log = String::new();
    for line in 0..LINES {
        let at = clock(line);
        let _ = writeln!(
            log,
            "https 2026-11-01T{at}.186641Z app/prod/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.001 0.{:03} 0.000 200 200 {} {} \"GET https://www.example.com:443/a HTTP/1.1\" \"Mozilla/5.0 (X11; Linux x86_64)\" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/73e2d6bc24d8a067 \"Root=1-58337262-36d228ad5d99923122bbe354\" \"www.example.com\" \"arn\" 0 2026-11-01T{at}.000000Z \"forward\" \"-\" \"-\" \"10.0.0.1:80\" \"200\" \"-\" \"-\"",
            line % 1_000,
            200 + line % 100,
            1_000 + line % 5_000
        );
    }
    log
}

fn combined() -> String {
    let mut log = String::new();
    for line in 0..LINES {
        let at = clock(line);
        let _ = writeln!(
            log,
            "203.0.113.7 - - [01/Nov/2026:{at} +0000] \"GET /a/{line} HTTP/1.1\" 200 {} \"https://example.org/\" \"Mozilla/5.0 (X11; Linux x86_64)\"",
            500 + line % 5_000
        );
    }
    log
}

fn template() -> String {
    let mut text = "Resources:\n".to_owned();
    for place in 0..250 {
        let _ = writeln!(
            text,
            "  F{place}:\n    Type: AWS::Lambda::Function\n    Properties: {{Runtime: python3.13, MemorySize: 512, Timeout: 30}}\n  R{place}:\n    Type: AWS::Events::Rule\n    Properties:\n      ScheduleExpression: rate(5 minutes)\n      Targets: [{{Id: a, Arn: !GetAtt F{place}.Arn}}]"
        );
    }
    text
}

fn logs(criterion: &mut Criterion) {
    let inputs = [
        ("report", report()),
        ("alb", alb()),
        ("combined", combined()),
        ("template of 500 resources", template()),
    ];
    let mut group = criterion.benchmark_group("import");
    group.sample_size(10);
    for (name, text) in inputs {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut import = Import::new();
                let read = import.read("input", None, black_box(text.as_bytes()));
                assert!(read.is_ok());
                black_box(import.finish("x"))
            });
        });
    }
    group.finish();
}

criterion_group!(benches, logs);
criterion_main!(benches);
