//! The data that comes with the program.

use include_dir::{Dir, include_dir};
use landfall_source::{Diagnostic, Result, Source, nearest};
use thiserror::Error;

use crate::availability::Availability;
use crate::init::{InitLaw, nearest_law, read_init_laws};
use crate::instances::{Instance, read_instances};
use crate::meters::MeterRules;
use crate::platform::{Platform, PlatformId, PlatformSet};
use crate::price_list::Matches;
use crate::prices::PriceBook;
use crate::runtimes::{Runtime, read_runtimes};
use crate::savings_plans::SavingsPlans;
use crate::snapstart::{SnapStart, read_snapstart};
use crate::sources::{Sources, read_sources};
use crate::spans::Spans;
use crate::surroundings::Surroundings;

static DATA: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/data");

/// A fault in the data that came with the program; not the user's.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the catalog's own data is faulty: {0}")]
pub struct CatalogError(pub Box<Diagnostic>);

/// Platforms, instance types, meters and sources.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalog {
    /// The platforms, in the order in which outputs name them.
    pub platforms: Vec<Platform>,
    /// The instance types that have a price somewhere.
    pub instances: Vec<Instance>,
    /// How long environments of functions take to start.
    pub init_laws: Vec<InitLaw>,
    /// Runtimes that can be restored from a snapshot.
    pub snapstart: Vec<SnapStart>,
    /// The runtimes of Lambda.
    pub runtimes: Vec<Runtime>,
    /// How meters count.
    pub meters: MeterRules,
    /// What meters cost over the regions.
    pub spans: Spans,
    /// What is offered in which region.
    pub availability: Availability,
    /// What Savings Plans take off prices.
    pub savings_plans: SavingsPlans,
    /// What stands around a workload.
    pub surroundings: Surroundings,
    /// Where it all comes from.
    pub sources: Sources,
}

/// The order of platforms in outputs: from the least to run to the most.
const ORDER: [&str; 9] = [
    "lambda",
    "lambda-managed-instances",
    "fargate",
    "eks-fargate",
    "ecs-managed-instances",
    "ecs-ec2",
    "eks-ec2",
    "batch-fargate",
    "batch-ec2",
];

fn text(path: &str) -> Result<&'static str> {
    DATA.get_file(path)
        .and_then(|file| file.contents_utf8())
        .ok_or_else(|| Box::new(Diagnostic::new(format!("{path} is missing"))))
}

impl Catalog {
    /// The catalog that comes with the program.
    ///
    /// # Errors
    /// When its data is faulty, which a test rules out.
    pub fn embedded() -> std::result::Result<Self, CatalogError> {
        Self::load().map_err(CatalogError)
    }

    fn load() -> Result<Self> {
        let read = |path: &str| text(path).map(|text| Source::new(path, text));
        let mut platforms = Vec::new();
        let files = DATA
            .get_dir("platforms")
            .map(Dir::files)
            .into_iter()
            .flatten();
        for file in files {
            let path = file.path().to_string_lossy();
            platforms.push(Platform::parse(&read(&path)?)?);
        }
        platforms.sort_by_key(|platform| {
            let place = ORDER.iter().position(|id| *id == platform.id);
            (place.unwrap_or(ORDER.len()), platform.id.clone())
        });
        let ids: Vec<&str> = platforms.iter().map(|one| one.id.as_str()).collect();
        let availability = Availability::parse(&read("availability.toml")?, &ids)?;
        Ok(Self {
            platforms,
            availability,
            instances: read_instances("instances.csv", text("instances.csv")?)?,
            init_laws: read_init_laws("lambda-init.csv", text("lambda-init.csv")?)?,
            snapstart: read_snapstart("snapstart.csv", text("snapstart.csv")?)?,
            runtimes: read_runtimes("runtimes.csv", text("runtimes.csv")?)?,
            meters: MeterRules::parse(&read("meters.toml")?)?,
            savings_plans: SavingsPlans::parse("savings-plans.csv", text("savings-plans.csv")?)?,
            spans: Spans::parse("meter-spans.csv", text("meter-spans.csv")?)?,
            surroundings: Surroundings::parse(&read("surroundings.toml")?)?,
            sources: read_sources(&read("sources.toml")?)?,
        })
    }

