//! Makes an offer file of EC2 in AWS's shape, of any size, for measuring.

use std::fs::File;
use std::io::{BufWriter, Write};

/// Instance types that are kept, each once; all other products are left out by the
/// reader for one reason or another, as most of a real file is.
const KEPT: [&str; 3] = ["m7g.large", "c7g.xlarge", "r7i.2xlarge"];
/// Bytes that one product takes with its term, about.
const BYTES_PER_PRODUCT: u64 = 1_650;

/// Writes a file of about so many megabytes.
pub(crate) fn make(megabytes: &str, path: &str) -> Result<(), String> {
    let megabytes: u64 = megabytes
        .parse()
        .map_err(|_| "the size is a number of MB".to_owned())?;
    let products = (megabytes << 20) / BYTES_PER_PRODUCT;
    let file = File::create(path).map_err(|error| format!("{path}: {error}"))?;
    let mut out = BufWriter::new(file);
    write(&mut out, products)
        .and_then(|()| out.flush())
        .map_err(|error| error.to_string())
}

fn write(out: &mut impl Write, products: u64) -> std::io::Result<()> {
    write!(
        out,
        "{{\n  \"formatVersion\" : \"v1.0\",\n  \"offerCode\" : \"AmazonEC2\",\n  \
         \"publicationDate\" : \"2026-11-01T00:00:00Z\",\n  \"products\" : {{\n"
    )?;
    for number in 0..products {
        product(out, number)?;
        writeln!(out, "{}", if number + 1 < products { "," } else { "" })?;
    }
    write!(out, "  }},\n  \"terms\" : {{\n    \"OnDemand\" : {{\n")?;
    for number in 0..products {
        term(out, number)?;
        writeln!(out, "{}", if number + 1 < products { "," } else { "" })?;
    }
    write!(out, "    }}\n  }}\n}}\n")
}

fn sku(number: u64) -> String {
    format!("SKU{number:013}")
}

fn product(out: &mut impl Write, number: u64) -> std::io::Result<()> {
    let kept = usize::try_from(number)
        .ok()
        .and_then(|number| KEPT.get(number));
    let (instance, os, tenancy) = match kept {
        Some(instance) => (*instance, "Linux", "Shared"),
        None => ("m7i.metal-24xl", "Windows", "Dedicated"),
    };
    let sku = sku(number);
    write!(
        out,
        "    \"{sku}\" : {{\n      \"sku\" : \"{sku}\",\n      \"productFamily\" : \"Compute \
         Instance\",\n      \"attributes\" : {{\n        \"servicecode\" : \"AmazonEC2\",\n        \
         \"location\" : \"US East (N. Virginia)\",\n        \"locationType\" : \"AWS Region\",\n        \
         \"instanceType\" : \"{instance}\",\n        \"currentGeneration\" : \"Yes\",\n        \
         \"instanceFamily\" : \"General purpose\",\n        \"vcpu\" : \"96\",\n        \
         \"physicalProcessor\" : \"Some Processor of the Seventh Generation\",\n        \
         \"clockSpeed\" : \"3.2 GHz\",\n        \"memory\" : \"384 GiB\",\n        \"storage\" : \
         \"EBS only\",\n        \"networkPerformance\" : \"37.5 Gigabit\",\n        \
         \"tenancy\" : \"{tenancy}\",\n        \"operatingSystem\" : \"{os}\",\n        \
         \"licenseModel\" : \"No License required\",\n        \"usagetype\" : \
         \"BoxUsage:{instance}\",\n        \"operation\" : \"RunInstances\",\n        \
         \"availabilityzone\" : \"NA\",\n        \"capacitystatus\" : \"Used\",\n        \
         \"marketoption\" : \"OnDemand\",\n        \"normalizationSizeFactor\" : \"192\",\n        \
         \"preInstalledSw\" : \"NA\",\n        \"regionCode\" : \"us-east-1\",\n        \
         \"servicename\" : \"Amazon Elastic Compute Cloud\"\n      }}\n    }}"
    )
}

fn term(out: &mut impl Write, number: u64) -> std::io::Result<()> {
    let sku = sku(number);
    let price = 0.05 + (number % 1_000) as f64 / 10_000.0;
    write!(
        out,
        "      \"{sku}\" : {{\n        \"{sku}.JRTCKXETXF\" : {{\n          \"offerTermCode\" : \
         \"JRTCKXETXF\",\n          \"sku\" : \"{sku}\",\n          \"effectiveDate\" : \
         \"2026-11-01T00:00:00Z\",\n          \"priceDimensions\" : {{\n            \
         \"{sku}.JRTCKXETXF.6YS6EN2CT7\" : {{\n              \"rateCode\" : \
         \"{sku}.JRTCKXETXF.6YS6EN2CT7\",\n              \"description\" : \"by the hour\",\n              \
         \"beginRange\" : \"0\",\n              \"endRange\" : \"Inf\",\n              \"unit\" : \
         \"Hrs\",\n              \"pricePerUnit\" : {{\n                \"USD\" : \"{price:.10}\"\n              \
         }},\n              \"appliesTo\" : [ ]\n            }}\n          }},\n          \
         \"termAttributes\" : {{ }}\n        }}\n      }}"
    )
}
