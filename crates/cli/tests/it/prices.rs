//! Goal: usage is billed, prices are shown, gaps are named, and new prices come in
//! whole or not at all. Method: the commands, on examples, on files in AWS's shapes,
//! and against a server of the test's own on this machine.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::common::{Run, landfall, landfall_in, root};
use crate::hostile::{Mode, Server};

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
        "cn-north-1",
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
    let run = landfall(&["prices", "check", "eu-north-1"]);
    assert_eq!(run.code, 1, "{}", run.err);
    assert!(run.out.contains("missing   alb lcu"), "{}", run.out);
    assert!(
        run.out
            .contains("landfall prices update --region eu-north-1 --service alb")
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

#[test]
fn a_dry_run_shows_what_would_change_and_writes_nothing() {
    let data = tempfile::tempdir().unwrap();
    let update = [
        "prices",
        "update",
        "--region",
        "eu-west-1",
        "--from",
        FIXTURES,
    ];
    let dry = [&update[..], &["--dry-run"]].concat();
    let run = landfall_in(data.path(), &dry);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.err.contains("nothing was written"), "{}", run.err);
    insta::assert_snapshot!("dry-run", run.out);
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
    assert_eq!(landfall_in(data.path(), &update).code, 0);
    let again = landfall_in(data.path(), &dry);
    assert_eq!(again.out, "", "{}", again.err);
    assert!(again.err.contains("0 new, 0 changed"), "{}", again.err);
}

#[test]
fn usage_types_that_are_not_understood_are_named_for_a_report() {
    let data = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lambda.json");
    let renamed = offer().replace("Lambda-GB-Second", "Lambda-Gigabyte-Second");
    std::fs::write(&path, renamed.replace("-Request", "-Invocation")).unwrap();
    let from = folder.path().display().to_string();
    let update = ["prices", "update", "--region", "eu-west-1", "--from", &from];
    let run = landfall_in(data.path(), &update);
    assert_eq!(run.code, 2, "{}", run.err);
    for wanted in [
        "warning: no price of `lambda` was found in AWSLambda, which is there for eu-west-1",
        "Lambda-GB-Second-ARM",
        "seen and not understood: ",
        "Lambda-Gigabyte-Second",
        "please report what was seen",
    ] {
        assert!(run.err.contains(wanted), "{wanted}: {}", run.err);
    }
    assert!(!data.path().join("prices").exists());
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

const INDEX: &str = "{\"regions\": {\"eu-west-1\": {\"regionCode\": \"eu-west-1\", \
                     \"currentVersionUrl\": \
                     \"/offers/v1.0/aws/AWSLambda/20261101/eu-west-1/index.json\"}}}";

/// A server of the Price List whose index is `index` and whose offer comes in the modes
/// given, the last of them again and again; and how often the offer was asked for.
fn serve(index: &str, modes: &'static [Mode]) -> (Server, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let (count, index) = (Arc::clone(&asked), index.to_owned());
    let server = Server::start(move |path| {
        if path.ends_with("region_index.json") {
            return (Mode::Honest, index.clone().into_bytes());
        }
        let place = count.fetch_add(1, Ordering::Relaxed).min(modes.len() - 1);
        (*modes.get(place).unwrap(), offer().into_bytes())
    });
    (server.unwrap(), asked)
}

/// Brings in Lambda's prices from a server.
fn update_from(data: &Path, server: &Server) -> Run {
    let url = format!("http://{}", server.address);
    let region = ["prices", "update", "--region", "eu-west-1"];
    let rest = ["--service", "lambda", "--url", &url];
    landfall_in(data, &[&region[..], &rest[..]].concat())
}

fn kept_files(data: &Path) -> usize {
    std::fs::read_dir(data.join("downloads")).unwrap().count()
}

fn offer() -> String {
    std::fs::read_to_string(root().join(FIXTURES).join("lambda.json")).unwrap()
}

#[test]
fn a_download_that_breaks_off_is_taken_up_where_it_ended() {
    let data = tempfile::tempdir().unwrap();
    let (server, asked) = serve(INDEX, &[Mode::CutInBody, Mode::Honest]);
    let run = update_from(data.path(), &server);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    assert!(data.path().join("prices/eu-west-1.csv").is_file());
    // What was fetched once is not fetched again.
    assert_eq!(update_from(data.path(), &server).code, 0);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[test]
fn a_file_that_is_not_what_was_announced_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let (server, _) = serve(INDEX, &[Mode::OtherSum]);
    let run = update_from(data.path(), &server);
    assert_eq!(run.code, 2, "{}", run.err);
    assert!(run.err.contains("its checksum is"), "{}", run.err);
    assert!(!data.path().join("prices").exists());
    assert_eq!(kept_files(data.path()), 0);
}

#[test]
fn what_does_not_read_to_its_end_is_fetched_again_and_never_kept() {
    let data = tempfile::tempdir().unwrap();
    let (server, asked) = serve(INDEX, &[Mode::LengthTooShort, Mode::Honest]);
    let run = update_from(data.path(), &server);
    assert_eq!(run.code, 0, "{}", run.err);
    assert_eq!(asked.load(Ordering::Relaxed), 2);
    for modes in [
        &[Mode::LengthTooShort],
        &[Mode::OtherContent],
        &[Mode::CompressedUnsaid],
        &[Mode::Empty],
    ] {
        let data = tempfile::tempdir().unwrap();
        let (server, asked) = serve(INDEX, modes);
        let run = update_from(data.path(), &server);
        assert_eq!(run.code, 2, "{modes:?}: {}", run.err);
        assert!(
            run.err.contains("index") || run.err.contains("AWSLambda"),
            "{}",
            run.err
        );
        assert_eq!(asked.load(Ordering::Relaxed), 2, "{modes:?}");
        assert_eq!(kept_files(data.path()), 0, "{modes:?}");
        assert!(!data.path().join("prices").exists());
    }
    // A bad file that was kept in whatever way is replaced.
    let kept = data
        .path()
        .join("downloads/AWSLambda-eu-west-1-20261101.json");
    std::fs::write(&kept, "<html>").unwrap();
    let (server, asked) = serve(INDEX, &[Mode::Honest]);
    assert_eq!(update_from(data.path(), &server).code, 0);
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), offer());
}

