//! Goal: Terraform deploys our template and no other, with every parameter that it asks for.
//! Method: for every example and pattern, as recommended and on platforms with images and
//! clusters, the folder is compared with that of `CloudFormation`; its files are read by a
//! parser of HCL; what is referred to is declared. Formatting is among the validators.

use std::collections::BTreeSet;

use hcl_edit::structure::Body;
use landfall_blueprint::{File, Format, Graph, Library, Wanted, folder, plan, yaml};
use landfall_catalog::Catalog;
use landfall_source::Source;

use crate::common::decisions;

fn text<'f>(files: &'f [File], path: &str) -> &'f str {
    &files.iter().find(|file| file.path == path).unwrap().text
}

fn is_code(path: &str) -> bool {
    let endings = [".tf", ".tfvars"];
    endings.iter().any(|ending| path.ends_with(ending))
}

/// The files of both formats of everything that is looked at.
fn both(mut check: impl FnMut(&str, &[File], &[File])) {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap();
    for (name, decision) in decisions() {
        for platform in [None, Some("fargate"), Some("lambda"), Some("eks-fargate")] {
            let wanted = Wanted {
                platform: platform.map(str::to_owned),
                ..Wanted::default()
            };
            let Ok(planned) = plan(&decision, &wanted, &catalog, &library) else {
                continue;
            };
            let write = |format| folder(&decision, &planned, format, "", &library).unwrap();
            let name = format!("{name}-{}", platform.unwrap_or("chosen"));
            let (plain, terraform) = (write(Format::CloudFormation), write(Format::TerraformStack));
            check(&name, &plain, &terraform);
        }
    }
}

fn labelled<'b>(body: &'b Body, kind: &'b str) -> impl Iterator<Item = (String, &'b Body)> {
    let blocks = body
        .blocks()
        .filter(move |block| block.ident.as_str() == kind);
    blocks.map(|block| {
        let labels: Vec<&str> = block
            .labels
            .iter()
            .map(hcl_edit::structure::BlockLabel::as_str)
            .collect();
        (labels.join("."), &block.body)
    })
}

/// Names that follow a prefix in a text.
fn after<'t>(text: &'t str, prefix: &str) -> BTreeSet<&'t str> {
    let parts = text.split(prefix).skip(1);
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    parts
        .filter_map(|part| part.split(|c| !is_name(c)).next())
        .collect()
}

#[test]
fn the_template_is_ours_and_gets_every_parameter() {
    let mut count = 0;
    both(|name, plain, terraform| {
        for path in ["template.yaml", "code.yaml", "build.sh"] {
            assert_eq!(text(plain, path), text(terraform, path), "{name}");
        }
        let read = yaml::read(&Source::new("template.yaml", text(plain, "template.yaml")));
        let graph = Graph::of(&read.unwrap()[0]).unwrap();
        let mut declared = BTreeSet::new();
        let mut used = BTreeSet::new();
        for file in terraform.iter().filter(|file| is_code(&file.path)) {
            let body: Body = file
                .text
                .parse()
                .unwrap_or_else(|error| panic!("{name} {}: {error}\n{}", file.path, file.text));
            declared.extend(labelled(&body, "variable").map(|(label, _)| label));
            used.extend(after(&file.text, "var.").into_iter().map(str::to_owned));
            if file.path == "terraform/main.tf" {
                let mut stacks = labelled(&body, "resource");
                let (_, app) = stacks
                    .find(|(label, _)| label == "aws_cloudformation_stack.app")
                    .unwrap();
                let given = app
                    .get_attribute("parameters")
                    .and_then(|found| found.value.as_object());
                let given: BTreeSet<String> = given
                    .into_iter()
                    .flat_map(|object| object.iter())
                    .map(|(key, _)| key.as_ident().unwrap().as_str().to_owned())
                    .collect();
                let wanted = graph
                    .parameters
                    .iter()
                    .map(|item| item.id.clone())
                    .collect();
                assert_eq!(given, wanted, "{name}");
            }
        }
        assert_eq!(declared, used, "{name}");
        let outputs = text(terraform, "terraform/outputs.tf");
        for item in &graph.outputs {
            let reads = format!("aws_cloudformation_stack.app.outputs[\"{}\"]", item.id);
            assert!(outputs.contains(&reads), "{name}: {reads}");
        }
        // A request carries so many bytes of a template.
        assert!(text(terraform, "code.yaml").len() < 51_200, "{name}");
        count += 1;
    });
    assert!(count > 60, "{count}");
}
