//! Everything an object at Meta should be: what a create sends and what a read is compared with.
//!
//! Each name ends in a short token made of the object's id, so that a create whose answer was lost can find what it made. A
//! creative's token is made of its content too: creatives never change, another text is another creative.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    AUTOMATIC_PLACEMENTS, AdIds, AdSetIds, AudienceWords, CreativeWords, Field, Ids, Kind, ObjectRef, RuleWords, ShownWords,
    WantedKept,
};
use crate::domain::audience::{Audience, Country, Payer, SpecialCategory};
use crate::domain::campaign::{AdSet, Budget, Campaign, Identity, Limits, Pace};
use crate::domain::creative::{Ad, CallToAction, Content, CreativeContent, Enhancement, PlacementRule};
use crate::domain::id::{AdId, AdSetId, CampaignId, ObjectId, PictureId};
use crate::domain::money::Money;
use crate::domain::network::Network;
use crate::domain::objective::{Bid, Counting, Objective};
use crate::domain::placement::Placement;
use crate::domain::schedule::Schedule;

/// A picture that Meta should have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedImage {
    /// Ours.
    pub picture: PictureId,
}

/// A campaign as it should be at Meta. Without a budget of its own its ad sets carry the money, and must not share it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedCampaign {
    /// Our id.
    pub id: CampaignId,
    /// The name, token included.
    pub name: String,
    /// The objective.
    pub objective: Objective,
    /// The special category.
    pub special: SpecialCategory,
    /// The countries a special category is declared for.
    pub countries: Vec<Country>,
    /// Meta's limit.
    pub limit: Option<Money>,
    /// The budget that Meta divides over its ad sets, with what is bid; `None` where each ad set has its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<(Budget, Bid)>,
}

/// An ad set as it should be at Meta.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedAdSet {
    /// Our id.
    pub id: AdSetId,
    /// Its campaign.
    pub campaign: CampaignId,
    /// The name, token included.
    pub name: String,
    /// Daily or lifetime.
    pub pace: Pace,
    /// Its budget, exactly; `None` where the campaign carries it.
    pub budget: Option<Money>,
    /// What it may get of the campaign's budget.
    #[serde(default, skip_serializing_if = "Limits::is_none")]
    pub limits: Limits,
    /// What is counted and bid.
    pub counting: Counting,
    /// The Page: what awareness is bought for.
    pub page: String,
    /// When it runs.
    pub schedule: Schedule,
    /// Who may see it.
    pub audience: Audience,
    /// Where.
    pub placements: Vec<Placement>,
    /// Whether Meta chooses where.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub automatic: bool,
    /// Who pays and benefits.
    pub payer: Option<Payer>,
}

/// A creative as it should be at Meta, with every enhancement refused that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedCreative {
    /// Our id.
    pub id: ObjectId,
    /// The name, token included.
    pub name: String,
    /// Who speaks.
    pub identity: Identity,
    /// The text above the picture, where no rule says another.
    pub message: String,
    /// The line beside the button, likewise.
    pub headline: String,
    /// Where it leads, without tracking.
    pub link: String,
    /// Tracking parameters.
    pub url_tags: String,
    /// The button.
    pub call_to_action: CallToAction,
    /// The picture, where no rule says another.
    pub picture: PictureId,
    /// Placements that show something else.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<PlacementRule>,
    /// What Meta may change by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub enhancements: Vec<Enhancement>,
}

/// An ad as it should be at Meta.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WantedAd {
    /// Our id.
    pub id: AdId,
    /// Its ad set.
    pub ad_set: AdSetId,
    /// The name, token included.
    pub name: String,
    /// Its creative.
    pub creative: ObjectId,
}

/// Any of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Wanted {
    /// A campaign.
    Campaign(WantedCampaign),
    /// An ad set.
    AdSet(Box<WantedAdSet>),
    /// A creative.
    Creative(WantedCreative),
    /// An ad.
    Ad(WantedAd),
    /// An object of an adopted campaign; changed, never made.
    Kept(Box<WantedKept>),
}

