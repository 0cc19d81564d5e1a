//! Custom audiences: those that each ad account has from the start, and those that were made here. Who is in one follows from its
//! id: some bins of the population, wherever they live, so that delivery knows an audience without its account.
//! Source of the codes: Marketing API, "Custom audience", `operation_status` and `delivery_status`.

use serde_json::{Value, json};

use super::audience_members::{self, Members};
use super::delivery::people::{AGES, BINS, GENDERS, USES, people};
use super::num;
use super::places::{self, PLACES};
use super::seeded::FIRST_MOMENT;
use super::state::{Kind, Object, State};

/// An audience of an account.
#[derive(Debug, Clone)]
pub struct CustomAudience {
    /// Id.
    pub id: String,
    seed: u64,
    name: String,
    subtype: String,
    /// Bins of people in it.
    held: u32,
    /// Whether it is filled.
    filled: bool,
    made: Option<Made>,
}

/// What an object of the state adds.
#[derive(Debug, Clone)]
struct Made {
    object: Object,
    members: Members,
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

/// Subtype and bins of the audiences that are made here, by the two digits behind the prefix.
const MADE: [(&str, u32); 4] = [("CUSTOM", 1), ("WEBSITE", 3), ("LOOKALIKE", 4), ("ENGAGEMENT", 3)];
/// The first of those two digits' numbers.
const FIRST_MADE: usize = 90;
/// People whom an upload matches are there after this many seconds ("an audience is updated within an hour").
const FILLING: i64 = 3_600;
/// An audience with fewer people does not deliver, and one with fewer than [`LEAST_TOLD`] does not tell its size.
const LEAST: i64 = 100;
const LEAST_TOLD: i64 = 1_000;

impl CustomAudience {
    fn at(seed: u64, account: &str, index: usize) -> Option<Self> {
        let (name, subtype, held, filled) = *TABLE.get(index)?;
        let tail = num::hash(seed, &[0xCA, num::hash_text(account), index as u64]) % 10_u64.pow(10);
        let id = format!("{PREFIX}{index:02}{tail:010}");
        Some(Self { id, seed, name: name.into(), subtype: subtype.into(), held, filled, made: None })
    }

    fn of(state: &State, object: &Object, now: i64) -> Self {
        let members = audience_members::of(state, &object.id);
        let seeded =
            (0..TABLE.len()).filter_map(|index| Self::at(state.seed, &object.account, index)).find(|a| a.id == object.id);
        let begun = members.changed.unwrap_or_else(|| object.created());
        let waits = object.text("subtype") != "CUSTOM" || members.changed.is_some();
        Self {
            id: object.id.clone(),
            seed: state.seed,
            name: object.text("name").to_owned(),
            subtype: object.text("subtype").to_owned(),
            held: held(&object.id),
            filled: seeded.map_or(!waits || now >= begun + FILLING, |seeded| seeded.filled),
            made: Some(Made { object: object.clone(), members }),
        }
    }

    /// Whether housing, employment and financial ads may use it: neither lists of customers that nobody certified nor lookalikes.
    #[must_use]
    pub fn is_eligible_for_special(&self) -> bool {
        !matches!(self.subtype.as_str(), "CUSTOM" | "LOOKALIKE")
    }

    /// Whether its people are known.
    #[must_use]
    pub fn is_filled(&self) -> bool {
        self.filled
    }

    /// How many people, for a country.
    fn count(&self, country: &str) -> i64 {
        let of_bins = |held: u32| -> i64 {
            let Some(place) = places::country(country).and_then(|index| PLACES.get(index)) else { return 0 };
            let cells = 0..AGES.len() * GENDERS.len();
            let all: f64 =
                cells.flat_map(|cell| (0..USES).map(move |uses| (cell, uses))).map(|(c, u)| people(self.seed, place, c, u)).sum();
            (all * f64::from(held) / f64::from(BINS)) as i64
        };
        match &self.made {
            Some(made) if self.subtype == "CUSTOM" && !is_seeded(&made.object) => made.members.matched,
            Some(made) if self.subtype == "CUSTOM" => of_bins(self.held) + made.members.matched,
            _ => of_bins(self.held),
        }
    }

    /// About how many people; `None` where Meta would not say: too few, or not filled yet.
    fn size(&self, country: &str) -> Option<i64> {
        Some(self.count(country)).filter(|count| *count >= LEAST_TOLD && (self.made.is_none() || self.filled))
    }

