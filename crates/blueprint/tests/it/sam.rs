//! Goal: a template with SAM is checked as what the transform makes of it, at the lines of what
//! was written. Method: templates that use every type of event and every property of SAM that
//! is read (a check of the developers' compares them with AWS's own translator), each finding
//! with the line on which it stands; whole templates with known mistakes; what is not looked at;
//! what SAM refuses; hostile and broken texts.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use landfall_blueprint::Graph;
use landfall_blueprint::check::{Checker, Finding, Looked};
use landfall_catalog::Catalog;
use landfall_source::Source;

fn look(text: &str) -> Looked {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    checker.look(&Source::new("t", text)).unwrap().unwrap()
}

fn graph(text: &str) -> Graph {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    checker.graphs(&Source::new("t", text)).unwrap().remove(0)
}

/// The findings as `rule resource`.
fn told(looked: &Looked) -> Vec<String> {
    let all = looked.findings.iter();
    let all = all.map(|one| format!("{} {}", one.rule, one.resource));
    all.collect()
}

/// What is not looked at, in words.
fn unread(looked: &Looked) -> Vec<String> {
    let all = looked.unread.iter();
    all.map(|(what, count)| format!("{count} {}", what.named(*count)))
        .collect()
}

/// The templates that are compared with AWS's own translator.
fn templates() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sam");
    let mut all: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect();
    all.sort();
    all
}

/// Every row says where AWS documents it and when that was read, and stands once.
#[test]
fn rows_have_sources() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let known = checker.sam();
    let mut names = BTreeSet::new();
    let mut row = |name: String, documentation: &str, date: &dyn std::fmt::Display| {
        assert!(
            documentation.starts_with("https://docs.aws.amazon.com/"),
            "{name}"
        );
        assert!(date.to_string().starts_with("2026-"), "{name}");
        assert!(names.insert(name.clone()), "{name} stands twice");
    };
    for one in &known.event {
        row(format!("event {}", one.kind), &one.documentation, &one.date);
    }
    for one in &known.policy {
        row(
            format!("policy {}", one.name),
            &one.documentation,
            &one.date,
        );
    }
    for one in &known.role {
        row(
            format!("role {:?}", one.when),
            &one.documentation,
            &one.date,
        );
    }
    for one in &known.destination {
        row(format!("to {}", one.kind), &one.documentation, &one.date);
    }
}

/// Every finding stands on the line of the property of SAM that it comes from.
#[test]
fn findings_stand_where_they_come_from() {
    for (name, text) in templates() {
        let lines: Vec<&str> = text.lines().collect();
        let mut out = String::new();
        for Finding {
            line,
            rule,
            resource,
            message,
            ..
        } in look(&text).findings
        {
            let there = lines[line - 1].trim();
            let _ = writeln!(out, "{line}: {rule} {resource}\n    {there}\n    {message}");
        }
        insta::assert_snapshot!(format!("sam_{name}"), out);
    }
}

/// Whatever is made stands on a line of the template, all its properties with it.
#[test]
fn everything_made_has_a_line() {
    for (name, text) in templates() {
        let count = text.lines().count();
        for one in graph(&text).resources {
            let mut lines = vec![one.line];
            one.properties.walk(&mut |node| lines.push(node.line));
            let outside = lines.iter().find(|line| !(1..=count).contains(*line));
            assert_eq!(outside, None, "{name}: {}", one.id);
        }
    }
}

const MISTAKES: &str = "
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Timeout: 900
Resources:
  Work: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 30}}
  Worker:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      CodeUri: src/
      Runtime: python3.8
      MemorySize: 200000
      Events:
        Work: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn}}
        Nightly: {Type: Schedule, Properties: {Schedule: cron(0 3 * * *)}}
";

