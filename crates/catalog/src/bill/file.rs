//! The usage file: what was used, to be billed.

use landfall_source::{Node, Result, Source, Table, document};
use landfall_units::{Bytes, Decimal, is_region_name};

use super::cells::{
    architecture, bytes, dollars, flag, gigabytes, hours, number, quantity, seconds, vcpus,
};
use super::metered;
use super::usage::{
    AddressOf, Ec2Purchase, Ec2Usage, FargateUsage, FrontDoorKind, LambdaUsage, LogsFrom,
    ManagedInstancesUsage, ProvisionedUsage, Usage,
};
use crate::embedded::Catalog;
use crate::platform::Limit;

/// The one version of the format that there is.
const SCHEMA: i64 = 1;
const SECONDS_PER_HOUR: Decimal = Decimal::from_parts(3_600, 0, 0, false, 0);

/// A usage file.
#[derive(Debug, Clone, PartialEq)]
pub struct UsageFile {
    /// The region to bill in.
    pub region: String,
    /// What was used, in the order of the file's tables.
    pub usage: Vec<Usage>,
}

/// Every table that a usage file may have.
const TABLES: [&str; 29] = [
    "lambda",
    "lambda_managed_instances",
    "fargate",
    "ec2",
    "ebs",
    "eks",
    "alb",
    "nlb",
    "nat",
    "public_ipv4",
    "api_gateway",
    "sqs",
    "kinesis",
    "pipes",
    "s3",
    "dynamodb",
    "logs",
    "egress",
    "vpc_endpoint",
    "eventbridge",
    "step_functions",
    "efs",
    "ecr",
    "kms",
    "alarms",
    "container_insights",
    "cross_zone",
    "traces",
    "meter",
];

impl UsageFile {
    /// Reads a usage file.
    ///
    /// # Errors
    /// The first problem with its place: a key, a unit, a task size that is not sold.
    pub fn parse(source: &Source, catalog: &Catalog) -> Result<Self> {
        document(source, |top| {
            let schema = top.require("schema")?;
            if schema.integer()? != SCHEMA {
                let problem = schema.problem("this version of the format is not known");
                return Err(Box::new(problem.help("write `schema = 1`")));
            }
            let region = read_region(top)?;
            let reader = Reader {
                free_tier: flag(top, "free_tier")?.unwrap_or(false),
                catalog,
            };
            let mut usage = Vec::new();
            for name in TABLES {
                for table in top.tables(name)? {
                    let read = reader.read(name, &table)?;
                    table.finish()?;
                    for one in &read {
                        one.check().map_err(|error| {
                            let problem = table.problem(error.to_string());
                            Box::new(problem.help("check the numbers and units of this table"))
                        })?;
                    }
                    usage.extend(read);
                }
            }
            Ok(Self { region, usage })
        })
    }
}

/// The region; the first of AWS's where the file names none.
fn read_region(top: &Table<'_>) -> Result<String> {
    let Some(node) = top.get("region") else {
        return Ok("us-east-1".to_owned());
    };
    let region = node.text()?;
    if is_region_name(region) {
        return Ok(region.to_owned());
    }
    let problem = node.problem("this is not the name of a region");
    Err(Box::new(problem.help("write it like \"eu-west-1\"")))
}

struct Reader<'c> {
    free_tier: bool,
    catalog: &'c Catalog,
}

