//! Custom audiences that each ad account has from the start. Who is in one follows from the seed: some bins of the population,
//! wherever they live. Ids carry the position in the table, so that delivery knows an audience without its account.
//! Source of the codes: Marketing API, "Custom audience", `operation_status` and `delivery_status`.

use serde_json::{Value, json};

use super::delivery::people::{AGES, BINS, GENDERS, USES, people};
use super::num;
use super::places::{self, PLACES};
use super::seeded::FIRST_MOMENT;

/// An audience of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomAudience {
    /// Id.
    pub id: String,
    seed: u64,
    name: &'static str,
    subtype: &'static str,
    /// Bins of people in it.
    held: u32,
    /// Whether it is filled.
    filled: bool,
}

/// Name, subtype, bins, filled.
const TABLE: [(&str, &str, u32, bool); 6] = [
    ("Website visitors, 180 days", "WEBSITE", 3, true),
    ("Customers", "CUSTOM", 2, true),
    ("Lookalike (1%) - Customers", "LOOKALIKE", 4, true),
    ("Instagram engagers, 365 days", "ENGAGEMENT", 3, true),
    ("Trade fair 2019", "CUSTOM", 0, true),
    ("Newsletter, uploaded today", "CUSTOM", 0, false),
];

/// The first digits of every id.
const PREFIX: &str = "23851";

impl CustomAudience {
    fn at(seed: u64, account: &str, index: usize) -> Option<Self> {
        let (name, subtype, held, filled) = *TABLE.get(index)?;
        let tail = num::hash(seed, &[0xCA, num::hash_text(account), index as u64]) % 10_u64.pow(10);
        Some(Self { id: format!("{PREFIX}{index:02}{tail:010}"), seed, name, subtype, held, filled })
    }

    /// Whether housing, employment and financial ads may use it: neither lists of customers that nobody certified nor lookalikes.
    #[must_use]
    pub fn is_eligible_for_special(&self) -> bool {
        !matches!(self.subtype, "CUSTOM" | "LOOKALIKE")
    }

    /// Whether its people are known.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        self.filled
    }

    /// About how many people, for a country; `None` where Meta would not say: too few, or not filled yet.
    fn size(&self, country: &str) -> Option<i64> {
        let place = places::country(country).and_then(|index| PLACES.get(index)).filter(|_| self.held > 0)?;
        let cells = 0..AGES.len() * GENDERS.len();
        let all: f64 =
            cells.flat_map(|cell| (0..USES).map(move |uses| (cell, uses))).map(|(c, u)| people(self.seed, place, c, u)).sum();
        Some((all * f64::from(self.held) / f64::from(BINS)) as i64)
    }

    /// The value of a field; `None` for a name that is not a field or has no value.
    #[must_use]
    pub fn value(&self, field: &str, account: &str, country: &str) -> Option<Value> {
        let status = |code: i64, words: &str| json!({ "code": code, "description": words });
        let bound = |share: i64| self.size(country).map_or(-1, |size| two_digits(size * share / 100));
        Some(match field {
            "id" => json!(self.id),
            "name" => json!(self.name),
            "account_id" => json!(account.trim_start_matches("act_")),
            "subtype" => json!(self.subtype),
            "approximate_count_lower_bound" => json!(bound(85)),
            "approximate_count_upper_bound" => json!(bound(100)),
            "time_created" | "time_updated" | "time_content_updated" => json!(FIRST_MOMENT - 864_000),
            "delivery_status" if self.held > 0 => status(200, "This audience is ready for use."),
            "delivery_status" => status(300, "Audience too small: fewer than 1,000 people match it."),
            "operation_status" if self.filled => status(200, "Normal"),
            "operation_status" => status(441, "Audience updating: people who fit it are still being found."),
            "is_value_based" => json!(false),
            "is_eligible_for_sac_campaigns" => json!(self.is_eligible_for_special()),
            "retention_days" if self.subtype == "WEBSITE" => json!(180),
            _ => return None,
        })
    }
}

/// Rounded down to two digits, as Meta rounds sizes.
#[must_use]
pub fn two_digits(size: i64) -> i64 {
    let mut unit = 1;
    while size / unit >= 100 {
        unit *= 10;
    }
    size / unit * unit
}

/// The custom audiences of an ad account.
pub fn of_account(seed: u64, account: &str) -> impl Iterator<Item = CustomAudience> {
    (0..TABLE.len()).filter_map(move |index| CustomAudience::at(seed, account, index))
}

/// One of an ad account's by its id.
#[must_use]
pub fn find(seed: u64, account: &str, id: &str) -> Option<CustomAudience> {
    of_account(seed, account).find(|known| known.id == id)
}

/// The bins whose people are in the audience with this id.
#[must_use]
pub fn bins(seed: u64, id: &str) -> u16 {
    let index = id.strip_prefix(PREFIX).and_then(|rest| rest.get(..2)).and_then(|digits| digits.parse::<usize>().ok());
    let held = index.and_then(|index| TABLE.get(index)).map_or(0, |(_, _, held, _)| *held);
    let base = num::hash(seed, &[0xCA1, num::hash_text(id)]);
    let (mut bins, mut step): (u16, u64) = (0, 0);
    while bins.count_ones() < held {
        bins |= 1 << (num::mix(base ^ step) % u64::from(BINS));
        step += 1;
    }
    bins
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_audiences_of_its_own_and_the_same_seed_the_same() {
        let of = |seed: u64, account: &str| of_account(seed, account).map(|a| a.id).collect::<Vec<_>>();
        assert_eq!(of(1, "act_1"), of(1, "act_1"));
        assert!(of(1, "act_1").iter().all(|id| !of(1, "act_2").contains(id)));
        for known in of_account(1, "act_1") {
            assert_eq!(bins(1, &known.id).count_ones(), known.held, "{}", known.name);
        }
    }

    #[test]
    fn sizes_are_rounded_and_small_ones_are_not_told() {
        assert_eq!([two_digits(7), two_digits(123), two_digits(98_765)], [7, 120, 98_000]);
        let [visitors, _, _, _, fair, _] = &of_account(1, "act_1").collect::<Vec<_>>()[..] else { panic!("six of them") };
        assert!(visitors.value("approximate_count_lower_bound", "act_1", "PT").unwrap().as_i64().unwrap() > 1_000);
        assert_eq!(fair.value("approximate_count_lower_bound", "act_1", "PT"), Some(json!(-1)));
        assert_eq!(fair.value("nonsense", "act_1", "PT"), None);
    }
}