#[test]
fn four_mistakes_of_one_function_are_four_findings() {
    let found = look(MISTAKES);
    assert_eq!(
        told(&found),
        [
            "visibility-below-timeout Work",
            "runtime-deprecated Worker",
            "function-memory Worker",
            "cron-fields WorkerNightly",
        ]
    );
    let lines: Vec<usize> = found.findings.iter().map(|one| one.line).collect();
    assert_eq!(lines, [7, 13, 14, 17]);
    assert!(found.unread.is_empty());
    let right = MISTAKES
        .replace("VisibilityTimeout: 30", "VisibilityTimeout: 5400")
        .replace("python3.8", "python3.14")
        .replace("200000", "512")
        .replace("0 3 * * *", "0 3 * * ? *");
    assert_eq!(told(&look(&right)), [""; 0]);
}

/// What `Globals` says holds where the resource says nothing, and where it does not refuse it.
#[test]
fn globals_are_replaced_merged_and_joined() {
    let text = "
Globals:
  Function:
    Timeout: 5
    MemorySize: 512
    Layers: [one]
    Environment: {Variables: {A: global, B: global}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties: {Timeout: 7, Layers: [two], Environment: {Variables: {B: own, C: own}}}
  G: {Type: AWS::Serverless::Function, IgnoreGlobals: '*'}
  H: {Type: AWS::Serverless::Function, IgnoreGlobals: [Timeout]}
  T: {Type: AWS::Serverless::SimpleTable}
";
    let graph = graph(text);
    let of = |id: &str, path: &str| {
        let one = graph.get(id).unwrap();
        one.property(path).map(ToString::to_string)
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(of("F", "Timeout"), some("7"));
    assert_eq!(of("F", "MemorySize"), some("512"));
    assert_eq!(
        (of("F", "Layers/0"), of("F", "Layers/1")),
        (some("one"), some("two"))
    );
    let variable = |name: &str| of("F", &format!("Environment/Variables/{name}"));
    let all = ["A", "B", "C"].map(|name| variable(name).unwrap());
    assert_eq!(all, ["global", "own", "own"]);
    assert_eq!((of("G", "Timeout"), of("G", "MemorySize")), (None, None));
    assert_eq!(
        (of("H", "Timeout"), of("H", "MemorySize")),
        (None, some("512"))
    );
    assert_eq!(of("T", "BillingMode"), some("PAY_PER_REQUEST"));
}

/// A policy that is not read may allow anything: nothing is said to be lacking.
#[test]
fn what_is_not_read_refuses_nothing() {
    let template = |policies: &str, more: &str| {
        format!(
            "
Resources:
  Failed: {{Type: AWS::SQS::Queue}}
  Given:
    Type: AWS::Serverless::StateMachine
    Properties: {{Definition: {{}}, Role: !GetAtt Role.Arn}}
  Clock:
    Type: AWS::Scheduler::Schedule
    Properties: {{ScheduleExpression: rate(1 hour), Target: {{Arn: !GetAtt F.Arn, RoleArn: !GetAtt FRole.Arn}}}}
  F:
    Type: AWS::Serverless::Function{more}
    Properties:
      AssumeRolePolicyDocument: {{Statement: [{{Effect: Allow, Principal: {{Service: [lambda.amazonaws.com, scheduler.amazonaws.com]}}}}]}}
      Policies: {policies}
"
        )
    };
    let lacks = |policies: &str, more: &str| {
        let found = told(&look(&template(policies, more)));
        found.contains(&"role-lacks-action Clock".to_owned())
    };
    assert!(lacks("[]", ""));
    assert!(lacks("[SQSPollerPolicy: {QueueName: q}]", ""));
    assert!(!lacks("[LambdaInvokePolicy: {FunctionName: f}]", ""));
    assert!(!lacks("[NoSuchPolicy: {QueueName: q}]", ""));
    assert!(!lacks("[SQSPollerPolicy: {}]", ""));
    assert!(!lacks("[NoSuchManagedPolicy]", ""));
    assert!(!lacks("[!If [IsProd, A, B]]", ""));
    let connectors =
        "\n    Connectors: {C: {Properties: {Destination: {Id: Failed}, Permissions: [Write]}}}";
    assert!(!lacks("[]", connectors));
    assert_eq!(
        unread(&look(&template(
            "[NoSuchPolicy: {QueueName: q}]",
            connectors
        ))),
        ["1 connector", "1 policy from the template NoSuchPolicy"]
    );
}

/// What is not looked at is named, with how often it occurs, and at its lines.
#[test]
fn what_is_not_looked_at_is_named() {
    let text = "
Transform: AWS::Serverless-2016-10-31
Resources:
  One: {Type: AWS::Serverless::GraphQLApi}
  Two: {Type: AWS::Serverless::GraphQLApi}
  Three: {Type: AWS::Serverless::GraphQLApi}
  Nested: {Type: AWS::Serverless::Application, Properties: {Location: app.yaml}}
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: v1, DefinitionUri: api.yaml}}
  Http: {Type: AWS::Serverless::HttpApi, Properties: {DefinitionBody: {Fn::Transform: {Name: AWS::Include}}}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        New: {Type: NotYet, Properties: {A: b}}
        None: {Properties: {A: b}}
  Steps:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {}
      Events:
        Queue: {Type: SQS, Properties: {Queue: q}}
";
    let found = look(text);
    assert_eq!(
        unread(&found),
        [
            "1 definition of AWS::Serverless::Api in another file",
            "1 definition of AWS::Serverless::HttpApi that a function gives",
            "1 event of a function of type NotYet",
            "1 event of a function without a type",
            "1 event of a state machine of type SQS",
            "1 resource of AWS::Serverless::Application",
            "3 resources of AWS::Serverless::GraphQLApi",
        ]
    );
    let lines: Vec<usize> = found.findings.iter().map(|one| one.line).collect();
    assert_eq!(lines, [4, 5, 6, 7, 8, 9, 14, 15, 21]);
    assert!(
        found
            .findings
            .iter()
            .all(|one| one.rule == "transform-not-checked")
    );
}

/// What the transform refuses is an error at its line; the same, made right, is none.
#[test]
fn what_sam_refuses_is_found() {
    let function = |properties: &str| {
        format!(
            "
Parameters: {{Bucket: {{Type: String}}}}
Resources:
  Mine: {{Type: AWS::S3::Bucket}}
  Pool: {{Type: AWS::Cognito::UserPool}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Description: a function
      {properties}
"
        )
    };
    let event = |kind: &str, properties: &str| {
        function(&format!(
            "Events: {{E: {{Type: {kind}, Properties: {properties}}}}}"
        ))
    };
    for (wrong, right) in [
        (event("SQS", "{}"), event("SQS", "{Queue: q}")),
        (
            event("Kinesis", "{Stream: s}"),
            event("Kinesis", "{Stream: s, StartingPosition: LATEST}"),
        ),
        (
            event("S3", "{Bucket: !Ref Bucket, Events: e}"),
            event("S3", "{Bucket: !Ref Mine, Events: e}"),
        ),
        (
            event("Cognito", "{UserPool: pool, Trigger: PreSignUp}"),
            event("Cognito", "{UserPool: !Ref Pool, Trigger: PreSignUp}"),
        ),
        (
            event("Api", "{Path: /, Method: get, RestApiId: !Ref Lost}"),
            event("Api", "{Path: /, Method: get}"),
        ),
        (
            event("Schedule", "{Schedule: rate(1 hour), DeadLetterConfig: {}}"),
            event(
                "Schedule",
                "{Schedule: rate(1 hour), DeadLetterConfig: {Type: SQS}}",
            ),
        ),
        (
            function("DeadLetterQueue: {Type: SQS}"),
            function("DeadLetterQueue: {Type: SQS, TargetArn: q}"),
        ),
        (
            function("ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}"),
            function("AutoPublishAlias: live"),
        ),
        (
            function("EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: Lambda}}}"),
            function("EventInvokeConfig: {DestinationConfig: {OnSuccess: {Type: SQS}}}"),
        ),
    ] {
        let found = look(&wrong);
        assert_eq!(told(&found), ["sam-refused F"], "{wrong}");
        assert_eq!(found.findings[0].line, 10, "{wrong}");
        let found = look(&right);
        assert_eq!(told(&found), [""; 0], "{right}");
    }
}

/// An ignore at a resource of SAM holds for what is made of it, and nowhere else.
#[test]
fn an_ignore_holds_for_what_is_made() {
    let text = "
Resources:
  F:
    Type: AWS::Serverless::Function
    Metadata: {landfall: {ignore: [{rule: cron-fields, why: old}, {rule: api-gives-up-first, why: rare}]}}
    Properties:
      Timeout: 60
      Events:
        Night: {Type: Schedule, Properties: {Schedule: cron(0 3 * * *)}}
        Get: {Type: Api, Properties: {Path: /, Method: get}}
  G:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Night: {Type: Schedule, Properties: {Schedule: cron(0 3 * * *)}}
";
    let found = look(text);
    let all: BTreeSet<(String, bool)> = told(&found)
        .into_iter()
        .zip(found.findings.iter().map(|one| one.ignored.is_some()))
        .collect();
    let wanted = [
        ("api-gives-up-first ServerlessRestApi", true),
        ("cron-fields FNight", true),
        ("cron-fields GNight", false),
    ];
    assert_eq!(all, wanted.map(|(told, is)| (told.to_owned(), is)).into());
}

/// Small texts of which much would be made stay small, and end.
#[test]
fn hostile_templates_stay_bounded() {
    let repeated = |count: usize, one: &dyn Fn(usize) -> String| -> String {
        let all: Vec<String> = (0..count).map(one).collect();
        all.concat()
    };
    let functions = |count: usize, properties: &str| {
        repeated(count, &|place| {
            format!("  F{place}: {{Type: AWS::Serverless::Function, Properties: {properties}}}\n")
        })
    };
    let list = |count: usize, item: &str| vec![item; count].join(", ");
    let globals = format!(
        "Globals: {{Function: {{Environment: {{Variables: {{{}}}}}}}}}\nResources:\n{}",
        repeated(40_000, &|place| format!("V{place}: x, ")),
        functions(400, "{}")
    );
    let found = look(&globals);
    let [(what, count)] = &found.unread.into_iter().collect::<Vec<_>>()[..] else {
        panic!("all was made")
    };
    assert_eq!(what.named(2), "resources of AWS::Serverless::Function");
    assert!(*count > 300);
    let events = repeated(20_000, &|place| {
        format!("E{place}: {{Type: Api, Properties: {{Path: /{place}, Method: get}}}}, ")
    });
    let many = format!(
        "Resources:\n{}",
        functions(1, &format!("{{Events: {{{events}}}}}"))
    );
    assert!(told(&look(&many))[0].starts_with("too-many-resources"));
    assert!(graph(&many).resources.len() < 600);
    let notified = format!(
        "Resources:\n  B: {{Type: AWS::S3::Bucket}}\n{}",
        functions(
            1,
            &format!(
                "{{Events: {{E: {{Type: S3, Properties: {{Bucket: !Ref B, Events: [{}], Filter: {{A: [{}]}}}}}}}}}}",
                list(20_000, "e"),
                list(20_000, "f")
            )
        )
    );
    assert_eq!(
        unread(&look(&notified)),
        ["1 event of type S3 with too many events"]
    );
}

/// Cut or turned into something else at any place, a template is checked or refused.
#[test]
fn broken_templates_are_read_or_refused() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let mut read = 0;
    for (name, text) in templates() {
        if name == "policies" {
            continue;
        }
        let lines: Vec<&str> = text.lines().collect();
        for place in 0..lines.len() {
            let cut = lines[..place].join("\n");
            let mut without = lines.clone();
            without.remove(place);
            let mut odd = lines.clone();
            let head = odd[place].split(':').next().unwrap_or_default();
            let texts = [
                format!("{head}: 7"),
                format!("{head}: [1, {{a: b}}]"),
                format!("{head}: !Sub \"${{a.b}}\""),
                format!("{head}:"),
            ];
            let odd_one = &texts[place % texts.len()];
            odd[place] = odd_one;
            for changed in [cut, without.join("\n"), odd.join("\n")] {
                let found = checker.look(&Source::new("t", &changed));
                read += usize::from(found.is_ok_and(|found| found.is_some()));
            }
        }
    }
    assert!(read > 500, "{read}");
}