impl Reader<'_> {
    fn read(&self, name: &str, table: &Table<'_>) -> Result<Vec<Usage>> {
        Ok(vec![match name {
            "lambda" => Usage::Lambda(self.lambda(table)?),
            "lambda_managed_instances" => Usage::ManagedInstances(self.managed(table)?),
            "fargate" => Usage::Fargate(self.fargate(table)?),
            "ec2" => Usage::Ec2(self.ec2(table)?),
            "api_gateway" => api_gateway(table)?,
            "alb" => alb(table)?,
            "sqs" => Usage::Sqs {
                requests: quantity(table, "messages")?,
                size: bytes(table, "size")?,
                fifo: flag(table, "fifo")?.unwrap_or(false),
                free_tier: self.free(table)?,
            },
            "kinesis" => kinesis(table)?,
            "meter" => metered::read(table, self.catalog)?,
            "pipes" => Usage::Pipes {
                batches: quantity(table, "batches")?,
                size: bytes(table, "size")?,
            },
            "dynamodb" => Usage::DynamoDb {
                write_units: quantity(table, "write_units")?,
                read_units: quantity(table, "read_units")?,
                stream_reads: quantity(table, "stream_reads")?,
                free_tier: self.free(table)?,
            },
            "egress" => Usage::Egress {
                size: bytes(table, "size")?,
                free_tier: self.free(table)?,
            },
            "eventbridge" => Usage::EventBridge {
                events: quantity(table, "events")?,
                schedules: quantity(table, "schedules")?,
                free_tier: self.free(table)?,
            },
            other => return plain(other, table),
        }])
    }

    fn free(&self, table: &Table<'_>) -> Result<bool> {
        Ok(flag(table, "free_tier")?.unwrap_or(self.free_tier))
    }

    fn lambda(&self, table: &Table<'_>) -> Result<LambdaUsage> {
        let provisioned = match table.get("provisioned") {
            None => None,
            Some(node) => {
                let inner = node.table()?;
                let provisioned = ProvisionedUsage {
                    environments: quantity(&inner, "environments")?,
                    hours: hours(&inner, "hours")?,
                    requests: quantity(&inner, "requests")?,
                    duration_s: seconds(&inner, "duration")?,
                };
                inner.finish()?;
                Some(provisioned)
            }
        };
        let snapstart = match table.get("snapstart") {
            None => None,
            Some(node) => {
                let inner = node.table()?;
                let snapstart = (
                    hours(&inner, "cached_hours")?,
                    quantity(&inner, "restores")?,
                );
                inner.finish()?;
                Some(snapstart)
            }
        };
        let memory_node = table.require("memory")?;
        let memory = bytes(table, "memory")?;
        self.check_memory(&memory_node, memory)?;
        let ephemeral = match table.get("ephemeral_storage") {
            Some(_) => bytes(table, "ephemeral_storage")?,
            None => Bytes::default(),
        };
        Ok(LambdaUsage {
            requests: quantity(table, "requests")?,
            duration_s: seconds(table, "duration")?,
            init_s: seconds(table, "init")?,
            memory,
            architecture: architecture(table)?,
            ephemeral,
            async_payload: bytes(table, "async_payload")?,
            provisioned,
            snapstart,
            streamed: bytes(table, "streamed_beyond_6mb")?,
            free_tier: self.free(table)?,
        })
    }

    /// A memory that Lambda sells: within its limits, in whole MB.
    fn check_memory(&self, node: &Node<'_>, memory: Bytes) -> Result<()> {
        let Some(lambda) = self.catalog.platform("lambda") else {
            return Ok(());
        };
        let least = lambda.parameter("memory_min").map(|range| range.low());
        let most = lambda.limit("memory").and_then(Limit::largest);
        let Some((least, most)) = least.zip(most) else {
            return Ok(());
        };
        let (least, most) = (Bytes::from_f64(least), Bytes::from_f64(most));
        if memory < least || memory > most {
            let problem = node.problem(format!("a function cannot have {memory} of memory"));
            return Err(Box::new(problem.help(format!("from {least} to {most}"))));
        }
        Ok(())
    }

    fn instance(&self, table: &Table<'_>) -> Result<String> {
        let node = table.require("instance")?;
        let name = node.text()?;
        if self.catalog.instance(name).is_some() {
            return Ok(name.to_owned());
        }
        let names = self
            .catalog
            .instances
            .iter()
            .map(|instance| instance.name.as_str());
        let problem = node.problem(format!("no instance type `{name}` is known"));
        Err(Box::new(match landfall_source::nearest(name, names) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("`landfall prices show --service ec2` lists them"),
        }))
    }

    fn managed(&self, table: &Table<'_>) -> Result<ManagedInstancesUsage> {
        Ok(ManagedInstancesUsage {
            requests: quantity(table, "requests")?,
            instance: self.instance(table)?,
            instances: quantity(table, "instances")?,
            hours: hours(table, "hours")?,
            price_per_hour: table
                .get("price_per_hour")
                .map(|node| dollars(&node))
                .transpose()?,
        })
    }

    fn fargate(&self, table: &Table<'_>) -> Result<FargateUsage> {
        let os = table
            .get("os")
            .map(|node| node.one_of(&["linux", "windows"]))
            .transpose()?;
        let usage = FargateUsage {
            tasks: quantity(table, "tasks")?,
            vcpus: vcpus(table, "vcpu")?,
            memory: bytes(table, "memory")?,
            seconds: hours(table, "hours")? * SECONDS_PER_HOUR,
            ephemeral: bytes(table, "ephemeral_storage")?,
            architecture: architecture(table)?,
            windows: os == Some("windows"),
            spot: flag(table, "spot")?.unwrap_or(false),
        };
        self.check_size(&table.require("memory")?, &usage)?;
        Ok(usage)
    }

    /// A size that Fargate sells.
    fn check_size(&self, node: &Node<'_>, usage: &FargateUsage) -> Result<()> {
        let Some(fargate) = self.catalog.platform("fargate") else {
            return Ok(());
        };
        let vcpus: f64 = usage.vcpus.try_into().unwrap_or(0.0);
        let size = fargate
            .sizes
            .iter()
            .find(|size| (size.vcpus - vcpus).abs() < 1e-9);
        let Some(size) = size.filter(|size| size.windows || !usage.windows) else {
            let sizes: Vec<String> = fargate
                .sizes
                .iter()
                .filter(|size| size.windows || !usage.windows)
                .map(|size| size.vcpus.to_string())
                .collect();
            let problem = node.problem(format!("no task has {vcpus} vCPU here"));
            return Err(Box::new(
                problem.help(format!("sizes: {} vCPU", sizes.join(", "))),
            ));
        };
        if size.memory.contains(&usage.memory) {
            return Ok(());
        }
        let known: Vec<String> = size.memory.iter().map(ToString::to_string).collect();
        let problem = node.problem(format!(
            "a task of {vcpus} vCPU cannot have {}",
            usage.memory
        ));
        Err(Box::new(
            problem.help(format!("it may have {}", known.join(", "))),
        ))
    }

    fn ec2(&self, table: &Table<'_>) -> Result<Ec2Usage> {
        let purchase = table
            .get("purchase")
            .map(|node| node.one_of(Ec2Purchase::WORDS));
        let purchase = match purchase.transpose()? {
            Some("spot") => Ec2Purchase::Spot,
            Some("reserved-1y") => Ec2Purchase::Reserved1y,
            Some("reserved-3y") => Ec2Purchase::Reserved3y,
            _ => Ec2Purchase::OnDemand,
        };
        Ok(Ec2Usage {
            instance: self.instance(table)?,
            count: table
                .get("count")
                .map_or(Ok(Decimal::ONE), |node| number(&node))?,
            seconds: hours(table, "hours")? * SECONDS_PER_HOUR,
            purchase,
            surplus_credits: quantity(table, "surplus_credits")?,
            fee: None,
        })
    }
}

