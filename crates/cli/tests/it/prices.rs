//! Goal: usage is billed, prices are shown, gaps are named, and new prices come in
//! whole or not at all. Method: the commands, on examples, on files in AWS's shapes,
//! and against a server of the test's own on this machine.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;

use serde_json::Value;

use crate::common::{Run, landfall, landfall_in, root};

const FIXTURES: &str = "crates/catalog/tests/price_list";

#[test]
fn usage_is_billed_in_both_forms() {
    let text = landfall(&["bill", "examples/usage/web-service.toml"]);
    assert_eq!(text.code, 0, "{}", text.err);
    insta::assert_snapshot!("bill-web-service", text.out);
    let json = landfall(&["bill", "examples/usage/lambda.toml", "--format", "json"]);
    let bill: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(bill["total"], 2.73);
    assert_eq!(bill["lines"][0]["item"], "duration");
    assert_eq!(bill["lines"][0]["quantity"], 540_000.0);
    assert_eq!(bill["lines"][0]["amount"], 2.33);
    let schema = std::fs::read_to_string(root().join("docs/schemas/bill.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert!(jsonschema::is_valid(&schema, &bill));
    let exact = landfall(&["bill", "examples/usage/lambda.toml", "--exact"]);
    assert!(exact.out.contains("$2.733338"), "{}", exact.out);
    let elsewhere = landfall(&[
        "bill",
        "examples/usage/web-service.toml",
        "--region",
        "eu-west-1",
    ]);
    assert!(elsewhere.out.contains("unknown"), "{}", elsewhere.out);
}

#[test]
fn prices_are_shown_with_source_and_age() {
    let run = landfall(&["prices", "show", "--service", "nat"]);
    assert!(run.out.contains("nat hour"), "{}", run.out);
    assert!(
        run.out.contains("grade A, aws-price-list-2026-09-29"),
        "{}",
        run.out
    );
    let run = landfall(&[
        "prices",
        "show",
        "--instance",
        "m7g.large",
        "--region",
        "eu-west-1",
    ]);
    assert!(run.out.contains("m7g.large:reserved-1y"), "{}", run.out);
    let run = landfall(&["prices", "show", "--service", "lamda"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("did you mean `lambda`?"), "{}", run.err);
    assert!(
        landfall(&["prices", "show", "--regions"])
            .out
            .contains("eu-central-1")
    );
}

#[test]
fn gaps_are_named_with_the_command_that_fills_them() {
    let run = landfall(&["prices", "check", "eu-west-1"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("missing   alb hour"), "{}", run.out);
    assert!(
        run.out
            .contains("landfall prices update --region eu-west-1 --service alb")
    );
    assert!(
        run.out.contains("assumed   lambda duration-arm64"),
        "{}",
        run.out
    );
    let run = landfall(&["prices", "check", "examples/website.toml"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn prices_come_in_from_disk_and_take_precedence() {
    let data = tempfile::tempdir().unwrap();
    let update = [
        "prices",
        "update",
        "--region",
        "eu-west-1",
        "--from",
        FIXTURES,
    ];
    let run = landfall_in(data.path(), &update);
    assert_eq!(run.code, 0, "{}", run.err);
    let show = [
        "prices",
        "show",
        "--region",
        "eu-west-1",
        "--instance",
        "m7g.large",
    ];
    let shown = landfall_in(data.path(), &show).out;
    assert!(shown.contains("$0.0912"), "{shown}");
    let kept = std::fs::read_to_string(data.path().join("prices/eu-west-1.csv")).unwrap();
    // What came in before stays when another service is brought in.
    let one = [
        "prices",
        "update",
        "--region",
        "eu-west-1",
        "--service",
        "nat",
        "--from",
        FIXTURES,
    ];
    assert_eq!(landfall_in(data.path(), &one).code, 0);
    let again = std::fs::read_to_string(data.path().join("prices/eu-west-1.csv")).unwrap();
    assert_eq!(sorted(&kept), sorted(&again));
}

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn a_broken_file_leaves_the_old_prices_untouched() {
    let data = tempfile::tempdir().unwrap();
    let update = [
        "prices",
        "update",
        "--region",
        "eu-west-1",
        "--from",
        FIXTURES,
    ];
    assert_eq!(landfall_in(data.path(), &update).code, 0);
    let path = data.path().join("prices/eu-west-1.csv");
    let before = std::fs::read_to_string(&path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let whole = offer();
    for (text, wanted) in [
        (whole.get(..whole.len() / 2).unwrap().to_owned(), "broken"),
        (whole.replace("2E-7", "9E-7"), "two prices"),
        ("{}".to_owned(), "no `products`"),
    ] {
        std::fs::write(folder.path().join("bad.json"), text).unwrap();
        let from = folder.path().display().to_string();
        let update = ["prices", "update", "--region", "eu-west-1", "--from", &from];
        let run = landfall_in(data.path(), &update);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(
            run.err.contains(wanted) && run.err.contains("bad.json"),
            "{}",
            run.err
        );
        assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    }
}

/// Answers requests for the Price List of a test, on this machine only: the first
/// answer for the offer breaks off half-way, later ones honour `Range`.
fn serve(listener: &TcpListener, offer: &str, tag: &str, requests: usize) -> Vec<String> {
    let mut seen = Vec::new();
    for _ in 0..requests {
        let Ok((stream, _)) = listener.accept() else {
            break;
        };
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let first = lines.next().unwrap().unwrap();
        let mut start = None;
        for line in lines
            .map_while(Result::ok)
            .take_while(|line| !line.is_empty())
        {
            if let Some(range) = line.to_lowercase().strip_prefix("range: bytes=") {
                start = range.trim_end_matches('-').parse::<usize>().ok();
            }
        }
        seen.push(format!("{} {start:?}", first.split(' ').nth(1).unwrap()));
        answer(stream, &first, start, offer, tag);
    }
    seen
}

fn answer(mut stream: TcpStream, request: &str, start: Option<usize>, offer: &str, tag: &str) {
    if request.contains("region_index.json") {
        let body = "{\"regions\": {\"eu-west-1\": {\"regionCode\": \"eu-west-1\", \
                    \"currentVersionUrl\": \"/offers/v1.0/aws/AWSLambda/20261101/eu-west-1/index.json\"}}}";
        let head = format!(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + body).as_bytes()).unwrap();
        return;
    }
    let from = start.unwrap_or(0);
    let status = if start.is_some() {
        "206 Partial Content"
    } else {
        "200 OK"
    };
    let rest = offer.get(from..).unwrap();
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nETag: {tag}\r\nContent-Length: {}\r\n\r\n",
        rest.len()
    );
    // The first answer ends early.
    let sent = if start.is_some() {
        rest
    } else {
        rest.get(..rest.len() / 2).unwrap()
    };
    stream.write_all((head + sent).as_bytes()).unwrap();
}

/// Brings in Lambda's prices from a server that tags the offer with `tag` and
/// answers `requests` times; gives the run and the requests that the server saw.
fn download(data: &Path, tag: &str, requests: usize) -> (Run, Vec<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let tag = tag.to_owned();
    let server = std::thread::spawn(move || serve(&listener, &offer(), &tag, requests));
    let update = [
        "prices",
        "update",
        "--region",
        "eu-west-1",
        "--service",
        "lambda",
        "--url",
        &url,
    ];
    let run = landfall_in(data, &update);
    (run, server.join().unwrap())
}

fn offer() -> String {
    std::fs::read_to_string(root().join(FIXTURES).join("lambda.json")).unwrap()
}

#[test]
fn a_download_that_breaks_off_is_taken_up_where_it_ended() {
    let data = tempfile::tempdir().unwrap();
    let (run, seen) = download(data.path(), "", 3);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(
        seen[2].contains(&format!("Some({})", offer().len() / 2)),
        "{seen:?}"
    );
    assert!(data.path().join("prices/eu-west-1.csv").is_file());
}

#[test]
fn a_file_that_is_not_what_was_announced_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let (run, _) = download(data.path(), &format!("\"{}\"", "0".repeat(32)), 5);
    assert_eq!(run.code, 2, "{}", run.err);
    // Two of the four tries break off, and two come whole with the wrong sum.
    assert!(run.err.contains("its checksum is"), "{}", run.err);
    assert!(!data.path().join("prices").exists());
}

#[test]
fn without_an_answer_nothing_is_changed() {
    let data = tempfile::tempdir().unwrap();
    // A port of this machine on which nobody listens.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let update = [
        "prices",
        "update",
        "--region",
        "eu-west-1",
        "--service",
        "nat",
        "--url",
        &url,
    ];
    let run = landfall_in(data.path(), &update);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("--from"), "{}", run.err);
    assert!(!data.path().join("prices").exists());
}

#[test]
fn regions_are_compared() {
    let run = landfall(&[
        "decide",
        "examples/photo-thumbnails.toml",
        "--regions",
        "us-east-1,eu-central-1,eu-west-1",
    ]);
    assert_eq!(run.code, 0, "{}", run.err);
    insta::assert_snapshot!("regions", run.out);
}

/// A region whose prices were brought in can tip a decision: here one like us-east-1 in all
/// but the price of Lambda's work.
#[test]
fn a_region_that_was_brought_in_can_tip_a_decision() {
    let data = tempfile::tempdir().unwrap();
    let home = root().join("crates/catalog/data/prices/us-east-1/services.csv");
    let dear = |row: &str| {
        let row = row.replace("us-east-1", "eu-west-1");
        if row.contains(",lambda,duration-") {
            let cells: Vec<&str> = row.split(',').collect();
            return [&cells[..6], &["0.001"], &cells[7..]].concat().join(",");
        }
        row
    };
    let rows = std::fs::read_to_string(home).unwrap();
    let rows: Vec<String> = rows.lines().map(dear).collect();
    std::fs::create_dir(data.path().join("prices")).unwrap();
    let path = data.path().join("prices/eu-west-1.csv");
    std::fs::write(&path, rows.join("\n") + "\n").unwrap();
    let arguments = [
        "decide",
        "examples/photo-thumbnails.toml",
        "--worlds",
        "0",
        "--format",
        "json",
    ];
    let run = landfall_in(data.path(), &arguments);
    assert_eq!(run.code, 0, "{}", run.err);
    let decision: Value = serde_json::from_str(&run.out).unwrap();
    let tips = decision["workloads"][0]["tipping_points"]
        .as_array()
        .unwrap();
    let region = tips.iter().find(|tip| tip["fact"] == "region").unwrap();
    assert_eq!(
        (&region["at"], &region["from"]),
        (&"eu-west-1".into(), &"lambda".into())
    );
    let moved = landfall_in(
        data.path(),
        &[&arguments[..], &["--region", "eu-west-1"]].concat(),
    );
    let decision: Value = serde_json::from_str(&moved.out).unwrap();
    assert_eq!(decision["workloads"][0]["recommended"], region["to"]);
    std::fs::write(&path, "no,prices\n").unwrap();
    let broken = landfall_in(data.path(), &arguments);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("eu-west-1.csv"), "{}", broken.err);
}