    /// A platform by id.
    pub fn platform(&self, id: &str) -> Option<&Platform> {
        self.platforms.iter().find(|platform| platform.id == id)
    }

    /// Every platform with its place.
    pub fn numbered(&self) -> impl Iterator<Item = (PlatformId, &Platform)> {
        (0u8..).map(PlatformId).zip(&self.platforms)
    }

    /// All platforms.
    pub fn all(&self) -> PlatformSet {
        self.numbered().map(|(id, _)| id).collect()
    }

    /// The platform at a place.
    pub fn at(&self, id: PlatformId) -> Option<&Platform> {
        self.platforms.get(usize::from(id.0))
    }

    /// The ids of a set of platforms, in a line.
    pub fn ids(&self, set: PlatformSet) -> String {
        let ids: Vec<&str> = set
            .iter()
            .filter_map(|id| self.at(id))
            .map(|platform| platform.id.as_str())
            .collect();
        ids.join(", ")
    }

    /// How long functions like this one take to start, as measured nearest to it; none
    /// where its runtime was not measured.
    pub fn init_law(
        &self,
        runtime: &str,
        package: Option<&str>,
        architecture: &str,
        memory_mb: f64,
    ) -> Option<&InitLaw> {
        nearest_law(&self.init_laws, runtime, package, architecture, memory_mb)
    }

    /// What is known of restoring a runtime from a snapshot; none where it cannot be.
    pub fn snapstart(&self, runtime: &str) -> Option<&SnapStart> {
        self.snapstart.iter().find(|one| one.runtime == runtime)
    }

    /// A runtime of Lambda by its identifier.
    pub fn runtime(&self, name: &str) -> Option<&Runtime> {
        self.runtimes.iter().find(|one| one.name == name)
    }

    /// The newest runtime of a language.
    pub fn newest_runtime(&self, language: &str) -> Option<&Runtime> {
        let mut all = self.runtimes.iter().rev();
        all.find(|one| one.language == language && one.successor.is_none())
    }

    /// An instance type by name.
    pub fn instance(&self, name: &str) -> Option<&Instance> {
        self.instances.iter().find(|instance| instance.name == name)
    }

    /// The table that tells which rows of AWS's Price List are which meters.
    ///
    /// # Errors
    /// When the table is faulty, which a test rules out.
    pub fn matches(region: &str) -> std::result::Result<Matches, CatalogError> {
        let path = "price-list.toml";
        let table = text(path).map(|text| Source::new(path, text));
        table
            .and_then(|table| Matches::parse(&table, region))
            .map_err(CatalogError)
    }

    /// The regions of which any price is known, in order of name.
    pub fn regions() -> Vec<&'static str> {
        let mut regions: Vec<&str> = DATA
            .get_dir("prices")
            .map(Dir::dirs)
            .into_iter()
            .flatten()
            .filter_map(|dir| dir.path().file_name()?.to_str())
            .collect();
        regions.sort_unstable();
        regions
    }

    /// The prices of a region.
    ///
    /// # Errors
    /// When nothing is known of the region; names the nearest. A fault in the
    /// data is reported the same way, which a test rules out.
    pub fn prices(region: &str) -> Result<PriceBook> {
        let regions = Self::regions();
        // A path such as `.` or nothing at all would be a folder too.
        let known = regions.contains(&region);
        let dir = DATA.get_dir(format!("prices/{region}"));
        let Some(dir) = dir.filter(|_| known) else {
            let help = nearest(region, regions.iter().copied()).map_or_else(
                || format!("known: {}", regions.join(", ")),
                |near| format!("did you mean `{near}`?"),
            );
            let problem = Diagnostic::new(format!("no price is known for the region `{region}`"));
            return Err(Box::new(problem.help(help)));
        };
        let mut book = PriceBook::empty(region);
        for file in dir.files() {
            let name = file.path().to_string_lossy();
            book.add_csv(&name, file.contents_utf8().unwrap_or(""))?;
        }
        Ok(book)
    }
}
