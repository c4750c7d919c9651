//! Goal: no code of others runs beside credentials, and packages are what they were when
//! they were locked; the roles may do what is needed, and no more. Method: the workflow, the
//! scripts, the roles and the lock files of every example and pattern, in all formats, are read for
//! what they may do and what they install.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use landfall_blueprint::value::Node;
use landfall_blueprint::{File, Format, Language, Library, Planned, Wanted, folder, plan, yaml};
use landfall_catalog::Catalog;
use landfall_source::Source;

use crate::common::{decisions, example};

/// The files of every example and pattern, as recommended, in each format and language, and of two
/// on each platform for Terraform.
static BLUEPRINTS: LazyLock<Vec<(String, Vec<File>)>> = LazyLock::new(|| {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let mut all = Vec::new();
    for (name, decision) in decisions() {
        for format in Format::ALL {
            for language in [None, Some(Language::Python), Some(Language::TypeScript)] {
                // Its code is that of the template.
                let is_terraform = [Format::Terraform, Format::TerraformStack].contains(&format);
                if is_terraform && language.is_some() {
                    continue;
                }
                let wanted = Wanted {
                    language,
                    ..Wanted::default()
                };
                let Ok(planned) = plan(&decision, &wanted, &catalog, &library) else {
                    continue;
                };
                // SAM describes functions alone.
                if format == Format::Sam && !planned.iter().all(Planned::is_function) {
                    continue;
                }
                let files = folder(&decision, &planned, format, "", &library).unwrap();
                all.push((format!("{name} {format:?} {language:?}"), files));
            }
        }
    }
    let elsewhere = ["website", "nightly-report"].map(example);
    for platform in &catalog.platforms {
        let wanted = Wanted {
            platform: Some(platform.id.clone()),
            ..Wanted::default()
        };
        for decision in &elsewhere {
            let Ok(planned) = plan(decision, &wanted, &catalog, &library) else {
                continue;
            };
            let files = folder(decision, &planned, Format::Terraform, "", &library).unwrap();
            all.push((
                format!("{} Terraform on {}", decision.name, platform.id),
                files,
            ));
        }
    }
    assert!(all.len() > 80, "{}", all.len());
    all
});

fn text<'f>(files: &'f [File], path: &str) -> &'f str {
    &files.iter().find(|file| file.path == path).unwrap().text
}

fn read(text: &str) -> Node {
    yaml::read(&Source::new("file.yaml", text))
        .unwrap()
        .remove(0)
}

/// Programs that install, or run what was installed.
const OF_OTHERS: [&str; 9] = [
    "npm",
    "npx",
    "node ",
    "pip ",
    "python",
    "cdk ",
    "java",
    "docker run",
    "docker build",
];

#[test]
fn the_job_with_the_role_runs_no_package() {
    for (name, files) in &*BLUEPRINTS {
        let workflow = read(text(files, ".github/workflows/deploy.yml"));
        let build = workflow.at("jobs/build").unwrap();
        let deploy = workflow.at("jobs/deploy").unwrap();
        assert!(
            workflow.get("permissions").unwrap().entries().is_empty(),
            "{name}"
        );

        let rights: Vec<&String> = permissions(build).iter().map(|(key, _)| key).collect();
        assert_eq!(rights, ["contents"], "{name}");
        assert!(build.get("environment").is_none(), "{name}");
        let uses = steps(build, "uses");
        assert!(
            uses.iter()
                .all(|action| !action.starts_with("aws-actions/")),
            "{name}"
        );
        assert!(!format!("{build:?}").contains("secrets."), "{name}");

        let rights: BTreeSet<&str> = permissions(deploy)
            .iter()
            .map(|(key, _)| key.as_str())
            .collect();
        assert_eq!(rights, BTreeSet::from(["contents", "id-token"]), "{name}");
        assert_eq!(
            deploy.get("needs").and_then(Node::text),
            Some("build"),
            "{name}"
        );
        assert!(deploy.get("environment").is_some(), "{name}");
        let commands = steps(deploy, "run");
        assert!(commands.contains(&"./deploy.sh"), "{name}: {commands:?}");
        let script = text(files, "deploy.sh");
        for command in commands.into_iter().chain(code_lines(script)) {
            let found = OF_OTHERS.iter().find(|program| command.contains(**program));
            assert!(found.is_none(), "{name}: {command}");
        }
        for action in uses.into_iter().chain(steps(deploy, "uses")) {
            let (_, commit) = action.split_once('@').unwrap();
            assert!(
                commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()),
                "{action}"
            );
        }
        let credentials = ["aws ", "docker login", "docker push"];
        for line in code_lines(text(files, "build.sh")) {
            assert!(
                credentials.iter().all(|word| !line.starts_with(word)),
                "{name}: {line}"
            );
        }
    }
}

