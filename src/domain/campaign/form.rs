//! A campaign's form: what the person typed, verbatim, so that a draft saves even while it is wrong.
//!
//! Built from the pairs a browser posts. Field names here are the `name` attributes of the page and the fields that problems
//! name: `budget`, `share.facebook`, `cities.0.radius`, `ads.2.message`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::amounts::{ByNetwork, GroupAmounts, NamesForm, Side};
use crate::domain::naming::{Level, Naming};
use crate::domain::placement::Placement;

/// The most rows of a repeated block that are kept; far above what is valid, so that a slip can still be shown and put right.
const ROWS_KEPT: usize = 60;
/// The most values of a repeated field that are kept.
const VALUES_KEPT: usize = 200;

/// A city as chosen from the search.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct CityForm {
    /// Meta's key.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its country's code.
    pub country: String,
    /// Kilometres around it, as typed.
    pub radius: String,
}

/// A language as chosen from the search.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct LanguageForm {
    /// Meta's locale key.
    pub key: String,
    /// Its name.
    pub name: String,
}

/// An interest, a behaviour or the like, as chosen from the search.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct DetailForm {
    /// Which group it belongs to: a number; each group must match.
    pub group: String,
    /// A segment's word.
    pub segment: String,
    /// Meta's id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A custom audience as chosen from the ad account's.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct CustomForm {
    /// `include` or `exclude`.
    pub side: String,
    /// Meta's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `lookalike`, or anything else.
    pub kind: String,
}

/// One ad as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct AdForm {
    /// Which ad it is, however it changes: a number given by the page.
    pub key: String,
    /// What people call it.
    pub name: String,
    /// The text above the picture.
    pub message: String,
    /// The line beside the button.
    pub headline: String,
    /// Where it leads.
    pub link: String,
    /// The button.
    pub call_to_action: String,
    /// The feed picture's id.
    pub picture: String,
    /// The upright picture's id.
    pub vertical: String,
    /// Messages of single networks; empty means the message.
    pub messages: ByNetwork,
    /// Headlines of single networks; empty means the headline.
    pub headlines: ByNetwork,
    /// Names of the enhancements that are allowed.
    pub enhancements: Vec<String>,
}

/// The whole form. Every field is what was typed, untrimmed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct CampaignForm {
    /// The ad account's id, ours.
    pub account: String,
    /// What people call the campaign.
    pub name: String,
    /// An [`Objective`](crate::domain::objective::Objective)'s word.
    pub objective: String,
    /// What is counted: `<pixel>:<EVENT>`, or a goal's word.
    pub result: String,
    /// An attribution setting's word.
    pub attribution: String,
    /// `lowest_cost` or `cost_goal`.
    pub bid: String,
    /// The cost aimed at, with `cost_goal`.
    pub cost_goal: String,
    /// Meta's id of the Page.
    pub page: String,
    /// Meta's id of the Instagram account.
    pub instagram: String,
    /// A special category's word; empty until answered.
    pub special_category: String,
    /// Who pays.
    pub payer: String,
    /// Who benefits.
    pub beneficiary: String,
    /// Start, in the account's zone.
    pub starts: String,
    /// End, in the account's zone.
    pub ends: String,
    /// `daily` or `lifetime`.
    pub pace: String,
    /// The amount.
    pub budget: String,
    /// Meta's limit for the whole campaign.
    pub never_more: String,
    /// Placements' words.
    pub placements: Vec<String>,
    /// `yes` where Meta chooses the placements, those outside Facebook and Instagram included.
    pub automatic: String,
    /// A shape's word.
    pub shape: String,
    /// `percent`, `money`, `even` or `learned`: moved by what results say, inside floors and ceilings in percent.
    pub amounts: String,
    /// Shares: percent, or money. Where they are learned, only their proportions count.
    pub share: ByNetwork,
    /// Floors: percent, or money where `amounts` is `money`.
    pub floor: ByNetwork,
    /// Ceilings, likewise.
    pub ceiling: ByNetwork,
    /// Shares, floors and ceilings of placement groups, likewise.
    pub groups: GroupAmounts,
    /// Countries, by name or code, with commas between.
    pub countries: String,
    /// Cities.
    pub cities: Vec<CityForm>,
    /// From this age.
    pub age_min: String,
    /// To this age.
    pub age_max: String,
    /// A gender's word.
    pub gender: String,
    /// Languages.
    pub languages: Vec<LanguageForm>,
    /// `only_these` or `as_suggestion`.
    pub reach: String,
    /// Interests, behaviours and the like.
    pub details: Vec<DetailForm>,
    /// Custom audiences to be in, or to be in none of.
    pub custom: Vec<CustomForm>,
    /// `<id>:<version>` of the saved audience it was taken from.
    pub saved_audience: String,
    /// The ads.
    pub ads: Vec<AdForm>,
    /// `utm_medium`.
    pub utm_medium: String,
    /// `utm_campaign`; empty means the campaign's name.
    pub utm_campaign: String,
    /// `utm_content`; empty leaves it out.
    pub utm_content: String,
    /// `utm_source` by network; empty means the network's name.
    pub source: ByNetwork,
    /// Templates of names; empty means the usual ones.
    pub names: NamesForm,
    /// Further parameters.
    pub utm_extra: String,
    /// What a result is expected to cost; only for the estimate.
    pub expected_cost: String,
}

