//! Campaigns made elsewhere that were adopted: kept as they are, object by object.
//!
//! Adopting copies what Meta last said into what is wanted: each field as its canonical text ([`Field`]), so that the plan of an
//! unchanged campaign is empty by construction, whatever the campaign is made of. Names, switches, budgets, limits and dates
//! can then be changed here; everything else is held against Meta as it was taken over ([`beyond`] says what that is).

pub mod beyond;
mod edit;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::campaign::Pace;
use super::currency::Currency;
use super::id::{CampaignId, ObjectId};
use super::money::Money;
use super::plan::{Field, Kind, ObjectRef, Observed};

pub use beyond::Beyond;
pub use edit::Rules;

/// An object as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Which: a campaign, an ad set or an ad, under the id it was first seen with.
    pub object: ObjectRef,
    /// The object above it.
    pub parent: Option<ObjectId>,
    /// What it should be, field by field.
    pub fields: BTreeMap<Field, String>,
    /// Meta's own targeting of an ad set, sent back whole where somebody changed it elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub targeting: Option<Value>,
}

/// An adopted campaign as it should be: the campaign, its ad sets, their ads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adopted {
    /// Its id.
    pub campaign: CampaignId,
    /// The ad account's currency.
    pub currency: Currency,
    /// The ad account's zone.
    pub zone: Tz,
    /// The campaign first, each ad set with its ads after it.
    pub objects: Vec<Kept>,
}

impl Kept {
    /// What is wanted of an object is what Meta says of it now.
    pub fn of(observed: &Observed, parent: Option<ObjectId>, targeting: Option<Value>) -> Self {
        Self { object: observed.object, parent, fields: observed.fields.clone(), targeting }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        self.text(Field::Name)
    }

    /// A field's canonical text; empty where it has none.
    pub fn text(&self, field: Field) -> &str {
        self.fields.get(&field).map_or("", String::as_str)
    }

    /// Its own switch.
    pub fn is_on(&self) -> bool {
        self.text(Field::Switch) == "on"
    }

    /// The budget it carries, if it does.
    pub fn budget(&self) -> Option<(Pace, i64)> {
        let (pace, minor) = self.text(Field::Budget).split_once(' ')?;
        Some((Pace::parse(pace)?, minor.parse().ok()?))
    }

    /// An instant among its fields.
    pub fn time(&self, field: Field) -> Option<DateTime<Utc>> {
        self.text(field).parse().ok()
    }
}

impl Adopted {
    /// The campaign itself.
    pub fn top(&self) -> Option<&Kept> {
        self.objects.iter().find(|kept| kept.object.kind == Kind::Campaign)
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        self.top().map_or("", Kept::name)
    }

    /// Its objects of a kind, in order.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Kept> {
        self.objects.iter().filter(move |kept| kept.object.kind == kind)
    }

    /// Meta's own limit of the campaign.
    pub fn limit(&self) -> Option<Money> {
        let minor = self.top()?.text(Field::Limit).parse().ok()?;
        Some(Money::new(minor, self.currency))
    }

    /// The budgets that spend once the campaign is on: the campaign's own, else those of its switched-on ad sets. `None` where
    /// daily and lifetime budgets are mixed, which no single figure holds.
    pub fn budgets(&self) -> Option<(Pace, Vec<Money>)> {
        let own = self.top().and_then(Kept::budget);
        let all: Vec<(Pace, i64)> = match own {
            Some(budget) => vec![budget],
            None => self.of_kind(Kind::AdSet).filter(|kept| kept.is_on()).filter_map(Kept::budget).collect(),
        };
        let pace = all.first().map_or(Pace::Daily, |(pace, _)| *pace);
        let same = all.iter().all(|(other, _)| *other == pace);
        same.then(|| (pace, all.into_iter().map(|(_, minor)| Money::new(minor, self.currency)).collect()))
    }

    /// When the last of its ad sets ends; `None` where one is open.
    pub fn ends(&self) -> Option<DateTime<Utc>> {
        let mut ends = None;
        for ad_set in self.of_kind(Kind::AdSet) {
            ends = ends.max(Some(ad_set.time(Field::Ends)?));
        }
        ends
    }

    /// An instant of the canonical texts as the account's clock shows it: `2026-12-01 08:00`.
    pub fn local(&self, text: &str) -> String {
        let at: Result<DateTime<Utc>, _> = text.parse();
        at.map_or_else(|_| text.to_owned(), |at| at.with_timezone(&self.zone).format("%Y-%m-%d %H:%M").to_string())
    }

    /// A field as people read it.
    pub fn show(&self, field: Field, text: &str) -> String {
        field.show(text, self.currency, |at| self.local(at))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
pub(crate) mod fixture {
    use super::*;

    /// A campaign with two ad sets that overlap and three ads, as somebody made it by hand.
    pub(crate) fn adopted() -> Adopted {
        let kept = |kind: Kind, id: i64, parent: Option<i64>, fields: &[(Field, &str)]| Kept {
            object: ObjectRef::new(kind, id),
            parent: parent.map(ObjectId),
            fields: fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect(),
            targeting: None,
        };
        let on = (Field::Switch, "on");
        Adopted {
            campaign: CampaignId(1),
            currency: Currency::EUR,
            zone: chrono_tz::Europe::Lisbon,
            objects: vec![
                kept(Kind::Campaign, 1, None, &[(Field::Name, "By hand"), on, (Field::Limit, "")]),
                kept(
                    Kind::AdSet,
                    2,
                    Some(1),
                    &[(Field::Name, "Broad"), on, (Field::Budget, "daily 2000"), (Field::Ends, "2026-12-24T22:59:00Z")],
                ),
                kept(Kind::Ad, 3, Some(2), &[(Field::Name, "Lamp"), on, (Field::Creative, "900")]),
                kept(
                    Kind::AdSet,
                    4,
                    Some(1),
                    &[(Field::Name, "Lookalike"), on, (Field::Budget, "daily 3000"), (Field::Audience, "a lookalike")],
                ),
                kept(Kind::Ad, 5, Some(4), &[(Field::Name, "Lamp"), on, (Field::Creative, "901")]),
            ],
        }
    }

    /// What Meta says of it where nobody changed anything.
    pub(crate) fn observed(adopted: &Adopted) -> Vec<Observed> {
        let said = |kept: &Kept| Observed {
            object: kept.object,
            remote: format!("1202{}", kept.object.id),
            gone: false,
            fields: kept.fields.clone(),
        };
        adopted.objects.iter().map(said).collect()
    }
}
