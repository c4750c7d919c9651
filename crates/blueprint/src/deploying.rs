//! Who may deploy: the permissions of the roles in `deploy-role.yaml`, from what the
//! templates, or the files of Terraform, hold.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::data::file;
use crate::graph::{Fault, Graph};
use crate::value::Node;

/// `data/permissions.toml`.
#[derive(Debug, Clone, Deserialize)]
struct Permissions {
    /// Actions that IAM cannot limit to a resource.
    unlimited: BTreeSet<String>,
    /// What making, reading, changing and deleting a type of resource needs.
    kinds: BTreeMap<String, Vec<String>>,
}

/// `data/deploying.toml`.
#[derive(Debug, Clone, Deserialize)]
struct Limits {
    most_characters: f64,
    share_used: f64,
    global: BTreeSet<String>,
    /// More actions that IAM cannot limit to a resource.
    unlimited: BTreeSet<String>,
    /// The parts of ARNs after partition and service, for each service.
    resources: BTreeMap<String, Vec<String>>,
    parameters: BTreeMap<String, Vec<String>>,
    /// What the names of actions begin with that look and change nothing.
    reading: Vec<String>,
    /// Those of them that give what is kept; with a star at the end, all that begin so.
    secret: Vec<String>,
    /// Actions that a type needs and the table of actions does not know yet.
    newer: BTreeMap<String, Vec<String>>,
    /// What Terraform's provider calls besides.
    terraform: Types<Vec<String>>,
}

/// Something for each type of resource and of data source of Terraform.
#[derive(Debug, Clone, Default, Deserialize)]
pub(crate) struct Types<T> {
    resources: BTreeMap<String, T>,
    data: BTreeMap<String, T>,
}

impl Types<()> {
    /// The types of AWS that files of Terraform have.
    pub(crate) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut found = Self::default();
        for line in texts.flat_map(str::lines) {
            let mut words = line.split('"');
            let (begin, kind) = (words.next(), words.next().unwrap_or_default());
            let of = match begin {
                Some("resource ") => &mut found.resources,
                Some("data ") => &mut found.data,
                _ => continue,
            };
            of.insert(kind.to_owned(), ());
        }
        found
    }
}

/// What the roles that deploy may do, ready to be written.
#[derive(Debug, Clone)]
pub(crate) struct Deploying {
    permissions: Permissions,
    limits: Limits,
}

/// One statement of a policy.
#[derive(Debug, Clone)]
struct Statement {
    sid: String,
    actions: Vec<String>,
    /// None where IAM cannot limit the actions to a resource.
    resources: Vec<String>,
    /// Managed policies that may be attached.
    policies: Vec<String>,
    is_regional: bool,
}

impl Deploying {
    /// Reads the data.
    ///
    /// # Errors
    /// A fault in the files, which a test rules out.
    pub(crate) fn read() -> Result<Self, Fault> {
        fn parsed<T: for<'d> Deserialize<'d>>(name: &str) -> Result<T, Fault> {
            let text = file(name).unwrap_or_default();
            toml::from_str(text).map_err(|error| Fault(format!("{name}: {error}")))
        }
        Ok(Self {
            permissions: parsed("permissions.toml")?,
            limits: parsed("deploying.toml")?,
        })
    }

    /// The policies of the role of `CloudFormation`, or of Terraform where there are `types` of it,
    /// as `deploy-role.yaml` takes them.
    ///
    /// # Errors
    /// A type of resource, or a service, of which the data says nothing.
    pub(crate) fn policies(&self, graphs: &[&Graph], types: &Types<()>) -> Result<Value, Fault> {
        self.of_actions(graphs, self.actions(graphs, types)?)
    }

    /// The policies of a role that looks and changes nothing, as `deploy-role.yaml` takes them.
    ///
    /// # Errors
    /// A type of resource, or a service, of which the data says nothing.
    pub(crate) fn reading(&self, graphs: &[&Graph], types: &Types<()>) -> Result<Value, Fault> {
        let mut actions = self.actions(graphs, types)?;
        actions.retain(|action| self.limits.is_reading(action));
        self.of_actions(graphs, actions)
    }

    fn of_actions(&self, graphs: &[&Graph], actions: BTreeSet<String>) -> Result<Value, Fault> {
        let mut policies: Vec<Vec<Statement>> = Vec::new();
        let most = self.limits.most_characters * self.limits.share_used;
        let mut used = most;
        for statement in self.statements(graphs, actions)? {
            let size = statement.size();
            if used + size > most {
                policies.push(Vec::new());
                used = 0.0;
            }
            used += size;
            if let Some(last) = policies.last_mut() {
                last.push(statement);
            }
        }
        let policies = policies.iter().map(|statements| policy(statements));
        Ok(Value::Array(policies.collect()))
    }

