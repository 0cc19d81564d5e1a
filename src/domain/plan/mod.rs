//! Plans: the difference between a campaign as it should be and what Meta last said of it, and the steps that close it.
//!
//! A plan is a pure function of desired and observed state; the same inputs give the same plan and the same hash, and a plan
//! that was carried out leaves an empty one. Creating is always paused; the campaign is switched on last, so that one call
//! starts spending. What people approve is the hash: a plan that no longer matches it is stale.

mod build;
mod creative;
mod effects;
mod field;
mod fields_only;
mod groups;
mod kept;
mod lines;
mod observed;
mod revert;
mod review;
mod stakes;
mod standing;
mod target;
mod wanted;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::campaign::Commitments;
use super::id::{AdId, AdSetId, CampaignId, ObjectId};
use super::money::Money;
use super::network::Network;

pub use build::{Desired, Run, pause, plan};
pub use creative::{CreativeWords, RuleWords, ShownWords};
pub use effects::{Effect, EffectKind, LEARNING_STEP_BP, Learning, step_bp};
pub use field::{AUTOMATIC_PLACEMENTS, Field};
pub use fields_only::{Part, fields_only, switch};
pub use groups::{Group, grouped};
pub use kept::{WantedKept, kept};
pub use observed::{AudienceWords, Observed};
pub use revert::{revert, revert_kept};
pub use review::{Basis, Review, RowReview, Terms, since, summary, unknown, weigh};
pub use stakes::{Most, Stakes};
pub use target::{Target, kept_targets, targets};
pub use wanted::{Wanted, WantedAd, WantedAdSet, WantedCampaign, WantedCreative, WantedImage, bare, token};

/// A kind of object at Meta; the derived order is the order they are made in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A picture, known by its hash.
    Image,
    /// A campaign.
    Campaign,
    /// An ad set.
    AdSet,
    /// A creative.
    Creative,
    /// An ad.
    Ad,
}

impl Kind {
    /// The word in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Campaign => "campaign",
            Self::AdSet => "ad_set",
            Self::Creative => "creative",
            Self::Ad => "ad",
        }
    }

    /// The word people read.
    pub fn label(self) -> &'static str {
        match self {
            Self::Image => "Picture",
            Self::Campaign => "Campaign",
            Self::AdSet => "Ad set",
            Self::Creative => "Creative",
            Self::Ad => "Ad",
        }
    }

    /// From the database's word.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Image, Self::Campaign, Self::AdSet, Self::Creative, Self::Ad].into_iter().find(|kind| kind.as_str() == text)
    }

    /// Whether it can be switched on and off.
    pub fn has_switch(self) -> bool {
        matches!(self, Self::Campaign | Self::AdSet | Self::Ad)
    }
}

/// One of our objects: what it is, and our id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ObjectRef {
    /// Its kind.
    pub kind: Kind,
    /// Our id: a picture's, campaign's, ad set's, creative's or ad's.
    pub id: ObjectId,
}

impl ObjectRef {
    /// A reference.
    pub fn new(kind: Kind, id: i64) -> Self {
        Self { kind, id: ObjectId(id) }
    }
}

/// Our ids of a campaign's objects, given out by whoever saves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    /// The campaign's.
    pub campaign: CampaignId,
    /// Its ad sets', with their ads'.
    pub ad_sets: Vec<AdSetIds>,
}

/// The ids of an ad set and of the ads in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdSetIds {
    /// Which ad set.
    pub key: super::campaign::AdSetKey,
    /// Its id.
    pub id: AdSetId,
    /// Its ads'.
    pub ads: Vec<AdIds>,
}

/// The ids of one ad in one ad set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdIds {
    /// The ad's key in the campaign.
    pub key: u32,
    /// The ad's id.
    pub ad: AdId,
    /// Its creative's id.
    pub creative: ObjectId,
}

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It is made, paused.
    Create,
    /// Some of its fields change.
    Change,
    /// It is switched off.
    Pause,
    /// It is switched on; on a campaign, this starts spending.
    Arm,
    /// It is put away for good.
    Archive,
}

/// One field that changes, as people read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// Which field.
    pub field: Field,
    /// What Meta says now; `None` where it does not exist yet or Meta did not say.
    pub now: Option<String>,
    /// What it will be.
    pub after: String,
}

/// A row of the plan for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What happens.
    pub mark: Mark,
    /// To which object.
    pub object: ObjectRef,
    /// Its name, without the token.
    pub name: String,
    /// The networks it runs on, where it is an ad set or an ad.
    pub networks: Vec<Network>,
    /// What it is now, in a few words: `none`, `paused`, `active`.
    pub now: String,
    /// What it will be, in a few words.
    pub after: String,
    /// The fields that change, old and new; all of them where it is made.
    pub changes: Vec<FieldChange>,
    /// How much more (or, negative, less) money a day or in all it may spend; `None` where it carries no budget.
    pub money: Option<Money>,
    /// What is to be weighed of it; not part of what approval is bound to.
    #[serde(default)]
    pub review: RowReview,
}