impl CampaignForm {
    /// The form a new campaign starts with: everything that has a usual answer; nothing that must be an explicit one.
    pub fn fresh() -> Self {
        use Placement as P;
        let usual = [
            P::FacebookFeed,
            P::FacebookReels,
            P::FacebookStories,
            P::FacebookMarketplace,
            P::InstagramFeed,
            P::InstagramStories,
            P::InstagramReels,
            P::InstagramExploreHome,
        ];
        Self {
            objective: "sales".into(),
            attribution: "7d_click".into(),
            bid: "lowest_cost".into(),
            pace: "daily".into(),
            placements: usual.iter().map(ToString::to_string).collect(),
            shape: "shared".into(),
            amounts: "percent".into(),
            share: ByNetwork { facebook: "50".into(), instagram: "50".into() },
            age_min: "18".into(),
            age_max: "65".into(),
            gender: "all".into(),
            reach: "only_these".into(),
            ads: vec![AdForm { key: "1".into(), name: "Ad 1".into(), call_to_action: "LEARN_MORE".into(), ..AdForm::default() }],
            utm_medium: "paid_social".into(),
            ..Self::default()
        }
    }

    /// Builds the form from the pairs a browser posts. Names that are not the form's are passed over; a single field posted twice
    /// keeps its last value. Rows of cities and ads keep their order whatever their numbers.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut form = Self::default();
        let mut cities: BTreeMap<usize, CityForm> = BTreeMap::new();
        let mut languages: BTreeMap<usize, LanguageForm> = BTreeMap::new();
        let mut details: BTreeMap<usize, DetailForm> = BTreeMap::new();
        let mut custom: BTreeMap<usize, CustomForm> = BTreeMap::new();
        let mut ads: BTreeMap<usize, AdForm> = BTreeMap::new();
        for (name, value) in pairs {
            let mut parts = name.splitn(3, '.');
            match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
                (field, None, None) => form.set(field, value),
                ("share", Some(part), None) => form.set_amount(Side::Share, part, value),
                ("floor", Some(part), None) => form.set_amount(Side::Floor, part, value),
                ("ceiling", Some(part), None) => form.set_amount(Side::Ceiling, part, value),
                ("source", Some(network), None) => form.source.set(network, value),
                ("names", Some(level), None) => form.names.set(level, value),
                ("cities", Some(row), Some(field)) => {
                    if let Some(city) = row_of(&mut cities, row) {
                        city.set(field, value);
                    }
                }
                ("languages", Some(row), Some(field)) => {
                    if let Some(language) = row_of(&mut languages, row) {
                        language.set(field, value);
                    }
                }
                ("details", Some(row), Some(field)) => {
                    if let Some(detail) = row_of(&mut details, row) {
                        detail.set(field, value);
                    }
                }
                ("custom", Some(row), Some(field)) => {
                    if let Some(audience) = row_of(&mut custom, row) {
                        audience.set(field, value);
                    }
                }
                ("ads", Some(row), Some(field)) => {
                    if let Some(ad) = row_of(&mut ads, row) {
                        ad.set(field, value);
                    }
                }
                _ => {}
            }
        }
        form.cities = cities.into_values().collect();
        form.languages = languages.into_values().collect();
        form.details = details.into_values().collect();
        form.custom = custom.into_values().collect();
        form.ads = ads.into_values().collect();
        form
    }

    fn set(&mut self, field: &str, value: String) {
        let target = match field {
            "account" => &mut self.account,
            "name" => &mut self.name,
            "objective" => &mut self.objective,
            "result" => &mut self.result,
            "attribution" => &mut self.attribution,
            "bid" => &mut self.bid,
            "cost_goal" => &mut self.cost_goal,
            "page" => &mut self.page,
            "instagram" => &mut self.instagram,
            "special_category" => &mut self.special_category,
            "payer" => &mut self.payer,
            "beneficiary" => &mut self.beneficiary,
            "starts" => &mut self.starts,
            "ends" => &mut self.ends,
            "pace" => &mut self.pace,
            "budget" => &mut self.budget,
            "never_more" => &mut self.never_more,
            "automatic" => &mut self.automatic,
            "shape" => &mut self.shape,
            "amounts" => &mut self.amounts,
            "countries" => &mut self.countries,
            "age_min" => &mut self.age_min,
            "age_max" => &mut self.age_max,
            "gender" => &mut self.gender,
            "reach" => &mut self.reach,
            "saved_audience" => &mut self.saved_audience,
            "utm_medium" => &mut self.utm_medium,
            "utm_campaign" => &mut self.utm_campaign,
            "utm_content" => &mut self.utm_content,
            "utm_extra" => &mut self.utm_extra,
            "expected_cost" => &mut self.expected_cost,
            "placements" => return push(&mut self.placements, value),
            _ => return,
        };
        *target = value;
    }

    /// The number for the next ad's key: one more than any so far, so that a removed ad's place is not taken by another.
    pub fn next_ad_key(&self) -> u32 {
        let taken = self.ads.iter().filter_map(|ad| ad.key.trim().parse::<u32>().ok()).max();
        taken.unwrap_or(0).saturating_add(1)
    }

    /// Takes names and links from a workspace's templates.
    pub fn call_by(&mut self, naming: &Naming) {
        for level in Level::ALL {
            self.names.set(level.as_str(), naming.names.of(level).to_owned());
        }
        self.source = ByNetwork { facebook: naming.sources.facebook.clone(), instagram: naming.sources.instagram.clone() };
        self.utm_medium.clone_from(&naming.medium);
        self.utm_campaign.clone_from(&naming.campaign);
        self.utm_content.clone_from(&naming.content);
    }

    /// Whether Meta chooses the placements.
    pub fn is_automatic(&self) -> bool {
        self.automatic.trim() == "yes"
    }

    /// Whether a placement is ticked.
    pub fn has_placement(&self, placement: Placement) -> bool {
        self.placements.iter().any(|word| word.parse() == Ok(placement))
    }
}