    /// A statement for each service, for what no resource limits, and for policies that
    /// may be attached.
    fn statements(
        &self,
        graphs: &[&Graph],
        actions: BTreeSet<String>,
    ) -> Result<Vec<Statement>, Fault> {
        let mut limited: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut unlimited: BTreeMap<bool, Vec<String>> = BTreeMap::new();
        let mut attached = Vec::new();
        for action in actions {
            let service = action.split(':').next().unwrap_or_default();
            if matches!(
                action.as_str(),
                "iam:AttachRolePolicy" | "iam:DetachRolePolicy"
            ) {
                attached.push(action);
            } else if self.is_unlimited(&action) {
                let is_global = self.limits.global.contains(service);
                unlimited.entry(is_global).or_default().push(action);
            } else {
                let (service, _) = self
                    .limits
                    .resources
                    .get_key_value(service)
                    .ok_or_else(|| Fault(format!("deploying.toml has no limit for {action}")))?;
                limited.entry(service).or_default().push(action);
            }
        }
        let mut all: Vec<Statement> = limited
            .into_iter()
            .map(|(service, actions)| Statement {
                sid: crate::data::pascal(service),
                resources: self.resources(service),
                actions,
                policies: Vec::new(),
                is_regional: false,
            })
            .collect();
        let managed = managed_policies(graphs);
        if !attached.is_empty() && !managed.is_empty() {
            all.push(Statement {
                sid: "Attach".to_owned(),
                actions: attached,
                resources: self.resources("iam"),
                policies: managed.into_iter().collect(),
                is_regional: false,
            });
        }
        all.extend(unlimited.into_iter().map(|(is_global, actions)| {
            Statement {
                sid: if is_global {
                    "UnlimitedGlobal"
                } else {
                    "Unlimited"
                }
                .to_owned(),
                actions,
                resources: Vec::new(),
                policies: Vec::new(),
                is_regional: !is_global,
            }
        }));
        Ok(all)
    }

    fn is_unlimited(&self, action: &str) -> bool {
        self.permissions.unlimited.contains(action) || self.limits.unlimited.contains(action)
    }

    fn resources(&self, service: &str) -> Vec<String> {
        let limits = self.limits.resources.get(service);
        let whole = |part: &String| format!("arn:${{AWS::Partition}}:{service}:{part}");
        limits.into_iter().flatten().map(whole).collect()
    }

    /// Every action that the resources and parameters of the templates need, and the types of
    /// Terraform that they are written as.
    fn actions(&self, graphs: &[&Graph], types: &Types<()>) -> Result<BTreeSet<String>, Fault> {
        let mut actions = BTreeSet::new();
        for one in graphs.iter().flat_map(|graph| &graph.resources) {
            let needed = self.permissions.kinds.get(&one.kind);
            let needed = needed
                .ok_or_else(|| Fault(format!("permissions.toml has nothing for {}", one.kind)))?;
            actions.extend(needed.iter().cloned());
            let newer = self.limits.newer.get(&one.kind);
            actions.extend(newer.into_iter().flatten().cloned());
        }
        for item in graphs.iter().flat_map(|graph| &graph.parameters) {
            let kind = item.node.get("Type").and_then(Node::text);
            let needed = kind.and_then(|kind| self.limits.parameters.get(kind));
            actions.extend(needed.into_iter().flatten().cloned());
        }
        let known = &self.limits.terraform;
        let besides = types.resources.keys();
        let besides = besides.filter_map(|kind| known.resources.get(kind));
        actions.extend(besides.flatten().cloned());
        for kind in types.data.keys() {
            let needed = known.data.get(kind);
            let needed = needed
                .ok_or_else(|| Fault(format!("deploying.toml does not say what {kind} reads")))?;
            actions.extend(needed.iter().cloned());
        }
        Ok(actions)
    }
}

impl Limits {
    /// Whether an action looks, changes nothing, and gives nothing of what is kept.
    fn is_reading(&self, action: &str) -> bool {
        let verb = action.split(':').nth(1).unwrap_or_default();
        let begins = self
            .reading
            .iter()
            .any(|word| verb.starts_with(word.as_str()));
        let is_secret = |one: &String| match one.strip_suffix('*') {
            Some(begin) => action.starts_with(begin),
            None => action == one,
        };
        begins && !self.secret.iter().any(is_secret)
    }
}

impl Statement {
    /// Characters without white space, as JSON.
    fn size(&self) -> f64 {
        let texts = [&self.actions, &self.resources, &self.policies];
        let texts = texts.into_iter().flatten();
        let characters: usize = texts.map(|text| text.len() + 3).sum();
        // What every statement has: its name, effect, keys and condition.
        characters as f64 + 150.0
    }
}

fn policy(statements: &[Statement]) -> Value {
    let services: BTreeSet<&str> = statements
        .iter()
        .flat_map(|one| &one.actions)
        .filter_map(|action| action.split(':').next())
        .collect();
    let open = statements.iter().filter(|one| one.resources.is_empty());
    let written = statements.iter().map(|one| {
        json!({
            "sid": one.sid,
            "actions": one.actions,
            "resources": one.resources,
            "policies": one.policies,
            "regional": one.is_regional,
        })
    });
    json!({
        "services": services,
        "open": open.map(|one| one.sid.as_str()).collect::<Vec<_>>(),
        "statements": written.collect::<Vec<_>>(),
    })
}

/// The managed policies that roles of the templates have.
fn managed_policies(graphs: &[&Graph]) -> BTreeSet<String> {
    let resources = graphs.iter().flat_map(|graph| &graph.resources);
    let listed = resources.filter_map(|one| one.property("ManagedPolicyArns"));
    let arns = listed.flat_map(Node::items).filter_map(|node| {
        let (_, argument) = node.call()?;
        Some(argument.text()?.to_owned())
    });
    arns.collect()
}
