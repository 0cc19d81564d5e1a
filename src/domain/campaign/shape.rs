//! The four shapes of a campaign: over which ad sets its budget is divided, and what each of them carries.

use serde::{Deserialize, Serialize};

use super::{Campaign, networks_of};
use crate::domain::money::Money;
use crate::domain::naming::{AdSetValues, Known, Level};
use crate::domain::network::Network;
use crate::domain::placement::{Group, Placement};
use crate::domain::split::{WHOLE, share_of};

/// The least and the most an ad set gets of a campaign budget; daily or lifetime as the budget is.
///
/// At Meta the floor is a target that it tries to reach, the ceiling a limit that it keeps. Source: Marketing API, Ad Set,
/// `daily_min_spend_target` and `daily_spend_cap`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// At least so much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub floor: Option<Money>,
    /// At most so much.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ceiling: Option<Money>,
}

impl Limits {
    /// Whether there is neither floor nor ceiling.
    pub fn is_none(&self) -> bool {
        self.floor.is_none() && self.ceiling.is_none()
    }
}

/// The budget of one placement group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GroupBudget {
    /// Which group.
    pub group: Group,
    /// Its budget, exactly.
    pub budget: Money,
}

/// How the budget is divided over ad sets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
    /// The campaign carries the budget; Meta divides it over one ad set a network, inside these limits.
    Guided {
        /// Facebook's.
        facebook: Limits,
        /// Instagram's.
        instagram: Limits,
    },
    /// One ad set a placement group, each with its own budget, kept exactly. Together they are the campaign's budget.
    PerGroup {
        /// In the order of the groups; at least two.
        budgets: Vec<GroupBudget>,
    },
}

/// The four shapes as the form shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShapeChoice {
    /// [`Shape::Shared`].
    Shared,
    /// [`Shape::Guided`].
    Guided,
    /// [`Shape::PerNetwork`].
    PerNetwork,
    /// [`Shape::PerGroup`].
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
            Self::Guided => "one budget, an ad set a network; Meta divides between your floors and ceilings",
            Self::PerNetwork => "two budgets, kept exactly; each network learns by itself",
            Self::PerGroup => "a budget each for feeds, stories, reels and the rest; for budgets that can feed them all",
        }
    }

    /// From the form's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|choice| choice.as_str() == text.trim())
    }
}

impl From<&Shape> for ShapeChoice {
    fn from(shape: &Shape) -> Self {
        match shape {
            Shape::Shared => Self::Shared,
            Shape::PerNetwork { .. } => Self::PerNetwork,
            Shape::Guided { .. } => Self::Guided,
            Shape::PerGroup { .. } => Self::PerGroup,
        }
    }
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
    /// The group's own.
    Feeds,
    /// The group's own.
    Stories,
    /// The group's own.
    Reels,
    /// The group's own.
    Explore,
}

impl AdSetKey {
    /// Every one there can be.
    pub const ALL: [Self; 7] =
        [Self::Shared, Self::Facebook, Self::Instagram, Self::Feeds, Self::Stories, Self::Reels, Self::Explore];
    /// One a network, in the usual order.
    pub const NETWORKS: [Self; 2] = [Self::Facebook, Self::Instagram];

    /// The word in the database and, for a part of a split, in forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Facebook => "facebook",
            Self::Instagram => "instagram",
            _ => self.group().map_or("", Group::as_str),
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Shared => "Facebook and Instagram",
            Self::Facebook => "Facebook",
            Self::Instagram => "Instagram",
            _ => self.group().map_or("", Group::label),
        }
    }

    /// The placement group it is for, if it is for one.
    pub fn group(self) -> Option<Group> {
        match self {
            Self::Shared | Self::Facebook | Self::Instagram => None,
            Self::Feeds => Some(Group::Feeds),
            Self::Stories => Some(Group::Stories),
            Self::Reels => Some(Group::Reels),
            Self::Explore => Some(Group::Explore),
        }
    }

    /// The network it is for alone, if it is for one.
    pub fn network(self) -> Option<Network> {
        match self {
            Self::Facebook => Some(Network::Facebook),
            Self::Instagram => Some(Network::Instagram),
            _ => None,
        }
    }

    /// Whether a placement chosen for the campaign stands in it.
    pub fn holds(self, placement: Placement) -> bool {
        match (self.network(), self.group()) {
            (Some(network), _) => placement.network() == network,
            (None, Some(group)) => Group::of(placement) == group,
            (None, None) => true,
        }
    }

    /// From the database's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|key| key.as_str() == text)
    }
}

impl From<Group> for AdSetKey {
    fn from(group: Group) -> Self {
        match group {
            Group::Feeds => Self::Feeds,
            Group::Stories => Self::Stories,
            Group::Reels => Self::Reels,
            Group::Explore => Self::Explore,
        }
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
    /// Its budget, exactly; daily or lifetime as the campaign's. `None` where the campaign carries the budget.
    pub budget: Option<Money>,
    /// What it may get of a campaign budget.
    #[serde(default, skip_serializing_if = "Limits::is_none")]
    pub limits: Limits,
    /// Its share of the campaign's budget in basis points, rounded: for showing. `None` where Meta decides it.
    pub share_bp: Option<i64>,
}

impl Campaign {
    /// The ad sets it is made of, in the usual order. Budgets of their own sum to the campaign's; under a campaign budget
    /// they have none.
    pub fn ad_sets(&self) -> Vec<AdSet> {
        let own = |key: AdSetKey, budget: Money| self.ad_set(key, Some(budget), Limits::default());
        match &self.shape {
            Shape::Shared => vec![own(AdSetKey::Shared, self.budget.amount)],
            Shape::PerNetwork { facebook, instagram } => {
                vec![own(AdSetKey::Facebook, *facebook), own(AdSetKey::Instagram, *instagram)]
            }
            Shape::Guided { facebook, instagram } => {
                vec![self.ad_set(AdSetKey::Facebook, None, *facebook), self.ad_set(AdSetKey::Instagram, None, *instagram)]
            }
            Shape::PerGroup { budgets } => budgets.iter().map(|of| own(of.group.into(), of.budget)).collect(),
        }
    }

    fn ad_set(&self, key: AdSetKey, budget: Option<Money>, limits: Limits) -> AdSet {
        let placements: Vec<Placement> = self.placements.iter().copied().filter(|p| key.holds(*p)).collect();
        let networks = networks_of(&placements);
        let values = AdSetValues { key, networks: &networks, automatic: self.automatic_placements };
        let known = Known { campaign: &self.values(), ad_set: Some(values), ad: None };
        let name = known.fill(self.names.of(Level::AdSet));
        let share_bp = match key {
            AdSetKey::Shared => Some(WHOLE),
            _ => budget.map(|budget| share_of(budget.minor, self.budget.amount.minor)),
        };
        AdSet { key, name, networks, placements, budget, limits, share_bp }
    }

    /// Whether the campaign itself carries the budget at Meta, and Meta divides it over the ad sets.
    pub fn carries_budget(&self) -> bool {
        matches!(self.shape, Shape::Guided { .. })
    }

    /// The budgets as Meta keeps them, each by itself: the campaign's, or those of its ad sets.
    pub fn budgets(&self) -> Vec<Money> {
        if self.carries_budget() {
            return vec![self.budget.amount];
        }
        self.ad_sets().iter().filter_map(|ad_set| ad_set.budget).collect()
    }
}
