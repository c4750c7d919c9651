//! Mistakes that stand in no example, and the forms in which templates are written.

use landfall_blueprint::check::Checker;
use landfall_catalog::Catalog;
use landfall_source::Source;

/// What stands in no example: a mistake, and the same without it.
#[test]
fn mistakes_of_strangers() {
    const FILES: &str = "
Resources:
  Files: {Type: AWS::EFS::FileSystem}
  Target: {Type: AWS::EFS::MountTarget, Properties: {FileSystemId: !Ref Files, SubnetId: s, SecurityGroups: [g]}}
  Point: {Type: AWS::EFS::AccessPoint, Properties: {FileSystemId: !Ref Files}}
  Function:
    Type: AWS::Lambda::Function
    Properties:
      Role: arn:aws:iam::123456789012:role/x
      VpcConfig: {SubnetIds: [s], SecurityGroupIds: [g]}
      FileSystemConfigs: [{Arn: !GetAtt Point.Arn, LocalMountPath: /mnt/x}]
";
    const ALIAS: &str = "
Resources:
  Function: {Type: AWS::Lambda::Function, Properties: {Role: r}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Function, Name: live, FunctionVersion: $LATEST, ProvisionedConcurrencyConfig: {ProvisionedConcurrentExecutions: 1}}}
";
    const RULE: &str = "
Resources:
  Function: {Type: AWS::Lambda::Function, Properties: {Role: r}}
  Rule: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 hour), Targets: [{Id: a, Arn: !GetAtt Function.Arn}]}}
";
    let lets = "  Lets: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref Function, Action: lambda:InvokeFunction, Principal: events.amazonaws.com, SourceArn: !GetAtt Rule.Arn}}\n";
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let rules = |text: &str| -> Vec<String> {
        let found = checker.check(&Source::new("t", text)).unwrap().unwrap();
        found.into_iter().map(|one| one.rule).collect()
    };
    assert_eq!(rules(FILES), ["files-before-mount-targets"]);
    let waits = FILES.replace(
        "    Type: AWS::Lambda::Function",
        "    Type: AWS::Lambda::Function\n    DependsOn: Target",
    );
    assert_eq!(rules(&waits), [""; 0]);
    assert_eq!(rules(ALIAS), ["provisioned-latest"]);
    assert_eq!(rules(&ALIAS.replace("$LATEST", "'1'")), [""; 0]);
    let many = (0..501).map(|place| format!("  T{place}: {{Type: AWS::SNS::Topic}}\n"));
    let many = format!("Resources:\n{}", many.collect::<String>());
    assert_eq!(rules(&many), ["too-many-resources"]);
    assert_eq!(rules(many.trim_end().rsplit_once('\n').unwrap().0), [""; 0]);
    let twice = "Resources:\n  Topic: {Type: AWS::SNS::Topic}\n  Topic: {\n    Type: AWS::SNS::Topic\n  }\n";
    assert_eq!(rules(twice), ["key-twice"]);
    assert_eq!(rules(RULE), ["target-without-permission"]);
    assert_eq!(rules(&format!("{RULE}{lets}")), [""; 0]);
}

/// JSON, long forms and parameters say the same as YAML's short forms.
#[test]
fn every_form_is_read() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let json = "{\n\t\"Resources\": {\n\t\t\"Rule\": {\n\t\t\t\"Type\": \"AWS::Events::Rule\",\n\t\t\t\"Properties\": {\"ScheduleExpression\": {\"Ref\": \"When\"}}\n\t\t}\n\t},\n\t\"Parameters\": {\"When\": {\"Type\": \"String\", \"Default\": \"cron(0 3 * * *)\"}}\n}";
    let found = checker
        .check(&Source::new("t.json", json))
        .unwrap()
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].line, found[0].rule.as_str()), (5, "cron-fields"));
    // What hangs on a condition or on a parameter without a default is not judged.
    for value in ["!If [X, cron(1), cron(2)]", "!Ref Other"] {
        let text = format!(
            "Parameters: {{Other: {{Type: String}}}}\nResources: {{Rule: {{Type: AWS::Events::Rule, Properties: {{ScheduleExpression: {value}}}}}}}\n"
        );
        assert!(
            checker
                .check(&Source::new("t", &text))
                .unwrap()
                .unwrap()
                .is_empty()
        );
    }
    assert!(
        checker
            .check(&Source::new("t", "a: 1\n"))
            .unwrap()
            .is_none()
    );
    for broken in ["a: [1", "{a: {b: *c}}"] {
        assert!(
            checker.check(&Source::new("t", broken)).is_err(),
            "{broken}"
        );
    }
    let deep = "[".repeat(10_000);
    assert!(checker.check(&Source::new("t", &deep)).is_err());
}

