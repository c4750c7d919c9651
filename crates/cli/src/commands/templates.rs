//! Templates to be checked: those that are named, those of folders and of what the CDK has
//! synthesised, and those that they deploy from files beside them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

use landfall_answers::Lost;
use landfall_blueprint::check::{Checker, Given, Looked, Nested};
use landfall_source::{Diagnostic, nearest};
use serde_json::Value;

use crate::exit::Problem;
use crate::files;
use crate::progress;

/// The largest template taken; a stack itself takes one megabyte.
const LARGEST_BYTES: u64 = 8 << 20;
/// Most templates that one check looks at because others deploy them.
const MOST_NESTED: usize = 10_000;
/// The folder of what the CDK synthesises, and the file that says what is in it.
const ASSEMBLY: (&str, &str) = ("cdk.out", "manifest.json");
/// Deepest that what the CDK synthesises is looked at for more of it.
const DEEPEST: usize = 8;

/// What a file was.
enum Read {
    /// A template, and what is wrong with it.
    Template(Looked),
    /// Something else.
    Other,
    /// It could not be read.
    Broken(Box<Diagnostic>),
}

/// What has been read.
#[derive(Debug, Default)]
pub(super) struct Templates {
    /// What was found in each template, by its file.
    pub(super) looked: Vec<(PathBuf, Looked)>,
    /// Files that are left out, each once.
    pub(super) lost: Vec<Lost>,
    /// Their paths.
    places: BTreeSet<PathBuf>,
}

impl Templates {
    fn lose(&mut self, path: &Path, problem: &Diagnostic) {
        if self.places.insert(plain(path)) {
            let file = path.display().to_string();
            self.lost.push(Lost::because(file, problem));
        }
    }
}