fn kinesis(table: &Table<'_>) -> Result<Usage> {
    let on_demand = flag(table, "on_demand")?.unwrap_or(false);
    Ok(Usage::Kinesis {
        count: quantity(table, if on_demand { "streams" } else { "shards" })?,
        hours: hours(table, "hours")?,
        on_demand,
        kept_hours: hours(table, "kept")?,
        records: quantity(table, "records")?,
        size: bytes(table, "size")?,
    })
}

fn api_gateway(table: &Table<'_>) -> Result<Usage> {
    let kind = table
        .require("kind")?
        .one_of(&["http", "rest", "websocket"])?;
    let (requests, request_size) = (quantity(table, "requests")?, bytes(table, "request_size")?);
    let minutes = quantity(table, "connection_minutes")?;
    Ok(match kind {
        "websocket" => Usage::WebSocket {
            messages: requests,
            size: request_size,
            minutes,
        },
        "rest" => {
            let kind = FrontDoorKind::RestApi;
            Usage::ApiGateway {
                kind,
                requests,
                request_size,
            }
        }
        _ => Usage::ApiGateway {
            kind: FrontDoorKind::HttpApi,
            requests,
            request_size,
        },
    })
}

fn alb(table: &Table<'_>) -> Result<Usage> {
    Ok(Usage::Alb {
        hours: hours(table, "hours")?,
        processed: bytes(table, "processed")?,
        new_connections_s: quantity(table, "new_connections")?,
        active_connections: quantity(table, "active_connections")?,
        rule_evaluations_s: quantity(table, "rule_evaluations")?,
        to_functions: flag(table, "to_functions")?.unwrap_or(false),
    })
}

