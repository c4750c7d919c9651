//! Reading a platform file.

use landfall_source::{Node, Result, Source, Table, document};
use landfall_units::{Bytes, Dimension};

use crate::complete;
use crate::platform::{Capacity, Dated, Execution, Limit, LimitKind, Platform, PriceKey, TaskSize};
use crate::read::{read_date, read_dimension, read_parameters, read_quantity};

impl Platform {
    /// Reads a platform file.
    ///
    /// # Errors
    /// The first problem with its place.
    pub fn parse(source: &Source) -> Result<Self> {
        document(source, |top| {
            let platform = Self::read(top)?;
            complete::check(&platform, top)?;
            Ok(platform)
        })
    }

    fn read(top: &Table<'_>) -> Result<Self> {
        let word = |key: &str| top.require_text(key).map(str::to_owned);
        Ok(Self {
            id: word("id")?,
            name: word("name")?,
            family: word("family")?,
            execution: match top
                .require("execution")?
                .one_of(&["per-request", "service", "job"])?
            {
                "per-request" => Execution::PerRequest,
                "job" => Execution::Job,
                _ => Execution::Service,
            },
            capacity: match top
                .require("capacity")?
                .one_of(&["lambda", "fargate", "instances"])?
            {
                "lambda" => Capacity::Lambda,
                "fargate" => Capacity::Fargate,
                _ => Capacity::Instances,
            },
            orchestrator: word("orchestrator")?,
            since: read_date(&top.require("since")?)?,
            until: top.get("until").map(|node| read_date(&node)).transpose()?,
            source: word("source")?,
            what: word("what")?,
            architectures: read_architectures(top)?,
            gpus: top.get("gpus").map_or(Ok(false), |node| node.flag())?,
            fee: top.get("fee").map(|node| read_key(&node)).transpose()?,
            request_fee: top
                .get("request_fee")
                .map(|node| read_key(&node))
                .transpose()?,
            control_plane: top
                .get("control_plane")
                .map(|node| read_key(&node))
                .transpose()?,
            instance_families: top
                .texts("instance_families")?
                .into_iter()
                .map(str::to_owned)
                .collect(),
            sizes: top
                .tables("size")?
                .iter()
                .map(read_size)
                .collect::<Result<_>>()?,
            limits: top
                .tables("limit")?
                .iter()
                .map(read_limit)
                .collect::<Result<_>>()?,
            parameters: read_parameters(top)?,
        })
    }
}

fn read_architectures(top: &Table<'_>) -> Result<Vec<String>> {
    let given = top.texts("architectures")?;
    let given = if given.is_empty() {
        vec!["x86_64", "arm64"]
    } else {
        given
    };
    Ok(given.into_iter().map(str::to_owned).collect())
}

fn read_key(node: &Node<'_>) -> Result<PriceKey> {
    let table = node.table()?;
    let key = PriceKey {
        service: table.require_text("service")?.to_owned(),
        meter: table.require_text("meter")?.to_owned(),
    };
    table.finish()?;
    Ok(key)
}

fn read_size(table: &Table<'_>) -> Result<TaskSize> {
    let bytes = |node: Node<'_>| node.parse::<Bytes>();
    let memory = if let Some(list) = table.get("memory") {
        list.items()?
            .into_iter()
            .map(bytes)
            .collect::<Result<Vec<_>>>()?
    } else {
        let (from, to) = (bytes(table.require("from")?)?, bytes(table.require("to")?)?);
        let step = bytes(table.require("step")?)?.get().max(1);
        (from.get()..=to.get())
            .step_by(step as usize)
            .map(Bytes::new)
            .collect()
    };
    let size = TaskSize {
        vcpus: read_quantity(&table.require("vcpus")?, Dimension::Ratio)?,
        memory,
        windows: table.get("windows").map_or(Ok(false), |node| node.flag())?,
        since: read_date(&table.require("since")?)?,
    };
    table.finish()?;
    Ok(size)
}

fn read_limit(table: &Table<'_>) -> Result<Limit> {
    let kind = table.require("kind")?.one_of(LimitKind::WORDS)?;
    let dimension = read_dimension(&table.require("unit")?)?;
    let limit = Limit {
        name: table.require_text("name")?.to_owned(),
        kind: LimitKind::named(kind).unwrap_or(LimitKind::Hard),
        dimension,
        meaning: table.require_text("meaning")?.to_owned(),
        way_out: table.text("way_out")?.map(str::to_owned),
        not_before: table
            .get("not_before")
            .map(|node| read_date(&node))
            .transpose()?,
        values: table
            .tables("values")?
            .iter()
            .map(|row| {
                let dated = Dated {
                    value: read_quantity(&row.require("value")?, dimension)?,
                    since: read_date(&row.require("since")?)?,
                    source: row.require_text("source")?.to_owned(),
                };
                row.finish()?;
                Ok(dated)
            })
            .collect::<Result<_>>()?,
    };
    table.finish()?;
    if limit.kind != LimitKind::Hard && limit.way_out.is_none() {
        return Err(Box::new(
            table
                .problem(format!(
                    "the {} limit `{}` has no remedy",
                    limit.kind.word(),
                    limit.name
                ))
                .help("add `way_out`: what to ask for, or how to change the work"),
        ));
    }
    Ok(limit)
}
