//! One place that answers what is sent, as the command line answers what is typed.

use std::collections::BTreeMap;
use std::sync::Arc;

use landfall_answers::{
    Around, BUDGET, Deciding, Prepared, Problem, Session, Shape, Simulated, brief, decision_json,
    line, pretty,
};
use landfall_blueprint::{Library, OPENAPI, Wanted};
use landfall_catalog::{Date, PriceBook};
use landfall_decide::{Decision, Profile, decide};
use landfall_framework::PACKS;
use landfall_import::{Format as ImportFormat, Import as Importer};
use landfall_report::html::Beside;
use landfall_report::{json, markdown, text};
use landfall_source::{Diagnostic, Result as Read, Source};
use landfall_workload::{FactId, Origin, TraceSummary, Workload};

use crate::requests::{
    Bill, Blueprint, CheckTemplate, Compare, Decide, DecisionForm, Explain, Import, ImportForm,
    NetworkFrom, PlainForm, ProfileName, Questions, Settings, Simulate,
};
use crate::within::Within;

/// What a posted workload file is called in messages.
pub(crate) const WORKLOAD: &str = "workload.toml";
/// What a posted usage file is called in messages.
const USAGE: &str = "usage.toml";
/// Most files that are imported at once.
const MOST_FILES: usize = 100;

/// What an answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Its media type.
    pub media: &'static str,
    /// Its text.
    pub text: String,
}

impl Reply {
    pub(crate) const fn json(text: String) -> Self {
        let media = "application/json";
        Self { media, text }
    }
}

/// Recorded traffic that was read before the doors were opened, by the name under which a
/// workload file names it.
pub type Traces = BTreeMap<String, TraceSummary>;

/// Answers what is sent. It opens no file: prices come from `A`, recorded traffic from what
/// was read before.
#[derive(Debug)]
pub struct Engine<A> {
    sessions: BTreeMap<String, Session>,
    usual: String,
    library: Library,
    prices: A,
    traces: Traces,
}

/// The prices of this machine, without its files.
struct Posted<'e, A> {
    prices: &'e A,
    traces: &'e Traces,
}

impl<A: Around> Around for Posted<'_, A> {
    fn book(&self, region: &str) -> Read<PriceBook> {
        self.prices.book(region)
    }

    fn elsewhere(&self, here: &str) -> Read<Vec<PriceBook>> {
        self.prices.elsewhere(here)
    }

    fn trace(&self, name: &str, workload: &Workload, file: &Source) -> Read<TraceSummary> {
        if let Some(summary) = self.traces.get(name) {
            return Ok(summary.clone());
        }
        let problem = Diagnostic::new(format!(
            "recorded traffic `{name}` is not opened: a file that is named in what was sent never is"
        ));
        let help = "give traffic.volume and traffic.shape instead, or decide the file with \
                    `landfall decide`";
        let problem = problem.help(help);
        let origin = workload
            .facts
            .entry(FactId::Trace)
            .map(|entry| entry.origin);
        Err(Box::new(match origin {
            Some(Origin::Given(span)) => problem.at(file, span),
            _ => problem,
        }))
    }
}

fn input(what: String, help: &str) -> Problem {
    Problem::Input(Box::new(Diagnostic::new(what).help(help)))
}

impl<A: Around> Engine<A> {
    /// With the frameworks that ship, and `usual`, which is used where none is named and may
    /// be another under its name.
    ///
    /// # Errors
    /// What ships cannot be read, which is an internal error.
    pub fn new(usual: Session, prices: A, traces: Traces) -> Result<Self, Problem> {
        let mut sessions = BTreeMap::new();
        for name in PACKS {
            sessions.insert(name.to_owned(), Session::embedded(name)?);
        }
        let name = usual.pack.name.clone();
        sessions.insert(name.clone(), usual);
        let library = Library::new().map_err(|fault| Problem::Fault(fault.to_string()))?;
        Ok(Self {
            sessions,
            usual: name,
            library,
            prices,
            traces,
        })
    }

