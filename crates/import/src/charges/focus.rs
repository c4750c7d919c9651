//! FOCUS (the Open Cost and Usage Specification for bills of clouds), versions 1.0 to 1.3, as
//! AWS exports it: with the columns `x_ServiceCode` and `x_Operation`, and the usage type in `SkuMeter`
//! (before 1.2 in `x_UsageType`).
//!
//! Columns and their values: FOCUS specification 1.2, "Charge Category", "Pricing Category",
//! "Commitment Discount Category"; AWS, "FOCUS 1.2 with AWS columns".

use super::ChargeKind;
use super::columns::{Names, Want};

/// Columns, and what they hold.
pub(super) const COLUMNS: &[Names] = &[
    (Want::Kind, &["ChargeCategory"]),
    (Want::Pricing, &["PricingCategory"]),
    (Want::Commitment, &["CommitmentDiscountCategory"]),
    (Want::Class, &["ChargeClass"]),
    (Want::UsageType, &["SkuMeter", "x_UsageType"]),
    (Want::Quantity, &["PricingQuantity", "ConsumedQuantity"]),
    (Want::Cost, &["BilledCost"]),
    (Want::Service, &["x_ServiceCode"]),
    (Want::Operation, &["x_Operation"]),
    (Want::Region, &["RegionId", "Region"]),
    (Want::Zone, &["AvailabilityZone"]),
    (Want::Unit, &["PricingUnit", "ConsumedUnit"]),
    (Want::Month, &["BillingPeriodStart", "ChargePeriodStart"]),
    (Want::Currency, &["BillingCurrency"]),
];

/// What a line is: its category, how it was priced, the category of its commitment, and
/// whether it corrects another.
pub(super) fn kind(category: &str, pricing: &str, commitment: &str, class: &str) -> ChargeKind {
    if class == "Correction" {
        return ChargeKind::Refund;
    }
    match (category, pricing, commitment) {
        ("Usage", "Committed", "Usage") => ChargeKind::Reservation,
        ("Usage", "Committed", _) => ChargeKind::SavingsPlan,
        ("Usage", _, _) => ChargeKind::Usage,
        ("Purchase", _, "Spend") => ChargeKind::SavingsPlanFee,
        ("Purchase", _, "Usage") => ChargeKind::ReservationFee,
        ("Purchase", _, _) => ChargeKind::Fee,
        ("Credit", _, _) => ChargeKind::Credit,
        ("Adjustment", _, _) => ChargeKind::Refund,
        ("Tax", _, _) => ChargeKind::Tax,
        _ => ChargeKind::Other,
    }
}