impl CityForm {
    fn set(&mut self, field: &str, value: String) {
        match field {
            "key" => self.key = value,
            "name" => self.name = value,
            "country" => self.country = value,
            "radius" => self.radius = value,
            _ => {}
        }
    }
}

impl LanguageForm {
    fn set(&mut self, field: &str, value: String) {
        match field {
            "key" => self.key = value,
            "name" => self.name = value,
            _ => {}
        }
    }
}

impl DetailForm {
    fn set(&mut self, field: &str, value: String) {
        match field {
            "group" => self.group = value,
            "segment" => self.segment = value,
            "id" => self.id = value,
            "name" => self.name = value,
            _ => {}
        }
    }
}

impl CustomForm {
    fn set(&mut self, field: &str, value: String) {
        match field {
            "side" => self.side = value,
            "id" => self.id = value,
            "name" => self.name = value,
            "kind" => self.kind = value,
            _ => {}
        }
    }
}

impl AdForm {
    fn set(&mut self, field: &str, value: String) {
        match field {
            "key" => self.key = value,
            "name" => self.name = value,
            "message" => self.message = value,
            "headline" => self.headline = value,
            "link" => self.link = value,
            "call_to_action" => self.call_to_action = value,
            "picture" => self.picture = value,
            "vertical" => self.vertical = value,
            "enhancements" => push(&mut self.enhancements, value),
            _ => match field.split_once('.') {
                Some(("messages", network)) => self.messages.set(network, value),
                Some(("headlines", network)) => self.headlines.set(network, value),
                _ => {}
            },
        }
    }