    fn posted(&self) -> Posted<'_, A> {
        Posted {
            prices: &self.prices,
            traces: &self.traces,
        }
    }

    /// What is used where no framework is named.
    pub(crate) fn usual(&self) -> Result<&Session, Problem> {
        let usual = self.sessions.get(&self.usual);
        usual.ok_or_else(|| Problem::Fault("there is no framework".to_owned()))
    }

    fn session(&self, settings: &Settings) -> Result<Session, Problem> {
        let session = match &settings.framework {
            None => self.usual()?,
            Some(name) => self.sessions.get(name).ok_or_else(|| {
                let names: Vec<&str> = self.sessions.keys().map(String::as_str).collect();
                landfall_answers::no_such("framework", name, &names)
            })?,
        };
        let Some(day) = &settings.as_of else {
            return Ok(session.clone());
        };
        let day: Date = day.parse().map_err(|_| {
            let what = format!("`{day}` is no day");
            input(what, "write a day as 2021-09-01")
        })?;
        Ok(session.on(Some(day)))
    }

    fn deciding(settings: &Settings) -> Deciding {
        let usual = Deciding::default();
        let asked = settings.scenarios.map(|number| number.get() as usize);
        let scenarios = asked.unwrap_or(usual.scenarios);
        Deciding {
            region: settings.region.clone(),
            profile: settings
                .profile
                .map_or(usual.profile, |profile| match profile {
                    ProfileName::Starter => Profile::Starter,
                    ProfileName::Hardened => Profile::Hardened,
                    ProfileName::Governed => Profile::Governed,
                }),
            people: settings.operations.unwrap_or(usual.people),
            seed: settings.seed.unwrap_or(usual.seed),
            scenarios,
            estimate: settings.estimate,
            changes: settings.set.clone(),
        }
    }

    fn prepare(&self, workload: &str, settings: &Settings) -> Result<Asked, Problem> {
        self.prepared(&Source::new(WORKLOAD, workload), settings)
    }

    pub(crate) fn prepared(&self, source: &Source, settings: &Settings) -> Result<Asked, Problem> {
        let session = self.session(settings)?;
        let deciding = Self::deciding(settings);
        let prepared = session.prepare(source, &deciding, &self.posted())?;
        Ok(Asked {
            session,
            deciding,
            prepared,
        })
    }

    /// Decides.
    ///
    /// # Errors
    /// What the command line refuses, with the line; recorded traffic that was not read
    /// before.
    pub fn decide(&self, asked: &Decide) -> Result<Reply, Problem> {
        let prepared = self.prepare(&asked.workload, &asked.settings)?;
        if let Some(platform) = &asked.platform {
            prepared.session.known_platform(platform)?;
        }
        let decision = prepared.decide();
        let catalog = &prepared.session.catalog;
        let platform = asked.platform.as_deref();
        let (media, text) = match asked.form {
            DecisionForm::Json => (
                "application/json",
                decision_json(&decision, platform, catalog, Shape::Pretty)?,
            ),
            DecisionForm::Brief => (
                "application/json",
                line(&brief(&json::document(&decision, catalog)))?,
            ),
            DecisionForm::Text => ("text/plain; charset=utf-8", text::summary(&decision)),
            DecisionForm::Markdown => (
                "text/markdown; charset=utf-8",
                markdown::decision(&decision, catalog),
            ),
            DecisionForm::Html => ("text/html; charset=utf-8", prepared.page(&decision)),
        };
        Ok(Reply { media, text })
    }

    /// Explains.
    ///
    /// # Errors
    /// As [`Engine::decide`]; there is no such platform or workload.
    pub fn explain(&self, asked: &Explain) -> Result<Reply, Problem> {
        let prepared = self.prepare(&asked.workload, &asked.settings)?;
        let decision = prepared.decide();
        let (id, why_not) = (asked.id.as_deref(), asked.why_not.as_deref());
        let session = &prepared.session;
        if asked.form == PlainForm::Json {
            let document = landfall_answers::explain(&decision, id, why_not, session)?;
            return Ok(Reply::json(pretty(&document)?));
        }
        Ok(Reply {
            media: "text/plain; charset=utf-8",
            text: landfall_answers::explained(&decision, id, why_not, session)?,
        })
    }

    /// Compares.
    ///
    /// # Errors
    /// As [`Engine::decide`], for either file.
    pub fn compare(&self, asked: &Compare) -> Result<Reply, Problem> {
        let mut plain = asked.settings.clone();
        plain.set.clear();
        let former = self.prepare(&asked.before, &plain)?.decide();
        let after = asked.after.as_ref().unwrap_or(&asked.before);
        let prepared = self.prepare(after, &asked.settings)?;
        let inputs = prepared.inputs();
        let system = &prepared.prepared.system;
        let decision = decide(system, &inputs);
        let compared = |compared: &[text::Compared<'_>], gone: &[&str]| {
            let same = compared.iter().all(|one| !one.has_changed());
            landfall_answers::comparison_json(WORKLOAD, same, compared, gone)
        };
        let text = landfall_answers::compare(&former, &decision, system, &inputs, compared)?;
        Ok(Reply::json(text))
    }

    /// What to ask next.
    ///
    /// # Errors
    /// As [`Engine::decide`].
    pub fn questions(&self, asked: &Questions) -> Result<Reply, Problem> {
        // Questions are weighed at likely values, as in an interview.
        let settings = Settings {
            scenarios: Some(Within::nearest(0)),
            ..asked.settings.clone()
        };
        let prepared = self.prepare(&asked.workload, &settings)?;
        let system = &prepared.prepared.system;
        let document = landfall_answers::next_questions(system, &prepared.inputs());
        Ok(Reply::json(pretty(&document)?))
    }

    /// Simulates.
    ///
    /// # Errors
    /// As [`Engine::decide`]; the workload does not run on the platform.
    pub fn simulate(&self, asked: &Simulate) -> Result<Reply, Problem> {
        let prepared = self.prepare(&asked.workload, &asked.settings)?;
        let requests = asked.requests.map_or(BUDGET, Within::get);
        let simulated = Simulated {
            platform: &asked.platform,
            workload: asked.id.as_deref(),
            requests,
            laws: asked.laws,
            seed: prepared.deciding.seed,
        };
        let simulation = landfall_answers::simulate(
            &prepared.session,
            &prepared.prepared,
            &prepared.deciding,
            &simulated,
            &mut |_| (),
        )?;
        Ok(Reply::json(pretty(&json::simulation(&simulation))?))
    }

    /// Bills.
    ///
    /// # Errors
    /// The first thing that is wrong with the usage file, with its line.
    pub fn bill(&self, asked: &Bill) -> Result<Reply, Problem> {
        let source = Source::new(USAGE, &asked.usage);
        let catalog = &self.usual()?.catalog;
        let region = asked.region.as_deref();
        let billed = landfall_answers::bill(&source, region, catalog, &self.posted())?;
        let document = json::bill(&billed.bill, &billed.book, asked.exact);
        Ok(Reply::json(pretty(&document)?))
    }

    /// Imports.
    ///
    /// # Errors
    /// A file is of no format known here, or there is no workload in any of them.
    pub fn import(&self, asked: &Import) -> Result<Reply, Problem> {
        let format = asked.format.as_deref().map(import_format).transpose()?;
        if asked.files.is_empty() || asked.files.len() > MOST_FILES {
            let what = format!("{} files were sent", asked.files.len());
            return Err(input(what, &format!("send 1 to {MOST_FILES}")));
        }
        let mut import = Importer::new();
        let mut names = Vec::new();
        for file in &asked.files {
            import.read(&file.name, format, file.text.as_bytes())?;
            names.push(file.name.clone());
        }
        let name = asked.name.as_deref().unwrap_or("Imported");
        let imported = landfall_answers::finish(import, name, &names)?;
        let session = self.usual()?;
        let asked_next = landfall_answers::ask(&imported, &names, session, &self.posted())?;
        Ok(match asked.form {
            ImportForm::Json => Reply::json(pretty(&landfall_import::json(
                &imported,
                &names,
                &asked_next,
            ))?),
            ImportForm::Toml => Reply {
                media: "application/toml",
                text: landfall_import::toml(&imported, &names, &asked_next),
            },
        })
    }

    /// Builds.
    ///
    /// # Errors
    /// As [`Engine::decide`]; what was decided cannot be built.
    pub fn blueprint(&self, asked: &Blueprint) -> Result<Reply, Problem> {
        let mut settings = asked.settings.clone();
        if let Some(network) = asked.network {
            let is_given = network == NetworkFrom::Given;
            let change = landfall_answers::wanted_network(is_given);
            settings.set.push(change);
        }
        let prepared = self.prepare(&asked.workload, &settings)?;
        let decision = prepared.decide();
        let format = asked.format.into();
        let session = &prepared.session;
        let wanted = wanted(asked, &self.library)?;
        let built = landfall_answers::build(&decision, &wanted, format, session, &self.library)?;
        Ok(Reply::json(landfall_answers::built_json(&built)?))
    }

    /// The names of the frameworks that there are.
    pub(crate) fn frameworks(&self) -> Vec<&str> {
        self.sessions.keys().map(String::as_str).collect()
    }

    /// Checks a template.
    ///
    /// # Errors
    /// It is no template.
    pub fn check_template(&self, asked: &CheckTemplate) -> Result<Reply, Problem> {
        let name = asked.name.as_deref().unwrap_or("template");
        let source = Source::new(name, &asked.template);
        let catalog = &self.usual()?.catalog;
        Ok(Reply::json(landfall_answers::checked(&source, catalog)?))
    }

    /// The schema of a format.
    ///
    /// # Errors
    /// There is none of that name.
    pub fn schema(name: &str) -> Result<Reply, Problem> {
        let schema = landfall_answers::schema(name)
            .ok_or_else(|| landfall_answers::no_such("schema", name, &landfall_answers::SCHEMAS))?;
        Ok(Reply::json(pretty(&schema)?))
    }
}

