//! A blueprint as files: the template, the code to start with, how to deploy.

use landfall_decide::Decision;
use landfall_source::{Result, Source};
use serde_json::{Value, json};

use crate::Library;
use crate::build::{build, build_code};
use crate::data::{files, pascal};
use crate::deploying::Types;
use crate::graph::{Fault, Graph};
use crate::node_lock;
use crate::plan::families::Controller;
use crate::plan::{Language, Planned};
use crate::sam::expand;
use crate::write::{cdk, cloudformation, diagram::Picture, sam, terraform, terraform_stack};
use crate::yaml;

mod bills;
mod facts;

use facts::{environment, facts, starter_context};

/// One file of a blueprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path under the blueprint's folder.
    pub path: String,
    /// What stands in it.
    pub text: String,
    /// Whether it is a program.
    pub is_program: bool,
}

/// In which form the infrastructure is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// A template of `CloudFormation`.
    CloudFormation,
    /// A template of SAM, of functions alone.
    Sam,
    /// A CDK app in TypeScript.
    Cdk,
    /// Resources of Terraform's provider of AWS.
    Terraform,
    /// The same template in a stack that Terraform keeps.
    TerraformStack,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::CloudFormation,
        Self::Sam,
        Self::Cdk,
        Self::Terraform,
        Self::TerraformStack,
    ];

    /// Whether Terraform deploys it.
    pub(crate) const fn is_of_terraform(self) -> bool {
        matches!(self, Self::Terraform | Self::TerraformStack)
    }
}

