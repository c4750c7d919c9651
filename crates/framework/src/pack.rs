//! A framework: one folder of data.

use jiff::civil::Date;
use landfall_catalog::{
    Catalog, Parameter, SourceEntry, Sources, read_date, read_parameters, read_sources,
};
use landfall_source::{Diagnostic, Result, Source, document};
use landfall_units::Range;
use landfall_workload::{FactId, Facts, Kind, Scope};

use crate::assumption::Assumption;
use crate::case::Case;
use crate::condition::Condition;
use crate::duty::Duty;
use crate::prior::Prior;
use crate::question::Question;
use crate::rule::Rule;

/// A framework as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Pack {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it is, in a line.
    pub title: String,
    /// The day whose facts it decides by, unless another is given.
    pub as_of: Date,
    /// The pack that ships from which it takes the questions, assumptions, priors and parameters
    /// that it does not have, and duties where it has none.
    pub base: Option<String>,
    /// How facts are asked for.
    pub questions: Vec<Question>,
    /// The rules, in order of id, so that the order of files and lines decides nothing.
    pub rules: Vec<Rule>,
    /// What people must do.
    pub duties: Vec<Duty>,
    /// Defaults; the first that fits is taken.
    pub assumptions: Vec<Assumption>,
    /// What unknown facts may be, in the order in which they are drawn; of a fact, the first
    /// that fits is taken.
    pub priors: Vec<Prior>,
    /// Numbers that sizing needs.
    pub parameters: Vec<Parameter>,
    /// Where it all comes from.
    pub sources: Sources,
    /// Its own tests.
    pub cases: Vec<Case>,
}

impl Pack {
    /// Reads a pack from its files; names are paths inside the folder. `based_on` gives the
    /// pack that it names as its base.
    ///
    /// # Errors
    /// The first problem with its place: a file that is missing or not known, a
    /// key, fact, unit or operator that is wrong, a source that nobody wrote down.
    pub(crate) fn read(
        files: &[Source],
        catalog: &Catalog,
        based_on: impl Fn(&str) -> Result<Self>,
    ) -> Result<Self> {
        let mut pack = read_head(files)?;
        for file in files {
            pack.read_file(file, catalog)?;
        }
        if let Some(base) = pack.base.clone() {
            pack.inherit(based_on(&base)?);
        }
        pack.rules.sort_by(|a, b| a.id.cmp(&b.id));
        for pair in pack.rules.windows(2) {
            if let [a, b] = pair
                && a.id == b.id
            {
                let message = format!("the rule `{}` is there twice", a.id);
                return Err(Box::new(
                    Diagnostic::new(message).help("give each rule its own id"),
                ));
            }
        }
        pack.check_sources(catalog)?;
        pack.check_priors()?;
        Ok(pack)
    }

    fn read_file(&mut self, file: &Source, catalog: &Catalog) -> Result<()> {
        let path = file.name();
        let inside = |folder: &str| path.contains(&format!("{folder}/"));
        let ends = |name: &str| path == name || path.ends_with(&format!("/{name}"));
        if ends("pack.toml") {
            return Ok(());
        }
        if ends("sources.toml") {
            self.sources = read_sources(file)?;
            return Ok(());
        }
        document(file, |top| {
            if inside("rules") {
                for table in top.tables("rule")? {
                    self.rules.push(Rule::parse(&table, catalog)?);
                }
            } else if inside("cases") {
                for table in top.tables("case")? {
                    self.cases.push(Case::parse(&table, catalog)?);
                }
            } else if ends("questions.toml") {
                for table in top.tables("question")? {
                    self.questions.push(Question::parse(&table)?);
                }
            } else if ends("duties.toml") {
                for table in top.tables("duty")? {
                    self.duties.push(Duty::parse(&table, catalog)?);
                }
            } else if ends("assumptions.toml") {
                for table in top.tables("assumption")? {
                    self.assumptions.push(Assumption::parse(&table)?);
                }
            } else if ends("priors.toml") {
                for table in top.tables("prior")? {
                    self.priors.push(Prior::parse(&table)?);
                }
            } else if ends("parameters.toml") {
                self.parameters = read_parameters(top)?;
            } else {
                let known = "pack.toml, sources.toml, questions.toml, duties.toml, \
                             assumptions.toml, priors.toml, parameters.toml, rules/ and cases/";
                let problem = top.problem("a pack has no such file");
                return Err(Box::new(problem.help(format!("a pack holds {known}"))));
            }
            Ok(())
        })
    }

    /// Takes from another pack what this one does not have: parameters by their names, questions,
    /// assumptions and priors by their facts; duties where it has none.
    fn inherit(&mut self, base: Self) {
        inherit(&mut self.questions, base.questions, |one| one.fact);
        inherit(&mut self.assumptions, base.assumptions, |one| one.fact);
        inherit(&mut self.priors, base.priors, |one| one.fact);
        inherit(&mut self.parameters, base.parameters, |one| {
            one.name.clone()
        });
        if self.duties.is_empty() {
            self.duties = base.duties;
        }
        for (id, source) in base.sources {
            self.sources.entry(id).or_insert(source);
        }
    }