/// Tables whose keys go into a meter as they are.
fn plain(name: &str, table: &Table<'_>) -> Result<Vec<Usage>> {
    Ok(vec![match name {
        "ebs" => {
            let kind = match table
                .require("kind")?
                .one_of(&["gp3", "gp2", "io1", "io2"])?
            {
                "gp2" => "gp2",
                "io1" => "io1",
                "io2" => "io2",
                _ => "gp3",
            };
            Usage::Ebs {
                kind,
                gb_months: gigabytes(table, "size")?,
            }
        }
        "eks" => {
            let support = table
                .get("support")
                .map(|node| node.one_of(&["standard", "extended"]));
            Usage::Eks {
                clusters: table
                    .get("clusters")
                    .map_or(Ok(Decimal::ONE), |node| number(&node))?,
                hours: hours(table, "hours")?,
                extended: support.transpose()? == Some("extended"),
            }
        }
        "nlb" => Usage::Nlb {
            hours: hours(table, "hours")?,
            processed: bytes(table, "processed")?,
        },
        "nat" => Usage::Nat {
            hours: hours(table, "hours")?,
            processed: bytes(table, "processed")?,
        },
        "public_ipv4" => Usage::PublicIpv4 {
            of: AddressOf::Anything,
            hours: quantity(table, "addresses")? * hours(table, "hours")?,
        },
        "s3" => Usage::S3 {
            puts: quantity(table, "puts")?,
            gets: quantity(table, "gets")?,
            stored_gb_months: gigabytes(table, "stored")?,
        },
        other => watched(other, table)?,
    }])
}

/// Tables of what is kept and watched.
fn watched(name: &str, table: &Table<'_>) -> Result<Usage> {
    Ok(match name {
        "logs" => Usage::Logs {
            from: match table.get("from") {
                Some(node) => match node.one_of(&["lambda", "vended", "others"])? {
                    "lambda" => LogsFrom::Lambda,
                    "vended" => LogsFrom::Vended,
                    _ => LogsFrom::Others,
                },
                None => LogsFrom::Others,
            },
            ingested: bytes(table, "ingested")?,
            stored_gb_months: gigabytes(table, "stored")?,
            scanned: bytes(table, "scanned")?,
        },
        "vpc_endpoint" => Usage::VpcEndpoint {
            hours: table
                .get("zones")
                .map_or(Ok(Decimal::ONE), |node| number(&node))?
                * hours(table, "hours")?,
            processed: bytes(table, "processed")?,
        },
        "kms" => Usage::Kms {
            keys: quantity(table, "keys")?,
            requests: quantity(table, "requests")?,
        },
        "alarms" => Usage::Alarms {
            count: quantity(table, "count")?,
            shared: Decimal::ZERO,
        },
        "container_insights" => Usage::Insights {
            enhanced: flag(table, "enhanced")?.unwrap_or(false),
            clusters: quantity(table, "clusters")?,
            services: quantity(table, "services")?,
            tasks: quantity(table, "tasks")?,
        },
        "traces" => Usage::Traces {
            count: quantity(table, "count")?,
        },
        "cross_zone" => Usage::CrossZone {
            size: bytes(table, "size")?,
        },
        "step_functions" => Usage::StepFunctions {
            transitions: quantity(table, "transitions")?,
        },
        "efs" => Usage::Efs {
            gb_months: gigabytes(table, "stored")?,
            read: bytes(table, "read")?,
            written: bytes(table, "written")?,
        },
        _ => Usage::Ecr {
            gb_months: gigabytes(table, "stored")?,
        },
    })
}