/// Every file of a blueprint, in order of path. `record` is the decision as a document.
///
/// # Errors
/// What [`build`] refuses; a workload that the format cannot describe.
pub fn folder(
    decision: &Decision,
    planned: &[Planned<'_>],
    format: Format,
    record: &str,
    library: &Library,
) -> Result<Vec<File>> {
    let graph = build(decision, planned, library)?;
    let code = build_code(decision, planned, library)?;
    let bucket = &library.settings().bucket;
    let ids = planned.iter().map(|one| one.id.len());
    let taken = bucket.beside_names + ids.max().unwrap_or(0);
    let app = slug(&decision.name, bucket.longest_name.saturating_sub(taken));
    let mut out = Out {
        library,
        files: Vec::new(),
    };
    out.template(decision, [&graph, &code], &app, format)?;
    let deployed = match format {
        Format::Sam => Some(out.of_sam(decision, &graph, planned)?),
        _ => None,
    };
    out.text("DECISION.md", record.to_owned());
    out.text(
        ".gitignore",
        out.fill(
            "files/gitignore",
            &json!({"terraform": format.is_of_terraform(), "sam": format == Format::Sam}),
        )?,
    );
    let picture = Picture::of(&graph, library);
    out.text("diagram.svg", picture.svg(&graph.description));
    for one in planned {
        out.starter(one, format)?;
        if let Some(pods) = one.context.pods() {
            let env = environment(one, &graph);
            out.manifests(one, pods.controller, &env)?;
        }
    }
    // What SAM makes has IDs of its own.
    let deployed = deployed.as_ref().unwrap_or(&graph);
    let mut facts = facts(
        decision,
        planned,
        deployed,
        &code,
        &app,
        format,
        library,
        &picture.mermaid(),
    );
    let about = (app.as_str(), decision.region.as_str());
    out.for_terraform([&graph, &code], planned, about, format, &mut facts)?;
    out.role(&app, planned, &[deployed, &code], format)?;
    out.text("README.md", out.fill("files/README.md", &facts)?);
    out.text(
        ".github/workflows/deploy.yml",
        out.fill("files/deploy.yml", &facts)?,
    );
    if planned.iter().any(|one| one.is_image) {
        out.text("compose.yaml", out.fill("files/compose.yaml", &facts)?);
    }
    if format == Format::Sam {
        out.text("samconfig.toml", out.fill("files/samconfig.toml", &facts)?);
    }
    out.programs(planned, &facts)?;
    out.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(out.files)
}

impl Out<'_> {
    /// The graph of the infrastructure and that of where its code goes, as a template or an app.
    fn template(
        &mut self,
        decision: &Decision,
        [graph, code]: [&Graph; 2],
        app: &str,
        format: Format,
    ) -> Result<()> {
        match format {
            Format::CloudFormation | Format::TerraformStack => {
                let text = cloudformation::template(graph, &heading(decision));
                self.text("template.yaml", text);
                self.text("code.yaml", cloudformation::template(code, ""));
            }
            Format::Cdk => {
                let words = self.library.words();
                for (path, text) in cdk::app(graph, code, app, &decision.region, words)? {
                    self.text(&format!("cdk/{path}"), text);
                }
            }
            Format::Sam => self.text("code.yaml", cloudformation::template(code, "")),
            Format::Terraform => {}
        }
        Ok(())
    }

    /// The template of SAM, and the graph of what it deploys.
    fn of_sam(
        &mut self,
        decision: &Decision,
        graph: &Graph,
        planned: &[Planned<'_>],
    ) -> Result<Graph> {
        let known = self.library.sam();
        let written = sam::written(graph, planned, known)?;
        let text =
            cloudformation::with_globals(&written.graph, &heading(decision), &written.globals);
        let source = Source::new("template.yaml", &text);
        let read = yaml::read(&source)?.into_iter().next();
        let read = read.and_then(|document| Some((Graph::of(&document)?, document)));
        let (graph, document) = read.ok_or_else(|| Fault("an empty template".to_owned()))?;
        let most = self.library.settings().stack.most_resources;
        let deployed = expand(&document, graph, known, most);
        self.text("template.yaml", text);
        Ok(deployed.graph)
    }

    /// What Terraform reads: the resources, or the stacks that the templates become.
    fn for_terraform(
        &mut self,
        [graph, code]: [&Graph; 2],
        planned: &[Planned<'_>],
        (app, region): (&str, &str),
        format: Format,
        facts: &mut Value,
    ) -> Result<()> {
        let of = |one: &Planned<'_>| pascal(&one.id);
        match format {
            Format::TerraformStack => {
                let context = terraform_stack::context(graph, planned, app, region, &of)?;
                self.terraform("terraform-stack", facts, context)
            }
            Format::Terraform => {
                let words = self.library.terraform();
                let written =
                    terraform::written([graph, code], planned, (app, region), words, &of)?;
                if let Some(Value::Array(skips)) = facts.get_mut("skips") {
                    skips.extend(words.skipped(&written.files));
                }
                for (path, text) in written.files {
                    self.text(&format!("terraform/{path}"), text);
                }
                self.terraform("terraform", facts, written.context)
            }
            Format::CloudFormation | Format::Sam | Format::Cdk => Ok(()),
        }
    }
}

fn heading(decision: &Decision) -> String {
    let (name, version) = &decision.framework;
    format!(
        "Written by Landfall. Why each part is there stands beside it; DECISION.md has the\n\
         whole decision (framework {name} {version}, prices of {}, seed {}).",
        decision
            .prices_as_of
            .map_or_else(|| "no day".to_owned(), |day| day.to_string()),
        decision.seed
    )
}

/// A name as stacks take it, of so many letters that names made from it are not too long.
fn slug(name: &str, most: usize) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let slug: String = words.join("-").chars().take(most.min(30)).collect();
    // A stack's name begins with a letter.
    let slug = slug.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() {
        "app".to_owned()
    } else {
        slug.to_owned()
    }
}

struct Out<'l> {
    library: &'l Library,
    files: Vec<File>,
}