    /// The pictures it names, feed first, as typed.
    pub fn pictures(&self) -> [&str; 2] {
        [self.picture.trim(), self.vertical.trim()]
    }
}

fn push(values: &mut Vec<String>, value: String) {
    if values.len() < VALUES_KEPT {
        values.push(value);
    }
}

/// The row of a repeated block, made when first named; `None` where the number is none or there are too many.
fn row_of<'a, T: Default>(rows: &'a mut BTreeMap<usize, T>, number: &str) -> Option<&'a mut T> {
    let number: usize = number.parse().ok()?;
    if !rows.contains_key(&number) && rows.len() >= ROWS_KEPT {
        return None;
    }
    Some(rows.entry(number).or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::network::Network;

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_form_is_built_from_the_pairs_a_browser_posts() {
        let form = CampaignForm::from_pairs(pairs(&[
            ("name", "Christmas sale"),
            ("placements", "facebook.feed"),
            ("placements", "instagram.stream"),
            ("share.instagram", "58"),
            ("ads.3.message", "second"),
            ("ads.0.message", "first"),
            ("ads.0.messages.instagram", "first, there"),
            ("ads.0.enhancements", "enhance_cta"),
            ("cities.0.key", "777"),
            ("_csrf", "secret"),
        ]));
        assert_eq!(form.name, "Christmas sale");
        assert_eq!(form.placements, ["facebook.feed", "instagram.stream"]);
        assert_eq!(form.share.of(Network::Instagram), "58");
        let messages: Vec<&str> = form.ads.iter().map(|ad| ad.message.as_str()).collect();
        assert_eq!(messages, ["first", "second"]);
        assert_eq!((form.ads[0].messages.of(Network::Instagram), form.ads[0].enhancements.len()), ("first, there", 1));
        assert_eq!(form.cities.first().map(|city| city.key.as_str()), Some("777"));
    }

    #[test]
    fn what_was_typed_is_kept_as_typed() {
        let form = CampaignForm::from_pairs(pairs(&[("budget", "  1,4oo "), ("starts", "soon")]));
        assert_eq!((form.budget.as_str(), form.starts.as_str()), ("  1,4oo ", "soon"));
    }

    #[test]
    fn a_flood_of_rows_is_cut() {
        let flood: Vec<(String, String)> = (0..5_000).map(|n| (format!("ads.{n}.name"), "x".to_owned())).collect();
        assert_eq!(CampaignForm::from_pairs(flood).ads.len(), ROWS_KEPT);
        assert!(
            CampaignForm::from_pairs(pairs(&[("ads.-1.name", "x"), ("ads..name", "x"), ("ads.99999999999999999999.name", "x")]))
                .ads
                .is_empty()
        );
    }

    #[test]
    fn a_removed_ads_key_is_not_given_again() {
        let form = CampaignForm::from_pairs(pairs(&[("ads.0.key", "4"), ("ads.1.key", "2")]));
        assert_eq!(form.next_ad_key(), 5);
        assert_eq!(CampaignForm::fresh().next_ad_key(), 2);
    }
}