/// Reads and checks all of them.
///
/// # Errors
/// What was named is no template or cannot be read; a parameter that none has.
pub(super) fn check(
    checker: &Checker<'_>,
    paths: &[PathBuf],
    given: &Given,
) -> Result<Templates, Problem> {
    let named = named(paths)?;
    let bar = progress::bar("checking", named.len() as u64);
    let mut all = Templates::default();
    let mut of_folders = BTreeSet::new();
    for (path, is_named) in &named {
        match read(checker, path, given) {
            Read::Template(looked) => {
                if !is_named {
                    of_folders.insert(plain(path));
                }
                all.looked.push((path.clone(), looked));
            }
            Read::Other if *is_named => {
                let problem = Diagnostic::new(format!(
                    "`{}` is no CloudFormation template",
                    path.display()
                ));
                let help = "a template has a section `Resources`";
                return Err(Problem::Input(Box::new(problem.help(help))));
            }
            Read::Broken(problem) if *is_named => return Err(Problem::Input(problem)),
            Read::Broken(problem) => all.lose(path, &problem),
            Read::Other => {}
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    every_parameter_is_known(&all, given)?;
    add_nested(checker, &mut all, &of_folders);
    Ok(all)
}

/// Adds the templates that others deploy, with the values that they give; one of a folder that
/// another deploys is not looked at by itself as well.
fn add_nested(checker: &Checker<'_>, all: &mut Templates, of_folders: &BTreeSet<PathBuf>) {
    let mut seen: BTreeSet<(PathBuf, Given)> = BTreeSet::new();
    let mut deployed: BTreeSet<PathBuf> = BTreeSet::new();
    let mut from: Vec<(PathBuf, Vec<Nested>)> = Vec::new();
    for (path, looked) in &all.looked {
        from.push((path.clone(), looked.nested.clone()));
    }
    let mut nested = Vec::new();
    'all: while let Some((parent, names)) = from.pop() {
        let folder = parent.parent().unwrap_or_else(|| Path::new(""));
        for one in names {
            let path = plain(&folder.join(&one.path));
            if !seen.insert((path.clone(), one.given.clone())) {
                continue;
            }
            let deploys = format!("{} deploys it", parent.display());
            if seen.len() > MOST_NESTED {
                let most = format!("others deploy more than {MOST_NESTED} templates");
                let problem = Diagnostic::new(most).help("check folders of them one by one");
                all.lose(&path, &problem);
                break 'all;
            }
            // A name may be that of a device, or of standard input.
            if !path.is_file() {
                let problem = format!("there is no such file, and {deploys}");
                all.lose(&path, &Diagnostic::new(problem));
                continue;
            }
            match read(checker, &path, &one.given) {
                Read::Template(looked) => {
                    from.push((path.clone(), looked.nested.clone()));
                    deployed.insert(path.clone());
                    nested.push((path, looked));
                }
                Read::Other => {
                    let problem = format!("this is no CloudFormation template, and {deploys}");
                    all.lose(&path, &Diagnostic::new(problem));
                }
                Read::Broken(mut problem) => {
                    problem.message = format!("{}, and {deploys}", problem.message);
                    all.lose(&path, &problem);
                }
            }
        }
    }
    all.looked.retain(|(path, _)| {
        let path = plain(path);
        !(of_folders.contains(&path) && deployed.contains(&path))
    });
    nested.sort_by(|(one, _), (other, _)| one.cmp(other));
    all.looked.extend(nested);
}

/// A path without `.` and, where that changes nothing, without `..`.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir
                if matches!(out.components().next_back(), Some(Component::Normal(_))) =>
            {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Every parameter that is given is one of some template.
fn every_parameter_is_known(all: &Templates, given: &Given) -> Result<(), Problem> {
    let known: BTreeSet<&str> = all
        .looked
        .iter()
        .flat_map(|(_, looked)| looked.parameters.iter().map(String::as_str))
        .collect();
    let Some(lost) = given.keys().find(|name| !known.contains(name.as_str())) else {
        return Ok(());
    };
    let problem = Diagnostic::new(format!(
        "--parameters: no template has a parameter `{lost}`"
    ));
    let help = nearest(lost, known.iter().copied()).map_or_else(
        || "name parameters of the section `Parameters`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    Err(Problem::Input(Box::new(problem.help(help))))
}

/// The files to check, each with whether it was named itself and not its folder.
fn named(paths: &[PathBuf]) -> Result<Vec<(PathBuf, bool)>, Problem> {
    let mut named = Vec::new();
    for path in paths {
        if !path.is_dir() {
            named.push((path.clone(), true));
            continue;
        }
        let found = if let Some(templates) = assembly(path, DEEPEST) {
            templates
        } else {
            let mut found = files::templates(path)?;
            found.extend(assembly(&path.join(ASSEMBLY.0), DEEPEST).unwrap_or_default());
            found
        };
        named.extend(found.into_iter().map(|file| (file, false)));
    }
    Ok(named)
}

/// The templates of a folder that the CDK has synthesised, by its manifest; none where it is no
/// such folder.
fn assembly(folder: &Path, deepest: usize) -> Option<Vec<PathBuf>> {
    let manifest = folder.join(ASSEMBLY.1);
    let source = manifest
        .is_file()
        .then(|| files::read_within(&manifest, LARGEST_BYTES).ok())??;
    let manifest: Value = serde_json::from_str(source.text()).ok()?;
    let artifacts = manifest.get("artifacts")?.as_object()?;
    let mut found = Vec::new();
    for artifact in artifacts.values() {
        let text = |path: &str| artifact.pointer(path).and_then(Value::as_str);
        match text("/type") {
            Some("aws:cloudformation:stack") => {
                found.extend(text("/properties/templateFile").map(|name| folder.join(name)));
            }
            Some("cdk:cloud-assembly") => {
                let inner = text("/properties/directoryName").map(|name| folder.join(name));
                let inner = inner.filter(|_| deepest > 0);
                let inner = inner.and_then(|folder| assembly(&folder, deepest - 1));
                found.extend(inner.into_iter().flatten());
            }
            _ => {}
        }
    }
    found.sort();
    Some(found)
}

fn read(checker: &Checker<'_>, path: &Path, given: &Given) -> Read {
    let source = match files::read_within(path, LARGEST_BYTES) {
        Ok(source) => source,
        Err(problem) => return Read::Broken(problem),
    };
    match checker.look_with(&source, given) {
        Ok(Some(looked)) => Read::Template(looked),
        Ok(None) => Read::Other,
        Err(problem) => Read::Broken(problem),
    }
}

/// Values of parameters, from `Key=Value` and from files in the forms that the AWS CLI takes; the
/// last value of a parameter counts.
///
/// # Errors
/// A file that cannot be read or is in no such form.
pub(super) fn given(arguments: &[String]) -> Result<Given, Problem> {
    let mut all = BTreeMap::new();
    for argument in arguments {
        let read = match argument.strip_prefix("file://") {
            None if argument.contains('=') => pair(argument).map(|one| vec![one]),
            path => {
                let path = Path::new(path.unwrap_or(argument));
                let source = files::read(path)?;
                of_file(source.text())
            }
        };
        let Some(pairs) = read else {
            let problem =
                Diagnostic::new(format!("--parameters {argument}: these are no parameters"));
            let help = "write Key=Value, or name a file with [{\"ParameterKey\": …, \"ParameterValue\": …}], {\"Parameters\": {…}}, [\"Key=Value\"], or a Key=Value on each line";
            return Err(Problem::Input(Box::new(problem.help(help))));
        };
        all.extend(pairs.into_iter().map(|(key, value)| (key, Some(value))));
    }
    Ok(all)
}

/// `Key=Value`, or `ParameterKey=…,ParameterValue=…`.
fn pair(text: &str) -> Option<(String, String)> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("ParameterKey=") {
        let (key, value) = rest.split_once(",ParameterValue=")?;
        return Some((key.to_owned(), value.to_owned()));
    }
    let (key, value) = text.split_once('=')?;
    let is_name = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric());
    is_name.then(|| (key.to_owned(), unquoted(value).to_owned()))
}

/// A value without the quotes around it.
fn unquoted(text: &str) -> &str {
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text)
}

/// The parameters of a file; none where it has none of the forms.
fn of_file(text: &str) -> Option<Vec<(String, String)>> {
    if !text.trim_start().starts_with(['{', '[']) {
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        return lines.map(pair).collect();
    }
    let document: Value = serde_json::from_str(text).ok()?;
    match &document {
        Value::Array(items) => items.iter().map(item).collect(),
        Value::Object(entries) => {
            let entries = match entries.get("Parameters") {
                Some(inner) => inner.as_object()?,
                None => entries,
            };
            entries
                .iter()
                .map(|(key, value)| Some((key.clone(), scalar(value)?)))
                .collect()
        }
        _ => None,
    }
}

/// An item of a list of parameters.
fn item(item: &Value) -> Option<(String, String)> {
    if let Some(text) = item.as_str() {
        return pair(text);
    }
    let key = item.get("ParameterKey")?.as_str()?;
    let value = item.get("ParameterValue")?;
    Some((key.to_owned(), scalar(value)?))
}

/// A text, a number, a flag, or a list of them with commas between.
fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Array(items) => {
            let parts: Option<Vec<String>> = items.iter().map(scalar).collect();
            Some(parts?.join(","))
        }
        _ => None,
    }
}
