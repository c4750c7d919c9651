//! Goal: values that are given count as defaults do, loops are written out as AWS does, and
//! templates that others deploy are named. Method: small templates, each with what rules then find.

use landfall_blueprint::check::{Checker, Given};
use landfall_catalog::Catalog;
use landfall_source::Source;

fn looked(text: &str, given: &[(&str, &str)]) -> landfall_blueprint::check::Looked {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let given: Given = given
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned())))
        .collect();
    let looked = checker.look_with(&Source::new("t", text), &given).unwrap();
    looked.unwrap()
}

fn rules(text: &str, given: &[(&str, &str)]) -> Vec<(String, usize)> {
    let found = looked(text, given).findings.into_iter();
    found.map(|one| (one.rule, one.line)).collect()
}

const SIZE: &str = "Parameters:
  Memory: {Type: Number, Default: 512}
  Timeout: {Type: Number}
Resources:
  F:
    Type: AWS::Lambda::Function
    Properties:
      Role: r
      MemorySize: !Ref Memory
      Timeout: !Ref Timeout
";

#[test]
fn values_that_are_given_stand_in_place_of_defaults() {
    assert_eq!(rules(SIZE, &[]), []);
    let of = |rule: &str, line: usize| vec![(rule.to_owned(), line)];
    assert_eq!(
        rules(SIZE, &[("Memory", "200000")]),
        of("function-memory", 9)
    );
    assert_eq!(
        rules(SIZE, &[("Timeout", "901")]),
        of("function-timeout", 10)
    );
    assert_eq!(rules(SIZE, &[("Timeout", "900"), ("Memory", "1024")]), []);
}

const LOOP: &str = "Transform: AWS::LanguageExtensions
Parameters:
  Names: {Type: CommaDelimitedList, Default: 'Mail,Print'}
Resources:
  Fn::ForEach::Workers:
    - Name
    - !Ref Names
    - Queue${Name}:
        Type: AWS::SQS::Queue
        Properties: {QueueName: !Sub '${Name}', VisibilityTimeout: 60}
      Worker${Name}:
        Type: AWS::Lambda::Function
        Properties: {Role: r, FunctionName: !Ref Name, Timeout: 300}
      Reads${Name}:
        Type: AWS::Lambda::EventSourceMapping
        Properties: {EventSourceArn: !GetAtt 'Queue${Name}.Arn', FunctionName: !Ref 'Worker${Name}'}
";

#[test]
fn loops_are_written_out_with_lines_of_their_own() {
    let all = looked(LOOP, &[]);
    assert!(all.unread.is_empty(), "{:?}", all.unread);
    let found: Vec<(&str, usize, &str)> = all
        .findings
        .iter()
        .map(|one| (one.rule.as_str(), one.line, one.resource.as_str()))
        .collect();
    let rule = "visibility-below-timeout";
    assert!(found.iter().all(|one| one.0 == rule), "{found:?}");
    let said: Vec<&str> = all
        .findings
        .iter()
        .map(|one| one.message.as_str())
        .collect();
    for name in ["WorkerMail", "WorkerPrint"] {
        assert!(said.iter().any(|one| one.contains(name)), "{said:?}");
    }
    // A list that is given counts as well.
    assert_eq!(rules(LOOP, &[("Names", "One")]).len(), 1);
}

#[test]
fn loops_that_only_deploying_tells_are_named() {
    for text in [
        LOOP.replace("Default: 'Mail,Print'", "Description: which"),
        LOOP.replace("Transform: AWS::LanguageExtensions\n", ""),
        LOOP.replace("!Ref Names", "!Split [',', !Ref Names]"),
    ] {
        let all = looked(&text, &[]);
        let unread: Vec<String> = all.unread.keys().map(|what| what.named(1)).collect();
        assert_eq!(unread, ["part of Resources by Fn::ForEach"], "{text}");
    }
}

#[test]
fn loops_within_loops_and_properties_are_written_out() {
    let text = "Transform: [AWS::LanguageExtensions]
Resources:
  Fn::ForEach::Outer:
    - A
    - [x-1, y]
    - Fn::ForEach::Inner:
        - B
        - ['1', '2']
        - Topic&{A}${B}:
            Type: AWS::SNS::Topic
            Properties: {TopicName: '${A}-${B}'}
  Same: {Type: AWS::SNS::Topic, Properties: {TopicName: x-1-2}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
";
    let all = looked(text, &[]);
    assert!(all.unread.is_empty(), "{:?}", all.unread);
    let said: Vec<&str> = all
        .findings
        .iter()
        .map(|one| one.message.as_str())
        .collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].contains("Topicx12") && said[0].contains("Same"),
        "{said:?}"
    );
}

/// Turns of turns of turns are more than anybody writes: the loop stays, and is named.
#[test]
fn a_loop_without_measure_is_left_as_it_is() {
    let many: Vec<String> = (0..200).map(|one| format!("v{one}")).collect();
    let many = many.join(", ");
    let mut body = "'T${A}${B}${C}${D}': {Type: AWS::SNS::Topic}".to_owned();
    for name in ["D", "C", "B", "A"] {
        body = format!("'Fn::ForEach::Of{name}': [{name}, [{many}], {{{body}}}]");
    }
    let text = format!(
        "Transform: AWS::LanguageExtensions\nResources: {{One: {{Type: AWS::SNS::Topic}}, {body}}}\n"
    );
    let all = looked(&text, &[]);
    assert!(
        !all.unread.is_empty()
            || all
                .findings
                .iter()
                .any(|one| one.rule == "too-many-resources")
    );
}

#[test]
fn templates_that_are_deployed_from_files_are_named_with_their_values() {
    let text = "Parameters: {Stage: {Type: String, Default: prod}}
Resources:
  Vpc: {Type: AWS::EC2::VPC}
  Inner:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: ./inner.yaml
      Parameters: {Stage: !Ref Stage, Vpc: !Ref Vpc, Timeout: 30}
  Far: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://example.com/t.yaml'}}
  Asset:
    Type: AWS::CloudFormation::Stack
    Metadata: {'aws:asset:path': Asset.nested.template.json}
    Properties: {TemplateURL: !Sub 'https://${Bucket}/x'}
";
    let all = looked(text, &[]);
    let paths: Vec<&str> = all.nested.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(paths, ["./inner.yaml", "Asset.nested.template.json"]);
    let given = &all.nested[0].given;
    assert_eq!(given["Stage"].as_deref(), Some("prod"));
    assert_eq!(given["Timeout"].as_deref(), Some("30"));
    assert_eq!(given["Vpc"], None);
}