#[test]
fn an_index_cannot_lead_to_another_server() {
    for path in [
        "@evil.example/x",
        "//evil.example/x",
        ".evil.example/x",
        ":1/x",
        "x",
        "",
    ] {
        let data = tempfile::tempdir().unwrap();
        let index = INDEX.replace(
            "/offers/v1.0/aws/AWSLambda/20261101/eu-west-1/index.json",
            path,
        );
        let (server, asked) = serve(&index, &[Mode::Honest]);
        let run = update_from(data.path(), &server);
        assert_eq!(run.code, 2, "{path}: {}", run.err);
        assert!(run.err.contains("which is no path on it"), "{}", run.err);
        assert_eq!(asked.load(Ordering::Relaxed), 0);
    }
    for url in [
        "http://example.invalid",
        "ftp://example.invalid",
        "https://a@example.invalid",
    ] {
        let arguments = ["prices", "update", "--region", "eu-west-1", "--url", url];
        let data = tempfile::tempdir().unwrap();
        let run = landfall_in(data.path(), &arguments);
        assert_eq!(run.code, 2, "{}", run.err);
        assert!(
            run.err.contains("--url") && run.err.contains("hint:"),
            "{}",
            run.err
        );
    }
}

#[test]
fn rates_of_savings_plans_are_fetched_where_they_are_asked_for() {
    let data = tempfile::tempdir().unwrap();
    let plans = std::fs::read_to_string(root().join(FIXTURES).join("savings.json")).unwrap();
    let list = "{\"regions\": [{\"regionCode\": \"eu-west-1\", \"versionUrl\": \
                \"/savingsPlan/v1.0/aws/AWSComputeSavingsPlan/20261101/eu-west-1/index.json\"}]}";
    let server = Server::start(move |path| {
        let is_plan = path.starts_with("/savingsPlan/");
        let body = match (is_plan, path.ends_with("region_index.json")) {
            (true, true) => list.to_owned(),
            (true, false) => plans.clone(),
            (false, true) => INDEX.to_owned(),
            (false, false) => offer(),
        };
        (Mode::Honest, body.into_bytes())
    });
    let server = server.unwrap();
    let url = format!("http://{}", server.address);
    let update = ["prices", "update", "--region", "eu-west-1", "--url", &url];
    let only = ["--service", "lambda", "--savings-plans"];
    let run = landfall_in(data.path(), &[&update[..], &only[..]].concat());
    assert_eq!(run.code, 0, "{}", run.err);
    let kept = std::fs::read_to_string(data.path().join("prices/eu-west-1.csv")).unwrap();
    assert!(
        kept.contains("duration-x86_64:savings-1y-partial,GB-s,0,,0.000014,"),
        "{kept}"
    );
    assert!(!kept.contains("fargate"), "{kept}");
}

#[test]
fn two_at_once_fetch_a_file_once() {
    let data = tempfile::tempdir().unwrap();
    let (server, asked) = serve(INDEX, &[Mode::Honest]);
    std::thread::scope(|scope| {
        let update = || update_from(data.path(), &server);
        let runs: Vec<_> = (0..4).map(|_| scope.spawn(update)).collect();
        for run in runs {
            let run = run.join().unwrap();
            assert_eq!(run.code, 0, "{}", run.err);
        }
    });
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    assert_eq!(kept_files(data.path()), 1);
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
        "us-east-1,eu-central-1,eu-west-1,cn-north-1",
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