/// What a template ignores with a reason is a finding that says so, of one resource or of all;
/// without a reason, or of no rule, it is a finding of its own.
#[test]
fn a_template_ignores_with_reasons_alone() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let template = |whole: &str, one: &str| {
        format!(
            "Metadata: {{landfall: {{ignore: [{whole}]}}}}\nResources:\n  \
             Rule: {{Type: AWS::Events::Rule, Metadata: {{landfall: {{ignore: [{one}]}}}}, Properties: {{ScheduleExpression: cron(0 3 * * *)}}}}\n  \
             Other: {{Type: AWS::Events::Rule, Properties: {{ScheduleExpression: cron(0 4 * * *)}}}}\n"
        )
    };
    let found = |whole: &str, one: &str| -> Vec<(String, Option<String>)> {
        let text = template(whole, one);
        let found = checker.check(&Source::new("t", &text)).unwrap().unwrap();
        found
            .into_iter()
            .map(|one| (one.rule, one.ignored))
            .collect()
    };
    let rule = |why: Option<&str>| ("cron-fields".to_owned(), why.map(str::to_owned));
    let unfounded = ("ignored-without-reason".to_owned(), None);
    assert_eq!(found("", ""), [rule(None), rule(None)]);
    let why = "{rule: cron-fields, why: old}";
    assert_eq!(found("", why), [rule(Some("old")), rule(None)]);
    assert_eq!(found(why, ""), [rule(Some("old")), rule(Some("old"))]);
    for wrong in [
        "{rule: cron-fields}",
        "{rule: cron-fields, why: ' '}",
        "{rule: cron, why: old}",
        "cron-fields",
    ] {
        let all = found(wrong, "");
        assert_eq!(all, [unfounded.clone(), rule(None), rule(None)], "{wrong}");
    }
}

/// Every document of a file that is a template is checked, at its own lines.
#[test]
fn several_documents_are_several_templates() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let one = "Resources:\n  Rule: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: cron(0 3 * * *)}}\n";
    let text = format!("a: note\n---\n{one}---\n{one}");
    let found = checker.check(&Source::new("t", &text)).unwrap().unwrap();
    let lines: Vec<usize> = found.iter().map(|one| one.line).collect();
    assert_eq!(lines, [4, 7]);
}

/// What the `OpenAPI` body of an API calls is held to the same as a method of its own, at its
/// line.
#[test]
fn bodies_of_apis_are_read() {
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    let template = |kind: &str, integration: &str, more: &str| {
        format!(
            "Resources:
  F: {{Type: AWS::Lambda::Function, Properties: {{Role: r, Timeout: 20}}}}
  Api:
    Type: {kind}
    Properties:
      Body:
        paths:
          /one:
            get: {{responses: {{}}}}
            post:
              x-amazon-apigateway-integration:
                uri: !Sub arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{F.Arn}}/invocations
                {integration}
{more}"
        )
    };
    let lets = "  Lets: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Action: lambda:InvokeFunction, Principal: apigateway.amazonaws.com}}\n";
    let found = |text: &str| -> Vec<(usize, String)> {
        let found = checker.check(&Source::new("t", text)).unwrap().unwrap();
        found.into_iter().map(|one| (one.line, one.rule)).collect()
    };
    for kind in ["AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"] {
        let of = |integration: &str, more: &str| found(&template(kind, integration, more));
        let one = |line: usize, rule: &str| vec![(line, rule.to_owned())];
        assert_eq!(of("type: aws_proxy", lets), []);
        assert_eq!(
            of("type: aws_proxy", ""),
            one(11, "target-without-permission")
        );
        assert_eq!(of("credentials: arn:aws:iam::1:role/r", ""), []);
        assert_eq!(of("timeoutInMillis: 20000", lets), []);
        assert_eq!(
            of("timeoutInMillis: 5000", lets),
            one(13, "api-gives-up-first")
        );
        let both = of("timeoutInMillis: 20", lets);
        let rules: Vec<&str> = both.iter().map(|(_, rule)| rule.as_str()).collect();
        assert_eq!(rules, ["api-gives-up-first", "value-out-of-bounds"]);
    }
}

/// What loops and macros make of resources is not seen: it is named, and may let in anybody.
#[test]
fn resources_of_loops_and_macros_are_named() {
    const RULE: &str = "
  Function: {Type: AWS::Lambda::Function, Properties: {Role: r}}
  Rule: {Type: AWS::Events::Rule, Properties: {ScheduleExpression: rate(1 hour), Targets: [{Id: a, Arn: !GetAtt Function.Arn}]}}
";
    let catalog = Catalog::embedded().unwrap();
    let checker = Checker::new(&catalog).unwrap();
    for (part, named, rules) in [
        ("", None, &["target-without-permission"][..]),
        (
            "  Fn::ForEach::Lets: [X, [A, B], {'Lets${X}': {Type: AWS::Lambda::Permission}}]\n",
            Some("part of Resources by Fn::ForEach"),
            &["transform-not-checked"][..],
        ),
        (
            "  Fn::Transform: {Name: Mine}\n",
            Some("part of Resources by Fn::Transform"),
            &["transform-not-checked"][..],
        ),
    ] {
        let text = format!("Resources:{RULE}{part}");
        let looked = checker.look(&Source::new("t", &text)).unwrap().unwrap();
        let found: Vec<&str> = looked
            .findings
            .iter()
            .map(|one| one.rule.as_str())
            .collect();
        assert_eq!(found, rules, "{part}");
        let unread = looked.unread.keys().next().map(|what| what.named(1));
        assert_eq!(unread.as_deref(), named);
    }
    let alone = "Resources: {Fn::Transform: {Name: Mine}}\n";
    let looked = checker.look(&Source::new("t", alone)).unwrap().unwrap();
    assert_eq!(looked.unread.len(), 1);
}