fn permissions(job: &Node) -> &[(String, Node)] {
    job.get("permissions").map_or(&[][..], Node::entries)
}

fn steps<'n>(job: &'n Node, key: &str) -> Vec<&'n str> {
    let steps = job.get("steps").map_or(&[][..], Node::items);
    steps
        .iter()
        .filter_map(|step| step.get(key)?.text())
        .collect()
}

/// The lines of a script that are no comments.
fn code_lines(script: &str) -> impl Iterator<Item = &str> {
    script
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
}

#[test]
fn everything_installed_is_locked_by_its_hash() {
    let mut seen = BTreeMap::new();
    for (name, files) in &*BLUEPRINTS {
        for file in files {
            let path = file.path.as_str();
            let lines = code_lines(&file.text);
            if path == "build.sh" || path.ends_with("/Dockerfile") {
                for line in lines {
                    let is_npm = line.contains("npm ") && line.contains(" install")
                        || line.contains("npm ci")
                        || line.contains(" ci ") && line.contains("npm");
                    let is_safe = line.contains("--ignore-scripts") && !line.contains(" install ");
                    assert!(!is_npm || is_safe, "{name}: {line}");
                    let is_pip = line.contains("pip install") || line.contains("pip\" install");
                    assert!(
                        !is_pip || line.contains("--require-hashes"),
                        "{name}: {line}"
                    );
                    let is_npx = line.contains("npx ");
                    assert!(!is_npx || line.contains("npx --no "), "{name}: {line}");
                }
            } else if path.ends_with("package.json") {
                let lock = path.replace("package.json", "package-lock.json");
                locked(&file.text, text(files, &lock));
                *seen.entry("npm").or_insert(0) += 1;
            } else if path.ends_with("requirements.txt") {
                for line in file.text.lines().filter(|line| line.contains("==")) {
                    assert!(line.ends_with('\\'), "{name}: no hash after {line}");
                }
                *seen.entry("pip").or_insert(0) += 1;
            }
        }
    }
    assert!(seen["npm"] > 20 && seen["pip"] > 5, "{seen:?}");
}

/// A lock file asks for what its package does, has everything that its packages stand
/// on, and a hash of each.
fn locked(package: &str, lock: &str) {
    let package: serde_json::Value = serde_json::from_str(package).unwrap();
    let lock: serde_json::Value = serde_json::from_str(lock).unwrap();
    let packages = lock["packages"].as_object().unwrap();
    for key in ["dependencies", "devDependencies"] {
        let asked = package[key].as_object().filter(|all| !all.is_empty());
        assert_eq!(asked, packages[""][key].as_object(), "{key}");
    }
    for (place, one) in packages.iter().filter(|(place, _)| !place.is_empty()) {
        let is_within = one["inBundle"] == true;
        assert!(
            is_within || one["integrity"].is_string(),
            "{place} has no hash"
        );
        let needs = one["dependencies"].as_object();
        for need in needs.into_iter().flatten().map(|(need, _)| need) {
            let mut within = place.as_str();
            let is_there = loop {
                if packages.contains_key(&format!("{within}/node_modules/{need}")) {
                    break true;
                }
                match within.rsplit_once("/node_modules/") {
                    Some((above, _)) => within = above,
                    None => break packages.contains_key(&format!("node_modules/{need}")),
                }
            };
            assert!(is_there, "{place} needs {need}");
        }
    }
}