impl Out<'_> {
    fn text(&mut self, path: &str, text: String) {
        self.files.push(File {
            path: path.to_owned(),
            text,
            is_program: false,
        });
    }

    fn fill(&self, name: &str, context: &Value) -> Result<String> {
        Ok(self.library.fill(name, context)?)
    }

    /// The code to start with, its tests, and how to package it.
    fn starter(&mut self, one: &Planned<'_>, format: Format) -> Result<()> {
        let id = &one.id;
        for (path, text) in one.code(one.language) {
            self.text(&format!("src/{id}/{path}"), text.to_owned());
        }
        let context = starter_context(one, self.library);
        if one.language == Language::TypeScript {
            self.text(
                &format!("src/{id}/package.json"),
                self.fill("files/package.json", &context)?,
            );
            self.lock(id, &context)?;
            self.text(
                &format!("src/{id}/tsconfig.json"),
                self.fill("files/tsconfig.json", &context)?,
            );
        }
        if format == Format::Sam && sam::Build::of(one) == sam::Build::Makefile {
            let makefile = self.fill("files/Makefile", &context)?;
            self.text(&format!("src/{id}/Makefile"), makefile);
        }
        if one.is_image {
            let name = format!("files/Dockerfile-{}", one.language.word());
            self.text(&format!("src/{id}/Dockerfile"), self.fill(&name, &context)?);
        }
        Ok(())
    }

    /// The versions, with their hashes, of what a package stands on.
    fn lock(&mut self, id: &str, context: &Value) -> Result<()> {
        let versions = |key: &str| {
            let versions = context.get(key).and_then(Value::as_object);
            let versions = versions.into_iter().flatten();
            let one = |(name, version): (&String, &Value)| {
                Some((name.clone(), version.as_str()?.to_owned()))
            };
            versions.filter_map(one).collect()
        };
        let text = node_lock::lock(id, &versions("dependencies"), &versions("development"))?;
        self.text(&format!("src/{id}/package-lock.json"), text);
        Ok(())
    }

    /// The scripts that build and deploy.
    fn programs(&mut self, planned: &[Planned<'_>], facts: &Value) -> Result<()> {
        let mut programs = vec!["build.sh", "deploy.sh"];
        if planned.iter().any(Planned::is_kubernetes) {
            programs.push("apply.sh");
        }
        for path in programs {
            let text = self.fill(&format!("files/{path}"), facts)?;
            self.files.push(File {
                path: path.to_owned(),
                text,
                is_program: true,
            });
        }
        Ok(())
    }

    /// The files of Terraform that a folder of the data has, and those of both formats.
    fn terraform(&mut self, from: &str, facts: &mut Value, context: Value) -> Result<()> {
        if let Value::Object(known) = facts {
            known.insert("tf".to_owned(), context);
        }
        for folder in [from, "terraform-both"] {
            for (path, _) in files(folder) {
                let text = self.fill(&format!("{folder}/{path}"), facts)?;
                self.text(&format!("terraform/{path}"), text);
            }
        }
        Ok(())
    }

    /// The roles that deploy, to be deployed once.
    fn role(
        &mut self,
        app: &str,
        planned: &[Planned<'_>],
        graphs: &[&Graph],
        format: Format,
    ) -> Result<()> {
        let name = match format {
            Format::Terraform => "files/deploy-role-terraform.yaml",
            _ => "files/deploy-role.yaml",
        };
        let configured = self
            .files
            .iter()
            .filter(|file| format == Format::Terraform && file.path.starts_with("terraform/"));
        let types = Types::of(configured.map(|file| file.text.as_str()));
        let context = json!({
            "app": app,
            "native": format == Format::Terraform,
            "terraform": format == Format::TerraformStack,
            "sam": format == Format::Sam,
            "tf": {"longest": app.len().max(terraform::MOST_APP)},
            "reading": self.library.deploying().reading(graphs, &types)?,
            "images": planned.iter().any(|one| one.is_image),
            "policies": self.library.deploying().policies(graphs, &types)?,
        });
        self.text("deploy-role.yaml", self.fill(name, &context)?);
        Ok(())
    }

    /// The manifests of a workload under Kubernetes.
    fn manifests(
        &mut self,
        one: &Planned<'_>,
        controller: Controller,
        env: &[Value],
    ) -> Result<()> {
        let mut values = one.context.values()?;
        if let Value::Object(known) = &mut values {
            known.insert("env".to_owned(), json!(env));
        }
        let folder = format!("kubernetes/{}", one.id);
        let mut names = vec![
            "namespace.yaml".to_owned(),
            format!("{}.yaml", controller.word()),
        ];
        if controller != Controller::Deployment {
            names.push("policy.yaml".to_owned());
        }
        for name in &names {
            let text = self.fill(&format!("kubernetes/{name}"), &values)?;
            self.text(&format!("{folder}/{name}"), text);
        }
        if let Value::Object(known) = &mut values {
            known.insert("resources".to_owned(), json!(names));
        }
        let text = self.fill("kubernetes/kustomization.yaml", &values)?;
        self.text(&format!("{folder}/kustomization.yaml"), text);
        Ok(())
    }
}
