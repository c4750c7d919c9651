//! Goal: what the template keeps when its stack goes, Terraform keeps, as closed as it was, and what
//! AWS changes by itself Terraform leaves alone. Method: of every example and pattern, `lifecycle`
//! of every resource (which `terraform_resources` writes) is compared with the policies of the
//! template, and with the list in the README of what is to be taken out of the state.

use std::collections::BTreeSet;

use hcl_edit::structure::Block;
use landfall_blueprint::{File, Graph};

use crate::terraform_resources::{labels, plain};

/// Whether a block is kept when the rest is destroyed.
fn is_kept(block: &Block) -> bool {
    let mut lives = block.body.get_blocks("lifecycle");
    lives.any(|one| {
        let said = one.body.get_attribute("prevent_destroy");
        said.is_some_and(|said| said.value.as_bool() == Some(true))
    })
}

/// What was seen of all folders.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    kept: usize,
    parts: BTreeSet<String>,
    scheduled: usize,
    groups: usize,
}

impl Seen {
    /// Looks at one folder.
    pub(crate) fn look(&mut self, name: &str, graph: &Graph, files: &[File], all: &[Block]) {
        self.kept(name, graph, files, all);
        self.left_alone(name, graph, all);
        self.refreshed(name, all);
    }

    /// That every rule was tried.
    pub(crate) fn is_enough(&self) {
        for part in [
            "aws_s3_bucket_public_access_block",
            "aws_s3_bucket_server_side_encryption_configuration",
            "aws_s3_bucket_policy",
            "aws_sqs_queue_policy",
            "aws_efs_file_system_policy",
        ] {
            assert!(self.parts.contains(part), "{part}: {self:?}");
        }
        assert!(self.kept > 1000, "{self:?}");
        assert!(self.scheduled > 0 && self.groups > 10, "{self:?}");
    }

    /// What is kept is kept with its parts and the policies that close it, and is listed.
    fn kept(&mut self, name: &str, graph: &Graph, files: &[File], all: &[Block]) {
        let made = || {
            all.iter()
                .filter(|block| block.ident.as_str() == "resource")
        };
        let kept: BTreeSet<String> = made().filter(|one| is_kept(one)).map(labels).collect();
        for one in &graph.resources {
            let mut policies = one.policies.iter();
            let stays = policies
                .any(|(policy, node)| policy == "DeletionPolicy" && node.text() == Some("Retain"));
            if !stays {
                continue;
            }
            let (own, closing) = (plain(&one.id), format!("{}policy", plain(&one.id)));
            for block in made() {
                let address = labels(block);
                let (kind, label) = address.split_once('.').unwrap();
                let is_closing = kind.ends_with("_policy") && plain(label) == closing;
                if plain(label) == own || is_closing {
                    assert!(kept.contains(&address), "{name}: {address}");
                    self.parts.insert(kind.to_owned());
                }
            }
        }
        let mut readme = files.iter().filter(|file| file.path == "README.md");
        let (_, list) = readme
            .next()
            .unwrap()
            .text
            .split_once("state rm \\\n")
            .unwrap();
        let (list, _) = list.split_once("\nterraform ").unwrap();
        let listed = list.lines().map(|line| line.trim().trim_end_matches(" \\"));
        let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
        assert_eq!(listed, kept, "{name}");
        self.kept += kept.len();
    }

    /// A scheduled action moves the bounds of what it scales: a plan would move them back.
    fn left_alone(&mut self, name: &str, graph: &Graph, all: &[Block]) {
        let scheduled: BTreeSet<String> = graph
            .of_kind("AWS::ApplicationAutoScaling::ScalableTarget")
            .filter(|one| one.property("ScheduledActions").is_some())
            .map(|one| plain(&one.id))
            .collect();
        for block in all {
            let address = labels(block);
            let Some(label) = address.strip_prefix("aws_appautoscaling_target.") else {
                continue;
            };
            let lives = block.body.get_blocks("lifecycle").next();
            let ignored = lives.and_then(|one| one.body.get_attribute("ignore_changes"));
            let ignored = ignored.map(|one| one.value.to_string()).unwrap_or_default();
            let is_scheduled = scheduled.contains(&plain(label));
            for bound in ["min_capacity", "max_capacity"] {
                assert_eq!(ignored.contains(bound), is_scheduled, "{name}: {address}");
            }
            self.scheduled += usize::from(is_scheduled);
        }
    }

    /// Hosts are replaced by starting new ones first: a change of the launch template, such as a
    /// newer machine image, stops no workload.
    fn refreshed(&mut self, name: &str, all: &[Block]) {
        let groups = all.iter();
        for block in groups.filter(|one| labels(one).starts_with("aws_autoscaling_group.")) {
            self.groups += 1;
            let refresh = block.body.get_blocks("instance_refresh").next().unwrap();
            let preferences = refresh.body.get_blocks("preferences").next().unwrap();
            let share = |key: &str| {
                let found = preferences.body.get_attribute(key).unwrap();
                let text = found.value.to_string();
                text.trim().parse::<u32>().unwrap()
            };
            assert_eq!(share("min_healthy_percentage"), 100, "{name}");
            let most = share("max_healthy_percentage");
            assert!(most > 100 && most <= 200, "{name}: {most}");
        }
    }
}
