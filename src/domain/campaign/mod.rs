//! A campaign as the business defines it once: the valid desired state.
//!
//! [`CampaignForm`] is what the person typed, kept verbatim; [`CampaignForm::read`] makes a [`Campaign`] of it or says what is
//! wrong at which field. A [`Campaign`] that exists is one Meta accepts, its ad sets' money exact. It is stored as JSON, and the
//! same campaign is always the same bytes.

pub mod amounts;
pub mod commitment;
pub mod differences;
pub mod facts;
pub mod form;
pub mod learned;
mod names;
pub mod reading;
mod scale;
pub mod shape;
mod who_form;

use serde::{Deserialize, Serialize};

use super::audience::{Audience, Payer, SpecialCategory};
use super::creative::Ad;
use super::money::Money;
use super::naming::Names;
use super::network::Network;
use super::objective::Counting;
use super::placement::Placement;
use super::schedule::Schedule;
use super::tracking::Tracking;

pub use amounts::{ByGroup, ByNetwork, GroupAmounts, NamesForm, Side};
pub use commitment::{Commitments, OVERDELIVERY_BP, worst_day};
pub use facts::{AccountFacts, PageFacts, PictureFacts, PixelFacts};
pub use form::{AdForm, CampaignForm, CityForm, CustomForm, DetailForm, LanguageForm};
pub use reading::{Makes, Note, Reading, Sketch};
pub use shape::{AdSet, AdSetKey, GroupBudget, Limits, Shape, ShapeChoice};
pub use who_form::{AudienceReading, SavedAudienceRef};

/// The longest name of a campaign, in characters: with the ad set's part and the token it stays under Meta's 400.
pub const NAME_MAX: usize = 150;

/// A daily budget below so many times the cost goal seldom delivers (Meta's advice for cost caps).
pub const COST_GOAL_TIMES: i64 = 5;
/// Meta's least `spend_cap` is about so many daily minimums (100 USD where the minimum is 1 USD).
pub const LIMIT_MIN_BUDGETS: i64 = 100;

/// How often a budget is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pace {
    /// So much a day.
    Daily,
    /// So much from start to end; needs an end.
    Lifetime,
}

impl Pace {
    /// The word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Lifetime => "lifetime",
        }
    }

    /// How it reads after an amount: `140.00 a day`.
    pub fn label(self) -> &'static str {
        match self {
            Self::Daily => "a day",
            Self::Lifetime => "in all",
        }
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Daily, Self::Lifetime].into_iter().find(|pace| pace.as_str() == text.trim())
    }
}

/// What the campaign may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Budget {
    /// Daily or lifetime.
    pub pace: Pace,
    /// The amount, over all ad sets.
    pub amount: Money,
}

/// Who speaks in the ads.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// Meta's id of the Page.
    pub page: String,
    /// The Page's name.
    pub page_name: String,
    /// Meta's id and the name of the Instagram account; needed where Instagram shows the ads.
    pub instagram: Option<(String, String)>,
}

/// A campaign as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Campaign {
    /// What people call it.
    pub name: String,
    /// What is counted and how it is bid for.
    pub counting: Counting,
    /// Who speaks.
    pub identity: Identity,
    /// The explicit answer about special categories.
    pub special: SpecialCategory,
    /// Who pays and benefits; always there where the audience touches the EU.
    pub payer: Option<Payer>,
    /// When it runs.
    pub schedule: Schedule,
    /// What it may spend.
    pub budget: Budget,
    /// Meta's own limit for the whole campaign (`spend_cap`), if one is set.
    pub never_more: Option<Money>,
    /// Where it runs, in the order of the placement table; all there are where Meta chooses.
    pub placements: Vec<Placement>,
    /// Whether Meta chooses the placements, those outside Facebook and Instagram and those to come included.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic_placements: bool,
    /// How the budget is divided.
    pub shape: Shape,
    /// Who may see it.
    pub audience: Audience,
    /// The saved audience it was taken from, and which version.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub saved_audience: Option<SavedAudienceRef>,
    /// One to ten ads; each ad set shows all of them.
    pub ads: Vec<Ad>,
    /// What links carry.
    pub tracking: Tracking,
    /// The templates of its names; the usual ones where none were stored.
    #[serde(default, skip_serializing_if = "Names::is_usual")]
    pub names: Names,
}

impl Campaign {
    /// The money it commits at worst; `now` is platform time.
    pub fn commitments(&self, now: chrono::DateTime<chrono::Utc>, overdelivery_bp: i64) -> Commitments {
        commitment::of(
            self.budget.pace,
            &self.budgets(),
            self.budget.amount,
            self.schedule.days(now),
            self.never_more,
            overdelivery_bp,
        )
    }
}

/// The networks of some placements, each once, in the usual order.
pub fn networks_of(placements: &[Placement]) -> Vec<Network> {
    Network::BOTH.into_iter().filter(|network| placements.iter().any(|p| p.network() == *network)).collect()
}

/// `Facebook and Instagram`, or the one there is.
pub fn names_of(networks: &[Network]) -> String {
    let labels: Vec<&str> = networks.iter().map(|network| network.label()).collect();
    labels.join(" and ")
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod shape_tests;
#[cfg(test)]
mod tests;