    /// The value of a field; `None` for a name that is not a field or has no value.
    #[must_use]
    pub fn value(&self, field: &str, account: &str, country: &str) -> Option<Value> {
        let status = |code: i64, words: &str| json!({ "code": code, "description": words });
        let bound = |share: i64| self.size(country).map_or(-1, |size| two_digits(size * share / 100));
        let made = self.made.as_ref();
        let moment = |of: fn(&Made) -> i64| json!(made.filter(|m| !is_seeded(&m.object)).map_or(FIRST_MOMENT - 864_000, of));
        Some(match field {
            "id" => json!(self.id),
            "name" => json!(self.name),
            "account_id" => json!(account.trim_start_matches("act_")),
            "subtype" => json!(self.subtype),
            "approximate_count_lower_bound" => json!(bound(85)),
            "approximate_count_upper_bound" => json!(bound(100)),
            "time_created" => moment(|made| made.object.created()),
            "time_updated" => moment(|made| made.object.updated()),
            "time_content_updated" => moment(|made| made.members.changed.unwrap_or_else(|| made.object.created())),
            "delivery_status" if self.count(country) >= LEAST && (made.is_none() || self.filled) => {
                status(200, "This audience is ready for use.")
            }
            "delivery_status" => status(300, "Audience too small: fewer than 1,000 people match it."),
            "operation_status" => match made {
                Some(made) if made.members.is_mostly_invalid() => status(412, "Most of the uploaded entries are invalid."),
                Some(made) if self.subtype == "CUSTOM" && made.members.changed.is_none() && !is_seeded(&made.object) => {
                    status(410, "No people have been uploaded to this audience.")
                }
                _ if self.filled => status(200, "Normal"),
                _ => status(441, "Audience updating: people who fit it are still being found."),
            },
            "is_value_based" => made.and_then(|made| made.object.get(field).cloned()).unwrap_or(json!(false)),
            "is_eligible_for_sac_campaigns" => json!(self.is_eligible_for_special()),
            "retention_days" if self.subtype == "WEBSITE" && made.is_none() => json!(180),
            other => return made.and_then(|made| made.object.get(other).cloned()),
        })
    }
}

fn is_seeded(object: &Object) -> bool {
    object.get("seeded").is_some()
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

/// The custom audiences of an ad account: those from the start, then those made, oldest first.
#[must_use]
pub fn of_account(state: &State, account: &str, now: i64) -> Vec<CustomAudience> {
    let from_start = (0..TABLE.len()).filter_map(|index| CustomAudience::at(state.seed, account, index));
    let (mut all, mut made): (Vec<CustomAudience>, Vec<CustomAudience>) = (Vec::new(), Vec::new());
    for seeded in from_start {
        match state.objects.get(&seeded.id) {
            Some(object) if object.text("status") == "DELETED" => {}
            Some(object) => all.push(CustomAudience::of(state, object, now)),
            None => all.push(seeded),
        }
    }
    for object in state.of_account(account, Kind::CustomAudience).iter().filter_map(|id| state.objects.get(id)) {
        if object.text("status") != "DELETED" && !is_seeded(object) {
            made.push(CustomAudience::of(state, object, now));
        }
    }
    all.append(&mut made);
    all
}

/// One of an ad account's by its id.
#[must_use]
pub fn find(state: &State, account: &str, id: &str, now: i64) -> Option<CustomAudience> {
    of_account(state, account, now).into_iter().find(|known| known.id == id)
}

/// An audience from the start that has no object yet: its name and subtype.
#[must_use]
pub fn from_start(seed: u64, account: &str, id: &str) -> Option<(String, String)> {
    let mut known = (0..TABLE.len()).filter_map(|index| CustomAudience::at(seed, account, index));
    known.find(|audience| audience.id == id).map(|audience| (audience.name, audience.subtype))
}

/// The id of the next audience of a subtype; `None` for a subtype that cannot be made here.
#[must_use]
pub fn next_id(state: &State, subtype: &str) -> Option<String> {
    let index = MADE.iter().position(|(name, _)| *name == subtype)? + FIRST_MADE;
    Some(format!("{PREFIX}{index:02}{:03}{:07}", state.seed % 1_000, state.created + 1))
}

/// How many bins the audience with this id holds.
fn held(id: &str) -> u32 {
    let index = id.strip_prefix(PREFIX).and_then(|rest| rest.get(..2)).and_then(|digits| digits.parse::<usize>().ok());
    let Some(index) = index else { return 0 };
    match index.checked_sub(FIRST_MADE).and_then(|made| MADE.get(made)) {
        Some((_, held)) => *held,
        None => TABLE.get(index).map_or(0, |(_, _, held, _)| *held),
    }
}

/// The bins whose people are in the audience with this id.
#[must_use]
pub fn bins(seed: u64, id: &str) -> u16 {
    let held = held(id);
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
    use crate::sandbox::seeded::identity;

    fn seeded(seed: u64, account: &str) -> Vec<CustomAudience> {
        of_account(&State::new(seed, &identity(seed), FIRST_MOMENT), account, FIRST_MOMENT)
    }

    #[test]
    fn each_account_has_audiences_of_its_own_and_the_same_seed_the_same() {
        let of = |seed: u64, account: &str| seeded(seed, account).into_iter().map(|a| a.id).collect::<Vec<_>>();
        assert_eq!(of(1, "act_1"), of(1, "act_1"));
        assert!(of(1, "act_1").iter().all(|id| !of(1, "act_2").contains(id)));
        for known in seeded(1, "act_1") {
            assert_eq!(bins(1, &known.id).count_ones(), known.held, "{}", known.name);
        }
    }

    #[test]
    fn sizes_are_rounded_and_small_ones_are_not_told() {
        assert_eq!([two_digits(7), two_digits(123), two_digits(98_765)], [7, 120, 98_000]);
        let [visitors, _, _, _, fair, _] = &seeded(1, "act_1")[..] else { panic!("six of them") };
        assert!(visitors.value("approximate_count_lower_bound", "act_1", "PT").unwrap().as_i64().unwrap() > 1_000);
        assert_eq!(fair.value("approximate_count_lower_bound", "act_1", "PT"), Some(json!(-1)));
        assert_eq!(fair.value("nonsense", "act_1", "PT"), None);
    }
}