#[test]
fn the_role_believes_one_repository_in_one_environment() {
    for (name, files) in &*BLUEPRINTS {
        let template = read(text(files, "deploy-role.yaml"));
        let role = template.at("Resources/DeployRole/Properties").unwrap();
        let is_native = template.at("Resources/PlanRole").is_some();
        let trust = role.at("AssumeRolePolicyDocument/Statement").unwrap();
        assert_eq!(trust.items().len(), 1, "{name}");
        let condition = trust.at("0/Condition/StringEquals").unwrap();
        let issuer = "token.actions.githubusercontent.com";
        let audience = condition.get(&format!("{issuer}:aud")).and_then(Node::text);
        assert_eq!(audience, Some("sts.amazonaws.com"));
        let subject = condition.get(&format!("{issuer}:sub")).unwrap();
        let (_, subject) = subject.call().unwrap();
        let whole = "repo:${Repository}:environment:${Environment}";
        assert_eq!(subject.text(), Some(whole), "{name}");
        // No parameter can widen it: neither takes a star or a colon.
        for parameter in ["Repository", "Environment"] {
            let pattern = template.at(&format!("Parameters/{parameter}/AllowedPattern"));
            let pattern = pattern.and_then(Node::text).unwrap();
            assert!(!pattern.contains([':', '*']), "{pattern}");
        }
        // The job itself makes nothing: what it may do stands in four services.
        let mut services = BTreeSet::new();
        role.at("Policies").unwrap().walk(&mut |node| {
            for action in node.get("Action").map_or_else(Vec::new, Node::one_or_more) {
                services.insert(action.text().unwrap().split(':').next().unwrap().to_owned());
            }
        });
        services.remove("ecr");
        let own: &[&str] = if is_native {
            &["s3"]
        } else {
            &["cloudformation", "iam", "s3"]
        };
        assert_eq!(services, own.iter().map(|one| (*one).to_owned()).collect());
        let policies = template.at("Resources").unwrap().entries().iter();
        for (id, policy) in policies.filter(|(_, policy)| {
            policy.get("Type").and_then(Node::text) == Some("AWS::IAM::ManagedPolicy")
        }) {
            let document = policy.at("Properties/PolicyDocument/Statement").unwrap();
            let size = characters(document);
            assert!(size < 6144, "{name}: {id} has {size} characters");
        }
    }
}

/// The statements of the policies of a template whose ids begin so.
fn statements(template: &Node, begin: &str) -> Vec<Node> {
    let mut found = Vec::new();
    let resources = template.at("Resources").unwrap().entries().iter();
    for (_, policy) in resources.filter(|(id, _)| id.starts_with(begin)) {
        policy.walk(&mut |node| {
            if node.get("Action").is_some() && node.get("Principal").is_none() {
                found.push(node.clone());
            }
        });
    }
    found
}

/// Texts under a key of a statement, also those of `Fn::Sub`.
fn texts<'n>(statement: &'n Node, key: &str) -> Vec<&'n str> {
    let all = statement.get(key).map_or_else(Vec::new, Node::one_or_more);
    let text = |one: &'n Node| one.call().map_or(one, |(_, argument)| argument).text();
    all.into_iter().filter_map(text).collect()
}

/// The actions of the policies of a template whose ids begin so.
fn actions(template: &Node, begin: &str) -> BTreeSet<String> {
    let all = statements(template, begin);
    let all = all.iter().flat_map(|one| texts(one, "Action"));
    all.map(str::to_owned).collect()
}