impl Row {
    /// Whether its fields tell what happens: old and new of something that is there.
    pub fn is_told_by_fields(&self) -> bool {
        self.changes.iter().any(|change| change.now.is_some())
    }

    /// What approval is bound to.
    pub(in crate::domain) fn binding(&self) -> impl Serialize + '_ {
        // The fields of what is made stand in the step that makes it.
        let changes: Vec<&FieldChange> = self.changes.iter().filter(|change| change.now.is_some()).collect();
        (self.mark, self.object, &self.name, &self.networks, &self.now, &self.after, changes, self.money)
    }
}

/// One remote call, or a check. Carrying out a step twice must be harmless: a create first looks for its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Step {
    /// Upload a picture unless Meta has its hash.
    Upload {
        /// The picture.
        image: WantedImage,
    },
    /// Make an object, paused. `token` ends its name: look for it under the parent before repeating.
    Create {
        /// Everything to make it with.
        wanted: Wanted,
        /// The token, without brackets.
        token: String,
    },
    /// Change some fields of an object that exists.
    Change {
        /// Everything it should be.
        wanted: Wanted,
        /// The fields that differ; only these are sent.
        fields: Vec<Field>,
    },
    /// Read every object of the campaign back and compare: after it, [`plan`] of the same campaign must hold only switches.
    Verify {
        /// The campaign.
        campaign: CampaignId,
    },
    /// Switch an object off.
    Pause {
        /// Which.
        object: ObjectRef,
    },
    /// Switch an object on.
    Activate {
        /// Which.
        object: ObjectRef,
    },
    /// Put an object away for good: it stays readable and can never be switched on again.
    Archive {
        /// Which.
        object: ObjectRef,
    },
}

impl Step {
    /// The object it is about; the campaign for a check.
    pub fn object(&self) -> ObjectRef {
        match self {
            Self::Upload { image } => ObjectRef::new(Kind::Image, image.picture.0),
            Self::Create { wanted, .. } | Self::Change { wanted, .. } => wanted.object(),
            Self::Verify { campaign } => ObjectRef::new(Kind::Campaign, campaign.0),
            Self::Pause { object } | Self::Activate { object } | Self::Archive { object } => *object,
        }
    }
}

/// A reviewable difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The campaign.
    pub campaign: CampaignId,
    /// Its name.
    pub name: String,
    /// For people.
    pub rows: Vec<Row>,
    /// For the machine, in exact order, each with the sentence shown while it runs.
    pub steps: Vec<PlannedStep>,
    /// The money committed once it is carried out; `None` where the campaign will not run.
    pub commitments: Option<Commitments>,
    /// Whether the budget is a day's or for all.
    pub pace: super::campaign::Pace,
    /// What keeps it from being carried out at all; a plan with any cannot be approved.
    pub blocked: Vec<String>,
    /// What carrying it out may trigger or reset.
    pub worth_knowing: Vec<String>,
    /// What nobody knows beforehand.
    pub unknown: Vec<String>,
    /// What is to be weighed; not part of what approval is bound to.
    #[serde(default)]
    pub review: Review,
    /// SHA-256 over campaign, rows and steps as canonical JSON, hexadecimal.
    pub hash: String,
}

/// A step and what it says while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedStep {
    /// `Create ad set Christmas sale · Facebook, paused`.
    pub label: String,
    /// The step.
    pub step: Step,
}

impl Plan {
    /// Whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.blocked.is_empty()
    }

    /// How many objects are made, changed, switched off and switched on.
    pub fn counts(&self) -> [(Mark, usize); 4] {
        [Mark::Create, Mark::Change, Mark::Pause, Mark::Arm]
            .map(|mark| (mark, self.rows.iter().filter(|row| row.mark == mark).count()))
    }

    /// The beginning of the hash, by which people tell plans apart.
    pub fn short(&self) -> String {
        self.hash.chars().take(6).collect()
    }

    /// Whether carrying it out starts spending.
    pub fn arms(&self) -> bool {
        self.rows.iter().any(|row| row.mark == Mark::Arm && row.object.kind == Kind::Campaign)
    }
}

/// The hash that approval is bound to.
fn hash_of(campaign: CampaignId, rows: &[Row], steps: &[PlannedStep], blocked: &[String]) -> String {
    // Struct fields serialise in their written order and nothing here is a hash map: the bytes are canonical.
    let rows: Vec<_> = rows.iter().map(Row::binding).collect();
    let bytes = serde_json::to_vec(&(campaign, rows, steps, blocked)).unwrap_or_default();
    hex::encode(Sha256::digest(bytes))
}

#[cfg(test)]
mod review_tests;
#[cfg(test)]
mod stakes_tests;
#[cfg(test)]
mod tests;
