//! Texts of the form that stand for a network, a placement group or a level: `share.facebook`, `ceiling.reels`, `names.ad`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{AdSetKey, CampaignForm};
use crate::domain::naming::Level;
use crate::domain::network::Network;
use crate::domain::placement::Group;

/// One text for each of the two networks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct ByNetwork {
    /// Facebook's.
    pub facebook: String,
    /// Instagram's.
    pub instagram: String,
}

impl ByNetwork {
    /// The text of one network; empty for others.
    pub fn of(&self, network: Network) -> &str {
        match network {
            Network::Facebook => &self.facebook,
            Network::Instagram => &self.instagram,
            Network::Other | Network::Unknown => "",
        }
    }

    pub(super) fn set(&mut self, network: &str, value: String) {
        match network {
            "facebook" => self.facebook = value,
            "instagram" => self.instagram = value,
            _ => {}
        }
    }
}

/// The templates of names as typed; empty is the usual one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct NamesForm {
    /// The campaign's.
    pub campaign: String,
    /// Each ad set's.
    pub ad_set: String,
    /// Each ad's.
    pub ad: String,
}

impl NamesForm {
    /// The text of a level.
    pub fn of(&self, level: Level) -> &str {
        match level {
            Level::Campaign => &self.campaign,
            Level::AdSet => &self.ad_set,
            Level::Ad => &self.ad,
        }
    }

    /// Keeps a text by its level's word; that of no level is passed over.
    pub(super) fn set(&mut self, level: &str, value: String) {
        match Level::parse(level) {
            Some(Level::Campaign) => self.campaign = value,
            Some(Level::AdSet) => self.ad_set = value,
            Some(Level::Ad) => self.ad = value,
            None => {}
        }
    }
}

/// Which of a part's figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What it gets.
    Share,
    /// At least so much.
    Floor,
    /// At most so much.
    Ceiling,
}

impl Side {
    /// The first half of the field's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Share => "share",
            Self::Floor => "floor",
            Self::Ceiling => "ceiling",
        }
    }

    /// The field of a part.
    pub fn field(self, part: AdSetKey) -> String {
        format!("{}.{}", self.as_str(), part.as_str())
    }
}

/// One text for each placement group; those never typed are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct ByGroup(BTreeMap<Group, String>);

impl ByGroup {
    /// The text of a group.
    pub fn of(&self, group: Group) -> &str {
        self.0.get(&group).map_or("", String::as_str)
    }

    /// Sets the text of a group.
    pub fn set(&mut self, group: Group, value: String) {
        self.0.insert(group, value);
    }
}

/// The figures of the placement groups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct GroupAmounts {
    /// What each gets.
    pub share: ByGroup,
    /// At least so much.
    pub floor: ByGroup,
    /// At most so much.
    pub ceiling: ByGroup,
}

impl CampaignForm {
    /// A figure as typed; empty for the shared ad set, which has none.
    pub fn amount(&self, side: Side, part: AdSetKey) -> &str {
        if let Some(group) = part.group() {
            return match side {
                Side::Share => self.groups.share.of(group),
                Side::Floor => self.groups.floor.of(group),
                Side::Ceiling => self.groups.ceiling.of(group),
            };
        }
        let by_network = match side {
            Side::Share => &self.share,
            Side::Floor => &self.floor,
            Side::Ceiling => &self.ceiling,
        };
        part.network().map_or("", |network| by_network.of(network))
    }

    /// Keeps a figure by the words of its field; those of no part are passed over.
    pub(super) fn set_amount(&mut self, side: Side, part: &str, value: String) {
        if let Some(group) = Group::parse(part) {
            match side {
                Side::Share => self.groups.share.set(group, value),
                Side::Floor => self.groups.floor.set(group, value),
                Side::Ceiling => self.groups.ceiling.set(group, value),
            }
            return;
        }
        match side {
            Side::Share => self.share.set(part, value),
            Side::Floor => self.floor.set(part, value),
            Side::Ceiling => self.ceiling.set(part, value),
        }
    }
}
