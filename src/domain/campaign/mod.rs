//! A campaign as the business defines it once: the valid desired state.
//!
//! [`CampaignForm`] is what the person typed, kept verbatim; [`CampaignForm::read`] makes a [`Campaign`] of it or says what is
//! wrong at which field. A [`Campaign`] that exists is one Meta accepts, its ad sets' money exact. It is stored as JSON, and the
//! same campaign is always the same bytes.

pub mod commitment;
pub mod facts;
pub mod form;
pub mod reading;

use serde::{Deserialize, Serialize};

use super::audience::{Audience, Payer, SpecialCategory};
use super::creative::Ad;
use super::money::Money;
use super::network::Network;
use super::objective::Counting;
use super::placement::Placement;
use super::schedule::Schedule;
use super::split::{WHOLE, share_of};
use super::tracking::Tracking;

pub use commitment::{Commitments, OVERDELIVERY_BP};
pub use facts::{AccountFacts, PageFacts, PictureFacts, PixelFacts};
pub use form::{AdForm, ByNetwork, CampaignForm, CityForm, LanguageForm};
pub use reading::{Makes, Note, Reading, Sketch};

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

/// How the budget is divided over ad sets.
///
/// A campaign budget inside floors and ceilings (guided) and one ad set a placement group come next: they are further variants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shape {
    /// One ad set over all placements; Meta divides.
    Shared,
    /// One ad set a network, each with its own budget, kept exactly. The two sum to the campaign's budget.
    PerNetwork {
        /// Facebook's.
        facebook: Money,
        /// Instagram's.
        instagram: Money,
    },
}

/// The four shapes as the form shows them, those to come included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShapeChoice {
    /// [`Shape::Shared`].
    Shared,
    /// A campaign budget with a floor and a ceiling a network; comes next.
    Guided,
    /// [`Shape::PerNetwork`].
    PerNetwork,
    /// One ad set a group of placements; comes next.
    PerGroup,
}

impl ShapeChoice {
    /// In the order shown.
    pub const ALL: [Self; 4] = [Self::Shared, Self::Guided, Self::PerNetwork, Self::PerGroup];

    /// The word in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Guided => "guided",
            Self::PerNetwork => "per_network",
            Self::PerGroup => "per_group",
        }
    }

    /// The name people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Shared => "Shared",
            Self::Guided => "Guided",
            Self::PerNetwork => "Per network",
            Self::PerGroup => "Per placement group",
        }
    }

    /// What it means, in half a sentence.
    pub fn explanation(self) -> &'static str {
        match self {
            Self::Shared => "one ad set, Meta divides; advised unless you must guarantee a share",
            Self::Guided => "Meta divides between your floor and ceiling",
            Self::PerNetwork => "two budgets, kept exactly",
            Self::PerGroup => "for large budgets",
        }
    }

    /// Whether it can be chosen already.
    pub fn is_offered(self) -> bool {
        matches!(self, Self::Shared | Self::PerNetwork)
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text.trim())
    }
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
    /// Where it runs, in the order of the placement table.
    pub placements: Vec<Placement>,
    /// How the budget is divided.
    pub shape: Shape,
    /// Who may see it.
    pub audience: Audience,
    /// One to ten ads; each ad set shows all of them.
    pub ads: Vec<Ad>,
    /// What links carry.
    pub tracking: Tracking,
}

/// Which ad set of a campaign: stable however the campaign's texts and money change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AdSetKey {
    /// The one ad set of the shared shape.
    Shared,
    /// The network's own.
    Facebook,
    /// The network's own.
    Instagram,
}

impl AdSetKey {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Shared => "Facebook and Instagram",
            Self::Facebook => "Facebook",
            Self::Instagram => "Instagram",
        }
    }

    /// From the database's word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Shared, Self::Facebook, Self::Instagram].into_iter().find(|key| key.as_str() == text)
    }
}

/// A share of the campaign's budget over one group of placements.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AdSet {
    /// Which one.
    pub key: AdSetKey,
    /// Its name, without the token that ends it at Meta.
    pub name: String,
    /// The networks it runs on.
    pub networks: Vec<Network>,
    /// Its placements.
    pub placements: Vec<Placement>,
    /// Its budget, exactly; daily or lifetime as the campaign's.
    pub budget: Money,
    /// Its share of the campaign's budget in basis points, rounded: for showing.
    pub share_bp: i64,
}

impl Campaign {
    /// The ad sets it is made of, in the order of the networks; their budgets sum to the campaign's.
    pub fn ad_sets(&self) -> Vec<AdSet> {
        let ad_set = |key: AdSetKey, only: Option<Network>, budget: Money| {
            let placements: Vec<Placement> =
                self.placements.iter().copied().filter(|p| only.is_none_or(|network| p.network() == network)).collect();
            let share_bp = if only.is_none() { WHOLE } else { share_of(budget.minor, self.budget.amount.minor) };
            let networks = networks_of(&placements);
            let name = format!("{} · {}", self.name, names(&networks));
            AdSet { key, name, networks, placements, budget, share_bp }
        };
        match self.shape {
            Shape::Shared => vec![ad_set(AdSetKey::Shared, None, self.budget.amount)],
            Shape::PerNetwork { facebook, instagram } => vec![
                ad_set(AdSetKey::Facebook, Some(Network::Facebook), facebook),
                ad_set(AdSetKey::Instagram, Some(Network::Instagram), instagram),
            ],
        }
    }

    /// The money it commits at worst; `now` is platform time.
    pub fn commitments(&self, now: chrono::DateTime<chrono::Utc>, overdelivery_bp: i64) -> Commitments {
        let budgets: Vec<Money> = self.ad_sets().iter().map(|ad_set| ad_set.budget).collect();
        commitment::of(self.budget.pace, &budgets, self.budget.amount, self.schedule.days(now), self.never_more, overdelivery_bp)
    }
}

/// The networks of some placements, each once, in the usual order.
pub fn networks_of(placements: &[Placement]) -> Vec<Network> {
    Network::BOTH.into_iter().filter(|network| placements.iter().any(|p| p.network() == *network)).collect()
}

/// `Facebook and Instagram`, or the one there is.
fn names(networks: &[Network]) -> String {
    let labels: Vec<&str> = networks.iter().map(|network| network.label()).collect();
    labels.join(" and ")
}

#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;