/// The configurations of Terraform, each with its roles.
fn configurations() -> impl Iterator<Item = (&'static str, &'static [File], Node)> {
    let all = BLUEPRINTS
        .iter()
        .filter(|(name, _)| name.contains(" Terraform "));
    all.map(|(name, files)| {
        let roles = read(text(files, "deploy-role.yaml"));
        (name.as_str(), files.as_slice(), roles)
    })
}

/// Of a configuration of Terraform a pull request shows what it would change, with a role of its own.
#[test]
fn a_pull_request_plans_with_a_role_of_its_own() {
    let mut count = 0;
    for (name, files, template) in configurations() {
        count += 1;
        let role = template.at("Resources/PlanRole/Properties").unwrap();
        let trust = role.at("AssumeRolePolicyDocument/Statement/0/Condition/StringEquals");
        let subject = trust.and_then(|all| all.get("token.actions.githubusercontent.com:sub"));
        let whole = "repo:${Repository}:environment:${PlanEnvironment}";
        assert_eq!(
            subject.unwrap().call().unwrap().1.text(),
            Some(whole),
            "{name}"
        );
        let workflow = read(text(files, ".github/workflows/deploy.yml"));
        let plan = workflow.at("jobs/plan").unwrap();
        assert_eq!(
            plan.get("environment").and_then(Node::text),
            Some("plan"),
            "{name}"
        );
        assert!(steps(plan, "run").contains(&"./deploy.sh plan"), "{name}");
        let when = workflow.at("jobs/deploy/if").and_then(Node::text).unwrap();
        assert_eq!(when, "github.event_name == 'push'", "{name}");
    }
    assert!(count > 20, "{count}");
}

/// The role that plans looks at everything that is made and changes nothing: the table of all that
/// it may do is read by people. Of objects it gets packages and the state, and no other.
#[test]
fn the_role_that_plans_looks_at_all_and_gets_nothing_that_is_kept() {
    let mut all = BTreeSet::new();
    for (name, _, template) in configurations() {
        let (makes, looks) = (actions(&template, "Deploy"), actions(&template, "Plan"));
        let service = |action: &String| action.split(':').next().unwrap().to_owned();
        let looked: BTreeSet<String> = looks.iter().map(service).collect();
        for made in makes.iter().map(service).collect::<BTreeSet<String>>() {
            assert!(looked.contains(&made), "{name}: {made} is not looked at");
        }
        for one in statements(&template, "Plan") {
            let gets = texts(&one, "Action").into_iter();
            if gets
                .clone()
                .any(|action| action.starts_with("s3:GetObject"))
            {
                for place in texts(&one, "Resource") {
                    let is_known = [":${App}-code-bucket-*/*", ":${StateBucket}/${App}.tfstate*"]
                        .iter()
                        .any(|end| place.ends_with(end));
                    assert!(is_known, "{name}: {place}");
                }
            }
        }
        all.extend(looks);
    }
    let all: Vec<String> = all.into_iter().collect();
    insta::assert_snapshot!(all.join("\n"));
}