/// What was asked, ready to be decided.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) session: Session,
    deciding: Deciding,
    pub(crate) prepared: Prepared,
}

impl Asked {
    pub(crate) fn inputs(&self) -> landfall_decide::Inputs<'_> {
        self.session.inputs_of(&self.prepared, &self.deciding)
    }

    pub(crate) fn decide(&self) -> Decision {
        self.session.decide(&self.prepared, &self.deciding)
    }

    pub(crate) fn beside(&self, decision: &Decision) -> Vec<Beside> {
        let (system, inputs) = (&self.prepared.system, self.inputs());
        // A first answer shows no day.
        let budget = inputs.budget;
        landfall_answers::beside(decision, &self.session, system, &inputs, budget)
    }

    fn page(&self, decision: &Decision) -> String {
        let (system, inputs) = (&self.prepared.system, self.inputs());
        landfall_answers::page(decision, &self.session, system, &inputs)
    }
}

fn import_format(name: &str) -> Result<ImportFormat, Problem> {
    ImportFormat::named(name).ok_or_else(|| {
        let names: Vec<&str> = ImportFormat::ALL.iter().map(|one| one.name()).collect();
        landfall_answers::no_such("format", name, &names)
    })
}

fn wanted(asked: &Blueprint, library: &Library) -> Result<Wanted, Problem> {
    let openapi = asked.openapi.as_ref();
    let operations = openapi.map(|text| library.operations(&Source::new(OPENAPI, text)));
    Ok(Wanted {
        operations: operations.transpose()?,
        platform: asked.platform.clone(),
        workload: asked.id.clone(),
        copies: asked.copies.map(|copies| copies.get() as u32),
        language: asked.language.map(Into::into),
        writes: asked
            .writes
            .as_ref()
            .map(|all| all.iter().map(|one| (*one).into()).collect()),
        reads: asked.reads.iter().map(|one| (*one).into()).collect(),
        fed_by: asked.fed_by.map(Into::into),
    })
}

/// An engine that many connections share.
pub(crate) type Shared<A> = Arc<Engine<A>>;