/// The token of an object: eight letters and digits that follow from its kind and id, and a creative's content.
pub fn token(object: ObjectRef, content: &str) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let digest = Sha256::digest(format!("{}/{}/{content}", object.kind.as_str(), object.id));
    digest.iter().take(8).filter_map(|byte| LETTERS.get(usize::from(byte & 31))).map(|letter| char::from(*letter)).collect()
}

/// A name with its token at the end.
fn named(name: &str, token: &str) -> String {
    format!("{name} [{token}]")
}

/// A name as people gave it: without the token.
pub fn bare(name: &str) -> &str {
    let Some((bare, rest)) = name.rsplit_once(" [") else { return name };
    if rest.len() == 9 && rest.ends_with(']') { bare } else { name }
}

impl Wanted {
    /// Which object.
    pub fn object(&self) -> ObjectRef {
        match self {
            Self::Campaign(wanted) => ObjectRef::new(Kind::Campaign, wanted.id.0),
            Self::AdSet(wanted) => ObjectRef::new(Kind::AdSet, wanted.id.0),
            Self::Creative(wanted) => ObjectRef::new(Kind::Creative, wanted.id.0),
            Self::Ad(wanted) => ObjectRef::new(Kind::Ad, wanted.id.0),
            Self::Kept(wanted) => wanted.object,
        }
    }

    /// The name, token included.
    pub fn name(&self) -> &str {
        match self {
            Self::Campaign(wanted) => &wanted.name,
            Self::AdSet(wanted) => &wanted.name,
            Self::Creative(wanted) => &wanted.name,
            Self::Ad(wanted) => &wanted.name,
            Self::Kept(wanted) => &wanted.name,
        }
    }

    /// The token its name ends in.
    pub fn token(&self) -> &str {
        self.name().rsplit_once('[').map_or("", |(_, token)| token.trim_end_matches(']'))
    }

    /// The networks it runs on; empty where it is not an ad set.
    pub(super) fn networks(&self) -> Vec<Network> {
        match self {
            Self::AdSet(wanted) => crate::domain::campaign::networks_of(&wanted.placements),
            _ => Vec::new(),
        }
    }

    /// What it should be, field by field; its switch and an ad's creative apart, which depend on others. A start that has
    /// passed is not compared: Meta moves it to the moment of creation.
    pub fn fields(&self, now: DateTime<Utc>) -> BTreeMap<Field, String> {
        let mut fields = BTreeMap::from([(Field::Name, self.name().to_owned())]);
        match self {
            Self::Campaign(wanted) => {
                let special = if wanted.special == SpecialCategory::None { "" } else { wanted.special.wire() };
                fields.insert(Field::Objective, wanted.objective.wire().to_owned());
                fields.insert(Field::Special, special.to_owned());
                fields.insert(Field::Limit, wanted.limit.map_or_else(String::new, |limit| limit.minor.to_string()));
                let (budget, bid) = match &wanted.budget {
                    Some((budget, Bid::LowestCost)) => (Field::budget(budget.pace, budget.amount.minor), Field::bid(None)),
                    // What is aimed at stands on each ad set.
                    Some((budget, Bid::CostGoal(_))) => (Field::budget(budget.pace, budget.amount.minor), "cost_goal".to_owned()),
                    None => (String::new(), String::new()),
                };
                fields.insert(Field::Budget, budget);
                fields.insert(Field::Bid, bid);
            }
            Self::AdSet(wanted) => wanted.fields(now, &mut fields),
            Self::Creative(wanted) => fields.extend(wanted.words().fields()),
            Self::Ad(_) => {}
            Self::Kept(wanted) => fields.extend(wanted.fields.clone()),
        }
        fields
    }
}