/// What the provider calls besides the handlers of `CloudFormation` is allowed: every data source has
/// a row in the table, and a few calls of which a plan or an apply of any folder consists.
#[test]
fn what_the_provider_calls_besides_is_allowed() {
    let table = include_str!("../../data/deploying.toml");
    let (_, rows) = table.split_once("\n[terraform.data]\n").unwrap();
    let (rows, _) = rows.split_once("\n\n[").unwrap();
    let mut seen = BTreeSet::new();
    for (name, files, template) in configurations() {
        let (deploys, plans) = (actions(&template, "Deploy"), actions(&template, "Plan"));
        let all: Vec<&str> = files
            .iter()
            .filter(|file| file.path.starts_with("terraform/"))
            .flat_map(|file| file.text.lines())
            .collect();
        for line in all.iter().filter_map(|line| line.strip_prefix("data \"")) {
            let kind = line.split('"').next().unwrap();
            assert!(rows.contains(&format!("{kind} = [")), "{name}: {kind}");
        }
        // Where there is one of these, both roles may do this.
        for (begin, action) in [
            (
                "data \"aws_availability_zones\"",
                "ec2:DescribeAvailabilityZones",
            ),
            ("data \"aws_ssm_parameter\"", "ssm:GetParameter"),
            ("resource \"aws_eip\"", "ec2:DescribeAddressesAttribute"),
            (
                "resource \"aws_iam_role\"",
                "iam:ListInstanceProfilesForRole",
            ),
            (
                "resource \"aws_lambda_function\"",
                "lambda:ListVersionsByFunction",
            ),
            ("resource \"aws_s3_bucket\"", "s3:GetBucketRequestPayment"),
            ("resource \"aws_vpc_endpoint\"", "ec2:DescribePrefixLists"),
        ] {
            if all.iter().any(|line| line.starts_with(begin)) {
                seen.insert(begin);
                assert!(deploys.contains(action), "{name}: {action} to deploy");
                assert!(plans.contains(action), "{name}: {action} to plan");
            }
        }
    }
    assert_eq!(seen.len(), 7, "{seen:?}");
}

/// A function's capacity provider can be made, in every format that takes it.
#[test]
fn a_role_makes_what_the_table_of_actions_does_not_know() {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    let wanted = Wanted {
        platform: Some("lambda-managed-instances".to_owned()),
        ..Wanted::default()
    };
    let decision = example("website");
    let planned = plan(&decision, &wanted, &catalog, &library).unwrap();
    // SAM takes no such function in a network.
    for format in Format::ALL.into_iter().filter(|one| *one != Format::Sam) {
        let files = folder(&decision, &planned, format, "", &library).unwrap();
        let template = read(text(&files, "deploy-role.yaml"));
        let makes: BTreeSet<String> = ["Deploy", "Execution"]
            .iter()
            .flat_map(|begin| actions(&template, begin))
            .collect();
        for verb in ["Create", "Get", "Update", "Delete"] {
            let action = format!("lambda:{verb}CapacityProvider");
            assert!(makes.contains(&action), "{format:?}: {action}");
        }
    }
}

/// The templates of REST APIs are deployed by paths of their own.
#[test]
fn a_role_reaches_every_kind_of_api() {
    let mut count = 0;
    for (name, files) in &*BLUEPRINTS {
        let is_rest = files.iter().any(|file| {
            let is_infrastructure =
                file.path == "template.yaml" || file.path == "terraform/service.tf";
            let words = ["AWS::ApiGateway::RestApi", "\"aws_api_gateway_rest_api\""];
            is_infrastructure && words.iter().any(|word| file.text.contains(word))
        });
        if !is_rest {
            continue;
        }
        count += 1;
        let template = read(text(files, "deploy-role.yaml"));
        let mut places = BTreeSet::new();
        for begin in ["Deploy", "Execution"] {
            for one in statements(&template, begin) {
                if texts(&one, "Action")
                    .iter()
                    .any(|action| action.starts_with("apigateway:"))
                {
                    places.extend(
                        texts(&one, "Resource")
                            .iter()
                            .map(|text| (*text).to_owned()),
                    );
                }
            }
        }
        for path in [
            "/restapis",
            "/restapis/*",
            "/apikeys/*",
            "/usageplans/*",
            "/account",
        ] {
            let is_there = places
                .iter()
                .any(|place| place.ends_with(&format!("::{path}")));
            assert!(is_there, "{name}: {path}");
        }
    }
    assert!(count > 2, "{count}");
}

/// Characters of a document as JSON without white space, with a little for each entry.
fn characters(document: &Node) -> usize {
    let mut count = 0;
    document.walk(&mut |node| {
        count += node.text().map_or(4, |text| text.len() + 3);
        count += node
            .entries()
            .iter()
            .map(|(key, _)| key.len() + 4)
            .sum::<usize>();
    });
    count
}
