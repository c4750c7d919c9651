//! Goal: every type of resource and every property of a template is written for Terraform or is
//! said to have no equivalent, and what is written costs what is billed. Method: every example and
//! pattern, on each platform that it can run on; a type, property or attribute without a row of
//! the table is refused by the writer. What is written is read by a parser of HCL: whatever an
//! expression names is declared, and what waits in the template waits in Terraform. Resources that
//! cost by the hour or the month are counted and compared with those of the graph, which another test holds against the bill.

use std::collections::BTreeSet;

use hcl_edit::structure::{Block, Body};
use landfall_blueprint::{
    File, Format, Graph, Library, Reads, Wanted, Writes, build, folder, plan,
};
use landfall_catalog::Catalog;

use crate::common::{decisions_of, is_all, settings};
use crate::{standing, terraform_kept, terraform_names};

/// Blocks of the files of a folder.
pub(crate) fn blocks(files: &[File], name: &str) -> Vec<Block> {
    let is_terraform = |path: &str| {
        let end = std::path::Path::new(path).extension();
        end.is_some_and(|end| end == "tf")
    };
    let all = files.iter().filter(|file| is_terraform(&file.path));
    let read = all.flat_map(|file| {
        let body: Body = file
            .text
            .parse()
            .unwrap_or_else(|error| panic!("{name} {}: {error}\n{}", file.path, file.text));
        body.into_blocks().collect::<Vec<Block>>()
    });
    read.collect()
}

/// The labels of a block, joined.
pub(crate) fn labels(block: &Block) -> String {
    let labels: Vec<&str> = block
        .labels
        .iter()
        .map(hcl_edit::structure::BlockLabel::as_str)
        .collect();
    labels.join(".")
}

/// Everything that is asked of decisions: as recommended, to each place that results may go to,
/// and on each platform; after the first round on some of them, unless all cases are asked for.
fn wanted(catalog: &Catalog, is_whole: bool) -> Vec<Wanted> {
    let mut all = vec![Wanted::default()];
    if is_whole {
        all.extend(
            [vec![Writes::Objects, Writes::Table], Writes::ALL.to_vec()].map(|writes| Wanted {
                writes: Some(writes),
                reads: Reads::ALL.to_vec(),
                ..Wanted::default()
            }),
        );
    }
    let some = ["fargate", "eks-ec2"];
    let platforms = catalog.platforms.iter().map(|platform| platform.id.clone());
    let platforms = platforms.filter(|id| is_whole || some.contains(&id.as_str()));
    all.extend(platforms.map(|id| Wanted {
        platform: Some(id),
        ..Wanted::default()
    }));
    all
}

/// Folders of Terraform with their decisions and graphs.
pub(crate) fn each(mut check: impl FnMut(&str, &Graph, &[File])) {
    let catalog = Catalog::embedded().unwrap();
    let library = Library::new().unwrap_or_else(|fault| panic!("{fault}"));
    for (place, (profile, existing)) in settings().into_iter().enumerate() {
        for (name, decision) in decisions_of(profile, existing) {
            for wanted in wanted(&catalog, place == 0 || is_all()) {
                let Ok(planned) = plan(&decision, &wanted, &catalog, &library) else {
                    continue;
                };
                let Ok(graph) = build(&decision, &planned, &library) else {
                    continue;
                };
                let how = wanted.platform.as_deref().unwrap_or("chosen");
                let name = format!("{name} {how} {} {existing}", profile.word());
                let files = folder(&decision, &planned, Format::Terraform, "", &library);
                let files = files.unwrap_or_else(|problem| panic!("{name}: {problem}"));
                check(&name, &graph, &files);
            }
        }
    }
}

/// Names that follow a prefix in a text.
fn after<'t>(text: &'t str, prefix: &str) -> BTreeSet<&'t str> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = text.match_indices(prefix).filter(|(at, _)| {
        let before = text.get(..*at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|c| is_name(c) || c == '.' || c == '"')
    });
    let names =
        begins.filter_map(|(at, _)| text.get(at + prefix.len()..)?.split(|c| !is_name(c)).next());
    names.collect()
}