impl WantedCreative {
    /// What is shown where no rule speaks.
    pub fn default_content(&self) -> Content {
        Content { message: self.message.clone(), headline: self.headline.clone(), picture: self.picture }
    }

    /// The pictures it shows, each once, in their order.
    pub fn pictures(&self) -> Vec<PictureId> {
        let mut all: Vec<PictureId> =
            std::iter::once(self.picture).chain(self.rules.iter().map(|rule| rule.content.picture)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Gives it a token that follows from the creative it replaces too: that one may have been made with this very content.
    pub(super) fn replace(&mut self, remote: &str) {
        let object = ObjectRef::new(Kind::Creative, self.id.0);
        let content = format!("{}/{remote}", self.content());
        self.name = named(bare(&self.name), &token(object, &content));
    }

    fn content(&self) -> String {
        serde_json::to_string(&Self { name: String::new(), ..self.clone() }).unwrap_or_default()
    }

    /// In words that can be compared, but for the pictures, whose hashes only Meta's answers say.
    pub(super) fn words(&self) -> CreativeWords {
        let shown = |content: &Content| ShownWords {
            message: content.message.clone(),
            headline: content.headline.clone(),
            picture: None,
        };
        let rule = |rule: &PlacementRule| RuleWords {
            placements: rule.placements.iter().map(ToString::to_string).collect(),
            shown: shown(&rule.content),
        };
        CreativeWords {
            page: self.identity.page.clone(),
            instagram: self.identity.instagram.as_ref().map(|(id, _)| id.clone()),
            link: self.link.clone(),
            url_tags: Some(self.url_tags.clone()),
            button: self.call_to_action.wire().to_owned(),
            default: shown(&self.default_content()),
            rules: self.rules.iter().map(rule).collect(),
            enhancements: Some(self.enhancements.iter().map(|one| one.wire().to_owned()).collect()),
        }
    }

    /// [`Field::Picture`], with the hash of each picture; one that Meta does not have yet has none.
    pub(super) fn picture_words(&self, hash: impl Fn(PictureId) -> String) -> String {
        let mut words = self.words();
        words.default.picture = Some(hash(self.picture));
        for (words, rule) in words.rules.iter_mut().zip(&self.rules) {
            words.shown.picture = Some(hash(rule.content.picture));
        }
        words.fields().remove(&Field::Picture).unwrap_or_default()
    }
}

impl WantedAdSet {
    /// [`Field::Placements`] as it should be.
    pub(super) fn placement_words(&self) -> String {
        if self.automatic { AUTOMATIC_PLACEMENTS.to_owned() } else { Field::placements(&self.placements, &[]) }
    }

    fn fields(&self, now: DateTime<Utc>, fields: &mut BTreeMap<Field, String>) {
        let counting = &self.counting;
        let bid = match counting.bid {
            Bid::LowestCost => Field::bid(None),
            Bid::CostGoal(cost) => Field::bid(Some(cost.minor)),
        };
        let money = |of: Option<Money>| of.map_or_else(String::new, |money| Field::budget(self.pace, money.minor));
        fields.insert(Field::Budget, money(self.budget));
        fields.insert(Field::Floor, money(self.limits.floor));
        fields.insert(Field::Ceiling, money(self.limits.ceiling));
        fields.insert(Field::Goal, counting.goal.wire().to_owned());
        if let Some(event) = &counting.event {
            fields.insert(Field::Event, Field::event(&event.pixel, event.event.wire()));
        }
        if let Some(attribution) = counting.attribution {
            fields.insert(Field::Attribution, attribution.into());
        }
        fields.insert(Field::Bid, bid);
        if let Some(starts) = self.schedule.starts.filter(|starts| *starts > now) {
            fields.insert(Field::Starts, Field::time(starts));
        }
        fields.insert(Field::Ends, self.schedule.ends.map_or_else(String::new, Field::time));
        fields.insert(Field::Audience, AudienceWords::from(&self.audience).canonical());
        fields.insert(Field::Placements, self.placement_words());
        if let Some(payer) = &self.payer {
            fields.insert(Field::Payer, Field::payer(&payer.payer, &payer.beneficiary));
        }
    }
}

/// Everything a campaign wants at Meta, in the order it is made: the campaign, ad sets, creatives, ads. Objects without an id
/// are left out; whoever saves a campaign gives out all of them.
pub(super) fn of(campaign: &Campaign, ids: &Ids) -> Vec<Wanted> {
    let object = ObjectRef::new(Kind::Campaign, ids.campaign.0);
    let mut all = vec![Wanted::Campaign(WantedCampaign {
        id: ids.campaign,
        name: named(&campaign.full_name(), &token(object, "")),
        objective: campaign.counting.objective,
        special: campaign.special,
        countries: campaign.audience.countries_touched(),
        limit: campaign.never_more,
        budget: campaign.carries_budget().then_some((campaign.budget, campaign.counting.bid)),
    })];
    let ad_sets = campaign.ad_sets();
    let pairs: Vec<(&AdSet, &AdSetIds)> = ad_sets
        .iter()
        .filter_map(|set| ids.ad_sets.iter().find(|known| known.key == set.key).map(|known| (set, known)))
        .collect();
    all.extend(pairs.iter().map(|(set, known)| Wanted::AdSet(Box::new(ad_set(campaign, set, ids.campaign, known.id)))));

    let mut ads: Vec<(&AdSet, &AdSetIds, &Ad, &AdIds)> = Vec::new();
    for (set, known) in &pairs {
        for ad in &campaign.ads {
            ads.extend(known.ads.iter().find(|ids| ids.key == ad.key).map(|ids| (*set, *known, ad, ids)));
        }
    }
    all.extend(ads.iter().map(|(set, _, ad, ids)| Wanted::Creative(creative(campaign, set, ad, ids.creative))));
    all.extend(ads.iter().map(|(set, known, ad, ids)| {
        let object = ObjectRef::new(Kind::Ad, ids.ad.0);
        let name = named(&campaign.ad_name(set, ad), &token(object, ""));
        Wanted::Ad(WantedAd { id: ids.ad, ad_set: known.id, name, creative: ids.creative })
    }));
    all
}

fn ad_set(campaign: &Campaign, set: &AdSet, parent: CampaignId, id: AdSetId) -> WantedAdSet {
    WantedAdSet {
        id,
        campaign: parent,
        name: named(&set.name, &token(ObjectRef::new(Kind::AdSet, id.0), "")),
        pace: campaign.budget.pace,
        budget: set.budget,
        limits: set.limits,
        counting: campaign.counting.clone(),
        page: campaign.identity.page.clone(),
        schedule: campaign.schedule,
        audience: campaign.audience.clone(),
        placements: set.placements.clone(),
        automatic: campaign.automatic_placements,
        payer: campaign.payer.clone(),
    }
}

fn creative(campaign: &Campaign, set: &AdSet, ad: &Ad, id: ObjectId) -> WantedCreative {
    let placements = if campaign.automatic_placements { &[][..] } else { &set.placements };
    let content = CreativeContent::of(ad, placements);
    let usual = content.default();
    let mut wanted = WantedCreative {
        id,
        name: String::new(),
        identity: campaign.identity.clone(),
        message: usual.message.clone(),
        headline: usual.headline.clone(),
        link: ad.link.clone(),
        url_tags: campaign.url_tags(set, ad),
        call_to_action: ad.call_to_action,
        picture: usual.picture,
        rules: content.rules().to_vec(),
        enhancements: ad.enhancements.clone(),
    };
    let token = token(ObjectRef::new(Kind::Creative, id.0), &wanted.content());
    // Not by the template: under another name it would be another creative, and the ad would lose its likes and comments.
    wanted.name = named(&format!("{} · {}", ad.name, set.key.label()), &token);
    wanted
}