    /// Whether priors can be judged when they are drawn, and each can be the first that fits.
    ///
    /// # Errors
    /// The first that asks of a quantity, or that no workload comes to.
    fn check_priors(&self) -> Result<()> {
        for (place, prior) in self.priors.iter().enumerate() {
            let before = self.priors.get(..place).unwrap_or_default();
            let name = prior.fact.name();
            if before
                .iter()
                .any(|row| row.fact == prior.fact && row.when.is_none())
            {
                let message = format!("a prior of `{name}` stands after one for all workloads");
                let help = "write it before that one: the first that fits is taken";
                return Err(Box::new(Diagnostic::new(message).help(help)));
            }
            let asked = prior.when.iter().flat_map(Condition::facts);
            let asked = asked.filter(|fact| fact.scope() != Scope::Derived);
            let is_quantity = |fact: &FactId| matches!(fact.kind(), Kind::Quantity(_));
            let mut asked = asked.into_iter();
            if let Some(fact) = asked.find(is_quantity) {
                let asked = fact.name();
                let message = format!("a prior of `{name}` asks of the quantity `{asked}`");
                let help = "ask of facts with a few values: quantities are drawn after them";
                return Err(Box::new(Diagnostic::new(message).help(help)));
            }
        }
        Ok(())
    }

    /// A source by id, of the pack or of the catalog.
    pub fn source<'p>(&'p self, catalog: &'p Catalog, id: &str) -> Option<&'p SourceEntry> {
        self.sources.get(id).or_else(|| catalog.sources.get(id))
    }

    /// How a fact is spread among workloads like this one; none where the pack does not say.
    pub fn prior(&self, fact: FactId, facts: &Facts) -> Option<&Prior> {
        let mut rows = self.priors.iter();
        rows.find(|row| row.fact == fact && row.fits(facts))
    }

    /// A parameter by name.
    pub fn parameter(&self, name: &str) -> Option<Range<f64>> {
        self.parameters
            .iter()
            .find(|entry| entry.name == name)
            .map(|entry| entry.value)
    }

    /// The question that asks for a fact, or what the fact means.
    pub fn ask(&self, fact: FactId) -> String {
        self.question(fact).map_or_else(
            || format!("{}: {}?", fact.name(), fact.meaning()),
            |question| question.ask.clone(),
        )
    }

    /// The question that asks for a fact.
    pub fn question(&self, fact: FactId) -> Option<&Question> {
        self.questions.iter().find(|question| question.fact == fact)
    }

    fn check_sources(&self, catalog: &Catalog) -> Result<()> {
        let rules = self.rules.iter().map(|rule| (&rule.id, &rule.source));
        let duties = self.duties.iter().map(|duty| (&duty.id, &duty.source));
        let parameters = self
            .parameters
            .iter()
            .map(|entry| (&entry.name, &entry.source));
        let priors = self.priors.iter();
        let priors = priors.map(|prior| (prior.fact.name(), prior.source.as_str()));
        let named = rules.chain(duties).chain(parameters);
        let named = named.map(|(id, source)| (id.as_str(), source.as_str()));
        for (id, source) in named.chain(priors) {
            if self.source(catalog, source).is_none() {
                let message =
                    format!("`{id}` names the source `{source}`, which nobody wrote down");
                return Err(Box::new(
                    Diagnostic::new(message).help("add it to sources.toml"),
                ));
            }
        }
        Ok(())
    }
}

/// The rows of a base in their order, with those of a pack in place of the rows of the same key;
/// what the base does not know comes first.
fn inherit<T, K: PartialEq>(own: &mut Vec<T>, base: Vec<T>, key: impl Fn(&T) -> K) {
    let mut left: Vec<T> = std::mem::take(own);
    let known = |row: &T| base.iter().any(|other| key(other) == key(row));
    own.extend(left.extract_if(.., |row| !known(row)));
    let mut kept: Vec<K> = Vec::new();
    for row in base {
        let its = key(&row);
        let mine: Vec<T> = left.extract_if(.., |one| key(one) == its).collect();
        if !mine.is_empty() {
            own.extend(mine);
            kept.push(its);
        } else if !kept.contains(&its) {
            own.push(row);
        }
    }
}

fn read_head(files: &[Source]) -> Result<Pack> {
    let head = files
        .iter()
        .find(|file| file.name() == "pack.toml" || file.name().ends_with("/pack.toml"));
    let Some(head) = head else {
        let problem = Diagnostic::new("the pack has no `pack.toml`");
        return Err(Box::new(
            problem.help("copy one from a pack that ships, and change it"),
        ));
    };
    document(head, |top| {
        Ok(Pack {
            name: top.require_text("name")?.to_owned(),
            version: top.require_text("version")?.to_owned(),
            title: top.require_text("title")?.to_owned(),
            as_of: read_date(&top.require("as_of")?)?,
            base: top.text("base")?.map(str::to_owned),
            questions: Vec::new(),
            rules: Vec::new(),
            duties: Vec::new(),
            assumptions: Vec::new(),
            priors: Vec::new(),
            parameters: Vec::new(),
            sources: Sources::new(),
            cases: Vec::new(),
        })
    })
}
