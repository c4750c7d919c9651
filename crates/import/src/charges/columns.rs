//! Which columns of a report hold what.

use super::want::{WANTS, Want};
use super::{ChargeKind, Line, cur, focus};
use crate::Format;
use rust_decimal::Decimal;

/// Where each is in a file.
#[derive(Debug, Clone)]
pub(super) struct Columns {
    format: Format,
    places: [Option<usize>; WANTS],
}

/// The format that columns of these names are of.
pub(crate) fn of_header<'n>(names: impl Iterator<Item = &'n str>) -> Option<Format> {
    let names: Vec<&str> = names.collect();
    let has = |name: &str| names.contains(&name);
    let is_cur = has("lineItem/LineItemType") && has("lineItem/UsageType")
        || has("line_item_line_item_type") && has("line_item_usage_type");
    let is_focus = has("ChargeCategory") && has("BilledCost");
    match (is_cur, is_focus) {
        (true, _) => Some(Format::Cur),
        (_, true) => Some(Format::Focus),
        _ => None,
    }
}

impl Columns {
    /// Finds the columns; otherwise the name of one that is missing.
    pub(super) fn find(names: &[&str]) -> Result<Self, &'static str> {
        let Some(format) = of_header(names.iter().copied()) else {
            return Err("lineItem/LineItemType");
        };
        let table = if format == Format::Focus {
            focus::COLUMNS
        } else {
            cur::COLUMNS
        };
        let mut places = [None; WANTS];
        for (want, known) in table {
            let place = known
                .iter()
                .find_map(|known| names.iter().position(|name| name == known));
            let is_needed = matches!(
                want,
                Want::Kind | Want::UsageType | Want::Quantity | Want::Cost
            );
            if is_needed && place.is_none() {
                return Err(known.first().unwrap_or(&""));
            }
            if let Some(slot) = places.get_mut(*want as usize) {
                *slot = place;
            }
        }
        Ok(Self { format, places })
    }

    /// Whether a column is looked at.
    pub(super) fn uses(&self, place: usize) -> bool {
        self.places.contains(&Some(place))
    }

    /// The line that cells are; otherwise what is no number.
    pub(super) fn line<'l>(
        &self,
        cell: impl Fn(usize) -> &'l str,
    ) -> Result<Line<'l>, (&'static str, &'l str)> {
        let get = |want: Want| {
            let place = self.places.get(want as usize).copied().flatten();
            place.map_or("", &cell)
        };
        let (quantity, cost) = (get(Want::Quantity), get(Want::Cost));
        let quantity = number(quantity).ok_or(("a quantity", quantity))?;
        let cost = number(cost).ok_or(("a cost", cost))?;
        let region = get(Want::Region);
        let region = if region.is_empty() {
            region_of(get(Want::Zone))
        } else {
            region
        };
        let kind = match self.format {
            Format::Focus => focus::kind(
                get(Want::Kind),
                get(Want::Pricing),
                get(Want::Commitment),
                get(Want::Class),
            ),
            _ => cur::kind(get(Want::Kind)),
        };
        let is_usage = matches!(
            kind,
            ChargeKind::Usage | ChargeKind::SavingsPlan | ChargeKind::Reservation
        );
        Ok(Line {
            kind,
            services: [get(Want::Service), get(Want::Product)],
            usage_type: get(Want::UsageType),
            operation: get(Want::Operation),
            region: if is_global(region) { "" } else { region },
            unit: get(Want::Unit),
            // `2026-10-01T00:00:00.000Z`
            month: get(Want::Month).get(..7).unwrap_or_default(),
            currency: get(Want::Currency),
            quantity: if is_usage { quantity } else { Decimal::ZERO },
            cost,
        })
    }
}

/// A number as reports write it: plain, or with an exponent; nothing is zero.
fn number(text: &str) -> Option<Decimal> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Decimal::ZERO);
    }
    text.parse()
        .ok()
        .or_else(|| Decimal::from_scientific(text).ok())
}

/// The region of an availability zone; a name of a region is one.
fn region_of(zone: &str) -> &str {
    let is_zone = zone.ends_with(|last: char| last.is_ascii_lowercase())
        && zone
            .trim_end_matches(|last: char| last.is_ascii_lowercase())
            .ends_with(|last: char| last.is_ascii_digit());
    if is_zone {
        zone.get(..zone.len() - 1).unwrap_or(zone)
    } else {
        zone
    }
}

/// Whether it is AWS's word for no region.
fn is_global(region: &str) -> bool {
    region.eq_ignore_ascii_case("global")
}
