//! Cost and Usage Reports of AWS: the legacy one, whose columns are `lineItem/UsageType`, and
//! CUR 2.0 and what Athena makes of the legacy one, `line_item_usage_type`.
//!
//! Columns and types of lines: AWS, Cost and Usage Reports user guide, "Line item details"
//! and "CUR 2.0 table dictionary".

use super::ChargeKind;
use super::want::{Names, Want};

/// Columns, and what they hold.
pub(super) const COLUMNS: &[Names] = &[
    (
        Want::Kind,
        &["lineItem/LineItemType", "line_item_line_item_type"],
    ),
    (
        Want::UsageType,
        &["lineItem/UsageType", "line_item_usage_type"],
    ),
    (
        Want::Quantity,
        &["lineItem/UsageAmount", "line_item_usage_amount"],
    ),
    (
        Want::Cost,
        &["lineItem/UnblendedCost", "line_item_unblended_cost"],
    ),
    (
        Want::Service,
        &["product/servicecode", "product_servicecode"],
    ),
    (
        Want::Product,
        &["lineItem/ProductCode", "line_item_product_code"],
    ),
    (
        Want::Operation,
        &["lineItem/Operation", "line_item_operation"],
    ),
    (
        Want::Region,
        &[
            "product/regionCode",
            "product_region_code",
            "product/region",
            "product_region",
        ],
    ),
    (
        Want::Zone,
        &["lineItem/AvailabilityZone", "line_item_availability_zone"],
    ),
    (Want::Unit, &["pricing/unit", "pricing_unit"]),
    (
        Want::Month,
        &[
            "bill/BillingPeriodStartDate",
            "bill_billing_period_start_date",
            "lineItem/UsageStartDate",
            "line_item_usage_start_date",
        ],
    ),
    (
        Want::Currency,
        &["lineItem/CurrencyCode", "line_item_currency_code"],
    ),
];

/// What a line is by its type.
pub(super) fn kind(word: &str) -> ChargeKind {
    match word {
        "Usage" => ChargeKind::Usage,
        "SavingsPlanCoveredUsage" => ChargeKind::SavingsPlan,
        "DiscountedUsage" => ChargeKind::Reservation,
        "SavingsPlanNegation" | "SavingsPlanUpfrontFee" | "SavingsPlanRecurringFee" => {
            ChargeKind::SavingsPlanFee
        }
        "RIFee" => ChargeKind::ReservationFee,
        "Fee" => ChargeKind::Fee,
        "Credit" => ChargeKind::Credit,
        "Refund" => ChargeKind::Refund,
        "Tax" => ChargeKind::Tax,
        discount if discount.ends_with("Discount") => ChargeKind::Discount,
        _ => ChargeKind::Other,
    }
}