/// Every `aws_type.label` in a text, but for those of data sources.
fn named(text: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = BTreeSet::new();
    for kind in after(text, "aws_") {
        let prefix = format!("aws_{kind}.");
        for label in after(text, &prefix) {
            if label.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
                && label.chars().all(is_name)
            {
                found.insert(format!("{prefix}{label}"));
            }
        }
    }
    found
}

#[test]
fn every_type_and_property_is_written_and_billed() {
    let (mut count, mut names) = (0, 0);
    let mut kinds = BTreeSet::new();
    let mut lives = terraform_kept::Seen::default();
    each(|name, graph, files| {
        count += 1;
        let all = blocks(files, name);
        names += terraform_names::differing(name, &all);
        lives.look(name, graph, files, &all);
        let of = |kind: &str| -> BTreeSet<String> {
            all.iter()
                .filter(|block| block.ident.as_str() == kind)
                .map(labels)
                .collect()
        };
        let (made, looked_up, variables) = (of("resource"), of("data"), of("variable"));
        kinds.extend(
            made.iter()
                .filter_map(|one| Some(one.split_once('.')?.0.to_owned())),
        );
        for file in files
            .iter()
            .filter(|file| file.path.starts_with("terraform/"))
        {
            let text = &file.text;
            let lost: Vec<String> = named(text)
                .into_iter()
                .filter(|one| !made.contains(one))
                .collect();
            assert!(lost.is_empty(), "{name} {}: {lost:?}", file.path);
            for one in after(text, "data.aws_iam_policy_document.") {
                assert!(
                    looked_up.contains(&format!("aws_iam_policy_document.{one}")),
                    "{name}: {one}"
                );
            }
            for one in after(text, "var.") {
                assert!(variables.contains(one), "{name}: {one}");
            }
        }
        waits(name, graph, &all);
        // Of the graph another test says that it is what is billed.
        assert_eq!(
            standing::of_terraform(&all),
            standing::of_graph(graph),
            "{name}"
        );
    });
    assert!(count > 150, "{count}");
    assert!(kinds.len() > 90, "{} {kinds:?}", kinds.len());
    assert!(names > 3000, "{names}");
    lives.is_enough();
}

/// What a resource of the template depends on, that of Terraform depends on, or a part of it.
fn waits(name: &str, graph: &Graph, all: &[Block]) {
    let texts: Vec<(String, String)> = all
        .iter()
        .filter_map(|block| {
            Some((
                plain(labels(block).split_once('.')?.1),
                block.body.to_string(),
            ))
        })
        .collect();
    // Whoever has a role has it with its policies.
    for (_, text) in &texts {
        for role in named(text)
            .iter()
            .filter_map(|one| one.strip_prefix("aws_iam_role."))
        {
            let part = format!("aws_iam_role_policy.{role}");
            let has_part = all.iter().any(|block| labels(block) == part);
            let is_part =
                text.contains("role ") && text.contains(&format!("= aws_iam_role.{role}.name"));
            let is_policy = text.contains("statement {");
            assert!(
                !has_part || is_part || is_policy || text.contains(&part),
                "{name}: {text}"
            );
        }
    }
    for one in &graph.resources {
        for needed in &one.depends_on {
            let of = |id: &str| [plain(id), plain(id.trim_end_matches(['A', 'B']))];
            let own: Vec<&String> = texts
                .iter()
                .filter(|(label, _)| {
                    of(&one.id).contains(
                        &label
                            .trim_end_matches(|c: char| c.is_ascii_digit())
                            .to_owned(),
                    ) || of(&one.id).contains(label)
                })
                .map(|(_, text)| text)
                .collect();
            let is_there = own.iter().any(|text| {
                let names = named(text);
                names
                    .iter()
                    .any(|other| of(needed).contains(&plain(other.split_once('.').unwrap().1)))
            });
            assert!(
                is_there,
                "{name}: {} does not wait for {needed}: {own:?}",
                one.id
            );
        }
    }
}

/// An id or a label in small letters and digits alone: the same of both.
pub(crate) fn plain(name: &str) -> String {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let text: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    // A label does not begin with a digit.
    match name.strip_prefix("n_") {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => plain(rest),
        _ => text,
    }
}
